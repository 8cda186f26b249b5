"""Plans: what a TOML file or a call may ask for, and the line that everything else gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Inference, Plan, Settings, read_plan
from harness.plan import plan_from
from perturbations import preset
from perturbations.errors import DataError, UnknownNameError, UsageError
from perturbations.plausibility import OtherWords
from perturbations.protection import Protection

SMALL: dict[str, Any] = {"checkpoints": ["m"], "tasks": ["xnli"], "data": "d"}
WHOLE = """
checkpoints = ["model", "owner/model@main"]
tasks = ["xnli", "udpos"]
data = "files"
languages = ["en", "de"]
perturbations = ["identity", "word-swap", "to-de", "real-typos"]
rates = [0.05, 1]
severities = ["light", "heavy"]
seeds = [1, 2]
split = "dev"
limit = 10
predictions = ["outputs"]
manifest = "lineage.toml"
fields.xnli = ["hypothesis"]
options.udpos = { multiword = "syntactic" }
metrics.udpos = "token-accuracy"
systems.ours = ["model"]
variants.to-de = "code-switching"
parameters.to-de = { target = "de", phrases = true }
parameters.real-typos = { table = "typos/{language}.txt" }
protection = { urls = true, shortest = 3 }
plausibility = { refuses = false, least = 4 }
[inference]
token_budget = 99
max_pieces = 64
precision = "bf16"
device = "cpu"
[statistics]
resamples = 999
correction = "holm"
alpha = 0.01
exact = true
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_of_a_toml_file_arrives_in_the_plan(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    plan = read_plan(written(tmp_path, WHOLE))
    assert plan == Plan(
        checkpoints=(str(tmp_path / "model"), "owner/model@main"),
        tasks=("xnli", "udpos"),
        data=str(tmp_path / "files"),
        languages=("en", "de"),
        perturbations=("identity", "word-swap", "to-de", "real-typos"),
        rates=(0.05, 1.0),
        severities=("light", "heavy"),
        seeds=(1, 2),
        split="dev",
        limit=10,
        fields={"xnli": ("hypothesis",)},
        options={"udpos": {"multiword": "syntactic"}},
        metrics={"udpos": "token-accuracy"},
        systems={"ours": ("model",)},
        variants={"to-de": "code-switching"},
        parameters={
            "to-de": {"target": "de", "phrases": True},
            "real-typos": {"table": str(tmp_path / "typos" / "{language}.txt")},
        },
        protection=Protection(urls=True, shortest=3),
        plausibility=OtherWords(refuses=False, least=4.0),
        predictions=(str(tmp_path / "outputs"),),
        manifest=str(tmp_path / "lineage.toml"),
        inference=Inference(token_budget=99, max_pieces=64, precision="bf16", device="cpu"),
        statistics=Settings(resamples=999, correction="holm", alpha=0.01, exact=True),
    )
    unset = {item.name for item in fields(Plan)} - {name.split(".")[0].strip("[] =") for name in WHOLE.split()}
    assert unset == set(), "the file above no longer shows every key"


def test_what_a_file_leaves_out_has_the_defaults_of_the_plan() -> None:
    plan = plan_from(SMALL)
    assert plan == Plan(checkpoints=("m",), tasks=("xnli",), data="d")
    assert plan.perturbations == preset("core")
    assert plan.statistics.correction == "bh", "cells are a screen"
    partly = plan_from({**SMALL, "statistics": {"resamples": 999}})
    assert partly.statistics == Settings(correction="bh", resamples=999), "one key must not reset the others"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"checkpoint": ["m"]}, "unknown key of plan 'checkpoint': did you mean 'checkpoints'"),
        ({"tasks": ["xnly"]}, "unknown task 'xnly': did you mean 'xnli'"),
        ({"perturbations": ["caracter-swap"]}, "unknown perturbation 'caracter-swap': did you mean 'character-swap'"),
        ({"languages": ["xx"]}, "unknown language 'xx'"),
        ({"split": "tests"}, "unknown split 'tests': did you mean 'test'"),
        ({"metrics": {"xnli": "acuracy"}}, "unknown metric of xnli 'acuracy': did you mean 'accuracy'"),
        ({"metrics": {"xnly": "accuracy"}}, "unknown task of this plan 'xnly': did you mean 'xnli'"),
        ({"metrics": {"udpos": "f1"}}, "unknown task of this plan 'udpos'"),
        ({"fields": {"udpos": ["text"]}}, "unknown task of this plan 'udpos'"),
        ({"options": {"xnli": {"layot": "auto"}}}, "unknown option of xnli 'layot': did you mean 'layout'"),
        ({"options": {"xnli": {"layout": "orginal"}}}, "option layout of xnli 'orginal': did you mean 'original'"),
        ({"options": {"xnli": {"decoding": "fre"}}}, "option decoding of xnli 'fre': did you mean 'free'"),
        ({"options": {"xnli": {"longest": "0"}}}, "option longest is '0': give a whole number above 0"),
        (
            {"inference": {"tokenbudget": 1}},
            "unknown key of plan: inference 'tokenbudget': did you mean 'token_budget'",
        ),
        ({"statistics": {"resample": 999}}, "plan: statistics 'resample': did you mean 'resamples'"),
        ({"statistics": {"correction": "hol"}}, "unknown correction 'hol': did you mean 'holm'"),
        ({"inference": {"precision": "fp16"}}, "unknown precision 'fp16'"),
        ({"inference": {"device": "gpu"}}, "unknown device 'gpu'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(content: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan_from(SMALL | content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"tasks": "xnli"}, "tasks is 'xnli': give a list"),
        ({"languages": [1]}, "languages is 1: give a text"),
        ({"rates": ["0.1"]}, "rates is '0.1': give a number"),
        ({"rates": [True]}, "rates is True: give a number"),
        ({"rates": 0.1}, "rates is 0.1: give a list"),
        ({"seeds": [1.0]}, "seeds is 1.0: give an integer"),
        ({"seeds": [True]}, "seeds is True: give an integer"),
        ({"limit": "10"}, "limit is '10': give an integer"),
        ({"limit": 10.5}, "limit is 10.5: give an integer"),
        ({"data": 5}, "data is 5: give a text"),
        ({"split": ["test"]}, "split is ['test']: give a text"),
        ({"manifest": {}}, "manifest is {}: give a text"),
        ({"fields": ["premise"]}, "fields is ['premise']: give a table"),
        ({"fields": {"xnli": "premise"}}, "fields.xnli is 'premise': give a list"),
        ({"options": {"xnli": "auto"}}, "options.xnli is 'auto': give a table"),
        ({"options": {"xnli": {"layout": 1}}}, "options.xnli.layout is 1: give a text"),
        ({"metrics": {"xnli": 1}}, "metrics.xnli is 1: give a text"),
        ({"inference": 3}, "inference is 3: give a table"),
        ({"inference": {"token_budget": "2048"}}, "token_budget is '2048': give an integer"),
        ({"inference": {"max_pieces": 64.0}}, "max_pieces is 64.0: give an integer"),
        ({"statistics": {"alpha": "x"}}, "alpha is 'x': give a number"),
        ({"statistics": {"exact": 1}}, "exact is 1: give true or false"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_where_it_stands(content: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan_from(SMALL | content)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"rates": [0]}, "rate 0.0 is not a share"),
        ({"rates": [-0.1]}, "rate -0.1"),
        ({"rates": [1.0001]}, "rate 1.0001"),
        ({"rates": [float("nan")]}, "rate nan"),
        ({"rates": [float("inf")]}, "rate inf"),
        ({"limit": 1}, "limit 1 leaves nothing to test"),
        ({"inference": {"token_budget": 0}}, "token budget"),
        ({"statistics": {"resamples": 5}}, "'resamples' must be at least 99"),
    ],
)
def test_a_number_out_of_range_is_refused(content: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan_from(SMALL | content)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        *({name: []} for name in ("tasks", "perturbations", "rates", "seeds")),
        {"fields": {"xnli": []}},
    ],
    ids=str,
)
def test_an_empty_list_is_refused_where_nothing_would_be_done(content: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="name at least one"):
        plan_from(SMALL | content)


