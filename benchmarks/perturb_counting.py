"""Counting: how many edits a text has met, whoever made them, found by one alignment for all tools.

White space does not count, since some tools set it anew or tear marks off their letters with it. What a tool does to
a text without being asked is thus forgiven, and what it tells of its own edits is not needed.
"""

from __future__ import annotations

from itertools import accumulate

from rapidfuzz.distance import OSA, Indel

from perturbations.languages import find_language
from perturbations.segmentation import CLUSTER, words


def character_edits(source: str, result: str) -> int:
    """The fewest deletions, insertions, substitutions and swaps of neighbours, in grapheme clusters (Damerau 1964)."""
    before, after = (CLUSTER.findall("".join(text.split())) for text in (source, result))
    return OSA.distance(before, after)


def word_edits(source: str, result: str, language: str) -> float:
    """The words of the source that are gone or stand in another place; of two that changed places, one.

    A word counts by the share of its characters for which that holds, as a few of them may be found again in its
    neighbours. Letters are compared in small form, since some tools set the case anew where a word moves.
    """
    source, result = source.lower(), result.lower()
    lost = [0] * len("".join(source.split()))
    for step in Indel.opcodes("".join(source.split()), "".join(result.split())):
        if step.tag != "equal":
            lost[step.src_start : step.src_end] = [1] * (step.src_end - step.src_start)
    # How many characters that are no space stand before each offset.
    before = list(accumulate((not character.isspace() for character in source), initial=0))
    borders = [(before[start], before[end]) for start, end in words(source, find_language(language))]
    return sum(sum(lost[start:end]) / (end - start) for start, end in borders)
