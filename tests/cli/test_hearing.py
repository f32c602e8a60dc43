"""Progress of what is heard for a manifest."""

import io

import pytest

from auricle.cli.hearing import Hearers
from auricle.types import Failure


def test_failures_are_told_with_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with Hearers() as hearers:
        hearers.tell(Failure("a.mp3", "CorruptAudio", "a.mp3: is damaged"), 2)
        hearers.tell(Failure("b.mp3", "TooShort", "only 0.01 s"), 2)
    assert capsys.readouterr().err.splitlines() == [
        "auricle: CorruptAudio: a.mp3: is damaged",
        "auricle: TooShort: b.mp3: only 0.01 s",
    ]


def test_a_battery_is_counted_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("auricle.cli.progress.INTERVAL_S", 0.0)
    with Hearers() as hearers:
        hearers.tick(2)
        hearers.tick(2)
    assert "1/2 files" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_nothing_heard_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Hearers():
        pass
    assert capsys.readouterr().err == ""
