"""The light install stays light: importing costs nothing and never pulls in an extra."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import auricle.audio

PACKAGE = Path(auricle.__file__).parent
HEAVY = {"torch", "librosa", "scipy", "sklearn", "pandas", "matplotlib", "pyarrow", "onnx", "numba"}
HEAVY |= {"faiss", "openTSNE"}
EXTRA_ROOMS = {"teach", "training"}
LIGHT_MODULES = sorted(
    ".".join(("auricle", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0].removesuffix(".py") not in EXTRA_ROOMS
    and path.name != "__main__.py"
)


def modules_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and return the top-level modules it ended with."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")
    }
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{report}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_probe_sees_what_is_imported() -> None:
    assert "sqlite3" in modules_after("import sqlite3")
    assert "sqlite3" not in modules_after("pass")


def test_importing_auricle_costs_nothing() -> None:
    added = modules_after("import auricle") - modules_after("pass")
    assert "auricle" in added
    assert added <= {"auricle", *sys.stdlib_module_names}


def test_importing_every_light_module_pulls_in_no_extra() -> None:
    assert len(LIGHT_MODULES) > 10
    loaded = modules_after("\n".join(f"import {name}" for name in LIGHT_MODULES))
    assert not loaded & HEAVY


def test_touching_every_public_name_pulls_in_no_extra() -> None:
    names = ", ".join(f"auricle.{name}" for name in auricle.__all__)
    assert not modules_after(f"import auricle\n{names}") & HEAVY


def test_a_collection_is_known_without_codecs_and_network() -> None:
    code = "import auricle.library, auricle.library.walk, auricle.recommend.similar"
    loaded = modules_after(code)
    assert "sqlalchemy" in loaded
    assert not loaded & {"av", "soundfile", "soxr", "onnxruntime", "mutagen", "watchfiles"}


def test_every_name_of_the_audio_room_is_there() -> None:
    for name in auricle.audio.__all__:
        assert not inspect.ismodule(getattr(auricle.audio, name)), name
    with pytest.raises(AttributeError, match=r"'auricle\.audio' has no attribute 'decoder'"):
        _ = auricle.audio.decoder


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_top_level_help_does_not_import_typer(arguments: list[str]) -> None:
    code = f"""
import sys
sys.argv = ["auricle", *{arguments!r}]
from auricle.cli.entry import main
try:
    main()
except SystemExit as leave:
    assert not leave.code, leave.code
"""
    loaded = modules_after(code)
    assert not loaded & (HEAVY | {"typer", "click", "rich", "numpy", "onnxruntime", "av"})


def test_analysing_pulls_in_no_extra(tiny_bundle: Path) -> None:
    code = """
import io
import numpy as np
import soundfile
import auricle
tone = 0.3 * np.sin(np.arange(48_000) * 0.17).astype(np.float32)
stream = io.BytesIO()
soundfile.write(stream, tone, 16_000, format="WAV")
auricle.analyze(stream.getvalue(), auricle.load_model("tiny"))
"""
    loaded = modules_after(code)
    assert "onnxruntime" in loaded
    assert not loaded & HEAVY
