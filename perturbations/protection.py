"""Protection: what no edit may touch, uniformly for all perturbations.

Addresses, numbers and placeholders carry facts that noise must not change; short words and the first and last letter
of a word carry most of what lets people read misspelt text (Rawlinson 1976; Pruthi et al. 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import regex

from perturbations.edits import Span
from perturbations.errors import UsageError
from perturbations.passage import Level, Passage

# A mail address is tried at the first character of its row only, or a long row would be read again from each.
MAIL = r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
URL = regex.compile(rf"(?:https?://|www\.)\S*[^\s\p{{P}}]|{MAIL}", regex.IGNORECASE)
NUMBER = regex.compile(r"[+\-−]?\p{Nd}+(?:[.,:/٫٬]\p{Nd}+)*\s?[%٪‰]?")
PLACEHOLDER = regex.compile(r"\{[^{}\s]*\}|<[^<>\s]+>|\[[A-Z_]+\]|%\(?\w*\)?[sdif]\b|\$\{?\w+\}?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What is to survive.

    Args:
        urls: web and mail addresses.
        numbers: numbers with their signs, separators and per cent.
        placeholders: `{name}`, `<tag>`, `[MASK]`, `%s`, `$name`.
        shortest: words of fewer grapheme clusters than this are left alone; 0 for none.
        first: the first grapheme cluster of every word, against edits of characters.
        last: the last one.
        labels: labelled stretches of the text (answers, mentions), as far as its owner names them to `protect`.

    Raises:
        UsageError: a negative length.
    """

    urls: bool = False
    numbers: bool = False
    placeholders: bool = False
    shortest: int = 0
    first: bool = False
    last: bool = False
    labels: bool = False

    def __post_init__(self) -> None:
        if self.shortest < 0:
            raise UsageError(f"protection: shortest is {self.shortest}: give 0 or more grapheme clusters")

    def __str__(self) -> str:
        """The settings that differ from the default, as recorded with every result."""
        chosen = {item.name: getattr(self, item.name) for item in fields(self)}
        parts = [name if value is True else f"{name}={value}" for name, value in chosen.items() if value]
        return " ".join(parts) or "none"


def protect(passage: Passage, protection: Protection, level: Level, *, labelled: Sequence[Span] = ()) -> Passage:
    """The passage with everything protected that `protection` names, its units shared with the one given.

    Args:
        passage: what it protects already stays protected.
        protection: what is to survive besides.
        level: first and last letters are protected against edits of characters only.
        labelled: the stretches that `protection.labels` is about.
    """
    labels = labelled if protection.labels else ()
    found = (*_matches(passage, protection), *_words(passage, protection, level), *labels)
    return passage.protecting(found) if found else passage


def _matches(passage: Passage, protection: Protection) -> Iterator[Span]:
    patterns = {URL: protection.urls, NUMBER: protection.numbers, PLACEHOLDER: protection.placeholders}
    for pattern, wanted in patterns.items():
        if wanted:
            for match in pattern.finditer(passage.text):
                yield Span(match.start(), match.end(), "protected")


def _words(passage: Passage, protection: Protection, level: Level) -> Iterator[Span]:
    letters = level is Level.CHARACTER
    if not (protection.shortest or (letters and (protection.first or protection.last))):
        return
    for word in passage.words:
        inside = passage.inside(word)
        if len(inside) < protection.shortest:
            yield Span(word.start, word.end, "protected")
        elif letters and inside:
            if protection.first:
                yield inside[0]
            if protection.last:
                yield inside[-1]
