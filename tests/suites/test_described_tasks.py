"""Tasks of the user's own: every format read, and what is said of a description that will not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perturbations.errors import (
    DataError,
    ResourceError,
    StrippedLabelsError,
    UsageError,
)
from suites import Example, Request, Task, find_task
from suites.examples import ANSWER
from suites.task import Kind

REVIEWS = """
kind = "classification"
format = "csv"
files = "{language}/{split}.csv"
languages = ["de", "en"]
label = "stars"
labels = ["negative", "positive"]
texts = { review = "text" }
values = { 1 = "negative", 5 = "positive" }
cite = "Doe 2024"
licence = "CC BY 4.0"
"""
CHOICES = (
    REVIEWS.replace("classification", "multiple_choice")
    .replace(
        'labels = ["negative", "positive"]\ntexts = { review = "text" }',
        'texts = { premise = "p", choice1 = "a", choice2 = "b" }',
    )
    .replace('values = { 1 = "negative", 5 = "positive" }', 'values = { A = "0", B = "1" }')
)
TAGGED = """
kind = "tagging"
format = "columns"
files = "{language}.tsv"
languages = ["de"]
labels = ["B-PER", "I-PER", "O"]
cite = "Doe 2024"
licence = "CC0"
"""
ANSWERS = """
kind = "question_answering"
format = "squad"
files = "{split}.json"
languages = ["de"]
splits = { dev = "validation" }
cite = "Doe 2024"
licence = "CC0"
"""
SQUAD = (
    '{"data": [{"title": "T", "paragraphs": [{"context": "In Rom.", "qas": [{"id": "q", "question": "Wo?", '
    '"answers": [{"text": "Rom", "answer_start": 3}]}]}]}]}'
)


def described(root: Path, content: str, name: str = "mine.toml") -> Task:
    path = root / name
    path.write_text(content, encoding="utf-8")
    return find_task(str(path))


def write(root: Path, name: str, content: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8"))
    return path


def read(task: Task, root: Path, language: str = "de", split: str = "test") -> list[Example]:
    return task.read(Request(root, language, split))


def found(examples: list[Example]) -> list[tuple[str, str, dict[str, str], str | None]]:
    return [(e.id, e.group, {name: text.text for name, text in e.texts.items()}, e.target) for e in examples]


def test_a_csv_table_is_read_by_the_names_of_its_columns(tmp_path: Path):
    write(tmp_path, "de/test.csv", 'stars,text,more\r\n5,"gut, ""sehr""",x\r\n1,schlecht,y\r\n')
    task = described(tmp_path, REVIEWS)
    assert found(read(task, tmp_path)) == [
        ("0", "0", {"review": 'gut, "sehr"'}, "positive"),
        ("1", "1", {"review": "schlecht"}, "negative"),
    ]
    assert (task.kind, task.labels, task.fields) == (Kind.CLASSIFICATION, ("negative", "positive"), ("review",))
    assert (task.metric, task.also, task.cluster, task.name) == ("accuracy", (), None, str(tmp_path / "mine.toml"))


def test_ids_and_clusters_come_from_their_columns(tmp_path: Path):
    write(tmp_path, "de/test.csv", "stars,text,n,shop\n5,gut,a,x\n1,mies,b,x\n")
    task = described(tmp_path, REVIEWS + 'id = "n"\ngroup = "shop"\nparallel = true\n')
    assert [(e.id, e.group) for e in read(task, tmp_path)] == [("a", "x"), ("b", "x")]
    assert (task.cluster, task.parallel) == ("shop", True)


def test_quotes_in_a_tsv_file_are_characters_unless_it_is_said_that_they_quote(tmp_path: Path):
    write(tmp_path, "de/test.csv", 'stars\ttext\n5\t"gut"\n')
    content = REVIEWS.replace('"csv"', '"tsv"')
    assert read(described(tmp_path, content, "a.toml"), tmp_path)[0].texts["review"].text == '"gut"'
    quoted = described(tmp_path, content + "quoted = true\n", "b.toml")
    assert read(quoted, tmp_path)[0].texts["review"].text == "gut"


def test_choices_are_numbered_and_jsonl_numbers_are_labels(tmp_path: Path):
    write(
        tmp_path,
        "de/test.csv",
        '{"p": "x", "a": "y", "b": "z", "stars": "B"}\n{"p": "x", "a": "y", "b": "z", "stars": 0}\n',
    )
    task = described(tmp_path, CHOICES.replace('"csv"', '"jsonl"'))
    assert [example.target for example in read(task, tmp_path)] == ["1", "0"]
    assert (task.kind, task.labels, task.fields) == (
        Kind.MULTIPLE_CHOICE,
        ("0", "1"),
        ("premise", "choice1", "choice2"),
    )


