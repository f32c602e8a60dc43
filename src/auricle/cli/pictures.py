"""Where ``--timeline`` draws: one picture for one file, a folder of pictures for several."""

from pathlib import Path

import typer

from ..errors import AuricleError
from ..types import Analysis, Failure
from .inputs import STDIN, Inputs
from .lines import printable
from .running import Tally


class Pictures:
    """Draws the timeline of each result as it comes."""

    def __init__(self, target: str | None, inputs: Inputs) -> None:
        """Check what can be checked before an hour of work.

        Raises:
            typer.BadParameter: one picture for several files.
            MissingExtra: matplotlib is not installed.
        """
        self._target = None if target is None else Path(target)
        self._spool = inputs.spool
        self._used: set[str] = set()
        if self._target is None:
            return
        if self._is_file() and len(inputs.sources) > 1:
            raise typer.BadParameter(
                f"--timeline {target} is one picture, and there are {len(inputs.sources)} files: "
                "name a folder (without .png)"
            )
        from ..plot.canvas import need_matplotlib

        need_matplotlib()
        folder = self._target.parent if self._is_file() else self._target
        folder.mkdir(parents=True, exist_ok=True)

    def draw(self, result: Analysis | Failure, tally: Tally) -> None:
        """Draw one result; what goes wrong costs this picture."""
        if self._target is None or isinstance(result, Failure):
            return
        from ..plot.overview import hear_overview
        from ..plot.timeline import draw_timeline

        source = self._spool if result.path == STDIN and self._spool else result.path
        try:
            title = printable(Path(result.path).name)
            draw_timeline(self._place(result.path), result, hear_overview(source), title=title)
        except (AuricleError, OSError) as error:
            tally.fail(f"{result.path}: no picture: {error}")

    def _is_file(self) -> bool:
        return self._target is not None and self._target.suffix.lower() == ".png"

    def _place(self, path: str) -> Path:
        """Return where the picture of a file goes; equal names get a number."""
        target = self._target or Path()
        if self._is_file():
            return target
        stem = "stdin" if path == STDIN else Path(path).stem
        name, number = f"{stem}.png", 1
        while name in self._used:
            number += 1
            name = f"{stem}-{number}.png"
        self._used.add(name)
        return target / name
