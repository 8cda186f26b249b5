"""Any task in words (but retrieval), by an encoder-decoder that was fine-tuned to write the answer (T5, mT5).

Labels and tags are chosen under the constraint that they are ones: a label by its probability given the input, tags
piece by piece along the tree of all tags. By the option `decoding` the model writes freely instead; what is then no
label stays in the prediction, and is wrong. Answers to questions and lists of entities are always written freely.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded
from harness.predictors.decoding import Source, Written, read, score_words, write
from harness.predictors.encoding import Encoded, Input, encode_inputs
from harness.predictors.forward import Distinct, distinct, load_model, numbers
from harness.predictors.prediction import Inference, Prediction, Predictor
from harness.predictors.question_answering import model_input as question_and_context
from harness.predictors.settings import one_of, whole_number
from harness.predictors.tag_tree import Tree, Walk, check_apart, depth, tag_trees
from harness.predictors.tagging import model_input as tokens_of
from harness.predictors.textual import (
    Question,
    choice_question,
    find_prefix,
    find_words,
    named_texts,
    read_entities,
    read_tags,
    reading_question,
    tagging_question,
)
from perturbations.errors import UsageError
from suites.bio import BEGIN
from suites.examples import Example
from suites.task import Kind, Task

NO_TREES: tuple[Tree, Tree] = ({}, {})
PARTS = " / "
"""Stands between what was written of the parts of a sentence."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a task is put in words and answers are read.

    Args:
        kind: of the task.
        labels: of the task.
        prefix: what a prompt begins with.
        words: `(labels,)` the word for each label; none for tags and answers.
        free: whether the model writes freely.
        entities: whether tags are asked for as a list of entities.
        longest: most pieces of an answer that is written freely.
    """

    kind: Kind
    labels: tuple[str, ...]
    prefix: str
    words: tuple[str, ...]
    free: bool
    entities: bool
    longest: int


class Reply(NamedTuple):
    """The fields of a prediction that the model's words decide."""

    label: str | tuple[str, ...]
    probabilities: tuple[float, ...]
    output: str | None


def load(checkpoint: Checkpoint, task: Task, settings: Inference, options: Mapping[str, str]) -> Predictor:
    """The predictor of any task but retrieval (see `harness.predictors.make.make_predictor`).

    Raises:
        CheckpointError: to its tokenizer two of the words are the same.
        UsageError: words that are not one a label, or entities asked of tags that are not BIO.
    """
    chunks = any(label.startswith(BEGIN) for label in task.labels)
    tagging = one_of("tagging", options["tagging"])
    if tagging == "entities" and not chunks:
        raise UsageError(
            f"the tags of {task.name} name no entities (none begins with {BEGIN}): set the option tagging to each"
        )
    named = task.kind in (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE)
    wording = Wording(
        kind=task.kind,
        labels=task.labels,
        prefix=find_prefix(task, options["prefix"]),
        words=find_words(task, options["words"]) if named else (),
        free=one_of("decoding", options["decoding"]) == "free",
        entities=task.kind is Kind.TAGGING and (tagging == "entities" or (tagging == "auto" and chunks)),
        longest=whole_number("longest", options["longest"]),
    )
    loaded = load_model(checkpoint, task, settings)
    if wording.words and not wording.free:
        check_apart(loaded, wording.words, [loaded.tokenizer.encode(word).ids for word in wording.words])
    held = task.kind is Kind.TAGGING and not wording.entities and not wording.free
    trees = tag_trees(loaded, task.labels) if held else NO_TREES
    return TextToText(loaded, wording, settings.token_budget, *trees)


