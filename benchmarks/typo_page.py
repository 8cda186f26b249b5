"""Typo page: the findings on typos of people as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from textwrap import fill

from benchmarks.typo_kinds import Kind, Place, Typo
from benchmarks.typo_mixture import (
    CELLS,
    Cell,
    Weights,
    cells,
    jensen_shannon,
    shares,
    total,
    total_variation,
)
from benchmarks.typo_study import VERSIONS, Findings, mixture, recipe

DISTANCES = ("1", "2", "3 and more")
WIDTH = 120
WORTH_TELLING = 0.005
"""Share below which a mixture's part is left blank."""


def wrapped(text: str) -> str:
    """A page with its paragraphs and list items broken at 120 characters; headings and tables stay as they are."""
    return "\n\n".join(map(_filled, text.strip().split("\n\n"))) + "\n"


def _filled(block: str) -> str:
    if block.startswith(("#", "|")):
        return block
    items = block.removeprefix("- ").split("\n- ")
    listed = block.startswith("- ")
    return "\n".join(
        fill(
            " ".join(("- " * listed + item).split()),
            WIDTH,
            subsequent_indent="  " if listed else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in items
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose first column holds words and whose others hold numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percent(share: float) -> str:
    """A share in per cent, with one digit."""
    return f"{100 * share:.1f}"


def apart(one: Weights, other: Weights, among: Sequence[Cell] = CELLS) -> str:
    """Total variation and Jensen–Shannon divergence of two collections of typos."""
    left, right = cells(one, among), cells(other, among)
    return f"{total_variation(left, right):.2f} / {jensen_shannon(left, right):.2f}"


def sources(found: Sequence[Findings]) -> str:
    """What was compared, a row a language."""
    header = ("", "rows", "found", "words differing", "distinct pairs", "other words", "compared", "letters")
    return table(header, map(_source, found))


def _source(item: Findings) -> Sequence[str]:
    collected, pairs = item.collected, len(item.collected.pairs)
    kept = sum(item.compared.values())
    return (
        item.language.name,
        f"{collected.rows:,}",
        f"{collected.found:,}",
        f"{sum(collected.pairs.values()):,}",
        f"{pairs:,}",
        f"{percent(1 - kept / pairs)} %",
        f"{kept:,.0f}",
        f"{item.lengths[0]:.1f} of {item.lengths[1]:.1f}",
    )


def distances(found: Sequence[Findings], among: Sequence[Cell]) -> str:
    """How far the noise is from the typos of people, a row a language."""
    header = ("", "typos", "their two halves", *map(_version, VERSIONS), "mixture", "nearest alone")
    return table(header, (_distance(item, among) for item in found))


def _version(given: Sequence[str]) -> str:
    return f"`typing` with {' and '.join(f'`{name}`' for name in given)}" if given else "`typing` without either"


def _distance(item: Findings, among: Sequence[Cell]) -> Sequence[str]:
    first, second = item.halves
    alone = {name: separation(item.compared, weights, among) for name, weights in item.made.items()}
    nearest = min(alone, key=lambda name: (alone[name], name))
    return (
        item.language.name,
        f"{total(item.compared, among):,.0f}",
        apart(first, second, among),
        *(apart(item.compared, version, among) for version in item.typing),
        apart(second, held_out(item, among), among),
        f"`{nearest}` {apart(item.compared, item.made[nearest], among)}",
    )


def held_out(item: Findings, among: Sequence[Cell]) -> Weights:
    """What the mixture makes that is nearest to the first half of people's typos."""
    return mixture(item.made, recipe(item.halves[0], item.made, among), among)


def share(weights: Weights, kinds: Sequence[Kind], among: Sequence[Kind] = tuple(Kind)) -> float:
    """0–1, the share of some kinds of typo among others."""
    found = shares(weights, lambda typo: typo.kind, among)
    return float(sum(found[among.index(kind)] for kind in kinds))


def separation(one: Weights, other: Weights, among: Sequence[Cell] = CELLS) -> float:
    """Total variation, 0–1; 1 where one of them has nothing that is compared."""
    left, right = cells(one, among), cells(other, among)
    return total_variation(left, right) if left.any() and right.any() else 1.0


def by_perturbation(found: Sequence[Findings], value: Callable[[Findings, str], str]) -> str:
    """A row a perturbation, a column a language; a dash where the perturbation strikes too few of the words."""
    names = sorted({name for item in found for name in item.made})
    rows = [(f"`{name}`", *(value(item, name) if name in item.made else "–" for item in found)) for name in names]
    return table(("", *(item.language.name for item in found)), rows)


def reach(found: Sequence[Findings]) -> str:
    """The share of people's typos that each perturbation could have made, in per cent."""
    rows = by_perturbation(found, lambda item, name: percent(item.reach[name]))
    whole = [
        (_version(version), *(percent(item.typing_reach[index]) for item in found))
        for index, version in enumerate(VERSIONS)
    ]
    return "\n".join((rows, *("| " + " | ".join(row) + " |" for row in whole)))


def separations(found: Sequence[Findings]) -> str:
    """Total variation between people's typos and what each perturbation makes."""
    return by_perturbation(found, lambda item, name: f"{separation(item.compared, item.made[name]):.2f}")


def recipes(found: Sequence[Findings]) -> str:
    """The mixture of perturbations that comes nearest, in per cent."""
    return by_perturbation(
        found, lambda item, name: percent(item.fitted[name]) if item.fitted[name] >= WORTH_TELLING else ""
    )


def kinds(item: Findings) -> str:
    """Kinds, distances and places in one language, theirs beside ours, in per cent."""
    columns: dict[str, Weights] = {
        "people, all": item.everything,
        "people, compared": item.compared,
        "`typing` without either": item.typing[0],
        "`typing` with both": item.typing[-1],
        "mixture": mixture(item.made, item.fitted),
    }
    if item.second:
        columns["people, codespell"] = item.second
    rows = [
        *_rows(columns, lambda typo: typo.kind, tuple(Kind)),
        *((f"distance {row[0]}", *row[1:]) for row in _rows(columns, _distance_of, DISTANCES)),
        *((f"one letter or swap: {row[0]}", *row[1:]) for row in _rows(columns, lambda typo: typo.place, tuple(Place))),
    ]
    return table(("", *columns), rows)


def _rows(
    columns: dict[str, Weights], feature: Callable[[Typo], Hashable], among: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    counted = [shares(weights, feature, among) for weights in columns.values()]
    for index, name in enumerate(among):
        yield (str(name), *(percent(float(column[index])) for column in counted))


def _distance_of(typo: Typo) -> str:
    return DISTANCES[min(typo.distance, len(DISTANCES)) - 1]
