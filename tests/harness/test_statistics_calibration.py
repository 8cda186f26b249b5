"""Do tests and intervals keep their promises? By enumeration where that is possible, else by seeded simulation.

Simulated rates are judged by exact binomial bounds that a correct procedure leaves once in ten thousand runs; the
seeds are fixed, so that these tests cannot fail by chance.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from harness.statistics.cells import contrast_cell
from harness.statistics.clustered import clustered_mean
from harness.statistics.intervals import newcombe_interval, tango_interval
from harness.statistics.paired import mcnemar_exact, mcnemar_mid_p
from harness.statistics.sample import PairedSample, Settings
from tests.harness.samples import f1


def bounds(rate: float, repetitions: int) -> tuple[float, float]:
    low, high = stats.binom.interval(0.9999, repetitions, rate)
    return float(low) / repetitions, float(high) / repetitions


@pytest.mark.parametrize("n", [50, 200])
@pytest.mark.parametrize("discordance", [0.05, 0.2, 0.6])
def test_mcnemar_keeps_its_level(n: int, discordance: float) -> None:
    discordant = np.arange(n + 1)
    lost, total = np.meshgrid(discordant, discordant)
    possible = lost <= total
    chance = stats.binom.pmf(total, n, discordance) * stats.binom.pmf(lost, total, 0.5)
    gained = np.where(possible, total - lost, 0)
    lost = np.where(possible, lost, 0)
    exact = float(chance[possible & (mcnemar_exact(lost, gained) <= 0.05)].sum())
    mid = float(chance[possible & (mcnemar_mid_p(lost, gained) <= 0.05)].sum())
    assert exact <= 0.05
    assert exact <= mid <= 0.052


@pytest.mark.parametrize(("discordance", "difference"), [(0.1, 0.0), (0.2, 0.1), (0.3, -0.2), (0.05, 0.05)])
def test_paired_intervals_cover_as_often_as_they_say(discordance: float, difference: float) -> None:
    n = 120
    lost, gained = np.meshgrid(np.arange(n + 1), np.arange(n + 1))
    inside = lost + gained <= n
    lost, gained = lost[inside], gained[inside]
    shares = (discordance + difference) / 2, (discordance - difference) / 2
    chance = stats.multinomial.pmf(np.stack([lost, gained, n - lost - gained], axis=1), n, [*shares, 1 - sum(shares)])
    low, high = tango_interval(lost, gained, n)
    tango = float(chance[(low <= difference) & (difference <= high)].sum())
    assert 0.935 <= tango <= 0.98
    both = (n - lost - gained) // 2
    low, high = newcombe_interval(both, lost, gained, n - lost - gained - both)
    newcombe = float(chance[(low <= difference) & (difference <= high)].sum())
    assert 0.93 <= newcombe <= 0.985


def test_with_premise_effects_the_clustered_test_holds_and_the_naive_one_does_not() -> None:
    generator = np.random.Generator(np.random.PCG64(20))
    repetitions, premises = 2_000, 150
    codes = np.repeat(np.arange(premises), 3)
    clustered = naive = covered = 0
    for _ in range(repetitions):
        # One in five premises is touched; its three hypotheses move together four times in five.
        touched = generator.random(premises) < 0.2
        direction = np.where(generator.random(premises) < 0.5, 1.0, -1.0)
        follows = generator.random((premises, 3)) < 0.8
        differences = (touched[:, None] * follows * direction[:, None]).ravel()
        drop = clustered_mean(differences, codes)
        assert drop.p is not None
        clustered += drop.p <= 0.05
        interval = drop.interval(0.95)
        assert interval is not None
        covered += interval[0] <= 0.0 <= interval[1]
        naive += float(mcnemar_mid_p(np.sum(differences > 0), np.sum(differences < 0))) <= 0.05
    low, high = bounds(0.05, repetitions)
    assert low <= clustered / repetitions <= high
    assert covered / repetitions == pytest.approx(1 - clustered / repetitions)
    assert naive / repetitions > 0.15


def test_eight_parallel_languages_pooled_as_independent_raise_false_alarms() -> None:
    generator = np.random.Generator(np.random.PCG64(21))
    repetitions, ids, languages = 1_500, 120, 8
    codes = np.tile(np.arange(ids), languages)
    clustered = pooled = 0
    for _ in range(repetitions):
        values = 0.5 * generator.normal(size=ids) + generator.normal(size=(languages, ids))
        shared, alone = clustered_mean(values.ravel(), codes), clustered_mean(values.ravel(), np.arange(values.size))
        assert shared.p is not None
        assert alone.p is not None
        clustered += shared.p <= 0.05
        pooled += alone.p <= 0.05
    low, high = bounds(0.05, repetitions)
    assert low <= clustered / repetitions <= high
    assert pooled / repetitions > 0.10


def _tagging(generator: np.random.Generator, *, effect: float) -> PairedSample:
    ids = 80
    tokens = generator.integers(3, 15, ids)
    skill = generator.beta(8, 2, ids)
    clean = generator.binomial(tokens, skill).astype(float)
    perturbed = generator.binomial(tokens, np.clip(skill - effect, 0, 1)).astype(float)
    spurious = generator.binomial(tokens, 0.1, size=(2, ids)).astype(float)
    return PairedSample(
        reference=np.stack([clean, spurious[0], tokens - clean], axis=1),
        perturbed=np.stack([perturbed, spurious[1], tokens - perturbed], axis=1),
        score=f1,
        binary=False,
        additive=False,
    )


def test_f1_randomisation_keeps_its_level_and_the_bootstrap_its_coverage() -> None:
    generator = np.random.Generator(np.random.PCG64(22))
    repetitions, settings = 600, Settings(resamples=399)
    rejected = covered = 0
    for _ in range(repetitions):
        contrast = contrast_cell(_tagging(generator, effect=0.0), claim="x", settings=settings).primary
        assert contrast.p is not None
        rejected += contrast.p <= 0.05
        covered += contrast.low <= 0.0 <= contrast.high
    low, high = bounds(0.05, repetitions)
    assert low <= rejected / repetitions <= high
    # The bootstrap of 80 sentences is a little short of its level, as it is everywhere.
    assert bounds(0.94, repetitions)[0] <= covered / repetitions <= bounds(0.95, repetitions)[1]


def test_an_effect_of_the_size_of_the_mde_is_found_four_times_in_five() -> None:
    generator = np.random.Generator(np.random.PCG64(23))
    settings, repetitions = Settings(resamples=199), 400
    sizes = [
        contrast_cell(_tagging(generator, effect=0.05), claim="x", settings=settings).primary
        for _ in range(repetitions)
    ]
    mde, drop = np.mean([c.mde or np.nan for c in sizes]), np.mean([c.estimate for c in sizes])
    found = np.mean([c.p is not None and c.p <= 0.05 for c in sizes])
    # The power of a two-sided z test at this drop, from the error that the mean MDE stands for.
    error = mde / (stats.norm.ppf(0.975) + stats.norm.ppf(0.8))
    expected = float(stats.norm.sf(stats.norm.ppf(0.975) - drop / error))
    low, high = bounds(expected, repetitions)
    assert low - 0.02 <= float(found) <= high + 0.02
