"""What no back-end tells about an Ogg file: whether its end is there."""

from typing import BinaryIO

_LAST_BYTES = 1 << 17
"""An Ogg page is at most 65,307 bytes long, so the last one begins within these."""

_END_OF_STREAM = 0x04
_PAGE_MARK = b"OggS"
_FLAGS_AT = 5


def has_end_mark(file: BinaryIO, size: int) -> bool:
    """Tell whether the last Ogg page says that the stream ends with it (RFC 3533, section 6).

    The file is left where it was.
    """
    position = file.tell()
    try:
        file.seek(max(0, size - _LAST_BYTES))
        tail = file.read(_LAST_BYTES)
    finally:
        file.seek(position)
    page = tail.rfind(_PAGE_MARK)
    flags = tail[page + _FLAGS_AT : page + _FLAGS_AT + 1]
    return page >= 0 and len(flags) == 1 and bool(flags[0] & _END_OF_STREAM)
