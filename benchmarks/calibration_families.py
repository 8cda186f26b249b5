"""Calibration of families: forty correlated cells, without any effect and with effects in a quarter of them."""

from __future__ import annotations

import gc
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration_verdicts import Check, chunks, generator_for
from benchmarks.calibration_world import World, drops
from harness.statistics.batch import MeanBatch
from harness.statistics.batch_closed import closed_drops
from harness.statistics.batch_resampled import max_t_batches
from harness.statistics.multiplicity import adjust
from harness.statistics.sample import Floats, Settings

ALPHA, CELLS, RESAMPLES = 0.05, 40, 999
"""Forty languages, or eight under five perturbations each: for an id it is the same."""
REAL = np.arange(CELLS) < CELLS // 4
EFFECT = 0.8


def families(repetitions: int) -> list[Check]:
    """Family-wise error and false-discovery rate of Holm, max-T and Benjamini–Hochberg."""
    generator, world = generator_for("families"), World(ids=120, languages=CELLS)
    without, some = Counter[str](), Counter[str]()
    # statsmodels collects garbage in each of its corrections: what is loaded by now need not be gone through again.
    adjust([0.5], correction="holm")
    gc.freeze()
    for size in chunks(repetitions, 50):
        for counted, effect in ((without, np.zeros(CELLS)), (some, np.where(REAL, EFFECT, 0.0))):
            for cells in drops(world, generator, size, effect=effect)[:, 0]:
                counted.update(_rejections(cells, effect > 0, seed=int(generator.integers(2**62))))
    gc.unfreeze()

    def check(name: str, kind: str, hits: float, nominal: float = ALPHA) -> Check:
        return Check(f"{name}, 40 cells", kind, nominal, hits, repetitions, "at most")

    quarter = "effects in a quarter"
    return [
        check("Holm, no effect", "family-wise", without["holm any"]),
        check(f"Holm, {quarter}", "family-wise", some["holm any"]),
        check("max-T step-down, no effect", "family-wise", without["max-t any"]),
        check(f"max-T step-down, {quarter}", "family-wise", some["max-t any"]),
        check("Benjamini–Hochberg, no effect", "false share", without["bh share"]),
        check(f"Benjamini–Hochberg, {quarter}", "false share", some["bh share"], 0.75 * ALPHA),
        *(
            Check(f"{name}: real effects found, 40 cells", "power", None, some[f"{key} found"], repetitions, "shown")
            for name, key in (("Holm", "holm"), ("max-T", "max-t"), ("Benjamini–Hochberg", "bh"))
        ),
        Check("  naive: any of 40 cells below 0.05", "family-wise", ALPHA, without["raw any"], repetitions, "shown"),
    ]


def _rejections(cells: Floats, real: NDArray[np.bool_], *, seed: int) -> dict[str, float]:
    """For each correction of a family: whether a claim is false, the share that is, the share of the real found."""
    batch = MeanBatch(name="x", differences=cells)
    raw = closed_drops(batch).p_values()
    tested = [None if np.isnan(p) else p for p in raw.tolist()]
    p_values = {
        "raw": raw,
        "holm": np.array(adjust(tested, correction="holm").values, dtype=np.float64),
        "bh": np.array(adjust(tested, correction="bh").values, dtype=np.float64),
        "max-t": max_t_batches([batch], Settings(resamples=RESAMPLES, seed=seed))[0],
    }
    found: dict[str, float] = {}
    for name, p in p_values.items():
        rejected = p <= ALPHA
        false = int(np.sum(rejected & ~real))
        found[f"{name} any"] = float(false > 0)
        found[f"{name} share"] = false / max(1, int(rejected.sum()))
        found[f"{name} found"] = float(rejected[real].mean()) if real.any() else 0.0
    return found


FAMILY_CHECKS = (families,)
