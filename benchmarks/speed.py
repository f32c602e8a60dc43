"""CPU time of one 3-minute song, stage by stage, beside decoding alone and the usual pipeline.

    python benchmarks/speed.py [--music FOLDER] [--repetitions 10]

All threads are pinned to one, the order is shuffled in every repetition, and times are CPU time of
the whole process, so that another load on the machine disturbs little. Only ratios inside one run
are meant to be compared.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common

common.pin_threads()

import av  # noqa: E402
import numpy as np  # noqa: E402
import soundfile  # noqa: E402
import torch  # noqa: E402

import auricle  # noqa: E402
import music  # noqa: E402
import peer  # noqa: E402
from auricle.audio import readable_formats  # noqa: E402
from auricle.models import find_bundle  # noqa: E402

ROOT = Path(__file__).parent.parent
BLOCK = 1 << 17
Task = Callable[[Path], object]
Times = dict[str, dict[str, list[float]]]


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path, help="folder of real music (default: synthesised)")
    parser.add_argument("--duration-s", type=float, default=180.0)
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--bundle", type=Path, help="default: the shipped one")
    parser.add_argument("--recipe", type=Path, help="default: recipes/<name of the bundle>.toml")
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    return parser.parse_args()


def main() -> None:
    """Measure and write results/speed.json."""
    chosen = options()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        songs = make_songs(chosen, Path(folder))
        tasks, batch_size = make_tasks(chosen, songs["flac"])
        times = measure(tasks, songs, chosen.repetitions)
    content = {
        "settings": {
            "duration_s": chosen.duration_s,
            "repetitions": chosen.repetitions,
            "music": "real" if chosen.music else "synthesised",
            "model": auricle.load_model(chosen.bundle).id,
            "peer_batch_size": batch_size,
        },
        "formats": {name: summary(values, chosen.duration_s) for name, values in times.items()},
    }
    common.write_results("speed", content, chosen.output)


def make_songs(chosen: argparse.Namespace, folder: Path) -> dict[str, Path]:
    """Write the same music in every format."""
    if chosen.music:
        waveform = music.real(chosen.music, chosen.duration_s)
    else:
        waveform = music.synthesise(chosen.duration_s)
    return {name: music.encode(waveform, folder / f"song.{name}") for name in music.FORMATS}


def make_tasks(chosen: argparse.Namespace, song: Path) -> tuple[dict[str, Task], int]:
    """Return what is measured, and the peer's best batch size."""
    model = auricle.load_model(chosen.bundle)
    spec, excerpt_s = model.spec.features, model.spec.excerpt_s
    bundle = Path(str(find_bundle(chosen.bundle).folder))
    recipe = chosen.recipe or ROOT / "recipes" / f"{model.spec.name}.toml"
    network = peer.load_network(bundle, recipe)
    excerpts = peer.log_mels(song, spec, excerpt_s)
    check_same(model, network)
    batch_size = best_batch_size(network, excerpts)
    tasks: dict[str, Task] = {
        "codec": bare_codec,
        "decode": lambda path: auricle.decode(path),
        "decode_16k": lambda path: auricle.decode(path, sample_rate=spec.sample_rate),
        "full": lambda path: auricle.analyze(path, model),
        "fast": lambda path: auricle.analyze(path, model, profile="fast"),
        "peer": lambda path: peer.embed(network, peer.log_mels(path, spec, excerpt_s), batch_size),
    }
    return tasks, batch_size


def check_same(model: auricle.Model, network: torch.nn.Module) -> None:
    """Stop unless the peer's network gives the bundle's embedding: else the race is unfair."""
    rng = np.random.default_rng(0)
    n_samples = int(model.spec.excerpt_s * model.spec.features.sample_rate)
    noise = (0.1 * rng.normal(size=n_samples)).astype(np.float32)
    ours = model.embed([noise])[0]
    theirs = peer.embed(network, auricle.log_mel(noise, model.spec.features)[None, None], 1)
    cosine = float(ours @ theirs / np.linalg.norm(ours))
    if cosine < 0.9999:
        raise SystemExit(f"the PyTorch network is another one: cosine {cosine:.4f}")


def best_batch_size(network: torch.nn.Module, excerpts: np.ndarray) -> int:
    """Return the batch size at which the peer's network is fastest here."""
    best: dict[int, float] = {}
    for _ in range(3):
        for batch_size in peer.BATCH_SIZES:
            start = time.process_time()
            peer.embed(network, excerpts, batch_size)
            cost = time.process_time() - start
            best[batch_size] = min(cost, best.get(batch_size, cost))
    return min(best, key=best.__getitem__)


def bare_codec(path: Path) -> int:
    """Run the bare codec to native-rate float samples, through the back-end auricle uses."""
    if readable_formats().get(path.suffix[1:]) != "libsndfile":
        with av.open(str(path)) as container:
            return sum(frame.to_ndarray().shape[-1] for frame in container.decode(audio=0))
    with soundfile.SoundFile(path) as file:
        block = np.empty((BLOCK, file.channels), dtype=np.float32)
        total = 0
        while n_frames := len(file.read(out=block)):
            total += n_frames
        return total


def measure(tasks: dict[str, Task], songs: dict[str, Path], repetitions: int) -> Times:
    """Return CPU times per format and task; the first round only warms up."""
    times: Times = {name: {task: [] for task in tasks} for name in songs}
    order = [(name, task) for name in songs for task in tasks]
    for repetition in range(repetitions + 1):
        random.Random(repetition).shuffle(order)
        for name, task in order:
            start = time.process_time()
            tasks[task](songs[name])
            elapsed = time.process_time() - start
            if repetition:
                times[name][task].append(elapsed)
        print(f"round {repetition} of {repetitions}", flush=True)
    return times


def summary(times: dict[str, list[float]], duration_s: float) -> dict[str, Any]:
    """Return spreads of times and of x real time per core, and ratios with 95 % intervals.

    Ratios are taken repetition by repetition.
    """

    def ratio(upper: str, lower: str) -> dict[str, float]:
        pairs = zip(times[upper], times[lower], strict=True)
        return common.median_with_interval([up / low for up, low in pairs])

    return {
        "cpu_s": {task: common.spread(values) for task, values in times.items()},
        "full_over_decode": ratio("full", "decode"),
        "full_over_codec": ratio("full", "codec"),
        "peer_over_full": ratio("peer", "full"),
        "peer_over_fast": ratio("peer", "fast"),
        "x_real_time": {
            task: common.spread([duration_s / value for value in values])
            for task, values in times.items()
        },
    }


if __name__ == "__main__":
    main()
