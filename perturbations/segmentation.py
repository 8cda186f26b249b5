"""Grapheme clusters and words: the units in which texts are perturbed.

Clusters are those of Unicode Standard Annex 29. Words are runs of letters, marks and numbers, joined by inner
apostrophes, hyphens and full stops; runs of scripts written without spaces are divided by the dictionaries of ICU,
whatever the language tag says. Offsets count code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator
from functools import cache
from itertools import accumulate, compress
from typing import TYPE_CHECKING

import regex

from perturbations.eligibility import Eligible, codes_of
from perturbations.languages import Language

if TYPE_CHECKING:
    from icu4py.breakers import WordBreaker

UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar")
"""Scripts written without spaces between words, for which ICU has a dictionary."""

JOINERS = "'’＇-‐‑֊־.．··‧_‿׳״"
"""What joins the letters on both sides of it, in every language."""

NUMBER_JOINERS = ",٫٬"
"""What joins the digits on both sides of it."""

# Members of character classes. A cluster goes on with what EXTENDING holds, some letters among it (Thai sara am), and a
# PREFIX belongs to the cluster of what follows. FORMAT is invisible and does not part words; the zero-width space does.
EXTENDING = r"\p{M}\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}"
PREFIX = r"\p{GCB=Prepend}"
FORMAT = rf"[\p{{Cf}}--[{EXTENDING}{PREFIX}\u200B]]"
LETTER = rf"[[\p{{L}}\p{{N}}]--[{EXTENDING}{PREFIX}\p{{Extended_Pictographic}}]]"
_SCRIPTS = "".join(rf"\p{{scx={script}}}" for script in UNSPACED_SCRIPTS)
# Classes are decided member by member: what is cheap and settles most characters stands first.
UNSPACED = rf"[[\u0E00-\U0010FFFF]&&[{_SCRIPTS}]&&{LETTER}--\p{{Nd}}]"
COMMON = r"0-9A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02AF\u0400-\u0481\u0620-\u063F\u0641-\u064A\u0904-\u0939"
SPACED = rf"[{COMMON}[{LETTER}--{UNSPACED}]]"

CLUSTER = regex.compile(r"\X")
MANY_FLAGS = regex.compile(r"[\U0001F1E6-\U0001F1FF]{32}")
FLAG_OR_CLUSTER = regex.compile(rf"[\U0001F1E6-\U0001F1FF]{{2}}[{EXTENDING}]*+|\X")
"""A row of flags is paired from its start: `\\X` alone counts it anew at each flag, which grows as the square."""
SEVERAL = regex.compile(r"[^\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}\p{GCB=LV}\p{GCB=LVT}]|\p{InCB=Linker}")
"""What a cluster of several code points cannot do without."""

LONGEST_CLUSTER = 32
"""Code points of a grapheme cluster that people write, with room to spare (the longest of the evaluation data has 8).
What looks into a cluster leaves alone whatever has more, since marks can be stacked without end."""
LONGEST_WORD = 1024
"""Code points of a word that is looked up in a table; to bring a longer one into a normal form may take for ever."""

SURROGATE = regex.compile(r"[\uD800-\uDFFF]")
ASTRAL = regex.compile(r"[\U00010000-\U0010FFFF]")
UNSPACED_LETTER = regex.compile(rf"(?V1){UNSPACED}")
ANY_LETTER = regex.compile(rf"(?V1){LETTER}")
OPENING = Eligible(lambda character: ANY_LETTER.match(character) is not None)
"""What a word may begin with: what only extends a letter never does."""
STRAY_LINKER = regex.compile(
    r"\p{InCB=Linker}(?<=(?:^|[^\p{InCB=Consonant}\p{InCB=Linker}\p{InCB=Extend}])\p{InCB=Extend}*\p{InCB=Linker})"
)
"""A virama without a consonant before it: `\\X` lets it draw the next consonant into the cluster of a space or sign."""

DRAWING = regex.compile(r"[\p{InCB=Linker}\p{GCB=Prepend}\p{GCB=L}\p{GCB=V}\p{GCB=T}]")
"""What draws the letter after it into its own cluster. Where there is none, every letter begins a cluster."""


def clustered(text: str) -> bool:
    """Whether a text may have grapheme clusters of several code points; of CR LF it says nothing."""
    return SEVERAL.search(text) is not None


def graphemes(text: str) -> list[int]:
    """Where the extended grapheme clusters of a text start, ascending; empty for an empty text."""
    if not clustered(text):
        return list(range(len(text)))
    cluster = CLUSTER if MANY_FLAGS.search(text) is None else FLAG_OR_CLUSTER
    starts = list(accumulate(map(len, cluster.findall(text)), initial=0))
    del starts[-1]
    return starts


def words(text: str, language: Language) -> list[tuple[int, int]]:
    """The words of a text as borders `[start, end)`, ascending and disjoint.

    Every word holds a letter or a number, tears no grapheme cluster and has no space inside.

    Args:
        text: any string; lone surrogates belong to no word.
        language: adds its own joiners; how a stretch is divided depends on its script alone.
    """
    if text.isascii():
        return [match.span() for match in _ascii_pattern(language.joiners).finditer(text)]
    pattern = _pattern(language.joiners)
    if UNSPACED_LETTER.search(text) is None and STRAY_LINKER.search(text) is None:
        return [match.span() for match in pattern.finditer(text)]
    runs = ((match.start(), match.end(), match.lastgroup is not None) for match in pattern.finditer(text))
    pieces = _divided(text, runs)
    return list(pieces) if DRAWING.search(text) is None else _untorn(text, pieces, frozenset(graphemes(text)))


def count_words(text: str, language: Language) -> int:
    """How many words `words` finds, without making their borders where the script has spaces."""
    if text.isascii():
        return len(_ascii_pattern(language.joiners).findall(text))
    if UNSPACED_LETTER.search(text) is None and STRAY_LINKER.search(text) is None:
        return len(_pattern(language.joiners).findall(text))
    return len(words(text, language))


@cache
def _ascii_pattern(joiners: str) -> regex.Pattern[str]:
    """What `_pattern` finds in a text of ASCII characters, in half the time."""
    joining = regex.escape("".join(filter(str.isascii, JOINERS + joiners)), special_only=False)
    return regex.compile(rf"[0-9A-Za-z]++(?:(?:[{joining}]|(?<=[0-9]),(?=[0-9]))[0-9A-Za-z]++)*+")


@cache
def _pattern(joiners: str) -> regex.Pattern[str]:
    """A run of letters in scripts with spaces, or (group `unspaced`) in scripts without."""
    joining = regex.escape(JOINERS + joiners, special_only=False)
    between = rf"[{FORMAT}{PREFIX}]"
    # Tried at its first member only, or a long row of prefixes would be read again from each of them.
    prefix = rf"(?<!{PREFIX}){PREFIX}++"
    number = rf"(?<=\p{{Nd}})[{NUMBER_JOINERS}](?=\p{{Nd}})"
    link = rf"(?:[{joining}]{between}*+|{number}|{between}++(?:[{joining}]{between}*+)?)"
    spaced, unspaced = (rf"[{letter}][{letter}{EXTENDING}]*+" for letter in (SPACED, UNSPACED))
    return regex.compile(
        rf"(?V1){spaced}(?:{link}{spaced})*+"
        rf"|(?P<unspaced>(?:{prefix})?+{unspaced}(?:{between}++{unspaced})*+)"
        rf"|{prefix}{spaced}(?:{link}{spaced})*+"
    )


def _divided(text: str, runs: Iterable[tuple[int, int, bool]]) -> Iterator[tuple[int, int]]:
    """Cut the unspaced ones of `runs` at the borders that ICU finds, where a letter begins."""
    opening = OPENING.of(codes_of(text))
    borders = [border for border in dictionary_borders(text)[:-1] if opening[border]]
    for start, end, unspaced in runs:
        if unspaced:
            for border in borders[bisect_right(borders, start) : bisect_left(borders, end)]:
                yield start, border
                start = border
        yield start, end


def _untorn(text: str, pieces: Iterable[tuple[int, int]], clusters: Container[int]) -> list[tuple[int, int]]:
    """Move every border that lies inside a cluster: two pieces become one, the start of a run goes forward."""
    whole: list[tuple[int, int]] = []
    for start, end in pieces:
        if start not in clusters:
            if whole and whole[-1][1] == start:
                start = whole.pop()[0]
            else:
                later = (start + index for index in compress(range(end - start), OPENING.of(codes_of(text[start:end]))))
                start = next((place for place in later if place in clusters), end)
        if start < end:
            whole.append((start, end))
    return whole


def dictionary_borders(text: str) -> list[int]:
    """The word borders of a text by ICU, ascending, in code points; lone surrogates are taken for unknown symbols."""
    try:
        borders = _borders(text)
    except UnicodeEncodeError:
        borders = _borders(SURROGATE.sub("\ufffd", text))
    if not borders or borders[-1] == len(text):
        return borders
    # ICU counts UTF-16 units, of which the letters outside the basic plane have two.
    astral = [match.start() + index + 2 for index, match in enumerate(ASTRAL.finditer(text))]
    return [border - bisect_right(astral, border) for border in borders]


def _borders(text: str) -> list[int]:
    # icu4py binds a breaker to its text, so one is made a call: 4 µs, of which ICU shares the rules and dictionaries.
    return [end for _, end in _breaker()(text, "").segments()]


@cache
def _breaker() -> type[WordBreaker]:
    from icu4py.breakers import WordBreaker

    return WordBreaker
