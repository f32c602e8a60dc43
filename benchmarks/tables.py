"""Write the pages' tables from benchmarks/results/*.json, or check that they are up to date.

    python benchmarks/tables.py [--check]

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``. The result files come from
the scripts beside this one; ``accuracy.json`` has this form (shares between 0 and 1)::

    {"model": "name@hash12", "peers": ["mn04", ...],
     "rows": [{"measure": str, "value": float, "low": float, "high": float, "leaky": float,
               "peers": {"mn04": float, ...}}, ...]}
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
PAGES = (ROOT / "README.md", ROOT / "docs" / "models.md")
PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
SPEED_TASKS = ("codec", "decode", "full", "fast")
SPEED_RATIOS = ("full_over_decode", "full_over_codec", "peer_over_full", "peer_over_fast")
Results = dict[str, Any]


def main() -> int:
    """Rewrite the pages, or with --check only say whether one would change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if outdated")
    parser.add_argument("--page", type=Path, nargs="+", default=PAGES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    outdated = 0
    for page in chosen.page:
        old = page.read_text("utf-8")
        new = render(old, chosen.results)
        if chosen.check and old != new:
            print(f"{page} is outdated: run python benchmarks/tables.py", file=sys.stderr)
            outdated = 1
        elif not chosen.check:
            page.write_text(new, "utf-8")
    return outdated


def render(text: str, results: Path) -> str:
    """Return the page with every table written anew."""
    return PLACE.sub(lambda match: match[1] + table(match[2], results) + match[3], text)


def table(name: str, results: Path) -> str:
    """Return one table, or a line that says how to measure it."""
    path = results / f"{name}.json"
    if not path.is_file():
        return f"*Not measured yet (`benchmarks/results/{name}.json`).*\n"
    content = json.loads(path.read_text("utf-8"))
    return TABLES[name](content) + note(content)


def accuracy(content: Results) -> str:
    """Render measures, the model's value with its interval, and the peers' values."""
    peers = content["peers"]
    rows = [
        [
            row["measure"],
            _interval(row),
            _share(row.get("leaky")),
            *(_share(row["peers"].get(peer)) for peer in peers),
        ]
        for row in content["rows"]
    ]
    model = content["model"].partition("@")[0]
    return markdown(["measure", model, "leaky", *peers], rows)


def speed(content: Results) -> str:
    """Render CPU times and ratios per format."""
    rows = []
    for name, values in content["formats"].items():
        seconds, faster = values["cpu_s"], values["x_real_time"]
        rows.append(
            [
                name,
                *(f"{seconds[task]['median']:.2f} s" for task in SPEED_TASKS),
                *(_ratio(values[ratio]) for ratio in SPEED_RATIOS),
                f"{faster['full']['median']:.0f} / {faster['fast']['median']:.0f}",
            ]
        )
    head = ["format", "bare codec", "decode", "full", "fast", "full : decode", "full : codec"]
    head += ["librosa + PyTorch : full", "librosa + PyTorch : fast", "x real time, full / fast"]
    return markdown(head, rows)


def memory(content: Results) -> str:
    """Render peak memory per file and profile."""
    names = {"song": "3-minute song", "long": f"{content['settings']['hours']:g}-hour file"}
    rows = [
        [names[key.split("_")[0]], key.split("_")[1], f"{run['peak_mb']:.0f} MB"]
        for key, run in content["runs"].items()
    ]
    return markdown(["file", "profile", "peak memory"], rows)


def startup(content: Results) -> str:
    """Render start-up times beside a bare interpreter."""
    wall = content["wall_s"]
    rows = [
        ["`python -c pass`", f"{1000 * wall['bare']['median']:.0f} ms"],
        ["`import auricle` adds", f"{content['import_adds_ms']:.0f} ms"],
        [
            "`auricle --help`",
            f"{1000 * wall['help']['median']:.0f} ms ({content['help_over_bare']:.1f} x bare)",
        ],
    ]
    return markdown(["start", "wall clock"], rows)


def jobs(content: Results) -> str:
    """Render the gain of a second worker."""
    wall, n_files = content["wall_s"], content["settings"]["files"]
    rows = [[f"`--jobs {count}`", f"{wall[count]['median']:.1f} s"] for count in ("1", "2")]
    rows.append(["gain", f"{content['speedup']['median']:.2f} x"])
    return markdown([f"{n_files} files", "wall clock"], rows)


def few_examples(content: Results) -> str:
    """Render what heads of a few examples get right, and in brackets what they promised."""
    sizes = sorted({row["per_label"] for row in content["rows"]})
    of_source: dict[tuple[str, int], dict[int, str]] = {}
    for row in content["rows"]:
        cell = f"{_share(row['accuracy'])} ({100 * row['promised']:.1f})"
        of_source.setdefault((row["source"], row["labels"]), {})[row["per_label"]] = cell
    rows = [
        [source, str(labels), *(cells.get(size, "") for size in sizes)]
        for (source, labels), cells in of_source.items()
    ]
    return markdown(["source", "labels", *(f"{size} of each" for size in sizes)], rows)


TABLES: dict[str, Callable[[Results], str]] = {
    "accuracy": accuracy,
    "speed": speed,
    "memory": memory,
    "startup": startup,
    "jobs": jobs,
    "few_examples": few_examples,
}


def note(content: Results) -> str:
    """Return the line under a table: where and when."""
    facts = content.get("machine")
    if not facts:
        return ""
    packages = ", ".join(f"{name} {v}" for name, v in facts["packages"].items() if v)
    return (
        f"\n<sub>{facts['processor']}, {facts['cores']} cores, load {facts['load_average']}; "
        f"Python {facts['python']}, {packages}; {facts['date']}.</sub>\n"
    )


def markdown(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _ratio(value: dict[str, float]) -> str:
    """Return a median, with its interval where one was written."""
    interval = f" ({value['from']:.2f} to {value['to']:.2f})" if "from" in value else ""
    return f"{value['median']:.2f}{interval}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _interval(row: Results) -> str:
    value = _share(row["value"])
    if row.get("low") is None:
        return value
    return f"{value} ({100 * row['low']:.1f} to {100 * row['high']:.1f})"


if __name__ == "__main__":
    sys.exit(main())
