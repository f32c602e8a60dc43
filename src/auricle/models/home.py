"""Where the user's files live: the only module that reads environment variables."""

import os
import sys
from pathlib import Path

HOME_VARIABLE = "AURICLE_HOME"


def home() -> Path:
    """Return auricle's folder of the user's own things; it need not exist.

    ``AURICLE_HOME`` when it is set, else ``auricle`` under ``%LOCALAPPDATA%`` on Windows and
    ``~/.local/share/auricle`` elsewhere.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "auricle"
    return Path.home() / ".local" / "share" / "auricle"


def models_folder() -> Path:
    """Return the folder that holds the user's own bundles, one folder each."""
    return home() / "models"
