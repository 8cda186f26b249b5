"""World: simulated answers of multilingual checkpoints, correlated as real ones are, whose true drops are known.

An answer is right where a latent number is above 0: ability of the id + language + what the id shares on that side of
the perturbation over all its languages and rows + training seed + noise, all normal (a probit model with crossed
effects). Without an effect both sides are exchangeable within an id; an effect moves the perturbed side down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from harness.statistics.sample import Floats

ABILITY, SIDE = 1.0, 1.0
"""Standard deviations of an id's ability and of what it shares on one side; the noise of an answer has 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The sizes of one simulated experiment.

    Args:
        ids: independent ids (premises, passages).
        languages: in which every id is asked; language effects spread evenly from 0 to 1.
        rows: examples that share an id (the hypotheses of a premise).
        seeds: training seeds.
        seed_spread: standard deviation of a training seed's effect on the perturbed side.
        trained_apart: whether the clean side has training seeds of its own: the sides are then two checkpoints.
    """

    ids: int
    languages: int = 1
    rows: int = 1
    seeds: int = 1
    seed_spread: float = 0.0
    trained_apart: bool = False

    @property
    def offsets(self) -> Floats:
        """`(languages,)` language effects."""
        return np.linspace(0.0, 1.0, self.languages) if self.languages > 1 else np.array([0.5])

    def true_drops(self, effect: float) -> Floats:
        """`(languages,)` true drops of accuracy over ids and seeds, 0–1, for an effect on the latent scale."""
        noise = 1 + ABILITY**2 + SIDE**2
        trained = noise + self.seed_spread**2
        before = special.ndtr(self.offsets / np.sqrt(trained if self.trained_apart else noise))
        return np.asarray(before - special.ndtr((self.offsets - effect) / np.sqrt(trained)), dtype=np.float64)

    def effect_of(self, drop: float) -> float:
        """The effect on the latent scale whose mean true drop over languages is `drop`, 0–0.5."""
        return float(optimize.brentq(lambda effect: self.true_drops(effect).mean() - drop, -1.0, 20.0))


def f1(totals: Floats) -> Floats:
    """F1 from totals `(..., 3)` of true positives, false positives and false negatives."""
    weight = 2 * totals[..., 0] + totals[..., 1] + totals[..., 2]
    return np.divide(2 * totals[..., 0], weight, out=np.zeros_like(weight), where=weight > 0)


def answers(
    world: World, generator: np.random.Generator, repetitions: int, *, effect: float | Floats = 0.0
) -> tuple[Floats, Floats]:
    """Right and wrong answers, clean and perturbed.

    Args:
        world: the sizes.
        generator: its draws.
        repetitions: independent experiments.
        effect: on the latent scale, one number or one for each language.

    Returns:
        Two arrays `(repetitions, seeds, languages, ids · rows)` of 0 and 1; rows of an id stand side by side.
    """
    shape = (repetitions, world.seeds, world.languages, world.ids, world.rows)
    shared = (repetitions, 1, 1, world.ids, 1)
    middle = ABILITY * generator.normal(size=shared) + world.offsets[:, None, None]
    trained = world.seed_spread * generator.normal(size=(2, repetitions, world.seeds, 1, 1, 1))
    effects = np.broadcast_to(effect, (world.languages,))[:, None, None]
    sides: list[Floats] = []
    for shift in (trained[0] if world.trained_apart else 0.0, effects + trained[1]):
        latent = middle + SIDE * generator.normal(size=shared) + generator.normal(size=shape) - shift
        sides.append((latent > 0).astype(np.float64).reshape(*shape[:3], -1))
    return sides[0], sides[1]


def drops(world: World, generator: np.random.Generator, repetitions: int, *, effect: float | Floats = 0.0) -> Floats:
    """`(repetitions, seeds, languages, ids · rows)` clean minus perturbed answers: −1, 0 or 1."""
    clean, perturbed = answers(world, generator, repetitions, effect=effect)
    return clean - perturbed


def tagged(
    world: World, generator: np.random.Generator, repetitions: int, *, effect: float = 0.0
) -> tuple[Floats, Floats]:
    """Entity counts of sentences, clean and perturbed, in one language.

    Each sentence holds one to six entities, found with a chance that the sentence and its side shift, and up to two
    spurious ones.

    Returns:
        Two arrays `(repetitions, ids, 3)` of true positives, false positives and false negatives.
    """
    shape = (repetitions, world.ids)
    gold = generator.integers(1, 7, shape)
    ability = 0.7 * generator.normal(size=shape)
    sides: list[Floats] = []
    for shift in (0.0, effect):
        chance = special.ndtr(0.8 + ability + 0.5 * generator.normal(size=shape) - shift)
        found, spurious = generator.binomial(gold, chance), generator.binomial(2, 0.2, shape)
        sides.append(np.stack([found, spurious, gold - found], axis=-1).astype(np.float64))
    return sides[0], sides[1]
