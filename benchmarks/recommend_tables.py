"""Write the tables of docs/recommend-evaluation.md from the result files, or check them.

    python benchmarks/recommend_tables.py [--check]

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "recommend-evaluation.md"
RESULTS = Path(__file__).parent / "results"
PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
Results = dict[str, Any]

COLUMNS = {
    "recall": "recall",
    "map": "MAP",
    "coverage": "coverage",
    "gini": "Gini",
    "novelty": "novelty",
    "popularity_lift": "popularity",
    "new_share": "new shown",
    "new_coverage": "new reached",
}


def main() -> int:
    """Rewrite the page, or with --check only say whether it would change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if outdated")
    check = parser.parse_args().check
    old = PAGE.read_text("utf-8")
    new = render(old, RESULTS)
    if check and old != new:
        print(f"{PAGE} is outdated: run python benchmarks/recommend_tables.py", file=sys.stderr)
        return 1
    PAGE.write_text(new, "utf-8")
    return 0


def render(text: str, results: Path) -> str:
    """Return the page with every table written anew."""
    return PLACE.sub(lambda match: match[1] + table(match[2], results) + match[3], text)


def table(name: str, results: Path) -> str:
    """Return one table, or a line that says what is missing."""
    file, make = TABLES[name]
    path = results / f"{file}.json"
    if not path.is_file():
        return f"*Not measured yet (`benchmarks/results/{file}.json`).*\n"
    content = json.loads(path.read_text("utf-8"))
    return make(content) + note(content)


def setting(content: Results) -> str:
    """Say what was simulated."""
    return (
        f"{content['listeners']} listeners, {content['tracks']} tracks of {content['artists']} "
        f"artists ({content['cold_tracks']} tracks cold), {content['pairs']} pairs; "
        f"{content['model']}.\n\n"
    )


def targets(content: Results) -> str:
    """Render the targets."""
    rows = [
        [each["target"], f"{each['least']:g}", interval(each, 2), "yes" if each["met"] else "no"]
        for each in content["targets"]
    ]
    return setting(content) + markdown(["nDCG@20 of", "asked", "ratio", "met"], rows)


def ranking(task: str) -> Callable[[Results], str]:
    """Return what renders all models on one task, best first."""

    def render_task(content: Results) -> str:
        rows = [row for row in content["rows"] if row["task"] == task]
        rows.sort(key=lambda row: -row["ndcg"]["value"])
        cells = [[row["model"], interval(row["ndcg"]), *(cell(row[name]) for name in COLUMNS)]
                 for row in rows]  # fmt: skip
        return markdown(["model", "nDCG@20", *COLUMNS.values()], cells)

    return render_task


def curve(content: Results) -> str:
    """Render nDCG by plays of a cold track."""
    steps = [str(step) for step in content["curve"]["steps"]]
    rows = [[name, *(interval(point) for point in line)]
            for name, line in content["curve"]["lines"].items()]  # fmt: skip
    return markdown(["model", *steps], rows)


def audible(content: Results) -> str:
    """Render how the gains depend on the audible share of taste, and on who says what is heard."""
    found = dict(sorted(content["audible"].items(), key=lambda item: float(item[0])))
    if "without_taggers" in content:
        found["0.5, labels and moods only"] = content["without_taggers"]
    return gains(found, "audible share")


def seeds(content: Results) -> str:
    """Render the gains by seed."""
    return gains(content["seeds"], "seed")


def gains(found: Results, title: str) -> str:
    """Render ratios, one row per setting."""
    columns = list(dict.fromkeys(name for each in found.values() for name in each["ratios"]))
    rows = [[name, *(interval(each["ratios"][column], 2) if column in each["ratios"] else ""
                     for column in columns)]
            for name, each in found.items()]  # fmt: skip
    return markdown([title, *columns], rows)


