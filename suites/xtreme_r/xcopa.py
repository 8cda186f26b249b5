"""XCOPA: which of two choices is the cause or the effect of a premise? 500 test items, the same in eleven languages.

Source: Ponti et al. 2020, a translation of COPA (Roemmele et al. 2011), which is the task `copa`. Layouts: the original
files (`et/test.et.jsonl`), the benchmark's copies (`test-et.jsonl`), whose test labels are all 0, and the Parquet
repository of the hub or a local copy of it. How an item is put to a model: `suites/xtreme_r/copa_items.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from perturbations.errors import StrippedLabelsError, UsageError
from suites.examples import Example
from suites.readers.files import first_file
from suites.readers.hub import Number, Repository, parquet_files, read_folder, read_repository
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.task import Kind, Request, Source, Task
from suites.xtreme_r.copa_items import (
    FIELDS,
    LABELS,
    Item,
    blanked,
    checked_item,
    complete,
    example,
    healed,
    read_items,
)

LANGUAGES = ("et", "ht", "id", "it", "qu", "sw", "ta", "th", "tr", "vi", "zh")
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", "xtreme", "parquet")}
SPLITS = {"test": "test", "dev": "val"}
"""The splits that there are, with what the files call them; the training set is that of `copa`."""
PLACES = ("xcopa/data", "xcopa", "data", "cambridgeltl/xcopa")
HUB = Repository("cambridgeltl/xcopa", "042f78955ba48e6404616762fa6e05e839c3907a")
HUB_COLUMNS = (*FIELDS, "question", Number("idx"), Number("label"))
URL = "https://github.com/cambridgeltl/xcopa"
GOLD = f"the original file of any language has them ({URL}, data/xx/test.xx.jsonl): put one of them beside it"


def read_xcopa(request: Request) -> list[Example]:
    """The examples of one language and split; ids are the indices of the items, the same in every language.

    Args:
        request: language, split (`"test"` or `"dev"`) and place; of the layouts under its root the first of original,
            processed, Parquet that has a file of the language is taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a file whose labels are all 0, and no original file of another language beside it.
        DataError: a file that breaks its format.
    """
    layout = complete_options(request, task="xcopa", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)["layout"]
    if request.split not in SPLITS:
        raise UsageError(
            f"task 'xcopa' has no split {request.split!r}: ask for {' or '.join(SPLITS)}, or train on task 'copa'"
        )
    items = _from_hub(request, layout) if request.root is None else _from_root(request, request.root, layout)
    return [example(item, request.language) for item in items]


def labelled_files(places: Iterable[Path], split: str) -> list[Path]:
    """The original files of a split in all languages, of every place, for the labels that they hold."""
    name = SPLITS[split]
    files = (place / code / f"{name}.{code}.jsonl" for place in places for code in LANGUAGES)
    return [path for path in files if path.is_file()]


def _from_hub(request: Request, layout: str) -> list[Item]:
    no_layout_on_hub(layout, task="xcopa")
    rows = read_repository(HUB, request.language, request.split, columns=HUB_COLUMNS)
    return _parquet(rows, f"{HUB.name} ({request.language}, {request.split})")


def _from_root(request: Request, root: Path, layout: str) -> list[Item]:
    """The items in the first layout that has a file of the language."""
    language, name = request.language, SPLITS[request.split]
    places = folders(root, PLACES)
    names = {
        "original": (f"{language}/{name}.{language}.jsonl",),
        "xtreme": (f"{name}-{language}.jsonl", f"{language}/{name}-{language}.jsonl"),
        "parquet": (f"{language}/{request.split}*.parquet",),
    }
    wanted = [candidate for candidate in names if layout in ("auto", candidate)]
    for candidate in wanted:
        if candidate == "parquet":
            if files := parquet_files(places, language, request.split):
                return _parquet(read_folder(files, columns=HUB_COLUMNS), str(files[0].parent))
        elif path := first_file(place / file for place in places for file in names[candidate]):
            items = read_items(path)
            others = [other for other in labelled_files(places, request.split) if other != path]
            return healed(items, str(path), others, gold=GOLD) if blanked(items) else items
    looked_for = [f"{file} (there, in xcopa/ or in xcopa/data/)" for name in wanted for file in names[name]]
    raise nothing_found(request, task="xcopa", looked_for=looked_for, url=URL)


def _parquet(rows: Iterable[tuple[str, str, str, str, int, int]], source: str) -> list[Item]:
    items = [
        checked_item(Item(f"{source} row {number}", index, (premise, first, second), question, label))
        for number, (premise, first, second, question, index, label) in enumerate(rows)
    ]
    if blanked(complete(items, source)):
        raise StrippedLabelsError(f"{source} has the label 0 on every item: they are stripped; {GOLD}")
    return items


XCOPA = Task(
    name="xcopa",
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=LANGUAGES,
    labels=LABELS,
    fields=FIELDS,
    metric="accuracy",
    source=Source("Ponti et al. 2020", "CC BY 4.0", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_xcopa,
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    settings={"prefix": "copa"},
)
