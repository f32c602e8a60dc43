"""``auricle train`` from the outside."""

import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auricle.cli.app import app
from auricle.models import load_model

from ..training.conftest import recipe, world

__all__ = ["recipe", "world"]

RECIPE = """
name = "mine"
window_s = 2.0
[[sources]]
name = "mine"
manifest = "manifest.csv"
audio_dir = "."
split = "train"
[network]
timbre_bands = [9]
timbre_filters = [4]
rhythm_frames = [5]
rhythm_filters = [3]
width = 8
depth = 2
dim = 6
[augment]
crop_s = [1.0, 2.0]
[loss]
label = 1.0
[schedule]
epochs = 1
batch_size = 4
[[heads]]
name = "genre"
labels = { "*" = "sound", tone = "tone" }
[[heads.examples]]
manifest = "manifest.csv"
audio_dir = "."
"""


def invoke(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["train", *map(str, arguments)])
    return result.exit_code, result.output


def test_own_labels_become_a_model(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(RECIPE)
    assert tomllib.loads(RECIPE)["name"] == "mine"
    run, cache = tmp_path / "run", tmp_path / "cache"
    code, output = invoke(path, "--data", world, "-o", run, "--cache", cache, "--threads", 1)
    assert code == 0, output
    assert output.strip() == str(run / "bundle")
    assert load_model(run / "bundle").heads["genre"].labels == ("sound", "tone")


def test_a_file_that_cannot_be_heard_is_told_once_and_left_out(world: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(world, data)
    broken = data / "audio" / "3.wav"
    broken.write_bytes(b"not audio at all")
    path = tmp_path / "mine.toml"
    path.write_text(RECIPE)
    run, cache = tmp_path / "run", tmp_path / "cache"
    code, output = invoke(path, "--data", data, "-o", run, "--cache", cache, "--threads", 1)
    assert code == 1
    assert output.count(str(broken)) == 1
    assert output.splitlines()[-1] == str(run / "bundle")
    head = load_model(run / "bundle").heads["genre"]
    assert sum(head.meta["examples"].values()) == 11


def test_a_measured_run_is_fitted_again(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(
        RECIPE + "where = { split = ['train'] }\n"
        "[[heads.calibration]]\nmanifest = 'manifest.csv'\naudio_dir = '.'\n"
        "where = { split = ['validation'] }\n"
    )
    assert invoke("mine.toml", "--data", world)[0] == 0
    code, output = invoke("mine.toml", "--data", world, "--refit", "runs/mine/bundle")
    assert code == 0, output
    assert output.strip() == "runs/mine-refit/bundle"
    head = load_model(Path(output.strip())).heads["genre"]
    assert sum(head.meta["examples"].values()) == 12


@pytest.mark.parametrize("text", ["name = ", "name = 'x'"])
def test_a_wrong_recipe_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    code, output = invoke(path)
    assert code == 1
    assert output.startswith("auricle: error:")
    assert "wrong.toml" in output
    assert output.count("\n") == 1
