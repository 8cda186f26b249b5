"""Tools: what perturbs texts in `perturb.py`: ours, and others in environments of their own, all behind one call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.perturb_counting import character_edits, word_edits, words_touched
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.policy import perturb
from perturbations.registry import find_perturbation

KINDS = (
    "character-swap",
    "character-deletion",
    "character-insertion",
    "character-substitution",
    "keyboard-neighbour",
    "word-deletion",
    "word-swap",
)
TOOLS = ("nlpaug", "textattack", "multypo")
WORKER = Path(__file__).with_name("perturb_worker.py")
TUNING = 60
"""Sentences on which a tool's setting is sought."""
ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked of every tool: one kind of noise in the sentences of one language at one rate."""

    kind: str
    language: str
    texts: Sequence[str]
    rate: float

    @property
    def perturbation(self) -> Perturbation:
        """Ours of that kind."""
        return find_perturbation(self.kind)

    def passages(self) -> list[Passage]:
        """The texts, nothing known of them yet."""
        return [Passage(text, self.language) for text in self.texts]

    def edits(self, results: Sequence[str]) -> float:
        """Edits in what was made of the first so many texts."""
        pairs = zip(self.texts, results, strict=False)
        if self.perturbation.level is Level.CHARACTER:
            return sum(character_edits(before, after) for before, after in pairs)
        return sum(word_edits(before, after, self.language) for before, after in pairs)

    def realised(self, results: Sequence[str]) -> float:
        """The share of the units of the first so many texts that the edits touch."""
        units = sum(len(passage.units(self.perturbation.level)) for passage in self.passages()[: len(results)])
        return self._touched(results) * self.perturbation.touches / units

    def _touched(self, results: Sequence[str]) -> float:
        if self.perturbation.level is Level.CHARACTER:
            return self.edits(results)
        pairs = zip(self.texts, results, strict=False)
        return sum(sum(words_touched(before, after, self.language)) for before, after in pairs)


@dataclass(frozen=True, slots=True)
class Lap:
    """One pass of a tool over the texts.

    Args:
        seconds: of processor time.
        edits: found by alignment.
        texts: how many it got through.
        rate: realised, 0–1.
    """

    seconds: float
    edits: float
    texts: int
    rate: float

    @property
    def edits_a_second(self) -> float:
        """What is compared."""
        return self.edits / self.seconds

    @property
    def texts_a_second(self) -> float:
        """What is shown beside it."""
        return self.texts / self.seconds


@dataclass(frozen=True, slots=True)
class Tried:
    """A tool's own setting, and what it gave."""

    setting: float
    lap: Lap


def strike(work: Work, passages: Callable[[], Sequence[Passage]], *, seed: int) -> Lap:
    """A pass of ours: `passages` is part of what is timed."""
    perturbation, rate = work.perturbation, work.rate
    started = process_time()
    results = [perturb(passage, perturbation, rate=rate, seed=seed).apply() for passage in passages()]
    seconds = process_time() - started
    return Lap(seconds, work.edits(results), len(results), work.realised(results))


class Peer:
    """Another tool, in a process of its own that has imported it once.

    Args:
        name: of the tool.
        interpreter: a Python that can import it.
        stopwords: a directory in the layout of NLTK's data, without which TextAttack cannot be imported offline.
    """

    def __init__(self, name: str, interpreter: str, stopwords: Path) -> None:
        self.name = name
        environment = {**os.environ, "NLTK_DATA": str(stopwords), "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            # Without -P this folder would come first, and `statistics` in it before that of the standard library.
            [interpreter, "-P", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            encoding="utf-8",
        )

    def run(self, work: Work, *, setting: float, budget: float) -> Lap | str:
        """A pass over as many texts as the budget of seconds allows, or why there is none."""
        request = {
            "tool": self.name,
            "kind": work.kind,
            "language": work.language,
            "setting": setting,
            "texts": list(work.texts),
            "budget": budget,
        }
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise RuntimeError("the worker has no pipes")
        pipe_in.write(json.dumps(request) + "\n")
        pipe_in.flush()
        line = pipe_out.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self._process.wait()} at {work.kind} {work.language}")
        answer: dict[str, Any] = json.loads(line)
        if "lacking" in answer:
            return answer["lacking"]
        results: list[str] = answer["texts"]
        return Lap(answer["seconds"], work.edits(results), len(results), work.realised(results))

    def tuned(self, work: Work, *, budget: float) -> Tried | str:
        """The setting at which the realised rate comes nearest to the one asked for, or why there is none."""
        few = replace(work, texts=work.texts[:TUNING])
        setting, tried = work.rate, list[Tried]()
        for _ in range(ATTEMPTS):
            lap = self.run(few, setting=setting, budget=budget)
            if isinstance(lap, str):
                return lap
            tried.append(Tried(setting, lap))
            if setting == 1.0 and lap.rate < work.rate:
                break
            setting = min(1.0, setting * min(4.0, work.rate / lap.rate if lap.rate else 4.0))
        best = min(tried, key=lambda one: abs(one.lap.rate - work.rate))
        return best if best.lap.rate else "changes nothing"

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=60)


def interpreter_with(tool: str, interpreters: Sequence[str]) -> str | None:
    """The first interpreter that has a tool."""
    question = f"import sys, importlib.util; sys.exit(importlib.util.find_spec({tool!r}) is None)"
    for interpreter in (sys.executable, *interpreters):
        if Path(interpreter).is_file() and not subprocess.run([interpreter, "-c", question], check=False).returncode:
            return interpreter
    return None
