"""The columns that pages show: what each is called, what it means, how it prints, and why it may be empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports import values
from reports.report import TESTED, Row

UNEXPLAINED = "the run gave no value and no reason"
"""What a footnote says of a gap that neither a status nor a column accounts for."""

UNTESTED_MEAN = "this mean was not tested: its cells say why"
"""The same for a mean over languages."""

NO_SECOND = "no second test applies"

STATUSES = {
    "untestable": "nothing to test: the answers before and after do not differ, or the groups are too few",
    "unsupported": "the perturbation does not exist in this language",
}
"""What a status means where a cell has no note of its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a page.

    Args:
        heading: its name, short.
        definition: one sentence for the list of definitions.
        reads: the columns of the table that it shows; the value is missing where the first of them is.
        show: from a row and the level of the tests to the text of the cell.
        absent: why a value may be missing in a row that was tested, empty where only the row knows.
        right: whether it is aligned to the right.
    """

    heading: str
    definition: str
    reads: tuple[str, ...]
    show: Callable[[Row, float], str]
    absent: str = ""
    right: bool = True

    def empty(self, row: Row) -> bool:
        """Whether any value that this column shows is missing in `row`."""
        return any(row[key] is None for key in self.reads)


def plain(heading: str, key: str, definition: str, *, show: Callable[[object], str], right: bool = True) -> Column:
    """A column that prints one value by `show`."""
    return Column(heading, definition, (key,), lambda row, _: show(row[key]), right=right)


def named(heading: str, key: str, definition: str) -> Column:
    """A column that prints a name."""
    return plain(heading, key, definition, show=values.name, right=False)


def p_value(heading: str, key: str, definition: str, *, absent: str = "") -> Column:
    """A column that prints a p, with as many decimals as tell it from the level of the tests."""
    return Column(heading, definition, (key,), lambda row, alpha: values.probability(row[key], alpha), absent)


def _adjusted(row: Row, alpha: float) -> str:
    mark = values.verdict(row["drop"], row["adjusted_p"], alpha)
    return " ".join(filter(None, (values.probability(row["adjusted_p"], alpha), mark)))


def _drop(row: Row, _: float) -> str:
    if row["drop"] is None:
        return values.MISSING
    return f"{values.effect(row['drop'])} {values.interval(row['low'], row['high'])}"


def _beside(row: Row, _: float) -> str:
    return values.MISSING if row["beside_low"] is None else values.interval(row["beside_low"], row["beside_high"])


CHECKPOINT = named("checkpoint", "checkpoint", "the model that was scored")
PERTURBATION = named("perturbation", "perturbation", "what was done to the texts")
RATE = Column(
    "rate",
    "the share of units (graphemes or words) that was asked to be touched, with the name of the severity it was asked "
    "for by; of a perturbation of whole texts, the share of texts",
    ("rate",),
    lambda row, _: values.rate(row["rate"], row.get("severity")),
)
CLEAN = plain("clean", "clean", "score on the texts as they are, in points", show=values.score)
PERTURBED = plain("perturbed", "perturbed", "score on the perturbed texts, in points", show=values.score)
DROP = Column(
    "drop [interval]",
    "clean − perturbed in points, positive where the perturbation hurts, with the interval at 1 − alpha",
    ("drop", "low", "high"),
    _drop,
)
P = p_value("p", "p", "two-sided p of the drop, uncorrected")
ADJUSTED = Column(
    "adjusted p",
    f"p corrected for the family of tests; {values.LOSS} a significant drop, {values.GAIN} a significant gain",
    ("adjusted_p",),
    _adjusted,
)
MDE = plain(
    "MDE",
    "mde",
    "minimum detectable effect: the true drop, in points, found with the power in the signature (80 % by default)",
    show=values.effect,
)
METHOD = named("test", "method", "the test and interval behind the row")

LANGUAGE = named("language", "language", "language code")
EXAMPLES = plain("n", "n", "examples", show=values.count)

CELL_TABLE = (
    *(LANGUAGE, PERTURBATION, RATE, CLEAN, PERTURBED, DROP, P, ADJUSTED, MDE, EXAMPLES),
    plain(
        "clusters",
        "clusters",
        "groups of dependent examples, the unit of the test; left out where examples are independent",
        show=values.count,
    ),
    plain("seeds", "seeds", "perturbation seeds, averaged within an example", show=values.count),
    METHOD,
    named("beside", "beside_method", "a second test beside the first, for comparison"),
    p_value("p beside", "beside_p", "its two-sided p, uncorrected", absent=NO_SECOND),
    Column("interval beside", "its interval of the drop", ("beside_low", "beside_high"), _beside, NO_SECOND),
)
"""The columns of the full table of a task and checkpoint."""

MEAN_TABLE = (
    *(CHECKPOINT, PERTURBATION, RATE),
    plain("languages", "languages", "languages in the mean", show=values.count),
    *(CLEAN, PERTURBED, DROP, P, ADJUSTED, MDE, METHOD),
)
"""The columns of the language means of a task."""

ALWAYS = frozenset({"rate", "clean", "perturbed", "drop", "p", "adjusted_p", "mde", "n", "language", "languages"})
"""Columns that stay although no row has a value."""

LIFTED = frozenset({"seeds", "method", "beside_method"})
"""Columns that are said once above the table where all rows agree."""


def shown(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[list[Column], dict[Column, str]]:
    """The columns that a table of `rows` needs, and those that are said once above it instead, with their value.

    A column without any value is left out, except those that every reader looks for; one of settings is said above
    where all rows agree.
    """
    kept: list[Column] = []
    above: dict[Column, str] = {}
    for column in columns:
        key = column.reads[0]
        found = [row[key] for row in rows if row[key] is not None]
        if key in LIFTED and found and all(value == found[0] for value in found):
            above[column] = column.show({key: found[0]}, 0.05)
        elif found or key in ALWAYS:
            kept.append(column)
    return kept, above


def footnotes(
    columns: Iterable[Column], rows: Iterable[Row], *, unexplained: str = UNEXPLAINED
) -> tuple[list[tuple[int, ...]], list[str]]:
    """For each row the numbers of its footnotes, and the notes themselves; a note that recurs keeps its number.

    Args:
        columns: the columns that are shown.
        rows: the rows of one table; one without `status` counts as tested.
        unexplained: what is said of a gap that neither the row nor its column accounts for.
    """
    texts: dict[str, int] = {}
    columns = list(columns)
    marks = [
        tuple(texts.setdefault(text, len(texts) + 1) for text in _reasons(columns, row, unexplained)) for row in rows
    ]
    return marks, list(texts)


def _reasons(columns: Iterable[Column], row: Row, unexplained: str) -> list[str]:
    """What has to be said about a row; the reason why it was not tested accounts for all its gaps."""
    status, note = str(row.get("status") or TESTED), row.get("note")
    said = [str(note)] if note else []
    if status != TESTED:
        return [f"{status}: {said[0] if said else STATUSES.get(status, unexplained)}"]
    gaps = [column for column in columns if column.empty(row)]
    if said:
        return [*said, *dict.fromkeys(column.absent for column in gaps if column.absent)]
    return list(dict.fromkeys(column.absent or f"{column.heading}: {unexplained}" for column in gaps))
