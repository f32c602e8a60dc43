"""Playlists as files: M3U8, XSPF, JSON and CSV."""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from urllib.parse import quote
from xml.etree import ElementTree

from ..library import Track

XSPF = "http://xspf.org/ns/0/"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BREAKS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

Writer = Callable[[Sequence[Track], Sequence[str]], bytes]


def playlist_bytes(tracks: Sequence[Track], target: Path, *, relative: bool = True) -> bytes:
    """Return a playlist as a file.

    Args:
        tracks: in order.
        target: where the file will be; its suffix says the format, and relative paths are from
            its folder.
        relative: write paths relative to the target where that is possible (on one drive).

    Raises:
        ValueError: an unknown suffix, or a name that M3U8 cannot hold (one with a line break).
    """
    suffix = target.suffix.lower()
    if suffix not in WRITERS:
        raise ValueError(f"{target}: the name must end with {', '.join(WRITERS)}")
    return WRITERS[suffix](tracks, [place(track.path, target, relative) for track in tracks])


def place(path: str, target: Path, relative: bool) -> str:
    """Return the path of a track as it stands in a playlist at ``target``."""
    absolute = os.path.abspath(path)
    if not relative:
        return absolute
    try:
        return os.path.relpath(absolute, os.path.realpath(target.parent))
    except ValueError:  # another drive (Windows)
        return absolute


def m3u8(tracks: Sequence[Track], places: Sequence[str]) -> bytes:
    """Return extended M3U in UTF-8; names that are no text keep their bytes."""
    lines = ["#EXTM3U"]
    for track, where in zip(tracks, places, strict=True):
        if BREAKS.search(where):
            raise ValueError(f"{where!r}: a line break in a name does not fit M3U8; use .xspf")
        lines.append(f"#EXTINF:{round(track.duration_s)},{BREAKS.sub(' ', display_name(track))}")
        lines.append(f"./{where}" if where.startswith("#") or where != where.strip() else where)
    return os.fsencode("\n".join(lines) + "\n") if os.name == "posix" else _utf8(lines)


def xspf(tracks: Sequence[Track], places: Sequence[str]) -> bytes:
    """Return XSPF 1; locations are URIs, so that every name fits."""
    ElementTree.register_namespace("", XSPF)
    root = ElementTree.Element(f"{{{XSPF}}}playlist", version="1")
    entries = ElementTree.SubElement(root, f"{{{XSPF}}}trackList")
    for track, where in zip(tracks, places, strict=True):
        entry = ElementTree.SubElement(entries, f"{{{XSPF}}}track")
        values = {
            "location": uri(where),
            "title": track.title or PurePath(track.path).stem,
            "creator": track.artist,
            "album": track.album,
            "duration": str(round(track.duration_s * 1000)),
        }
        for name, value in values.items():
            if value:
                ElementTree.SubElement(entry, f"{{{XSPF}}}{name}").text = xml_text(value)
    ElementTree.indent(root, " ")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def as_json(tracks: Sequence[Track], places: Sequence[str]) -> bytes:
    """Return a JSON array with one object per track."""
    rows = [
        row(track, where) | {"label": track.label, "probability": round(track.probability, 6)}
        for track, where in zip(tracks, places, strict=True)
    ]
    return (json.dumps(rows, indent=1) + "\n").encode()


def as_csv(tracks: Sequence[Track], places: Sequence[str]) -> bytes:
    """Return comma-separated values with a header."""
    buffer = io.StringIO(newline="")
    names = ("path", "artist", "album", "title", "duration_s", "label", "probability")
    table = csv.writer(buffer)
    table.writerow(names)
    for track, where in zip(tracks, places, strict=True):
        cells = row(track, where)
        table.writerow([*cells.values(), track.label, f"{track.probability:.6f}"])
    return buffer.getvalue().encode("utf-8", "surrogateescape")


def row(track: Track, where: str) -> dict[str, str | float]:
    """Return what JSON and CSV say of a track first."""
    return {
        "path": where,
        "artist": track.artist,
        "album": track.album,
        "title": track.title,
        "duration_s": round(track.duration_s, 3),
    }


def uri(where: str) -> str:
    """Return a path as a URI: absolute ones with file://, relative ones as a reference."""
    if os.path.isabs(where):
        steps = PurePath(where).as_posix()
        return ("file://" if steps.startswith("/") else "file:///") + quote(os.fsencode(steps))
    steps = quote(os.fsencode(PurePath(where).as_posix()))
    return f"./{steps}" if not steps.startswith(".") else steps


def display_name(track: Track) -> str:
    """Return ``artist - title``, or the file's name when there is no title."""
    title = track.title or PurePath(track.path).stem
    return f"{track.artist} - {title}" if track.artist else title


def xml_text(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("\ufffd", text)


def _utf8(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


WRITERS: dict[str, Writer] = {".m3u8": m3u8, ".xspf": xspf, ".json": as_json, ".csv": as_csv}
