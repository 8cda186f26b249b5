"""Drawing: an example as two strings of Markdown, before and after, with the struck places marked.

What is not seen (controls, spaces at the border of a mark) is spelt out. A mark never falls between two letters that
join, since it would break their shapes in the source of a page, and long stretches that stay as they are give way to
an ellipsis.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from perturbations.edits import Edit, Edits
from perturbations.segmentation import graphemes

REACH = 14
"""Code points of context that are kept on each side of a struck place, at least."""
ELLIPSIS = "…"
SPACE = "␣"
JOINT = regex.compile(r"(?<=[\p{jt=D}\p{jt=L}\p{jt=C}]\p{jt=T}*)(?=\p{jt=T}*[\p{jt=D}\p{jt=R}\p{jt=C}])")
"""Between two letters that join (Unicode Standard, chapter 9.2)."""
LEFTWARD = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
UNSEEN = ("Cc", "Cf")
"""Categories of what is spelt out within a mark."""
SPECIAL = str.maketrans({sign: f"&#{ord(sign)};" for sign in "|*_`\\[]~"})
"""What Markdown would take for its own."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An example for a page.

    Args:
        before: Markdown of the source, the struck places in `<mark>`.
        after: the same of the text after the edits.
        points: the code points of the first struck place, before and after.
    """

    before: str
    after: str
    points: str


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch of the source that is marked, and what stands there after the edits."""

    start: int
    end: int
    after: str


def drawn(edits: Edits) -> Drawing:
    """The example of the edits, of which there is at least one."""
    source = edits.source
    regions = list(_regions(edits))
    borders = [0, *(border for region in regions for border in (region.start, region.end)), len(source)]
    between = [source[start:end] for start, end in zip(borders[::2], borders[1::2], strict=True)]
    context = [_shortened(part, place, len(regions)) for place, part in enumerate(between)]
    struck = [source[region.start : region.end] for region in regions]
    first = edits.edits[0]
    return Drawing(
        before=_line(source, context, struck),
        after=_line(source, context, [region.after for region in regions]),
        points=f"{_points(source[first.start : first.end])} → {_points(first.text)}",
    )


def _regions(edits: Edits) -> Iterator[_Region]:
    """The struck places in order, as wide as joining letters ask for, those that meet as one."""
    source = edits.source
    joints = {match.start() for match in JOINT.finditer(source)}
    groups: list[list[Edit]] = []
    borders: list[tuple[int, int]] = []
    for edit in edits.edits:
        start, end = _widened(edit.start, edit.end, joints)
        if borders and start <= borders[-1][1]:
            groups[-1].append(edit)
            borders[-1] = (borders[-1][0], max(end, borders[-1][1]))
        else:
            groups.append([edit])
            borders.append((start, end))
    for (start, end), group in zip(borders, groups, strict=True):
        places = [start, *(place for edit in group for place in (edit.start, edit.end)), end]
        kept = [source[first:last] for first, last in zip(places[::2], places[1::2], strict=True)]
        after = "".join(part + edit.text for part, edit in zip(kept, group, strict=False)) + kept[-1]
        yield _Region(start, end, after)


def _widened(start: int, end: int, joints: set[int]) -> tuple[int, int]:
    while start in joints:
        start -= 1
    while end in joints:
        end += 1
    return start, end


def _shortened(part: str, place: int, last: int) -> str:
    """What stays as it is before (`place` 0), between or after (`place` `last`) the struck places."""
    outer = place in (0, last)
    if len(part) <= REACH * (1 if outer else 2) + 1:
        return part
    joints = {match.start() for match in JOINT.finditer(part)}
    whole = [border for border in graphemes(part) if border not in joints]
    # An ellipsis stands in for at least one character: the two cuts never meet.
    head = next((border for border in whole if border >= REACH), len(part)) if place else 0
    tail = next((border for border in reversed(whole) if border <= len(part) - REACH), 0) if place < last else len(part)
    return part[:head] + ELLIPSIS + part[tail:] if head < tail else part


def _line(source: str, context: list[str], struck: list[str]) -> str:
    """The pieces in turn; set from right to left where the text is."""
    marked = [f"<mark>{_spelt(piece)}</mark>" if piece else "" for piece in struck]
    kept = [_escaped(part) for part in context]
    line = kept[0] + "".join(mark + after for mark, after in zip(marked, kept[1:], strict=True))
    return f'<span dir="rtl">{line}</span>' if LEFTWARD.search(source) else line


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).translate(SPECIAL)


def _spelt(piece: str) -> str:
    """A marked piece with what is not seen spelt out."""
    shown = "".join(f"⟨{_point(part)}⟩" if unicodedata.category(part) in UNSEEN else part for part in piece)
    inner = shown.strip(" ")
    before = len(shown) - len(shown.lstrip(" "))
    after = len(shown) - before - len(inner)
    return SPACE * before + _escaped(inner) + SPACE * after


def _points(text: str) -> str:
    return " ".join(map(_point, text)) or "nothing"


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"
