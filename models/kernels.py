"""The compiled loops of `models.index`, which tells what their arguments are.

All sums are of whole grid steps or of points on the grid, so they are exact in any order. Numba
takes no annotations of ours: this module alone goes without.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from models.eligibility import NEAR_LIMIT, Bar
from models.grid import BITS, DENSE_BITS, STRENGTH_BITS
from models.rows import NOT_SAID
from models.signals import (
    DENSE_SHARE,
    DENSE_SPAN,
    EARTH_KM,
    USUAL_KM,
    WORDS_SHARE,
    WORDS_SPAN,
)

SIGNALS = (
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
    "similar",
)
MUST, MAY, EVIDENCE, OCCUPATION, EXPERIENCE, STUDY, LANGUAGES, LICENCES = range(8)
TEXT, WISHED, TRAVEL, WORKING_TIME, SHIFTS, CONTRACT, SHORTAGE, SIMILAR = range(8, 16)
KNOTS = 3
"""A row of a card holds points, neutral strength and number of steps; then comes the curve."""
COVERS, HOLDS, WORKED, YEARS, WISHES, READS = 1, 2, 4, 8, 16, 32
"""What is known of a person: anything covered, held, done, for years, wished, read in a text."""

_EARTH, _USUAL, _NEAR, _UNSAID = EARTH_KM, USUAL_KM, NEAR_LIMIT, NOT_SAID
_DENSE, _WORDS, _DENSE_SPAN, _WORDS_SPAN = DENSE_SHARE, WORDS_SHARE, DENSE_SPAN, WORDS_SPAN
_STRENGTH = float(2**STRENGTH_BITS)
_STEP = 2.0**-BITS
_UNIT = 2.0 ** (-2 * BITS)
_DENSE_UNIT = 2.0 ** (-2 * DENSE_BITS)
_BITS_SET = np.array([bin(i).count("1") for i in range(256)], dtype=np.float64)
_LICENCE, _LANGUAGE, _DISTANCE, _DIPLOMA = (
    int(Bar[name]) for name in ("LICENCE", "LANGUAGE", "DISTANCE", "DIPLOMA")
)
_jit = numba.njit(cache=True, nogil=True)
_inline = numba.njit(cache=True, nogil=True, inline="always")


# -- one pair --------------------------------------------------------------------------------


@_inline
def points(card, signal, value):
    """Points of a signal: its strength on the grid times its greatest number."""
    strength = card[signal, 1]
    if not math.isnan(value):
        steps = card[signal, 2]
        at = value * steps
        left = min(math.floor(at), steps - 1.0)
        low = card[signal, KNOTS + int(left)]
        strength = low + (card[signal, KNOTS + int(left) + 1] - low) * (at - left)
    return card[signal, 0] * (np.rint(strength * _STRENGTH) / _STRENGTH)


@_inline
def _share(part, whole):
    """Of steps asked (2^-BITS) the part met (2^-2 BITS), at most 1; NaN where nothing is asked."""
    return min((part * _UNIT) / (whole * _STEP), 1.0) if whole > 0 else np.nan


@_inline
def _expected(part, whole):
    return (part * _UNIT) / (whole * _STEP) if whole > 0 else np.nan


@_jit
def _likeness(row, text):
    """How like the asker's text and that of a row are; NaN where either says nothing."""
    speaking, said, dense, spoken, words, starts, columns, steps = text
    if not speaking or not spoken[row]:
        return np.nan
    alike = np.int32(0)
    for d in range(len(said)):
        alike += np.int32(said[d]) * np.int32(dense[row, d])
    shared = np.int64(0)
    for at in range(starts[row], starts[row + 1]):
        shared += words[columns[at]] * np.int64(steps[at])
    found = _DENSE * min(max(_DENSE_SPAN * (alike * _DENSE_UNIT), 0.0), 1.0)
    return found + _WORDS * min(_WORDS_SPAN * (shared * _UNIT), 1.0)


@_jit
def _score(row, partial, speaks, card, least_text, text):
    """All points of a row; NaN where nothing speaks for it."""
    value = _likeness(row, text)
    if speaks or value >= least_text:
        return partial + points(card, TEXT, value)
    return np.nan


# -- what depends on a place, a set, a wish: worked out once for each distinct one -------------


