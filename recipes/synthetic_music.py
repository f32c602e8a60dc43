"""Renders synthetic music by style: accompaniment of MMA, a solo of our own, soundfonts.

Musical MIDI Accompaniment (the program ``mma``) brings a library of grooves, each written for a
style: a twelve-bar shuffle, a bossa nova, a march. The names of its files say the genre, so a
piece rendered from one of them is labelled music that can be made in any amount. For each piece
this draws a groove, a chord progression usual in the genre, key, tempo, sections with fills,
intro and ending, and plays a random solo of chord and scale tones over it. Grooves that are
drums alone get bass and chords of patterns fitting the genre; rock and metal get power chords.
``fluidsynth`` then plays it with one of several General MIDI soundfonts, with more or less
reverb and chorus, and the result is written as Opus, mono, 24 kHz, 24 to 60 s each.

Under Debian::

    apt-get install mma fluidsynth fluid-soundfont-gm timgm6mb-soundfont
    apt-get install csound-soundfont musescore-general-soundfont-small
    python recipes/synthetic_music.py TARGET --hours 6 --seed 1

TARGET/manifest.csv names label, groove and licence of each piece. Its artist_id is the file of
the groove: keep an artist_id within one fold, or the same drums are on both sides. Each piece
is drawn from the seed, its label and its number alone: the same versions of the programs make
the same piece, and an interrupted run goes on where it stopped.
"""

import argparse
import csv
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile as sf

LIBRARY = Path("/usr/share/mma/lib")
RATE = 24_000
RENDER_RATE = 48_000
TICKS = 192  # per quarter note, of MMA
COLUMNS = ("path", "clip_id", "label", "groove", "artist_id", "duration_s", "licence", "seed")
GROOVE_LICENCE = "grooves GPL-2.0-or-later (mma)"


@dataclass(frozen=True)
class Font:
    """A soundfont, its licence, and how often it is drawn (some are slow to load)."""

    path: str
    licence: str
    weight: float


FONTS = (
    Font("/usr/share/sounds/sf2/FluidR3_GM.sf2", "MIT", 4),
    Font("/usr/share/sounds/sf2/TimGM6mb.sf2", "GPL-2.0-only", 3),
    Font("/usr/share/sounds/sf2/sf_GMbank.sf2", "LGPL-2.1-or-later", 2),
    Font("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3", "MIT", 0.5),
)

# General MIDI programs, from 0.
PIANO, HONKYTONK, RHODES, EPIANO, VIBES, MARIMBA, DULCIMER = 0, 3, 4, 5, 11, 12, 15
ORGAN, ROCK_ORGAN, CHURCH_ORGAN, ACCORDION, HARMONICA, BANDONEON = 16, 18, 19, 21, 22, 23
NYLON, STEEL, JAZZ_GUITAR, CLEAN, MUTED, OVERDRIVE, DISTORTED = 24, 25, 26, 27, 28, 29, 30
UPRIGHT, FINGERED, PICKED, FRETLESS, SLAP, SYNTH_BASS, SYNTH_BASS2 = 32, 33, 34, 35, 36, 38, 39
VIOLIN, CELLO, STRINGS, SYNTH_STRINGS, AAHS, OOHS, SYNTH_VOICE = 40, 42, 48, 50, 52, 53, 54
TRUMPET, TROMBONE, TUBA, MUTED_TRUMPET, HORN, BRASS, SYNTH_BRASS = 56, 57, 58, 59, 60, 61, 62
SOPRANO_SAX, ALTO_SAX, TENOR_SAX, OBOE, CLARINET, PICCOLO, FLUTE = 64, 65, 66, 68, 71, 72, 73
WHISTLE, SQUARE, SAW, CHARANG, PAD, WARM_PAD, BANJO, FIDDLE = 78, 80, 81, 84, 88, 89, 105, 110


@dataclass(frozen=True)
class Style:
    """How a genre is played.

    Rhythms are strings of sixteenths: x strikes a chord, a digit the degree of a bass note.
    """

    files: str
    tempo: float
    progressions: tuple[str, ...]
    leads: tuple[int, ...]
    solo: float = 0.8
    swing: bool = False
    blue: bool = False
    busy: float = 0.5
    chords: tuple[int, ...] = (PIANO,)
    hits: tuple[str, ...] = ("x...x...x...x...", "x.x.x.x.x.x.x.x.", "x.....x...x.....")
    basses: tuple[int, ...] = (FINGERED,)
    lines: tuple[str, ...] = ("1.......5.......", "1.....1.5.....5.", "1...1...1...1...")
    power: float = 0.0


