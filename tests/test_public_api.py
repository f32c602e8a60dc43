"""The public names: complete, lazy, typed, documented."""

import ast
import dataclasses
import inspect
from pathlib import Path

import pytest

import auricle

SOURCE = Path(auricle.__file__)
PAGE = SOURCE.parents[2] / "docs" / "python-api.md"
NAMES = [name for name in auricle.__all__ if not name.startswith("__")]


def typing_block() -> dict[str, str]:
    """Return {name: room} of the imports that only type checkers see."""
    block = next(
        node
        for node in ast.parse(SOURCE.read_text("utf-8")).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    return {
        alias.name: str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_public_names_are_sorted_and_unique() -> None:
    assert auricle.__all__ == sorted(set(auricle.__all__))


def test_dir_lists_the_public_names() -> None:
    assert dir(auricle) == auricle.__all__


def test_lazy_names_and_type_checkers_agree() -> None:
    assert typing_block() == auricle._HOME_OF
    assert sorted(auricle._HOME_OF) == NAMES


def test_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="'auricle' has no attribute 'nonsense'"):
        auricle.nonsense  # noqa: B018


@pytest.mark.parametrize("name", NAMES)
def test_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(auricle, name)
    assert value.__name__ == name
    documented = inspect.getdoc(value) or ""
    assert documented
    # A dataclass without a docstring gets its signature as one.
    assert not documented.startswith(f"{name}(")


@pytest.mark.parametrize("name", NAMES)
def test_name_is_on_the_api_page(name: str) -> None:
    assert f"`{name}" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].islower()])
def test_function_is_fully_typed(name: str) -> None:
    signature = inspect.signature(getattr(auricle, name))
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter.name


@pytest.mark.parametrize("name", ["Analysis", "Failure", "Genre", "TimelineEntry", "FeatureSpec"])
def test_result_is_frozen(name: str) -> None:
    assert getattr(auricle, name).__dataclass_params__.frozen
    assert dataclasses.is_dataclass(getattr(auricle, name))


def test_package_is_marked_as_typed() -> None:
    assert SOURCE.with_name("py.typed").is_file()
