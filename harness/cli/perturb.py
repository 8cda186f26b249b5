"""`xrobust perturb`: look at what a perturbation does to a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from harness.cli._noise import noise_options

if TYPE_CHECKING:
    from rich.text import Text

    from perturbations import Edits

UNSEEN = ("Cc", "Cf")
"""Categories of what is spelt out in the marked line."""


@click.command(short_help="Preview edits on a text: before, after, marked.")
@click.argument("text", required=False)
@click.option("-l", "--language", required=True, help="Language code of the text.")
@click.option(
    "-p", "--perturbation", "names", multiple=True, help="Name or preset; repeat for several.  [default: all]"
)
@noise_options
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the noise.")
def command(text: str | None, language: str, names: tuple[str, ...], seed: int, **given: Any) -> None:
    """Perturb TEXT, or each line of the standard input, and show what was edited.

    In the marked line [-what went-] and {+what came+} stand side by side, characters that are not seen by their code
    points, as in ⟨U+200B⟩.
    """
    from harness.cli._console import console
    from harness.cli._noise import noise_values
    from harness.preview import Preview

    asked = {name: given[name] for name in ("rates", "severities") if given[name]}
    preview = Preview.of({"perturbations": names, **asked, **noise_values(given, {})})
    screen = console()
    for line in _lines(text):
        found = list(preview.show(line, language, seed=seed))
        # Not by rich, which would expand tabs and write `:dog:` as an emoji.
        click.echo(f"before  {line}")
        for shown in found:
            screen.print(f"\n{shown.title}", style="bold", highlight=False, soft_wrap=True)
            if shown.missing:
                click.echo(shown.missing)
            if shown.edits.edits:
                click.echo(f"after   {shown.edits.apply()}")
                screen.print(_marked(shown.edits), soft_wrap=True)
        screen.print()


def _lines(text: str | None) -> Iterator[str]:
    """The text, or the lines of the standard input.

    Raises:
        DataError: what was given is not UTF-8.
    """
    from perturbations.errors import DataError

    try:
        for line in [text] if text is not None else click.open_file("-", encoding="utf-8"):
            line.encode()
            yield line.removesuffix("\n")
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        where = "TEXT" if text is not None else "the standard input"
        raise DataError(f"{where} is not UTF-8 ({error.reason}): convert it first") from error


def _marked(edits: Edits) -> Text:
    """The source with what went and what came, side by side."""
    from rich.text import Text

    marked = Text("marked  ")
    reached = 0
    for edit in edits.edits:
        gone, came = edits.source[edit.start : edit.end], edit.text
        same = next((place for place, pair in enumerate(zip(gone, came, strict=False)) if len(set(pair)) > 1), None)
        same = min(len(gone), len(came)) if same is None else same
        marked.append(edits.source[reached : edit.start + same])
        if gone[same:]:
            marked.append(f"[-{_seen(gone[same:])}-]", style="red")
        if came[same:]:
            marked.append(f"{{+{_seen(came[same:])}+}}", style="green")
        reached = edit.end
    marked.append(edits.source[reached:])
    return marked


def _seen(text: str) -> str:
    """The text with its controls and invisible characters spelt out: a screen would obey them or show nothing."""
    return "".join(f"⟨U+{ord(part):04X}⟩" if unicodedata.category(part) in UNSEEN else part for part in text)
