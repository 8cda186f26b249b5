"""How single values are printed: a figure means the same on every page, and a missing one is never a number."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf, isnan, nan
from numbers import Real
from typing import cast

MISSING = "–"
"""What stands for a value that is not there; a footnote says why."""

LOSS, GAIN = "▼", "▲"
"""Marks of a drop, or a gain, that is significant after correction."""


def number(value: object) -> float | None:
    """`value` as a float, or None where it is missing or not a number."""
    found = float(value) if isinstance(value, Real) else nan
    return None if isnan(found) else found


def fixed(value: object, digits: int) -> str:
    """A number with so many decimals; a zero has no sign."""
    found = number(value)
    if found is None:
        return MISSING
    if isinf(found):
        return "∞" if found > 0 else "-∞"
    text = f"{found:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def score(value: object) -> str:
    """A score in points (0–100), one decimal."""
    return fixed(value, 1)


def effect(value: object) -> str:
    """A difference of scores in points, two decimals: the small ones are the ones that need them."""
    return fixed(value, 2)


def interval(low: object, high: object) -> str:
    """Both ends of an interval in points; an end that is not there shows as missing."""
    return f"[{effect(low)}, {effect(high)}]"


def share(value: object) -> str:
    """A rate or share in 0–1 as per cent, with as many decimals as it has, two at most."""
    found = number(value)
    if found is None:
        return MISSING
    text = fixed(100 * found, 2).rstrip("0").rstrip(".")
    return "<0.01 %" if text == "0" and found > 0 else f"{text} %"


def rate(value: object, severity: object) -> str:
    """A rate in 0–1 as per cent, and the name of its severity if it has one."""
    return " ".join(filter(None, (share(value), str(severity or ""))))


def count(value: object) -> str:
    """A whole number, thousands set apart; a list of numbers or a name as it is."""
    if not isinstance(value, Real):
        return name(value)
    found = number(value)
    return f"{int(found):,}" if found is not None and found.is_integer() else fixed(found, 1)


def probability(value: object, alpha: float) -> str:
    """A p-value, three decimals, `<0.001` below; more decimals where rounding would move it across `alpha`."""
    found = number(value)
    if found is None:
        return MISSING
    if found < 0.001:
        return "<0.001" if alpha >= 0.001 else f"{found:.1e}"
    digits = next((d for d in range(3, 17) if (round(found, d) <= alpha) == (found <= alpha)), 17)
    return f"{found:.{digits}f}"


def name(value: object) -> str:
    """A name as it is; a sequence of them set apart by commas."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, (tuple, list)):
        return ", ".join(map(name, cast("Sequence[object]", value))) or MISSING
    return str(value)


def significant(adjusted: object, alpha: float) -> bool:
    """Whether a corrected p-value reaches the level; one that is missing does not."""
    found = number(adjusted)
    return found is not None and found <= alpha


def verdict(drop: object, adjusted: object, alpha: float) -> str:
    """`▼` for a significant drop, `▲` for a significant gain, nothing otherwise."""
    change = number(drop)
    if change is None or change == 0 or not significant(adjusted, alpha):
        return ""
    return LOSS if change > 0 else GAIN


def seconds(value: float) -> str:
    """A duration: seconds below two minutes, minutes and seconds from there."""
    if value < 120:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"
