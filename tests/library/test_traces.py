"""Traces that were left out, or are of an older version, are taken when they are asked for."""

import os
from pathlib import Path

import pytest
import soundfile

from auricle.errors import CatalogError
from auricle.features.trace import VERSION, is_comparable
from auricle.library import Catalog, traces
from auricle.library.identity import find_duplicates
from auricle.library.identity_search import find_links
from auricle.library.traces import fill_traces, hear_trace, prepare, take_traces, untraced
from auricle.types import Failure

from ..features.test_trace import RATE, melody
from .make import ORIGIN, analysis, content

OLDER = bytes([VERSION - 1, 1]) + bytes(20)


def put(catalog: Catalog, path: str | Path, **fields: object) -> int:
    """Store a track."""
    direction = fields.pop("direction", (1.0, 0.0, 0.0))
    name = str(path)
    return catalog.store(name, content(name), analysis(name, direction, **fields), ORIGIN)


@pytest.fixture
def copies(catalog: Catalog, tmp_path: Path) -> list[int]:
    """Return two tracks of one recording, one without a trace and one with an older one."""
    sound, numbers = melody(duration_s=40.0), []
    for name, samples, trace in (("a.flac", sound, b""), ("b.wav", sound[2 * RATE :], OLDER)):
        soundfile.write(tmp_path / name, samples, RATE)
        seconds = samples.size / RATE
        numbers.append(put(catalog, tmp_path / name, duration_s=seconds, fingerprint=trace))
    return numbers


def test_missing_and_older_ones_are_taken(catalog: Catalog, copies: list[int]) -> None:
    put(catalog, "/nowhere/silent.mp3", direction=(0.0, 0.0, 0.0))
    assert list(untraced(catalog)) == copies
    assert find_duplicates(catalog) == []
    told = {Path(path).name: why for path, why in fill_traces(catalog, untraced(catalog), jobs=2)}
    assert told == {"a.flac": "", "b.wav": ""}
    assert untraced(catalog) == {}
    (group,) = find_duplicates(catalog)
    assert group.kind == "recording"
    assert [Path(member.path).name for member in group.members] == ["a.flac", "b.wav"]


def test_what_cannot_be_heard_is_told_and_tried_again(catalog: Catalog, copies: list[int]) -> None:
    gone = put(catalog, "/nowhere/c.mp3", fingerprint=OLDER)
    told = dict(fill_traces(catalog, untraced(catalog)))
    assert "UnreadableFile" in told["/nowhere/c.mp3"]
    assert sorted(told.values())[:2] == ["", ""]
    assert untraced(catalog) == {gone: "/nowhere/c.mp3"}
    assert len(find_duplicates(catalog)) == 1


def test_interrupted_it_goes_on_where_it_was(catalog: Catalog, copies: list[int]) -> None:
    taken = fill_traces(catalog, untraced(catalog))
    assert next(taken)[1] == ""
    taken.close()
    assert list(untraced(catalog)) == copies[1:]


def test_a_few_are_taken_and_kept(catalog: Catalog, copies: list[int]) -> None:
    put(catalog, "/nowhere/c.mp3")
    gone = put(catalog, "/nowhere/d.mp3")
    found = take_traces(catalog, [*copies, gone])
    assert list(found) == copies
    assert all(map(is_comparable, found.values()))
    assert [catalog.track(number).fingerprint for number in copies] == list(found.values())
    assert take_traces(catalog, []) == {}


def test_those_that_are_there_are_not_taken_again(
    catalog: Catalog, copies: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = take_traces(catalog, copies)
    monkeypatch.delattr(traces, "hear_trace")
    assert take_traces(catalog, copies) == before


def test_a_catalog_that_can_only_be_read_is_no_hindrance(
    catalog: Catalog, copies: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CatalogError("read-only")

    monkeypatch.setattr(Catalog, "set_fingerprint", refuse)
    assert list(take_traces(catalog, copies)) == copies
    assert list(untraced(catalog)) == copies


def test_a_bug_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(prepare()(os.devnull), Failure)

    def break_down(_: str) -> bytes:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(traces, "hear_trace", break_down)
    assert prepare()("x") == Failure("x", "ZeroDivisionError", "x: unexpected: oops")


@pytest.mark.parametrize("format", ["MP3", "OGG"])
def test_a_lossy_copy_that_lost_its_beginning(tmp_path: Path, format: str) -> None:
    sound = melody(duration_s=45.0)
    soundfile.write(tmp_path / "whole.flac", sound, RATE)
    copy = tmp_path / "copy"
    with soundfile.SoundFile(copy, "w", RATE, 1, format=format) as file:
        for first in range(int(2.5 * RATE), sound.size, 4096):
            file.write(0.5 * sound[first : first + 4096])
    traces = [hear_trace(str(tmp_path / "whole.flac")), hear_trace(str(copy))]
    (found,) = find_links(traces, [(0, 1)])
    assert found.offset_s == pytest.approx(2.5, abs=0.1)
    assert found.bit_errors < 0.25
