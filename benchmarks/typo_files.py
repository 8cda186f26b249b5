"""Typo files: the sentences with typos that people made, and the clean ones they come from, read as rows of words.

The noisy files are those of Cooper Stickland et al. (2023): XNLI as tab-separated text, each sentence between single
quotes, labels as numbers; PAN-X as JSON lines. The clean ones are the test sets in the layout in which XTREME has them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from perturbations.errors import DataError
from perturbations.languages import Language
from perturbations.segmentation import words
from suites.readers.files import lines
from suites.readers.tables import quoted_rows
from suites.readers.tsv import read_plain

NUMBERS = ("0", "1", "2")
LABELS = ("entailment", "neutral", "contradiction")
"""What 0, 1 and 2 stand for in the noisy XNLI files."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, or the two sentences of an inference pair, as words.

    Args:
        words: `(words,)` in NFC.
        label: the class of an inference pair, empty elsewhere.
    """

    words: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A noisy file and the clean one that it was made from; rows without words are left out of both."""

    noisy: tuple[Row, ...]
    clean: tuple[Row, ...]


def split(text: str, language: Language) -> tuple[str, ...]:
    """The words of a text in NFC, with one kind of apostrophe."""
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    return tuple(text[start:end] for start, end in words(text, language))


def read_xnli(data: Path, language: Language) -> Rows | None:
    """The inference pairs of a language, None where there is no noisy file.

    Raises:
        DataError: a row with other than three columns, an unknown label, as many labels as there are no rows.
    """
    found = sorted((data / "noise/real_typos/xnli").glob(f"test_{language.code}_typos_*.tsv"))
    if not found:
        return None
    noisy: list[Row] = []
    for number, line in lines(found[0]):
        parts = line.split("\t")
        if number == 1 and parts != ["premise", "hypothesis", "label"]:
            raise DataError(f"{found[0]}:1: the header is {line!r}: premise, hypothesis and label are read")
        if number > 1:
            if len(parts) != 3 or parts[2] not in NUMBERS:
                raise DataError(f"{found[0]}:{number}: {line[:60]!r} is not a premise, a hypothesis and 0, 1 or 2")
            noisy.append(Row(split(_both(part[1:-1] for part in parts[:2]), language), LABELS[NUMBERS.index(parts[2])]))
    sentences = data / f"xnli/test-{language.code}.tsv"
    texts = [_both(row.values[:2]) for row in quoted_rows(sentences, delimiter="\t")]
    labels = [row.values[0] for row in read_plain(data / "xnli/test.labels.tsv", names=("gold_label",))]
    if len(labels) != len(texts):
        raise DataError(f"{sentences}: {len(texts)} rows, but {len(labels)} labels: both must be whole")
    clean = [Row(split(text, language), label) for text, label in zip(texts, labels, strict=True)]
    return _rows(noisy, clean)


def read_panx(data: Path, language: Language) -> Rows | None:
    """The tagged sentences of a language without their tags, None where there is no noisy file.

    Raises:
        DataError: a line without tokens.
    """
    found = sorted((data / "noise/real_typos/panx").glob(f"test_{language.code}_typos_*.jsonl"))
    if not found:
        return None
    noisy: list[Row] = []
    for number, line in lines(found[0]):
        try:
            tokens: list[str] = json.loads(line)["tokens"]
        except (json.JSONDecodeError, KeyError) as error:
            raise DataError(f"{found[0]}:{number}: no JSON object with `tokens`: {error}") from error
        noisy.append(Row(split(" ".join(tokens), language)))
    blocks = groupby(lines(data / f"panx/test-{language.code}.tsv"), key=lambda numbered: bool(numbered[1]))
    # The token stands first, before a tab where there are tags; an empty line parts two sentences.
    texts = (" ".join(line.split("\t")[0] for _, line in block) for filled, block in blocks if filled)
    return _rows(noisy, [Row(split(text, language)) for text in texts])


def _both(sentences: Iterable[str]) -> str:
    """Premise and hypothesis as one text, between which no word goes on."""
    return " \n ".join(sentences)


def _rows(noisy: list[Row], clean: list[Row]) -> Rows:
    return Rows(tuple(row for row in noisy if row.words), tuple(row for row in clean if row.words))
