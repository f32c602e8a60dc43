"""Real listeners and real audio: which clips of artists never heard before does a group like?

    python benchmarks/emotify.py --data FOLDER --embeddings VECTORS.npz

FOLDER has ``manifest.csv`` and ``recommend/emotify_answers.csv``; the vectors are made by
``auricle embed --profile fast``. Five folds of whole artists: a model learns from the answers about
four of them and ranks the clips of the fifth. The figure is the share of pairs of clips, answered
by the same group and of the same fold, in which the liked clip stands above the other (AUC; ties
half). Since only clips of one fold are compared, all is done for five ways of folding. A group
weighs by its answers; intervals resample groups and artists, both at once.

What is missing: an answer with neither "liked" nor "disliked" reports neither, and most do. So two
questions are asked: liked against disliked (silent answers left out), and liked against all others.
A listener group is a hash of age, gender and mother tongue, and may be several people. Listeners
chose a genre and could skip clips, so what a group answered is not a random draw.

Regressions are one and the same (kernel ridge with an effect per group, a common taste and a taste
per group), told the genre, the sound, or both; their two strengths are chosen on a training fold.
The shipped models learn from the liked clips only. "known liking" is the share of other groups who
liked the same clip: it knows answers about the held-out artists, so it is no competitor.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from auricle.evaluate.bootstrap import interval_of  # noqa: E402
from auricle.evaluate.splits import group_folds  # noqa: E402
from auricle.recommend.coldstart import MODELS, Items, Plays  # noqa: E402
from recommend_world import load_embeddings  # noqa: E402

STRENGTHS = tuple(product((0.02, 0.1, 0.4), (0.02, 0.1, 0.4)))
"""Variance of the common taste and of a group's own, beside a noise of 1."""

GROUP_EFFECT = 0.3
SHIPPED = ("random", "popularity", "genre", "content", "audio-to-factors", "hybrid")
DRAWS = 1000
Floats = NDArray[np.float32]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Clips:
    """The clips: what is known of each without an answer."""

    items: Items
    folds: Index

    @property
    def genre_likeness(self) -> Floats:
        """1 where two clips have the same genre, shape (n, n)."""
        genres = np.array(self.items.genres)
        return (genres[:, None] == genres).astype(np.float32)

    @property
    def sound_likeness(self) -> Floats:
        """Cosine of two clips, seen from the centre of all, shape (n, n)."""
        moved = self.items.vectors - self.items.vectors.mean(axis=0)
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved @ moved.T)


@dataclass(frozen=True)
class Answers:
    """One row per answer: whose, about what, and whether it was liked (1) or not (0)."""

    group: Index
    clip: Index
    liked: Floats

    def where(self, kept: NDArray[np.bool_]) -> "Answers":
        """Return some of the answers."""
        return Answers(self.group[kept], self.clip[kept], self.liked[kept])


@dataclass(frozen=True)
class Pairs:
    """Pairs of answers of one group and fold.

    Attributes:
        better: place of the liked answer, shape (n,).
        worse: place of the other, shape (n,).
        weight: that makes a group weigh by its answers, shape (n,).
        ranked: 1 where a way ranks them rightly, 0.5 for a tie, shape (n, n_ways).
    """

    better: Index
    worse: Index
    weight: NDArray[np.float64]
    ranked: NDArray[np.float64]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Give the columns in order, to join several."""
        return iter((self.better, self.worse, self.weight, self.ranked))


def main() -> None:
    """Measure and write results/emotify.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--embeddings", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    clips = load_clips(chosen.data / "manifest.csv", chosen.embeddings)
    rows = read(chosen.data / "recommend" / "emotify_answers.csv")
    content = {"model": clips.items.model, "questions": {}}
    for question in ("liked against disliked", "liked against all others"):
        answers = load_answers(rows, clips, reported=question.endswith("disliked"))
        content["questions"][question] = ask(answers, clips)
        print(question, content["questions"][question], flush=True)
    common.write_results("emotify", content, chosen.output)


