"""What all benchmarks share: pinned threads, machine facts, spreads and result files."""

import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
AURICLE = Path(sys.executable).with_name("auricle")
PACKAGES = ("auricle", "numpy", "onnxruntime", "soundfile", "soxr", "av", "librosa", "torch")


def pin_threads() -> None:
    """Limit every numeric library to one thread; call it before any of them is imported."""
    for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "NUMBA"):
        os.environ[f"{name}_NUM_THREADS"] = "1"


def machine() -> dict[str, Any]:
    """Describe where and with what the numbers were taken."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "date": time.strftime("%Y-%m-%d"),
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and quartiles."""
    if len(values) == 1:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high}


def median_with_interval(values: Sequence[float]) -> dict[str, float]:
    """Return the median and an interval that holds the true one with 95 % probability or more.

    Two of the sorted values, by the binomial distribution: nothing is assumed of theirs. Fewer
    than six values cannot reach 95 %; then the interval is all of them.
    """
    ordered, n = sorted(values), len(values)
    left_out, cost = 0, 1 / 2**n  # probability that the median is below the lowest value
    while 2 * cost <= 0.05 and left_out < n // 2:
        left_out += 1
        cost += math.comb(n, left_out) / 2**n
    at = max(0, left_out - 1)
    median = statistics.median(ordered)
    return {"median": median, "from": ordered[at], "to": ordered[n - 1 - at]}


def write_results(name: str, content: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write one benchmark's result file, numbers to six digits."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps(_rounded({"machine": machine()} | content), indent=1)
    path.write_text(text + "\n", "utf-8")
    print(f"wrote {path}")
    return path


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, float):
        return float(f"{value:.6g}")  # tables round once more
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
