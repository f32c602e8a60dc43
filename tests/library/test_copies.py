"""From files to groups of duplicates: scan a folder of copies, then ask what is there twice."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from auricle.analysis import analyze
from auricle.batch import BatchOptions, analyze_many
from auricle.features.trace import is_comparable, unpack
from auricle.library import Catalog, ScanOptions, add_roots, scan
from auricle.library.identity import Group, find_duplicates
from auricle.library.identity_search import find_links
from auricle.library.traces import fill_traces, hear_trace, untraced
from auricle.models import load_model
from auricle.types import Analysis

from ..features.test_trace import RATE, melody

BLOCK = 4_096
DURATION_S = 24.0


def song(seed: int = 0) -> np.ndarray:
    return melody(seed, duration_s=DURATION_S)


def save(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    """Write a file in blocks: libsndfile crashes on one large write of Vorbis."""
    opus = {"format": "OGG", "subtype": "OPUS"} if path.suffix == ".opus" else {}
    with soundfile.SoundFile(path, "w", rate, 1, **opus) as file:
        for first in range(0, samples.size, BLOCK):
            file.write(samples[first : first + BLOCK])
    return path


@cache
def quieter() -> np.ndarray:
    return 0.2 * song()


@pytest.fixture
def music(tmp_path: Path, tiny_bundle: Path) -> Path:
    """Return a folder with five copies of one song, and two other songs.

    The tiny model's excerpts are short, so in the fast profile little may be trimmed.
    """
    folder = tmp_path / "music"
    folder.mkdir()
    save(folder / "whole.flac", song())
    save(folder / "lossy.mp3", song())
    save(folder / "quiet.ogg", quieter())
    save(folder / "trimmed.wav", song()[round(0.4 * RATE) :])
    save(folder / "opus.opus", soxr.resample(song(), RATE, 48_000), 48_000)
    save(folder / "other.flac", song(1))
    save(folder / "third.mp3", song(2))
    return folder


@pytest.fixture(params=["full", "fast"])
def scanned(request: pytest.FixtureRequest, music: Path, tmp_path: Path) -> Iterator[Catalog]:
    """Return the catalog of the folder, by either profile."""
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        add_roots(catalog, [str(music)])
        scan(catalog, ScanOptions(BatchOptions(model="tiny", profile=request.param)))
        yield catalog


def names(group: Group) -> set[str]:
    return {Path(member.path).name for member in group.members}


def test_a_scan_takes_traces_where_it_hears_everything(scanned: Catalog) -> None:
    tracks = list(scanned.tracks())
    assert len(tracks) == 7
    traced = [is_comparable(track.fingerprint) for track in tracks]
    assert traced == [track.profile == "full" for track in tracks]


def test_a_fast_scan_takes_them_on_request(music: Path, tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        add_roots(catalog, [str(music)])
        scan(catalog, ScanOptions(BatchOptions(model="tiny", profile="fast"), traces=True))
        assert untraced(catalog) == {}
        taken = {track.path: track.fingerprint for track in catalog.tracks()}
    agreed = [find_links([trace, hear_trace(path)]) for path, trace in taken.items()]
    assert all(link.bit_errors < 0.25 for (link,) in agreed)


def test_all_copies_are_one_group(scanned: Catalog) -> None:
    assert not any(why for _, why in fill_traces(scanned, untraced(scanned)))
    (group,) = find_duplicates(scanned)
    assert group.kind == "recording"
    assert names(group) == {"whole.flac", "lossy.mp3", "quiet.ogg", "trimmed.wav", "opus.opus"}
    assert group.members[0].lossless
    assert sum(member.keep for member in group.members) == 1


def test_equal_files_are_found_without_their_sound(music: Path, tmp_path: Path) -> None:
    shutil.copy(music / "third.mp3", music / "again.mp3")
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        add_roots(catalog, [str(music)])
        scan(catalog, ScanOptions(BatchOptions(model="tiny")))
        found = find_duplicates(catalog)
    assert [names(group) for group in found if group.kind == "bytes"] == [
        {"third.mp3", "again.mp3"}
    ]


# The fingerprint on the way of an analysis


def test_an_analysis_takes_it_only_when_asked(music: Path, tiny_bundle: Path) -> None:
    model = load_model(tiny_bundle)
    path = music / "whole.flac"
    assert analyze(path, model).fingerprint == b""
    assert unpack(analyze(path, model, fingerprint=True).fingerprint).any()


def test_it_changes_nothing_else(music: Path, tiny_bundle: Path) -> None:
    model = load_model(tiny_bundle)
    plain, traced = (
        analyze(music / "whole.flac", model, fingerprint=wanted) for wanted in (False, True)
    )
    assert plain.to_dict() == traced.to_dict()
    np.testing.assert_array_equal(plain.embedding, traced.embedding)


def test_both_profiles_agree(music: Path, tiny_bundle: Path) -> None:
    model = load_model(tiny_bundle)
    full, fast = (
        analyze(music / "whole.flac", model, profile=profile, fingerprint=True).fingerprint
        for profile in ("full", "fast")
    )
    (found,) = find_links([full, fast], [(0, 1)])
    assert found.bit_errors < 0.1


def test_it_comes_through_a_batch(music: Path) -> None:
    options = BatchOptions(model="tiny", fingerprint=True)
    (found,) = analyze_many([str(music / "whole.flac")], options)
    assert isinstance(found, Analysis)
    assert found.fingerprint
    assert "fingerprint" not in found.to_dict()
