"""The import order, the weight of what is imported, and the house style, read from the source of every module.

The rules are those of docs/ARCHITECTURE.md; what ruff can check is left to ruff.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "perturbations": (),
    "suites": ("perturbations",),
    "reports": ("perturbations.errors",),
    "harness": ("perturbations", "suites", "reports"),
}
"""Each room with what it may import besides itself."""
HEAVY = ("torch", "transformers", "datasets", "textattack", "nlpaug", "accelerate", "sklearn")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the rooms by dotted name, parsed."""
    found: dict[str, ast.Module] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts)] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return found


def imported(tree: ast.AST, known: Iterable[str]) -> Iterator[str]:
    """Dotted names of `known` modules that `tree` imports anywhere, also inside functions and for types only."""
    known = set(known)

    def resolve(name: str) -> str:
        return f"{name}.__init__" if f"{name}.__init__" in known else name

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (resolve(alias.name) for alias in node.names if resolve(alias.name) in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = resolve(f"{node.module}.{alias.name}")
                name = below if below in known else resolve(node.module)
                if name in known:
                    yield name


def graph() -> dict[str, set[str]]:
    """Every module with the modules of ours that it imports."""
    return {name: set(imported(tree, modules())) - {name} for name, tree in modules().items()}


def children(edges: Mapping[str, set[str]], folder: str) -> dict[str, set[str]]:
    """The modules and subfolders that stand directly in `folder`, each with those of them that it imports."""
    depth = folder.count(".") + 1

    def child(name: str) -> str | None:
        return name.split(".")[depth] if name.startswith(f"{folder}.") else None

    found: dict[str, set[str]] = {}
    for name, targets in edges.items():
        if (source := child(name)) is not None:
            found.setdefault(source, set()).update(c for t in targets if (c := child(t)) is not None and c != source)
    return found


def circle(edges: Mapping[str, set[str]]) -> list[str]:
    """A way that leads back to where it began, or nothing."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for target in sorted(edges.get(node, ())):
            if found := walk(target, [*way, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(edges) if (found := walk(node, []))), [])


def folders() -> list[str]:
    return sorted({name.rsplit(".", 1)[0] for name in modules()})


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    allowed = (room, *ROOMS[room])
    wrong = [
        f"{name} imports {target}"
        for name, targets in graph().items()
        if name.startswith(f"{room}.")
        for target in targets
        if not any(target == other or target.startswith(f"{other}.") for other in allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", folders())
def test_a_folder_has_no_circle_among_its_modules_and_subfolders(folder: str) -> None:
    assert circle(children(graph(), folder)) == []


def test_a_planted_circle_and_a_planted_import_are_found() -> None:
    edges = {"room.a": {"room.b.c"}, "room.b.c": {"room.b.d"}, "room.b.d": {"room.a"}}
    assert circle(children(edges, "room")) == ["a", "b", "a"]
    assert circle(children(edges, "room.b")) == []
    tree = ast.parse("def late():\n    from harness import run\n    import suites.task\n    from torch import nn")
    known = ("harness.__init__", "harness.run", "suites.task")
    assert list(imported(tree, known)) == ["harness.run", "suites.task"]
    assert list(imported(ast.parse("from harness import score"), known)) == ["harness.__init__"]


def loaded_after(code: str) -> set[str]:
    """The heavy libraries that a fresh interpreter holds after it ran `code`, which may exit."""
    script = f"""
import sys
status = 0
try:
    exec({code!r})
except SystemExit as stop:
    status = stop.code or 0
sys.stderr.write("HELD " + " ".join(name for name in {HEAVY!r} if name in sys.modules))
sys.exit(status)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rsplit("HELD", 1)[1].split())


def test_help_loads_no_heavy_library() -> None:
    assert loaded_after("sys.argv = ['xrobust', '--help']\nfrom harness.cli.main import main\nmain()") == set()


@pytest.mark.parametrize("room", ["perturbations", "suites", "reports"])
def test_a_whole_room_without_a_model_loads_no_heavy_library(room: str) -> None:
    code = (
        f"import importlib, pkgutil, {room}\n"
        f"for module in pkgutil.walk_packages({room}.__path__, '{room}.'):\n    importlib.import_module(module.name)"
    )
    assert loaded_after(code) == set()


def test_a_heavy_library_that_is_loaded_is_noticed() -> None:
    assert loaded_after("import datasets; raise SystemExit(0)") >= {"datasets"}


def name_of(node: ast.expr) -> str:
    """The last part of a name or attribute, empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def literal(node: ast.expr) -> bool:
    """Whether `node` is a string, or a tuple, list or set that holds one."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value for part in parts)


def asks_which_language(node: ast.AST) -> bool:
    """Whether `node` compares a language with a literal: `language == "th"`, `language.code in ("zh", "ja")`."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [
        side.value if isinstance(side, ast.Attribute) and side.attr == "code" else side
        for side in (node.left, *node.comparators)
    ]
    return any(map(literal, sides)) and any(name_of(side) in {"language", "lang"} for side in sides)


def faults(name: str, tree: ast.Module) -> Iterator[str]:
    """What in a module breaks the house style."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield f"{name}:{node.lineno} asserts outside the tests"
        printing = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if printing and not name.startswith("harness.cli."):
            yield f"{name}:{node.lineno} prints outside harness/cli"
        if asks_which_language(node):
            yield f"{name}:{getattr(node, 'lineno', 0)} asks which language it is: that is data for languages.toml"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[min(ast.get_docstring(node) is not None, len(node.body) - 1)]
            if (length := (node.end_lineno or 0) - first.lineno + 1) > LONGEST_FUNCTION:
                yield f"{name}:{node.lineno} {node.name} has {length} lines below its docstring"
    if not name.endswith("__init__") and not ast.get_docstring(tree):
        yield f"{name} does not say what it is for"


@pytest.mark.parametrize("name", modules())
def test_a_module_keeps_the_house_style(name: str) -> None:
    assert list(faults(name, modules()[name])) == []


@pytest.mark.parametrize("name", modules())
def test_a_file_is_short_enough_to_be_read(name: str) -> None:
    lines = (ROOT / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("assert language", "asserts outside"),
        ("print(language)", "prints outside"),
        ("return language == 'th'", "asks which language"),
        ("return request.language in ('zh', 'ja')", "asks which language"),
        ("return 'tr' != language.code", "asks which language"),
        ("\n    ".join(["language += 1"] * 41), "has 41 lines"),
    ],
)
def test_a_planted_fault_is_found(line: str, fault: str) -> None:
    source = f'"""Why."""\n\ndef function(language):\n    """What."""\n    {line}\n'
    assert [fault in found for found in faults("suites.planted", ast.parse(source))] == [True]


def test_a_comparison_between_two_languages_is_no_fault() -> None:
    assert (
        list(faults("suites.x", ast.parse('"""Why."""\nsame = left.language == right.language or language != ""')))
        == []
    )


def test_the_distribution_ships_the_rooms_and_not_the_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    targets = project["tool"]["hatch"]["build"]["targets"]
    assert sorted(targets["wheel"]["packages"]) == sorted(ROOMS)
    assert {f"/{room}" for room in ROOMS} <= set(targets["sdist"]["include"])
    assert "/tests" not in targets["sdist"]["include"]


def test_every_test_stands_in_the_room_that_it_tests_under_a_name_of_its_own() -> None:
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    assert {path.relative_to(ROOT / "tests").parts[0] for path in tests if path.parent != ROOT / "tests"} <= set(ROOMS)
    assert len({path.name for path in tests}) == len(tests)
