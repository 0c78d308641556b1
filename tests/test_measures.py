"""Ranking measures against slow, obvious code and numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import measures
from matcher.measures import (
    average_precision,
    coverage,
    evenness,
    gini,
    hit,
    ndcg,
    paired_bootstrap,
    reciprocal_rank,
)

rankings = st.lists(st.booleans(), max_size=15)


def slow_ndcg(relevant: list[bool], wanted: int, k: int) -> float:
    """Gain 1 at each right answer of the first k, over the best that k places allow."""
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(relevant[:k], 1) if hit)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, wanted) + 1))


def slow_average_precision(relevant: list[bool], wanted: int) -> float:
    """The precision at the rank of each right answer, summed, over all right answers."""
    total = 0.0
    for rank, right in enumerate(relevant, 1):
        if right:
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


def test_drawing_in_small_parts_gives_the_same_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, floor = np.linspace(0, 1, 7), np.linspace(1, 0, 7) ** 2
    whole = paired_bootstrap(ours, floor, rounds=100)
    monkeypatch.setattr(measures, "_DRAWN_AT_ONCE", 21)
    assert paired_bootstrap(ours, floor, rounds=100) == whole


@given(rankings, st.integers(1, 12))
def test_reciprocal_rank_and_hit_look_for_the_first_right_answer(
    relevant: list[bool], k: int
) -> None:
    ranks = [rank for rank, right in enumerate(relevant, 1) if right]
    found = np.array(relevant, dtype=bool)
    assert reciprocal_rank(found) == (1 / ranks[0] if ranks else 0.0)
    assert hit(found, k) == float(any(rank <= k for rank in ranks))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_gini_is_half_the_mean_difference_over_the_mean(shown: list[int]) -> None:
    """The definition itself: Σ_ij |x_i - x_j| / (2 n² mean)."""
    n, total = len(shown), sum(shown)
    differences = sum(abs(a - b) for a in shown for b in shown)
    expected = differences / (2 * n * total) if total else 0.0
    assert gini(np.array(shown)) == pytest.approx(expected)


def test_what_is_shown_of_four_vacancies() -> None:
    """One alone: one of four is covered, and Gini is (4 - 1) / 4. All alike: all, and 0."""
    assert (coverage(np.array([0, 9, 0, 0])), gini(np.array([0, 9, 0, 0]))) == (0.25, 0.75)
    assert (coverage(np.full(4, 2)), gini(np.full(4, 2))) == (1.0, 0.0)
    assert (coverage(np.zeros(0, np.int64)), gini(np.zeros(4, np.int64))) == (0.0, 0.0)


def test_four_items_of_two_kinds_are_half_as_even_as_four_kinds() -> None:
    """ln 2 / ln 4 = 1/2."""
    assert evenness(["cook", "cook", "nurse", "nurse"]) == pytest.approx(0.5)
    assert evenness(["a", "b", "c", "d"]) == pytest.approx(1.0)
    assert [evenness(["cook"] * 3), evenness(["cook"]), evenness([])] == [0.0, 0.0, 0.0]
