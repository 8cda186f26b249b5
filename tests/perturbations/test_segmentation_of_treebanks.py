"""Words against those of people: the treebanks of Universal Dependencies, token by token."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations.languages import find_language
from perturbations.segmentation import words


# What share of the words of a treebank (multiword tokens fused, punctuation and symbols aside) are found to the letter.
@pytest.mark.parametrize(
    ("code", "least"),
    [
        ("bg", 0.99), ("fa", 0.99), ("ur", 0.99), ("es", 0.99), ("lt", 0.99), ("hi", 0.98), ("yo", 0.98), ("wo", 0.99),
        ("zh", 0.74), ("th", 0.80),
    ],
)  # fmt: skip
def test_words_agree_with_the_treebanks_of_universal_dependencies(code: str, least: float, data: Path) -> None:
    found = total = 0
    for path in data.glob(f"udpos/UD_*/{code}_*-test.conllu"):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            text, gold = _aligned(block)
            total += len(gold)
            found += len(gold.intersection(words(text, find_language(code))))
    assert total > 2_000
    assert found / total >= least


def _aligned(block: str) -> tuple[str, set[tuple[int, int]]]:
    """The text of a CoNLL-U sentence and the places of its words, the parts of multiword tokens fused."""
    lines = block.split("\n")
    text = next((line.removeprefix("# text = ").strip() for line in lines if line.startswith("# text = ")), "")
    gold: set[tuple[int, int]] = set()
    reached, fused = 0, 0
    for row in (line.split("\t") for line in lines if line[:1].isdigit()):
        numbers = [int(number) for number in row[0].partition(".")[0].split("-")]
        place = text.find(row[1], reached)
        if "." in row[0] or numbers[0] <= fused or place < 0:
            continue
        fused, reached = numbers[-1] if len(numbers) > 1 else fused, place + len(row[1])
        if row[3] not in ("PUNCT", "SYM"):
            gold.add((place, reached))
    return text, gold
