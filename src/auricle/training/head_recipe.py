"""What a recipe says of the heads: which labels they know, and what they learn them from."""

from typing import Literal

from pydantic import Field, StrictBool
from pydantic.dataclasses import dataclass

from ..types import Profile
from .recipe_parts import STRICT, Count, Share


@dataclass(config=STRICT, frozen=True, slots=True)
class ExampleRecipe:
    """Labelled tracks for a head.

    Attributes:
        manifest: CSV of tracks, relative to the data folder.
        audio_dir: folder of the audio, relative to the data folder.
        where: column -> allowed values; only rows that fit all are taken.
        label_column: holds the label.
        profile: how much of each track is heard, ``"full"`` or ``"fast"``.
    """

    manifest: str
    audio_dir: str
    where: dict[str, list[str]] = Field(default_factory=dict)
    label_column: str = "label"
    profile: Profile = "full"


@dataclass(config=STRICT, frozen=True, slots=True)
class HeadRecipe:
    """One head, fitted on the finished embedding.

    Attributes:
        name: "genre", "kind" or "subgenre".
        labels: the manifests' label -> the head's; ``"*"`` stands for every other one, and what
            is not named is left out. For a teacher: its class -> the head's label.
        examples: labelled tracks (a head for one label).
        teacher_output: of the training windows, logits (a head for many labels).
        teacher_labels: text file with the names of the teacher's classes, one per line.
        threshold: least probability with which a label of a multi-label head is shown.
        bags: models whose mean a single-label head is, see ``auricle.evaluate.bagging``.
        balance: 1 weighs every label of a single-label head alike, 0 every example; 0.5 lies
            between.
        by_source: balance every label's sources instead of the labels: a large data set then says
            less of what its label sounds like.
        calibration: labelled tracks that nothing learns from: temperature and threshold are fitted
            on them. None: on folds of the examples.
        domain: "music", if the head means nothing for other sounds, or "any".
    """

    name: str
    labels: dict[str, str]
    examples: tuple[ExampleRecipe, ...] = ()
    teacher_output: str = ""
    teacher_labels: str = ""
    threshold: Share = 0.2
    bags: Count = 1
    balance: Share = 1.0
    by_source: StrictBool = False
    calibration: tuple[ExampleRecipe, ...] = ()
    domain: Literal["music", "any"] = "music"
