"""Heads are fitted on the finished embedding, from labels or from a teacher."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auricle.analysis import analyze
from auricle.errors import TrainingError
from auricle.evaluate.crossfit import Examples, FitOptions
from auricle.models import Head, check_golden, find_bundle, load_model
from auricle.teach.fit import ExcerptExamples, HeadSpec, fit_head
from auricle.training.data import TrainingData
from auricle.training.export import export_bundle, load_backbone, to_onnx
from auricle.training.fit import Trainer
from auricle.training.head_recipe import ExampleRecipe, HeadRecipe
from auricle.training.heads import check_heads, fit_heads, read_examples, rename
from auricle.training.recipe import Recipe

EXAMPLES = (ExampleRecipe("manifest.csv", ".", where={"split": ["train"]}),)
GENRE = HeadRecipe("genre", {"tone": "flute", "noise": "wind"}, EXAMPLES)
SUBGENRE = HeadRecipe(
    "subgenre",
    {"b": "bee", "a": "ay"},
    teacher_output="a_logits",
    teacher_labels="classes.txt",
)


@pytest.fixture
def run(world: Path, recipe: Recipe, tmp_path: Path) -> tuple[TrainingData, Path]:
    """A finished run with a bundle that has no heads yet."""
    data = TrainingData.open(recipe, world, tmp_path / "cache")
    Trainer(recipe, data, tmp_path / "run").fit()
    export_bundle(tmp_path / "run", tmp_path / "bundle", data)
    (world / "classes.txt").write_text("a\nb\nc\nd\ne\n")
    return data, tmp_path / "bundle"


def test_heads_from_labels_and_teacher(
    world: Path, recipe: Recipe, run: tuple[TrainingData, Path]
) -> None:
    data, bundle = run
    before = load_model(bundle).id
    fit_heads(replace(recipe, heads=(GENRE, SUBGENRE)), data, world, bundle)
    model = load_model(bundle)
    assert model.id == before
    assert model.heads["genre"].labels == ("flute", "wind")
    assert model.heads["subgenre"].labels == ("bee", "ay")
    assert model.heads["subgenre"].task == "multi"
    found = analyze(world / "audio" / "8.wav", model)
    assert {genre.label for genre in found.genres} == {"flute", "wind"}


def test_bags_balance_and_sources_reach_the_fit(
    world: Path,
    recipe: Recipe,
    run: tuple[TrainingData, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[FitOptions, set[str]]] = []

    def listen(examples: Examples, spec: HeadSpec, *, excerpts: ExcerptExamples) -> Head:
        asked.append((spec.fit, set(examples.sources)))
        return fit_head(examples, spec, excerpts=excerpts)

    monkeypatch.setattr("auricle.training.heads.fit_head", listen)
    data, bundle = run
    heads = (GENRE, replace(GENRE, name="kind", bags=3, balance=0.5, by_source=True))
    fit_heads(replace(recipe, heads=heads), data, world, bundle)
    assert [(fit.bags, fit.balance, sources) for fit, sources in asked] == [
        (1, 1.0, set()),
        (3, 0.5, {"manifest.csv"}),
    ]


def test_a_head_can_be_calibrated_on_tracks_that_nothing_learnt_from(
    world: Path, recipe: Recipe, run: tuple[TrainingData, Path]
) -> None:
    data, bundle = run
    unseen = (ExampleRecipe("manifest.csv", ".", where={"split": ["validation"]}),)
    fit_heads(replace(recipe, heads=(replace(GENRE, calibration=unseen),)), data, world, bundle)
    meta = load_model(bundle).heads["genre"].meta
    assert sum(meta["examples"].values()) == 8
    assert meta["calibrated_on"] == 4


def test_teacher_head_reproduces_the_teacher_on_average(
    world: Path, recipe: Recipe, run: tuple[TrainingData, Path]
) -> None:
    data, bundle = run
    fit_heads(replace(recipe, heads=(SUBGENRE,)), data, world, bundle)
    model = load_model(bundle)
    rows = np.stack([data.train.cache.window(i).T for i in data.train.ready()])
    embeddings = model.session.run(rows.astype(np.float32))
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    wanted = 1 / (1 + np.exp(-data.train.windows.teachers["a_logits"][:, [1, 0]]))
    found = model.heads["subgenre"].probabilities(units)
    np.testing.assert_allclose(found.mean(0), wanted.mean(0), atol=0.02)


def test_examples_follow_split_and_names(world: Path) -> None:
    examples = list(read_examples(GENRE, world))
    assert len(examples) == 8
    assert {example.label for example in examples} == {"flute", "wind"}
    assert {example.group for example in examples} == {f"artist{i}" for i in range(4)}


def test_a_source_is_what_the_manifest_says_or_else_the_manifest(world: Path) -> None:
    assert {example.source for example in read_examples(GENRE, world)} == {"manifest.csv"}
    header, *rows = (world / "manifest.csv").read_text().splitlines()
    told = [f"{header},source", *(f"{row},radio" for row in rows)]
    (world / "manifest.csv").write_text("\n".join(told))
    assert {example.source for example in read_examples(GENRE, world)} == {"radio"}


def test_rename_knows_every_other() -> None:
    assert rename("x", {"x": "y", "*": "z"}) == "y"
    assert rename("w", {"x": "y", "*": "z"}) == "z"
    assert rename("w", {"x": "y"}) == ""


def test_a_head_without_examples_is_an_error(
    world: Path, recipe: Recipe, run: tuple[TrainingData, Path]
) -> None:
    data, bundle = run
    nothing = replace(GENRE, labels={"guitar": "guitar"})
    with pytest.raises(TrainingError, match="'genre' has no example"):
        fit_heads(replace(recipe, heads=(nothing,)), data, world, bundle)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (replace(GENRE, labels={"guitar": "guitar"}), "'genre' has no example"),
        (replace(GENRE, examples=(ExampleRecipe("none.csv", "."),)), "none.csv: manifest cannot"),
        (replace(GENRE, calibration=(ExampleRecipe("none.csv", "."),)), "none.csv: manifest"),
        (replace(SUBGENRE, teacher_labels="none.txt"), "none.txt: class names cannot be read"),
        (replace(SUBGENRE, labels={"z": "zed"}), "classes.txt: has no class named z"),
    ],
)
def test_what_a_head_lacks_is_told_before_training(
    world: Path, recipe: Recipe, head: HeadRecipe, words: str
) -> None:
    (world / "classes.txt").write_text("a\nb\nc\nd\ne\n")
    check_heads(replace(recipe, heads=(GENRE, SUBGENRE)), world)
    with pytest.raises(TrainingError, match=words):
        check_heads(replace(recipe, heads=(GENRE, head)), world)


def test_an_output_that_no_teacher_has_is_named(
    world: Path, recipe: Recipe, run: tuple[TrainingData, Path]
) -> None:
    data, bundle = run
    unknown = replace(SUBGENRE, teacher_output="c_logits")
    with pytest.raises(TrainingError, match="no teacher has an output 'c_logits'"):
        fit_heads(replace(recipe, heads=(unknown,)), data, world, bundle)


def test_exported_network_is_the_trained_one(run: tuple[TrainingData, Path]) -> None:
    """ONNX Runtime and PyTorch agree on real windows, and the golden vectors hold."""
    import torch

    data, bundle = run
    backbone, recipe = load_backbone(bundle.parent / "run", data), data.recipe
    log_mels = np.stack([data.train.cache.window(i).T for i in range(3)]).astype(np.float32)
    model = load_model(bundle)
    with torch.inference_mode():
        expected = backbone(torch.from_numpy(log_mels)[:, None]).numpy()
    np.testing.assert_allclose(model.session.run(log_mels), expected, atol=1e-4)
    assert model.spec.features == recipe.features
    assert check_golden(model, find_bundle(bundle)).embedding_error < 1e-4
    assert len(to_onnx(backbone, recipe.features.n_mels)) > 1000


def test_components_may_come_and_go_when_all_is_learnt(
    run: tuple[TrainingData, Path], recipe: Recipe, world: Path, tmp_path: Path
) -> None:
    _, bundle = run
    assert load_model(bundle).spec.dim == 6 + 4
    plain = replace(recipe, network=replace(recipe.network, components=0))
    data = TrainingData.open(plain, world, tmp_path / "cache")
    export_bundle(bundle.parent / "run", tmp_path / "plain", data)
    assert load_model(tmp_path / "plain").spec.dim == 6


def test_a_folder_without_checkpoint_is_named(run: tuple[TrainingData, Path]) -> None:
    data, bundle = run
    with pytest.raises(TrainingError, match="holds no checkpoint"):
        load_backbone(bundle, data)


def test_one_label_is_refused_before_anything_is_learnt(world: Path, recipe: Recipe) -> None:
    lame = replace(recipe, heads=(replace(GENRE, labels={"tone": "flute"}),))
    with pytest.raises(TrainingError, match="head 'genre' has examples of one label only, 'flute'"):
        check_heads(lame, world)


def test_labels_that_no_head_names_are_told(world: Path, recipe: Recipe) -> None:
    with (world / "manifest.csv").open() as handle:
        lines = handle.read().replace("clip1,noise", "clip1,hum")
    (world / "hum.csv").write_text(lines)
    examples = (ExampleRecipe("hum.csv", ".", where={"split": ["train"]}),)
    (note,) = check_heads(replace(recipe, heads=(replace(GENRE, examples=examples),)), world)
    assert note == "head 'genre' names no label for, and leaves out: hum (1)"
    assert check_heads(replace(recipe, heads=(GENRE,)), world) == ()
