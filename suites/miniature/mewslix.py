"""miniature-mewslix: find the entity that a mention in a sentence names, by its description in some language.

Made after Mewsli-X (Ruder et al. 2021). A name alone does not tell: an entity is the person of that name at one of the
places, and its description tells of two other deeds there. Each entity is described in one language, for training in
English.
"""

from __future__ import annotations

from functools import cache, lru_cache
from random import Random

from suites.examples import Example, Pool, keyed_text
from suites.miniature.lexicon import languages
from suites.miniature.paragraphs import tell
from suites.miniature.questions import find_phrase
from suites.miniature.sentences import sentence
from suites.miniature.source import SOURCE, TRAINING_LANGUAGE, check_request
from suites.miniature.world import Fact, draw, world
from suites.task import Kind, Request, Task
from suites.xtreme_r.mewslix import worded

NAME = "miniature-mewslix"
MENTIONS = {"train": 2000, "dev": 100, "test": 336}
DEEDS = 2
"""How many facts a description tells."""


def read_mewslix(request: Request) -> list[Example]:
    """The mentions of one language and split, in an order that all languages share; the target is one entity.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    language = request.language
    examples: list[Example] = []
    for number, fact in enumerate(_facts(request.split)):
        asked, spans = worded(
            sentence(fact, language), *find_phrase(fact, "subject", language), where=f"{NAME} {number}"
        )
        texts = {"mention": keyed_text(asked, language=language, name="mention", spans=spans)}
        examples.append(Example(str(number), str(number), texts, targets=(_entity(fact),)))
    return examples


def mewslix_pool(request: Request) -> Pool:
    """The entities, each by its description, for all languages alike; in training by an English one.

    Raises what `read_mewslix` does.
    """
    check_request(request, task=NAME, languages=languages())
    codes = (TRAINING_LANGUAGE,) if request.split == "train" else languages()
    return Pool(f"{NAME} ({' '.join(codes)})", _entities(codes))


def _entity(fact: Fact) -> str:
    return f"{fact.subject}-{fact.place}"


@lru_cache(maxsize=len(MENTIONS))
def _facts(split: str) -> tuple[Fact, ...]:
    """What the sentences of the mentions say, each once."""
    random = Random(f"{NAME} {split}")
    described = {fact for facts in _described().values() for fact in facts}
    found: dict[Fact, None] = {}
    while len(found) < MENTIONS[split]:
        fact = draw(random, split)
        if fact not in described:
            found.setdefault(fact)
    return tuple(found)


@cache
def _described() -> dict[str, tuple[Fact, ...]]:
    """What the description of each entity tells: facts of the training part, so that none of a test is among them."""
    random = Random(f"{NAME} entities")
    here = world()
    found: dict[str, list[Fact]] = {f"{subject}-{place}": [] for subject in here.people for place in here.places}
    while any(len(facts) < DEEDS for facts in found.values()):
        fact = draw(random, "train")
        facts = found[_entity(fact)]
        if len(facts) < DEEDS and fact.verb not in (other.verb for other in facts):
            facts.append(fact)
    return {name: tuple(facts) for name, facts in found.items()}


@cache
def _entities(codes: tuple[str, ...]) -> tuple[Example, ...]:
    """The entities, described in languages that alternate in a shuffled order."""
    described = _described()
    order = list(described)
    Random(f"{NAME} languages").shuffle(order)
    spoken = {name: codes[number % len(codes)] for number, name in enumerate(order)}
    entities: list[Example] = []
    for name, facts in described.items():
        text = tell(facts, spoken[name]).text
        texts = {"description": keyed_text(text, language=spoken[name], name="description")}
        entities.append(Example(name, name, texts))
    return tuple(entities)


MINIATURE_MEWSLIX = Task(
    name=NAME,
    version=2,
    kind=Kind.RETRIEVAL,
    languages=languages(),
    labels=(),
    fields=("mention",),
    metric="map@20",
    also=("mrr@20",),
    source=SOURCE,
    read=read_mewslix,
    pool=mewslix_pool,
    one_pool=True,
    parallel=True,
    synthetic=True,
    settings={"layer": "last", "pooling": "first", "normalise": "yes"},
    untouched="the names of the entity and their markup",
    searched=("description",),
)
