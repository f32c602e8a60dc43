"""What runs inside a worker process."""

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from ..errors import AuricleError
from ..types import Analysis, Failure

Result = Analysis | Failure
T = TypeVar("T")
Prepare = Callable[[], Callable[[str], T]]
"""Runs once in each worker (loads the model) and returns what turns a path into a result."""

READY = "ready"
"""The first message of a worker that can work."""


def run_worker(connection: Connection, prepare: Prepare[T]) -> None:
    """Answer each path that arrives with its result, until the other end is closed.

    Ctrl-C reaches every process of the terminal; the parent alone decides what it means, so a
    worker ignores it. When the parent is gone, however it ended, its end of the pipe closes and
    the worker leaves at once, even in the middle of a file.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    inbox: SimpleQueue[str] = SimpleQueue()
    Thread(target=_receive, args=(connection, inbox), daemon=True).start()
    try:
        work = prepare()
    except AuricleError as error:
        connection.send(error)
        return
    try:
        connection.send(READY)
        while True:
            connection.send(work(inbox.get()))
    except OSError:  # the parent is gone
        os._exit(1)


def _receive(connection: Connection, inbox: "SimpleQueue[str]") -> None:
    """Move paths from the pipe to the inbox; end the process when the pipe is closed."""
    try:
        while True:
            inbox.put(connection.recv())
    except (EOFError, OSError):
        os._exit(0)
