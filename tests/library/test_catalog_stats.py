"""A catalog in numbers."""

from pathlib import Path

from auricle.library import Catalog, Origin, add_roots
from auricle.library.catalog_stats import heads, overview

from .make import ORIGIN, add, analysis, content


def test_an_empty_catalog(catalog: Catalog) -> None:
    found = overview(catalog)
    assert found.states == {"ready": 0, "failed": 0, "pending": 0, "missing": 0}
    assert (found.models, found.labels, found.duration_s) == ({}, {}, 0.0)
    assert found.roots.included == ()


def test_numbers(catalog: Catalog, tmp_path: Path) -> None:
    add_roots(catalog, [str(tmp_path)])
    for number in range(3):
        add(catalog, f"/{number}")
    other = analysis("/x", label="rock", model="other@1", duration_s=0.5)
    catalog.store("/x", content("x"), other, Origin("other@1"))
    catalog.mark_failed("/y", content("y"), "broken")
    found = overview(catalog)
    assert found.name == catalog.name
    assert found.roots.included == (str(tmp_path),)
    assert found.states == {"ready": 4, "failed": 1, "pending": 0, "missing": 0}
    assert found.models == {"other@1": 1, ORIGIN.model: 3}
    assert found.heads == heads(catalog) == {"": 1, ORIGIN.head: 3}
    assert list(found.labels.items()) == [("jazz", 3), ("rock", 1)]
    assert found.duration_s == 3 * 61.5 + 0.5
    assert found.generation == catalog.generation
