"""What the user names becomes a list of files."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import typer

from auricle.cli.inputs import Inputs, Request, gather
from auricle.types import Analysis, Failure


def sources(*paths: str, files_from: str | None = None, null: bool = False) -> list[str]:
    with gather(Request(paths, files_from, null)) as inputs:
        assert inputs.problems == ()
        return list(inputs.sources)


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Return a function that puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    return put


def test_files_stay_as_they_are_given(music: Path) -> None:
    given = ["./low.wav", "low.wav", "missing.mp3", "more/notes.txt", "low.wav", "-x.mp3"]
    assert sources(*given) == given


def test_folders_are_searched_sorted_without_hidden_and_other_files(music: Path) -> None:
    assert sources("more") == ["more/high.flac", "more/deep/mid.WAV"]
    assert sources("more", ".") == [*sources("more"), "./low.wav", *sources("./more")]


def test_a_hidden_folder_that_is_named_is_searched(music: Path) -> None:
    assert sources("more/.hidden") == ["more/.hidden/not.wav"]


def test_a_broken_link_is_found_so_that_it_is_reported(music: Path) -> None:
    (music / "more" / "gone.mp3").symlink_to("nowhere.mp3")
    assert "more/gone.mp3" in sources("more")


def test_folder_without_music_is_a_problem(music: Path) -> None:
    (music / "empty").mkdir()
    with gather(Request(["empty", "low.wav"])) as inputs:
        assert inputs.sources == ("low.wav",)
        assert inputs.problems == ("empty: no audio files in this folder",)


def test_folder_that_cannot_be_read_is_a_problem(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str):  # type: ignore[no-untyped-def]
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with gather(Request(["more"])) as inputs:
        assert inputs.sources == ("more/high.flac",)
        assert inputs.problems == ("more/deep: Permission denied",)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_list_with_one_path_per_line(music: Path, ending: bytes) -> None:
    lines = [b"low.wav", b"", b" spaces .mp3", "日本.mp3".encode(), b"-dash.mp3", b"caf\xe9.mp3"]
    Path("list.txt").write_bytes(ending.join(lines))
    expected = ["low.wav", " spaces .mp3", "日本.mp3", "-dash.mp3", os.fsdecode(b"caf\xe9.mp3")]
    assert sources(files_from="list.txt") == expected


def test_list_of_windows_may_begin_with_a_mark(music: Path) -> None:
    Path("list.txt").write_bytes(b"\xef\xbb\xbflow.wav\n")
    assert sources(files_from="list.txt") == ["low.wav"]


def test_list_with_nul_holds_any_name(music: Path) -> None:
    Path("list.txt").write_bytes(b"two\nlines.mp3\0low.wav\r\0")
    assert sources(files_from="list.txt", null=True) == ["two\nlines.mp3", "low.wav\r"]


def test_list_comes_after_the_paths_and_may_name_folders(music: Path) -> None:
    Path("list.txt").write_text("more\n")
    assert sources("low.wav", files_from="list.txt")[:2] == ["low.wav", "more/high.flac"]


def test_list_on_standard_input(music: Path, feed) -> None:  # type: ignore[no-untyped-def]
    feed(b"a.mp3\nb.mp3\n")
    assert sources(files_from="-") == ["a.mp3", "b.mp3"]


def test_sound_on_standard_input_is_copied_and_removed(feed) -> None:  # type: ignore[no-untyped-def]
    feed(b"sound")
    with gather(Request(["a.mp3", "-", "-"])) as inputs:
        assert inputs.spool is not None
        assert inputs.sources == ("a.mp3", inputs.spool, inputs.spool)
        assert Path(inputs.spool).read_bytes() == b"sound"
    assert not Path(inputs.spool).exists()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request([]), "name files or folders"),
        (Request([], None, null=True), "--null tells how"),
        (Request(["-"], "-"), "cannot be both"),
        (Request([], "nowhere.txt"), "--files-from nowhere.txt: No such file"),
        (Request([], "empty.txt"), "--files-from empty.txt: the list is empty"),
    ],
)
def test_wrong_usage(music: Path, request_: Request, words: str) -> None:
    Path("empty.txt").touch()
    with pytest.raises(typer.BadParameter, match=words), gather(request_):
        pass


def test_a_list_on_standard_input_cannot_name_standard_input(feed) -> None:  # type: ignore[no-untyped-def]
    feed(b"-\n")
    with pytest.raises(typer.BadParameter, match="cannot be both"), gather(Request([], "-")):
        pass


def test_results_of_standard_input_are_called_so() -> None:
    inputs = Inputs(("/tmp/x",), spool="/tmp/x")
    failure = inputs.shown(Failure("/tmp/x", "EmptyAudio", "/tmp/x: no bytes"))
    assert failure == Failure("-", "EmptyAudio", "standard input: no bytes")
    analysis = Analysis("/tmp/x", 1.0, "music", "a", 1.0, (), (), np.ones(1, np.float32), "m@0")
    assert inputs.shown(analysis).path == "-"
    other = Failure("b", "EmptyAudio", "b")
    assert inputs.shown(other) is other
