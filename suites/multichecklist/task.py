"""MultiCheckList: six behavioural tests of span answering in 49 languages, generated from translated templates.

Source: Ruder et al. 2021, after Ribeiro et al. 2020 (CheckList). The published generator draws each language by itself,
with names from Wikidata; here one draw serves all languages, so that the items are parallel, and the names are a table
of this suite. Numbers compare between checkpoints, not with those of the paper.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

from perturbations.edits import Span
from perturbations.errors import UsageError
from perturbations.languages import find_language
from suites.examples import ANSWER, Example, keyed_text
from suites.multichecklist.cases import Filler, Rendered, Speaker, answers, draw, vocabulary, worded
from suites.multichecklist.templates import Row, read_templates
from suites.readers.files import first_file
from suites.requests import complete_options, folders, nothing_found, only_splits
from suites.retrieval import no_repository
from suites.task import Kind, Request, Source, Task

LANGUAGES = tuple(
    "af ar az bg bn de el en es et eu fa fi fr gu he hi ht hu id it ja jv ka kk ko lt ml mr ms my nl pa pl pt qu ru sw "
    "ta te th tl tr uk ur vi wo yo zh".split()
)
"""Those of the table but Hausa, for which there is no language table to perturb it by."""
FILE = "checklist_templates.tsv"
URL = "https://github.com/google-research/xtreme/tree/master/multichecklist"
OPTIONS = {"cases": "200", "seed": "42"}
"""Cases a test and the seed of the draw; both as in the published generator."""


@dataclass(frozen=True, slots=True)
class Generated:
    """The questions of one language.

    Args:
        examples: in the order of the tests, cases, contexts and questions.
        unworded: how many questions the language has no words for, or whose answer is not in the paragraph.
    """

    examples: tuple[Example, ...]
    unworded: int


def read_multichecklist(request: Request) -> list[Example]:
    """The questions of one language, ids `test.case.context.question`, clusters the cases.

    Args:
        request: language and place of the templates; the option `cases` says how many cases each of the six tests has,
            `seed` which.

    Raises:
        UsageError: a language, split or option that the task does not have, more cases than there are.
        ResourceError: no templates.
        DataError: templates that break their layout.
    """
    return list(generate(request).examples)


def generate(request: Request) -> Generated:
    """The questions with the number of those left out; raises what `read_multichecklist` does."""
    options = complete_options(request, task="multichecklist", languages=LANGUAGES, options=OPTIONS, choices={})
    only_splits(request, task="multichecklist", splits=("test",), reason="its tests are for no training")
    if not (options["cases"].isdecimal() and int(options["cases"]) > 0):
        raise UsageError(f"option cases of multichecklist is {options['cases']!r}: give a whole number above 0")
    tests = read_templates(_path(request), request.language)
    speaker = Speaker(find_language(request.language), _words("names")[request.language])
    found: list[Example] = []
    wanted = 0
    for number, test in enumerate(tests, start=1):
        random = Random(f"multichecklist {options['seed']} {number}")
        cases = draw(test, cases=int(options["cases"]), people=len(speaker.people), random=random)
        known = vocabulary(test)
        wanted += len(cases) * len(test.contexts) * len(test.questions)
        for place, case in enumerate(cases):
            found += _questions(Filler(test, case, speaker, known), f"{number}.{place}")
    return Generated(tuple(found), wanted - len(found))


def _path(request: Request) -> Path:
    if request.root is None:
        raise no_repository(request, task="multichecklist", url=URL)
    path = first_file(place / FILE for place in folders(request.root, ("multichecklist",)))
    if path is None:
        looked_for = [f"{FILE} (there or in multichecklist/)"]
        raise nothing_found(request, task="multichecklist", looked_for=looked_for, url=URL)
    return path


@cache
def _words(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("suites.multichecklist").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _questions(filler: Filler, group: str) -> Iterator[Example]:
    """Every question on every paragraph of a case that the language has words for."""
    language = filler.speaker.language.code
    for number, context in enumerate(filler.test.contexts):
        paragraph = next(worded(filler, context, context=context), None)
        if paragraph is None:
            continue
        for place, (question, answer) in enumerate(filler.test.questions):
            asked = next(worded(filler, question, context=context, asked=_asked(answer)), None)
            spans = _spans(filler, answer, context, paragraph)
            if asked is not None and spans:
                texts = {
                    "question": keyed_text(asked.text, language=language, name="question"),
                    "context": keyed_text(paragraph.text, language=language, name="context", spans=spans),
                }
                yield Example(f"{group}.{number}.{place}", group, texts)


def _asked(answer: Row) -> int | None:
    """Which of the two properties a question is about, by its English answer; None in a test without."""
    return {"{p.v1}": 0, "{p.v2}": 1}.get(answer.english)


def _spans(filler: Filler, answer: Row, context: Row, paragraph: Rendered) -> tuple[Span, ...]:
    """Where the answer stands in the paragraph, whole and without its article; empty if it does not."""
    for wanted in answers(filler, answer, context=context):
        places = set(_places(wanted, paragraph))
        if places:
            whole = {Span(start, start + len(wanted.text), ANSWER) for start in places}
            bare = {_bare(span, paragraph.text, filler.speaker.language.code) for span in whole}
            return tuple(sorted(whole | bare, key=lambda span: (span.start, span.end)))
    return ()


def _places(wanted: Rendered, paragraph: Rendered) -> Iterator[int]:
    """Where the answer begins: what fills it must fill the paragraph there, or the same words would do anywhere."""
    for own in wanted.fills[:1]:
        for fill in paragraph.fills:
            start = fill.start - own.start
            there = paragraph.text[max(start, 0) : start + len(wanted.text)]
            if fill.name == own.name and start >= 0 and there.casefold() == wanted.text.casefold():
                yield start


def _bare(span: Span, text: str, code: str) -> Span:
    """The span without the article that begins or ends it, as the published comparison takes it off."""
    start, end = span.start, span.end
    for word in _words("articles").get(code, ()):
        if text[start:end].casefold().startswith(f"{word} ".casefold()):
            start += len(word) + 1
        elif text[start:end].casefold().endswith(f" {word}".casefold()):
            end -= len(word) + 1
    for beginning in _words("articles")["beginnings"].get(code, ()):
        if text[start:end].startswith(beginning) and end - start > len(beginning):
            start += len(beginning)
    return Span(start, end, ANSWER)


MULTICHECKLIST = Task(
    name="multichecklist",
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=LANGUAGES,
    labels=(),
    fields=("question", "context"),
    metric="squad-em",
    also=("squad-f1",),
    source=Source("Ruder et al. 2021", "Apache-2.0", url=URL),
    read=read_multichecklist,
    cluster="case",
    parallel=True,
    options=OPTIONS,
)
