"""Texts that perturbing is timed on: sentences of the evaluation data, as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from perturbations.errors import UsageError

SOURCES = {
    "en": "xquad/xquad.en.json",
    "hi": "xquad/xquad.hi.json",
    "th": "udpos/UD_Thai-PUD/th_pud-ud-test.conllu",
    "zh": "xquad/xquad.zh.json",
}
"""XQuAD; Thai, which the data may lack there, has the sentences of its treebank."""
BORDER = re.compile(r"(?<=[.!?।])\s+|(?<=[。！？])")
SHORTEST = 10
"""Code points of a sentence; what is shorter is a piece of an abbreviation."""


def sentences(data: Path, language: str, count: int) -> list[str]:
    """The first sentences of a language.

    Raises:
        UsageError: the file is not there or holds fewer.
    """
    path = data / SOURCES[language]
    if not path.is_file():
        raise UsageError(f"no file {path}: give the directory that holds {SOURCES[language]} with --data")
    content = path.read_text(encoding="utf-8")
    found = _treebank(content) if path.suffix == ".conllu" else _contexts(content)
    if len(found) < count:
        raise UsageError(f"{path} has {len(found):,} sentences and {count:,} are wanted: ask for fewer --sentences")
    return found[:count]


def _treebank(content: str) -> list[str]:
    start = "# text = "
    return [line.removeprefix(start).strip() for line in content.splitlines() if line.startswith(start)]


def _contexts(content: str) -> list[str]:
    contexts = (paragraph["context"] for article in json.loads(content)["data"] for paragraph in article["paragraphs"])
    pieces = (piece.strip() for context in contexts for piece in BORDER.split(context))
    return [piece for piece in pieces if len(piece) >= SHORTEST]


def of_length(parts: list[str], length: int) -> str:
    """A text of that many code points, the parts one after the other, over and over."""
    joined = " ".join(parts)
    return (joined * (length // len(joined) + 1))[:length]