def read(path: Path) -> list[dict[str, str]]:
    """Return a CSV's rows."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load_clips(manifest: Path, embeddings: Path) -> Clips:
    """Return the Emotify clips that have been embedded."""
    model, heard = load_embeddings(embeddings)
    rows = [row for row in read(manifest) if row["source"] == "emotify"]
    rows = [row for row in rows if Path(row["path"]).stem in heard]
    columns = {name: tuple(row[name] for row in rows) for name in ("clip_id", "artist_id", "label")}
    vectors = np.stack([heard[Path(row["path"]).stem] for row in rows])
    items = Items(columns["clip_id"], vectors, columns["artist_id"], columns["label"],
                  np.arange(len(rows)), model)  # fmt: skip
    return Clips(items, np.array([int(row["fold"]) for row in rows]))


def load_answers(rows: list[dict[str, str]], clips: Clips, *, reported: bool) -> Answers:
    """Return the answers; those that say both are left out, and with ``reported`` the silent."""
    groups = {
        name: number for number, name in enumerate({row["listener_group"]: 0 for row in rows})
    }
    kept = [row for row in rows if row["clip_id"] in clips.items.place
            and row["liked"] + row["disliked"] in (("10", "01") if reported else ("10", "01", "00"))
            ]  # fmt: skip
    return Answers(
        np.array([groups[row["listener_group"]] for row in kept]),
        np.array([clips.items.place[row["clip_id"]] for row in kept]),
        np.array([float(row["liked"]) for row in kept], dtype=np.float32),
    )


def ask(answers: Answers, clips: Clips) -> dict[str, Any]:
    """Return every way's AUC, and what sound adds to the genre."""
    likeness = {
        "regression: genre": (clips.genre_likeness,),
        "regression: sound": (clips.sound_likeness,),
        "regression: both": (clips.genre_likeness, clips.sound_likeness),
    }
    ways = [name for name in SHIPPED if name in MODELS] + list(likeness)
    known, parts = known_liking(answers), []
    for folds in foldings(clips):
        scores = {name: np.zeros(answers.liked.size) for name in ways}
        scores["known liking (not cold)"] = known
        fold_of = folds[answers.clip]
        for fold in np.unique(folds):
            asked = fold_of == fold
            train, test = answers.where(~asked), answers.where(asked)
            for name in ways:
                if name in likeness:
                    kind = sum(likeness[name]) / len(likeness[name])
                    scores[name][asked] = tuned(train, test, kind, folds)
                else:
                    scores[name][asked] = shipped(name, train, test, clips)
        parts.append(compared(answers, folds, scores))
    return judged(answers, clips, Pairs(*map(np.concatenate, zip(*parts, strict=True))), ways)


def foldings(clips: Clips) -> list[Index]:
    """Return the manifest's folds and four others, each of whole artists."""
    items = clips.items
    drawn = [group_folds(items.genres, items.artists, 5, seed=seed) for seed in range(1, 5)]
    return [clips.folds, *drawn]


def tuned(train: Answers, test: Answers, kind: Floats, folds: Index) -> NDArray[np.float64]:
    """Return the regression's scores, strengths chosen on a fold of the training answers."""
    fold_of = folds[train.clip]
    held = fold_of == np.unique(fold_of)[-1]
    learnt, asked = train.where(~held), train.where(held)
    truth = asked.liked - learnt.liked.mean()
    errors = [np.mean((truth - regress(learnt, asked, kind, way)) ** 2) for way in STRENGTHS]
    return regress(train, test, kind, STRENGTHS[int(np.argmin(errors))])


def regress(
    train: Answers, test: Answers, kind: Floats, strengths: tuple[float, float]
) -> NDArray[np.float64]:
    """Return how much more each test answer is expected to be a liking than the average one.

    The mean of a Gaussian process: a taste common to all, one per group, a shift per group, and
    noise of variance 1. Solved group by group, then for the common taste of the n clips.
    """
    common_taste, own_taste = strengths
    centred = (train.liked - train.liked.mean()).astype(np.float64)
    own = GROUP_EFFECT + own_taste * kind.astype(np.float64)
    precision, pull = np.zeros(kind.shape), np.zeros(len(kind))
    mine = {group: np.flatnonzero(train.group == group) for group in np.unique(train.group)}
    inverse = {}
    for group, rows in mine.items():
        clip = train.clip[rows]
        inverse[group] = np.linalg.inv(own[np.ix_(clip, clip)] + np.eye(rows.size))
        np.add.at(precision, np.ix_(clip, clip), inverse[group])
        np.add.at(pull, clip, inverse[group] @ centred[rows])
    prior = common_taste * kind.astype(np.float64)
    taste = prior @ np.linalg.solve(np.eye(len(kind)) + precision @ prior, pull)
    scores = taste[test.clip]
    for group, rows in mine.items():
        asked = np.flatnonzero(test.group == group)
        left = inverse[group] @ (centred[rows] - taste[train.clip[rows]])
        scores[asked] += own[np.ix_(test.clip[asked], train.clip[rows])] @ left
    return np.asarray(scores)


