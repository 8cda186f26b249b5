"""Gold: what is right for an example, and what still is once its texts were perturbed."""

from __future__ import annotations

from collections.abc import Sequence

from harness.metrics.metric import Answer, Metric
from harness.noise import Perturbed
from suites.examples import ANSWER, Example


def perturbed_gold(
    perturbed: Sequence[Perturbed], examples: Sequence[Example], metrics: Sequence[Metric]
) -> list[Answer]:
    """The gold answers of perturbed examples.

    Where edits took every answer out of a context, or left nothing of it that a metric compares (an article, a mark of
    punctuation), the answers that stood there stay the right ones: the question has not become unanswerable for want
    of them.

    Args:
        perturbed: `(examples,)`.
        examples: `(examples,)` the same before.
        metrics: those of the task, in the language of the answers.
    """
    return [_moved(item, before, metrics) for item, before in zip(perturbed, examples, strict=True)]


def _moved(item: Perturbed, before: Example, metrics: Sequence[Metric]) -> Answer:
    found = gold_answer(item.example)
    if item.unchanged or before.target is not None or before.targets or _tagged(before):
        return found
    return tuple(text for text in found if _scores(text, metrics)) or gold_answer(before)


def _scores(answer: str, metrics: Sequence[Metric]) -> bool:
    """Whether an answer has full marks by every metric if it is given itself."""
    return all(float(metric.score(metric.statistics([(answer,)], [answer])[0])) == 1 for metric in metrics)


def gold_answer(example: Example) -> Answer:
    """The gold label, the targets, the tags of the tokens that are there, or the answers that stand in a context."""
    if example.target is not None:
        return example.target
    if example.targets:
        return example.targets
    texts = example.texts.values()
    if _tagged(example):
        return tuple(span.label for text in texts if text.tokens for span in text.spans)
    found = (span.of(text.text) for text in texts for span in text.spans if span.label == ANSWER)
    return tuple(dict.fromkeys(found))


def _tagged(example: Example) -> bool:
    return any(text.tokens for text in example.texts.values())
