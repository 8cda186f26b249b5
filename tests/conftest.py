"""What all tests share: the real data, one thread a worker, and how Hypothesis searches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

if "PYTEST_XDIST_WORKER" in os.environ:
    # Read by torch, BLAS and the tokenizers when they are first imported, which is after this file. One worker a core
    # with one thread each: more threads than cores make everything slower.
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# No test may depend on the network; one that shows what happens without it gets the same answer everywhere.
os.environ["HF_HUB_OFFLINE"] = "1"

# Deadlines measure the machine, not the code. In CI the examples are the same in every run, so that a red build is
# about the change; elsewhere every run searches anew.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("search"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "search")

DATA = Path(__file__).parents[2] / "shared" / "data"
"""Where the real data is looked for unless `XROBUST_DATA` names another place."""
if DATA.is_dir():
    # For the command line and the resources too, which read the variable themselves.
    os.environ.setdefault("XROBUST_DATA", str(DATA))


@pytest.fixture(scope="session")
def data() -> Path:
    """The directory of real evaluation data, in the layout users download; skips the test where there is none."""
    value = os.environ.get("XROBUST_DATA") or str(DATA)
    directory = Path(value).resolve()
    if not directory.is_dir():
        pytest.skip(f"needs real data: set XROBUST_DATA to the directory that holds xnli/, udpos/, …; {value} is none")
    return directory


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the demo: training takes two minutes, in which the other core would have nothing to do at the end."""
    items.sort(key=lambda item: item.path.name != "test_demo.py")
