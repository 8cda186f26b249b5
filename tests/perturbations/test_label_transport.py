"""Labels on real texts after every registered perturbation: each surviving one stands on its own text.

The oracle follows every character of the new text back to where it came from, without the code under test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from perturbations import Edits, Passage, Perturbation, Span, Status, all_perturbations, find_perturbation, perturb
from suites.examples import Example, Text, token_text, transport

RATE, SEED = 0.3, 5
TREEBANK_SENTENCES, ENTITY_SENTENCES, PARAGRAPHS = 8, 8, 6
CODES = {
    **{"Afrikaans": "af", "Arabic": "ar", "Basque": "eu", "Bulgarian": "bg", "Chinese": "zh", "Dutch": "nl"},
    **{"English": "en", "Estonian": "et", "Finnish": "fi", "French": "fr", "German": "de", "Greek": "el"},
    **{"Hindi": "hi", "Hungarian": "hu", "Indonesian": "id", "Italian": "it", "Kazakh": "kk", "Korean": "ko"},
    **{"Lithuanian": "lt", "Marathi": "mr", "Persian": "fa", "Polish": "pl", "Portuguese": "pt", "Romanian": "ro"},
    **{"Russian": "ru", "Spanish": "es", "Tagalog": "tl", "Tamil": "ta", "Thai": "th", "Turkish": "tr"},
    **{"Ukrainian": "uk", "Urdu": "ur", "Vietnamese": "vi", "Wolof": "wo", "Yoruba": "yo"},
}
EACH = pytest.mark.parametrize("perturbation", all_perturbations(), ids=lambda perturbation: perturbation.name)


def blocks(path: Path, limit: int) -> Iterator[list[list[str]]]:
    """The first sentences of a file of columns, as rows of cells, comments left out."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n")[:limit]:
        yield [line.split("\t") for line in block.split("\n") if line and not line.startswith("#")]


@cache
def treebanks(data: Path) -> list[tuple[Text, Passage]]:
    """The first sentences of every treebank, with their parts of speech."""
    found: list[tuple[Text, Passage]] = []
    for path in sorted(data.glob("udpos/UD_*/*-test.conllu")):
        code = CODES[path.parent.name.removeprefix("UD_").split("-")[0]]
        for rows in blocks(path, TREEBANK_SENTENCES):
            words = [row for row in rows if row[0].isdigit()]
            found.append(tokens([row[1] for row in words], [row[3] for row in words], code, f"{code} {len(found)}"))
    return found


@cache
def entities(data: Path) -> list[tuple[Text, Passage]]:
    """The first sentences of every PAN-X dev file, with their names."""
    found: list[tuple[Text, Passage]] = []
    for path in sorted(data.glob("panx/dev-*.tsv")):
        code = path.stem.removeprefix("dev-")
        for rows in blocks(path, ENTITY_SENTENCES):
            found.append(tokens([row[0] for row in rows], [row[1] for row in rows], code, f"{code} {len(found)}"))
    return found


def tokens(forms: list[str], tags: list[str], code: str, key: str) -> tuple[Text, Passage]:
    text = token_text(forms, tags, language=code, key=key)
    return text, Passage(text.text, code, key, text.spans)


@cache
def paragraphs(data: Path) -> list[tuple[tuple[Span, ...], tuple[Span, ...], Passage]]:
    """The first paragraphs of XQuAD, with their answers, and of LAReQA, with their answers and sentences."""
    found: list[tuple[tuple[Span, ...], tuple[Span, ...], Passage]] = []
    for path in sorted((*data.glob("xquad/xquad.*.json"), *data.glob("lareqa/xquad-r/*.json"))):
        code = path.stem.removeprefix("xquad.")
        for paragraph in json.loads(path.read_text(encoding="utf-8"))["data"][0]["paragraphs"][:PARAGRAPHS]:
            answers = [answer for question in paragraph["qas"] for answer in question["answers"]]
            starts = [(answer["answer_start"], len(answer["text"])) for answer in answers]
            spans = tuple(Span(start, start + length, "answer") for start, length in sorted(set(starts)))
            sentences = tuple(Span(start, end, "sentence") for start, end in paragraph.get("sentence_breaks", ()))
            found.append((spans, sentences, Passage(paragraph["context"], code, f"{code} {len(found)}")))
    return found


def origins(edits: Edits) -> list[tuple[int | None, int | None]]:
    """For every character of the new text, its place in the source and the number of its edit, where it has them."""
    found: list[tuple[int | None, int | None]] = []
    reached = 0
    for number, edit in enumerate(edits.edits):
        found += [(place, None) for place in range(reached, edit.start)]
        inside: list[tuple[int | None, int | None]] = [(None, number)] * len(edit.text)
        for start, end, at in edit.kept:
            inside[at : at + end - start] = [(place, number) for place in range(start, end)]
        found += inside
        reached = edit.end
    return found + [(place, None) for place in range(reached, len(edits.source))]


