"""Arms, factors and what makes runs incomparable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.checkpoints.lineage import Lineage
from harness.comparing.arms import find_arms, mixed
from harness.comparing.asked import Asked
from harness.comparing.entrants import find_entrants
from harness.comparing.matching import NUMBER, find_matches, find_pairs
from harness.comparing.study import Study, compare_runs
from harness.results import load_run
from harness.statistics.sample import Settings
from perturbations.errors import UsageError
from tests.harness.comparing.generated import Made, lineage, run_of
from tests.harness.comparing.in_memory import arm_of

SETTINGS = Settings(resamples=199)


def compared(tmp_path: Path, *runs: list[Made], **asked: Any) -> Study:
    directories = [tmp_path / f"run-{number}" for number in range(len(runs))]
    for directory, made in zip(directories, runs, strict=True):
        run_of(directory, made, languages=("en", "de"), premises=10)
    return compare_runs(directories, Asked(settings=SETTINGS, **asked))


def test_a_run_keeps_the_lineage_of_its_checkpoints(tmp_path: Path) -> None:
    made = [Made("a", lineage("mnli", "siqa", seed=3, scale="large")), Made("b")]
    run_of(tmp_path / "run", made, languages=("en",), premises=4)
    assert load_run(tmp_path / "run").lineages == {"a": made[0].lineage, "b": Lineage()}


def test_seeds_make_one_arm_and_factors_several(tmp_path: Path) -> None:
    made = [
        Made(f"{name}-{scale}-{seed}", lineage(*intermediate, seed=seed, scale=scale, learning_rate=1e-5))
        for name, intermediate in (("direct", ()), ("mnli", ("mnli",)), ("both", ("mnli", "siqa")))
        for scale in ("base", "large")
        for seed in (1, 2)
    ]
    study = compared(tmp_path, made[:6], made[6:])
    assert [arm.label for arm in study.arms] == [
        *("base", "large", "after mnli, base", "after mnli, large"),
        *("after mnli+siqa, base", "after mnli+siqa, large"),
    ]
    assert all(arm.seeds("xnli") == [1, 2] for arm in study.arms)
    overall = [gain for gain in study.levels if gain.scope.kind == "overall"]
    assert [(gain.factor, gain.match) for gain in overall] == [
        ("intermediate", "intermediate mnli against none (scale base and scale large)"),
        ("intermediate", "intermediate mnli+siqa against none (scale base and scale large)"),
        ("scale", "scale large against base (intermediate none and intermediate mnli and intermediate mnli+siqa)"),
        (NUMBER, f"{NUMBER} 1 against 0 (scale base)"),
        (NUMBER, f"{NUMBER} 1 against 0 (scale large)"),
        (NUMBER, f"{NUMBER} 2 against 0 (scale base)"),
        (NUMBER, f"{NUMBER} 2 against 0 (scale large)"),
    ]
    assert len(study.pairs) == 15
    assert {gain.robustness.training_seeds for gain in overall} == {(2, 2)}


def test_checkpoints_of_which_nobody_tells_a_lineage_are_arms_by_name(tmp_path: Path) -> None:
    study = compared(tmp_path, [Made("old")], [Made("new", key=5)])
    assert [(gain.factor, gain.match) for gain in study.levels if gain.scope.kind == "overall"] == [
        ("checkpoint", "checkpoint new against old")
    ]
    other = compared(tmp_path, [Made("old")], [Made("new", key=5)], references={"checkpoint": "new"})
    assert other.levels[0].match == "checkpoint old against new"
    assert other.levels[0].robustness.estimate == pytest.approx(-study.levels[0].robustness.estimate)


def test_two_runs_with_a_checkpoint_of_one_name_are_told_apart_by_the_run(tmp_path: Path) -> None:
    study = compared(tmp_path, [Made("model", lineage())], [Made("model", lineage("mnli"), key=4)])
    names = [member.name for arm in study.arms for member in arm.members.values()]
    assert names == [f"{tmp_path / 'run-0'}/model", f"{tmp_path / 'run-1'}/model"]


def test_a_manifest_tells_the_lineage_and_its_factors(tmp_path: Path) -> None:
    manifest = tmp_path / "lineages.toml"
    told = 'base_model = "x"\nintermediate_tasks = ["mnli"]\nfactors = { augmentation = "typos" }\n'
    manifest.write_text(f'[a]\nbase_model = "x"\n[b]\n{told}', encoding="utf-8")
    study = compared(tmp_path, [Made("a"), Made("b", key=3)], manifest=manifest)
    assert [dict(arm.factors) for arm in study.arms] == [
        {"base": "x", "intermediate": "none", "augmentation": "none"},
        {"base": "x", "intermediate": "mnli", "augmentation": "typos"},
    ]
    # Both factors differ, so that no level stands alone: only the pair is compared, and that is said.
    assert study.levels == ()
    assert len(study.pairs) == 1
    assert study.notes == (
        "intermediate mnli: no arm with none is alike in everything else; see the pairs",
        "augmentation typos: no arm with none is alike in everything else; see the pairs",
    )


def test_a_free_factor_counts_where_it_is_named(tmp_path: Path) -> None:
    made = [Made(f"m{rate}", lineage(seed=rate, learning_rate=rate / 10), key=rate) for rate in (1, 2)]
    with pytest.raises(UsageError, match=r"2 checkpoints of one arm, direct: .* --factor or --manifest"):
        compared(tmp_path, made)
    study = compared(tmp_path, made, factors=("learning_rate",))
    assert [arm.label for arm in study.arms] == ["learning_rate 0.1", "learning_rate 0.2"]


def test_what_differs_within_an_arm_is_told() -> None:
    arm = arm_of("x", [0, 1])
    members = {
        place: replace(
            member, lineage=replace(member.lineage, factors={"epochs": place[1] or 5, "start": place[1] or 0})
        )
        for place, member in arm.members.items()
    }
    assert list(mixed([replace(arm, members=members)])) == [
        "x on toy mixes epochs 1, 5 under its seeds: tell them apart by --factor epochs"
    ]


def test_two_checkpoints_of_one_arm_and_seed_are_refused_with_what_sets_them_apart(tmp_path: Path) -> None:
    made = [Made("a", lineage(seed=1, epochs=1)), Made("b", lineage(seed=1, epochs=2), key=2)]
    with pytest.raises(
        UsageError, match=r"a and b are both base xlm-r, .* seed 1 on xnli: name .* --factor \(epochs\)"
    ):
        compared(tmp_path, made)
    with pytest.raises(UsageError, match="seed unknown on xnli: give them other seeds"):
        compared(tmp_path, [Made("a", lineage(seed=None)), Made("b", lineage(seed=None), key=2)])


def test_a_task_that_an_arm_lacks_is_left_out_and_told(tmp_path: Path) -> None:
    made = [Made("a", lineage()), Made("b", lineage("mnli"), key=2)]
    study = compared(tmp_path, [*made, Made("c", lineage(), task="udpos")])
    assert list(study.conditions) == ["xnli"]
    assert study.notes == ("udpos is left out: only direct was scored on it",)
    with pytest.raises(UsageError, match="no task was scored with every arm"):
        compared(tmp_path, [made[0]], [replace(made[1], task="udpos")])


def test_seeds_that_a_task_lacks_are_told(tmp_path: Path) -> None:
    made = [
        Made(f"{name}{task}{seed}", lineage(*between, seed=seed), task=task, key=seed)
        for name, between in (("a", ()), ("b", ("mnli",)))
        for task in ("xnli", "udpos")
        for seed in (0, 1, 2)
        if (name, task, seed) != ("a", "udpos", 2)
    ]
    study = compared(tmp_path, made)
    assert study.notes == ("direct: training seeds 2 are not there on every task and count only by task",)
    seeds = {str(gain.scope): gain.robustness.training_seeds for gain in study.levels}
    assert (seeds["overall"], seeds["task xnli"]) == ((3, 2), (3, 3))


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"noises": ("word-swap",)}, "only a has perturbation character-swap"),
    ({"languages": ("en",)}, "only a has language de"),
    ({"noise_seeds": (0, 1)}, "only b has noise seed 1"),
    ({"change": {"rate": 0.2}}, "only a has rate 0.1; only b has rate 0.2"),
    ({"change": {"data": "other"}}, "data of en character-swap: xnli en against other"),
    ({"change": {"parameters": {"near": "2"}}}, "parameters of en character-swap"),
    ({"change": {"protection": "urls"}}, "protection of en character-swap: none against urls"),
    ({"change": {"versions": {"noise": "new"}}}, "version of the noise of en character-swap: made against new"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_runs_that_were_asked_otherwise_are_refused_by_what_differs(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    usual: dict[str, Any] = {"languages": ("en", "de"), "premises": 4}
    run_of(tmp_path / "a", [Made("a", lineage())], **usual)
    run_of(tmp_path / "b", [Made("b", lineage("mnli"))], **{**usual, **change})
    with pytest.raises(UsageError) as caught:
        compare_runs([tmp_path / "a", tmp_path / "b"], Asked(settings=SETTINGS))
    assert "a and b were not asked the same on xnli: " in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_way_to_compute_is_told_and_allowed(tmp_path: Path) -> None:
    usual: dict[str, Any] = {"languages": ("en",), "premises": 4}
    run_of(tmp_path / "a", [Made("a", lineage())], **usual)
    run = run_of(tmp_path / "b", [Made("b", lineage("mnli"))], **usual)
    cells = tuple(replace(item, cell=replace(item.cell, precision="bf16")) for item in run.planned)
    # Only what the run says of its cells is asked here; their records are those under the old keys.
    replace(run, planned=cells).save()
    study = compare_runs([tmp_path / "a", tmp_path / "b"], Asked(settings=SETTINGS))
    assert study.notes == ("xnli: precision is fp32 for a and bf16 for b",)


def test_only_what_is_asked_for_is_compared_and_never_a_control(tmp_path: Path) -> None:
    made = [Made("a", lineage()), Made("b", lineage("mnli"), key=2)]
    run_of(tmp_path / "r", made, languages=("en", "de"), noises=("identity", "word-swap"), premises=6)
    study = compare_runs([tmp_path / "r"], Asked(settings=SETTINGS))
    assert study.conditions["xnli"] == (("en", "word-swap", 0.1), ("de", "word-swap", 0.1))
    asked = Asked(settings=SETTINGS, languages=("de",), perturbations=("identity",), tasks=("xnli",))
    assert compare_runs([tmp_path / "r"], asked).conditions["xnli"] == (("de", "identity", 0.1),)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"tasks": ("xnlii",)}, "no run has the task 'xnlii': they have xnli"),
        ({"languages": ("sw",)}, "no run has the language 'sw': they have de, en"),
        ({"perturbations": ("clean",)}, "no run has the perturbation 'clean'"),
        ({"factors": ("size",)}, "no checkpoint has a factor 'size' in its lineage: they have no free factor"),
        ({"references": {"size": "x"}}, "no factor 'size' to take a reference of: there are base, intermediate"),
        ({"references": {"intermediate": "x"}}, "no checkpoint has intermediate 'x': they have none, mnli"),
    ],
)
def test_names_that_nothing_has_are_refused(tmp_path: Path, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        compared(tmp_path, [Made("a", lineage()), Made("b", lineage("mnli"))], **asked)
    assert message in str(caught.value)


def test_an_entry_of_the_manifest_for_no_checkpoint_is_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "lineages.toml"
    manifest.write_text('[c]\nbase_model = "x"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="the manifest has an entry for 'c', which no run holds: they hold a, b"):
        compared(tmp_path, [Made("a"), Made("b")], manifest=manifest)


def test_arms_that_differ_in_one_factor_only_are_matched() -> None:
    arms = [arm_of(name, [0], *between, scale=scale) for name, between, scale in GRID]
    matches, unmatched = find_matches(arms, {})
    assert {match.title: (match.candidate, match.baseline) for _, match in matches} == {
        "intermediate mnli against none (scale s)": ((arms[1],), (arms[0],)),
        "scale l against s (intermediate mnli)": ((arms[2],), (arms[1],)),
    }
    assert unmatched == []
    assert [match.title for match in find_pairs(arms)] == ["b against a", "c against a", "c against b"]


GRID: list[tuple[str, tuple[str, ...], str]] = [("a", (), "s"), ("b", ("mnli",), "s"), ("c", ("mnli",), "l")]


def test_the_order_of_the_runs_is_the_order_of_the_arms(tmp_path: Path) -> None:
    for name in ("b", "a"):
        run_of(tmp_path / name, [Made(name)], languages=("en",), premises=3)
    runs = {name: load_run(tmp_path / name) for name in ("b", "a")}
    entrants = find_entrants(runs)
    assert [arm.label for arm in find_arms(entrants, {"xnli": entrants})] == ["b", "a"]
