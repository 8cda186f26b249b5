"""Tables: the files of `perturbations/data`, which name their source and licence at their head."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


def read(name: str) -> str:
    """The text of a file of `perturbations/data`."""
    return resources.files("perturbations").joinpath("data", name).read_text(encoding="utf-8")


@cache
def load(name: str) -> Mapping[str, Any]:
    """The content of a TOML file of `perturbations/data`, read when first asked."""
    return tomllib.loads(read(name))
