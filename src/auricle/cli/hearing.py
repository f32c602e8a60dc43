"""Progress of commands that hear the files of a manifest themselves."""

from types import TracebackType
from typing import Self

from ..types import Analysis, Failure
from .lines import complain
from .progress import Progress
from .running import reason


class Hearers:
    """Shows how far the hearing is, on a terminal, and tells failures."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._battery: Progress | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is shown before the first result."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear the line."""
        for progress in (self._progress, self._battery):
            if progress:
                progress.hide()

    def tell(self, result: Analysis | Failure, total: int) -> None:
        """Take note of one result of so many."""
        self._progress = self._progress or Progress(total)
        if isinstance(result, Failure):
            self._progress.hide()
            complain(reason(result))
        self._progress.step(failed=isinstance(result, Failure))

    def tick(self, total: int) -> None:
        """Take note of one more track of a battery of so many."""
        self._battery = self._battery or Progress(total)
        self._battery.step(failed=False)
