"""Each finding on a file that has it, and none on a clean one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from auricle.library import Catalog
from auricle.library.check import (
    SEVERITY,
    Finding,
    check_catalog,
    check_files,
    examine,
    spoken,
)
from auricle.library.check_measure import Measures, measure

from .make import ORIGIN, add, analysis, content
from .test_check_measure import RATE, noise, sine
from .test_identity_search import trace, words

CLEAN = Measures("/m/a.wav", "pcm_16", RATE, 2, 60.0, 0.8, -15.0, 0, 0.0, -10.0, -1.0, None, True)


def kinds(measures: Measures) -> list[str]:
    return [finding.kind for finding in examine(measures)]


def test_a_clean_file_has_no_finding() -> None:
    assert examine(CLEAN) == ()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"warnings": ("truncated or damaged: 2.0 s of 9.0 s could be decoded",)}, "truncated"),
        ({"warnings": ("the Ogg stream has no end mark: it may be truncated",)}, "truncated"),
        ({"warnings": ("the header states a wrong length: all was decoded",)}, "truncated"),
        ({"warnings": ("3 damaged packet(s) were skipped",)}, "corrupt"),
        ({"peak": 0.0005}, "silent"),
        ({"clipped": 50, "flat_share": 0.001}, "clipped"),
        ({"clipped": 50, "flat_share": 0.001, "lossless": False, "peak": 1.4}, "clipped"),
        ({"difference_db": -60.0}, "mono_as_stereo"),
        ({"balance_db": -80.0, "difference_db": 0.0}, "one_sided"),
        ({"bandwidth_hz": 11_000.0}, "upsampled"),
        ({"bandwidth_hz": 16_000.0}, "upsampled"),
    ],
)
def test_each_finding(change: dict, kind: str) -> None:
    assert kinds(replace(CLEAN, **change)) == [kind]


@pytest.mark.parametrize(
    "change",
    [
        {"clipped": 9, "flat_share": 0.001},
        {"clipped": 50, "duration_s": 600.0, "flat_share": 0.001},
        {"clipped": 5_000, "flat_share": 0.5},
        {"channels": 1, "difference_db": -150.0, "balance_db": -150.0},
        {"bandwidth_hz": 20_000.0},
        {"bandwidth_hz": 16_000.0, "lossless": False},
        {"bandwidth_hz": 8_000.0, "codec": "opus", "lossless": False},
    ],
)
def test_what_is_no_fault(change: dict) -> None:
    assert kinds(replace(CLEAN, **change)) == []


def test_clipping_is_told_as_what_it_is() -> None:
    clipped = replace(CLEAN, clipped=50, flat_share=0.001)
    assert "flat at its peak" in examine(clipped)[0].message
    lossy = replace(clipped, lossless=False, peak=2.0)
    assert "by up to 6.0 dB" in examine(lossy)[0].message


def test_silence_says_nothing_else() -> None:
    assert kinds(replace(CLEAN, peak=0.0, balance_db=-99.0, difference_db=-99.0)) == ["silent"]


def test_real_files(tmp_path: Path) -> None:
    faults = {
        "clean.flac": noise(),
        "loud.wav": np.clip(sine(440.0, gain=1.2), -1, 1),
        "mono.flac": noise()[:, :1].repeat(2, axis=1),
        "half.wav": noise() * np.array([1.0, 0.0]),
        "silent.flac": np.zeros((RATE, 2)),
        "low.flac": soxr.resample(noise(rate=22_050), 22_050, RATE),
        "song.mp3": noise(),
        "song.ogg": noise(),
    }
    for name, samples in faults.items():
        soundfile.write(tmp_path / name, samples, RATE)
    found = {name: [f.kind for f in examine(measure(str(tmp_path / name)))] for name in faults}
    assert found == {
        "clean.flac": [],
        "loud.wav": ["clipped"],
        "mono.flac": ["mono_as_stereo"],
        "half.wav": ["one_sided"],
        "silent.flac": ["silent"],
        "low.flac": ["upsampled"],
        "song.mp3": [],
        "song.ogg": [],
    }


def test_one_bad_file_never_stops_the_rest(tmp_path: Path) -> None:
    good = tmp_path / "good.flac"
    soundfile.write(good, noise(), RATE)
    cut = tmp_path / "cut.flac"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    text = tmp_path / "text.mp3"
    text.write_text("no sound")
    paths = [str(path) for path in (text, cut, tmp_path / "gone.wav", good)]
    found = list(check_files(paths))
    assert [checked.path for checked in found] == paths
    shown = [{finding.kind for finding in checked.findings} for checked in found]
    assert shown[0] == {"corrupt"}
    assert "truncated" in shown[1] or "corrupt" in shown[1]
    assert shown[2] == {"unreadable"}
    assert shown[3] == set()
    assert "no such file" in found[2].findings[0].message
    assert not found[2].findings[0].message.startswith("/")


def test_a_catalog(catalog: Catalog, tmp_path: Path) -> None:
    for name, seed in (("a.flac", 1), ("b.flac", 1), ("c.flac", 2)):
        soundfile.write(tmp_path / name, noise(seed=seed), RATE)
    for name, seed in (("a.flac", 1), ("b.flac", 1), ("c.flac", 2)):
        path = str(tmp_path / name)
        heard = analysis(
            path, fingerprint=trace(words(seed)), kind="speech" if seed == 2 else "music"
        )
        catalog.store(path, content(name), heard, ORIGIN)
    catalog.store(str(tmp_path / "gone.mp3"), content("gone"), analysis("x"), ORIGIN)
    found = [finding for checked in check_catalog(catalog) for finding in checked.findings]
    assert [(Path(f.path).name, f.kind) for f in found] == [
        ("c.flac", "speech"),
        ("gone.mp3", "unreadable"),
        ("b.flac", "duplicate"),
    ]
    assert found[2].message.endswith("a.flac")


def test_equal_files_are_decoded_once_and_told_twice(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_text("no sound")
    (tmp_path / "b.mp3").write_text("no sound")
    for name in ("a.mp3", "b.mp3"):
        catalog.store(str(tmp_path / name), content("same"), analysis(name), ORIGIN)
    found = [finding for checked in check_catalog(catalog) for finding in checked.findings]
    assert [finding.kind for finding in found] == ["corrupt", "corrupt", "duplicate"]
    assert found[2].message == f"the same bytes as {tmp_path / 'a.mp3'}"


def test_only_speech_is_spoken(catalog: Catalog) -> None:
    track = catalog.track(add(catalog, "/m/a.mp3"))
    assert list(spoken(track)) == []
    assert [finding.kind for finding in spoken(replace(track, kind="speech"))] == ["speech"]


def test_the_json_form() -> None:
    assert Finding("/m/a.mp3", "silent", "quiet").to_dict() == {
        "path": "/m/a.mp3",
        "kind": "silent",
        "severity": "error",
        "message": "quiet",
    }
    assert set(SEVERITY.values()) == {"error", "warning", "note"}
