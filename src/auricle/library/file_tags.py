"""What a file says about itself, under the same names in every format."""

_FRAMES = {
    "TPE1": "artist",
    "TPE2": "albumartist",
    "TALB": "album",
    "TIT2": "title",
    "TCON": "genre",
    "TDRC": "date",
    "TRCK": "tracknumber",
}
"""ID3's names for what other formats call by words."""

_LONGEST = 1000
"""Characters of a tag that are kept: some files carry lyrics and pictures as text."""


def file_tags(path: str) -> dict[str, str]:
    """Return what a file says about itself, by lower-case key; empty if it cannot be understood.

    ``artist``, ``album``, ``title`` and ``genre`` are called so in every format. A damaged file may
    take mutagen for ever: of files that are not known, ask in a process that can be ended.
    """
    from mutagen import File  # deferred: only a scan needs it

    try:
        file = File(path, easy=True)
        items = [] if file is None or file.tags is None else list(file.tags.items())
    except Exception:  # noqa: BLE001  mutagen's own, and whatever damage leads its parsers to
        return {}
    tags: dict[str, str] = {}
    for key, value in items:
        name = _FRAMES.get(key) or _plain_name(key)
        text = _text(value)
        if name and text:
            tags.setdefault(name, text)
    return dict(sorted(tags.items()))  # some formats come in no order


def _plain_name(key: str) -> str | None:
    """Return a key in small letters; None for ID3 frames that have no word of their own."""
    name = key.rpartition("/")[2].lower()
    if key[:4].isupper() and key[:4].isalnum() and (len(key) == 4 or key[4] == ":"):
        return None
    return {"author": "artist", "albumtitle": "album"}.get(name, name)


def _text(value: object) -> str:
    """Return a tag's value as text, several joined; empty for what is no text."""
    values = value if isinstance(value, list) else getattr(value, "text", [value])
    texts = [str(each).strip() for each in values if not isinstance(each, bytes)]
    return "; ".join(text for text in texts if text)[:_LONGEST]