@_jit
def lacking(starts, columns, held):
    """Of each set of columns how many are not held."""
    found = np.empty(len(starts) - 1)
    for row in range(len(found)):
        left = 0.0
        for at in range(starts[row], starts[row + 1]):
            left += 1.0 - held[columns[at]]
        found[row] = left
    return found


@_jit
def kilometres(position, positions):
    """As `models.signals.distance_km`, to each of the positions."""
    found = np.empty(len(positions))
    for p in range(len(positions)):
        square = 0.0
        for axis in range(3):
            step = position[axis] - positions[p, axis]
            square += step * step
        found[p] = _EARTH * (math.sqrt(square) * (1.0 + square / 24.0))
    return found


@_jit
def travelled(card, km, limit):
    """Of pairs of a distance and a travel limit: bar, whether it is all but met, points."""
    bars, near, found = np.zeros(len(km), np.uint8), np.zeros(len(km), np.bool_), np.empty(len(km))
    for i in range(len(km)):
        if km[i] > limit[i]:
            bars[i] = _DISTANCE
            near[i] = km[i] <= _NEAR * limit[i]
        ratio = km[i] / (_USUAL if math.isnan(limit[i]) else max(limit[i], 1.0))
        found[i] = points(card, TRAVEL, 1.0 / (1.0 + ratio * ratio))
    return bars, near, found


@_jit
def required(card, levels, asked_levels, licences, asked_licences, study, asked_study, diploma):
    """Of pairs of what is lacking and asked: bar, whether it is all but met, points.

    `levels` and `licences` are how many are lacking, NaN where that is not known.
    """
    count = len(levels)
    bars, near, found = np.zeros(count, np.uint8), np.zeros(count, np.bool_), np.empty(count)
    for i in range(count):
        below = asked_study[i] - study[i]
        bar = 0
        if licences[i] > 0:
            bar |= _LICENCE
        if levels[i] > 0:
            bar |= _LANGUAGE
        if diploma[i] > 0 and below > 0:
            bar |= _DIPLOMA
        bars[i] = bar
        near[i] = (
            (bar == _LICENCE and licences[i] == 1)
            or (bar == _LANGUAGE and levels[i] == 1)
            or (bar == _DIPLOMA and below == 1)
        )
        above = np.nan
        if not math.isnan(below):
            above = min(max(1.0 + (study[i] - asked_study[i]) / 2.0, 0.0), 1.0)
        spoken = licensed = np.nan
        if asked_levels[i] > 0:
            spoken = (asked_levels[i] - levels[i]) / asked_levels[i]
        if asked_licences[i] > 0:
            licensed = (asked_licences[i] - licences[i]) / asked_licences[i]
        found[i] = (
            points(card, STUDY, above)
            + points(card, LANGUAGES, spoken)
            + points(card, LICENCES, licensed)
        )
    return bars, near, found


@_jit
def agreed(card, full_time, shifts, contracts, job_full_time, job_shifts, job_contract):
    """Points of pairs of terms that a person accepts and a job has."""
    found = np.empty(len(full_time))
    for i in range(len(found)):
        hours = shift = contract = np.nan
        if not (math.isnan(full_time[i]) or math.isnan(job_full_time[i])):
            hours = 1.0 if full_time[i] == job_full_time[i] else 0.0
        if shifts[i] != _UNSAID and job_shifts[i] != _UNSAID:
            whole = max(_BITS_SET[job_shifts[i]], 1.0)
            shift = _BITS_SET[shifts[i] & job_shifts[i]] / whole
        if contracts[i] != _UNSAID and job_contract[i] != _UNSAID:
            whole = max(_BITS_SET[job_contract[i]], 1.0)
            contract = _BITS_SET[contracts[i] & job_contract[i]] / whole
        found[i] = (
            points(card, WORKING_TIME, hours)
            + points(card, SHIFTS, shift)
            + points(card, CONTRACT, contract)
        )
    return found


