"""Words for other words: synonyms, translations, words as common, and what a masked language model proposes."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from math import log10
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Passage, Perturbation, Span, Status, XRobustError, find_language, languages, perturb
from perturbations.lexica.frequencies import Frequencies
from perturbations.words.code_switching import CodeSwitching
from perturbations.words.frequency_replacement import WordFrequencyReplacement
from perturbations.words.masked_lm import MaskedLanguageModel
from perturbations.words.synonyms import ThesaurusSynonym, WordNetSynonym

WORDNET = """\
00000001 03 n 03 house 0 home 0 small_house 0 000 | made up for the tests
00000002 03 n 02 Ark 0 Noah 0 000 | made up for the tests
00000003 03 n 02 as 0 arsenic 0 000 | made up for the tests
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a small table of each kind, and no other that the environment names."""
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path))
    monkeypatch.delenv("XROBUST_DATA", raising=False)
    files = {
        "data.noun": WORDNET,
        "data.verb": "",
        "data.adj": "",
        "data.adv": "",
        "wn-data-tur.tab": "1-n\ttur:lemma\tışık\n1-n\ttur:lemma\tiyilik\n",
        "wn-data-tha.tab": "1-n\ttha:lemma\tบ้าน\n1-n\ttha:lemma\tเรือน\n",
        "th_en_US_v2.dat": "UTF-8\nhouse|1\n(noun)|dwelling|a home|building (generic term)\n",
        "en-de.txt": "house haus\nthe das\ngood bye\n",
        "en-th.txt": "house\tบ้าน\neat\tกิน\n",
        "freedict-eng-deu.index": "house\tA\tU\n",
        "freedict-eng-deu.dict": "house\nHaus <neut>   \n",
        "frequencies/wo.txt": "kër 100\nnit 100\njabar 90\nxale 2\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


def test_lists_that_are_put_aside_for_others_are_not_kept(shelf: Path) -> None:
    codes = list(languages())[:24]
    for code in codes:
        (shelf / f"frequencies/{code}.txt").write_text("kër 100\nnit 100\njabar 90\n", "utf-8")
    for code in codes:
        assert offers(WordFrequencyReplacement(), "kër", code)["kër"] == ("nit", "jabar")
    gc.collect()
    # `isinstance` would ask every object for its class, and some of other libraries answer with a warning.
    lists = [thing for thing in gc.get_objects() if type(thing) is Frequencies]
    assert 0 < sum(kept.origin.startswith(str(shelf)) for kept in lists) < len(codes)


def offers(perturbation: Perturbation, text: str, code: str) -> dict[str, tuple[str, ...]]:
    """Every site with its replacements."""
    passage = Passage(text, code)
    return {site.of(text): tuple(perturbation.replacements(passage, site)) for site in perturbation.sites(passage)}


@pytest.mark.usefixtures("shelf")
def test_a_word_is_replaced_by_the_other_words_of_its_synset_in_its_case() -> None:
    found = offers(WordNetSynonym(), "The house, a HOUSE: House as ark", "en")
    assert found == {"house": ("home",), "HOUSE": ("HOME",), "House": ("Home",)}
    # A name in the table is not a common noun of the text.
    assert offers(WordNetSynonym(), "Ark", "en") == {"Ark": ("Noah",)}
    assert offers(WordNetSynonym(shortest=2), "as", "en") == {"as": ("arsenic",)}
    assert offers(WordNetSynonym(phrases=True), "house", "en") == {"house": ("home", "small house")}


@pytest.mark.usefixtures("shelf")
def test_synonyms_follow_the_casing_and_the_words_of_the_language() -> None:
    assert offers(WordNetSynonym(), "IŞIK Işık ışık", "tr") == {
        "IŞIK": ("İYİLİK",),
        "Işık": ("İyilik",),
        "ışık": ("iyilik",),
    }
    assert offers(WordNetSynonym(), "ฉันอยู่บ้าน", "th") == {"บ้าน": ("เรือน",)}


@pytest.mark.usefixtures("shelf")
def test_a_thesaurus_gives_what_carries_no_remark() -> None:
    assert offers(ThesaurusSynonym(), "House", "en") == {"House": ("Dwelling",)}
    assert offers(ThesaurusSynonym(phrases=True), "house", "en") == {"house": ("dwelling", "a home")}


@pytest.mark.usefixtures("shelf")
def test_tokens_are_never_replaced_by_phrases() -> None:
    passage = Passage("a house", "en", tokens=(Span(0, 1), Span(2, 7)))
    for perturbation in (ThesaurusSynonym(phrases=True), WordNetSynonym(phrases=True)):
        (site,) = perturbation.sites(passage)
        assert all(" " not in text for text in perturbation.replacements(passage, site))


@pytest.mark.usefixtures("shelf")
def test_words_are_translated_in_both_directions() -> None:
    assert offers(CodeSwitching(target="de"), "The house", "en") == {"The": ("Das",), "house": ("haus",)}
    assert offers(CodeSwitching(), "das Haus", "de") == {"das": ("the",), "Haus": ("House",)}
    assert offers(CodeSwitching(target="de", lexicon="freedict"), "house", "en") == {"house": ("Haus",)}


@pytest.mark.usefixtures("shelf")
def test_a_translation_is_set_off_where_words_have_no_spaces_between() -> None:
    def switched(text: str, code: str, target: str) -> str:
        return perturb(Passage(text, code, "a"), CodeSwitching(target=target), rate=1.0, seed=0).apply()

    assert switched("ฉันกินที่บ้าน", "th", "en") == "ฉัน eatที่ house"
    assert switched("กินบ้าน", "th", "en") == "eat house"
    assert switched("บ้าน2", "th", "en") == "house 2"
    assert switched("a house here", "en", "th") == "a บ้าน here"
    tokens = Passage("กิน บ้าน", "th", "a", tokens=(Span(0, 3), Span(4, 8)))
    assert perturb(tokens, CodeSwitching(), rate=1.0, seed=0).apply() == "eat house"


def test_switching_to_the_language_of_the_text_is_not_supported() -> None:
    assert perturb(Passage("house", "en"), CodeSwitching(target="en"), rate=1.0, seed=0).status is Status.UNSUPPORTED
    with pytest.raises(XRobustError, match="unknown language"):
        CodeSwitching(target="xx")
    with pytest.raises(XRobustError, match="give one of muse, freedict"):
        CodeSwitching(lexicon="mine")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("perturbation", "code", "wanted"),
    [
        (WordNetSynonym(), "fr", "wn-data-fra.tab"),
        (ThesaurusSynonym(), "qu", "th_qu_"),
        (CodeSwitching(), "wo", "en-wo.txt"),
        (CodeSwitching(target="en", lexicon="freedict"), "sw", "freedict-swa-eng.index"),
        (WordFrequencyReplacement(), "yo", "frequencies/yo.txt"),
        (MaskedLanguageModel(), "en", "open_fill"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_what_is_missing_is_named_and_the_text_left_alone(perturbation: Perturbation, code: str, wanted: str) -> None:
    told = perturbation.missing(find_language(code))
    assert told is not None
    assert wanted in told
    assert "\n" not in told
    edits = perturb(Passage("some words here", code), perturbation, rate=1.0, seed=0)
    assert (edits.status, edits.edits) == (Status.UNAVAILABLE, ())


@pytest.mark.usefixtures("shelf")
def test_a_word_is_replaced_by_one_as_common() -> None:
    assert offers(WordFrequencyReplacement(window=0.0), "Kër xale", "wo") == {"Kër": ("Nit",)}
    assert offers(WordFrequencyReplacement(), "kër xale", "wo") == {"kër": ("nit", "jabar")}
    with pytest.raises(XRobustError, match="Zipf"):
        WordFrequencyReplacement(window=-1)


@pytest.mark.parametrize("code", ["en", "de", "ru", "ar", "hi", "ko", "tr", "zh", "ta"])
def test_a_replacement_is_within_the_window_and_in_the_script(code: str) -> None:
    import wordfreq

    from perturbations.languages import script_of

    listed = wordfreq.get_frequency_dict(code, "small")
    words = [word for word in list(listed)[:300] if word.isalpha()][::30]
    found = {word: offers(WordFrequencyReplacement(), word, code).get(word, ()) for word in words}
    assert any(found.values())
    for word, others in found.items():
        for other in others:
            assert abs(log10(listed[word] / listed[other])) <= 0.3 + 1e-3, (word, other)
            assert script_of(other[0]) == script_of(word[0])


class Echo:
    """A model that proposes for every place the text around it, and a few words."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, texts: Sequence[str], positions: Sequence[Sequence[Span]]) -> list[list[list[str]]]:
        self.asked += [(text, len(spans)) for text, spans in zip(texts, positions, strict=True)]
        return [[[span.of(text), "night", ",", "two words", "day"] for span in spans] for text, spans in zip(
            texts, positions, strict=True
        )]  # fmt: skip


