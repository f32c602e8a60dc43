import pytest

from auricle.audio import read_tags
from auricle.errors import EmptyAudio, UnreadableFile, UnsupportedAudio

from .synth import chirp, encode, encode_av

TAGS = {"title": "Ein Lied", "ARTIST": "Niemand", "genre": "Jazz"}


@pytest.mark.parametrize("container", ["ipod", "matroska", "mov"])
def test_tags_have_lower_case_keys(container: str) -> None:
    tags = read_tags(encode_av(chirp(0.5), 44_100, container, "aac", metadata=TAGS))
    assert (tags["title"], tags["artist"], tags["genre"]) == ("Ein Lied", "Niemand", "Jazz")


def test_a_file_without_tags() -> None:
    assert read_tags(encode(chirp(0.5), 44_100, "WAV")) == {}


def test_errors(tmp_path) -> None:
    with pytest.raises(UnreadableFile):
        read_tags(tmp_path)
    with pytest.raises(EmptyAudio):
        read_tags(b"")
    with pytest.raises(UnsupportedAudio, match="tags cannot be read"):
        read_tags(b"nothing that sounds" * 100)
