"""Processed: inputs in the layouts that the scripts of google-research/xtreme read, test labels taken out as there.

A task has the layout of its kind, under the name that the scripts look for where that is another than
`test-xx`. A layout of lines cannot hold every text; what it cannot hold is refused with the reason.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from perturbations.errors import DataError, UsageError
from suites.examples import Example, Pool, Text
from suites.retrieval import SENTENCE
from suites.task import Kind, Task
from suites.xtreme_r.copa_items import QUESTIONS

NAMES: Mapping[str, str] = {
    "xquad": "xquad.{language}.json",
    "mlqa": "MLQA_V1/{split}/{split}-context-{language}-question-{asked}.json",
    "tydiqa": "tydiqa-goldp-v1.1-dev/tydiqa.goldp.{language}.dev.json",
    "tatoeba": "{language}-en",
    "bucc2018": "{language}-en.{split}",
}
"""By task, the name under which the scripts look for a file; `{split}-{language}` with the kind's suffix for others."""
TEST = "test"
CAUSES = {question: word for word, question in QUESTIONS.items()}
LINE_ENDS = ("\n", "\r")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a file is written of.

    Args:
        task: the task.
        language: language code.
        split: `"test"`, `"dev"` or `"train"`.
        examples: `(examples,)` perturbed or not.
        pool: the candidates that the examples search.
    """

    task: Task
    language: str
    split: str
    examples: Sequence[Example]
    pool: Pool | None = None

    def name(self, suffix: str) -> str:
        """The name of the file."""
        if pattern := NAMES.get(self.task.name):
            asked = next(iter(self.examples[0].texts.values())).language
            return pattern.format(language=self.language, split=self.split, asked=asked)
        return f"{self.split}-{self.language}{suffix}"


def processed(cell: Cell) -> dict[str, str]:
    """The contents of the files of a cell, by name.

    Raises:
        UsageError: the task has no such layout.
        DataError: the layout cannot hold a text.
    """
    return _LAYOUTS[cell.task.kind](cell)


def _table(cell: Cell) -> dict[str, str]:
    """Texts in columns; a label behind them but in test files."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t")
    for example in cell.examples:
        label = [] if cell.split == TEST else [example.target]
        writer.writerow([*(text.text for text in example.texts.values()), *label])
    return {cell.name(".tsv"): stream.getvalue()}


def _choices(cell: Cell) -> dict[str, str]:
    """An object a line, its label 0 in test files; the question of COPA is the word `cause` or `effect`."""
    rows: list[str] = []
    for place, example in enumerate(cell.examples):
        texts = {name: text.text for name, text in example.texts.items()}
        if "question" in texts:
            texts["question"] = CAUSES.get(texts["question"], texts["question"])
        index = int(example.id) if example.id.isdecimal() else place
        label = 0 if cell.split == TEST else int(example.target or 0)
        rows.append(json.dumps({**texts, "idx": index, "label": label}) + "\n")
    return {cell.name(".jsonl"): "".join(rows)}


def _columns(cell: Cell) -> dict[str, str]:
    """A token a line and an empty line after each sentence; a tag behind it but in test files."""
    rows: list[str] = []
    for example in cell.examples:
        for text in example.texts.values():
            for span in text.spans:
                form = _one_line(span.of(text.text), example, breaks=(*LINE_ENDS, "\t"))
                rows.append(form if cell.split == TEST else f"{form}\t{span.label}")
        rows.append("")
    return {cell.name(".tsv"): "".join(f"{row}\n" for row in rows)}


def _squad(cell: Cell) -> dict[str, str]:
    """SQuAD's JSON, a paragraph a question, its answer blanked."""
    blank = [{"answer_start": 0, "text": ""}]
    return {cell.name(".json"): squad(cell.examples, [blank] * len(cell.examples))}


def squad(examples: Sequence[Example], answers: Sequence[Sequence[Mapping[str, object]]]) -> str:
    """SQuAD v1.1 JSON, one paragraph a question.

    Args:
        examples: `(examples,)` questions with their contexts.
        answers: `(examples,)` what stands under `answers`.
    """
    paragraphs = [
        {
            "context": example.texts["context"].text,
            "qas": [{"id": example.id, "question": example.texts["question"].text, "answers": list(given)}],
        }
        for example, given in zip(examples, answers, strict=True)
    ]
    data = {"data": [{"paragraphs": [paragraph]} for paragraph in paragraphs], "version": "1.1"}
    return json.dumps(data, ensure_ascii=False) + "\n"


def _sides(cell: Cell) -> dict[str, str]:
    """The queries and their candidates, a sentence a line, in a file a language."""
    return {name: _lines(side) for name, side in _both(cell).items()}


def _numbered(cell: Cell) -> dict[str, str]:
    """The same with the id before each sentence."""
    return {name: _lines(side, numbered=True) for name, side in _both(cell).items()}


def _both(cell: Cell) -> dict[str, Sequence[Example]]:
    """The queries and the candidates by name of file.

    Raises:
        UsageError: they are not single sentences, each side in one language.
    """
    sides = (cell.examples, cell.pool.candidates if cell.pool else ())
    if not all(set(example.texts) == {SENTENCE} for side in sides for example in side):
        raise UsageError(
            "its queries and candidates are no plain sentences, for which alone there is a layout; see the JSONL"
        )
    return {f"{cell.name('')}.{_sentence(side[0]).language}": side for side in sides if side}


def _sentence(example: Example) -> Text:
    return example.texts[SENTENCE]


def _lines(side: Sequence[Example], *, numbered: bool = False) -> str:
    rows = [_one_line(_sentence(example).text, example) for example in side]
    return "".join(
        f"{example.id}\t{row}\n" if numbered else f"{row}\n" for example, row in zip(side, rows, strict=True)
    )


def _one_line(text: str, example: Example, *, breaks: Sequence[str] = LINE_ENDS) -> str:
    """A text that a layout of lines can hold.

    Raises:
        DataError: it holds a break, or nothing at all.
    """
    if not text.strip() or any(mark in text for mark in breaks):
        raise DataError(f"{text!r} of example {example.id!r} cannot stand on a line of its own: the JSONL holds it")
    return text


_LAYOUTS: Mapping[Kind, Callable[[Cell], dict[str, str]]] = {
    Kind.CLASSIFICATION: _table,
    Kind.MULTIPLE_CHOICE: _choices,
    Kind.TAGGING: _columns,
    Kind.QUESTION_ANSWERING: _squad,
    Kind.RETRIEVAL: _sides,
    Kind.MINING: _numbered,
}
