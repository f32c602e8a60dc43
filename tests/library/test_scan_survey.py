"""The disk against the catalog: what is new, changed, back, gone."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from auricle.errors import UnknownTrack
from auricle.library import Catalog, Content, Origin, Stamp, Survey, add_roots, remove_paths
from auricle.library import catalog_write as write
from auricle.library.scan_read import hash_file
from auricle.library.scan_survey import Known, Wishes, compare, has_changed, survey
from auricle.library.walk import Walk, stamp_of

from .make import ORIGIN, add_file, analysis

STAMP = Stamp(1, 2)


def known(path: str = "/a", **fields: object) -> dict[str, Known]:
    values = {
        "present": True,
        "failed": False,
        "model": ORIGIN.model,
        "head": ORIGIN.head,
        "profile": ORIGIN.profile,
    }
    return {path: Known(path, STAMP.size, STAMP.mtime_ns, **(values | fields))}  # type: ignore[arg-type]


def found(*paths: str, stamp: Stamp = STAMP) -> Walk:
    return Walk({path: stamp for path in paths})


def summary(result: Survey) -> tuple[list[str], int, list[str], list[str], int]:
    paths = [task.path for task in result.tasks]
    return paths, len(result.new), result.back, result.gone, result.unchanged


@pytest.mark.parametrize(
    ("on_disk", "in_catalog", "expected"),
    [
        (found("/a"), {}, (["/a"], 1, [], [], 0)),
        (found("/a"), known(), ([], 0, [], [], 1)),
        (found("/a", stamp=Stamp(1, 3)), known(), (["/a"], 0, [], [], 0)),
        (found("/a", stamp=Stamp(2, 2)), known(), (["/a"], 0, [], [], 0)),
        (found("/a"), known(model=""), (["/a"], 0, [], [], 0)),
        (found("/a"), known(model="", failed=True), ([], 0, [], [], 1)),
        (found("/a"), known(present=False), ([], 0, ["/a"], [], 1)),
        (found("/a", stamp=Stamp(1, 3)), known(present=False), (["/a"], 0, [], [], 0)),
        (found(), known(), ([], 0, [], ["/a"], 0)),
        (found(), known(present=False), ([], 0, [], [], 0)),
        (Walk(unseen=["/x"]), known("/x/a"), ([], 0, [], [], 0)),
        (Walk(unseen=["/y"]), known("/x/a"), ([], 0, [], ["/x/a"], 0)),
    ],
    ids=[
        "new",
        "unchanged",
        "newer",
        "longer",
        "pending",
        "failed",
        "back",
        "back and changed",
        "gone",
        "still gone",
        "folder not searched",
        "other folder not searched",
    ],
)
def test_compare(
    on_disk: Walk,
    in_catalog: dict[str, Known],
    expected: tuple[list[str], int, list[str], list[str], int],
) -> None:
    assert summary(compare(on_disk, in_catalog, Wishes())) == expected


@pytest.mark.parametrize(
    ("in_catalog", "wishes", "again"),
    [
        (known(failed=True, model=""), Wishes(retry=True), True),
        (known(), Wishes(retry=True), False),
        (known(), Wishes(instead_of=ORIGIN), False),
        (known(model="old@1"), Wishes(instead_of=ORIGIN), True),
        (known(head="old"), Wishes(instead_of=ORIGIN), True),
        (known(profile="fast"), Wishes(instead_of=ORIGIN), True),
        (known(profile="fast"), Wishes(instead_of=replace(ORIGIN, profile="fast")), False),
        (known(), Wishes(instead_of=replace(ORIGIN, profile="fast")), False),
        (known(failed=True, model=""), Wishes(instead_of=ORIGIN), False),
        (known(model="old@1"), Wishes(), False),
    ],
)
def test_wishes(in_catalog: dict[str, Known], wishes: Wishes, again: bool) -> None:
    result = compare(found("/a"), in_catalog, wishes)
    assert [task.again for task in result.tasks] == ([True] if again else [])


def look(catalog: Catalog, scopes: Sequence[Path] = ()) -> Survey:
    return survey(catalog, [str(path) for path in scopes], Wishes())


def keep(catalog: Catalog, path: Path) -> int:
    """Store a file as if it had been analysed."""
    content = Content(hash_file(path), stamp_of(str(path)))
    return catalog.store(str(path), content, analysis(str(path)), ORIGIN)


def test_new_files_are_written_down(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    result = look(catalog)
    paths = [str(music / name) for name in ("a.mp3", "more/b.ogg", "more/c.wav")]
    assert [task.path for task in result.tasks] == paths
    assert [track.path for track in catalog.tracks(states=("pending",))] == paths
    again = look(catalog)
    assert (len(again.tasks), again.new) == (3, [])


def test_only_a_part(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    assert len(look(catalog, [music / "more"]).tasks) == 2
    assert len(look(catalog, [music / "a.mp3"]).tasks) == 1
    assert len(look(catalog, [music / "more", music / "more" / "b.ogg"]).tasks) == 2


def test_outside_of_the_collection(catalog: Catalog, music: Path, tmp_path: Path) -> None:
    add_roots(catalog, [str(music)])
    with pytest.raises(UnknownTrack, match="auricle library add"):
        look(catalog, [tmp_path])
    remove_paths(catalog, [str(music / "more")])
    with pytest.raises(UnknownTrack):
        look(catalog, [music / "more"])
    assert [task.path for task in look(catalog).tasks] == [str(music / "a.mp3")]


def test_gone_and_back(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    for path in (music / "a.mp3", music / "more" / "b.ogg", music / "more" / "c.wav"):
        keep(catalog, path)
    os.rename(music / "a.mp3", music / "hidden")
    gone = look(catalog)
    assert gone.gone == [str(music / "a.mp3")]
    with catalog.writing() as connection:
        write.set_present(connection, gone.gone, False)
    os.rename(music / "hidden", music / "a.mp3")
    back = look(catalog)
    assert (back.back, back.tasks, back.unchanged) == ([str(music / "a.mp3")], [], 3)
    assert catalog.counts()["missing"] == 0


def test_a_root_that_is_not_there_keeps_its_tracks(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    keep(catalog, music / "a.mp3")
    os.rename(music, music.with_name("unmounted"))
    result = look(catalog)
    assert result.gone == []
    (problem,) = result.problems
    assert problem.startswith(f"{music}: not there; its tracks are kept")


def test_a_file_that_was_added_by_name_is_gone_when_it_is(catalog: Catalog, music: Path) -> None:
    path = music / "a.mp3"
    add_roots(catalog, [str(path)])
    keep(catalog, path)
    path.unlink()
    result = look(catalog)
    assert (result.gone, result.problems) == ([str(path)], [])


def test_a_folder_that_is_gone_inside_a_root(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    path = music / "more" / "b.ogg"
    keep(catalog, path)
    os.rename(music / "more", music / ".away")
    assert look(catalog, [music / "more"]).gone == [str(path)]


def test_another_model_matters_only_on_request(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music / "a.mp3")])
    keep(catalog, music / "a.mp3")
    other = Origin("other@1", "head")
    assert survey(catalog, [], Wishes()).tasks == []
    (task,) = survey(catalog, [], Wishes(instead_of=other)).tasks
    assert task.again


def test_a_file_has_changed_when_it_was_written_to(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("jazz")
    assert not has_changed(catalog, str(path))  # the catalog does not know it
    add_file(catalog, path)
    assert not has_changed(catalog, str(path))
    os.utime(path, ns=(1, 1))
    assert has_changed(catalog, str(path))
    path.unlink()
    assert not has_changed(catalog, str(path))
