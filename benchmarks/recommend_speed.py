"""What fitting costs beside the library's factorisation, and asking beside a matrix product.

    python benchmarks/recommend_speed.py [--events 1000000] [--tracks 100000] [--repetitions 9]

One thread everywhere; synthetic listeners who play within a few of 16 clouds of tracks. Fitting is
set against ``implicit``'s own ``AlternatingLeastSquares.fit`` on the same plays, with the same
factors and iterations; asking against ``vectors @ query``: all tracks' embeddings with one query,
float32 in memory, dim 320, both for a list and for an audience. For a list that is a lower bound:
content multiplies the embeddings with each of the listener's up to four tastes, the hybrid 192
numbers per track. For an audience, content multiplies four tastes of 20,000 listeners with one
embedding, which is as much as 80,000 tracks, and the hybrid 192 numbers per listener.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402

from auricle.recommend.coldstart import (  # noqa: E402
    MODELS,
    Interactions,
    Items,
    Recommender,
    load_recommender,
    read_interactions,
)
from auricle.recommend.coldstart.als import (  # noqa: E402
    ITERATIONS,
    N_FACTORS,
    confidence,
    strength,
)
from collections_made import DIM, synthetic  # noqa: E402
from similar import alternate, ratio  # noqa: E402

LISTENERS, FIT_TRACKS = 20_000, 10_000
FITTED = ("factors", "content", "audio-to-factors", "hybrid")
ROUNDS = 3


def main() -> None:
    """Measure and write results/recommend_speed.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    content: dict[str, Any] = {"listeners": LISTENERS, "events": chosen.events, "dim": DIM}
    content["fit"] = measure_fit(chosen.events)
    print(content["fit"], flush=True)
    content["read"] = measure_read(chosen.events)
    print(content["read"], flush=True)
    content["ask"] = measure_asking(chosen.tracks, chosen.events // 2, chosen.repetitions)
    print(content["ask"], flush=True)
    common.write_results("recommend_speed", content, chosen.output)


def made(n_events: int, n_tracks: int) -> tuple[Interactions, Items]:
    """Return listeners, each with a place among the tracks, who play what is near it."""
    random = np.random.default_rng(0)
    vectors = synthetic(n_tracks)
    order = np.argsort(vectors @ vectors[:16].T @ random.normal(size=16))
    listener = random.integers(LISTENERS, size=n_events)
    place = random.random(LISTENERS)[listener] + 0.05 * random.standard_normal(n_events)
    track = order[(np.abs(place) % 1 * n_tracks).astype(np.int64)]
    names = tuple(map(str, range(n_tracks)))
    artists = tuple(f"artist {number % (n_tracks // 10)}" for number in range(n_tracks))
    genres = tuple(f"genre {number % 16}" for number in range(n_tracks))
    listeners = tuple(f"listener {number}" for number in range(LISTENERS))
    weight, times = np.ones(n_events, np.float32), np.sort(random.uniform(1.6e9, 1.7e9, n_events))
    items = Items(names, vectors, artists, genres, np.arange(n_tracks), "synthetic@0")
    return Interactions(listeners, names, listener, track, weight, times), items


def measure_fit(n_events: int) -> dict[str, Any]:
    """Return the time of every fit over that of the library alone, in the same process."""
    from implicit.cpu.als import AlternatingLeastSquares

    interactions, items = made(n_events, FIT_TRACKS)
    plays = interactions.on(items.names)
    matrix = confidence(plays)

    def library() -> object:
        model = AlternatingLeastSquares(
            N_FACTORS, strength(matrix), iterations=ITERATIONS, random_state=0
        )
        return model.fit(matrix, show_progress=False)

    def fit(name: str) -> Callable[[], object]:
        return lambda: MODELS[name]().fit(interactions, items)

    tasks = {"library": library} | {name: fit(name) for name in FITTED if name in MODELS}
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - start)
    return {
        "tracks": FIT_TRACKS,
        "pairs": len(plays),
        "times_s": {name: common.spread(values) for name, values in times.items()},
        "over_library": {name: ratio(times, name, "library") for name in times},
    }


def measure_read(n_events: int) -> dict[str, Any]:
    """Return how long a CSV of events takes to read."""
    interactions, _ = made(n_events, FIT_TRACKS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plays.csv"
        with open(path, "w", encoding="utf-8") as file:
            file.write("listener,track,weight,time\n")
            columns = (interactions.listener_index, interactions.track_index, interactions.time_s)
            file.writelines(f"listener {who},{what},1,{when:.0f}\n"
                            for who, what, when in zip(*columns, strict=True))  # fmt: skip
        start = time.perf_counter()
        events, _ = read_interactions(path)
        took_s = time.perf_counter() - start
    return {"events": len(events), "csv_s": took_s}


def measure_asking(n_tracks: int, n_events: int, repetitions: int) -> dict[str, Any]:
    """Return what a list and an audience cost, beside one product with all vectors."""
    interactions, items = made(n_events, n_tracks)
    query = np.ascontiguousarray(items.vectors[17])
    found: dict[str, Any] = {"tracks": n_tracks}
    for name in ("content", "hybrid"):
        if name not in MODELS:
            continue
        model: Recommender = MODELS[name]().fit(interactions, items)
        with tempfile.TemporaryDirectory() as folder:
            model.save(folder)
            start = time.perf_counter()
            model = load_recommender(folder)
            loaded_s = time.perf_counter() - start
        tasks: dict[str, Callable[[], object]] = {
            "product": lambda: items.vectors @ query,
            "recommend": lambda model=model: model.recommend("listener 3"),
            "audience": lambda model=model: model.audience("17"),
        }
        times = alternate(tasks, repetitions)
        found[name] = {
            "loaded_s": loaded_s,
            "times_s": {task: common.spread(values) for task, values in times.items()},
            "recommend_over_product": ratio(times, "recommend", "product"),
            "audience_over_product": ratio(times, "audience", "product"),
        }
    return found


if __name__ == "__main__":
    main()
