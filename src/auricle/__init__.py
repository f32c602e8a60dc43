"""auricle hears what music is: genre, features and similarity from the raw audio alone.

>>> import auricle
>>> model = auricle.load_model()
>>> auricle.analyze("song.mp3", model).genres[0].label  # doctest: +SKIP
'jazz'

Importing auricle costs nothing: every public name is loaded when it is first used.
"""

from importlib import import_module

__version__ = "0.1.0"

TYPE_CHECKING = False  # type checkers take it for true; importing typing would cost 8 ms
if TYPE_CHECKING:
    from .analysis import analyze
    from .audio import Audio, AudioInfo, decode, probe
    from .errors import AuricleError
    from .features import FeatureSpec, log_mel
    from .models import Head, Model, ModelSpec, load_model
    from .types import Analysis, Failure, Genre, TimelineEntry

_HOME_OF = {
    "Analysis": "types",
    "Audio": "audio",
    "AudioInfo": "audio",
    "AuricleError": "errors",
    "Failure": "types",
    "FeatureSpec": "features",
    "Genre": "types",
    "Head": "models",
    "Model": "models",
    "ModelSpec": "models",
    "TimelineEntry": "types",
    "analyze": "analysis",
    "decode": "audio",
    "load_model": "models",
    "log_mel": "features",
    "probe": "audio",
}

__all__ = [
    "Analysis",
    "Audio",
    "AudioInfo",
    "AuricleError",
    "Failure",
    "FeatureSpec",
    "Genre",
    "Head",
    "Model",
    "ModelSpec",
    "TimelineEntry",
    "__version__",
    "analyze",
    "decode",
    "load_model",
    "log_mel",
    "probe",
]


def __getattr__(name: str) -> object:
    """Load a public name from its room on first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'auricle' has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
