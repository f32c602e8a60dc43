"""From files to a head that names them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle.analysis import analyze
from auricle.batch import BatchOptions
from auricle.errors import ManifestError, SpaceMismatch
from auricle.evaluate.crossfit import FitOptions
from auricle.evaluate.manifest import Track, read_manifest
from auricle.models import load_model
from auricle.teach.lesson import teach
from auricle.teach.material import LessonOptions
from auricle.teach.render import to_text

from ..evaluate.songs import HZ, RATE, melody, usual_rows, write_songs

QUICK = FitOptions(c_grid=(1.0,), inner_folds=2, balance=1.0)
OPTIONS = LessonOptions(batch=BatchOptions(model="tiny"), fit=QUICK)


@pytest.fixture
def tracks(tmp_path: Path, tiny_bundle: Path) -> tuple[Track, ...]:
    """Return songs of three labels by four artists each; the labels are new names."""
    rows = usual_rows(2)
    manifest = write_songs(tmp_path, rows)
    text = manifest.read_text()
    for old, new in (("low", "drone"), ("mid", "voice"), ("high", "birds")):
        text = text.replace(f",{old},", f",{new},")
    manifest.write_text(text)
    return read_manifest(manifest)


def test_a_lesson(tracks: tuple[Track, ...], tmp_path: Path) -> None:
    lesson = teach(tracks, OPTIONS)
    assert lesson.head.labels == ("birds", "drone", "voice")
    assert lesson.n_tracks == 24
    assert lesson.estimate.by_artist
    assert lesson.estimate.accuracy.value > 0.9
    assert lesson.head.meta["domain"] == "any"
    assert lesson.head.meta["estimate"]["protocol"] == lesson.estimate.protocol
    assert (lesson.doubts, lesson.failures, lesson.notes) == ((), (), ())


def test_the_head_names_new_sounds(tracks: tuple[Track, ...], tmp_path: Path) -> None:
    teach(tracks, OPTIONS).head.save(tmp_path / "my.head")
    model = load_model("tiny", head=tmp_path / "my.head")
    soundfile.write(tmp_path / "new.wav", melody(HZ["high"], seed=99), RATE)
    assert analyze(str(tmp_path / "new.wav"), model).label == "birds"


def test_wrong_labels_are_pointed_out(tracks: tuple[Track, ...]) -> None:
    wrong = next(i for i, t in enumerate(tracks) if t.label == "drone")
    fields = {name: getattr(tracks[wrong], name) for name in Track.__slots__}
    given = (*tracks[:wrong], Track(**{**fields, "label": "birds"}), *tracks[wrong + 1 :])
    (doubt,) = teach(given, OPTIONS).doubts
    assert (doubt.path, doubt.given, doubt.heard) == (tracks[wrong].path, "birds", "drone")


def test_what_cannot_be_learned_is_told(tracks: tuple[Track, ...], tmp_path: Path) -> None:
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(RATE, np.float32), RATE)
    more = (
        Track(str(silent), "silent", "drone"),
        Track(str(tmp_path / "none.wav"), "none", "drone"),
        Track(tracks[0].path, "single", "rare"),
    )
    lesson = teach((*tracks, *more), OPTIONS)
    assert [failure.type for failure in lesson.failures] == ["UnreadableFile"]
    assert lesson.notes == (
        "label 'rare' has 1 example and is left out",
        "1 files hold nothing but silence and are left out",
    )
    assert "rare" not in lesson.head.labels
    assert "Note: label 'rare'" in to_text(lesson)


def test_too_little_is_refused(tracks: tuple[Track, ...]) -> None:
    one_label = tuple(t for t in tracks if t.label == "drone")
    with pytest.raises(ManifestError, match="heard 8 tracks of 1 labels"):
        teach(one_label, OPTIONS)


def test_suggestions_come_from_the_unlabelled(tracks: tuple[Track, ...], tmp_path: Path) -> None:
    folder = tmp_path / "unlabelled"
    folder.mkdir()
    both = melody(HZ["low"], seed=1) + melody(HZ["high"], seed=2)
    soundfile.write(folder / "both.wav", both / 2, RATE)
    soundfile.write(folder / "plain.wav", melody(HZ["low"], seed=3), RATE)
    soundfile.write(folder / "silent.wav", np.zeros(RATE, np.float32), RATE)
    options = LessonOptions(OPTIONS.batch, fit=QUICK, suggestions=5, unlabelled=folder)
    lesson = teach(tracks, options)
    assert [Path(s.path).name for s in lesson.suggestions] == ["both.wav", "plain.wav"]
    assert lesson.suggestions[1].guess == "drone"
    (folder / "both.wav").unlink()
    (folder / "plain.wav").unlink()
    assert teach(tracks, options).suggestions == ()


def test_stored_embeddings_teach_without_hearing(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    names = [f"{i}.wav" for i in range(12)]
    rows = np.repeat(np.eye(2, 5), 6, axis=0) + 0.1 * random.standard_normal((12, 5))
    np.savez(tmp_path / "e.npz", path=names, embedding=rows, model="m@123")
    tracks = [Track(name, name, "ab"[i // 6], written_path=name) for i, name in enumerate(names)]
    lesson = teach(tracks, LessonOptions(embeddings=tmp_path / "e.npz", fit=QUICK))
    assert (lesson.head.model_id, lesson.estimate.accuracy.value) == ("m@123", 1.0)
    assert lesson.head.excerpt_temperature == lesson.head.temperature


def test_stored_embeddings_must_be_of_the_model_that_hears(
    tracks: tuple[Track, ...], tmp_path: Path
) -> None:
    names, other = [track.path for track in tracks], tmp_path / "unlabelled"
    other.mkdir()
    soundfile.write(other / "new.wav", melody(HZ["low"], seed=9), RATE)
    rows = np.random.default_rng(0).standard_normal((len(names), 8))
    options = replace(OPTIONS, embeddings=tmp_path / "e.npz")
    np.savez(tmp_path / "e.npz", path=names, embedding=rows)
    with pytest.raises(ManifestError, match=r"e.npz: has no array 'model'"):
        teach(tracks, options)
    np.savez(tmp_path / "e.npz", path=names, embedding=rows, model="other@123")
    assert teach(tracks, options).head.model_id == "other@123"
    with pytest.raises(SpaceMismatch, match=r"made with other@123, but .* with tiny@"):
        teach(tracks, replace(options, suggestions=1, unlabelled=other))


def test_two_artists_are_enough(tracks: tuple[Track, ...]) -> None:
    """With one held out, C is chosen by single tracks of the other."""
    by_two = [replace(t, artist_id=f"artist {n % 2}") for n, t in enumerate(tracks)]
    grid = replace(OPTIONS, fit=replace(QUICK, c_grid=(0.1, 1.0)))
    lesson = teach(by_two, grid)
    assert lesson.estimate.protocol == "leave one artist out"
    alone = [replace(t, artist_id="various") for t in tracks]
    assert "one artist only" in teach(alone, grid).estimate.protocol


def test_folds_of_the_manifest_decide(tracks: tuple[Track, ...]) -> None:
    fields = [{name: getattr(t, name) for name in Track.__slots__} for t in tracks]
    folded = [Track(**{**f, "fold": "1" if "train" in f["artist_id"] else "2"}) for f in fields]
    lesson = teach(folded, OPTIONS)
    assert lesson.estimate.protocol == "the 2 given folds, one held out at a time"
    assert lesson.estimate.by_artist


def test_json_form(tracks: tuple[Track, ...]) -> None:
    values = teach(tracks, OPTIONS).to_dict()
    assert values["labels"] == ["birds", "drone", "voice"]
    assert values["estimate"]["by_artist"] is True
    assert values["n_tracks"] == 24
