"""Tasks of a user's own: from a TOML file to a `Task` that reads their files.

Such a task is known by the path of its file, in commands, plans and reports: what names a task must also find it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path

from perturbations.errors import DataError, ResourceError, UsageError
from suites.described.description import (
    METRICS,
    TABULAR,
    Description,
    file_of,
    label_set,
    text_names,
)
from suites.described.parsing import parse_description
from suites.described.rows import read_rows
from suites.examples import Example
from suites.question_answering import question_example
from suites.readers.columns import read_columns
from suites.readers.conllu import Multiword, read_conllu
from suites.readers.files import unique
from suites.readers.sentences import checked
from suites.readers.squad import checked as checked_questions
from suites.readers.squad import read_squad
from suites.requests import complete_options
from suites.tagging import tagged_example
from suites.task import Kind, Request, Source, Task


def read_task(name: str) -> Task:
    """The task that a TOML file describes.

    Args:
        name: path of the file, relative to where we are.

    Raises:
        DataError: the file cannot be read or is no TOML.
        UsageError: a key or value that a description cannot have.
    """
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise DataError(f"task {name} cannot be read: {error.strerror or error}") from error
    return _task(name, content)


@lru_cache(maxsize=64)
def _task(name: str, content: bytes) -> Task:
    """The task of a file with that content, the same object as long as the content is the same."""
    description = parse_description(name, content)
    chosen = description.metric or METRICS[description.kind][0][0]
    family = next(family for family in METRICS[description.kind] if chosen in family)
    return Task(
        name=name,
        version=_version(description),
        kind=description.kind,
        languages=description.languages,
        labels=label_set(description),
        fields=description.fields or text_names(description),
        metric=chosen,
        also=tuple(metric for metric in family if metric != chosen),
        source=Source(description.cite, description.licence, url=description.url),
        read=partial(read_described, description),
        cluster=_cluster(description),
        parallel=description.parallel,
    )


def _version(description: Description) -> int:
    """A number that changes with whatever the description says, as nobody counts the versions of a user's file."""
    content = json.dumps({**asdict(description), "name": ""}, sort_keys=True)
    return int.from_bytes(blake2b(content.encode(), digest_size=6).digest(), "big")


def _cluster(description: Description) -> str | None:
    return {"conllu": "document", "squad": "article"}.get(description.format, description.group)


def read_described(description: Description, request: Request) -> list[Example]:
    """The examples of one language and split of a described task, in the order of the file.

    Args:
        description: what the TOML file says.
        request: language, split and place.

    Raises:
        UsageError: a language, split or option that the task does not have, or no data directory.
        ResourceError: there is no such file.
        StrippedLabelsError: a file without labels, tags or answers.
        DataError: a file that breaks its format.
    """
    name, language = description.name, request.language
    complete_options(request, task=name, languages=description.languages, options={}, choices={})
    if request.root is None:
        raise UsageError(f"task {name} reads files of your own: give the data directory that they lie in")
    path = file_of(description, request.root, language=language, split=request.split)
    if not path.is_file():
        source = f" download it from {description.url}," if description.url else ""
        raise ResourceError(
            f"task {name} has no {request.split} file of {language!r}: {path} is not there;{source} correct `files` "
            "or leave the language out"
        )
    if description.format in TABULAR:
        return read_rows(description, path, language)
    if description.kind is Kind.TAGGING:
        return _sentences(description, path, language)
    questions = checked_questions(read_squad(path), source=str(path), gold="take a file with answers")
    return [question_example(found, group=str(found.entry.article), language=language) for found in questions]


def _sentences(description: Description, path: Path, language: str) -> list[Example]:
    """The sentences of a file of tagged tokens; of CoNLL-U the syntactic words with their UPOS."""
    if description.format == "conllu":
        found = read_conllu(path, multiword=Multiword.SYNTACTIC, precedence=())
    else:
        found = read_columns(path)
    sentences = list(checked(found, labels=description.labels, source=str(path), gold="take a file with tags"))
    unique(((sentence.id, sentence.where) for sentence in sentences), what="sentence")
    return [tagged_example(sentence, language) for sentence in sentences]
