"""What belongs to a collection."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from auricle.errors import CatalogBusy, UnknownTrack
from auricle.library import Catalog, add_roots, forget, read_roots, remove_paths
from auricle.library import catalog_write as write
from auricle.library.roots import Roots, below, knows
from auricle.library.schema import FILES

from .make import ORIGIN, add, analysis, content


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Return a folder with folders a and ab."""
    folder = tmp_path / "music"
    for name in ("a", "ab"):
        (folder / name).mkdir(parents=True)
    return folder


def test_added_roots_are_absolute_and_sorted(
    catalog: Catalog, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(music)
    assert add_roots(catalog, ["ab", "a/"]) == [str(music / "ab"), str(music / "a")]
    assert read_roots(catalog) == Roots((str(music / "a"), str(music / "ab")), frozenset())


def test_a_root_inside_a_root_adds_nothing(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music), str(music / "a")])
    assert read_roots(catalog).included == (str(music),)


def test_a_root_around_a_root_takes_its_place(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music / "a")])
    add_roots(catalog, [str(music)])
    assert read_roots(catalog).included == (str(music),)


def test_what_is_not_there_is_not_added(catalog: Catalog, music: Path) -> None:
    with pytest.raises(UnknownTrack, match="no such file or folder"):
        add_roots(catalog, [str(music), str(music / "nowhere")])
    assert read_roots(catalog).included == ()


def test_covers() -> None:
    roots = Roots(("/m", "/file.mp3"), frozenset({"/m/no"}))
    for path in ("/m", "/m/a", "/m/nothing", "/file.mp3"):
        assert roots.covers(path), path
    for path in ("/", "/mm", "/m/no", "/m/no/a", "/file.mp33"):
        assert not roots.covers(path), path


def test_reaches_what_a_scan_would_find(tmp_path: Path) -> None:
    (tmp_path / "a" / ".b" / "c").mkdir(parents=True)
    roots = Roots((str(tmp_path),), frozenset({str(tmp_path / "x")}))
    assert all(roots.reaches(str(tmp_path / name)) for name in (".", "a", "a/1.mp3"))
    for name in ("a/.b", "a/.b/c", "a/.b/1.mp3", "a/notes.dat", "x/1.mp3", "../1.mp3"):
        assert not roots.reaches(os.path.normpath(tmp_path / name))


def test_what_a_scan_would_pass_over_is_a_root_of_its_own(catalog: Catalog, music: Path) -> None:
    (music / ".hidden").mkdir()
    (music / "c.dat").touch()
    inside = [str(music / name) for name in (".hidden", "a", "c.dat")]
    add_roots(catalog, [str(music), *inside])
    assert read_roots(catalog).included == (str(music), inside[0], inside[2])


def test_below_takes_no_neighbours(catalog: Catalog) -> None:
    paths = ["/m", "/m/a", "/m/a/é", "/m!", "/m0", "/mm/a", "/M/a"]
    for path in paths:
        add(catalog, path)
    with catalog.reading() as connection:
        query = select(FILES.c.path).where(below(FILES.c.path, "/m")).order_by(FILES.c.path)
        assert connection.execute(query).scalars().all() == ["/m", "/m/a", "/m/a/é"]
        everything = select(FILES.c.path).where(below(FILES.c.path, os.sep))
        assert len(connection.execute(everything).all()) == len(paths)


def test_removing_a_root(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    add(catalog, str(music / "a" / "1.mp3"))
    assert remove_paths(catalog, [str(music)]) == 1
    assert read_roots(catalog) == Roots((), frozenset())
    assert sum(catalog.counts().values()) == 0


def test_removing_inside_a_root_leaves_a_hole(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    for name in ("a/1.mp3", "ab/2.mp3"):
        add(catalog, str(music / name))
    assert remove_paths(catalog, [str(music / "a")]) == 1
    assert [track.path for track in catalog.tracks()] == [str(music / "ab" / "2.mp3")]
    assert not read_roots(catalog).covers(str(music / "a" / "1.mp3"))
    add_roots(catalog, [str(music / "a")])
    assert read_roots(catalog) == Roots((str(music),), frozenset())


def test_a_removed_copy_leaves_the_other(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    paths = [str(music / "a" / "1.mp3"), str(music / "ab" / "1.mp3")]
    for path in paths:
        catalog.store(path, content("same"), analysis(path), ORIGIN)
    assert remove_paths(catalog, [str(music / "a")]) == 1
    (track,) = catalog.tracks()
    assert (track.path, track.paths) == (paths[1], (paths[1],))


def test_what_is_unknown_cannot_be_removed(catalog: Catalog, music: Path) -> None:
    with pytest.raises(UnknownTrack, match="nothing of it is in the catalog"):
        remove_paths(catalog, [str(music)])


def test_nothing_is_taken_out_during_a_scan(
    catalog: Catalog, catalog_url: str, music: Path
) -> None:
    add_roots(catalog, [str(music)])
    with Catalog.open(catalog_url) as other, other.exclusive():
        with pytest.raises(CatalogBusy):
            remove_paths(catalog, [str(music)])
        with pytest.raises(CatalogBusy):
            forget(catalog)


def test_forget_takes_what_is_missing(catalog: Catalog) -> None:
    add(catalog, "/here")
    add(catalog, "/gone")
    with catalog.writing() as connection:
        write.set_present(connection, ["/gone"], False)
    assert forget(catalog) == 1
    assert forget(catalog) == 0
    assert [track.path for track in catalog.tracks()] == ["/here"]
    assert catalog.counts()["missing"] == 0


def test_imported_tracks_are_forgotten_only_on_request(catalog: Catalog) -> None:
    add(catalog, "/elsewhere")
    with catalog.writing() as connection:
        write.drop_files(connection, ["/elsewhere"])
    assert catalog.counts()["missing"] == 1
    assert forget(catalog) == 0
    assert forget(catalog, imported=True) == 1


def test_a_root_inside_what_was_removed_counts(catalog: Catalog, music: Path) -> None:
    inside = music / "a" / "deep"
    inside.mkdir()
    add_roots(catalog, [str(music)])
    remove_paths(catalog, [str(music / "a")])
    add_roots(catalog, [str(inside)])
    roots = read_roots(catalog)
    assert roots.covers(str(inside / "x.mp3"))
    assert not roots.covers(str(music / "a" / "x.mp3"))
    assert roots.covers(str(music / "ab" / "x.mp3"))


def test_what_was_removed_may_stay_so(catalog: Catalog, music: Path) -> None:
    add_roots(catalog, [str(music)])
    remove_paths(catalog, [str(music / "a")])
    assert add_roots(catalog, [str(music)], keep_removed=True) == [str(music)]
    assert not read_roots(catalog).covers(str(music / "a"))
    add_roots(catalog, [str(music)])
    assert read_roots(catalog).covers(str(music / "a"))


def test_known_is_what_was_there_once(catalog: Catalog) -> None:
    add(catalog, "/music/a/1.mp3")
    assert all(knows(catalog, path) for path in ("/", "/music", "/music/a", "/music/a/1.mp3"))
    assert not knows(catalog, "/music/a/1")
    assert not knows(catalog, "/mus")
