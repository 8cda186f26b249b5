"""Listing: the first of many names, for messages that do not grow with what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

SHOWN = 3
"""How many names a message holds."""


def first_few(names: Sequence[str]) -> str:
    """The first of some names in quotes, and a mark where there are more."""
    return ", ".join(map(repr, names[:SHOWN])) + (", …" if len(names) > SHOWN else "")
