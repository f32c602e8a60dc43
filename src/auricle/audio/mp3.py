"""The one thing about MP3 that no back-end tells: whether its length was counted or guessed."""

from typing import BinaryIO

_ID3_HEADER_BYTES = 10
_SEARCHED_BYTES = 4096
_COUNT_MARKS = (b"Xing", b"Info", b"VBRI")


def has_frame_count(file: BinaryIO) -> bool:
    """Tell whether the first MPEG frame carries a count of all frames.

    Looks for a Xing, Info or VBRI header behind the ID3v2 tag. The file is left where it was.
    """
    position = file.tell()
    try:
        file.seek(0)
        file.seek(id3_size(file.read(_ID3_HEADER_BYTES)))
        head = file.read(_SEARCHED_BYTES)
    finally:
        file.seek(position)
    return any(mark in head for mark in _COUNT_MARKS)


def id3_size(head: bytes) -> int:
    """Return the size of an ID3v2 tag in bytes, header included; 0 without one.

    The size is stored in four bytes of seven bits each (ID3v2.4.0, section 3.1).
    """
    if len(head) < _ID3_HEADER_BYTES or not head.startswith(b"ID3"):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return size + _ID3_HEADER_BYTES
