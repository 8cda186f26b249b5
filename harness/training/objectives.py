"""Objectives: what pretraining asks of an encoder about a pair of sentences, and the loss of each answer.

- masked words of either sentence: masked language modelling within a language, translation language modelling across
  (Conneau and Lample 2019), with whole words masked and phrases switched by dictionary;
- which words have no counterpart in the other sentence: replaced token detection on translation pairs
  (Chi et al. 2022);
- whether the sentences say the same: cross-lingual paraphrase classification (Huang et al. 2019).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from harness.training.collating import padded
from harness.training.encoding import IGNORED
from harness.training.tokenizer import BEGINNING, END, MASK, PADDING, SPECIAL
from suites.miniature.corpus import SWITCHABLE, Pair
from suites.miniature.sentences import Line, Mark

MASKED = 0.8
"""Share of the words to guess that are masked (Devlin et al. 2019); half of the others are replaced, half stay."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each objective counts, and the share of words to guess."""

    words: float = 0.2
    counterparts: float = 3.0
    paraphrase: float = 1.0
    guessed: float = 0.15


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """A pair as a model reads it.

    Args:
        pieces: `(pieces,)` ids, special tokens included.
        words: `(pieces,)` which phrase a piece belongs to, counted from 1; 0 for special tokens.
        counterparts: `(pieces,)` 1 where the other sentence says the same, 0 where not, `IGNORED` where not asked.
        same: whether the sentences say the same.
    """

    pieces: tuple[int, ...]
    words: tuple[int, ...]
    counterparts: tuple[int, ...]
    same: bool


def encode_pairs(tokenizer: Any, pairs: Sequence[Pair]) -> list[EncodedPair]:
    """Encode pairs of lines with a fast tokenizer of transformers."""
    lines = [line for pair in pairs for line in (pair.first, pair.second)]
    encodings = tokenizer.backend_tokenizer.encode_batch([line.text for line in lines], add_special_tokens=False)
    encoded: list[EncodedPair] = []
    for number, pair in enumerate(pairs):
        pieces, words, counterparts = [BEGINNING], [0], [IGNORED]
        for index, (line, other) in enumerate(((pair.first, pair.second), (pair.second, pair.first))):
            said = {(mark.role, mark.concept) for mark in other.marks}
            encoding = encodings[2 * number + index]
            if index:
                pieces, words, counterparts = [*pieces, END], [*words, 0], [*counterparts, IGNORED]
            before, phrases = max(words), _phrases(line)
            for piece, mark in zip(encoding.ids, _owners(encoding.offsets, line), strict=True):
                role, concept = line.marks[mark].role, line.marks[mark].concept
                pieces.append(piece)
                words.append(before + phrases[mark])
                counterparts.append(int((role, concept) in said) if role in SWITCHABLE else IGNORED)
            pieces, words, counterparts = [*pieces, END], [*words, 0], [*counterparts, IGNORED]
        encoded.append(EncodedPair(tuple(pieces), tuple(words), tuple(counterparts), pair.same))
    return encoded


def _owners(offsets: Sequence[tuple[int, int]], line: Line) -> list[int]:
    """The word of each piece, by where the piece begins; both ascend."""
    owners: list[int] = []
    word = 0
    for start, end in offsets:
        while word + 1 < len(line.marks) and max(start, end - 1) >= line.marks[word].end:
            word += 1
        owners.append(word)
    return owners


def _phrases(line: Line) -> list[int]:
    """The number of the phrase of each word, from 1: the words of one concept are masked together."""
    begins = [here[2:] != before[2:] for before, here in itertools.pairwise((Mark(0, 0, "", ""), *line.marks))]
    return list(itertools.accumulate(begins))


class Masker:
    """Makes the tensors of a batch of encoded pairs and hides words in it; draws from a generator of its own."""

    def __init__(self, vocabulary: int, guessed: float, *, seed: int) -> None:
        self.vocabulary = vocabulary
        self.guessed = guessed
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, batch: Sequence[Sequence[EncodedPair]]) -> dict[str, torch.Tensor]:
        """The inputs of `Pretraining` for one batch, which comes as the only item of a list."""
        (rows,) = batch
        pieces = padded([row.pieces for row in rows], PADDING)
        words = padded([row.words for row in rows], 0)
        drawn = self._uniform(len(rows), int(words.max()) + 1) < self.guessed
        hidden = drawn.gather(1, words) & (words > 0)
        fate = self._uniform(*pieces.shape)
        noise = torch.randint(len(SPECIAL), self.vocabulary, pieces.shape, generator=self.generator)
        given = torch.where(hidden & (fate < MASKED), MASK, pieces)
        given = torch.where(hidden & (fate >= (1 + MASKED) / 2), noise, given)
        return {
            "input_ids": given,
            "attention_mask": (pieces != PADDING).long(),
            "guesses": torch.where(hidden, pieces, IGNORED),
            "counterparts": padded([row.counterparts for row in rows], IGNORED).masked_fill(hidden, IGNORED),
            "same": torch.tensor([float(row.same) for row in rows]),
        }

    def _uniform(self, *shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=self.generator)


class Pretraining(torch.nn.Module):
    """An encoder with a head for each objective; only `model`, the masked language model, is kept afterwards."""

    def __init__(self, model: Any, weights: Weights) -> None:
        super().__init__()
        hidden: int = model.config.hidden_size
        self.model = model
        self.weights = weights
        self.counterpart = torch.nn.Linear(hidden, 1)
        self.paraphrase = torch.nn.Sequential(
            torch.nn.Linear(hidden, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1)
        )

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        guesses: torch.Tensor,
        counterparts: torch.Tensor,
        same: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """The weighted sum of the losses, under `loss`; all tensors are `(pairs, longest)` but `same`, `(pairs,)`."""
        states = self.model.base_model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        guessed, asked = guesses != IGNORED, counterparts != IGNORED
        # The vocabulary is scored at the hidden words alone: elsewhere it would cost as much as all the rest.
        words = functional.cross_entropy(self.model.lm_head(states[guessed]), guesses[guessed], reduction="sum")
        found = functional.binary_cross_entropy_with_logits(
            self.counterpart(states[asked])[:, 0], counterparts[asked].float()
        )
        equal = functional.binary_cross_entropy_with_logits(self.paraphrase(states[:, 0])[:, 0], same)
        weights = self.weights
        words = words / guessed.sum().clamp(min=1)
        return {"loss": weights.words * words + weights.counterparts * found + weights.paraphrase * equal}
