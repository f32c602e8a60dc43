"""A batch as commands see it."""

from collections.abc import Generator, Iterable

import pytest
import typer

from auricle.batch import BatchOptions
from auricle.cli import running
from auricle.cli.inputs import Inputs
from auricle.cli.running import Tally, listen, reason
from auricle.types import Analysis, Failure

OPTIONS = BatchOptions()
FAILURES = [Failure("a", "CorruptAudio", "a: broken"), Failure("b", "EmptyAudio", "no bytes")]


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the batch by failures; the list tells when it has been closed."""
    closed: list[str] = []

    def fake(sources: Iterable[str], _: BatchOptions) -> Generator[Analysis | Failure, None, None]:
        try:
            yield from FAILURES
        finally:
            closed.append("closed")

    monkeypatch.setattr(running, "analyze_many", fake)
    return closed


def test_failures_and_problems_are_told_and_counted(
    closed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    results = list(listen(Inputs(("a", "b"), ("c: no audio",)), OPTIONS, tally))
    assert results == FAILURES
    assert tally.failed == 3
    assert capsys.readouterr().err.splitlines() == [
        "auricle: c: no audio",
        "auricle: CorruptAudio: a: broken",
        "auricle: EmptyAudio: b: no bytes",
    ]


def test_closing_closes_the_batch(closed: list[str]) -> None:
    results = listen(Inputs(("a", "b")), OPTIONS, Tally())
    next(results)
    assert closed == []
    results.close()
    assert closed == ["closed"]


def test_exit_code() -> None:
    tally = Tally()
    tally.leave()
    tally.fail("broken")
    with pytest.raises(typer.Exit) as leave:
        tally.leave()
    assert leave.value.exit_code == 1


def test_reason_names_the_file_once() -> None:
    assert reason(FAILURES[0]) == "CorruptAudio: a: broken"
    assert reason(FAILURES[1]) == "EmptyAudio: b: no bytes"
    assert reason(Failure("-", "EmptyAudio", "no bytes")) == "EmptyAudio: no bytes"
