"""Screen: the width of what is printed to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console

FULL_WIDTH = 100
"""Columns of a terminal that shows all columns of all tables, and what a file or pipe gets, which has no width."""


@contextmanager
def wide_enough(console: Console) -> Generator[None, None, None]:
    """Give a file or pipe, which rich takes for 80 columns, the full width; a terminal keeps its own."""
    width = console.width
    if not console.is_terminal:
        console.width = max(width, FULL_WIDTH)
    try:
        yield
    finally:
        console.width = width
