"""Encoding: from the examples of a training set to pieces with what is learned of them.

As in the predictors: the texts of a classification are read in order, as a pair where there are two; a token is
labelled at its first piece, the other pieces are left out of the loss; a choice is read behind the context, and a
window of a context behind its question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.checkpoints.tokenization import check_room
from harness.predictors.encoding import one_text_or_two
from harness.predictors.multiple_choice import model_input as context_and_choices
from harness.predictors.question_answering import model_input as question_and_context
from harness.training.training_set import TrainingSet
from perturbations.edits import Span
from perturbations.errors import DataError, UsageError
from suites.examples import ANSWER, Example
from suites.task import Kind

IGNORED = -100
"""The label of a piece that takes no part in the loss."""
QUESTION = 64
"""Most pieces of a question, as the benchmark sets it, but never more than half of a window."""
OVERLAP = 3
"""A window begins by this part of its length before the end of the one before it, as 128 of the benchmark's 384."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text or pair as a model reads it.

    Args:
        pieces: `(pieces,)` ids, special tokens included.
        types: `(pieces,)` the text that each belongs to.
        labels: a class, a label for each piece, or the first and the last piece of an answer.
    """

    pieces: tuple[int, ...]
    types: tuple[int, ...]
    labels: int | tuple[int, ...] = IGNORED


@dataclass(frozen=True, slots=True)
class Joined:
    """What is read apart and learned together.

    Args:
        parts: the context with each choice, or a query and a candidate.
        label: the number of the right choice, or of the candidate in its pool.
    """

    parts: tuple[Encoded, ...]
    label: int

    @property
    def pieces(self) -> tuple[int, ...]:
        """The pieces of the longest part."""
        return max((part.pieces for part in self.parts), key=len)


Row = Encoded | Joined


def encode_training_set(tokenizer: Any, training_set: TrainingSet, *, max_pieces: int) -> list[Row]:
    """Encode the examples of a training set; of a pair that is too long the longer text is cut, a context to windows.

    Args:
        tokenizer: of transformers; a fast one for tags and answers, which stand at places of a text.
        training_set: `(examples,)` to encode, and the task that gives kind and labels.
        max_pieces: most pieces of a text or pair, special tokens included.

    Returns:
        `(rows,)`, one an example or, where contexts are cut to windows, one a window.

    Raises:
        DataError: an example that is not of the task's kind, or has a label or target that there is not.
        UsageError: `max_pieces` leaves no room for what has to be read.
    """
    check_room(tokenizer, max_pieces)
    task = training_set.task
    try:
        return list(ENCODERS[task.kind](tokenizer, training_set, max_pieces))
    except KeyError as error:
        raise DataError(
            f"an example of task {task.name!r} has the label or target {error.args[0]!r}: "
            f"{', '.join(task.labels) or 'those of its pool'} are possible"
        ) from None


def _numbers(labels: Sequence[str]) -> dict[str, int]:
    return {label: number for number, label in enumerate(labels)}


def _encoded(tokenizer: Any, texts: str | tuple[str, str], max_pieces: int, labels: int = IGNORED) -> Encoded:
    """One text or a pair, the longer text of which is cut."""
    pair = (texts,) if isinstance(texts, str) else texts
    output = tokenizer(*pair, truncation="longest_first", max_length=max_pieces, return_token_type_ids=True)
    return Encoded(tuple(output["input_ids"]), tuple(output["token_type_ids"]), labels)


def _classification(tokenizer: Any, training_set: TrainingSet, max_pieces: int) -> Iterator[Encoded]:
    numbers = _numbers(training_set.task.labels)
    for example in training_set.examples:
        texts = tuple(text.text for text in example.texts.values())
        if len(texts) not in (1, 2) or example.target is None:
            raise DataError(
                f"example {example.id!r} is not one text or two with a label, which a classifier learns from"
            )
        yield _encoded(tokenizer, one_text_or_two(example), max_pieces, numbers[example.target])


def _tagging(tokenizer: Any, training_set: TrainingSet, max_pieces: int) -> Iterator[Encoded]:
    numbers = _numbers(training_set.task.labels)
    for example in training_set.examples:
        texts = list(example.texts.values())
        if len(texts) != 1 or not texts[0].tokens:
            raise DataError(f"example {example.id!r} is not one text of tokens, which is what a tagger learns from")
        words = [span.of(texts[0].text) for span in texts[0].spans]
        output = tokenizer(
            words, is_split_into_words=True, truncation=True, max_length=max_pieces, return_token_type_ids=True
        )
        owners: list[int | None] = output.word_ids()
        labels = [
            IGNORED if owner is None or owner == before else numbers[texts[0].spans[owner].label]
            for before, owner in zip([None, *owners], owners, strict=False)
        ]
        yield Encoded(tuple(output["input_ids"]), tuple(output["token_type_ids"]), tuple(labels))


def _choices(tokenizer: Any, training_set: TrainingSet, max_pieces: int) -> Iterator[Joined]:
    numbers = _numbers(training_set.task.labels)
    for example in training_set.examples:
        if example.target is None:
            raise DataError(f"example {example.id!r} does not say which choice is right, which is what is learned")
        pairs = context_and_choices(example)
        yield Joined(tuple(_encoded(tokenizer, pair, max_pieces) for pair in pairs), numbers[example.target])


def _answers(tokenizer: Any, training_set: TrainingSet, max_pieces: int) -> Iterator[Encoded]:
    """The windows of each context; where a window does not hold the answer, its first piece stands for that.

    Of several answers the first is learned, as in SQuAD's training set there is one.
    """
    question_length, overlap = min(QUESTION, max_pieces // 2), max_pieces // (2 * OVERLAP)
    room = max_pieces - question_length - tokenizer.num_special_tokens_to_add(pair=True)
    if room <= overlap:
        raise UsageError(
            f"max_pieces {max_pieces} leaves {room} pieces to a context behind a question of {question_length}, and "
            f"its windows overlap by {overlap}: set it higher"
        )
    for example in training_set.examples:
        question, context = question_and_context(example)
        answers = [span for span in example.texts["context"].spans if span.label == ANSWER]
        windows = tokenizer(
            _short(tokenizer, question, question_length),
            context,
            truncation="only_second",
            max_length=max_pieces,
            stride=overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_token_type_ids=True,
        )
        for number, (pieces, types) in enumerate(zip(windows["input_ids"], windows["token_type_ids"], strict=True)):
            place = _place(windows.encodings[number], answers[0]) if answers else (0, 0)
            yield Encoded(tuple(pieces), tuple(types), place)


def _short(tokenizer: Any, text: str, most: int) -> str:
    """The first so many pieces of a text."""
    output = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    return text if len(output["input_ids"]) <= most else text[: output["offset_mapping"][most - 1][1]]


def _place(window: Any, answer: Span) -> tuple[int, int]:
    """The first and the last piece of an answer in a window, 0 and 0 where it does not lie in it whole."""
    held = [
        (place, start, end)
        for place, (owner, (start, end)) in enumerate(zip(window.sequence_ids, window.offsets, strict=True))
        if owner == 1 and start < answer.end and answer.start < end
    ]
    if not held or held[0][1] > answer.start or held[-1][2] < answer.end:
        return 0, 0
    return held[0][0], held[-1][0]


def _pairs(tokenizer: Any, training_set: TrainingSet, max_pieces: int) -> Iterator[Joined]:
    """Each query with the first of its targets that is in the language of the query, else with the first."""
    candidates = training_set.pool.candidates if training_set.pool else ()
    numbers = _numbers([candidate.id for candidate in candidates])
    for example in training_set.examples:
        if not example.targets:
            raise DataError(f"query {example.id!r} has no target, which is what is learned")
        targets = {target: candidates[numbers[target]] for target in example.targets}
        target = next((name for name, item in targets.items() if _alike(example, item)), example.targets[0])
        texts = (one_text_or_two(example), one_text_or_two(targets[target]))
        yield Joined(tuple(_encoded(tokenizer, text, max_pieces) for text in texts), numbers[target])


def _alike(query: Example, candidate: Example) -> bool:
    return {text.language for text in query.texts.values()} == {text.language for text in candidate.texts.values()}


ENCODERS = {
    Kind.CLASSIFICATION: _classification,
    Kind.TAGGING: _tagging,
    Kind.MULTIPLE_CHOICE: _choices,
    Kind.QUESTION_ANSWERING: _answers,
    Kind.RETRIEVAL: _pairs,
}
"""What each kind of task makes of a training set."""
