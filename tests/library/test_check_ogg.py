"""Every page of an Ogg file is held against its checksum and its number."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.library import check_ogg
from auricle.library.check_measure import measure
from auricle.library.check_ogg import ogg_damage, pages

RATE = 48_000


@pytest.fixture(params=["VORBIS", "OPUS"])
def song(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a whole file of many pages."""
    path = tmp_path / "song.ogg"
    noise = np.random.default_rng(0).normal(size=8 * RATE).astype(np.float32) * 0.1
    with soundfile.SoundFile(path, "w", RATE, 1, format="OGG", subtype=request.param) as file:
        for first in range(0, noise.size, 4_096):
            file.write(noise[first : first + 4_096])
    return path


def starts(data: bytes) -> list[int]:
    """Return where the pages of a whole file begin."""
    found = [0]
    while (at := data.find(b"OggS", found[-1] + 1)) > 0:
        found.append(at)
    return found


def test_a_whole_file_has_no_damage(song: Path) -> None:
    data = song.read_bytes()
    found = list(pages(io.BytesIO(data)))
    assert len(found) == len(starts(data)) > 5
    assert all(page.whole and page.skipped == 0 for page in found)
    assert [page.number for page in found] == list(range(len(found)))
    assert ogg_damage(str(song)) == ()


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99])
def test_one_wrong_octet_anywhere_is_seen(song: Path, share: float) -> None:
    data = bytearray(song.read_bytes())
    data[round(share * len(data))] ^= 0x10
    song.write_bytes(data)
    (damage,) = ogg_damage(str(song))
    assert damage.startswith("1 of ")
    assert damage in measure(str(song)).warnings


@pytest.mark.parametrize("length", [1, 100, 20_000])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_noise_over_a_stretch_is_seen(song: Path, share: float, length: int) -> None:
    data = bytearray(song.read_bytes())
    at = round(share * len(data))
    data[at : at + length] = np.random.default_rng(1).bytes(len(data[at : at + length]))
    song.write_bytes(data)
    assert len(ogg_damage(str(song))) == 1


@pytest.mark.parametrize("which", [3, -2])
def test_a_page_that_is_cut_out_is_missed(song: Path, which: int) -> None:
    data = song.read_bytes()
    places = starts(data)
    n_pages = len(places)
    song.write_bytes(data[: places[which]] + data[places[which + 1] :])
    assert ogg_damage(str(song)) == (f"1 of {n_pages} Ogg pages are damaged or lost",)


def test_bytes_between_pages_are_skipped(song: Path) -> None:
    data = song.read_bytes()
    at = starts(data)[4]
    found = list(pages(io.BytesIO(data[:at] + bytes(200_000) + data[at:])))
    assert [page.skipped for page in found if page.skipped] == [200_000]
    assert all(page.whole for page in found)


def test_a_mark_across_two_blocks_is_found(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = song.read_bytes()
    at = starts(data)[2]
    for block in range(1, 9):
        monkeypatch.setattr(check_ogg, "_BLOCK", block)
        found = list(pages(io.BytesIO(data[:at] + b"OggOggO" + data[at:])))
        assert [page.skipped for page in found if page.skipped] == [7]


def test_streams_one_after_the_other_are_whole(song: Path) -> None:
    data = song.read_bytes()
    other = bytearray(data)
    song.write_bytes(data + bytes(other))
    assert ogg_damage(str(song)) == ()


@pytest.mark.parametrize("data", [b"", b"Og", b"RIFF and so on", b"OggS"])
def test_other_files_and_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert ogg_damage(str(tmp_path / "x")) == ()
