"""``auricle demo``."""

from pathlib import Path

import pytest
import soundfile

from auricle.demo import DURATION_S
from auricle.plot import canvas

from .conftest import Call


def test_demo_makes_hears_and_draws(auricle: Call, music: Path) -> None:
    done = auricle("demo")
    assert done.exit_code == 0, done.output
    assert soundfile.info("auricle-demo/demo.wav").duration == pytest.approx(DURATION_S)
    assert Path("auricle-demo/timeline.png").read_bytes()[:4] == b"\x89PNG"
    lines = done.stdout.splitlines()
    assert lines[0] == "made auricle-demo/demo.wav"
    assert "auricle-demo/demo.wav  0:24" in done.stdout
    assert "drew auricle-demo/timeline.png" in lines
    assert "auricle classify" in lines[-1]


def test_demo_goes_without_matplotlib(
    auricle: Call, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "find_spec", lambda name: None)
    done = auricle("demo", "-o", "elsewhere", "--seed", 3)
    assert done.exit_code == 0
    assert "no picture: drawing needs the extra 'plot'" in done.stdout
    assert [path.name for path in Path("elsewhere").iterdir()] == ["demo.wav"]
