"""The documentation is true: links resolve, snippets run, commands and options exist."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
import soundfile
import typer.main

import auricle
from auricle.cli.app import app
from auricle.library import ScanReport
from auricle.recommend.coldstart import ReadReport
from auricle.recommend.coldstart.evaluation import RecommendReport
from auricle.training.recipe import Recipe

from .test_architecture import ROOM_OF_LIBRARY
from .tiny import make_tiny_bundle, tiny_spec

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
HAND_WRITTEN = [page for page in PAGES if page.name not in {"cli.md", "recipe.md"}]

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
SHIPPED_NAME = "auricle-1"


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    language: str
    text: str


def blocks(*languages: str, pages: list[Path] = PAGES) -> Iterator[Block]:
    for page in pages:
        for language, text in FENCE.findall(page.read_text("utf-8")):
            if language in languages:
                yield Block(page, language, text)


def lines(program: str, pages: list[Path] = PAGES) -> list[tuple[str, str]]:
    """Return (page, command line) of every documented call of a program."""
    found = []
    for block in blocks("bash", "console", "sh", pages=pages):
        for line in block.text.splitlines():
            call = line.removeprefix("$ ").partition("  #")[0].rpartition("| ")[2].strip()
            if call.split()[:1] == [program]:
                found.append((block.page.name, call))
    return sorted(set(found))


COMMANDS = typer.main.get_command(app).commands
EVERY_COMMAND = COMMANDS | {
    f"{group} {name}": command
    for group, found in COMMANDS.items()
    for name, command in getattr(found, "commands", {}).items()
}
CALLS = lines("auricle")


# Links


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.replace("`", "")) for heading in headings]
    return {heading.strip().lower().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_internal_links_resolve(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        targets = LINK.findall(page.read_text("utf-8"))
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in targets]
    assert not {page.name for page in PAGES} - {page.name for page in reached}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_private_place(page: Path) -> None:
    assert not re.findall(r"/root/|/home/\w+|\bTODO\b|\bTBD\b", page.read_text("utf-8"))


# Commands


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_documented_command_and_options_exist(page: str, call: str) -> None:
    _, *words = shlex.split(call)
    if not words or words[0].startswith("-"):
        return
    assert words[0] in COMMANDS, f"{page}: {call}"
    if hasattr(COMMANDS[words[0]], "commands") and words[1:]:
        default = getattr(COMMANDS[words[0]], "default_command", None)
        if default and " ".join(words[:2]) not in EVERY_COMMAND:
            words.insert(1, default)
        assert " ".join(words[:2]) in EVERY_COMMAND, f"{page}: {call}"
    command = EVERY_COMMAND.get(" ".join(words[:2]), COMMANDS[words[0]])
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    known |= {name for parameter in command.params for name in parameter.secondary_opts}
    used = {word.partition("=")[0] for word in words[1:] if word.startswith("-") and word != "-"}
    assert used <= known, f"{page}: {call}"


@pytest.mark.parametrize("name", sorted(EVERY_COMMAND))
def test_command_is_documented(name: str) -> None:
    assert any(f"auricle {name}" in page.read_text("utf-8") for page in HAND_WRITTEN)
    assert re.search(rf"^#+ .*\bauricle {name}\b", (ROOT / "docs/cli.md").read_text("utf-8"), re.M)


@pytest.mark.parametrize("name", sorted(EVERY_COMMAND))
def test_command_and_options_have_help(name: str) -> None:
    command = EVERY_COMMAND[name]
    assert command.help
    silent = [p.name for p in command.params if p.param_type_name == "option" and not p.help]
    assert not silent


@pytest.mark.parametrize("block", [*blocks("toml")], ids=lambda block: block.page.name)
def test_documented_recipes_can_be_read(block: Block) -> None:
    assert Recipe.from_dict(tomllib.loads(block.text)).sources


@pytest.mark.parametrize(("page", "call"), lines("bash") + lines("python"))
def test_documented_scripts_exist(page: str, call: str) -> None:
    _, script, *options = shlex.split(call)
    assert (ROOT / script).is_file(), f"{page}: {call}"
    if script.startswith("benchmarks/"):
        source = (ROOT / script).read_text("utf-8")
        missing = [word for word in options if word.startswith("--") and f'"{word}"' not in source]
        assert not missing, f"{page}: {call}"


def test_documented_extras_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = set(project["optional-dependencies"])
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = {name for group in re.findall(r"'\.\[([\w,]+)\]'", text) for name in group.split(",")}
    assert named
    assert named <= extras
    assert all(f"`{name}`" in text for name in extras)


def test_readme_shows_install_main_job_and_tests_first() -> None:
    first_screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:30]
    for command in ("pip install .", "auricle classify song.mp3", "auricle demo"):
        assert command in first_screen
    assert "bash scripts/test" in first_screen


# Snippets


@pytest.fixture
def workshop(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with song.mp3, music/, list.txt, my-genres/ and a default model."""
    if not (Path(auricle.__file__).parent / "bundles" / SHIPPED_NAME).is_dir():
        make_tiny_bundle(home / "models" / SHIPPED_NAME, spec=tiny_spec(name=SHIPPED_NAME))
    folder = tmp_path / "workshop"
    (folder / "music").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for label, hz in (("low", 110.0), ("high", 1760.0)):
        (folder / "my-genres" / label).mkdir(parents=True)
        for index in range(5):
            write_song(folder / "my-genres" / label / f"{index}.wav", hz * (1 + index / 20), rng)
    write_song(folder / "song.mp3", 440.0, rng)
    shutil.copy(folder / "song.mp3", folder / "music" / "one.mp3")
    write_song(folder / "music" / "two.flac", 220.0, rng)
    (folder / "list.txt").write_text("music/one.mp3\nmusic/two.flac\n", "utf-8")
    monkeypatch.chdir(folder)
    return folder


