"""``auricle export-onnx``: the model with its front-end inside, for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from . import options
from .text import examples

EXAMPLES = examples(
    "auricle export-onnx -o auricle.onnx",
    "auricle export-onnx --model NAME -o name.onnx",
)

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("export-onnx", epilog=EXAMPLES)(export_onnx)


def export_onnx(output: Output, model: options.ModelName = None) -> None:
    """Write a model as one ONNX file for other programs.

    It takes a waveform and gives its embedding: the log-mel front-end is part of the graph. Needs
    the extra train.
    """
    from ..models import export_waveform_onnx, find_bundle
    from .lines import emit
    from .outputs import check_output

    check_output(output)
    bundle = find_bundle(model)
    export_waveform_onnx(bundle, output)
    emit(f"{output}: {bundle.id}\n")
