"""A default model, a few sounds, and a way to call the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from typer.testing import CliRunner, Result

from auricle.cli.app import app

from ..tiny import make_tiny_bundle, tiny_spec, tone

Call = Callable[..., Result]


@pytest.fixture
def model(home: Path) -> Path:
    """Return the folder of a tiny model; name it with ``--model``."""
    folder = home / "models" / "tiny"
    make_tiny_bundle(folder, spec=tiny_spec())
    return folder


@pytest.fixture
def auricle(model: Path) -> Call:
    """Return a function that runs auricle in this process."""
    runner = CliRunner()

    def call(*arguments: object, stdin: bytes | None = None) -> Result:
        words = [str(argument) for argument in arguments]
        if words and words[0] in {"classify", "embed", "demo"} and "--model" not in words:
            words[1:1] = ["--model", "tiny"]
        return runner.invoke(app, words, input=stdin, prog_name="auricle")

    return call


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with low.wav, high.flac and, below, mid.wav and text."""
    folder = tmp_path / "work"
    (folder / "more" / "deep").mkdir(parents=True)
    (folder / "more" / ".hidden").mkdir()
    soundfile.write(folder / "low.wav", tone(220, duration_s=3.0), 16_000)
    soundfile.write(folder / "more" / "high.flac", tone(5_000), 16_000)
    soundfile.write(folder / "more" / "deep" / "mid.WAV", tone(1_500), 16_000, format="WAV")
    soundfile.write(folder / "more" / ".hidden" / "not.wav", tone(220), 16_000)
    soundfile.write(folder / "more" / ".not.wav", tone(220), 16_000)
    (folder / "more" / "notes.txt").write_text("not music")
    monkeypatch.chdir(folder)
    return folder
