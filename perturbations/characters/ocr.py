"""OCR confusions: what recognition of printed text takes for something else (Rijhwani et al. 2020; Ma 2019)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import regex

from perturbations.edits import Span
from perturbations.languages import SHARED, Language, letters_like, script_of
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.rewriting import Rewriter, Row, parse, rewriter, spelled_out
from perturbations.tables import load

TABLE = "ocr.toml"


@dataclass(frozen=True, slots=True)
class OcrConfusion(Perturbation):
    """Read a letter, or two, for what looks like it in print: `burn` becomes `bum`, `ভ` becomes `ত`.

    What is read is written with the language's own letters; a text in another script is read within that script.
    """

    name: ClassVar[str] = "ocr-confusion"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Ma 2019; Rijhwani et al. 2020"
    varying: ClassVar[bool] = True
    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    presets: ClassVar[tuple[str, ...]] = ("core", "visual")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """What the table of any script confuses, the longest where several begin at one place."""
        return confusions(passage.writing).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Everything that it may be read as."""
        return confusions(passage.writing).replacements(passage, site)


@cache
def confusions(language: Language) -> Rewriter:
    """The confusions of all scripts, as they are possible in a text of the language."""
    rows = (row for lines in load(TABLE)["scripts"].values() for line in lines for row in parse(line))
    return rewriter(spelled_out(_possible(rows, language), language))


def _possible(rows: Iterator[Row], language: Language) -> Iterator[Row]:
    """The rows that read nothing as a letter which nobody writes there."""
    for row in rows:
        read = {script_of(character) for character in row.old}
        if all(_written(character, read, language) for character in row.new):
            yield row


def _written(character: str, read: set[str], language: Language) -> bool:
    """Whether a character is in the language's alphabet, of the foreign script that is read, or used with either."""
    script = script_of(character)
    if script in SHARED:
        return _shared_by({*language.scripts, *read}).match(character) is not None
    if script not in language.scripts:
        return script in read
    jamo = "\u1100" <= character <= "\u11ff"
    return jamo or not character.isalpha() or character in letters_like(character, language)


def _shared_by(scripts: set[str]) -> regex.Pattern[str]:
    """A character that no script has for its own and that all or some of `scripts` use: `ー` is of the kana only."""
    return regex.compile("[" + "".join(rf"\p{{scx={script}}}" for script in sorted({*scripts, *SHARED})) + "]")
