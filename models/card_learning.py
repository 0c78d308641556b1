"""The scorecard learnt from choices: one curve a signal, never falling, so it stays explainable.

What a person chose is compared with all that they were shown and left, by the likelihood that it is
the one chosen (McFadden 1974, conditional logit): -log(e^s / (e^s + Σ e^left)), s being the score
times a rate. The mean over a person's choices counts, so that each person counts alike. Every step
of a curve is held to the published one by a normal prior of `SPREAD` points: a few people hardly
move the card. Sums are taken in one order and the outcome is rounded, so that the same choices give
the same card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_array

from models.grid import on_grid
from models.scorecard import MOST_KNOTS, MOST_TEXT, Scorecard, Signal, apportioned

SPREAD = 1.0
"""Points by which a step of an eighth may well differ from the published one (standard deviation).

Chosen on synthetic choices (seeds 0 and 1 of `benchmarks/learnt.py`): wider gains from fewer people
and moves further for one; narrower still shows the published card after a thousand."""
LEAST_FACTOR = 0.05
"""Share of all points that reach and wish each keep."""
CURVE_BITS = 8
"""Learnt strengths are multiples of 2^-8: coarse, so that noise in a last bit can't show."""

_RATES = (0.02, 0.2)
"""A point more multiplies the odds of a choice by e^rate; within these bounds."""
_ROUNDS = 4
_KNOTS = MOST_KNOTS
_COLUMNS = MOST_KNOTS + 1
"""Of a signal: its knots, and where it is unknown."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Choices:
    """What n people chose and left, p pairs, one person's after another's.

    `values` (p,) by signal, in [0, 1] or NaN; `chosen` (p,); `starts` (n + 1,) where a person's
    pairs begin, and p.

    Raises:
        ValueError: somebody chose nothing, or left nothing: there is nothing to compare.
    """

    values: Mapping[str, Floats]
    chosen: Bools
    starts: NDArray[np.int64]

    def __post_init__(self) -> None:
        chosen = np.add.reduceat(self.chosen.astype(np.int64), self.starts[:-1])
        shown = np.diff(self.starts)
        if (wrong := np.flatnonzero((chosen == 0) | (chosen == shown))).size:
            i = int(wrong[0])
            raise ValueError(
                f"person {i} chose {chosen[i]} of {shown[i]}, expected at least one and not all"
            )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, people: Sequence[tuple[Mapping[str, Floats], Bools]]) -> Self:
        """From each person's values and what they chose; there must be at least one person."""
        sizes = [len(chosen) for _, chosen in people]
        return cls(
            {name: np.concatenate([values[name] for values, _ in people]) for name in people[0][0]},
            np.concatenate([chosen for _, chosen in people]),
            np.cumsum([0, *sizes], dtype=np.int64),
        )

    def take(self, people: Sequence[int] | NDArray[np.int64]) -> Choices:
        """Some of the people, in the order given."""
        return Choices.of([self.person(int(i)) for i in people])

    def person(self, i: int) -> tuple[dict[str, Floats], Bools]:
        """One person's values, and what they chose."""
        own = slice(self.starts[i], self.starts[i + 1])
        return {name: value[own] for name, value in self.values.items()}, self.chosen[own]


def learn(choices: Choices, published: Scorecard | None = None) -> Scorecard:
    """The card under which the choices are likely, as near to the published one as they allow.

    Each signal keeps its factor; its curve never falls; an unknown value counts no more than the
    least known one where it is so published, and nowhere more than the best.
    """
    lines = [line for line in (published or Scorecard()).lines if line.factor != "policy"]
    curves = _Curves.of(lines)
    likely = _Likelihood.of(choices, lines, curves)
    rate = likely.rate(curves.published)
    text = np.array([lines[s].name == "text" for s in curves.owner])
    most = np.full(len(text), np.inf)
    steps = curves.published
    for _ in range(_ROUNDS):
        steps = likely.steps(curves.published, rate, most)
        tops = curves.tops(steps)
        over = _share(lines, tops, "text") / MOST_TEXT
        if over <= 1:
            break
        # The others are fitted anew beside a text that says less.
        most[text] = steps[text] / over
    return Scorecard(tuple(curves.lines(steps)))


