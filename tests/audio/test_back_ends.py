"""Both back-ends keep the same contract, and hear the same sound."""

import io
import math

import av
import numpy as np
import pytest

from auricle.audio import decode
from auricle.audio import sound as sound_module
from auricle.audio.pyav import BLOCK_FRAMES, PyavReader, _join, _trim
from auricle.audio.reader import CannotOpen
from auricle.audio.sndfile import SndfileReader
from auricle.audio.source import open_source
from auricle.errors import CorruptAudio

from .synth import chirp, encode, encode_av, level_db

READERS = [SndfileReader, PyavReader]


def read(reader_type, data: bytes, *where: float) -> np.ndarray:
    source = open_source(data)
    reader = reader_type(source)
    blocks = [block.copy() for block in reader.blocks(*where)]
    reader.close()
    source.close()
    return np.concatenate(blocks)


@pytest.mark.parametrize("reader_type", READERS)
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_every_sample_format_has_the_same_scale(reader_type, subtype: str) -> None:
    samples = chirp(0.2)
    block = read(reader_type, encode(samples, 44_100, "WAV", subtype))
    assert block.dtype == np.float32
    np.testing.assert_allclose(block, samples, atol=0.01 if subtype == "PCM_U8" else 1e-4)


@pytest.mark.parametrize("reader_type", READERS)
@pytest.mark.parametrize("format", ["WAV", "FLAC"])
def test_a_range_is_exactly_that_range(reader_type, format: str) -> None:
    samples = chirp(12.0)
    data = encode(samples, 44_100, format)
    for start_s, length_s in [(0.0, 1.0), (3.3, 2.0), (11.5, 1.0), (5.0, 6.5)]:
        first = round(start_s * 44_100)
        expected = samples[first : first + round(length_s * 44_100)]
        found = read(reader_type, data, start_s, length_s)
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("reader_type", READERS)
@pytest.mark.parametrize("format", ["FLAC", "MP3", "OGG"])
def test_blocks_join_without_a_seam(monkeypatch, reader_type, format: str) -> None:
    data = encode(chirp(4.0), 44_100, format)
    module = reader_type.__module__
    monkeypatch.setattr(f"{module}.BLOCK_FRAMES", 1 << 20)
    at_once = read(reader_type, data)
    monkeypatch.setattr(f"{module}.BLOCK_FRAMES", 5_000)
    np.testing.assert_array_equal(read(reader_type, data), at_once)


@pytest.mark.parametrize("reader_type", READERS)
@pytest.mark.parametrize("start_s", [0.1, 1.0, 2.345, 3.3])
def test_an_mp3_has_settled_where_an_excerpt_begins(reader_type, start_s: float) -> None:
    data = encode(chirp(4.0), 44_100, "MP3")
    first = round(start_s * 44_100)
    expected = read(reader_type, data)[first : first + 22_050]
    np.testing.assert_allclose(read(reader_type, data, start_s, 0.5), expected, atol=1e-6)


@pytest.mark.parametrize("reader_type", READERS)
def test_a_reader_can_go_back(reader_type) -> None:
    data = encode(chirp(3.0), 44_100, "FLAC")
    reader = reader_type(open_source(data))
    whole = sum(len(block) for block in reader.blocks())
    again = sum(len(block) for block in reader.blocks())
    part = sum(len(block) for block in reader.blocks(1.0, 0.5))
    assert (whole, again, part) == (3 * 44_100, 3 * 44_100, 22_050)
    reader.close()


@pytest.mark.parametrize("format", ["FLAC", "MP3", "OGG"])
def test_both_hear_the_same(format: str) -> None:
    data = encode(chirp(3.0), 44_100, format)
    one, other = (read(reader, data) for reader in READERS)
    assert one.shape == other.shape
    assert level_db(one - other, one) < -60


@pytest.mark.parametrize("reader_type", READERS)
def test_what_is_no_audio_is_refused_with_a_reason(reader_type) -> None:
    with pytest.raises(CannotOpen, match=r"\w+ \w+"):
        reader_type(open_source(b"no audio at all" * 100))


def test_the_second_back_end_goes_on_where_the_first_stops(monkeypatch) -> None:
    data = encode(chirp(10.0), 44_100, "WAV")
    blocks = SndfileReader.blocks

    def break_off(self, start_s=0.0, length_s=None):
        yield next(blocks(self, start_s, length_s))
        raise CorruptAudio("damaged")

    monkeypatch.setattr(SndfileReader, "blocks", break_off)
    audio = decode(data)
    np.testing.assert_allclose(audio.waveform, chirp(10.0).mean(axis=1), atol=1e-4)
    assert audio.warnings == ("damaged at 3.0 s: the damaged part was left out",)


def test_without_a_second_back_end_the_beginning_is_kept(monkeypatch) -> None:
    def break_off(self, start_s=0.0, length_s=None):
        yield np.zeros((44_100, 2), np.float32)
        raise CorruptAudio("damaged")

    monkeypatch.setattr(SndfileReader, "blocks", break_off)
    monkeypatch.setattr(sound_module, "_BACK_ENDS", (("libsndfile", SndfileReader),))
    audio = decode(encode(chirp(10.0), 44_100, "WAV"))
    assert audio.duration_s == 1.0
    assert audio.warnings[0] == "damaged at 1.0 s: nothing after it was heard"
    assert audio.warnings[1] == "truncated or damaged: 1.0 s of 10.0 s could be decoded"


