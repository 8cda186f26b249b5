"""Machine: where and with what a benchmark ran, for the head of its output."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def provenance(distributions: Sequence[str], *, threads: int) -> dict[str, str]:
    """What a figure depends on beside our own code, as names and values in the order in which they are printed.

    Args:
        distributions: whose versions count, as pip calls them.
        threads: how many the benchmark allows itself.
    """
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "threads": str(threads),
        "load": load(),
        "python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in distributions),
    }


def processor() -> str:
    """The processor's model with what tells two of one name apart, as the system names it."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return platform.processor() or platform.machine()
    entries = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line)
    values = {name.strip(): value.strip() for name, value in entries.items()}
    details = [f"{name} {values[name]}" for name in ("cpu family", "model", "stepping") if name in values]
    return f"{values.get('model name', platform.machine())} ({', '.join(details)})"


def load() -> str:
    """How many processes wanted to run, over 1, 5 and 15 minutes; a loaded machine makes wall times long."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())
