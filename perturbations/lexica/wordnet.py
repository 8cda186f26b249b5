"""Wordnets: Princeton's database files (wndb(5WN)) and the tab files of the Open Multilingual Wordnet.

Words of one synset are synonyms in one of their senses (Miller 1995; Bond and Foster 2013). The database files are read
directly: some distributions leave out files that other readers insist on.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import regex

from perturbations.errors import DataError

T = TypeVar("T")

PARTS = ("noun", "verb", "adj", "adv")
"""The database files, `data.noun` and so on; all of them are needed."""
MARKER = regex.compile(r"\((?:a|p|ip)\)$")
"""Where an adjective may stand, noted behind it."""


@dataclass(frozen=True, slots=True)
class Wordnet:
    """The synsets of a language.

    Args:
        synsets: `(synsets,)` the words of each.
        places: for each word, composed (NFC) and in its own case, the synsets it is in, ascending.
    """

    synsets: tuple[tuple[str, ...], ...]
    places: dict[str, list[int]]

    def synonyms(self, forms: Iterable[str]) -> tuple[str, ...]:
        """The other words of all synsets that hold one of `forms`, each once."""
        forms = tuple(forms)
        found = (word for form in forms for place in self.places.get(form, ()) for word in self.synsets[place])
        return tuple(dict.fromkeys(word for word in found if word not in forms))


@lru_cache(maxsize=8)
def read_princeton(path: Path) -> Wordnet:
    """Princeton WordNet from its database files.

    Args:
        path: one of the four, `data.noun`; the others stand beside it.

    Raises:
        DataError: one is missing or is not such a file.
    """
    synsets: list[tuple[str, ...]] = []
    for part in PARTS:
        synsets += _lines(path.with_name(f"data.{part}"), _princeton)
    return _indexed(synsets)


@lru_cache(maxsize=64)
def read_tab(path: Path) -> Wordnet:
    """A wordnet from a tab file: `synset<TAB>language:lemma<TAB>word`, further kinds of lines ignored.

    Raises:
        DataError: it is not such a file.
    """
    members: defaultdict[str, list[str]] = defaultdict(list)
    for synset, word in _lines(path, _tab):
        members[synset].append(word)
    return _indexed(members.values())


def _lines(path: Path, parse: Callable[[str], T | None]) -> Iterator[T]:
    """What `parse` makes of each line that is no comment and not empty."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.startswith((" ", "#")) or not line.strip():
                    continue
                try:
                    parsed = parse(line)
                except (ValueError, IndexError):
                    raise DataError(f"{path}:{number}: not a line of a wordnet: {line[:60]!r}") from None
                if parsed is not None:
                    yield parsed
    except FileNotFoundError:
        raise DataError(f"{path} is missing: a wordnet has it beside its other files; install them together") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}") from None


def _princeton(line: str) -> tuple[str, ...]:
    """`offset file type count word id word id …`, the count in hexadecimal."""
    fields = line.split(" ", 3 + 2 * 0xFF)
    count = int(fields[3], 16)
    members = fields[4 : 4 + 2 * count : 2]
    if len(members) != count or not fields[0].isdigit():
        raise ValueError(line)
    return tuple(dict.fromkeys(_plain(MARKER.sub("", word)) for word in members))


def _tab(line: str) -> tuple[str, str] | None:
    synset, kind, word = line.rstrip("\r\n").split("\t")[:3]
    return (synset, _plain(word)) if kind.rpartition(":")[2] == "lemma" else None


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word.replace("_", " ").strip())


def _indexed(members: Iterable[Iterable[str]]) -> Wordnet:
    synsets = tuple(tuple(dict.fromkeys(words)) for words in members)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(synsets):
        for word in words:
            places[word].append(place)
    return Wordnet(synsets, dict(places))
