"""Sentence: what every reader of tagged text yields, and the checks that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perturbations.errors import DataError, StrippedLabelsError


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of tagged text.

    Args:
        where: file and first line, for messages.
        id: the sentence's id in its file, its running number from 0 where the file has none.
        forms: `(tokens,)` the tokens, none of them empty.
        tags: `(tokens,)` one tag each; the empty string where there is none.
        document: id of its document, None where the file does not say.
    """

    where: str
    id: str
    forms: tuple[str, ...]
    tags: tuple[str, ...]
    document: str | None = None


def checked(sentences: Iterable[Sentence], *, labels: Iterable[str], source: str, gold: str) -> Iterator[Sentence]:
    """Pass the sentences on once their tags are known to be there and in the label set.

    Args:
        sentences: as a reader yields them.
        labels: the tags that may occur.
        source: the file or repository, for messages.
        gold: where labels can be had if these are stripped, as a clause (`"the treebanks hold them"`).

    Raises:
        StrippedLabelsError: no token of the whole source has a tag.
        DataError: no sentence at all, some tokens without a tag, a tag outside the set, an empty token.
    """
    known = frozenset(labels)
    untagged: list[Sentence] = []
    tagged = False
    for sentence in sentences:
        if not all(form.strip() for form in sentence.forms):
            raise DataError(f"{sentence.where}: a token without characters; every token needs a form")
        if not any(sentence.tags) and not tagged:
            untagged.append(sentence)
            continue
        tagged = True
        if untagged or "" in sentence.tags:
            raise _gap(untagged[0] if untagged else sentence)
        strange = next((tag for tag in sentence.tags if tag not in known), None)
        if strange is not None:
            raise DataError(f"{sentence.where}: the tag {strange!r} is not one of {', '.join(sorted(known))}")
        yield sentence
    if untagged:
        raise StrippedLabelsError(
            f"{source} holds tokens without tags: its labels are stripped, as in the benchmark's processed test files, "
            f"and scores against it would mean nothing; {gold}"
        )
    if not tagged:
        raise DataError(f"{source} holds no sentence; the file is empty or was cut")


def _gap(sentence: Sentence) -> DataError:
    place = sentence.tags.index("")
    return DataError(
        f"{sentence.where}: token {place + 1} ({sentence.forms[place]!r}) has no tag while others of the file have "
        "one; the benchmark's own loader would read it as X, here the file has to be repaired"
    )
