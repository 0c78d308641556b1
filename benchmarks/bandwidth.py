"""How close the index comes to what the machine's memory can give one thread.

What a question must read is counted from the index's own arrays and the asked people's rows: every
column of one cell a vacancy once, and the postings of what the person has. The sums that postings
are added up in are counted as written and read once. Texts are left out: how many are read is up to
the question. So the share is a lower bound of what is moved in that time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.world import TODAY
from models.index import JobIndex
from models.rows import PeopleRows

STREAM = 1 << 30
"""Bytes: far more than any cache holds."""


class Touched(msgspec.Struct, frozen=True):
    """Median megabytes (10^6) a question must move; GB/s moved so, and that memory gives."""

    columns_mb: float
    postings_mb: float
    reached_gb_s: float
    stream_gb_s: float

    @classmethod
    def by(cls, index: JobIndex, people: Sequence[PeopleRows], p50_ms: float) -> Touched:
        """By each person, in a typical time."""
        columns = _columns(index)
        postings = float(np.median([_postings(index, person) for person in people]))
        reached = (columns + postings) / 1e9 / (p50_ms / 1e3)
        figures = (columns / 1e6, postings / 1e6, reached, stream())
        return cls(*(round(figure, 1) for figure in figures))

    @property
    def share(self) -> float:
        """Of what memory gives."""
        return self.reached_gb_s / self.stream_gb_s


def stream() -> float:
    """GB/s at which one thread sums an array from memory, the best of three."""
    values = np.ones(STREAM // 8, np.int64)
    _sum(values[:8])
    taken = []
    for _ in range(3):
        started = time.process_time()
        _sum(values)
        taken.append(time.process_time() - started)
    return STREAM / 1e9 / min(taken)


@numba.njit(cache=True)
def _sum(values):  # type: ignore[no-untyped-def]
    found = 0
    for value in values:
        found += value
    return found


def _columns(index: JobIndex) -> int:
    """Bytes of everything that is worked out of each vacancy, and of the rows that are open."""
    size = len(index)
    cells = [array for array in index.arrays.values() if array.shape[:1] == (size,)]
    return sum(array.nbytes for array in cells) + index.day(TODAY).rows.nbytes


def _postings(index: JobIndex, person: PeopleRows) -> int:
    """Bytes of what the person's columns are posted in, and of the sums."""
    met: list[tuple[str, csr_array]] = [
        ("must", person.covers),
        ("may", person.covers),
        ("must", person.evidence),
        ("unstated", person.past),
        ("unstated", person.experience),
        ("unstated", person.wished),
        ("profile", person.profile),
    ]
    return sum(_of(index, name, row.indices) for name, row in met)


def _of(index: JobIndex, name: str, columns: NDArray[np.int32]) -> int:
    postings, sums = index.posting(name), 2 * np.dtype(index.sum_type).itemsize * len(index)
    cells = int((postings.starts[columns + 1] - postings.starts[columns]).sum())
    cell = postings.rows.itemsize + postings.steps.itemsize
    return cells * cell + (sums if cells else 0)
