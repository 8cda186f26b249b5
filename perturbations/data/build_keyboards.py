"""Build `keyboards.toml` from the X Keyboard configuration: which character each key of each layout types.

Run `python -m perturbations.data.build_keyboards SYMBOLS KEYSYMDEF`, where SYMBOLS is the `symbols` directory of
xkeyboard-config (Debian package `xkb-data`, `/usr/share/X11/xkb/symbols`) and KEYSYMDEF the table of key names of the X
protocol (Debian package `x11proto-dev`, `/usr/include/X11/keysymdef.h`). Which layouts are taken stands in
`keyboard_layouts.toml`; those that X lacks, because an input method composes them, are stated below. Currency signs,
which X adds from other files, and the key that X adds beside the left shift where a layout has none are left out.
"""

from __future__ import annotations

import argparse
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROWS = (
    ("TLDE", *(f"AE{column:02}" for column in range(1, 13))),
    tuple(f"AD{column:02}" for column in range(1, 13)),
    (*(f"AC{column:02}" for column in range(1, 12)), "BKSL"),
    ("LSGT", *(f"AB{column:02}" for column in range(1, 12))),
)
"""The keys that type characters, rows E, D, C and B from top to bottom, from left to right."""

LEVELS = ("plain", "shift", "altgr", "altgr_shift")
NOTHING = "∅"
"""Stands where a key types nothing."""

WITHOUT_LETTERS = frozenset("capslock compose eurosign group keypad kpdl level3 level5 nbsp rupeesign shift".split())
"""Files of xkeyboard-config that move modifiers, the keypad, the space bar or a currency sign: not read."""

DEAD = {
    "grave": 0x300, "acute": 0x301, "circumflex": 0x302, "tilde": 0x303, "perispomeni": 0x303, "macron": 0x304,
    "breve": 0x306, "abovedot": 0x307, "diaeresis": 0x308, "hook": 0x309, "abovering": 0x30A, "doubleacute": 0x30B,
    "caron": 0x30C, "horn": 0x31B, "belowdot": 0x323, "cedilla": 0x327, "belowcomma": 0x326, "ogonek": 0x328,
    "stroke": 0x338, "invertedbreve": 0x311, "belowdiaeresis": 0x324, "belowbreve": 0x32E, "belowring": 0x325,
    "belowmacron": 0x331, "belowtilde": 0x330, "belowcircumflex": 0x32D, "psili": 0x313, "dasia": 0x314,
    "iota": 0x345, "doublegrave": 0x30F,
}  # fmt: skip
"""The mark that each dead key puts on the next letter; other dead keys (currency, Greek, Latin ə) type nothing here."""

COMPOSED = {
    "ks5002": (
        ("` 1 2 3 4 5 6 7 8 9 0 - =", "ㅂ ㅈ ㄷ ㄱ ㅅ ㅛ ㅕ ㅑ ㅐ ㅔ [ ]", "ㅁ ㄴ ㅇ ㄹ ㅎ ㅗ ㅓ ㅏ ㅣ ; ' \\",
         "∅ ㅋ ㅌ ㅊ ㅍ ㅠ ㅜ ㅡ , . / ∅"),
        ("~ ! @ # $ % ^ & * ( ) _ +", "ㅃ ㅉ ㄸ ㄲ ㅆ ㅛ ㅕ ㅑ ㅒ ㅖ { }", 'ㅁ ㄴ ㅇ ㄹ ㅎ ㅗ ㅓ ㅏ ㅣ : " |',
         "∅ ㅋ ㅌ ㅊ ㅍ ㅠ ㅜ ㅡ < > ? ∅"),
    ),
}  # fmt: skip
"""Layouts that only an input method has: the Korean two-set keyboard of KS X 5002."""

HEADER = """\
# Keyboard layouts: what each key types. Written by `build_keyboards.py`; do not edit.
#
# Source: xkeyboard-config (X Keyboard configuration, Debian package xkb-data), named file(variant), with the names of
# keys from the X protocol's keysymdef.h; `ks5002` after the Korean standard KS X 5002. xkeyboard-config is under the
# MIT/X11 licences of its authors (Copyright 1996 Joseph Moss; 2002-2007 Free Software Foundation, Inc.; Dmitry Golubev;
# Gregory Mokhin; Erdal Ronahi; 2004-2013 Sergey Udaltsov and others): permission to use, copy, modify and distribute
# for any purpose without fee, provided that this notice is kept.
#
# Four rows E, D, C, B from top to bottom a level, keys parted by spaces: row E from the key left of 1, row C with the
# key right of it, row B from the key between shift and the first letter. ∅ types nothing, ◌x is a mark typed after its
# letter, ◌x> a dead key, whose mark waits for the letter that follows.
"""


def characters_of_keys(keysymdef: Path) -> dict[str, str]:
    """The character of each key name of the X protocol; a second name of a key has that of the first."""
    text = keysymdef.read_text(encoding="utf-8")
    pattern = r"^#define XK_(\w+)\s+(0x[0-9a-f]+)\s*(?:/\*[ (]U\+([0-9A-F]{4,6}) )?"
    found = re.findall(pattern, text, flags=re.MULTILINE)
    known = {value: chr(int(code, 16)) for _, value, code in found if code}
    return {name: known[value] for name, value, _ in found if value in known}


