"""Progress: on a terminal only, out of the way of output, honest numbers."""

import io

from auricle.cli.progress import _CLEAR_LINE, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def last_line(self) -> str:
        return self.getvalue().rpartition(_CLEAR_LINE)[2]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_nothing_without_a_terminal() -> None:
    stream = io.StringIO()
    progress = Progress(10, stream=stream)
    progress.step(failed=False)
    progress.hide()
    assert stream.getvalue() == ""


def test_nothing_for_one_file() -> None:
    stream = Terminal()
    Progress(1, stream=stream).step(failed=False)
    assert stream.getvalue() == ""


def test_count_rate_and_time_left() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(100, stream=stream, now_s=clock)
    assert stream.last_line() == "0/100 files"
    clock.now_s = 2.0
    progress.step(failed=False)
    assert stream.last_line() == "1/100 files, 0.5 files/s, 3:18 left"
    clock.now_s = 4.0
    progress.step(failed=True)
    assert stream.last_line() == "2/100 files, 1 failed, 0.5 files/s, 3:16 left"


def test_it_is_drawn_ten_times_a_second_at_most() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(1_000, stream=stream, now_s=clock)
    for step in range(100):
        clock.now_s = step / 100
        progress.step(failed=False)
    assert 5 <= stream.getvalue().count(_CLEAR_LINE) <= 12


def test_hidden_for_output_and_drawn_again() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(3, stream=stream, now_s=clock)
    progress.hide()
    assert stream.last_line() == ""
    before = stream.getvalue()
    progress.hide()
    assert stream.getvalue() == before
    progress.step(failed=False)
    assert stream.last_line().startswith("1/3 files")
