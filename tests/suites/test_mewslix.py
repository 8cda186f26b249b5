"""Mewsli-X: queries worded as by the benchmark's baseline, mentions that stay protected, descriptions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, ResourceError, UsageError
from suites import Example, Request, find_task
from suites.examples import MENTION, Pool
from suites.xtreme_r.mewslix import worded

TEXT = "Rain fell. The verdict for Smith came. Snow."
SENTENCES = [(0, 10), (11, 38), (39, 44)]
PIECES = st.text(st.sampled_from("ab{} \n\r\u2028é𠮷"), max_size=8)


def context(
    text: str = TEXT, language: str = "en", *, mentions: list[dict[str, Any]], spans=SENTENCES
) -> dict[str, Any]:
    inner = {"document_title": "T", "document_url": "U", "document_id": "Q9", "language": language, "text": text}
    return {"context": inner | {"sentence_spans": places(spans)}, "mentions": mentions}


def places(spans) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in spans]


def mention(name: str, text: str, start: int, entity: str = "Q1") -> dict[str, Any]:
    return {
        "example_id": name,
        "mention_span": {"start": start, "end": start + len(text), "text": text},
        "entity_id": entity,
    }


def entity(name: str, description: str, spans, language: str = "de") -> dict[str, Any]:
    given = {"entity_id": name, "title": "T", "description": description, "description_url": "U"}
    return given | {"description_language": language, "sentence_spans": places(spans)}


def write(path: Path, *items: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def read(root: Path, language: str = "en", split: str = "test") -> list[Example]:
    return find_task("mewslix").read(Request(root, language, split))


def pool(root: Path, language: str = "en") -> Pool:
    make = find_task("mewslix").pool
    assert make is not None
    return make(Request(root, language))


def test_a_query_is_the_mention_and_its_sentence_with_the_mention_in_braces(tmp_path: Path):
    items = context(mentions=[mention("a", "Smith", 27), mention("b", "Rain", 0, "Q2")])
    path = write(tmp_path / "mewslix" / "wikinews_mentions-test.jsonl", items, context(language="de", mentions=[]))
    assert path.is_file()
    first, second = read(tmp_path)
    assert first.texts["mention"].text == "Smith: The verdict for { Smith } came."
    assert second.texts["mention"].text == "Rain: { Rain } fell."
    assert [(query.id, query.group, query.targets) for query in (first, second)] == [
        ("a", "Q9", ("Q1",)),
        ("b", "Q9", ("Q2",)),
    ]


def test_both_namings_are_protected_with_their_markup(tmp_path: Path):
    write(tmp_path / "wikinews_mentions-test.jsonl", context(mentions=[mention("a", "Smith", 27)]))
    text = read(tmp_path)[0].texts["mention"]
    assert [text.text[span.start : span.end] for span in text.fixed] == ["Smith:", "{ Smith }"]
    assert {span.label for span in text.spans} == {MENTION}


def published(sentence: str, start: int, end: int) -> str:
    """The baseline of the benchmark, as its documentation describes it."""
    name = sentence[start:end]
    sides = [re.sub(r"\{(.*?)\}", r"(\1)", side) for side in (sentence[:start], sentence[end:])]
    line = name + ": " + sides[0] + " { " + name + " } " + sides[1]
    return " ".join(line.splitlines()).replace("  ", " ").strip()


@given(left=PIECES, name=PIECES.filter(str.strip), right=PIECES)
def test_the_wording_is_the_published_one_and_its_spans_hold_the_mention(left: str, name: str, right: str):
    text, (first, second) = worded(left + name + right, len(left), len(left) + len(name), where="x")
    assert text == published(left + name + right, len(left), len(left) + len(name))
    flat = " ".join(name.split())
    assert " ".join(text[first.start : first.end].split()) == " ".join(f"{name}:".split())
    assert " ".join(text[second.start : second.end].split()) == " ".join(["{", *flat.split(), "}"])


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (context(mentions=[mention("a", "Smith", 26)]), "mention 'a': 'Smith' does not stand at 26 to 31"),
        (context(mentions=[mention("a", "fell. The", 5)]), "mention 'a': it lies in no sentence of its context"),
        (context(mentions=[mention("a", "Rain", 0)], spans=[(0, 99)]), "the sentence 0 to 99 leaves its text"),
        (context("\ufdd0Rain.", mentions=[mention("a", "Rain", 1)], spans=[(0, 6)]), "Unicode noncharacter"),
        (context(mentions=[mention("a", "Smith", 27)] * 2), "mention 'a' is already at"),
        ({"4be5": ["Q156913"]}, "there is no 'context'"),
        (context(language="de", mentions=[]), "holds no mention in 'en'"),
    ],
)
def test_a_file_that_breaks_its_format_is_refused(tmp_path: Path, item: dict[str, Any], message: str):
    write(tmp_path / "wikinews_mentions-test.jsonl", item)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_the_pool_is_one_for_all_languages_and_holds_the_sentences_of_each_description(tmp_path: Path):
    path = tmp_path / "mewslix" / "candidate_set_entities.jsonl"
    write(path, entity("Q1", "Ein Ort.  Im Tal.", [(0, 8), (10, 17)]), entity("Q2", "A\nman.", [(0, 6)], "en"))
    found = pool(tmp_path)
    assert [(item.id, item.texts["description"].text) for item in found.candidates] == [
        ("Q1", "Ein Ort. Im Tal."),
        ("Q2", "A man."),
    ]
    assert [item.texts["description"].language for item in found.candidates] == ["de", "en"]
    assert found == pool(tmp_path, "uk")
    write(path, entity("Q1", "Ein Ort.", [(0, 8)]), entity("Q1", "Ein Tal.", [(0, 8)]))
    with pytest.raises(DataError, match="entity 'Q1' is already at"):
        pool(tmp_path)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no language 'fr'"):
        read(tmp_path, "fr")
    with pytest.raises(UsageError, match="no split 'train', only 'test' and 'dev'"):
        read(tmp_path, split="train")
    with pytest.raises(ResourceError, match=r"looked for wikinews_mentions-dev\.jsonl"):
        read(tmp_path, split="dev")
    with pytest.raises(ResourceError, match=r"looked for candidate_set_entities\.jsonl"):
        pool(tmp_path)
    with pytest.raises(ResourceError, match="is in no repository of the hub"):
        find_task("mewslix").read(Request(None, "en"))
