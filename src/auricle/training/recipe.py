"""A recipe: everything that decides what a training run produces, read from one TOML file."""

import dataclasses
import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from ..errors import TrainingError
from ..features import FeatureSpec
from .head_recipe import ExampleRecipe, HeadRecipe


@dataclass(frozen=True, slots=True)
class SourceRecipe:
    """One data set.

    Attributes:
        name: how the log and the model card call it.
        manifest: CSV of tracks, relative to the data folder. A manifest without a ``path``
            column names files by the first 16 digits of ``sha256`` inside ``audio_dir``.
        audio_dir: folder of the audio, relative to the data folder.
        teachers: ``.npz`` of teacher outputs per window; without it the track is cut into
            windows and only its label is learnt.
        key: column that joins manifest and teachers.
        split: take only rows of this split, when the manifest has splits.
        repeat: how often each window comes in one epoch (cropped and augmented anew).
    """

    name: str
    manifest: str
    audio_dir: str
    teachers: str = ""
    key: str = "clip_id"
    split: str = ""
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class NetworkRecipe:
    """Shape of the backbone."""

    timbre_bands: tuple[int, ...] = (25, 45)  # heights of the filters that hear what sounds
    timbre_filters: tuple[int, ...] = (22, 14)  # so many of each height
    timbre_frames: int = 5  # their length
    rhythm_frames: tuple[int, ...] = (61,)  # lengths of the filters that hear movement
    rhythm_filters: tuple[int, ...] = (26,)  # so many of each length
    stride: int = 2  # bands from one place of a filter to the next
    step: int = 2  # frames from one step of the layers after the filters to the next
    width: int = 144  # their channels
    depth: int = 3
    hidden: int = 1536  # units between what is pooled over time and the embedding
    dropout: float = 0.0  # of what is pooled and of these units, in training
    dim: int = 256  # of the embedding

    def __post_init__(self) -> None:
        """Refuse filters that cannot be built.

        Raises:
            ValueError: if there is not one number for each size, or a length is even.
        """
        for kind, sizes in (("timbre", self.timbre_bands), ("rhythm", self.rhythm_frames)):
            if len(sizes) != len(getattr(self, f"{kind}_filters")):
                raise ValueError(f"[network] {kind}_filters: one number for each of {list(sizes)}")
        if even := [n for n in (self.timbre_frames, *self.rhythm_frames) if n % 2 == 0]:
            raise ValueError(f"[network] filters have a middle: {even[0]} frames are even")

    @property
    def n_filters(self) -> int:
        """All filters together."""
        return sum(self.timbre_filters) + sum(self.rhythm_filters)


@dataclass(frozen=True, slots=True)
class AugmentRecipe:
    """Probabilities and ranges of what hides codec, bandwidth and level from the network."""

    crop_s: tuple[float, float] = (2.5, 10.0)
    short_share: float = 0.5  # batches cropped shorter than the window
    gain_db: float = 12.0
    band_limit: float = 0.5  # probability
    band_limit_hz: tuple[float, float] = (2_500.0, 7_600.0)
    equaliser: float = 0.5
    equaliser_db: float = 6.0
    noise: float = 0.3
    noise_snr_db: tuple[float, float] = (10.0, 40.0)
    codec: float = 0.3  # holes where a codec would drop what is masked
    codec_range_db: tuple[float, float] = (35.0, 70.0)
    masks: int = 2  # SpecAugment masks on each axis
    mask_s: float = 0.4
    mask_mels: int = 8
    mixup: float = 0.3
    shift_mels: int = 0  # transpose by up to so many bands
    stretch: float = 0.0  # play up to this share faster or slower


@dataclass(frozen=True, slots=True)
class LossRecipe:
    """Weights of the losses."""

    embedding: float = 1.0  # distance to the teachers' joint space, and its cosine
    similarity: float = 1.0  # pairwise similarities inside the batch
    teachers: float = 0.3  # every single teacher output, from an auxiliary layer
    steps: float = 1.0  # what teachers heard at every step in time
    label: float = 0.0  # cross entropy, where a track has a label
    whitening: float = 0.25  # 0 keeps the teachers' variances, 1 makes all directions equal


@dataclass(frozen=True, slots=True)
class ScheduleRecipe:
    """How long and how fast to learn."""

    epochs: int = 60
    batch_size: int = 64
    learning_rate: float = 2e-3
    warmup: float = 0.05  # share of all steps
    weight_decay: float = 0.02
    ema: float = 0.998


