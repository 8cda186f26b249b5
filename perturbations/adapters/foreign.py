"""Foreign code: how it is called, seeded and held to its promise, and how what it hands back becomes edits."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from perturbations.adapters.harm import harms
from perturbations.adapters.recovery import changes, followed, touched
from perturbations.edits import Damage, Edits, Harm, Status
from perturbations.errors import AdapterError
from perturbations.passage import Level, Passage
from perturbations.perturbation import Scope

SHOWN = 80
"""Code points of a text that a message shows."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is known of a piece of foreign code when it is called.

    Args:
        name: of the perturbation, for messages.
        level: the unit that its edits are counted in.
        scope: whether it strikes units or a whole text.
        spaced: whether white space is what it is about.
        tokens: what it takes for the words of a text, None where it does not say.
    """

    name: str
    level: Level
    scope: Scope = Scope.UNIT
    spaced: bool = False
    tokens: Callable[[str], Sequence[str] | None] | None = None


@contextmanager
def seeded(draws: Random) -> Generator[None]:
    """Seed the global generators that foreign code draws from, and put them back as they were.

    Those of `random` and NumPy, and of torch where it is loaded. On an accelerator torch's generator is seeded but not
    put back.
    """
    import numpy

    state, arrays = random.getstate(), numpy.random.get_state()  # noqa: NPY002 - theirs, not ours
    torch: Any = sys.modules.get("torch")
    tensors = torch.get_rng_state() if torch else None
    seed = int(draws.random() * 2**32)
    random.seed(seed)
    numpy.random.seed(seed)  # noqa: NPY002 - it is what they read
    if torch:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
        numpy.random.set_state(arrays)  # noqa: NPY002
        if torch:
            torch.set_rng_state(tensors)


@contextmanager
def guarded(name: str, doing: str) -> Generator[None]:
    """Turn whatever foreign code raises into one line of ours, and keep its warnings from the user.

    Raises:
        AdapterError: it raised something.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        # Foreign code raises whatever it likes; this is the one place where all of it is caught.
        raise AdapterError(f"{name} failed {doing}: {type(error).__name__}: {error}") from error


@contextmanager
def settings(target: object, values: Mapping[str, object]) -> Generator[None]:
    """Give an object of others other values for the attributes that it has, and put them back."""
    before = {name: getattr(target, name) for name in values if hasattr(target, name)}
    for name in before:
        setattr(target, name, values[name])
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(target, name, value)


def struck(foreign: Foreign, passage: Passage, draws: Random, work: Callable[[str], object]) -> str:
    """What the foreign code makes of the text of a passage.

    Args:
        foreign: what is called.
        passage: the source.
        draws: seeds the global generators.
        work: calls it with a text; what it returns must be a text with a UTF-8 form.

    Raises:
        AdapterError: it raised an error or returned something else.
    """
    doing = f"on the {passage.language} text {passage.text[:SHOWN]!r}"
    with seeded(draws), guarded(foreign.name, doing):
        after = work(passage.text)
    if not isinstance(after, str):
        raise AdapterError(f"{foreign.name} handed back {after!r:.80} {doing}: a text is wanted")
    try:
        after.encode()
    except UnicodeEncodeError as error:
        raise AdapterError(f"{foreign.name} handed back a lone surrogate {doing}: it has no UTF-8 form") from error
    return after


def recovered(foreign: Foreign, passage: Passage, after: str, *, rate: float) -> Edits:
    """The edits that lead to what the foreign code made of a passage, with what it broke.

    `apply` gives `after` exactly unless edits were dropped, which is then among the damage.

    Args:
        foreign: what was called.
        passage: the source.
        after: what came of it.
        rate: what was asked for; where that is a unit or more and none was touched, the text is saturated.
    """
    units, level = passage.units(foreign.level), foreign.level
    found = changes(passage, after, level)
    left = [(change, [edit for edit in change.edits if followed(passage, edit)]) for change in found]
    edits = tuple(edit for _, some in left for edit in some)
    if foreign.scope is Scope.TEXT:
        count, lacking = (len(units) if edits else 0), not edits
    else:
        count = touched(units, edits, level)
        lacking = not count and rate * len(units) >= 1
    status = Status.SATURATED if lacking else Status.DONE
    made = Edits(passage.text, edits, len(units), count, status)
    damage = harms(
        passage,
        made.apply(),
        level,
        [change for change, some in left if some],
        tokens=None if foreign.tokens is None else foreign.tokens(passage.text),
        spaced=foreign.spaced,
    )
    dropped = sum(len(change.edits) for change in found) - len(edits)
    return replace(made, damage=(*damage, *([Harm(Damage.DROPPED, dropped)] if dropped else ())))
