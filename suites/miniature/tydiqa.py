"""miniature-tydiqa: questions on paragraphs of their own in every language; nothing is parallel.

Made after TyDiQA-GoldP (Clark et al. 2020), whose questions were written in each language by itself.
"""

from __future__ import annotations

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.paragraphs import paragraphs, question_examples
from suites.miniature.qa import SETTINGS
from suites.miniature.source import SOURCE, check_request
from suites.task import Kind, Request, Task

NAME = "miniature-tydiqa"
PARAGRAPHS = {"train": 1000, "dev": 40, "test": 100}


def read_tydiqa(request: Request) -> list[Example]:
    """The questions of one language and split, three to a paragraph; ids begin with the language.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    check_request(request, task=NAME, languages=languages())
    language = request.language
    items = paragraphs(f"{NAME} {language}", request.split, PARAGRAPHS[request.split])
    return list(question_examples(items, language, asked_in=language, prefix=f"{language}-"))


MINIATURE_TYDIQA = Task(
    name=NAME,
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=languages(),
    labels=(),
    fields=("question", "context"),
    metric="squad-f1",
    also=("squad-em",),
    source=SOURCE,
    read=read_tydiqa,
    cluster="paragraph",
    synthetic=True,
    settings=SETTINGS,
)
