"""miniature-qa: the answer to a question, in a paragraph of three sentences that are the same in every language.

Made after XQuAD (Artetxe et al. 2020), and after SQuAD v1.1 (Rajpurkar et al. 2016) its English training data, on which
the checkpoints for `miniature-mlqa` are trained too. A question may be put in another language than the paragraph's.
"""

from __future__ import annotations

from suites.examples import Example
from suites.miniature.lexicon import languages
from suites.miniature.paragraphs import paragraphs, question_examples
from suites.miniature.source import SOURCE, check_request
from suites.question_answering import SAME, question_language
from suites.task import Kind, Request, Task

NAME = "miniature-qa"
PARAGRAPHS = {"train": 1000, "dev": 40, "test": 120}
OPTIONS = {"question": SAME}
CHOICES = {"question": (SAME, *languages())}
SETTINGS = {"stride": "48", "question_length": "40"}
"""The small encoders that these tasks are for read at most some hundred pieces at a time."""


def read_qa(request: Request) -> list[Example]:
    """The questions of one language and split, three to a paragraph, in an order that all languages share.

    Args:
        request: language of the paragraphs, and split; the option `question` names the language of the questions.

    Raises:
        UsageError: a language, split or option that the task does not have, training data but in English.
    """
    options = check_request(request, task=NAME, languages=languages(), options=OPTIONS, choices=CHOICES)
    asked_in = question_language(options, request.language)
    items = paragraphs(NAME, request.split, PARAGRAPHS[request.split])
    return list(question_examples(items, request.language, asked_in=asked_in))


MINIATURE_QA = Task(
    name=NAME,
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=languages(),
    labels=(),
    fields=("question", "context"),
    metric="squad-f1",
    also=("squad-em",),
    source=SOURCE,
    read=read_qa,
    cluster="paragraph",
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    synthetic=True,
    settings=SETTINGS,
)