@_jit
def wanted(card, known, past, experience, wished, least):
    """Of occupations by how close each is: points, and whether that alone speaks for a job."""
    found, speaks = np.empty(len(past)), np.zeros(len(past), np.bool_)
    nan = np.nan
    quiet = (
        points(card, OCCUPATION, nan) + points(card, EXPERIENCE, nan) + points(card, WISHED, nan)
    )
    zero = points(card, OCCUPATION, 0.0 if known & WORKED else nan)
    zero += points(card, EXPERIENCE, 0.0 if known & YEARS else nan)
    zero += points(card, WISHED, 0.0 if known & WISHES else nan)
    for o in range(len(past)):
        if past[o] == 0 and experience[o] == 0 and wished[o] == 0:
            found[o] = zero
            continue
        found[o] = quiet
        if known & WORKED:
            found[o] += points(card, OCCUPATION, past[o]) - points(card, OCCUPATION, nan)
            speaks[o] |= past[o] >= least[2]
        if known & YEARS:
            found[o] += points(card, EXPERIENCE, experience[o]) - points(card, EXPERIENCE, nan)
        if known & WISHES:
            found[o] += points(card, WISHED, wished[o]) - points(card, WISHED, nan)
            speaks[o] |= wished[o] >= least[3]
    return found, speaks


# -- postings --------------------------------------------------------------------------------


@_jit
def add(starts, rows, steps, columns, weights, met):
    """met += Σ over columns of weight · column."""
    for i in range(len(columns)):
        weight = weights[i]
        for at in range(starts[columns[i]], starts[columns[i] + 1]):
            met[rows[at]] += weight * steps[at]


# -- who may have something in common ----------------------------------------------------------
#
# `sums` (7, n) are what an asker meets of each row: must, may, must by evidence; past, experience,
# wished, read occupations, in steps of 2^(-2 BITS). All least values are whole steps, so that the
# comparisons are exact. `reach` (n,) gets SPEAKS where a competence, an occupation or a wish speaks
# for a row, ALONE where only a text may, else 0. Arrays are handed on one by one: taken out of a
# tuple in a loop, each would be counted again and again.

ALONE, SPEAKS = 1, 2


@_jit
def reach_jobs(
    sums, least_must, least_may, least_read, unstated, records, least, stated, speak, alone, reach
):  # fmt: skip
    """For one person, whose text may speak alone or not. `stated` are the starts and rows of the
    jobs of each occupation, `speak` (O,) the occupations that speak for a job."""
    must, may, read = sums[0], sums[1], sums[6]
    otherwise = np.uint8(ALONE if alone else 0)
    for j in range(len(reach)):
        met = (must[j] >= least_must[j]) | (may[j] >= least_may[j]) | (read[j] >= least_read)
        reach[j] = np.uint8(SPEAKS) if met else otherwise
    for j in unstated:
        whole = records[j, 6]
        if whole > 0 and (sums[3, j] >= least[2] * whole or sums[5, j] >= least[3] * whole):
            reach[j] = SPEAKS
    starts, rows = stated
    for o in range(len(speak)):
        if speak[o]:
            for at in range(starts[o], starts[o + 1]):
                reach[rows[at]] = SPEAKS


@_jit
def reach_people(sums, known_of, least, reach):
    """For one job. `least` (2, 5) are steps of must, may, past, wished, read: of people with a past
    occupation, and of those without, for whom a text alone may speak."""
    for p in range(len(reach)):
        at = 0 if known_of[p] & WORKED else 1
        met = (
            (sums[0, p] >= least[at, 0])
            | (sums[1, p] >= least[at, 1])
            | (sums[3, p] >= least[at, 2])
            | (sums[5, p] >= least[at, 3])
            | (sums[6, p] >= least[at, 4])
        )
        reach[p] = np.uint8(SPEAKS) if met else np.uint8(ALONE * at)


@_jit
def sift(rows, counts, bars, all_but_met, here, there, reach, others):
    """Of the rows, which ascend, those that are reached and that nothing bars, and the near-misses.

    `here` and `there` (n,) are the places of requirements and of travel in `bars` and
    `all_but_met`. `counts` (256,) gets how many have each set of bars, `others` (n,) marks whom
    nothing bars and nothing but a text may speak for.
    """
    found, near = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    kept = missed = 0
    for i in range(len(rows)):
        j = rows[i]
        first, second = bars[here[j]], bars[there[j]]
        counts[first | second] += 1
        others[j] = (first | second == 0) & (reach[j] != SPEAKS)
        if reach[j]:
            if first | second == 0:
                found[kept] = j
                kept += 1
            elif (all_but_met[here[j]] and second == 0) or (all_but_met[there[j]] and first == 0):
                near[missed] = j
                missed += 1
    return found[:kept].copy(), near[:missed].copy()


