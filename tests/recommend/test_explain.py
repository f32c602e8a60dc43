"""Explanations: shared genres and matching seconds, worked out by hand."""

import numpy as np
import pytest

from auricle.recommend.explain import Heard, explain, matching_passages, shared_genres
from auricle.types import Genre, TimelineEntry


def heard(*rows: tuple[float, float]) -> Heard:
    times = tuple(TimelineEntry(10.0 * i, 10.0 * i + 10, "x", 1.0) for i in range(len(rows)))
    return Heard((), times, np.array(rows, dtype=np.float32).reshape(len(rows), 2))


def test_shared_genres_by_the_smaller_probability() -> None:
    here = (Genre("jazz", 0.6), Genre("pop", 0.3), Genre("rock", 0.1))
    there = (Genre("pop", 0.9), Genre("rock", 0.04), Genre("jazz", 0.06))
    assert [(g.label, g.probability) for g in shared_genres(here, there)] == [
        ("pop", 0.3),
        ("jazz", 0.06),
    ]
    assert shared_genres(here, (Genre("folk", 1.0),)) == ()


def test_the_best_pair_comes_first_and_each_excerpt_once() -> None:
    here = heard((1, 0), (0, 1))
    there = heard((0.6, 0.8), (0, 1), (0, 1))
    first, second = matching_passages(here, there, 3)
    assert (first.here_s, first.there_s, first.similarity) == ((10.0, 20.0), (10.0, 20.0), 1.0)
    assert (second.here_s, second.there_s) == ((0.0, 10.0), (0.0, 10.0))
    assert second.similarity == pytest.approx(0.6)


def test_passages_that_are_far_from_alike_explain_nothing() -> None:
    found = matching_passages(heard((1, 0), (0, 1)), heard((1, 0), (0.92, 0.4)), 2)
    assert [passage.similarity for passage in found] == [1.0]
    assert matching_passages(heard((1, 0)), heard((-1, 0)), 2) == ()


def test_silence_matches_nothing() -> None:
    assert matching_passages(heard((0, 0)), heard((0, 0), (1, 0)), 2) == ()
    assert len(matching_passages(heard((1, 0), (0, 0)), heard((0, 0), (1, 0)), 2)) == 1


def test_without_excerpts_there_are_no_passages() -> None:
    nothing = Heard((), (), np.zeros((0, 0), np.float32))
    assert explain(nothing, nothing).to_dict() == {"shared_genres": [], "passages": []}
    assert matching_passages(nothing, heard((1, 0)), 3) == ()


def test_json_form() -> None:
    found = explain(heard((1, 0)), heard((1, 0)), passages=1).to_dict()["passages"]
    assert found == [{"query_s": [0.0, 10.0], "track_s": [0.0, 10.0], "similarity": 1.0}]