BLUES = (
    "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
    "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 I7,V7",
    "Im7 Im7 Im7 Im7 IVm7 IVm7 Im7 Im7 V7 IVm7 Im7 V7",
    "I7 V7 IV7 IV7 I7 V7 I7 V7",
)
AXIS = ("I V VIm IV", "VIm IV I V", "I VIm IV V", "I IV VIm V", "I IIIm IV V", "IV V IIIm VIm")
COUNTRY = ("I I IV I V V I I", "I IV I V I IV V I", "I I IV IV V V I I", "I VIm IIm V7 I IV V7 I")
JAZZ = (
    "IIm7 V7 IM7 VIm7",
    "IM7,VIm7 IIm7,V7 IIIm7,VI7 IIm7,V7",
    "IM7 VI7 IIm7 V7 IIIm7 VI7 IIm7 V7",
    "IIm7 V7 IM7 IVM7 VIIm7b5 III7 VIm7 VI7",
    "Im7 Im7 IIm7b5 V7 Im7 bVIM7 IIm7b5 V7",
    "I7 IV7 I7 I7 IV7 IV7 I7 VI7 IIm7 V7 I7,VI7 IIm7,V7",
    "IM7 IM7 II7 II7 IIm7 bII7 IM7 IIm7,V7",
)
LATIN = (
    "IIm7 V7 IM7 IM7",
    "Im IVm V7 Im",
    "Im7 IV7 Im7 IV7",
    "I IV V7 IV",
    "IM7 II7 IIm7 V7",
    "Im bVII bVI V7",
    "I V7 V7 I",
)
MODAL = ("Im7 IV7", "Im7 Im7 Im7 IV7", "I7 I7 I7 IV7", "Im7 bVII bVI bVII", "I9 I9 IV9 I9")
ROCK = (
    "I bVII IV I",
    "I IV V IV",
    "Im bVII bVI bVII",
    "I V VIm IV",
    "Im bIII bVII IV",
    "I I IV IV V IV I V",
    "VIm IV I V",
)
METAL = (
    "I5 I5 bVI5 bVII5",
    "I5 I5 bII5 I5",
    "I5 bIII5 IV5 I5",
    "I5 bVI5 bIII5 bVII5",
    "I5 I5 I5 bV5",
)
LOOP = (
    "Im Im bVI bVII",
    "Im bVI bIII bVII",
    "Im7 Im7 IVm7 IVm7",
    "Im IVm bVI V7",
    "IVM7 IIIm7 IIm7 Im7",
)
SOUL = ("IM7 IIm7 IIIm7 IVM7", "I VIm7 IIm7 V7", "Im7 IVm7 bVIIM7 V7", "I IIIm7 IV IVm6", *AXIS[:2])
GOSPEL = (
    "I I7 IV IVm I VI7 II7 V7",
    "I IV I V I IV I,V7 I",
    "I VIm IIm7 V7 I I7 IV V7",
    "I V VIm IV I V IV I",
)
PLAIN = ("I I V7 V7 V7 V7 I I", "I IV V7 I", "I VIm IIm V7", "I I IV IV V7 V7 I I")