# -- one person, all jobs ----------------------------------------------------------------------
#
# `records` (n, 7) hold of each job the places of its requirements, place, terms and occupation (-1
# where none is stated) in `table`, which has the points of each for the person, then the steps of
# must, may and profile: one line of memory a job. `zeros` are points of must, may and evidence
# where nothing is met, then of an occupation of which nothing is known.


@_jit
def _part(card, signal, part, whole, zero):
    """Points of a share; `zero` are those of nothing met, worked out before."""
    if whole == 0:
        return points(card, signal, np.nan)
    if part == 0:
        return zero
    return points(card, signal, _share(part, whole))


@_inline
def _beside(j, records, sums, table, shortage, similar, card, known, zeros):
    """Points of all but competences and text."""
    found = table[records[j, 0]] + table[records[j, 1]] + table[records[j, 2]]
    if card[SHORTAGE, 0]:
        found += points(card, SHORTAGE, float(shortage[j]))
    if similar[j]:
        found += points(card, SIMILAR, similar[j] / _STRENGTH)
    o, whole = records[j, 3], records[j, 6]
    if o >= 0:
        found += table[o]
    else:
        job = wish = years = np.nan
        if known & WORKED:
            job = _expected(sums[3, j], whole)
        if known & YEARS:
            years = _expected(sums[4, j], whole)
        if known & WISHES:
            wish = _expected(sums[5, j], whole)
        found += points(card, OCCUPATION, job)
        found += points(card, EXPERIENCE, years)
        found += points(card, WISHED, wish)
    if not known & WORKED and known & READS and whole > 0:
        found += points(card, OCCUPATION, min(sums[6, j] * _UNIT, 1.0)) - zeros[3]
    return found


@_inline
def _of_job(j, records, sums, table, shortage, similar, card, known, zeros):
    """All points of a job but those of its text."""
    found = _beside(j, records, sums, table, shortage, similar, card, known, zeros)
    if known & COVERS:
        found += _part(card, MUST, sums[0, j], records[j, 4], zeros[0])
        found += _part(card, MAY, sums[1, j], records[j, 5], zeros[1])
    else:
        found += points(card, MUST, np.nan) + points(card, MAY, np.nan)
    if known & HOLDS:
        return found + _part(card, EVIDENCE, sums[2, j], records[j, 4], zeros[2])
    return found + points(card, EVIDENCE, np.nan)


@_jit
def jobs_of(rows, jobs, person):
    """Points of jobs but those of their text."""
    records, sums, shortage, similar = jobs
    card, table, known, zeros = person
    found = np.empty(len(rows))
    for i in range(len(rows)):
        found[i] = _of_job(rows[i], records, sums, table, shortage, similar, card, known, zeros)
    return found


# -- one job, all people -----------------------------------------------------------------------


@_jit
def people_of(rows, people, job):
    """Points of people but those of their text.

    `here`, `there` and `terms` (n,) are the places of what a person brings, of their place with how
    far they travel, and of the terms they accept, in `table`; `known_of` (n,) what is known of
    them.
    """
    here, there, terms, known_of, sums = people
    card, table, must_asked, may_asked, profile_sum, read = job
    found = np.empty(len(rows))
    for i in range(len(rows)):
        p = rows[i]
        known = known_of[p]
        share = may_share = shown = about = years = wish = np.nan
        if known & COVERS:
            share = _share(sums[0, p], must_asked)
            may_share = _share(sums[1, p], may_asked)
        if known & HOLDS:
            shown = _share(sums[2, p], must_asked)
        if known & WORKED:
            about = _expected(sums[3, p], profile_sum)
        elif known & READS and read:
            about = min(sums[6, p] * _UNIT, 1.0)
        if known & YEARS:
            years = _expected(sums[4, p], profile_sum)
        if known & WISHES:
            wish = _expected(sums[5, p], profile_sum)
        found[i] = (
            points(card, MUST, share)
            + points(card, MAY, may_share)
            + points(card, EVIDENCE, shown)
            + points(card, OCCUPATION, about)
            + points(card, EXPERIENCE, years)
            + points(card, WISHED, wish)
            + table[here[p]]
            + table[there[p]]
            + table[terms[p]]
        )
    return found


# -- the best ----------------------------------------------------------------------------------


@_jit
def in_common(reached, least_text, text):
    """How many of those reached have anything in common."""
    rows, _, speaks = reached
    found = 0
    for i in range(len(rows)):
        found += speaks[i] or _likeness(rows[i], text) >= least_text
    return found