def write_song(path: Path, hz: float, rng: np.random.Generator) -> None:
    seconds = np.arange(6 * 22_050) / 22_050
    tones = sum(np.sin(2 * np.pi * hz * k * seconds) / k for k in (1, 2, 3))
    beat = rng.normal(size=seconds.size) * np.exp(-10 * (seconds % 0.5))
    soundfile.write(path, (0.2 * tones + 0.1 * beat).astype(np.float32), 22_050)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(blocks("python", pages=[page]))], ids=lambda p: p.name
)
def test_python_snippets_run(page: Path, workshop: Path) -> None:
    """The snippets of a page run in order in one namespace, and say something."""
    source = "\n".join(block.text for block in blocks("python", pages=[page]))
    namespace: dict[str, object] = {"__name__": "snippet"}
    exec(compile(source, str(page), "exec"), namespace)
    made = namespace.get("analysis") or namespace.get("report")
    assert isinstance(made, auricle.Analysis | ReadReport | ScanReport | RecommendReport)


@pytest.mark.parametrize("name", ["README.md", "quickstart.md", "models.md"])
def test_documented_commands_run(
    name: str, workshop: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every call on the page succeeds, in the order of the page, in one folder."""
    for block in blocks("bash", pages=[page for page in PAGES if page.name == name]):
        for line in block.text.splitlines():
            if "auricle " not in line or line.startswith(("pip ", "auricle train")):
                continue
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", line],
                env=environment(workshop),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            assert done.stdout or " -o " in line or "--timeline" in line, line


def environment(workshop: Path) -> dict[str, str]:
    scripts = Path(sys.executable).parent
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return measured | {
        "PATH": f"{scripts}:/usr/bin:/bin",
        "AURICLE_HOME": str(workshop.parent / "home"),
        "MPLCONFIGDIR": str(workshop.parent / "matplotlib"),
        "LANG": "C.UTF-8",
    }


def test_json_snippets_are_json() -> None:
    found = list(blocks("json"))
    assert found
    for block in found:
        line = json.loads(block.text)
        assert {"path", "label", "genres", "timeline", "model"} <= set(line)


# What is told twice


def test_design_draws_the_layers_that_are_enforced() -> None:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    enforced = [layer.replace("auricle.", "") for layer in tables["contracts"][0]["layers"]]
    drawn = [block.text.split("\n")[:-1] for block in blocks("", pages=[ROOT / "docs/design.md"])]
    assert enforced in drawn


def test_design_lists_the_rooms_of_libraries() -> None:
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    for library, rooms in ROOM_OF_LIBRARY.items():
        name = {"sklearn": "scikit-learn"}.get(library, library)
        row = next((r for r in text.splitlines() if re.match(rf"\| .*\b{name}\b.* \|", r)), "")
        assert all(f"`{room}`" in row for room in rooms), f"{library}: {row!r}"


def load_tables(name: str = "tables") -> ModuleType:
    path = ROOT / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_come_from_the_results() -> None:
    tables = load_tables()
    pages = [page.read_text("utf-8") for page in tables.PAGES]
    assert [tables.render(page, ROOT / "benchmarks" / "results") for page in pages] == pages
    named = [name for page in pages for name in re.findall(r"<!-- table: (\w+) -->", page)]
    assert named == list(tables.TABLES)


def test_tables_of_recommenders_come_from_the_results() -> None:
    tables = load_tables("recommend_tables")
    page = tables.PAGE.read_text("utf-8")
    assert tables.render(page, tables.RESULTS) == page
    assert [match[1] for match in tables.PLACE.findall(page)] == list(tables.TABLES)


def test_a_new_result_changes_the_table(tmp_path: Path) -> None:
    tables = load_tables()
    page = "before\n<!-- table: accuracy -->\nold\n<!-- end -->\nafter\n"
    assert "Not measured yet" in tables.render(page, tmp_path)
    row = {"measure": "probe", "value": 0.8125, "low": 0.79, "high": 0.84, "peers": {"mn04": 0.7}}
    content = {"model": "auricle-1@0", "peers": ["mn04"], "rows": [row]}
    (tmp_path / "accuracy.json").write_text(json.dumps(content), "utf-8")
    rendered = tables.render(page, tmp_path)
    assert "| probe | 81.2 % (79.0 to 84.0) |  | 70.0 % |" in rendered
    assert rendered.startswith("before\n")
    assert rendered.endswith("\nafter\n")
    assert tables.render(rendered, tmp_path) == rendered


def test_the_interval_of_a_median_follows_the_binomial_distribution() -> None:
    """Ranks from published tables of order statistics (95 % or more)."""
    interval = load_tables("common").median_with_interval
    for n, lowest, highest in [
        (5, 1, 5),
        (6, 1, 6),
        (9, 2, 8),
        (10, 2, 9),
        (12, 3, 10),
        (20, 6, 15),
    ]:
        ranks = [float(rank) for rank in range(n, 0, -1)]
        assert interval(ranks) == {"median": (n + 1) / 2, "from": lowest, "to": highest}


def test_a_ratio_is_told_with_its_interval() -> None:
    tables = load_tables()
    ratio = {"median": 1.4567, "from": 1.4, "to": 1.512}
    values = {
        "cpu_s": {task: {"median": 0.1} for task in tables.SPEED_TASKS},
        "x_real_time": {"full": {"median": 800.4}, "fast": {"median": 4000.0}},
        **{name: ratio for name in tables.SPEED_RATIOS},
    }
    rendered = tables.speed({"formats": {"mp3": values}})
    assert "| 0.10 s | 1.46 (1.40 to 1.51) |" in rendered
    assert "| 800 / 4000 |" in rendered
    old = {**values, **{name: {"median": 1.69, "low": 1.6} for name in tables.SPEED_RATIOS}}
    assert "| 0.10 s | 1.69 | 1.69 |" in tables.speed({"formats": {"mp3": old}})
