"""Smooth ways of 30 tracks between random pairs, beside a greedy walk and random lists.

    python benchmarks/paths.py [--music VECTORS.npz --array NAME] [--pairs 40]

The greedy walk takes the best next track each time, with the same costs and rules.
"""

import argparse
import time
from pathlib import Path

import common

common.pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from auricle.recommend.playlist.goals import Way  # noqa: E402
from auricle.recommend.playlist.problem import UNKNOWN, Problem  # noqa: E402
from auricle.recommend.playlist.scorecard import Scorecard, make_scorecard  # noqa: E402
from auricle.recommend.playlist.solver import solve  # noqa: E402
from collections_made import real, synthetic  # noqa: E402

COUNT = 30


def main() -> None:
    """Measure and write results/paths.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path, help=".npz with sha256 or path, and vectors")
    parser.add_argument("--array", default="embedding")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    vectors = real(chosen.music, chosen.array)[1] if chosen.music else synthetic(900, seed=1)
    rng = np.random.default_rng(0)
    pairs = [rng.choice(len(vectors), 2, replace=False) for _ in range(chosen.pairs)]
    cards, times = [], []
    for pair in pairs:
        start = time.perf_counter()
        cards.append(way(vectors, pair))
        times.append(time.perf_counter() - start)
    content = {
        "settings": {
            "tracks": len(vectors),
            "count": COUNT,
            "pairs": len(pairs),
            "music": "real" if chosen.music else "synthetic",
        },
        "seconds": common.spread(times),
        "violations": sum(len(card.violations) for card in cards),
        "largest_step": {
            "own": common.spread([card.own.largest for card in cards]),
            "greedy": common.spread([card.greedy.largest for card in cards if card.greedy]),
            "random": common.spread([card.random.largest for card in cards if card.random]),
        },
        "mean_step": {
            "own": common.spread([card.own.mean for card in cards]),
            "greedy": common.spread([card.greedy.mean for card in cards if card.greedy]),
            "random": common.spread([card.random.mean for card in cards if card.random]),
        },
        "largest_step_against_greedy": against_greedy(cards),
    }
    print(content)
    common.write_results("paths", content, chosen.output)


def against_greedy(cards: list[Scorecard]) -> dict[str, float]:
    """Return in which share of pairs the largest step is smaller, the same, or larger.

    It is the same where an end is so far from everything that the step to it is the largest.
    """
    pairs = [(card.own.largest, card.greedy.largest) for card in cards if card.greedy]
    return {
        "smaller": float(np.mean([own < greedy - 1e-6 for own, greedy in pairs])),
        "same": float(np.mean([abs(own - greedy) <= 1e-6 for own, greedy in pairs])),
        "larger": float(np.mean([own > greedy + 1e-6 for own, greedy in pairs])),
    }


def way(vectors: NDArray[np.float32], pair: NDArray[np.int64]) -> Scorecard:
    """Return the scorecard of a way between two tracks."""
    n_tracks = len(vectors)
    unknown = np.full(n_tracks, UNKNOWN)
    problem = Problem(
        vectors=vectors,
        costs=Way(vectors[pair]).costs([], vectors, COUNT),
        recordings=np.arange(n_tracks),
        artists=unknown,
        albums=unknown,
        durations_s=np.full(n_tracks, 200, dtype=np.float32),
        fixed={0: int(pair[0]), COUNT - 1: int(pair[1])},
    )
    order = solve(problem)
    if order is None:
        raise SystemExit("no way was found")
    return make_scorecard(problem, order)


if __name__ == "__main__":
    main()
