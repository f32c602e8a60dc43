"""The chain: each leaf by arithmetic, the whole on synthesised sound and a model that is known."""

import io
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from auricle.analysis import (
    FAST_EXCERPTS,
    NO_GENRES,
    Heard,
    analyze,
    hear,
    is_silent,
    judge,
    name_of,
    pool,
    rank,
    timeline,
)
from auricle.audio import Excerpt
from auricle.errors import AuricleError
from auricle.models import Model, load_model
from auricle.vectors import unit_rows

from .tiny import GENRES, tone

RATE = 16_000


@pytest.fixture
def model(tiny_bundle: Path) -> Model:
    return load_model(tiny_bundle)


def wav(waveform: NDArray[np.float32], *, subtype: str = "FLOAT", rate: int = RATE) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, waveform, rate, format="WAV", subtype=subtype)
    return buffer.getvalue()


def silence(duration_s: float) -> NDArray[np.float32]:
    return np.zeros(round(duration_s * RATE), np.float32)


def white_noise(duration_s: float, level: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(0).standard_normal(round(duration_s * RATE), dtype=np.float32)
    return level * noise


def heard(rows: list[list[float]], *, ends: list[float], audible: list[bool]) -> Heard:
    starts = [0.0, *ends[:-1]]
    embeddings = np.array(rows, dtype=np.float32)
    return Heard(np.array(starts), np.array(ends), np.array(audible), embeddings)


# Leaves


def test_pool_weights_by_duration() -> None:
    track = pool(heard([[3.0, 0.0], [0.0, 4.0]], ends=[4.0, 5.0], audible=[True, True]))
    np.testing.assert_allclose(track, [12 / np.hypot(12, 4), 4 / np.hypot(12, 4)], rtol=1e-6)
    assert track.dtype == np.float32


def test_pool_leaves_silence_out() -> None:
    track = pool(heard([[0.0, 2.0], [9.0, 9.0]], ends=[1.0, 9.0], audible=[True, False]))
    np.testing.assert_allclose(track, [0.0, 1.0])


def test_pool_of_silence_is_zero() -> None:
    track = pool(heard([[0.0, 0.0]], ends=[1.0], audible=[False]))
    assert track.tolist() == [0.0, 0.0]


def test_rank_is_sorted_and_stable() -> None:
    ranked = rank(("a", "b", "c", "d"), np.array([0.2, 0.3, 0.3, 0.2]))
    assert [genre.label for genre in ranked] == ["b", "c", "a", "d"]
    assert ranked[0].probability == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("waveform", "expected"),
    [
        (silence(1), True),
        (silence(1) + np.float32(0.5), True),
        (white_noise(1, 10 ** (-96 / 20)), True),
        (white_noise(1, 10 ** (-71 / 20)), True),
        (white_noise(1, 10 ** (-69 / 20)), False),
        (tone(440), False),
    ],
    ids=["digital", "offset", "dither", "below", "above", "tone"],
)
def test_what_is_silent(waveform: NDArray[np.float32], expected: bool) -> None:
    assert is_silent(waveform) is expected


@pytest.mark.parametrize("level_db", [-75.0, -70.5, -69.5, -50.0])
@pytest.mark.parametrize("share", [1.0, 0.1, 1e-3])
@pytest.mark.parametrize("step", [1, 2, 16, 17])
def test_a_glance_never_changes_what_is_silent(level_db: float, share: float, step: int) -> None:
    """Sound in a part of the excerpt only, or only in samples that a glance passes over."""
    waveform = np.zeros(RATE, np.float32)
    heard = waveform[1 : 1 + int(share * RATE) : step]
    heard[:] = np.random.default_rng(0).standard_normal(len(heard))
    waveform *= np.float32(10 ** (level_db / 20) / waveform.std())
    assert is_silent(waveform) is (level_db < -70)


@pytest.mark.parametrize("n_samples", [1, 2, 15, 16, 17])
def test_a_few_samples_are_silent_or_not(n_samples: int) -> None:
    assert is_silent(np.full(n_samples, 0.5, np.float32))
    assert is_silent(np.linspace(0, 1, n_samples, dtype=np.float32)) is (n_samples == 1)


def test_judge_names_the_genre(model: Model) -> None:
    low = unit_rows(np.array([[5, 5, 5, 1, 1, 1, 1, 1]], np.float32))[0]
    verdict = judge(low, model.heads)
    assert (verdict.kind, verdict.label) == ("music", "low")
    assert verdict.genres[0].probability >= model.heads["genre"].threshold


