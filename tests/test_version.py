"""One version, and the changelog knows it."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import auricle

ROOT = Path(__file__).parent.parent
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
HEADINGS = re.findall(r"^## \[([^\]]+)\](.*)$", CHANGELOG, flags=re.MULTILINE)


def test_version_is_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert (ROOT / project["tool"]["hatch"]["version"]["path"]).samefile(
        ROOT / "src/auricle/__init__.py"
    )


def test_installed_version_agrees() -> None:
    assert version("auricle") == auricle.__version__


def test_version_is_semantic() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc|\.dev)\d+)?", auricle.__version__)


def test_changelog_has_the_version_or_announces_it() -> None:
    assert HEADINGS, "no '## [...]' heading"
    newest, _ = HEADINGS[0]
    if newest == "Unreleased":
        section = CHANGELOG.split("## [Unreleased]")[1].split("\n## [")[0]
        assert auricle.__version__ in section or auricle.__version__ in dict(HEADINGS)
    else:
        assert newest == auricle.__version__


def test_released_versions_have_a_date() -> None:
    for name, rest in HEADINGS:
        if name != "Unreleased":
            assert re.fullmatch(r" - \d{4}-\d{2}-\d{2}", rest), f"{name}: no date"


def test_changelog_uses_the_known_sections() -> None:
    sections = set(re.findall(r"^### (.+)$", CHANGELOG, flags=re.MULTILINE))
    assert sections
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
