"""What the join of sound and plays is worth, on simulated listeners of real tracks.

    python benchmarks/recommend.py --data DIR --teachers DIR --embeddings VECTORS.npz
        [--seeds 3 4 ... 14] [--audible 0 1] [--listeners 5000]

DIR of the data has ``manifest.csv``, ``free_music.csv`` and ``recommend/``; the vectors are made by
``auricle embed --profile fast`` on all those files. Cold are whole artists. The first seed gets
all models and the cut by time too; the others show how much the draw of listeners and of cold
artists matters, and a target holds for the mean over all draws. Then the audible share of
taste is varied, and last the taggers are left out of what listeners hear. Seeds 0, 1 and from 100
on were used while the models were made; nothing was chosen by the reported ones.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402
from scipy import stats  # noqa: E402

from auricle.evaluate.bootstrap import Interval  # noqa: E402
from auricle.recommend.coldstart import MODELS, Items  # noqa: E402
from auricle.recommend.coldstart.evaluation import (  # noqa: E402
    STEPS,
    Comparison,
    EvaluateOptions,
    RecommendReport,
    evaluate_recommenders,
)
from auricle.recommend.coldstart.report import curve_of, to_text  # noqa: E402
from auricle.recommend.coldstart.simulator import SimulatorOptions, World, simulate  # noqa: E402
from auricle.recommend.coldstart.splits import SplitOptions  # noqa: E402
from recommend_world import PEOPLE, Place, load_world  # noqa: E402

ASKED = ("popularity", "genre", "factors", "content", "audio-to-factors", "hybrid")
"""Models that are compared when not all are."""

AUDIBLE = 0.5
Figures = dict[str, Any]


def main() -> None:
    """Measure and write results/recommend.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teachers", type=Path, required=True)
    parser.add_argument("--embeddings", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=range(3, 15))
    parser.add_argument("--audible", type=float, nargs="*", default=[0.0, 1.0])
    parser.add_argument("--listeners", type=int, default=5000)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    place = Place(chosen.data, chosen.teachers, chosen.embeddings)
    world, items = load_world(place)
    first, *others = chosen.seeds
    options = SimulatorOptions(n_listeners=chosen.listeners, audible=AUDIBLE, seed=first)
    report = run(world, items, options, steps=STEPS, everything=True)
    print(to_text(report), flush=True)
    content: Figures = {
        "model": items.model,
        "tracks": len(items),
        "artists": len(set(world.artists)),
        "listeners": chosen.listeners,
        "pairs": report.n_pairs,
        "cold_tracks": report.n_cold,
        "rows": [row_of(report, row) for row in report.rows if row.step is None],
        "curve": curve(report),
        "seeds": {str(first): {**gains(report), "steps": over_the_better(report)}},
        "audible": {str(AUDIBLE): gains(report)},
    }
    for seed in others:
        again = SimulatorOptions(n_listeners=chosen.listeners, audible=AUDIBLE, seed=seed)
        drawn = run(world, items, again, steps=STEPS)
        content["seeds"][str(seed)] = {**gains(drawn), "steps": over_the_better(drawn)}
    for share in chosen.audible:
        varied = SimulatorOptions(n_listeners=chosen.listeners, audible=share, seed=first)
        content["audible"][str(share)] = gains(run(world, items, varied))
    if chosen.audible:
        heard_by_people = load_world(place, PEOPLE)[0]
        content["without_taggers"] = gains(run(heard_by_people, items, options))
    content["targets"] = [*targets(content["seeds"]), *not_below(content["seeds"])]
    for name in ("seeds", "audible", "without_taggers"):
        print(name, content.get(name), flush=True)
    for target in content["targets"]:
        print(target, flush=True)
    common.write_results("recommend", content, chosen.output)


def run(
    world: World,
    items: Items,
    options: SimulatorOptions,
    *,
    steps: tuple[int, ...] = (),
    everything: bool = False,
) -> RecommendReport:
    """Simulate listeners and judge models; everything is all models, also cut by time."""
    played = simulate(world, options).interactions
    splits = SplitOptions(seed=options.seed)
    chosen = EvaluateOptions(steps=steps, later=everything, splits=splits, seed=options.seed)
    models = {name: MODELS[name] for name in MODELS if everything or name in ASKED}
    return evaluate_recommenders(played, items, chosen, models=models)


