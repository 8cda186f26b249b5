"""MNLI: does a premise entail a hypothesis? English pairs from ten genres; XNLI's training data is this one.

Source: Williams et al. 2018. Layouts: MultiNLI 1.0 (`multinli_1.0_train.jsonl`, or the table beside it), GLUE's tables,
a JSON list with numbered labels, a tokenised sample of the dev set, and the Parquet repository of the hub or a local
copy of it. The dev set is the matched one. The labels of the test set were never handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from perturbations.errors import DataError
from suites.examples import Example
from suites.intermediate.nli import COLUMNS, UNLABELLED, Corpus, Layout, Pair, Pairs, read_original, read_pairs
from suites.readers.hub import Repository
from suites.readers.json import read_json
from suites.readers.tsv import read_headless, read_plain
from suites.task import Kind, Request, Source, Task
from suites.xtreme_r.xnli import ALIASES, LABELS

HUB = Repository("nyu-mll/multi_nli", "da70db2af9d09693783c3320c4249840212ee221")
URL = "https://cims.nyu.edu/~sbowman/multinli/multinli_1.0.zip"
NUMBERS = {-1: UNLABELLED, **dict(enumerate(LABELS))}
"""What the numbers of the JSON lists mean."""


def mnli_pairs(request: Request) -> Pairs:
    """The pairs of one split, with the number of those that have no gold label and are left out.

    Args:
        request: split (`"train"` or `"dev"`) and place.

    Raises:
        UsageError: a language, split or option that the task does not have; there is no labelled test split.
        ResourceError: no file of the split, or the hub cannot be reached.
        DataError: a file that breaks its format.
    """
    return read_pairs(CORPUS, request)


def read_mnli(request: Request) -> list[Example]:
    """The examples of one split, ids counted from 0 in the order of the file; see `mnli_pairs`."""
    return list(mnli_pairs(request).examples)


def _glue(path: Path) -> Iterator[Pair]:
    for row in read_plain(path, names=COLUMNS):
        yield Pair(f"{path} line {row.line}", *row.values)


def _numbered(path: Path) -> Iterator[Pair]:
    for record in read_json(path, texts=("premise", "hypothesis"), numbers=("label",)):
        (number,) = record.numbers
        if number not in NUMBERS:
            known = ", ".join(f"{key} ({label})" for key, label in enumerate(LABELS))
            raise DataError(f"{record.where}: the label {number} is not one of {known}")
        premise, hypothesis = record.texts
        yield Pair(record.where, premise, hypothesis, NUMBERS[number])


def _tokenised(path: Path) -> Iterator[Pair]:
    for row in read_headless(path, width=3):
        label, premise, hypothesis = row.values
        yield Pair(f"{path} line {row.line}", premise, hypothesis, label)


CORPUS = Corpus(
    name="mnli",
    layouts=(
        Layout(
            "original",
            {
                "train": ("multinli_1.0_train.jsonl", "multinli_1.0_train.txt"),
                "dev": ("multinli_1.0_dev_matched.jsonl", "multinli_1.0_dev_matched.txt"),
            },
            read_original,
        ),
        Layout("glue", {"train": ("train.tsv",), "dev": ("dev_matched.tsv",)}, _glue),
        Layout("json", {"train": ("mnli_train.json",), "dev": ("mnli_eval.json",)}, _numbered),
        Layout("tokenised", {"dev": ("mnli_matched.tsv",)}, _tokenised),
    ),
    folders=("multinli_1.0", "MNLI", "mnli", "english/mnli", "nyu-mll/multi_nli"),
    hub=HUB,
    url=URL,
    splits={"train": ("train",), "dev": ("validation_matched",)},
)

MNLI = Task(
    name="mnli",
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=("en",),
    labels=LABELS,
    fields=("premise", "hypothesis"),
    metric="accuracy",
    source=Source(
        "Williams et al. 2018",
        "OANC / CC BY 3.0 / CC BY-SA 3.0 by source",
        hub=HUB.name,
        revision=HUB.revision,
        url=URL,
    ),
    read=read_mnli,
    cluster="premise",
    options={"layout": "auto"},
    choices=CORPUS.choices,
    aliases=ALIASES,
)
