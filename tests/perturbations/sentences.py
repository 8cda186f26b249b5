"""Sentences of every language, real ones and made-up ones beyond the BMP, and what each perturbation needs for them.

The tables of words that users have are those of the real data; where it has none for a language, one is made of the
words of the sentences, so that every perturbation strikes every language that it supports.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from math import ceil
from pathlib import Path

import pytest

from perturbations import Noise, Passage, Span, all_perturbations, languages
from perturbations.characters.real_typos import RealTypos
from perturbations.resources import find, resource
from perturbations.words.masked_lm import MaskedLanguageModel

BEYOND = (
    *("👩‍👩‍👧‍👦", "👍🏽", "🇫🇷🇩🇪", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "1️⃣"),
    *("𠮷野家", "𞤀𞤣𞤤𞤢𞤥", "𝒜𝓫𝟙𝟚", "𐌰𐌱", "🤷🏾‍♀️"),
)
"""What real sentences hardly have: emoji with joiners, skin tones and tags, and letters outside the basic plane."""
SENTENCES, TOKENISED = 6, 3
"""Sentences of each language that the properties are tested on."""


@dataclass(frozen=True)
class NextWord:
    """Proposes for a masked word the word after it: all that a model is asked for here is a proposal."""

    def __call__(self, texts: Sequence[str], positions: Sequence[Sequence[Span]]) -> list[list[list[str]]]:
        return [
            [[spans[(index + 1) % len(spans)].of(text), "other"] for index in range(len(spans))]
            for text, spans in zip(texts, positions, strict=True)
        ]


def blocks(path: Path, column: int) -> Iterator[list[str]]:
    """The sentences of a file of columns, as the cells of one column; in a treebank only rows that are a word."""
    rows: list[str] = []
    with path.open(encoding="utf-8") as lines:
        for line in (line.rstrip("\n") for line in lines):
            cells = line.split("\t")
            if line and (not column or cells[0].isdecimal()):
                rows.append(cells[column])
            elif not line and rows:
                yield rows
                rows = []


def tokenised(data: Path, code: str) -> Iterator[list[str]]:
    """Sentences as tokens: of PAN-X, else of the treebank."""
    for path in (data / f"panx/dev-{code}.tsv", data / f"panx/test-{code}.tsv"):
        if path.is_file():
            return blocks(path, 0)
    (path,) = data.glob(f"udpos/UD_*/{code}_*-test.conllu") if code == "wo" else (None,)
    return blocks(path, 1) if path else iter(())


def sources(data: Path, code: str) -> list[Iterator[str]]:
    """Sentences as running text: of Tatoeba, XCOPA and PAN-X, where they have the language, or of the treebank."""
    found: list[Iterator[str]] = []
    for written, known in resource("omw").codes.items():
        if known == code:
            pair = sorted(data.glob(f"tatoeba/v1/tatoeba.*-eng.{written}"))[:1]
            found += [iter(path.read_text(encoding="utf-8").splitlines()) for path in pair]
    xcopa = data / f"xcopa/{code}/test.{code}.jsonl"
    if xcopa.is_file():
        lines = xcopa.read_text(encoding="utf-8").splitlines()
        found.append(str(json.loads(line)["premise"]) for line in lines)
    return [*found, map(" ".join, tokenised(data, code))]


@cache
def running(data: Path, code: str, total: int = SENTENCES) -> tuple[str, ...]:
    """The first sentences of a language, as many of each of its sources."""
    found = [list(islice(filter(str.strip, source), total)) for source in sources(data, code)]
    share = ceil(total / sum(map(bool, found)))
    return tuple(text for source in found for text in source[:share])


def made_up(text: str, code: str) -> str:
    """The words of a sentence with something from beyond the BMP directly behind one and apart from the next."""
    words = [word.of(text) for word in Passage(text, code).words][: 2 * len(BEYOND)]
    parts = (f"{word}{BEYOND[index // 2 % len(BEYOND)]}" if index % 2 else word for index, word in enumerate(words))
    return " ".join((*parts, *BEYOND))


def in_tokens(tokens: Sequence[str], code: str, key: str) -> Passage:
    """A passage of tokens joined by spaces, each labelled with its number."""
    spans: list[Span] = []
    for token in tokens:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(token), str(len(spans))))
    return Passage(" ".join(tokens), code, key, tuple(spans))


def passages_of(data: Path, code: str) -> Iterator[Passage]:
    """New passages of a language: real sentences, made-up ones and a decomposed one, in one piece and in tokens."""
    texts = running(data, code)
    invented = made_up(texts[0], code)
    for text in (*texts, invented, unicodedata.normalize("NFD", texts[0])):
        yield Passage(text, code, f"{code} {text}")
    for tokens in (*islice(tokenised(data, code), SENTENCES, SENTENCES + TOKENISED), invented.split()):
        yield in_tokens(tokens, code, f"{code} tokens {' '.join(tokens)}")


@cache
def corpus(data: Path) -> tuple[Passage, ...]:
    """The passages of all languages, shared by all perturbations."""
    return tuple(passage for code in languages() for passage in passages_of(data, code))


def make_tables(data: Path, directory: Path) -> None:
    """Write the tables that the real data lacks, of the words of the sentences: each goes with the word after it."""
    english = running(data, "en", 1)[0].split()
    stop_words = json.loads((data / "lexicons/stopwords-iso.json").read_text(encoding="utf-8"))
    long = {known: written for written, known in reversed(resource("omw").codes.items())}
    for code in languages():
        passages = [Passage(text, code) for text in running(data, code)]
        words = sorted({word.of(passage.text) for passage in passages for word in passage.words})
        words = [word for word in words if not any(sign in word for sign in "|,(")]
        pairs = [*pairwise(words), (words[-1], words[0])]
        made = {
            f"th_{code}_XX.dat": "UTF-8\n" + "".join(f"{one}|1\n-|{other}\n" for one, other in pairs),
            f"frequencies/{code}.txt": "".join(f"{word} {100 + len(word)}\n" for word in words),
            f"typos/{code}.txt": "".join(f"{word}{word[-1]}->{word}\n" for word in words),
        }
        if find("omw", code) is None:
            lines = (f"{index}-n\t{long[code]}:lemma\t{word}\n" for index, pair in enumerate(pairs) for word in pair)
            made[f"wn-data-{long[code]}.tab"] = "".join(lines)
        if find("muse", "en", code) is None:
            made[f"en-{code}.txt"] = "".join(f"{english[len(word) % len(english)]}\t{word}\n" for word in words)
        stop_words.setdefault(code, words[:2])
        for name, content in made.items():
            (directory / name).parent.mkdir(exist_ok=True)
            (directory / name).write_text(content, "utf-8")
    (directory / "stopwords-iso.json").write_text(json.dumps(stop_words), "utf-8")


@pytest.fixture(scope="module")
def tables(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of the tables that the real data lacks; every perturbation finds them while a file's tests run."""
    directory = tmp_path_factory.mktemp("tables")
    make_tables(data, directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XROBUST_RESOURCES", str(directory))
        yield directory


def equipped(tables: Path) -> dict[str, Noise]:
    """Every registered perturbation by name, with what it has to be given."""
    given = (RealTypos(table=str(tables / "typos/{language}.txt")), MaskedLanguageModel(model=NextWord()))
    return {noise.name: noise for noise in (*all_perturbations(), *given)}
