"""nlpaug (Ma 2019): its augmenters of characters, words and sentences as perturbations, by name or as objects.

Its caps on the number of words and characters are lifted, and its shares are set so that it strikes as often as the
rate asks in our units, once a word as long as there are words enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, cast

from perturbations.adapters.arguments import Options, made
from perturbations.adapters.augmenters import Augmenter
from perturbations.adapters.entries import entries
from perturbations.adapters.foreign import guarded, settings
from perturbations.languages import Language
from perturbations.passage import Passage

UNCAPPED: Mapping[str, object] = {
    "aug_min": 0,
    "aug_max": None,
    "aug_char_min": 0,
    "aug_char_max": None,
    "aug_word_min": 0,
    "aug_word_max": None,
}
SHARES = ("aug_p", "aug_char_p", "aug_word_p")
SWAP = "swap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nlpaug(Augmenter):
    """An augmenter of nlpaug."""

    library: ClassVar[str] = "nlpaug"
    rated: ClassVar[frozenset[str]] = frozenset((*UNCAPPED, *SHARES))

    def prepared(self, language: Language) -> Any:
        """The object given, or one with the language among its arguments where it takes one."""
        if self.given is not None:
            return self.given
        options, entry = dict(self.options), self.entry
        freed = any(name in options for name in entry.frees)
        if entry.argument and entry.argument not in options and not freed:
            options[entry.argument] = language.code
        return _made(entry.module, self.augmenter, tuple(sorted(options.items())))

    def words(self, made: Any, text: str) -> Sequence[str] | None:
        """The tokens of its tokeniser; an augmenter of sentences has no say, nor has a flow of several."""
        if isinstance(made, list) or not hasattr(made, "reverse_tokenizer"):
            return None
        return made.tokenizer(text.strip())

    def twofold(self, made: Any) -> bool:
        """A swap."""
        return getattr(made, "action", "") == SWAP

    def augmented(self, made: Any, passage: Passage, count: int) -> object:
        """Its first answer; nothing where it has none to give."""
        with ExitStack() as stack:
            for member in _members(made):
                stack.enter_context(settings(member, {**UNCAPPED, **shares(member, passage, count)}))
            answer = made.augment(passage.text)
        return next(iter(cast("list[object]", answer)), "") if isinstance(answer, list) else answer


def named(name: str) -> Nlpaug:
    """The perturbation behind `nlpaug:NAME`.

    Raises:
        UnknownNameError: there is no such augmenter.
    """
    return Nlpaug(augmenter=name)


def from_nlpaug(augmenter: Any, *, languages: Sequence[str] | None = None) -> Nlpaug:
    """An augmenter or flow of nlpaug as a perturbation.

    Args:
        augmenter: the object; it is asked one text at a time, and its settings but those of the rate stay as they are.
        languages: codes of the languages that it is for; by default those known of its class, or all.
    """
    name = type(augmenter).__name__
    entry = entries(Nlpaug.library).get(name)
    if languages is None and entry is not None and entry.argument:
        languages = (getattr(augmenter, entry.argument),)
    _settle(augmenter)
    return Nlpaug(augmenter=name, given=augmenter, languages=None if languages is None else tuple(languages))


@lru_cache(maxsize=64)
def _made(module: str, name: str, options: Options) -> Any:
    """An augmenter that reads its own dictionary, and not the one that the first of its class has read."""
    found = made(module, name, options)
    if hasattr(found, "dict_path"):
        with guarded(name, "to be made"):
            found.model = found.get_model(force_reload=True)
    _settle(found)
    return found


def _members(made: Any) -> Iterator[Any]:
    """The augmenter itself, or the members of a flow, however deep."""
    if isinstance(made, list):
        for member in cast("list[Any]", made):
            yield from _members(member)
    else:
        yield made


def _settle(made: Any) -> None:
    """Give the words of a spelling dictionary an order: as nlpaug reads them, it changes from process to process."""
    for member in _members(made):
        if hasattr(member, "dict_path"):
            for options in member.model.dict.values():
                options.sort()


def shares(made: Any, passage: Passage, count: int) -> dict[str, object]:
    """The shares with which an augmenter strikes `count` times.

    It strikes `ceil(share · tokens)` tokens by its own count of tokens, at least once each; where there are fewer that
    it may strike than strikes are wanted, more often within each.
    """
    if not hasattr(made, "reverse_tokenizer"):
        return {}
    tokens: list[str] = made.tokenizer(passage.text.strip())
    if not tokens:
        return {}
    share = min(1.0, (count - 0.5) / len(tokens))
    if getattr(made, "aug_char_p", None) is None:
        return {"aug_p": share}
    open_to: list[int] = made.pre_skip_aug(tokens)
    if count <= len(open_to):
        return {"aug_word_p": share, "aug_char_p": 0.5 / max(map(len, tokens))}
    characters = sum(len(tokens[index]) for index in open_to)
    return {"aug_word_p": 1.0, "aug_char_p": min(1.0, count / max(1, characters))}
