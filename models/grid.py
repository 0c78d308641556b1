"""Numbers on a dyadic grid, so that a sum is exact in whatever order it is taken.

A value k · 2^-b times another is a multiple of 2^-2b, and float64 adds such multiples without
rounding as long as they stay below 2^(53-2b). So one person against all vacancies, one vacancy
against all people, and everybody in batch give the same score, bit for bit, on any machine.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

BITS = 12
"""Weights, closenesses and text weights are multiples of 2^-12."""
DENSE_BITS = 11
"""Dense vectors are multiples of 2^-11: the products of unit vectors then fit float32's 24 bits."""
STRENGTH_BITS = 16
"""Strengths of signals are multiples of 2^-16."""
POINT_BITS = 8
"""Points of signals are multiples of 2^-8."""

F = TypeVar("F", np.float32, np.float64)


def on_grid(values: NDArray[F], bits: int = BITS) -> NDArray[F]:
    """Values rounded to multiples of 2^-bits, half to even; NaN stays NaN."""
    scale = values.dtype.type(2**bits)
    return np.asarray(np.rint(values * scale) / scale, dtype=values.dtype)


def sparse_on_grid(matrix: csr_array, bits: int = BITS) -> csr_array:
    """The same for a sparse matrix; what rounds to zero is no longer stored."""
    rounded = csr_array(matrix, dtype=np.float64, copy=True)
    rounded.data = on_grid(rounded.data, bits)
    rounded.eliminate_zeros()
    rounded.sort_indices()
    return rounded
