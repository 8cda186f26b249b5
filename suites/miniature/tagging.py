"""miniature-tagging: the universal part of speech of every word, in sentences that are the same in every language.

Made after UD-POS (Nivre et al. 2018); the tags stand beside the words in the lexica.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.sentences import say
from suites.miniature.source import SOURCE, check_request
from suites.miniature.world import Fact, draw_parts
from suites.readers.sentences import Sentence
from suites.tagging import tagged_example
from suites.task import Kind, Request, Task

NAME = "miniature-tagging"
LABELS = ("ADJ", "ADP", "ADV", "AUX", "DET", "NOUN", "NUM", "PART", "PROPN", "PUNCT", "VERB")
SENTENCES = {"train": 2000, "dev": 100, "test": 300}


def read_tagging(request: Request) -> list[Example]:
    """The tagged sentences of one language and split, in an order that all languages share.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    examples: list[Example] = []
    for number, fact in enumerate(facts(request.split)):
        words = [word for phrase in say(fact, request.language) for word in phrase.words]
        forms, tags = (tuple(values) for values in zip(*words, strict=True))
        examples.append(tagged_example(Sentence(f"{NAME} {number}", str(number), forms, tags), request.language))
    return examples


@lru_cache(maxsize=len(SENTENCES))
def facts(split: str) -> tuple[Fact, ...]:
    """The facts of a split's sentences, each once."""
    random = Random(f"{NAME} {split}")
    found: dict[Fact, None] = {}
    while len(found) < SENTENCES[split]:
        found.setdefault(draw_parts(random, split))
    return tuple(found)


MINIATURE_TAGGING = Task(
    name=NAME,
    version=1,
    kind=Kind.TAGGING,
    languages=languages(),
    labels=LABELS,
    fields=("text",),
    metric="f1",
    also=("token-accuracy", "f1-seqeval-1.2.2"),
    source=SOURCE,
    read=read_tagging,
    parallel=True,
    synthetic=True,
)