@dataclass(frozen=True, slots=True)
class ReadoutRecipe:
    """How the layers that read whole excerpts off the network learn."""

    learning_rate: float = 1e-3  # theirs, while the network learns and after
    epochs: int = 0  # after the network is finished, from new weights
    ema: float = 0.98  # these are many short epochs: a slower mean would still hold the beginning
    crop_s: tuple[float, float] = (1.6, 10.0)  # in these epochs


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole training run."""

    name: str
    sources: tuple[SourceRecipe, ...]
    validation: tuple[SourceRecipe, ...] = ()
    heads: tuple[HeadRecipe, ...] = ()
    description: str = ""
    version: str = "1.0"
    licence: str = ""  # of the weights, as an SPDX expression
    seed: int = 0
    window_s: float = 10.0
    features: FeatureSpec = field(default_factory=FeatureSpec)
    network: NetworkRecipe = field(default_factory=NetworkRecipe)
    augment: AugmentRecipe = field(default_factory=AugmentRecipe)
    loss: LossRecipe = field(default_factory=LossRecipe)
    schedule: ScheduleRecipe = field(default_factory=ScheduleRecipe)
    readout: ReadoutRecipe = field(default_factory=ReadoutRecipe)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a recipe.

        Raises:
            TrainingError: if the file is missing, is not TOML, or names unknown settings.
        """
        try:
            values = tomllib.loads(Path(path).read_text("utf-8"))
        except OSError as error:
            raise TrainingError(f"{path}: cannot be read ({error.strerror})") from error
        except tomllib.TOMLDecodeError as error:
            raise TrainingError(f"{path}: is not valid TOML ({error})") from error
        try:
            return cls.from_dict(values)
        except (TypeError, ValueError) as error:
            raise TrainingError(f"{path}: {error}") from error

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a recipe from its nested dictionary form.

        Raises:
            ValueError: for unknown or missing settings.
        """
        values = dict(values)
        for key in ("sources", "validation"):
            values[key] = tuple(_build(SourceRecipe, item) for item in values.get(key, ()))
        values["heads"] = tuple(_build_head(item) for item in values.get("heads", ()))
        for key, section in _SECTIONS.items():
            values[key] = _build(section, values.get(key, {}))
        recipe: Self = _build(cls, values)
        if not recipe.sources:
            raise ValueError("a recipe needs at least one [[sources]] table")
        if (tallest := max(recipe.network.timbre_bands, default=0)) > recipe.features.n_mels:
            raise ValueError(f"[network] timbre_bands: {tallest} are more than n_mels")
        return recipe

    def to_dict(self) -> dict[str, Any]:
        """Return the nested dictionary form, as ``from_dict`` takes it."""
        return asdict(self)

    @property
    def epochs(self) -> int:
        """All epochs, those of the readout alone too."""
        return self.schedule.epochs + self.readout.epochs

    @property
    def hash(self) -> str:
        """Twelve hex digits that change whenever a setting of the backbone does.

        Heads and words may change after the backbone is trained.
        """
        values = {key: value for key, value in self.to_dict().items() if key not in _AFTERWARDS}
        text = json.dumps(values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


_AFTERWARDS = {"heads", "description", "version", "licence"}

_SECTIONS: dict[str, Any] = {
    "features": FeatureSpec,
    "network": NetworkRecipe,
    "augment": AugmentRecipe,
    "loss": LossRecipe,
    "schedule": ScheduleRecipe,
    "readout": ReadoutRecipe,
}


def _build_head(values: Any) -> HeadRecipe:  # noqa: ANN401 - a TOML table
    """Build a head with its examples."""
    tracks = {
        key: tuple(_build(ExampleRecipe, item) for item in values.get(key, ()))
        for key in ("examples", "calibration")
    }
    head: HeadRecipe = _build(HeadRecipe, {**values, **tracks})
    return head


def _build(cls: Any, values: Any) -> Any:  # noqa: ANN401 - any of the frozen recipe classes
    """Build a dataclass, lists becoming tuples and unknown names an error."""
    if isinstance(values, cls):
        return values
    known = {item.name for item in dataclasses.fields(cls)}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"unknown settings in {cls.__name__}: {', '.join(sorted(unknown))}")
    try:
        return cls(
            **{
                key: tuple(value) if isinstance(value, list) else value
                for key, value in values.items()
            }
        )
    except TypeError as error:
        raise ValueError(f"{cls.__name__}: {error}") from error
