import resource
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.audio import decode, open_excerpts
from auricle.audio.excerpts import cut
from auricle.audio.sound import Sound
from auricle.errors import CorruptAudio

from .synth import chirp, encode, encode_av

RATE = 16_000


def data_of(format: str, duration_s: float) -> bytes:
    samples = chirp(duration_s)
    if format in ("AAC", "ALAC"):
        return encode_av(samples, 44_100, "ipod", format.lower())
    if format == "OPUS":
        return encode(chirp(duration_s, 48_000), 48_000, "OGG", "OPUS")
    return encode(samples, 44_100, format)


@pytest.mark.parametrize("format", ["WAV", "FLAC", "MP3", "OGG", "OPUS", "ALAC"])
def test_a_full_pass_in_blocks_equals_the_whole(format: str) -> None:
    data = data_of(format, 7.3)
    whole = decode(data, sample_rate=RATE)
    with open_excerpts(data, sample_rate=RATE, excerpt_s=2.0) as stream:
        excerpts = list(stream)
        assert stream.duration_s == whole.duration_s
        assert stream.warnings == ()
    assert [excerpt.start_s for excerpt in excerpts] == [0.0, 2.0, 4.0, 6.0]
    joined = np.concatenate([excerpt.waveform for excerpt in excerpts])
    np.testing.assert_array_equal(joined, whole.waveform)


@pytest.mark.parametrize(
    ("format", "tolerance"),  # Opus and AAC state a length that is no whole number of our samples
    [("WAV", 1e-6), ("FLAC", 1e-6), ("MP3", 1e-6), ("OGG", 1e-6), ("ALAC", 1e-6)]
    + [("OPUS", 0.1), ("AAC", 0.1)],
)
def test_excerpts_by_seeking_equal_the_same_seconds_of_the_whole(
    format: str, tolerance: float
) -> None:
    data = data_of(format, 24.0)
    whole = decode(data, sample_rate=RATE)
    with open_excerpts(data, sample_rate=RATE, excerpt_s=2.0, count=3) as stream:
        excerpts = list(stream)
        assert stream.duration_s == pytest.approx(24.0, abs=0.05)
    for excerpt, middle_s in zip(excerpts, (4, 12, 20), strict=True):
        assert excerpt.start_s == pytest.approx(middle_s - 1, abs=0.05)
        assert excerpt.waveform.shape == (2 * RATE,)
        first = round(excerpt.start_s * RATE)
        expected = whole.waveform[first : first + 2 * RATE]
        difference = np.abs(excerpt.waveform - expected)[200:-200]
        assert difference.max() < tolerance


def test_seeking_does_not_decode_what_lies_between(monkeypatch) -> None:
    data = encode(chirp(60.0, 8_000), 8_000, "WAV")
    with open_excerpts(data, sample_rate=8_000, excerpt_s=1.0, count=3) as stream:
        assert len(list(stream)) == 3
        assert stream._sound.n_frames == 3 * 8_000
        assert stream.duration_s == 60.0


@pytest.mark.parametrize(("duration_s", "lengths"), [
    (0.1, [0.1]), (0.9, [0.9]), (2.0, [2.0]), (2.9, [2.0]), (3.1, [2.0, 1.1]), (4.0, [2.0, 2.0]),
])  # fmt: skip
def test_a_short_remainder_is_dropped_unless_it_is_all(
    duration_s: float, lengths: list[float]
) -> None:
    data = encode(chirp(duration_s), 44_100, "WAV")
    with open_excerpts(data, sample_rate=RATE, excerpt_s=2.0) as stream:
        found = [len(excerpt.waveform) / RATE for excerpt in stream]
        assert stream.duration_s == pytest.approx(duration_s)
    assert found == pytest.approx(lengths, abs=1e-3)


def test_a_file_too_short_for_the_count_is_heard_in_full() -> None:
    data = encode(chirp(5.0), 44_100, "WAV")
    with open_excerpts(data, sample_rate=RATE, excerpt_s=2.0, count=3) as stream:
        assert [excerpt.start_s for excerpt in stream] == [0.0, 2.0, 4.0]


