"""The whole chain, from a sound to what is heard in it; start reading at ``analyze``."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .audio import Excerpt, Source, open_excerpts
from .features.trace import Tracer
from .models import Head, Model
from .types import UNKNOWN, Analysis, FloatArray, Genre, Profile, TimelineEntry
from .vectors import unit_rows

MUSIC, SILENCE = "music", "silence"

ANY_DOMAIN = "any"
"""``Head.meta["domain"]`` of a head that names any sound; others name music only."""

FAST_EXCERPTS = 3
PROFILES: Mapping[Profile, int | None] = {"full": None, "fast": FAST_EXCERPTS}
"""How many excerpts each profile hears; ``None`` is every second."""

NO_GENRES = "the model has no head that names genres; auricle teach makes one"
"""What is said of a track that such a model hears."""

SILENCE_DBFS = -70.0
"""An excerpt whose level (RMS without offset) is below this is silent: dither is near -96 dBFS,
the quietest passages of real recordings near -60."""

GLANCE = 1 / 16
"""So much of an excerpt, from its middle on, tells at first whether it is silent: for most it
decides."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is kept of the excerpts of one track, in order of time.

    Attributes:
        start_s: shape (n,), seconds.
        end_s: shape (n,), seconds.
        audible: shape (n,), False where there is silence.
        embeddings: raw, shape (n, dim); zero where there is silence.
    """

    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    audible: NDArray[np.bool_]
    embeddings: FloatArray


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the heads say of one track; the fields are those of ``Analysis``."""

    kind: str
    label: str
    genres: tuple[Genre, ...]
    subgenres: tuple[Genre, ...]
    warnings: tuple[str, ...] = ()


def analyze(
    source: Source, model: Model, *, profile: Profile = "full", fingerprint: bool = False
) -> Analysis:
    """Hear a track and name its genre.

    Args:
        source: a path, the bytes of a file, or a binary file object.
        model: from ``load_model``.
        profile: ``"full"`` hears every second, ``"fast"`` a few excerpts read by seeking.
        fingerprint: also take the trace by which other copies of the recording are found.

    Returns:
        Kind, label, probabilities of all genres, timeline, embeddings and warnings.

    Raises:
        AudioError: the source cannot be read as audio, or is too short.
        ValueError: there is no such profile.
    """
    rate, excerpt_s = model.spec.features.sample_rate, model.spec.excerpt_s
    count = excerpt_count(profile)
    with open_excerpts(source, sample_rate=rate, excerpt_s=excerpt_s, count=count) as stream:
        tracer = Tracer(rate, stream.info.duration_s)
        heard = hear(_traced(stream, tracer) if fingerprint else stream, model)
    track = pool(heard)
    excerpts = unit_rows(heard.embeddings)
    verdict = judge(track, model.heads)
    return Analysis(
        path=name_of(source),
        duration_s=stream.duration_s,
        kind=verdict.kind,
        label=verdict.label,
        probability=verdict.genres[0].probability if verdict.genres else 0.0,
        genres=verdict.genres,
        subgenres=verdict.subgenres,
        timeline=timeline(heard, excerpts, model.heads.get("genre")),
        embedding=track,
        excerpt_embeddings=excerpts,
        model=model.id,
        warnings=(*stream.warnings, *verdict.warnings),
        fingerprint=tracer.to_bytes(stream.duration_s),
    )


def excerpt_count(profile: Profile) -> int | None:
    """Return how many excerpts a profile hears; None is all.

    Raises:
        ValueError: there is no such profile.
    """
    if profile not in PROFILES:
        raise ValueError(f"profile must be one of {', '.join(PROFILES)}, not {profile!r}")
    return PROFILES[profile]


def hear(excerpts: Iterable[Excerpt], model: Model) -> Heard:
    """Embed the excerpts of a track as they come; the sound itself is not kept."""
    rate = model.spec.features.sample_rate
    times: list[tuple[float, float]] = []
    audible: list[bool] = []
    silence = np.zeros((1, model.spec.dim), dtype=np.float32)
    rows = [silence[:0]]
    for excerpt in excerpts:
        loud = not is_silent(excerpt.waveform)
        times.append((excerpt.start_s, excerpt.start_s + excerpt.waveform.size / rate))
        audible.append(loud)
        rows.append(model.embed([excerpt.waveform]) if loud else silence)
    start_s, end_s = np.array(times, dtype=np.float64).reshape(-1, 2).T
    return Heard(start_s, end_s, np.array(audible, dtype=bool), np.concatenate(rows))