def test_columns_and_conllu_become_tokens(tmp_path: Path):
    write(tmp_path, "de.tsv", "Anna\tB-PER\n\n\nja\tO\n")
    first, second = read(described(tmp_path, TAGGED), tmp_path)
    assert [(span.of("Anna"), span.label) for span in first.texts["text"].spans] == [("Anna", "B-PER")]
    assert (second.id, second.texts["text"].tokens) == ("1", True)
    line = "1\tAnna\t_\tPROPN\t_\t_\t0\troot\t_\t_\n"
    write(tmp_path, "de.conllu", f"# newdoc id = d\n# sent_id = s\n{line}\n")
    content = TAGGED.replace("columns", "conllu").replace(".tsv", ".conllu").replace('"O"', '"PROPN"')
    task = described(tmp_path, content, "conllu.toml")
    assert [(e.id, e.group) for e in read(task, tmp_path)] == [("s", "d")]
    assert (task.cluster, task.metric, task.also) == ("document", "f1", ("token-accuracy", "f1-seqeval-1.2.2"))


def test_squad_becomes_questions_with_answers_and_splits_have_their_words(tmp_path: Path):
    write(tmp_path, "validation.json", SQUAD)
    task = described(tmp_path, ANSWERS + 'metric = "mlqa-em"\n')
    (example,) = read(task, tmp_path, split="dev")
    assert [(span.of("In Rom."), span.label) for span in example.texts["context"].spans] == [("Rom", ANSWER)]
    assert (example.id, example.group, task.cluster) == ("q", "0", "article")
    assert (task.metric, task.also, task.fields) == ("mlqa-em", ("mlqa-f1",), ("question", "context"))
    with pytest.raises(ResourceError, match=r"no test file of 'de': .*test\.json is not there; correct `files`"):
        read(task, tmp_path)


def test_a_task_is_the_same_until_its_description_changes(tmp_path: Path):
    first = described(tmp_path, REVIEWS)
    assert find_task(first.name) is first
    assert described(tmp_path, REVIEWS + "# a comment\n").version == first.version
    assert (
        described(tmp_path, REVIEWS.replace('["negative", "positive"]', '["positive", "negative"]')).version
        != first.version
    )


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ("stars,text\n", DataError, "holds no row"),
        ("stars,text\n,gut\n,mies\n", StrippedLabelsError, "no label in any row: column 'stars' is empty"),
        ("stars,text\n5,gut\n,mies\n", DataError, "line 3: the label '' is not one of negative, positive"),
        ("stars,text\n4,gut\n", DataError, "line 2: the label '4' is not one of .*say in the table `values` of"),
        ("stars,text\n5, \n", DataError, "line 2: column 'text' is empty, which is to be the review"),
        ("stars,review\n5,gut\n", DataError, "line 1: the header has no column 'text'"),
        ("stars,text\n5,gut,mehr\n", DataError, "line 2: 3 comma-separated columns instead of 2"),
    ],
)
def test_rows_that_do_not_fit_the_description_are_refused(
    tmp_path: Path, rows: str, error: type[Exception], message: str
):
    path = write(tmp_path, "de/test.csv", rows)
    with pytest.raises(error, match=rf"{path}.*{message}"):
        read(described(tmp_path, REVIEWS), tmp_path)


def test_an_id_twice_and_an_empty_cluster_are_refused(tmp_path: Path):
    task = described(tmp_path, REVIEWS + 'id = "n"\ngroup = "shop"\n')
    write(tmp_path, "de/test.csv", "stars,text,n,shop\n5,gut,a,x\n1,mies,a,x\n")
    with pytest.raises(DataError, match=r"line 3: row 'a' is already at .* line 2"):
        read(task, tmp_path)
    write(tmp_path, "de/test.csv", "stars,text,n,shop\n5,gut,a,\n")
    with pytest.raises(DataError, match="line 2: column 'shop' is empty"):
        read(task, tmp_path)


def test_tags_that_are_missing_are_refused(tmp_path: Path):
    write(tmp_path, "de.tsv", "Anna\n\nja\n")
    with pytest.raises(StrippedLabelsError, match="take a file with tags"):
        read(described(tmp_path, TAGGED), tmp_path)


def test_requests_beyond_the_description_are_refused(tmp_path: Path):
    task = described(tmp_path, TAGGED)
    with pytest.raises(UsageError, match="has no language 'fr': it covers de"):
        read(task, tmp_path, "fr")
    with pytest.raises(UsageError, match=r"has no split 'dev': its files have no \{split\} and are the test set"):
        read(task, tmp_path, split="dev")
    with pytest.raises(UsageError, match="give the data directory"):
        task.read(Request(None, "de"))


