"""A bundle is found by name or path, and any damage is named."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from auricle.errors import BundleCorrupt, BundleNotFound
from auricle.models import (
    FORMAT_VERSION,
    Bundle,
    find_bundle,
    list_bundles,
    load_model,
    models_folder,
    read_bundle,
)
from auricle.models.bundle import DEFAULT_BUNDLE, scan_bundles, sha256, spec_json

from ..tiny import make_tiny_bundle, tiny_spec

FILES = (
    "MODEL_CARD.md",
    "golden.npz",
    "heads/genre.head",
    "heads/kind.head",
    "heads/subgenre.head",
    "model.onnx",
)


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a folder of the test in place of the package, so that what is shipped is known."""
    monkeypatch.setattr("auricle.models.bundle.package_files", lambda _: tmp_path / "package")
    return tmp_path / "package" / "bundles"


def rewrite_spec(folder: Path, **changes: object) -> None:
    """Change values of spec.json and give it a valid checksum again."""
    values = json.loads((folder / "spec.json").read_text())
    values = {name: x for name, x in (values | changes).items() if name != "checksum"}
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
    (folder / "spec.json").write_text(json.dumps({**values, "checksum": sha256(canonical)}))


def test_found_by_name_path_text_and_id(tiny_bundle: Path) -> None:
    by_path = find_bundle(tiny_bundle)
    assert by_path == find_bundle("tiny") == find_bundle(str(tiny_bundle))
    assert by_path == find_bundle(by_path.id)
    assert by_path.name == "tiny"
    assert by_path.spec == tiny_spec()
    assert by_path.head_names == ("genre", "kind", "subgenre")
    assert sorted(by_path.files) == list(FILES)


def test_an_unknown_name_lists_the_known_ones(tiny_bundle: Path) -> None:
    make_tiny_bundle(models_folder() / "second", spec=tiny_spec(name="second"))
    with pytest.raises(BundleNotFound, match="'ears'; known names: second, tiny; a folder"):
        find_bundle("ears")


def test_no_bundle_at_all_says_none() -> None:
    with pytest.raises(BundleNotFound, match=f"{DEFAULT_BUNDLE!r}; known names: none"):
        find_bundle()


def test_a_path_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFound, match="nowhere"):
        find_bundle(tmp_path / "nowhere")


def test_a_path_object_is_never_taken_for_a_name(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleNotFound):
        find_bundle(Path("tiny"))
    assert find_bundle("tiny").folder == tiny_bundle


def test_another_hash_of_a_known_name_is_not_found(tiny_bundle: Path) -> None:
    with pytest.raises(BundleNotFound, match=find_bundle("tiny").id):
        find_bundle("tiny@000000000000")


def test_the_default_is_the_shipped_one(shipped: Path) -> None:
    make_tiny_bundle(shipped / DEFAULT_BUNDLE, spec=tiny_spec(name=DEFAULT_BUNDLE))
    assert find_bundle().name == DEFAULT_BUNDLE
    assert find_bundle().shipped


def test_a_shipped_bundle_comes_before_the_users(shipped: Path, tiny_bundle: Path) -> None:
    make_tiny_bundle(shipped / "tiny", gain=2.0)
    assert [bundle.shipped for bundle in list_bundles()] == [True, False]
    assert find_bundle("tiny").folder == shipped / "tiny"
    assert find_bundle("tiny").id != find_bundle(tiny_bundle).id


def test_an_id_is_found_behind_another_bundle_of_that_name(
    shipped: Path, tiny_bundle: Path
) -> None:
    make_tiny_bundle(shipped / "tiny", gain=2.0)
    mine = find_bundle(tiny_bundle)
    assert find_bundle(mine.id).folder == tiny_bundle
    with pytest.raises(BundleNotFound, match=f"there is '.*' and '{mine.id}'"):
        find_bundle("tiny@000000000000")


