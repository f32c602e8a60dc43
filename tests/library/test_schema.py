"""How values are written into a database, and what comes back."""

import os

import pytest
from sqlalchemy.dialects import sqlite

from auricle.library.schema import METADATA, CleanText, Json, PathText

DIALECT = sqlite.dialect()


@pytest.mark.parametrize("name", [b"/m/a.mp3", b"/m/caf\xe9", b"/m/\xf0\x9f\x8e\xb5", b"/a\nb"])
def test_paths_are_stored_as_their_bytes(name: bytes) -> None:
    path = os.fsdecode(name)
    stored = PathText().process_bind_param(path, DIALECT)
    assert stored == name
    assert PathText().process_result_value(stored, DIALECT) == path


@pytest.mark.parametrize(
    ("text", "stored"),
    [("plain é", "plain é"), ("a\0b", "a b"), ("half \ud800", "half \\ud800"), ("", "")],
)
def test_text_is_what_every_database_takes(text: str, stored: str) -> None:
    assert CleanText().process_bind_param(text, DIALECT) == stored


@pytest.mark.parametrize("value", [[], {"a": "\0\ud800é"}, [["jazz", 0.5]], {"deep": [1, None]}])
def test_json_comes_back_and_is_ascii(value: object) -> None:
    stored = Json().process_bind_param(value, DIALECT)
    assert stored is not None
    assert stored.isascii()
    assert Json().process_result_value(stored, DIALECT) == value


@pytest.mark.parametrize("kind", [PathText(), CleanText(), Json()])
def test_nothing_stays_nothing(kind: PathText | CleanText | Json) -> None:
    assert kind.process_bind_param(None, DIALECT) is None
    if not isinstance(kind, CleanText):  # which is read as it is
        assert kind.process_result_value(None, DIALECT) is None


def test_vectors_are_apart_from_the_rest_so_that_lists_are_read_fast() -> None:
    tables = METADATA.tables
    assert "embedding" in tables["vectors"].columns
    assert not {"embedding", "embeddings"} & set(tables["tracks"].columns.keys())
    rest = {"state", "roots", "tracks", "files", "intake", "decisions"}
    assert set(tables) == rest | {"vectors", "excerpts"}
