"""Patterns by which texts are read, as data that a person can read and extend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_HEADER = re.compile(r"\((?:\?(?P<looks><?[=!])|\?(?:P<\w+>|[a-z-]*:))?")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")
_BLANKS = re.compile(r"(\[[^\]]*\])|\s+")
_QUANTIFIER = re.compile(r"[*?+]\??|\{(?P<least>\d*)(?:,\d*)?\}\??")


class Rule(NamedTuple):
    """A pattern, and in lower case pieces of text one of which is in whatever it matches.

    To look for a piece costs a hundredth of a search; without pieces every text is searched.
    """

    pattern: re.Pattern[str]
    pieces: frozenset[str]

    def matches(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """All matches in a text, whose lower-case form is `lower`."""
        if not self.pieces or any(piece in lower for piece in self.pieces):
            yield from self.pattern.finditer(text)


@cache
def rules(name: str) -> dict[str, Any]:
    """The tables of `NAME.toml`."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def rule(pattern: str, flags: int = 0) -> Rule:
    """A pattern with what it needs; a verbose one must hold no comment."""
    bare = _BLANKS.sub(lambda match: match[1] or "", pattern) if flags & re.VERBOSE else pattern
    return Rule(re.compile(pattern, flags), needed(bare))


def needed(pattern: str) -> frozenset[str]:
    """Pieces of text, in lower case, one of which is in whatever a pattern matches; maybe none.

    >>> sorted(needed("(?:a )?(?:nice|great) to have|bonus(?: point)?s?"))
    [' to have', 'bonus']
    """
    return _alternatives(pattern, 0)[0]


def _alternatives(pattern: str, at: int) -> tuple[frozenset[str], int]:
    """What the alternatives from a place on need together, and where their group ends."""
    every: set[str] = set()
    free = False
    while True:
        pieces, at = _branch(pattern, at)
        free |= not pieces
        every |= pieces
        if pattern[at : at + 1] != "|":
            return frozenset(() if free else every), at
        at += 1


def _branch(pattern: str, at: int) -> tuple[frozenset[str], int]:
    """What one alternative needs: of its parts the one whose shortest piece is longest."""
    best: frozenset[str] = frozenset()
    run = ""

    def worth(pieces: frozenset[str]) -> int:
        return min(map(len, pieces), default=0)

    while at < len(pattern) and pattern[at] not in "|)":
        part: frozenset[str] = frozenset()
        letter = ""
        if pattern[at] == "(":
            header = _HEADER.match(pattern, at)
            assert header is not None
            part, at = _alternatives(pattern, header.end())
            part = frozenset() if header["looks"] else part
            at += 1
        elif pattern[at] == "[" and (group := _CLASS.match(pattern, at)):
            at = group.end()
        elif pattern[at] == "\\":
            letter = "" if pattern[at + 1].isalnum() else pattern[at + 1]
            at += 2
        else:
            letter = "" if pattern[at] in ".^$" else pattern[at].lower()
            at += 1
        quantifier = _QUANTIFIER.match(pattern, at)
        if quantifier:
            at = quantifier.end()
            if quantifier[0][0] in "*?" or quantifier["least"] in ("", "0"):
                part, letter = frozenset(), ""
        run += letter
        best = max(best, frozenset({run} if run else ()), part, key=worth)
        if quantifier or not letter:
            run = ""
    return best, at
