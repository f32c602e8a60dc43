"""The traces by which copies of a recording are found: which are missing, and taking them.

A scan that hears every second takes them on the way. A fast one leaves them out, because most
tracks sound like no other of their length: they are taken when somebody asks for them, and kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from ..batch.many import attempt
from ..batch.supervisor import supervise
from ..errors import AudioError, CatalogError
from ..features.trace import N_WINDOWS, WINDOW_S, Tracer, is_comparable
from ..types import Failure
from .catalog import Catalog

HEARING_RATE = 16_000
"""Sample rate in Hz at which a trace is taken."""

LONGEST_S = 600.0
"""Time after which a file is given up."""


def untraced(catalog: Catalog) -> dict[int, str]:
    """Return the tracks that have no trace, or one of another version, and their paths."""
    rows = catalog.columns("track_id", "path", "kind", "fingerprint")
    return {
        track_id: path
        for track_id, path, kind, trace in rows
        if kind != "silence" and not is_comparable(bytes(trace))
    }


def fill_traces(
    catalog: Catalog, tracks: Mapping[int, str], *, jobs: int = 1
) -> Iterator[tuple[str, str]]:
    """Take the traces of tracks in processes of their own, and keep each as soon as it is there.

    Args:
        catalog: the collection.
        tracks: their paths, by number.
        jobs: files at once.

    Yields:
        The path of each, and why it could not be heard, or "".
    """
    heard = supervise(tracks.values(), prepare, jobs=jobs, timeout_s=LONGEST_S)
    for (track_id, path), result in zip(tracks.items(), heard, strict=True):
        if isinstance(result, Failure):
            yield path, f"{result.type}: {result.message}"
        else:
            catalog.set_fingerprint(track_id, result)
            yield path, ""


def take_traces(catalog: Catalog, track_ids: Iterable[int]) -> dict[int, bytes]:
    """Return the traces of a few tracks; those that are missing are taken, and kept if possible.

    A track that cannot be heard is not among them.
    """
    found = {}
    for track in catalog.tracks(track_ids=track_ids):
        trace = track.fingerprint
        if not is_comparable(trace):
            with suppress(AudioError):
                trace = hear_trace(track.path)
                with suppress(CatalogError):  # a catalog that can only be read
                    catalog.set_fingerprint(track.track_id, trace)
        if is_comparable(trace):
            found[track.track_id] = trace
    return found


def prepare() -> Callable[[str], bytes | Failure]:
    """Return what takes the trace of a file in a worker process."""
    return partial(attempt, hear_trace)


def hear_trace(path: str) -> bytes:
    """Return the trace of a file, read by seeking.

    Raises:
        AudioError: it cannot be heard.
    """
    from ..audio import open_excerpts  # deferred: most commands find all traces there

    with open_excerpts(
        path, sample_rate=HEARING_RATE, excerpt_s=WINDOW_S, count=N_WINDOWS
    ) as stream:
        tracer = Tracer(HEARING_RATE, stream.info.duration_s)
        for excerpt in stream:
            tracer.hear(excerpt.start_s, excerpt.waveform)
        return tracer.to_bytes(stream.duration_s)
