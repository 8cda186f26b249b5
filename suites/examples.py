"""Example: one thing a checkpoint is asked, with labels that follow the edits of its texts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from perturbations.edits import Edits, Span
from suites.bio import mentions, surviving_bio

ANSWER = "answer"
"""Label of the spans of a context that answer its question; several where annotators differ, none where none does."""
MENTION = "mention"
"""Label of the spans that name the entity that a query is about, with their markup; no edit touches them."""


@dataclass(frozen=True, slots=True)
class Text:
    """One named text of an example.

    Args:
        text: the characters.
        language: language code as in `perturbations.languages`.
        key: what seeds the noise; two texts with one key get the same noise, so that a premise or paragraph is
            perturbed alike wherever it recurs.
        spans: labelled stretches, ascending (tokens with their tags, answers).
        tokens: whether `spans` are tokens, whose borders no unit may cross.
    """

    text: str
    language: str
    key: str
    spans: tuple[Span, ...] = ()
    tokens: bool = False

    @property
    def fixed(self) -> tuple[Span, ...]:
        """What no edit may touch, whatever else is protected: mentions, without which nobody knows what is asked."""
        return () if self.tokens else tuple(span for span in self.spans if span.label == MENTION)

    @property
    def labelled(self) -> tuple[Span, ...]:
        """What an option may protect: answers; of tokens, the BIO chunks, and not what only has a tag."""
        if not self.tokens:
            return tuple(span for span in self.spans if span.label == ANSWER)
        chunks = mentions([span.label for span in self.spans])
        return tuple(Span(self.spans[first].start, self.spans[last - 1].end) for first, last in chunks)


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a task.

    Args:
        id: unique within its task and language; the same in every language where the task is parallel.
        group: the cluster it was drawn in (document, premise); its own id where there is none.
        texts: the named texts, in the order in which a model reads them.
        target: the gold label of a classification or the number of the right choice, None where the labels are spans
            or candidates.
        targets: ids of the candidates that are right, for a query that searches a pool.
    """

    id: str
    group: str
    texts: Mapping[str, Text]
    target: str | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates that a retrieval task searches, shared by its queries.

    Args:
        name: says which queries share it; languages that search the same candidates name one pool.
        candidates: each with an id, a group and the texts that a model reads; without target or targets.
    """

    name: str
    candidates: tuple[Example, ...]


def text_key(text: str, *, language: str, name: str) -> str:
    """The key that seeds the noise of a text: a digest of language, name and text.

    The same premise gets the same noise wherever it recurs in its language, whatever file, layout or order it is read
    from; a premise and a hypothesis with the same words get different noise, as they would from different typists.

    Args:
        text: the characters.
        language: language code.
        name: name of the text in its example (`"premise"`).
    """
    digest = hashlib.blake2b(digest_size=12)
    for part in (language, name, text):
        # The length keeps ("ab", "c") apart from ("a", "bc").
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def keyed_text(text: str, *, language: str, name: str, spans: tuple[Span, ...] = ()) -> Text:
    """A text with its `text_key`.

    Args:
        text: the characters.
        language: language code.
        name: name of the text in its example.
        spans: labelled stretches, ascending.
    """
    return Text(text, language, text_key(text, language=language, name=name), spans)


def token_text(forms: list[str], tags: list[str], *, language: str, key: str) -> Text:
    """Tokens with their tags as one text, joined by single spaces.

    Args:
        forms: `(tokens,)` the word forms; a form may contain spaces (Vietnamese).
        tags: `(tokens,)` one tag each.
        language: language code.
        key: what seeds the noise.
    """
    spans: list[Span] = []
    offset = 0
    for form, tag in zip(forms, tags, strict=True):
        spans.append(Span(offset, offset + len(form), tag))
        offset += len(form) + 1
    return Text(" ".join(forms), language, key, tuple(spans), tokens=True)


def transport(example: Example, edits: Mapping[str, Edits]) -> tuple[Example, dict[str, tuple[int, ...]]]:
    """The example after its texts were edited, its spans where their text is now.

    Args:
        example: the example before.
        edits: the edits of some of its texts, by name. Tokens keep their tags, but a BIO chunk begins where its
            first survivor stands.

    Returns:
        The example after, and for each edited text the indices of the spans that survive, in their new order.
    """
    texts = dict(example.texts)
    survivors: dict[str, tuple[int, ...]] = {}
    for name, edit in edits.items():
        before = texts[name]
        carried = [(edit.carry(span), index) for index, span in enumerate(before.spans)]
        alive = [(span, index) for span, index in carried if span is not None]
        alive.sort(key=lambda pair: (pair[0].start, pair[0].end))
        spans = [span for span, _ in alive]
        survivors[name] = tuple(index for _, index in alive)
        if before.tokens:
            labels = surviving_bio([span.label for span in before.spans], survivors[name])
            spans = [span._replace(label=label) for span, label in zip(spans, labels, strict=True)]
        texts[name] = replace(before, text=edit.apply(), spans=tuple(spans))
    return replace(example, texts=texts), survivors
