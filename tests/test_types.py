import dataclasses
import json

import numpy as np
import pytest

from auricle.types import Analysis, Failure, Genre, TimelineEntry


def make_analysis() -> Analysis:
    return Analysis(
        path="song.mp3",
        duration_s=12.34567,
        kind="music",
        label="jazz",
        probability=0.7,
        genres=(Genre("jazz", 0.7), Genre("blues", 0.3)),
        timeline=(TimelineEntry(0.0, 10.00049, "jazz", 1 / 3),),
        embedding=np.array([0.6, 0.8], dtype=np.float32),
        model="tiny@0123456789ab",
        subgenres=(Genre("swing", 0.25),),
        warnings=("odd",),
    )


def test_analysis_gives_the_documented_json() -> None:
    assert json.loads(json.dumps(make_analysis().to_dict())) == {
        "path": "song.mp3",
        "duration_s": 12.346,
        "kind": "music",
        "label": "jazz",
        "probability": 0.7,
        "genres": [
            {"label": "jazz", "probability": 0.7},
            {"label": "blues", "probability": 0.3},
        ],
        "subgenres": [{"label": "swing", "probability": 0.25}],
        "timeline": [{"start_s": 0.0, "end_s": 10.0, "label": "jazz", "probability": 0.333333}],
        "model": "tiny@0123456789ab",
        "warnings": ["odd"],
    }


def test_analysis_keys_keep_their_order() -> None:
    keys = list(make_analysis().to_dict())
    assert keys[:5] == ["path", "duration_s", "kind", "label", "probability"]


def test_embeddings_are_not_part_of_the_json() -> None:
    assert not {"embedding", "excerpt_embeddings"} & set(make_analysis().to_dict())
    assert make_analysis().excerpt_embeddings.shape == (0, 0)


def test_failure_gives_the_documented_json() -> None:
    failure = Failure("broken.mp3", "CorruptAudio", "broken.mp3: damaged")
    assert failure.to_dict() == {
        "path": "broken.mp3",
        "error": {"type": "CorruptAudio", "message": "broken.mp3: damaged"},
    }


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (make_analysis(), "label"),
        (Genre("jazz", 0.5), "probability"),
        (TimelineEntry(0, 1, "jazz", 0.5), "end_s"),
        (Failure("a", "b", "c"), "message"),
    ],
)
def test_results_are_frozen(value: object, field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)
