"""The options that say what is done to the texts, shared by the commands that do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from perturbations.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])
PROTECTED = ("urls", "numbers", "placeholders", "first", "last", "labels")
NOISE = ("protect", "shortest", "plausible", "count_collisions", "variants", "parameters")
"""Names under which click hands over what is not yet as a plan has it."""


def noise_options(command: Command) -> Command:
    """Add the options for rates, parameters, protection and plausibility to a command."""
    for option in reversed(
        (
            click.option(
                "--rate", "rates", type=float, multiple=True, help="Share of units to touch; repeat.  [default: 0.1]"
            ),
            click.option(
                "--severity", "severities", multiple=True, help="Rate by name: trace, light, moderate, heavy, extreme."
            ),
            click.option(
                "--parameter", "parameters", multiple=True, metavar="NAME.PARAMETER=VALUE", help="Of a perturbation."
            ),
            click.option(
                "--variant", "variants", multiple=True, metavar="NAME=PERTURBATION", help="Another name for one."
            ),
            click.option(
                "--protect", type=click.Choice(PROTECTED), multiple=True, help="What no edit may touch; repeat."
            ),
            click.option("--shortest", type=int, help="Leave words of fewer grapheme clusters alone."),
            click.option("--plausible", is_flag=True, help="Refuse edits of characters that make another word."),
            click.option("--count-collisions", is_flag=True, help="Make them, and count them."),
        )
    ):
        command = option(command)
    return command


def noise_values(given: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a plan that the options of `noise_options` name, laid over those of a file.

    Args:
        given: options by name; None, False or empty where one was not given.
        base: the content of the file.

    Raises:
        UsageError: an option that cannot be read, or two that contradict one another.
    """
    found: dict[str, Any] = {}
    if given.get("variants"):
        found["variants"] = {**section(base, "variants"), **pairs("variants", given["variants"], "NAME=PERTURBATION")}
    if given.get("parameters"):
        named = section(base, "parameters")
        for name, chosen in nested("parameters", given["parameters"], "NAME.PARAMETER=VALUE").items():
            # Only what is given wins: the file's other parameters of the perturbation stand.
            named[name] = {**section(named, name), **chosen}
        found["parameters"] = named
    protected: dict[str, Any] = dict.fromkeys(given.get("protect") or (), True)
    if given.get("shortest") is not None:
        protected["shortest"] = given["shortest"]
    if protected:
        found["protection"] = {**section(base, "protection"), **protected}
    if given.get("plausible") and given.get("count_collisions"):
        raise UsageError("--plausible refuses what --count-collisions makes: give one of them")
    if given.get("plausible") or given.get("count_collisions"):
        found["plausibility"] = {**section(base, "plausibility"), "refuses": bool(given.get("plausible"))}
    if given.get("severities") and not given.get("rates"):
        # Rates that are named on the command line are all that are asked for.
        found["rates"] = None
    if given.get("rates") and not given.get("severities"):
        found["severities"] = ()
    return found


def nested(name: str, given: Sequence[str], form: str = "TASK.NAME=VALUE") -> dict[str, dict[str, str]]:
    """Options of that form as a mapping of mappings; what stands before the last dot may hold dots and colons itself.

    Args:
        name: the option in the plural.
        given: as they were written.
        form: what a message says they should look like.

    Raises:
        UsageError: one that is of another form, or a value given twice.
    """
    found: dict[str, dict[str, str]] = {}
    for place, value in pairs(name, given, form).items():
        owner, dot, inner = place.rpartition(".")
        if not (owner and dot and inner):
            raise UsageError(f"--{name[:-1]} {place}={value!r} is not of the form {form}")
        found.setdefault(owner, {})[inner] = value
    return found


def pairs(name: str, given: Sequence[str], form: str = "TASK=VALUE") -> dict[str, str]:
    """`NAME=VALUE` options as a mapping.

    Args:
        name: the option in the plural.
        given: as they were written.
        form: what a message says they should look like.

    Raises:
        UsageError: one that has no `=`, or nothing on one side of it; or a name given twice.
    """
    found: dict[str, str] = {}
    for option in given:
        key, equals, value = option.partition("=")
        if not (key and equals and value):
            raise UsageError(f"--{name[:-1]} {option!r} is not of the form {form}")
        if key in found:
            raise UsageError(f"--{name[:-1]} {key} is given twice: {found[key]!r} and {value!r}")
        found[key] = value
    return found


def section(values: Mapping[str, Any], name: str, *, where: str = "") -> dict[str, Any]:
    """A table of a plan, empty where it is not there.

    Raises:
        UsageError: something else stands there.
    """
    from harness.typed import table

    return table(values.get(name, {}), where or f"plan: {name}")