def hetrec(content: Results) -> str:
    """Render the warm models on HetRec lastfm-2k."""
    measures = ("ndcg", "recall", "map")
    rows = [[row["model"], str(row["k"]), *(interval(row[name]) for name in measures),
             cell(row["coverage"])] for row in content["rows"]]  # fmt: skip
    head = ["model", "k", "nDCG", "recall", "MAP", "coverage"]
    theirs, ours = content["library"]["theirs"], content["library"]["ours"]
    check = (
        f"\nOne factorisation measured by `implicit.evaluation`: nDCG@10 {theirs['ndcg']:.4f}, "
        f"MAP@10 {theirs['map']:.4f}; by the measures here: {ours['ndcg']:.4f}, "
        f"{ours['map']:.4f}.\n"
    )
    return markdown(head, rows) + check


def hetrec_published(content: Results) -> str:
    """Render a published table beside the same by ``implicit``."""
    lengths = {"precision": (1, 10, 50), "recall": (10, 50)}
    shown = [(measure, k) for measure, each in lengths.items() for k in each]
    at = {k: place for place, k in enumerate(content["lengths"])}
    rows = [[f"{name}, published", *(f"{found[measure][at[k]]:.3f}" for measure, k in shown)]
            for name, found in content["published"].items()]  # fmt: skip
    for name, found in content["repeated"].items():
        rows.append([name, *(interval({end: row[at[k]] for end, row in found[measure].items()})
                             for measure, k in shown)])  # fmt: skip
    return markdown(["", *(f"{measure}@{k}" for measure, k in shown)], rows)


def emotify(content: Results) -> str:
    """Render what ranks liked clips of unknown artists first."""
    parts = {(question, part): found[part] for question, found in content["questions"].items()
             for part in ("all", "within a genre")}  # fmt: skip
    names = [name for name in next(iter(parts.values())) if name != "pairs"]
    rows = [[name, *(interval(found[name]) for found in parts.values())] for name in names]
    rows.append(["pairs", *(str(found["pairs"]) for found in parts.values())])
    return markdown(["", *(f"{question}, {part}" for question, part in parts)], rows)


def speed(content: Results) -> str:
    """Render what fitting and asking cost."""
    fit, ask = content["fit"], content["ask"]
    rows = [
        [f"fit {name}, {content['events']} events", seconds(fit["times_s"][name]["median"]),
         "the library's factorisation", f"{fit['over_library'][name]['median']:.2f}"]
        for name in fit["times_s"] if name != "library"
    ]  # fmt: skip
    for name in (key for key in ask if key != "tracks"):
        for task in ("recommend", "audience"):
            found = ask[name]
            rows.append([f"{task} of {name}, {ask['tracks']} tracks",
                         seconds(found["times_s"][task]["median"]), "one product with all vectors",
                         f"{found[f'{task}_over_product']['median']:.2f}"])  # fmt: skip
    rows.append([f"read {content['read']['events']} events of a CSV",
                 seconds(content["read"]["csv_s"]), "", ""])  # fmt: skip
    return markdown(["what", "time", "beside", "ratio"], rows)


TABLES: dict[str, tuple[str, Callable[[Results], str]]] = {
    "targets": ("recommend", targets),
    "cold": ("recommend", ranking("cold")),
    "warm": ("recommend", ranking("warm")),
    "mixed": ("recommend", ranking("mixed")),
    "later": ("recommend", ranking("later")),
    "later_new": ("recommend", ranking("later, new")),
    "curve": ("recommend", curve),
    "audible": ("recommend", audible),
    "seeds": ("recommend", seeds),
    "hetrec": ("hetrec", hetrec),
    "hetrec_published": ("hetrec_published", hetrec_published),
    "emotify": ("emotify", emotify),
    "speed": ("recommend_speed", speed),
}


def note(content: Results) -> str:
    """Return the line under a table: where and when."""
    facts = content.get("machine")
    if not facts:
        return ""
    return f"\n<sub>{facts['processor']}, load {facts['load_average']}; {facts['date']}.</sub>\n"


def markdown(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def interval(found: Results, digits: int = 3) -> str:
    """Return a figure with the ends of its interval."""
    value, low, high = (f"{found[name]:.{digits}f}" for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def cell(found: Results | float) -> str:
    """Return a figure without its interval."""
    return f"{found['value'] if isinstance(found, dict) else found:.3f}"


def seconds(value: float) -> str:
    """Return a time in readable units."""
    return f"{value:.1f} s" if value >= 1 else f"{1000 * value:.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
