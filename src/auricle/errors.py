"""Every error auricle raises on purpose, as one tree.

::

    AuricleError
      AudioError             what the user gave cannot be heard
        UnsupportedAudio     no back-end reads this format (keeps each back-end's reason)
        CorruptAudio         a known format, but damaged beyond use
        EmptyAudio           no bytes, or no samples
        TooShort             fewer samples than the model can see
        UnreadableFile       missing, a directory, a pipe or device, or not permitted
      ModelError
        BundleNotFound       no bundle or head of that name or path
        BundleCorrupt        a file is missing, altered or of an unknown version
        SpaceMismatch        embeddings or a head of another backbone
      CatalogError           a catalog of the library cannot be used
        CatalogNotFound      there is none at that place
        CatalogTooNew        a newer auricle has changed it
        CatalogBusy          another process is at work on it
        UnknownTrack         no such track, or no such file, is in it
      TagError               a file's tags cannot be read, written or taken back
      RecommendError
        FilterError          an expression that cannot be understood
        Infeasible           no list can meet everything that was asked for
        InteractionsError    who played what cannot be used, or a name is not in it
      ManifestError          a manifest (CSV) row or column is wrong
      TrainingError          a recipe, cache or checkpoint cannot be used
      MissingExtra           an optional dependency is not installed
      WorkerCrashed          a worker process died while it analysed a file
      TimedOut               a file took longer than it was allowed to

A message names the file, what was wrong and what to do.
"""


class AuricleError(Exception):
    """Base of every error auricle raises on purpose."""


class AudioError(AuricleError):
    """The given audio cannot be used."""


class UnsupportedAudio(AudioError):
    """No back-end reads this format."""


class CorruptAudio(AudioError):
    """The format is known, but the data is damaged beyond use."""


class EmptyAudio(AudioError):
    """The source holds no bytes or no samples."""


class TooShort(AudioError):
    """The audio is shorter than the model can see."""


class UnreadableFile(AudioError):
    """The path is missing, not a regular file, or may not be read."""


class ModelError(AuricleError):
    """A model bundle or head cannot be used."""


class BundleNotFound(ModelError):
    """No bundle or head has that name or path."""


class BundleCorrupt(ModelError):
    """A file of the bundle is missing, altered, or of an unknown version."""


class SpaceMismatch(ModelError):
    """Embeddings, or a head, of another backbone."""


class CatalogError(AuricleError):
    """A catalog of the library cannot be used."""


class CatalogNotFound(CatalogError):
    """There is no catalog at that place."""


class CatalogTooNew(CatalogError):
    """A newer version of auricle has changed the catalog."""


class CatalogBusy(CatalogError):
    """Another process is at work on the catalog."""


class UnknownTrack(CatalogError):
    """No track of that number, or at that path, is in the catalog."""


class TagError(AuricleError):
    """The tags of a file cannot be read, written or taken back."""


class RecommendError(AuricleError):
    """What was asked for cannot be recommended."""


class FilterError(RecommendError):
    """An expression that says which tracks are wanted cannot be understood."""


class Infeasible(RecommendError):
    """No list can meet everything that was asked for."""


class InteractionsError(RecommendError):
    """A file of plays is wrong, or a listener, a track or a stored recommender is not there."""


class ManifestError(AuricleError):
    """A row or column of a manifest is wrong."""


class TrainingError(AuricleError):
    """A recipe, feature cache or checkpoint cannot be used."""


class MissingExtra(AuricleError):
    """An optional dependency is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs the extra '{extra}': pip install 'auricle[{extra}]'")
        self.feature, self.extra = feature, extra

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Let it pass between processes."""
        return type(self), (self.feature, self.extra)


class WorkerCrashed(AuricleError):
    """A worker process died while it analysed a file."""


class TimedOut(AuricleError):
    """A file took longer than it was allowed to."""