def test_a_masked_language_model_is_asked_once_for_a_text_and_only_words_are_taken() -> None:
    model = Echo()
    perturbation = MaskedLanguageModel(model=model)
    assert offers(perturbation, "Day, day: night!", "en") == {"Day": ("Night",), "day": ("night",), "night": ("day",)}
    for seed in range(5):
        edits = perturb(Passage("Day, day: night!", "en"), perturbation, rate=0.5, seed=seed)
        assert len(edits.edits) in (1, 2)
    assert model.asked == [("Day, day: night!", 3)]


@given(text=st.text(alphabet="aé หบ้าน 我们कि😀\u0301.,'\t\n", max_size=30), code=st.sampled_from(sorted(languages())))
def test_a_masked_language_model_never_leaves_a_text_torn(text: str, code: str) -> None:
    edits = perturb(Passage(text, code, "a"), MaskedLanguageModel(model=Echo()), rate=1.0, seed=0)
    assert edits.invert().apply() == text
    assert len(edits.edits) == edits.units


ALL = (
    WordNetSynonym(),
    ThesaurusSynonym(),
    CodeSwitching(),
    CodeSwitching(target="de"),
    CodeSwitching(target="zh"),
    WordFrequencyReplacement(),
)
SENTENCES = {"ar": "ara", "de": "deu", "hi": "hin", "th": "tha", "tr": "tur", "vi": "vie", "ko": "kor", "zh": "cmn"}


@pytest.mark.parametrize("perturbation", ALL, ids=repr)
def test_real_sentences_are_struck_with_the_real_tables(data: Path, perturbation: Perturbation) -> None:
    codes = [
        code
        for code in ("en", *SENTENCES)
        if perturbation.supports(find_language(code)) and not perturbation.missing(find_language(code))
    ]
    if not codes:
        pytest.skip(perturbation.missing(find_language("en")) or "no language has its table")
    for code in codes:
        name = f"tatoeba/v1/tatoeba.{SENTENCES.get(code, 'deu')}-eng.{SENTENCES.get(code, 'eng')}"
        struck = 0
        for line in (data / name).read_text(encoding="utf-8").splitlines()[:200]:
            edits = perturb(Passage(line, code, line), perturbation, rate=0.2, seed=3)
            assert edits.invert().apply() == line
            assert all(edit.text.strip() for edit in edits.edits)
            struck += bool(edits.edits)
        assert struck > 10, code