def test_damage_from_the_first_sample_on_is_an_error(monkeypatch) -> None:
    def fail(self, start_s=0.0, length_s=None):
        raise CorruptAudio("damaged at 0.0 s")
        yield

    monkeypatch.setattr(SndfileReader, "blocks", fail)
    monkeypatch.setattr(sound_module, "_BACK_ENDS", (("libsndfile", SndfileReader),))
    with pytest.raises(CorruptAudio, match=r"at 0\.0 s"):
        decode(encode(chirp(1.0), 44_100, "WAV"))


def test_damaged_packets_are_skipped_and_counted() -> None:
    data = bytearray(encode_av(chirp(6.0), 44_100, "adts", "aac"))
    for at in range(20_000, 30_000, 500):
        data[at : at + 40] = b"\xaa" * 40
    audio = decode(bytes(data))
    assert 3.0 < audio.duration_s <= 6.1
    assert any("damaged packet(s) were skipped" in warning for warning in audio.warnings)


def test_a_change_of_format_on_the_way_ends_a_block_and_keeps_the_rate() -> None:
    def frame(rate: int, layout: str, channels: int) -> av.AudioFrame:
        array = np.full((channels, rate // 10), 0.5, np.float32)
        made = av.AudioFrame.from_ndarray(array, format="fltp", layout=layout)
        made.sample_rate = rate
        return made

    frames = [frame(44_100, "stereo", 2), frame(44_100, "mono", 1), frame(22_050, "stereo", 2)]
    blocks = list(_join(iter(frames), 44_100, math.inf))
    assert [block.shape for block in blocks] == [(4410, 2), (4410, 1), (4410, 2)]
    assert blocks[2][2000:2200] == pytest.approx(0.5, abs=1e-3)


def packed(format: str, layout: str, array: np.ndarray) -> av.AudioFrame:
    """Return a frame, plane by plane: PyAV's ``from_ndarray`` takes no eight planes."""
    frame = av.AudioFrame(format=format, layout=layout, samples=array.shape[1])
    rows = array if format.endswith("p") else array.T.reshape(1, -1)
    for row, plane in zip(rows, frame.planes, strict=False):
        plane.update(row.tobytes().ljust(plane.buffer_size, b"\0"))
    frame.sample_rate = 48_000
    return frame


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1", "7.1"])
@pytest.mark.parametrize("planes", ["", "p"])
@pytest.mark.parametrize(
    ("format", "dtype", "scale", "offset"),
    [("u8", np.uint8, 127, 128), ("s16", np.int16, 32_767, 0), ("s32", np.int32, 2**31 - 1, 0)]
    + [("flt", np.float32, 1, 0), ("dbl", np.float64, 1, 0)],
)
def test_frames_of_every_sample_format_are_joined(
    layout: str, planes: str, format: str, dtype: type, scale: int, offset: int
) -> None:
    n_channels = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}[layout]
    samples = np.random.default_rng(0).uniform(-1, 1, (n_channels, 2_500))
    whole = (samples * scale + offset).astype(dtype)
    frames = (packed(format + planes, layout, part) for part in np.split(whole, [1_000], axis=1))
    (block,) = _join(frames, 48_000, math.inf)
    assert block.dtype == np.float32
    np.testing.assert_allclose(block, samples.T, atol=0.02 if dtype is np.uint8 else 1e-4)


def test_seven_one_is_decoded_through_planes() -> None:
    samples = 0.1 * np.arange(1, 9, dtype=np.float32)[:, None] * np.ones(9_600, np.float32)
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as output:
        stream = output.add_stream("wavpack", rate=48_000)
        stream.layout, stream.format = "7.1", "fltp"
        output.mux(stream.encode(packed("fltp", "7.1", samples)))
        output.mux(stream.encode(None))
    found = read(PyavReader, file.getvalue())
    np.testing.assert_allclose(found, samples.T, atol=1e-6)


def test_a_frame_longer_than_a_block_and_short_ones_after_it() -> None:
    lengths = [100, 3 * BLOCK_FRAMES, 100, 5 * BLOCK_FRAMES, 100]
    whole = np.arange(sum(lengths), dtype=np.float32)
    parts = np.split(whole[np.newaxis], np.cumsum(lengths)[:-1], axis=1)
    frames = (packed("fltp", "mono", part) for part in parts)
    blocks = [block.copy() for block in _join(frames, 48_000, math.inf)]
    np.testing.assert_array_equal(np.concatenate(blocks)[:, 0], whole)


def test_no_more_is_decoded_than_is_wanted() -> None:
    n_made = 0

    def frames():
        nonlocal n_made
        for _ in range(100):
            n_made += 1
            yield packed("fltp", "mono", np.ones((1, 1_000), np.float32))

    enough = 2 * BLOCK_FRAMES + 5_500
    n_joined = 0
    for block in _join(frames(), 48_000, enough):
        n_joined += len(block)
        if n_joined >= enough:
            break
    assert n_joined == n_made * 1_000 < enough + 1_000


def test_chained_ogg_is_heard_to_its_end() -> None:
    link = encode(chirp(1.0), 44_100, "OGG")
    other = encode(chirp(2.0), 44_100, "OGG")
    assert decode(link + other).duration_s == pytest.approx(3.0, abs=0.05)


def test_trim() -> None:
    blocks = [np.arange(4.0)[:, None], np.arange(4.0, 8.0)[:, None], np.arange(8.0, 9.0)[:, None]]
    assert np.concatenate(list(_trim(iter(blocks), 5, None))).ravel().tolist() == [5, 6, 7, 8]
    assert np.concatenate(list(_trim(iter(blocks), 3, 3))).ravel().tolist() == [3, 4, 5]
    assert list(_trim(iter(blocks), 99, 3)) == []
