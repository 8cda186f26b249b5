"""Tatoeba: find the translation of a sentence among up to 1,000 English ones, in 41 languages.

Source: Artetxe and Schwenk 2019 (LASER); task: Hu et al. 2020. Layouts: LASER's line-aligned pairs of files, the
benchmark's renamed copies, and the Parquet repository of the hub or a local copy of it. The benchmark sorts its copies
of the English side, which loses the alignment; they are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError, UsageError
from suites.examples import Example, Pool
from suites.readers.files import first_file, lines
from suites.readers.hub import XTREME, parquet_files, read_folder, read_repository
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.retrieval import SENTENCE, sentence_example
from suites.task import Kind, Request, Source, Task

CODES = {
    "af": "afr", "ar": "ara", "az": "aze", "bg": "bul", "bn": "ben", "de": "deu", "el": "ell", "es": "spa",
    "et": "est", "eu": "eus", "fa": "pes", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun",
    "id": "ind", "it": "ita", "ja": "jpn", "jv": "jav", "ka": "kat", "kk": "kaz", "ko": "kor", "lt": "lit",
    "ml": "mal", "mr": "mar", "nl": "nld", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sw": "swh",
    "ta": "tam", "te": "tel", "th": "tha", "tl": "tgl", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie",
    "zh": "cmn",
}  # fmt: skip
"""Code and the ISO 639-3 code in the names of the files."""
LATER = frozenset({"az", "lt", "pl", "ro", "uk"})
"""Languages that XTREME-R added; the repository of the first XTREME does not have them."""
ENGLISH = ("en", "eng")
OPTIONS = {"layout": "auto", "direction": "to-english"}
CHOICES = {"layout": ("auto", "original", "xtreme", "parquet"), "direction": ("to-english", "from-english")}
HUB_COLUMNS = ("source_sentence", "target_sentence")
HUB_SPLITS = {"test": ("validation",)}
URL = "https://github.com/facebookresearch/LASER/tree/main/data/tatoeba/v1"
TELLING = 8
"""From how many lines on a sorted side is taken for the work of a program: by chance 1 in 40,320 is."""


def read_tatoeba(request: Request) -> list[Example]:
    """The queries of one language; ids are line numbers from 0, each the id of the candidate that translates it.

    Args:
        request: language and place. The option `direction` says which side searches the other: the benchmark's script
            lets the English sentences search.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: an English side that was sorted.
        DataError: sides of different length, an empty line.
    """
    (language, queries), _ = _sides(request)
    return [
        sentence_example(str(number), text, language=language, targets=(str(number),))
        for number, text in enumerate(queries)
    ]


def tatoeba_pool(request: Request) -> Pool:
    """The sentences that the queries of the same request search; raises what `read_tatoeba` does."""
    _, (language, candidates) = _sides(request)
    found = (sentence_example(str(number), text, language=language) for number, text in enumerate(candidates))
    return Pool(f"tatoeba {request.language} ({language} side)", tuple(found))


def _sides(request: Request) -> tuple[tuple[str, list[str]], tuple[str, list[str]]]:
    """Language and sentences of the side that searches, then of the side that is searched."""
    options = complete_options(request, task="tatoeba", languages=tuple(CODES), options=OPTIONS, choices=CHOICES)
    only_splits(request, task="tatoeba", splits=("test",), reason="it is a test set without others")
    if request.root is None:
        source, pairs = _from_hub(request, options["layout"])
    else:
        source, pairs = _from_root(request, request.root, options["layout"])
    rows = list(pairs)
    _check(rows, source)
    foreign = (request.language, [pair[0] for pair in rows])
    english = (ENGLISH[0], [pair[1] for pair in rows])
    return (foreign, english) if options["direction"] == OPTIONS["direction"] else (english, foreign)


def _check(pairs: list[tuple[str, str]], source: str) -> None:
    if not pairs:
        raise DataError(f"{source} holds no sentence; the file is empty or was cut")
    for number, pair in enumerate(pairs):
        if not all(side.strip() for side in pair):
            raise DataError(f"{source} pair {number}: an empty sentence; each line must have its translation")
    english = [pair[1].strip() for pair in pairs]
    if len(pairs) >= TELLING and english == sorted(english):
        raise StrippedLabelsError(
            f"{source}: the English side is sorted, as the benchmark does to hide which line translates which; scores "
            f"against it would mean nothing; take the line-aligned files of {URL}"
        )


def _from_hub(request: Request, layout: str) -> tuple[str, Iterable[tuple[str, str]]]:
    no_layout_on_hub(layout, task="tatoeba")
    if request.language in LATER:
        raise UsageError(
            f"{XTREME.name} has no Tatoeba pairs of {request.language!r}: give a directory with those of {URL}"
        )
    config = f"tatoeba.{CODES[request.language]}"
    rows = read_repository(XTREME, config, request.split, columns=HUB_COLUMNS, splits=HUB_SPLITS)
    return f"{XTREME.name} ({config})", ((foreign, english) for foreign, english in rows)


def _from_root(request: Request, root: Path, layout: str) -> tuple[str, Iterable[tuple[str, str]]]:
    language, code = request.language, CODES[request.language]
    places = folders(root, ("tatoeba/v1", "tatoeba", "v1", "google/xtreme"))
    stems = {
        "original": (f"tatoeba.{code}-{ENGLISH[1]}", code, ENGLISH[1]),
        "xtreme": (f"{language}-{ENGLISH[0]}", language, ENGLISH[0]),
    }
    for name, (stem, foreign, english) in stems.items():
        if layout in ("auto", name) and (path := first_file(place / f"{stem}.{foreign}" for place in places)):
            return str(path), _aligned(path, path.with_name(f"{stem}.{english}"))
    config = f"tatoeba.{code}"
    if layout in ("auto", "parquet") and (files := parquet_files(places, config, request.split, splits=HUB_SPLITS)):
        rows = read_folder(files, columns=HUB_COLUMNS)
        return str(files[0].parent), ((foreign, english) for foreign, english in rows)
    names = {name: f"{stem}.{foreign} with {stem}.{english}" for name, (stem, foreign, english) in stems.items()}
    names["parquet"] = f"{config}/validation*.parquet"
    looked_for = names.values() if layout == "auto" else (names[layout],)
    raise nothing_found(request, task="tatoeba", looked_for=[*looked_for, "there, in tatoeba/ or tatoeba/v1/"], url=URL)


def _aligned(foreign: Path, english: Path) -> list[tuple[str, str]]:
    sides = [[text for _, text in lines(path)] for path in (foreign, english)]
    if len(sides[0]) != len(sides[1]):
        raise DataError(
            f"{foreign} has {len(sides[0])} lines and {english} {len(sides[1])}: line by line they translate each "
            "other, so both must be whole"
        )
    return list(zip(*sides, strict=True))


TATOEBA = Task(
    name="tatoeba",
    version=1,
    kind=Kind.RETRIEVAL,
    languages=tuple(CODES),
    labels=(),
    fields=(SENTENCE,),
    metric="accuracy@1",
    source=Source("Artetxe and Schwenk 2019", "CC BY 2.0 FR", hub=XTREME.name, revision=XTREME.revision, url=URL),
    read=read_tatoeba,
    pool=tatoeba_pool,
    options=OPTIONS,
    choices=CHOICES,
    settings={"layer": "middle", "pooling": "mean", "normalise": "yes"},
    searched=(SENTENCE,),
)
