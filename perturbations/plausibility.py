"""Plausibility: whether an edit turns a word into another word of the language, as the policy asks.

Noise that makes `from` out of `form` changes what is said; readers of misspelt text stumble over such edits most
(Pruthi et al. 2019). What counts as a word is what occurs often enough by the language's word frequencies.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from perturbations.edits import Edit
from perturbations.errors import ResourceError, UsageError
from perturbations.languages import Language
from perturbations.lexica.frequencies import Frequencies, frequencies, missing_frequencies
from perturbations.passage import Passage
from perturbations.segmentation import LONGEST_WORD, UNSPACED_LETTER, words

COMMON = 3.0
"""Once in a million words: where the lists of all languages end, and below which lists hold misspellings themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWords:
    """Says which edits make another word of the language, by word frequencies; fulfils `policy.Plausibility`.

    Looked at are the words that the edit strikes, or those it touches if it strikes none (a space, a hyphen), as they
    stand before and after it. Text in scripts without spaces is not divided anew, since almost every character is a
    word there: the words struck are looked up as one, with the edit made.

    Args:
        refuses: whether such an edit is given up for another, or only counted.
        least: Zipf frequency from which a word counts as one; below 3 only for lists that go deeper.

    Raises:
        UsageError: `least` is not above 0.
    """

    refuses: bool = True
    least: float = COMMON

    def __post_init__(self) -> None:
        if not self.least > 0:
            raise UsageError(f"plausibility: least is {self.least}: give a Zipf frequency above 0, such as {COMMON}")

    def __str__(self) -> str:
        """What is done about such edits, as recorded with every result."""
        return f"{'refused' if self.refuses else 'counted'} from {self.least:g}"

    def missing(self, language: Language) -> str | None:
        """What has to be installed or given before edits in the language can be judged, or None if nothing."""
        return missing_frequencies(language)

    def collides(self, passage: Passage, edit: Edit) -> bool:
        """Whether the edit makes another word of the language out of a word.

        Raises:
            ResourceError: there are no word frequencies for the language.
        """
        listed = frequencies(passage.writing)
        if listed is None:
            raise ResourceError(f"plausibility: {missing_frequencies(passage.writing)}")
        first, last = _struck(passage, edit)
        if first == last:
            return False
        units, text = passage.words, passage.text
        start, end = min(units.starts[first], edit.start), max(units.ends[last - 1], edit.end)
        if end - start > LONGEST_WORD:
            # No list has such a word, and to read it again for every edit of it would take for ever.
            return False
        before = {listed.key(text[units.starts[index] : units.ends[index]]) for index in range(first, last)}
        after = text[start : edit.start] + edit.text + text[edit.end : end]
        return any(self._is_other(word, before, listed) for word in _made(after, passage.writing))

    def _is_other(self, word: str, before: set[str], listed: Frequencies) -> bool:
        # The lists hold numbers by their number of digits only.
        return not word.isdecimal() and listed.of(word) >= self.least and listed.key(word) not in before


def _struck(passage: Passage, edit: Edit) -> tuple[int, int]:
    """The words that share a character with the edit, or else those that it touches: first and one past the last."""
    units = passage.words
    first, last = bisect_right(units.ends, edit.start), bisect_left(units.starts, edit.end)
    if first < last:
        return first, last
    first, last = bisect_left(units.ends, edit.start), bisect_right(units.starts, edit.end)
    return first, max(first, last)


def _made(after: str, language: Language) -> list[str]:
    """The words that stand where the edit struck."""
    borders = words(after, language)
    if borders and UNSPACED_LETTER.search(after) is not None:
        return [after[borders[0][0] : borders[-1][1]]]
    return [after[start:end] for start, end in borders]
