"""The compiled loops of `models.neighbours`, which tells what their arguments are.

Sums are taken in the order of the rows, so the same question has the same answer. Numba takes no
annotations of ours: as `models.kernels`, this module goes without.
"""

from __future__ import annotations

import math

import numba
import numpy as np

_jit = numba.njit(cache=True, nogil=True)
SCORE, COUNT, KNOWN, NUMBER = 0, 1, 2, 3
"""Of a vacancy its score, how many wanted it, whether the asker knows it, its number from 1: one
line of memory."""
ROOM = 1 << 14
"""So many vacancies have room, twice as many as most questions meet; a power of two."""
_LEVELS = 1024
"""Likeness is told apart to so many levels where the nearest are picked."""


@_jit
def unit_cells(starts, columns, values, worth, most):
    """Of each row of a sparse matrix the `most` cells of greatest value times worth (ties by
    column), so that their squares sum to 1: starts, columns, values."""
    rows = len(starts) - 1
    ends = np.zeros(rows + 1, np.int64)
    for i in range(rows):
        ends[i + 1] = ends[i] + min(most, starts[i + 1] - starts[i])
    kept, weights = np.empty(ends[-1], np.int32), np.empty(ends[-1], np.float32)
    for i in range(rows):
        start, size = starts[i], starts[i + 1] - starts[i]
        weighed = np.empty(size)
        for at in range(size):
            weighed[at] = -values[start + at] * worth[columns[start + at]]
        order = np.argsort(weighed, kind="mergesort")[:most]
        square = 0.0
        for at in order:
            square += weighed[at] * weighed[at]
        norm = math.sqrt(square) if square > 0 else 1.0
        for place, at in enumerate(order):
            kept[ends[i] + place] = columns[start + at]
            weights[ends[i] + place] = -weighed[at] / norm
    return ends, kept, weights


@_jit
def merged(width, *matrices):
    """Of each row of matrices of one shape the largest of each column: starts, columns, values."""
    rows = len(matrices[0][0]) - 1
    size = 0
    for starts, _, _ in matrices:
        size += starts[-1]
    ends = np.zeros(rows + 1, np.int64)
    kept, values = np.empty(size, np.int32), np.empty(size)
    largest = np.zeros(width)
    for i in range(rows):
        end = ends[i]
        for starts, columns, cells in matrices:
            for at in range(starts[i], starts[i + 1]):
                c = columns[at]
                if largest[c] == 0 and cells[at] > 0:
                    kept[end] = c
                    end += 1
                largest[c] = max(largest[c], cells[at])
        kept[ends[i] : end] = np.sort(kept[ends[i] : end])
        for at in range(ends[i], end):
            values[at] = largest[kept[at]]
            largest[kept[at]] = 0
        ends[i + 1] = end
    return ends, kept[: ends[-1]].copy(), values[: ends[-1]].copy()


