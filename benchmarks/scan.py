"""Scanning a collection: beside `auricle classify`, again without changes, and killed fifty times.

    python benchmarks/scan.py [--files FOLDER] [--at-most 250] [--pairs 3] [--kills 50]

`throughput` runs `auricle library add --profile fast --jobs 2` on a new catalog and
`auricle classify --profile fast --jobs 2` on the same files, in turn: songs of a folder, evenly
chosen. `unchanged` is a second `auricle library scan` of many files. `kills` ends a scan of short
made-up songs with SIGKILL again and again at random moments, checks the catalog each time, and
compares what it holds in the end with that of a scan that was left in peace.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import common
import music

FAST = ["--profile", "fast", "--jobs", "2"]
DISTINCT = 40
SHORT_S = 8.0


def main() -> None:
    """Measure and write results/scan.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, help="folder of songs; made up when left out")
    parser.add_argument("--at-most", type=int, default=250, help="of these songs")
    parser.add_argument("--duration-s", type=float, default=60.0, help="of songs that are made up")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--unchanged", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--output", type=Path, default=common.RESULTS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if chosen.files:
            songs = some_of(chosen.files, work / "chosen", chosen.at_most)
        else:
            songs = made_up(work / "songs", chosen.duration_s)
        content = {
            "settings": {
                "files": sum(1 for _ in songs.iterdir()),
                "music": "real" if chosen.files else "made up",
                "pairs": chosen.pairs,
            },
            "throughput": throughput(work, songs, chosen.pairs),
            "unchanged": unchanged(work, chosen.unchanged),
            "kills": killed(work, made_up(work / "short", SHORT_S), chosen.kills),
        }
    common.write_results("scan", content, chosen.output)


