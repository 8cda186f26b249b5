"""UD-POS: the universal part of speech of every token, in 38 languages.

Source: Universal Dependencies (Nivre et al. 2018) as XTREME-R (Ruder et al. 2021) takes it: all treebanks of a language
joined, in the order of their file names. Layouts: CoNLL-U treebanks, the benchmark's processed files, and the Parquet
repositories of the hub or a local copy of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from perturbations.errors import DataError, UsageError
from suites.examples import Example
from suites.readers.columns import read_columns
from suites.readers.conllu import Multiword, read_conllu
from suites.readers.files import first_file, unique
from suites.readers.hub import XTREME, Repository, parquet_files, read_folder, read_repository
from suites.readers.sentences import Sentence, checked
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.tagging import rows_sentences, tagged_example
from suites.task import Kind, Request, Source, Task

TAGS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X",
)  # fmt: skip
NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian", "mr": "Marathi", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "wo": "Wolof",
    "yo": "Yoruba", "zh": "Chinese",
}  # fmt: skip
"""Code and the name that Universal Dependencies gives the language."""
LATER = frozenset({"lt", "pl", "ro", "uk", "wo"})
"""Languages that XTREME-R added; the repository of the first XTREME does not have them."""
PRECEDENCE = {
    "": ("VERB", "NOUN", "PROPN", "PRON", "ADJ", "NUM", "ADV", "INTJ", "AUX", "ADP", "DET", "PART", "CCONJ", "SCONJ",
         "X", "PUNCT"),
    "es": ("VERB", "AUX", "PRON", "ADP", "DET"),
    "fr": ("VERB", "AUX", "PRON", "NOUN", "ADJ", "ADV", "ADP", "DET", "PART", "SCONJ", "CONJ"),
    "it": ("VERB", "AUX", "ADV", "PRON", "ADP", "DET", "INTJ"),
}  # fmt: skip
"""Which part of a multiword token gives it its tag, where the tree leaves it open; `""` for every other language."""
OPTIONS = {"layout": "auto", "multiword": "xtreme"}
CHOICES = {"layout": ("auto", "conllu", "xtreme", "parquet"), "multiword": ("xtreme", "syntactic")}
HUBS = {
    Multiword.XTREME: Repository("izhx/xtreme-r-udpos", "7e002378cc5704114200c479db0c592c7f77f8f8"),
    Multiword.SYNTACTIC: XTREME,
}
"""The repository that holds each reading of multiword tokens."""
HUB_COLUMNS = ("tokens", "pos_tags")
URL = "https://hdl.handle.net/11234/1-3424"
GOLD = f"the CoNLL-U treebanks hold the tags ({URL}, folders UD_*)"


def read_udpos(request: Request) -> list[Example]:
    """The sentences of one language and split.

    Args:
        request: language, split and place; of the layouts under its root the first of CoNLL-U, processed, Parquet that
            has a file of the language is taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have, or two options that exclude each other.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a file that holds tokens without tags.
        DataError: a file that breaks its format.
    """
    options = complete_options(request, task="udpos", languages=tuple(NAMES), options=OPTIONS, choices=CHOICES)
    multiword, layout = Multiword(options["multiword"]), options["layout"]
    if layout == "xtreme" and multiword is Multiword.SYNTACTIC:
        raise UsageError(
            "the processed files of layout 'xtreme' hold no syntactic words: take layout 'conllu' for them"
        )
    if request.root is None:
        sentences = _from_hub(request, multiword, layout)
    else:
        sentences = _from_root(request, request.root, multiword, layout)
    found = list(sentences)
    unique(((sentence.id, sentence.where) for sentence in found), what="sentence")
    return [tagged_example(sentence, request.language) for sentence in found]


def _from_hub(request: Request, multiword: Multiword, layout: str) -> Iterator[Sentence]:
    no_layout_on_hub(layout, task="udpos")
    if multiword is Multiword.SYNTACTIC and request.language in LATER:
        raise UsageError(
            f"{HUBS[multiword].name} has no {request.language!r}: give a directory with its CoNLL-U treebanks, or take "
            "the option multiword = 'xtreme'"
        )
    config = _config(request.language, multiword)
    rows = read_repository(HUBS[multiword], config, request.split, columns=HUB_COLUMNS)
    return rows_sentences(rows, labels=TAGS, source=f"{HUBS[multiword].name} ({config}, {request.split})", gold=GOLD)


def _config(language: str, multiword: Multiword) -> str:
    return f"udpos.{NAMES[language]}" if multiword is Multiword.SYNTACTIC else language


def _from_root(request: Request, root: Path, multiword: Multiword, layout: str) -> Iterator[Sentence]:
    """The sentences in the first layout that has a file of the language."""
    language, split = request.language, request.split
    places = folders(root, ("udpos", "udpos/xtreme", "xtreme"))
    if layout in ("auto", "conllu") and (paths := _treebanks(places, language, split)):
        return _joined(paths, language, multiword)
    processed = layout == "xtreme" or (layout == "auto" and multiword is Multiword.XTREME)
    if processed and (path := first_file(place / f"{split}-{language}.tsv" for place in places)):
        return checked(read_columns(path), labels=TAGS, source=str(path), gold=GOLD)
    config = _config(language, multiword)
    if layout in ("auto", "parquet") and (files := parquet_files(places, config, split)):
        return rows_sentences(
            read_folder(files, columns=HUB_COLUMNS), labels=TAGS, source=str(files[0].parent), gold=GOLD
        )
    names = {
        "conllu": f"UD_{NAMES[language]}-*/{language}_*-ud-{split}.conllu",
        "xtreme": f"{split}-{language}.tsv",
        "parquet": f"{config}/{split}*.parquet",
    }
    if not processed:
        del names["xtreme"]
    looked_for = names.values() if layout == "auto" else (names[layout],)
    raise nothing_found(
        request, task="udpos", looked_for=[f"{name} (there or in udpos/)" for name in looked_for], url=URL
    )


def _treebanks(places: list[Path], language: str, split: str) -> list[Path]:
    """The treebank files of the first place that has any, by file name as the benchmark joins them."""
    name = f"{language}_*-ud-{split}.conllu"
    for place in places:
        for pattern in (f"UD_*/{name}", name, f"ud-treebanks-v*/UD_*/{name}"):
            if paths := sorted(place.glob(pattern), key=lambda path: (path.name, path)):
                return paths
    return []


def _joined(paths: list[Path], language: str, multiword: Multiword) -> Iterator[Sentence]:
    """The sentences of all treebanks; ids and documents are told apart by the treebank (`de_gsd`)."""
    precedence = PRECEDENCE.get(language, PRECEDENCE[""])
    texts = {path: list(read_conllu(path, multiword=multiword, precedence=precedence)) for path in paths}
    if not any(texts.values()):
        raise DataError(f"{', '.join(map(str, paths))}: no form in any sentence; the treebanks came without their text")
    for path, sentences in texts.items():
        if not sentences:
            # A treebank whose licence keeps its text back (French-FTB) does not spoil the others of its language.
            continue
        treebank = path.name.partition("-ud-")[0]
        for sentence in checked(sentences, labels=TAGS, source=str(path), gold=GOLD):
            document = None if sentence.document is None else f"{treebank}:{sentence.document}"
            yield Sentence(sentence.where, f"{treebank}:{sentence.id}", sentence.forms, sentence.tags, document)


UDPOS = Task(
    name="udpos",
    version=1,
    kind=Kind.TAGGING,
    languages=tuple(NAMES),
    labels=TAGS,
    fields=("text",),
    metric="f1",
    also=("token-accuracy", "f1-seqeval-1.2.2"),
    source=Source(
        "Nivre et al. 2018",
        "each treebank its own (CC BY-SA, CC BY-NC-SA and others)",
        hub=HUBS[Multiword.XTREME].name,
        revision=HUBS[Multiword.XTREME].revision,
        url=URL,
    ),
    read=read_udpos,
    cluster="document",
    options=OPTIONS,
    choices=CHOICES,
)
