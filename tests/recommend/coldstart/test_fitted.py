"""What every model keeps: it is the same after storing, and with its items in another order."""

import json
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import InteractionsError, SpaceMismatch
from auricle.recommend.coldstart import (
    MODELS,
    Interactions,
    Items,
    Recommender,
    load_recommender,
)
from auricle.recommend.coldstart.store import Stored, write

from .world import MODEL, N_LISTENERS

World = tuple[Interactions, Items]
Fitted = dict[str, Recommender]

EVERY = sorted(MODELS)
ALL_LISTENERS = np.arange(N_LISTENERS)


@pytest.mark.parametrize("name", EVERY)
def test_a_stored_model_is_the_same(fitted: Fitted, name: str, tmp_path: Path) -> None:
    model = fitted[name]
    model.save(tmp_path)
    model.save(tmp_path)  # replaces the first
    assert len(list(tmp_path.iterdir())) == 2
    loaded = load_recommender(tmp_path, model=MODEL)
    assert type(loaded) is type(model)
    assert np.array_equal(loaded.scores(ALL_LISTENERS), model.scores(ALL_LISTENERS))
    assert loaded.recommend("listener 4") == model.recommend("listener 4")
    assert loaded.similar_listeners("listener 4") == model.similar_listeners("listener 4")


@pytest.mark.parametrize("name", EVERY)
def test_a_model_that_lacks_what_it_needs_is_refused(
    fitted: Fitted, name: str, tmp_path: Path
) -> None:
    """As when another version of auricle has stored it, which kept other arrays."""
    arrays = fitted[name].dump()
    for missing in arrays:
        rest = {key: array for key, array in arrays.items() if key != missing}
        write(tmp_path, Stored(name, MODEL, rest))
        with pytest.raises(InteractionsError, match="another auricle.*fit it again"):
            load_recommender(tmp_path)


@pytest.mark.parametrize("name", EVERY)
def test_a_model_keeps_to_its_space(fitted: Fitted, name: str, tmp_path: Path) -> None:
    fitted[name].save(tmp_path)
    with pytest.raises(SpaceMismatch, match="fit it again"):
        load_recommender(tmp_path, model="other@1")


def test_a_model_of_another_kind_is_not_taken(fitted: Fitted, tmp_path: Path) -> None:
    fitted["content"].save(tmp_path)
    with pytest.raises(InteractionsError, match="holds the model content, not popularity"):
        MODELS["popularity"].load(tmp_path)
    described = json.loads((tmp_path / "recommender.json").read_text("utf-8"))
    described["name"] = "best"
    (tmp_path / "recommender.json").write_text(json.dumps(described), "utf-8")
    with pytest.raises(InteractionsError, match="there is no model 'best'"):
        load_recommender(tmp_path)


@pytest.mark.parametrize("name", EVERY)
def test_items_in_another_order_get_the_same_scores(
    fitted: Fitted, tastes: World, name: str
) -> None:
    if name == "random":
        pytest.skip("draws by place")
    order = np.random.default_rng(0).permutation(len(tastes[1]))
    turned = fitted[name].with_items(tastes[1].take(order))
    expected = fitted[name].scores(ALL_LISTENERS)[:, order]
    np.testing.assert_allclose(turned.scores(ALL_LISTENERS), expected, atol=1e-3)


def test_items_of_another_space_are_not_taken(fitted: Fitted) -> None:
    items = fitted["content"].items
    other = Items(
        items.names, items.vectors, items.artists, items.genres, items.recordings, "other@1"
    )
    with pytest.raises(SpaceMismatch):
        fitted["content"].with_items(other)
