"""What `auricle teach` makes of a few examples per label, and what it promises of that.

    auricle embed --files-from files.txt --model recipes/measured/auricle-1 -o vectors.npz
    python benchmarks/few_examples.py MANIFEST vectors.npz [--draws 40]

For every source with folds (of whole artists), or with a training and a validation split: one part
is held out, so many examples of each label are drawn from the rest, a head is taught by them, and
asked about the part. Draws vary in examples and part; the share of right answers, the likelihood of
the truth, and what the lesson itself said to expect are means over the draws.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common import pin_threads, write_results

pin_threads()

from auricle.evaluate import read_manifest, select  # noqa: E402 - threads are pinned before
from auricle.evaluate.crossfit import HEAD_OPTIONS, Examples, cross_fit  # noqa: E402
from auricle.evaluate.manifest import Track  # noqa: E402
from auricle.evaluate.metrics import negative_log_likelihood  # noqa: E402
from auricle.evaluate.probing import examples_of  # noqa: E402
from auricle.evaluate.splits import given_folds  # noqa: E402
from auricle.evaluate.vectors import read_vectors  # noqa: E402
from auricle.teach import HeadSpec, estimate, fit_head, hold_out  # noqa: E402
from auricle.teach.fit import with_chosen_c  # noqa: E402

PER_LABEL = (2, 5, 10, 20)
LEAST = 25
"""Examples that a label needs to take part."""


@dataclass(frozen=True)
class Task:
    """One source: its examples, in parts of which one is held out at a time."""

    name: str
    examples: Examples
    parts: NDArray[np.int64]
    asked: tuple[int, ...]


def main() -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--draws", type=int, default=40)
    chosen = parser.parse_args()
    vectors = read_vectors(chosen.vectors)
    rows = []
    for task in tasks(read_manifest(chosen.manifest), chosen.vectors):
        for per_label in PER_LABEL:
            row = measure(task, per_label, chosen.draws)
            rows.append(row)
            print(
                f"{row['source']}, {row['labels']} labels, {per_label} of each: "
                f"{row['accuracy']:.1%}, likelihood {row['likelihood']:.3f}, "
                f"promised {row['promised']:.1%}"
            )
    write_results("few_examples", {"model": vectors.model, "draws": chosen.draws, "rows": rows})
    return 0


def tasks(tracks: tuple[Track, ...], stored: Path) -> Iterator[Task]:
    """Yield the sources that can be asked."""
    vectors = read_vectors(stored)
    rows = {clip_id: vectors.embeddings[row] for clip_id, row in vectors.find(tracks).items()}
    for source in sorted({track.source for track in tracks}):
        part = [t for t in select(tracks, sources=[source]) if t.label and t.clip_id in rows]
        labels = [track.label for track in part]
        part = [track for track in part if labels.count(track.label) >= LEAST]
        folds = given_folds([track.fold for track in part]) if part else None
        if folds is None:
            part = [track for track in part if track.split in {"train", "validation"}]
        asked = tuple(range(int(folds.max()) + 1)) if folds is not None else (1,)
        if folds is None:
            folds = np.array([int(track.split == "validation") for track in part], dtype=np.int64)
        examples = examples_of(part, rows) if part else None
        if examples is not None and len(examples.names) > 1 and len(set(folds.tolist())) > 1:
            unit = examples.embeddings / np.linalg.norm(examples.embeddings, axis=1)[:, None]
            yield Task(source, Examples(unit, examples.labels, examples.groups), folds, asked)


def measure(task: Task, per_label: int, draws: int) -> dict[str, float | int | str]:
    """Return the figures of one source with so many examples per label."""
    found = np.array([draw(task, per_label, seed) for seed in range(draws)])
    accuracy, likelihood, promised = found.mean(axis=0)
    low, high = np.quantile(found[:, 0], (0.05, 0.95))
    return {
        "source": task.name,
        "labels": len(task.examples.names),
        "per_label": per_label,
        "accuracy": float(accuracy),
        "low": float(low),
        "high": float(high),
        "likelihood": float(likelihood),
        "promised": float(promised),
    }


def draw(task: Task, per_label: int, seed: int) -> tuple[float, float, float]:
    """Teach once; return accuracy, negative log likelihood, and the accuracy that was promised."""
    random = np.random.default_rng((seed, per_label))
    held_out = task.parts == task.asked[seed % len(task.asked)]
    rest = random.permutation(np.flatnonzero(~held_out))
    index = task.examples.label_index
    rows = [rest[index[rest] == label][:per_label] for label in range(len(task.examples.names))]
    lesson = task.examples.take(np.concatenate(rows))
    held = hold_out(lesson)
    promised = estimate(lesson, held, HEAD_OPTIONS)
    fit = with_chosen_c(lesson, HEAD_OPTIONS)
    unseen = cross_fit(lesson, held.folds, fit)
    head = fit_head(lesson, HeadSpec("genre", "x", fit=fit), held_out=unseen)
    asked = task.examples.where(held_out)
    probabilities = head.probabilities(asked.embeddings.astype(np.float32))
    true = np.array([head.labels.index(label) for label in asked.labels], dtype=np.int64)
    accuracy = float(np.mean(probabilities.argmax(axis=1) == true))
    return accuracy, negative_log_likelihood(true, probabilities), promised.accuracy.value


if __name__ == "__main__":
    sys.exit(main())
