"""CoNLL-U, with the benchmark's reading of multiword tokens and the plain one.

Source: the format as universaldependencies.org/format.html describes it. The benchmark's reading is that of
`conllu_to_conll.py --replace_subtokens_with_fused_forms` and `utils_preprocess.py` in google-research/xtreme: the parts
of a multiword token give way to the written form, which takes the tag of the part nearest to the root; where several
are equally near, a list of tags by precedence decides. Nearness counts the distinct ancestors of a part over the basic
and the enhanced dependencies together. Then U+200C and spaces are taken out of the forms, and a sentence is dropped if
`_` is among its forms and at most one form is anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from perturbations.errors import DataError
from suites.readers.files import lines
from suites.readers.sentences import Sentence

COLUMNS = 10
EMPTY = "_"
NON_JOINER = "\u200c"
NO_HEAD = -1
"""Stands above a word whose HEAD is `_`; like the root, it counts as an ancestor."""


class Multiword(StrEnum):
    """How a written token that stands for several words (`3-4 della`: di, la) is read."""

    XTREME = "xtreme"
    """As one token, the benchmark's way."""
    SYNTACTIC = "syntactic"
    """As its words, with their forms untouched."""


@dataclass(frozen=True, slots=True)
class _Word:
    form: str
    tag: str
    heads: tuple[int, ...]
    line: int


@dataclass(slots=True)
class _Block:
    """The lines of one sentence as they come."""

    first: int = 0
    id: str | None = None
    words: list[_Word] = field(default_factory=list["_Word"])
    fused: dict[int, tuple[int, str]] = field(default_factory=dict[int, tuple[int, str]])


def read_conllu(path: Path, *, multiword: Multiword, precedence: Sequence[str]) -> Iterator[Sentence]:
    """The sentences of a treebank file that have forms.

    Args:
        path: the file.
        multiword: which reading of multiword tokens.
        precedence: tags, the strongest first, for parts of a multiword token that are equally near to the root; tags
            that are not listed come last. Not used for the syntactic reading.

    Raises:
        DataError: no sentence, with forms or without; not ten columns, ids out of order, a range without its words, a
            head that is no word of the sentence, a sentence without words, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    block, document, documents, count = _Block(), None, 0, 0
    for number, line in _closed(path):
        if not line.strip():
            if not block.first:
                continue
            sentence = _sentence(block, path, multiword, precedence, count)
            if sentence is not None:
                forms, tags = sentence
                yield Sentence(f"{path} line {block.first}", block.id or str(count), forms, tags, document)
            block, count = _Block(), count + 1
            continue
        block.first = block.first or number
        if not line.startswith("#"):
            _add(block, line.split("\t"), path, number)
            continue
        key, _, value = (part.strip() for part in line[1:].partition("="))
        if key == "sent_id":
            block.id = value
        elif key.split() in (["newdoc"], ["newdoc", "id"]):
            documents += 1
            document = value or str(documents)
    if not count:
        raise DataError(f"{path} holds no sentence; the file is empty or was cut")


def _closed(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of the file and one blank line more, which ends the last sentence."""
    number = 0
    for number, line in lines(path):
        yield number, line
    yield number + 1, ""


def _add(block: _Block, values: list[str], path: Path, number: int) -> None:
    """Take in one token line; empty nodes (`8.1`) stand for no text and are left out."""
    place = f"{path} line {number}"
    if len(values) != COLUMNS:
        raise DataError(f"{place}: {len(values)} tab-separated columns instead of the {COLUMNS} of CoNLL-U")
    name, form = values[0], values[1]
    whole, _, decimal = name.partition(".")
    start, _, end = name.partition("-")
    if whole.isdecimal() and decimal.isdecimal():
        return
    if start.isdecimal() and end.isdecimal():
        reached = max((last for last, _ in block.fused.values()), default=0)
        if not max(len(block.words), reached) < int(start) <= int(end):
            raise DataError(f"{place}: the range {name!r} overlaps another or stands after its words")
        block.fused[int(start)] = (int(end), form)
        return
    if name != str(len(block.words) + 1):
        raise DataError(f"{place}: word {name!r} where word {len(block.words) + 1} is due; ids count up from 1")
    block.words.append(_Word(form, values[3], _heads(values[6], values[8], place), number))


def _heads(basic: str, enhanced: str, place: str) -> tuple[int, ...]:
    """The heads of a word, 0 for the root; empty nodes among the enhanced ones are left out, as by the benchmark."""
    if basic != EMPTY and not basic.isdecimal():
        raise DataError(f"{place}: the head {basic!r} is no number")
    names = (pair.partition(":")[0] for pair in enhanced.split("|"))
    return (NO_HEAD if basic == EMPTY else int(basic), *(int(name) for name in names if name.isdecimal()))


def _sentence(
    block: _Block, path: Path, multiword: Multiword, precedence: Sequence[str], count: int
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Forms and tags of one sentence, or None if it has no forms."""
    if not block.words:
        raise DataError(f"{path} line {block.first}: sentence {block.id or count} has no words")
    _check_tree(block, path)
    if multiword is Multiword.SYNTACTIC:
        tokens = [(word.form, word.tag) for word in block.words]
        dropped = all(form == EMPTY for form, _ in tokens)
    else:
        tokens = [(_bare(form), tag) for form, tag in _fused(block, precedence)]
        blank = sum(form == EMPTY for form, _ in tokens)
        dropped = blank > 0 and len(tokens) - 1 <= blank
    # A column that holds `_` was left empty by the annotators: the tag is missing.
    return (
        None
        if dropped
        else (tuple(form for form, _ in tokens), tuple("" if tag == EMPTY else tag for _, tag in tokens))
    )


def _check_tree(block: _Block, path: Path) -> None:
    count = len(block.words)
    last = max((end for end, _ in block.fused.values()), default=0)
    if last > count:
        raise DataError(f"{path} line {block.first}: a range reaches word {last} of a sentence of {count} words")
    for word in block.words:
        if max(word.heads) > count:
            raise DataError(f"{path} line {word.line}: the head {max(word.heads)} in a sentence of {count} words")


def _fused(block: _Block, precedence: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Written tokens with their tags, in order."""
    parents = {number: word.heads for number, word in enumerate(block.words, start=1)}
    number = 1
    while number <= len(block.words):
        if number in block.fused:
            end, form = block.fused[number]
            parts = block.words[number - 1 : end]
            depths = [len(_ancestors(part, parents)) for part in range(number, end + 1)]
            nearest = [part.tag for part, depth in zip(parts, depths, strict=True) if depth == min(depths)]
            yield form, min(nearest, key=lambda tag: precedence.index(tag) if tag in precedence else len(precedence))
            number = end + 1
        else:
            word = block.words[number - 1]
            yield word.form, word.tag
            number += 1


def _ancestors(word: int, parents: Mapping[int, Sequence[int]]) -> set[int]:
    """Every other node from which `word` can be reached; enhanced dependencies may run in circles."""
    found: set[int] = set()
    waiting = [word]
    while waiting:
        for head in parents.get(waiting.pop(), ()):
            if head not in found:
                found.add(head)
                waiting.append(head)
    return found - {word}


def _bare(form: str) -> str:
    """A form as the benchmark writes it; one that consists of U+200C alone becomes empty and is reported as such."""
    return form.strip().replace(NON_JOINER, "").replace(" ", "")
