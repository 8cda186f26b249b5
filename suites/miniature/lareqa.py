"""miniature-lareqa: find the sentences that answer a question, in a pool of all languages.

Made after LAReQA (Roy et al. 2020) as XTREME-R has it (Ruder et al. 2021): a candidate is a sentence with its
paragraph, and the sentence that answers is right in every language. Training data, and the pool beside it, is English.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from suites.examples import Example, Pool
from suites.miniature.lexicon import languages
from suites.miniature.paragraphs import Paragraph, paragraphs, question_text, tell
from suites.miniature.source import SOURCE, TRAINING_LANGUAGE, check_request
from suites.retrieval import paragraph_sentences, recut
from suites.task import Kind, Request, Task

NAME = "miniature-lareqa"
PARAGRAPHS = {"train": 1000, "dev": 40, "test": 100}


def read_lareqa(request: Request) -> list[Example]:
    """The questions of one language and split; the targets are ids of `lareqa_pool`, one in every language.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    found: list[Example] = []
    for group, paragraph in enumerate(paragraphs(NAME, request.split, PARAGRAPHS[request.split])):
        for number, (fact, part) in enumerate(zip(paragraph.facts, paragraph.asked, strict=True)):
            targets = tuple(_name(code, group, number) for code in _searched(request.split))
            texts = {"question": question_text(fact, part, request.language)}
            found.append(Example(f"{group}-{number}", str(group), texts, targets=targets))
    return found


def lareqa_pool(request: Request) -> Pool:
    """Every sentence of every paragraph; `en_1_0` is the first of the first English one.

    Raises what `read_lareqa` does.
    """
    check_request(request, task=NAME, languages=languages())
    items = paragraphs(NAME, request.split, PARAGRAPHS[request.split])
    codes = _searched(request.split)
    found = (
        candidate
        for code in codes
        for group, paragraph in enumerate(items)
        for candidate in _candidates(paragraph, code, group)
    )
    return Pool(f"{NAME} {request.split} ({' '.join(codes)})", tuple(found))


def _searched(split: str) -> tuple[str, ...]:
    """The languages of the pool."""
    return (TRAINING_LANGUAGE,) if split == "train" else languages()


def _name(code: str, group: int, number: int) -> str:
    return f"{code}_{group + 1}_{number}"


def _candidates(paragraph: Paragraph, code: str, group: int) -> Iterator[Example]:
    told = tell(paragraph.facts, code)
    name = partial(_name, code, group)
    return paragraph_sentences(told.text, told.sentences, language=code, name=name, group=str(group))


MINIATURE_LAREQA = Task(
    name=NAME,
    version=1,
    kind=Kind.RETRIEVAL,
    languages=languages(),
    labels=(),
    fields=("question",),
    metric="map@20",
    also=("mrr@20",),
    source=SOURCE,
    read=read_lareqa,
    pool=lareqa_pool,
    one_pool=True,
    cluster="paragraph",
    parallel=True,
    synthetic=True,
    settings={"layer": "last", "pooling": "first", "normalise": "yes"},
    searched=("context",),
    resettle=recut,
)
