"""A run that dies: killed between cells, killed inside a write, out of room; it goes on to the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import Plan, load_run, score
from harness.signature import shaping_versions
from perturbations.errors import StoreError
from tests.harness.test_run import cells, rows

ROOT = Path(__file__).resolve().parents[2]
PlanOf = Callable[..., Plan]

DRIVER = """
import json, os, resource, signal, sys, traceback
from pathlib import Path
import harness.evaluation
from harness import Inference, Plan, score
from harness.cli.main import main
from harness.progress import Silence
from harness.store import Store
classifier, tagger, data, out = sys.argv[1:5]

class Death(Silence):
    def __init__(self, cells):
        self.left = cells
    def cell(self, name, *, stored):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

def plan():
    return Plan(checkpoints=(classifier, tagger), tasks=("xnli", "udpos"), data=data, languages=("en", "de"),
                perturbations=("character-swap", "word-deletion"), rates=(0.3,), inference=Inference(device="cpu"))

def killed(after):
    score(plan(), store=out, progress=Death(after))

def killed_while_writing():
    os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
    score(plan(), store=out)

def full():
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
    main(["score", classifier, tagger, *"-t xnli -t udpos -l en -l de -p character-swap -p word-deletion".split(),
          "--rate", "0.3", "--data", data, "--device", "cpu", "--out", out])

# Taken once, by the test: whoever edits the code meanwhile must not make it fail.
harness.evaluation.shaping_versions = lambda: json.loads(sys.argv[5])
# Forked before anything is computed, while there is one thread: importing torch is most of the time of a process.
for moment, what in enumerate([lambda: killed(1), lambda: killed(3), killed_while_writing, full, lambda: killed(6)]):
    child = os.fork()
    if child == 0:
        code = 99
        try:
            what()
        except SystemExit as error:
            code = error.code
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    cells = len(list(Path(out, "cells").glob("*.parquet")))
    print(moment, os.waitstatus_to_exitcode(status), cells, flush=True)
"""


def test_a_run_that_is_killed_or_fills_the_disk_goes_on_to_the_same_bytes(
    classifier: Path, tagger: Path, small_data: Path, plan_of: PlanOf, tmp_path: Path, watcher: Any
) -> None:
    out = tmp_path / "killed"
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, classifier, tagger, small_data, out, json.dumps(shaping_versions())],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    codes, kept = zip(*((int(line.split()[1]), int(line.split()[2])) for line in done.stdout.splitlines()), strict=True)
    assert codes == (-signal.SIGKILL, -signal.SIGKILL, -signal.SIGKILL, 2, -signal.SIGKILL), done.stderr
    assert kept == (1, 3, 3, 3, 6), "cells that are whole after each death"
    said = [line for line in done.stderr.splitlines() if "xrobust:" in line]
    assert len(said) == 1
    assert "could not be written" in said[0]
    assert "what was stored before is whole" in said[0]
    with pytest.raises(StoreError, match=r"holds no run.json"):
        load_run(out)
    plan = plan_of(
        checkpoints=(str(classifier), str(tagger)),
        tasks=("xnli", "udpos"),
        perturbations=("character-swap", "word-deletion"),
    )
    resumed = score(plan, store=out, progress=watcher)
    assert (len(watcher.stored), len(watcher.computed)) == (6, 6)
    whole = score(plan, store=tmp_path / "whole")
    assert cells(out) == cells(tmp_path / "whole")
    assert rows(resumed) == rows(whole)
