"""From options to a plan: what is given wins, what is not stays as the file has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from harness.cli._noise import nested
from harness.cli._options import merge
from harness.plan import Plan
from perturbations import Protection
from perturbations.errors import UsageError
from perturbations.plausibility import OtherWords

FILE = """
checkpoints = ["owner/model"]
tasks = ["udpos", "xnli"]
data = "files"
languages = ["en"]
rates = [0.2]
seeds = [5]
limit = 10
fields.xnli = ["premise"]
metrics.udpos = "token-accuracy"
options.udpos = { layout = "conllu", multiword = "syntactic" }
[inference]
token_budget = 99
precision = "bf16"
[statistics]
resamples = 999
correction = "holm"
"""


NOISY = """
checkpoints = ["owner/model"]
tasks = ["xnli"]
data = "files"
perturbations = ["homoglyph"]
rates = [0.2]
severities = ["light"]
parameters.homoglyph.across = false
protection = { urls = true, shortest = 5 }
plausibility = { refuses = false, least = 4 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def merged(file: Path | None, **given: Any) -> Plan:
    return merge(file, {"checkpoints": (), "languages": (), "limit": None, **given})


def test_without_options_the_file_stands(file: Path) -> None:
    plan = merged(file)
    assert plan.limit == 10
    assert plan.rates == (0.2,)
    assert plan.data == str(file.parent / "files")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"checkpoints": ("other",)}, {"checkpoints": ("other",)}),
        ({"languages": ("de", "fr")}, {"languages": ("de", "fr")}),
        ({"rates": (0.1,)}, {"rates": (0.1,)}),
        ({"seeds": (0,)}, {"seeds": (0,)}),
        ({"limit": 3}, {"limit": 3}),
        ({"data": "here"}, {"data": "here"}),
        ({"split": "dev"}, {"split": "dev"}),
        ({"manifest": "m.toml"}, {"manifest": "m.toml"}),
        ({"perturbations": ("identity",)}, {"perturbations": ("identity",)}),
        ({"fields": ("xnli=hypothesis", "udpos=text")}, {"fields": {"xnli": ("hypothesis",), "udpos": ("text",)}}),
        ({"fields": ("xnli=premise", "xnli=hypothesis")}, {"fields": {"xnli": ("premise", "hypothesis")}}),
        ({"metrics": ("xnli=accuracy",)}, {"metrics": {"udpos": "token-accuracy", "xnli": "accuracy"}}),
        ({"metrics": ("udpos=f1",)}, {"metrics": {"udpos": "f1"}}),
    ],
    ids=str,
)
def test_an_option_wins_over_the_file_and_leaves_the_rest(
    file: Path, given: dict[str, Any], wanted: dict[str, Any]
) -> None:
    before, after = merged(file), merged(file, **given)
    assert {name: getattr(after, name) for name in wanted} == wanted
    others = set(before.__slots__) - set(wanted)
    assert {name: getattr(after, name) for name in others} == {name: getattr(before, name) for name in others}


def test_one_option_of_a_reader_leaves_its_others_as_the_file_has_them(file: Path) -> None:
    plan = merged(file, options=("udpos.layout=parquet",))
    assert plan.options == {"udpos": {"layout": "parquet", "multiword": "syntactic"}}


def test_a_task_whose_name_is_the_path_of_a_file_takes_options_too() -> None:
    assert nested("options", ("own/stars.v2.toml.layout=auto",)) == {"own/stars.v2.toml": {"layout": "auto"}}