@pytest.mark.parametrize(
    "content",
    [
        {"checkpoints": ["m", "m"]},
        {"tasks": ["xnli", "xnli"]},
        {"languages": ["en", "de", "en"]},
        {"perturbations": ["identity", "identity"]},
        {"rates": [1, 1.0]},
        {"seeds": [3, 3]},
        {"fields": {"xnli": ["premise", "premise"]}},
    ],
    ids=str,
)
def test_what_is_named_twice_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="twice"):
        plan_from(SMALL | content)


def test_a_text_is_no_list_of_its_letters() -> None:
    with pytest.raises(UsageError, match="checkpoints is 'model': give a tuple"):
        Plan(checkpoints="model", tasks=("xnli",), data="d")


def test_a_task_with_files_needs_to_be_told_where_they_are() -> None:
    with pytest.raises(UsageError, match="task xnli needs files: give --data DIRECTORY, or --data hub"):
        Plan(checkpoints=("m",), tasks=("xnli",))


def test_languages_of_which_a_task_has_none_are_refused_and_others_are_not() -> None:
    with pytest.raises(UsageError, match="task xnli has none of the languages fi, ko: it has ar, bg"):
        plan_from(SMALL | {"languages": ["fi", "ko"]})
    assert plan_from(SMALL | {"languages": ["fi", "en"]}).languages == ("fi", "en")