STYLES = {
    "blues": Style(
        "stdlib: blues blues128 blues68 boggiewoggie countryblues fastblues shuffleboggie"
        " slowblues; casio: blues shuffleboogie; zoom: blues shuffle; kara: happyshuffle",
        105,
        BLUES,
        (HARMONICA, CLEAN, OVERDRIVE, TENOR_SAX, PIANO, ROCK_ORGAN, STEEL, TRUMPET),
        swing=True,
        blue=True,
        chords=(PIANO, ORGAN, CLEAN),
        lines=("1...3...5...6...", "1.1.3.3.5.5.6.6.", "1...1...5...5..."),
    ),
    "country": Style(
        "stdlib: bluegrass countryswing countrywaltz hillcountry slowcountry westernswing;"
        " kara: kwestballad; yamaha: western jazzcountry; zoom: cntry country",
        120,
        COUNTRY,
        (FIDDLE, BANJO, STEEL, HARMONICA, CLEAN, VIOLIN, OOHS),
        chords=(STEEL, BANJO, CLEAN),
        hits=("....x.......x...", "..x...x...x...x.", "..x.x.x...x.x.x."),
        lines=("1.......5.......", "1...1...5...5..."),
    ),
    "disco": Style(
        "stdlib: boneym; casio: discosoul 8beatdance dance1 dance2 dancepop1 dancepop2"
        " dancepop3; zoom: dance",
        118,
        (*LOOP[:3], *AXIS[:3], "Im7 IV7 Im7 V7"),
        (STRINGS, BRASS, AAHS, SAW, CLEAN, RHODES, SYNTH_BRASS),
        chords=(STRINGS, CLEAN, RHODES, MUTED),
        hits=("..x...x...x...x.", "x.xx..xx.x..x.x.", "x..............."),
        basses=(FINGERED, SLAP, SYNTH_BASS),
        lines=("1.8.1.8.1.8.1.8.", "1..11.8.1..11.8."),
    ),
    "electronic": Style(
        "stdlib: trance; alexis: teamtechno; casio: house latinhouse techno trance1 trance2"
        " rave ambient1 ambient2 ambient3; zoom: techno house dnb trip ambient",
        128,
        (*LOOP, "Im Im Im Im", "Im7 Im7 bVIM7 bVIM7"),
        (SQUARE, SAW, CHARANG, PAD, SYNTH_VOICE, SYNTH_BRASS),
        solo=0.5,
        chords=(PAD, SAW, WARM_PAD, SYNTH_STRINGS, SQUARE),
        hits=("x...............", "..x...x...x...x.", "x..x..x...x..x..", "x.xxx.xxx.xxx.xx"),
        basses=(SYNTH_BASS, SYNTH_BASS2),
        lines=("..1...1...1...1.", "1.1.1.1.1.1.1.1.", "1..1..1...1..1.8", "1..............."),
    ),
    "hip-hop": Style(
        "alexis: hiphop; casio: hip-hop triphop; zoom: hiphop",
        90,
        (*LOOP, "Im7 Im7 Im7 Im7", "IIm9 IIm9 V7 V7"),
        (RHODES, SYNTH_VOICE, FLUTE, SQUARE, VIBES, MUTED_TRUMPET),
        solo=0.45,
        blue=True,
        busy=0.35,
        chords=(RHODES, PIANO, STRINGS, WARM_PAD, EPIANO),
        hits=("x...............", "x.....x.........", "x..x......x.....", "x...x...x...x..."),
        basses=(SYNTH_BASS2, FINGERED, SYNTH_BASS, FRETLESS),
        lines=("1.........1.....", "1..1......1.5...", "1......11.......", "1.....3...1....."),
    ),
    "jazz": Style(
        "stdlib: 68swing bebop bigband charleston descendingjazz dixie easyswing evansish"
        " fastjazzwaltz fastswing folkyjazz gypsyjazz jazz-54 jazzcombo jazzguitar jazzrock"
        " jazzwaltz lfusion mellowjazz modernjazz modernjazzwaltz nitejazz ragtime slowjazz"
        " swing; casio: fastbigband middlebigband slowbigband jazzcombo jazzwaltz modernjazz"
        " slowswing swing fusion; yamaha: jazzGrtrio jazzbasie jazzbouncy jazzswing jazztrio"
        " jazzwaltz; zoom: jazz jazz04 fusion fus16",
        145,
        JAZZ,
        (TENOR_SAX, ALTO_SAX, TRUMPET, MUTED_TRUMPET, JAZZ_GUITAR, PIANO, VIBES, CLARINET),
        swing=True,
        busy=0.7,
        chords=(PIANO, JAZZ_GUITAR, RHODES),
        hits=("x.....x.........", "..x.......x.....", "x...x...x...x..."),
        basses=(UPRIGHT,),
        lines=("1...3...5...6...", "1...5...8...5...", "1...3...5...3..."),
    ),
    "latin": Style(
        "stdlib: afro-cuban beguine bolero bossanova calypso chacha cubanguitar jazzrhumba"
        " latinwaltz lighttango mambo merengue rhumba salsa samba slowbolero son tango;"
        " casio: latinfusion; kara: kbossa; yamaha: jazzbossa mambo quando-g.s280 salsa1"
        " salsa2; zoom: bossa latin samba afro",
        122,
        LATIN,
        (NYLON, FLUTE, TRUMPET, PIANO, ALTO_SAX, ACCORDION, TROMBONE, MARIMBA),
        busy=0.6,
        chords=(PIANO, NYLON),
        hits=("x..x..x...x.x...", "x.xx.xx.x.xx.xx.", "..x...x...x..x.."),
        basses=(UPRIGHT, FINGERED),
        lines=("......5.....1...", "1.....5.8.....5.", "1..5..8.1..5..8."),
    ),
    "reggae": Style(
        "stdlib: ska; zoom: reggae ska",
        82,
        (
            "I IV I IV",
            "Im IVm Im IVm",
            "I V VIm IV",
            "Im bVII Im bVII",
            "I IIm I IIm",
            "Im Im V7 Im",
        ),
        (TROMBONE, ORGAN, OOHS, TENOR_SAX, HARMONICA, CLEAN, TRUMPET),
        solo=0.7,
        busy=0.4,
        chords=(CLEAN, ORGAN, MUTED, PIANO),
        hits=("....x.......x...", "....x.......x.x.", "....x..x....x..."),
        lines=("1..5..1...3.5...", "....1.1.5.3.1...", "1.....1.3.5.....", "1...1...3...5..."),
    ),
    "rock": Style(
        "stdlib: 50srock 60srock basicrock bubblerock folkrock rock-128 rockballad rockwaltz"
        " softrock twist jive; casio: 60srock digitalrock poprock1 poprock2 rock1 rock2"
        " shufflerock slowrock; kara: K50s_rock fasttwist twi; pflib: rock1 slowrock highfive;"
        " yamaha: w-rock; zoom: rock punk hrk",
        128,
        ROCK,
        (OVERDRIVE, DISTORTED, CLEAN, ROCK_ORGAN, TENOR_SAX, OOHS),
        blue=True,
        chords=(CLEAN, OVERDRIVE, ROCK_ORGAN),
        basses=(PICKED, FINGERED),
        lines=("1.1.1.1.1.1.1.1.", "1.....1.1.....5.", "1...1...1...5..."),
        power=0.65,
    ),
    "metal": Style(
        "casio: heavymetal; pflib: metal1 metal2; zoom: mtl thr hrk",
        148,
        METAL,
        (DISTORTED, OVERDRIVE, DISTORTED, CHARANG),
        solo=0.6,
        blue=True,
        busy=0.8,
        chords=(DISTORTED,),
        hits=("x.xxx.xxx.xxx.xx", "xxxxxxxxxxxxxxxx", "x.......x.......", "x..x..x.x..x..x."),
        basses=(PICKED,),
        lines=("1.1.1.1.1.1.1.1.", "1.111.111.111.11"),
        power=1.0,
    ),
    "pop": Style(
        "stdlib: 8beat popballad ballad ballad68 ballad128 stringballad guitarballad"
        " pianoballad; casio: 8beat1 8beat2 8beat3 8beatpop1 8beatpop2 8beatpop3"
        " 8beatballad1 8beatballad2 16beat1 16beat2 16beat3 16beatballad1 16shuffle1 60spop"
        " 80spop electricpop pop popballad popshuffle1 popshuffle2 soulpop worldpop;"
        " pflib: 8beat1 8beat2 16beat1 16beat2; zoom: pop beat8 beat16 bald",
        112,
        AXIS,
        (OOHS, PIANO, CLEAN, ALTO_SAX, SAW, STEEL, EPIANO, AAHS),
        chords=(PIANO, EPIANO, STEEL, CLEAN),
        basses=(FINGERED, SYNTH_BASS),
    ),
    "folk": Style(
        "stdlib: folk folkballad bluefolk polka zydeco frenchwaltz lullaby desert arpeggio68;"
        " casio: polka polkafox poppolka",
        115,
        (*PLAIN, "I V VIm IV", "Im bVII Im bVII", "I IV I V"),
        (ACCORDION, FIDDLE, WHISTLE, FLUTE, CLARINET, STEEL, DULCIMER, HARMONICA),
        busy=0.6,
        chords=(STEEL, NYLON),
    ),
    "funk": Style(
        "stdlib: bvfunk strut; casio: funk1 funk2 slow16beat; kara: Kfunk1; zoom: funk",
        104,
        MODAL,
        (BRASS, CLEAN, ALTO_SAX, ROCK_ORGAN, SAW, TRUMPET),
        solo=0.65,
        blue=True,
        busy=0.6,
        chords=(CLEAN, MUTED, RHODES, ORGAN),
        hits=("..x.x..x..x.x..x", "x.xx..xx.x..x.x.", "....x..x....x..x"),
        basses=(SLAP, FINGERED),
        lines=("1..1..8.1.1...7.", "1.8...1..1.5.8..", "1...1.8.....1.8."),
    ),
    "soul": Style(
        "stdlib: dsoul rb rb-ballad; casio: 60ssoul soul mellowrb modernrb r+b oldieballad;"
        " kara: 8beatmotown; zoom: rnb",
        92,
        SOUL,
        (OOHS, TENOR_SAX, RHODES, ORGAN, TRUMPET, CLEAN, AAHS),
        chords=(RHODES, ORGAN, PIANO, CLEAN),
        hits=("x.......x.......", "x.....x...x.....", "....x.......x..."),
        basses=(FINGERED, FRETLESS),
        lines=("1.....1.5.......", "1..1....5..5....", "1.....8.5...3..."),
    ),
    "gospel": Style(
        "stdlib: hymn spiritual slowspiritual popspiritual",
        92,
        GOSPEL,
        (AAHS, OOHS, ORGAN, ROCK_ORGAN, PIANO, CHURCH_ORGAN),
    ),
    "march": Style(
        "stdlib: 68march bwmarch dixiemarch march; casio: germanmarch march1",
        116,
        PLAIN,
        (TRUMPET, PICCOLO, TROMBONE, CLARINET, BRASS, HORN),
        solo=0.95,
    ),
    "waltz": Style(
        "stdlib: waltz vienesewaltz fastwaltz broadwaywaltz arpeggiowaltz; casio: popwaltz",
        150,
        (*PLAIN, "I VI7 IIm V7", "I I IIm V7 IIm V7 I I"),
        (VIOLIN, FLUTE, STRINGS, CLARINET, ACCORDION, PIANO, OBOE, CELLO),
        busy=0.3,
    ),
    "easy listening": Style(
        "stdlib: broadway foxtrot quickstep showtune slowbroadway softshoe;"
        " casio: foxtrot quickstep serenade",
        125,
        (*JAZZ[:3], *PLAIN[1:3], "I I7 IV IVm I VI7 IIm V7"),
        (STRINGS, CLARINET, VIBES, TRUMPET, PIANO, FLUTE, SOPRANO_SAX),
        swing=True,
    ),
}

