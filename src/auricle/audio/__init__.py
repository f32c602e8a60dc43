"""HEAR: decode any format, mix to mono, resample, pick excerpts; no other room knows codecs.

The names are loaded when they are first used: a folder is searched without loading any codec.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channels import ChannelStream, open_channels
    from .decoding import Audio, decode, probe
    from .excerpts import Excerpt, ExcerptStream, open_excerpts
    from .folders import find_audio, is_audio
    from .formats import SUFFIXES, readable_formats
    from .reader import AudioInfo
    from .source import Source
    from .tags import read_tags

_HOME_OF = {
    "SUFFIXES": "formats",
    "Audio": "decoding",
    "AudioInfo": "reader",
    "ChannelStream": "channels",
    "Excerpt": "excerpts",
    "ExcerptStream": "excerpts",
    "Source": "source",
    "decode": "decoding",
    "find_audio": "folders",
    "is_audio": "folders",
    "open_channels": "channels",
    "open_excerpts": "excerpts",
    "probe": "decoding",
    "read_tags": "tags",
    "readable_formats": "formats",
}

__all__ = [
    "SUFFIXES",
    "Audio",
    "AudioInfo",
    "ChannelStream",
    "Excerpt",
    "ExcerptStream",
    "Source",
    "decode",
    "find_audio",
    "is_audio",
    "open_channels",
    "open_excerpts",
    "probe",
    "read_tags",
    "readable_formats",
]


def __getattr__(name: str) -> object:
    """Load a name from its module on first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value
