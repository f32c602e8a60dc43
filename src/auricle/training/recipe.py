"""A recipe: everything that decides what a training run produces, read from one TOML file."""

import hashlib
import json
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from ..errors import TrainingError
from ..features import FeatureSpec
from ..models.spec import check_name
from .head_recipe import HeadRecipe
from .recipe_parts import (
    STRICT,
    AugmentRecipe,
    LossRecipe,
    NetworkRecipe,
    Positive,
    ReadoutRecipe,
    ScheduleRecipe,
    SourceRecipe,
    Whole,
)


def _usable_name(name: str) -> str:
    """Refuse a name that could not be a file name everywhere."""
    check_name("it", name)
    return name


def _known_only(values: Any) -> Any:  # noqa: ANN401 - a TOML table
    """Refuse what a FeatureSpec does not have or is no number; pydantic would pass over it."""
    if isinstance(values, dict):
        FeatureSpec.check_names(values)
        for name, value in values.items():
            if isinstance(value, str | bool):
                raise ValueError(f"{name} should be a number, not {value!r}")
    return values


@dataclass(config=STRICT, frozen=True, slots=True)
class Recipe:
    """A whole training run.

    Attributes:
        name: of the model; a file name everywhere.
        sources: what is learnt from; at least one.
        validation: what is watched, and learnt from in a refit only.
        heads: fitted on the finished embedding.
        description: one line for ``auricle models``.
        version: of the model.
        licence: of the weights, as an SPDX expression.
        seed: of everything random.
        window_s: length of what is cut out of tracks without teachers, and heard at once later on.
        features: what the network sees.
        network: its shape.
        augment: what hides codec, bandwidth and level.
        loss: what is learnt.
        schedule: how long and how fast.
        readout: the same for the layers that read whole excerpts.
    """

    name: Annotated[str, AfterValidator(_usable_name)]
    sources: Annotated[tuple[SourceRecipe, ...], Field(min_length=1)]
    validation: tuple[SourceRecipe, ...] = ()
    heads: tuple[HeadRecipe, ...] = ()
    description: str = ""
    version: str = "1.0"
    licence: str = ""
    seed: Whole = 0
    window_s: Positive = 10.0
    features: Annotated[FeatureSpec, BeforeValidator(_known_only)] = Field(
        default_factory=FeatureSpec
    )
    network: NetworkRecipe = Field(default_factory=NetworkRecipe)
    augment: AugmentRecipe = Field(default_factory=AugmentRecipe)
    loss: LossRecipe = Field(default_factory=LossRecipe)
    schedule: ScheduleRecipe = Field(default_factory=ScheduleRecipe)
    readout: ReadoutRecipe = Field(default_factory=ReadoutRecipe)

    def __post_init__(self) -> None:
        """Refuse what does not go together.

        Raises:
            ValueError: if a filter is taller than all bands, or nothing would be learnt.
        """
        tallest = max(self.network.timbre_bands, default=0)
        if tallest > self.features.n_mels:
            raise ValueError(f"network.timbre_bands: {tallest} are more than n_mels")
        if not (self.loss.label or any(source.teachers for source in self.sources)):
            raise ValueError("nothing to learn: no source has teachers, and loss.label is 0")

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a recipe.

        Raises:
            TrainingError: if the file is missing, is not TOML, or a setting is unknown or wrong.
        """
        try:
            values = tomllib.loads(Path(path).read_text("utf-8"))
        except OSError as error:
            raise TrainingError(f"{path}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TrainingError(f"{path}: is not valid TOML ({error})") from error
        try:
            return cls.from_dict(values)
        except ValidationError as error:
            raise TrainingError(f"{path}: {_in_words(error)}") from error

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a recipe from its nested dictionary form.

        Raises:
            ValidationError: for unknown, missing or wrong settings; it is a ``ValueError``.
        """
        return TypeAdapter(cls).validate_python(values)

    def to_dict(self) -> dict[str, Any]:
        """Return the nested dictionary form, as ``from_dict`` takes it."""
        return asdict(self)

    @property
    def epochs(self) -> int:
        """All epochs, those of the readout alone too."""
        return self.schedule.epochs + self.readout.epochs

    @property
    def hash(self) -> str:
        """Twelve hex digits that change whenever a setting of what is trained does.

        Heads, components and words may change after the backbone is trained.
        """
        values = {key: value for key, value in self.to_dict().items() if key not in _AFTERWARDS}
        values["network"] = {
            key: value for key, value in values["network"].items() if key not in _AFTERWARDS
        }
        text = json.dumps(values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


_AFTERWARDS = {
    "heads",
    "components",
    "components_weight",
    "description",
    "version",
    "licence",
}


def _in_words(error: ValidationError) -> str:
    """Return the first mistake as one sentence, and how many more there are."""
    first, *more = error.errors()
    place = ".".join(map(str, first["loc"]))
    what = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if first["type"] == "unexpected_keyword_argument":
        what = "no such setting"
    elif first["type"] not in {"missing", "value_error"}:
        what = f"{what}, not {first['input']!r}"
    others = f" (and {len(more)} more)" if more else ""
    return (f"{place}: {what}" if place else what) + others
