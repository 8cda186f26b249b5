"""What augmenters of other libraries break, in four languages; `python -m benchmarks.adapters --data DIRECTORY`.

Every augmenter strikes the same sentences through its adapter. A line is an augmenter in a language: the mean rate
realised in our units, the share of the sentences in which grapheme clusters were torn, white space changed, and words
taken for something else, and the share in which it changed no unit although asked to change one or more.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.perturb_texts import SOURCES, sentences
from perturbations import Passage, Status, find_language, find_perturbation, perturb
from perturbations.edits import Damage
from perturbations.parameters import configure

AUGMENTERS = {
    "nlpaug:KeyboardAug": {},
    "nlpaug:RandomCharAug": {"action": "swap"},
    "nlpaug:RandomWordAug": {"action": "swap"},
    "textattack:CharSwapAugmenter": {},
    "textattack:WordSwapNeighboringCharacterSwap": {},
    "textattack:WordDeletion": {},
}
SHOWN = (Damage.MARKS, Damage.SPACING, Damage.WORDS)


def row(name: str, language: str, texts: list[str], rate: float) -> str:
    """One line of the table, or why there is none."""
    noise = configure(find_perturbation(name), AUGMENTERS[name])
    written = find_language(language)
    if not noise.supports(written):
        return f"{name:44} {language:4} unsupported"
    if noise.missing(written):
        return f"{name:44} {language:4} unavailable"
    found = [perturb(Passage(text, language), noise, rate=rate, seed=0) for text in texts]
    harmed = Counter(harm.kind for edits in found for harm in edits.damage)
    shares = " ".join(f"{harmed[kind] / len(found):8.0%}" for kind in SHOWN)
    idle = sum(edits.status is Status.SATURATED for edits in found) / len(found)
    return f"{name:44} {language:4} {sum(edits.rate for edits in found) / len(found):8.3f} {shares} {idle:8.0%}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="directory with the tasks' files")
    parser.add_argument("--sentences", type=int, default=200, help="sentences of each language")
    parser.add_argument("--rate", type=float, default=0.05, help="share of units to touch")
    given = parser.parse_args()
    print(f"asked rate {given.rate}, {given.sentences} sentences a language")
    print(f"{'':44} {'':4} {'rate':>8} {'marks':>8} {'spacing':>8} {'words':>8} {'idle':>8}")
    texts = {language: sentences(given.data, language, given.sentences) for language in SOURCES}
    for name in AUGMENTERS:
        for language in SOURCES:
            print(row(name, language, texts[language], given.rate))


if __name__ == "__main__":
    main()
