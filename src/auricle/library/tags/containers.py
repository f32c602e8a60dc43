"""Where each container keeps the fields that auricle writes; the only module that knows mutagen.

::

    field        ID3 (MP3, AIFF, WAV)      Vorbis comments (FLAC, Ogg, Opus)  MP4
    genre        TCON                      GENRE                              ©gen
    mood         TMOO; in 2.3 TXXX:MOOD    MOOD                               freeform MOOD
    probability  TXXX:AURICLE_PROBABILITY  AURICLE_PROBABILITY                freeform, same name

Everything else in the tags stays as it is, also the version of ID3.
"""

import os
import struct
from collections.abc import Mapping
from typing import Protocol

from mutagen import File, FileType, MutagenError
from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TCON, TMOO, TXXX, Encoding, Frame, ID3NoHeaderError
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4FreeForm
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from ...errors import TagError

Values = tuple[str, ...]
Fields = Mapping[str, Values]

DAMAGED = (MutagenError, OSError, ValueError, LookupError, struct.error)
"""What mutagen raises of a file that is damaged or cannot be reached."""

FIELDS = ("genre", "mood", "probability")
"""In the order in which they are shown."""

OLD_SEPARATOR = "/"
"""ID3v2.3 has one text in a frame; several values are joined by this, as its standard has it."""

_NAMES = {"genre": "GENRE", "mood": "MOOD", "probability": "AURICLE_PROBABILITY"}
_XIPH = (FLAC, OggVorbis, OggOpus, OggFLAC, OggSpeex)
_CONTAINERS = [MP3, *_XIPH, MP4, AIFF, WAVE]
_ID3V1_BYTES = _HEAD_BYTES = 128


class TagFile(Protocol):
    """The tags of one opened file.

    Attributes:
        separator: joins several values where the container has room for one; "" where it has more.
    """

    separator: str

    def read(self) -> dict[str, Values]:
        """Return the values of ``FIELDS`` as the file has them; () where it has none."""
        ...

    def write(self, fields: Fields) -> None:
        """Replace values; () removes a field."""
        ...

    def save(self, path: str) -> None:
        """Write the tags to the file."""
        ...


def open_tags(path: str) -> TagFile:
    """Open the tags of a file; its content says what it is.

    Raises:
        TagError: not a container whose tags can be written, or damaged.
    """
    try:
        kind = _container(path)
        if kind in (MP3, AIFF, WAVE):
            return _Id3(path, kind)
        if kind is MP4:
            return _Mp4(MP4(path))
        if kind in _XIPH:
            return _Xiph(kind(path))
    except DAMAGED as error:
        raise TagError(f"{path}: its tags cannot be read ({error})") from error
    raise TagError(f"{path}: tags can be written in MP3, FLAC, Ogg, Opus, M4A, AIFF and WAV only")


def _container(path: str) -> type[FileType]:
    """Tell a container by its content; by its name as well where the content only says ID3."""
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
        scores = [kind.score("", file, head) for kind in _CONTAINERS]
    by_content: type[FileType] = _CONTAINERS[scores.index(max(scores))]
    if max(scores) > 0 and not head.startswith(b"ID3"):
        return by_content
    return type(File(path, options=_CONTAINERS))


def save_tags(tags: TagFile, path: str) -> None:
    """Write tags to their file.

    Raises:
        TagError: the file cannot be written.
    """
    try:
        tags.save(path)
    except DAMAGED as error:
        raise TagError(f"{path}: its tags cannot be written ({error})") from error


