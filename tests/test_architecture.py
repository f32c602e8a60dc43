"""The house stands as docs/design.md draws it: directions, rooms of libraries, budgets, mirrors."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from importlinter.cli import lint_imports

import auricle

PACKAGE = Path(auricle.__file__).parent
ROOT = PACKAGE.parents[1]
TESTS = ROOT / "tests"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROOM_OF_LIBRARY = {
    "soundfile": {"audio"},
    "soxr": {"audio"},
    "av": {"audio"},
    "onnxruntime": {"models"},
    "typer": {"cli"},
    "rich": {"cli"},
    "matplotlib": {"plot"},
    "mutagen": {"library"},
    "faiss": {"library"},
    "openTSNE": {"recommend"},
    "scipy": {"recommend"},
    "implicit": {"recommend"},
    "pyarrow": {"cli", "library", "recommend"},
    "sqlalchemy": {"library"},
    "watchfiles": {"library"},
    "sklearn": {"teach", "evaluate"},
    "threadpoolctl": {"evaluate", "recommend"},
    "pydantic": {"training"},
    "torch": {"training"},
    "onnx": {"models", "training"},
}
"""Where each third-party library may be imported; NumPy may be everywhere."""

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40
USUAL_FUNCTION_LINES = 25
USUAL_SHARE = 0.9
MAX_PARAMETERS = 5

WITHOUT_OWN_TEST = {"__init__.py", "__main__.py"}
"""Modules that need no test file: they only hand names on."""

TESTED_WITH = {
    "audio/mixdown.py": "audio/test_decoding.py",
    "audio/ogg.py": "audio/test_bad_input.py",
    "audio/pyav.py": "audio/test_back_ends.py",
    "audio/reader.py": "audio/test_back_ends.py",
    "audio/sndfile.py": "audio/test_back_ends.py",
    "audio/sound.py": "audio/test_bad_input.py",
    "evaluate/arrays.py": "evaluate/test_metrics.py",
    "recommend/coldstart/audio_factors.py": "recommend/coldstart/test_hearing.py",
    "recommend/coldstart/baselines.py": "recommend/coldstart/test_recommender.py",
    "recommend/coldstart/collaborative.py": "recommend/coldstart/test_recommender.py",
    "recommend/coldstart/content.py": "recommend/coldstart/test_tastes.py",
    "recommend/coldstart/evidence.py": "recommend/coldstart/test_hybrid.py",
    "recommend/coldstart/likeness.py": "recommend/coldstart/test_recommender.py",
    "recommend/coldstart/models.py": "recommend/coldstart/test_recommender.py",
    "recommend/coldstart/reading_blocks.py": "recommend/coldstart/test_reading.py",
    "recommend/coldstart/reading_values.py": "recommend/coldstart/test_reading.py",
    "recommend/coldstart/state.py": "recommend/coldstart/test_store.py",
    "training/checkpoint.py": "training/test_fit.py",
    "training/losses.py": "training/test_network.py",
}
"""Modules whose tests stand in another file, because the same must hold for several of them."""


class Function(NamedTuple):
    """One function of the package."""

    name: str
    lines: int
    node: ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (top-level module, line) of every absolute import, also inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).split(".")[0], node.lineno


def functions() -> list[Function]:
    """Return every function and method, nested ones too."""
    return [
        Function(f"{path.relative_to(PACKAGE)}:{node.name}", length(node), node)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring and decorators."""
    total = int(node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        total -= int(first.end_lineno or first.lineno) - first.lineno + 1
    return total


# Directions


def test_rooms_import_only_downwards(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    # import-linter puts the working folder on the path.
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0, (
        capsys.readouterr().out
    )


def test_every_room_has_a_layer() -> None:
    layers = (ROOT / "pyproject.toml").read_text("utf-8")
    rooms = {room(path) for path in MODULES} - {"__init__", "__main__"}
    missing = sorted(name for name in rooms if f"auricle.{name}" not in layers)
    assert not missing, f"not in the import-linter contract: {missing}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    assert "auricle" not in {name for name, _ in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_but_the_version_comes_from_the_top(path: Path) -> None:
    """The public names are lazy: taking one from the top would be a way around the layers."""
    depth = len(path.relative_to(PACKAGE).parts)
    taken = {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module is None and node.level == depth
        for alias in node.names
    }
    assert taken <= {"__version__"} | {room(module) for module in MODULES}


def test_third_party_libraries_live_in_one_room() -> None:
    strangers = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for path in MODULES
        for name, line in imports(path)
        if name not in sys.stdlib_module_names
        and name != "numpy"
        and room(path) not in ROOM_OF_LIBRARY.get(name, set())
    ]
    assert not strangers, "\n".join(strangers)


def test_every_listed_library_is_used() -> None:
    used = {name for path in MODULES for name, _ in imports(path)}
    assert not set(ROOM_OF_LIBRARY) - used


# Habits


def test_only_the_command_line_prints() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in MODULES
        if room(path) != "cli"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "breakpoint", "input"}
    ]
    assert not found


