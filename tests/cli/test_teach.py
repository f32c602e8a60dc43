"""auricle teach, and what it taught in auricle classify."""

import json
from pathlib import Path

import pytest
import soundfile

from auricle.models import Head, replace_heads

from ..evaluate.songs import HZ, RATE, melody
from .conftest import Call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with four songs for each of two labels."""
    for label, register in (("drone", "low"), ("birds", "high")):
        (tmp_path / "songs" / label).mkdir(parents=True)
        for seed in range(4):
            path = tmp_path / "songs" / label / f"{seed}.wav"
            soundfile.write(path, melody(HZ[register], seed=seed), RATE)
    return tmp_path / "songs"


def test_teach_and_classify(auricle: Call, folder: Path, tmp_path: Path) -> None:
    head = tmp_path / "my.head"
    result = auricle("teach", folder, "-o", head, "--model", "tiny")
    assert result.exit_code == 0, result.output
    assert "Learned 2 labels from 8 tracks." in result.stdout
    assert "leave one track out" in result.stdout
    assert f"classify --head {head}" in result.stdout
    song = tmp_path / "new.wav"
    soundfile.write(song, melody(HZ["high"], seed=9), RATE)
    classified = auricle("classify", song, "--head", head, "--json")
    assert json.loads(classified.stdout)["label"] == "birds"


def test_a_head_is_not_praised_for_what_it_learnt(
    auricle: Call, folder: Path, tmp_path: Path
) -> None:
    manifest, head = tmp_path / "songs.csv", tmp_path / "my.head"
    songs = sorted(folder.rglob("*.wav"))
    rows = [f"{song},{song.parent.name}" for song in songs]
    manifest.write_text("\n".join(["path,label", *rows]))
    auricle("teach", manifest, "-o", head, "--model", "tiny")
    words = ("--split", "", "--head", head, "--model", "tiny")
    judged = auricle("evaluate", "-m", manifest, *words)
    assert "Learnt from: 8 of these 8 tracks" in judged.stdout
    other = tmp_path / "other.wav"
    soundfile.write(other, melody(HZ["high"], seed=9), RATE)
    manifest.write_text("\n".join(["path,label", rows[0], f"{other},birds"]))
    judged = auricle("evaluate", "-m", manifest, *words)
    assert "Learnt from: 1 of these 2 tracks" in judged.stdout


def test_what_is_left_out_or_looks_like_a_slip_is_told(
    auricle: Call, folder: Path, tmp_path: Path
) -> None:
    (folder / "birds" / "0.wav").rename(folder / "loose.wav")
    (folder / "Drone").mkdir()
    for name in ("0.wav", "1.wav"):
        (folder / "drone" / name).rename(folder / "Drone" / name)
    result = auricle("teach", folder, "-o", tmp_path / "my.head", "--model", "tiny")
    assert result.exit_code == 0, result.output
    assert "1 files lie in no folder of a label and are left out" in result.stderr
    assert "Note: 'Drone' and 'drone' are learned apart." in result.stdout


def test_json_and_suggestions(auricle: Call, folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    soundfile.write(more / "new.wav", melody(HZ["mid"], seed=5), RATE)
    words = ("--json", "--suggest", 3, "--unlabelled", more, "--music-only", "--model", "tiny")
    result = auricle("teach", folder, "-o", tmp_path / "my.head", *words)
    assert result.exit_code == 0, result.output
    values = json.loads(result.stdout)
    assert [Path(found["path"]).name for found in values["suggestions"]] == ["new.wav"]
    assert values["path"] == str(tmp_path / "my.head")
    assert Head.load(tmp_path / "my.head").meta["domain"] == "music"


def test_a_broken_example_gives_exit_code_1_and_a_head(
    auricle: Call, folder: Path, tmp_path: Path
) -> None:
    (folder / "birds" / "broken.mp3").write_text("no sound")
    result = auricle("teach", folder, "-o", tmp_path / "my.head", "--model", "tiny")
    assert result.exit_code == 1
    assert "broken.mp3" in result.stderr
    assert (tmp_path / "my.head").is_file()


def test_sources_of_a_manifest(auricle: Call, folder: Path, tmp_path: Path) -> None:
    lines = ["path,label,source"]
    for label, source in (("drone", "one"), ("birds", "one"), ("birds", "two")):
        lines += [f"songs/{label}/{i}.wav,{label},{source}" for i in range(4) if source == "one"]
    lines.append("songs/none.wav,x,two")
    (tmp_path / "m.csv").write_text("\n".join(lines))
    words = ("--source", "one", "-o", tmp_path / "my.head", "--model", "tiny")
    result = auricle("teach", tmp_path / "m.csv", *words)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "no/such/my.head"), "there is no folder no/such"),
        (("-o", "my.head", "--suggest", "3"), "belong together"),
        (("-o", "my.head", "--unlabelled", "."), "belong together"),
    ],
)
def test_wrong_usage(auricle: Call, folder: Path, words: tuple[str, ...], message: str) -> None:
    result = auricle("teach", folder, *words)
    assert result.exit_code == 2
    assert message in result.stderr.replace("\n", " ")


def test_without_scikit_learn_nothing_is_heard(
    auricle: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auricle.evaluate.linear.find_spec", lambda name: None)
    result = auricle("teach", folder, "-o", tmp_path / "my.head", "--model", "tiny")
    assert result.exit_code == 1
    assert "pip install 'auricle[teach]'" in result.stderr


def test_a_source_that_is_not_there(auricle: Call, folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "songs.csv"
    rows = [f"{song},{song.parent.name},mine" for song in sorted(folder.rglob("*.wav"))]
    manifest.write_text("\n".join(["path,label,source", *rows]))
    result = auricle("teach", manifest, "-o", tmp_path / "my.head", "--source", "yours")
    assert result.exit_code == 1
    assert "no source yours; there are mine" in result.stderr


def test_a_head_of_another_model_says_which(auricle: Call, folder: Path, tmp_path: Path) -> None:
    result = auricle("teach", folder, "-o", tmp_path / "my.head", "--model", "tiny")
    assert f"classify --head {tmp_path / 'my.head'} --model tiny" in result.stdout


def test_a_model_without_heads_can_be_taught(
    auricle: Call, model: Path, folder: Path, tmp_path: Path
) -> None:
    replace_heads(model, [])
    song = folder / "drone" / "0.wav"
    bare = auricle("classify", song, "--model", "tiny")
    assert bare.exit_code == 0, bare.output
    assert "has no head that names genres" in bare.output
    assert auricle("embed", song, "-o", tmp_path / "x.npz").exit_code == 0
    taught = auricle("teach", folder, "-o", tmp_path / "my.head", "--model", "tiny")
    assert taught.exit_code == 0, taught.output
    heard = auricle("classify", song, "--model", "tiny", "--head", tmp_path / "my.head", "--json")
    assert json.loads(heard.stdout)["label"] == "drone"
    judged = auricle("evaluate", "-m", tmp_path / "none.csv", "--model", "tiny")
    assert judged.exit_code == 1
