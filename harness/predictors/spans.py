"""Windows over a context behind its question, and the best spans of a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.checkpoints.loading import Loaded
from harness.checkpoints.slow_tokenizer import Pieces
from harness.predictors.batching import Integers, Sequences, join_sequences
from perturbations.errors import CheckpointError, UsageError

PROBE = "a"
CONTEXT_BONUS = 0.01
"""What a piece of the window counts beside the pieces on the shorter side of a start (Devlin et al. 2019)."""


class Candidate(NamedTuple):
    """A span `[start, end)` of the context in code points, empty for no answer, and the sum of its two logits."""

    start: int
    end: int
    score: float


class Lengths(Protocol):
    """How many pieces there may be, as a reader is set."""

    @property
    def window(self) -> int: ...
    @property
    def stride(self) -> int: ...
    @property
    def question_length(self) -> int: ...
    @property
    def answer_length(self) -> int: ...
    @property
    def best(self) -> int: ...


class Window(NamedTuple):
    """The part of a context in one window.

    Args:
        place: where its first piece stands in the window.
        starts: `(pieces,)` where each begins in the context, in code points.
        ends: `(pieces,)` where each ends.
        central: `(pieces,)` whether no other window gives the piece more context.
    """

    place: int
    starts: Integers
    ends: Integers
    central: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Passages:
    """What a model reads of a set of questions.

    Args:
        sequences: the windows, special pieces included.
        windows: `(windows,)` what each holds of its context.
        questions: `(windows,)` the question that each is of.
        first: `(windows,)` whether it is the first of its question.
        pieces: `(questions,)` pieces of question and context, before anything is cut.
        truncated: `(questions,)` whether the question was cut.
    """

    sequences: Sequences
    windows: list[Window]
    questions: Integers
    first: NDArray[np.bool_]
    pieces: list[int]
    truncated: list[bool]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The special pieces around a pair of texts and the types of all."""

    before: list[int]
    between: list[int]
    after: list[int]
    types: tuple[list[int], int, list[int], int, list[int]]

    @property
    def size(self) -> int:
        return len(self.before) + len(self.between) + len(self.after)


def make_passages(
    loaded: Loaded, questions: Sequence[Pieces], contexts: Sequence[Pieces], *, reading: Lengths
) -> Passages:
    """Cut contexts to overlapping windows, each behind its question.

    Args:
        loaded: model and tokenizer.
        questions: `(questions,)` encoded without special pieces.
        contexts: `(questions,)` the same.
        reading: how long a window and a question may be.

    Raises:
        UsageError: a window has no room for a context behind a question.
    """
    frame = _find_frame(loaded)
    longest = min(reading.window, loaded.limit or reading.window)
    if longest - frame.size - reading.question_length < 1:
        raise UsageError(
            f"{loaded.where}: a window of {longest} pieces has no room for a context behind a question of "
            f"{reading.question_length}: give a longer window or a smaller question_length"
        )
    pieces: list[Integers] = []
    types: list[Integers] = []
    windows: list[Window] = []
    numbers: list[int] = []
    for number, (question, context) in enumerate(zip(questions, contexts, strict=True)):
        asked = question.ids[: reading.question_length]
        room = longest - frame.size - len(asked)
        ranges = _ranges(len(context.ids), room, min(reading.stride, room))
        offsets = np.array(context.offsets, dtype=np.int64).reshape(-1, 2)
        central = _central(ranges, len(context.ids))
        for (begin, end), middle in zip(ranges, central, strict=True):
            head = [*frame.before, *asked, *frame.between]
            pieces.append(np.array([*head, *context.ids[begin:end], *frame.after], dtype=np.int64))
            types.append(_types(frame, len(asked), end - begin))
            windows.append(Window(len(head), offsets[begin:end, 0], offsets[begin:end, 1], middle))
        numbers += [number] * len(ranges)
    owners = np.array(numbers, dtype=np.int64)
    return Passages(
        sequences=join_sequences(pieces, types),
        windows=windows,
        questions=owners,
        first=np.diff(owners, prepend=-1) != 0,
        pieces=[len(asked.ids) + len(context.ids) for asked, context in zip(questions, contexts, strict=True)],
        truncated=[len(asked.ids) > reading.question_length for asked in questions],
    )


