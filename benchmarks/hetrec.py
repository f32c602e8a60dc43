"""The warm models on HetRec lastfm-2k: real listeners, no audio.

    python benchmarks/hetrec.py --data FOLDER [--seeds 5]

FOLDER is ``hetrec_lastfm_2k``, with ``user_artists.dat``. A fifth of every listener's artists is
held out at random; lists of 10 and 20 of all other artists. Nothing is tuned: the models are as
shipped. The last part holds this package's measures against those of the library ``implicit``,
on the same model and split.
"""

import argparse
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402

from auricle.recommend.coldstart import MODELS, Interactions, Items  # noqa: E402
from auricle.recommend.coldstart.als import (  # noqa: E402
    ITERATIONS,
    N_FACTORS,
    confidence,
    strength,
)
from auricle.recommend.coldstart.evaluation import (  # noqa: E402
    EvaluateOptions,
    evaluate_recommenders,
)
from auricle.recommend.coldstart.ranking import average_precision, best_lists, ndcg  # noqa: E402
from auricle.recommend.coldstart.splits import SplitOptions, cold_split  # noqa: E402

WARM = ("random", "popularity", "item-knn", "factors")
SPLITS = SplitOptions(cold_share=0)
MEASURES = ("ndcg", "recall", "map")


def main() -> None:
    """Measure and write results/hetrec.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    interactions = load(chosen.data / "user_artists.dat")
    items = Items.named(interactions.tracks)
    content: dict[str, Any] = {
        "listeners": len(interactions.listeners),
        "artists": len(items),
        "pairs": len(interactions.grouped),
        "seeds": chosen.seeds,
        "rows": [
            row for k in (10, 20) for row in table(interactions, items, k, range(chosen.seeds))
        ],
        "library": agreement(interactions, items),
    }
    common.write_results("hetrec", content, chosen.output)


def load(path: Path) -> Interactions:
    """Return the play counts."""
    user, artist, weight = np.loadtxt(path, skiprows=1, delimiter="\t", dtype=np.int64).T
    return Interactions.of(user.astype(str).tolist(), artist.astype(str).tolist(), weight)


def table(interactions: Interactions, items: Items, k: int, seeds: range) -> list[dict[str, Any]]:
    """Return a row per model: the mean over seeds, with the interval of the first one."""
    models = {name: MODELS[name] for name in WARM}
    found: dict[str, list[Any]] = {name: [] for name in WARM}
    for seed in seeds:
        splits = SplitOptions(cold_share=0, seed=seed)
        options = EvaluateOptions(k=k, steps=(), later=False, splits=splits, seed=seed)
        for row in evaluate_recommenders(interactions, items, options, models=models).rows:
            found[row.model].append(row)
    return [
        {"model": name, "k": k}
        | {measure: spread([row.figures[measure] for row in rows]) for measure in MEASURES}
        | {"coverage": float(np.mean([row.overall["coverage"] for row in rows]))}
        for name, rows in found.items()
    ]


def spread(figures: list[Any]) -> dict[str, float]:
    """Return mean and range over the splits, and the first split's interval over listeners."""
    values = [figure.value for figure in figures]
    return {
        "value": float(np.mean(values)),
        "low": figures[0].low,
        "high": figures[0].high,
        "least": min(values),
        "most": max(values),
    }


def agreement(interactions: Interactions, items: Items) -> dict[str, Any]:
    """Return nDCG@10 and MAP@10 of one factorisation by the library's measures and by these."""
    from implicit.cpu.als import AlternatingLeastSquares
    from implicit.evaluation import ranking_metrics_at_k

    plays = interactions.on(items.names)
    split = cold_split(plays, items, SPLITS)
    task = split.tasks[0]
    sure = confidence(split.train)
    model = AlternatingLeastSquares(
        N_FACTORS, strength(sure), iterations=ITERATIONS, random_state=np.random.default_rng(0)
    )
    model.fit(sure, show_progress=False)
    theirs = ranking_metrics_at_k(
        model, split.train.matrix, task.truth.matrix, K=10, show_progress=False
    )
    factors = np.asarray(model.user_factors), np.asarray(model.item_factors)
    asked, lists = best_lists(lambda rows: factors[0][rows] @ factors[1].T, task, 10)
    truth = task.truth.matrix
    hits = np.array([np.isin(line, truth[row].indices)
                     for row, line in zip(asked, lists, strict=True)])  # fmt: skip
    sizes = np.diff(task.truth.starts)[asked]
    ours = {"ndcg": ndcg(hits, sizes), "map": average_precision(hits, sizes)}
    return {
        "theirs": {name: float(theirs[name]) for name in ours},
        "ours": {name: float(values.mean()) for name, values in ours.items()},
    }


if __name__ == "__main__":
    main()
