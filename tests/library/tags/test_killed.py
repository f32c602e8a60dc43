"""A run that is killed at any instant leaves whole files, and a journal that takes it back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auricle.library.tags import undo
from auricle.library.tags.containers import open_tags

from .files import make, sound_of

N_FILES = 12

SCRIPT = """
import sys
from pathlib import Path
from auricle.library.tags import Journal, TagChange, write
files = sorted(Path(sys.argv[1]).glob("[0-9]*"))
print("ready", flush=True)
with Journal() as journal:
    for path in files:
        change = TagChange(str(path), {"genre": ()}, {"genre": ("jazz", "bebop")})
        write(change, journal)
        print(path.name, flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of files in several containers, numbered."""
    place = tmp_path / "songs"
    place.mkdir()
    for index in range(N_FILES):
        make(place, ("mp3", "flac", "ogg", "m4a")[index % 4], name=f"{index:02}")
    return place


def run_and_kill(folder: Path, *, after_lines: int, delay_s: float) -> None:
    """Write all files in another process and kill it after so many of them."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)], stdout=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        for _ in range(after_lines + 1):
            process.stdout.readline()
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("after_lines", "delay_s"), [(0, 0.0), (1, 0.001), (3, 0.002), (5, 0.004), (9, 0.0)]
)
def test_killed(folder: Path, home: Path, after_lines: int, delay_s: float) -> None:
    files = sorted(folder.iterdir())
    sounds = [sound_of(path) for path in files]
    run_and_kill(folder, after_lines=after_lines, delay_s=delay_s)
    genres = [open_tags(str(path)).read()["genre"] for path in files]
    assert set(genres) <= {(), ("jazz", "bebop")}
    assert genres == sorted(genres, reverse=True)  # in order: written, then not
    assert [sound_of(path) for path in files] == sounds
    for journal in list((home / "journals").glob("*.jsonl")):
        assert not [done.reason for done in undo(journal) if done.reason]
    assert all(open_tags(str(path)).read()["genre"] == () for path in files)
    left = [path for path in folder.iterdir() if path not in files]
    assert all(path.name.startswith(".auricle-") for path in left)
    assert len(left) <= 1