# Tempos of files that ask for another one than their genre; the first that matches.
TEMPOS = (
    ("68swing", 240.0),
    ("68march|ballad68|jazz-54|arpeggio68", 150.0),
    ("blues68", 170.0),
    ("128", 78.0),
    ("broadwaywaltz", 140.0),
    ("slow(bolero|broadway|swing)", 88.0),
    ("slowrock", 76.0),
    ("slow|ballad|bald|hymn|lullaby|nitejazz|evansish|serenade", 72.0),
    ("dixie$|bwmarch|merengue|^broadway|ragtime|quickstep|bluegrass|zydeco", 200.0),
    ("stdlib/ska|zoom/ska", 150.0),
    ("bebop|fastswing|jive|gypsyjazz|fastbigband|charleston", 190.0),
    ("fast", 165.0),
    ("vienese", 175.0),
    ("dnb", 168.0),
    ("punk|thr", 180.0),
    ("ambient|triphop|trip$", 84.0),
    ("polka|samba|salsa|mambo", 190.0 * 0.75),
)

INTERVALS = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "7": (0, 4, 7, 10),
    "9": (0, 4, 10, 14),
    "m7": (0, 3, 7, 10),
    "m9": (0, 3, 10, 14),
    "M7": (0, 4, 7, 11),
    "m6": (0, 3, 7, 9),
    "m7b5": (0, 3, 6, 10),
}
DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
MAJOR, MINOR, BLUE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 6, 7, 10)
MELODIES = {
    0.2: ("x.......x.......", "x...........x...", "x...............", "....x.......x..."),
    0.5: ("x...x...x.x.x...", "x.....x.x.......", "..x.x...x...x...", "x.x.x.......x.x."),
    0.8: ("x.x.x.x.x.x.x.x.", "x.xxx.x...x.x.x.", "x.x.xxxx..x.x...", "x..x..x.x.xxx.x."),
}


