"""The gold labels of PAWS-X test, kept apart from the processed files that the benchmark strips of them.

The table has one row for each row of the test files and, for some languages, the columns `label_xx` and `ns_xx` (1
where a sentence of the pair could not be translated into xx). An item has one real label in all languages, but a pair
with an untranslated sentence is labelled 0 in its language. So the label of a language without a column of its own is 0
where its pair is untranslated, else that of a language in which the pair is translated, and unknown if there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from perturbations.errors import DataError
from suites.readers.files import lines
from suites.readers.tables import Row
from suites.readers.tsv import read_plain

UNTRANSLATED = "NS"
"""What stands for a sentence that could not be translated."""
UNKNOWN = ""
"""The label of a pair that is untranslated in every language with a column, but not in its own."""
LABEL, MARK = "label_", "ns_"
VALUES = ("0", "1")


def separate_labels(path: Path, language: str, untranslated: Sequence[bool]) -> list[str]:
    """The label of each pair of a language.

    Args:
        path: the table, tab-separated with a header, without quoting.
        language: whose labels are wanted.
        untranslated: `(pairs,)` whether a sentence of the pair is `NS` in that language.

    Returns:
        `(pairs,)` labels, `UNKNOWN` where the table does not tell.

    Raises:
        DataError: no label column, rows that are not those of the test file, a value other than 0 and 1, a mark that
            the pair contradicts, languages that disagree about an item.
        ResourceError: the file cannot be opened.
    """
    languages = _languages(path)
    names = ["row", *(f"{prefix}{code}" for prefix in (LABEL, MARK) for code in languages)]
    rows = list(read_plain(path, names=names))
    if len(rows) != len(untranslated):
        raise DataError(
            f"{path} has {len(rows)} labels for the {len(untranslated)} pairs of {language!r}; both must be whole"
        )
    found: list[str] = []
    for number, (row, missing) in enumerate(zip(rows, untranslated, strict=True)):
        labels, marks = _values(path, row, number, languages)
        if language in marks and (marks[language] == "1") is not missing:
            raise DataError(
                f"{path} line {row.line}: ns_{language} is {marks[language]}, but the pair has "
                f"{'an' if missing else 'no'} untranslated sentence; the rows are not those of the test file"
            )
        real = {labels[code] for code in languages if marks[code] == "0"}
        if len(real) > 1:
            raise DataError(f"{path} line {row.line}: the translated pairs disagree about the label; an item has one")
        found.append(labels[language] if language in labels else "0" if missing else next(iter(real), UNKNOWN))
    return found


def _languages(path: Path) -> list[str]:
    """The languages that have a label column, in its order."""
    _, header = next(lines(path), (1, ""))
    languages = [name.removeprefix(LABEL) for name in header.split("\t") if name.startswith(LABEL)]
    if not languages:
        raise DataError(f"{path} line 1: no column label_xx of any language; the file is no table of PAWS-X labels")
    return languages


def _values(path: Path, row: Row, number: int, languages: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The labels and marks of one row, by language."""
    if row.values[0] != str(number):
        raise DataError(f"{path} line {row.line}: row {row.values[0]!r} where {number} is due; restore the order")
    values = row.values[1:]
    strange = next((value for value in values if value not in VALUES), None)
    if strange is not None:
        raise DataError(f"{path} line {row.line}: the value {strange!r} is neither 0 nor 1")
    middle = len(languages)
    return dict(zip(languages, values[:middle], strict=True)), dict(zip(languages, values[middle:], strict=True))
