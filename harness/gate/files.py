"""Files: the answer of a gate from what lies on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.gate.baseline import digest, read_baseline
from harness.gate.decision import decide
from harness.gate.making import capture_candidate
from harness.gate.policy import Policy, read_policy
from reports.gate.verdict import Verdict


def decide_files(
    candidates: Sequence[Path], baseline: Path, policy: Path | None, *, checkpoints: Sequence[str] = ()
) -> Verdict:
    """Hold runs against a baseline file.

    Args:
        candidates: directories of finished runs, one for each training seed.
        baseline: written by `xrobust baseline`.
        policy: a TOML file; None for the defaults.
        checkpoints: which checkpoints of the runs count; empty for all.

    Raises:
        XRobustError: whatever is wrong with one of them, or what they differ in.
    """
    rules = Policy() if policy is None else read_policy(policy)
    before = read_baseline(baseline)
    after = capture_candidate(candidates, before, rules, checkpoints=checkpoints)
    settings = {
        "baseline": f"{baseline.name}, digest {digest(baseline)}",
        "policy": "the defaults" if policy is None else f"{policy.name}, digest {digest(policy)}",
    }
    return decide(before, after, rules, settings=settings)
