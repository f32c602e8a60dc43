"""A small language to say which tracks are wanted.

``genre = jazz and duration > 120 and not path ~ Christmas``. Grammar::

    expression = term { "or" term }
    term       = factor { "and" factor }
    factor     = "not" factor | "(" expression ")" | comparison
    comparison = field operator value
    operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~"      (~ is: contains)
    value      = a word, or text in quotes

Case does not matter. ``genre`` is the label of a track or any of its sub-genres, ``duration`` is in
seconds or as 3:25.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import FilterError
from ..library import Track

Filter = Callable[[Track], bool]
Texts = Callable[[Track], tuple[str, ...]]
Number = Callable[[Track], float]

SUBGENRE_PROBABILITY = 0.5
"""A sub-genre counts for ``genre`` from this probability on."""

TEXT_FIELDS: dict[str, Texts] = {
    "genre": lambda track: genre_names(track),
    "label": lambda track: (track.label,),
    "kind": lambda track: (track.kind,),
    "artist": lambda track: (track.artist,),
    "album": lambda track: (track.album,),
    "title": lambda track: (track.title,),
    "path": lambda track: track.paths or (track.path,),
}
NUMBER_FIELDS: dict[str, Number] = {
    "probability": lambda track: track.probability,
    "duration": lambda track: track.duration_s,
}
FIELDS = (*TEXT_FIELDS, *NUMBER_FIELDS)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

MAX_DEPTH = 100
"""Parentheses and ``not`` inside each other."""

TOKEN = re.compile(
    r"""\s*(?:
        (?P<sign>!=|<=|>=|=|<|>|~|\(|\))
      | "(?P<double>[^"]*)" | '(?P<single>[^']*)'
      | (?P<open>["'])
      | (?P<word>[^\s()=<>~!"']+ (?:'[^\s()=<>~!"']+)* )
      | (?P<odd>\S)
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of an expression and where it begins."""

    kind: str  # "sign", "word", "text" (quoted) or "end"
    text: str
    place: int


@dataclass(slots=True)
class _Parser:
    """Reads tokens from left to right; one method per rule of the grammar."""

    source: str
    tokens: list[Token]
    at: int = 0
    depth: int = 0

    def parse(self) -> Filter:
        found = self.expression()
        if self.now.kind != "end":
            raise self.error("expected and, or, or the end; text with spaces needs quotes")
        return found

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.now
        self.at += token.kind != "end"
        return token

    def says(self, *words: str) -> bool:
        return self.now.kind in {"word", "sign"} and self.now.text.lower() in words

    def expression(self) -> Filter:
        parts = [self.term()]
        while self.says("or"):
            self.take()
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else lambda track: any(part(track) for part in parts)

    def term(self) -> Filter:
        parts = [self.factor()]
        while self.says("and"):
            self.take()
            parts.append(self.factor())
        return parts[0] if len(parts) == 1 else lambda track: all(part(track) for part in parts)

    def factor(self) -> Filter:
        if not self.says("not", "("):
            return self.comparison()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} levels of not and parentheses")
        if self.take().text == "(":
            inner = self.expression()
            if not self.says(")"):
                raise self.error("expected )")
            self.take()
        else:
            denied = self.factor()
            inner = lambda track: not denied(track)  # noqa: E731
        self.depth -= 1
        return inner

    def comparison(self) -> Filter:
        name = self.now
        if name.kind != "word" or name.text.lower() not in FIELDS:
            hint = "; text with spaces needs quotes" if self.at else ""
            raise self.error(f"expected one of the fields {', '.join(FIELDS)}{hint}")
        self.take()
        sign = self.now
        if sign.kind != "sign" or sign.text not in OPERATORS:
            raise self.error(f"expected one of {' '.join(OPERATORS)} after {name.text}")
        self.take()
        if self.now.kind not in {"word", "text"}:
            raise self.error("expected a word, a number or text in quotes")
        if name.text.lower() in NUMBER_FIELDS:
            return self.number(name.text.lower(), sign)
        return self.text(name.text.lower(), sign)

    def text(self, name: str, sign: Token) -> Filter:
        if sign.text not in {"=", "!=", "~"}:
            raise self.error(f"{name} is text: use =, != or ~", sign)
        values, wanted = TEXT_FIELDS[name], self.take().text.casefold()
        if sign.text == "~":
            return lambda track: any(wanted in value.casefold() for value in values(track))
        equal = sign.text == "="
        return lambda track: equal == (wanted in [value.casefold() for value in values(track)])

    def number(self, name: str, sign: Token) -> Filter:
        if sign.text == "~":
            raise self.error(f"{name} is a number: use =, !=, <, <=, > or >=", sign)
        value = to_number(self.now.text, clock=name == "duration")
        if value is None:
            raise self.error(f"{name} is a number, and this is none")
        self.take()
        read, compare, limit = NUMBER_FIELDS[name], COMPARE[sign.text], value
        return lambda track: compare(read(track), limit)

    def error(self, problem: str, token: Token | None = None) -> FilterError:
        return _error(self.source, (token or self.now).place, problem)


def parse_filter(source: str) -> Filter:
    """Return the test that an expression describes.

    Raises:
        FilterError: it cannot be understood; the message points at the place.
    """
    return _Parser(source, _tokens(source)).parse()


def genre_names(track: Track) -> tuple[str, ...]:
    """Return the label of a track and the sub-genres it very likely has."""
    fine = (each.label for each in track.subgenres if each.probability >= SUBGENRE_PROBABILITY)
    return (track.label, *fine)


def to_number(text: str, *, clock: bool = False) -> float | None:
    """Return a number, of ``3:25`` the seconds when ``clock``; None when it is neither."""
    if clock and re.fullmatch(r"\d{1,4}(:[0-5]?\d){1,2}", text):
        seconds = 0
        for part in text.split(":"):
            seconds = 60 * seconds + int(part)
        return float(seconds)
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text) else None


def _tokens(source: str) -> list[Token]:
    tokens, at = [], 0
    end = len(source.rstrip())
    while at < end:
        match = TOKEN.match(source, at)
        kind = str(match and match.lastgroup)
        if match is None or kind in {"open", "odd"}:
            start = match.start(kind) if match else at
            problem = "this quote is never closed" if kind == "open" else "expected a field"
            raise _error(source, start, problem)
        place = match.start(kind) - (kind in {"double", "single"})
        quoted = "text" if kind in {"double", "single"} else kind
        tokens.append(Token(quoted, match.group(kind), place))
        at = match.end()
    return [*tokens, Token("end", "", end)]


def _error(source: str, place: int, problem: str) -> FilterError:
    """Return the error with the expression and a mark under the place."""
    shown = "".join(char if char.isprintable() else " " for char in source)
    found = shown[place:].split(" ")[0]
    at = f"at '{found}'" if found else "at the end"
    return FilterError(f"{at}: {problem}\n  {shown}\n  {' ' * place}^")
