"""`xrobust perturb`: look at what a perturbation does to a text."""

from __future__ import annotations

from os.path import commonprefix
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.text import Text

    from perturbations import Edits


@click.command(short_help="Preview edits on a text: before, after, marked.")
@click.argument("text", required=False)
@click.option("-l", "--language", required=True, help="Language code of the text.")
@click.option("-p", "--perturbation", "names", multiple=True, help="Name; repeat for several.  [default: all]")
@click.option("--rate", type=float, default=0.1, show_default=True, help="Share of units to touch, 0–1.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the noise.")
def command(text: str | None, language: str, names: tuple[str, ...], rate: float, seed: int) -> None:
    """Perturb TEXT, or each line of the standard input, and show what was edited.

    In the marked line [-what went-] and {+what came+} stand side by side.
    """
    from harness.cli._console import console
    from perturbations import Passage, all_perturbations, find_language, find_perturbation, perturb

    chosen = [find_perturbation(name) for name in names] or all_perturbations()
    find_language(language)
    screen = console()
    for line in [text] if text is not None else click.get_text_stream("stdin", encoding="utf-8"):
        passage = Passage(line.rstrip("\n"), language)
        screen.print(f"before  {passage.text}", markup=False, highlight=False, soft_wrap=True)
        for perturbation in chosen:
            edits = perturb(passage, perturbation, rate=rate, seed=seed)
            units = f"{edits.touched} of {edits.units} {perturbation.level}s"
            screen.print(f"\n{perturbation.name}: {edits.status}, touched {units}", style="bold", highlight=False)
            if edits.edits:
                screen.print(f"after   {edits.apply()}", markup=False, highlight=False, soft_wrap=True)
                screen.print(_marked(edits), soft_wrap=True)
        screen.print()


def _marked(edits: Edits) -> Text:
    """The source with what went and what came, side by side."""
    from rich.text import Text

    marked = Text("marked  ")
    reached = 0
    for edit in edits.edits:
        gone, came = edits.source[edit.start : edit.end], edit.text
        same = len(commonprefix([gone, came]))
        marked.append(edits.source[reached : edit.start + same])
        if gone[same:]:
            marked.append(f"[-{gone[same:]}-]", style="red")
        if came[same:]:
            marked.append(f"{{+{came[same:]}+}}", style="green")
        reached = edit.end
    marked.append(edits.source[reached:])
    return marked
