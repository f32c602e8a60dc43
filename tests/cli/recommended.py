"""A catalog for the commands that recommend, made without any sound."""

from pathlib import Path

from auricle.library import Catalog
from auricle.recommend.coldstart import make_recommender
from auricle.recommend.coldstart.reading import read_interactions
from auricle.recommend.collection import open_collection
from auricle.recommend.listening import items_of, recommender_folder, track_namer

from ..recommend.conftest import N_TRACKS, store


def fill(path: Path) -> Path:
    """Write a catalog of 40 tracks between jazz and techno, and return its path."""
    with Catalog.open(path) as catalog:
        for number in range(N_TRACKS):
            tags = {"artist": f"artist {number % 8}", "album": f"album {number // 10}"}
            store(catalog, number, number / (N_TRACKS - 1), title=f"song {number}", **tags)
    return path


def write_plays(path: Path) -> Path:
    """Write plays of eight listeners: four play the first ten tracks, four the last ten."""
    rows = ["listener,track,weight"]
    for listener in range(8):
        first = 0 if listener < 4 else N_TRACKS - 10
        rows += [f"fan {listener},/music/{first + at:02}.mp3,{1 + at % 3}" for at in range(10)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def fit(path: Path, model: str = "content") -> None:
    """Fit a recommender to those plays and keep it where the commands look."""
    with Catalog.open(path) as catalog:
        collection = open_collection(catalog)
        plays = write_plays(path.with_name("plays.csv"))
        interactions, _ = read_interactions(plays, match=track_namer(catalog, ""))
        fitted = make_recommender(model).fit(interactions, items_of(collection))
        fitted.save(recommender_folder(catalog))
