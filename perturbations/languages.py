"""Languages: what each one writes with, as data, and which letters may stand for one another.

One table a language in `languages.toml`, which names the sources; nothing in the code asks which language it is.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import regex

from perturbations.errors import UnknownNameError, UsageError

COMPOSITE = {"Hans": "Hani", "Hant": "Hani", "Jpan": "Hani", "Kore": "Hang"}
"""ISO 15924 codes of writing systems that are no Unicode script, with the script that stands for them."""

CAPITALS = {"ß": "ẞ"}
"""Capitals of one code point where Unicode's full casing gives several."""

UNACCENTED = str.maketrans("ΆΈΉΊΌΎΏ", "ΑΕΗΙΟΥΩ")
"""Greek capitals with the accent that words in capitals do without (Unicode CLDR, `el-Upper`)."""

TONOS = regex.compile(r"(?<=\p{Greek}\p{M}*)\u0301")
"""The same accent as a mark of its own."""

SHARED = ("Common", "Inherited")
"""The values of the Script property that belong to no script of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """How a language is written; there is one object a language, and caches tell them apart by identity.

    Args:
        code: as in XTREME-R (ISO 639-1, `"zh"`).
        name: English name.
        family: top-level family of Ethnologue or Glottolog, by which reports group.
        scripts: Unicode script names, the main one first (`("Han",)`, `("Han", "Hiragana", "Katakana")`).
        spaces: whether words are set apart by spaces.
        casing: `"none"`, `"simple"`, `"turkic"` (dotted and dotless i) or `"greek"` (no accents in words all in
            capitals).
        alphabet: the letters that a writer of the language types, lower case, NFC, one code point each.
        joiners: punctuation that may stand inside a word besides the apostrophes and hyphens of every language.
        repertoires: the character sets that the alphabet joins, where several standards are written under one code
            (simplified and traditional Chinese); empty where there are none.
    """

    code: str
    name: str
    family: str
    scripts: tuple[str, ...]
    spaces: bool
    casing: str
    alphabet: str
    joiners: str = ""
    repertoires: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Callable[[str], Language], tuple[str]]:
        return find_language, (self.code,)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("perturbations").joinpath("languages.toml").read_text(encoding="utf-8"))


@cache
def languages() -> Mapping[str, Language]:
    """Every language of the table by its code, in alphabetical order; read when first asked."""
    return MappingProxyType({code: _language(code, entry) for code, entry in _table()["languages"].items()})


def _language(code: str, entry: Mapping[str, Any]) -> Language:
    scripts: tuple[str, ...] = tuple(entry["scripts"])
    repertoires = tuple(_repertoire(item["codec"], item["rows"], scripts) for item in entry.get("repertoires", ()))
    return Language(
        code=code,
        name=entry["name"],
        family=entry["family"],
        scripts=scripts,
        spaces=entry["spaces"],
        casing=entry["casing"],
        alphabet="".join(dict.fromkeys(entry.get("alphabet", "") + "".join(repertoires))),
        joiners=entry.get("joiners", ""),
        repertoires=repertoires,
    )


def _repertoire(codec: str, rows: Sequence[int], scripts: Sequence[str]) -> str:
    """The letters of `scripts` in a two-byte character set, lead bytes `rows[0]` to `rows[1]`, in its order."""
    # One cell a line: of an empty cell the codec leaves at most an ASCII trail byte, which no such script holds.
    cells = bytes(
        byte for lead in range(rows[0], rows[1] + 1) for trail in range(0x40, 0xFF) for byte in (lead, trail, 0x0A)
    )
    wanted = "".join(rf"\p{{Script={script}}}" for script in scripts)
    return "".join(regex.findall(rf"(?V1)[[{wanted}]&&\p{{Lo}}]", cells.decode(codec, "ignore")))


def find_language(code: str) -> Language:
    """The language of a code, of a code with region or script (`pt_BR`, `zh-Hant`), or of an alias (`iw`, `eng`).

    Raises:
        UnknownNameError: the table has no such language; the nearest code is given.
        UsageError: the table has it in another script (`az-Cyrl`, `pa-PK`).
    """
    table = languages()
    found = table.get(code)
    return found if found is not None else _standardised(code)


@cache
def _standardised(code: str) -> Language:
    # 60 ms, and only needed for what is not written as in the table.
    import langcodes
    from langcodes.tag_parser import LanguageTagError

    try:
        asked = langcodes.Language.get(langcodes.standardize_tag(code.replace("_", "-"), macro=True))
    except LanguageTagError:
        raise UnknownNameError("language", code, languages()) from None
    standard = {langcodes.standardize_tag(known): known for known in languages()}
    known = standard.get(asked.language or "")
    if known is None:
        raise UnknownNameError("language", code, languages())
    wanted, usual = (tag.maximize().script or "" for tag in (asked, langcodes.Language.get(known)))
    if COMPOSITE.get(wanted, wanted) != COMPOSITE.get(usual, usual):
        scripts = " and ".join(languages()[known].scripts)
        raise UsageError(f"language {code!r} is written in {wanted}, but {known!r} only in {scripts}: use {known!r}")
    return languages()[known]


def upper(text: str, language: Language) -> str:
    """The text in capitals as the language writes them; unchanged where it has no casing."""
    if language.casing == "none":
        return text
    if language.casing == "turkic":
        text = text.replace("i", "İ")
    if language.casing == "greek" and sum(map(str.isalpha, text)) > 1:
        capitals = TONOS.sub("", text.upper().translate(UNACCENTED))
        return unicodedata.normalize("NFC", capitals) if unicodedata.is_normalized("NFC", text) else capitals
    return text.upper()


def lower(text: str, language: Language) -> str:
    """The text in small letters as the language writes them; unchanged where it has no casing."""
    if language.casing == "none":
        return text
    if language.casing == "turkic":
        text = text.replace("İ", "i").replace("I\u0307", "i").replace("I", "ı")
    return text.lower()


@cache
def _scripts() -> regex.Pattern[str]:
    names = (*_table()["scripts"], *SHARED)
    return regex.compile("|".join(rf"(?P<{name}>\p{{Script={name}}})" for name in names))


@lru_cache(maxsize=65536)
def script_of(character: str) -> str:
    """The Unicode script of one code point: one of the table's, `"Common"` or `"Inherited"`; `"Unknown"` for others."""
    match = _scripts().match(character)
    return (match.lastgroup if match else None) or "Unknown"