def check(edits: Edits, span: Span, after: str, places: list[tuple[int | None, int | None]]) -> Span | None:
    """The span carried, which holds what is left of its text and nothing that is neither its own nor replaces it."""
    carried = edits.carry(span)
    own = [place for place, (origin, _) in enumerate(places) if origin is not None and span.start <= origin < span.end]
    struck = {number for number, edit in enumerate(edits.edits) if edit.start < span.end and edit.end > span.start} | {
        number for number, edit in enumerate(edits.edits) if span.start < edit.start == edit.end < span.end
    }
    if carried is None:
        assert not own
        return None
    assert carried.label == span.label
    assert all(carried.start <= place < carried.end for place in own)
    for border in (carried.start, carried.end - 1):
        origin, number = places[border]
        assert border in (own[:1] + own[-1:]) or number in struck
        assert origin is None or span.start <= origin < span.end or len(edits.edits[number or 0].kept) == 1
    if not struck:
        assert carried.of(after) == span.of(edits.source)
    return carried


def replayed(edits: Edits, span: Span) -> str | None:
    """What a token becomes by the edits that stay within it, or None where one reaches for another token."""
    inside = [edit for edit in edits.edits if span.start <= edit.start and edit.end <= span.end]
    reaching = [edit for edit in edits.edits if edit.start < span.end and edit.end > span.start and edit not in inside]
    if any(edit.text for edit in reaching):
        return None
    if reaching:
        return ""
    text, end = "", span.start
    for edit in inside:
        text += edits.source[end : edit.start] + edit.text
        end = edit.end
    return text + edits.source[end : span.end]


def strike(passage: Passage, perturbation: Perturbation) -> Edits:
    return perturb(passage, perturbation, rate=1.0 if perturbation.scope == "text" else RATE, seed=SEED)


def check_tokens(perturbation: Perturbation, sentences: list[tuple[Text, Passage]]) -> None:
    """Every tag stands on what became of its token, no text is without a tag, and names are names still."""
    possible, struck = False, 0
    for text, passage in sentences:
        edits = strike(passage, perturbation)
        possible |= edits.status in (Status.DONE, Status.SATURATED) and bool(perturbation.sites(passage))
        struck += len(edits.edits)
        after, places = edits.apply(), origins(edits)
        alive: list[Span] = []
        for span in text.spans:
            carried = check(edits, span, after, places)
            alone = replayed(edits, span)
            if alone is not None:
                assert (carried.of(after) if carried else "") == alone
            elif carried:
                assert carried.of(after).startswith(span.of(passage.text))
            alive += [carried] if carried else []
        alive.sort(key=lambda span: span.start)
        assert all(first.end <= second.start for first, second in pairwise(alive))
        outside = [place for place in range(len(after)) if not any(span.start <= place < span.end for span in alive)]
        assert not "".join(after[place] for place in outside).strip()
        example = Example(passage.key, passage.key, {"text": text})
        moved, survivors = transport(example, {"text": edits})
        assert len(moved.texts["text"].spans) == len(survivors["text"]) == len(alive)
        for before, here in pairwise(("O", *(span.label for span in moved.texts["text"].spans))):
            assert not here.startswith("I-") or before[2:] == here[2:]
    assert bool(struck) or not possible


@EACH
def test_every_part_of_speech_stands_on_its_own_word_after_every_perturbation(
    data: Path, perturbation: Perturbation
) -> None:
    check_tokens(perturbation, treebanks(data))


@EACH
def test_every_name_stands_on_its_own_words_after_every_perturbation(data: Path, perturbation: Perturbation) -> None:
    check_tokens(perturbation, entities(data))


@EACH
def test_every_answer_and_sentence_stands_on_its_own_text_after_every_perturbation(
    data: Path, perturbation: Perturbation
) -> None:
    for answers, sentences, passage in paragraphs(data):
        edits = strike(passage, perturbation)
        after, places = edits.apply(), origins(edits)
        for answer in answers:
            check(edits, answer, after, places)
        carried = [check(edits, sentence, after, places) for sentence in sentences]
        alive = [span for span in carried if span]
        assert all(first.start < second.start for first, second in pairwise(alive))


def test_a_label_that_stays_where_it_was_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [tokens("one other word follows each of them here".split(), list("ABCDEFGH"), "en", "a")]
    moving = find_perturbation("word-swap")
    check_tokens(moving, sentences)
    monkeypatch.setattr(Edits, "carry", lambda edits, span: span)
    with pytest.raises(AssertionError):
        check_tokens(moving, sentences)
