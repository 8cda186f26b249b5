"""Worker: what other tools do to texts, in the environment that has them; run by `perturb.py`, knows nothing of ours.

Reads one request a line as JSON and answers one line, so that libraries are imported once and rounds can take turns:
`{"tool", "kind", "language", "setting", "texts", "budget"}` becomes `{"seconds", "texts"}` or `{"lacking"}`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

Augment = Callable[[str], str]


class LackingError(Exception):
    """The tool has no such thing, for the language or at all."""


ACTIONS = {
    "character-swap": "swap",
    "character-deletion": "delete",
    "character-insertion": "insert",
    "character-substitution": "substitute",
    "word-deletion": "delete",
    "word-swap": "swap",
}


@cache
def nlpaug(kind: str, language: str, setting: float) -> Augment:
    """An augmenter of nlpaug; `setting` is the share of tokens it strikes, of which it changes 5 % of the characters.

    Its caps (ten words, ten characters, words of four letters and more) are taken off, or long texts fall short; one
    character of a struck token is the least that it changes.
    """
    characters: dict[str, Any] = {"aug_char_p": 0.05, "aug_char_min": 1, "aug_char_max": None}
    words: dict[str, Any] = {"aug_word_p": setting, "aug_word_min": 0, "aug_word_max": None}
    if kind.startswith("word-"):
        import nlpaug.augmenter.word as naw

        made = naw.RandomWordAug(action=ACTIONS[kind], aug_p=setting, aug_min=0, aug_max=None)
    else:
        import nlpaug.augmenter.char as nac

        try:
            if kind == "keyboard-neighbour":
                made = nac.KeyboardAug(lang=language, min_char=1, **characters, **words)
            else:
                least = 2 if kind == "character-swap" else 1
                made = nac.RandomCharAug(action=ACTIONS[kind], min_char=least, **characters, **words)
        except ValueError as error:
            raise LackingError(str(error)) from error
    augment = made.augment

    def one(text: str) -> str:
        found = augment(text)
        return found[0] if found else ""

    return one


@cache
def textattack(kind: str, language: str, setting: float) -> Augment:
    """An `Augmenter` of TextAttack around one transformation; `setting` is its share of words to swap."""
    from textattack import transformations
    from textattack.augmentation import Augmenter

    transformation = {
        "character-swap": transformations.WordSwapNeighboringCharacterSwap,
        "character-deletion": transformations.WordSwapRandomCharacterDeletion,
        "character-insertion": transformations.WordSwapRandomCharacterInsertion,
        "character-substitution": transformations.WordSwapRandomCharacterSubstitution,
        "keyboard-neighbour": transformations.WordSwapQWERTY,
        "word-deletion": transformations.WordDeletion,
        "word-swap": transformations.WordInnerSwapRandom,
    }[kind]()
    if kind == "keyboard-neighbour" and language != "en":
        raise LackingError("its keyboard has the letters a to z")
    augment = Augmenter(transformation, pct_words_to_swap=setting, transformations_per_example=1).augment
    return lambda text: augment(text)[0]


@cache
def multypo(kind: str, language: str, setting: float) -> Augment:
    """The typos of multypo; `setting` is its share of words to strike."""
    import multypo as library

    names = {"en": "english", "hi": "hindi"}
    if kind != "keyboard-neighbour" or language not in names:
        raise LackingError("it has keyboard typos, for twelve languages")
    generator = library.MultiTypoGenerator(names[language])
    return lambda text: generator.insert_typos(text, setting)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; seconds are of processor time, and the texts those that the budget of seconds sufficed for."""
    tools = {"nlpaug": nlpaug, "textattack": textattack, "multypo": multypo}
    random.seed(1)
    try:
        augment = tools[request["tool"]](request["kind"], request["language"], request["setting"])
    except LackingError as error:
        return {"lacking": str(error)}
    texts: list[str] = []
    started = time.process_time()
    ends = started + request["budget"]
    for text in request["texts"]:
        try:
            texts.append(augment(text))
        except Exception as error:  # noqa: BLE001 - whatever a tool dies of is its result
            return {"lacking": f"dies of {type(error).__name__}: {error}"}
        if time.process_time() > ends:
            break
    return {"seconds": time.process_time() - started, "texts": texts}


def main() -> None:
    """Answer until there is nothing more to read."""
    # What libraries print must not stand among the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
