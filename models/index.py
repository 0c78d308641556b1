"""Everybody's vacancies from an index: the score of `models.signals` and `models.scorecard`, fast.

What a person has meets only the vacancies that ask it (postings, as in a search engine); what is
left is one pass over plain columns. The likeness of texts, which is dear and worth few points, is
worked out only where these points can still bring a vacancy among the best. All weights are whole
numbers of grid steps, so the sums are those of the plain arithmetic, bit for bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from models.eligibility import LEAST_IN_COMMON, MAIN_BARS, NEAR_LIMIT, Bar
from models.grid import BITS, STRENGTH_BITS
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
from models.scorecard import MOST_KNOTS, Scorecard
from models.signals import (
    DENSE_SHARE,
    DENSE_SPAN,
    EARTH_KM,
    USUAL_KM,
    WORDS_SHARE,
    WORDS_SPAN,
)

Floats = NDArray[np.float64]
STEPS = float(2**BITS)
_SIGNALS = (
    "must",
    "may",
    "evidence",
    "occupation",
    "experience",
    "study",
    "languages",
    "licences",
    "text",
    "wished",
    "travel",
    "working_time",
    "shifts",
    "contract",
    "shortage",
)
"""As the compiled loop counts them."""
_TEXT = 8
_KNOTS = 3
"""Where a curve begins in a row of the card."""
_SPEAKING = ("must", "may", "occupation", "wished", "text")


@dataclass(frozen=True)
class Postings:
    """A sparse matrix by column: from `starts[c]` the `rows` and `steps` (weight · 2^BITS) of c."""

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    steps: NDArray[np.int32]

    @classmethod
    def of(cls, matrix: csr_array) -> Postings:
        """Of weights on the grid."""
        columns = matrix.tocsc()
        return cls(
            columns.indptr.astype(np.int64),
            columns.indices.astype(np.int32),
            np.rint(columns.data * STEPS).astype(np.int32),
        )


class JobIndex:
    """All vacancies, to be asked for the best of one person."""

    def __init__(self, jobs: JobRows, scorecard: Scorecard) -> None:
        self.jobs = jobs
        self.card = _card(scorecard)
        self.must, self.may = Postings.of(jobs.must), Postings.of(jobs.may)
        self.must_asked, self.may_asked = _steps(jobs.must), _steps(jobs.may)
        self.occupation = _only_column(jobs.occupation)
        self.profile = Postings.of(jobs.profile)
        unstated = diags_array((self.occupation < 0).astype(np.float64))
        self.unstated = Postings.of(csr_array(unstated @ jobs.profile))
        self.profile_sum = _steps(jobs.profile)
        self.place, self.places = _distinct(jobs.position)
        self.languages, self.language_sets = _distinct_rows(jobs.languages)
        self.licences, self.licence_sets = _distinct_rows(jobs.licences)
        self.told = jobs.told
        self.none = np.zeros(len(jobs), np.int64)
        self.place_of_id = np.empty(len(jobs), np.int64)
        self.place_of_id[np.argsort(np.array(jobs.ids))] = np.arange(len(jobs))

    def open(self, person: PeopleRows, today: int, done: NDArray[np.bool_]) -> Asked:
        """What the index has for a person (one row) on a day, but the vacancies `done` (m,)."""
        return Asked(self, person, today, done)

    def met(self, postings: Postings, row: csr_array) -> NDArray[np.int64]:
        """Σ over columns of row · matrix, in steps of 2^(-2 · BITS): (m,)."""
        if not row.nnz or not len(postings.rows):
            return self.none
        met = np.zeros(len(self.jobs), np.int64)
        steps = np.rint(row.data * STEPS).astype(np.int64)
        _add(postings.starts, postings.rows, postings.steps, row.indices, steps, met)
        return met


class Asked:
    """The answer to one person: exact, as all signals of all vacancies give it.

    `barred` tells by bit of `Bar` how many vacancies a bar keeps out, by the first of `MAIN_BARS`
    that does; `untold` how many say too little to be looked at. `bars` (m,) holds all bars of each,
    255 where it is not looked at.
    """

    def __init__(
        self, index: JobIndex, person: PeopleRows, today: int, done: NDArray[np.bool_]
    ) -> None:
        self.index, self.person = index, person
        jobs, known = index.jobs, int(person.known[0])
        levels, licences = known & LANGUAGES_KNOWN, known & LICENCES_KNOWN
        column = 0 if known & WORK_KNOWN else 1
        self._least = np.array([LEAST_IN_COMMON[name][column] for name in _SPEAKING], np.float64)
        self._km = _km(person.position[0], index.places)
        bars = np.empty(len(jobs), np.uint8)
        misses = np.empty(len(jobs), np.bool_)
        counts = np.zeros(256, np.int64)
        _bar(
            index.told & ~done,
            today,
            jobs.first_day,
            jobs.last_day,
            index.place,
            self._km,
            float(person.travel_km[0]),
            index.languages,
            _lacking(index.language_sets, person.languages, levels),
            index.licences,
            _lacking(index.licence_sets, person.licences, licences),
            jobs.diploma_required,
            jobs.study,
            float(person.study[0]),
            bars,
            misses,
            counts,
        )
        self.bars = bars
        self.untold = int((~index.told & ~done).sum())
        self.barred = {int(bar): int(counts[bar]) for bar in np.flatnonzero(counts)}
        self._open, self._misses = np.flatnonzero(bars == 0), np.flatnonzero(misses)
        self._occupations = (
            index.met(index.unstated, person.past),
            index.met(index.unstated, person.experience),
            index.met(index.unstated, person.wished),
            index.met(index.profile, person.profile),
        )
        self._near = tuple(map(_dense, (person.past, person.experience, person.wished)))
        self._sets = (
            index.languages,
            _spoken(index.language_sets, person.languages, levels),
            index.licences,
            _spoken(index.licence_sets, person.licences, licences),
        )
        self._text = (
            bool(person.dense.any()),
            person.dense[0],
            jobs.dense,
            _dense(person.words),
            jobs.words.indptr,
            jobs.words.indices,
            jobs.words.data,
        )
        self._reached = self._reach(person, self._open)

    @cached_property
    def nothing_in_common(self) -> int:
        """Of the vacancies that nothing bars, those that nothing speaks for."""
        rows, _, speaks = self._reached
        return len(self._open) - int(_common(rows, speaks, self._least[4], self._text))

    def best(self, limit: int) -> tuple[NDArray[np.int64], Floats]:
        """Rows of the best, best first, ties by id, and their scores: (k,) both, k ≤ limit."""
        return self._best(limit, self._reached)

    def nearest_misses(self, limit: int) -> tuple[NDArray[np.int64], Floats]:
        """The same of those that one bar keeps out, all but met."""
        return self._best(limit, self._reach(self.person, self._misses))

    def places(self, held: PeopleRows, rows: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
        """Scores and ranks (from 1) of open rows, were the person one of more competences: (k,).

        `held` is the person's row with what is added; all else stays.
        """
        reached = self._reach(held, self._open)
        scores, ranks = _places(rows, *reached, *self._judged())
        return scores, ranks

    def _best(
        self, limit: int, reached: tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]
    ) -> tuple[NDArray[np.int64], Floats]:
        rows, scores = _select(limit, *reached, *self._judged())
        return rows, scores

    def _judged(self) -> tuple[Any, ...]:
        """What candidates are ranked by beside their points so far."""
        return self.index.place_of_id, self.index.card, self._least[4], self._text

    def _reach(
        self, person: PeopleRows, candidates: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]:
        """Candidates that may have something in common: their rows, all points but those of the
        text, and whether anything but the text speaks."""
        index, jobs = self.index, self.index.jobs
        rows, partial, speaks = _reach(
            candidates,
            index.card,
            self._least,
            int(person.known[0]),
            person.covers.nnz > 0,
            person.held.nnz > 0,
            person.profile.nnz > 0,
            index.met(index.must, person.covers),
            index.met(index.may, person.covers),
            index.met(index.must, person.evidence),
            *self._occupations,
            index.must_asked,
            index.may_asked,
            index.profile_sum,
            index.occupation,
            *self._near,
            *self._sets,
            float(person.study[0]),
            jobs.study,
            index.place,
            self._km,
            float(person.travel_km[0]),
            float(person.full_time[0]),
            jobs.full_time,
            int(person.shifts[0]),
            jobs.shifts,
            int(person.contracts[0]),
            jobs.contract,
            jobs.shortage,
        )
        return rows, partial, speaks


_EARTH, _USUAL, _NEAR = EARTH_KM, USUAL_KM, NEAR_LIMIT
_WORK, _YEARS, _WISHES = WORK_KNOWN, YEARS_KNOWN, WISHES_KNOWN
_LANGUAGES, _LICENCES, _UNSAID = LANGUAGES_KNOWN, LICENCES_KNOWN, NOT_SAID
_DENSE, _WORDS, _DENSE_SPAN, _WORDS_SPAN = DENSE_SHARE, WORDS_SHARE, DENSE_SPAN, WORDS_SPAN


def _card(scorecard: Scorecard) -> Floats:
    """A row for each of `_SIGNALS`: points, neutral strength, number of steps, the curve."""
    found = np.zeros((len(_SIGNALS), _KNOTS + MOST_KNOTS))
    found[:, 2] = 1
    for line in scorecard.lines:
        row = found[_SIGNALS.index(line.name)]
        row[:_KNOTS] = line.points, line.neutral, len(line.curve) - 1
        row[_KNOTS : _KNOTS + len(line.curve)] = line.curve
    return found


def _steps(matrix: csr_array) -> NDArray[np.int64]:
    return np.rint(np.asarray(matrix.sum(axis=1)).ravel() * STEPS).astype(np.int64)


def _only_column(matrix: csr_array) -> NDArray[np.int32]:
    """The column of the only cell of each row, -1 where there is none: (m,)."""
    found = np.full(matrix.shape[0], -1, np.int32)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    found[filled] = matrix.indices[matrix.indptr[filled]]
    return found


def _dense(row: csr_array) -> Floats:
    """A row of cells as (columns,)."""
    found = np.zeros(row.shape[1])
    found[row.indices] = row.data
    return found


def _distinct(positions: Floats) -> tuple[NDArray[np.int32], Floats]:
    """The number of each position, and the distinct ones: (m,) and (p, 3)."""
    keys = np.ascontiguousarray(positions).view(np.uint64)
    distinct, number = np.unique(keys, axis=0, return_inverse=True)
    return number.ravel().astype(np.int32), distinct.view(np.float64)


def _distinct_rows(matrix: csr_array) -> tuple[NDArray[np.int32], csr_array]:
    """The number of each row's set of columns, and the distinct sets as rows."""
    starts, columns = matrix.indptr.tolist(), matrix.indices
    numbers: dict[bytes, int] = {}
    firsts: list[int] = []
    found = np.empty(matrix.shape[0], np.int32)
    for row, (start, end) in enumerate(pairwise(starts)):
        key = columns[start:end].tobytes()
        if key not in numbers:
            numbers[key] = len(firsts)
            firsts.append(row)
        found[row] = numbers[key]
    return found, matrix[firsts]


