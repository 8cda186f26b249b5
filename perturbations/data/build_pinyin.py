"""Build `pinyin.tsv`: the usual Mandarin reading of every character that `languages.toml` holds for Chinese.

Run `python -m perturbations.data.build_pinyin` where pypinyin is installed (`pip install pypinyin`, MIT), whose table
of single characters is made from Unihan (`kMandarin`, `kHanyuPinyin`, …) by hand-checked rules. It is needed here only.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from pathlib import Path
from typing import Any

from perturbations.languages import find_language

HEADER = """\
# Readings of Chinese characters: tone syllable (5 for the neutral tone), then the characters whose usual reading it is.
# Written by `build_pinyin.py`; do not edit. The characters are those of GB 2312 level 1 and Big5 level 1.
#
# Source: pypinyin {version} (MIT, Copyright 2016 mozillazg and contributors; its table pinyin-data is MIT too), after
# the Unihan database of Unicode (Unicode License v3).
"""


def main() -> None:
    """Write the table beside this file."""
    library: Any = importlib.import_module("pypinyin")
    held: defaultdict[str, list[str]] = defaultdict(list)
    for character in find_language("zh").alphabet:
        # The first reading of a character by itself is its most common one.
        [[reading]] = library.pinyin(character, style=library.Style.TONE3, neutral_tone_with_five=True, v_to_u=True)
        if not reading[-1].isdigit():
            raise SystemExit(
                f"pypinyin gives {character} the reading {reading!r}, which has no tone: leave it out here"
            )
        held[reading].append(character)
    lines = [f"{reading}\t{''.join(held[reading])}" for reading in sorted(held)]
    text = HEADER.format(version=library.__version__) + "\n".join(lines) + "\n"
    (Path(__file__).parent / "pinyin.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
