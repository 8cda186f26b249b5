"""What sample would decide: that it does, and that no odd sample stops the gate from answering."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.gate_runs import write_run
from harness.cell import CLEAN
from harness.gate.claims import Claim, claims
from harness.gate.decision import decide
from harness.gate.losses import strata
from harness.gate.making import capture_candidate, capture_runs
from harness.gate.policy import Policy
from harness.gate.snapshot import Place
from harness.statistics.planning import margin_required_units
from harness.statistics.sample import Floats, Settings
from reports.gate.verdict import Answer
from tests.harness.gate.made import answers, place, snapshot

QUICK = Policy(resamples=999)
DROP = Policy(resamples=999, measure="drop")


def of_one_cell(before: Floats, after: Floats, policy: Policy = QUICK) -> list[Claim]:
    """The claims where both sides answer clean texts alike and one perturbed cell as given."""
    sides = ({place("en", CLEAN): np.ones(len(before)), place(): right} for right in (before, after))
    return claims(strata(*map(snapshot, sides), measure=policy.measure), policy)


@pytest.mark.parametrize(("policy", "least"), [(QUICK, 268), (DROP, 598)])
def test_without_any_change_so_many_ids_leave_no_room_for_the_margin(policy: Policy, least: int) -> None:
    needed = of_one_cell(np.ones(50), np.ones(50), policy)[0].needed
    assert needed is not None
    assert needed.number >= least
    for ids, shown in ((needed.number, True), (least - 1, False)):
        assert of_one_cell(np.ones(ids), np.ones(ids), policy)[0].within.significant() is shown


def test_where_every_id_is_lost_an_alarm_needs_a_few_more() -> None:
    needed = of_one_cell(np.ones(5), np.zeros(5))[0].needed
    assert str(needed) == "7 ids in place of 5 would decide, for an alarm if all of them lose as much"
    assert of_one_cell(np.ones(7), np.zeros(7))[0].worse.significant()
    assert not of_one_cell(np.ones(6), np.zeros(6))[0].worse.significant()


def test_the_level_of_a_cell_among_many_is_that_of_its_family() -> None:
    """A loss that is significant by itself and not among 120 cells takes more ids than there are."""
    languages = [f"l{number}" for number in range(60)]
    before, after = (answers(200, languages=languages, seed=seed) for seed in (0, 1))
    before[place("l0")] = np.repeat([1.0, 0.0, 1.0], (37, 15, 148))
    after[place("l0")] = np.repeat([0.0, 1.0, 1.0], (37, 15, 148))
    found = claims(strata(snapshot(before), snapshot(after), measure="perturbed"), QUICK)
    cell = next(claim for claim in found if claim.place == place("l0"))
    assert cell.worse.p is not None
    assert cell.worse.p < QUICK.cell_level / 10
    assert not cell.worse.significant()
    assert cell.needed is not None
    assert cell.needed.number > cell.needed.present == 200
    assert "for an alarm" in str(cell.needed)


def test_a_score_test_that_wants_more_than_a_t_bound_is_told_what_decides() -> None:
    def one_each(ids: int) -> list[Claim]:
        before, after = np.ones(ids), np.ones(ids)
        before[0] = after[1] = 0.0
        return of_one_cell(before, after)

    needed = one_each(353)[0].needed
    assert needed is not None
    assert "change as these did" in str(needed)
    assert one_each(needed.number)[0].within.significant()
    assert not one_each(353)[0].within.significant()


def test_a_loss_at_the_very_margin_is_told_to_need_no_number() -> None:
    settings = Settings(alpha=0.05)
    assert margin_required_units(1.0, 0.01, 100, settings=settings, loss=1.0 - 1e-13) is None
    assert margin_required_units(1.0, 0.01, 100, settings=settings, loss=0.9) is not None


@pytest.mark.parametrize("ids", [1, 2, 3])
@pytest.mark.parametrize("measure", ["perturbed", "drop"])
def test_the_smallest_samples_are_inconclusive(ids: int, measure: str) -> None:
    policy = QUICK if measure == "perturbed" else DROP
    before, after = (snapshot({place("en", CLEAN): np.ones(ids), place(): np.full(ids, right)}) for right in (1.0, 0.0))
    assert decide(before, after, policy).answer is Answer.INCONCLUSIVE


def test_controls_count_only_where_the_policy_names_them(tmp_path: Path) -> None:
    made: dict[str, dict[Place, Floats]] = {}
    for name, seed in (("base", 0), ("next", 1)):
        found = answers(60, seed=seed)
        made[name] = found | {place(code, "identity"): found[place(code, CLEAN)] for code in ("en", "de")}
    base, candidate = (write_run(tmp_path / name, found, checkpoint=name) for name, found in made.items())
    baseline = capture_runs([base])
    for policy, cells in (
        (QUICK, {place("en"), place("de")}),
        (Policy(resamples=999, perturbations=("identity",)), {place("en", "identity"), place("de", "identity")}),
    ):
        verdict = decide(baseline, capture_candidate([candidate], baseline, policy), policy)
        clean = {place("en", CLEAN), place("de", CLEAN)}
        assert {cell.name for cell in verdict.cells} == {str(where) for where in cells | clean}
        assert "2 cells" in verdict.means[0].name
