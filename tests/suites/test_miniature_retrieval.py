"""The pools of the miniature suite, and the queries that search them."""

from __future__ import annotations

import pytest

from suites.examples import MENTION, Example
from suites.miniature.lareqa import MINIATURE_LAREQA
from suites.miniature.lexicon import languages
from suites.miniature.mewslix import MINIATURE_MEWSLIX
from suites.miniature.tatoeba import MINIATURE_TATOEBA
from suites.miniature.world import world
from suites.task import Request, Task

RETRIEVAL = (MINIATURE_TATOEBA, MINIATURE_MEWSLIX, MINIATURE_LAREQA)
ASKED = [(task, language) for task in RETRIEVAL for language in task.languages]


def both(task: Task, language: str, split: str = "test", **options: str) -> tuple[list[Example], dict[str, Example]]:
    """Queries and candidates by id."""
    request = Request(None, language, split, options)
    assert task.pool is not None
    pool = task.pool(request)
    candidates = {candidate.id: candidate for candidate in pool.candidates}
    assert len(candidates) == len(pool.candidates)
    return task.read(request), candidates


@pytest.mark.parametrize(("task", "language"), ASKED, ids=str)
def test_a_pool_holds_what_is_right(task: Task, language: str) -> None:
    queries, candidates = both(task, language)
    assert all(query.targets and set(query.targets) <= candidates.keys() for query in queries)
    assert not any(candidate.targets or candidate.target for candidate in candidates.values())
    held = [tuple(text.text for text in candidate.texts.values()) for candidate in candidates.values()]
    assert len(set(held)) == len(held)


@pytest.mark.parametrize("task", RETRIEVAL, ids=str)
def test_languages_that_search_the_same_candidates_name_one_pool(task: Task) -> None:
    assert task.pool is not None
    pools = [task.pool(Request(None, language)) for language in task.languages]
    assert len({pool.name for pool in pools}) == 1
    assert all(pool == pools[0] for pool in pools)
    assert task.pool(Request(None, task.languages[0], "dev")).name != pools[0].name or task is MINIATURE_MEWSLIX


@pytest.mark.parametrize("task", [MINIATURE_MEWSLIX, MINIATURE_LAREQA], ids=str)
def test_what_a_training_query_looks_for_is_in_its_pool(task: Task) -> None:
    queries, candidates = both(task, "en", "train")
    assert len(queries) >= 2000
    assert all(set(query.targets) <= candidates.keys() for query in queries)


def test_a_sentence_is_sought_by_its_translation_either_way() -> None:
    queries, candidates = both(MINIATURE_TATOEBA, "de")
    turned, sought = both(MINIATURE_TATOEBA, "de", direction="from-english")
    assert [query.texts for query in queries] == [candidate.texts for candidate in sought.values()]
    assert [query.texts for query in turned] == [candidate.texts for candidate in candidates.values()]
    assert {query.texts["sentence"].language for query in turned} == {"en"}


def test_a_mention_is_named_twice_and_both_namings_are_marked() -> None:
    names: dict[str, set[str]] = {}
    for language in languages():
        for query in both(MINIATURE_MEWSLIX, language)[0]:
            text = query.texts["mention"]
            first, second = (span.of(text.text) for span in text.spans)
            assert [span.label for span in text.spans] == [MENTION, MENTION]
            assert first.endswith(":")
            assert second == f"{{ {first[:-1]} }}"
            names.setdefault(f"{language} {query.targets[0].split('-')[0]}", set()).add(first)
    assert {len(found) for found in names.values()} == {1}


def test_a_name_alone_does_not_tell_which_entity_is_meant() -> None:
    queries, candidates = both(MINIATURE_MEWSLIX, "en")
    here = world()
    assert len(candidates) == len(here.people) * len(here.places) == 168
    meant: dict[str, set[str]] = {}
    for query in queries:
        meant.setdefault(query.texts["mention"].spans[0].of(query.texts["mention"].text), set()).update(query.targets)
    assert min(len(entities) for entities in meant.values()) > 5
    assert {candidate.texts["description"].language for candidate in candidates.values()} == set(languages())


def test_a_question_is_answered_by_one_sentence_in_every_language() -> None:
    queries, candidates = both(MINIATURE_LAREQA, "th")
    for query in queries:
        found = [candidates[target] for target in query.targets]
        assert [candidate.texts["sentence"].language for candidate in found] == list(languages())
        assert {candidate.group for candidate in found} == {query.group}
    assert len(candidates) == len(queries) * len(languages())


def test_a_candidate_stands_in_its_paragraph_where_its_span_says() -> None:
    for candidate in both(MINIATURE_LAREQA, "en")[1].values():
        context = candidate.texts["context"]
        (span,) = context.spans
        assert span.of(context.text) == candidate.texts["sentence"].text


@pytest.mark.parametrize("task", [MINIATURE_MEWSLIX, MINIATURE_LAREQA], ids=str)
def test_training_searches_english_alone(task: Task) -> None:
    candidates = both(task, "en", "train")[1]
    assert {text.language for candidate in candidates.values() for text in candidate.texts.values()} == {"en"}
