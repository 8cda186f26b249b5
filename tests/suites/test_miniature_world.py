from collections import Counter
from random import Random

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations.languages import find_language
from suites.miniature.lexicon import languages, lexicon
from suites.miniature.sentences import say, sentence
from suites.miniature.source import TRAINING_LANGUAGE
from suites.miniature.world import SPLITS, Fact, draw, draw_parts, split_of, world

# A loan from another script is no mistake in these, but there is none; digits and punctuation belong to no script.
NEUTRAL = r"\p{Common}\p{Inherited}"


def facts(split: str = "train") -> st.SearchStrategy[Fact]:
    return st.integers(0, 2**32).map(lambda seed: draw_parts(Random(seed), split))


def test_there_are_at_least_twelve_languages_in_at_least_eight_scripts() -> None:
    assert len(languages()) >= 12
    assert len({find_language(code).scripts[0] for code in languages()}) >= 8


@pytest.mark.parametrize("language", languages())
def test_a_lexicon_has_a_word_for_every_concept_and_no_other(language: str) -> None:
    words, here = lexicon(language), world()
    things = {*here.categories, *(thing for members in here.categories.values() for thing in members)}
    assert set(words.people) == set(here.people)
    assert set(words.things) == things
    assert set(words.verbs) == set(here.verbs)
    assert set(words.adjectives) == set(here.adjectives)
    assert set(words.places) == set(here.places)
    assert set(words.times) == set(here.times)


@pytest.mark.parametrize("language", languages())
def test_no_two_concepts_of_a_kind_share_their_words(language: str) -> None:
    words = lexicon(language)
    things = {concept: noun.words for concept, noun in words.things.items()}
    for gender in ("m", "f"):
        for polarity in ("affirmed", "negated"):
            forms = Counter(getattr(verb, polarity)[gender] for verb in words.verbs.values())
            assert max(forms.values()) == 1
    for section in (words.people, things, words.places, words.times):
        assert max(Counter(section.values()).values()) == 1
    for gender in next(iter(words.adjectives.values())):
        assert max(Counter(forms[gender] for forms in words.adjectives.values()).values()) == 1


@pytest.mark.parametrize("language", languages())
@given(fact=facts())
def test_a_sentence_is_written_in_the_script_of_its_language(language: str, fact: Fact) -> None:
    scripts = "".join(rf"\p{{Script={script}}}" for script in find_language(language).scripts)
    assert regex.fullmatch(rf"[{scripts}{NEUTRAL}]+", sentence(fact, language))


@pytest.mark.parametrize("language", languages())
@given(fact=facts())
def test_a_sentence_says_every_part_of_its_fact_once(language: str, fact: Fact) -> None:
    said = Counter(phrase.concept for phrase in say(fact, language))
    verb = f"not-{fact.verb}" if fact.negated else fact.verb
    parts = [part for part in (fact.subject, verb, fact.thing, fact.adjective, fact.place, fact.time) if part]
    assert all(said[part] == 1 for part in parts)
    assert set(said) <= {*parts, "the", "not", "stop"}


@pytest.mark.parametrize("language", languages())
@given(fact=facts())
def test_a_denial_differs_from_its_affirmation(language: str, fact: Fact) -> None:
    values = {name: getattr(fact, name) for name in ("subject", "verb", "thing", "adjective", "place", "time")}
    assert sentence(Fact(**values), language) != sentence(Fact(**values, negated=True), language)


@pytest.mark.parametrize("language", languages())
def test_different_facts_have_different_sentences(language: str) -> None:
    drawn = {draw_parts(Random(seed), "test") for seed in range(400)}
    assert len({sentence(fact, language) for fact in drawn}) == len(drawn)


@pytest.mark.parametrize("language", languages())
def test_words_stand_apart_where_the_language_writes_spaces(language: str) -> None:
    text = sentence(draw(Random(1), "train"), language)
    assert (" " in text) == lexicon(language).spaces == find_language(language).spaces


@given(fact=facts("test"))
def test_opposite_denial_and_generalisation_stay_in_the_split(fact: Fact) -> None:
    here = world()
    general = Fact(fact.subject, here.verbs[fact.verb], here.category(fact.thing), negated=not fact.negated)
    assert split_of(fact) == split_of(general) == "test"


def test_every_split_has_its_share_of_the_world() -> None:
    here = world()
    cores = [Fact(name, verb, thing) for name in here.people for verb in here.verbs for thing in here.categories]
    shares = Counter(split_of(fact) for fact in cores)
    assert [round(shares[split] / len(cores), 1) for split in SPLITS] == [0.7, 0.1, 0.2]


def test_agreement_follows_the_gender_of_the_noun() -> None:
    fact = Fact("anna", "buy", "apple", "big", "market", "morning")
    assert sentence(fact, TRAINING_LANGUAGE) == "Anna buys the big apple at the market in the morning."
    assert sentence(fact, "de") == "Anna kauft am Morgen den großen Apfel auf dem Markt."
    assert sentence(fact, "ru") == "Анна утром покупает большое яблоко на рынке."
    assert sentence(fact, "ar") == "تشتري آنا التفاحة الكبيرة في السوق صباحا."
    assert sentence(fact, "hi") == "अन्ना सुबह बाज़ार में बड़ा सेब खरीदती है।"
    assert sentence(fact, "zh") == "安娜早上在市场买大的苹果。"
