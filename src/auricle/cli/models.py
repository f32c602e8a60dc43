"""``auricle models``: what can be given to ``--model``."""

from typing import Annotated

import typer

from .text import examples

EXAMPLES = examples(
    "auricle models", "auricle models --json", "auricle classify song.mp3 --model NAME"
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line and model.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=EXAMPLES)(models)


def models(as_json: AsJson = False) -> None:
    """List the models that are installed.

    Some are shipped with auricle, others lie in the folder for your own.
    """
    from ..models import DEFAULT_BUNDLE, list_bundles, models_folder
    from .lines import emit, json_line

    bundles = list_bundles()
    for bundle in bundles:
        row = {
            "name": bundle.name,
            "id": bundle.id,
            "default": bundle.name == DEFAULT_BUNDLE,
            "dim": bundle.spec.dim,
            "heads": list(bundle.head_names),
            "licence": bundle.spec.licence,
            "description": bundle.spec.description,
            "folder": str(bundle.folder),
        }
        emit(json_line(row) if as_json else _paragraph(row))
    if not as_json:
        emit(f"Your own models go into {models_folder()}\n")


def _paragraph(row: dict[str, object]) -> str:
    """Return a model as a few lines."""
    mark = " (default)" if row["default"] else ""
    heads = row["heads"]
    names = ", ".join(map(str, heads)) if isinstance(heads, list) else ""
    return (
        f"{row['id']}{mark}\n  {row['description']}\n"
        f"  {row['dim']} numbers per track, heads: {names or 'none'}, {row['licence']}\n"
        f"  {row['folder']}\n\n"
    )
