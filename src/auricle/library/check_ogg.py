"""Damage inside an Ogg file, over which decoders step silently: every page has a checksum."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MARK = b"OggS"
_HEADER = 27
_CHECKSUM = slice(22, 26)
_BLOCK = 1 << 16

_MIRRORED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
"""Every octet with its bits the other way round."""


class Page(NamedTuple):
    """A page of an Ogg file (RFC 3533, section 6).

    Attributes:
        serial: of the stream that it belongs to.
        number: in that stream.
        whole: its checksum fits.
        skipped: bytes before it that belong to no page.
    """

    serial: int
    number: int
    whole: bool
    skipped: int


def ogg_damage(path: str) -> tuple[str, ...]:
    """Return what is wrong with the pages of an Ogg file, one sentence or none.

    Other files have none. What comes after the last page is not looked at.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        if file.read(len(MARK)) != MARK:
            return ()
        file.seek(0)
        total = bad = lost = 0
        last: dict[int, int] = {}
        for page in pages(file):
            total += 1
            if not page.whole:
                bad += 1
                continue
            if page.serial in last:
                lost += max(0, page.number - last[page.serial] - 1)
            last[page.serial] = page.number
    # A page whose checksum does not fit is missing from the numbers as well.
    if not bad and not lost:
        return ()
    return (f"{max(bad, lost)} of {max(total, total - bad + lost)} Ogg pages are damaged or lost",)


def pages(file: BinaryIO) -> Iterator[Page]:
    """Yield the pages from where the file is; one that is cut off is left out."""
    skipped = 0
    while True:
        start = file.tell()
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            return
        body = b""
        if header.startswith(MARK):
            lengths = file.read(header[26])
            body = lengths + file.read(sum(lengths))
        if header.startswith(MARK) and len(body) == header[26] + sum(body[: header[26]]):
            whole = checksum(header, body) == int.from_bytes(header[_CHECKSUM], "little")
            serial, number = (int.from_bytes(header[at : at + 4], "little") for at in (14, 18))
            yield Page(serial, number, whole, skipped)
            skipped = 0
            if whole:
                continue
        found = _next_mark(file, start + 1)  # its lengths cannot be trusted
        if found is None:
            return
        skipped += found - start
        file.seek(found)


def checksum(header: bytes, body: bytes) -> int:
    """Return the CRC-32 of a page: polynomial 0x04C11DB7, highest bit first, from zero.

    That of zlib runs from the lowest bit, so it is given mirrored octets.
    """
    cleared = header[: _CHECKSUM.start] + bytes(4) + header[_CHECKSUM.stop :]
    mirrored = zlib.crc32((cleared + body).translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _next_mark(file: BinaryIO, start: int) -> int | None:
    """Return where the next page begins, or None."""
    file.seek(start)
    before = b""
    while block := file.read(_BLOCK):
        at = (before + block).find(MARK)
        if at >= 0:
            return start - len(before) + at
        start += len(block)
        before = (before + block)[-len(MARK) + 1 :]
    return None