def some_of(folder: Path, chosen: Path, at_most: int) -> Path:
    """Put some of a folder's files, evenly chosen, into another folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    chosen.mkdir()
    for number in range(min(at_most, len(files))):
        source = files[number * len(files) // min(at_most, len(files))]
        try:
            os.link(source, chosen / source.name)
        except OSError:  # another disk
            shutil.copy(source, chosen / source.name)
    return chosen


def made_up(folder: Path, duration_s: float) -> Path:
    """Write songs that differ."""
    folder.mkdir()
    for seed in range(DISTINCT):
        music.encode(music.synthesise(duration_s, seed=seed), folder / f"{seed:03d}.mp3")
    return folder


def throughput(work: Path, songs: Path, pairs: int) -> dict[str, Any]:
    """Return seconds of both commands and the ratio of their speeds, pair by pair.

    The files are in memory when it begins.
    """
    timed("classify", str(songs), "--json", *FAST)
    times: dict[str, list[float]] = {"scan": [], "classify": []}
    for pair in range(pairs):
        catalog = work / f"throughput-{pair}.sqlite"
        commands = {
            "scan": ["library", "add", str(songs), "--catalog", str(catalog), *FAST],
            "classify": ["classify", str(songs), "--json", *FAST],
        }
        for name in sorted(commands, reverse=bool(pair % 2)):
            times[name].append(timed(*commands[name]))
        print(f"pair {pair + 1}: {times['scan'][-1]:.2f} s, {times['classify'][-1]:.2f} s")
    ratios = [slow / own for own, slow in zip(times["scan"], times["classify"], strict=True)]
    return {
        "seconds": {name: common.spread(values) for name, values in times.items()},
        "scan_speed_over_classify_speed": common.median_with_interval(ratios),
    }


def unchanged(work: Path, n_files: int) -> dict[str, Any]:
    """Return the seconds of a scan, as a whole process, that finds nothing to do."""
    folder, catalog = work / "many", work / "many.sqlite"
    for number in range(n_files):
        path = folder / f"{number // 100}" / f"{number}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no sound %d" % number)
    add = ["library", "add", str(folder), "--catalog", str(catalog)]
    first_s = timed(*add, "--no-scan")
    mark_failed(catalog, folder)
    values = [timed("library", "scan", "--catalog", str(catalog)) for _ in range(5)]
    return {"files": n_files, "seconds": common.spread(values), "add_s": first_s}


def mark_failed(catalog: Path, folder: Path) -> None:
    """Let a catalog know every file of a folder, without the time that hearing them takes."""
    from auricle.library import Catalog
    from auricle.library.catalog_write import AT_ONCE, fail
    from auricle.library.scan_read import Task, read
    from auricle.library.scan_survey import Wishes, survey
    from auricle.library.walk import stamp_of

    with Catalog.open(catalog) as opened:
        tasks = survey(opened, [str(folder)], Wishes()).tasks
        for first in range(0, len(tasks), AT_ONCE):
            with opened.writing() as connection:
                for task in tasks[first : first + AT_ONCE]:
                    found = read(Task(task.path, stamp_of(task.path)))
                    if found.content:
                        fail(connection, task.path, found.content, "UnsupportedAudio: no sound")


def killed(work: Path, songs: Path, kills: int) -> dict[str, Any]:
    """Kill scans at random moments; return what was left each time, and whether all is there."""
    calm, disturbed = work / "calm.sqlite", work / "disturbed.sqlite"
    whole_s = timed("library", "add", str(songs), "--catalog", str(calm), *FAST)
    random.seed(0)
    ready: list[int] = []
    add = [common.AURICLE, "library", "add", str(songs), "--catalog", str(disturbed), *FAST]
    while len(ready) < kills:
        if ready and ready[-1] == ready_tracks(calm):  # done too early: once more from nothing
            for path in work.glob("disturbed.sqlite*"):
                path.unlink()
        process = subprocess.Popen(add, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.05, whole_s))
        process.send_signal(signal.SIGKILL)
        process.wait()
        ready.append(checked(disturbed))
        print(f"kill {len(ready)}: {ready[-1]} tracks", flush=True)
    timed("library", "scan", "--catalog", str(disturbed), *FAST)
    return {
        "kills": kills,
        "tracks_after_each": ready,
        "integrity": "ok every time",
        "same_content_as_undisturbed": content_of(disturbed) == content_of(calm),
        "tracks": ready_tracks(calm),
    }


def checked(catalog: Path) -> int:
    """Check that a catalog is whole and return how many tracks are ready."""
    if not catalog.exists():
        return 0
    with sqlite3.connect(catalog) as database:
        for check in ("integrity_check", "foreign_key_check"):
            found = database.execute(f"PRAGMA {check}").fetchall()
            if found not in ([("ok",)], []):
                raise SystemExit(f"{check} failed: {found}")
    database.close()
    return ready_tracks(catalog)


def ready_tracks(catalog: Path) -> int:
    """Return how many tracks are ready."""
    with sqlite3.connect(catalog) as database:
        known = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'tracks'").fetchone()
        query = "SELECT count(*) FROM tracks WHERE state = 'ready'"
        count = database.execute(query).fetchone()[0] if known else 0
    database.close()
    return int(count)


def content_of(catalog: Path) -> list[tuple[Any, ...]]:
    """Return all that a scan writes, but for the numbers of tracks."""
    with sqlite3.connect(catalog) as database:
        rows = database.execute(
            "SELECT t.path, content_hash, t.size, state, error, duration_s, kind, label, "
            "probability, genres, subgenres, timeline, tags, t.model, head, fingerprint, "
            "embedding, embeddings, f.path, f.size, f.mtime_ns, present FROM tracks t "
            "LEFT JOIN files f USING (track_id) LEFT JOIN vectors v USING (track_id) "
            "LEFT JOIN excerpts e USING (track_id) ORDER BY t.path, f.path"
        ).fetchall()
    database.close()
    return rows


def timed(*words: str) -> float:
    """Run auricle and return its seconds; it may report files that failed."""
    start = time.perf_counter()
    done = subprocess.run(
        [common.AURICLE, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1) or b"error:" in done.stderr:
        raise SystemExit(f"auricle {' '.join(words)}: {done.stderr.decode()[-500:]}")
    return seconds


if __name__ == "__main__":
    main()
