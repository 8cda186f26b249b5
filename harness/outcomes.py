"""Outcome: what became of the answers of one example, beside the vectors of the metrics.

Length in words, answers that changed and answers that are right: what the measures of `harness.measures` are sums of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.metrics.metric import Answer
from perturbations.languages import find_language
from perturbations.segmentation import count_words
from suites.bio import surviving_bio
from suites.examples import Example


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one example.

    Args:
        words: length of its texts in words, or in tokens where they are made of them.
        answers: number of answers that the prediction gives.
        changed: of these, how many differ from the clean prediction.
        correct: `(answers,)` whether each equals the gold one; empty where answers are graded or ranked.
        lost: 0–1, share of the tokens that the edits removed.
    """

    words: int
    answers: int
    changed: int
    correct: tuple[bool, ...]
    lost: float = 0.0


def find_outcome(
    example: Example, predicted: Answer, before: Answer, *, words: int, survivors: Sequence[int] | None, lost: float
) -> Outcome:
    """The outcome of an example.

    Args:
        example: what the model read.
        predicted: its prediction.
        before: the clean prediction of the same example.
        words: length of the texts.
        survivors: of a text of tokens, where each of its tokens was before the edits, None where nothing was edited.
        lost: 0–1, share of the tokens that the edits removed.
    """
    tokens = next((text.spans for text in example.texts.values() if text.tokens), None)
    if tokens is None:
        right = () if example.target is None else (predicted == example.target,)
        return Outcome(words, 1, int(_foremost(predicted) != _foremost(before)), right, lost)
    kept = before if survivors is None else surviving_bio(list(before), list(survivors))
    changed = sum(map(str.__ne__, predicted, kept))
    right = tuple(tag == span.label for tag, span in zip(predicted, tokens, strict=True))
    return Outcome(words, len(right), changed, right, lost)


def _foremost(predicted: Answer) -> Answer:
    """A label or an answer as it is, of candidates the first, if any."""
    return predicted if isinstance(predicted, str) else tuple(predicted[:1])


def word_counts(examples: Sequence[Example]) -> list[int]:
    """`(examples,)` length of each in words; a text that recurs is counted once."""
    known: dict[tuple[str, str], int] = {}

    def count(text: str, code: str) -> int:
        if (text, code) not in known:
            known[text, code] = count_words(text, find_language(code))
        return known[text, code]

    return [
        sum(len(text.spans) if text.tokens else count(text.text, text.language) for text in example.texts.values())
        for example in examples
    ]
