"""Which windows a recipe means."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import ManifestError, TrainingError
from auricle.training.recipe import Recipe
from auricle.training.recipe_parts import SourceRecipe
from auricle.training.windows import read_windows

from .conftest import N_CLIPS


def source(**changes: str) -> SourceRecipe:
    values = {
        "name": "world",
        "manifest": "manifest.csv",
        "audio_dir": ".",
        "teachers": "teachers.npz",
    }
    return SourceRecipe(**(values | changes))  # type: ignore[arg-type]


def test_only_the_wanted_split_is_read(world: Path, recipe: Recipe) -> None:
    train = read_windows(recipe.sources, world, 2.0)
    held_out = read_windows(recipe.validation, world, 2.0)
    assert len(train.windows) == N_CLIPS - 4
    assert len(held_out.windows) == 4
    assert not {w.path for w in train.windows} & {w.path for w in held_out.windows}


def test_teacher_rows_follow_their_windows(world: Path) -> None:
    found = read_windows((source(split="validation"),), world, 2.0)
    with np.load(world / "teachers.npz") as archive:
        np.testing.assert_array_equal(found.teachers["a_embedding"], archive["a_embedding"][-4:])
    assert set(found.teachers) == {"a_embedding", "b_embedding", "a_logits", "b_tags"}


def test_labels_and_groups(world: Path) -> None:
    found = read_windows((source(),), world, 2.0)
    assert found.labels == ("noise", "tone")
    assert found.label_indices(("tone",)).tolist() == [0, -1] * (N_CLIPS // 2)
    assert found.windows[0].group == found.windows[1].group == "artist0"


def test_without_teachers_a_track_is_cut_into_windows(world: Path) -> None:
    found = read_windows((source(teachers=""),), world, 0.9)
    assert len(found.windows) == 2 * N_CLIPS
    assert [w.start_s for w in found.windows[:2]] == [0.0, 0.9]
    assert found.teachers == {}


def test_audio_is_found_by_checksum(world: Path, tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef.ogg").write_bytes(b"")
    (tmp_path / "m.csv").write_text("sha256,duration_s\n0123456789abcdef9999,3\n")
    found = read_windows((source(manifest="m.csv", teachers=""),), tmp_path, 3.0)
    assert found.windows[0].path.name == "0123456789abcdef.ogg"


def test_hash_tells_other_windows(world: Path) -> None:
    whole, part = (read_windows((source(split=s),), world, 2.0) for s in ("", "train"))
    assert whole.hash != part.hash
    assert whole.hash == read_windows((source(),), world, 2.0).hash


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"manifest": "none.csv"}, TrainingError, "none.csv"),
        ({"teachers": "none.npz"}, TrainingError, "none.npz"),
        ({"key": "isrc"}, ManifestError, "no column isrc"),
        ({"split": "test"}, TrainingError, "hold no track"),
    ],
)
def test_what_is_missing_is_named(
    world: Path, changes: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        read_windows((source(**changes),), world, 2.0)


def test_missing_audio_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("sha256\nfeedbeeffeedbeef00\n")
    with pytest.raises(TrainingError, match="feedbeeffeedbeef"):
        read_windows((source(manifest="m.csv", teachers=""),), tmp_path, 3.0)


def test_sources_with_and_without_teachers_do_not_mix(world: Path) -> None:
    with pytest.raises(TrainingError, match="some sources have teachers"):
        read_windows((source(), source(teachers="")), world, 2.0)


def test_a_column_that_the_teacher_file_lacks_is_named(world: Path) -> None:
    with np.load(world / "teachers.npz") as archive:
        np.savez(world / "no_times.npz", clip_id=archive["clip_id"], a_embedding=archive["clip_id"])
    with pytest.raises(TrainingError, match=r"no_times.npz: holds no duration_s, start_s; it has"):
        read_windows((source(teachers="no_times.npz"),), world, 2.0)


def test_what_a_teacher_did_not_hear_is_nan(world: Path) -> None:
    with np.load(world / "teachers.npz") as archive:
        heard = {name: archive[name] for name in archive.files if not name.startswith("a_")}
    np.savez(world / "only_b.npz", **heard)
    both = read_windows((source(), source(teachers="only_b.npz")), world, 2.0)
    half = len(both.windows) // 2
    assert np.isfinite(both.teachers["b_embedding"]).all()
    assert np.isfinite(both.teachers["a_embedding"][:half]).all()
    assert np.isnan(both.teachers["a_embedding"][half:]).all()


def test_changed_versions_belong_to_their_track(world: Path) -> None:
    with (world / "manifest.csv").open(newline="") as handle:
        rows = [{**row, "origin": "original"} for row in csv.DictReader(handle)]
    with (world / "changed.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    changed = read_windows((source(manifest="changed.csv"),), world, 2.0)
    plain = read_windows((source(),), world, 2.0)
    assert {window.track for window in changed.windows} == {"original"}
    assert plain.windows[0].track == plain.windows[0].path.stem


def hear_in_time(world: Path, name: str, **steps: np.ndarray) -> None:
    """Write the world's teachers once more, with what they heard in time."""
    with np.load(world / "teachers.npz") as archive:
        np.savez(world / name, **archive, **steps)


