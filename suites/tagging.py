"""What the tasks of tagging share: sentences of tagged tokens, from the rows of a table and as examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from suites.examples import Example, text_key, token_text
from suites.readers.sentences import Sentence, checked

TEXT = "text"
"""Name of the one text of an example."""


def rows_sentences(
    rows: Iterable[tuple[Sequence[str], Sequence[str]]], *, labels: Sequence[str], source: str, gold: str
) -> Iterator[Sentence]:
    """The sentences of Parquet rows, ids counted from 0.

    Args:
        rows: tokens and tags of each sentence, as `read_folder` and `read_repository` give them.
        labels: the tag set.
        source: file or repository, for messages.
        gold: where tags can be had if these are stripped, as a clause.

    Raises:
        StrippedLabelsError: no token has a tag.
        DataError: whatever else `suites.readers.sentences.checked` refuses.
    """
    sentences = (
        Sentence(f"{source} row {number}", str(number), tuple(forms), tuple(tags))
        for number, (forms, tags) in enumerate(rows)
    )
    return checked(sentences, labels=labels, source=source, gold=gold)


def tagged_example(sentence: Sentence, language: str) -> Example:
    """A sentence as an example, its cluster the document if the file knows it."""
    forms, tags = list(sentence.forms), list(sentence.tags)
    key = text_key(" ".join(forms), language=language, name=TEXT)
    text = token_text(forms, tags, language=language, key=key)
    return Example(sentence.id, sentence.document or sentence.id, {TEXT: text})
