"""Build `confusables.tsv` from the confusables table of Unicode Technical Standard 39.

    python -m perturbations.data.build_confusables confusables.txt > perturbations/data/confusables.tsv

The table (https://www.unicode.org/Public/security/latest/confusables.txt) leads every character to the skeleton that
all its look-alikes share. Kept are the look-alikes of one grapheme cluster that readers may meet and that a text
normalised to NFKC still holds: letters, marks and numbers of the scripts recommended for identifiers (Unicode Standard
Annex 31, table 5), one row for each skeleton. Dropped are what compatibility normalisation undoes (mathematical and
full-width letters, Kangxi radicals), skeletons of several clusters (`rn` for `m`) and rows of fewer than two.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import regex

from perturbations.errors import DataError, UsageError

RECOMMENDED = """
    Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew
    Hiragana Kannada Katakana Khmer Lao Latin Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan
    Common Inherited
""".split()
"""Scripts in everyday use; the letters of the others are missing from most fonts, so nobody takes them for ours."""

_SCRIPTS = "".join(rf"\p{{Script={script}}}" for script in RECOMMENDED)
_CLUSTER = regex.compile(rf"(?V1)(?=\X$)[[\p{{L}}\p{{M}}\p{{N}}]&&[{_SCRIPTS}]]+")
_DATE = re.compile(r"# Date: (\S+?),?\s.*")
_VERSION = re.compile(r"# Version: (\S+)")

HEADER = """\
# Characters that look alike, one class a line, separated by tabs; classes in code point order.
# Built by build_confusables.py from confusables.txt, version {version} of {date}, of Unicode Technical Standard 39:
# Unicode Security Mechanisms, https://www.unicode.org/reports/tr39/
# Copyright © 1991-2021 Unicode, Inc. Distributed under the Unicode License v3, https://www.unicode.org/license.txt
"""


def classes(lines: Iterable[str]) -> list[tuple[str, ...]]:
    """The classes of look-alikes of a confusables table.

    Args:
        lines: the table, line by line.

    Returns:
        Classes of two or more characters each, sorted by code point.

    Raises:
        DataError: a row that is not `source ; target ; class`.
    """
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(lines, 1):
        fields = line.split("#", 1)[0].replace("\ufeff", "").strip()
        if not fields:
            continue
        try:
            source, target, _ = (part.strip() for part in fields.split(";"))
            skeleton = _text(target)
            alike[skeleton] |= {_text(source), skeleton}
        except ValueError as error:
            message = f"confusables line {number}: {fields!r} is not `source ; target ; class` in hexadecimal numbers"
            raise DataError(message) from error
    kept = (tuple(sorted(set(_lasting(members)))) for members in alike.values())
    return sorted(members for members in kept if len(members) > 1)


def _text(numbers: str) -> str:
    return "".join(chr(int(number, 16)) for number in numbers.split())


def _lasting(members: Iterable[str]) -> Iterator[str]:
    """The members of one cluster that are in use and that NFKC leaves as they are, composed."""
    for member in (unicodedata.normalize("NFC", member) for member in members):
        if _CLUSTER.fullmatch(member) and unicodedata.normalize("NFKC", member) == member:
            yield member


def main(path: str) -> str:
    """The text of the data file for a table at `path`.

    Raises:
        DataError: the file is no confusables table.
    """
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    heads = [next(filter(None, map(pattern.match, lines[:20])), None) for pattern in (_VERSION, _DATE)]
    if None in heads:
        raise DataError(f"{path} does not begin with the version and date of a confusables table: download it anew")
    version, date = (head[1] for head in heads if head)
    return HEADER.format(version=version, date=date) + "".join("\t".join(row) + "\n" for row in classes(lines))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise UsageError("give one file: python -m perturbations.data.build_confusables confusables.txt")
    sys.stdout.write(main(sys.argv[1]))