def _lacking(sets: csr_array, held: csr_array, known: int) -> Floats:
    """How many of each set's columns are not held; 0 where that is not known: (sets,)."""
    if not known:
        return np.zeros(sets.shape[0])
    return np.asarray(_left(sets.indptr, sets.indices, _dense(held)))


def _spoken(sets: csr_array, held: csr_array, known: int) -> Floats:
    """The share of each set's columns that is held; NaN where none is asked or it is not known."""
    whole = np.diff(sets.indptr).astype(np.float64)
    part = whole - _left(sets.indptr, sets.indices, _dense(held))
    asked = (whole > 0) & bool(known)
    found = np.divide(part, whole, out=np.full_like(part, np.nan), where=asked)
    return np.asarray(np.minimum(found, 1.0))


@numba.njit(cache=True, nogil=True)
def _left(starts, columns, held):  # type: ignore[no-untyped-def]
    """Of each set how many columns are not held."""
    found = np.empty(len(starts) - 1)
    for row in range(len(found)):
        left = 0.0
        for at in range(starts[row], starts[row + 1]):
            left += 1.0 - held[columns[at]]
        found[row] = left
    return found


@numba.njit(cache=True, nogil=True)
def _km(position, positions):  # type: ignore[no-untyped-def]
    """As `models.signals.distance_km`, to each of the positions."""
    found = np.empty(len(positions))
    for p in range(len(positions)):
        square = 0.0
        for axis in range(3):
            step = position[axis] - positions[p, axis]
            square += step * step
        found[p] = _EARTH * (math.sqrt(square) * (1.0 + square / 24.0))
    return found


