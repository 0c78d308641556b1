"""Ranking measures against slow, obvious code and numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.measures import (
    average_precision,
    distinct_share,
    entropy,
    ndcg,
    paired_bootstrap,
)

rankings = st.lists(st.booleans(), max_size=15)


def slow_ndcg(relevant: list[bool], wanted: int, k: int) -> float:
    """Gain 1 at each right answer of the first k, over the best that k places allow."""
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(relevant[:k], 1) if hit)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, wanted) + 1))


def slow_average_precision(relevant: list[bool], wanted: int) -> float:
    """The precision at the rank of each right answer, summed, over all right answers."""
    total = 0.0
    for rank, hit in enumerate(relevant, 1):
        if hit:
            total += sum(relevant[:rank]) / rank
    return total / wanted


@given(rankings, st.integers(0, 4), st.integers(1, 12))
def test_ndcg_is_what_the_slow_code_says(relevant: list[bool], unranked: int, k: int) -> None:
    wanted = max(1, sum(relevant) + unranked)
    assert ndcg(np.array(relevant, dtype=bool), wanted, k) == pytest.approx(
        slow_ndcg(relevant, wanted, k)
    )


@given(rankings, st.integers(0, 4))
def test_average_precision_is_what_the_slow_code_says(relevant: list[bool], unranked: int) -> None:
    wanted = max(1, sum(relevant) + unranked)
    assert average_precision(np.array(relevant, dtype=bool), wanted) == pytest.approx(
        slow_average_precision(relevant, wanted)
    )


def test_two_of_three_right_answers_at_ranks_one_and_three() -> None:
    """DCG 1/log2(2) + 1/log2(4) = 1.5; the ideal of three adds 1/log2(3) = 0.6309: 1.5 / 2.1309.
    AP (1/1 + 2/3) / 3 = 5/9."""
    relevant = np.array([True, False, True, False])
    assert ndcg(relevant, 3) == pytest.approx(0.7039, abs=1e-4)
    assert average_precision(relevant, 3) == pytest.approx(5 / 9)


def test_a_perfect_ranking_measures_one_and_an_empty_one_zero() -> None:
    assert ndcg(np.ones(3, dtype=bool), 3) == 1.0
    assert average_precision(np.ones(3, dtype=bool), 3) == 1.0
    assert ndcg(np.zeros(0, dtype=bool), 2) == 0.0
    assert average_precision(np.zeros(0, dtype=bool), 2) == 0.0


def test_more_right_answers_than_places_can_still_be_perfect() -> None:
    """Of 20 right answers 10 fill the 10 places: nDCG@10 is 1, AP is 10/20."""
    relevant = np.ones(10, dtype=bool)
    assert ndcg(relevant, 20) == 1.0
    assert average_precision(relevant, 20) == 0.5


def test_the_same_gain_on_every_query_leaves_no_doubt() -> None:
    gain = paired_bootstrap(np.full(20, 0.75), np.full(20, 0.5), rounds=200)
    assert (gain.mean, gain.low, gain.high) == (0.25, 0.25, 0.25)


def test_a_gain_that_comes_and_goes_has_zero_within_its_interval() -> None:
    """Half the queries gain 1, half lose 1: the mean is 0 and so lies inside."""
    gain = paired_bootstrap(np.tile([1.0, 0.0], 20), np.tile([0.0, 1.0], 20), rounds=500)
    assert gain.mean == 0.0
    assert gain.low < 0 < gain.high
    again = paired_bootstrap(np.tile([1.0, 0.0], 20), np.tile([0.0, 1.0], 20), rounds=500)
    assert again == gain


def test_three_cooks_and_a_baker_fill_half_a_list_of_four_with_kinds() -> None:
    """2 kinds of 4; shares 3/4 and 1/4: H = 0.75 ln(4/3) + 0.25 ln 4 = 0.5623, over ln 4."""
    cooks = ["cook", "baker", "cook", "cook"]
    assert distinct_share(cooks) == 0.5
    assert entropy(cooks) == pytest.approx(0.4056, abs=1e-4)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_spread_is_largest_where_no_kind_comes_twice_and_least_where_one_fills_the_list(
    kinds: list[int],
) -> None:
    once, alone = len(set(kinds)) == len(kinds), len(set(kinds)) == 1
    assert 0 <= entropy(kinds) <= 1 + 1e-12
    assert (distinct_share(kinds) == 1) == once == (entropy(kinds) == pytest.approx(1))
    assert len(kinds) == 1 or alone == (entropy(kinds) == pytest.approx(0))
