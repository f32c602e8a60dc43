"""Start-up: `auricle --help` and `import auricle` beside a bare interpreter, in wall-clock time.

python benchmarks/startup.py [--repetitions 30]
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

import common

COMMANDS = {
    "bare": [sys.executable, "-c", "pass"],
    "import": [sys.executable, "-c", "import auricle"],
    "help": [str(common.AURICLE), "--help"],
    "classify_help": [str(common.AURICLE), "classify", "--help"],
}


def main() -> None:
    """Measure and write results/startup.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    times = measure(chosen.repetitions)
    medians = {name: common.spread(values) for name, values in times.items()}
    bare = medians["bare"]["median"]
    content = {
        "settings": {"repetitions": chosen.repetitions},
        "wall_s": medians,
        "help_over_bare": medians["help"]["median"] / bare,
        "import_adds_ms": 1000 * (medians["import"]["median"] - bare),
    }
    common.write_results("startup", content, chosen.output)


def measure(repetitions: int) -> dict[str, list[float]]:
    """Return wall-clock times per command, order shuffled; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    order = list(COMMANDS)
    for repetition in range(repetitions + 1):
        random.Random(repetition).shuffle(order)
        for name in order:
            start = time.perf_counter()
            subprocess.run(COMMANDS[name], stdout=subprocess.DEVNULL, check=True)
            if repetition:
                times[name].append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    main()
