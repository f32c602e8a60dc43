"""A report in which every part has something to say."""

import numpy as np

from auricle.evaluate.bootstrap import Interval
from auricle.evaluate.leaks import Leak, LeakReport
from auricle.evaluate.manifest import KINDS
from auricle.evaluate.probe import ProbeResult
from auricle.evaluate.report import (
    KindScores,
    KindShare,
    LeftOut,
    Neighbours,
    QuietScore,
    Report,
)
from auricle.evaluate.robustness import Robustness
from auricle.evaluate.scores import Judged, score
from auricle.types import Failure

SHARE = Interval(0.75, 0.7, 0.8, 40, 20)


def full_report() -> Report:
    """Return a report with all its parts."""
    true = np.arange(40) % 2
    probabilities = np.where(np.eye(2)[true] > 0, 0.8, 0.2)
    probabilities[:10] = probabilities[:10, ::-1]
    groups, sources = tuple(map(str, range(40))), ("one", "two") * 20
    kinds = np.zeros((4, 4), dtype=np.int64)
    kinds[0, 0], kinds[1, 0] = 3, 1
    leak = Leak("artist", ("train", "validation"), "somebody", ("a", "b"))
    twin = Leak("recording", ("train", "train"), "9.0 s in common", ("c", "d"))
    return Report(
        model="tiny@123",
        head="genre",
        manifest="m.csv",
        split="validation",
        sources=("one", "two"),
        n_tracks=42,
        scores=score(Judged(("jazz", "a|b"), true, probabilities, groups, sources, 0.5)),
        kinds=KindScores(SHARE, KINDS, kinds, "as it is", (KindShare("music", SHARE),)),
        kind_probe=KindScores(
            SHARE,
            KINDS,
            kinds,
            "fitted anew",
            (KindShare("music", SHARE), KindShare("speech", SHARE)),
        ),
        quiet=(
            QuietScore("digital silence", None, {"silence": 3}),
            QuietScore("white noise", -65.0, {"other": 2, "music": 1}),
        ),
        left_out=(LeftOut("no label", 2, ("x", "y")),),
        failures=(Failure("broken.mp3", "CorruptAudio", "is damaged"),),
        probes=(
            ProbeResult(
                "one", "5 folds", ("a", "b"), SHARE, ((0.1, 0.7), (1.0, 0.9)), (0.1,), 0.95
            ),
            ProbeResult("two", "given split", ("a", "b"), SHARE, ((0.1, 0.7),), (0.1,)),
        ),
        neighbours=(Neighbours("one", 5, 5, SHARE),),
        leaks=(
            LeakReport("split", (leak,) * 25, (twin,), 60, ("z",), 7),
            LeakReport("fold", (), scope="one"),
        ),
        robustness=(Robustness("MP3 64 kbit/s", SHARE, 0.987, 1.0, 0),),
    )