def shipped(name: str, train: Answers, test: Answers, clips: Clips) -> NDArray[np.float64]:
    """Return a shipped model's scores; it learns from what each group liked."""
    n_groups = int(max(train.group.max(), test.group.max())) + 1
    liked = train.where(train.liked > 0)
    plays = Plays.of_events(liked.group, liked.clip, liked.liked, (n_groups, len(clips.items)))
    names = tuple(map(str, range(n_groups)))
    model = MODELS[name]().fit_plays(names, plays, clips.items, 0)
    scores = model.scores(np.arange(n_groups))
    return np.asarray(scores[test.group, test.clip], dtype=np.float64)


def known_liking(answers: Answers) -> NDArray[np.float64]:
    """Return the share of other answers about the clip that are likings, drawn to the mean."""
    count, likings = np.bincount(answers.clip), np.bincount(answers.clip, weights=answers.liked)
    mean = answers.liked.mean()
    others = likings[answers.clip] - answers.liked
    return np.asarray((others + 4 * mean) / (count[answers.clip] - 1 + 4))


def compared(answers: Answers, folds: Index, scores: dict[str, NDArray[np.float64]]) -> Pairs:
    """Return all pairs of one folding, and who ranks them rightly."""
    cell = answers.group * 100 + folds[answers.clip]
    better, worse = [], []
    for each in np.unique(cell):
        mine = np.flatnonzero(cell == each)
        up, down = mine[answers.liked[mine] > 0], mine[answers.liked[mine] == 0]
        better.append(np.repeat(up, down.size))
        worse.append(np.tile(down, up.size))
    one, other = np.concatenate(better), np.concatenate(worse)
    ranked = [np.sign(each[one] - each[other]) / 2 + 0.5 for each in scores.values()]
    return Pairs(one, other, 1 / np.bincount(cell)[cell][one], np.stack(ranked, axis=1))


def judged(answers: Answers, clips: Clips, pairs: Pairs, ways: list[str]) -> dict[str, Any]:
    """Return AUCs with intervals, over all pairs and over pairs of one genre."""
    genre = np.array(clips.items.genres)[answers.clip]
    artist = np.unique(np.array(clips.items.artists), return_inverse=True)[1][answers.clip]
    drawn = resampled(answers.group[pairs.better], artist[pairs.better], artist[pairs.worse])
    within = genre[pairs.better] == genre[pairs.worse]
    names = [*ways, "known liking (not cold)"]
    result: dict[str, Any] = {
        "answers": int(answers.liked.size),
        "likings": int(answers.liked.sum()),
        "groups": int(np.unique(answers.group[pairs.better]).size),
        "artists": int(np.unique(artist).size),
    }
    for part, kept in (("all", np.ones_like(within)), ("within a genre", within)):
        weight, ranked, n = pairs.weight[kept], pairs.ranked[kept], int(kept.sum())
        means = drawn[:, kept] * weight @ ranked / (drawn[:, kept] @ weight)[:, None]
        values = weight @ ranked / weight.sum()
        found = {name: plain(interval_of(values[at], means[:, at], n, 0))
                 for at, name in enumerate(names)}  # fmt: skip
        for more in ("sound", "both"):
            a, b = (names.index(f"regression: {kind}") for kind in (more, "genre"))
            gain = interval_of(values[a] - values[b], means[:, a] - means[:, b], n, 0)
            found[f"{more} minus genre"] = plain(gain)
        result[part] = {"pairs": n} | found
    return result


def plain(interval: Any) -> dict[str, float]:  # noqa: ANN401 - an Interval
    """Return the value and the ends."""
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def resampled(group: Index, one: Index, other: Index) -> NDArray[np.float64]:
    """Return how often each pair is drawn when groups and artists are resampled."""
    random = np.random.default_rng(0)
    n_groups, n_artists = int(group.max()) + 1, int(max(one.max(), other.max())) + 1
    groups = random.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=DRAWS)
    artists = random.multinomial(n_artists, np.full(n_artists, 1 / n_artists), size=DRAWS)
    both = artists[:, one] * np.where(one == other, 1, artists[:, other])
    return np.asarray(groups[:, group] * both, dtype=np.float64)


if __name__ == "__main__":
    main()
