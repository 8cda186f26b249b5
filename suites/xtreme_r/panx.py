"""PAN-X (WikiANN): names of persons, organisations and places in sentences of 48 Wikipedias.

Source: Pan et al. 2017 in the splits of Rahimi et al. 2019, as XTREME (Hu et al. 2020) and XTREME-R (Ruder et al. 2021)
take them. Layouts: the original files, whose tokens carry the language (`sw:Msimbo<TAB>B-LOC`), the benchmark's
processed columns, whose test files have no tags, and the Parquet repository of the hub or a local copy of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from perturbations.errors import DataError, UsageError
from suites.examples import Example
from suites.readers.columns import read_columns
from suites.readers.files import first_file
from suites.readers.hub import XTREME, parquet_files, read_folder, read_repository
from suites.readers.sentences import Sentence, checked
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.tagging import rows_sentences, tagged_example
from suites.task import Kind, Request, Source, Task

TAGS = ("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O")
"""In the order of the benchmark's `labels.txt`, which its `preprocess_panx.sh` sorts."""
LANGUAGES = (
    "af", "ar", "az", "bg", "bn", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "gu", "he", "hi", "hu", "id",
    "it", "ja", "jv", "ka", "kk", "ko", "lt", "ml", "mr", "ms", "my", "nl", "pa", "pl", "pt", "qu", "ro", "ru", "sw",
    "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "yo", "zh",
)  # fmt: skip
LATER = frozenset({"az", "gu", "lt", "pa", "pl", "qu", "ro", "uk"})
"""Languages that XTREME-R added; the repository of the first XTREME does not have them."""
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", "xtreme", "parquet")}
HUB_COLUMNS = ("tokens", "ner_tags")
URL = "https://github.com/afshinrahimi/mmner"
GOLD = f"the original files hold the tags ({URL}, files xx-test or xx/test)"


def read_panx(request: Request) -> list[Example]:
    """The sentences of one language and split, ids counted from 0 in the order of the file.

    Args:
        request: language, split and place; of the layouts under its root the first of original, processed, Parquet
            that has a file of the language is taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have, or a language that the hub lacks.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a file that holds tokens without tags.
        DataError: a file that breaks its format.
    """
    layout = complete_options(request, task="panx", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)["layout"]
    found = _from_hub(request, layout) if request.root is None else _from_root(request, request.root, layout)
    return [tagged_example(sentence, request.language) for sentence in found]


def _from_hub(request: Request, layout: str) -> Iterator[Sentence]:
    no_layout_on_hub(layout, task="panx")
    if request.language in LATER:
        raise UsageError(
            f"{XTREME.name} has no {request.language!r}: give a directory with its original or processed files ({URL})"
        )
    config = f"PAN-X.{request.language}"
    rows = read_repository(XTREME, config, request.split, columns=HUB_COLUMNS)
    return rows_sentences(rows, labels=TAGS, source=f"{XTREME.name} ({config}, {request.split})", gold=GOLD)


def _from_root(request: Request, root: Path, layout: str) -> Iterator[Sentence]:
    """The sentences in the first layout that has a file of the language."""
    language, split = request.language, request.split
    places = folders(root, ("panx", "panx_dataset", "panx/panx_dataset"))
    originals = (f"{language}-{split}", f"{language}/{split}")
    if layout in ("auto", "original") and (path := first_file(place / name for place in places for name in originals)):
        return _checked(_original(path, language), path)
    labelled, processed = f"{split}-{language}.labelled.tsv", f"{split}-{language}.tsv"
    if layout in ("auto", "xtreme"):
        if path := first_file(place / labelled for place in places):
            return _checked(_beside(path, path.with_name(processed)), path)
        if path := first_file(place / processed for place in places):
            return _checked(_processed(path, language), path)
    configs = (f"PAN-X.{language}", language)
    if layout in ("auto", "parquet"):
        for config in configs:
            if files := parquet_files(places, config, split):
                return rows_sentences(
                    read_folder(files, columns=HUB_COLUMNS), labels=TAGS, source=str(files[0].parent), gold=GOLD
                )
    names = {
        "original": originals,
        "xtreme": (labelled, processed),
        "parquet": tuple(f"{config}/{split}*.parquet" for config in configs),
    }
    looked_for = [name for names_of in names.values() for name in names_of] if layout == "auto" else names[layout]
    raise nothing_found(
        request, task="panx", looked_for=[f"{name} (there or in panx/)" for name in looked_for], url=URL
    )


def _checked(sentences: Iterable[Sentence], path: Path) -> Iterator[Sentence]:
    return checked(sentences, labels=TAGS, source=str(path), gold=GOLD)


def _original(path: Path, language: str) -> Iterator[Sentence]:
    """The sentences of an original file without the language before each token."""
    prefix = f"{language}:"
    for sentence in read_columns(path):
        strange = next((form for form in sentence.forms if not form.startswith(prefix)), None)
        if strange is not None:
            raise DataError(
                f"{sentence.where}: the token {strange!r} does not begin with {prefix!r}, as every token of an "
                "original file does; it is a file of another language or layout"
            )
        yield _without(sentence, prefix)


def _processed(path: Path, language: str) -> Iterator[Sentence]:
    """The sentences of a processed file; one whose tokens were never stripped of the language is an original one."""
    prefix = f"{language}:"
    sentences = list(read_columns(path))
    if all(form.startswith(prefix) for sentence in sentences for form in sentence.forms):
        sentences = [_without(sentence, prefix) for sentence in sentences]
    return iter(sentences)


def _without(sentence: Sentence, prefix: str) -> Sentence:
    return replace(sentence, forms=tuple(form.removeprefix(prefix).strip() for form in sentence.forms))


def _beside(labelled: Path, processed: Path) -> Iterator[Sentence]:
    """The sentences of a labelled copy, which must be those of the processed file beside it if there is one."""
    sentences = list(read_columns(labelled))
    others = list(read_columns(processed)) if processed.is_file() else sentences
    if len(others) != len(sentences):
        raise DataError(
            f"{labelled} has {len(sentences)} sentences and {processed} has {len(others)}; a labelled copy holds the "
            "same sentences in the same order"
        )
    for sentence, other in zip(sentences, others, strict=True):
        if sentence.forms != other.forms:
            raise DataError(f"{sentence.where}: other tokens than at {other.where}; a labelled copy holds the same")
    return iter(sentences)


PANX = Task(
    name="panx",
    version=1,
    kind=Kind.TAGGING,
    languages=LANGUAGES,
    labels=TAGS,
    fields=("text",),
    metric="f1",
    also=("token-accuracy", "f1-seqeval-1.2.2"),
    source=Source("Pan et al. 2017; Rahimi et al. 2019", "ODC-By", hub=XTREME.name, revision=XTREME.revision, url=URL),
    read=read_panx,
    options=OPTIONS,
    choices=CHOICES,
)
