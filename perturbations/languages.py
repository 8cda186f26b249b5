"""Languages: what each one writes with, as data.

One table a language in `languages.toml`; nothing in the code asks which language it is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How a language is written.

    Args:
        code: as in XTREME-R (ISO 639-1, `"zh"`).
        name: English name.
        family: top-level family of Ethnologue or Glottolog, by which reports group.
        scripts: Unicode script names, the main one first (`("Han",)`, `("Han", "Hiragana", "Katakana")`).
        spaces: whether words are set apart by spaces.
        casing: `"none"`, `"simple"` or `"turkic"` (dotted and dotless i).
        alphabet: the letters that a writer of the language types, lower case, NFC, one code point each.
        joiners: punctuation that may stand inside a word besides the apostrophes and hyphens of every language.
    """

    code: str
    name: str
    family: str
    scripts: tuple[str, ...]
    spaces: bool
    casing: str
    alphabet: str
    joiners: str = ""
