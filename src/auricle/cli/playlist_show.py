"""What ``auricle playlist`` prints and writes."""

from pathlib import Path

import typer

from ..files import replacing
from ..recommend.formats import playlist_bytes
from ..recommend.playlist.make import Playlist
from ..recommend.playlist.scorecard import Scorecard, Smoothness
from .formats import make_console, render
from .lines import complain, emit, json_line
from .text import clock
from .track_rows import show_row


def write(made: Playlist, output: Path | None, *, relative: bool) -> None:
    """Write a playlist to a file, if one is named.

    Raises:
        typer.BadParameter: the format cannot hold a name.
    """
    if output is None:
        return
    try:
        data = playlist_bytes(made.tracks, output, relative=relative)
    except ValueError as error:
        raise typer.BadParameter(f"-o {output}: {error}") from error
    with replacing(output) as unfinished:
        unfinished.write_bytes(data)


def show(made: Playlist, as_json: bool) -> None:
    """Print a playlist and its scorecard; with JSON the scorecard goes to stderr."""
    console = make_console()
    for number, (track, step) in enumerate(zip(made.tracks, made.steps, strict=True), 1):
        if as_json:
            values = {
                "path": track.path,
                "label": track.label,
                "probability": round(track.probability, 6),
                "score": round(1 - step, 6),
                "artist": track.artist,
                "album": track.album,
                "title": track.title,
                "duration_s": round(track.duration_s, 3),
            }
            emit(json_line(values))
        else:
            emit(render(console, show_row(number, step if number > 1 else None, track)))
    for line in card(made.scorecard):
        if as_json:
            complain(line)
        else:
            emit(f"{line}\n")


def card(scorecard: Scorecard) -> list[str]:
    """Return a scorecard in words."""
    lines = [f"{clock(scorecard.total_s)} in all; {_steps(scorecard.own)}"]
    if scorecard.greedy:
        lines.append(f"the best next track each time: {_steps(scorecard.greedy)}")
    else:
        lines.append("the best next track each time: ends where no track may follow")
    if scorecard.random:
        lines.append(f"random tracks: {_steps(scorecard.random)}")
    broken = scorecard.violations
    lines += [f"broken rule: {each}" for each in broken] or ["all rules are kept"]
    return lines


def _steps(values: Smoothness) -> str:
    return f"largest step {values.largest:.3f}, mean {values.mean:.3f}"
