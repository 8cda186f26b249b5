"""Slow tokenizers: those that transformers has in Python only, made to answer as the fast ones do.

Pieces, special pieces, types and truncation are transformers' own. Where a piece stands in its text a slow tokenizer
does not tell: the tokens of a sentence are cut one by one, as transformers does, and for answers the pieces are aligned
with the text (`harness.checkpoints.offsets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.checkpoints.offsets import find_offsets, stands_in_text

Input = str | tuple[str, str] | Sequence[str]
PROBE = "кот ผม 猫 é a"
"""A text in several scripts; a tokenizer that takes texts apart to bytes has pieces that do not stand in it."""


class Pieces(Protocol):
    """An encoded input, as `tokenizers.Encoding` has it."""

    @property
    def ids(self) -> list[int]: ...
    @property
    def type_ids(self) -> list[int]: ...
    @property
    def word_ids(self) -> list[int | None]: ...
    @property
    def sequence_ids(self) -> list[int | None]: ...
    @property
    def special_tokens_mask(self) -> list[int]: ...
    @property
    def offsets(self) -> list[tuple[int, int]]: ...


class Cutter(Protocol):
    """What predictors need of a tokenizer; `tokenizers.Tokenizer` has it."""

    def encode(
        self, sequence: Any, pair: Any = None, is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> Pieces: ...
    def encode_batch(
        self, input: Any, is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> Sequence[Pieces]: ...
    def encode_batch_fast(
        self, input: Any, is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> Sequence[Pieces]: ...
    def num_special_tokens_to_add(self, is_pair: bool) -> int: ...
    def enable_truncation(self, max_length: int, *, strategy: str = "longest_first") -> None: ...
    def no_truncation(self) -> None: ...
    def decode(self, ids: Any, skip_special_tokens: bool = True) -> str: ...


@dataclass(frozen=True, slots=True)
class SlowPieces:
    """An input that a slow tokenizer has encoded; fulfils `Pieces`.

    Args:
        ids: of its pieces, special ones included.
        type_ids: which of two texts each belongs to, as the model is told.
        special_tokens_mask: 1 at special pieces.
        words: `(tokens,)` pieces of each token of a sentence; of a text, all in one.
        text: what was cut, the first of a pair; empty for a sentence of tokens.
        tokens: its pieces as they are written, without special ones, before truncation.
        unknown: how the piece for what is unknown is written, None where there is none.
    """

    ids: list[int]
    type_ids: list[int]
    special_tokens_mask: list[int]
    words: tuple[int, ...]
    text: str
    tokens: list[str]
    unknown: str | None

    @property
    def word_ids(self) -> list[int | None]:
        """The token that each piece of a sentence belongs to, None for special pieces; for inputs that were not cut."""
        owners = (number for number, count in enumerate(self.words) for _ in range(count))
        return [None if special else next(owners) for special in self.special_tokens_mask]

    @property
    def sequence_ids(self) -> list[int | None]:
        """Which of two texts each piece is of, None for special pieces; for inputs that were not cut."""
        first = iter(self.tokens)
        return [None if special else int(next(first, None) is None) for special in self.special_tokens_mask]

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Where each piece of one text, encoded without special ones, stands in it, `[start, end)` in code points."""
        return find_offsets(self.text, self.tokens, unknown=self.unknown)


class SlowTokenizer:
    """A tokenizer of transformers that is written in Python; fulfils `Cutter`.

    Args:
        own: the tokenizer, as transformers loads it.
    """

    def __init__(self, own: Any) -> None:
        self._own = own
        self._limit: int | None = None

    def encode(
        self,
        sequence: Input,
        pair: str | None = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> SlowPieces:
        """One text, a pair, or the tokens of a sentence.

        Raises:
            UnicodeError: a text has no UTF-8 form; the fast tokenizers raise it too.
        """
        if is_pretokenized:
            parts = [self._cut(word, is_split_into_words=True) for word in sequence]
        else:
            parts = [self._cut(str(sequence))]
        tokens = [token for part in parts for token in part]
        behind = None if pair is None else self._own.convert_tokens_to_ids(self._cut(pair))
        made = self._own.prepare_for_model(
            self._own.convert_tokens_to_ids(tokens),
            behind,
            add_special_tokens=add_special_tokens,
            truncation=self._limit is not None and "longest_first",
            max_length=self._limit,
            # Without special pieces there are no types to tell.
            return_token_type_ids=add_special_tokens,
            return_special_tokens_mask=True,
            return_attention_mask=False,
            verbose=False,
        )
        return SlowPieces(
            ids=made["input_ids"],
            type_ids=made.get("token_type_ids") or [0] * len(made["input_ids"]),
            special_tokens_mask=made["special_tokens_mask"],
            words=tuple(map(len, parts)),
            text="" if is_pretokenized else str(sequence),
            tokens=tokens,
            unknown=self._own.unk_token,
        )

    def encode_batch(
        self,
        input: Sequence[Input],
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> list[SlowPieces]:
        """Each of several inputs; a pair is a tuple of two."""
        found: list[SlowPieces] = []
        for item in input:
            first, second = item if isinstance(item, tuple) and not is_pretokenized else (item, None)
            found.append(self.encode(first, second, is_pretokenized, add_special_tokens))
        return found

    encode_batch_fast = encode_batch

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """Special pieces around one text or a pair."""
        return self._own.num_special_tokens_to_add(pair=is_pair)

    def enable_truncation(self, max_length: int, *, strategy: str = "longest_first") -> None:
        """Cut inputs from now on.

        Raises:
            ValueError: a strategy other than to cut the longer of two texts first.
        """
        if strategy != "longest_first":
            raise ValueError(f"truncation strategy is {strategy!r}: a slow tokenizer is asked for longest_first only")
        self._limit = max_length

    def no_truncation(self) -> None:
        """Cut no input from now on."""
        self._limit = None

    def decode(self, ids: Sequence[int], skip_special_tokens: bool = True) -> str:
        """The text that pieces stand for."""
        return self._own.decode(list(ids), skip_special_tokens=skip_special_tokens)

    def stands_in_text(self) -> bool:
        """Whether its pieces stand in their texts, so that an answer can be cut out between two of them."""
        return stands_in_text(PROBE, self._cut(PROBE), unknown=self._own.unk_token)

    def _cut(self, text: str, **how: bool) -> list[str]:
        """The pieces of a text as they are written.

        Raises:
            UnicodeError: it has no UTF-8 form.
        """
        text.encode()
        return self._own.tokenize(text, **how)