@numba.njit(cache=True, nogil=True)
def _add(starts, rows, steps, columns, weights, met):  # type: ignore[no-untyped-def]
    for i in range(len(columns)):
        weight = weights[i]
        for at in range(starts[columns[i]], starts[columns[i] + 1]):
            met[rows[at]] += weight * steps[at]


@numba.njit(cache=True, nogil=True, inline="always")
def _points(card, signal, value):  # type: ignore[no-untyped-def]
    """Points of a signal: its strength on the grid times its greatest number."""
    strength = card[signal, 1]
    if not math.isnan(value):
        steps = card[signal, 2]
        at = value * steps
        left = min(math.floor(at), steps - 1.0)
        low = card[signal, _KNOTS + int(left)]
        strength = low + (card[signal, _KNOTS + int(left) + 1] - low) * (at - left)
    return card[signal, 0] * (np.rint(strength * _STRENGTH) / _STRENGTH)


@numba.njit(cache=True, nogil=True, inline="always")
def _share(part, whole):  # type: ignore[no-untyped-def]
    return min(part / whole, 1.0) if whole > 0 else np.nan


@numba.njit(cache=True, nogil=True, inline="always")
def _expected(near, read, total, occupation):  # type: ignore[no-untyped-def]
    if occupation >= 0:
        return near[occupation]
    return (read * _UNIT) / (total * _STEP) if total > 0 else np.nan


