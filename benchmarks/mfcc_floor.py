"""The floor: MFCC statistics and logistic regression, what a CNN must beat.

    python benchmarks/mfcc_floor.py MANIFEST [--results FOLDER]

Every clip becomes mean, deviation, and the deviation of the differences of 20 MFCC (the discrete
cosine transform of auricle's own log-mel spectrogram): 60 numbers, after G. Tzanetakis and
P. Cook (2002). They are judged by the same probe as the network's embedding: the given training
clips for the given validation clips, and the given folds of whole artists where there are any.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common import pin_threads, write_results

pin_threads()

from auricle.audio import decode  # noqa: E402 - threads are pinned before
from auricle.errors import AudioError  # noqa: E402
from auricle.evaluate import read_manifest  # noqa: E402
from auricle.evaluate.manifest import Track  # noqa: E402
from auricle.evaluate.probing import neighbours_of, probe_sources  # noqa: E402
from auricle.evaluate.sections import figure, percent  # noqa: E402
from auricle.features import FeatureSpec, log_mel  # noqa: E402
from auricle.types import FloatArray  # noqa: E402

SPEC = FeatureSpec()
N_MFCC = 20


def main() -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--split", default="validation")
    parser.add_argument("--keep", type=Path, help="an .npz to remember the statistics in")
    chosen = parser.parse_args()
    tracks = read_manifest(chosen.manifest)
    rows = remembered(tracks, chosen.keep)
    probes = probe_sources(tracks, rows, chosen.split)
    shares = neighbours_of(tracks, rows)
    for probe in probes:
        best = percent(probe.best_c_accuracy)
        print(f"{probe.name}: {figure(probe.accuracy)}, best C {best}, {probe.protocol}")
    for share in shares:
        print(f"{share.source}: same artist {figure(share.share, digits=3)}")
    content = {
        "features": f"{3 * N_MFCC} MFCC statistics",
        "probes": {
            probe.name: {
                "protocol": probe.protocol,
                "accuracy": probe.accuracy.value,
                "low": probe.accuracy.low,
                "high": probe.accuracy.high,
                "best_c": probe.best_c_accuracy,
            }
            for probe in probes
        },
        "same_artist": {share.source: share.share.value for share in shares},
    }
    write_results("mfcc_floor", content)
    return 0


def remembered(tracks: tuple[Track, ...], keep: Path | None) -> dict[str, FloatArray]:
    """Return statistics by clip_id, from the file if it is there."""
    if keep and keep.is_file():
        with np.load(keep) as stored:
            return dict(zip(stored["clip_id"].tolist(), stored["embedding"], strict=True))
    rows = {}
    for track in tracks:
        try:
            audio = decode(track.path, sample_rate=SPEC.sample_rate)
        except AudioError as error:
            print(f"{os.path.basename(track.path)}: {error}", file=sys.stderr)
            continue
        rows[track.clip_id] = statistics(audio.waveform)
    if keep:
        np.savez(keep, clip_id=list(rows), embedding=np.stack(list(rows.values())))
    return rows


def statistics(waveform: FloatArray) -> FloatArray:
    """Return mean, deviation and deviation of the differences of the MFCC, shape (60,)."""
    mfcc = cosine_transform(SPEC.n_mels) @ log_mel(waveform, SPEC)
    steps = np.diff(mfcc, axis=1) if mfcc.shape[1] > 1 else np.zeros((N_MFCC, 1))
    parts = [mfcc.mean(axis=1), mfcc.std(axis=1), steps.std(axis=1)]
    return np.concatenate(parts).astype(np.float32)


def cosine_transform(n_bands: int) -> NDArray[np.float64]:
    """Return the first rows of the orthonormal DCT-II, shape (N_MFCC, n_bands)."""
    order, band = np.arange(N_MFCC)[:, None], np.arange(n_bands)
    rows = np.sqrt(2 / n_bands) * np.cos(np.pi * order * (2 * band + 1) / (2 * n_bands))
    rows[0] /= np.sqrt(2)
    return np.asarray(rows)


if __name__ == "__main__":
    sys.exit(main())
