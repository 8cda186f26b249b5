"""The columns of what is told of a cell beside its drop, and of the worst case over the perturbations."""

from __future__ import annotations

from collections.abc import Sequence

from reports import values
from reports.columns import CHECKPOINT, CLEAN, EXAMPLES, LANGUAGE, PERTURBATION, RATE, Column, plain
from reports.report import TESTED, Row

NO_COUNT = "predictions made elsewhere do not tell how their model read a text"
NO_PROBABILITY = "the predictions came without probabilities"


def _pair(heading: str, keys: tuple[str, str], definition: str, absent: str) -> Column:
    """A column that prints the clean and the perturbed value of a measure."""

    def show(row: Row, _: float) -> str:
        clean, perturbed = (values.effect(row[key]) for key in keys)
        return values.MISSING if row[keys[0]] is None and row[keys[1]] is None else f"{clean} → {perturbed}"

    return Column(heading, definition, keys, show, f"{heading}: {absent}")


MEASURE_TABLE = (
    *(LANGUAGE, PERTURBATION, RATE),
    plain(
        "realised",
        "realised_rate",
        "the share of units that was in fact touched; of a text struck as a whole, all",
        show=values.share,
    ),
    plain(
        "saturated",
        "saturated",
        "the share of texts with fewer eligible units than the rate asks for",
        show=values.share,
    ),
    Column(
        "relative drop",
        "the drop as a share of the clean score",
        ("relative_drop",),
        lambda row, _: values.share(row["relative_drop"]),
        "relative drop: the clean score is 0",
    ),
    plain(
        "flips",
        "flip_rate",
        "the share of answers that differ from the clean ones: of tags on the tokens that are left, of candidates the "
        "first",
        show=values.share,
    ),
    _pair(
        "calibration error",
        ("calibration_clean", "calibration_perturbed"),
        "expected calibration error in points, clean → perturbed: how far probabilities and accuracy lie apart, over "
        "15 bins",
        NO_PROBABILITY,
    ),
    Column(
        "change",
        "of the calibration error, positive where it grows",
        ("calibration_change",),
        lambda row, _: values.effect(row["calibration_change"]),
        f"calibration error: {NO_PROBABILITY}",
    ),
    _pair(
        "pieces a word",
        ("pieces_clean", "pieces_perturbed"),
        "subword pieces over words of the inputs, clean → perturbed",
        NO_COUNT,
    ),
    Column(
        "truncated",
        "the share of perturbed inputs that were cut at the model's limit, so that it did not see their end",
        ("truncated",),
        lambda row, _: values.share(row["truncated"]),
        f"truncated: {NO_COUNT}",
    ),
    plain(
        "lost",
        "lost",
        "the share of tokens that were deleted; clean and perturbed are scores on the others",
        show=values.share,
    ),
    Column(
        "collisions",
        "the share of the edits drawn that would make another word of the language, by its word frequencies; the notes "
        "at the top say whether they were refused",
        ("collisions",),
        lambda row, _: values.share(row["collisions"]),
        "collisions: only single edits of characters are judged, and none was drawn here",
    ),
    Column(
        "damage",
        "cases of what an augmenter of others did to the texts besides the noise: marks torn from their letters, "
        "spacing changed, words not taken for one word each, edits dropped since they touch what is protected or part "
        "labels from their tokens",
        ("damage",),
        lambda row, _: values.name(row["damage"]),
        "damage: none was found",
        right=False,
    ),
)
"""The columns of the second table of a task and checkpoint."""

ROBUST = plain(
    "robust",
    "robust",
    "score in points where each example stands as under the perturbation that hurts it most; of right and wrong "
    "answers the share that is right under every perturbation",
    show=values.score,
)
ROBUST_DROP = plain("loss", "drop", "clean − robust in points", show=values.effect)
PERTURBATIONS = plain(
    "perturbations",
    "perturbations",
    "perturbations that the worst case is taken over, the control among them if there is one",
    show=values.count,
)
ROBUST_TABLE = (CHECKPOINT, LANGUAGE, RATE, PERTURBATIONS, CLEAN, ROBUST, ROBUST_DROP, EXAMPLES)
"""The columns of the robust scores of a task."""


def measured(rows: Sequence[Row]) -> list[Row]:
    """The rows of cells that were scored; why one of them was not tested stands in the first table."""
    return [{**row, "status": TESTED, "note": None} for row in rows if row["perturbed"] is not None]
