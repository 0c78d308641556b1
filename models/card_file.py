"""A scorecard as a small JSON file that a person can read: its lines, and what taught them.

Keys are sorted and numbers written in one way, so that the same card is the same bytes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

import msgspec

from models.scorecard import MOST_TEXT, PUBLISHED, Factor, Scorecard, Signal

FORMAT = 1

Better = Literal["learnt", "published", "undecided"]


class CardError(ValueError):
    """There is no scorecard, or it does not fit; says what was found and what was expected."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the card, as `models.scorecard.Signal`."""

    signal: str
    factor: Factor
    points: float
    neutral: float
    curve: tuple[float, ...]


class LearntFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a card was learnt from.

    `events` up to `until` were read (null: all), of which those of `people` who chose something
    count, in `pairs` of a person and a vacancy, people held out for measuring included; `left_out`
    events name somebody or something that is no longer in the store. `digest` tells events,
    records, taxonomies and what was fitted.
    """

    events: int
    people: int
    pairs: int
    left_out: int
    until: str | None
    digest: str


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measure on people held out, of the learnt and the published card; `gain` with the 95 %
    interval of a paired bootstrap."""

    learnt: float
    published: float
    gain: float
    low: float
    high: float
    people: int


class CardFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file. `better` is the card that ranks better for people held out."""

    format: int
    lines: tuple[Line, ...]
    better: Better
    learnt_from: LearntFrom
    measures: dict[str, Measure]

    @classmethod
    def of(
        cls,
        card: Scorecard,
        better: Better,
        learnt_from: LearntFrom,
        measures: dict[str, Measure],
    ) -> CardFile:
        """As it is written."""
        lines = tuple(
            Line(
                signal=line.name,
                factor=line.factor,
                points=float(line.points),
                neutral=line.neutral,
                curve=line.curve,
            )
            for line in card.lines
        )
        return cls(
            format=FORMAT,
            lines=lines,
            better=better,
            learnt_from=learnt_from,
            measures=measures,
        )

    @property
    def scorecard(self) -> Scorecard:
        """The card itself.

        Raises:
            ValueError: it is none (see `Signal` and `Scorecard`).
        """
        return Scorecard(
            tuple(
                Signal(line.signal, line.factor, line.points, line.neutral, line.curve)
                for line in self.lines
            )
        )

    def write(self, path: Path) -> None:
        """Write the file; one that stood there before is replaced in one step."""
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            fresh.write_text(self.text(), "utf-8")
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def text(self) -> str:
        """The file's text: a line for each line of the card."""
        whole: dict[str, Any] = msgspec.to_builtins(self)
        lines = ",\n".join(f"  {_json(line)}" for line in whole["lines"])
        parts = {name: _json(part) for name, part in whole.items()}
        parts["lines"] = f"[\n{lines}\n ]"
        return "{\n" + ",\n".join(f' "{name}": {parts[name]}' for name in sorted(parts)) + "\n}\n"


def read(path: Path) -> Scorecard:
    """The scorecard of a file.

    Raises:
        CardError: there is no such file, it is of another format, or no card that could be
            published: a signal is missing, in another factor or has too many points, or a fact
            that matches could lower a score.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CardError(
            f"the scorecard {path} can't be read: {error.strerror}; expected a file that "
            "matcher learn wrote"
        ) from error
    try:
        stated = msgspec.json.decode(raw, type=dict[str, Any]).get("format")
        card = None if stated != FORMAT else _checked(raw)
    except ValueError as error:
        raise CardError(f"{path} is no scorecard: {error}") from error
    if card is None:
        raise CardError(f"{path} has format {stated}, expected {FORMAT}; run matcher learn again")
    return card


def _checked(raw: bytes) -> Scorecard:
    card = msgspec.json.decode(raw, type=CardFile).scorecard
    _check(card)
    return card


def _check(card: Scorecard) -> None:
    found = [(line.name, line.factor) for line in card.lines]
    expected = [(line.name, line.factor) for line in PUBLISHED]
    for line, (name, factor) in zip(found, expected, strict=False):
        if line != (name, factor):
            raise ValueError(f"found {line[0]!r} in {line[1]}, expected {name!r} in {factor}")
    if len(found) != len(expected):
        raise ValueError(f"found {len(found)} lines, expected {len(expected)}")
    for factor in ("reach", "wish"):
        if not any(line.points for line in card.lines if line.factor == factor):
            raise ValueError(f"found no points of {factor}, expected some")
    for own, other in zip(card.lines, PUBLISHED, strict=True):
        if own.name == "text" and own.points > 100 * MOST_TEXT:
            raise ValueError(
                f"found {own.points} points of text, expected {100 * MOST_TEXT} at most"
            )
        most = own.curve[0] if other.neutral <= other.curve[0] else own.curve[-1]
        if own.neutral > most:
            raise ValueError(
                f"found neutral {own.neutral} of {own.name!r}, expected {most} at most: a fact "
                "that matches must not lower a score"
            )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
