"""Peak memory of `auricle classify`, with its worker processes, on a song and on a very long file.

    python benchmarks/memory.py [--hours 10] [--profile full]

Linux only: /proc is read every 20 ms. The figure is the largest sum of resident memory over the
whole process tree; pages that processes share are counted once for each (so it errs upwards).
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import soundfile

import common
import music

INTERVAL_S = 0.02
BLOCK_S = 60


def main() -> None:
    """Measure and write results/memory.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=10.0)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        song = music.encode(music.synthesise(180), Path(folder) / "song.mp3")
        long = write_long(Path(folder) / "long.flac", chosen.hours)
        runs = {
            f"{name}_{profile}": peak(path, profile)
            for name, path in (("song", song), ("long", long))
            for profile in ("full", "fast")
        }
    settings = {"hours": chosen.hours, "song_s": 180}
    common.write_results("memory", {"settings": settings, "runs": runs}, chosen.output)


def write_long(path: Path, hours: float) -> Path:
    """Write a long FLAC, one minute of music again and again."""
    minute = music.synthesise(BLOCK_S)
    with soundfile.SoundFile(
        path, "w", music.SAMPLE_RATE, 2, "PCM_16", compression_level=0.0
    ) as file:
        for _ in range(max(1, round(hours * 3600 / BLOCK_S))):
            file.write(minute)
    return path


def peak(path: Path, profile: str) -> dict[str, Any]:
    """Classify one file and return its peak memory and wall-clock time."""
    command = [common.AURICLE, "classify", "--json", "--profile", profile, str(path)]
    start = time.perf_counter()
    largest = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            largest = max(largest, sum(resident_kib(pid) for pid in tree(process.pid)))
            time.sleep(INTERVAL_S)
    if process.returncode:
        raise SystemExit(f"classify ended with exit code {process.returncode}")
    return {"peak_mb": largest * 1024 / 1e6, "wall_s": time.perf_counter() - start}


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, task.read_text("ascii").split())
            except OSError:
                continue
    return found


def resident_kib(pid: int) -> int:
    """Return a process's resident memory; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    sizes = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
    return sizes[0] if sizes else 0


if __name__ == "__main__":
    main()
