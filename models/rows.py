"""People and jobs as arrays: what scoring sees, and all that it sees.

A `Seeker` and a `Job` are the neutral inputs (ids, texts, numbers; no identity); `PeopleRows` and
`JobRows` hold many of them, one row each. All weights lie on the grid of `models.grid`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

Floats = NDArray[np.float64]
Lying = tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int32], Floats]
"""Sparse columns one after another: their names, where the rows of each of them start (c, n + 1),
then columns and weights of all."""
NOT_SAID = 255
"""Of a working time, a set of shifts or of contracts: nothing is known."""


class Seeker(msgspec.Struct, frozen=True):
    """A person's side: `held` is (competence id, evidence in [0, 1]), None means not known.

    `shifts` and `contracts` are bit masks of what is acceptable, `position` is latitude and
    longitude in degrees, `languages` CEFR levels 1 to 6.
    """

    id: str
    lang: str = "nl"
    text: str = ""
    held: tuple[tuple[str, float], ...] = ()
    refused: frozenset[str] = frozenset()
    wished: tuple[str, ...] = ()
    past: tuple[tuple[str, float | None], ...] = ()
    study: int | None = None
    languages: dict[str, int] | None = None
    licences: frozenset[str] | None = None
    position: tuple[float, float] | None = None
    travel_km: float | None = None
    full_time: bool | None = None
    shifts: int = NOT_SAID
    contracts: int = NOT_SAID


class Job(msgspec.Struct, frozen=True):
    """A vacancy's side, as `Seeker`; days are ordinals (`date.toordinal`)."""

    id: str
    lang: str = "nl"
    title: str = ""
    text: str = ""
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    occupation: str | None = None
    study: int | None = None
    diploma_required: bool = False
    languages: dict[str, int] = msgspec.field(default_factory=dict)
    licences: frozenset[str] = frozenset()
    position: tuple[float, float] | None = None
    full_time: bool | None = None
    shifts: int = NOT_SAID
    contract: int = NOT_SAID
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True)
class _Rows:
    """Columns of the same length; a row is one person or one job."""

    ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Self:
        """The given rows, in the order given."""
        picked = np.asarray(rows, dtype=np.int64)
        columns: dict[str, Any] = {"ids": tuple(self.ids[i] for i in picked)}
        for name, column in self.columns().items():
            columns[name] = one_row(column, picked[0]) if len(picked) == 1 else column[picked]
        return type(self)(**columns)

    def cells(self, name: str, at: int) -> dict[int, float]:
        """What one row of a sparse column holds, by its columns."""
        return cells(getattr(self, name), at)

    def columns(self) -> dict[str, Any]:
        """Every column but the ids, by name: sparse (n, …) or dense (n,) or (n, d)."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "ids"}

    @cached_property
    def lying(self) -> Lying:
        """All sparse columns, for compiled loops."""
        parts = {n: c for n, c in self.columns().items() if isinstance(c, csr_array)}
        starts = np.concatenate([part.indptr for part in parts.values()], dtype=np.int64)
        starts = starts.reshape(len(parts), -1)
        starts[1:] += starts[:-1, -1].cumsum()[:, None]
        columns = np.concatenate([part.indices for part in parts.values()], dtype=np.int32)
        return tuple(parts), starts, columns, np.concatenate([part.data for part in parts.values()])

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, one after another; there must be at least one part."""
        columns: dict[str, Any] = {"ids": tuple(id_ for part in parts for id_ in part.ids)}
        for name, first in parts[0].columns().items():
            pieces = [getattr(part, name) for part in parts]
            columns[name] = (
                csr_array(vstack(pieces, format="csr"))
                if isinstance(first, csr_array)
                else np.concatenate(pieces)
            )
        return cls(**columns)


@dataclass(frozen=True)
class PeopleRows(_Rows):
    """n people. Sparse, float64 on the grid, in [0, 1]:

    `covers` (n, C) how far a person covers a competence, `evidence` (n, C) how well that is shown,
    `held` (n, C) 1 for what is confirmed, `past`, `wished` (n, O) closeness of an occupation to
    the past and the wished ones, `experience` (n, O) that times years, `profile` (n, O) unit
    profile read from the text, `words` (n, W) unit word weights, `languages` (n, 676 · 6) one for
    each CEFR level reached, `licences` (n, 4096). `dense` (n, d) float32 unit vectors. `read`,
    `read_first`, `read_last` (n, C): what was read in the text (`models.mentions.kept`), for
    reasons alone.
    Dense (n,): `known` bits of `Known`, `study` (NaN unknown), `travel_km`, `full_time` (0, 1,
    NaN), `shifts` and `contracts` masks; `position` (n, 3) on the unit sphere, NaN unknown.
    """

    covers: csr_array
    evidence: csr_array
    held: csr_array
    past: csr_array
    wished: csr_array
    experience: csr_array
    profile: csr_array
    words: csr_array
    languages: csr_array
    licences: csr_array
    read: csr_array
    read_first: csr_array
    read_last: csr_array
    dense: NDArray[np.float32]
    known: NDArray[np.uint8]
    study: Floats
    travel_km: Floats
    full_time: Floats
    shifts: NDArray[np.uint8]
    contracts: NDArray[np.uint8]
    position: Floats


