"""What was said of a track goes to the one in its place, if it sounds the same."""

import pytest
from sqlalchemy import select

from auricle.library import Catalog
from auricle.library.heirs import sweep
from auricle.library.schema import INTAKE
from auricle.library.taken_in import TakenIn, decide, read_decisions, read_taken_in, write_taken_in

from .make import ORIGIN, add, analysis, content


@pytest.fixture
def said(catalog: Catalog) -> int:
    """Return a track that was taken in and of which a person has said something."""
    track_id = add(catalog, "/a")
    decide(catalog, [(catalog.track(track_id), "polka")], now_s=7)
    write_taken_in(catalog, [TakenIn(track_id, 1, 5, "/a", "ready")])
    return track_id


def swept(catalog: Catalog) -> Catalog:
    with catalog.writing() as connection:
        sweep(connection)
    return catalog


def test_a_tagged_file_keeps_what_was_said_of_it(catalog: Catalog, said: int) -> None:
    new = catalog.store("/a", content("tagged", title="New"), analysis("/a"), ORIGIN)
    assert new != said
    assert {k: d.label for k, d in read_decisions(swept(catalog)).items()} == {new: "polka"}
    assert {k: t.run for k, t in read_taken_in(catalog).items()} == {new: 1}


@pytest.mark.parametrize(
    ("direction", "fields"),
    [((0, 1, 0), {}), ((1, 0, 0), {"duration_s": 99.0}), ((1, 0, 0), {"model": "other@0"})],
)
def test_another_sound_in_its_place_does_not(
    catalog: Catalog, said: int, direction: tuple[float, ...], fields: dict[str, object]
) -> None:
    catalog.store("/a", content("other"), analysis("/a", direction, **fields), ORIGIN)
    assert read_decisions(swept(catalog)) == {}


def test_what_cannot_be_heard_or_is_silent_is_no_heir(catalog: Catalog, said: int) -> None:
    catalog.store("/a", content("silent"), analysis("/a", (0, 0, 0)), ORIGIN)
    assert read_decisions(swept(catalog)) == {}


def test_a_later_word_is_kept(catalog: Catalog, said: int) -> None:
    new = catalog.store("/a", content("tagged"), analysis("/a"), ORIGIN)
    decide(catalog, [(catalog.track(new), "waltz")], now_s=9)
    assert {k: d.label for k, d in read_decisions(swept(catalog)).items()} == {new: "waltz"}


def test_the_place_of_the_file_is_known_still(catalog: Catalog, said: int) -> None:
    catalog.store("/a", content("tagged"), analysis("/a"), ORIGIN)
    with swept(catalog).reading() as connection:
        assert connection.execute(select(INTAKE.c.path)).scalars().all() == ["/a"]