def layout(directory: Path, name: str) -> dict[str, list[str]]:
    """The key names of each key of `file(variant)`, or of the file's default variant, includes resolved."""
    match = re.fullmatch(r"([^()]+)(?:\(([^)]+)\))?(?::\d)?", name)
    if match is None:
        raise SystemExit(f"layout {name!r} is not file(variant)")
    if match[1] in WITHOUT_LETTERS:
        return {}
    text = re.sub(r"//.*|^\s*#.*", "", (directory / match[1]).read_text(encoding="utf-8"), flags=re.MULTILINE)
    body = _section(text, match[2], name)
    keys: dict[str, list[str]] = {}
    statement = re.compile(r'(\w+\s+)?include\s+"([^"]+)"|(?:(\w+)\s+)?key\s+<(\w+)>\s*\{(.*?)\}\s*;', re.DOTALL)
    for found in statement.finditer(body):
        if found[2]:
            for part in re.split(r"[+|]", found[2]):
                for key, symbols in layout(directory, part).items():
                    _merge(keys, key, symbols, (found[1] or "").strip())
        else:
            _merge(keys, found[4], _symbols(found[5]), found[3] or "")
    return keys


def _section(text: str, variant: str | None, name: str) -> str:
    """The body of a variant."""
    heads = list(re.finditer(r'([\w\s]*)xkb_symbols\s*"([^"]+)"\s*\{', text))
    wanted = [head for head in heads if (head[2] == variant if variant else "default" in head[1])]
    if not (wanted := wanted or ([] if variant else heads)):
        raise SystemExit(f"layout {name!r} is not in its file: see the names of its xkb_symbols")
    depth, at = 1, wanted[0].end()
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[wanted[0].end() : at - 1]


def _symbols(body: str) -> list[str]:
    """The key names of the first group of a key, level by level."""
    groups = re.findall(
        r"(?:symbols\[\w+\]\s*=\s*)?\[([^\[\]]*)\]", re.sub(r"\w+\[\w+\]\s*=\s*(\"[^\"]*\"|\w+)", "", body)
    )
    return [symbol.strip() for symbol in groups[0].split(",")] if groups else []


def _merge(keys: dict[str, list[str]], key: str, symbols: list[str], mode: str) -> None:
    """Put `symbols` over what the key has; what they leave open stays, unless the key is replaced."""
    old = [] if mode == "replace" else keys.get(key, [])
    over, under = (old, symbols) if mode == "augment" else (symbols, old)
    length = max(len(over), len(under))
    upper, lower = ([*part, *["NoSymbol"] * (length - len(part))] for part in (over, under))
    keys[key] = [first if first != "NoSymbol" else second for first, second in zip(upper, lower, strict=True)]


def typed(symbol: str, names: dict[str, str]) -> str:
    """What a key name types, as it is written in the table."""
    if symbol.startswith("dead_"):
        mark = DEAD.get(symbol[5:])
        return f"◌{chr(mark)}>" if mark else NOTHING
    code = re.fullmatch(r"U([0-9A-Fa-f]{2,6})|0x0?10([0-9A-Fa-f]{5,6})", symbol)
    character = chr(int(code[1] or code[2], 16)) if code else names.get(symbol, symbol if len(symbol) == 1 else "")
    if len(character) != 1 or not character.isprintable() or character.isspace():
        return NOTHING
    # The Arabic lam-alef key has a presentation form in X, and types two letters.
    form = "NFKC" if "\ufe70" <= character <= "\ufefc" else "NFC"
    character = unicodedata.normalize(form, character)
    return f"◌{character}" if unicodedata.category(character[0])[0] == "M" else character


def tables(directory: Path, names: dict[str, str], name: str) -> Iterator[tuple[str, list[str]]]:
    """The levels of a layout that type anything, each with its four rows."""
    if name in COMPOSED:
        yield from ((level, list(rows)) for level, rows in zip(LEVELS, COMPOSED[name], strict=False))
        return
    keys = layout(directory, name)
    for number, level in enumerate(LEVELS):
        symbols = [[keys[key][number] if number < len(keys.get(key, ())) else "" for key in row] for row in ROWS]
        rows = [" ".join(typed(symbol, names) for symbol in row) for row in symbols]
        if any(set(row) - {NOTHING, " "} for row in rows):
            yield level, rows


def quoted(text: str) -> str:
    """A TOML string; marks and signs as they are."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> None:
    """Write the layouts that `keyboard_layouts.toml` names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("symbols", type=Path, help="directory of xkeyboard-config's symbols files")
    parser.add_argument("keysymdef", type=Path, help="keysymdef.h of the X protocol")
    arguments = parser.parse_args()
    chosen = tomllib.loads((HERE / "keyboard_layouts.toml").read_text(encoding="utf-8"))["languages"]
    names = characters_of_keys(arguments.keysymdef)
    lines = [HEADER]
    for name in sorted({layout for language in chosen.values() for layout in language["layouts"]}):
        lines.append(f"[layouts.{quoted(name)}]")
        for level, rows in tables(arguments.symbols, names, name):
            lines.append(f"{level} = [\n" + "".join(f"    {quoted(row)},\n" for row in rows) + "]")
        lines.append("")
    (HERE / "keyboards.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
