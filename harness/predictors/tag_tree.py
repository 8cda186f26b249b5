"""The tree of the pieces of all tags, and the ways through it that a text-to-text model may write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.checkpoints.loading import Loaded
from harness.predictors.windows import find_frame
from perturbations.errors import CheckpointError

END = -1
"""Marks that a tag is complete."""
Tree = Mapping[int, Any]
"""From a piece to the tree of those behind it, and from `END` to the number of a tag."""


def tag_trees(loaded: Loaded, labels: Sequence[str]) -> tuple[Tree, Tree]:
    """Trees of the pieces of all tags: of one that begins an answer, and of one behind another.

    Raises:
        CheckpointError: the tokenizer does not tell them apart.
    """
    tokenizer = loaded.tokenizer

    def cut(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    alone = [cut(label) for label in labels]
    behind = [cut(f"{label} {label}")[len(pieces) :] for label, pieces in zip(labels, alone, strict=True)]
    for pieces in (alone, behind):
        check_apart(loaded, labels, pieces)
    # What some tokenizers put before every text is written before the first tag.
    before: list[int] = find_frame(loaded).before.tolist()
    return grow_tree([[*before, *pieces] for pieces in alone]), grow_tree(behind)


def check_apart(loaded: Loaded, words: Sequence[str], pieces: Sequence[Sequence[int]]) -> None:
    """Make sure that a tokenizer tells words apart.

    Args:
        loaded: the tokenizer's model.
        words: `(words,)`.
        pieces: `(words,)` what each becomes.

    Raises:
        CheckpointError: two become the same, or one becomes nothing.
    """
    if len({tuple(word) for word in pieces if word}) < len(words):
        raise CheckpointError(
            f"{loaded.where} has a tokenizer to which two of {', '.join(words)} are the same, or one is nothing: give "
            "a checkpoint whose tokenizer tells them apart, or other words, or set the option decoding to free"
        )


def grow_tree(tags: Sequence[Sequence[int]]) -> Tree:
    """The pieces of all tags as a tree, the number of a tag behind its last piece."""
    root: dict[int, Any] = {}
    for number, pieces in enumerate(tags):
        node = root
        for piece in pieces:
            node = node.setdefault(piece, {})
        node[END] = number
    return root


def depth(tree: Tree) -> int:
    """Most pieces of a tag in a tree."""
    return max((1 + depth(node) for piece, node in tree.items() if piece != END), default=0)


@dataclass(slots=True)
class Walk:
    """The way of one answer through a tree of tags: so many tags, then the end.

    Args:
        first: tree of the pieces of the first tag.
        later: of the tags behind another.
        count: how many tags there must be.
        tags: those complete, by number.
        scores: logarithm of the probability of each, among the pieces that were allowed.
    """

    first: Tree
    later: Tree
    count: int
    tags: list[int] = field(default_factory=list[int])
    scores: list[float] = field(default_factory=list[float])
    node: Tree | None = None
    score: float = 0.0

    def allowed(self, end: int) -> list[int]:
        """The pieces that may come next."""
        if len(self.tags) == self.count:
            return [end]
        node = self.first if self.node is None else self.node
        inside = [piece for piece in node if piece != END]
        if END not in node:
            return inside
        if len(self.tags) + 1 < self.count:
            return list(dict.fromkeys([*inside, *(piece for piece in self.later if piece != END)]))
        return [*inside, end]

    def take(self, piece: int, score: float) -> None:
        """Go on by a piece that is allowed; where a tag could go on or another begin, it goes on."""
        tree = self.first if self.node is None else self.node
        if piece not in tree:
            # The next tag, or the end: what came before is complete.
            if self.node is not None:
                self.tags.append(self.node[END])
                self.scores.append(self.score)
            tree, self.score = self.later, 0.0
        self.node = tree.get(piece, {})
        self.score += score
