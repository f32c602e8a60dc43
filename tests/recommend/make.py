"""Tracks without a catalog."""

from typing import Any

from auricle.library import Track

BLANK: dict[str, Any] = {
    "content_hash": "00",
    "size": 1,
    "duration_s": 200.0,
    "state": "ready",
    "error": None,
    "kind": "music",
    "label": "jazz",
    "probability": 0.8,
    "genres": (),
    "subgenres": (),
    "timeline": (),
    "artist": "",
    "album": "",
    "title": "",
    "tags": {},
    "model": "tiny@0",
    "fingerprint": b"",
    "warnings": (),
}


def track(track_id: int = 1, path: str = "/music/a.mp3", **fields: Any) -> Track:  # noqa: ANN401
    """Return a track; what is not said is plain."""
    return Track(track_id=track_id, path=path, paths=(path,), **{**BLANK, **fields})
