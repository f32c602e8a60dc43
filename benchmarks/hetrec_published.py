"""A published table on HetRec lastfm-2k, repeated with the library ``implicit``.

    python benchmarks/hetrec_published.py --data FOLDER [--seeds 5]

FOLDER is ``hetrec_lastfm_2k``, with ``user_artists.dat``. Source of table and protocol: Z. Sun and
others, "DaisyRec 2.0: benchmarking recommendation for rigorous evaluation" (2022), its code and
https://daisyrec-ranking-results.readthedocs.io: LastFM, view "origin", split TSBR. Every pair
counts as one play; a fifth of all pairs is held out (the split is by time, of which this data has
none, so that any pair may be); every listener's held-out artists are ranked among so many
unplayed ones, drawn at random, that there are 1,000 candidates.
"""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from auricle.recommend.coldstart import MODELS, Interactions, Items  # noqa: E402
from auricle.recommend.coldstart.interactions import Plays  # noqa: E402
from hetrec import load  # noqa: E402

LENGTHS = (1, 5, 10, 20, 30, 50)
CANDIDATES = 1_000
HELD_OUT = 0.2
MEASURES = ("precision", "recall")
NEIGHBOURS = (100, 200)
"""Theirs were tuned and are not told; nothing is tuned here."""

PUBLISHED = {
    "ItemKNN": {
        "precision": (0.7069, 0.5449, 0.4219, 0.2846, 0.2119, 0.1401),
        "recall": (0.0770, 0.2867, 0.4332, 0.5778, 0.6440, 0.7084),
    },
    "PureSVD": {
        "precision": (0.7053, 0.5481, 0.4173, 0.2753, 0.2041, 0.1351),
        "recall": (0.0765, 0.2876, 0.4304, 0.5605, 0.6215, 0.6845),
    },
    "BPRMF": {
        "precision": (0.6325, 0.4940, 0.3796, 0.2585, 0.1966, 0.1328),
        "recall": (0.0683, 0.2578, 0.3906, 0.5258, 0.5972, 0.6708),
    },
}
"""At the ``LENGTHS``."""

Scores = NDArray[np.float32]
Score = Callable[[int], Scores]
"""A listener's place to scores of all artists."""


def main() -> None:
    """Measure and write results/hetrec_published.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    plays = load(chosen.data / "user_artists.dat")
    found: dict[str, list[dict[str, list[float]]]] = {}
    for seed in range(chosen.seeds):
        for name, figures in repeat(plays, seed).items():
            found.setdefault(name, []).append(figures)
    content = {
        "seeds": chosen.seeds,
        "lengths": LENGTHS,
        "published": PUBLISHED,
        "repeated": {name: summary(each) for name, each in found.items()},
    }
    common.write_results("hetrec_published", content, chosen.output)


def repeat(interactions: Interactions, seed: int) -> dict[str, dict[str, list[float]]]:
    """Return precision and recall of every model at the ``LENGTHS`` on one split."""
    rng = np.random.default_rng(seed)
    pairs = interactions.grouped
    held_out = rng.permutation(len(pairs)) < HELD_OUT * len(pairs)
    train, test = (part(pairs, rows) for rows in (~held_out, held_out))
    names = interactions.tracks
    items = Items.named(names)
    models = {name: MODELS[name]().fit_plays(interactions.listeners, train, items, seed)
              for name in ("popularity", "item-knn", "factors")}  # fmt: skip
    scores: dict[str, Score] = {
        **{f"ItemKNN by implicit, {n} neighbours": cosine(train, n) for n in NEIGHBOURS},
        "BPRMF by implicit": bpr(train, seed),
        **{f"{name}, as shipped": shipped(model) for name, model in models.items()},
    }
    asked = np.flatnonzero(np.diff(test.starts))
    candidates = [draw(train, test, listener, rng) for listener in asked]
    return {name: judge(score, asked, candidates, test) for name, score in scores.items()}


def part(pairs: Plays, rows: NDArray[np.bool_]) -> Plays:
    """Return some pairs, each of them as one play."""
    shape = pairs.n_listeners, pairs.n_tracks
    ones = np.ones(int(rows.sum()), dtype=np.float32)
    return Plays.of_events(pairs.rows[rows], pairs.tracks[rows], ones, shape)


def draw(train: Plays, test: Plays, listener: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a listener's candidates: what is held out, and unplayed artists, shuffled."""
    wanted = test.of(listener)[0]
    known = np.concatenate([wanted, train.of(listener)[0]])
    others = np.setdiff1d(np.arange(train.n_tracks), known)
    drawn = rng.choice(others, CANDIDATES - wanted.size, replace=False)
    return rng.permutation(np.concatenate([wanted, drawn]))


def judge(
    score: Score, asked: NDArray[np.int64], candidates: list[NDArray[np.int64]], test: Plays
) -> dict[str, list[float]]:
    """Return mean precision and recall over the listeners, at the ``LENGTHS``."""
    hits = []
    sizes = np.diff(test.starts)[asked]
    for listener, choice in zip(asked, candidates, strict=True):
        best = choice[np.argsort(-score(listener)[choice], kind="stable")[: max(LENGTHS)]]
        hits.append(np.cumsum(np.isin(best, test.of(listener)[0])))
    counts = np.array(hits)[:, np.array(LENGTHS) - 1]
    return {
        "precision": list((counts / LENGTHS).mean(axis=0)),
        "recall": list((counts / sizes[:, None]).mean(axis=0)),
    }


def cosine(train: Plays, neighbours: int) -> Score:
    """Fit the library's nearest neighbours by cosine."""
    from implicit.nearest_neighbours import CosineRecommender

    library = CosineRecommender(K=neighbours)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of a conversion of its own
        library.fit(train.matrix, show_progress=False)
    near = library.similarity.tocsr()
    return lambda listener: (train.matrix[listener] @ near).toarray()[0]


def bpr(train: Plays, seed: int) -> Score:
    """Fit the library's factorisation by pairwise ranking, with its own defaults."""
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    library = BayesianPersonalizedRanking(random_state=np.random.default_rng(seed))
    library.fit(train.matrix, show_progress=False)
    return lambda listener: library.item_factors @ library.user_factors[listener]


def shipped(model: Any) -> Score:  # noqa: ANN401 - any fitted recommender
    """Return the scores of a model of this package."""
    return lambda listener: model.scores(np.array([listener]))[0]


def summary(each: list[dict[str, list[float]]]) -> dict[str, dict[str, list[float]]]:
    """Return mean and range over the splits of every measure, at the ``LENGTHS``."""
    found = {}
    for measure in MEASURES:
        values = np.array([figures[measure] for figures in each])
        ends = {"value": values.mean(0), "low": values.min(0), "high": values.max(0)}
        found[measure] = {name: row.tolist() for name, row in ends.items()}
    return found


if __name__ == "__main__":
    main()