def best_spans(logits: NDArray[np.float32], passages: Passages, window: int, reading: Lengths) -> list[Candidate]:
    """The best spans of a window, in any order, and the empty one.

    Args:
        logits: `(pieces or more, 2)` of a start and of an end; what stands behind the window is padding.
        passages: the windows.
        window: which one.
        reading: how long an answer may be, and how many spans are wanted.
    """
    place, starts, ends, central = passages.windows[window]
    nothing = Candidate(0, 0, float(logits[0].sum()))
    visible = ends > starts
    begins = _top(np.where(central & visible, logits[place : place + len(starts), 0], -np.inf), reading.best)
    finishes = _top(np.where(visible, logits[place : place + len(starts), 1], -np.inf), reading.best)
    if not len(begins) or not len(finishes):
        return [nothing]
    lengths = finishes - begins[:, None]
    sums = logits[place + begins, 0][:, None] + logits[place + finishes, 1]
    allowed = np.where((lengths >= 0) & (lengths < reading.answer_length), sums, -np.inf).ravel()
    chosen = _top(allowed, reading.best)
    rows, columns = np.divmod(chosen, len(finishes))
    spans = zip(starts[begins[rows]].tolist(), ends[finishes[columns]].tolist(), allowed[chosen].tolist(), strict=True)
    return [*(Candidate(start, end, score) for start, end, score in spans), nothing]


def has_place_for_nothing(loaded: Loaded) -> bool:
    """Whether a special piece stands first, whose logits tell how sure the model is that there is no answer."""
    return bool(_find_frame(loaded).before)


def _top(scores: NDArray[np.float32], count: int) -> Integers:
    """Indices of the highest scores, the first of equal ones; never one of minus infinity."""
    order = np.argsort(-scores, kind="stable")[:count]
    return order[scores[order] > -np.inf]


def _ranges(length: int, room: int, stride: int) -> list[tuple[int, int]]:
    """The ranges of pieces that the windows of a context take; one, though empty, for a context without pieces."""
    ranges = [(0, min(length, room))]
    while ranges[-1][1] < length:
        start = ranges[-1][0] + stride
        ranges.append((start, min(length, start + room)))
    return ranges


def _central(ranges: Sequence[tuple[int, int]], length: int) -> list[NDArray[np.bool_]]:
    """For each window which of its pieces have most context there; of equal ones the first window."""
    best = np.full(length, -np.inf)
    owner = np.full(length, -1, dtype=np.int64)
    for number, (begin, end) in enumerate(ranges):
        places = np.arange(begin, end)
        score = np.minimum(places - begin, end - 1 - places) + CONTEXT_BONUS * (end - begin)
        better = score > best[begin:end]
        best[begin:end] = np.where(better, score, best[begin:end])
        owner[begin:end] = np.where(better, number, owner[begin:end])
    return [owner[begin:end] == number for number, (begin, end) in enumerate(ranges)]


def _types(frame: _Frame, question: int, context: int) -> Integers:
    before, first, between, second, after = frame.types
    return np.array([*before, *[first] * question, *between, *[second] * context, *after], dtype=np.int64)


def _find_frame(loaded: Loaded) -> _Frame:
    """The special pieces that a tokenizer puts around a pair of texts.

    Raises:
        CheckpointError: it cannot be told where they stand.
    """
    probe = loaded.tokenizer.encode(PROBE, PROBE)
    marks = zip(probe.sequence_ids, probe.special_tokens_mask, strict=True)
    owners = [-1 if special else owner for owner, special in marks]
    if not {0, 1} <= set(owners):
        raise CheckpointError(f"{loaded.where} has a tokenizer that leaves nothing of {PROBE!r} twice: give another")
    places = [[place for place, owner in enumerate(owners) if owner == number] for number in (0, 1)]
    (start, middle), (second, end) = ((inner[0], inner[-1] + 1) for inner in places)
    ids, types = probe.ids, probe.type_ids
    return _Frame(
        ids[:start],
        ids[middle:second],
        ids[end:],
        (types[:start], types[start], types[middle:second], types[second], types[end:]),
    )
