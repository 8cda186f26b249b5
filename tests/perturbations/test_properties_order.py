"""The same noise in every language whatever came before, in whatever order, process and `PYTHONHASHSEED`."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

import pytest

from perturbations import Passage, all_perturbations, perturb
from tests.perturbations.sentences import corpus, equipped, tables

__all__ = ["tables"]

RATE, SEED = 0.4, 3
ROOT = Path(__file__).resolve().parents[2]
EACH = pytest.mark.parametrize("name", [noise.name for noise in all_perturbations()])


def anew(passage: Passage) -> Passage:
    """The same passage, of which nothing has been computed yet."""
    return Passage(passage.text, passage.language, passage.key, passage.tokens, passage.protected)


def digests(data: Path, tables: Path) -> dict[str, str]:
    """One digest for each perturbation of what it makes of every fourth passage, which leaves no language out."""
    found: dict[str, str] = {}
    for name, noise in equipped(tables).items():
        digest = blake2b(digest_size=16)
        for passage in corpus(data)[::4]:
            edits = perturb(passage, noise, rate=RATE, seed=SEED)
            digest.update(repr((edits.edits, edits.units, edits.touched, edits.status.value)).encode())
        found[name] = digest.hexdigest()
    return found


def test_the_sample_leaves_no_language_out(data: Path) -> None:
    assert len({passage.language for passage in corpus(data)[::4]}) == len({item.language for item in corpus(data)})


@EACH
def test_the_order_of_sentences_and_what_struck_them_before_change_nothing(data: Path, tables: Path, name: str) -> None:
    noises = equipped(tables)
    noise, other = noises[name], noises["word-swap"]
    # The shared passages have been struck by whatever ran before this test, the new ones by nothing.
    passages = corpus(data)[::2]
    for passage in passages:
        perturb(passage, other, rate=1.0, seed=1)
    forwards = [perturb(passage, noise, rate=RATE, seed=SEED) for passage in passages]
    backwards = [perturb(anew(passage), noise, rate=RATE, seed=SEED) for passage in reversed(passages)]
    assert forwards == backwards[::-1]


@EACH
def test_another_seed_gives_other_noise(data: Path, tables: Path, name: str) -> None:
    noise = equipped(tables)[name]
    seeds = (SEED, SEED + 1)
    made = [[perturb(passage, noise, rate=RATE, seed=seed) for passage in corpus(data)] for seed in seeds]
    assert (made[0] != made[1]) is bool(noise.touches)


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_every_process_makes_the_same_noise_whatever_its_hash_seed(data: Path, tables: Path, hash_seed: str) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom tests.perturbations.test_properties_order import digests\n"
        "for name, digest in digests(*map(Path, sys.argv[1:])).items():\n    print(name, digest)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program, str(data), str(tables)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert dict(line.split() for line in printed) == digests(data, tables)
