"""What a reader answers: the likeliest concepts of each text, how sure, and by which words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.encoder import Floats

Ints = NDArray[np.int32]
RUN, STRIDE = 7, 3
"""Words of a run, and words from the start of one to that of the next."""
_BLOCK = 32


@dataclass(frozen=True)
class Readings:
    """The k likeliest concepts of n texts, the likeliest first, ties by place.

    `concepts` (n, k) int32 is -1 where a text has no known feature; `likeness` (n, k) float32,
    about [0, 1.2]; `confidence` (n, k) float32 is how often such a reading is right, in [0, 1], 0
    where there is none; `run` (n, k) int32 is the number of the run of words that speaks for it
    most, which starts at word `run` · `STRIDE`.
    """

    concepts: Ints
    likeness: Floats
    confidence: Floats
    run: Ints

    @classmethod
    def none(cls, count: int, kept: int) -> Self:
        """Of texts of which nothing can be read."""
        empty = np.zeros((count, kept), np.float32)
        return cls(np.full((count, kept), -1, np.int32), empty, empty, empty.astype(np.int32))

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """One after another; there must be at least one part."""
        return cls(
            np.concatenate([part.concepts for part in parts]),
            np.concatenate([part.likeness for part in parts]),
            np.concatenate([part.confidence for part in parts]),
            np.concatenate([part.run for part in parts]),
        )


@dataclass(frozen=True)
class Opinion:
    """What another reader says of texts: `likeness` (n, concepts), about `weight` where it is right
    and the reader that was learnt says 1."""

    weight: float
    likeness: Callable[[Sequence[str]], Floats]

    def added(self, learnt: Floats, texts: Sequence[str]) -> Floats:
        """Both together, in the measure of what was learnt: its calibration holds for both."""
        return np.asarray((learnt + self.likeness(texts)) / np.float32(1 + self.weight))


@dataclass(frozen=True)
class Calibration:
    """Confidence by logistic regression on what the taxonomies alone tell to be right."""

    base: float
    by_likeness: float
    by_gap: float
    by_rank: float

    def confidence(self, ranked: Floats) -> Floats:
        """How often readings of such likeness, the best first, are right: (n, k) in [0, 1].

        The gap is to the best, or for the best itself to the second.
        """
        gap = ranked - ranked[:, :1]
        if ranked.shape[1] > 1:
            gap[:, 0] = ranked[:, 0] - ranked[:, 1]
        rank = np.log1p(np.arange(ranked.shape[1], dtype=np.float32))
        odds = self.base + self.by_likeness * ranked + self.by_gap * gap + self.by_rank * rank
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)


def best_runs(
    parts: Floats, sizes: NDArray[np.int64], concepts: Floats, candidates: Ints
) -> tuple[Floats, Ints]:
    """The likeness of each text's candidates to its best run, and which that is: (n, k) both.

    `parts` (Σ sizes, d) are the runs of all texts; texts of as many runs are worked out together.
    """
    best = np.zeros(candidates.shape, np.float32)
    which = np.zeros(candidates.shape, np.int32)
    starts = np.cumsum(sizes) - sizes
    for count in np.unique(sizes):
        rows = np.flatnonzero(sizes == count)
        runs = parts[starts[rows, None] + np.arange(count)]
        alike = runs @ concepts[candidates[rows]].transpose(0, 2, 1)
        which[rows] = alike.argmax(axis=1)
        best[rows] = alike.max(axis=1)
    return best, which


def best_columns(values: Floats, kept: int) -> Ints:
    """The columns of the `kept` largest values of each row, in rising order: (n, kept) int32.

    Of values level at the border, the first columns are taken. Only what reaches the smallest of
    the `kept` best block maxima is looked at: it holds at least `kept` values.
    """
    count, width = values.shape
    kept = min(kept, width)
    blocks = -(-width // _BLOCK)
    if kept >= blocks or not count:
        order = np.argsort(-values, axis=1, kind="stable")[:, :kept]
        return np.sort(order, axis=1).astype(np.int32)
    tops = np.maximum.reduceat(values, np.arange(0, width, _BLOCK), axis=1)
    least = np.partition(tops, blocks - kept, axis=1)[:, blocks - kept]
    found = np.zeros((count, kept), np.int32)
    for row, border in enumerate(least):
        columns = np.flatnonzero(values[row] >= border)
        order = np.argsort(-values[row, columns], kind="stable")[:kept]
        found[row] = np.sort(columns[order])
    return found
