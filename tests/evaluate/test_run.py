"""From manifest to report, with real sound and the tiny model."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from auricle.batch import BatchOptions
from auricle.errors import BundleNotFound, ManifestError, SpaceMismatch
from auricle.evaluate import probe
from auricle.evaluate.crossfit import FitOptions
from auricle.evaluate.manifest import read_manifest
from auricle.evaluate.run import CACHE_NAME, EvaluateOptions, evaluate
from auricle.models import digest_of, find_bundle, note_learnt
from auricle.types import Analysis, Failure

from ..tiny import tiny_head
from .examples import blobs
from .songs import usual_rows, write_songs

TINY = BatchOptions(model="tiny")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose from two values of C only."""
    monkeypatch.setattr(probe, "FitOptions", lambda: FitOptions((0.1, 1.0), 2))


@pytest.fixture
def manifest(tmp_path: Path, tiny_bundle: Path) -> Path:
    return write_songs(tmp_path, usual_rows(1))


def test_a_head_is_judged_on_a_split(manifest: Path) -> None:
    heard: list[str] = []

    def progress(result: Analysis | Failure, total: int) -> None:
        heard.append(result.path)

    report = evaluate(manifest, EvaluateOptions(batch=TINY), progress)
    assert report.model.startswith("tiny@")
    assert (report.head, report.manifest, report.split) == ("genre", "songs.csv", "validation")
    assert (report.n_tracks, report.sources) == (6, ("one", "two"))
    assert report.scores is not None
    assert report.scores.accuracy.value == 1.0
    assert report.scores.accuracy.n_groups == 3
    assert report.leaks[0].leaks == ()
    assert (report.probes, report.robustness) == ((), ())
    assert len(heard) == 6


