"""Spread over occupations: the first places of a list widened, explicitly and within a bound.

Place by place the best vacancy that is left takes it, unless its occupation stands above already
and another occupation's vacancy scores at most so many points less: then that one takes it, and
says so. So no vacancy ever stands above one that scores more than the bound better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from models.rows import JobRows

MOST_SPREAD = 10.0
"""So many points of 100 may be given up for another occupation at most."""
POOL = 5
"""A list of k is chosen from the 5 · k best."""
TIMES = 1
"""So many vacancies of an occupation stand before it gives way."""


@dataclass(frozen=True)
class Place:
    """One place of a list: `at` is where its vacancy stood in what was given, `plain_rank` its rank
    on points alone (from 1), `given_up` how many points less it scores than the best left."""

    at: int
    plain_rank: int
    given_up: float


@dataclass(frozen=True)
class Placed:
    """Why a vacancy stands where points alone would not have put it.

    `plain_rank` is its rank on points alone; `given_up` how many points less it scores than the one
    that would have stood here, 0 where it gave way itself.
    """

    plain_rank: int
    given_up: float
    text: str


def widened(
    ids: Sequence[str],
    scores: Sequence[float],
    occupations: Sequence[Hashable],
    points: float,
    limit: int,
) -> list[Place]:
    """The first `limit` places of some vacancies, in whatever order they come; ties by id.

    A vacancy is given up for another occupation's that scores at most `points` less; 0 gives the
    plain order. No occupation of the plain list is lost: its best vacancy gives way to better ones
    alone.

    Raises:
        ValueError: the points are not in [0, MOST_SPREAD].
    """
    if not 0 <= points <= MOST_SPREAD:
        raise ValueError(f"a spread of {points:g} points, expected 0 to {MOST_SPREAD:g}")
    plain = sorted(range(len(ids)), key=lambda at: (-scores[at], ids[at]))
    left = dict(zip(plain, range(1, len(plain) + 1), strict=True))
    above: Counter[Hashable] = Counter()
    found: list[Place] = []
    while left and len(found) < limit:
        best = taken = next(iter(left))
        if points and above[occupations[best]] >= TIMES:
            other = next((at for at in left if above[occupations[at]] < TIMES), best)
            if scores[best] - scores[other] <= points:
                taken = other
        above[occupations[taken]] += 1
        found.append(Place(taken, left.pop(taken), scores[best] - scores[taken]))
    return found


def occupations(jobs: JobRows, rows: Iterable[int]) -> list[int]:
    """What each of some vacancies counts as: the stated occupation, else the one that its title
    reads as most (the first of those alike), else one of its own, below 0."""
    return [
        _strongest(jobs.occupation, row, _strongest(jobs.profile, row, -1 - row)) for row in rows
    ]


def _strongest(matrix: csr_array, row: int, otherwise: int) -> int:
    start, end = matrix.indptr[row : row + 2]
    if start == end:
        return otherwise
    columns, values = matrix.indices[start:end], matrix.data[start:end]
    return int(columns[np.lexsort((columns, -values))[0]])