_STRENGTH = float(2**STRENGTH_BITS)
_STEP = 2.0**-BITS
_UNIT = 2.0 ** (-2 * BITS)
_MAIN = tuple(int(bar) for bar in MAIN_BARS)
_BITS_SET = np.array([bin(i).count("1") for i in range(256)], dtype=np.float64)
_NOT_YET_OPEN, _EXPIRED, _LICENCE, _LANGUAGE, _DISTANCE, _DIPLOMA = (
    int(Bar[name])
    for name in ("NOT_YET_OPEN", "EXPIRED", "LICENCE", "LANGUAGE", "DISTANCE", "DIPLOMA")
)


@numba.njit(cache=True, nogil=True)
def _bar(  # type: ignore[no-untyped-def]
    allowed,
    today,
    first_days,
    last_days,
    place,
    km,
    travel_km,
    language_set,
    lacking_levels,
    licence_set,
    lacking_licences,
    diplomas,
    studies,
    study,
    bars,
    near,
    counts,
):
    """Bars of every allowed vacancy, what is all but met, and how many by the main bar.

    What is not allowed gets the bar 255.
    """
    for j in range(len(bars)):
        near[j] = False
        if not allowed[j]:
            bars[j] = 255
            continue
        bar = 0
        if first_days[j] > today:
            bar |= _NOT_YET_OPEN
        if last_days[j] < today:
            bar |= _EXPIRED
        licences = lacking_licences[licence_set[j]]
        if licences > 0:
            bar |= _LICENCE
        levels = lacking_levels[language_set[j]]
        if levels > 0:
            bar |= _LANGUAGE
        far = km[place[j]]
        if far > travel_km:
            bar |= _DISTANCE
        below = studies[j] - study
        if diplomas[j] > 0 and below > 0:
            bar |= _DIPLOMA
        bars[j] = bar
        if bar:
            near[j] = (
                (bar == _LICENCE and licences == 1)
                or (bar == _LANGUAGE and levels == 1)
                or (bar == _DISTANCE and far <= _NEAR * travel_km)
                or (bar == _DIPLOMA and below == 1)
            )
            for main in _MAIN:
                if bar & main:
                    counts[main] += 1
                    break


