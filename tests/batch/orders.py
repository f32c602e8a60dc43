"""What the workers of these tests run: the path says what happens to the process."""

import os
import time
from collections.abc import Callable

import numpy as np

from auricle.batch.worker import Result
from auricle.errors import BundleNotFound
from auricle.types import Analysis, Failure


def prepare() -> Callable[[str], Result]:
    return obey


def prepare_nothing() -> Callable[[str], Result]:
    raise BundleNotFound("no such bundle")


def prepare_death() -> Callable[[str], Result]:
    os._exit(7)


def obey(path: str) -> Result:
    order, _, value = path.partition(":")
    if order == "kill":
        os.kill(os.getpid(), int(value))
    elif order == "exit":
        os._exit(int(value))
    elif order == "abort":
        os.abort()
    elif order == "sleep":
        time.sleep(float(value))
    elif order == "pid":
        return Failure(path, "Pid", str(os.getpid()))
    elif order == "variable":
        return Failure(path, "Variable", os.environ.get(value, ""))
    return Analysis(path, 1.0, "music", "rock", 1.0, (), (), np.ones(3, np.float32), "m@0")
