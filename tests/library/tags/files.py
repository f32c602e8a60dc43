"""One short sound in every container that auricle tags, and what a second program makes of it."""

import hashlib
from functools import cache
from pathlib import Path

import av
from mutagen.id3 import ID3, TCON, TIT2, TPE1, TXXX, TYER

from auricle.audio import decode

from ...audio.synth import chirp, encode, encode_av

SUFFIX = {
    "mp3": ".mp3",
    "mp3_v23": ".mp3",
    "mp3_v1": ".mp3",
    "flac": ".flac",
    "ogg": ".ogg",
    "opus": ".opus",
    "m4a": ".m4a",
    "aiff": ".aiff",
    "wav": ".wav",
}
KINDS = tuple(SUFFIX)


@cache
def encoded(kind: str) -> bytes:
    sound = chirp(1.0, 48_000)
    if kind == "m4a":
        return encode_av(sound, 48_000, "ipod", "aac")
    format, subtype = {
        "mp3": ("MP3", None),
        "flac": ("FLAC", None),
        "ogg": ("OGG", "VORBIS"),
        "opus": ("OGG", "OPUS"),
        "aiff": ("AIFF", "PCM_16"),
        "wav": ("WAV", "PCM_16"),
    }[kind.partition("_")[0]]
    return encode(sound, 48_000, format, subtype)


def make(folder: Path, kind: str, *, name: str = "song") -> Path:
    """Write a file of a kind; the MP3s with older tags name an artist and a title already."""
    path = folder / f"{name}{SUFFIX[kind]}"
    path.write_bytes(encoded(kind))
    if kind == "mp3_v23":
        tags = ID3()
        for frame in (TIT2, TPE1):
            tags.add(frame(encoding=1, text=["Ein Lied", "zwei"]))
        tags.add(TYER(encoding=0, text=["1999"]))
        tags.save(path, v2_version=3, v23_sep=None)
    if kind == "mp3_v1":
        path.write_bytes(path.read_bytes() + v1_tag())
    return path


def v1_tag() -> bytes:
    return (
        b"TAG" + b"Old song".ljust(30, b"\0") + b"Old artist".ljust(30, b"\0") + bytes(64) + b"\x08"
    )


def give_genre(path: Path, *genres: str) -> Path:
    """Write a genre as another program would, into an MP3 with ID3v2.4."""
    tags = ID3()
    tags.add(TCON(encoding=3, text=list(genres)))
    tags.add(TXXX(encoding=3, desc="OTHER", text=["kept"]))
    tags.save(path)
    return path


def sound_of(path: Path) -> str:
    """Return a hash of the decoded sound."""
    return hashlib.sha256(decode(path).waveform.tobytes()).hexdigest()


def seen(path: Path) -> dict[str, str]:
    """Return the tags as FFmpeg sees them, keys in lower case."""
    with av.open(str(path)) as container:
        rows = [container.metadata, *(stream.metadata for stream in container.streams.audio)]
        return {key.lower(): value for row in rows for key, value in row.items()}
