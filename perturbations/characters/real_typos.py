"""Real typos: misspellings that people have made, from a table that the user gives (Belinkov and Bisk 2018)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar

from perturbations.edits import Span
from perturbations.errors import DataError
from perturbations.languages import Language, lower, upper
from perturbations.parameters import PATH
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

FORMAT = "one `wrong->right[, right]` a line, in UTF-8"


@dataclass(frozen=True, slots=True)
class RealTypos(Perturbation):
    """Write a word as people have misspelt it: `their` becomes `thier`; capitals stay where they were.

    Args:
        table: path of a text file with one `wrong->right[, right]` a line (codespell, Wikipedia); `{language}` in it
            stands for the language's code, so that each language has a table of its own. Without it the one table
            serves every language.

    Raises:
        DataError: when struck, if a line of the table is not in the format.
    """

    name: ClassVar[str] = "real-typos"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Belinkov and Bisk 2018; Cooper Stickland et al. 2023"

    table: str = field(default="", metadata=PATH)

    def missing(self, language: Language) -> str | None:
        """The table, if none is given or there is no such file."""
        if not self.table:
            given = "give --parameter real-typos.table=PATH, or RealTypos(table=PATH)"
            return f"real-typos: no table of misspellings: {given}; {FORMAT}"
        path = self.path(language)
        if not path.is_file():
            return f"real-typos: no file {path} for {language.name}: put a table there, {FORMAT}"
        return None

    def path(self, language: Language) -> Path:
        """The table of a language."""
        return Path(self.table.replace("{language}", language.code))

    def contents(self, language: Language) -> Mapping[str, str]:
        """A digest of the misspellings as they were read."""
        typos = sorted(self._typos(language).items())
        return {"table": f"{len(typos)} words, {blake2b(repr(typos).encode(), digest_size=16).hexdigest()}"}

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words that the table knows, in small letters, with a capital or in capitals."""
        text, writing, typos = passage.text, passage.writing, self._typos(passage.writing)
        return passage.words.where(lambda start, end: bool(_misspelt(text[start:end], writing, typos)))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Every misspelling of the word that the table lists."""
        return _misspelt(site.of(passage.text), passage.writing, self._typos(passage.writing))

    def _typos(self, language: Language) -> Mapping[str, tuple[str, ...]]:
        return read_misspellings(self.path(language))


@cache
def read_misspellings(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The misspellings of each right word, both in the case of the table, in its order.

    Only single words that are misspelt as single words: what is written apart or together is another perturbation's.
    An empty line, and one that begins with `#`, says nothing.

    Raises:
        DataError: a line without an arrow, or with nothing on one side of it.
    """
    found: dict[str, dict[str, None]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            for right, wrong in _entries(line, f"{path}:{number}"):
                found.setdefault(right, {})[wrong] = None
    return {right: tuple(wrongs) for right, wrongs in found.items()}


def _entries(line: str, where: str) -> Iterator[tuple[str, str]]:
    """Right and wrong of each entry of a line that is a word for a word."""
    wrong, arrow, rights = line.partition("->")
    wrong, listed = wrong.strip(), [right.strip() for right in rights.split(",")]
    if not arrow or not wrong or not any(listed):
        raise DataError(f"{where}: {line.strip()[:80]!r} is no misspelling: write `wrong->right[, right]`")
    for right in listed:
        if right and right != wrong and not any(character.isspace() for character in right + wrong):
            yield right, wrong


def _misspelt(word: str, language: Language, typos: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The misspellings of a word, in its case."""
    if word in typos:
        return typos[word]
    small = lower(word, language)
    wrongs = typos.get(small, ())
    if len(word) > 1 and word == upper(small, language):
        return tuple(upper(wrong, language) for wrong in wrongs)
    if word == upper(small[:1], language) + small[1:]:
        return tuple(upper(wrong[:1], language) + wrong[1:] for wrong in wrongs)
    return ()
