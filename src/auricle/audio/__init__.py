"""HEAR: decode any format, mix to mono, resample, pick excerpts; no other room knows codecs."""

from .channels import ChannelStream, open_channels
from .decode import Audio, decode, probe
from .excerpts import Excerpt, ExcerptStream, open_excerpts
from .formats import SUFFIXES, readable_formats
from .reader import AudioInfo
from .source import Source
from .tags import read_tags

__all__ = [
    "SUFFIXES",
    "Audio",
    "AudioInfo",
    "ChannelStream",
    "Excerpt",
    "ExcerptStream",
    "Source",
    "decode",
    "open_channels",
    "open_excerpts",
    "probe",
    "read_tags",
    "readable_formats",
]
