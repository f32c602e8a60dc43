"""The filter language: what it says, and errors that point at the place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.errors import FilterError
from auricle.recommend.filters import FIELDS, genre_names, parse_filter, to_number
from auricle.types import Genre

from .make import track

TRACK = track(
    path="/music/Christmas Songs/O'Holy.mp3",
    label="jazz",
    subgenres=(Genre("bebop", 0.7), Genre("swing", 0.2)),
    probability=0.75,
    duration_s=205.0,
    artist="Björk & Co",
    album="Best (of)",
    title="Über uns",
)


@pytest.mark.parametrize(
    "source",
    [
        "genre = jazz",
        "GENRE = Jazz",
        "genre=jazz",
        "genre = bebop",
        "genre != swing",
        "label = jazz and label != bebop",
        "probability >= 0.75 and probability <= .75",
        "probability > 0.7 and probability < 1",
        "duration = 205 and duration = 3:25 and duration < 1:00:00",
        "duration != 204",
        "kind = music",
        "path ~ christmas",
        "path ~ 'christmas songs'",
        """path ~ "O'Holy" """,
        "path ~ O'Holy",
        "artist = 'BJÖRK & CO'",
        "artist ~ &",
        'album = "best (of)"',
        "title ~ über",
        "not genre = rock",
        "not not genre = jazz",
        "not (genre = rock or genre = pop)",
        "genre = rock or genre = jazz",
        "genre = jazz or genre = rock and genre = pop",
        "(genre = rock or genre = jazz) and duration > 120 and path ~ mp3",
        "genre = jazz AND NOT kind = speech",
        "label = 'jazz'",
    ],
)
def test_passes(source: str) -> None:
    assert parse_filter(source)(TRACK)


@pytest.mark.parametrize(
    "source",
    [
        "genre = rock",
        "genre != bebop",
        "genre = swing",
        "label = bebop",
        "probability > 0.75",
        "duration <= 3:24",
        "not path ~ CHRISTMAS",
        "genre = jazz and genre = rock",
        "(genre = jazz or genre = rock) and genre = pop",
        "artist = Björk",
        "title = ''",
        "genre ~ jaz and not genre ~ jaz",
    ],
)
def test_does_not_pass(source: str) -> None:
    assert not parse_filter(source)(TRACK)


def test_empty_text_is_in_every_text() -> None:
    assert parse_filter("title = ''")(track())
    assert parse_filter("title ~ ''")(TRACK)


def test_any_path_of_a_track_counts() -> None:
    two = track()
    two = type(two)(
        **{name: getattr(two, name) for name in two.__slots__} | {"paths": ("/a", "/b")}
    )
    assert parse_filter("path = /b")(two)


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("", 0, "expected one of the fields"),
        ("   ", 0, "expected one of the fields"),
        ("gnere = jazz", 0, "expected one of the fields genre, label"),
        ("genre jazz", 6, "expected one of = != < <= > >= ~ after genre"),
        ("genre =", 7, "expected a word"),
        ("genre = (", 8, "expected a word"),
        ("genre = jazz duration > 3", 13, "expected and, or, or the end"),
        ("genre = jazz and", 16, "expected one of the fields"),
        ("genre = drum and bass", 17, "text with spaces needs quotes"),
        ("(genre = jazz", 13, "expected )"),
        ("genre = jazz)", 12, "expected and, or, or the end"),
        ("genre < jazz", 6, "genre is text: use =, != or ~"),
        ("duration ~ 3", 9, "duration is a number: use"),
        ("duration > long", 11, "duration is a number, and this is none"),
        ("probability > 3:00", 14, "probability is a number"),
        ("duration > nan", 11, "this is none"),
        ("title = 'never closed", 8, "never closed"),
        ('not title = "', 12, "never closed"),
        ("genre = jazz and and kind = music", 17, "expected one of the fields"),
        ("genre = jazz !", 13, "expected a field"),
    ],
)
def test_errors_point_at_the_place(source: str, place: int, message: str) -> None:
    with pytest.raises(FilterError, match=re.escape(message)) as caught:
        parse_filter(source)
    mark = str(caught.value).splitlines()[-1]
    assert mark.index("^") - 2 == place


def test_very_deep_expressions_are_refused() -> None:
    assert parse_filter("not " * 100 + "genre = rock")(TRACK) is False
    with pytest.raises(FilterError, match="more than 100 levels"):
        parse_filter("(" * 5000 + "genre = jazz" + ")" * 5000)


def test_a_long_chain_is_no_depth() -> None:
    assert parse_filter(" or ".join(["genre = rock"] * 5000 + ["genre = jazz"]))(TRACK)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *FIELDS,
                "=",
                "~",
                "<",
                "and",
                "or",
                "not",
                "(",
                ")",
                "jazz",
                "3",
                "'x'",
                '"',
                "\n",
                "é",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_anything_is_understood_or_refused(source: str) -> None:
    try:
        found = parse_filter(source)
    except FilterError as error:
        lines = str(error).splitlines()
    else:
        lines = []
        assert found(TRACK) in {True, False}
    assert len(lines) in {0, 3}


def test_names_and_numbers() -> None:
    assert genre_names(TRACK) == ("jazz", "bebop")
    assert to_number("-1.5") == -1.5
    assert to_number("1e9") is None
    assert to_number("3:25") is None
    assert to_number("1:02:05", clock=True) == 3725
    assert to_number("3:75", clock=True) is None