def row_of(report: RecommendReport, row: Any) -> Figures:  # noqa: ANN401 - a Row
    """Return one row of the table of all models."""
    figures = {name: plain(value) for name, value in row.figures.items()}
    return {"model": row.model, "task": row.task, "fit_s": row.fit_s, **figures, **row.overall}


def curve(report: RecommendReport) -> Figures:
    """Return nDCG by plays of a cold track."""
    steps, lines = curve_of(report)
    return {"steps": steps, "lines": {name: [plain(value) for value in line]
                                      for name, line in lines.items()}}  # fmt: skip


def gains(report: RecommendReport) -> Figures:
    """Return nDCG of each model and the ratios that the targets are about."""
    ndcg = {
        task: {row.model: plain(row.figures["ndcg"]) for row in report.rows
               if row.task == task and row.step is None}
        for task in ("cold", "warm", "mixed")
    }  # fmt: skip
    found = {f"{each.task}: {each.model} / {each.other}": plain(each.ratio)
             for each in report.comparisons
             if each.step is None and each.ratio and asked_for(each)}  # fmt: skip
    return {"ndcg": ndcg, "ratios": found}


def asked_for(each: Comparison) -> bool:
    """Tell whether a target is about a comparison."""
    if each.model == "audio-to-factors":
        return (each.task, each.other) == ("cold", "content")
    wanted = {"cold": {"popularity", "content", "genre", "audio-to-factors"}, "warm": {"factors"},
              "mixed": {"factors", "content"}}  # fmt: skip
    return each.other in wanted.get(each.task, set())


def targets(seeds: dict[str, Figures]) -> Iterator[Figures]:
    """Yield every target with its mean ratio over the draws and whether it is met."""
    asked = (
        ("hybrid on cold tracks, over popularity", "cold: hybrid / popularity", 2.0),
        ("hybrid on cold tracks, over content", "cold: hybrid / content", 1.15),
        ("audio-to-factors on cold tracks, over content", "cold: audio-to-factors / content", 1.0),
        ("hybrid on all tracks, over factors", "mixed: hybrid / factors", 1.0),
        ("hybrid on all tracks, over content", "mixed: hybrid / content", 1.0),
    )
    for title, name, least in asked:
        found = over_draws([each["ratios"][name] for each in seeds.values()])
        met = found["value"] >= least and found["low"] > 1
        yield {"target": title, "least": least, "met": met, **found}
    found = over_draws([each["ratios"]["warm: hybrid / factors"] for each in seeds.values()])
    title = "hybrid on warm tracks, not below factors"
    yield {"target": title, "least": 1.0, "met": found["high"] >= 1, **found}


def over_draws(ratios: list[dict[str, float]]) -> dict[str, float]:
    """Return the geometric mean of ratios with its 95 % interval over draws.

    Each draw has other listeners and other cold artists, which resampling the listeners of one
    draw cannot show; with a single draw there is only that.
    """
    if len(ratios) == 1:
        return ratios[0]
    logs = np.log([each["value"] for each in ratios])
    half = stats.t.ppf(0.975, logs.size - 1) * stats.sem(logs)
    ends = {"value": logs.mean(), "low": logs.mean() - half, "high": logs.mean() + half}
    return {name: float(np.exp(end)) for name, end in ends.items()}


def over_the_better(report: RecommendReport) -> Figures:
    """Return, for every step of the curve, the hybrid over the better of content and factors."""
    ratio = {(each.other, each.step): each.ratio for each in report.comparisons
             if each.ratio and (each.model, each.task) == ("hybrid", "cold")}  # fmt: skip
    steps, lines = curve_of(report)
    found = {}
    for place, step in enumerate(steps):
        better = max(("content", "factors"), key=lambda name: lines[name][place].value)
        if interval := ratio.get((better, step)):
            found[str(step)] = plain(interval)
    return found


def not_below(seeds: dict[str, Figures]) -> Iterator[Figures]:
    """Yield every step of the curve with the mean ratio over the draws."""
    for step in next(iter(seeds.values()))["steps"]:
        found = over_draws([each["steps"][step] for each in seeds.values()])
        title = f"hybrid at {step} plays, not below the better of content and factors"
        yield {"target": title, "least": 1.0, "met": found["high"] >= 1, **found}


def plain(interval: Interval) -> dict[str, float]:
    """Return the value and the ends."""
    return {"value": interval.value, "low": interval.low, "high": interval.high}


if __name__ == "__main__":
    main()
