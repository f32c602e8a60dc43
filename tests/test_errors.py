import inspect
import pickle

import pytest

from auricle import errors
from auricle.errors import AuricleError, MissingExtra

CLASSES = {name: value for name, value in vars(errors).items() if inspect.isclass(value)}


def test_every_error_is_an_auricle_error() -> None:
    assert len(CLASSES) > 10
    assert all(issubclass(value, AuricleError) for value in CLASSES.values())


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: list[tuple[str, str]] = []
    parents: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        depth, words = len(line) - len(line.lstrip()), line.split()
        if words and depth:
            parents[depth] = words[0]
            drawn.append((words[0], parents.get(depth - 2, "Exception")))
    real = [(name, value.__bases__[0].__name__) for name, value in CLASSES.items()]
    assert sorted(drawn) == sorted(real)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_error_says_what_it_means(name: str) -> None:
    assert CLASSES[name].__doc__
    assert CLASSES[name].__module__ == "auricle.errors"


def test_missing_extra_names_the_remedy() -> None:
    error = MissingExtra("drawing", "plot")
    assert str(error) == "drawing needs the extra 'plot': pip install 'auricle[plot]'"
    assert error.extra == "plot"


def test_a_missing_extra_passes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(MissingExtra("drawing", "plot")))
    assert isinstance(error, MissingExtra)
    assert (str(error), error.extra) == (str(MissingExtra("drawing", "plot")), "plot")
