"""What tells most about each of a few pairs: of what is asked, of their words, of their work.

Numba takes no annotations of ours: as those of `models.kernels`, the loops here go without.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.provenance import Backing
from models.rows import JobRows, PeopleRows, stacked

_jit = numba.njit(cache=True, nogil=True)


class Told(NamedTuple):
    """Some of what a job asks, those first that tell most of a person. Of all that are `asked` so
    many are `confirmed`, and so many more are `near`.

    `cells` are a competence each, how far the person has it, in [0, 1], the place in
    `Backing.speakers` of what speaks for it, -1 where nothing does, and whether that confirms it.
    """

    cells: list[tuple[int, float, int, bool]]
    confirmed: int
    near: int
    asked: int


def most_asked(
    backing: Backing, jobs: JobRows, listed: Sequence[bool], most: int
) -> list[tuple[Told, Told, Told]]:
    """Of pair i · m + j of n people and m jobs, what tells most of must, of may, and of what is
    shown to be had of must: at most so many each.

    What a job asks comes by what of it is covered, then by its weight; what is shown by how well;
    ties by column. Of a job that has not `listed` what it asks only what is covered is told.
    """
    parts = _most_asked(
        backing.competences,
        (backing.covers, backing.evidence),
        (backing.who, backing.sure),
        stacked(jobs, ("must", "may")),
        np.array(listed, np.bool_),
        most,
    )
    ends, counts, *columns = (part.tolist() for part in parts)
    cells = list(zip(*columns, strict=True))
    told = [
        Told(cells[start:end], *own)
        for (start, end), own in zip(pairwise([0, *ends]), counts, strict=True)
    ]
    return list(zip(told[0::3], told[1::3], told[2::3], strict=True))


@_jit
def _most_asked(competences, held, backed, jobs, listed, most):
    """Of each pair three parts, one after another."""
    covers, evidence = held
    who, sure = backed
    starts, columns, weights, _ = jobs
    n, m = len(covers), len(listed)
    size = n * m * 3 * most
    chosen, speakers = np.empty(size, np.int64), np.empty(size, np.int64)
    strengths, certain = np.empty(size), np.empty(size, np.bool_)
    ends, counts = np.empty(n * m * 3, np.int64), np.zeros((n * m * 3, 3), np.int64)
    worths, seconds = np.empty(most), np.empty(most)
    best, strong = np.empty(most, np.int64), np.empty(most)
    to = 0
    for i in range(n):
        for j in range(m):
            for part in range(3):
                row, size, kind = 3 * (i * m + j) + part, 0, part % 2
                counts[row, 2] = starts[kind, j + 1] - starts[kind, j]
                for at in range(starts[kind, j], starts[kind, j + 1]):
                    c, weight = np.int64(columns[at]), weights[at]
                    p = _place(competences, c)
                    covered = p >= 0 and not np.isnan(covers[i, p])
                    confirmed = p >= 0 and sure[i, p]
                    counts[row, 0] += confirmed
                    counts[row, 1] += covered and not confirmed
                    strength = covers[i, p] if covered else 0.0
                    if part == 2:
                        if not confirmed or np.isnan(evidence[i, p]):
                            continue
                        strength = evidence[i, p]
                    worth, second = weight * strength, 0.0 if part == 2 else weight
                    place = size
                    while place > 0 and (
                        (worths[place - 1], seconds[place - 1], -best[place - 1])
                        < (worth, second, -c)
                    ):
                        if place < most:
                            worths[place], seconds[place] = worths[place - 1], seconds[place - 1]
                            best[place] = best[place - 1]
                            strong[place] = strong[place - 1]
                        place -= 1
                    if place < most:
                        worths[place], seconds[place] = worth, second
                        best[place], strong[place] = c, strength
                        size = min(size + 1, most)
                for t in range(size):
                    p = _place(competences, best[t])
                    covered = p >= 0 and not np.isnan(covers[i, p])
                    if covered or listed[j] or part == 2:
                        chosen[to], strengths[to] = best[t], strong[t]
                        speakers[to] = who[i, p] if covered else -1
                        certain[to] = p >= 0 and sure[i, p]
                        to += 1
                ends[row] = to
    return ends, counts, chosen[:to], strengths[:to], speakers[:to], certain[:to]


@_jit
def _place(ascending, one):
    """Where one of some numbers stands, -1 where it does not."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < one:
            low = middle + 1
        else:
            high = middle
    return low if low < len(ascending) and ascending[low] == one else -1


def most_shared(
    people: PeopleRows,
    jobs: JobRows,
    name: str,
    most: int,
    order: NDArray[np.int64] | None = None,
) -> list[list[int]]:
    """Of pair i · m + j the columns of a sparse part whose product is greatest, at most so many;
    ties by column.

    `order` (C,) tells how ties stand otherwise, and -1 of what never counts.
    """
    ties = np.empty(0, np.int64) if order is None else order
    found, sizes = _most_shared(stacked(people, (name,)), stacked(jobs, (name,)), most, ties)
    return [own[:size] for own, size in zip(found.tolist(), sizes.tolist(), strict=True)]


@_jit
def _most_shared(mine, theirs, most, order):
    starts, columns, weights, _ = mine
    other_starts, other_columns, other_weights, _ = theirs
    n, m = starts.shape[1] - 1, other_starts.shape[1] - 1
    found, sizes = np.empty((n * m, most), np.int64), np.zeros(n * m, np.int64)
    worth, ties = np.empty(most), np.empty(most, np.int64)
    for i in range(n):
        for j in range(m):
            row, size = i * m + j, 0
            for at in range(starts[0, i], starts[0, i + 1]):
                c = columns[at]
                tie = order[c] if len(order) else np.int64(c)
                if tie < 0:
                    continue
                for other in range(other_starts[0, j], other_starts[0, j + 1]):
                    if other_columns[other] != c:
                        continue
                    product, place = weights[at] * other_weights[other], size
                    while place > 0 and (worth[place - 1], -ties[place - 1]) < (product, -tie):
                        if place < most:
                            worth[place], ties[place] = worth[place - 1], ties[place - 1]
                            found[row, place] = found[row, place - 1]
                        place -= 1
                    if place < most:
                        worth[place], ties[place], found[row, place] = product, tie, c
                        size = min(size + 1, most)
                    break
            sizes[row] = size
    return found, sizes


def closeness(occupations: Sequence[int], jobs: JobRows, close: csr_array) -> list[list[float]]:
    """How close each of u occupations is to what each of m jobs is, in [0, 1]: m lists of u.

    `close` (O, O) tells it of each two; a job that states no occupation is what its text is like.
    """
    found: list[list[float]] = _closeness(
        np.array(occupations, np.int64),
        (close.indptr, close.indices, close.data),
        stacked(jobs, ("occupation", "profile")),
    ).tolist()
    return found


@_jit
def _closeness(occupations, close, jobs):
    starts, columns, shares = close
    asks, asked, weights, width = jobs
    found = np.zeros((asks.shape[1] - 1, len(occupations)))
    line = np.zeros(width)
    for u in range(len(occupations)):
        first, last = starts[occupations[u]], starts[occupations[u] + 1]
        for at in range(first, last):
            line[columns[at]] = shares[at]
        for j in range(len(found)):
            likely = int(asks[0, j] == asks[0, j + 1])
            whole = 0.0
            for at in range(asks[likely, j], asks[likely, j + 1]):
                found[j, u] += line[asked[at]] * weights[at]
                whole += weights[at]
            if whole:
                found[j, u] /= whole
        for at in range(first, last):
            line[columns[at]] = 0.0
    return found
