"""Batches: one result per file, in this process or in workers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.batch import BatchOptions, analyze_many
from auricle.batch.many import attempt
from auricle.errors import BundleNotFound, EmptyAudio
from auricle.types import Analysis, Failure

from ..tiny import tone


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return a good file, a bad one, one that is missing, and the good one again."""
    soundfile.write(tmp_path / "low.wav", tone(220), 16_000)
    (tmp_path / "bad.mp3").write_text("no music")
    return [str(tmp_path / name) for name in ("low.wav", "bad.mp3", "missing.mp3", "low.wav")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"jobs": 0}, "jobs must be at least 1, not 0"),
        ({"timeout_s": 0.0}, "timeout_s must be positive, not 0"),
        ({"profile": "slow"}, "profile must be one of full, fast, not 'slow'"),
    ],
)
def test_options_refuse_what_no_batch_can_do(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        BatchOptions(**values)  # type: ignore[arg-type]


def test_one_result_per_file_in_order(tiny_bundle: Path, files: list[str]) -> None:
    results = list(analyze_many(files, BatchOptions(str(tiny_bundle))))
    assert [result.path for result in results] == files
    kinds = [type(result) for result in results]
    assert kinds == [Analysis, Failure, Failure, Analysis]


def test_workers_hear_the_same(tiny_bundle: Path, files: list[str]) -> None:
    here = list(analyze_many(files, BatchOptions(str(tiny_bundle))))
    there = list(analyze_many(files, BatchOptions(str(tiny_bundle), jobs=2, timeout_s=60.0)))
    assert [r.to_dict() for r in here] == [r.to_dict() for r in there]
    assert isinstance(here[0], Analysis)
    assert isinstance(there[0], Analysis)
    np.testing.assert_array_equal(here[0].embedding, there[0].embedding)


def test_one_job_reads_only_what_is_asked_for(tiny_bundle: Path, files: list[str]) -> None:
    taken = []

    def endless() -> Iterator[str]:
        while True:
            taken.append(files[0])
            yield files[0]

    results = analyze_many(endless(), BatchOptions(str(tiny_bundle)))
    next(results)
    results.close()
    assert len(taken) == 1


def test_profile_is_handed_on(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(tone(220), 20), 16_000)
    (result,) = analyze_many([str(path)], BatchOptions(str(tiny_bundle), profile="fast"))
    assert isinstance(result, Analysis)
    assert len(result.timeline) == 3


def test_unknown_model_is_an_error_not_a_failure(home: Path) -> None:
    with pytest.raises(BundleNotFound):
        next(analyze_many(["a.mp3"], BatchOptions("no such model")))


def test_attempt_turns_errors_into_failures() -> None:
    def empty(path: str) -> Analysis:
        raise EmptyAudio(f"{path}: no bytes")

    def bug(path: str) -> Analysis:
        raise ZeroDivisionError("division by zero")

    assert attempt(empty, "a") == Failure("a", "EmptyAudio", "a: no bytes")
    assert attempt(bug, "a") == Failure("a", "ZeroDivisionError", "a: unexpected: division by zero")


def test_attempt_lets_ctrl_c_through() -> None:
    def interrupted(path: str) -> Analysis:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted, "a")
