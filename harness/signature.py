"""Signature: what one would have to hold fixed to get the same numbers again (after sacrebleu's)."""

from __future__ import annotations

import platform
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import perturbations
from harness.cell import CLEAN, NONE, Cell, Planned
from harness.checkpoints.checkpoint import Checkpoint
from harness.plan import Plan
from harness.submission.submission import Contestant
from perturbations.adapters.function import FunctionRewriting
from perturbations.errors import UsageError
from perturbations.perturbation import Noise, Perturbation
from perturbations.resources import inventory
from suites.task import find_task

SHAPING = ("xrobust", "torch", "transformers", "tokenizers", "regex", "icu4py", "langcodes", "anyascii")
"""Distributions whose version is part of every cell: another one may round, cut or segment differently."""
LISTED = ("datasets", "numpy", "scipy", "statsmodels", "pandas", "pyarrow")
"""Further distributions whose versions a report lists."""


@cache
def shaping_versions() -> dict[str, str]:
    """Versions of all that can change a stored number, and a digest of the code and tables that make the noise."""
    room = Path(perturbations.__path__[0])
    state = blake2b(digest_size=8)
    for path in sorted(path for path in room.rglob("*") if path.suffix in (".py", ".toml", ".tsv")):
        state.update(f"{path.relative_to(room)}\0".encode() + path.read_bytes())
    found = {name: version(name) for name in SHAPING}
    return found | {"unicode": unicodedata.unidata_version, "noise": state.hexdigest()}


def origin(perturbation: Noise, *, judged: bool = False) -> dict[str, str]:
    """Digests of what else noise rests on: the tables found on this machine, the file of a foreign perturbation.

    For the many that need neither, nothing.

    Args:
        perturbation: makes the noise.
        judged: whether its edits are looked up in the word frequencies.

    Raises:
        UsageError: it was made without a file, so that nothing tells one version of it from another.
    """
    module = _home(perturbation)
    if module.partition(".")[0] == perturbations.__name__:
        # Whatever may be missing may also be found elsewhere the next time, with other content.
        needs = judged or type(perturbation).missing is not Perturbation.missing
        return _resources() if needs else {}
    file = getattr(sys.modules[module], "__file__", None)
    if file is None:
        raise UsageError(f"perturbation {perturbation.name!r} is of {module}, which has no file: put it into one")
    return {module: _file_digest(file)} | (_resources() if judged else {})


def _home(perturbation: Noise) -> str:
    """The module that says what a perturbation does: of a function of the user, that of the function."""
    if not isinstance(perturbation, FunctionRewriting):
        return type(perturbation).__module__
    function = perturbation.function
    owner = function if hasattr(function, "__qualname__") else type(function)
    return str(getattr(owner, "__module__", None) or "builtins")


@cache
def _resources() -> dict[str, str]:
    """A digest of every table that is found, and the version of the word frequencies if they are installed."""
    state = blake2b(digest_size=8)
    for holding in inventory():
        for language, path in sorted(holding.files.items()):
            state.update(f"{holding.resource.name} {language} {_file_digest(str(path))}\0".encode())
    try:
        frequencies = version("wordfreq")
    except PackageNotFoundError:
        frequencies = "none"
    return {"resources": state.hexdigest(), "wordfreq": frequencies}


@cache
def _file_digest(file: str) -> str:
    return blake2b(Path(file).read_bytes(), digest_size=8).hexdigest()


def signature(plan: Plan, checkpoints: Sequence[Contestant], planned: Sequence[Planned]) -> dict[str, str]:
    """Everything that reproduces a run, as names and values in the order in which they are printed.

    Args:
        plan: what was asked.
        checkpoints: what was scored, predictions made elsewhere among them.
        planned: `(cells,)` all cells of the run.
    """
    statistics, cells = plan.statistics, [item.cell for item in planned]
    values = {
        "tasks": ", ".join(plan.tasks),
        "split": plan.split,
        "languages": ", ".join(plan.languages) or "all that the data has",
        "limit": "none" if plan.limit is None else str(plan.limit),
        "perturbations": ", ".join(plan.perturbations),
        "rates": ", ".join(" ".join(filter(None, (f"{rate:g}", plan.severity(rate)))) for rate in plan.every_rate),
        "noise seeds": ", ".join(map(str, plan.seeds)),
        "policy": "random",
        "protection": str(plan.protection),
        "plausibility": str(plan.plausibility or NONE),
        **_inference(plan, cells),
        "statistics": f"alpha {statistics.alpha:g}, power {statistics.power:g}, "
        f"R {statistics.resamples}, seed {statistics.seed}, {statistics.correction}, {statistics.interval}"
        f"{', exact' if statistics.exact else ''}",
    }
    values |= _parameters(planned)
    for name in plan.tasks:
        values |= _task(plan, name, [cell for cell in cells if cell.task == name])
    for checkpoint in checkpoints:
        values |= _system(checkpoint)
    for cell in cells:
        values |= {name: found for name, found in cell.versions.items() if name not in shaping_versions()}
    values["python"] = f"{platform.python_version()} on {sys.platform} {platform.machine()}"
    return values | shaping_versions() | {name: version(name) for name in LISTED}


def _inference(plan: Plan, cells: Sequence[Cell]) -> dict[str, str]:
    """How models were run, if any was: of predictions made elsewhere nobody knows."""
    inference, devices = plan.inference, sorted({cell.device for cell in cells if not cell.elsewhere})
    if not devices:
        return {}
    return {
        "precision": inference.precision,
        "device": ", ".join(devices),
        "max pieces": "the model's limit" if inference.max_pieces is None else str(inference.max_pieces),
        "token budget": str(inference.token_budget),
    }


def _system(system: Contestant) -> dict[str, str]:
    """The fingerprint of what was scored, with the revision of a checkpoint that has one."""
    if not isinstance(system, Checkpoint):
        return {f"predictions {system.name}": system.fingerprint}
    at = f" at {system.revision}" if system.revision else ""
    return {f"checkpoint {system.name}": f"{system.fingerprint}{at}"}


def _parameters(planned: Sequence[Planned]) -> dict[str, str]:
    """The parameters of each perturbation as recorded, its variants told; each value that some language has."""
    found: dict[str, dict[str, None]] = {}
    for item in planned:
        told = [f"{name} = {value}" for name, value in item.cell.parameters.items()]
        if item.perturbation not in (item.cell.perturbation, CLEAN):
            told.insert(0, item.cell.perturbation)
        if told:
            found.setdefault(f"parameters of {item.perturbation}", {})[", ".join(told)] = None
    return {name: "; ".join(values) for name, values in found.items()}


def _task(plan: Plan, name: str, cells: Sequence[Cell]) -> dict[str, str]:
    """What was read of a task, and how."""
    fields = dict.fromkeys(field for cell in cells for field in cell.fields)
    options = dict.fromkeys(f"{key} = {value}" for cell in cells for key, value in cell.options.items())
    state = blake2b(digest_size=8)
    for language, digest in sorted({(cell.language, cell.data) for cell in cells}):
        state.update(f"{language} {digest}\n".encode())
    found = {
        f"{name} version": str(find_task(name).version),
        f"{name} metric": plan.metrics.get(name, find_task(name).metric),
        f"{name} fields": ", ".join(fields),
        f"{name} options": ", ".join(options),
        f"{name} data": state.hexdigest(),
    }
    return {key: value for key, value in found.items() if value}
