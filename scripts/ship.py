"""Put a trained bundle and its card into the package.

python scripts/ship.py runs/auricle-1/bundle [recipes/auricle-1.card.md]
"""

import shutil
import sys
from pathlib import Path

from auricle.models import load_model, replace_heads

SHIPPED = Path(__file__).parents[1] / "src" / "auricle" / "bundles"


def main() -> None:
    """Copy the bundle; hashes and golden vectors are checked on the way."""
    trained = Path(sys.argv[1])
    model = load_model(trained)
    target = SHIPPED / model.spec.name
    if trained.resolve() != target.resolve():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(trained, target)
    card = Path(sys.argv[2]).read_text("utf-8") if len(sys.argv) > 2 else None
    replace_heads(target, model.heads.values(), card=card)
    sys.stdout.write(f"{load_model(target).id} -> {target}\n")


if __name__ == "__main__":
    main()