def _traced(excerpts: Iterable[Excerpt], tracer: Tracer) -> Iterator[Excerpt]:
    """Yield excerpts on after the tracer has heard them."""
    for excerpt in excerpts:
        tracer.hear(excerpt.start_s, excerpt.waveform)
        yield excerpt


def is_silent(waveform: FloatArray) -> bool:
    """Tell whether a waveform, shape (n,), is below ``SILENCE_DBFS``; an offset is no sound.

    The squares of some samples around their own mean never add up to more than those of all, so
    a part that is loud enough for the whole decides.
    """
    limit = waveform.size * 10 ** (SILENCE_DBFS / 10)
    middle, glance = waveform.size // 2, 1 + int(waveform.size * GLANCE)
    parts = (waveform[middle : middle + glance], waveform)
    return all(float(part.var()) * part.size < limit for part in parts)


def pool(heard: Heard) -> FloatArray:
    """Return the unit embedding of a track, shape (dim,), from those of its excerpts.

    The mean of the audible excerpts, weighted by duration; zero when nothing is audible.
    """
    weights = (heard.end_s - heard.start_s) * heard.audible
    mean: FloatArray = (weights @ heard.embeddings).astype(np.float32)
    return unit_rows(mean.reshape(1, -1)).reshape(-1)


def judge(track: FloatArray, heads: Mapping[str, Head]) -> Verdict:
    """Read a track's embedding, shape (dim,), with the heads: kind, genres and subgenres."""
    genre = heads.get("genre")
    if not track.any():
        names = genre.labels if genre else ()
        even = rank(names, np.full(len(names), 1 / max(1, len(names))))
        return Verdict(SILENCE, UNKNOWN, even, (), ("nothing but silence; all genres are even",))
    row = track[np.newaxis]
    kinds = heads.get("kind")
    kind = rank(kinds.labels, kinds.probabilities(row)[0])[0].label if kinds else MUSIC
    if genre is None:
        return Verdict(kind, UNKNOWN, (), _subgenres(row, heads, kind), (NO_GENRES,))
    genres = rank(genre.labels, genre.probabilities(row)[0])
    meant = kind == MUSIC or genre.meta.get("domain") == ANY_DOMAIN
    sure = meant and genres[0].probability >= genre.threshold
    return Verdict(kind, genres[0].label if sure else UNKNOWN, genres, _subgenres(row, heads, kind))


def rank(labels: Sequence[str], probabilities: NDArray[np.floating]) -> tuple[Genre, ...]:
    """Return labels with their probabilities, shape (n_labels,), most probable first."""
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Genre(labels[i], float(probabilities[i])) for i in order)


def timeline(heard: Heard, excerpts: FloatArray, genre: Head | None) -> tuple[TimelineEntry, ...]:
    """Return the main genre of each excerpt with the excerpt's own probability.

    Args:
        heard: the times, and what is audible.
        excerpts: unit embeddings, shape (n, dim).
        genre: the head that names genres; without one they are unknown.
    """
    named: list[tuple[str, float]] = [(UNKNOWN, 0.0)] * len(excerpts)
    if genre is not None:
        probabilities = genre.probabilities(excerpts, level="excerpt")
        named = [(genre.labels[row.argmax()], float(row.max())) for row in probabilities]
    return tuple(
        TimelineEntry(float(start), float(end), *(name if audible else (SILENCE, 1.0)))
        for start, end, audible, name in zip(
            heard.start_s, heard.end_s, heard.audible, named, strict=True
        )
    )


def name_of(source: Source) -> str:
    """Return what to call a source: its path, or ``"<bytes>"`` for sound in memory."""
    if isinstance(source, bytes):
        return "<bytes>"
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "<bytes>"


def _subgenres(row: FloatArray, heads: Mapping[str, Head], kind: str) -> tuple[Genre, ...]:
    """Return the fine genres that reach their head's threshold."""
    head = heads.get("subgenre")
    if head is None or kind != MUSIC:
        return ()
    ranked = rank(head.labels, head.probabilities(row)[0])
    return tuple(genre for genre in ranked if genre.probability >= head.threshold)
