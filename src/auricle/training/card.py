"""The first text of a model's card: what it is and what it learnt from, before it is measured."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..models import Head
from .recipe import Recipe
from .windows import WindowSet


def draft_card(recipe: Recipe, windows: WindowSet, heads: Iterable[Head]) -> str:
    """Return a card in Markdown that claims nothing.

    Args:
        recipe: of the run.
        windows: that the network learnt from.
        heads: fitted on it.
    """
    return "\n".join([*_what_it_is(recipe), *_learnt_from(recipe, windows), *_heads(heads)]) + "\n"


def _what_it_is(recipe: Recipe) -> Iterator[str]:
    yield f"# {recipe.name} {recipe.version}"
    yield ""
    if recipe.description:
        yield f"{recipe.description}."
        yield ""
    yield f"Licence of the weights: {recipe.licence or 'not stated'}."
    yield ""
    yield (
        "Not measured yet: `auricle evaluate --manifest CSV --split validation --model FOLDER` "
        "says how well it hears tracks that it did not learn from."
    )
    yield ""


def _learnt_from(recipe: Recipe, windows: WindowSet) -> Iterator[str]:
    labels = Counter(window.label or "(none)" for window in windows.windows)
    tracks = len({window.track for window in windows.windows})
    yield "## What it learnt from"
    yield ""
    yield f"{len(windows.windows)} windows of {tracks} tracks, from:"
    yield ""
    for source in recipe.sources:
        split = f", split {source.split}" if source.split else ""
        teachers = f", with teachers ({source.teachers})" if source.teachers else ""
        yield f"- {source.name}: {source.manifest}{split}{teachers}"
    yield ""
    yield "| label | windows |"
    yield "| --- | --- |"
    for label, count in sorted(labels.items()):
        yield f"| {label} | {count} |"
    yield ""


def _heads(heads: Iterable[Head]) -> Iterator[str]:
    yield "## Heads"
    yield ""
    for head in heads:
        examples = head.meta.get("examples", {})
        named = (f"{name} ({examples[name]})" if name in examples else name for name in head.labels)
        yield f"- {head.name}: {', '.join(named)}"
