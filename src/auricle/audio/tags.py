"""What a file says about itself; auricle never listens to it, only teaching may use it."""

from contextlib import closing

from ..errors import UnsupportedAudio
from .pyav import open_container
from .reader import CannotOpen
from .source import Source, open_source


def read_tags(source: Source) -> dict[str, str]:
    """Return the metadata of a source's container and first audio track.

    Returns:
        Values by lower-case key, such as ``"title"`` or ``"genre"``; empty without tags.

    Raises:
        UnreadableFile: missing, a directory, a pipe or device, not permitted.
        EmptyAudio: no bytes.
        UnsupportedAudio: FFmpeg does not know the format.
    """
    with closing(open_source(source)) as opened:
        try:
            container = open_container(opened)
        except CannotOpen as error:
            raise UnsupportedAudio(f"{opened.name}: tags cannot be read ({error})") from error
        with container:
            streams = [stream.metadata for stream in container.streams.audio[:1]]
            tags = [*streams, container.metadata]
            return {key.lower(): value for found in tags for key, value in found.items()}
