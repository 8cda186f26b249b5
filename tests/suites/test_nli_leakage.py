"""What is trained on is not what is tested on: no sentence of MNLI or SNLI at hand is in the test set of XNLI."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from suites import Example, Request, find_task


def sentences(examples: list[Example]) -> set[str]:
    """Every sentence without case, spaces and punctuation."""
    found = {re.sub(r"\W+", "", text.text.casefold()) for e in examples for text in e.texts.values()}
    return found - {""}


@pytest.mark.parametrize(
    ("name", "split", "layout"),
    [("mnli", "train", "auto"), ("mnli", "dev", "auto"), ("mnli", "dev", "tokenised"), ("snli", "dev", "auto")],
)
def test_no_sentence_of_the_real_training_data_is_in_the_english_test_set_of_xnli(
    data: Path, name: str, split: str, layout: str
):
    test = sentences(find_task("xnli").read(Request(data, "en")))
    training = sentences(find_task(name).read(Request(data, "en", split, {"layout": layout})))
    assert len(test) > 6000
    assert training & test == set()


def test_a_shared_sentence_would_be_found(data: Path):
    assert len(sentences(find_task("xnli").read(Request(data, "en"))[:3])) == 4
    left = sentences(find_task("mnli").read(Request(data, "en", "dev")))
    right = sentences(find_task("mnli").read(Request(data, "en", "dev", {"layout": "tokenised"})))
    assert len(left & right) > 60