@_jit
def found(
    asker, columns, values, items, weights, share, near, least_alike, least,
    alike, finders, scales, fresh, popularity, room,
):  # fmt: skip
    """Vacancies that at least `least` people near an asker wanted: which, how much, how many.

    The asker is a profile (`columns`, `values`) and what they were after (`items`, `weights`);
    `asker` is their own place among the people, -1 where there is none, since nobody is their own
    neighbour. Of what the asker was after themselves only neighbours by profile tell: the others
    are near for the very reason that they found it. `share` is the weight of those near by profile,
    the others have the rest. `alike` are postings of profiles, `finders` of who was after what;
    `scales` weigh these by vacancy and by person; `fresh` are, by person, the vacancies that may
    still be suggested.
    """
    likeness, met, offers, near_by, behind = room
    alike_starts, alike_people, alike_weights = alike
    finder_starts, finder_people, finder_weights = finders
    item_scale, person_scale = scales
    fresh_starts, fresh_items, fresh_weights, fresh_wanted = fresh
    for k in range(len(columns)):
        start, end, value = alike_starts[columns[k]], alike_starts[columns[k] + 1], values[k]
        theirs, weighed = alike_people[start:end], alike_weights[start:end]
        for at in range(len(theirs)):
            likeness[theirs[at]] += value * weighed[at]
    if asker >= 0:
        likeness[asker] = 0
    levels = np.zeros(_LEVELS, np.int64)
    size = 0
    for p in range(len(likeness)):
        if likeness[p] >= least_alike:
            near_by[size] = p
            size += 1
            levels[min(int(likeness[p] * _LEVELS), _LEVELS - 1)] += 1
    level, above = _LEVELS, 0
    while level > 0 and above < near:
        level -= 1
        above += levels[level]
    whole = 0.0
    kept = 0
    squares = np.empty(size)
    for t in range(size):
        like = likeness[near_by[t]]
        if int(like * _LEVELS) >= level:
            near_by[kept], squares[kept] = near_by[t], like * like
            whole += like * like
            kept += 1
    likeness[:] = 0
    for t in range(kept):
        likeness[near_by[t]] = squares[t]
    size = 0
    for k in range(len(items)):
        step = weights[k] * item_scale[items[k]]
        for at in range(finder_starts[items[k]], finder_starts[items[k] + 1]):
            p = finder_people[at]
            if p == asker:
                continue
            if met[p] == 0:
                behind[size] = p
                size += 1
            met[p] += step * finder_weights[at] * person_scale[p]
    most = len(items)
    for t in range(kept):
        most += fresh_starts[near_by[t] + 1] - fresh_starts[near_by[t]]
    for t in range(size):
        most += fresh_starts[behind[t] + 1] - fresh_starts[behind[t]]
    while len(offers) < 2 * most:
        offers = np.zeros((2 * len(offers), offers.shape[1]))
    touched = np.empty(most, np.int64)
    for k in range(len(items)):
        place = _place(offers, items[k])
        offers[place, KNOWN], offers[place, NUMBER] = 1, items[k] + 1
        touched[k] = place
    paths = 0.0
    for t in range(size):
        paths += met[behind[t]]
    if size == 0:
        share = 1.0
    elif kept == 0:
        share = 0.0
    # Every neighbour once: those by profile with what they are by both, then the others.
    seen = len(items)
    for part in range(2):
        for t in range(kept if part == 0 else size):
            p = near_by[t] if part == 0 else behind[t]
            by_profile = both = 0.0
            if likeness[p] > 0:
                by_profile = share * likeness[p] / whole
                likeness[p] = 0
            if met[p] > 0:
                both = (1 - share) * met[p] / paths
                met[p] = 0
            both += by_profile
            if both == 0:
                continue
            for at in range(fresh_starts[p], fresh_starts[p + 1]):
                place = _place(offers, fresh_items[at])
                weight = by_profile if offers[place, KNOWN] else both
                if weight == 0:
                    continue
                if offers[place, NUMBER] == 0:
                    offers[place, NUMBER] = fresh_items[at] + 1
                    touched[seen] = place
                    seen += 1
                offers[place, SCORE] += weight * fresh_weights[at]
                offers[place, COUNT] += fresh_wanted[at]
    own = np.empty(seen, np.int64)
    strengths, counts = np.empty(seen), np.empty(seen, np.int64)
    kept = 0
    for t in range(seen):
        line = offers[touched[t]]
        if line[COUNT] >= least:
            own[kept] = int(line[NUMBER]) - 1
            strengths[kept] = line[SCORE] * popularity[own[kept]]
            counts[kept] = int(line[COUNT])
            kept += 1
        line[:] = 0
    return own[:kept], strengths[:kept], counts[:kept]


@_jit
def _place(offers, item):
    """Where a vacancy has its place, or the next one that is free: twice as many are there as are
    needed."""
    last = len(offers) - 1
    place = item & last
    while offers[place, NUMBER] != 0 and offers[place, NUMBER] != item + 1:
        place = (place + 1) & last
    return place
