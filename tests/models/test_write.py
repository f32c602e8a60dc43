"""Bundles are written whole or not at all, and heads change without the backbone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import BundleCorrupt, ModelError, SpaceMismatch
from auricle.models import (
    Head,
    ModelSpec,
    load_model,
    note_learnt,
    read_bundle,
    replace_heads,
    write_bundle,
)
from auricle.models.bundle import digest_of, sha256

from ..tiny import make_tiny_bundle, tiny_head, tiny_onnx, tiny_spec, tone


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_written_bundle_loads(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "new" / "tiny", tiny_spec(), tiny_onnx(), card="# Grüße\n")
    assert sorted(snapshot(tmp_path / "new" / "tiny")) == [
        "MODEL_CARD.md",
        "golden.npz",
        "model.onnx",
        "spec.json",
    ]
    assert bundle.read("MODEL_CARD.md").decode() == "# Grüße\n"
    model = load_model(tmp_path / "new" / "tiny")
    assert model.id == bundle.id
    assert not model.heads


def test_a_bundle_tells_what_it_learnt_from(tmp_path: Path) -> None:
    song = tmp_path / "song.ogg"
    song.write_bytes(b"sound")
    digests = [digest_of(song), "0123456789abcdef"]
    folder = tmp_path / "tiny"
    written = write_bundle(folder, tiny_spec(), tiny_onnx())
    assert written.learnt_from() == frozenset()
    bundle = note_learnt(folder, digests * 2)
    assert bundle.id == written.id
    assert digests[0] == sha256(b"sound")[:16]
    assert bundle.learnt_from() == set(digests)
    assert replace_heads(folder, ()).learnt_from() == set(digests)
    assert note_learnt(folder, digests[:1]).learnt_from() == set(digests[:1])


def test_the_onnx_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(tiny_onnx())
    bundle = write_bundle(tmp_path / "tiny", tiny_spec(), tmp_path / "x.onnx")
    assert bundle.read("model.onnx") == tiny_onnx()


def test_the_id_is_known_before_writing(tmp_path: Path) -> None:
    model_id = tiny_spec().backbone_id(sha256(tiny_onnx()))
    bundle = write_bundle(tmp_path / "t", tiny_spec(), tiny_onnx(), heads=[tiny_head(model_id)])
    assert bundle.id == model_id
    assert bundle.head_names == ("genre",)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    make_tiny_bundle(tmp_path / "a")
    make_tiny_bundle(tmp_path / "b")
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def test_an_older_bundle_is_replaced_as_a_whole(tmp_path: Path) -> None:
    make_tiny_bundle(tmp_path / "tiny")
    bundle = write_bundle(tmp_path / "tiny", tiny_spec(), tiny_onnx(gain=2.0))
    assert not (tmp_path / "tiny" / "heads").exists()
    assert load_model(tmp_path / "tiny").id == bundle.id
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["tiny"]


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "a.mp3").write_bytes(b"music")
    with pytest.raises(ModelError, match="songs: holds something else"):
        write_bundle(tmp_path / "songs", tiny_spec(), tiny_onnx())
    assert snapshot(tmp_path / "songs") == {"a.mp3": b"music"}


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    assert write_bundle(tmp_path / "tiny", tiny_spec(), tiny_onnx()).name == "tiny"


def test_leftovers_of_a_broken_attempt_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "tiny.part" / "heads").mkdir(parents=True)
    (tmp_path / "tiny.part" / "heads" / "old.head").write_bytes(b"half")
    bundle = write_bundle(tmp_path / "tiny", tiny_spec(), tiny_onnx())
    assert not bundle.head_names
    assert not (tmp_path / "tiny.part").exists()
    assert not (tmp_path / "tiny" / "heads").exists()


@pytest.mark.parametrize(
    ("spec", "onnx", "error"),
    [
        (replace(tiny_spec(), dim=9), tiny_onnx(), ModelError),
        (tiny_spec(), b"no onnx", BundleCorrupt),
        (tiny_spec(), tiny_onnx(output="logits"), BundleCorrupt),
    ],
)
def test_a_backbone_that_breaks_the_contract_is_not_written(
    tmp_path: Path, spec: ModelSpec, onnx: bytes, error: type[ModelError]
) -> None:
    with pytest.raises(error):
        write_bundle(tmp_path / "tiny", spec, onnx)
    assert not (tmp_path / "tiny").exists()


def test_heads_of_another_backbone_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(SpaceMismatch, match="tiny@000000000000"):
        write_bundle(
            tmp_path / "t", tiny_spec(), tiny_onnx(), heads=[tiny_head("tiny@000000000000")]
        )
    assert not (tmp_path / "t").exists()


def test_replacing_heads_keeps_the_backbone_and_its_id(tiny_bundle: Path) -> None:
    before, files = read_bundle(tiny_bundle), snapshot(tiny_bundle)
    old = load_model(tiny_bundle).embed([tone(500)])
    warmer = replace(tiny_head(before.id), temperature=2.0)
    after = replace_heads(tiny_bundle, [warmer], card="# new\n")
    assert after.id == before.id
    assert after.head_names == ("genre",)
    assert after.read("MODEL_CARD.md") == b"# new\n"
    for name in ("model.onnx", "golden.npz"):
        assert snapshot(tiny_bundle)[name] == files[name]
    model = load_model(tiny_bundle)
    assert model.heads["genre"].temperature == 2.0
    np.testing.assert_array_equal(model.embed([tone(500)]), old)


def test_some_heads_can_be_kept(tiny_bundle: Path) -> None:
    model = load_model(tiny_bundle)
    new: Head = replace(model.heads["genre"], threshold=0.9)
    replace_heads(tiny_bundle, (model.heads | {"genre": new}).values())  # type: ignore[operator]
    again = load_model(tiny_bundle).heads
    assert again["genre"].threshold == 0.9
    assert sorted(again) == ["genre", "kind", "subgenre"]
    assert read_bundle(tiny_bundle).read("MODEL_CARD.md") == b"# tiny\n"


def test_refused_heads_leave_the_bundle_as_it_was(tiny_bundle: Path) -> None:
    before = snapshot(tiny_bundle)
    wrong_id = tiny_head("other@000000000000")
    short = replace(
        tiny_head(read_bundle(tiny_bundle).id),
        weights=np.zeros((3, 2)),
        mean=np.zeros(2),
        scale=np.ones(2),
    )
    for head, message in ((wrong_id, "other@"), (short, "reads 2 numbers")):
        with pytest.raises(SpaceMismatch, match=message):
            replace_heads(tiny_bundle, [head])
    assert snapshot(tiny_bundle) == before


def test_heads_are_not_added_to_a_damaged_bundle(tiny_bundle: Path) -> None:
    (tiny_bundle / "model.onnx").write_bytes(tiny_onnx(gain=2.0))
    with pytest.raises(BundleCorrupt, match=r"model\.onnx: SHA-256"):
        replace_heads(tiny_bundle, [])


def test_an_interruption_between_two_renames_loses_no_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tiny"
    make_tiny_bundle(folder)
    before = snapshot(folder)
    real = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make_tiny_bundle(folder, gain=2.0)
    assert snapshot(folder) == before
    monkeypatch.undo()
    folder.rename(folder.with_name("tiny.old"))  # killed at the worst instant
    bundle = write_bundle(folder, tiny_spec(), tiny_onnx())
    assert not folder.with_name("tiny.old").exists()
    assert bundle.head_names == ()