@lru_cache(maxsize=65536)
def letters_like(character: str, language: Language) -> str:
    """The letters or digits that may stand for `character`, itself among them, in the order of the table.

    Letters come from the language's alphabet if it writes the script of the character, otherwise from the language
    that the table names for that script, in the character's case. A digit has the ten digits of its own block. A
    character that a repertoire holds (simplified or traditional Chinese) has the letters of all that hold it.

    Args:
        character: one code point.
        language: the language of the text around it.

    Returns:
        The candidates, one code point each; empty for marks, punctuation, symbols, spaces and scripts that no language
        of the table writes. Letters outside the alphabet (`é` in English) are not among their own candidates.
    """
    category = unicodedata.category(character)
    if category == "Nd":
        zero = ord(character) - unicodedata.decimal(character)
        return "".join(map(chr, range(zero, zero + 10)))
    script, writers = script_of(character), _table()["scripts"]
    if category[0] != "L" or script not in writers:
        return ""
    writer = language if script in language.scripts else languages()[writers[script]]
    held = tuple(repertoire for repertoire in writer.repertoires if character in repertoire)
    return _letters(writer, script, held, category in ("Lu", "Lt"))


@cache
def _letters(language: Language, script: str, repertoires: tuple[str, ...], capital: bool) -> str:
    """The letters of one script that all `repertoires` hold, small or capital, each once.

    A letter whose capital is another letter's is a positional variant (Greek final sigma) and is left out.
    """
    shared = [frozenset(repertoire) for repertoire in repertoires]
    small = [letter for letter in language.alphabet if script_of(letter) == script]
    small = [letter for letter in small if all(letter in repertoire for repertoire in shared)]
    if language.casing == "none":
        return "".join(small)
    capitals = {letter: CAPITALS.get(letter) or upper(letter, language) for letter in small}
    single = {letter: large for letter, large in capitals.items() if len(large) == 1}
    variants = {letter for letter, large in single.items() if lower(large, language) != letter}
    return "".join((single.get(letter, "") if capital else letter) for letter in small if letter not in variants)
