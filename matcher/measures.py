"""How good a ranking is, on queries with a known set of right answers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ndcg(relevant: NDArray[np.bool_], wanted: int, k: int = 10) -> float:
    """nDCG@k of a ranking: `relevant` (n,) best first, `wanted` how many there are in all.

    Järvelin & Kekäläinen 2002, gain 1, discount log2(rank + 1).
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained = float((relevant[:k] * discounts[: len(relevant[:k])]).sum())
    return gained / float(discounts[: min(k, wanted)].sum())


def average_precision(relevant: NDArray[np.bool_], wanted: int) -> float:
    """Mean over the right answers of the precision at each; one that is not ranked adds 0."""
    at = np.flatnonzero(relevant)
    return float(((np.arange(len(at)) + 1) / (at + 1)).sum() / wanted)


def places(scores: Floats, relevant: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places, from 0, of the right columns in a ranking of (n,) scores; ties by column."""
    order = np.argsort(-scores, kind="stable")
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return np.sort(found[relevant])


def r_precision(places: NDArray[np.int64], k: int) -> float:
    """RP@k: right answers among the first k, of at most min(k, how many there are)."""
    return float((places < k).sum() / min(k, len(places)))


def distinct_share(kinds: Sequence[Hashable]) -> float:
    """How many kinds stand in a list that is not empty, over its length: (0, 1]."""
    return len(set(kinds)) / len(kinds)


def entropy(kinds: Sequence[Hashable]) -> float:
    """Shannon's entropy of the kinds in a list over the greatest that its length allows: [0, 1].

    1 where no kind comes twice, 0 where one alone fills the list; a list of one has 1.
    """
    shares = np.array(list(Counter(kinds).values())) / len(kinds)
    found = float(-(shares * np.log(shares)).sum())
    return found / math.log(len(kinds)) if len(kinds) > 1 else 1.0


@dataclass(frozen=True)
class Gain:
    """The mean gain of one method over another and its 95 % interval."""

    mean: float
    low: float
    high: float


def paired_bootstrap(ours: Floats, floor: Floats, rounds: int = 10_000, seed: int = 7) -> Gain:
    """Percentile interval of the mean of (n,) differences, queries drawn anew with return."""
    gains = ours - floor
    picked = np.random.default_rng(seed).integers(0, len(gains), (rounds, len(gains)))
    low, high = np.percentile(gains[picked].mean(axis=1), [2.5, 97.5])
    return Gain(float(gains.mean()), float(low), float(high))
