"""HellaSwag: how does it go on? Four endings for the beginning of a video's caption or of a WikiHow instruction.

Source: Zellers et al. 2019. Layouts: the original files (`hellaswag_train.jsonl`), the same rows as one JSON list, and
the Parquet repository of the hub or a local copy of it. The label is a number or a text with one. `ctx` is what was
said: `ctx_a`, and `ctx_b`, the beginning of the sentence that the endings finish (empty where they are sentences).
The answers of the test set were never handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from perturbations.errors import DataError
from suites.examples import Example
from suites.intermediate.multiple_choice import MultipleChoiceItem, letter, multiple_choice_examples
from suites.readers.files import first_file, lines
from suites.readers.hub import Number, Repository, parquet_files, read_folder, read_repository
from suites.readers.json import members, parsed, record, texts_of
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task

OPTIONS = {"layout": "auto", "begun": "context"}
CHOICES = {"layout": ("auto", "original", "json", "parquet"), "begun": ("context", "choices")}
SPLITS = {"dev": "val", "train": "train"}
"""Split and what the files call it."""
PLACES = ("hellaswag", "english/hellaswag", "Rowan/hellaswag")
HUB = Repository("Rowan/hellaswag", "218ec52e09a7e7462a5400043bb9a69a41d06b76")
TEXTS = ("source_id", "ctx_a", "ctx_b", "ctx")
URL = "https://github.com/rowanz/hellaswag/tree/master/data"
ENDINGS = 4


@dataclass(frozen=True, slots=True)
class _Item:
    """One row of a file: where it stands, its number, the values of `TEXTS`, the endings, the label as a text."""

    where: str
    number: int
    texts: tuple[str, ...]
    endings: tuple[str, ...]
    label: str


def read_hellaswag(request: Request) -> list[Example]:
    """The examples of one split; clusters are the videos and articles that they were taken from.

    Ids are `activitynet:24` and `wikihow:24`: the numbers of the file recur between the two.

    Args:
        request: split (`"train"` or `"dev"`) and place; of the layouts under its root the first of original, JSON,
            Parquet that has a file of the split is taken, unless the option `layout` names one. Option `begun`: the
            begun sentence ends the `context` (the same noise for all endings), or begins the `choices`.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the split, or the hub cannot be reached.
        StrippedLabelsError: a file without labels.
        DataError: a file that breaks its format.
    """
    options = complete_options(request, task="hellaswag", languages=("en",), options=OPTIONS, choices=CHOICES)
    only_splits(
        request, task="hellaswag", splits=tuple(SPLITS), reason="the answers of its test set were never handed out"
    )
    items, source = (_from_hub if request.root is None else _from_root)(request, options["layout"])
    begun = options["begun"] == "choices"
    rows = [_row(item, begun=begun) for item in items]
    return multiple_choice_examples(rows, choices=ENDINGS, source=source, gold=f"{URL} has those of train and dev")


def _row(item: _Item, *, begun: bool) -> MultipleChoiceItem:
    """The context with its endings; the begun sentence before each ending if `begun`, as jiant reads it."""
    source, before, begin, whole = (text.strip() for text in item.texts)
    endings = tuple(ending.strip() for ending in item.endings)
    kind, _, name = source.partition("~")
    if not name:
        raise DataError(f"{item.where}: the source {source!r} is not of the form activitynet~v_… or wikihow~…")
    choices = tuple(f"{begin} {ending}".strip() if ending else "" for ending in endings) if begun else endings
    context = {"context": before if begun else whole}
    return MultipleChoiceItem(item.where, f"{kind}:{item.number}", context, choices, letter(item.label), source)


def _from_hub(request: Request, layout: str) -> tuple[Iterator[_Item], str]:
    no_layout_on_hub(layout, task="hellaswag")
    source = f"{HUB.name} ({request.split})"
    return _table(read_repository(HUB, None, request.split, columns=_columns()), source), source


def _from_root(request: Request, layout: str) -> tuple[Iterator[_Item], str]:
    places = folders(cast("Path", request.root), PLACES)
    stem = f"hellaswag_{SPLITS[request.split]}"
    readers = {"original": (f"{stem}.jsonl", _lines), "json": (f"{stem}.json", _list)}
    wanted = [name for name in readers if layout in ("auto", name)]
    for name, read in (readers[key] for key in wanted):
        if path := first_file(place / name for place in places):
            return read(path), str(path)
    if layout in ("auto", "parquet") and (files := parquet_files(places, None, request.split)):
        source = str(files[0].parent)
        return _table(read_folder(files, columns=_columns()), source), source
    table = "train" if request.split == "train" else "validation"
    names = [readers[key][0] for key in wanted] + ([f"data/{table}*.parquet"] if layout in ("auto", "parquet") else [])
    looked_for = [f"{name} (there or in hellaswag/)" for name in names]
    raise nothing_found(request, task="hellaswag", looked_for=looked_for, url=URL)


def _columns() -> tuple[str, ...]:
    return (Number("ind"), *TEXTS, "endings", "label")


def _lines(path: Path) -> Iterator[_Item]:
    return (_item(parsed(line, f"{path} line {number}"), f"{path} line {number}") for number, line in lines(path))


def _list(path: Path) -> Iterator[_Item]:
    content = parsed("".join(line for _, line in lines(path, keep_ends=True)), str(path))
    items = members({"items": content}, "items", str(path))
    return (_item(item, f"{path} item {number}") for number, item in enumerate(items))


def _item(item: Any, where: str) -> _Item:
    """One object; the label of the test set is not there at all."""
    found = record(item, where, texts=TEXTS, numbers=("ind",))
    label = item.get("label", "")
    if type(label) is int:
        label = str(label)
    if not isinstance(label, str):
        raise DataError(f"{where}: the label {label!r} is neither a number nor a text with one")
    return _Item(where, found.numbers[0], found.texts, tuple(texts_of(item, "endings", where)), label)


def _table(rows: Iterable[tuple[Any, ...]], source: str) -> Iterator[_Item]:
    for place, (number, *texts, endings, label) in enumerate(rows):
        yield _Item(f"{source} row {place}", number, tuple(texts), tuple(endings), label)


HELLASWAG = Task(
    name="hellaswag",
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=("en",),
    labels=tuple(str(number) for number in range(ENDINGS)),
    fields=("context", *(f"choice{number}" for number in range(1, ENDINGS + 1))),
    metric="accuracy",
    source=Source("Zellers et al. 2019", "MIT", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_hellaswag,
    cluster="source",
    options=OPTIONS,
    choices=CHOICES,
)