def test_settings_of_inference_and_statistics_are_laid_over_one_by_one(file: Path) -> None:
    plan = merged(file, device="cpu", max_pieces=64, resamples=199)
    assert (plan.inference.device, plan.inference.max_pieces) == ("cpu", 64)
    assert (plan.inference.token_budget, plan.inference.precision) == (99, "bf16")
    assert (plan.statistics.resamples, plan.statistics.correction) == (199, "holm")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"severities": ("heavy",)}, {"rates": None, "severities": ("heavy",)}),
        ({"severities": ("heavy",), "rates": (0.3,)}, {"rates": (0.3,), "severities": ("heavy",)}),
        ({"parameters": ("homoglyph.across=true",)}, {"parameters": {"homoglyph": {"across": "true"}}}),
        (
            {"perturbations": ("a.b:c",), "variants": ("a.b:c=homoglyph",), "parameters": ("a.b:c.across=true",)},
            {"variants": {"a.b:c": "homoglyph"}, "parameters": {"a.b:c": {"across": "true"}}},
        ),
        ({"protect": ("first", "labels")}, {"protection": Protection(urls=True, shortest=5, first=True, labels=True)}),
        ({"shortest": 0}, {"protection": Protection(urls=True, shortest=0)}),
        ({"plausible": True}, {"plausibility": OtherWords(refuses=True, least=4.0)}),
        ({"count_collisions": True}, {"plausibility": OtherWords(refuses=False, least=4.0)}),
        ({"plausible": False, "count_collisions": False}, {"plausibility": OtherWords(refuses=False, least=4.0)}),
    ],
    ids=str,
)
def test_what_is_done_to_the_texts_is_laid_over_the_file_one_by_one(
    tmp_path: Path, given: dict[str, Any], wanted: dict[str, Any]
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(NOISY, encoding="utf-8")
    if "variants" in given:
        path.write_text(NOISY.replace("parameters.homoglyph.across = false\n", ""), encoding="utf-8")
    plan = merged(path, **given)
    assert {name: getattr(plan, name) for name in wanted} == wanted


def test_options_alone_make_a_plan() -> None:
    plan = merged(None, checkpoints=("m",), tasks=("xnli",), data="d")
    assert plan == Plan(checkpoints=("m",), tasks=("xnli",), data="d")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"fields": ("xnli",)}, "--field 'xnli' is not of the form TASK=VALUE"),
        ({"metrics": ("=f1",)}, "--metric '=f1' is not of the form TASK=VALUE"),
        ({"options": ("udpos=parquet",)}, "--option udpos='parquet' is not of the form TASK.NAME=VALUE"),
        ({"options": ("udpos.layout",)}, "--option 'udpos.layout' is not of the form TASK.NAME=VALUE"),
        ({"metrics": ("udpos=f1", "udpos=token-accuracy")}, "--metric udpos is given twice: 'f1' and 'token-accuracy'"),
        ({"fields": ("xnli=premise", "xnli=premise")}, "fields.xnli names 'premise' twice"),
        ({"parameters": ("across=true",)}, "--parameter across='true' is not of the form NAME.PARAMETER=VALUE"),
        ({"parameters": ("homoglyph.across",)}, "--parameter 'homoglyph.across' is not of the form NAME.PARAMETER"),
        ({"parameters": ("identity.x=1", "identity.x=2")}, "--parameter identity.x is given twice: '1' and '2'"),
        ({"variants": ("a",)}, "--variant 'a' is not of the form NAME=PERTURBATION"),
        ({"plausible": True, "count_collisions": True}, "--plausible refuses what --count-collisions makes"),
        ({"shortest": -1}, "protection: shortest is -1"),
        ({"limit": 0}, "limit 0 leaves nothing to test"),
        ({"resamples": 0}, "'resamples' must be at least 99"),
        ({"max_pieces": 0}, "max_pieces must be at least 1"),
    ],
    ids=str,
)
def test_an_option_that_cannot_be_read_is_refused(file: Path, given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        merged(file, **given)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "line", ["inference = 3", "statistics = []", "options = 1", 'options.udpos = "x"', "metrics = 2"]
)
def test_a_section_of_the_file_that_is_no_table_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(f'checkpoints = ["m"]\ntasks = ["udpos"]\ndata = "d"\n{line}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="give a table of names and values"):
        merged(path, device="cpu", resamples=99, metrics=("udpos=f1",), options=("udpos.layout=auto",))


@click.command()
@click.option("--data", envvar="XROBUST_DATA")
@click.option("--plan", type=click.Path(path_type=Path))
def told(data: str | None, plan: Path | None) -> None:
    click.echo(merge(plan, {"checkpoints": ("m",), "tasks": ("xnli",), "data": data}).data)


@pytest.mark.parametrize(
    ("arguments", "environment", "wanted"),
    [
        (["--plan"], "from-environment", "in-plan"),
        (["--data", "given", "--plan"], "from-environment", "given"),
        ([], "from-environment", "from-environment"),
        (["--data", "given"], "from-environment", "given"),
    ],
)
def test_the_environment_only_fills_a_gap(tmp_path: Path, arguments: list[str], environment: str, wanted: str) -> None:
    from click.testing import CliRunner

    path = tmp_path / "plan.toml"
    path.write_text('data = "in-plan"', encoding="utf-8")
    given = [*arguments, str(path)] if arguments[-1:] == ["--plan"] else arguments
    result = CliRunner().invoke(told, given, env={"XROBUST_DATA": environment}, catch_exceptions=False)
    assert result.output.strip().endswith(wanted)
