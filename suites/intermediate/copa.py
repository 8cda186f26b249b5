"""COPA in English: the training data of XCOPA (400 items), its dev set (100) and the items that XCOPA translates (500).

Source: Roemmele et al. 2011, in the files that XTREME-R (Ruder et al. 2021) hands out beside XCOPA. The labels of its
test file are all 0; those of the same items in any language of XCOPA are taken, if one of its original files is there.
"""

from __future__ import annotations

from perturbations.errors import UsageError
from suites.examples import Example
from suites.readers.files import first_file
from suites.requests import complete_options, folders, nothing_found
from suites.task import Kind, Request, Source, Task
from suites.xtreme_r.copa_items import FIELDS, LABELS, blanked, example, healed, read_items
from suites.xtreme_r.xcopa import GOLD, PLACES, labelled_files

SPLITS = {"test": "test", "dev": "val", "train": "train"}
URL = "https://people.ict.usc.edu/~gordon/copa.html"


def read_copa(request: Request) -> list[Example]:
    """The examples of one split; ids are the indices of the items, in test and dev those of `xcopa`.

    Args:
        request: split and place; the language is English. There is no repository on the hub.

    Raises:
        UsageError: a language, split or option that the task does not have, or no data directory.
        ResourceError: no file of the split.
        StrippedLabelsError: labels that are all 0, and no original file of XCOPA to take them from.
        DataError: a file that breaks its format.
    """
    complete_options(request, task="copa", languages=("en",), options={}, choices={})
    if request.root is None:
        raise UsageError("task 'copa' is not read from the hub: give the directory with xcopa/, as XTREME downloads it")
    name = SPLITS[request.split]
    places = folders(request.root, (*PLACES, "copa", "english/copa"))
    files = (f"{name}-en.jsonl", f"en/{name}-en.jsonl", f"{name}.en.jsonl", f"en/{name}.en.jsonl")
    path = first_file(place / file for place in places for file in files)
    if path is None:
        raise nothing_found(
            request, task="copa", looked_for=[f"{file} (there or in xcopa/)" for file in files], url=URL
        )
    items = read_items(path)
    if blanked(items):
        others = [] if request.split not in ("test", "dev") else labelled_files(places, request.split)
        items = healed(items, str(path), others, gold=GOLD)
    return [example(item, request.language) for item in items]


COPA = Task(
    name="copa",
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=("en",),
    labels=LABELS,
    fields=FIELDS,
    metric="accuracy",
    source=Source("Roemmele et al. 2011", "BSD 2-Clause", url=URL),
    read=read_copa,
)
