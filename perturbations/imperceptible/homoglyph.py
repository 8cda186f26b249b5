"""Homoglyphs: a character for another that looks like it (Boucher et al. 2022; Unicode Technical Standard 39).

The classes of look-alikes are those of `perturbations/data/confusables.tsv`, which names its source and licence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar

import regex

from perturbations.edits import Span
from perturbations.languages import SHARED, Language, script_of, upper
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.tables import read

TABLE = "confusables.tsv"
LONGEST = 4
"""Code points of a cluster that are looked up; what carries more marks is left alone."""
_BEHAVIOUR = tuple(
    regex.compile(pattern)
    for pattern in (
        *(rf"\p{{Joining_Type={kind}}}" for kind in "DRLCT"),
        r"\p{Bidi_Class=L}",
        r"\p{Bidi_Class=R}|\p{Bidi_Class=AL}",
        r"\p{Bidi_Class=EN}",
        r"\p{Bidi_Class=AN}",
    )
)
"""What decides where a character is displayed and whether it joins its neighbours."""
_JAMO = regex.compile(r"[\p{hst=L}\p{hst=V}\p{hst=T}]")
"""Conjoining jamo: only those of a syllable that has a code point of its own are drawn as one."""


@dataclass(frozen=True, slots=True)
class Homoglyph(Perturbation):
    """Replace a character by one that looks like it: Latin `a` becomes Cyrillic `а`, `आ` becomes `अ` and `ा`.

    Args:
        across: whether the look-alike may be of another script; if not, it is of the script it replaces.
    """

    across: bool = True

    name: ClassVar[str] = "homoglyph"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Boucher et al. 2022; Unicode Technical Standard 39"
    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    presets: ClassVar[tuple[str, ...]] = ("core", "visual")

    def supports(self, language: Language) -> bool:
        """Whether a letter of the alphabet, small or capital, has a look-alike."""
        return _supported(language, self.across)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The grapheme clusters that have a look-alike."""
        text, clusters = passage.text, passage.graphemes
        if text.isascii():
            return clusters.beginning_with(lambda letter: bool(look_alikes(letter, across=self.across)), text)
        parts = [text[start:end] for start, end in zip(clusters.starts, clusters.ends, strict=True)]
        wanted = {part for part in set(parts) if look_alikes(part, across=self.across)}
        return clusters.masked(bytes(part in wanted for part in parts))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The clusters that look like the one that stands there."""
        return look_alikes(site.of(passage.text), across=self.across)


@lru_cache(maxsize=65_536)
def look_alikes(cluster: str, *, across: bool) -> tuple[str, ...]:
    """The grapheme clusters that look like `cluster`, in code point order.

    One character of it is exchanged, marks count by themselves (`é` has the look-alikes of `e`, accented). What is left
    out: what normalisation would undo, mixtures of scripts within a cluster, which fonts do not draw as one, and what
    would join its neighbours otherwise or run in the other direction, and marks in the place of a letter.

    Args:
        cluster: one grapheme cluster.
        across: whether another script may be taken.
    """
    if len(cluster) > LONGEST:
        return ()
    composed = unicodedata.is_normalized("NFC", cluster)
    found: set[str] = set()
    for form in {cluster, unicodedata.normalize("NFD", cluster)}:
        for option in _exchanged(form, across=across):
            found.add(unicodedata.normalize("NFC", option) if composed else option)
    plain = unicodedata.normalize("NFKC", cluster)
    return tuple(
        sorted(option for option in found if _whole(option) and unicodedata.normalize("NFKC", option) != plain)
    )


def _exchanged(form: str, *, across: bool) -> Iterator[str]:
    """`form` with one stretch of it replaced by each of its look-alikes."""
    for start in range(len(form)):
        for end in range(start + 1, len(form) + 1):
            part = form[start:end]
            for other in _classes().get(part, ()):
                if (start or _is_mark(other) <= _is_mark(part)) and _stands_for(part, other, across=across):
                    yield form[:start] + other + form[end:]


def _stands_for(part: str, other: str, *, across: bool) -> bool:
    """Whether `other` may take the place of `part`; a number that of a letter, and a mark any, only within a script."""
    kind, kind_of_other = (unicodedata.category(text[0])[0] for text in (part, other))
    allowed = _scripts(other) <= _scripts(part) or (across and kind == kind_of_other != "M")
    return allowed and _behaves(other) == _behaves(part)


def _is_mark(text: str) -> bool:
    return unicodedata.category(text[0])[0] == "M"


def _whole(option: str) -> bool:
    """Whether `option` is one cluster in one script, with marks that are used in it."""
    scripts = _scripts(option)
    if regex.fullmatch(r"\X", option) is None or len(scripts) > 1 or _JAMO.search(option) is not None:
        return False
    if len(option) == 1:
        return True
    used = "".join(rf"\p{{scx={script}}}" for script in (*SHARED, *scripts))
    return "Unknown" not in scripts and regex.fullmatch(f"[{used}]+", option) is not None


def _scripts(text: str) -> frozenset[str]:
    """The scripts of `text` but for what all scripts share."""
    return frozenset(map(script_of, text)).difference(SHARED)


@lru_cache(maxsize=4096)
def _behaves(text: str) -> tuple[bool, ...]:
    """How the first character of `text` is laid out."""
    return tuple(pattern.match(text) is not None for pattern in _BEHAVIOUR)


@cache
def _classes() -> Mapping[str, tuple[str, ...]]:
    """Every character or cluster of the table with the others of its class."""
    rows = (line.split("\t") for line in read(TABLE).splitlines() if not line.startswith("#"))
    return {member: tuple(other for other in row if other != member) for row in rows for member in row}


@cache
def _supported(language: Language, across: bool) -> bool:
    letters = (*language.alphabet, *upper(language.alphabet, language))
    return any(look_alikes(letter, across=across) for letter in letters)