def test_listing_leaves_out_what_is_no_bundle_or_damaged(tiny_bundle: Path) -> None:
    (models_folder() / "notes").mkdir()
    (models_folder() / "readme.txt").write_text("hello")
    broken = Path(shutil.copytree(tiny_bundle, models_folder() / "broken"))
    (broken / "spec.json").write_text("{")
    assert [bundle.name for bundle in list_bundles()] == ["tiny"]
    scanned = dict(scan_bundles())
    assert sorted(scanned) == ["broken", "tiny"]
    assert isinstance(scanned["broken"], BundleCorrupt)
    assert isinstance(scanned["tiny"], Bundle)


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_in_any_file_is_noticed(tiny_bundle: Path, name: str) -> None:
    file = tiny_bundle / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    expected = read_bundle(tiny_bundle).files[name]
    with pytest.raises(BundleCorrupt) as caught:
        load_model(tiny_bundle)
    for part in (str(file), sha256(bytes(data)), expected, "install the bundle again"):
        assert part in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tiny_bundle: Path, name: str) -> None:
    (tiny_bundle / name).unlink()
    with pytest.raises(BundleCorrupt, match="No such file") as caught:
        load_model(tiny_bundle)
    assert str(tiny_bundle / name) in str(caught.value)


def test_a_folder_without_spec_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleCorrupt, match=r"spec\.json: No such file"):
        find_bundle(tmp_path)


def test_a_spec_cut_anywhere_is_refused(tiny_bundle: Path) -> None:
    file = tiny_bundle / "spec.json"
    text = file.read_bytes()
    for end in range(0, len(text) - 2, 41):
        file.write_bytes(text[:end])
        with pytest.raises(BundleCorrupt, match=r"spec\.json: not JSON"):
            find_bundle("tiny")


def test_a_changed_value_in_the_spec_is_noticed(tiny_bundle: Path) -> None:
    file = tiny_bundle / "spec.json"
    file.write_text(file.read_text().replace('"f_min": 30.0', '"f_min": 31.0'))
    with pytest.raises(BundleCorrupt, match="checksum is [0-9a-f]{64}, expected [0-9a-f]{64}"):
        find_bundle("tiny")


def test_a_newer_format_asks_for_an_upgrade(tiny_bundle: Path) -> None:
    rewrite_spec(tiny_bundle, format_version=FORMAT_VERSION + 1, news={"shape": "round"})
    with pytest.raises(BundleCorrupt, match="format_version is 2, this auricle reads up to 1"):
        find_bundle("tiny")


@pytest.mark.parametrize("text", ["[]", "3", "{}", '{"format_version": "1"}'])
def test_other_json_is_no_bundle(tiny_bundle: Path, text: str) -> None:
    (tiny_bundle / "spec.json").write_text(text)
    with pytest.raises(BundleCorrupt, match="not a model bundle"):
        find_bundle("tiny")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"files": None}, "must list model.onnx"),
        ({"files": {"golden.npz": "0"}}, "must list model.onnx"),
        ({"dim": -1}, "dim must be positive"),
        ({"surprise": 1}, "surprise"),
        ({"format_version": 0}, "format_version must be 1"),
    ],
)
def test_a_valid_checksum_does_not_excuse_nonsense(
    tiny_bundle: Path, changes: dict[str, Any], message: str
) -> None:
    rewrite_spec(tiny_bundle, **changes)
    with pytest.raises(BundleCorrupt, match=message):
        find_bundle("tiny")


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "heads/../../x", "c:evil", "a\\b", "", "./model"]
)
def test_a_bundle_cannot_point_outside_its_folder(tiny_bundle: Path, name: str) -> None:
    rewrite_spec(tiny_bundle, files={**read_bundle(tiny_bundle).files, name: "0" * 64})
    with pytest.raises(BundleCorrupt, match="names inside the folder only"):
        find_bundle("tiny")


def test_only_listed_files_are_read(tiny_bundle: Path) -> None:
    (tiny_bundle / "heads" / "extra.head").write_bytes(b"not listed")
    assert "extra" not in load_model(tiny_bundle).heads
    with pytest.raises(BundleCorrupt, match="lists no file"):
        find_bundle("tiny").read("heads/extra.head")


def test_spec_json_is_readable_and_stable() -> None:
    text = spec_json(tiny_spec(), {"b": "1", "a": "2"})
    assert text == spec_json(tiny_spec(), {"a": "2", "b": "1"})
    assert json.loads(text)["features"]["n_mels"] == 64
    assert text.endswith(b"}\n")
