"""MultiCheckList: templates with wordings for certain values, one draw for all languages, and the real templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, UsageError
from suites import Example, Request, find_task
from suites.multichecklist.task import LANGUAGES, Generated, generate
from suites.multichecklist.templates import forms, goes_with, read_templates

COUNTS = {"az": 5760, "de": 6041, "gu": 5400, "hu": 6392, "mr": 6360, "pl": 6322, "qu": 6000, "tl": 6200}
"""Questions of the languages that have no words for some of the 6,400."""
HEADER = ["Field", "en", "de", "de-placeholders", "de", "de-placeholders"]
ANIMALS = [
    ["Name", "Animals", "", "", "", ""],
    ["Capability", "Taxonomy", "", "", "", ""],
    ["Context", "{first_name} has {animal}.", "{first_name} hat {animal}.", "", "", ""],
    ["Question", "What does {first_name} have?", "Wen hat {first_name}?", "cat", "Was hat {first_name}?", "a big dog"],
    ["Answer", "{animal}", "{animal}.", "", "", ""],
    ["animal", "a cat", "eine Katze", "", "", ""],
    ["animal", "a big dog", "einen großen Hund", "", "", ""],
    ["", "", "", "", "", ""],
]
ROOM = [
    ["Name", "Room", "", "", "", ""],
    ["Context", "{obj[1]} is {p.v1} and {p.v2}.", "{obj[1]} ist {p.v1} und {p.v2}.", "", "", ""],
    ["Question", "What {p.p1} is {obj[1]}?", "Welche {p.p1}?", "color", "Welches {p.p1}?", "age"],
    ["Answer", "{p.v1}", "{p.v1}", "", "", ""],
    ["Question", "What {p.p2} is {obj[1]}?", "Welche {p.p2}?", "color", "Welches {p.p1}?", "age"],
    ["Answer", "{p.v2}", "{p.v2}", "", "", ""],
    ["obj", "a bed, the bed", "ein Bett, das Bett", "", "", ""],
    ["color", "red", "rot", "", "", ""],
    ["age", "old", "alt", "", "", ""],
    ["property", "color", "Farbe", "", "", ""],
    ["property", "age", "Alter", "", "", ""],
]


def write(root: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    path = root / "multichecklist" / "checklist_templates.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\t".join(row) + "\n" for row in [header, *rows]), encoding="utf-8", newline="")
    return path


def made(root: Path, language: str = "de", **options: str) -> Generated:
    return generate(Request(root, language, "test", options))


def said(example: Example) -> tuple[str, str, tuple[str, ...]]:
    context = example.texts["context"]
    answers = tuple(context.text[span.start : span.end] for span in context.spans)
    return context.text, example.texts["question"].text, answers


def test_a_wording_goes_with_the_values_that_its_column_names(tmp_path: Path):
    write(tmp_path, *ANIMALS)
    found = [said(example) for example in made(tmp_path, cases="40").examples]
    for context, question, answers in found:
        name = context.partition(" ")[0]
        if "Katze" in context:
            assert (question, answers) == (f"Wen hat {name}?", ("eine Katze", "Katze"))
        else:
            assert (question, answers) == (f"Was hat {name}?", ("einen großen Hund", "großen Hund"))
    assert len({"Katze" in context for context, _, _ in found}) == 2


def test_a_question_about_the_wrong_property_is_left_out_and_counted(tmp_path: Path):
    write(tmp_path, *ROOM)
    found = made(tmp_path, cases="60")
    assert {said(example)[0] for example in found.examples} == {
        "Das Bett ist rot und alt.",
        "Das Bett ist alt und rot.",
    }
    assert {said(example)[1] for example in found.examples} == {"Welche Farbe?", "Welches Alter?"}
    # The second question on age asks for the first property in every case whose second is age.
    assert found.unworded == sum("rot und alt" in said(example)[0] for example in found.examples)
    assert made(tmp_path, "en", cases="60").unworded == 0


def test_a_context_that_leaves_out_what_the_english_one_names_is_left_out(tmp_path: Path):
    rows = [*ANIMALS]
    rows[2] = ["Context", "{first_name} has {animal}.", "{first_name} hat etwas.", "", "", ""]
    write(tmp_path, *rows)
    assert made(tmp_path, cases="5") == Generated((), 5)


def test_one_draw_serves_all_languages_and_the_seed_decides_on_it(tmp_path: Path):
    write(tmp_path, *ANIMALS)
    german, english = made(tmp_path, cases="20").examples, made(tmp_path, "en", cases="20").examples
    assert [(e.id, e.group) for e in german] == [(e.id, e.group) for e in english]
    assert ["Katze" in said(e)[0] for e in german] == ["cat" in said(e)[0] for e in english]
    assert made(tmp_path, cases="20").examples == german
    assert made(tmp_path, cases="20", seed="43").examples != german
    assert len({example.group for example in german}) == 20


def test_more_cases_than_there_are_and_no_number_are_refused(tmp_path: Path):
    write(tmp_path, *ANIMALS)
    assert len(made(tmp_path, cases="112").examples) == 112
    with pytest.raises(UsageError, match="test 'Animals' has 112 cases, and 113 are asked for"):
        made(tmp_path, cases="113")
    with pytest.raises(UsageError, match="option cases of multichecklist is 'many': give a whole number"):
        made(tmp_path, cases="many")
    with pytest.raises(UsageError, match="no split 'dev'"):
        find_task("multichecklist").read(Request(tmp_path, "de", "dev"))


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (ANIMALS[:5], ["Test", *HEADER[1:]], "line 1: the header does not begin with 'Field'"),
        ([[*ANIMALS[0], "x"]], HEADER, "line 2: 7 columns instead of 6"),
        (ANIMALS[1:3] + ANIMALS[:1], HEADER, "line 2: a row 'Capability' before the first 'Name'"),
        (ANIMALS[:4], HEADER, "test 'Animals': 1 contexts, 1 questions and 0 answers"),
        (ANIMALS, [*HEADER[:2], "fr", "", "fr", ""], "no column 'de'"),
    ],
)
def test_a_table_in_another_layout_is_refused(tmp_path: Path, rows: list[list[str]], header: list[str], message: str):
    write(tmp_path, *rows, header=header)
    with pytest.raises(DataError, match=message):
        made(tmp_path)


def test_a_missing_table_says_where_it_is_to_be_had(tmp_path: Path):
    with pytest.raises(ResourceError, match=r"checklist_templates\.tsv .*github\.com/google-research/xtreme"):
        made(tmp_path)


@pytest.mark.parametrize(
    ("condition", "goes"),
    [
        ("sofa, bed", True),
        ("a sofa, the sofa a bed, the bed", True),
        ("color, a bed, the bed", True),
        ("color, a sofa", False),
        ("age, a bed", False),
        ("bedd", False),
        ("{obj} is here.", True),
        ("{obj} was here.", False),
    ],
)
def test_of_everything_that_a_condition_mentions_one_value_must_be_the_chosen_one(condition: str, goes: bool):
    known = {"sofa": "obj", "bed": "obj", "color": "property", "age": "property"}
    chosen = {"obj": frozenset({"bed"}), "property": frozenset({"color"})}
    assert goes_with(condition, context="{obj} is here.", chosen=chosen, known=known) is goes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("older, old", ["older", "old"]),
        ("أكبر، كبير", ["أكبر", "كبير"]),
        ("แกกว่า แก่", ["แกกว่า", "แก่"]),
        ("alt,", ["alt,"]),
    ],
)
def test_forms_are_separated_by_the_comma_of_the_script_or_by_spaces(text: str, found: list[str]):
    assert forms(text) == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_real_language_words_every_test_and_its_answers_stand_in_the_paragraph(data: Path, language: str):
    found = made(data, language, cases="25")
    english = {example.id for example in made(data, "en", cases="25").examples}
    assert len(english) == 25 * 32 == len(found.examples) + found.unworded
    assert {example.id for example in found.examples} <= english
    assert {example.id[0] for example in found.examples} == set("123456")
    for example in found.examples:
        context, question, answers = said(example)
        assert answers
        assert all(answers)
        assert not set("{}") & set(context + question)


@pytest.mark.parametrize("language", ["en", *COUNTS])
def test_the_published_number_of_cases_gives_so_many_questions(data: Path, language: str):
    found = made(data, language)
    assert len(found.examples) == COUNTS.get(language, 6400) == 6400 - found.unworded


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "3.0.0.1", ("There is a mirror in the room. The mirror is enormous and round.",
                           "What shape is the mirror?")),
        ("ru", "3.0.0.1", ("В комнате есть зеркало. Это зеркало огромное и круглое.", "Какой формы это зеркало?")),
        ("nl", "3.3.0.0", ("Er bevindt zich een tv in de kamer. De tv is gemaakt van steen en zeer klein.",
                           "Van welk Materiaal is de tv gemaakt?")),
        ("ja", "5.0.0.0", ("直樹はアヒルを飼っていて、自転車を持っています。", "直樹はどんな動物を飼っていますか。")),
    ],
)  # fmt: skip
def test_real_templates_are_worded_as_their_placeholder_columns_say(data: Path, language: str, name: str, words):
    examples = {example.id: example for example in made(data, language).examples}
    assert said(examples[name])[:2] == words


def test_the_table_holds_six_tests_in_fifty_languages(data: Path):
    path = data / "multichecklist" / "checklist_templates.tsv"
    header = path.read_text(encoding="utf-8").partition("\n")[0].split("\t")
    named = {name for name in header[1:] if not name.endswith("-placeholders")}
    assert named - set(LANGUAGES) == {"ha"}
    assert len(named) == 50
    assert [test.name[:12] for test in read_templates(path, "en")] == [
        "A is COMP th", "Intensifiers", "size, shape,", "Profession v", "Animal vs Ve", "Animal vs Ve",
    ]  # fmt: skip
