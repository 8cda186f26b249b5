"""What a user says of a task of their own: a few lines of TOML, checked before any data is read.

    kind = "classification"
    format = "csv"
    files = "{language}/{split}.csv"
    languages = ["de", "en"]
    label = "stars"
    labels = ["negative", "positive"]
    texts = { review = "text" }
    cite = "Doe 2024"
    licence = "CC BY 4.0"

docs/data.md explains every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from perturbations.errors import UnknownNameError, UsageError
from perturbations.languages import find_language
from suites.requests import SPLITS
from suites.task import Kind

FORMATS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CLASSIFICATION: ("csv", "tsv", "jsonl"),
    Kind.MULTIPLE_CHOICE: ("csv", "tsv", "jsonl"),
    Kind.TAGGING: ("conllu", "columns"),
    Kind.QUESTION_ANSWERING: ("squad",),
}
"""Which formats can hold a kind of task. Retrieval, which needs a pool beside its queries, has none yet."""
METRICS: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.CLASSIFICATION: (("accuracy",),),
    Kind.MULTIPLE_CHOICE: (("accuracy",),),
    Kind.TAGGING: (("f1", "token-accuracy", "f1-seqeval-1.2.2"),),
    Kind.QUESTION_ANSWERING: (("squad-f1", "squad-em"), ("mlqa-f1", "mlqa-em")),
}
"""The metrics of each kind in the families that are kept together, the usual one first."""
TABULAR = ("csv", "tsv", "jsonl")
ONLY_TABULAR = ("label", "texts", "values", "id", "group")
CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Description:
    """A task as a TOML file describes it; the keys of the file are these names, but for `name`.

    Args:
        name: the path of the file, by which the task is known.
        kind: as in `suites.task.Kind`.
        format: `"csv"`, `"tsv"`, `"jsonl"`, `"conllu"`, `"columns"` or `"squad"`.
        files: where the file of a language and split lies below the data directory, with `{language}` and `{split}`.
        languages: codes that the task covers.
        cite: author and year.
        licence: the terms of the data.
        url: where the data is to be had.
        label: name of the column with the label.
        labels: the label set; for multiple choice the numbers of the choices.
        texts: names of the texts with the columns that hold them, in the order in which a model reads them.
        values: labels as the file writes them, with the label of the set that each means.
        id: name of the column with the id; rows are counted from 0 without one.
        group: name of the column with the cluster; examples are independent without one.
        parallel: whether an id denotes the same item in every language.
        fields: names of the texts that are perturbed by default; all of them where none is named.
        metric: name of the headline metric; the usual one of the kind where none is named.
        quoted: whether values of a TSV file are quoted as Python's `csv.writer` does it.
        splits: what `{split}` becomes for `"test"`, `"dev"` and `"train"` where it is another word.
    """

    name: str
    kind: Kind
    format: str
    files: str
    languages: tuple[str, ...]
    cite: str
    licence: str
    url: str | None = None
    label: str | None = None
    labels: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    id: str | None = None
    group: str | None = None
    parallel: bool = False
    fields: tuple[str, ...] = ()
    metric: str | None = None
    quoted: bool = False
    splits: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for check in (_check_format, _check_files, _check_texts, _check_labels):
            check(self)


def _check_format(task: Description) -> None:
    allowed = FORMATS[task.kind]
    if task.format not in allowed:
        raise UsageError(
            f"task {task.name}: format {task.format!r} does not hold {task.kind}: give {' or '.join(allowed)}"
        )
    if task.quoted and task.format != "tsv":
        raise UsageError(f"task {task.name}: quoted is for format 'tsv'; {task.format!r} has one way of quoting")
    metrics = [metric for family in METRICS[task.kind] for metric in family]
    if task.metric is not None and task.metric not in metrics:
        raise UnknownNameError(f"metric of {task.kind} in task {task.name}", task.metric, metrics)


def _check_files(task: Description) -> None:
    """The pattern of the file names, the languages and the words for the splits."""
    try:
        parts = list(Formatter().parse(task.files))
    except ValueError as error:
        raise UsageError(f"task {task.name}: files is {task.files!r}: {error}") from error
    names = {name for _, name, _, _ in parts if name is not None}
    if not names <= {"language", "split"} or any(form or conversion for _, _, form, conversion in parts):
        raise UsageError(
            f"task {task.name}: files is {task.files!r}: only {{language}} and {{split}} may stand in braces"
        )
    if not task.languages or len(set(task.languages)) < len(task.languages):
        raise UsageError(f"task {task.name}: languages is {list(task.languages)}: give at least one, and each once")
    for code in task.languages:
        if (canonical := find_language(code).code) != code:
            raise UsageError(f"task {task.name}: language {code!r} is called {canonical!r} here")
    if "language" not in names and len(task.languages) > 1:
        raise UsageError(f"task {task.name}: files is {task.files!r}: {{language}} must tell the languages apart")
    for split in task.splits:
        if split not in SPLITS:
            raise UnknownNameError(f"split in task {task.name}", split, SPLITS)


def _check_texts(task: Description) -> None:
    """The columns of a table, which the other formats do not have."""
    tabular = task.format in TABULAR
    for key in ONLY_TABULAR:
        if not tabular and getattr(task, key):
            raise UsageError(
                f"task {task.name}: {key} is for {', '.join(TABULAR)}; format {task.format!r} has no columns"
            )
    if tabular and not (task.texts and task.label):
        raise UsageError(
            f"task {task.name}: no {'label' if task.texts else 'texts'} given: say which columns hold what"
        )
    if not all((*task.texts, *task.texts.values())):
        raise UsageError(f"task {task.name}: texts is {dict(task.texts)}: give each text a name and its column")
    choices = [text for text in task.texts if text.startswith(CHOICE)]
    if task.kind is Kind.MULTIPLE_CHOICE and choices != [f"{CHOICE}{number}" for number in range(1, len(choices) + 1)]:
        raise UsageError(
            f"task {task.name}: the choices are {', '.join(choices)}: name them choice1, choice2, … in order"
        )
    if task.kind is Kind.MULTIPLE_CHOICE and len(choices) < 2:
        raise UsageError(f"task {task.name}: texts has {len(choices)} choices: give choice1, choice2, …")
    for name in task.fields:
        if name not in text_names(task):
            raise UnknownNameError(f"text of task {task.name}", name, text_names(task))


def _check_labels(task: Description) -> None:
    labels = label_set(task)
    if task.labels and task.labels != labels:
        raise UsageError(
            f"task {task.name}: labels is {list(task.labels)}: {task.kind} has {list(labels)}; leave it out"
        )
    if task.kind is not Kind.QUESTION_ANSWERING and (len(labels) < 2 or len(set(labels)) < len(labels)):
        raise UsageError(f"task {task.name}: labels is {list(labels)}: give at least two, and each once")
    for value, label in task.values.items():
        if label not in labels:
            raise UsageError(
                f"task {task.name}: values says that {value!r} means {label!r}, which is not one of the labels"
            )


def text_names(task: Description) -> tuple[str, ...]:
    """The names of the texts of an example, in the order in which a model reads them."""
    if task.kind is Kind.QUESTION_ANSWERING:
        return ("question", "context")
    return ("text",) if task.kind is Kind.TAGGING else tuple(task.texts)


def label_set(task: Description) -> tuple[str, ...]:
    """The labels: those given, the numbers of the choices, or none for question answering."""
    if task.kind is Kind.QUESTION_ANSWERING:
        return ()
    if task.kind is Kind.MULTIPLE_CHOICE:
        return tuple(str(number) for number in range(sum(text.startswith(CHOICE) for text in task.texts)))
    return task.labels


def file_of(task: Description, root: Path, *, language: str, split: str) -> Path:
    """Where the file of a language and split has to lie.

    Raises:
        UsageError: a split other than test, if the file names do not tell the splits apart.
    """
    if "{split}" not in task.files and split != "test":
        raise UsageError(f"task {task.name} has no split {split!r}: its files have no {{split}} and are the test set")
    return root / task.files.format(language=language, split=task.splits.get(split, split))
