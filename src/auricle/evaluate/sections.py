"""A report as titled tables, from which text and Markdown are made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..analysis import SILENCE_DBFS
from .bootstrap import Interval
from .leaks import LeakReport, describe
from .probe import ACROSS, ProbeResult
from .report import KindScores, LeftOut, Neighbours, QuietScore, Report
from .robustness import Robustness
from .scores import COVERAGE, HeadScores

MAX_LEAKS = 20
"""Leaks that are listed; all are in the JSON."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a title; notes follow it."""

    title: str
    columns: Row
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def sections_of(report: Report) -> Iterator[Section]:
    """Yield the sections that have something to say."""
    yield from _warnings(report)
    if report.scores:
        yield from _head(report.scores, report.left_out)
    yield from (_kinds(kinds) for kinds in (report.kinds, report.kind_probe) if kinds)
    if report.quiet:
        yield _quiet(report.quiet)
    if report.probes:
        yield _probes(report.probes)
    if report.neighbours:
        yield _neighbours(report.neighbours)
    if report.robustness:
        yield _robustness(report.robustness)
    yield from map(_leaks, report.leaks)
    if report.failures:
        failed = tuple((failure.path, failure.message) for failure in report.failures)
        yield Section("Files that could not be heard", ("file", "why"), failed)


def _warnings(report: Report) -> Iterator[Section]:
    """Yield what must be known before any figure is read."""
    if report.n_learnt:
        yield _learnt(report)
    if missing := report.without_embedding:
        title = f"Without a stored embedding: {len(missing)} tracks, such as {missing[0]}"
        yield Section(title, (), (), ("figures of two files compare only on the same tracks",))
    if report.left_out and not report.scores:
        yield Section("Genre head: no track to judge", (), (), _told(report.left_out))


def heading(report: Report) -> str:
    """Return what was judged, in one line."""
    what = f"split '{report.split}'" if report.split else "all tracks"
    where = f" of {', '.join(filter(None, report.sources))}" if any(report.sources) else ""
    return f"{report.model} on {report.manifest}, {what}{where}: {report.n_tracks} tracks"


def percent(share: float) -> str:
    """Return a share in percent with one decimal."""
    return f"{100 * share:.1f} %"


def bar(share: float) -> str:
    """Draw a share; the whole is 20 cells long."""
    return "#" * round(20 * share)


def figure(interval: Interval, *, digits: int | None = None) -> str:
    """Return a figure with its 95 % interval, in percent unless digits are given."""
    if digits is None:
        low, high = 100 * interval.low, 100 * interval.high
        return f"{100 * interval.value:.1f} % ({low:.1f} to {high:.1f})"
    return f"{interval.value:.{digits}f} ({interval.low:.{digits}f} to {interval.high:.{digits}f})"


def _learnt(report: Report) -> Section:
    notes = (
        "it has heard these files before, so every figure here flatters it",
        "for honest figures judge other recordings, or a run or head that was kept from these",
    )
    title = f"Learnt from: {report.n_learnt} of these {report.n_tracks} tracks"
    return Section(title, (), (), notes)


def _head(scores: HeadScores, left_out: Sequence[LeftOut]) -> Iterator[Section]:
    yield _headline(scores, left_out)
    yield _reliability(scores)
    yield _risk(scores)
    yield _labels(scores)
    if len(scores.by_source) > 1:
        yield _sources(scores)


def _headline(scores: HeadScores, left_out: Sequence[LeftOut]) -> Section:
    rows = (
        ("accuracy", figure(scores.accuracy)),
        ("balanced accuracy", figure(scores.balanced_accuracy)),
        ("right label among the first 3", figure(scores.top_3_accuracy)),
        ("macro F1", figure(scores.macro_f1)),
        ("calibration error (ECE), bins of equal count", f"{scores.ece:.3f}"),
        ("the same that perfect probabilities have by chance", f"{scores.ece_by_chance:.3f}"),
        ("calibration error (ECE), bins of equal width", f"{scores.ece_equal_width:.3f}"),
        ("negative log likelihood, nats", f"{scores.negative_log_likelihood:.3f}"),
        ("Brier score", f"{scores.brier:.3f}"),
        (f"error at {COVERAGE:.0%} coverage, relative", figure(scores.relative_error, digits=2)),
        ("area under risk-coverage", f"{scores.curve.area:.3f}"),
        (f"named (probability >= {scores.threshold:.2f})", percent(scores.answered)),
        ("accuracy of those named", percent(scores.answered_accuracy)),
    )
    n = scores.accuracy
    notes = [f"{n.n} tracks, {n.n_groups} artists; 95 % intervals resample artists"]
    if n.n == n.n_groups:
        notes.append("a track of unknown artist counts as an artist of its own")
    notes += _told(left_out)
    return Section("Genre head", ("measure", "value"), rows, tuple(notes))


def _told(left_out: Sequence[LeftOut]) -> Row:
    return tuple(
        f"left out: {out.count}, {out.reason} (such as {out.examples[0]})" for out in left_out
    )


