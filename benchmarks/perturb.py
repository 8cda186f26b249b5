"""Perturbing: edits a second of ours and of other tools, on the same sentences at the same rate, in one run.

    python -m benchmarks.perturb --data DIRECTORY

Others run in a process each, in the environment that has them; rounds take turns, and what is compared is processor
time of one core. Each tool's own setting is sought so that the realised rate comes near the one asked for; edits are
counted by one alignment for all, outside the timed part. Ours makes the text after the edits, as others do.

cold: each text is new. reused: its units are known, since other perturbations have struck it. again: the same
perturbation has struck it, and does so with four more seeds.

What goes or moves as one counts as one edit, however many words it has (`perturb_counting.py`); the rate counts words.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from time import process_time

import click

from benchmarks.machine import provenance
from benchmarks.perturb_texts import SOURCES, of_length, sentences
from benchmarks.perturb_tools import KINDS, TOOLS, Lap, Peer, Work, interpreter_with, strike
from perturbations.errors import UsageError, XRobustError
from perturbations.languages import find_language
from perturbations.passage import Level, Passage
from perturbations.policy import perturb

RATE = 0.05
COLD = {Level.CHARACTER: {"en": 4.0, "hi": 4.0, "th": 2.0, "zh": 2.0}, Level.WORD: dict.fromkeys(SOURCES, 2.0)}
REUSED = 8.0
"""Least ratios of our edits a second to those of the fastest other tool."""
SHORT, LONG, GROWTH = 1_000, 100_000, 150.0
"""Code points of two texts, and how many times as long the longer may take."""
WAYS = ("cold", "reused", "again")
SEEDS = 4
"""Further seeds with which a perturbation strikes a text again."""
NEAR = 0.1
"""Share of the rate by which a tool may miss it before ours is timed at the rate of that tool."""
BUDGET = 2.0
"""Seconds that a tool has for the sentences of one kind and language, a round."""


@dataclass(slots=True)
class Verdicts:
    """What became of the bounds.

    Args:
        broken: measured, and missed.
        open: not measured, with the reason.
    """

    broken: list[str] = field(default_factory=list[str])
    open: list[str] = field(default_factory=list[str])

    def hold(self, what: str, value: float, *, least: float | None = None, most: float | None = None) -> str:
        """Hold a value to its bound; returns a mark for the table."""
        if (least is not None and value < least) or (most is not None and value > most):
            limit = f"at least {least:g}" if least is not None else f"at most {most:g}"
            self.broken.append(f"{what}: {value:.2f}, bound: {limit}")
            return "!"
        return ""


def our_laps(work: Work, laps: dict[str, list[Lap]], *, seed: int) -> None:
    """One round of ours in every way."""
    passages = work.passages()
    for kind in KINDS:
        other = Work(kind, work.language, work.texts, work.rate).perturbation
        if kind != work.kind:
            for passage in passages:
                perturb(passage, other, rate=work.rate, seed=seed)
    laps["cold"].append(strike(work, work.passages, seed=seed))
    laps["reused"].append(strike(work, lambda: passages, seed=seed))
    laps["again"].append(together([strike(work, lambda: passages, seed=seed + more + 1) for more in range(SEEDS)]))


def together(laps: Sequence[Lap]) -> Lap:
    """Several passes over the same texts as one."""
    rate = sum(lap.rate for lap in laps) / len(laps)
    return Lap(sum(lap.seconds for lap in laps), sum(lap.edits for lap in laps), sum(lap.texts for lap in laps), rate)


def typical(laps: Sequence[Lap]) -> Lap:
    """The lap in the middle."""
    return sorted(laps, key=lambda lap: lap.edits_a_second)[len(laps) // 2]


def tell(name: str, lap: Lap, note: str) -> None:
    """Print a line of the table."""
    print(
        f"  {name:<20}{lap.edits_a_second:>11,.0f}{lap.texts_a_second:>12,.0f}{lap.rate:>9.1%}{lap.texts:>7}  {note}",
        flush=True,
    )


def compare(work: Work, peers: Sequence[Peer], verdicts: Verdicts, *, rounds: int) -> None:
    """Time one kind in one language and print what came out."""
    print(f"\n{work.language} {work.kind}")
    if not work.perturbation.supports(find_language(work.language)):
        print("  not offered by ours in this language: nothing to compare")
        return
    tuned = {peer: peer.tuned(work, budget=BUDGET / 4) for peer in peers}
    first = {peer: found for peer, found in tuned.items() if not isinstance(found, str)}
    for peer, found in tuned.items():
        if isinstance(found, str):
            print(f"  {peer.name:<20}has none: {found}")
    # What cannot come near the rate asked for is met at the rate that it realises: edits of one text share its costs.
    fastest = max((tried.lap for tried in first.values()), key=lambda lap: lap.edits_a_second, default=None)
    ours = work if fastest is None or abs(fastest.rate - RATE) < NEAR * RATE else replace(work, rate=fastest.rate)
    laps: dict[str, list[Lap]] = {name: [] for name in (*WAYS, *(peer.name for peer in first))}
    for number in range(rounds):
        our_laps(ours, laps, seed=(SEEDS + 1) * number + 1)
        for peer, tried in first.items():
            lap = peer.run(work, setting=tried.setting, budget=BUDGET / rounds)
            if isinstance(lap, str):
                raise UsageError(f"{peer.name}: {work.kind} in {work.language} {lap}")
            laps[peer.name].append(lap)
    for peer, tried in first.items():
        tell(peer.name, typical(laps[peer.name]), f"setting {tried.setting:.3g}")
    judge(work, {name: typical(found) for name, found in laps.items()}, verdicts)


def judge(work: Work, laps: dict[str, Lap], verdicts: Verdicts) -> None:
    """Hold ours against the fastest other tool, and print it."""
    others = [lap for name, lap in laps.items() if name not in WAYS]
    fastest = max(others, key=lambda lap: lap.edits_a_second, default=None)
    if fastest is None:
        print("  no other tool has it: no ratio")
    level = work.perturbation.level
    for name, least in (("cold", COLD[level][work.language]), ("reused", REUSED), ("again", None)):
        note = ""
        if fastest is not None:
            ratio = laps[name].edits_a_second / fastest.edits_a_second
            mark = verdicts.hold(f"{work.language} {work.kind} {name}", ratio, least=least)
            note = f"{ratio:6.2f} × the fastest{mark}" + (f", bound {least:g}" if least else "")
        tell(f"ours, {name}", laps[name], note)


def growth(work: Work) -> float:
    """How many times as long a text of 100,000 code points takes as one of 1,000: the median of five."""
    ratios: list[float] = []
    texts = {length: of_length(list(work.texts), length) for length in (SHORT, LONG)}
    for seed in range(5):
        seconds: dict[int, float] = {}
        for length, times in ((SHORT, 20), (LONG, 1)):
            started = process_time()
            for _ in range(times):
                perturb(Passage(texts[length], work.language), work.perturbation, rate=work.rate, seed=seed).apply()
            seconds[length] = (process_time() - started) / times
        ratios.append(seconds[LONG] / seconds[SHORT])
    return median(ratios)


@contextmanager
def peers_among(interpreters: Sequence[str], data: Path, verdicts: Verdicts) -> Iterator[list[Peer]]:
    """The other tools that some interpreter has; what none has is noted as open."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        lists = json.loads((data / "lexicons" / "stopwords-iso.json").read_text(encoding="utf-8"))
        place = folder / "corpora" / "stopwords"
        place.mkdir(parents=True)
        (place / "english").write_text("\n".join(lists["en"]), encoding="utf-8")
        found: list[Peer] = []
        for tool in TOOLS:
            interpreter = interpreter_with(tool, interpreters)
            if interpreter is None:
                verdicts.open.append(
                    f"{tool}: no interpreter has it (looked in this one and {', '.join(interpreters)})"
                )
                continue
            peer = Peer(tool, interpreter, folder)
            stack.callback(peer.close)
            found.append(peer)
        yield found


