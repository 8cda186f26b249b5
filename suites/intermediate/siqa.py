"""Social IQa: what follows from a social situation? Three choices; XTREME-R trains on it before XCOPA.

Source: Sap et al. 2019. Layouts: version 1.4 in one file a split (`socialIQa_v1.4_trn.jsonl`), as the benchmark takes
it, and the distribution with the answers in a file of their own (`train.jsonl`, `train-labels.lst`; 1 to 3). As in the
benchmark's `run_xcopa.py`, context and question, joined by a space, are read before each choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError, UsageError
from suites.examples import Example
from suites.intermediate.multiple_choice import LETTERS, MultipleChoiceItem, multiple_choice_examples
from suites.readers.files import first_file, lines
from suites.readers.jsonl import read_jsonl
from suites.requests import complete_options, folders, nothing_found
from suites.task import Kind, Request, Source, Task

COLUMNS = ("context", "question", "answerA", "answerB", "answerC")
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "single", "separate")}
SINGLE = {"train": "trn", "dev": "dev", "test": "tst"}
PLACES = ("siqa", "english/siqa", "socialiqa-train-dev", "siqa/socialiqa-train-dev")
URL = "https://storage.googleapis.com/ai2-mosaic/public/socialiqa/socialiqa-train-dev.zip"
GOLD = f"{URL} has them"


def read_siqa(request: Request) -> list[Example]:
    """The examples of one split, ids counted from 0; clusters are the questions with one context.

    Args:
        request: split and place; of the layouts under its root the first of single, separate that has a file of the
            split is taken, unless the option `layout` names one. There is no Parquet repository on the hub.

    Raises:
        UsageError: a language, split or option that the task does not have, or no data directory.
        ResourceError: no file of the split.
        StrippedLabelsError: a file without answers.
        DataError: a file that breaks its format.
    """
    layout = complete_options(request, task="siqa", languages=("en",), options=OPTIONS, choices=CHOICES)["layout"]
    if request.root is None:
        raise UsageError(f"task 'siqa' is not read from the hub: give the directory with its files ({URL})")
    places = folders(request.root, PLACES)
    names = {"single": f"socialIQa_v1.4_{SINGLE[request.split]}.jsonl", "separate": f"{request.split}.jsonl"}
    wanted = [name for name in names if layout in ("auto", name)]
    for candidate in wanted:
        if path := first_file(place / names[candidate] for place in places):
            rows = _single(path) if candidate == "single" else _separate(path)
            return multiple_choice_examples(_clustered(rows), choices=3, source=str(path), gold=GOLD)
    looked_for = [f"{names[name]} (there, in siqa/ or in socialiqa-train-dev/)" for name in wanted]
    raise nothing_found(request, task="siqa", looked_for=looked_for, url=URL)


def _single(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Place and values of each row, the letter of the answer last."""
    for record in read_jsonl(path, texts=(*COLUMNS, "correct")):
        yield record.where, record.texts


def _separate(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Place and values of each row, the letter of the answer last, which stands as a number in the file beside it."""
    gold = path.with_name(f"{path.stem}-labels.lst")
    if not gold.is_file():
        raise StrippedLabelsError(f"{path} holds no answers and {gold.name} is not beside it; {GOLD}")
    answers = [line.strip() for _, line in lines(gold)]
    records = list(read_jsonl(path, texts=COLUMNS))
    if len(answers) != len(records):
        raise DataError(f"{gold} has {len(answers)} answers for the {len(records)} questions of {path}")
    letters = {str(number): letter for number, letter in enumerate(LETTERS[:3], start=1)}
    for record, answer in zip(records, answers, strict=True):
        if answer not in letters:
            raise DataError(f"{record.where}: its answer in {gold.name} is {answer!r} instead of 1, 2 or 3")
        yield record.where, (*record.texts, letters[answer])


def _clustered(rows: Iterator[tuple[str, tuple[str, ...]]]) -> Iterator[MultipleChoiceItem]:
    first: dict[str, str] = {}
    for number, (where, (context, question, *choices, answer)) in enumerate(rows):
        group = first.setdefault(context.strip(), str(number))
        texts = {"context": context, "question": question}
        yield MultipleChoiceItem(where, str(number), texts, tuple(choices), answer.strip(), group)


SIQA = Task(
    name="siqa",
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=("en",),
    labels=("0", "1", "2"),
    fields=("context", "question", "choice1", "choice2", "choice3"),
    metric="accuracy",
    source=Source("Sap et al. 2019", "CC BY 4.0", url=URL),
    read=read_siqa,
    cluster="context",
    options=OPTIONS,
    choices=CHOICES,
)
