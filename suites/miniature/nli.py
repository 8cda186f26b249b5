"""miniature-nli: does a premise entail a hypothesis? Three hypotheses to a premise, the same items in every language.

Made after XNLI (Conneau et al. 2018). Premise and hypothesis speak of one scene and one definite thing, as in SNLI
(Bowman et al. 2015): what is left out or said more generally is entailed, the opposite of a deed, its denial or an
opposite quality contradicts, and what the premise does not tell is neutral. Every label draws its hypotheses from one
distribution, so that a hypothesis alone tells nothing (Gururangan et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.sentences import sentence
from suites.miniature.source import SOURCE, check_request, plain_texts
from suites.miniature.world import NEGATED, OPTIONAL, Fact, draw, others, world
from suites.task import Kind, Request, Task

NAME = "miniature-nli"
LABELS = ("entailment", "neutral", "contradiction")
PREMISES = {"train": 2000, "dev": 60, "test": 120}
GENERAL = 0.3
"""Share of hypotheses that name the category in place of the thing."""
ADDED = 1 / 3
"""Share of neutral hypotheses that add a part; the others change who it is or what thing."""


@dataclass(frozen=True, slots=True)
class Item:
    """A premise and one hypothesis for each label, in the order of `LABELS`."""

    premise: Fact
    hypotheses: tuple[Fact, ...]


def read_nli(request: Request) -> list[Example]:
    """The examples of one language and split, three to a premise in a shuffled order that all languages share.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    language = request.language
    examples: list[Example] = []
    for group, item in enumerate(items(request.split)):
        premise = sentence(item.premise, language)
        pairs = list(zip(item.hypotheses, LABELS, strict=True))
        Random(f"{NAME} order {request.split} {group}").shuffle(pairs)
        for hypothesis, label in pairs:
            texts = plain_texts({"premise": premise, "hypothesis": sentence(hypothesis, language)}, language)
            examples.append(Example(str(len(examples)), str(group), texts, label))
    return examples


@lru_cache(maxsize=len(PREMISES))
def items(split: str) -> tuple[Item, ...]:
    """Every item of a split, without words; no premise twice."""
    random = Random(f"{NAME} {split}")
    found: dict[Fact, Item] = {}
    while len(found) < PREMISES[split]:
        item = _item(random, split)
        if item is not None:
            found.setdefault(item.premise, item)
    return tuple(found.values())


def _item(random: Random, split: str) -> Item | None:
    """A premise with two of the optional parts and its hypotheses, or None where the split has no neutral one."""
    fact = draw(random, split)
    missing = random.choice(OPTIONAL)
    told = [part for part in OPTIONAL if part != missing]
    entailed = fact.only(_some(random, told))
    contradicting = _contradiction(fact.only(_some(random, told)), random)
    if random.random() < ADDED:
        neutral = fact.only(frozenset({missing, random.choice([missing, random.choice(told)])}))
    else:
        changed = _changed(fact.only(_some(random, told)), random, split)
        if changed is None:
            return None
        neutral = changed
    hypotheses = tuple(_general(hypothesis, random) for hypothesis in (entailed, neutral, contradicting))
    return Item(fact.only(frozenset(told)), hypotheses)


def _some(random: Random, parts: list[str]) -> frozenset[str]:
    """One or both of two parts, as likely as each other."""
    return frozenset(random.sample(parts, random.choice((1, 2))))


def _contradiction(fact: Fact, random: Random) -> Fact:
    """The denial, or the opposite of verb or adjective, such that denials are as frequent as among the premises."""
    if fact.negated:
        return replace(fact, negated=False)
    # n of the premises are denials and give affirmations; so many of the affirmations must give denials again.
    if random.random() < NEGATED / (1 - NEGATED):
        return replace(fact, negated=True)
    if fact.adjective and random.random() < 0.5:
        return replace(fact, adjective=world().adjectives[fact.adjective])
    return replace(fact, verb=world().verbs[fact.verb])


def _changed(fact: Fact, random: Random, split: str) -> Fact | None:
    """The fact of another person or of a thing of another category, within the split; None where there is none."""
    kinds = [others(fact, part, split, random) for part in ("subject", "thing")]
    facts = random.choice(kinds)
    return random.choice(facts) if facts else None


def _general(fact: Fact, random: Random) -> Fact:
    """The fact, now and then of the category in place of the thing."""
    return replace(fact, thing=world().category(fact.thing)) if random.random() < GENERAL else fact


MINIATURE_NLI = Task(
    name=NAME,
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=languages(),
    labels=LABELS,
    fields=("premise", "hypothesis"),
    metric="accuracy",
    source=SOURCE,
    read=read_nli,
    cluster="premise",
    parallel=True,
    aliases={"contradictory": "contradiction"},
    synthetic=True,
)
