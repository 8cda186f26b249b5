"""Questions with paragraphs, and premises with two choices, in the miniature suite."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from perturbations.edits import Edit, Edits
from suites.examples import ANSWER, Example, transport
from suites.miniature.copa import MINIATURE_COPA, items
from suites.miniature.lexicon import ASKED, languages, lexicon
from suites.miniature.mlqa import MINIATURE_MLQA
from suites.miniature.ner import MINIATURE_NER
from suites.miniature.paragraphs import FACTS, Paragraph, paragraphs, tell
from suites.miniature.qa import MINIATURE_QA, PARAGRAPHS
from suites.miniature.questions import ask, find_phrase
from suites.miniature.sentences import sentence
from suites.miniature.tydiqa import MINIATURE_TYDIQA
from suites.miniature.world import Fact, world
from suites.task import Request, Task
from suites.xtreme_r.mlqa import LANGUAGES as OF_MLQA

ANSWERING = (MINIATURE_QA, MINIATURE_MLQA, MINIATURE_TYDIQA)
FACT = Fact("anna", "buy", "apple", place="market", time="five")
QUESTIONS = {
    "en": ["Who buys the apple at the market at five?", "What does Anna buy at the market at five?",
           "Where does Anna buy the apple at five?", "When does Anna buy the apple at the market?"],
    "de": ["Wer kauft um fünf den Apfel auf dem Markt?", "Was kauft Anna um fünf auf dem Markt?",
           "Wo kauft Anna um fünf den Apfel?", "Wann kauft Anna den Apfel auf dem Markt?"],
    "el": ["Ποιος αγοράζει το μήλο στις πέντε στην αγορά;", "Η Άννα τι αγοράζει στις πέντε στην αγορά;",
           "Η Άννα πού αγοράζει το μήλο στις πέντε;", "Η Άννα πότε αγοράζει το μήλο στην αγορά;"],
    "es": ["¿Quién compra la manzana en el mercado a las cinco?", "¿Qué compra Ana en el mercado a las cinco?",
           "¿Dónde compra Ana la manzana a las cinco?", "¿Cuándo compra Ana la manzana en el mercado?"],
    "th": ["ใครซื้อแอปเปิลที่ตลาดตอนห้านาฬิกา", "แอนนาซื้ออะไรที่ตลาดตอนห้านาฬิกา",
           "แอนนาซื้อแอปเปิลที่ไหนตอนห้านาฬิกา", "แอนนาซื้อแอปเปิลที่ตลาดเมื่อไร"],
    "zh": ["谁五点在市场买苹果？", "安娜五点在市场买什么？", "安娜五点在哪里买苹果？", "安娜什么时候在市场买苹果？"],
}  # fmt: skip
FOUND = {
    "ar": ["آنا", "التفاحة", "السوق", "الساعة الخامسة"], "de": ["Anna", "Apfel", "Markt", "fünf"],
    "el": ["Άννα", "μήλο", "αγορά", "πέντε"], "en": ["Anna", "apple", "market", "five"],
    "hi": ["अन्ना", "सेब", "बाज़ार", "पाँच बजे"], "vi": ["Anna", "quả táo", "chợ", "năm giờ"],
    "zh": ["安娜", "苹果", "市场", "五点"],
}  # fmt: skip


def read(task: Task, language: str, split: str = "test", **options: str) -> list[Example]:
    return task.read(Request(None, language, split, options))


def every(task: Task) -> Iterator[Example]:
    return (example for language in task.languages for example in read(task, language))


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_leaves_open_one_part_and_tells_the_others(language: str) -> None:
    assert [ask(FACT, part, language) for part in ASKED] == QUESTIONS[language]


@pytest.mark.parametrize("language", languages())
def test_who_is_asked_for_does_not_show_in_the_question(language: str) -> None:
    him = Fact("tom", "buy", "apple", place="market", time="five")
    assert ask(FACT, "subject", language) == ask(him, "subject", language)
    assert len({ask(FACT, part, language) for part in ASKED}) == len(ASKED)


@pytest.mark.parametrize("language", FOUND)
def test_an_answer_is_found_without_its_preposition_and_article(language: str) -> None:
    said = sentence(FACT, language)
    assert [said[slice(*find_phrase(FACT, part, language))] for part in ASKED] == FOUND[language]


@pytest.mark.parametrize("language", languages())
def test_an_answer_ends_where_its_words_do_for_every_concept(language: str) -> None:
    words, here = lexicon(language), world()
    for part, concepts in {"place": words.places, "time": words.times}.items():
        for concept, phrase in concepts.items():
            fact = Fact("anna", "buy", "apple", **({"place": "market", "time": "five"} | {part: concept}))
            found = sentence(fact, language)[slice(*find_phrase(fact, part, language))]
            inner = [word.form for word in phrase if word.tag not in ("ADP", "DET")]
            assert found == (" " if words.spaces else "").join(inner)
    assert all(find_phrase(Fact(name, "buy", "apple"), "subject", language)[1] > 0 for name in here.people)


@pytest.mark.parametrize("task", ANSWERING, ids=str)
def test_every_question_has_one_answer_that_stands_in_its_paragraph(task: Task) -> None:
    for example in every(task):
        (span,) = example.texts["context"].spans
        assert span.label == ANSWER
        answer = span.of(example.texts["context"].text)
        assert answer == answer.strip() != ""
        assert answer not in re.split(r"[\s?;]", example.texts["question"].text)


@pytest.mark.parametrize("language", languages())
def test_the_answer_is_the_part_of_its_fact_that_is_asked_for(language: str) -> None:
    items = paragraphs("miniature-qa", "test", PARAGRAPHS["test"])
    for number, example in enumerate(read(MINIATURE_QA, language)):
        paragraph = items[number // FACTS]
        fact, part = paragraph.facts[number % FACTS], paragraph.asked[number % FACTS]
        said = sentence(fact, language)
        context = example.texts["context"]
        start = context.text.index(said) + find_phrase(fact, part, language)[0]
        assert context.spans[0].start == start
        assert example.texts["question"].text == ask(fact, part, language)


def told_apart(items: tuple[Paragraph, ...], part: str) -> int:
    """How many facts there are when one part of each is left out."""
    return len({tuple(getattr(fact, name) for name in ("verb", *ASKED) if name != part)
                for item in items for fact in item.facts})  # fmt: skip


@pytest.mark.parametrize("part", ASKED)
def test_no_question_has_an_answer_in_another_sentence(part: str) -> None:
    for split, count in PARAGRAPHS.items():
        items = paragraphs("miniature-qa", split, count)
        assert told_apart(items, part) == count * FACTS


def test_the_questions_of_a_paragraph_share_it_and_its_noise() -> None:
    groups: dict[str, set[tuple[str, str]]] = {}
    for example in read(MINIATURE_QA, "hi"):
        context = example.texts["context"]
        groups.setdefault(example.group, set()).add((context.text, context.key))
    assert len(groups) == PARAGRAPHS["test"]
    assert {len(found) for found in groups.values()} == {1}


def test_sentences_are_joined_as_their_language_writes_them() -> None:
    facts = (FACT, Fact("tom", "sell", "cat", place="paris", time="today"))
    assert tell(facts, "en").text == "Anna buys the apple at the market at five. Tom sells the cat in Paris today."
    assert "。汤姆" in tell(facts, "zh").text
    assert "นาฬิกา ทอม" in tell(facts, "th").text
    for language in languages():
        told = tell(facts, language)
        said = [told.text[start:end] for start, end in told.sentences]
        assert said == [sentence(fact, language) for fact in facts]


@pytest.mark.parametrize("task", [MINIATURE_QA, MINIATURE_MLQA], ids=str)
def test_a_question_may_be_in_another_language_than_its_paragraph(task: Task) -> None:
    german, chinese = read(task, "de"), read(task, "zh")
    mixed = read(task, "de", question="zh")
    for item, left, right in zip(mixed, german, chinese, strict=True):
        assert item.texts["context"] == left.texts["context"]
        assert item.texts["question"] == right.texts["question"]
        assert item.texts["question"].language == "zh"
        assert (item.id, item.group) == (left.id, left.group)


def test_the_counterpart_of_mlqa_has_the_languages_of_its_procedure() -> None:
    assert set(MINIATURE_MLQA.languages) == set(OF_MLQA)


def test_every_language_of_the_counterpart_of_tydiqa_has_questions_of_its_own() -> None:
    english, german = (read(MINIATURE_TYDIQA, language) for language in ("en", "de"))
    assert {item.id for item in english}.isdisjoint(item.id for item in german)
    facts = [paragraphs(f"miniature-tydiqa {language}", "test", 100)[0].facts for language in ("en", "de")]
    assert facts[0] != facts[1]


@pytest.mark.parametrize("language", languages())
def test_an_answer_follows_the_edits_of_its_paragraph(language: str) -> None:
    example = read(MINIATURE_QA, language)[4]
    context = example.texts["context"]
    edits = Edits(context.text, (Edit(0, 1, "xx"),))
    after, _ = transport(example, {"context": edits})
    (span,) = after.texts["context"].spans
    assert span.of(after.texts["context"].text) == context.spans[0].of(context.text)


def test_what_brings_about_what_is_mirrored_by_the_opposites() -> None:
    here = world()
    for cause, effect in here.effects.items():
        assert here.effects[here.verbs[cause]] == here.verbs[effect]
    assert len(set(here.effects.values())) == len(here.effects)


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_the_right_choice_follows_from_the_premise_and_the_wrong_one_does_not(split: str) -> None:
    effects = world().effects
    for item in items(split):
        pairs = {"effect": (item.premise.verb, item.right.verb), "cause": (item.right.verb, item.premise.verb)}
        cause, effect = pairs[item.question]
        assert effects[cause] == effect
        assert item.wrong != item.right
        other = (
            (item.premise.verb, item.wrong.verb) if item.question == "effect" else (item.wrong.verb, item.premise.verb)
        )
        assert effects.get(other[0]) != other[1]
        assert (item.right.subject, item.right.thing) == (item.wrong.subject, item.wrong.thing)


def test_a_choice_alone_tells_nothing() -> None:
    right, wrong = (Counter(getattr(item, side).verb for item in items("train")) for side in ("right", "wrong"))
    for verb in right:
        assert 0.4 < right[verb] / (right[verb] + wrong[verb]) < 0.6
    counts = Counter(item.target for item in read(MINIATURE_COPA, "en", "train"))
    assert counts["0"] == counts["1"] == 1500


def test_the_question_decides_where_the_premise_has_both_cause_and_effect() -> None:
    both = [item for item in items("test") if {item.right.verb, item.wrong.verb} == {"praise", "buy"}]
    assert {(item.premise.verb, item.question, item.right.verb) for item in both} == {
        ("want", "cause", "praise"),
        ("want", "effect", "buy"),
    }


@pytest.mark.parametrize("language", languages())
def test_a_name_is_one_entity_without_its_article(language: str) -> None:
    for example in read(MINIATURE_NER, language)[:50]:
        labels = [span.label for span in example.texts["text"].spans]
        assert labels.count("B-PER") == 1
