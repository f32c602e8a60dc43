"""Wall-clock time of `auricle classify --jobs 2` beside `--jobs 1` on many files.

    python benchmarks/jobs.py [--files 200] [--duration-s 60] [--repetitions 3]

Needs at least two idle cores to say anything.
"""

import argparse
import random
import subprocess
import tempfile
import time
from pathlib import Path

import common
import music

DISTINCT = 10


def main() -> None:
    """Measure and write results/jobs.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--duration-s", type=float, default=60.0)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_songs(Path(folder), chosen.files, chosen.duration_s)
        times = measure(Path(folder), chosen.files, chosen.repetitions)
    ratios = [one / two for one, two in zip(times[1], times[2], strict=True)]
    content = {
        "settings": {key: getattr(chosen, key) for key in ("files", "duration_s", "repetitions")},
        "wall_s": {str(jobs): common.spread(values) for jobs, values in times.items()},
        "speedup": common.spread(ratios),
    }
    common.write_results("jobs", content, chosen.output)


def write_songs(folder: Path, n_files: int, duration_s: float) -> None:
    """Write MP3 files; a few distinct ones, linked under many names."""
    for index in range(n_files):
        path = folder / f"{index:04d}.mp3"
        if index < DISTINCT:
            music.encode(music.synthesise(duration_s, seed=index), path)
        else:
            path.hardlink_to(folder / f"{index % DISTINCT:04d}.mp3")


def measure(folder: Path, n_files: int, repetitions: int) -> dict[int, list[float]]:
    """Return wall-clock times per number of jobs, order shuffled."""
    times: dict[int, list[float]] = {1: [], 2: []}
    for repetition in range(repetitions):
        order = [1, 2]
        random.Random(repetition).shuffle(order)
        for jobs in order:
            command = [common.AURICLE, "classify", "--json", "--jobs", str(jobs), str(folder)]
            start = time.perf_counter()
            output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
            times[jobs].append(time.perf_counter() - start)
            if len(output.splitlines()) != n_files:
                raise SystemExit(f"{len(output.splitlines())} lines for {n_files} files")
        print(f"round {repetition + 1} of {repetitions}", flush=True)
    return times


if __name__ == "__main__":
    main()