def test_judge_is_unsure_below_the_threshold(model: Model) -> None:
    between = unit_rows(np.array([[3, 3, 2.99, 4.495, 4.495, 3, 3, 2.99]], np.float32))[0]
    verdict = judge(between, {"genre": model.heads["genre"]})
    assert verdict.genres[0].probability < model.heads["genre"].threshold
    assert (verdict.kind, verdict.label, verdict.subgenres) == ("music", "unknown", ())


def test_judge_names_no_genre_for_what_is_not_music(model: Model) -> None:
    even = unit_rows(np.ones((1, 8), np.float32))[0]
    verdict = judge(even, model.heads)
    assert (verdict.kind, verdict.label, verdict.subgenres) == ("other", "unknown", ())
    assert {genre.label for genre in verdict.genres} == set(GENRES)


def test_a_head_of_any_sound_names_what_is_not_music(model: Model) -> None:
    even = np.full(8, 1 / np.sqrt(8), dtype=np.float32)
    weights = np.array(model.heads["genre"].weights)
    weights[0] *= 3  # sure of "low", also where all bands are alike
    genre = replace(model.heads["genre"], weights=weights, meta={"domain": "any"})
    verdict = judge(even, {**model.heads, "genre": genre})
    assert (verdict.kind, verdict.label) == ("other", "low")
    music_only = replace(genre, meta={"domain": "music"})
    assert judge(even, {**model.heads, "genre": music_only}).label == "unknown"


def test_judge_of_silence_is_even(model: Model) -> None:
    verdict = judge(np.zeros(8, np.float32), model.heads)
    assert (verdict.kind, verdict.label) == ("silence", "unknown")
    assert [genre.probability for genre in verdict.genres] == pytest.approx([1 / 3] * 3)
    assert "silence" in verdict.warnings[0]


def test_judge_lists_subgenres_that_are_likely_enough(model: Model) -> None:
    low = unit_rows(np.array([[5, 5, 5, 0, 0, 0, 0, 0]], np.float32))[0]
    (only,) = judge(low, model.heads).subgenres
    assert only.label == "very low"
    assert only.probability >= model.heads["subgenre"].threshold


def test_timeline_uses_the_excerpt_level(model: Model) -> None:
    head = model.heads["genre"]
    rows = unit_rows(np.array([[4, 4, 4, 5, 5, 3, 3, 3], [0] * 8], np.float32))
    entries = timeline(heard(rows.tolist(), ends=[2.0, 3.5], audible=[True, False]), rows, head)
    own = head.probabilities(rows[:1], level="excerpt")[0, 0]
    assert own != head.probabilities(rows[:1])[0, 0]
    assert (entries[0].start_s, entries[0].end_s, entries[0].label) == (0.0, 2.0, "low")
    assert entries[0].probability == pytest.approx(own)
    assert (entries[1].start_s, entries[1].end_s, entries[1].label) == (2.0, 3.5, "silence")


def test_hear_takes_one_excerpt_after_the_other(model: Model) -> None:
    """The stream is consumed as it comes: no excerpt is kept."""
    alive = 0
    most = 0

    class Counted(np.ndarray):  # type: ignore[type-arg]
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def stream() -> "list[Excerpt]":
        nonlocal alive, most
        for index in range(60):
            alive += 1
            most = max(most, alive)
            yield Excerpt(2.0 * index, np.zeros(2 * RATE, np.float32).view(Counted))

    result = hear(stream(), model)  # type: ignore[arg-type]
    assert result.embeddings.shape == (60, 8)
    assert most <= 2


def test_hear_nothing(model: Model) -> None:
    result = hear([], model)
    assert result.embeddings.shape == (0, 8)
    assert result.start_s.shape == (0,)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("-song.mp3", "-song.mp3"),
        (Path("a/b.mp3"), "a/b.mp3"),
        (b"RIFF", "<bytes>"),
        (io.BytesIO(b"RIFF"), "<bytes>"),
    ],
)
def test_name_of_a_source(source: object, name: str) -> None:
    assert name_of(source) == name  # type: ignore[arg-type]


