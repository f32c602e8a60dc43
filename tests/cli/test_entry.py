"""The command as a process: quick help, pipes, signals, names of bytes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auricle import __version__
from auricle.cli import entry
from auricle.cli.app import app

from ..processes import children, is_alive, wait_until

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and names of POSIX")
AURICLE = [sys.executable, "-m", "auricle"]
CLASSIFY = [*AURICLE, "classify", "--model", "tiny", "--json"]
WITHIN_S = 10.0
"""How soon Ctrl-C must have ended everything: 1 s is promised, a busy machine gets more."""


@pytest.fixture
def long_list(music: Path) -> Path:
    """Return a list of more files than can be analysed while a test waits."""
    path = music / "list.txt"
    path.write_text("low.wav\nmissing.mp3\nmore/high.flac\n" * 3_000)
    return path


def check_lines(text: str) -> int:
    """Check that every line is a whole JSON object; return how many there are."""
    assert text.endswith("\n")
    return len([json.loads(line) for line in text.splitlines()])


# Quick answers


@pytest.mark.parametrize("arguments", entry.HELP_CALLS)
def test_quick_help_is_that_of_the_app(arguments: list[str]) -> None:
    answer = entry.quick_answer(arguments)
    slow = CliRunner().invoke(app, ["--help"], prog_name="auricle", env={"COLUMNS": "80"})
    assert answer == slow.stdout


def test_quick_version() -> None:
    assert entry.quick_answer(["--version"]) == f"auricle {__version__}\n"


@pytest.mark.parametrize("arguments", [["classify"], ["--help", "x"], ["classify", "--help"]])
def test_all_else_goes_to_the_app(arguments: list[str]) -> None:
    assert entry.quick_answer(arguments) is None


def test_main_prints_the_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["auricle"])
    assert entry.main() == 0
    assert capsys.readouterr().out == entry.quick_answer([])


def test_main_runs_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    from auricle.cli import app as app_module

    monkeypatch.setattr(sys, "argv", ["auricle", "models"])
    monkeypatch.setattr(app_module, "run", lambda: 7)
    assert entry.main() == 7


def test_ctrl_c_while_the_app_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: list[str]) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "quick_answer", interrupt)
    assert entry.main() == 130


# Processes


def test_exit_codes_of_the_process(music: Path, model: Path) -> None:
    for arguments, code in ((["low.wav"], 0), (["low.wav", "missing.mp3"], 1), ([], 2)):
        done = subprocess.run([*CLASSIFY, *arguments], capture_output=True, check=False)
        assert done.returncode == code, done.stderr


@POSIX
def test_names_of_bytes_and_the_locale_c(music: Path, model: Path) -> None:
    """A name that is no text comes back in JSON, so that the file can be found again."""
    name = b"caf\xe9 \xf0\x9f\x8e\xb5\n.wav"
    try:
        Path("low.wav").rename(os.fsdecode(name))
    except OSError:
        pytest.skip("this file system holds only text")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    for variables in (dict(os.environ), environment):
        done = subprocess.run(
            [*CLASSIFY, name, b"missing \xff.mp3"], capture_output=True, env=variables, check=False
        )
        good, bad = map(json.loads, done.stdout.splitlines())
        assert good["label"] == "low"
        assert "error" in bad
        assert len(done.stderr.splitlines()) == 1
    assert os.fsencode(good["path"]) == name or variables is environment


def test_text_is_utf8_whatever_the_locale(music: Path, model: Path) -> None:
    Path("low.wav").rename("日本.wav")
    command = [part for part in CLASSIFY if part != "--json"]
    variables = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*command, "日本.wav"], capture_output=True, env=variables, check=True)
    assert "日本.wav" in done.stdout.decode()


@POSIX
def test_standard_input_is_a_pipe(music: Path, model: Path) -> None:
    with subprocess.Popen(["cat", "low.wav"], stdout=subprocess.PIPE) as cat:
        done = subprocess.run([*CLASSIFY, "-"], stdin=cat.stdout, capture_output=True, check=False)
    assert json.loads(done.stdout)["label"] == "low"


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_leaves_ends_it_quietly(long_list: Path, model: Path, jobs: str) -> None:
    command = [*CLASSIFY, "--jobs", jobs, "--files-from", str(long_list)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        json.loads(process.stdout.readline())
        process.stdout.close()
        errors = process.stderr.read().decode()
    assert process.returncode == 141
    assert {line.partition(": ")[2].partition(":")[0] for line in errors.splitlines()} <= {
        "UnreadableFile"
    }


@POSIX
def test_help_for_a_reader_that_leaves() -> None:
    with subprocess.Popen(AURICLE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_all_at_once_with_whole_lines(
    long_list: Path, model: Path, jobs: str, number: int, code: int
) -> None:
    """The signal reaches the whole group, as Ctrl-C on a terminal does."""
    command = [*CLASSIFY, "--jobs", jobs, "--files-from", str(long_list)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        started = list(children(process.pid))
        assert (len(started) >= 2) == (jobs == "2")
        sent_s = time.monotonic()
        os.killpg(process.pid, number)
        assert process.stderr is not None
        rest, errors = process.stdout.read(), process.stderr.read()  # communicate() would lose
        process.wait(timeout=10)  # what readline() has buffered
        took_s = time.monotonic() - sent_s
    assert took_s < WITHIN_S
    assert process.returncode == code
    assert 0 < check_lines(first + rest) < 9_000
    assert "Traceback" not in errors
    assert wait_until(lambda: not any(map(is_alive, started)), limit_s=1.0)
