"""Run the installed wheel as a newcomer would: python .ci/check_wheel.py SCRATCH [--music FOLDER].

Run it with the Python of an environment that holds the wheel and nothing else.
"""

import argparse
import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "librosa", "scipy", "sklearn", "matplotlib", "pandas", "onnx")
AURICLE = Path(sys.executable).with_name("auricle")


def main() -> int:
    """Run the checks; an AssertionError names the one that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--music", type=Path)
    options = parser.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    check_environment(options.scratch)
    if options.music is None:
        for command in (["--help"], ["--version"], ["models"], ["doctor"], ["demo"]):
            print(run(command, options.scratch))
    else:
        check_music(sorted(options.music.iterdir()), options)
    return 0


def run(arguments: list[str], scratch: Path) -> str:
    """Run auricle in the scratch folder, show what it says on stderr, and return its stdout."""
    print("$ auricle", *arguments, flush=True)
    done = subprocess.run(
        [AURICLE, *arguments], cwd=scratch, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}"
    assert done.stdout, "it printed nothing"
    return done.stdout


def check_environment(scratch: Path) -> None:
    """The package comes from the wheel, and nothing heavy is installed."""
    present = [name for name in HEAVY if importlib.util.find_spec(name)]
    assert not present, f"the light environment holds {', '.join(present)}"
    place = subprocess.run(
        [sys.executable, "-c", "import auricle; print(auricle.__file__)"],
        cwd=scratch,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "site-packages" in place, f"auricle comes from {place}"


def check_music(files: list[Path], options: argparse.Namespace) -> None:
    """Every real file gets a complete line, in input order."""
    assert files, f"no music in {options.music}"
    print(run(["classify", *map(str, files)], options.scratch))
    for extra in ([], ["--profile", "fast"], ["--jobs", "2"]):
        output = run(["classify", "--json", *extra, *map(str, files)], options.scratch)
        lines = [json.loads(line) for line in output.splitlines()]
        assert [line["path"] for line in lines] == [str(path) for path in files]
        for line in lines:
            check_line(line)
        print(f"{len(lines)} files, {sum(line['duration_s'] for line in lines):.0f} s of music")


def check_line(line: dict) -> None:
    """One JSON line says what it should."""
    assert "error" not in line, line
    total = math.fsum(genre["probability"] for genre in line["genres"])
    assert abs(total - 1) < 1e-3, f"{line['path']}: the genres sum to {total}"
    ranked = [genre["probability"] for genre in line["genres"]]
    assert ranked == sorted(ranked, reverse=True), f"{line['path']}: genres are not sorted"
    assert line["duration_s"] > 1, line
    assert line["timeline"], f"{line['path']}: no timeline"
    name, _, digest = line["model"].partition("@")
    assert name, line["model"]
    assert len(digest) == 12, line["model"]


if __name__ == "__main__":
    sys.exit(main())
