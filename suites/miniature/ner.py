"""miniature-ner: persons, places and times as BIO tags, in sentences that are the same in every language.

Made after WikiANN (Pan et al. 2017); in English also a task to train on in between, as CoNLL-2003 is.
"""

from __future__ import annotations

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.sentences import Phrase, say
from suites.miniature.source import SOURCE, check_request
from suites.miniature.tagging import facts
from suites.readers.sentences import Sentence
from suites.tagging import tagged_example
from suites.task import Kind, Request, Task

NAME = "miniature-ner"
ENTITIES = {"subject": "PER", "place": "LOC", "time": "TIME"}
"""The roles that are entities, and of which type."""
OUTSIDE = {"subject": frozenset({"ADP", "DET"})}
"""The tags of the words that stand outside an entity, by role: the article of a name (Greek) does."""
USUAL = frozenset({"ADP"})
"""Of the other roles: prepositions."""
LABELS = ("O", "B-PER", "B-LOC", "I-LOC", "B-TIME", "I-TIME")


def read_ner(request: Request) -> list[Example]:
    """The tagged sentences of one language and split, in an order that all languages share.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    examples: list[Example] = []
    for number, fact in enumerate(facts(request.split)):
        words = [pair for phrase in say(fact, request.language) for pair in _tagged(phrase)]
        forms, tags = (tuple(values) for values in zip(*words, strict=True))
        examples.append(tagged_example(Sentence(f"{NAME} {number}", str(number), forms, tags), request.language))
    return examples


def _tagged(phrase: Phrase) -> list[tuple[str, str]]:
    """The words of a phrase with their tags."""
    entity = ENTITIES.get(phrase.role)
    tagged: list[tuple[str, str]] = []
    begun = False
    for word in phrase.words:
        inside = entity is not None and word.tag not in OUTSIDE.get(phrase.role, USUAL)
        tagged.append((word.form, f"{'I' if begun else 'B'}-{entity}" if inside else "O"))
        begun = begun or inside
    return tagged


MINIATURE_NER = Task(
    name=NAME,
    version=1,
    kind=Kind.TAGGING,
    languages=languages(),
    labels=LABELS,
    fields=("text",),
    metric="f1",
    also=("token-accuracy", "f1-seqeval-1.2.2"),
    source=SOURCE,
    read=read_ner,
    parallel=True,
    synthetic=True,
)
