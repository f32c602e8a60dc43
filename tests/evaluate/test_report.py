"""A report becomes plain JSON."""

import json

import numpy as np
import pytest

from auricle.evaluate.report import Report, plain

from .reports import full_report


def test_the_whole_report_survives_json() -> None:
    values = json.loads(json.dumps(full_report().to_dict()))
    assert values["model"] == "tiny@123"
    assert values["scores"]["accuracy"] == pytest.approx(
        {"value": 0.75, "low": values["scores"]["accuracy"]["low"]}
        | {"high": values["scores"]["accuracy"]["high"], "n": 40, "n_groups": 40}
    )
    assert values["scores"]["confusion"] == [[15, 5], [5, 15]]
    assert len(values["scores"]["curve"]["risk"]) == 20
    assert values["probes"][0]["best_c_accuracy"] == 0.9
    assert values["failures"][0]["error"]["type"] == "CorruptAudio"
    assert len(values["leaks"][0]["leaks"]) == 25


def test_an_empty_report() -> None:
    values = Report("m@1", "", "m.csv", "", (), 3).to_dict()
    assert values["scores"] is None
    assert values["probes"] == []
    assert values["n_tracks"] == 3


def test_plain_values() -> None:
    assert plain(1.23456789) == 1.23457
    assert plain(np.array([[1, 2], [3, 4]])) == [[1, 2], [3, 4]]
    assert plain({1: (0.1, "x", None)}) == {"1": [0.1, "x", None]}
