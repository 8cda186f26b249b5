"""Cosmos QA: what may be behind a story? Questions about blog posts with four choices, often one of none of them.

Source: Huang et al. 2019. Layouts: the original tables (`train.csv`, `valid.csv`), and `valid.rest.csv`, the other rows
of a dev set of which a slice is `valid.csv`, to train on where the training set is not at hand. The repository on the
hub has a loading script and cannot be read. The answers of the test set were never handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from perturbations.errors import UsageError
from suites.examples import Example
from suites.intermediate.multiple_choice import MultipleChoiceItem, letter, multiple_choice_examples
from suites.intermediate.rest import REST, check_apart, refuse_rest
from suites.readers.csv import read_csv
from suites.readers.files import first_file
from suites.requests import complete_options, folders, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task

ANSWERS = ("answer0", "answer1", "answer2", "answer3")
COLUMNS = ("id", "context", "question", *ANSWERS, "label")
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", REST)}
FILES = {"train": "train.csv", "dev": "valid.csv"}
OTHERS = "valid.rest.csv"
PLACES = ("cosmosqa", "english/cosmosqa", "cosmosqa/data")
URL = "https://github.com/wilburOne/cosmosqa/tree/master/data"


def read_cosmosqa(request: Request) -> list[Example]:
    """The examples of one split, with the ids of the file; clusters are the questions with one context.

    Args:
        request: split (`"train"` or `"dev"`) and place. The layout `rest` is taken only if the option `layout` names
            it, for it is a part of the dev set and not the training set.

    Raises:
        UsageError: a language, split or option that the task does not have, or no data directory.
        ResourceError: no file of the split.
        StrippedLabelsError: a file without answers.
        DataError: a file that breaks its format; examples of the dev set among the rest.
    """
    layout = complete_options(request, task="cosmosqa", languages=("en",), options=OPTIONS, choices=CHOICES)["layout"]
    only_splits(
        request, task="cosmosqa", splits=tuple(FILES), reason="the answers of its test set were never handed out"
    )
    refuse_rest(request, layout, task="cosmosqa")
    if request.root is None:
        raise UsageError(f"task 'cosmosqa' is not read from the hub: give the directory with its files ({URL})")
    name = OTHERS if layout == REST else FILES[request.split]
    path = first_file(place / name for place in folders(request.root, PLACES))
    if path is None:
        hint = [] if layout != "auto" or request.split != "train" else [f"not for {OTHERS}, which is layout {REST!r}"]
        looked_for = [f"{name} (there or in cosmosqa/)", *hint]
        raise nothing_found(request, task="cosmosqa", looked_for=looked_for, url=URL)
    examples = multiple_choice_examples(_rows(path), choices=len(ANSWERS), source=str(path), gold=f"{URL} has them")
    if layout == REST:
        check_apart(examples, request, read=read_cosmosqa, source=str(path))
    return examples


def _rows(path: Path) -> Iterator[MultipleChoiceItem]:
    first: dict[str, str] = {}
    for row in read_csv(path, names=COLUMNS):
        name, context, question, *choices, label = row.values
        texts = {"context": context, "question": question}
        group = first.setdefault(context.strip(), name)
        yield MultipleChoiceItem(f"{path} line {row.line}", name, texts, tuple(choices), letter(label), group)


COSMOSQA = Task(
    name="cosmosqa",
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=("en",),
    labels=tuple(str(number) for number in range(len(ANSWERS))),
    fields=("context", "question", *(f"choice{number}" for number in range(1, len(ANSWERS) + 1))),
    metric="accuracy",
    source=Source("Huang et al. 2019", "CC BY 4.0", url=URL),
    read=read_cosmosqa,
    cluster="context",
    options=OPTIONS,
    choices=CHOICES,
)