def test_sources_and_no_split(manifest: Path) -> None:
    options = EvaluateOptions(split=None, sources=("two",), batch=TINY)
    report = evaluate(manifest, options)
    assert (report.n_tracks, report.sources, report.leaks) == (6, ("two",), ())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (EvaluateOptions(split="test"), "no row has split 'test'; column 'split' says train, val"),
        (EvaluateOptions(split="test"), "; --split '' takes all"),
        (EvaluateOptions(sources=("none",)), "no row has source none"),
    ],
)
def test_nothing_left_to_judge(manifest: Path, options: EvaluateOptions, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        evaluate(manifest, options)


def test_an_unknown_model_is_refused(manifest: Path) -> None:
    with pytest.raises(BundleNotFound):
        evaluate(manifest, EvaluateOptions(batch=BatchOptions(model="none")))


def test_leaks_are_refused_unless_allowed(tmp_path: Path, tiny_bundle: Path) -> None:
    rows = [row | {"artist_id": "everybody"} for row in usual_rows(1)]
    manifest = write_songs(tmp_path, rows)
    with pytest.raises(ManifestError, match="artist in train and validation: everybody"):
        evaluate(manifest, EvaluateOptions(batch=TINY))
    report = evaluate(manifest, EvaluateOptions(batch=TINY, allow_leaks=True))
    assert len(report.leaks[0].leaks) == 1
    assert report.scores is not None


def test_a_model_is_not_praised_for_what_it_learnt(manifest: Path, tiny_bundle: Path) -> None:
    digests = [digest_of(path) for path in manifest.parent.glob("*.wav")]
    everything = EvaluateOptions(split=None, batch=TINY)
    assert evaluate(manifest, everything).n_learnt == 0
    note_learnt(tiny_bundle, digests[:-1])
    report = evaluate(manifest, everything)
    assert (report.n_learnt, report.n_tracks) == (11, 12)


def test_the_audit_listens(tmp_path: Path, tiny_bundle: Path) -> None:
    rows = usual_rows(1)
    manifest = write_songs(tmp_path, rows)
    (tmp_path / "11.wav").write_bytes((tmp_path / "5.wav").read_bytes())
    with pytest.raises(
        ManifestError, match=r"recording in train and validation.*\(5.wav, 11.wav\)"
    ):
        evaluate(manifest, EvaluateOptions(batch=TINY, audit=True))


def test_probe_and_neighbours(manifest: Path) -> None:
    report = evaluate(manifest, EvaluateOptions(batch=TINY, probe=True))
    assert [probe.name for probe in report.probes] == ["one", "two", "all"]
    assert report.probes[2].accuracy.value == 1.0
    assert report.neighbours == ()


def test_kinds_are_probed_where_there_are_two(manifest: Path) -> None:
    options = EvaluateOptions(batch=TINY, probe=True, kinds={"one": "other", "*": "music"})
    report = evaluate(manifest, options)
    assert report.kinds is not None
    assert report.kinds.accuracy.n == 6
    assert report.kind_probe is not None
    assert report.kind_probe.accuracy.n == 12
    assert [share.kind for share in report.kind_probe.by_kind] == ["music", "other"]
    assert report.quiet[0].sound == "digital silence"
    alone = evaluate(manifest, EvaluateOptions(batch=TINY, probe=True))
    assert (alone.kind_probe, alone.quiet) == (None, ())


def test_robustness_on_a_few_tracks(manifest: Path) -> None:
    options = EvaluateOptions(batch=TINY, robustness=True, robustness_tracks=2)
    ticks: list[int] = []
    report = evaluate(manifest, options, None, ticks.append)
    assert ticks == [2, 2]
    by_name = {row.condition: row for row in report.robustness}
    assert by_name["gain +12 dB"].agreement.n == 2
    assert by_name["stereo, one side quieter"].agreement.value == 1.0
    assert "30 s" not in by_name  # the songs are shorter


def test_embeddings_are_remembered(manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    heard: list[str] = []

    def progress(result: Analysis | Failure, total: int) -> None:
        heard.append(result.path)

    options = EvaluateOptions(batch=TINY, folder=folder)
    first = evaluate(manifest, options, progress)
    again = evaluate(manifest, options, progress)
    assert len(heard) == 6
    assert (folder / CACHE_NAME).is_file()
    assert first.to_dict() == again.to_dict()


def test_broken_and_unknown_files_are_told(tmp_path: Path, tiny_bundle: Path) -> None:
    rows = [*usual_rows(1), {"label": "tango", "split": "validation", "path": "no.wav"}]
    report = evaluate(write_songs(tmp_path, rows), EvaluateOptions(batch=TINY))
    assert [failure.type for failure in report.failures] == ["UnreadableFile"]
    assert [(out.reason, out.count) for out in report.left_out] == [("no embedding", 1)]


def stored(folder: Path, model: str = "") -> tuple[Path, Path]:
    """Write a manifest without sound and embeddings for it."""
    examples = blobs(3, spread=0.05)
    rows = [
        {"label": label, "artist_id": group, "clip_id": f"c{i}", "fold": group.split()[1]}
        for i, (label, group) in enumerate(zip(examples.labels, examples.groups, strict=True))
    ]
    path = folder / "peer.npz"
    names = [f"c{i}" for i in range(len(rows))]
    np.savez(path, clip_id=names, embedding=examples.embeddings, model=model)
    return write_songs(folder, rows, sound=False), path


def test_stored_embeddings_are_probed_alike(tmp_path: Path) -> None:
    manifest, path = stored(tmp_path)
    options = EvaluateOptions(split=None, probe=True, embeddings=path)
    report = evaluate(manifest, options)
    assert (report.model, report.head, report.scores) == ("peer.npz", "", None)
    assert report.probes[0].accuracy.value == 1.0
    assert report.leaks[0].column == "fold"


def test_a_head_reads_only_embeddings_of_its_backbone(tmp_path: Path) -> None:
    manifest, path = stored(tmp_path, model="tiny@111111111111")
    head = tmp_path / "my.head"
    tiny_head("tiny@222222222222").save(head)
    options = EvaluateOptions(split=None, embeddings=path, batch=BatchOptions(head=str(head)))
    with pytest.raises(SpaceMismatch):
        evaluate(manifest, options)


def test_embeddings_of_other_tracks_are_refused(tmp_path: Path) -> None:
    manifest, path = stored(tmp_path)
    np.savez(path, clip_id=["x"], embedding=np.ones((1, 2)))
    with pytest.raises(ManifestError, match="no 'clip_id' in it belongs to a track"):
        evaluate(manifest, EvaluateOptions(split=None, embeddings=path))


def test_kinds_of_sources(tmp_path: Path, tiny_bundle: Path) -> None:
    rows = [
        row | {"source": "words" if row["label"] == "mid" else "songs"} for row in usual_rows(1)
    ]
    manifest = write_songs(tmp_path, rows)
    report = evaluate(manifest, EvaluateOptions(batch=TINY, kinds={"words": "speech"}))
    assert report.kinds is not None
    assert report.kinds.confusion[:2, 0].tolist() == [4, 2]


def test_a_kind_of_no_source_is_a_slip(manifest: Path) -> None:
    options = EvaluateOptions(kinds={"*": "music", "noises": "other"}, batch=TINY)
    with pytest.raises(ManifestError, match="no row has source 'noises'"):
        evaluate(manifest, options)


def test_what_a_file_of_embeddings_lacks_is_told(tmp_path: Path) -> None:
    manifest, vectors = stored(tmp_path)
    content = dict(np.load(vectors))
    model = content.pop("model")
    np.savez(vectors, model=model, **{name: values[1:] for name, values in content.items()})
    report = evaluate(manifest, EvaluateOptions(None, probe=True, embeddings=vectors))
    assert report.without_embedding == (str(content["clip_id"][0]),)


def test_a_model_in_any_folder_is_not_praised_either(
    manifest: Path, tiny_bundle: Path, tmp_path: Path
) -> None:
    """A run's bundle is not installed: it is known by its folder only."""
    songs = read_manifest(manifest)
    folder = tmp_path / "runs" / "bundle"
    folder.parent.mkdir()
    shutil.move(tiny_bundle, folder)
    note_learnt(folder, [digest_of(song.path) for song in songs])
    heard = EvaluateOptions(None, batch=BatchOptions(model=str(folder)))
    assert evaluate(manifest, heard).n_learnt == len(songs)


def test_stored_embeddings_of_a_known_model_are_not_praised_either(
    manifest: Path, tiny_bundle: Path, tmp_path: Path
) -> None:
    songs = read_manifest(manifest)
    note_learnt(tiny_bundle, [digest_of(song.path) for song in songs])
    rows = np.random.default_rng(0).standard_normal((len(songs), 8))
    model = find_bundle("tiny").id
    names = [song.path for song in songs]
    np.savez(tmp_path / "e.npz", path=names, embedding=rows, model=model)
    judged = EvaluateOptions(None, probe=True, embeddings=tmp_path / "e.npz")
    assert evaluate(manifest, judged).n_learnt == len(songs)
    np.savez(tmp_path / "e.npz", path=names, embedding=rows, model="peer@1")
    assert evaluate(manifest, judged).n_learnt == 0
