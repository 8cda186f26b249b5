"""What a planned run could show, as a table of text or as JSON. Effects and margins are in points (0–100)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one score of the run could show.

    Args:
        name: of the score.
        ids: example ids behind it, once for each language.
        units: independent units.
        mde: minimum detectable effect; None where even 100 points would go unseen, or where one unit stands alone, so
            that there will be no test.
        shown: smallest margin that would be shown if nothing were lost; None from 100 on, or without a test.
        needed: ids that the margin asked for needs, in the same proportions; None where none was asked for, where none
            suffice, or without a test.
    """

    name: str
    ids: int
    units: int
    mde: float | None
    shown: float | None
    needed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A forecast.

    Args:
        rows: cells, then means over languages, for each task; last the mean over everything.
        assumed: what it rests on, in sentences.
        margin: the margin asked about, None where none was.
    """

    rows: tuple[Forecast, ...]
    assumed: tuple[str, ...]
    margin: float | None


def render_json(table: Table) -> str:
    """The forecast as a JSON object; what is missing is null."""
    return json.dumps(asdict(table), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def render_text(table: Table) -> str:
    """The forecast as a table of text, its assumptions before it."""
    head = ["score", "ids", "units", "MDE", "margin shown"]
    if table.margin is not None:
        head.append(f"ids for {table.margin:g}")
    body = [_cells(row, asked=table.margin is not None) for row in table.rows]
    return "\n".join((*table.assumed, "", *_aligned([head, *body]))) + "\n"


def _cells(row: Forecast, *, asked: bool) -> list[str]:
    shown = [row.name, f"{row.ids:,}", f"{row.units:,}", _points(row.mde), _points(row.shown)]
    return [*shown, "–" if row.needed is None else f"{row.needed:,}"] if asked else shown


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(_line(line, widths)) for line in lines]


def _line(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The cells of a line at their widths: the name to the left, numbers to the right."""
    numbers = zip(line[1:], widths[1:], strict=True)
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in numbers)]