@_jit
def score_all(reached, card, least_text, text):
    """The score of each of those reached; NaN where nothing speaks for it."""
    rows, partial, speaks = reached
    found = np.empty(len(rows))
    for i in range(len(rows)):
        found[i] = _score(rows[i], partial[i], speaks[i], card, least_text, text)
    return found


@_jit
def select(limit, reached, card, least_text, text):
    """The best of those reached by score, ties by row.

    The text is read only where its points can still bring a row among the best.
    """
    candidates, partial, speaks = reached
    count = len(candidates)
    rows = np.empty(limit, np.int64)
    scores = np.empty(limit)
    size = 0
    if limit == 0:
        return rows, scores
    # Two rounds: the best but for their text first, so that most others are out of reach at once.
    floor = np.partition(partial, count - limit)[count - limit] if limit < count else -1.0
    most = card[TEXT, 0]
    for turn in range(2):
        for i in range(count):
            if (partial[i] >= floor) != (turn == 0):
                continue
            if size == limit and partial[i] + most < scores[size - 1]:
                continue
            row = candidates[i]
            score = _score(row, partial[i], speaks[i], card, least_text, text)
            if math.isnan(score):
                continue
            at = size
            while at > 0 and (
                scores[at - 1] < score or (scores[at - 1] == score and rows[at - 1] > row)
            ):
                at -= 1
            if at == limit:
                continue
            size = min(size + 1, limit)
            for k in range(size - 1, at, -1):
                rows[k], scores[k] = rows[k - 1], scores[k - 1]
            rows[at], scores[at] = row, score
    return rows[:size], scores[:size]


# -- one competence more -----------------------------------------------------------------------


@_jit
def hopeful(gains, must, may, by_row, reached, others, jobs, person, least_score, room):
    """Rows of jobs that nothing bars and that could have a score with the most that all gaps
    together bring; beside each, whether something speaks for it already.

    `gains` are by column (see `ahead`), `must` and `may` postings, `by_row` what each job asks of
    must. Those `reached` are looked at one by one, as few are; of the `others` only those that ask
    for what is gained. Of these it is told which they are (n,), how many steps of must each asks
    (n,), of how many steps they meet fewer, and the most points that they can have beside must.
    `room` are two arrays (n,): of zeros, which are zeros again afterwards, and of anything.
    """
    starts, _, covers, _ = gains
    must_starts, must_rows, must_steps = must
    may_starts, may_rows, _ = may
    row_starts, row_columns, row_steps = by_row
    records, sums, shortage, similar = jobs
    card, table, known, zeros = person
    added, touched = room
    rows, partial, speaks = reached
    other, asked, spoken, quiet = others
    # The least share of must with which a job for which nothing speaks could have the score.
    least, above = 0, 2**BITS + 1
    while least < above:
        middle = (least + above) // 2
        if middle <= 2**BITS and quiet + points(card, MUST, middle * _STEP) < least_score:
            least = middle + 1
        else:
            above = middle
    unasked = quiet + points(card, MUST, np.nan) >= least_score
    rise = np.zeros(len(starts) - 1, np.int64)
    size = 0
    for column in range(len(rise)):
        if starts[column] == starts[column + 1]:
            continue
        cover = rise[column] = covers[starts[column] : starts[column + 1]].max()
        if least > 2**BITS and not unasked:
            continue
        for at in range(must_starts[column], must_starts[column + 1]):
            j = must_rows[at]
            if other[j]:
                if added[j] == 0:
                    touched[size] = j
                    size += 1
                added[j] += max(cover * must_steps[at], 1)
        if unasked or least - 1 <= spoken:
            for at in range(may_starts[column], may_starts[column + 1]):
                j = may_rows[at]
                if other[j] and added[j] == 0:
                    touched[size] = j
                    size += 1
                    added[j] = 1
    rest = card[TEXT, 0] + card[MAY, 0] + card[EVIDENCE, 0]
    found = np.empty(len(rows) + size, np.int32)
    kept = 0
    for i in range(len(rows)):
        if not speaks[i] or partial[i] + rest + card[MUST, 0] < least_score:
            continue
        j = rows[i]
        met = np.int64(sums[0, j])
        for at in range(row_starts[j], row_starts[j + 1]):
            met += rise[row_columns[at]] * row_steps[at]
        most = rest + _beside(j, records, sums, table, shortage, similar, card, known, zeros)
        if most + _part(card, MUST, met, records[j, 4], zeros[0]) >= least_score:
            found[kept] = j
            kept += 1
    speaking = kept
    for t in range(size):
        j = touched[t]
        gain, whole = np.int64(added[j]), np.int64(asked[j])
        added[j] = 0
        # A step less, since a share between two steps may reach what the lower one does not.
        if whole > 0 and gain + spoken * whole < (least - 1) * whole:
            continue
        met = sums[0, j] + gain
        most = rest + _beside(j, records, sums, table, shortage, similar, card, known, zeros)
        if most + _part(card, MUST, met, whole, zeros[0]) >= least_score:
            found[kept] = j
            kept += 1
    return found[:kept].copy(), np.arange(kept) < speaking


