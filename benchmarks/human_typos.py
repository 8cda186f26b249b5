"""Human typos: the noise of the preset `typing` beside typos made by people, as a page of the documentation.

python -m benchmarks.human_typos --data DIRECTORY > docs/human-typos.md
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks import typo_page as page
from benchmarks.typo_kinds import Kind
from benchmarks.typo_mixture import CELLS, LETTER_CELLS
from benchmarks.typo_noise import DRAWS, LEAST
from benchmarks.typo_study import Findings, study
from perturbations.errors import XRobustError
from perturbations.languages import find_language

LANGUAGES = ("en", "de", "es", "fr", "hi", "tr")
DISTRIBUTIONS = ("rapidfuzz", "regex", "scipy", "wordfreq")
"""What the figures depend on beside our own code."""

TEXT = """\
# Typos of people and ours

How the noise of the preset `typing` compares with typos made by people, in the languages for which there are
sentences with such typos (Cooper Stickland et al. 2023). This page is what `python -m benchmarks.human_typos` prints;
its noise is seeded, and the figures depend on {versions} beside our own code.

## What follows

- **`orthographic-variant` and `word-titlecase` are in `typing`.** With both, `typing` as a whole is nearer to people's
  typos in {nearer} of {languages} languages ({moves}; they were chosen by these figures). Over letters alone they
  change little ({letters_before} without, {letters_after} with both). One row of the table of variants makes
  {variant} of people's typos; up to {gained} of them (in {gained_in}) no member of `typing` makes without it, such as
  German `ss` for `ß`, two letters for one. A capital at the start of a word that has none makes {titled}
  where there are capitals.
- **One draw from `typing` is not a typo of people.** Capitals and marks alone are {alike} of people's typos and
  {alike_ours} of those of `typing` with both; a letter doubled is {doubled} of people's and {doubled_ours} of ours,
  since `character-duplication`, `keyboard-doubled` and `character-insertion` all make it. Take `typing` as a list of
  what can go wrong, each a column of a report, and not as an average of what people do.
- **A mixture comes near.** The shares [below](#the-nearest-mixture) bring the distance from {preset_apart} (`typing`
  with both) to {mixture_apart} on pairs that were not used to find them; two halves of people's own typos are
  {halves_apart} apart. Noise like theirs draws for every edit a perturbation with these shares, and then a word that it
  can strike.
- **Slips to a key beside are more than chance.** Of the letters that people put for another {beside} lie beside it on
  the keyboard; of those that `character-substitution` draws {beside_random} do.
- **Out of reach**: {unreached} of the typos compared are not made by one edit of any member of `typing` with both.
- **Hindi was read first.** Rows of its variants (nukta added, nasals as letters, candra) were written after these pairs
  had been looked at: its figures for `orthographic-variant` are no independent check. The other tables came before.

## What is compared

{sources}

*Rows* have typos in XNLI and PAN-X, *found* are those whose clean row is in the test sets (of PAN-X the first 500). A
*pair* is a word and how it was written; it counts once, however often it occurs, since the sentences were made by
drawing from lists of pairs. *Other words* are pairs whose writing is another word of the language (`in` for `on`, an
ending for another), by the rule of `perturbations.plausibility`; they are no slips such as `typing` makes, and are left
out of *compared*, and draws of ours that make another word are left out too. Marks, capitals and spaces make no
other word. *Letters* are the mean grapheme clusters of the words misspelt and of all words.

Ours strikes the same words, each as often as people misspelt it: one edit a word, each of its sites as
likely, {draws} seeds each. A perturbation that can strike fewer than {least} of
the words of a language has a dash. `typing` is its members that can strike a word, each as likely.

## How far apart

Total variation / Jensen–Shannon divergence in bits, both 0–1, over kind and place of the typos that one edit makes.
The *mixture* was fitted to every other pair and is held against the others.

{all_apart}

The same over typos in letters alone, without those in case, marks, spaces, hyphens and apostrophes, the mixture fitted
to them:

{letters_apart}

{second}

## The nearest mixture

Shares in per cent of what each perturbation contributes to the mixture that is nearest to people's typos by least
squares over kind and place (no share below 0); blank below half a per cent. Perturbations that make the same of a word
(`character-deletion` and `keyboard-missed` where a key types a letter) stand in for one another: only their sum means
something.

{recipes}

## What each could have made

The share in per cent of people's typos that one edit of the perturbation could have made, however unlikely. A letter
for another of the alphabet reaches lost accents too, though it draws them seldom.

{reach}

## Each by itself

Total variation to people's typos over kind and place.

{separations}

## Kinds, distances, places

In per cent. Kinds sum to 100, and so do distances (optimal string alignment, in grapheme clusters) and places.
A key is beside another if their caps touch on the layout of the language; a letter too many is of a key beside if
either neighbour's is. Marks are accents, Devanagari vowel signs and nasals, the dot of the i, and joiners.

{kinds}

## What this does not say

- The pairs come from edits of Wikipedia: what is common in chats (capitals and accents left out throughout, letters
  doubled for emphasis) may be rarer there, and what editors correct (capitals of titles, endings, preferred spellings)
  more common. Nearly none is more than two edits from its word: longer ones seem to have been left out.