@dataclass(frozen=True, slots=True)
class TextToText:
    """A loaded text-to-text model.

    Args:
        loaded: model and tokenizer.
        wording: how the task is put in words.
        token_budget: pieces in a batch, padding included.
        first: tree of the pieces of a tag that begins an answer.
        later: of one behind another.
    """

    loaded: Loaded
    wording: Wording
    token_budget: int
    first: Tree
    later: Tree

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. A sentence to be tagged that is too long is split between tokens; other prompts are cut."""
        names = [example.id for example in examples]
        whole = distinct([self._question(example) for example in examples], names)
        encoded = self._encode(whole)
        parts, owners = self._split(whole, encoded)
        asked = Distinct(parts, [whole.names[owner] for owner in owners], whole.counts[owners], owners)
        replies, truncated = self._run(asked, len(examples), on_batch)
        answers: list[Prediction] = []
        for number, pieces in enumerate(encoded.pieces):
            own = slice(*np.searchsorted(owners, [number, number + 1]).tolist())
            label, shares, output = _join(replies[own])
            answers.append(Prediction(label, shares, pieces, any(truncated[own]), output))
        return [answers[number] for number in whole.numbers]

    def _question(self, example: Example) -> Question:
        wording = self.wording
        if wording.kind is Kind.MULTIPLE_CHOICE:
            return choice_question(example, wording.prefix, most=len(wording.words))
        if wording.kind is Kind.TAGGING:
            return tagging_question(tokens_of(example), wording.prefix)
        if wording.kind is Kind.QUESTION_ANSWERING:
            return reading_question(*question_and_context(example), wording.prefix)
        return Question(named_texts(example, wording.prefix))

    def _encode(self, inputs: Distinct[Question]) -> Encoded:
        prompts: list[Input] = [question.prompt for question in inputs.values]
        return encode_inputs(self.loaded, Distinct(prompts, inputs.names, inputs.counts, inputs.numbers))

    def _split(self, whole: Distinct[Question], encoded: Encoded) -> tuple[list[Question], list[int]]:
        """Sentences halved until they fit or are one token, and the number of the question that each part is of."""
        parts = list(zip(whole.values, range(len(whole.values)), encoded.truncated, strict=True))
        while any(long and len(question.tokens) > 1 for question, _, long in parts):
            halved: list[tuple[Question, int]] = []
            for question, owner, long in parts:
                middle = len(question.tokens) // 2 if long else 0
                for tokens in (question.tokens[:middle], question.tokens[middle:]) if middle else ():
                    halved.append((tagging_question(tokens, self.wording.prefix), owner))
                if not middle:
                    halved.append((question, owner))
            questions, owners = [question for question, _ in halved], [owner for _, owner in halved]
            again = self._encode(Distinct(questions, [whole.names[owner] for owner in owners], whole.counts, owners))
            parts = list(zip(questions, owners, again.truncated, strict=True))
        return [question for question, _, _ in parts], [owner for _, owner, _ in parts]

    def _run(
        self, asked: Distinct[Question], examples: int, on_batch: Callable[[int], None] | None
    ) -> tuple[list[Reply], list[bool]]:
        """The reply to each question, and whether it was cut."""
        encoded = self._encode(asked)
        replies = [Reply("", (), None)] * len(asked.values)
        done = 0
        for batch, source in read(self.loaded, encoded.sequences, budget=self.token_budget):
            indices: list[int] = batch.indices.tolist()
            questions = [asked.values[index] for index in indices]
            for index, reply in zip(indices, self._replies(source, questions), strict=True):
                replies[index] = reply
            before, done = done, done + len(indices)
            if on_batch:
                # The parts of a sentence may be in several batches; so many parts are worth so many examples.
                on_batch(examples * done // len(replies) - examples * before // len(replies))
        return replies, encoded.truncated

    def _replies(self, source: Source, questions: Sequence[Question]) -> list[Reply]:
        wording = self.wording
        if wording.words and not wording.free:
            return self._chosen(source, questions)
        if wording.kind is Kind.TAGGING and not wording.entities and not wording.free:
            return self._tagged(source, questions)
        return [
            self._understood(self._text(written), math.exp(written.score), question)
            for written, question in zip(write(self.loaded, source, most=wording.longest), questions, strict=True)
        ]

    def _chosen(self, source: Source, questions: Sequence[Question]) -> list[Reply]:
        """The likeliest of the words that may answer."""
        pieces = [self.loaded.tokenizer.encode(word).ids for word in self.wording.words]
        scores = score_words(self.loaded, source, pieces)
        replies: list[Reply] = []
        for row, question in zip(scores, questions, strict=True):
            shares = numbers(self.loaded, torch.softmax(row[: question.choices or len(pieces)], dim=-1))
            replies.append(Reply(self.wording.labels[int(shares.argmax())], tuple(shares.tolist()), None))
        return replies

    def _tagged(self, source: Source, questions: Sequence[Question]) -> list[Reply]:
        """One tag for each token, held to the tags that there are."""
        walks = [Walk(self.first, self.later, len(question.tokens)) for question in questions]
        most = max(walk.count for walk in walks) * (depth(self.first) + depth(self.later)) + 1
        write(self.loaded, source, most=most, walks=walks)
        return [
            Reply(
                tuple(self.wording.labels[tag] for tag in walk.tags),
                tuple(math.exp(score) for score in walk.scores),
                None,
            )
            for walk in walks
        ]

    def _text(self, written: Written) -> str:
        return self.loaded.tokenizer.decode(written.pieces, skip_special_tokens=True).strip()

    def _understood(self, text: str, share: float, question: Question) -> Reply:
        """What was written freely, and what it means."""
        wording = self.wording
        if wording.kind is Kind.QUESTION_ANSWERING:
            return Reply(text, (share,), None)
        if wording.kind is Kind.TAGGING:
            reading = (read_entities if wording.entities else read_tags)(text, question.tokens, wording.labels)
            return Reply(reading.tags, (share,) * len(reading.tags), None if reading.understood else text)
        words = wording.words[: question.choices or len(wording.words)]
        if text in words:
            return Reply(wording.labels[words.index(text)], (share,), None)
        return Reply(text, (share,), text)


def _join(replies: Sequence[Reply]) -> Reply:
    """The replies to the parts of a question as one."""
    if len(replies) == 1:
        return replies[0]
    outputs = [reply.output for reply in replies if reply.output is not None]
    return Reply(
        tuple(tag for reply in replies for tag in reply.label),
        tuple(share for reply in replies for share in reply.probabilities),
        PARTS.join(outputs) if outputs else None,
    )
