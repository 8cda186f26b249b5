"""A verdict as JSON: every score with its claims, numbers in full."""

from __future__ import annotations

import json
from dataclasses import asdict

from reports.gate.verdict import Verdict

FORMAT = 1
"""Counts changes of the keys."""


def render_json(verdict: Verdict) -> str:
    """The verdict as a JSON object; what is missing is null, never NaN."""
    return json.dumps({"format": FORMAT} | asdict(verdict), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
