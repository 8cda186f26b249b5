"""Gold: what is right for a cell, in the layouts of label files that the benchmark's `evaluate.py` reads.

They are those of predictions (`harness.submission.reading`), but for question answering, whose label files are SQuAD's.
Gold follows the edits: the tags of the tokens that survive, the answers as they stand now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from harness.export.processed import squad
from harness.metrics.metric import Answer
from harness.metrics.registry import find_metric
from suites.examples import ANSWER, Example
from suites.task import Kind, Task

GONE = -1
"""Offset of an answer that edits took out of its context, or of which they left nothing to compare."""
Golds = Sequence[tuple[Example, Answer]]


def gold_file(task: Task, examples: Sequence[Example], gold: Sequence[Answer]) -> tuple[str, str]:
    """Suffix and content of the label file of a cell.

    Args:
        task: the task.
        examples: `(examples,)` perturbed or not.
        gold: `(examples,)` what is right.
    """
    pairs = list(zip(examples, gold, strict=True))
    if task.kind is Kind.RETRIEVAL:
        # A score that looks at the first candidate alone is the benchmark's Tatoeba, a candidate a line.
        return (".tsv", _lines(pairs)) if find_metric(task.metric).binary else (".json", _by_id(pairs))
    suffix, content = _LAYOUTS[task.kind]
    return suffix, content(pairs)


def _lines(pairs: Golds) -> str:
    return "".join(f"{answer if isinstance(answer, str) else answer[0]}\n" for _, answer in pairs)


def _choices(pairs: Golds) -> str:
    return "".join(json.dumps({"label": int(str(answer))}) + "\n" for _, answer in pairs)


def _tags(pairs: Golds) -> str:
    return "".join("".join(f"{tag}\n" for tag in answer) + "\n" for _, answer in pairs)


def _by_id(pairs: Golds) -> str:
    return json.dumps({example.id: list(answer) for example, answer in pairs}, ensure_ascii=False) + "\n"


def _pairs(pairs: Golds) -> str:
    return "".join(f"{example.id}\t{target}\n" for example, answer in pairs for target in answer)


def _squad(pairs: Golds) -> str:
    answers: list[list[Mapping[str, object]]] = []
    for example, texts in pairs:
        context = example.texts["context"]
        there = [
            {"answer_start": span.start, "text": span.of(context.text)}
            for span in context.spans
            if span.label == ANSWER and span.of(context.text) in texts
        ]
        answers.append([*there] or [{"answer_start": GONE, "text": text} for text in texts])
    return squad([example for example, _ in pairs], answers)


_LAYOUTS: Mapping[Kind, tuple[str, Callable[[Golds], str]]] = {
    Kind.CLASSIFICATION: (".tsv", _lines),
    Kind.MULTIPLE_CHOICE: (".jsonl", _choices),
    Kind.TAGGING: (".tsv", _tags),
    Kind.QUESTION_ANSWERING: (".json", _squad),
    Kind.MINING: (".tsv", _pairs),
}
