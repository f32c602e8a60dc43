"""No test touches the user's home or the network."""

import shutil
import signal
import socket
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own, empty place for models."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AURICLE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine's own sockets."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            raise AssertionError(f"a test wants to connect to {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """Undo what a shell does to jobs in the background, whose children ignore Ctrl-C for ever."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def _tiny_bundle_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the tiny bundle once."""
    from .tiny import make_tiny_bundle

    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    make_tiny_bundle(folder)
    return folder


@pytest.fixture
def tiny_bundle(home: Path, _tiny_bundle_once: Path) -> Path:
    """Return the folder of a tiny model, found also by its name ``tiny``; the test may spoil it."""
    return Path(shutil.copytree(_tiny_bundle_once, home / "models" / "tiny"))
