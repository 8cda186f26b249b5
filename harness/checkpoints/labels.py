"""Label maps: which output of a head stands for which label of a task, by name and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from perturbations.errors import CheckpointError

UNNAMED = re.compile(r"LABEL_\d+")
"""What transformers calls an output that nobody has named."""


def match_labels(
    labels: Sequence[str], outputs: Sequence[str], *, aliases: Mapping[str, str], where: str, declared: bool = False
) -> tuple[int, ...]:
    """The output of a head for each label of a task.

    Names are compared without regard to case and surrounding space, aliases resolved on both sides.

    Args:
        labels: the task's labels, in its order.
        outputs: the name of each output, in the head's order.
        aliases: other names of a label (`{"contradictory": "contradiction"}`).
        where: the checkpoint, as a message calls it.
        declared: whether the user has declared the outputs; only then may an empty name mark an output to ignore.

    Returns:
        `(labels,)` indices into `outputs`.

    Raises:
        CheckpointError: outputs without names, or names that are not the task's labels, each once.
    """
    if all(UNNAMED.fullmatch(output) for output in outputs):
        raise CheckpointError(
            f"{where} does not say what its {len(outputs)} outputs mean ({', '.join(outputs[:3])}, …): set id2label in "
            f"its config.json, or give `labels = [...]` in the manifest, in the order it was trained with; the task "
            f"has {', '.join(labels)}"
        )
    resolve = {_plain(alias): _plain(label) for alias, label in aliases.items()}
    names = [resolve.get(_plain(output), _plain(output)) for output in outputs]
    wanted = [resolve.get(_plain(label), _plain(label)) for label in labels]
    kept = [name for name in names if name or not declared]
    if sorted(kept) != sorted(wanted):
        raise CheckpointError(_mismatch(labels, outputs, _differences(wanted, kept), where))
    return tuple(names.index(label) for label in wanted)


def _plain(label: str) -> str:
    return label.strip().casefold()


def _differences(wanted: Sequence[str], names: Sequence[str]) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    found = {
        "missing": sorted(set(wanted) - set(names)),
        "unknown": sorted(set(names) - set(wanted)),
        "twice": twice,
    }
    return [f"{kind}: {', '.join(map(repr, group))}" for kind, group in found.items() if group]


def _mismatch(labels: Sequence[str], outputs: Sequence[str], differences: Sequence[str], where: str) -> str:
    return (
        f"{where} has the labels {', '.join(outputs)}, the task has {', '.join(labels)} ({'; '.join(differences)}): "
        "give a checkpoint trained on this task, or name its outputs in a manifest (`labels = [...]`, an empty string "
        "for an output that the task does not have)"
    )
