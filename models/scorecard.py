"""The score: one additive sum of named points, in two visible factors.

    score = 100 · (w · reach + (1 - w) · wish),  w = points of reach / 100

Every signal has a published greatest number of points; its strength in [0, 1] times these is what
it adds. A signal of which nothing is known adds its published neutral strength, so points always
sum, and telling a fact that matches never lowers a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.grid import STRENGTH_BITS, on_grid

Factor = Literal["reach", "wish"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Signal:
    """A line of the scorecard: strength = floor + (1 - floor) · value, or `neutral` if unknown."""

    name: str
    factor: Factor
    points: int
    neutral: float
    floor: float = 0.0


PUBLISHED: tuple[Signal, ...] = (
    Signal("must", "reach", 26, neutral=0.125, floor=0.125),
    Signal("may", "reach", 5, neutral=0.125, floor=0.125),
    Signal("evidence", "reach", 6, neutral=0.125, floor=0.125),
    Signal("occupation", "reach", 14, neutral=0.125, floor=0.125),
    Signal("experience", "reach", 3, neutral=0.125, floor=0.125),
    Signal("study", "reach", 3, neutral=0.5),
    Signal("languages", "reach", 3, neutral=0.5, floor=0.5),
    Signal("licences", "reach", 2, neutral=0.5, floor=0.5),
    Signal("text", "reach", 8, neutral=0.125, floor=0.125),
    Signal("wished", "wish", 14, neutral=0.125, floor=0.125),
    Signal("travel", "wish", 9, neutral=0.25),
    Signal("working_time", "wish", 2, neutral=0.5),
    Signal("shifts", "wish", 3, neutral=0.5),
    Signal("contract", "wish", 2, neutral=0.5),
)
"""The defaults, set by hand and looked at on judged sets; closeness of text is 8 points of 100."""


@dataclass(frozen=True)
class Scorecard:
    """What each signal adds; points of all signals sum to 100."""

    lines: tuple[Signal, ...] = PUBLISHED

    def __post_init__(self) -> None:
        total = sum(line.points for line in self.lines)
        if total != 100:
            raise ValueError(f"the points of the scorecard sum to {total}, expected 100")

    @property
    def reach_share(self) -> float:
        """w: how much of the score is reach."""
        return self._most("reach") / 100

    def strengths(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Values in [0, 1] or NaN to strengths in [0, 1] on the grid, by signal, shapes kept."""
        found = {}
        for line in self.lines:
            value = values[line.name]
            strength = np.where(
                np.isnan(value), line.neutral, line.floor + (1.0 - line.floor) * value
            )
            found[line.name] = on_grid(strength, STRENGTH_BITS)
        return found

    def factor(self, strengths: Mapping[str, Floats], factor: Factor) -> Floats:
        """Points of one factor: Σ points · strength, exact."""
        lines = [line for line in self.lines if line.factor == factor]
        found = lines[0].points * strengths[lines[0].name]
        for line in lines[1:]:
            found = found + line.points * strengths[line.name]
        return np.asarray(found)

    def factors(self, values: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Reach and wish, each in [0, 1], in the shape of the values."""
        strengths = self.strengths(values)
        reach = self.factor(strengths, "reach") / self._most("reach")
        return reach, self.factor(strengths, "wish") / self._most("wish")

    def _most(self, factor: Factor) -> int:
        return sum(line.points for line in self.lines if line.factor == factor)

    def scores(self, values: Mapping[str, Floats]) -> Floats:
        """Scores in [0, 100], in the shape of the values."""
        strengths = self.strengths(values)
        return self.factor(strengths, "reach") + self.factor(strengths, "wish")
