"""Files that appear whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a name beside ``path``; what is written there takes the place of ``path`` at the end.

    Whatever happens before that, an old file stays as it was, and nothing else is left. A link
    stays one to the file that is replaced; a pipe or device is written to as it is.

    Raises:
        OSError: it cannot be put there; the error names ``path``.
    """
    real = Path(os.path.realpath(path))
    if real.exists() and not real.is_file():
        yield path
        return
    unfinished = real.with_name(f".{real.name}-{secrets.token_hex(4)}")
    try:
        yield unfinished
        os.replace(unfinished, real)
    except OSError as error:
        if error.filename == os.fspath(unfinished):
            raise type(error)(error.errno, error.strerror, os.fspath(path)) from error
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8; the file appears whole or not at all.

    Raises:
        OSError: it cannot be put there.
    """
    with replacing(path) as unfinished:
        unfinished.write_text(text, "utf-8")