@dataclass(frozen=True)
class JobRows(_Rows):
    """m jobs. As `PeopleRows`; further:

    `must`, `may` (m, C) weights of what is asked: stated, else read, else implied;
    `occupation` (m, O) 1 at the stated occupation; `diploma_required` 0 or 1;
    `first_day`, `last_day` ordinals (0 and 2^31 - 1 where open); `shortage` 1 where the operator of
    a service counts the occupation as one (nothing that is read in a vacancy), else 0.
    """

    must: csr_array
    may: csr_array
    occupation: csr_array
    profile: csr_array
    words: csr_array
    languages: csr_array
    licences: csr_array
    read: csr_array
    read_first: csr_array
    read_last: csr_array
    dense: NDArray[np.float32]
    study: Floats
    diploma_required: NDArray[np.uint8]
    full_time: Floats
    shifts: NDArray[np.uint8]
    contract: NDArray[np.uint8]
    position: Floats
    first_day: NDArray[np.int32]
    last_day: NDArray[np.int32]
    shortage: NDArray[np.uint8]

    @property
    def told(self) -> NDArray[np.bool_]:
        """(m,): whether a competence or an occupation of the job is known."""
        parts = (self.must, self.may, self.occupation, self.profile)
        return np.asarray(sum(np.diff(part.indptr) for part in parts) > 0)


def one_row(column: Any, at: int) -> Any:
    """A row of a column, as `column[[at]]`; of a sparse one without copies and checks."""
    if not isinstance(column, csr_array):
        return column[[at]]
    start, end = column.indptr[at : at + 2].tolist()
    ends = np.array([0, end - start], dtype=column.indptr.dtype)
    return unchecked(column.data[start:end], column.indices[start:end], ends, column.shape[1])


def unchecked(
    data: NDArray[Any],
    columns: NDArray[np.integer[Any]],
    starts: NDArray[np.integer[Any]],
    width: int,
) -> csr_array:
    """A sparse matrix of parts that fit: of a few rows scipy's checks take longer than the rest."""
    found = csr_array.__new__(csr_array)
    vars(found).update(vars(_empty((len(starts) - 1, width))))
    found.data, found.indices, found.indptr = data, columns, starts
    return found


@lru_cache
def _empty(shape: tuple[int, int]) -> csr_array:
    return csr_array(shape)


def stacked(rows: PeopleRows | JobRows, names: Sequence[str]) -> tuple[Any, ...]:
    """Some sparse columns for compiled loops: where the rows of each of them start (c, n + 1),
    columns and weights of all that there are, and how wide the widest is."""
    all_, starts, columns, weights = rows.lying
    own = starts[[all_.index(name) for name in names]]
    return own, columns, weights, max([getattr(rows, name).shape[1] for name in names])


def cells_of_each(matrix: csr_array, of: Set[int] | None = None) -> list[dict[int, float]]:
    """The stored cells of every row, by column; those `of` some columns, if it is told which."""
    columns, values, starts = matrix.indices, matrix.data, matrix.indptr
    if of is not None:
        heeded = np.zeros(matrix.shape[1], np.bool_)
        heeded[list(of)] = True
        kept = np.flatnonzero(heeded[columns])
        columns, values, starts = columns[kept], values[kept], kept.searchsorted(starts)
    cells_ = list(zip(columns.tolist(), values.tolist(), strict=True))
    return [dict(cells_[start:end]) for start, end in pairwise(starts.tolist())]


def cells(matrix: csr_array, at: int) -> dict[int, float]:
    """The stored cells of a row, by column."""
    start, end = matrix.indptr[at : at + 2].tolist()
    columns, values = matrix.indices[start:end].tolist(), matrix.data[start:end].tolist()
    return dict(zip(columns, values, strict=True))


LANGUAGES_KNOWN, LICENCES_KNOWN, WORK_KNOWN, YEARS_KNOWN, WISHES_KNOWN = 1, 2, 4, 8, 16
"""Bits of `PeopleRows.known`: what a person told, so that nothing told is not taken for none."""
