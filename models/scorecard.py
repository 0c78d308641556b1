"""The score: one additive sum of named points, in two visible factors.

    score = 100 · (w · reach + (1 - w) · wish) + policy + others,  w = points of reach / 100

Every signal has a published greatest number of points; its strength in [0, 1] times these is what
it adds. A signal of which nothing is known adds its published neutral strength, so points always
sum, and telling a fact that matches never lowers a score. `policy` is nothing unless the operator
of a service says so, `others` nothing unless similar people found the vacancy; each is then a line
as every other, with a reason of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.few import judged_of_few
from models.grid import POINT_BITS, STRENGTH_BITS, on_grid

Factor = Literal["reach", "wish", "policy", "others"]
ON_TOP: tuple[Factor, ...] = ("policy", "others")
"""Factors on top of the 100."""
Floats = NDArray[np.float64]


MOST_KNOTS = 9
"""A curve has so many knots at most: a step of an eighth."""
MOST_BOOST = 5.0
"""A shortage occupation gets so many points at most, on top of the 100."""
MOST_SIMILAR = 20.0
"""What similar people found gets so many at most, on top of the 100."""


@dataclass(frozen=True)
class Signal:
    """A line of the scorecard: the strength is read from `curve`, or is `neutral` if unknown.

    `curve` holds strengths at evenly spaced values from 0 to 1, never falling, with straight lines
    between. Points and strengths lie on the grid of `models.grid`.

    Raises:
        ValueError: it falls, or a number is out of bounds or off the grid.
    """

    name: str
    factor: Factor
    points: float
    neutral: float
    curve: tuple[float, ...] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if not 2 <= len(self.curve) <= MOST_KNOTS:
            raise self._misfit("curve", f"{len(self.curve)} strengths", f"2 to {MOST_KNOTS}")
        if any(right < left for left, right in pairwise(self.curve)):
            raise self._misfit("curve", list(self.curve), "strengths that never fall")
        for strength in (self.neutral, *self.curve):
            if not (0 <= strength <= 1) or strength * 2**STRENGTH_BITS % 1:
                expected = f"a multiple of 2^-{STRENGTH_BITS} in [0, 1]"
                raise self._misfit("strength", strength, expected)
        if not (0 <= self.points <= 100) or self.points * 2**POINT_BITS % 1:
            raise self._misfit("points", self.points, f"a multiple of 2^-{POINT_BITS} in [0, 100]")

    def strength(self, value: Floats) -> Floats:
        """Values in [0, 1] or NaN to strengths on the grid, in their shape."""
        knots, last = np.array(self.curve), len(self.curve) - 2
        unknown = np.isnan(value)
        at = np.where(unknown, 0.0, value) * (last + 1)
        left = np.minimum(at.astype(np.int64), last)
        low = knots[left]
        known = low + (knots[left + 1] - low) * (at - left)
        return on_grid(np.where(unknown, self.neutral, known), STRENGTH_BITS)

    def _misfit(self, what: str, found: object, expected: str) -> ValueError:
        return ValueError(f"{what} of signal {self.name!r} is {found}, expected {expected}")


_UP = (0.125, 1.0)
PUBLISHED: tuple[Signal, ...] = (
    Signal("must", "reach", 26, neutral=0.125, curve=_UP),
    Signal("may", "reach", 5, neutral=0.125, curve=_UP),
    Signal("evidence", "reach", 6, neutral=0.125, curve=_UP),
    Signal("occupation", "reach", 14, neutral=0.125, curve=_UP),
    Signal("experience", "reach", 3, neutral=0.125, curve=_UP),
    Signal("study", "reach", 3, neutral=0.5),
    Signal("languages", "reach", 3, neutral=0.5, curve=(0.5, 1.0)),
    Signal("licences", "reach", 2, neutral=0.5, curve=(0.5, 1.0)),
    Signal("text", "reach", 8, neutral=0.125, curve=_UP),
    Signal("wished", "wish", 14, neutral=0.125, curve=_UP),
    Signal("travel", "wish", 9, neutral=0.25),
    Signal("working_time", "wish", 2, neutral=0.5),
    Signal("shifts", "wish", 3, neutral=0.5),
    Signal("contract", "wish", 2, neutral=0.5),
)
"""The defaults, set by hand and looked at on judged sets; closeness of text is 8 points of 100."""


MOST_TEXT = 0.08
"""Share of all points that likeness of text has at most, whatever the choices say."""


@dataclass(frozen=True)
class Judged:
    """k pairs as a scorecard sees them, (k,) each: strengths by signal, reach and wish, each in
    [0, 1], and the scores."""

    strengths: dict[str, Floats]
    reach: Floats
    wish: Floats
    scores: Floats


@dataclass(frozen=True)
class Scorecard:
    """What each signal adds; points of reach and wish sum to 100."""

    lines: tuple[Signal, ...] = PUBLISHED

    def __post_init__(self) -> None:
        total = sum(line.points for line in self.lines if line.factor not in ON_TOP)
        if total != 100:
            raise ValueError(f"the points of the scorecard sum to {total:g}, expected 100")
        boost = self._most("policy")
        if boost > MOST_BOOST:
            raise ValueError(f"a boost of {boost:g} points, expected at most {MOST_BOOST:g}")
        similar = self._most("others")
        if similar > MOST_SIMILAR:
            raise ValueError(f"{similar:g} points of others, expected at most {MOST_SIMILAR:g}")

    def weighed(self, reach_share: float) -> Scorecard:
        """The same card with another share of reach, in (0, 1); within a factor nothing changes
        but for rounding to the grid.

        Raises:
            ValueError: the share is not in (0, 1), or a factor of this card has no points.
        """
        if not 0 < reach_share < 1:
            raise ValueError(f"a share of reach of {reach_share}, expected between 0 and 1")
        lines = list(self.lines)
        reach = round(100 * reach_share * 2**POINT_BITS) / 2**POINT_BITS
        for factor, whole in (("reach", reach), ("wish", 100 - reach)):
            at = [i for i, line in enumerate(lines) if line.factor == factor]
            points = np.array([lines[i].points for i in at])
            if not points.sum():
                raise ValueError(f"{factor} has no points on this card, so it can't be weighed")
            for i, new in zip(at, apportioned(points, whole), strict=True):
                lines[i] = replace(lines[i], points=new)
        return Scorecard(tuple(lines))

    def boosted(self, points: float) -> Scorecard:
        """The same card with up to so many points more for shortage occupations; 0 for none.

        Raises:
            ValueError: they are more than `MOST_BOOST`, below 0, or off the grid.
        """
        return self._topped("shortage", "policy", points)

    def heeding(self, points: float) -> Scorecard:
        """The same card with up to so many points more for what similar people found; 0 for none.

        Raises:
            ValueError: they are more than `MOST_SIMILAR`, below 0, or off the grid.
        """
        return self._topped("similar", "others", points)

    def _topped(self, name: str, factor: Factor, points: float) -> Scorecard:
        rest = tuple(line for line in self.lines if line.factor != factor)
        return Scorecard((*rest, Signal(name, factor, points, 0.0)) if points else rest)

    @property
    def reach_share(self) -> float:
        """w: how much of the score is reach."""
        return self._most("reach") / 100

    def strengths(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Values in [0, 1] or NaN to strengths in [0, 1] on the grid, by signal, shapes kept."""
        return {line.name: line.strength(values[line.name]) for line in self.lines}

    def factor(self, strengths: Mapping[str, Floats], factor: Factor) -> Floats:
        """Points of one factor: Σ points · strength, exact."""
        found = np.zeros_like(next(iter(strengths.values())))
        for line in self.lines:
            if line.factor == factor:
                found = found + line.points * strengths[line.name]
        return np.asarray(found)

    def factors(self, values: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Reach and wish, each in [0, 1], in the shape of the values."""
        strengths = self.strengths(values)
        reach = self.factor(strengths, "reach") / self._most("reach")
        return reach, self.factor(strengths, "wish") / self._most("wish")

    def judged(self, values: Mapping[str, Floats]) -> Judged:
        """Everything that this card makes of k pairs, from values (k,), worked out at once: as
        `strengths`, `factors` and `scores`, bit for bit."""
        value = np.array([values[line.name] for line in self.lines])
        strengths, sums = judged_of_few(value, *self._curves, self._points)
        reach, wish, on_top = sums
        return Judged(
            dict(zip(self._names, strengths, strict=True)),
            reach / self._most("reach"),
            wish / self._most("wish"),
            reach + wish + on_top,
        )

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(line.name for line in self.lines)

    @cached_property
    def _curves(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Of each line the steps of its curve, (l,), its knots, (l, MOST_KNOTS), and how strong it
        is where it is unknown, (l,)."""
        knots = np.zeros((len(self.lines), MOST_KNOTS))
        for at, line in enumerate(self.lines):
            knots[at, : len(line.curve)] = line.curve
        steps = np.array([len(line.curve) - 1 for line in self.lines])
        return steps, knots, np.array([line.neutral for line in self.lines])

    @cached_property
    def _points(self) -> Floats:
        """(3, lines): of each line what it adds to reach, to wish, and on top."""
        factors: tuple[tuple[Factor, ...], ...] = (("reach",), ("wish",), ON_TOP)
        return np.array(
            [[line.points * (line.factor in own) for line in self.lines] for own in factors]
        )

    def _most(self, factor: Factor) -> float:
        return sum(line.points for line in self.lines if line.factor == factor)

    def scores(self, values: Mapping[str, Floats]) -> Floats:
        """Scores in [0, 100], or up to what is on top more, in the shape of the values."""
        strengths = self.strengths(values)
        two = self.factor(strengths, "reach") + self.factor(strengths, "wish")
        return two + self._on_top(strengths)

    def _on_top(self, strengths: Mapping[str, Floats]) -> Floats:
        return sum((self.factor(strengths, factor) for factor in ON_TOP), np.zeros(()))


def apportioned(weights: Floats, whole: float) -> list[float]:
    """Points in the ratio of the weights that sum to the whole, all on the grid.

    Largest remainders (Hamilton's method), ties by place.
    """
    steps = weights / weights.sum() * whole * 2**POINT_BITS
    found = np.floor(steps)
    left = round(whole * 2**POINT_BITS - found.sum())
    found[np.argsort(found - steps, kind="stable")[:left]] += 1
    return [float(points) for points in found / 2**POINT_BITS]