def _reliability(scores: HeadScores) -> Section:
    rows = tuple(
        (percent(each.confidence), percent(each.accuracy), str(each.count), bar(each.accuracy))
        for each in scores.bins
    )
    columns = ("probability given", "right", "tracks", "right, drawn")
    note = "reliability diagram: of tracks named with 70 % confidence, 70 % should be right"
    return Section("Probabilities kept", columns, rows, (note,))


def _risk(scores: HeadScores) -> Section:
    shares = [tenths / 10 for tenths in range(1, 11)]
    risks = [scores.curve.risk_at(share) for share in shares]
    rows = tuple(
        (percent(share), percent(risk), bar(risk))
        for share, risk in zip(shares, risks, strict=True)
    )
    note = "risk-coverage curve: if only the surest are named and the rest is unknown"
    return Section("Risk and coverage", ("named", "wrong", "wrong, drawn"), rows, (note,))


def _labels(scores: HeadScores) -> Section:
    rows = tuple(
        (s.label, str(s.count), percent(s.recall), percent(s.precision), f"{s.f1:.2f}")
        for s in scores.by_label
        if s.count or s.predicted
    )
    return Section("Labels", ("label", "tracks", "recall", "precision", "F1"), rows)


def _sources(scores: HeadScores) -> Section:
    rows = tuple((s.source, str(s.n), percent(s.accuracy)) for s in scores.by_source)
    return Section("Sources", ("source", "tracks", "accuracy"), rows)


def _kinds(kinds: KindScores) -> Section:
    heard = dict(zip(kinds.labels, kinds.confusion.tolist(), strict=True))
    rows = tuple(
        (
            share.kind,
            *map(str, heard[share.kind]),
            figure(share.right),
            f"{share.right.n_groups}",
        )
        for share in kinds.by_kind
    )
    columns = ("", *(f"heard as {label}" for label in kinds.labels), "right", "artists")
    notes = (
        f"{figure(kinds.accuracy)} of all {kinds.accuracy.n} tracks",
        "an artist is also a speaker, or the recording that a sound was cut from",
    )
    return Section(f"Kind, {kinds.protocol}", columns, rows, notes)


def _quiet(scores: Sequence[QuietScore]) -> Section:
    rows = tuple(
        (
            score.sound,
            "none" if score.level_dbfs is None else f"{score.level_dbfs:.0f} dBFS",
            ", ".join(f"{kind} {count}" for kind, count in score.heard.items()),
        )
        for score in scores
    )
    note = f"made for this test, each at several lengths; below {SILENCE_DBFS:.0f} dBFS is silence"
    return Section("Silence", ("sound", "level", "heard as"), rows, (note,))


def _probes(probes: Sequence[ProbeResult]) -> Section:
    rows = tuple(
        (
            probe.name,
            probe.protocol,
            figure(probe.accuracy),
            percent(probe.best_c_accuracy),
            "" if probe.leaky_accuracy is None else percent(probe.leaky_accuracy),
        )
        for probe in probes
    )
    notes = [
        "logistic regression on the embedding; C chosen inside the training part",
        "best C: the one C that turned out best on the evaluated tracks, an optimistic figure",
        "leaky: folds or splits at random, artists on both sides; shown to be compared, not used",
    ]
    if any(probe.name == ACROSS for probe in probes):
        notes.append(
            f"{ACROSS}: labels that several have; what to expect of recordings from elsewhere"
        )
    columns = ("source", "protocol", "accuracy", "best C", "leaky")
    return Section("Probe", columns, rows, tuple(notes))


def _neighbours(found: Sequence[Neighbours]) -> Section:
    rows = tuple((n.source, str(n.share.n), figure(n.share, digits=3)) for n in found)
    note = f"artists with at least {found[0].min_size} tracks ask; all tracks compete"
    title = f"Same artist among the {found[0].k} nearest"
    return Section(title, ("source", "tracks", "share"), rows, (note,))


def _robustness(conditions: Sequence[Robustness]) -> Section:
    rows = tuple(
        (
            c.condition,
            str(c.agreement.n),
            figure(c.agreement),
            f"{c.cosine:.3f}",
            percent(c.kind_agreement),
        )
        for c in conditions
    )
    columns = ("condition", "tracks", "label unchanged", "cosine", "kind unchanged")
    return Section("Robustness", columns, rows)


def _leaks(report: LeakReport) -> Section:
    rows = tuple((describe(leak),) for leak in report.leaks[:MAX_LEAKS])
    notes = []
    if len(report.leaks) > MAX_LEAKS:
        notes.append(f"and {len(report.leaks) - MAX_LEAKS} more")
    notes += [f"twice in one {report.column}: {describe(leak)}" for leak in report.repeats]
    heard = f"{report.heard} recordings compared by sound" if report.heard else "names only"
    notes.append(f"{heard}; {report.unknown_artists} tracks of unknown artist")
    if report.unheard:
        notes.append(f"{len(report.unheard)} files could not be heard")
    scope = f" of {report.scope}" if report.scope else ""
    title = f"Leaks between {report.column}s{scope}: {len(report.leaks) or 'none'}"
    return Section(title, ("leak",) if rows else (), rows, tuple(notes))
