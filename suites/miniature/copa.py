"""miniature-copa: which of two deeds is the cause or the effect of a premise? The same items in every language.

Made after XCOPA (Ponti et al. 2020) and put to a model as it is. Which deed brings about which is a law of this world
(`effects` in `world.toml`). The wrong choice is the opposite of the right one, or the effect where the cause is asked
for and the cause where the effect is; both choices tell of the same person and thing, so that a choice alone tells
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.sentences import sentence
from suites.miniature.source import SOURCE, check_request
from suites.miniature.world import OPTIONAL, Fact, draw, split_of, world
from suites.task import Kind, Request, Task
from suites.xtreme_r.copa_items import FIELDS, LABELS, example
from suites.xtreme_r.copa_items import Item as Asked

NAME = "miniature-copa"
ITEMS = {"train": 3000, "dev": 100, "test": 300}


@dataclass(frozen=True, slots=True)
class Item:
    """A premise, what is asked of it, its right and its wrong answer, and at which place the right one stands."""

    premise: Fact
    question: str
    right: Fact
    wrong: Fact
    label: int


def read_copa(request: Request) -> list[Example]:
    """The items of one language and split, in an order that all languages share.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    examples: list[Example] = []
    for number, item in enumerate(items(request.split)):
        choices = (item.right, item.wrong) if item.label == 0 else (item.wrong, item.right)
        premise, first, second = (sentence(fact, request.language) for fact in (item.premise, *choices))
        asked = Asked(f"{NAME} {number}", number, (premise, first, second), item.question, item.label)
        examples.append(example(asked, request.language))
    return examples


@lru_cache(maxsize=len(ITEMS))
def items(split: str) -> tuple[Item, ...]:
    """Every item of a split, without words; no premise twice, and each number is as often right as the other."""
    random = Random(f"{NAME} {split}")
    found: dict[Fact, Item] = {}
    while len(found) < ITEMS[split]:
        item = _item(random, split, label=len(found) % 2)
        if item is not None:
            found.setdefault(item.premise, item)
    shuffled = list(found.values())
    random.shuffle(shuffled)
    return tuple(shuffled)


def _item(random: Random, split: str, *, label: int) -> Item | None:
    """An item, or None where a deed is without cause or effect or another split has the answer."""
    effects = world().effects
    causes = {effect: cause for cause, effect in effects.items()}
    answers = {"cause": causes, "effect": effects}
    fact = replace(draw(random, split), negated=False)
    question, other = random.sample(sorted(answers), 2)
    if fact.verb not in answers[question]:
        return None
    verb = answers[question][fact.verb]
    # Only a deed in the middle of a chain has both; the opposite is always there.
    wrong = random.choice([world().verbs[verb], answers[other].get(fact.verb, world().verbs[verb])])
    told = replace(fact.only(frozenset()), verb=verb)
    choices = (told, replace(told, verb=wrong))
    if any(split_of(choice) != split for choice in choices):
        return None
    parts = frozenset(part for part in OPTIONAL if random.random() < 0.5)
    return Item(fact.only(parts), question, *choices, label)


MINIATURE_COPA = Task(
    name=NAME,
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=languages(),
    labels=LABELS,
    fields=FIELDS,
    metric="accuracy",
    source=SOURCE,
    read=read_copa,
    parallel=True,
    synthetic=True,
    settings={"prefix": "copa"},
)