def test_name_of_an_open_file(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(b"")
    with path.open("rb") as file:
        assert name_of(file) == str(path)


# The whole


def test_a_tone_is_heard_from_start_to_end(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "low.wav"
    path.write_bytes(wav(tone(220, duration_s=5.0)))
    analysis = analyze(path, model)
    assert (analysis.path, analysis.kind, analysis.label) == (str(path), "music", "low")
    assert analysis.duration_s == pytest.approx(5.0)
    assert analysis.model == model.id
    assert analysis.warnings == ()
    assert sum(genre.probability for genre in analysis.genres) == pytest.approx(1.0)
    assert analysis.probability == analysis.genres[0].probability
    assert [entry.end_s for entry in analysis.timeline] == pytest.approx([2.0, 4.0, 5.0])
    assert np.linalg.norm(analysis.embedding) == pytest.approx(1.0)
    assert analysis.excerpt_embeddings.shape == (3, 8)


def test_the_timeline_follows_the_music(model: Model) -> None:
    parts = [tone(220, duration_s=4.0), silence(4.0), tone(5_000, duration_s=2.0)]
    analysis = analyze(wav(np.concatenate(parts)), model)
    labels = [entry.label for entry in analysis.timeline]
    assert labels == ["low", "low", "silence", "silence", "high"]
    assert not analysis.excerpt_embeddings[2:4].any()
    assert analysis.label == "low"


def test_silence_in_a_track_does_not_change_its_embedding(model: Model) -> None:
    sound = tone(220, duration_s=4.0)
    alone = analyze(wav(sound), model)
    padded = analyze(wav(np.concatenate([sound, silence(20)])), model)
    np.testing.assert_allclose(padded.embedding, alone.embedding, atol=1e-6)


@pytest.mark.parametrize("level", [0.0, 1e-5], ids=["digital", "dither"])
def test_a_silent_file(model: Model, level: float) -> None:
    analysis = analyze(wav(white_noise(3.0, level), subtype="PCM_16"), model)
    assert (analysis.kind, analysis.label) == ("silence", "unknown")
    assert not analysis.embedding.any()
    assert len(analysis.genres) == 3
    assert {entry.label for entry in analysis.timeline} == {"silence"}
    assert analysis.warnings


def test_noise_is_not_music(model: Model) -> None:
    analysis = analyze(wav(white_noise(4.0, 0.3)), model)
    assert (analysis.kind, analysis.label) == ("other", "unknown")


def test_fast_hears_a_few_excerpts_and_agrees(model: Model) -> None:
    sound = wav(tone(220, duration_s=60.0))
    fast, full = analyze(sound, model, profile="fast"), analyze(sound, model)
    assert len(fast.timeline) == FAST_EXCERPTS
    assert len(full.timeline) == 30
    assert fast.label == full.label
    assert fast.duration_s == pytest.approx(full.duration_s, abs=0.1)


def test_unknown_profile_is_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="profile must be one of full, fast, not 'slow'"):
        analyze(b"", model, profile="slow")  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"this is text", wav(silence(0.01))])
def test_what_cannot_be_heard_is_an_error(model: Model, data: bytes) -> None:
    with pytest.raises(AuricleError):
        analyze(data, model)


def test_warnings_of_the_decoder_are_kept(model: Model) -> None:
    bad = tone(220)
    bad[1000] = np.nan
    assert analyze(wav(bad), model).warnings


def test_memory_does_not_grow_with_the_length(model: Model, tmp_path: Path) -> None:
    """A file of ten minutes has 38 MB of samples at the model's rate; a few MB must do."""
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 8_000, 1, "PCM_U8") as file:
        for _ in range(60):
            file.write(tone(220, duration_s=10.0, sample_rate=8_000))
    tracemalloc.start()
    try:
        analysis = analyze(path, model)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert analysis.duration_s == pytest.approx(600)
    assert peak < 12e6


def test_a_model_without_a_head_hears_but_names_nothing(model: Model) -> None:
    """A network that was just trained: to embed with, and to teach."""
    bare = replace(model, heads={"kind": model.heads["kind"]})
    song = wav(np.concatenate([tone(220, duration_s=4.0), silence(4.0)]))
    found, named = analyze(song, bare), analyze(song, model)
    np.testing.assert_array_equal(found.embedding, named.embedding)
    assert (found.kind, found.label, found.probability, found.genres) == ("music", "unknown", 0, ())
    assert found.warnings == (NO_GENRES,)
    assert [entry.label for entry in found.timeline] == ["unknown", "unknown", "silence", "silence"]
    assert analyze(wav(silence(3.0)), bare).genres == ()
