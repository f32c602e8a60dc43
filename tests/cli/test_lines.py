"""Whole lines: signals wait for their end, names cannot break them."""

import io
import json
import os
import signal
import sys
from collections.abc import Iterator

import pytest

from auricle.cli.lines import LineGuard, complain, emit, json_line, printable, use_utf8


@pytest.fixture
def guard() -> Iterator[LineGuard]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    guard = LineGuard()
    guard.install()
    yield guard
    for number, handler in before.items():
        signal.signal(number, handler)


def test_ctrl_c_between_lines_comes_at_once(guard: LineGuard) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_waits_for_the_end_of_the_line(guard: LineGuard) -> None:
    written = []

    def write() -> None:
        with guard.line():
            os.kill(os.getpid(), signal.SIGINT)
            written.append("rest of the line")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert written == ["rest of the line"]


def test_the_second_ctrl_c_does_not_wait(guard: LineGuard) -> None:
    written = []

    def write() -> None:
        with guard.line():
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            written.append("never")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert written == []


def test_sigterm_leaves_with_its_code(guard: LineGuard) -> None:
    with pytest.raises(SystemExit) as leave:
        os.kill(os.getpid(), signal.SIGTERM)
    assert leave.value.code == 128 + signal.SIGTERM


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        LineGuard().install()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("häuser 日本 🎵", "häuser 日本 🎵"),
        ("two\nlines\t", "two\\nlines\\t"),
        ("\x1b[31mred", "\\x1b[31mred"),
        (os.fsdecode(b"caf\xe9"), "caf\\udce9"),
        ("\u202eevil", "\\u202eevil"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_complain_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    complain("a\nb")
    assert capsys.readouterr().err == "auricle: a\\nb\n"


def test_json_is_one_line_in_which_names_stay_readable() -> None:
    values = {"path": "two\nlines 日本", "n": [1]}
    line = json_line(values)
    assert line == '{"path": "two\\nlines 日本", "n": [1]}\n'
    assert json.loads(line) == values


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_use_utf8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    use_utf8()
    emit("日本 \udce9\n")
    assert raw.getvalue() == "日本 \\udce9\n".encode()


def test_a_terminal_keeps_its_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(raw, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    use_utf8()
    emit("ü\n")
    assert raw.getvalue() == b"\\xfc\n"