@dataclass(frozen=True)
class _Curves:
    """All curves as t steps that are never negative, in points.

    `owner` (t,) is a step's signal, `published` (t,) its published height, `lifts` (c, t) marks the
    columns (knots, or unknown) that it lifts.
    """

    signals: Sequence[Signal]
    owner: NDArray[np.int64]
    published: Floats
    lifts: csr_array

    @classmethod
    def of(cls, signals: Sequence[Signal]) -> _Curves:
        owner: list[int] = []
        published: list[float] = []
        lifts: list[Floats] = []
        for s, signal in enumerate(signals):
            for height, lifted in _steps(signal):
                owner.append(s)
                published.append(signal.points * height)
                lifts.append(np.zeros(len(signals) * _COLUMNS))
                lifts[-1][s * _COLUMNS : (s + 1) * _COLUMNS] = lifted
        return cls(signals, np.array(owner), np.array(published), csr_array(np.array(lifts).T))

    def levels(self, steps: Floats) -> Floats:
        """Points of each column above the least one: (signals, columns)."""
        return np.asarray(self.lifts @ steps).reshape(len(self.signals), _COLUMNS)

    def tops(self, steps: Floats) -> Floats:
        """Points of each signal at its best, its least strength being as published."""
        least = np.array([_least(signal) for signal in self.signals])
        return np.asarray(self.levels(steps)[:, _KNOTS - 1] / (1 - least))

    def lines(self, steps: Floats) -> list[Signal]:
        """The card's lines; a signal that says nothing keeps its curve and has no points."""
        found = []
        points = _points(self.signals, self.tops(steps))
        for signal, own, levels in zip(self.signals, points, self.levels(steps), strict=True):
            if own == 0:
                found.append(replace(signal, points=0.0))
                continue
            least = _least(signal)
            strengths = least + (1 - least) * levels / levels[_KNOTS - 1]
            rounded = on_grid(strengths, CURVE_BITS)
            curve, neutral = _fewest_knots(rounded[:_KNOTS]), float(rounded[_KNOTS])
            found.append(replace(signal, points=own, neutral=neutral, curve=curve))
        return found


def _fewest_knots(curve: Floats) -> tuple[float, ...]:
    """The same curve without the knots that lie on a straight line between the others."""
    at = np.arange(_KNOTS)
    for apart in (8, 4, 2):
        if (np.interp(at, at[::apart], curve[::apart]) == curve).all():
            return tuple(curve[::apart].tolist())
    return tuple(curve.tolist())


def _least(signal: Signal) -> float:
    return min(signal.neutral, signal.curve[0])


def _steps(signal: Signal) -> list[tuple[float, Floats]]:
    """Steps of a curve: published height (strength), and which columns it lifts.

    Where an unknown value is published to count no more than any known one, a first step lifts all
    that is known. Elsewhere each step stands twice, once lifting the unknown with it: their sum is
    what it counts, so never more than the best.
    """
    at = np.linspace(0, 1, _KNOTS)
    heights = np.diff(np.interp(at, np.linspace(0, 1, len(signal.curve)), signal.curve))
    ups = np.zeros((_KNOTS - 1, _COLUMNS))
    ups[:, :_KNOTS] = np.triu(np.ones((_KNOTS - 1, _KNOTS)), 1)
    if signal.neutral <= signal.curve[0]:
        known = np.r_[np.ones(_KNOTS), 0.0]
        return [
            (signal.curve[0] - signal.neutral, known),
            *zip(heights.tolist(), ups, strict=True),
        ]
    share = (signal.neutral - signal.curve[0]) / (signal.curve[-1] - signal.curve[0])
    both = ups.copy()
    both[:, _KNOTS] = 1
    return [
        *zip((heights * (1 - share)).tolist(), ups, strict=True),
        *zip((heights * share).tolist(), both, strict=True),
    ]


