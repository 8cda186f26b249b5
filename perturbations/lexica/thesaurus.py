"""Thesauri of LibreOffice: the `.dat` files of MyThes (https://github.com/hunspell/mythes).

The first line names the encoding. An entry is `word|meanings`, then for each meaning `(part of speech)|word|word|…`.
A word with a remark in brackets is not taken: it is a hypernym, an antonym or bound to a register.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from perturbations.errors import DataError


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The entries of a thesaurus.

    Args:
        meanings: for each headword, composed (NFC), its meanings, each a line `(part of speech)|word|word`.
    """

    meanings: dict[str, tuple[str, ...]]

    def synonyms(self, forms: Iterable[str]) -> tuple[str, ...]:
        """The synonyms without a remark of all meanings of `forms`, each once."""
        forms = tuple(forms)
        lines = (line for form in forms for line in self.meanings.get(form, ()))
        found = (unicodedata.normalize("NFC", word.strip()) for line in lines for word in line.split("|")[1:])
        return tuple(dict.fromkeys(word for word in found if word and "(" not in word and word not in forms))


@lru_cache(maxsize=8)
def read_thesaurus(path: Path) -> Thesaurus:
    """A thesaurus from its `.dat` file.

    Raises:
        DataError: it is not such a file.
    """
    head, _, body = path.read_bytes().partition(b"\n")
    try:
        # The Russian one begins with a byte order mark, though its encoding is named behind it.
        encoding = codecs.lookup(head.removeprefix(codecs.BOM_UTF8).decode("ascii").strip()).name
        text = body.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a thesaurus, its first line must name its encoding: {error}") from None
    meanings: dict[str, tuple[str, ...]] = {}
    # Several headwords differ in case alone.
    for word, lines in _entries(path, text):
        meanings[word] = meanings.get(word, ()) + lines
    return Thesaurus(meanings)


def _entries(path: Path, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    # Only the ends of lines that the format knows: some entries hold other separators.
    lines = text.replace("\r\n", "\n").split("\n")
    place = 0
    while place < len(lines):
        word, bar, count = lines[place].rpartition("|")
        if not lines[place].strip():
            place += 1
            continue
        if not bar or not count.strip().isdecimal():
            raise DataError(f"{path}:{place + 2}: no entry `word|meanings` of a thesaurus: {lines[place][:60]!r}")
        after = place + 1 + int(count)
        if after > len(lines):
            raise DataError(f"{path}: ends within the entry {word!r}: get the file again")
        yield unicodedata.normalize("NFC", word), tuple(lines[place + 1 : after])
        place = after
