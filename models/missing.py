"""What jobs ask and people do not cover, and what each of that would bring them.

Sums are of whole grid steps, as those of the rows of a person with and without a competence. Numba
takes no annotations of ours: as those of `models.kernels`, the loop here goes without.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.grid import BITS
from models.relatedness import LEAST, SAME
from models.rows import JobRows, PeopleRows, stacked

RAISED = ("must", "may", "evidence")
"""The signals that a competence more changes."""
TRIED = 8
"""Of a pair so many are looked at."""
ENOUGH = 0.75
"""A competence covered to this share is not missing."""

_STEPS, _STEP = 2.0**BITS, 2.0**-BITS
_jit = numba.njit(cache=True, nogil=True)


@dataclass(frozen=True)
class Missing:
    """Of each of some pairs, which `at` (p,) says, the `competences` (p,) that weigh most of those
    missing, must counting double; with each the values of `RAISED` that the pair would have, by
    name, (p,), NaN where nothing is asked."""

    at: NDArray[np.int64]
    competences: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]

    @classmethod
    def of(
        cls,
        people: PeopleRows,
        jobs: JobRows,
        refused: Sequence[Collection[int]],
        related: csr_array,
        strength: float,
    ) -> Self:
        """Of n people and m jobs, pair i · m + j; everybody refused some competences, which are not
        held out to them again.

        `related` (C, C) tells what else a competence covers, `strength` how well it would be shown.
        """
        starts = np.cumsum([0, *map(len, refused)])
        columns = np.array([column for own in refused for column in own], np.int64)
        at, competences, values = _missing(
            stacked(people, ("covers", "evidence", "held")),
            stacked(jobs, ("must", "may")),
            (starts, columns),
            (related.indptr, related.indices, related.data),
            strength,
        )
        return cls(at, competences, dict(zip(RAISED, values, strict=True)))


@_jit
def _missing(people, jobs, refused, related, strength):
    width, n, m = people[3], people[0].shape[1] - 1, jobs[0].shape[1] - 1
    pairs, competences = np.empty(n * m * TRIED, np.int64), np.empty(n * m * TRIED, np.int64)
    values = np.empty((3, n * m * TRIED))
    size = 0
    mine = np.zeros((3, width), np.int32)  # steps of covers and evidence, and what is held
    asked = np.zeros((2, width), np.int32)  # of must and may
    barred = np.zeros(width, np.bool_)
    refused_starts, refused_columns = refused
    for i in range(n):
        barred[refused_columns[refused_starts[i] : refused_starts[i + 1]]] = True
        _lay(mine, people, i)
        for j in range(m):
            _lay(asked, jobs, j)
            whole, met = _met(jobs, j, mine)
            for c in _urgent(jobs, j, asked, mine, barred):
                pairs[size], competences[size] = i * m + j, c
                values[:, size] = _with(c, related, strength, mine, asked, barred, whole, met)
                size += 1
            _clear(asked, jobs, j)
        _clear(mine, people, i)
        barred[refused_columns[refused_starts[i] : refused_starts[i + 1]]] = False
    return pairs[:size].copy(), competences[:size].copy(), values[:, :size].copy()


@_jit
def _lay(lines, stacked, row):
    """The steps of a row of each column into its line."""
    starts, columns, weights, _ = stacked
    for k in range(len(lines)):
        for at in range(starts[k, row], starts[k, row + 1]):
            lines[k, columns[at]] = np.rint(weights[at] * _STEPS)


@_jit
def _clear(lines, stacked, row):
    """Zeros again."""
    starts, columns, _, _ = stacked
    for k in range(len(lines)):
        for at in range(starts[k, row], starts[k, row + 1]):
            lines[k, columns[at]] = 0


@_jit
def _met(jobs, job, mine):
    """The steps that a job asks and that are met, of each of `RAISED`."""
    starts, columns, weights, _ = jobs
    whole, met = np.zeros(3, np.int64), np.zeros(3, np.int64)
    for k in range(2):
        for at in range(starts[k, job], starts[k, job + 1]):
            steps = np.int64(np.rint(weights[at] * _STEPS))
            whole[k] += steps
            met[k] += steps * mine[0, columns[at]]
            if k == 0:
                met[2] += steps * mine[1, columns[at]]
    whole[2] = whole[0]
    return whole, met


@_jit
def _urgent(jobs, job, asked, mine, barred):
    """What is missing, by how much of what it weighs, ties by column."""
    starts, columns, _, _ = jobs
    found, weighs = np.empty(TRIED, np.int64), np.empty(TRIED)
    size = 0
    for k in range(2):
        for at in range(starts[k, job], starts[k, job + 1]):
            c = columns[at]
            cover = mine[0, c] * _STEP
            if mine[2, c] or barred[c] or cover >= ENOUGH or (k == 1 and asked[0, c]):
                continue
            weight = (2 - k) * asked[k, c] * (1.0 - cover)
            place = size
            while place > 0 and (
                weighs[place - 1] < weight or (weighs[place - 1] == weight and found[place - 1] > c)
            ):
                place -= 1
            if place == TRIED:
                continue
            size = min(size + 1, TRIED)
            for t in range(size - 1, place, -1):
                found[t], weighs[t] = found[t - 1], weighs[t - 1]
            found[place], weighs[place] = c, weight
    return found[:size]


@_jit
def _with(competence, related, strength, mine, asked, barred, whole, met):
    """The values of `RAISED` with a competence more."""
    starts, columns, weights = related
    with_it = met.copy()
    for at in range(starts[competence], starts[competence + 1]):
        c, share = columns[at], weights[at]
        if barred[c]:
            continue
        if share >= LEAST:
            cover = max(np.int64(np.rint(share * _STEPS)) - mine[0, c], 0)
            with_it[0] += cover * asked[0, c]
            with_it[1] += cover * asked[1, c]
        if share >= SAME:
            shown = max(np.int64(np.rint(share * strength * _STEPS)) - mine[1, c], 0)
            with_it[2] += shown * asked[0, c]
    found = np.empty(3)
    for k in range(3):
        found[k] = min(with_it[k] / whole[k] * _STEP, 1.0) if whole[k] > 0 else np.nan
    return found