BROKEN = [
    (REVIEWS, "kind =", "sort =", r"unknown key of task \S+ 'sort'"),
    (REVIEWS, 'cite = "Doe 2024"\n', "", r"no cite given; kind, format, files, languages, cite, licence are needed"),
    (REVIEWS, '["de", "en"]', '"de"', r"languages is 'de': give a list of texts in quotes"),
    (REVIEWS, "1 =", "x = 1, y =", r"values is .*: give a table of texts in quotes"),
    (REVIEWS, '"stars"', "5", r"label is 5: give a text in quotes"),
    (REVIEWS, "label =", 'parallel = "yes"\nlabel =', r"parallel is 'yes': give true or false"),
    (REVIEWS, '"classification"', '"retrieval"', r"kind is 'retrieval': a task of your own can be classification, mul"),
    (REVIEWS, '"csv"', '"squad"', r"format 'squad' does not hold classification: give csv or tsv or jsonl"),
    (REVIEWS, "label =", "quoted = true\nlabel =", r"quoted is for format 'tsv'"),
    (REVIEWS, "label =", 'metric = "f1"\nlabel =', r"unknown metric of classification in task \S+ 'f1'"),
    (REVIEWS, "{language}/", "", r"\{language\} must tell the languages apart"),
    (REVIEWS, "{language}/", "{lang}/", r"only \{language\} and \{split\} may stand in braces"),
    (REVIEWS, "{language}/", "{language/", r"files is '.*': unexpected '{' in field name"),
    (REVIEWS, '["de", "en"]', '["de", "de"]', r"give at least one, and each once"),
    (REVIEWS, '"en"]', '"zh-Hans"]', r"language 'zh-Hans' is called 'zh' here"),
    (REVIEWS, '"en"]', '"xx"]', r"unknown language 'xx'"),
    (REVIEWS, "label =", 'splits = { eval = "x" }\nlabel =', r"unknown split in task \S+ 'eval'"),
    (REVIEWS, 'texts = { review = "text" }\n', "", r"no texts given: say which columns hold what"),
    (REVIEWS, '"text" }', '"" }', r"texts is \{'review': ''\}: give each text a name and its column"),
    (REVIEWS, 'label = "stars"\n', "", r"no label given: say which columns hold what"),
    (REVIEWS, "label =", 'fields = ["text"]\nlabel =', r"unknown text of task \S+ 'text'"),
    (REVIEWS, '"negative", "positive"]', '"negative"]', r"labels is \['negative'\]: give at least two, and each once"),
    (REVIEWS, '5 = "positive"', '5 = "good"', r"values says that '5' means 'good', which is not one of the labels"),
    (CHOICES, "choice1", "choiceA", r"the choices are choiceA, choice2: name them choice1, choice2, … in order"),
    (CHOICES, ', choice2 = "b"', "", r"texts has 1 choices: give choice1, choice2, …"),
    (CHOICES, "label =", 'labels = ["A", "B"]\nlabel =', r"multiple_choice has \['0', '1'\]; leave it out"),
    (TAGGED, "cite =", 'group = "doc"\ncite =', r"group is for csv, tsv, jsonl; format 'columns' has no columns"),
    (ANSWERS, "cite =", 'labels = ["a", "b"]\ncite =', r"question_answering has \[\]; leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "old", "new", "message"), BROKEN, ids=[item[3][:24] for item in BROKEN])
def test_a_description_that_will_not_do_says_why(tmp_path: Path, content: str, old: str, new: str, message: str):
    assert old in content
    with pytest.raises(UsageError, match=message) as caught:
        described(tmp_path, content.replace(old, new, 1))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_toml_is_named(tmp_path: Path):
    with pytest.raises(DataError, match=r"nowhere\.toml cannot be read: No such file"):
        find_task(str(tmp_path / "nowhere.toml"))
    with pytest.raises(DataError, match=r"mine\.toml is not TOML: "):
        described(tmp_path, "kind = classification")


def test_the_example_of_the_documentation_reads_the_data_that_it_describes(tmp_path: Path, data: Path):
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    examples = read(described(tmp_path, example), data, "de")
    assert len(examples) == 2000
    assert sum(found.target == "paraphrase" for found in examples) == 895


def test_every_key_of_a_description_is_documented():
    from dataclasses import fields

    from suites.described.description import Description

    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    missing = [item.name for item in fields(Description) if item.name != "name" and f"| `{item.name}` |" not in page]
    assert missing == []
