"""Where the user's models are looked for."""

from pathlib import Path

import pytest

from auricle.models import home, models_folder
from auricle.models.home import HOME_VARIABLE


def test_the_variable_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "här"))
    assert home() == tmp_path / "här"
    assert models_folder() == tmp_path / "här" / "models"


def test_a_tilde_is_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, "~/music-models")
    assert home() == Path.home() / "music-models"


@pytest.mark.parametrize("value", [None, ""])
def test_unset_or_empty_means_the_platforms_folder(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(HOME_VARIABLE)
    if value is not None:
        monkeypatch.setenv(HOME_VARIABLE, value)
    monkeypatch.setattr("sys.platform", "linux")
    assert home() == Path.home() / ".local" / "share" / "auricle"


def test_windows_keeps_it_in_local_app_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(HOME_VARIABLE)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr("sys.platform", "win32")
    assert home() == tmp_path / "auricle"


def test_asking_creates_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "none"))
    models_folder()
    assert not (tmp_path / "none").exists()
