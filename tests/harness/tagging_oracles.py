"""F1 of chunks by independent means: the installed seqeval, and a slow retelling of the rules of version 0.0.12."""

from __future__ import annotations

import warnings

from seqeval.metrics import f1_score

from harness.metrics.metric import Metric


def corpus_score(metric: Metric, gold: list[list[str]], found: list[list[str]]) -> float:
    return float(metric.score(metric.statistics(gold, found).sum(axis=0)))


def slow_f1(gold: list[list[str]], found: list[list[str]]) -> float:
    """F1 of seqeval 0.0.12, from a grouping of each sentence's tokens.

    Its rules, read off tag v0.0.12 of chakki-works/seqeval (which follows conlleval): the mark of a tag is its first
    character, its type what follows the last hyphen. Two neighbours belong to one chunk unless the left is O, E or S,
    the right is O, B or S, or the types differ; a chunk is known by sentence, type, start and end.
    """

    def chunks(tags: list[list[str]]) -> set[tuple[int, str, int, int]]:
        grouped: set[tuple[int, str, int, int]] = set()
        for line, sentence in enumerate(tags):
            runs: list[list[int]] = []
            for index, tag in enumerate(sentence):
                left = sentence[index - 1] if index else "O"
                joined = left[0] not in "OES" and tag[0] not in "OBS" and left.split("-")[-1] == tag.split("-")[-1]
                if joined:
                    runs[-1].append(index)
                elif tag[0] != "O":
                    runs.append([index])
            grouped |= {(line, sentence[run[0]].split("-")[-1], run[0], run[-1]) for run in runs}
        return grouped

    true, guessed = chunks(gold), chunks(found)
    right = len(true & guessed)
    precision = right / len(guessed) if guessed else 0.0
    recall = right / len(true) if true else 0.0
    return 2 * precision * recall / (precision + recall) if right else 0.0


def seqeval_f1(gold: list[list[str]], found: list[list[str]]) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # POS tags "seem not to be NE tags", and scores without chunks are undefined.
        return float(f1_score(gold, found))