@_jit
def ahead(
    gains, pairs, scores, before, best, hopeful, least, must, may, jobs, person, least_text, text
):  # fmt: skip
    """How many jobs come before each pair of a gap and a score, with that competence more.

    `gains` are by column: from `starts[c]` the gaps that it belongs to, each with the steps that
    covers and evidence rise. From `pairs[g]` on lie those of a gap; `before` (p,) is the row below
    which ties come first. `best` are rows and scores of all that came before any of the pairs' rows
    without the gap; `hopeful` the rows that can reach such a score at all, with whether anything
    speaks for them; `least` are the steps from which must and may speak.
    """
    starts, gaps, covers, shown = gains
    best_rows, best_scores = best
    rows, speaking = hopeful
    must_starts, must_columns, must_steps = must
    may_starts, may_columns, may_steps = may
    least_must, least_may = least
    records, sums, shortage, similar = jobs
    card, table, known, zeros = person
    count = len(pairs) - 1
    found = np.zeros(len(scores), np.int64)
    lowest = np.full(count, np.inf)
    for g in range(count):
        for i in range(pairs[g], pairs[g + 1]):
            lowest[g] = min(lowest[g], scores[i])
            for b in range(len(best_rows)):
                tied = best_scores[b] == scores[i] and best_rows[b] < before[i]
                found[i] += best_scores[b] > scores[i] or tied
    more = np.zeros((count, 3), np.int64)
    touched = np.empty(count, np.int64)
    for h in range(len(rows)):
        j = rows[h]
        size = 0
        for at in range(must_starts[j], must_starts[j + 1]):
            column, steps = must_columns[at], np.int64(must_steps[at])
            for k in range(starts[column], starts[column + 1]):
                g = gaps[k]
                if not more[g, 0] | more[g, 1] | more[g, 2]:
                    touched[size] = g
                    size += 1
                more[g, 0] += covers[k] * steps
                more[g, 2] += shown[k] * steps
        for at in range(may_starts[j], may_starts[j + 1]):
            column, steps = may_columns[at], np.int64(may_steps[at])
            for k in range(starts[column], starts[column + 1]):
                g = gaps[k]
                if covers[k]:
                    if not more[g, 0] | more[g, 1] | more[g, 2]:
                        touched[size] = g
                        size += 1
                    more[g, 1] += covers[k] * steps
        if size == 0:
            continue
        beside = _beside(j, records, sums, table, shortage, similar, card, known, zeros)
        before_it = np.nan
        for b in range(len(best_rows)):
            if best_rows[b] == j:
                before_it = best_scores[b]
        for t in range(size):
            g = touched[t]
            met, welcome, proof = sums[0, j] + more[g, 0], sums[1, j] + more[g, 1], more[g, 2]
            more[g, 0] = more[g, 1] = more[g, 2] = 0
            partial = (
                beside
                + _part(card, MUST, met, records[j, 4], zeros[0])
                + _part(card, MAY, welcome, records[j, 5], zeros[1])
                + _part(card, EVIDENCE, sums[2, j] + proof, records[j, 4], zeros[2])
            )
            if partial + card[TEXT, 0] < lowest[g]:
                continue
            speaks = speaking[h] or met >= least_must[j] or welcome >= least_may[j]
            score = _score(j, partial, speaks, card, least_text, text)
            for i in range(pairs[g], pairs[g + 1]):
                found[i] += score > scores[i] or (score == scores[i] and j < before[i])
                tied = before_it == scores[i] and j < before[i]
                found[i] -= before_it > scores[i] or tied
    return found