@dataclass(frozen=True)
class Chord:
    """A chord: pitch class of its root, and its kind as MMA writes it."""

    root: int
    kind: str

    @property
    def name(self) -> str:
        """As MMA reads it; fifths alone (5) too."""
        return NAMES[self.root] + self.kind

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes."""
        return tuple((self.root + step) % 12 for step in INTERVALS[self.kind])


@dataclass(frozen=True)
class Groove:
    """A file of the library: its main grooves, fills, intros and endings, beats a bar."""

    file: str
    beats: int
    mains: tuple[str, ...]
    fills: tuple[str, ...]
    intros: tuple[str, ...]
    ends: tuple[str, ...]

    @property
    def drums_only(self) -> bool:
        """Whether it brings drums but neither bass nor chords."""
        return self.file.startswith("zoom/")


@dataclass
class Bar:
    """A bar: its groove and chords (one, or two for half a bar each)."""

    groove: str
    chords: tuple[Chord, ...]
    section: int
    solo: bool


@dataclass
class Song:
    """All that is drawn for a piece."""

    clip: str
    label: str
    style: Style
    groove: Groove
    seed: str
    tempo: int
    key: int
    minor: bool
    bars: list[Bar] = field(default_factory=list)

    @property
    def duration(self) -> float:
        """Seconds, as planned."""
        return len(self.bars) * self.groove.beats * 60 / self.tempo


def complain(line: str) -> None:
    """Says one line on stderr."""
    sys.stderr.write(line + "\n")


def read_groove(file: str) -> Groove:
    """Reads which grooves a file of the library defines."""
    text = (LIBRARY / f"{file}.mma").read_text(encoding="utf-8", errors="replace")
    names = dict.fromkeys(re.findall(r"(?mi)^\s*DefGroove\s+(\S+)", text))
    times = re.findall(r"(?mi)^\s*Time\s+(\d+)(?:/4)?\s*(?://.*)?$", text)
    parts: dict[str, list[str]] = {"main": [], "fill": [], "intro": [], "end": []}
    for name in names:
        parts[part_of(name, file)].append(name)
    if not parts["main"]:
        raise ValueError("no groove to play")
    main, fill, intro, end = (tuple(parts[part]) for part in ("main", "fill", "intro", "end"))
    return Groove(file, int(times[-1]) if times else 4, main, fill, intro, end)


def part_of(name: str, file: str) -> str:
    """Which part of a piece a groove is for, by its name."""
    if "intro" in name.lower():
        return "intro"
    if re.search(r"End(ing)?[A-D]?\d*(Sus)?$", name) or (
        file.startswith("pflib") and name[-1] == "E"
    ):
        return "end"
    if re.search(r"Fill|Break|F[AB]$", name):
        return "fill"
    return "main"


def files_of(style: Style) -> list[str]:
    """The files of a genre, lib/stem."""
    groups = (group.split(":") for group in style.files.split(";"))
    return [f"{lib.strip()}/{stem}" for lib, stems in groups for stem in stems.split()]


def turns(grooves: list[Groove], rng: random.Random) -> Iterator[Groove]:
    """All grooves in turn, over and over, shuffled; files of many drum patterns more often."""
    while True:
        turn = [g for g in grooves for _ in range(1 + len(g.mains) // 8 * g.drums_only)]
        rng.shuffle(turn)
        yield from turn


def parse_bar(text: str, key: int) -> tuple[Chord, ...]:
    """Reads a bar of Roman numerals, as IIm7,V7."""
    chords = []
    for word in text.split(","):
        match = re.fullmatch(r"(b?)([IV]+)(.*)", word)
        if match is None:
            raise ValueError(f"no chord: {word}")
        flat, numeral, kind = match.groups()
        chords.append(Chord((key + DEGREES[numeral] - len(flat)) % 12, kind))
    return tuple(chords)


def draw_song(label: str, number: int, groove: Groove, seed: str) -> Song:
    """Draws tempo, key and the bars of a piece."""
    rng = random.Random(seed)
    style = STYLES[label]
    centre = next((bpm for rule, bpm in TEMPOS if re.search(rule, groove.file)), style.tempo)
    tempo = round(centre * rng.uniform(0.8, 1.2))
    clip = f"{label.replace(' ', '-')}-{number:04d}"
    tunes = rng.sample(style.progressions, k=min(2, len(style.progressions)))
    tunes = [t for t in tunes if t.startswith("Im") == tunes[0].startswith("Im")]
    minor = tunes[0].startswith("Im") or label == "metal"
    song = Song(clip, label, style, groove, seed, tempo, rng.randrange(12), minor)
    wanted = max(6, round(rng.uniform(24, 56) * tempo / 60 / groove.beats))
    song.bars = draw_bars(song, tunes, wanted, rng)
    return song


def draw_bars(song: Song, tunes: list[str], wanted: int, rng: random.Random) -> list[Bar]:
    """Draws the form: intro, sections each with a groove and a fill at its end, an ending."""
    bars: list[Bar] = []
    groove = song.groove
    tune = [parse_bar(bar, song.key) for bar in tunes[0].split()]
    if groove.intros and rng.random() < 0.5:
        intro = rng.choice(groove.intros)
        bars += [Bar(intro, tune[i % len(tune)], 0, False) for i in range(4)]
    section = 0
    while len(bars) < wanted:
        section += 1
        tune = [parse_bar(bar, song.key) for bar in tunes[(section // 2) % len(tunes)].split()]
        main = rng.choice(groove.mains)
        solo = rng.random() < song.style.solo
        length = min(max(len(tune), 8), wanted - len(bars))
        new = [Bar(main, tune[i % len(tune)], section, solo) for i in range(length)]
        if groove.fills and length > 3:
            new[-1].groove = rng.choice(groove.fills)
        bars += new
    if groove.ends and rng.random() < 0.5:
        end = rng.choice(groove.ends)
        bars[-2:] = [Bar(end, tune[0][:1], section, False) for _ in range(2)]
    return bars


def steps_of(rhythm: str, beats: int) -> str:
    """A rhythm of 16 sixteenths, for a bar of so many beats."""
    return (rhythm * 2)[: beats * 4]


def tick_of(step: int, swing: bool) -> int:
    """When a sixteenth sounds; swing delays the second eighth of a beat."""
    late = TICKS // 6 if swing and step % 4 >= 2 else 0
    return step * TICKS // 4 + late


def chord_at(bar: Bar, step: int, beats: int) -> Chord:
    """The chord that sounds at a sixteenth of a bar."""
    return bar.chords[min(step * len(bar.chords) // (beats * 4), len(bar.chords) - 1)]


@dataclass
class Player:
    """Writes the notes of one MMA track, a bar at a time."""

    song: Song
    name: str
    voice: int
    rhythms: tuple[str, ...]
    rng: random.Random
    loudness: int

    def note(self, tick: int, pitch: int, ticks: int, accent: int = 0) -> str:
        """A note, its time and force a little off, as a hand would play."""
        tick = max(0, tick + round(self.rng.gauss(0, 3)))
        velocity = round(self.rng.gauss(self.loudness + accent, 6))
        velocity = min(max(velocity, 20), 127)
        return f"{self.name} MidiNote {tick} {pitch} {velocity} {max(ticks, 12)}"

    def strikes(self, section: int) -> list[tuple[int, int, str]]:
        """Steps, lengths in ticks and signs of the rhythm of a section."""
        beats = self.song.groove.beats
        rhythm = steps_of(self.rhythms[section % len(self.rhythms)], beats)
        at = [i for i, sign in enumerate(rhythm) if sign != "."]
        ends = [*at[1:], beats * 4]
        return [
            (i, round((end - i) * TICKS / 4 * 0.9), rhythm[i])
            for i, end in zip(at, ends, strict=True)
        ]


class ChordPlayer(Player):
    """Strikes chords, or power chords where the voice is distorted."""

    def play(self, bar: Bar) -> list[str]:
        """The notes of a bar."""
        lines = []
        short = self.song.label == "reggae" or self.voice == MUTED
        for step, ticks, _ in self.strikes(bar.section):
            chord = chord_at(bar, step, self.song.groove.beats)
            tick = tick_of(step, self.song.style.swing)
            length = min(ticks, 60) if short else ticks
            for pitch in self.pitches(chord):
                lines.append(self.note(tick, pitch, length, 6 if step % 4 == 0 else 0))
        return lines

    def pitches(self, chord: Chord) -> list[int]:
        """The voicing, near the middle of the keyboard."""
        if self.voice in (OVERDRIVE, DISTORTED):
            root = 40 + (chord.root - 4) % 12
            return [root, root + 7, root + 12]
        return sorted(52 + (tone - 4) % 12 for tone in chord.tones)


class BassPlayer(Player):
    """Plays a line of roots, fifths, octaves and what else the rhythm names."""

    def play(self, bar: Bar) -> list[str]:
        """The notes of a bar."""
        lines = []
        for step, ticks, sign in self.strikes(bar.section):
            chord = chord_at(bar, step, self.song.groove.beats)
            third = 3 if 3 in INTERVALS[chord.kind] else 4
            interval = {"1": 0, "3": third, "5": 7, "6": 9, "7": 10, "8": 12}[sign]
            pitch = 28 + (chord.root - 4) % 12 + interval
            lines.append(self.note(tick_of(step, self.song.style.swing), pitch, ticks, 6))
        return lines


@dataclass
class SoloPlayer(Player):
    """Plays a melody: chord tones on the beat, steps of the scale between."""

    low: int = 58
    pitch: int = 70

    def __post_init__(self) -> None:
        """Low instruments play an octave lower."""
        if self.voice in (CELLO, TROMBONE, TUBA):
            self.low, self.pitch = 46, 58

    def play(self, bar: Bar) -> list[str]:
        """The notes of a bar; some bars rest."""
        if not bar.solo or self.rng.random() < 0.12:
            return []
        lines = []
        beats = self.song.groove.beats
        for step, ticks, _ in self.strikes(self.rng.choice((bar.section, bar.section, 99))):
            chord = chord_at(bar, step, beats)
            self.pitch = self.next_pitch(chord, step % 4 == 0)
            length = round(ticks * self.rng.uniform(0.6, 1.05))
            tick = tick_of(step, self.song.style.swing)
            lines.append(self.note(tick, self.pitch, length, 8 if step % 8 == 0 else 0))
        return lines

    def next_pitch(self, chord: Chord, strong: bool) -> int:
        """A tone near the last one."""
        style = self.song.style
        scale = BLUE if style.blue else MINOR if self.song.minor else MAJOR
        tones = {(self.song.key + step) % 12 for step in scale}
        tones = set(chord.tones) if strong else tones | set(chord.tones)
        span = range(self.low, self.low + 27)
        near = [p for p in span if p % 12 in tones and 0 < abs(p - self.pitch) <= 9]
        weights = [1 / (1 + abs(p - self.pitch)) for p in near]
        return self.rng.choices(near, weights)[0] if near else self.low + 12


def players_of(song: Song) -> list[ChordPlayer | BassPlayer | SoloPlayer]:
    """Who plays beside the groove."""
    rng = random.Random(song.seed + "/players")
    style = song.style
    busy = min(MELODIES, key=lambda level: abs(level - rng.gauss(style.busy, 0.2)))
    tunes = tuple(rng.sample(MELODIES[busy], 3))
    lead = SoloPlayer(song, "Solo-Lead", rng.choice(style.leads), tunes, rng, rng.randint(78, 104))
    players: list[ChordPlayer | BassPlayer | SoloPlayer] = [lead]
    power = rng.random() < style.power
    hits = (rng.choice(style.hits), rng.choice(style.hits))
    if song.groove.drums_only:
        voice, line = rng.choice(style.basses), (rng.choice(style.lines),)
        players.append(BassPlayer(song, "Solo-Bass", voice, line, rng, rng.randint(84, 104)))
        if not power or rng.random() < 0.3:
            voice = rng.choice(style.chords)
            players.append(ChordPlayer(song, "Solo-Chords", voice, hits, rng, rng.randint(60, 84)))
    if power:
        voice = DISTORTED if song.label == "metal" else rng.choice((OVERDRIVE, DISTORTED))
        players.append(ChordPlayer(song, "Solo-Power", voice, hits, rng, rng.randint(70, 92)))
    return players


def chart_of(song: Song) -> str:
    """The piece as MMA reads it."""
    players = players_of(song)
    seed = random.Random(song.seed + "/mma").randrange(1_000_000)
    lines = [f"RndSeed {seed}", f"Tempo {song.tempo}", f"Use {song.groove.file}"]
    groove = ""
    for number, bar in enumerate(song.bars, 1):
        if bar.groove != groove:
            groove = bar.groove
            lines.append(f"Groove {groove}")
            lines += [f"{player.name} Voice {player.voice}" for player in players]
        for player in players:
            lines += player.play(bar)
        names = [chord.name for chord in bar.chords]
        gap = " / " * max(1, song.groove.beats // 2 - 1)
        lines.append(f"{number} {gap.join(names)}")
    return "\n".join(lines) + "\n"


def run(command: list[str], folder: Path) -> str:
    """Runs a program; its complaint is raised."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise ValueError(" ".join(said[-2:]) or f"{command[0]} failed")
    return done.stdout


