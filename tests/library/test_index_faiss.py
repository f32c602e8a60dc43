"""What is special about the index in faiss; the contract stands in test_index.py."""

import sys

import numpy as np
import pytest

from auricle.errors import MissingExtra
from auricle.library import index_faiss
from auricle.library.index_faiss import FaissIndex
from auricle.library.index_rows import make_rows

from .test_index import unit


def test_without_faiss_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(MissingExtra, match=r"auricle\[faiss\]"):
        FaissIndex(make_rows(np.arange(3), unit(3)))


def test_few_candidates_still_hold_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates are only looked for by codes: a fifteenth of the tracks is enough for ten."""
    pytest.importorskip("faiss")
    monkeypatch.setattr(index_faiss, "MIN_ROWS", 1000)
    monkeypatch.setattr(index_faiss, "TRAINING_ROWS", 1000)
    monkeypatch.setattr(index_faiss, "CANDIDATES", 200)
    rows = make_rows(np.arange(3000), unit(3000, dim=128))
    made = FaissIndex(rows)
    queries = unit(20, seed=5, dim=128)
    for corrected in (True, False):
        found, _ = made.search(queries, 10, corrected=corrected)
        exact, _ = made._exact.search(queries, 10, corrected=corrected)
        same = [len({*a} & {*b}) / 10 for a, b in zip(found.tolist(), exact.tolist(), strict=True)]
        assert np.mean(same) >= 0.995
