"""SNLI: does a premise entail a hypothesis? English pairs about captions of photographs, most premises three times.

Source: Bowman et al. 2015. Layouts: SNLI 1.0 (`snli_1.0_train.jsonl`, or the table beside it), a CSV conversion, and
the Parquet repository of the hub or a local copy of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from suites.examples import Example
from suites.intermediate.nli import Corpus, Layout, Pair, Pairs, read_original, read_pairs
from suites.readers.csv import read_csv
from suites.readers.hub import Repository
from suites.requests import SPLITS
from suites.task import Kind, Request, Source, Task
from suites.xtreme_r.xnli import ALIASES, LABELS

HUB = Repository("stanfordnlp/snli", "cdb5c3d5eed6ead6e5a341c8e56e669bb666725b")
URL = "https://nlp.stanford.edu/projects/snli/snli_1.0.zip"


def snli_pairs(request: Request) -> Pairs:
    """The pairs of one split, with the number of those that have no gold label and are left out.

    Args:
        request: split and place.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the split, or the hub cannot be reached.
        StrippedLabelsError: no pair has a gold label.
        DataError: a file that breaks its format.
    """
    return read_pairs(CORPUS, request)


def read_snli(request: Request) -> list[Example]:
    """The examples of one split, ids counted from 0 in the order of the file; see `snli_pairs`."""
    return list(snli_pairs(request).examples)


def _comma_separated(path: Path) -> Iterator[Pair]:
    for row in read_csv(path, names=("premise", "hypothesis", "label")):
        yield Pair(f"{path} line {row.line}", *row.values)


CORPUS = Corpus(
    name="snli",
    layouts=(
        Layout(
            "original",
            {split: (f"snli_1.0_{split}.jsonl", f"snli_1.0_{split}.txt") for split in SPLITS},
            read_original,
        ),
        Layout("csv", {split: (f"{split}.csv",) for split in SPLITS}, _comma_separated),
    ),
    folders=("snli_1.0", "snli", "english/snli", "stanfordnlp/snli"),
    hub=HUB,
    url=URL,
    config="plain_text",
)

SNLI = Task(
    name="snli",
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=("en",),
    labels=LABELS,
    fields=("premise", "hypothesis"),
    metric="accuracy",
    source=Source("Bowman et al. 2015", "CC BY-SA 4.0", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_snli,
    cluster="premise",
    options={"layout": "auto"},
    choices=CORPUS.choices,
    aliases=ALIASES,
)
