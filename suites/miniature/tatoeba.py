"""miniature-tatoeba: find the English sentence that says the same, among 300.

Made after Tatoeba (Artetxe and Schwenk 2019; Hu et al. 2020). There is no training data: an encoder is scored as it is,
or after it was trained on another task, as XTREME-R does after SQuAD.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from suites.examples import Example, Pool
from suites.miniature.lexicon import languages
from suites.miniature.sentences import sentence
from suites.miniature.source import SOURCE, TRAINING_LANGUAGE, check_request
from suites.miniature.world import Fact, draw_parts
from suites.requests import only_splits
from suites.retrieval import SENTENCE, sentence_example
from suites.task import Kind, Request, Task

NAME = "miniature-tatoeba"
ENGLISH = TRAINING_LANGUAGE
LANGUAGES = tuple(code for code in languages() if code != ENGLISH)
SENTENCES = {"dev": 100, "test": 300}
OPTIONS = {"direction": "to-english"}
CHOICES = {"direction": ("to-english", "from-english")}


def read_tatoeba(request: Request) -> list[Example]:
    """The queries of one language; each has the id of the candidate that translates it.

    Args:
        request: language and split; the option `direction` says which side searches the other.

    Raises:
        UsageError: a language, split or option that the task does not have.
    """
    (language, _), said = _sides(request), _facts(request.split)
    return [
        sentence_example(str(number), sentence(fact, language), language=language, targets=(str(number),))
        for number, fact in enumerate(said)
    ]


def tatoeba_pool(request: Request) -> Pool:
    """The sentences that the queries of the same request search; raises what `read_tatoeba` does."""
    _, language = _sides(request)
    found = (
        sentence_example(str(number), sentence(fact, language), language=language)
        for number, fact in enumerate(_facts(request.split))
    )
    return Pool(f"{NAME} {request.split} ({language} side)", tuple(found))


def _sides(request: Request) -> tuple[str, str]:
    """Language of the side that searches and of the side that is searched."""
    only_splits(request, task=NAME, splits=tuple(SENTENCES), reason="it has no training data, as Tatoeba has none")
    options = check_request(request, task=NAME, languages=LANGUAGES, options=OPTIONS, choices=CHOICES)
    sides = (request.language, ENGLISH)
    return sides if options["direction"] == OPTIONS["direction"] else (sides[1], sides[0])


@lru_cache(maxsize=len(SENTENCES))
def _facts(split: str) -> Sequence[Fact]:
    """What the sentences of a split say, each once."""
    random = Random(f"{NAME} {split}")
    found: dict[Fact, None] = {}
    while len(found) < SENTENCES[split]:
        found.setdefault(draw_parts(random, split))
    return tuple(found)


MINIATURE_TATOEBA = Task(
    name=NAME,
    version=1,
    kind=Kind.RETRIEVAL,
    languages=LANGUAGES,
    labels=(),
    fields=(SENTENCE,),
    metric="accuracy@1",
    source=SOURCE,
    read=read_tatoeba,
    pool=tatoeba_pool,
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    synthetic=True,
    settings={"layer": "middle", "pooling": "mean", "normalise": "yes"},
    searched=(SENTENCE,),
)
