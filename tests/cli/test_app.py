"""The border: what goes wrong becomes one line and an exit code."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from auricle import __version__
from auricle.cli import app as app_module
from auricle.cli.app import COMMANDS, INTERRUPTED, READER_GONE, Border, app, make_app
from auricle.errors import BundleNotFound


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="auricle")


def fails_with(error: BaseException) -> Result:
    """Run a command that raises an error."""
    broken = typer.Typer(cls=Border, pretty_exceptions_enable=False)
    broken.callback()(lambda: None)

    @broken.command()
    def command() -> None:
        raise error

    return CliRunner().invoke(broken, ["command"])


def test_every_command_is_there() -> None:
    names = set(typer.main.get_command(make_app()).commands)  # type: ignore[attr-defined]
    assert {name.replace("_", "-") for name in COMMANDS} == names


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.exit_code == 0
    assert "classify" in done.stdout


def test_version() -> None:
    assert run("--version").stdout == f"auricle {__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["classify", "--nonsense"]])
def test_wrong_usage(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert "onsense" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (BundleNotFound("no model"), 1, "auricle: error: no model\n"),
        (FileNotFoundError(2, "No such file", "a\nb"), 1, "auricle: error: [Errno 2] No such file"),
        (KeyboardInterrupt(), INTERRUPTED, "auricle: interrupted\n"),
        (BrokenPipeError(), READER_GONE, ""),
    ],
)
def test_expected_errors_are_one_line(error: BaseException, code: int, line: str) -> None:
    done = fails_with(error)
    assert done.exit_code == code
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == bool(line)
    assert done.stdout == ""


def test_a_bug_is_not_hidden() -> None:
    assert isinstance(fails_with(ZeroDivisionError()).exception, ZeroDivisionError)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_teaches_with_an_example(name: str) -> None:
    command = name.replace("_", "-")
    text = run(command, "--help").stdout
    assert f"auricle {command}" in text.partition("Examples:")[2]


@pytest.mark.parametrize(("code", "expected"), [(3, 3), (None, 0)])
def test_run_returns_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, code: int | None, expected: int
) -> None:
    def leave(*, prog_name: str) -> None:
        assert prog_name == "auricle"
        raise SystemExit(code)

    monkeypatch.setattr(app_module.GUARD, "install", lambda: None)
    monkeypatch.setattr(app_module, "app", leave)
    assert app_module.run() == expected


def test_commands_are_imported_without_what_is_slow() -> None:
    """The rooms that need NumPy and more are imported inside the commands."""
    folder = Path(app_module.__file__).parent
    for name in COMMANDS:
        top = (folder / f"{name}.py").read_text("utf-8").partition("\ndef ")[0]
        runtime = top.partition("if TYPE_CHECKING:")[0].splitlines()
        assert not [line for line in runtime if line.startswith(("import numpy", "from ..types"))]
