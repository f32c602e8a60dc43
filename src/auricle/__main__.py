"""``python -m auricle`` is the command ``auricle``."""

import sys

from .cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
