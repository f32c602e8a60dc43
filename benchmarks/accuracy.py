"""Gather the accuracy of the model and of its peers from reports of ``auricle evaluate``.

    kinds="--kind esc10=other --kind *=music"
    auricle evaluate -m manifest.csv --probe $kinds --robustness -o report/
    auricle evaluate -m manifest.csv --probe $kinds --embeddings peer.npz -o peer/
    python benchmarks/mfcc_floor.py manifest.csv
    python benchmarks/accuracy.py report/report.json --peer NAME=peer/report.json

Peers are judged on the same clips and folds; the floor of MFCC statistics joins them. Writes
``results/accuracy.json``, from which ``tables.py`` makes the README's table.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import RESULTS, write_results

Values = dict[str, Any]
Row = tuple[str, Values]

HEAD_FIGURES = {
    "accuracy": "genre head, accuracy",
    "balanced_accuracy": "genre head, balanced accuracy",
    "top_3_accuracy": "genre head, right label among the first 3",
}


def main() -> int:
    """Write the result file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=REPORT")
    chosen = parser.parse_args()
    report = json.loads(chosen.report.read_text("utf-8"))
    peers = {}
    for text in chosen.peer:
        name, _, path = text.partition("=")
        found = rows_of(json.loads(Path(path).read_text("utf-8")))
        peers[name] = {measure: figure["value"] for measure, figure in found}
    peers["MFCC"] = floor_of(json.loads((RESULTS / "mfcc_floor.json").read_text("utf-8")), report)
    rows = [
        {
            "measure": measure,
            **figure,
            "peers": {name: found[measure] for name, found in peers.items() if measure in found},
        }
        for measure, figure in rows_of(report)
    ]
    write_results("accuracy", {"model": report["model"], "peers": list(peers), "rows": rows})
    return 0


def rows_of(report: Values) -> Iterator[Row]:
    """Yield every measure of a report with value, interval, and where known the leaky figure."""
    if report["scores"]:
        for key, name in HEAD_FIGURES.items():
            yield row(f"{name} ({report['n_tracks']} clips)", report["scores"][key])
    for found in (report.get("kind_probe") or {}).get("by_kind", ()):
        right = found["right"]
        yield row(f"heard as {found['kind']}, refitted by folds ({right['n']} clips)", right)
    for probe in report["probes"]:
        measure, figure = row(probe_name(probe), probe["accuracy"])
        yield measure, {**figure, "leaky": probe["leaky_accuracy"]}
    for found in report["neighbours"]:
        share = found["share"]
        yield row(f"same artist among the 5 nearest, {found['source']} ({share['n']} clips)", share)
    for condition in report["robustness"]:
        yield row(f"label unchanged: {condition['condition']}", condition["agreement"])


def row(measure: str, interval: Values) -> Row:
    """Return a row of an interval."""
    return measure, {key: interval[key] for key in ("value", "low", "high")}


def probe_name(probe: Values) -> str:
    """Name a probe with its protocol and the number of clips judged."""
    protocol = probe["protocol"].partition(":")[0]
    return f"probe, {probe['name']} ({probe['accuracy']['n']} clips, {protocol})"


def floor_of(floor: Values, report: Values) -> dict[str, float]:
    """Return the floor's figures under the report's names."""
    found = {
        probe_name(probe): floor["probes"][probe["name"]]["accuracy"]
        for probe in report["probes"]
        if probe["name"] in floor["probes"]
    }
    for neighbours in report["neighbours"]:
        source, n = neighbours["source"], neighbours["share"]["n"]
        found[f"same artist among the 5 nearest, {source} ({n} clips)"] = floor["same_artist"][
            source
        ]
    return found


if __name__ == "__main__":
    sys.exit(main())
