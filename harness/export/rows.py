"""Rows: an example as one JSON object, complete enough that any system can answer it and any reader can check it."""

from __future__ import annotations

import json

from harness.metrics.metric import Answer
from harness.noise import Perturbed
from suites.examples import Example


def example_row(item: Perturbed, gold: Answer) -> str:
    """An example as a line of JSON.

    `texts` and `languages` are by name of the text; `tokens` are there for texts that are made of them, `spans` (start,
    end, label; code points) for labelled stretches of others, where they stand now; `edits` by name of the text are
    `[start, end, text, kept]` of the original.

    Args:
        item: the example, perturbed or not.
        gold: what is right.
    """
    example = item.example
    edits: object = json.loads(item.edits_as_json() or "{}")
    tokens = {name: [span.of(text.text) for span in text.spans] for name, text in example.texts.items() if text.tokens}
    spans = {
        name: [[span.start, span.end, span.label] for span in text.spans]
        for name, text in example.texts.items()
        if text.spans and not text.tokens
    }
    row: dict[str, object] = {"id": example.id, "group": example.group, **_texts(example)}
    row |= {name: value for name, value in (("tokens", tokens), ("spans", spans)) if value}
    row |= {"gold": gold if isinstance(gold, str) else list(gold), "status": item.status.value}
    return _line(row | {"edits": edits})


def candidate_row(candidate: Example) -> str:
    """A candidate of a pool as a line of JSON."""
    return _line({"id": candidate.id, **_texts(candidate)})


def _texts(example: Example) -> dict[str, object]:
    return {
        "texts": {name: text.text for name, text in example.texts.items()},
        "languages": {name: text.language for name, text in example.texts.items()},
    }


def _line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
