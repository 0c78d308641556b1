"""The signals of a few pairs in one compiled loop, those of `models.signals`, bit for bit; and what
a scorecard makes of them.

Of ten pairs an array says little, and numpy takes two hundred steps to say it. Numba takes no
annotations of ours: as those of `models.kernels`, the loops here go without.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from models.grid import STRENGTH_BITS
from models.kernels import (
    CONTRACT,
    EVIDENCE,
    EXPERIENCE,
    LANGUAGES,
    LICENCES,
    MAY,
    MUST,
    OCCUPATION,
    SHIFTS,
    SHORTAGE,
    SIGNALS,
    SIMILAR,
    STUDY,
    TEXT,
    TRAVEL,
    WISHED,
    WORKING_TIME,
)
from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    NOT_SAID,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    JobRows,
    PeopleRows,
    stacked,
)
from models.signals import (
    DENSE_SHARE,
    DENSE_SPAN,
    EARTH_KM,
    USUAL_KM,
    WORDS_SHARE,
    WORDS_SPAN,
)

_MET = (
    *(("covers", "must"), ("covers", "may"), ("evidence", "must")),
    *(("past", "occupation"), ("experience", "occupation"), ("wished", "occupation")),
    *(("past", "profile"), ("experience", "profile"), ("wished", "profile")),
    *(("profile", "profile"), ("words", "words")),
    *(("languages", "languages"), ("licences", "licences")),
)
"""The columns of a person and of a job whose products are summed."""
_PEOPLE = tuple(dict.fromkeys([*(mine for mine, _ in _MET), "held"]))
_JOBS = tuple(dict.fromkeys(theirs for _, theirs in _MET))
_MINE = np.array([_PEOPLE.index(mine) for mine, _ in _MET])
_THEIRS = np.array([_JOBS.index(theirs) for _, theirs in _MET])
_COVERS, _HELD, _READ = (_PEOPLE.index(name) for name in ("covers", "held", "profile"))
_MUST, _MAY, _STATED, _LIKELY = (
    _JOBS.index(name) for name in ("must", "may", "occupation", "profile")
)
_LANGUAGES, _LICENCES = (_JOBS.index(name) for name in ("languages", "licences"))
_BITS_SET = np.array([bin(i).count("1") for i in range(256)], dtype=np.float64)
_STRENGTH = 2.0**STRENGTH_BITS
_jit = numba.njit(cache=True, nogil=True)


def signals_of_few(people: PeopleRows, jobs: JobRows) -> dict[str, NDArray[np.float64]]:
    """Every signal by name: (n, m) float64 in [0, 1], NaN where unknown."""
    told = people.known, people.study, people.travel_km, people.full_time
    has = jobs.shortage, jobs.study, jobs.full_time
    found = _signals(
        stacked(people, _PEOPLE),
        np.array([*told, people.shifts, people.contracts, *people.position.T], np.float64),
        people.dense.astype(np.float64),
        stacked(jobs, _JOBS),
        np.array([*has, jobs.shifts, jobs.contract, *jobs.position.T], np.float64),
        jobs.dense.astype(np.float64),
    )
    return dict(zip(SIGNALS, found, strict=True))


@_jit
def _signals(people, told, dense, jobs, has, job_dense):
    """(16, n, m), in the order of `SIGNALS`. `told` (9, n) and `has` (8, m) are all other columns,
    `dense` and `job_dense` the vectors of the texts."""
    filled, asked = people[0], _sums(jobs)
    met = _products(people, jobs)
    starts = jobs[0]
    n, m = met.shape[1:]
    found = np.empty((len(SIGNALS), n, m))
    nan = np.nan
    for i in range(n):
        known = int(told[0, i])
        capable = filled[_COVERS, i] < filled[_COVERS, i + 1]
        holding = filled[_HELD, i] < filled[_HELD, i + 1]
        readable = filled[_READ, i] < filled[_READ, i + 1]
        speaking = dense[i].any()
        limit = USUAL_KM if math.isnan(told[2, i]) else max(told[2, i], 1.0)
        for j in range(m):
            at = 3 if starts[_STATED, j] < starts[_STATED, j + 1] else 6
            whole = 1.0 if at == 3 else asked[_LIKELY, j]
            past, years, wished = met[at, i, j], met[at + 1, i, j], met[at + 2, i, j]
            if known & WORK_KNOWN:
                about = past / whole if whole > 0 else nan
            elif readable and starts[_LIKELY, j] < starts[_LIKELY, j + 1]:
                about = min(met[9, i, j], 1.0)
            else:
                about = nan
            found[MUST, i, j] = _share(met[0, i, j], asked[_MUST, j], capable)
            found[MAY, i, j] = _share(met[1, i, j], asked[_MAY, j], capable)
            found[EVIDENCE, i, j] = _share(met[2, i, j], asked[_MUST, j], holding)
            found[OCCUPATION, i, j] = about
            found[EXPERIENCE, i, j] = years / whole if known & YEARS_KNOWN and whole > 0 else nan
            found[STUDY, i, j] = min(max(1.0 + (told[1, i] - has[1, j]) / 2.0, 0.0), 1.0)
            found[LANGUAGES, i, j] = _share(
                met[11, i, j], asked[_LANGUAGES, j], known & LANGUAGES_KNOWN
            )
            found[LICENCES, i, j] = _share(
                met[12, i, j], asked[_LICENCES, j], known & LICENCES_KNOWN
            )
            found[TEXT, i, j] = nan
            if speaking and job_dense[j].any():
                found[TEXT, i, j] = _likeness(dense[i], job_dense[j], met[10, i, j])
            found[WISHED, i, j] = wished / whole if known & WISHES_KNOWN and whole > 0 else nan
            ratio = _kilometres(told[6:, i], has[5:, j]) / limit
            found[TRAVEL, i, j] = 1.0 / (1.0 + ratio * ratio)
            found[WORKING_TIME, i, j] = nan
            if not (math.isnan(told[3, i]) or math.isnan(has[2, j])):
                found[WORKING_TIME, i, j] = told[3, i] == has[2, j]
            found[SHIFTS, i, j] = _accepted(int(told[4, i]), int(has[3, j]))
            found[CONTRACT, i, j] = _accepted(int(told[5, i]), int(has[4, j]))
            found[SHORTAGE, i, j] = has[0, j]
            found[SIMILAR, i, j] = 0.0
    return found


@_jit
def _products(people, jobs):
    """Σ of each pair of columns of `_MET`: (13, n, m)."""
    starts, columns, weights, width = people
    job_starts, job_columns, job_weights, job_width = jobs
    n, m = starts.shape[1] - 1, job_starts.shape[1] - 1
    found = np.zeros((len(_MINE), n, m))
    row = np.zeros(max(width, job_width))
    for k in range(len(_MINE)):
        mine, theirs = starts[_MINE[k]], job_starts[_THEIRS[k]]
        for i in range(n):
            for at in range(mine[i], mine[i + 1]):
                row[columns[at]] += weights[at]
            for j in range(m):
                for at in range(theirs[j], theirs[j + 1]):
                    found[k, i, j] += row[job_columns[at]] * job_weights[at]
            for at in range(mine[i], mine[i + 1]):
                row[columns[at]] = 0.0
    return found


@_jit
def _sums(jobs):
    """Σ of the weights of each column and row."""
    starts, _, weights, _ = jobs
    found = np.zeros((len(starts), starts.shape[1] - 1))
    for k in range(len(starts)):
        for j in range(found.shape[1]):
            for at in range(starts[k, j], starts[k, j + 1]):
                found[k, j] += weights[at]
    return found


@_jit
def _share(part, whole, known):
    return min(part / whole, 1.0) if known and whole > 0 else np.nan


@_jit
def _likeness(dense, job_dense, words):
    alike = 0.0
    for d in range(len(dense)):
        alike += dense[d] * job_dense[d]
    found = DENSE_SHARE * min(max(DENSE_SPAN * alike, 0.0), 1.0)
    return found + WORDS_SHARE * min(WORDS_SPAN * words, 1.0)


@_jit
def _kilometres(one, other):
    square = 0.0
    for axis in range(3):
        step = one[axis] - other[axis]
        square += step * step
    return EARTH_KM * (math.sqrt(square) * (1.0 + square / 24.0))


@_jit
def _accepted(accepts, has):
    if accepts == NOT_SAID or has == NOT_SAID:
        return np.nan
    return _BITS_SET[accepts & has] / max(_BITS_SET[has], 1.0)


@_jit
def judged_of_few(values, steps, knots, neutral, points):
    """Of the values (l, k) of each line of a scorecard the strengths, and the sums of `points`
    (3, l) times these: (l, k) and (3, k). Of each line `steps` of its curve, `knots`, and `neutral`
    for what is unknown, as in `models.scorecard`."""
    strengths, sums = np.empty(values.shape), np.zeros((3, values.shape[1]))
    for line in range(len(values)):
        last = steps[line] - 1
        for k in range(values.shape[1]):
            value, strength = values[line, k], neutral[line]
            if not math.isnan(value):
                at = value * steps[line]
                left = min(int(at), last)
                low = knots[line, left]
                strength = low + (knots[line, left + 1] - low) * (at - left)
            strengths[line, k] = np.rint(strength * _STRENGTH) / _STRENGTH
            for factor in range(3):
                sums[factor, k] += points[factor, line] * strengths[line, k]
    return strengths, sums