@numba.njit(cache=True, nogil=True)
def _reach(  # type: ignore[no-untyped-def]
    candidates,
    card,
    least,
    known,
    capable,
    holding,
    reads,
    must,
    may,
    evidence,
    past,
    experience,
    wished,
    profile,
    must_asked,
    may_asked,
    profile_sum,
    occupation,
    near_past,
    near_experience,
    near_wished,
    language_set,
    speaking,
    licence_set,
    licensed,
    study,
    studies,
    place,
    km,
    travel_km,
    full_time,
    full_times,
    shifts,
    job_shifts,
    contracts,
    job_contracts,
    shortage,
):
    """Of the candidates those that may have something in common: rows, points but for the text, and
    whether a signal other than the text speaks."""
    nan = np.nan
    usual = _USUAL if math.isnan(travel_km) else max(travel_km, 1.0)
    worked = (known & _WORK) > 0
    rows = np.empty(len(candidates), np.int64)
    partial = np.empty(len(candidates))
    speaks = np.empty(len(candidates), np.bool_)
    size = 0
    for j in candidates:
        asked = must_asked[j] * _STEP
        share = _share(must[j] * _UNIT, asked) if capable else nan
        may_share = _share(may[j] * _UNIT, may_asked[j] * _STEP) if capable else nan
        if worked:
            job = _expected(near_past, past[j], profile_sum[j], occupation[j])
        elif reads and profile_sum[j] > 0:
            job = min(profile[j] * _UNIT, 1.0)
        else:
            job = nan
        wish = nan
        if known & _WISHES:
            wish = _expected(near_wished, wished[j], profile_sum[j], occupation[j])
        speak = share >= least[0] or may_share >= least[1] or job >= least[2] or wish >= least[3]
        if not speak and least[4] == np.inf:
            continue
        shown = _share(evidence[j] * _UNIT, asked) if holding else nan
        years = nan
        if known & _YEARS:
            years = _expected(near_experience, experience[j], profile_sum[j], occupation[j])
        below = studies[j] - study
        level = nan
        if not math.isnan(below):
            level = min(max(1.0 + (study - studies[j]) / 2.0, 0.0), 1.0)
        ratio = km[place[j]] / usual
        travel = 1.0 / (1.0 + ratio * ratio)
        hours = nan
        if not (math.isnan(full_time) or math.isnan(full_times[j])):
            hours = 1.0 if full_time == full_times[j] else 0.0
        shift = nan
        if shifts != _UNSAID and job_shifts[j] != _UNSAID:
            shift = _BITS_SET[shifts & job_shifts[j]] / max(_BITS_SET[job_shifts[j]], 1.0)
        contract = nan
        if contracts != _UNSAID and job_contracts[j] != _UNSAID:
            contract = _BITS_SET[contracts & job_contracts[j]] / max(
                _BITS_SET[job_contracts[j]], 1.0
            )
        rows[size] = j
        speaks[size] = speak
        partial[size] = (
            _points(card, 0, share)
            + _points(card, 1, may_share)
            + _points(card, 2, shown)
            + _points(card, 3, job)
            + _points(card, 4, years)
            + _points(card, 5, level)
            + _points(card, 6, speaking[language_set[j]])
            + _points(card, 7, licensed[licence_set[j]])
            + _points(card, 9, wish)
            + _points(card, 10, travel)
            + _points(card, 11, hours)
            + _points(card, 12, shift)
            + _points(card, 13, contract)
            + _points(card, 14, float(shortage[j]))
        )
        size += 1
    return rows[:size], partial[:size], speaks[:size]


