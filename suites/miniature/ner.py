"""miniature-ner: persons, places and times in English sentences, as BIO tags; a task to train on in between.

Made after CoNLL-2003 (Tjong Kim Sang and De Meulder 2003), one of the nine intermediate tasks of Phang et al. 2020.
"""

from __future__ import annotations

from suites.examples import Example, token_text
from suites.miniature.sentences import Phrase, say
from suites.miniature.source import SOURCE, TRAINING_LANGUAGE, check_request
from suites.miniature.tagging import facts
from suites.requests import text_key
from suites.task import Kind, Request, Task

NAME = "miniature-ner"
LANGUAGES = (TRAINING_LANGUAGE,)
ENTITIES = {"subject": "PER", "place": "LOC", "time": "TIME"}
"""The roles that are entities, and of which type."""
LABELS = ("O", "B-PER", "B-LOC", "I-LOC", "B-TIME", "I-TIME")


def read_ner(request: Request) -> list[Example]:
    """The tagged English sentences of a split; a preposition stands outside its entity.

    Raises:
        UsageError: a language, split or option that the task does not have.
    """
    check_request(request, task=NAME, languages=LANGUAGES)
    examples: list[Example] = []
    for number, fact in enumerate(facts(request.split)):
        tagged = [pair for phrase in say(fact, request.language) for pair in _tagged(phrase)]
        forms, tags = [form for form, _ in tagged], [tag for _, tag in tagged]
        key = text_key(" ".join(forms), language=request.language, name="text")
        text = token_text(forms, tags, language=request.language, key=key)
        examples.append(Example(str(number), str(number), {"text": text}))
    return examples


def _tagged(phrase: Phrase) -> list[tuple[str, str]]:
    """The words of a phrase with their tags."""
    entity = ENTITIES.get(phrase.role)
    tagged: list[tuple[str, str]] = []
    begun = False
    for word in phrase.words:
        inside = entity is not None and word.tag != "ADP"
        tagged.append((word.form, f"{'I' if begun else 'B'}-{entity}" if inside else "O"))
        begun = begun or inside
    return tagged


MINIATURE_NER = Task(
    name=NAME,
    version=1,
    kind=Kind.TAGGING,
    languages=LANGUAGES,
    labels=LABELS,
    fields=("text",),
    metric="f1",
    source=SOURCE,
    read=read_ner,
    synthetic=True,
)
