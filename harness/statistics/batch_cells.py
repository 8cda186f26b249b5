"""The contrasts of all cells of a run, as `contrast_cell` gives them one by one, but with draws made together.

Whatever needs no resample is computed cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.statistics.batch_draws import MeanDraws, SumDraws, draw_means, draw_sums
from harness.statistics.cells import CellContrast, contrast_cell, draws_of
from harness.statistics.sample import PairedSample, Score, Settings
from perturbations.errors import UsageError

Key = tuple[type[MeanDraws | SumDraws], int, int, Score]
"""What cells that draw together have in common: what they draw, units, width of the vectors, score."""


def contrast_cells(samples: Sequence[PairedSample], claims: Sequence[str], settings: Settings) -> list[CellContrast]:
    """Test the drop of every cell.

    Args:
        samples: one for each cell, of whatever tasks.
        claims: what each compares, as a phrase.
        settings: levels, resamples, seed.

    Returns:
        What `contrast_cell` returns for each, in order; the same to the rounding of a matrix product.

    Raises:
        UsageError: not one claim for each sample.
    """
    if len(samples) != len(claims):
        raise UsageError(f"{len(samples)} cells need one claim for each, not {len(claims)}")
    together: dict[Key, list[int]] = {}
    found: dict[int, CellContrast] = {}
    for index, (sample, claim) in enumerate(zip(samples, claims, strict=True)):
        kind = draws_of(sample)
        if kind is None:
            found[index] = contrast_cell(sample, claim=claim, settings=settings)
        else:
            units = int(sample.codes().max()) + 1
            together.setdefault((kind, units, sample.reference.shape[1], sample.score), []).append(index)
    for (kind, *_), members in together.items():
        draw = draw_means if kind is MeanDraws else draw_sums
        for index, draws in zip(members, draw([samples[i] for i in members], settings), strict=True):
            found[index] = contrast_cell(samples[index], claim=claims[index], settings=settings, draws=draws)
    return [found[index] for index in range(len(samples))]
