"""`xrobust train`, from English files to a checkpoint that `score` takes; and the one line that bad input gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from harness import Plan, score
from harness.checkpoints.lineage import read_lineage
from tests.harness.calling import Call

MakeCheckpoint = Callable[..., Path]
LABELS = ("entailment", "neutral", "contradiction")
SAID = ("the dog barked", "a cat sat", "who ran away")
"""A hypothesis for each label, so that there is something to learn."""
PREMISES = ("the cat sat on the mat", "a dog barked at the postman", "the postman ran away", "the dog looked at a cat")
QUICK = ("--max-pieces", "60", "--batch-size", "4", "--epochs", "1")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNLI's training set and SNLI's dev set, twelve pairs each, and MNLI's dev set, a copy of its training set."""
    directory = tmp_path_factory.mktemp("english")
    pairs = [(premise, number) for premise in PREMISES for number in range(len(LABELS))]
    items = [{"premise": premise, "hypothesis": SAID[label], "label": label} for premise, label in pairs]
    (directory / "mnli").mkdir()
    for name in ("mnli_train.json", "mnli_eval.json"):
        (directory / "mnli" / name).write_text(json.dumps(items), encoding="utf-8")
    rows = [f"{premise} !,{SAID[label]},{LABELS[label]}" for premise, label in pairs]
    (directory / "snli").mkdir()
    (directory / "snli" / "dev.csv").write_text("\n".join(["premise,hypothesis,label", *rows]) + "\n", encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def base(make_checkpoint: MakeCheckpoint) -> Path:
    """An encoder without a head."""
    return make_checkpoint("Model", initializer_range=0.1)


def weights(directory: Path) -> dict[str, Any]:
    return load_file(directory / "model.safetensors")


def changed(first: Path, second: Path) -> set[str]:
    """Names of the weights in which two checkpoints differ."""
    before, after = weights(first), weights(second)
    return {name for name in before.keys() & after.keys() if not before[name].equal(after[name])}


def test_what_was_trained_has_learned_its_task_and_can_be_scored(
    call: Call, base: Path, english: Path, tmp_path: Path
) -> None:
    out = tmp_path / "models" / "nli"
    given = ("--epochs", "40", "--learning-rate", "3e-3", "--batch-size", "6", "--max-pieces", "60")
    code, said, err = call("train", base, "-t", "mnli", "--data", english, *given, "--out", out)
    assert (code, err) == (0, "")
    assert said == f"{out}: {base.name} → mnli, 12 examples\n"
    plan = Plan(checkpoints=(str(out),), tasks=("mnli",), data=str(english), split="dev", perturbations=("identity",))
    (row,) = score(plan, store=tmp_path / "run").table().to_dict("records")
    assert row["clean"] == 100


def test_tasks_that_share_labels_are_joined_and_the_lineage_says_so(
    call: Call, base: Path, english: Path, tmp_path: Path, small_data: Path
) -> None:
    out = tmp_path / "nli"
    given = ("train", base, "-t", "mnli", "-t", "snli", "--split", "snli=dev", "--data", english, *QUICK)
    code, said, _ = call(*given, "--seed", "3", "--limit", "8", "--intermediate", "qqp", "--out", out)
    assert code == 0
    assert said.endswith(f"{base.name} → qqp → mnli+snli, 16 examples\n")
    lineage = read_lineage(out)
    assert (lineage.base_model, lineage.intermediate_tasks) == (base.name, ("qqp",))
    assert (lineage.target_task, lineage.seed) == ("mnli+snli", 3)
    wanted = {"training_splits": "mnli:train snli:dev", "training_examples": 16, "epochs": 1, "batch_size": 4}
    assert wanted.items() <= dict(lineage.factors).items()
    assert len(str(lineage.factors["training_data"])) == 32
    assert len(str(lineage.factors["start_fingerprint"])) == 64
    plan = Plan(checkpoints=(str(out),), tasks=("xnli",), data=str(small_data), perturbations=("word-swap",), limit=6)
    assert list(score(plan, store=tmp_path / "run").table()["language"]) == ["de", "en", "ru"]


def test_what_is_trained_further_tells_what_it_was_trained_on_before(
    call: Call, base: Path, english: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    given = (*QUICK, "--limit", "8")
    assert call("train", base, "-t", "mnli", "--data", english, *given, "--out", first)[0] == 0
    again = ("train", first, "-t", "miniature-tagging", *given)
    code, said, _ = call(*again, "--out", second)
    assert code == 0
    assert said == f"{second}: {base.name} → mnli → miniature-tagging, 8 examples\n"
    lineage = read_lineage(second)
    assert lineage.intermediate_tasks == ("mnli",)
    assert lineage.factors["synthetic"] is True
    assert "classifier.weight" in weights(second)
    code, _, err = call(*again, "--intermediate", "qqp", "--out", tmp_path / "third")
    assert code == 2
    assert "was trained on mnli: leave out the intermediate tasks given, qqp" in err


def test_the_seed_decides_everything_and_a_setting_that_is_named_counts(
    call: Call, base: Path, english: Path, tmp_path: Path
) -> None:
    def trained(name: str, *given: object) -> Path:
        call("train", base, "-t", "mnli", "--data", english, *QUICK, *given, "--out", tmp_path / name)
        return tmp_path / name

    first = trained("first")
    assert changed(first, trained("again")) == set()
    settings = [
        ("--seed", 1),
        ("--limit", 9),
        ("--epochs", 2),
        ("--batch-size", 3),
        ("--learning-rate", 1e-3),
        ("--max-pieces", 12),
        ("--warm-up", 0.9),
        ("--weight-decay", 0.9),
        ("--freeze-embeddings",),
    ]
    unmoved = [setting for number, setting in enumerate(settings) if not changed(first, trained(str(number), *setting))]
    assert unmoved == []


def test_frozen_embeddings_stay_as_they_were(call: Call, base: Path, english: Path, tmp_path: Path) -> None:
    moved = {}
    for name, given in (("free", ()), ("frozen", ("--freeze-embeddings",))):
        call("train", base, "-t", "mnli", "--data", english, *QUICK, *given, "--out", tmp_path / name)
        after, before = weights(tmp_path / name), weights(base)
        key = "embeddings.word_embeddings.weight"
        moved[name] = not after[f"roberta.{key}"].equal(before[key])
    assert moved == {"free": True, "frozen": False}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "training needs a task"),
        (("-t", "mnil"), "unknown task 'mnil': did you mean 'mnli'?"),
        (("-t", "mnli", "-t", "mnli"), "names a task twice"),
        (("-t", "mnli", "-t", "udpos"), "do not share their labels"),
        (("-t", "xnli", "--split", "xnli=test"), "would void every score on it"),
        (("-t", "mnli", "--split", "mnli=dve"), "unknown split to train on 'dve': did you mean 'dev'?"),
        (("-t", "mnli", "--split", "dev"), "--split 'dev' is not of the form TASK=VALUE"),
        (("-t", "mnli", "--split", "snli=dev"), "unknown task of this training 'snli'"),
        (("-t", "mnli", "--option", "mnli.layuot=json"), "unknown option of mnli 'layuot': did you mean 'layout'?"),
        (("-t", "mnli", "--option", "mnli.layout=jsno"), "unknown value of option layout of mnli 'jsno'"),
        (("-t", "mnli", "--limit", "0"), "limit of 0 leaves no example"),
        (("-t", "mnli", "--epochs", "0"), "training setting epochs must be above 0 and finite, got 0"),
        (("-t", "snli"), "has no train file of 'en'"),
    ],
    ids=str,
)
def test_a_training_that_cannot_be_is_refused_in_one_line(
    call: Call, base: Path, english: Path, tmp_path: Path, given: tuple[str, ...], said: str
) -> None:
    code, out, err = call("train", base, *given, "--data", english, "--out", tmp_path / "out")
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("xrobust: ")
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_task_that_needs_files_is_refused_without_data(call: Call, base: Path, tmp_path: Path) -> None:
    code, _, err = call("train", base, "-t", "mnli", "--out", tmp_path / "out")
    assert code == 2
    assert "task mnli needs files: give --data DIRECTORY, or --data hub" in err


def test_a_directory_that_is_there_is_left_as_it_is(call: Call, base: Path, english: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    code, _, err = call("train", base, "-t", "mnli", "--data", english, "--out", tmp_path)
    assert code == 2
    assert "is there already" in err
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_an_input_longer_than_the_base_reads_is_refused(call: Call, base: Path, english: Path, tmp_path: Path) -> None:
    items = [{"premise": "the cat sat on the mat " * 12, "hypothesis": "a cat sat", "label": 0}] * 2
    (tmp_path / "mnli").mkdir()
    (tmp_path / "mnli" / "mnli_train.json").write_text(json.dumps(items), encoding="utf-8")
    given = ("train", base, "-t", "mnli", "--data", tmp_path)
    code, _, err = call(*given, "--max-pieces", 100, "--out", tmp_path / "out")
    assert code == 2
    assert "has 100 pieces" in err
    assert "reads 62: set max_pieces to at most 62" in err
    assert not (tmp_path / "out").exists()
    assert call(*given, "--max-pieces", 62, "--epochs", 1, "--out", tmp_path / "out")[0] == 0
