"""The tables of a recipe, with what each setting may be; ``recipe.py`` joins them."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")
"""A setting that is not known is a mistake."""

Count = Annotated[int, Field(ge=1, strict=True)]
Whole = Annotated[int, Field(ge=0, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
BelowOne = Annotated[float, Field(ge=0, lt=1, strict=True)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
Level = Annotated[float, Field(allow_inf_nan=False, strict=True)]


def _ascending(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    if low > high:
        raise ValueError(f"the lower limit {low:g} is above the upper one, {high:g}")
    return limits


Range = Annotated[tuple[Positive, Positive], AfterValidator(_ascending)]
Levels = Annotated[tuple[Level, Level], AfterValidator(_ascending)]


@dataclass(config=STRICT, frozen=True, slots=True)
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
    repeat: Count = 1


@dataclass(config=STRICT, frozen=True, slots=True)
class NetworkRecipe:
    """Shape of the backbone.

    Attributes:
        timbre_bands: heights of the filters that hear what sounds.
        timbre_filters: so many of each height.
        timbre_frames: their length.
        rhythm_frames: lengths of the filters that hear movement.
        rhythm_filters: so many of each length.
        stride: bands from one place of a filter to the next.
        step: frames from one step of the layers after the filters to the next.
        width: channels of these layers.
        depth: their number.
        hidden: units between what is pooled over time and the embedding.
        dropout: of what is pooled and of these units, in training.
        dim: of what the readout says: numbers of the embedding that the teachers place.
        components: further numbers of the embedding: what else of what is pooled tells excerpts
            apart, and stays when they are disturbed as in training.
        components_weight: how long they are together, where the others are 1.
    """

    timbre_bands: tuple[Count, ...] = (25, 45)
    timbre_filters: tuple[Count, ...] = (22, 14)
    timbre_frames: Count = 5
    rhythm_frames: tuple[Count, ...] = (61,)
    rhythm_filters: tuple[Count, ...] = (26,)
    stride: Count = 2
    step: Count = 2
    width: Count = 144
    depth: Count = 3
    hidden: Count = 1536
    dropout: BelowOne = 0.0
    dim: Count = 256
    components: Whole = 0
    components_weight: Positive = 0.3

    def __post_init__(self) -> None:
        """Refuse filters that cannot be built, and more components than there can be.

        Raises:
            ValueError: if there is not one number for each size, a length is even, or so little is
                pooled.
        """
        for kind, sizes in (("timbre", self.timbre_bands), ("rhythm", self.rhythm_frames)):
            if len(sizes) != len(getattr(self, f"{kind}_filters")):
                raise ValueError(f"{kind}_filters: one number for each of {list(sizes)}")
        if even := [n for n in (self.timbre_frames, *self.rhythm_frames) if n % 2 == 0]:
            raise ValueError(f"filters have a middle: {even[0]} frames are even")
        if self.components > self.n_pooled:
            raise ValueError(f"components: {self.n_pooled} channels are pooled, no more can be")

    @property
    def n_filters(self) -> int:
        """All filters together."""
        return sum(self.timbre_filters) + sum(self.rhythm_filters)

    @property
    def n_pooled(self) -> int:
        """What is pooled over time: mean and deviation of all filters and layers."""
        return 2 * (self.n_filters + self.depth * self.width)

    @property
    def n_embedding(self) -> int:
        """Numbers of the embedding."""
        return self.dim + self.components


@dataclass(config=STRICT, frozen=True, slots=True)
class AugmentRecipe:
    """Probabilities and ranges of what hides codec, bandwidth and level from the network.

    Attributes:
        crop_s: shortest and longest crop of a window, in seconds.
        short_share: batches cropped shorter than the longest.
        gain_db: louder or softer by up to so much.
        band_limit: probability that the top is cut off.
        band_limit_hz: where.
        equaliser: probability of a gentle slope or bend over the bands.
        equaliser_db: its largest size.
        noise: probability of added noise.
        noise_snr_db: its distance from the sound.
        codec: probability of holes where a codec would drop what is masked.
        codec_range_db: how far below the loudest bands.
        masks: SpecAugment masks on each axis.
        mask_s: their longest length, in seconds.
        mask_mels: their largest height.
        mixup: share of examples that are mixed with another.
        shift_mels: transpose by up to so many bands.
        stretch: play up to this share faster or slower.
    """

    crop_s: Range = (2.5, 10.0)
    short_share: Share = 0.5
    gain_db: Weight = 12.0
    band_limit: Share = 0.5
    band_limit_hz: Range = (2_500.0, 7_600.0)
    equaliser: Share = 0.5
    equaliser_db: Weight = 6.0
    noise: Share = 0.3
    noise_snr_db: Levels = (10.0, 40.0)
    codec: Share = 0.3
    codec_range_db: Range = (35.0, 70.0)
    masks: Whole = 2
    mask_s: Weight = 0.4
    mask_mels: Whole = 8
    mixup: Share = 0.3
    shift_mels: Whole = 0
    stretch: BelowOne = 0.0


@dataclass(config=STRICT, frozen=True, slots=True)
class LossRecipe:
    """Weights of the losses.

    Attributes:
        embedding: distance to the teachers' joint space, and its cosine.
        similarity: pairwise similarities inside the batch.
        teachers: every single teacher output, from an auxiliary layer.
        steps: what teachers heard at every step in time.
        label: cross entropy, where a track has a label; without teachers it must be above 0.
        whitening: 0 keeps the teachers' variances, 1 makes all directions equal.
    """

    embedding: Weight = 1.0
    similarity: Weight = 1.0
    teachers: Weight = 0.3
    steps: Weight = 1.0
    label: Weight = 0.0
    whitening: Share = 0.25


@dataclass(config=STRICT, frozen=True, slots=True)
class ScheduleRecipe:
    """How long and how fast to learn.

    Attributes:
        epochs: times that every window comes.
        batch_size: windows that are learnt from at once.
        learning_rate: the highest; it rises to that and falls along a cosine.
        warmup: share of all steps in which it rises.
        weight_decay: of AdamW.
        ema: how slowly the averaged weights, which are the result, follow.
    """

    epochs: Count = 60
    batch_size: Count = 64
    learning_rate: Positive = 2e-3
    warmup: Share = 0.05
    weight_decay: Weight = 0.02
    ema: BelowOne = 0.998


@dataclass(config=STRICT, frozen=True, slots=True)
class ReadoutRecipe:
    """How the layers that read whole excerpts off the network learn.

    Attributes:
        learning_rate: theirs, while the network learns and after.
        epochs: after the network is finished, from new weights.
        ema: as in the schedule; these are many short epochs, and a slower mean would still hold the
            beginning.
        crop_s: shortest and longest crop in these epochs, in seconds.
    """

    learning_rate: Positive = 1e-3
    epochs: Whole = 0
    ema: BelowOne = 0.98
    crop_s: Range = (1.6, 10.0)
