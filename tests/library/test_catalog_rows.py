"""The way from an analysis to columns, and from stored bytes to vectors."""

import json

import numpy as np
import pytest

from auricle.library.catalog_rows import (
    BLANK,
    STATES,
    analysis_columns,
    content_columns,
    pack,
    unpack,
)
from auricle.library.schema import TRACKS

from .make import ORIGIN, analysis, content


def test_blank_fills_every_column_that_must_be_filled() -> None:
    needed = {column.name for column in TRACKS.columns if not column.nullable}
    assert needed - {"track_id", "path"} <= set(BLANK)
    assert BLANK["state"] in STATES


def test_columns_of_an_analysis() -> None:
    columns = analysis_columns(analysis("/a", kind="speech"), ORIGIN)
    assert set(columns) <= set(TRACKS.columns.keys())
    assert (columns["state"], columns["error"], columns["kind"]) == ("ready", None, "speech")
    assert columns["genres"] == [["jazz", 0.75], ["rock", 0.25]]
    assert columns["timeline"][0] == [0.0, 10.0, "jazz", 0.5]
    assert (columns["head"], columns["profile"]) == (ORIGIN.head, ORIGIN.profile)
    assert json.loads(json.dumps(columns)) == columns


def test_columns_of_a_content() -> None:
    columns = content_columns(content("a", size=7, artist="Ann", composer="Cy"))
    assert columns["content_hash"] == "hash-a"
    assert (columns["size"], columns["artist"], columns["album"]) == (7, "Ann", "")
    assert columns["tags"] == {"artist": "Ann", "composer": "Cy"}


@pytest.mark.parametrize("shape", [(1, 3), (4, 2), (0, 5)])
def test_vectors_take_two_bytes_a_number(shape: tuple[int, int]) -> None:
    vectors = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    data = pack(vectors)
    assert len(data) == 2 * vectors.size
    np.testing.assert_allclose(unpack(data, shape[1]), vectors, rtol=1e-3)
    assert unpack(data, shape[1]).shape == shape


def test_stored_numbers_do_not_depend_on_the_machine() -> None:
    assert pack(np.float32([1.0, -2.0])) == bytes.fromhex("003c00c0")