class _Id3:
    """ID3 at the head of an MP3, or in a chunk of AIFF or WAV."""

    def __init__(self, path: str, kind: type[FileType]) -> None:
        self._is_mp3 = kind is MP3
        holder = ID3 if self._is_mp3 else kind
        version = _id3_version(path, holder)
        as_is = {"translate": False, "load_v1": False} if version >= (2, 3) else {}
        self._file = _load_id3(path, holder, as_is)
        self._tags = self._file if self._is_mp3 else self._file.tags
        self._minor = 3 if version == (2, 3) else 4
        self._mood = "TXXX:MOOD" if self._minor == 3 else "TMOO"
        self.separator = OLD_SEPARATOR if self._minor == 3 else ""

    def read(self) -> dict[str, Values]:
        return {
            "genre": self._texts("TCON"),
            "mood": self._texts(self._mood),
            "probability": self._texts(f"TXXX:{_NAMES['probability']}"),
        }

    def _texts(self, key: str) -> Values:
        frames = self._tags.getall(key)
        return tuple(str(text) for frame in frames for text in frame.text if str(text))

    def write(self, fields: Fields) -> None:
        for field, values in fields.items():
            if field == "genre":
                self._put("TCON", TCON, values)
            elif field == "mood" and self._mood == "TMOO":
                self._put("TMOO", TMOO, values)
            else:
                self._put(f"TXXX:{_NAMES[field]}", TXXX, values, desc=_NAMES[field])

    def _put(self, key: str, frame: type[Frame], values: Values, desc: str = "") -> None:
        self._tags.delall(key)
        if values:
            named = {"desc": desc} if desc else {}
            encoding = Encoding.UTF16 if self._minor == 3 else Encoding.UTF8
            self._tags.add(frame(encoding=encoding, text=list(values), **named))

    def save(self, path: str) -> None:
        old_tag = _id3v1(path) if self._is_mp3 else b""
        self._file.save(path, v2_version=self._minor, v23_sep=None)
        if old_tag:  # ID3v1 has no room for what is written here: it stays
            with open(path, "r+b") as file:
                file.seek(-_ID3V1_BYTES, os.SEEK_END)
                file.write(old_tag)


def _id3_version(path: str, holder: type[FileType]) -> tuple[int, int]:
    """Return the version of a file's ID3 tag; (1, 0) for ID3v1 only, (0, 0) for none."""
    try:
        found = holder(path, translate=False)
    except ID3NoHeaderError:
        return (0, 0)
    tags = found if holder is ID3 else found.tags
    return tuple(tags.version[:2]) if tags is not None else (0, 0)


def _load_id3(path: str, holder: type[FileType], options: dict[str, bool]) -> FileType:
    """Return the tags of an MP3, or the file that holds them; empty ones where there are none."""
    try:
        found = holder(path, **options)
    except ID3NoHeaderError:
        return ID3()
    if holder is not ID3 and found.tags is None:
        found.add_tags()
    return found


def _id3v1(path: str) -> bytes:
    """Return the ID3v1 tag at the end of a file, or b""."""
    if os.path.getsize(path) < _ID3V1_BYTES:
        return b""
    with open(path, "rb") as file:
        file.seek(-_ID3V1_BYTES, os.SEEK_END)
        tag = file.read()
    return tag if tag.startswith(b"TAG") else b""


class _Xiph:
    """Vorbis comments."""

    separator = ""

    def __init__(self, file: FileType) -> None:
        self._file = file

    def read(self) -> dict[str, Values]:
        tags = self._file.tags
        found = {field: tuple(tags.get(name, ())) if tags else () for field, name in _NAMES.items()}
        return {field: tuple(value for value in values if value) for field, values in found.items()}

    def write(self, fields: Fields) -> None:
        if self._file.tags is None:
            self._file.add_tags()
        for field, values in fields.items():
            if values:
                self._file.tags[_NAMES[field]] = list(values)
            elif _NAMES[field] in self._file.tags:
                del self._file.tags[_NAMES[field]]

    def save(self, path: str) -> None:
        self._file.save(path)


class _Mp4:
    """The list of items in an MP4; what Apple has no name for is a freeform item."""

    separator = ""
    _KEYS = {
        field: "\xa9gen" if field == "genre" else f"----:com.apple.iTunes:{name}"
        for field, name in _NAMES.items()
    }

    def __init__(self, file: FileType) -> None:
        self._file = file

    def read(self) -> dict[str, Values]:
        tags = self._file.tags or {}
        return {
            field: tuple(_decoded(value) for value in tags.get(key, ()) if value)
            for field, key in self._KEYS.items()
        }

    def write(self, fields: Fields) -> None:
        if self._file.tags is None:
            self._file.add_tags()
        for field, values in fields.items():
            key = self._KEYS[field]
            self._file.tags.pop(key, None)
            if values:
                plain = field == "genre"
                self._file.tags[key] = [v if plain else MP4FreeForm(v.encode()) for v in values]

    def save(self, path: str) -> None:
        self._file.save(path)


def _decoded(value: str | bytes) -> str:
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")
