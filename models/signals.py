"""The signals between people and jobs: each in [0, 1], NaN where nothing is known.

One function serves one person against all jobs, one job against all people, and blocks of both:
all sums are of grid values, so the same pair gives the same bits whichever way it is asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    NOT_SAID,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    JobRows,
    PeopleRows,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
USUAL_KM = 20.0
"""Without a travel limit, a job at this distance counts for half."""
DENSE_SHARE, WORDS_SHARE = 0.6, 0.4
DENSE_SPAN, WORDS_SPAN = 1.5, 2.5
"""Two texts of one occupation seldom come nearer than 1 / span: that much counts in full."""
_BITS = np.array([bin(i).count("1") for i in range(256)], dtype=np.float64)


def weighted(people: csr_array, jobs: csr_array) -> Floats:
    """Σ over columns of people · jobs: (n, m) float64; exact where both lie on the grid."""
    if people.shape[0] <= jobs.shape[0]:
        return np.ascontiguousarray((jobs @ people.toarray().T).T)
    return np.asarray(people @ jobs.toarray().T)


def distance_km(people: PeopleRows, jobs: JobRows) -> Floats:
    """Great-circle distance, (n, m); NaN where a place is not known."""
    return km_between(people.position, jobs.position)


def km_between(people: Floats, jobs: Floats) -> Floats:
    """The same of positions on the unit sphere, (n, 3) and (m, 3).

    From the chord c on the unit sphere: the arc is 2·asin(c/2) = c + c³/24 + 3c⁵/640 + …, of
    which two terms leave an error below 1 m at 500 km; products and roots alone keep it exact
    in both directions.
    """
    square = np.zeros((len(people), len(jobs)))
    for axis in range(3):
        step = people[:, None, axis] - jobs[None, :, axis]
        square += step * step
    chord = np.sqrt(square)
    return np.asarray(EARTH_KM * (chord * (1.0 + square / 24.0)))


def km_apart(one: Sequence[float], other: Sequence[float]) -> float:
    """The same of two positions, bit for bit: for one pair arrays are slow."""
    square = 0.0
    for here, there in zip(one, other, strict=True):
        step = here - there
        square += step * step
    return EARTH_KM * (math.sqrt(square) * (1.0 + square / 24.0))


def signals(people: PeopleRows, jobs: JobRows) -> dict[str, Floats]:
    """Every signal by name: (n, m) float64 in [0, 1], NaN where unknown."""
    covered = weighted(people.covers, jobs.must)
    asked = _sums(jobs.must)
    capable = _filled(people.covers)[:, None]
    holding = _filled(people.held)[:, None]
    return {
        "must": _share(covered, asked, capable),
        "may": _share(weighted(people.covers, jobs.may), _sums(jobs.may), capable),
        "evidence": _share(weighted(people.evidence, jobs.must), asked, holding),
        "occupation": _occupation(people, jobs),
        "experience": _expected(people.experience, jobs, _knows(people, YEARS_KNOWN)),
        "study": _study(people, jobs),
        "languages": _share(
            weighted(people.languages, jobs.languages),
            _sums(jobs.languages),
            _knows(people, LANGUAGES_KNOWN),
        ),
        "licences": _share(
            weighted(people.licences, jobs.licences),
            _sums(jobs.licences),
            _knows(people, LICENCES_KNOWN),
        ),
        "text": _text(people, jobs),
        "wished": _expected(people.wished, jobs, _knows(people, WISHES_KNOWN)),
        "travel": _travel(distance_km(people, jobs), people.travel_km),
        "working_time": _same(people.full_time, jobs.full_time),
        "shifts": _accepted(people.shifts, jobs.shifts),
        "contract": _accepted(people.contracts, jobs.contract),
        "shortage": np.repeat(jobs.shortage[None, :].astype(np.float64), len(people), axis=0),
        "similar": np.zeros((len(people), len(jobs))),  # no fact of the pair: see `neighbours`
    }


def _share(part: Floats, whole: Floats, known: Bools) -> Floats:
    """part / whole, at most 1; NaN where nothing is asked or nothing is known."""
    asked = whole > 0
    found = np.divide(part, whole[None, :], out=np.full_like(part, np.nan), where=asked[None, :])
    found[~np.broadcast_to(known, found.shape)] = np.nan
    return np.minimum(found, 1.0)


def _occupation(people: PeopleRows, jobs: JobRows) -> Floats:
    """Closeness of past occupations to the job's; where none is stated, of the two texts' profiles.

    What a dossier states is not overruled by what its text sounds like.
    """
    told = _expected(people.past, jobs, _knows(people, WORK_KNOWN))
    alike = np.minimum(weighted(people.profile, jobs.profile), 1.0)
    readable = _filled(people.profile)[:, None] & _filled(jobs.profile)[None, :]
    alike[~readable] = np.nan
    return np.where(_knows(people, WORK_KNOWN), told, alike)


def _expected(near: csr_array, jobs: JobRows, known: Bools) -> Floats:
    """Closeness to a job's occupation; where it states none, expected over what its text says."""
    stated = _filled(jobs.occupation)[None, :]
    sums = _sums(jobs.profile)[None, :]
    read = np.divide(
        weighted(near, jobs.profile),
        sums,
        out=np.full((len(known), len(jobs)), np.nan),
        where=sums > 0,
    )
    found = np.where(stated, weighted(near, jobs.occupation), read)
    return np.where(known, found, np.nan)


def _study(people: PeopleRows, jobs: JobRows) -> Floats:
    """1 at the level asked or above, half a level below it, 0 further below."""
    above = people.study[:, None] - jobs.study[None, :]
    return np.asarray(np.clip(1.0 + above / 2.0, 0.0, 1.0))


def _text(people: PeopleRows, jobs: JobRows) -> Floats:
    dense = np.asarray(people.dense @ jobs.dense.T, dtype=np.float64)
    words = weighted(people.words, jobs.words)
    found = DENSE_SHARE * np.clip(DENSE_SPAN * dense, 0.0, 1.0)
    found += WORDS_SHARE * np.minimum(WORDS_SPAN * words, 1.0)
    spoken = np.any(people.dense, axis=1, keepdims=True) & np.any(jobs.dense, axis=1)[None, :]
    found[~spoken] = np.nan
    return found


def _travel(km: Floats, limit_km: Floats) -> Floats:
    """1 next door; half at the stated limit, or at the usual distance; falling on smoothly."""
    limit = np.where(np.isnan(limit_km), USUAL_KM, np.maximum(limit_km, 1.0))[:, None]
    ratio = km / limit
    return np.asarray(1.0 / (1.0 + ratio * ratio))


def _same(people: Floats, jobs: Floats) -> Floats:
    found = np.asarray(people[:, None] == jobs[None, :], dtype=np.float64)
    found[np.isnan(people)[:, None] | np.isnan(jobs)[None, :]] = np.nan
    return found


def _accepted(people: NDArray[np.uint8], jobs: NDArray[np.uint8]) -> Floats:
    """The share of what the job has that the person accepts."""
    both = _BITS[people[:, None] & jobs[None, :]]
    found = both / np.maximum(_BITS[jobs], 1.0)[None, :]
    found[(people == NOT_SAID)[:, None] | (jobs == NOT_SAID)[None, :]] = np.nan
    return np.asarray(found)


def _sums(matrix: csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def _filled(matrix: csr_array) -> Bools:
    return np.asarray(np.diff(matrix.indptr) > 0)


def _knows(people: PeopleRows, bit: int) -> Bools:
    return ((people.known & bit) > 0)[:, None]