def test_no_module_sets_a_process_wide_switch_at_import() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{statement.lineno} {ast.unparse(statement.value)}"
        for path in MODULES
        for statement in tree(path).body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    ]
    assert not found, "work at import time"


def test_the_environment_is_read_in_one_module() -> None:
    readers = sorted(
        str(path.relative_to(PACKAGE))
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value == "AURICLE_HOME"
    )
    assert len(set(readers)) <= 1, readers


# Budgets


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_fits_its_budget(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MAX_MODULE_LINES, f"{lines} lines"


def test_functions_fit_their_budget() -> None:
    long = [f"{f.name}: {f.lines} lines" for f in functions() if f.lines > MAX_FUNCTION_LINES]
    assert not long


def test_most_functions_are_short() -> None:
    found = functions()
    short = sum(f.lines <= USUAL_FUNCTION_LINES for f in found)
    assert short >= USUAL_SHARE * len(found), f"{short} of {len(found)}"


def test_functions_take_few_parameters() -> None:
    """Ruff counts these too, but not in the command line, where parameters are the options."""
    many = [
        f.name
        for f in functions()
        if not f.name.startswith("cli")
        and len([a for a in f.node.args.args if a.arg not in {"self", "cls"}])
        + len(f.node.args.kwonlyargs)
        > MAX_PARAMETERS
    ]
    assert not many


def test_no_options_are_passed_through_blindly() -> None:
    blind = [f.name for f in functions() if f.node.args.kwarg is not None]
    assert not blind, "**kwargs hides what a function takes"


# Mirrors


def mirror(path: Path) -> Path:
    relative = path.relative_to(PACKAGE)
    if relative.as_posix() in TESTED_WITH:
        return TESTS / TESTED_WITH[relative.as_posix()]
    return TESTS / relative.parent / f"test_{relative.name}"


def test_every_module_has_its_test_file() -> None:
    missing = [
        str(mirror(path).relative_to(ROOT))
        for path in MODULES
        if path.name not in WITHOUT_OWN_TEST and not mirror(path).is_file()
    ]
    assert not missing


def test_the_exceptions_are_still_needed() -> None:
    for module, file in TESTED_WITH.items():
        assert (PACKAGE / module).is_file(), module
        own = TESTS / Path(module).parent / f"test_{Path(module).name}"
        assert not own.is_file(), f"{own} exists: drop the exception to {file}"


def test_every_folder_of_tests_is_a_package() -> None:
    """Else two test files of one name in two rooms cannot be collected together."""
    folders = {path.parent for path in TESTS.rglob("test_*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def test_packages_only_hand_names_on() -> None:
    """An ``__init__.py`` below the top needs no test of its own: it holds no logic.

    It may load the names when they are first used (PEP 562).
    """
    for path in MODULES:
        if path.name == "__init__.py" and path.parent != PACKAGE:
            for node in tree(path).body:
                if isinstance(node, ast.If):
                    assert ast.unparse(node.test) == "TYPE_CHECKING", path
                elif isinstance(node, ast.FunctionDef):
                    assert node.name == "__getattr__", path
                else:
                    assert isinstance(node, ast.Expr | ast.ImportFrom | ast.Assign), path


def test_the_tests_are_at_least_as_long_as_the_code() -> None:
    code = sum(map(n_code_lines, MODULES))
    tests = sum(map(n_code_lines, TESTS.rglob("*.py")))
    assert tests >= code, f"{tests} lines of tests for {code} lines of code"


def n_code_lines(path: Path) -> int:
    """Count lines that do something: no blank ones, comments or docstrings."""
    told = {
        line
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(path.read_text("utf-8").splitlines(), start=1)
    return sum(
        1 for number, line in lines if line.strip(" )]}") and number not in told
        and not line.lstrip().startswith("#")
    )  # fmt: skip


def test_every_test_can_fail() -> None:
    """Each test asserts, expects an exception, or hands over to a helper that does."""
    toothless = [
        f"{path.relative_to(TESTS)}:{node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any(is_check(inner) for inner in ast.walk(node))
    ]
    assert not toothless


def is_check(node: ast.AST) -> bool:
    """Tell whether a node asserts: assert, pytest.raises, or numpy's assert_... or check_..."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).rpartition(".")[2]
    return name in {"raises", "warns", "fail"} or name.startswith(("assert_", "check_"))
