"""Measures: what may be called the difficulty of a task, each with its direction, unit and source.

No two of them mean the same by difficulty, which is why their rank agreement is reported beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to say how hard a task is.

    Args:
        name: as files and users call it.
        heading: as tables call it, short.
        harder: whether a higher or a lower value means a harder task; None for a property that is no difficulty.
        unit: what the values are in.
        definition: one sentence.
        source: author and year.
    """

    name: str
    heading: str
    harder: Literal["higher", "lower"] | None
    unit: str
    definition: str
    source: str

    def oriented(self, value: float) -> float:
        """The value with its sign turned so that more is harder; a property keeps its sign."""
        return -value if self.harder == "lower" else value


@dataclass(frozen=True, slots=True)
class TaskDifficulty:
    """What is known of one task.

    Args:
        name: the task.
        values: by name of the measure.
        lacking: by name of the measure, why it has no value.
        notes: how a value was come by, where that is not plain.
    """

    name: str
    values: Mapping[str, float]
    lacking: Mapping[str, str]
    notes: tuple[str, ...] = ()


SIZE = Measure("data-size", "size", "lower", "examples", "number of training examples", "Phang et al. 2020")
LENGTH = Measure(
    "sequence-length",
    "words",
    None,
    "words",
    "mean number of words of a training example, all its texts together",
    "a count",
)
BASELINE = Measure(
    "baseline-score",
    "baseline",
    "lower",
    "0–1",
    "score of a baseline model between chance (0) and the best possible score (1)",
    "a ratio",
)
HUMAN_GAP = Measure(
    "human-gap",
    "human gap",
    "higher",
    "points",
    "score of people minus that of the baseline model",
    "Ethayarajh et al. 2022, §1",
)
INFORMATION = Measure(
    "usable-information",
    "V-info",
    "lower",
    "bits",
    "mean pointwise V-information: bits by which the input raises the probability of the gold label over that of a "
    "model that sees no input",
    "Xu et al. 2020; Ethayarajh et al. 2022",
)
CONFIDENCE = Measure(
    "confidence",
    "conf.",
    "lower",
    "0–1",
    "mean probability of the gold label over epochs, then over examples",
    "Swayamdipta et al. 2020",
)
VARIABILITY = Measure(
    "variability",
    "var.",
    "higher",
    "0–1",
    "standard deviation of the probability of the gold label over epochs, mean over examples",
    "Swayamdipta et al. 2020",
)
CORRECTNESS = Measure(
    "correctness",
    "corr.",
    "lower",
    "0–1",
    "share of epochs in which an example is right, mean over examples",
    "Swayamdipta et al. 2020",
)
FORGETTING = Measure(
    "forgetting",
    "forg.",
    "higher",
    "events",
    "how often an example that was right is wrong one epoch later, mean over the examples that were ever right",
    "Toneva et al. 2019",
)
UNLEARNED = Measure(
    "never-learnt", "never", "higher", "0–1", "share of the examples that are right in no epoch", "Toneva et al. 2019"
)
CODE_LENGTH = Measure(
    "code-length",
    "code",
    "higher",
    "bits",
    "prequential code length of the labels, bits an example",
    "Blier & Ollivier 2018; Voita & Titov 2020",
)

MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        *(SIZE, LENGTH, BASELINE, HUMAN_GAP, INFORMATION, CONFIDENCE, VARIABILITY, CORRECTNESS),
        *(FORGETTING, UNLEARNED, CODE_LENGTH),
    )
}
"""Every measure by name, in the order of the tables."""
