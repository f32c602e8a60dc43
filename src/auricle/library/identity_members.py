"""The files of a group of duplicates, and which of them is worth keeping."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import AudioError
from .catalog_rows import Track

if TYPE_CHECKING:
    from ..audio import AudioInfo

_LOSSLESS = ("pcm", "float", "double", "flac", "alac", "wavpack", "ape", "tta", "tak", "dsd")
"""How the codecs that keep every sample are called, by either back-end."""

_COMPANDED = {"pcm_alaw", "pcm_mulaw", "pcm_vidc"}
"""Lossy all the same: eight bits for what had more."""

_USUAL_BITS = 16
"""Per sample, where the file does not say."""

_DAMAGE = ("damaged", "truncated")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a group.

    Attributes:
        path: the file.
        size: in bytes.
        duration_s: of the sound.
        codec: what the header says; ``""`` when the file cannot be opened now.
        bit_rate: in kbit/s, from size and length.
        lossless: the codec keeps every sample (what it was given may have been lossy).
        plain_rate: of a lossless one, in kbit/s, before it was compressed.
        damaged: its analysis warned of damage.
        hard_link: the same file on the disk as one before it; removing it frees nothing.
        keep: the suggestion.
    """

    path: str
    size: int
    duration_s: float
    codec: str = ""
    bit_rate: int = 0
    lossless: bool = False
    plain_rate: int = 0
    damaged: bool = False
    hard_link: bool = False
    keep: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "path": self.path,
            "keep": self.keep,
            "codec": self.codec,
            "lossless": self.lossless,
            "bit_rate": self.bit_rate,
            "duration_s": round(self.duration_s, 3),
            "size": self.size,
            "damaged": self.damaged,
            "hard_link": self.hard_link,
        }


def codec_of(info: "AudioInfo") -> tuple[str, bool]:
    """Return what to call the codec of a file, and whether it keeps every sample."""
    name = info.format if info.format == "flac" else info.codec
    return name, name.startswith(_LOSSLESS) and name not in _COMPANDED


def plain_rate_of(info: "AudioInfo") -> int:
    """Return the kbit/s of the samples themselves: what a lossless file keeps of the music."""
    return round(info.sample_rate * info.channels * (info.bits or _USUAL_BITS) / 1000)


def members_of(track: Track) -> list[Member]:
    """Return a member for each file of a track, all alike."""
    info = _probe(track.path)
    codec, lossless = codec_of(info) if info else ("", False)
    rate = round(track.size * 8 / track.duration_s / 1000) if track.duration_s else 0
    damaged = any(word in warning for warning in track.warnings for word in _DAMAGE)
    first = Member(
        path=track.path,
        size=track.size,
        duration_s=track.duration_s,
        codec=codec,
        bit_rate=rate,
        lossless=lossless,
        plain_rate=plain_rate_of(info) if info and lossless else 0,
        damaged=damaged,
    )
    return [replace(first, path=path) for path in track.paths]


def rank(members: Iterable[Member], *, keep_all: bool = False) -> tuple[Member, ...]:
    """Return members, the best first; only that one is to be kept, unless all are.

    Whole before damaged, lossless before lossy, then the higher bit rate (of lossless files the one
    before compression), the longer, of lossless files the smaller, a file before a link to one, and
    the shorter path.
    """
    ordered = sorted(members, key=_worth)
    seen: set[tuple[int, int]] = set()
    found = []
    for at, member in enumerate(ordered):
        place = _place(member.path)
        again = place is not None and place in seen
        found.append(replace(member, keep=keep_all or at == 0, hard_link=again))
        if place is not None:
            seen.add(place)
    return tuple(found)


def _worth(member: Member) -> tuple[bool, bool, int, float, int, bool, int, str]:
    return (
        member.damaged,
        not member.lossless,
        -(member.plain_rate if member.lossless else member.bit_rate),
        -round(member.duration_s),
        member.size if member.lossless else 0,
        os.path.realpath(member.path) != member.path,
        len(member.path),
        member.path,
    )


def _probe(path: str) -> "AudioInfo | None":
    from ..audio import probe  # deferred: loads codecs, which lists of neighbours do without

    try:
        return probe(path)
    except AudioError:
        return None


def _place(path: str) -> tuple[int, int] | None:
    """Return where on the disk a file is; the same for hard links and symbolic links."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
