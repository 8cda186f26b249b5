r"""Harm: what foreign code broke in a text besides the noise that was asked of it.

Tools that take a text for a row of `\w` characters tear combining marks off their letters, change the white space
around punctuation, and take a Thai sentence for one word; here such things are found and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import regex

from perturbations.adapters.recovery import Change
from perturbations.edits import Damage, Harm
from perturbations.passage import Level, Passage

STRAY = regex.compile(r"(?:^|(?<=[\s\p{C}--\p{Cf}]))\p{M}", regex.VERSION1)
"""A mark that stands on nothing: at the start of the text, after white space or a control."""


def harms(
    passage: Passage, after: str, level: Level, found: Sequence[Change], *, tokens: Sequence[str] | None, spaced: bool
) -> list[Harm]:
    """What was broken, each kind at most once and in the order of `Damage`.

    Args:
        passage: the source.
        after: the whole text that foreign code made of it.
        level: the unit of the changes.
        found: how the two differ.
        tokens: what the foreign code takes for words, in order, or None where it does not say.
        spaced: whether white space is what the noise is about (splitting, merging), and so no harm.
    """
    counts = {
        Damage.MARKS: torn(found) if level is Level.CHARACTER else stray(passage.text, after),
        Damage.SPACING: 0 if spaced else spacing(found, level),
        Damage.WORDS: 0 if tokens is None else misread(passage, tokens),
    }
    return [Harm(kind, count) for kind, count in counts.items() if count]


def torn(found: Iterable[Change]) -> int:
    """Grapheme clusters of several code points of which some are left, but not all of them together."""
    several = (
        (cluster, change.after)
        for change in found
        for cluster in change.pieces
        if len(cluster) > 1 and not cluster.isspace()
    )
    return sum(cluster not in after and any(map(after.__contains__, cluster)) for cluster, after in several)


def stray(before: str, after: str) -> int:
    """Marks that stand on nothing after the change and did not do so before."""
    return max(0, len(STRAY.findall(after)) - len(STRAY.findall(before)))


def spacing(found: Iterable[Change], level: Level) -> int:
    """Pieces of white space that changed: all of them in noise of characters, in that of words those without a word."""
    if level is Level.CHARACTER:
        return sum(change.spaces for change in found)
    return sum(change.spaces for change in found if "".join(change.before.split()) == "".join(change.after.split()))


def misread(passage: Passage, tokens: Sequence[str]) -> int:
    """How many words of the passage are not one of the tokens each: cut into several, or part of a larger one."""
    known = set(_placed(passage.text, tokens))
    return sum(word not in known for word in zip(passage.words.starts, passage.words.ends, strict=True))


def _placed(text: str, tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the tokens stand, those that stand nowhere left out."""
    reached = 0
    for token in tokens:
        start = text.find(token, reached)
        if start >= 0:
            reached = start + len(token)
            yield start, reached
