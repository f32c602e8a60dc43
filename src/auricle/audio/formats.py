"""Which formats there are: what a scan picks up, what a file's head says, who reads what."""

# fmt: off
SUFFIXES = frozenset({
    ".wav", ".wave", ".w64", ".rf64", ".flac", ".mp3", ".mp2", ".ogg", ".oga", ".opus", ".spx",
    ".m4a", ".m4b", ".mp4", ".aac", ".alac", ".caf", ".aiff", ".aif", ".aifc", ".au", ".snd",
    ".wma", ".wv", ".ape", ".tta", ".mka", ".mkv", ".webm", ".mov", ".avi", ".3gp", ".amr", ".ac3",
    ".mpc", ".dsf", ".flv", ".wmv", ".mpg", ".mpeg", ".ts", ".ogv", ".m4v", ".voc",
})
# fmt: on
"""What a folder scan picks up: lower case, with the dot. A file given by name needs none."""

# fmt: off
DEMUXERS = (
    "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dsf", "dts", "dtshd", "eac3",
    "flac", "flv", "loas", "matroska", "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "mxf", "nut",
    "ogg", "oma", "rm", "shn", "tak", "truehd", "tta", "voc", "w64", "wav", "wv", "xwma",
)
# fmt: on
"""FFmpeg's containers of sound. Playlists, images, scripts and devices are left out on purpose:
they could make it open other files or the network."""

# fmt: off
ESTIMATING_DEMUXERS = frozenset({
    "aac", "ac3", "amr", "dts", "dtshd", "eac3", "loas", "mp3", "mpeg", "mpegts", "truehd",
})
# fmt: on
"""Containers without a header of their own: FFmpeg guesses the duration from the size."""

_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"RIFF", "wav"),
    (0, b"RF64", "wav"),
    (0, b"riff", "w64"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (4, b"ftyp", "mp4"),
    (4, b"moov", "mp4"),
    (4, b"mdat", "mp4"),
    (0, b"FORM", "aiff"),
    (0, b".snd", "au"),
    (0, b"caff", "caf"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"wvpk", "wavpack"),
    (0, b"MAC ", "ape"),
    (0, b"TTA", "tta"),
    (0, b"FLV", "flv"),
    (0, b"#!AMR", "amr"),
)


def sniff(head: bytes) -> str | None:
    """Name the format of a file by its first bytes; None if they are of none we know."""
    for offset, mark, name in _MARKS:
        if head.startswith(mark, offset):
            return name
    return _sniff_mpeg(head)


def _sniff_mpeg(head: bytes) -> str | None:
    """Tell MPEG audio by its frame header: 11 set bits, a layer, a bit rate (ISO 11172-3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer, bit_rate = head[1] >> 1 & 3, head[2] >> 4
    if layer == 0:
        return "aac" if head[1] & 0xF0 == 0xF0 else None
    return "mp3" if layer != 3 and bit_rate != 15 else None


def readable_formats() -> dict[str, str]:
    """Return each container readable on this machine, with the back-end that reads it first."""
    import av  # deferred: all else here needs no codec
    import soundfile

    by_ffmpeg = {name for full in av.formats_available for name in full.split(",")}
    formats = {name: "FFmpeg" for name in DEMUXERS if name in by_ffmpeg}
    not_files = {"RAW", "SD2", "WAVEX"}
    own = {name.lower() for name in set(soundfile.available_formats()) - not_files}
    formats |= {name: "libsndfile" for name in own if name != "ogg"}
    return dict(sorted(formats.items()))
