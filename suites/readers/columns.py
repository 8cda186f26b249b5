"""One token a line, `token<TAB>tag`, a blank line after each sentence: the benchmark's processed layout.

Source: what `utils_preprocess.py` of google-research/xtreme writes. Its test files hold tokens only; such lines get the
empty tag here, and `sentences.checked` tells a stripped file from a damaged one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from perturbations.errors import DataError
from suites.readers.files import lines
from suites.readers.sentences import Sentence


def read_columns(path: Path) -> Iterator[Sentence]:
    """The sentences of a file, in order; several blank lines count as one.

    Args:
        path: the file, with LF or CRLF.

    Raises:
        DataError: more than two columns, columns separated by a space, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    forms: list[str] = []
    tags: list[str] = []
    first, count = 1, 0
    for number, line in lines(path):
        if line.strip():
            first = first if forms else number
            form, tag = _token(line, path, number)
            forms.append(form)
            tags.append(tag)
        elif forms:
            yield Sentence(f"{path} line {first}", str(count), tuple(forms), tuple(tags))
            forms, tags, count = [], [], count + 1
    if forms:
        yield Sentence(f"{path} line {first}", str(count), tuple(forms), tuple(tags))


def _token(line: str, path: Path, number: int) -> tuple[str, str]:
    values = line.split("\t")
    if len(values) > 2:
        raise DataError(f"{path} line {number}: {len(values)} tab-separated columns instead of a token and its tag")
    form = values[0].strip()
    if not form:
        raise DataError(f"{path} line {number}: a tag {values[1].strip()!r} without a token before it")
    if len(values) == 1 and " " in form:
        raise DataError(f"{path} line {number}: {form!r} holds a space and no tab; separate token and tag by a tab")
    return form, values[1].strip() if len(values) == 2 else ""
