"""Arms: checkpoints that were trained alike but for the seed, and what sets one arm apart from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.checkpoints.lineage import Factor
from harness.comparing.entrants import BASE, INTERMEDIATE, NONE, Entrant
from perturbations.errors import UsageError

TRACES = ("start", "start_fingerprint", "libraries", "training_data", "training_examples", "training_splits")
"""Free factors of a lineage that say what it came from, not how it was made."""


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """Checkpoints that differ in their seeds and target tasks only.

    Args:
        label: the levels in which it differs from other arms.
        factors: its level of every factor.
        intermediate: the tasks trained on before the target.
        members: by task and training seed; a seed that nobody told is None.
    """

    label: str
    factors: Mapping[str, Factor]
    intermediate: tuple[str, ...]
    members: Mapping[tuple[str, int | None], Entrant]

    def __str__(self) -> str:
        return self.label

    @property
    def tasks(self) -> set[str]:
        """Names of the tasks that it serves."""
        return {task for task, _ in self.members}

    def seeds(self, task: str) -> list[int | None]:
        """The training seeds that it has on a task, in order; None first."""
        return sorted((seed for name, seed in self.members if name == task), key=lambda seed: (seed is not None, seed))

    def context(self, *without: str) -> tuple[tuple[str, Factor], ...]:
        """Its levels of all factors but some."""
        return tuple((name, level) for name, level in self.factors.items() if name not in without)


def find_arms(entrants: Sequence[Entrant], serves: Mapping[str, Sequence[Entrant]]) -> tuple[Arm, ...]:
    """The arms of some checkpoints, in the order in which they first come.

    Args:
        entrants: all of them.
        serves: by task, those that were scored on it.

    Raises:
        UsageError: two checkpoints of one arm with the same seed on one task.
    """
    varying = _varying(entrants)
    groups: dict[tuple[tuple[str, Factor], ...], dict[tuple[str, int | None], Entrant]] = {}
    for task, served in serves.items():
        for entrant in served:
            members = groups.setdefault(tuple(entrant.factors.items()), {})
            place = (task, entrant.seed)
            if place in members:
                raise _double(members[place], entrant, task)
            members[place] = entrant
    order = {tuple(entrant.factors.items()): place for place, entrant in reversed(list(enumerate(entrants)))}
    return tuple(
        Arm(_label(dict(key), varying), dict(key), next(iter(members.values())).intermediate, members)
        for key, members in sorted(groups.items(), key=lambda item: order[item[0]])
    )


def mixed(arms: Sequence[Arm]) -> Iterator[str]:
    """What differs within an arm on one task besides the seed, so that its seeds are no pure replicates."""
    for arm in arms:
        for task in sorted(arm.tasks):
            members = [arm.members[task, seed] for seed in arm.seeds(task)]
            for name in sorted({name for member in members for name in member.lineage.factors} - set(TRACES)):
                levels = {str(member.lineage.factors.get(name, NONE)) for member in members}
                if len(levels) > 1:
                    yield (
                        f"{arm.label} on {task} mixes {name} {', '.join(sorted(levels))} under its seeds: "
                        f"tell them apart by --factor {name}"
                    )


def _varying(entrants: Sequence[Entrant]) -> list[str]:
    names = list(entrants[0].factors)
    return [name for name in names if len({entrant.factors[name] for entrant in entrants}) > 1]


def _label(factors: Mapping[str, Factor], varying: Sequence[str]) -> str:
    told = [_told(name, factors[name]) for name in varying if factors[name] != NONE]
    return ", ".join(told) or (
        "direct" if factors[INTERMEDIATE] == NONE else _told(INTERMEDIATE, factors[INTERMEDIATE])
    )


def _told(name: str, level: Factor) -> str:
    return f"after {level}" if name == INTERMEDIATE else str(level) if isinstance(level, str) else f"{name} {level}"


def _double(first: Entrant, second: Entrant, task: str) -> UsageError:
    both = first.lineage.factors, second.lineage.factors
    apart = [name for name in sorted(both[0].keys() | both[1].keys()) if both[0].get(name) != both[1].get(name)]
    useful = [name for name in apart if name not in TRACES]
    hint = f"name what tells them apart by --factor ({', '.join(useful)})" if useful else "give them other seeds"
    return UsageError(
        f"{first.name} and {second.name} are both {BASE} {first.factors[BASE]}, {INTERMEDIATE} "
        f"{first.factors[INTERMEDIATE]}, seed {'unknown' if first.seed is None else first.seed} on {task}: {hint}, or "
        "tell their lineage in a --manifest"
    )