def test_what_was_heard_in_time_stands_apart_and_is_nan_where_nobody_heard(world: Path) -> None:
    ones, zeros = np.ones((N_CLIPS, 5, 3), np.float16), np.zeros((N_CLIPS, 5, 2), np.float16)
    hear_in_time(world, "in_time.npz", a_steps=ones, b_steps=zeros)
    both = read_windows((source(teachers="in_time.npz"), source()), world, 2.0)
    assert set(both.teachers) == {"a_embedding", "b_embedding", "a_logits", "b_tags"}
    assert both.steps is not None
    assert both.steps.dtype == np.float16
    assert both.steps.shape == (2 * N_CLIPS, 5, 5)
    assert both.steps[0, 0].tolist() == [1, 1, 1, 0, 0]
    assert np.isnan(both.steps[N_CLIPS:]).all()
    assert read_windows((source(),), world, 2.0).steps is None


def test_steps_of_different_lengths_are_refused(world: Path) -> None:
    ones, zeros = np.ones((N_CLIPS, 5, 3), np.float16), np.zeros((N_CLIPS, 4, 3), np.float16)
    hear_in_time(world, "uneven.npz", a_steps=ones, b_steps=zeros)
    with pytest.raises(TrainingError, match="steps of different lengths"):
        read_windows((source(teachers="uneven.npz"),), world, 2.0)


def test_without_a_duration_the_file_is_asked(world: Path) -> None:
    with (world / "manifest.csv").open(newline="") as handle:
        rows = [{**row, "duration_s": ""} for row in csv.DictReader(handle)]
    with (world / "short.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=[n for n in rows[0] if n != "duration_s"])
        writer.writeheader()
        writer.writerows({n: v for n, v in row.items() if n != "duration_s"} for row in rows)
    told = read_windows((source(teachers=""),), world, 0.9)
    asked = read_windows((source(teachers="", manifest="short.csv"),), world, 0.9)
    assert len(asked.windows) == len(told.windows) == 2 * N_CLIPS


def test_identity_follows_what_is_learnt_not_where_it_lies(world: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(world, elsewhere)
    whole = read_windows((source(),), world, 2.0)
    moved = read_windows((source(),), elsewhere, 2.0)
    assert whole.hash != moved.hash
    assert whole.identity == moved.identity
    changed = {name: values + (name == "b_embedding") for name, values in moved.teachers.items()}
    assert replace(moved, teachers=changed).identity != whole.identity
    first, *rest = moved.windows
    relabelled = replace(moved, windows=(replace(first, label="x"), *rest))
    assert relabelled.identity != whole.identity
