"""Severity: five names for fixed rates, so that noise of one name is as strong in every script and every report.

Five levels follow Hendrycks and Dietterich (2019). The lowest is what people leave behind when they type: 1.2 % of the
characters on keyboards (Dhakal et al. 2018), 2.3 % on phones (Palin et al. 2019). From there each about doubles, up to
the 40 % that is common as the upper end of synthetic noise (Belinkov and Bisk 2018; Eger et al. 2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from perturbations.errors import UnknownNameError

SEVERITIES: Mapping[str, float] = MappingProxyType(
    {"trace": 0.01, "light": 0.05, "moderate": 0.1, "heavy": 0.2, "extreme": 0.4}
)
"""The rate of each severity, 0–1, ascending. As every rate, it is the share of the text's units that are touched; of a
perturbation of whole texts, the share of texts."""


def rate_of(severity: str) -> float:
    """The rate that a severity stands for, 0–1.

    Raises:
        UnknownNameError: there is no such severity.
    """
    if severity not in SEVERITIES:
        raise UnknownNameError("severity", severity, SEVERITIES)
    return SEVERITIES[severity]


def severity_of(rate: float) -> str | None:
    """The severity that stands for exactly this rate, or None."""
    return next((name for name, known in SEVERITIES.items() if known == rate), None)
