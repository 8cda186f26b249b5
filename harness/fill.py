"""Fill: a masked language model that proposes words, from any local or hub checkpoint that has such a head.

The masks of one text form its batches, padded to their own longest, so that the texts beside it change nothing about a
proposal, not even by the rounding of another batch shape. Safetensors only, no code from the checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import regex
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from harness.checkpoints.fingerprint import combine, digests
from harness.checkpoints.hub import download
from harness.checkpoints.loading import find_device, load_head, own_limit
from perturbations.edits import Span
from perturbations.errors import CheckpointError, UsageError
from perturbations.segmentation import UNSPACED_LETTER

CONTEXT = 1000
"""Characters that the model may read on either side of a mask: keeps the cost linear in the length of a text."""
ROWS = 32
"""Masks that are filled at once."""
MARKERS = ("▁", "Ġ")
"""What vocabularies put before the pieces that follow a space; WordPiece marks the others instead."""
CONTINUED = "##"
WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")


@dataclass(frozen=True, slots=True, eq=False)
class MaskedModel:
    """A masked language model; fulfils `perturbations.words.masked_lm.Fill`.

    Args:
        name: the checkpoint as it was asked for, for messages.
        fingerprint: of its weights, config and tokenizer.
        model: the module, in evaluation mode on its device.
        tokenizer: the fast tokenizer.
        mask: the masking token and its id.
        words: `(vocabulary,)` each piece that is a word or part of one as it is written, empty for others.
        opens: `(vocabulary,)` whether a piece may follow a space.
        goes_on: `(vocabulary,)` whether a piece may follow a letter or punctuation directly.
        limit: most pieces of a sequence, special tokens included.
        padding: id of the padding piece.
        top: proposals for a mask.
    """

    name: str
    fingerprint: str
    model: torch.nn.Module
    tokenizer: Tokenizer
    mask: str
    words: list[str]
    opens: torch.Tensor
    goes_on: torch.Tensor
    limit: int
    padding: int
    top: int

    def __repr__(self) -> str:
        """What shapes its proposals, as recorded with every result: neither its name nor where it lies."""
        device = self.opens.device.type
        return f"MaskedModel(fingerprint={self.fingerprint!r}, top={self.top}, device={device!r})"

    def __call__(self, texts: Sequence[str], positions: Sequence[Sequence[Span]]) -> list[list[list[str]]]:
        """`(texts, positions, proposals)` words for each position of each text, the likeliest first."""
        return [self._of_text(text, spans) for text, spans in zip(texts, positions, strict=True)]

    def _of_text(self, text: str, spans: Sequence[Span]) -> list[list[str]]:
        found: list[list[str]] = []
        for first in range(0, len(spans), ROWS):
            found += self._of_batch(text, spans[first : first + ROWS])
        return found

    def _of_batch(self, text: str, spans: Sequence[Span]) -> list[list[str]]:
        rows = [self._row(text, span) for span in spans]
        width = max(len(pieces) for pieces, _ in rows)
        device = self.opens.device
        ids = torch.full((len(rows), width), self.padding, dtype=torch.long)
        seen = torch.zeros((len(rows), width), dtype=torch.long)
        for row, (pieces, _) in enumerate(rows):
            ids[row, : len(pieces)] = torch.tensor(pieces)
            seen[row, : len(pieces)] = 1
        with torch.inference_mode():
            logits: torch.Tensor = self.model(input_ids=ids.to(device), attention_mask=seen.to(device)).logits
        allowed = torch.stack([self._allowed(text, span) for span in spans])
        places = torch.tensor([place for _, place in rows], device=device)
        scores = logits[torch.arange(len(rows), device=device), places, : allowed.shape[1]]
        best = scores.masked_fill(~allowed, -torch.inf).topk(min(self.top, allowed.shape[1]))
        numbers: NDArray[np.int64] = best.indices.cpu().numpy()
        possible: NDArray[np.bool_] = (best.values > -torch.inf).cpu().numpy()
        return [[self.words[piece] for piece in row[fits]] for row, fits in zip(numbers, possible, strict=True)]

    def _row(self, text: str, span: Span) -> tuple[list[int], int]:
        """The pieces around a mask in the place of `span`, and where the mask is among them."""
        left, right = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
        encoding = self.tokenizer.encode(left + self.mask + right)
        place = encoding.char_to_token(len(left))
        if place is None:
            around = left[-30:] + self.mask + right[:30]
            raise CheckpointError(f"masked language model {self.name!r}: its tokenizer loses the mask in {around!r}")
        ids, added = encoding.ids, encoding.special_tokens_mask
        before = added.index(0)
        after = added[::-1].index(0)
        room = self.limit - before - after
        first = max(before, min(place - room // 2, len(ids) - after - room))
        kept = ids[:before] + ids[first : min(first + room, len(ids) - after)] + ids[len(ids) - after :]
        return kept, place - first + before

    def _allowed(self, text: str, span: Span) -> torch.Tensor:
        """`(vocabulary,)` the pieces that may stand in the place of `span`, by what stands before it."""
        before = text[span.start - 1 : span.start]
        if not before or before.isspace():
            return self.opens
        return self.goes_on if UNSPACED_LETTER.match(before) else self.opens | self.goes_on


def open_fill(location: str | Path, *, revision: str | None = None, device: str = "auto", top: int = 20) -> MaskedModel:
    """Load a masked language model.

    Args:
        location: a directory, or a hub id.
        revision: commit, tag or branch of a hub id.
        device: `"auto"`, `"cpu"` or `"cuda"`.
        top: proposals for a mask, at least 1.

    Raises:
        CheckpointError: files that cannot be loaded, no masked-language-model head, a tokenizer without a mask.
        ResourceError: the hub cannot be reached.
        UsageError: `top` is below 1, or the device is not there.
    """
    if top < 1:
        raise UsageError(f"masked language model: top is {top}: ask for at least 1 proposal")
    target = find_device(device)
    directory = Path(location) if Path(location).is_dir() else download(str(location), revision)
    where = f"masked language model {str(location)!r}"
    model, tokenizer = load_head(directory, where, head="ForMaskedLM", precision="fp32")
    if tokenizer.mask_token is None:
        raise CheckpointError(f"{where} has a tokenizer without a mask token: give one that was trained to fill masks")
    backend: Tokenizer = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    words, opens, goes_on = _vocabulary(backend, tokenizer.all_special_ids)
    return MaskedModel(
        name=str(location),
        fingerprint=combine(digests(directory)),
        model=model.to(target),
        tokenizer=backend,
        mask=tokenizer.mask_token,
        words=words,
        opens=opens.to(target),
        goes_on=goes_on.to(target),
        limit=own_limit(tokenizer, model) or 2 * CONTEXT,
        padding=tokenizer.pad_token_id,
        top=top,
    )


def _vocabulary(tokenizer: Tokenizer, special: Sequence[int]) -> tuple[list[str], torch.Tensor, torch.Tensor]:
    """Every piece as it is written, and which of them follow a space, or what is written before directly."""
    pieces = [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]
    decoded = tokenizer.decode_batch([[number] for number in range(len(pieces))])
    stripped = (word.strip().removeprefix(MARKERS[0]).removeprefix(CONTINUED) for word in decoded)
    words = [word if WORD.fullmatch(word) else "" for word in stripped]
    for number in special:
        words[number] = ""
    marked = any(piece.startswith(MARKERS) for piece in pieces)
    opens, goes_on = (_following(pieces, words, spaced=spaced, marked=marked) for spaced in (True, False))
    return words, opens, goes_on


def _following(pieces: Sequence[str], words: Sequence[str], *, spaced: bool, marked: bool) -> torch.Tensor:
    """Which pieces follow a space (`spaced`), or what is written before directly."""
    # In WordPiece a piece without a mark stands wherever a word begins, after a space or not.
    fits = [piece.startswith(MARKERS) is spaced if marked else not piece.startswith(CONTINUED) for piece in pieces]
    return torch.tensor([fit and word != "" for fit, word in zip(fits, words, strict=True)])
