"""Sounds that a user names: tracks of a catalog, or files from elsewhere, which are heard now."""

from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import BundleNotFound

if TYPE_CHECKING:
    from ..library import Catalog, Track
    from ..models import Model
    from ..types import Analysis
    from . import options


class Ear:
    """Finds tracks of a catalog, and hears what is not in it as its tracks were heard."""

    def __init__(
        self, catalog: "Catalog", model: str | None = None, profile: "options.Profile" = "fast"
    ) -> None:
        """Hear nothing yet; a model that is named hears every file, also those of the catalog."""
        self._catalog, self._named, self._profile = catalog, model, profile

    def find(self, name: str) -> "Track | Analysis":
        """Return the analysed track of a file, or what is heard in the file.

        Raises:
            AudioError: the file cannot be heard.
            CatalogError: no track of the catalog is ready.
            ModelError: the model cannot be used, or the catalog holds tracks of several.
        """
        track = None if self._named else self._catalog.find(name)
        return track if track is not None and track.model else self._hear(name)

    def _hear(self, name: str) -> "Analysis":
        from ..analysis import analyze  # only now: it loads ONNX Runtime

        return analyze(name, self._model, profile=self._profile)

    @cached_property
    def _model(self) -> "Model":
        """The named model, else the one that heard the catalog.

        If that is gone, it is what has its name now: comparing tells what to do then.
        """
        from ..library.index_sync import only_model
        from ..models import load_model

        if self._named:
            return load_model(self._named)
        wanted = only_model(self._catalog)
        try:
            return load_model(wanted)
        except BundleNotFound:
            return load_model(wanted.rpartition("@")[0])