def _points(signals: Sequence[Signal], tops: Floats) -> list[float]:
    """Points that sum to 100 on the grid; text has its most, and each factor its least."""
    found = tops.copy()
    for factor in ("reach", "wish"):
        own = np.array([signal.factor == factor for signal in signals])
        least = LEAST_FACTOR / (1 - LEAST_FACTOR) * found[~own].sum()
        if found[own].sum() < least:
            shape = found[own] if found[own].any() else np.array([s.points for s in signals])[own]
            found[own] = shape * least / shape.sum()
    text = np.array([signal.name == "text" for signal in signals])
    found[text] = np.minimum(found[text], MOST_TEXT / (1 - MOST_TEXT) * found[~text].sum())
    return apportioned(found, 100.0)


def _share(signals: Sequence[Signal], tops: Floats, name: str) -> float:
    own = [signal.name == name for signal in signals]
    return float(tops[own].sum() / tops.sum())


@dataclass(frozen=True)
class _Likelihood:
    """How likely the choices are: `cells` (p, c) tell how much of each column a pair has."""

    cells: csr_array
    curves: _Curves
    chosen: Floats
    starts: NDArray[np.int64]
    weights: Floats

    @classmethod
    def of(cls, choices: Choices, signals: Sequence[Signal], curves: _Curves) -> _Likelihood:
        cells = _cells(choices, signals)
        chosen = choices.chosen.astype(np.float64)
        counts = np.add.reduceat(chosen, choices.starts[:-1])
        weights = chosen / np.repeat(counts, np.diff(choices.starts))
        return cls(cells, curves, chosen, choices.starts[:-1], weights)

    def rate(self, steps: Floats) -> float:
        """The rate at which the choices are likeliest under these steps."""
        found = minimize_scalar(
            lambda rate: self.loss(rate * steps)[0], bounds=_RATES, method="bounded"
        )
        return round(float(found.x), 3)

    def steps(self, published: Floats, rate: float, most: Floats) -> Floats:
        """The likeliest steps under the prior; none is negative, or above its most."""

        def penalised(steps: Floats) -> tuple[float, Floats]:
            loss, slope = self.loss(rate * steps)
            off = (steps - published) / SPREAD
            return loss + float((off * off).sum()) / 2, rate * slope + off / SPREAD

        found = minimize(
            penalised,
            np.minimum(published, most),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, float(top)) for top in most],
            options={"maxiter": 2000, "maxfun": 4000, "ftol": 0.0, "gtol": 1e-7},
        )
        return np.asarray(found.x)

    def loss(self, steps: Floats) -> tuple[float, Floats]:
        """-Σ over people of the mean log-likelihood of their choices, and its slope: (t,)."""
        scores = np.asarray(self.cells @ (self.curves.lifts @ steps))
        sizes = np.diff(np.r_[self.starts, len(scores)])
        highest = np.repeat(np.maximum.reduceat(scores, self.starts), sizes)
        odds = np.exp(scores - highest)
        left = np.repeat(np.add.reduceat(odds * (1 - self.chosen), self.starts), sizes)
        whole = left + odds
        loss = float((self.weights * (np.log(whole) + highest - scores)).sum())
        per_left = np.repeat(np.add.reduceat(self.weights / whole, self.starts), sizes)
        slope = np.where(self.chosen > 0, -self.weights * left / whole, odds * per_left)
        return loss, np.asarray(self.curves.lifts.T @ (self.cells.T @ slope))


def _cells(choices: Choices, signals: Sequence[Signal]) -> csr_array:
    """Each pair's values as shares of the two knots beside them, or as unknown."""
    columns, shares = [], []
    for s, signal in enumerate(signals):
        value = choices.values[signal.name]
        unknown = np.isnan(value)
        at = np.nan_to_num(value) * (_KNOTS - 1)
        left = np.minimum(at.astype(np.int64), _KNOTS - 2)
        right = np.where(unknown, 0.0, at - left)
        columns += [s * _COLUMNS + np.where(unknown, _KNOTS, left), s * _COLUMNS + left + 1]
        shares += [np.where(unknown, 1.0, 1.0 - right), right]
    rows, width = len(choices.chosen), len(columns)
    found = csr_array(
        (
            np.stack(shares, axis=1).ravel(),
            np.stack(columns, axis=1).ravel().astype(np.int32),
            np.arange(rows + 1, dtype=np.int64) * width,
        ),
        shape=(rows, len(signals) * _COLUMNS),
    )
    found.eliminate_zeros()
    return found
