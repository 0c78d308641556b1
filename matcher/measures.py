"""How good rankings are: on queries with known right answers, and what they show of a market."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_DRAWN_AT_ONCE = 1 << 22
"""Draws of a bootstrap that are in memory together; the draws themselves do not depend on it."""


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


def reciprocal_rank(relevant: NDArray[np.bool_]) -> float:
    """1 / the rank of the first right answer; 0 where none is ranked. Their mean is MRR."""
    at = np.flatnonzero(relevant)
    return 1.0 / float(at[0] + 1) if len(at) else 0.0


def hit(relevant: NDArray[np.bool_], k: int = 10) -> float:
    """hit@k: 1 where a right answer is among the first k, 0 where not."""
    return float(relevant[:k].any())


def places(scores: Floats, relevant: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places, from 0, of the right columns in a ranking of (n,) scores; ties by column."""
    order = np.argsort(-scores, kind="stable")
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return np.sort(found[relevant])


def r_precision(places: NDArray[np.int64], k: int) -> float:
    """RP@k: right answers among the first k, of at most min(k, how many there are)."""
    return float((places < k).sum() / min(k, len(places)))


def coverage(shown: NDArray[np.int64]) -> float:
    """The share of (n,) items that were shown at all; 0 where there are none.

    Catalogue coverage of Herlocker et al. 2004.
    """
    return float((shown > 0).mean()) if len(shown) else 0.0


def gini(shown: NDArray[np.int64]) -> float:
    """How unevenly (n,) items are shown: 0 all alike, (n - 1) / n all of one; 0 where nothing is.

    Gini 1912: Σ (2i - n - 1) x_i / (n Σ x), x ascending, i from 1.
    """
    total, n = int(shown.sum()), len(shown)
    if not total:
        return 0.0
    weights = 2 * np.arange(1, n + 1) - n - 1
    return float((weights * np.sort(shown)).sum() / (n * total))


def evenness(kinds: Sequence[Hashable]) -> float:
    """How evenly items spread over their kinds, in [0, 1]: 0 all of one, 1 each of its own.

    Shannon 1948, entropy over that of n different kinds: -Σ p ln p / ln n; 0 below two items.
    """
    n = len(kinds)
    if n < 2:
        return 0.0
    shares = np.array(list(Counter(kinds).values())) / n
    return float(-(shares * np.log(shares)).sum() / np.log(n)) + 0.0  # no -0


@dataclass(frozen=True)
class Gain:
    """The mean gain of one method over another and its 95 % interval."""

    mean: float
    low: float
    high: float


def paired_bootstrap(ours: Floats, floor: Floats, rounds: int = 10_000, seed: int = 7) -> Gain:
    """Percentile interval of the mean of (n,) differences, queries drawn anew with return."""
    gains = ours - floor
    random, means = np.random.default_rng(seed), np.empty(rounds)
    step = max(1, _DRAWN_AT_ONCE // len(gains))
    for start in range(0, rounds, step):
        drawn = random.integers(0, len(gains), (min(step, rounds - start), len(gains)))
        means[start : start + step] = gains[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Gain(float(gains.mean()), float(low), float(high))
