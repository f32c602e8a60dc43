"""One result per file, in input order, whatever happens to single files."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import partial
from typing import get_args

from ..errors import AuricleError
from ..types import Analysis, Failure, Profile
from .supervisor import supervise
from .worker import Result, T


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch runs.

    Attributes:
        model: name or path of a bundle; ``None`` is the one that ships with auricle.
        head: path of a head file that names the genres instead of the bundle's own.
        profile: ``"full"`` hears every second, ``"fast"`` a few excerpts.
        jobs: how many files are analysed at once. 1 works in this process: nothing to start,
            but a crash inside a decoder ends the run. From 2 on there is one supervised
            worker process per job, and a crash costs one file.
        timeout_s: longest time for one file in seconds, ``None`` for no limit. A limit needs a
            process that can be stopped, so ``jobs=1`` then runs in one worker as well.
        fingerprint: also take the trace by which other copies of a recording are found.
    """

    model: str | None = None
    head: str | None = None
    profile: Profile = "full"
    jobs: int = 1
    timeout_s: float | None = None
    fingerprint: bool = False

    def __post_init__(self) -> None:
        """Refuse what no batch can do.

        Raises:
            ValueError: naming the option, its value and what was expected.
        """
        if self.profile not in get_args(Profile):
            known = ", ".join(get_args(Profile))
            raise ValueError(f"profile must be one of {known}, not {self.profile!r}")
        if self.jobs < 1:
            raise ValueError(f"jobs must be at least 1, not {self.jobs}")
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise ValueError(f"timeout_s must be positive, not {self.timeout_s:g}")


def analyze_many(
    sources: Iterable[str], options: BatchOptions | None = None
) -> Generator[Analysis | Failure, None, None]:
    """Analyse files and yield one result per file, in input order, as soon as it is there.

    With workers, only a bounded number of results waits behind a slow file, so ``sources`` may
    be endless. Close the generator (or use it up) and the workers are gone. Workers are spawned:
    a script that asks for them needs ``if __name__ == "__main__":`` around its main part.

    Args:
        sources: paths of the files; with workers, results wait while this waits for the next path.
        options: how to run; the defaults of ``BatchOptions`` when left out.

    Yields:
        An ``Analysis``, or a ``Failure`` for a file that could not be analysed.

    Raises:
        ModelError: the model or head cannot be used, so no file can be.
        WorkerCrashed: workers die before they have seen a file.
    """
    options = options or BatchOptions()
    work = partial(prepare, options)
    if options.jobs == 1 and options.timeout_s is None:
        yield from map(work(), sources)
    else:
        yield from supervise(sources, work, jobs=options.jobs, timeout_s=options.timeout_s)


def prepare(options: BatchOptions) -> Callable[[str], Result]:
    """Load the model, once per process, and return what turns a path into a result.

    Decoders and network are imported here: a process that only supervises does without them.
    """
    from ..analysis import analyze
    from ..models import load_model

    model = load_model(options.model, threads=1, head=options.head)
    analyze_one = partial(
        analyze, model=model, profile=options.profile, fingerprint=options.fingerprint
    )
    return partial(attempt, analyze_one)


def attempt(work: Callable[[str], T], path: str) -> T | Failure:
    """Return what comes of one file; an error becomes a ``Failure``, so that it costs only this."""
    try:
        return work(path)
    except AuricleError as error:
        return Failure(path, type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001  the batch border: a bug met by one file costs one file
        return Failure(path, type(error).__name__, f"{path}: unexpected: {error}")