def test_a_file_of_unknown_length_is_heard_in_full() -> None:
    data = bytearray(encode(chirp(9.0), 44_100, "FLAC"))
    data[21] &= 0xF0
    data[22:26] = b"\0\0\0\0"
    with open_excerpts(bytes(data), sample_rate=RATE, excerpt_s=1.0, count=2) as stream:
        assert len(list(stream)) == 9


def test_a_header_that_promises_too_much_gives_what_is_there_and_a_warning() -> None:
    data = encode(chirp(30.0), 44_100, "MP3")
    with open_excerpts(data[: len(data) // 2], sample_rate=RATE, excerpt_s=2.0, count=3) as stream:
        assert 1 <= len(list(stream)) < 3
    assert "of 3 excerpts could be read" in stream.warnings[0]


def test_when_no_excerpt_can_be_sought_everything_is_heard(monkeypatch) -> None:
    data = encode(chirp(10.0), 44_100, "WAV")
    blocks = Sound.mono_blocks

    def refuse(self, start_s=0.0, length_s=None):
        if length_s is not None:
            raise CorruptAudio("cannot seek")
        return blocks(self, start_s, length_s)

    monkeypatch.setattr(Sound, "mono_blocks", refuse)
    with open_excerpts(data, sample_rate=RATE, excerpt_s=2.0, count=3) as stream:
        assert len(list(stream)) == 5
        assert stream.duration_s == 10.0
    assert "0 of 3" in stream.warnings[0]


@pytest.mark.parametrize(
    "options",
    [
        {"sample_rate": 0, "excerpt_s": 1.0},
        {"sample_rate": RATE, "excerpt_s": 0.01},
        {"sample_rate": RATE, "excerpt_s": 1.0, "count": 0},
    ],
)
def test_parameters_that_make_no_sense(options) -> None:
    with pytest.raises(ValueError, match="must be"):
        open_excerpts(encode(chirp(1.0), 44_100, "WAV"), **options)


@given(
    lengths=st.lists(st.integers(0, 50), max_size=20),
    n_samples=st.integers(1, 40),
)
def test_cut_keeps_every_sample_in_order(lengths: list[int], n_samples: int) -> None:
    whole = np.arange(sum(lengths), dtype=np.float32)
    blocks = np.split(whole, np.cumsum(lengths)[:-1]) if lengths else []
    pieces = list(cut(blocks, n_samples))
    assert all(len(piece) == n_samples for piece in pieces[:-1])
    assert all(0 < len(piece) <= n_samples for piece in pieces)
    joined = np.concatenate(pieces) if pieces else np.zeros(0)
    np.testing.assert_array_equal(joined, whole)


def test_memory_does_not_grow_with_length(tmp_path) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:  # 40 minutes, 400 MB, sparse on disk
        header = encode(chirp(0.0), 44_100, "RF64", "PCM_16")
        file.write(header)
        file.truncate(len(header) + 40 * 60 * 44_100 * 4)
    data = bytearray(encode(chirp(1.0), 44_100, "AU", "PCM_16")[:24])
    data[8:12] = (0xFFFFFFFF).to_bytes(4)
    with path.open("r+b") as file:
        file.write(bytes(data))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open_excerpts(path, sample_rate=RATE, excerpt_s=10.0) as stream:
        n_excerpts = sum(1 for _ in stream)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert n_excerpts == 240
    assert grown / (1 << 20 if sys.platform == "darwin" else 1 << 10) < 30


@pytest.mark.parametrize("rate", [RATE, 22_050])
def test_a_truncated_file_has_less_to_seek_in(rate: int) -> None:
    """Its header promises what is not there; at the asked rate nothing is resampled."""
    data = encode(chirp(90.0, rate), rate, "MP3")
    with open_excerpts(
        data[: len(data) * 2 // 5], sample_rate=RATE, excerpt_s=10.0, count=3
    ) as stream:
        lengths = [excerpt.waveform.size for excerpt in stream]
    assert any(lengths)