@numba.njit(cache=True, nogil=True)
def _likeness(j, text):  # type: ignore[no-untyped-def]
    """How like a person's text and a vacancy's are; NaN where either says nothing."""
    speaking, said, dense, words, starts, columns, weights = text
    if not speaking:
        return np.nan
    alike = 0.0
    asked = False
    for d in range(len(said)):
        other = dense[j, d]
        asked |= other != 0
        alike += said[d] * other
    if not asked:
        return np.nan
    shared = 0.0
    for at in range(starts[j], starts[j + 1]):
        shared += words[columns[at]] * weights[at]
    found = _DENSE * min(max(_DENSE_SPAN * alike, 0.0), 1.0)
    return found + _WORDS * min(_WORDS_SPAN * shared, 1.0)


@numba.njit(cache=True, nogil=True)
def _score(j, partial, speaks, card, least, text):  # type: ignore[no-untyped-def]
    """All points of a vacancy; NaN where nothing speaks for it."""
    value = _likeness(j, text)
    if speaks or value >= least:
        return partial + _points(card, _TEXT, value)
    return np.nan


@numba.njit(cache=True, nogil=True)
def _common(candidates, speaks, least, text):  # type: ignore[no-untyped-def]
    """How many candidates have anything in common."""
    found = 0
    for i in range(len(candidates)):
        found += speaks[i] or _likeness(candidates[i], text) >= least
    return found


@numba.njit(cache=True, nogil=True)
def _select(  # type: ignore[no-untyped-def]
    limit, candidates, partial, speaks, place_of_id, card, least, text
):
    """The best candidates by score, ties by id.

    The text is read only where its points can still bring a candidate among the best.
    """
    count = len(candidates)
    rows = np.empty(limit, np.int64)
    scores = np.empty(limit)
    size = 0
    if limit == 0:
        return rows, scores
    # Two rounds: the best but for their text first, so that most others are out of reach at once.
    floor = np.partition(partial, count - limit)[count - limit] if limit < count else -1.0
    for turn in range(2):
        for i in range(count):
            if (partial[i] >= floor) != (turn == 0):
                continue
            if size == limit and partial[i] + card[_TEXT, 0] < scores[size - 1]:
                continue
            j = candidates[i]
            score = _score(j, partial[i], speaks[i], card, least, text)
            if math.isnan(score):
                continue
            at = size
            while at > 0 and (
                scores[at - 1] < score
                or (scores[at - 1] == score and place_of_id[rows[at - 1]] > place_of_id[j])
            ):
                at -= 1
            if at == limit:
                continue
            size = min(size + 1, limit)
            for k in range(size - 1, at, -1):
                rows[k], scores[k] = rows[k - 1], scores[k - 1]
            rows[at], scores[at] = j, score
    return rows[:size], scores[:size]


@numba.njit(cache=True, nogil=True)
def _places(  # type: ignore[no-untyped-def]
    wanted, candidates, partial, speaks, place_of_id, card, least, text
):
    """Score and rank of each wanted row, among candidates that have anything in common."""
    scores = np.empty(len(wanted))
    ranks = np.empty(len(wanted), np.int64)
    for w in range(len(wanted)):
        j = wanted[w]
        i = np.searchsorted(candidates, j)
        score = _score(j, partial[i], speaks[i], card, least, text)
        rank = 1
        for i in range(len(candidates)):
            other = candidates[i]
            if other == j or partial[i] + card[_TEXT, 0] < score:
                continue
            theirs = _score(other, partial[i], speaks[i], card, least, text)
            rank += theirs > score or (theirs == score and place_of_id[other] < place_of_id[j])
        scores[w], ranks[w] = score, rank
    return scores, ranks