def test_relative_paths_start_at_the_file_and_never_at_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans, elsewhere = tmp_path / "plans", tmp_path / "elsewhere"
    for place in (plans / "model", plans / "hub", elsewhere / "files", elsewhere / "other"):
        place.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    text = 'checkpoints = ["{}"]\ntasks = ["xnli"]\ndata = "{}"\nmanifest = "m.toml"'
    plan = read_plan(written(plans, text.format("model", "files")))
    assert plan.checkpoints == (str(plans / "model"),)
    assert plan.data == str(plans / "files"), "though elsewhere/files exists and plans/files does not"
    assert plan.manifest == str(plans / "m.toml")
    plan = read_plan(written(plans, text.format("owner/model", "hub")))
    assert plan.checkpoints == ("owner/model",)
    assert plan.data == "hub", "the word, though a directory has the name"
    plan = read_plan(written(plans, text.format(elsewhere / "other", elsewhere / "files")))
    assert (plan.checkpoints, plan.data) == ((str(elsewhere / "other"),), str(elsewhere / "files"))
    with pytest.raises(UsageError, match=r"checkpoint 'other' is not in .*plans, where relative paths"):
        read_plan(written(plans, text.format("other", "files")))


@pytest.mark.parametrize(
    ("content", "said"), [(b"tasks = [", "is not TOML"), (b"\xff\xfe", "is not TOML"), (None, "cannot be read")]
)
def test_a_file_that_is_no_plan_is_refused_by_its_name(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "plan.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        read_plan(path)
    assert str(path) in str(caught.value)


def test_an_unknown_name_carries_its_kind() -> None:
    with pytest.raises(UnknownNameError) as caught:
        plan_from(SMALL | {"perturbations": ["word-drop"]})
    assert (caught.value.kind, caught.value.name) == ("perturbation", "word-drop")


RATES = st.lists(st.floats(1e-6, 1), min_size=1, max_size=3, unique=True)
SEEDS = st.lists(st.integers(), min_size=1, max_size=3, unique=True)


@given(rates=RATES, seeds=SEEDS, limit=st.none() | st.integers(2), budget=st.integers(1))
def test_a_plan_comes_back_from_json(rates: list[float], seeds: list[int], limit: int | None, budget: int) -> None:
    plan = plan_from(SMALL | {"rates": rates, "seeds": seeds, "limit": limit, "inference": {"token_budget": budget}})
    assert plan_from(json.loads(json.dumps(asdict(plan)))) == plan


def test_a_plan_of_a_run_comes_back_from_json(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of(
        fields={"xnli": ("premise",)},
        options={"xnli": {"layout": "original"}},
        metrics={"xnli": "accuracy"},
        perturbations=("twin", "homoglyph"),
        rates=None,
        severities=("trace",),
        variants={"twin": "homoglyph"},
        parameters={"twin": {"across": False}},
        protection=Protection(numbers=True, shortest=2),
        plausibility=OtherWords(refuses=False),
    )
    assert plan_from(json.loads(json.dumps(asdict(plan)))) == plan
