"""What would change in a file's tags, and why nothing does; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ...audio import read_tags
from ...errors import AuricleError
from ...types import UNKNOWN, Genre
from .containers import FIELDS, Values, open_tags


class Heard(Protocol):
    """What is taken from an ``Analysis`` or from a track of the catalog."""

    @property
    def label(self) -> str:
        """The main genre, or unknown."""
        ...

    @property
    def probability(self) -> float:
        """That of the main genre."""
        ...

    @property
    def subgenres(self) -> Sequence[Genre]:
        """Fine genres, most probable first."""
        ...


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What is written, and where.

    Attributes:
        overwrite: also where the file names a genre already.
        min_probability: nothing is written for a less probable genre.
        n_subgenres: how many fine genres follow the main one, at most.
        keep_mtime: the file keeps its time of change.
    """

    overwrite: bool = False
    min_probability: float = 0.0
    n_subgenres: int = 3
    keep_mtime: bool = False


@dataclass(frozen=True, slots=True)
class TagChange:
    """What is to be done with one file; nothing when there is a reason.

    Attributes:
        path: the file.
        before: values by field as they are.
        after: values by field as they shall be; only fields that change.
        reason: why nothing is to be done; "" when something is.
    """

    path: str
    before: dict[str, Values]
    after: dict[str, Values]
    reason: str = ""


def plan(path: str, heard: Heard, options: TagOptions, *, moods: Sequence[str] = ()) -> TagChange:
    """Return what would change in a file.

    Args:
        path: the file; a link is followed.
        heard: what auricle heard in it.
        options: what is written, and where.
        moods: to be written beside the genre, if they are known.

    Raises:
        TagError: the tags cannot be read, or not be written in this container.
    """
    if heard.label == UNKNOWN:
        return TagChange(path, {}, {}, "its genre is unknown")
    if heard.probability < options.min_probability:
        return TagChange(path, {}, {}, f"not sure enough: {heard.probability:.0%}")
    tags = open_tags(path)
    now, wanted = tags.read(), _wanted(heard, options, moods)
    if tags.separator:
        wanted = {field: (tags.separator.join(values),) for field, values in wanted.items()}
    genre = now["genre"] or _other_genre(path)
    if genre and not options.overwrite:
        return TagChange(path, now, {}, f"has a genre already: {', '.join(genre)}")
    after = {field: wanted[field] for field in wanted if now[field] != wanted[field]}
    before = {field: now[field] for field in after}
    return TagChange(path, before, after, "" if after else "says the same already")


def _wanted(heard: Heard, options: TagOptions, moods: Sequence[str]) -> dict[str, Values]:
    fine = [genre.label for genre in heard.subgenres[: options.n_subgenres]]
    wanted = {
        "genre": tuple(dict.fromkeys([heard.label, *fine])),
        "mood": tuple(moods),
        "probability": (f"{heard.probability:.3f}",),
    }
    return {field: wanted[field] for field in FIELDS if wanted[field]}


def _other_genre(path: str) -> Values:
    """Return a genre that stands where mutagen does not look, such as in the INFO list of WAV."""
    try:
        genre = read_tags(path).get("genre", "")
    except AuricleError:
        return ()
    return (genre,) if genre else ()
