"""Showcase: the texts on which every perturbation is shown, and made-up tables in place of those that others provide.

So the pages are the same on every machine, whatever is installed there.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from perturbations.characters.real_typos import RealTypos
from perturbations.edits import Span
from perturbations.perturbation import Noise
from perturbations.resources import known
from perturbations.tables import load
from perturbations.words.masked_lm import MaskedLanguageModel

TYPOS = "misspellings/{language}.txt"
"""Where a shelf holds the misspellings of a language."""


@dataclass(frozen=True, slots=True)
class Showcase:
    """What perturbations are shown on in one language.

    Args:
        texts: the texts to try, the preferred one first.
        synonym: a word of the first text, and one of near meaning.
        english: such a word and an English one; empty in English.
        function: such a word that a list of stop words would hold.
        common: such a word, and one that counts as equally frequent.
        typo: such a word, and a misspelling of it.
    """

    texts: tuple[str, ...]
    synonym: tuple[str, ...]
    english: tuple[str, ...]
    function: str
    common: tuple[str, ...]
    typo: tuple[str, ...]


@cache
def showcases() -> Mapping[str, Showcase]:
    """The showcase of each language by its code; read when first asked."""
    content = load("showcase.toml")
    found = {code: _showcase(entry, content["shared"]) for code, entry in content["languages"].items()}
    return MappingProxyType(found)


def _showcase(entry: Mapping[str, Any], shared: Sequence[str]) -> Showcase:
    own: list[Sequence[str]] = [[entry["text"]], entry.get("also", ())]
    decomposed = ([unicodedata.normalize("NFD", text) for text in texts] for texts in own)
    texts = [text for pair in zip(own, decomposed, strict=True) for part in pair for text in part] + list(shared)
    return Showcase(
        texts=tuple(dict.fromkeys(texts)),
        synonym=tuple(entry["synonym"]),
        english=tuple(entry["english"]),
        function=entry["function"],
        common=tuple(entry["common"]),
        typo=tuple(entry["typo"]),
    )


@dataclass(frozen=True, slots=True)
class Proposals:
    """Stands for a masked language model: proposes the words of the showcase; fulfils `words.masked_lm.Fill`.

    Args:
        words: `(pairs,)` a word and what is proposed in its place.
    """

    words: tuple[tuple[str, str], ...]

    def __call__(self, texts: Sequence[str], positions: Sequence[Sequence[Span]]) -> Sequence[Sequence[Sequence[str]]]:
        """`(texts, positions, proposals)`: a word or none for each position."""
        return [
            [[new for old, new in self.words if old == span.of(text)] for span in spans]
            for text, spans in zip(texts, positions, strict=True)
        ]


def equipped(noise: Noise, shelf: Path) -> Noise:
    """The perturbation, given what its user has to give: a table of misspellings, a model."""
    if isinstance(noise, RealTypos):
        return RealTypos(table=str(shelf / TYPOS))
    if isinstance(noise, MaskedLanguageModel):
        pairs = (showcase.synonym for showcase in showcases().values())
        return MaskedLanguageModel(model=Proposals(tuple((old, new) for old, new in pairs)))
    return noise


def fill_shelf(shelf: Path) -> None:
    """Write a small table of each resource and language below `shelf`, in the formats in which others provide them."""
    files = {"data.noun": "", "data.verb": "", "data.adj": "", "data.adv": "", **_stop_words()}
    for code, showcase in showcases().items():
        files.update(_tables(code, showcase))
    for name, content in files.items():
        path = shelf / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _tables(code: str, showcase: Showcase) -> Iterator[tuple[str, str]]:
    """Name and content of each file about one language."""
    old, new = showcase.synonym
    princeton = known()["wordnet"]
    if code == princeton.only:
        yield "data.noun", f"00000001 03 n 02 {old} 0 {new} 0 000 | made up\n"
    long = next(written for written, short in known()["omw"].codes.items() if short == code)
    yield f"wn-data-{long}.tab", f"1-n\t{long}:lemma\t{old}\n1-n\t{long}:lemma\t{new}\n"
    yield f"th_{code}_.dat", f"UTF-8\n{old}|1\n(noun)|{new}\n"
    if showcase.english:
        yield f"{code}-en.txt", "\t".join(showcase.english) + "\n"
    yield f"frequencies/{code}.txt", "".join(f"{word} 100\n" for word in showcase.common)
    wrong = showcase.typo[1]
    yield TYPOS.replace("{language}", code), f"{wrong}->{showcase.typo[0]}\n"


def _stop_words() -> Mapping[str, str]:
    lists = {code: [showcase.function] for code, showcase in showcases().items()}
    return {"stopwords-iso.json": json.dumps(lists, ensure_ascii=False)}