- The words are those of the sentences that the typos were put into: short ones above all. How often people err, and
  whether in long or short words, cannot be learned from them.
- The correct side is the test set's, which has typos of its own; corrections of those count as typos here.
- Alignment loses pairs: rows that were not found, stretches in which the number of words changed otherwise than by one
  space, words with digits. Words written apart or together are therefore too few.
- Most of the {languages} languages are in Latin script. Nothing here speaks for Arabic, Thai, Chinese, Japanese or
  Korean.
"""

ALIKE = (Kind.CASE, Kind.MARKS)
BESIDE = (Kind.CHANGED_BESIDE,), (Kind.CHANGED_BESIDE, Kind.CHANGED)
"""Letters put for another: those of a key beside, among all."""
MEASURED = "{0:.2f} to {1:.2f} in {2}"


def render(found: Sequence[Findings]) -> str:
    """The page with the findings in each language."""
    text = TEXT.format(
        versions=", ".join(f"{name} {version(name)}" for name in DISTRIBUTIONS),
        draws=DRAWS,
        least=f"{LEAST:.0%}",
        languages=len(found),
        sources=page.sources(found),
        all_apart=page.distances(found, CELLS),
        letters_apart=page.distances(found, LETTER_CELLS),
        second=" ".join(map(_second, filter(lambda item: item.second, found))),
        recipes=page.recipes(found),
        reach=page.reach(found),
        separations=page.separations(found),
        kinds="\n\n".join(f"### {item.language.name}\n\n{page.kinds(item)}" for item in found),
        **_claims(found),
    )
    return page.wrapped(text)


def _claims(found: Sequence[Findings]) -> dict[str, object]:
    """The figures in the text, as ranges over the languages."""
    before = [page.separation(item.compared, item.typing[0]) for item in found]
    after = [page.separation(item.compared, item.typing[-1]) for item in found]
    moves = zip(before, after, (item.language.name for item in found), strict=True)
    gained = {item.language.name: item.typing_reach[1] - item.typing_reach[0] for item in found}
    most = max(gained, key=lambda name: gained[name])
    held_out = [page.held_out(item, CELLS) for item in found]
    return {
        "nearer": sum(new < old for old, new in zip(before, after, strict=True)),
        "moves": ", ".join(MEASURED.format(*move) for move in moves),
        "letters_before": _numbers(page.separation(item.compared, item.typing[0], LETTER_CELLS) for item in found),
        "letters_after": _numbers(page.separation(item.compared, item.typing[-1], LETTER_CELLS) for item in found),
        "variant": _percents(item.reach.get("orthographic-variant", 0.0) for item in found),
        "gained": f"{page.percent(gained[most])} %",
        "gained_in": most,
        "titled": _percents(item.reach["word-titlecase"] for item in found if "word-titlecase" in item.reach),
        "alike": _percents(page.share(item.compared, ALIKE) for item in found),
        "alike_ours": _percents(page.share(item.typing[-1], ALIKE) for item in found),
        "doubled": _percents(page.share(item.compared, (Kind.DOUBLED,)) for item in found),
        "doubled_ours": _percents(page.share(item.typing[-1], (Kind.DOUBLED,)) for item in found),
        "preset_apart": _numbers(after),
        "mixture_apart": _numbers(
            page.separation(item.halves[1], held) for item, held in zip(found, held_out, strict=True)
        ),
        "halves_apart": _numbers(page.separation(*item.halves) for item in found),
        "beside": _percents(page.share(item.compared, *BESIDE) for item in found),
        "beside_random": _percents(page.share(item.made["character-substitution"], *BESIDE) for item in found),
        "unreached": _percents(1 - item.typing_reach[-1] for item in found),
    }


def _second(item: Findings) -> str:
    """How far another collection of typos made by people is from the one compared, and from ours."""
    return (
        f"Another collection of typos made by people in {item.language.name}, the list of codespell, is "
        f"{page.apart(item.compared, item.second)} from the one compared over all kinds, and "
        f"{page.apart(item.compared, item.second, LETTER_CELLS)} over letters alone; `typing` with both is "
        f"{page.apart(item.second, item.typing[-1], LETTER_CELLS)} from that list over letters."
    )


def _percents(shares: Iterable[float]) -> str:
    values = sorted(shares)
    return f"{page.percent(values[0])}–{page.percent(values[-1])} %"


def _numbers(distances: Iterable[float]) -> str:
    values = sorted(distances)
    return f"{values[0]:.2f}–{values[-1]:.2f}"


@click.command()
@click.option("--data", envvar="XROBUST_DATA", required=True, type=click.Path(path_type=Path, exists=True))
@click.option("-l", "--language", "codes", multiple=True, default=LANGUAGES, help="Code; repeat for several.")
def main(data: Path, codes: Sequence[str]) -> None:
    """Print the page."""
    try:
        click.echo(render([study(data, find_language(code)) for code in codes]), nl=False)
    except XRobustError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
