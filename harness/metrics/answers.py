"""Exact match and F1 of an answer taken from a context, in the published readings of SQuAD and of MLQA.

SQuAD's (Rajpurkar et al. 2016) is the one by which XQuAD and TyDiQA-GoldP are scored in every language; MLQA's (Lewis
et al. 2020) knows the articles of its languages and cuts Chinese into characters. An unanswerable question has no gold
answer, and the empty prediction is right (SQuAD 2.0; Rajpurkar et al. 2018).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.metrics.metric import Answer, ratio, stack
from perturbations.errors import UnknownNameError

Words = tuple[str, ...]

SQUAD_ARTICLES = re.compile(r"\b(a|an|the)\b")
ARTICLES = {
    "ar": re.compile("ال"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "en": SQUAD_ARTICLES,
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "hi": None,
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "zh": None,
}
"""What MLQA's procedure takes out of an answer in each of its languages, beside punctuation; ar: wherever it stands."""
CUT = {"zh": re.compile(r"[\u4e00-\u9fa5]|[^\u4e00-\u9fa5\s]+")}
"""Languages whose words are single ideographs, and runs of whatever else between white space and ideographs."""


def squad_words(answer: str, language: str) -> Words:
    """The words of an answer as SQuAD compares them, in every language alike: no ASCII punctuation, no a, an, the."""
    bare = answer.lower().translate({ord(mark): None for mark in string.punctuation})
    return tuple(SQUAD_ARTICLES.sub(" ", bare).split())


def mlqa_words(answer: str, language: str) -> Words:
    """The words of an answer as MLQA compares them in the language: no punctuation of any script, no articles.

    Raises:
        UnknownNameError: MLQA does not have the language.
    """
    if language not in ARTICLES:
        raise UnknownNameError("language of MLQA's procedure", language, ARTICLES)
    bare = "".join(mark for mark in answer.lower() if not _punctuation(mark))
    articles, cut = ARTICLES[language], CUT.get(language)
    if articles is not None:
        bare = articles.sub(" ", bare)
    return tuple(bare.split() if cut is None else cut.findall(bare))


def _punctuation(mark: str) -> bool:
    # ASCII's set also has signs such as $ and +, which Unicode counts among the symbols.
    return mark in string.punctuation or unicodedata.category(mark).startswith("P")


def same(gold: Words, predicted: Words) -> float:
    """1 where the words are the same in the same order, else 0."""
    return float(gold == predicted)


def overlap(gold: Words, predicted: Words) -> float:
    """F1 of the two bags of words, 0 where they share none."""
    shared = (Counter(gold) & Counter(predicted)).total()
    return 2 * shared / (len(gold) + len(predicted)) if shared else 0.0


@dataclass(frozen=True, slots=True)
class AnswerMetric:
    """The mean over questions of the best match with any gold answer.

    Args:
        name: as users type it.
        compare: 0–1 from the words of one gold answer and of the prediction.
        words: the words of an answer in a language, as the procedure compares them.
        binary: whether a question's value is 0 or 1.
        language: of the answers.
    """

    name: str
    compare: Callable[[Words, Words], float]
    words: Callable[[str, str], Words]
    binary: bool
    language: str = "en"
    columns: tuple[str, ...] = ("value", "n")
    additive: bool = True

    def in_language(self, code: str) -> AnswerMetric:
        """The same for answers in another language."""
        return replace(self, language=code)

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """`(value, 1)`; the value is in 0–1.

        Args:
            gold: the acceptable answers, none for an unanswerable question.
            predicted: one answer, empty for none.

        Raises:
            ValueError: gold is one string, or the prediction several.
        """
        if isinstance(gold, str) or not isinstance(predicted, str):
            raise ValueError(f"an answer is compared with a sequence of gold ones, got {predicted!r} and {gold!r}")
        if not gold:
            return (float(not predicted), 1.0)
        found = self.words(predicted, self.language)
        return (max(self.compare(self.words(answer, self.language), found) for answer in gold), 1.0)

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The vectors of a set, `(questions, 2)`."""
        return stack(self, gold, predicted)

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean value, 0–1, of summed vectors `(..., 2)`."""
        return ratio(totals[..., 0], totals[..., 1])


SQUAD_F1 = AnswerMetric("squad-f1", overlap, squad_words, binary=False)
SQUAD_EXACT_MATCH = AnswerMetric("squad-em", same, squad_words, binary=True)
MLQA_F1 = AnswerMetric("mlqa-f1", overlap, mlqa_words, binary=False)
MLQA_EXACT_MATCH = AnswerMetric("mlqa-em", same, mlqa_words, binary=True)
