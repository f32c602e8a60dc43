"""What a search costs beside one bare NumPy matrix product, and what `auricle similar` takes.

    python benchmarks/similar.py [--tracks 100000] [--many 1000000] [--repetitions 15]

One thread everywhere, order shuffled. The product is ``vectors @ query`` on float32 in memory.
"""

import argparse
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from auricle.library import Catalog, Content, Origin, Stamp  # noqa: E402
from auricle.library.index import FlatIndex, Index  # noqa: E402
from auricle.library.index_rows import make_rows  # noqa: E402
from auricle.library.index_sync import open_index  # noqa: E402
from auricle.recommend.collection import open_collection  # noqa: E402
from auricle.recommend.similar import (  # noqa: E402
    SimilarOptions,
    query_of_track,
    similar,
)
from auricle.types import Analysis, Genre  # noqa: E402
from collections_made import DIM, synthetic  # noqa: E402

K = 10
ORIGIN = Origin("synthetic@000000000000")


def main() -> None:
    """Measure and write results/similar.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=1_000_000, help="for faiss; 0 leaves it out")
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    content: dict[str, Any] = {"k": K, "dim": DIM}
    if chosen.tracks:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["AURICLE_HOME"] = str(Path(folder) / "home")
            content["catalog"] = measure_catalog(Path(folder), chosen.tracks, chosen.repetitions)
            print(content["catalog"], flush=True)
    if chosen.many:
        content["faiss"] = measure_faiss(chosen.many, chosen.repetitions)
        print(content["faiss"], flush=True)
    common.write_results("similar", content, chosen.output)


def measure_catalog(folder: Path, n_tracks: int, repetitions: int) -> dict[str, Any]:
    """Measure searching and the whole command on a catalog of synthetic tracks."""
    path = folder / "catalog.sqlite"
    vectors = synthetic(n_tracks)
    fill(path, vectors)
    with Catalog.open(path) as catalog:
        start = time.perf_counter()
        open_index(catalog)
        built_s = time.perf_counter() - start
        start = time.perf_counter()
        collection = open_collection(catalog)
        loaded_s = time.perf_counter() - start
        query = query_of_track(collection, catalog.track(17))
        product = np.ascontiguousarray(collection.index.rows.vectors)
        tasks: dict[str, Callable[[], object]] = {
            "product": lambda: product @ query.embedding,
            "search": lambda: collection.index.search(query.embedding[None], K),
            "similar": lambda: similar(query, collection, SimilarOptions()),
        }
        times = alternate(tasks, repetitions)
    command = [common.AURICLE, "similar", "/music/000017.mp3", "--json", "--catalog", str(path)]
    whole = []
    for _ in range(max(3, repetitions // 3)):
        start = time.perf_counter()
        lines = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.splitlines()
        whole.append(time.perf_counter() - start)
        if len(lines) != K:
            raise SystemExit(f"{len(lines)} lines instead of {K}")
    return {
        "tracks": n_tracks,
        "index_built_s": built_s,
        "index_loaded_s": loaded_s,
        "times_s": {name: common.spread(values) for name, values in times.items()},
        "search_over_product": ratio(times, "search", "product"),
        "similar_over_product": ratio(times, "similar", "product"),
        "process_s": common.spread(whole),
    }


def measure_faiss(n_tracks: int, repetitions: int) -> dict[str, Any]:
    """Measure the index in faiss beside the product, and its recall."""
    import faiss

    from auricle.library.index_faiss import FaissIndex

    faiss.omp_set_num_threads(1)
    rows = make_rows(np.arange(n_tracks), synthetic(n_tracks))
    start = time.perf_counter()
    index = FaissIndex(rows)
    built_s = time.perf_counter() - start
    queries = synthetic(100, seed=9)
    tasks: dict[str, Callable[[], object]] = {
        "product": lambda: rows.vectors @ queries[0],
        "faiss": lambda: index.search(queries[:1], K),
    }
    times = alternate(tasks, repetitions)
    return {
        "tracks": n_tracks,
        "built_s": built_s,
        "times_s": {name: common.spread(values) for name, values in times.items()},
        "product_over_faiss": ratio(times, "product", "faiss"),
        "recall_at_10": recall(index, FlatIndex(rows), queries),
    }


def recall(index: Index, exact: Index, queries: NDArray[np.float32]) -> dict[str, float]:
    """Return the share of the true best that is found, both ways of ranking."""
    found = {}
    for name, corrected in (("raw", False), ("corrected", True)):
        pairs = zip(
            index.search(queries, K, corrected=corrected)[0].tolist(),
            exact.search(queries, K, corrected=corrected)[0].tolist(),
            strict=True,
        )
        found[name] = float(np.mean([len({*mine} & {*true}) / K for mine, true in pairs]))
    return found


def fill(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write a catalog of tracks that were never heard, in one transaction."""
    from auricle.library import catalog_write

    genres = tuple(Genre(f"genre {number}", 1 / 16) for number in range(16))
    with Catalog.open(path) as catalog, catalog.writing() as connection:
        for number, vector in enumerate(vectors):
            name = f"/music/{number:06}.mp3"
            tags = {"artist": f"artist {number % 5000}", "title": f"song {number}"}
            analysis = Analysis(
                name, 200.0, "music", "genre 0", 1 / 16, genres, (), vector, ORIGIN.model,
                excerpt_embeddings=vector[None],
            )  # fmt: skip
            content = Content(f"{number:032x}", Stamp(1, 1), tags)
            catalog_write.store(connection, name, content, analysis, ORIGIN)


def alternate(tasks: dict[str, Callable[[], object]], repetitions: int) -> dict[str, list[float]]:
    """Return wall-clock times, order shuffled; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for repetition in range(repetitions + 1):
        order = list(tasks)
        random.Random(repetition).shuffle(order)
        for name in order:
            start = time.perf_counter()
            tasks[name]()
            if repetition:
                times[name].append(time.perf_counter() - start)
    return times


def ratio(times: dict[str, list[float]], upper: str, lower: str) -> dict[str, float]:
    """Return the spread of ratios, repetition by repetition."""
    return common.spread([a / b for a, b in zip(times[upper], times[lower], strict=True)])


if __name__ == "__main__":
    main()
