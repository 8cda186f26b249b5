"""miniature-mlqa: questions on paragraphs, scored as MLQA scores them, in the languages that its procedure knows.

Made after MLQA (Lewis et al. 2020): question and paragraph may be in different languages, and there is no training
data; `miniature-qa` has some.
"""

from __future__ import annotations

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.paragraphs import paragraphs, question_examples
from suites.miniature.qa import SETTINGS
from suites.miniature.source import SOURCE, check_request
from suites.question_answering import SAME, question_language
from suites.requests import only_splits
from suites.task import Kind, Request, Task
from suites.xtreme_r.mlqa import LANGUAGES as PUBLISHED

NAME = "miniature-mlqa"
LANGUAGES = tuple(code for code in languages() if code in PUBLISHED)
PARAGRAPHS = {"dev": 40, "test": 120}
OPTIONS = {"question": SAME}
CHOICES = {"question": (SAME, *LANGUAGES)}


def read_mlqa(request: Request) -> list[Example]:
    """The questions of one language and split, three to a paragraph, in an order that all languages share.

    Args:
        request: language of the paragraphs, and split; the option `question` names the language of the questions.

    Raises:
        UsageError: a language, split or option that the task does not have.
    """
    only_splits(request, task=NAME, splits=tuple(PARAGRAPHS), reason="train on miniature-qa")
    options = check_request(request, task=NAME, languages=LANGUAGES, options=OPTIONS, choices=CHOICES)
    asked_in = question_language(options, request.language)
    items = paragraphs(NAME, request.split, PARAGRAPHS[request.split])
    return list(question_examples(items, request.language, asked_in=asked_in))


MINIATURE_MLQA = Task(
    name=NAME,
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=LANGUAGES,
    labels=(),
    fields=("question", "context"),
    metric="mlqa-f1",
    also=("mlqa-em",),
    source=SOURCE,
    read=read_mlqa,
    cluster="paragraph",
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    synthetic=True,
    settings=SETTINGS,
)
