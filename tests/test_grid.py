"""Sums of grid values are exact, in whatever order they are taken."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from models.grid import BITS, DENSE_BITS, STRENGTH_BITS, on_grid, sparse_on_grid

shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares), max_size=300), st.randoms(use_true_random=False))
def test_a_sum_of_products_is_exact_in_any_order(
    pairs: list[tuple[float, float]], shuffler: random.Random
) -> None:
    """Float64 against fractions, which round nothing."""
    grid = on_grid(np.array(pairs, dtype=np.float64).reshape(-1, 2))
    exact = sum((Fraction(a) * Fraction(b) for a, b in grid.tolist()), Fraction(0))
    rows = grid.tolist()
    shuffler.shuffle(rows)
    total = 0.0
    for a, b in rows:
        total += a * b
    assert Fraction(total) == exact
    assert Fraction(float(grid[:, 0] @ grid[:, 1])) == exact


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=200),
    st.randoms(use_true_random=False),
)
def test_a_product_of_unit_vectors_is_exact_in_float32(
    values: list[float], shuffler: random.Random
) -> None:
    """Two vectors of length 1: each partial sum is at most about 1, in steps of 2^-22."""
    left = np.array(values, dtype=np.float32)
    left /= max(np.linalg.norm(left), np.float32(1e-3))
    vector = on_grid(left, DENSE_BITS)
    other = vector[::-1].copy()
    exact = sum(
        (Fraction(a) * Fraction(b) for a, b in zip(vector.tolist(), other.tolist(), strict=True)),
        Fraction(0),
    )
    order = list(range(len(values)))
    shuffler.shuffle(order)
    total = np.float32(0)
    for i in order:
        total += vector[i] * other[i]
    assert Fraction(float(total)) == exact
    assert Fraction(float(vector @ other)) == exact


@pytest.mark.parametrize("bits", [BITS, DENSE_BITS, STRENGTH_BITS])
@given(value=shares)
def test_a_value_goes_to_a_nearest_multiple_and_stays_there(bits: int, value: float) -> None:
    rounded = on_grid(np.array([value]), bits)
    steps = float(rounded[0]) * 2**bits
    assert steps == int(steps)
    assert abs(Fraction(float(rounded[0])) - Fraction(value)) <= Fraction(1, 2 ** (bits + 1))
    assert on_grid(rounded, bits).tolist() == rounded.tolist()


def test_half_a_step_goes_to_the_even_one() -> None:
    """0.5, 1.5 and 2.5 steps of 2^-12 become 0, 2 and 2 steps."""
    steps = np.array([0.5, 1.5, 2.5])
    assert (on_grid(steps / 2**BITS) * 2**BITS).tolist() == [0, 2, 2]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_unknown_stays_unknown_and_the_type_stays(kind: type[np.floating]) -> None:
    rounded = on_grid(np.array([np.nan, 0.3], dtype=kind))
    assert rounded.dtype == kind
    assert np.isnan(rounded).tolist() == [True, False]


def test_what_rounds_to_zero_is_no_longer_stored() -> None:
    """A quarter of a step is 0; columns come sorted; what was given stays as it was."""
    given_ = csr_array((np.array([0.5, 2**-14, 1.0]), ([0, 0, 1], [2, 1, 0])), shape=(2, 3))
    before = given_.toarray()
    rounded = sparse_on_grid(given_)
    assert rounded.indices.tolist() == [2, 0]
    assert rounded.toarray().tolist() == [[0, 0, 0.5], [1, 0, 0]]
    assert given_.toarray().tolist() == before.tolist()