def synthesize(song: Song, font: Font, folder: Path) -> np.ndarray:
    """Plays the piece; mono at 24 kHz."""
    rng = random.Random(song.seed + "/sound")
    (folder / "song.mma").write_text(chart_of(song), encoding="utf-8")
    run(["mma", "-f", "song.mid", "song.mma"], folder)
    settings = {
        "synth.reverb.active": int(rng.random() < 0.8),
        "synth.reverb.room-size": round(rng.uniform(0.1, 0.8), 2),
        "synth.reverb.damp": round(rng.uniform(0.1, 0.7), 2),
        "synth.reverb.level": round(rng.uniform(0.1, 0.9), 2),
        "synth.chorus.active": int(rng.random() < 0.5),
        "synth.chorus.level": round(rng.uniform(0.3, 1.6), 2),
        "synth.cpu-cores": 1,
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    command = ["fluidsynth", "-n", "-i", "-q", "-g", "0.4", "-r", str(RENDER_RATE), *options]
    run([*command, "-O", "float", "-T", "wav", "-F", "song.wav", font.path, "song.mid"], folder)
    sound, _ = sf.read(folder / "song.wav", dtype="float32", always_2d=True)
    return finish(sound.mean(axis=1), rng)


def finish(sound: np.ndarray, rng: random.Random) -> np.ndarray:
    """Halves the rate, cuts silence at the ends and length, fades out, sets the level."""
    sound = sound[: 62 * RENDER_RATE]
    sound = np.concatenate([sound, np.zeros(-len(sound) % 2048, np.float32)])
    spectrum = np.fft.rfft(sound)[: len(sound) // 4 + 1]
    sound = np.fft.irfft(spectrum, len(sound) // 2) / 2
    peak = float(np.abs(sound).max())
    if peak < 1e-3:
        raise ValueError("silent")
    loud = np.flatnonzero(np.abs(sound) > peak * 0.01)
    sound = sound[max(0, int(loud[0]) - 240) : int(loud[-1]) + RATE // 4][: 60 * RATE]
    fade = np.linspace(1, 0, RATE // 2)
    sound[-len(fade) :] *= fade
    level = rng.uniform(0.3, 0.92)
    return np.asarray(sound * (level / peak), dtype=np.float32)


def plan(hours: float, seed: int) -> list[Song]:
    """Draws pieces until each genre has its share of the hours; genres take turns."""
    share = hours * 3600 / len(STYLES)
    queues = []
    for label, style in STYLES.items():
        grooves = []
        for file in files_of(style):
            try:
                grooves.append(read_groove(file))
            except (OSError, ValueError) as error:
                complain(f"{file}: left out: {error}")
        rng = random.Random(f"{seed}/{label}")
        songs: list[Song] = []
        for number, groove in enumerate(turns(grooves, rng)):
            if sum(song.duration for song in songs) >= share:
                break
            songs.append(draw_song(label, number, groove, f"{seed}/{label}/{number}"))
        queues.append(songs)
    longest = max(len(queue) for queue in queues)
    return [queue[i] for i in range(longest) for queue in queues if i < len(queue)]


def render(song: Song, target: Path, fonts: list[Font]) -> dict[str, str]:
    """Renders a piece unless it is there; its line of the manifest."""
    rng = random.Random(song.seed + "/font")
    font = rng.choices(fonts, [font.weight for font in fonts])[0]
    path = target / f"{song.clip}.opus"
    if not path.exists():
        with tempfile.TemporaryDirectory() as folder:
            sound = synthesize(song, font, Path(folder))
        part = path.with_suffix(".part")
        sf.write(part, sound, RATE, format="OGG", subtype="OPUS")
        part.rename(path)
    mains = dict.fromkeys(bar.groove for bar in song.bars)
    return {
        "path": path.name,
        "clip_id": song.clip,
        "label": song.label,
        "groove": " ".join(mains),
        "artist_id": song.groove.file,
        "duration_s": f"{sf.info(path).duration:.2f}",
        "licence": f"{Path(font.path).stem} {font.licence}; {GROOVE_LICENCE}",
        "seed": song.seed,
    }


def main() -> int:
    """Renders what is missing and writes the manifest."""
    parser = argparse.ArgumentParser(description="Render synthetic music by style.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--hours", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    fonts = [font for font in FONTS if Path(font.path).exists()]
    if not fonts:
        complain("no soundfont found: see the head of this script")
        return 1
    args.target.mkdir(parents=True, exist_ok=True)
    with (args.target / "manifest.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for song in plan(args.hours, args.seed):
            try:
                writer.writerow(render(song, args.target, fonts))
            except (OSError, ValueError, subprocess.SubprocessError, sf.LibsndfileError) as error:
                complain(f"{song.clip}: {song.groove.file}: skipped: {error}")
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