@click.command()
@click.option("--data", required=True, envvar="XROBUST_DATA", type=click.Path(path_type=Path), help="Evaluation data.")
@click.option("--sentences", "count", type=click.IntRange(min=20), default=350, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--language", "-l", "languages", multiple=True, type=click.Choice(list(SOURCES)), help="Default: all.")
@click.option("--kind", "-k", "kinds", multiple=True, type=click.Choice(KINDS), help="Default: all.")
@click.option(
    "--python",
    "interpreters",
    multiple=True,
    default=(".venv-textattack/bin/python",),
    show_default=True,
    help="An interpreter that has other tools; looked in after this one. May be repeated.",
)
def main(
    data: Path, count: int, rounds: int, languages: Sequence[str], kinds: Sequence[str], interpreters: Sequence[str]
) -> None:
    """Compare ours with nlpaug, TextAttack and multypo; exit 1 if a bound is broken, 2 if one could not be checked."""
    for name, value in provenance(("xrobust", "regex", "icu4py"), threads=1).items():
        print(f"{name:<12}{value}")
    print(f"{'asked':<12}rate {RATE}, {count} sentences a language, {rounds} rounds; times are processor time")
    print(f"  {'':<20}{'edits/s':>11}{'sentences/s':>12}{'rate':>9}{'texts':>7}")
    verdicts = Verdicts()
    with peers_among(interpreters, data, verdicts) as peers:
        for language in languages or SOURCES:
            texts = sentences(data, language, count)
            for kind in kinds or KINDS:
                compare(Work(kind, language, texts, RATE), peers, verdicts, rounds=rounds)
    print(f"\n{LONG:,} code points take … times as long as {SHORT:,} (at most {GROWTH:g})")
    for language in languages or SOURCES:
        texts = sentences(data, language, count)
        for kind in kinds or KINDS:
            ratio = growth(Work(kind, language, texts, RATE))
            print(
                f"  {language} {kind:<24}{ratio:>6.0f}{verdicts.hold(f'{language} {kind} growth', ratio, most=GROWTH)}"
            )
    for line in verdicts.broken:
        print(f"BROKEN  {line}")
    for line in verdicts.open:
        print(f"NOT MEASURED  {line}")
    sys.exit(1 if verdicts.broken else 2 if verdicts.open else 0)


if __name__ == "__main__":
    try:
        main()
    except XRobustError as error:
        sys.exit(f"perturb: {error}")
