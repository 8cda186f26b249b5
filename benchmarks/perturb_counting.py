"""Counting: how many edits a text has met, whoever made them, found by one alignment for all tools.

White space does not count, since some tools set it anew or tear marks off their letters with it. What a tool does to
a text without being asked is thus forgiven, and what it tells of its own edits is not needed.
"""

from __future__ import annotations

from itertools import accumulate, groupby

from rapidfuzz.distance import OSA, Indel

from perturbations.languages import find_language
from perturbations.segmentation import CLUSTER, words


def character_edits(source: str, result: str) -> int:
    """The fewest deletions, insertions, substitutions and swaps of neighbours, in grapheme clusters (Damerau 1964)."""
    before, after = (CLUSTER.findall("".join(text.split())) for text in (source, result))
    return OSA.distance(before, after)


def words_touched(source: str, result: str, language: str) -> list[float]:
    """For each word of the source whether it is gone or stands in another place, 0–1; of two that swapped, one is.

    It is the share of its characters for which that holds, as a few of them may be found again in its neighbours.
    Letters are compared in small form, since some tools set the case anew where a word moves.
    """
    source, result = source.lower(), result.lower()
    lost = [0] * len("".join(source.split()))
    for step in Indel.opcodes("".join(source.split()), "".join(result.split())):
        if step.tag != "equal":
            lost[step.src_start : step.src_end] = [1] * (step.src_end - step.src_start)
    # How many characters that are no space stand before each offset.
    before = list(accumulate((not character.isspace() for character in source), initial=0))
    borders = [(before[start], before[end]) for start, end in words(source, find_language(language))]
    return [sum(lost[start:end]) / (end - start) for start, end in borders]


def word_edits(source: str, result: str, language: str) -> float:
    """The stretches of words that are gone or stand in another place, less than one where hardly a word is touched.

    What goes or moves as one is one edit, however many words it has: a tool that takes a Chinese clause for a word
    makes one edit of it.
    """
    touched = words_touched(source, result, language)
    return sum(min(1.0, sum(stretch)) for found, stretch in groupby(touched, bool) if found)
