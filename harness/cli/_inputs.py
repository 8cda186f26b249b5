"""The options that say which inputs there are, shared by the commands that score them and that write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from harness.cli._noise import noise_options

Command = TypeVar("Command", bound=Callable[..., Any])


def input_options(command: Command) -> Command:
    """Add the options for tasks, languages, data and noise to a command."""
    before = (
        click.option(
            "--plan", type=click.Path(path_type=Path), help="TOML file with the fields of a plan; options win over it."
        ),
        click.option(
            "-t", "--task", "tasks", multiple=True, help="Task, or a TOML file that describes one; repeat for several."
        ),
        click.option(
            "--data", envvar="XROBUST_DATA", help="Directory with the tasks' files, or 'hub'.  [env: XROBUST_DATA]"
        ),
        click.option(
            "-l", "--language", "languages", multiple=True, help="Language code; default: all that the data has."
        ),
        click.option(
            "-p", "--perturbation", "perturbations", multiple=True, help="Name or preset; repeat.  [default: core]"
        ),
    )
    after = (
        click.option(
            "--seed", "seeds", type=int, multiple=True, help="Seed of the noise; repeat to average.  [default: 0]"
        ),
        click.option("--split", help="test, dev or train.  [default: test]"),
        click.option("--limit", type=int, help="Only the first so many examples of each language."),
        click.option(
            "--field", "fields", multiple=True, metavar="TASK=NAME", help="Text to perturb; default: the task's own."
        ),
        click.option(
            "--option",
            "options",
            multiple=True,
            metavar="TASK.NAME=VALUE",
            help="Option of a task's reader or predictor.",
        ),
    )
    for option in reversed((*before, noise_options, *after)):
        command = option(command)
    return command
