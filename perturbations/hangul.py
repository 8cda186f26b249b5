"""Hangul as it is typed: syllables taken apart into the jamo of the two-set keyboard, and put together as an IME does.

Source: the arithmetic of Hangul syllables in chapter 3.12 of the Unicode Standard; the keyboard of KS X 5002.
"""

from __future__ import annotations

import unicodedata

import regex

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
"""Jamo in the order of the syllables' code points."""

COMPOUNDS = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
"""Jamo that two keys type."""

FIRST, LAST = 0xAC00, 0xD7A3
_JOINED = {keys: jamo for jamo, keys in COMPOUNDS.items()}
_SINGLE_VOWELS = "".join(vowel for vowel in VOWELS if vowel not in COMPOUNDS)
_VOWEL = "|".join(COMPOUNDS[vowel] for vowel in VOWELS if vowel in COMPOUNDS) + f"|[{_SINGLE_VOWELS}]"
_FINAL = (
    "|".join(COMPOUNDS[final] for final in FINALS if final in COMPOUNDS)
    + "|["
    + "".join(final for final in FINALS if final not in COMPOUNDS)
    + "]"
)
# A consonant before a vowel begins the next syllable.
_SYLLABLE = regex.compile(
    rf"(?P<lead>[{LEADS}])(?P<vowel>{_VOWEL})(?:(?P<final>{_FINAL})(?![{_SINGLE_VOWELS}]))?|(?P<alone>{_VOWEL})"
)


def spell(cluster: str) -> str | None:
    """The jamo keys that type a syllable or jamo, in order (`값` is `ㄱㅏㅂㅅ`); None for what is no Hangul."""
    syllable = unicodedata.normalize("NFC", cluster)
    if len(syllable) != 1:
        return None
    if syllable in LEADS or syllable in VOWELS or syllable in FINALS:
        return COMPOUNDS.get(syllable, syllable)
    if not FIRST <= ord(syllable) <= LAST:
        return None
    lead, rest = divmod(ord(syllable) - FIRST, len(VOWELS) * (len(FINALS) + 1))
    vowel, final = divmod(rest, len(FINALS) + 1)
    jamo = LEADS[lead] + VOWELS[vowel] + (FINALS[final - 1] if final else "")
    return "".join(COMPOUNDS.get(part, part) for part in jamo)


def compose(keys: str) -> str:
    """What an input method makes of the keys: precomposed syllables; jamo that fit into none stay by themselves."""
    return _SYLLABLE.sub(_syllable, keys)


def _syllable(match: regex.Match[str]) -> str:
    if alone := match["alone"]:
        return _JOINED.get(alone, alone)
    vowel, final = (_JOINED.get(match[part] or "", match[part] or "") for part in ("vowel", "final"))
    number = LEADS.index(match["lead"]) * len(VOWELS) + VOWELS.index(vowel)
    return chr(FIRST + number * (len(FINALS) + 1) + (FINALS.index(final) + 1 if final else 0))
