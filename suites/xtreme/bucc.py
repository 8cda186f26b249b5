"""BUCC 2018: mine the translated pairs out of two large sets of sentences, one of them English.

Source: Zweigenbaum et al. 2018; the benchmark (Hu et al. 2020) tunes its threshold on the sample set and tests on the
training set, since the gold pairs of the test set were never handed out. Layouts: the original files
(`zh-en.training.zh`, …) and the benchmark's renamed ones (`zh-en.test.zh`, …), whose gold pairs it deletes.
"""

from __future__ import annotations

from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import Example, Pool
from suites.readers.files import first_file, unique
from suites.readers.tsv import Row, read_headless
from suites.requests import complete_options, folders, nothing_found, only_splits
from suites.retrieval import SENTENCE, no_repository, sentence_example
from suites.task import Kind, Request, Source, Task

LANGUAGES = ("de", "fr", "ru", "zh")
ENGLISH = "en"
SPLITS = {"test": ("training", "test"), "dev": ("sample", "dev")}
"""Split, what the original files call it, and what the benchmark does."""
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", "xtreme")}
URL = "https://comparable.limsi.fr/bucc2018/bucc2018-task.html"


def read_bucc(request: Request) -> list[Example]:
    """The sentences of one language, with the ids of their English translations: one for a few, none for most.

    Args:
        request: language, split and place.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language.
        StrippedLabelsError: the gold pairs are not beside the sentences.
        DataError: a file that breaks its format; an id twice; a gold pair of ids that are not in the files.
    """
    path = _path(request)
    sentences, english = _sentences(path), _sentences(path.with_suffix(f".{ENGLISH}"))
    targets = _gold(path, {row.values[0] for row in sentences}, {row.values[0] for row in english})
    return [
        sentence_example(name, text, language=request.language, targets=targets.get(name, ()))
        for name, text in (row.values for row in sentences)
    ]


def bucc_pool(request: Request) -> Pool:
    """The English sentences that the language's are paired with; raises what `read_bucc` does, but for the gold."""
    rows = _sentences(_path(request).with_suffix(f".{ENGLISH}"))
    found = (sentence_example(*row.values, language=ENGLISH) for row in rows)
    return Pool(f"bucc2018 {request.language} {request.split}", tuple(found))


def _path(request: Request) -> Path:
    """The file with the sentences of the language."""
    layout = complete_options(request, task="bucc2018", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)["layout"]
    only_splits(request, task="bucc2018", splits=tuple(SPLITS), reason="it has no sentences to train on")
    if request.root is None:
        raise no_repository(request, task="bucc2018", url=URL)
    language = request.language
    pair = f"{language}-{ENGLISH}"
    places = folders(request.root, (f"bucc2018/{pair}", "bucc2018", pair))
    names = {
        name: f"{pair}.{called}.{language}"
        for name, called in zip(("original", "xtreme"), SPLITS[request.split], strict=True)
        if layout in ("auto", name)
    }
    if path := first_file(place / name for name in names.values() for place in places):
        return path
    looked_for = [f"{name} (there or in bucc2018/)" for name in names.values()]
    raise nothing_found(request, task="bucc2018", looked_for=looked_for, url=URL)


def _sentences(path: Path) -> list[Row]:
    rows = list(read_headless(path, width=2))
    unique(((row.values[0], f"{path} line {row.line}") for row in rows), what="sentence")
    if empty := next((row for row in rows if not row.values[1].strip()), None):
        raise DataError(f"{path} line {empty.line}: sentence {empty.values[0]!r} is empty; take it out of the file")
    return rows


def _gold(path: Path, foreign: set[str], english: set[str]) -> dict[str, tuple[str, ...]]:
    """The English ids by foreign id."""
    gold = path.with_suffix(".gold")
    if not gold.is_file():
        raise StrippedLabelsError(
            f"{gold} is not beside {path.name}: the benchmark deletes the gold pairs of its test set; they are in the "
            f"training set of {URL}"
        )
    # A pair that stands twice in the file counts once, as in the benchmark's script.
    pairs: dict[str, dict[str, None]] = {}
    for row in read_headless(gold, width=2):
        one, other = row.values
        for name, known in ((one, foreign), (other, english)):
            if name not in known:
                raise DataError(f"{gold} line {row.line}: no sentence {name!r}; the sentences or the pairs were cut")
        pairs.setdefault(one, {})[other] = None
    return {one: tuple(others) for one, others in pairs.items()}


BUCC = Task(
    name="bucc2018",
    version=1,
    kind=Kind.MINING,
    languages=LANGUAGES,
    labels=(),
    fields=(SENTENCE,),
    metric="bucc-f1",
    source=Source("Zweigenbaum et al. 2018", "BUCC 2018 shared task data (research use)", url=URL),
    read=read_bucc,
    pool=bucc_pool,
    options=OPTIONS,
    choices=CHOICES,
    searched=(SENTENCE,),
)
