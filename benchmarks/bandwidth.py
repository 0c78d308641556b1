"""How close the index comes to what the machine's memory can give one thread.

What a question must read is counted from the index's own arrays and the asked people's rows: the
lots, of each seat within the person's runs what it asks and whether it is there, of each vacancy
that is reached its record, and within the runs the postings of what the person has. The sums that
postings are added up in are counted as written and read once. Texts are left out: how many are read
is up to the question. So the share is a lower bound of what is moved in that time.
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
from models.index import AskedOfJobs, JobIndex, Rows
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
        moved = [_moved(index, person) for person in people]
        columns, postings = np.median(moved, axis=0).tolist()
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


def _moved(index: JobIndex, person: PeopleRows) -> tuple[int, int]:
    asked = index.open(person, TODAY)
    return _columns(index, asked), _postings(index, person, asked)


def _columns(index: JobIndex, asked: AskedOfJobs) -> int:
    """Bytes of lots, of what is read of each seat in the runs, and of the vacancies reached."""
    arrays, seats = index.arrays, int(np.diff(asked.runs).sum())
    lots = sum(lot.nbytes for lot in index.lots)
    each = arrays["asked"].itemsize * len(arrays["asked"]) + index.day(TODAY).there.itemsize
    return lots + seats * each + asked.reached * arrays["facets"][0].nbytes


def _postings(index: JobIndex, person: PeopleRows, asked: AskedOfJobs) -> int:
    """Bytes of what the person's columns are posted in, and of the sums, within the runs."""
    met: list[tuple[str, csr_array]] = [
        ("must", person.covers),
        ("may", person.covers),
        ("must", person.evidence),
        ("unstated", person.past),
        ("unstated", person.experience),
        ("unstated", person.wished),
    ]
    return sum(_of(index, name, row.indices, asked.runs) for name, row in met)


def _of(index: JobIndex, name: str, columns: NDArray[np.int32], runs: Rows) -> int:
    postings, cells = index.posting(name), 0
    for column in columns.tolist():
        own = postings.seats[postings.starts[column] : postings.starts[column + 1]]
        cells += int(np.diff(np.searchsorted(own, runs)).sum())
    sums = 2 * np.dtype(index.sum_type).itemsize * int(np.diff(runs).sum())
    return cells * (postings.seats.itemsize + postings.steps.itemsize) + (sums if cells else 0)
