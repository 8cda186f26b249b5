"""The command `xrobust`: finds its commands in the files beside this one, and turns errors into one line."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback
from importlib.metadata import version
from typing import Any

import click

import harness.cli
from perturbations.errors import XRobustError

DEFECT = 70
"""Exit status of what nobody foresaw: `EX_SOFTWARE` of sysexits.h."""


class Commands(click.Group):
    """The modules of `harness.cli` that hold a `command`, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules but this one."""
        return sorted(module.name for module in pkgutil.iter_modules(harness.cli.__path__) if not _helper(module.name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"harness.cli.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name where there is no such command."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


def _helper(name: str) -> bool:
    """Whether a module of this folder serves the commands and is none itself."""
    return name == "main" or name.startswith("_")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("xrobust"), prog_name="xrobust")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def commands(debug: bool) -> None:
    """How much of a multilingual checkpoint's accuracy survives perturbed input, in every language."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 for success, 2 for bad usage or bad input, 130 when interrupted.

    A defect of ours exits with 70; 1 and 3 are answers of the gate.

    Args:
        arguments: instead of those of the process.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        result: Any = commands.main(given, prog_name="xrobust", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except XRobustError as error:
        if "--debug" in given:
            raise
        click.echo(f"xrobust: {error}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "xrobust: interrupted; what was written is whole, and scoring goes on from there when it is started again",
            err=True,
        )
        sys.exit(130)
    except UnicodeEncodeError as error:
        if "--debug" in given or error.encoding.startswith("utf"):
            raise
        click.echo(
            f"xrobust: the output is {error.encoding}, which lacks characters: set PYTHONIOENCODING=utf-8", err=True
        )
        sys.exit(2)
    except Exception:  # noqa: BLE001 - Python would exit with 1, which is the gate's word for a regression
        traceback.print_exc()
        click.echo("xrobust: this is a defect of xrobust; please report it with the lines above", err=True)
        sys.exit(DEFECT)
    sys.exit(result if isinstance(result, int) else 0)
