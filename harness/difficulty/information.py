"""Usable information: how much a model learns about the label from the input, in bits.

Sources: Xu et al. 2020 (V-information); Ethayarajh et al. 2022 ("Understanding dataset difficulty with V-usable
information"): PVI(x → y) = −log₂ g[∅](y) + log₂ g′[x](y), where g′ was trained on inputs and labels, g on empty inputs
and labels; its mean over held-out examples is the V-information of the task.
"""

from __future__ import annotations

import numpy as np

from harness.difficulty.probabilities import Gold
from harness.statistics.sample import Floats
from harness.statistics.units import matched


def pointwise_information(model: Gold, null: Gold) -> Floats:
    """`(examples,)` PVI in bits, in the order of `model`; negative where the input misled the model.

    Args:
        model: probabilities of the gold labels under the model that reads the inputs.
        null: the same examples under the model that was trained on empty inputs.

    Raises:
        UsageError: other examples on one side than on the other.
    """
    places = matched(model.ids, null.ids, names=(model.where, null.where))
    return np.log2(model.probabilities) - np.log2(null.probabilities[places])


def usable_information(model: Gold, null: Gold) -> float:
    """The V-information of a task in bits: the mean of `pointwise_information`; raises as it does."""
    return float(pointwise_information(model, null).mean())
