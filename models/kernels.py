"""The compiled loops of `models.index`, which tells what their arguments are.

All sums are of whole grid steps or of points on the grid, so they are exact in any order. Numba
takes no annotations of ours: this module alone goes without.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from models import spans
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
_FEW = 512
"""Of so many rows at most the vectors are read one by one."""
_jit = numba.njit(cache=True, nogil=True)
_inline = numba.njit(cache=True, nogil=True, inline="always")


# -- one pair --------------------------------------------------------------------------------


# Arrays that are handed to a function are counted, even where it is compiled into its caller: so in
# a loop over many rows numbers are, and a row of a card at most.


@_inline
def points(line, value):
    """Points of a signal, by its row of a card: its strength on the grid times its greatest number.

    Nothing is below 0, so cutting off is rounding down.
    """
    strength = line[1]
    if not math.isnan(value):
        at = value * line[2]
        left = min(int(at), int(line[2]) - 1)
        low = line[KNOTS + left]
        strength = low + (line[KNOTS + left + 1] - low) * (at - left)
    return line[0] * (np.rint(strength * _STRENGTH) / _STRENGTH)


@_inline
def _share(part, whole):
    """Of steps asked (2^-BITS) the part met (2^-2 BITS), at most 1; NaN where nothing is asked."""
    return min((part * _UNIT) / (whole * _STEP), 1.0) if whole > 0 else np.nan


@_inline
def _expected(part, whole):
    return (part * _UNIT) / (whole * _STEP) if whole > 0 else np.nan


@_jit
def _alike(said, theirs):
    """The product of two dense texts, in steps."""
    found = np.int32(0)
    for d in range(len(said)):
        found += np.int32(said[d]) * np.int32(theirs[d])
    return found


@_jit
def _likenesses(rows, text):
    """How like the asker's text and that of each row are; NaN where either says nothing.

    Of a few rows the vectors are read from the `file` in which they lie, if they do (see
    `models.files`): what is mapped of them would fill the memory.
    """
    speaking, said, dense, file, spoken, words, starts, columns, steps = text
    found = np.full(len(rows), np.nan)
    if not speaking:
        return found
    reads = file[0] >= 0 and len(rows) <= _FEW
    theirs = np.empty(len(said) if reads else 0, np.int16)
    for i in range(len(rows)):
        row = rows[i]
        if not spoken[row]:
            continue
        shared = np.int64(0)
        for at in range(starts[row], starts[row + 1]):
            shared += words[columns[at]] * np.int64(steps[at])
        if reads:
            spans.read_one(file[0], file[1] + row * theirs.nbytes, theirs)
            alike = _alike(said, theirs)
        else:
            alike = _alike(said, dense[row])
        found[i] = _DENSE * min(max(_DENSE_SPAN * (alike * _DENSE_UNIT), 0.0), 1.0)
        found[i] += _WORDS * min(_WORDS_SPAN * (shared * _UNIT), 1.0)
    return found


@_jit
def _score(row, partial, speaks, card, least_text, text):
    """All points of a row; NaN where nothing speaks for it."""
    value = _likenesses(np.full(1, row), text)[0]
    if speaks or value >= least_text:
        return partial + points(card[TEXT], value)
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
        found[i] = points(card[TRAVEL], 1.0 / (1.0 + ratio * ratio))
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
            points(card[STUDY], above)
            + points(card[LANGUAGES], spoken)
            + points(card[LICENCES], licensed)
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
            points(card[WORKING_TIME], hours)
            + points(card[SHIFTS], shift)
            + points(card[CONTRACT], contract)
        )
    return found


@_jit
def wanted(card, known, past, experience, wished, least):
    """Of occupations by how close each is: points, and whether that alone speaks for a job."""
    found, speaks = np.empty(len(past)), np.zeros(len(past), np.bool_)
    nan = np.nan
    quiet = (
        points(card[OCCUPATION], nan) + points(card[EXPERIENCE], nan) + points(card[WISHED], nan)
    )
    zero = points(card[OCCUPATION], 0.0 if known & WORKED else nan)
    zero += points(card[EXPERIENCE], 0.0 if known & YEARS else nan)
    zero += points(card[WISHED], 0.0 if known & WISHES else nan)
    for o in range(len(past)):
        if past[o] == 0 and experience[o] == 0 and wished[o] == 0:
            found[o] = zero
            continue
        found[o] = quiet
        if known & WORKED:
            found[o] += points(card[OCCUPATION], past[o]) - points(card[OCCUPATION], nan)
            speaks[o] |= past[o] >= least[2]
        if known & YEARS:
            found[o] += points(card[EXPERIENCE], experience[o]) - points(card[EXPERIENCE], nan)
        if known & WISHES:
            found[o] += points(card[WISHED], wished[o]) - points(card[WISHED], nan)
            speaks[o] |= wished[o] >= least[3]
    return found, speaks


# -- who is within reach -----------------------------------------------------------------------
#
# Rows lie by seat: those of one lot, of the same requirements at the same place, side by side, and
# lots near each other where their places are. So who may be had are a few runs of seats (r, 2), and
# all that follows looks at nobody else. Seats have no sign: of an index that has one, each time it
# is looked whether it counts from the end.

SHUT, NEAR, OPEN = 0, 1, 2


@_jit
def admit(lots, counts, bars, all_but_met, gap):
    """What each lot is (l,), how many of `counts` (l,) have each set of bars (256,), the runs of
    those not shut and of those open; runs fewer than `gap` seats apart are one.

    Lots are their starts (l + 1,) and the places of requirements and of travel (l,) in `bars` and
    `all_but_met`.
    """
    starts, here, there = lots
    found, by_bars = np.zeros(len(here), np.uint8), np.zeros(256, np.int64)
    for lot in range(len(here)):
        first, second = bars[here[lot]], bars[there[lot]]
        by_bars[first | second] += counts[lot]
        if first | second == 0:
            found[lot] = OPEN
        elif (all_but_met[here[lot]] and second == 0) or (all_but_met[there[lot]] and first == 0):
            found[lot] = NEAR
    return found, by_bars, _runs(starts, found, NEAR, gap), _runs(starts, found, OPEN, gap)


@_jit
def _runs(starts, state, least, gap):
    """The runs of lots that are at least so much."""
    runs = np.empty((starts[-1] // gap + 1, 2), np.int64)
    size = 0
    for lot in range(len(state)):
        if state[lot] < least:
            continue
        if size and starts[lot] - runs[size - 1, 1] < gap:
            runs[size - 1, 1] = starts[lot + 1]
        else:
            runs[size, 0], runs[size, 1] = starts[lot], starts[lot + 1]
            size += 1
    return runs[:size].copy()


@_inline
def _first(seats, least, low, high):
    """Where from on seats, which ascend from `low` to before `high`, are a least one."""
    while low < high:
        middle = (low + high) >> 1
        if seats[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


@_jit
def add(starts, seats, steps, columns, weights, runs, met):
    """met += Σ over columns of weight · column, within the runs."""
    for i in range(len(columns)):
        weight, at, end = weights[i], starts[columns[i]], starts[columns[i] + 1]
        for run in range(len(runs)):
            first = _first(seats, runs[run, 0], at, end)
            at = _first(seats, runs[run, 1], first, end)
            own, theirs = seats[first:at], steps[first:at]
            for k in range(len(own)):
                met[own[k]] += weight * theirs[k]


# -- who may have something in common ----------------------------------------------------------
#
# `sums` (7, n) are what an asker meets of each seat: must, may, must by evidence; past, experience,
# wished, read occupations, in steps of 2^(-2 BITS). All least values are whole steps, so that the
# comparisons are exact. `reach` (n,) gets, where a lot is not shut, SPEAKS where a competence, an
# occupation or a wish speaks for a row, ALONE where only a text may, else 0. Arrays are handed on
# one by one: taken out of a tuple in a loop, each would be counted again and again.

ALONE, SPEAKS = 1, 2


@_jit
def _met(line, asked, least, reach):
    """Mark those who are met in at least so many steps for each step asked."""
    for j in range(len(reach)):
        if (asked[j] > 0) & (line[j] >= asked[j] * least):
            reach[j] = np.uint8(SPEAKS)


@_jit
def _told(line, least, known_of, least_worked, reach):
    """Mark those of whom so much is met, with a past occupation and without."""
    for p in range(len(reach)):
        if line[p] >= (least_worked if known_of[p] & WORKED else least):
            reach[p] = np.uint8(SPEAKS)


@_jit
def reach_jobs(runs, sums, asked, least, records, unstated, stated, speak, reads, alone, reach):
    """For one person, who is told by read occupations or not, and whose text may speak alone or
    not. `asked` (2, n) are steps of must and may, `least` of must, may, past and wished; `stated`
    are the starts and seats of the jobs of each occupation, `speak` (O,) the occupations that speak
    for a job."""
    for run in range(len(runs)):
        start, end = runs[run]
        own = reach[start:end]
        own[:] = ALONE if alone else 0
        for line in range(2):
            _met(sums[line, start:end], asked[line, start:end], least[line], own)
        if reads:
            read = sums[6, start:end]
            for j in range(len(own)):
                if read[j] >= least[2] << BITS:
                    own[j] = np.uint8(SPEAKS)
    for j in unstated:
        whole = np.int64(records[j, 6])
        if whole > 0 and (sums[3, j] >= least[2] * whole or sums[5, j] >= least[3] * whole):
            reach[j] = SPEAKS
    starts, seats = stated
    for o in range(len(speak)):
        if speak[o]:
            for at in range(starts[o], starts[o + 1]):
                reach[seats[at]] = SPEAKS


@_jit
def reach_people(runs, sums, known_of, least, reach):
    """For one job. `least` (2, 5) are steps of must, may, past, wished, read: of people with a past
    occupation, and of those without, for whom a text alone may speak."""
    lines = (0, 1, 3, 5, 6)
    for run in range(len(runs)):
        start, end = runs[run]
        own, known = reach[start:end], known_of[start:end]
        for p in range(len(own)):
            own[p] = np.uint8(0 if known[p] & WORKED else ALONE)
        for at in range(5):
            line = sums[lines[at], start:end]
            _told(line, least[1, at], known, least[0, at], own)


@_jit
def sift(starts, state, there, reach):
    """Of the seats that are `there` (n,) those that are reached and open, and the near-misses,
    ascending."""
    found, near = np.empty(len(reach), np.uint32), np.empty(len(reach), np.uint32)
    kept = missed = 0
    for lot in range(len(state)):
        if state[lot] == SHUT:
            continue
        start, end = starts[lot], starts[lot + 1]
        own, here = reach[start:end], there[start:end]
        for j in range(len(own)):
            if own[j] > 0 and here[j]:
                if state[lot] == OPEN:
                    found[kept] = start + j
                    kept += 1
                else:
                    near[missed] = start + j
                    missed += 1
    return found[:kept].copy(), near[:missed].copy()


# -- one person, all jobs ----------------------------------------------------------------------
#
# `records` (n, 7) hold of each job the places of its requirements, place, terms and occupation (-1
# where none is stated) in `table`, which has the points of each for the person, then the steps of
# must, may and profile: one line of memory a job. `zeros` are points of must, may and evidence
# where nothing is met, then of an occupation of which nothing is known.


@_inline
def _part(line, part, whole, zero):
    """Points of a share; `zero` are those of nothing met, worked out before."""
    if whole == 0:
        return points(line, np.nan)
    if part == 0:
        return zero
    return points(line, _share(part, whole))


@_jit
def _beside(seats, jobs, person):
    """Points of jobs for all but competences and text."""
    records, sums, shortage, similar = jobs
    card, table, known, zeros = person
    found = np.empty(len(seats))
    for i in range(len(seats)):
        j = seats[i]
        o, whole = records[j, 3], records[j, 6]
        own = table[records[j, 0]] + table[records[j, 1]] + table[records[j, 2]]
        if card[SHORTAGE, 0]:
            own += points(card[SHORTAGE], float(shortage[j]))
        if similar[j]:
            own += points(card[SIMILAR], similar[j] / _STRENGTH)
        if o >= 0:
            own += table[o]
        else:
            job = wish = years = np.nan
            if known & WORKED:
                job = _expected(sums[3, j], whole)
            if known & YEARS:
                years = _expected(sums[4, j], whole)
            if known & WISHES:
                wish = _expected(sums[5, j], whole)
            own += points(card[OCCUPATION], job)
            own += points(card[EXPERIENCE], years)
            own += points(card[WISHED], wish)
        if not known & WORKED and known & READS and whole > 0:
            own += points(card[OCCUPATION], min(sums[6, j] * _UNIT, 1.0)) - zeros[3]
        found[i] = own
    return found


@_jit
def jobs_of(seats, jobs, person):
    """Points of jobs but those of their text."""
    records, sums, _, _ = jobs
    card, _, known, zeros = person
    must, may, evidence = card[MUST], card[MAY], card[EVIDENCE]
    met, welcome, shown = sums[0], sums[1], sums[2]
    found = _beside(seats, jobs, person)
    for i in range(len(seats)):
        j = seats[i]
        if known & COVERS:
            found[i] += _part(must, met[j], records[j, 4], zeros[0])
            found[i] += _part(may, welcome[j], records[j, 5], zeros[1])
        else:
            found[i] += points(must, np.nan) + points(may, np.nan)
        if known & HOLDS:
            found[i] += _part(evidence, shown[j], records[j, 4], zeros[2])
        else:
            found[i] += points(evidence, np.nan)
    return found


# -- one job, all people -----------------------------------------------------------------------


@_jit
def people_of(seats, people, job):
    """Points of people but those of their text.

    `facets` (n, 3) are the places of what a person brings, of their place with how far they travel,
    and of the terms they accept, in `table`; `known_of` (n,) what is known of them.
    """
    facets, known_of, sums = people
    card, table, must_asked, may_asked, profile_sum, read = job
    must, may, evidence = card[MUST], card[MAY], card[EVIDENCE]
    occupation, experience, wished = card[OCCUPATION], card[EXPERIENCE], card[WISHED]
    met, welcome, backed = sums[0], sums[1], sums[2]
    found = np.empty(len(seats))
    for i in range(len(seats)):
        p = seats[i]
        known = known_of[p]
        share = may_share = shown = about = years = wish = np.nan
        if known & COVERS:
            share = _share(met[p], must_asked)
            may_share = _share(welcome[p], may_asked)
        if known & HOLDS:
            shown = _share(backed[p], must_asked)
        if known & WORKED:
            about = _expected(sums[3, p], profile_sum)
        elif known & READS and read:
            about = min(sums[6, p] * _UNIT, 1.0)
        if known & YEARS:
            years = _expected(sums[4, p], profile_sum)
        if known & WISHES:
            wish = _expected(sums[5, p], profile_sum)
        own = points(must, share) + points(may, may_share) + points(evidence, shown)
        own += points(occupation, about) + points(experience, years) + points(wished, wish)
        found[i] = own + table[facets[p, 0]] + table[facets[p, 1]] + table[facets[p, 2]]
    return found


# -- the best ----------------------------------------------------------------------------------


@_jit
def in_common(reached, least_text, text):
    """How many of those reached have anything in common."""
    rows, _, speaks = reached
    quiet = np.sort(rows[~speaks])  # memory is read faster from its start to its end
    return len(rows) - len(quiet) + np.sum(_likenesses(quiet, text) >= least_text)


@_jit
def score_all(reached, card, least_text, text):
    """The score of each of those reached; NaN where nothing speaks for it."""
    rows, partial, speaks = reached
    found, line = _likenesses(rows, text), card[TEXT]
    for i in range(len(rows)):
        heard = speaks[i] or found[i] >= least_text
        found[i] = partial[i] + points(line, found[i]) if heard else np.nan
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
def _taken(values, places):
    """The values at some places, each once: they are zeros afterwards."""
    found = np.empty(len(places), values.dtype)
    for k in range(len(places)):
        found[k], values[places[k]] = values[places[k]], 0
    return found


@_jit
def hopeful(gains, must, may, reached, where, others, jobs, person, least_score, room):
    """Seats of jobs that nothing bars and that could have a score with the most that all gaps
    together bring; beside each, whether something speaks for it already.

    `gains` are as in `ahead`, `must` and `may` postings. Those `reached` are seats, with whether
    anything speaks for them; of the `others`, for whom nothing or a text alone speaks, it is told
    of how many steps they meet fewer, and the most points that they can have beside must; `where`
    tells who is open, as in `sift`, how many steps of must each asks (n,), and the runs. `room` are
    arrays: (n,) of zeros, which are zeros again afterwards, (n,) of anything, (C,) of zeros again.
    """
    _, columns, covers, _ = gains
    must_starts, must_seats, must_steps = must
    may_starts, may_seats, _ = may
    records, sums, _, _ = jobs
    card, _, _, zeros = person
    added, touched, rise = room
    seats, speaks = reached
    lots, state, there, reach, asked, runs = where
    spoken, quiet = others
    # The least share of must with which a job for which nothing speaks could have the score.
    least, above = 0, 2**BITS + 1
    while least < above:
        middle = (least + above) // 2
        if middle <= 2**BITS and quiet + points(card[MUST], middle * _STEP) < least_score:
            least = middle + 1
        else:
            above = middle
    unasked = quiet + points(card[MUST], np.nan) >= least_score
    # A step less, since a share between two steps may reach what the lower one does not.
    need = least - 1 - spoken
    for k in range(len(columns)):
        # What is asked and gained is told from what is not, be it that evidence alone rises.
        rise[columns[k]] = max(rise[columns[k]], covers[k], 1)
    add(must_starts, must_seats, must_steps, columns, _taken(rise, columns), runs, added)
    if unasked or need <= 0:
        for column in columns:
            at, end = may_starts[column], may_starts[column + 1]
            for run in range(len(runs)):
                first = _first(may_seats, runs[run, 0], at, end)
                at = _first(may_seats, runs[run, 1], first, end)
                for j in may_seats[first:at]:
                    added[j] = max(added[j], 1)
    size = 0
    for i in range(len(seats)):
        if speaks[i]:
            touched[size] = seats[i]
            size += 1
    speaking = size
    for lot in range(len(state)):
        if state[lot] != OPEN or (least > 2**BITS and not unasked):
            continue
        start, end = lots[lot], lots[lot + 1]
        own, here = reach[start:end], there[start:end]
        gain, whole = added[start:end], asked[start:end]
        for k in range(len(own)):
            if gain[k] > 0 and gain[k] >= need * whole[k] and own[k] != SPEAKS and here[k]:
                touched[size] = start + k
                size += 1
    found, line = touched[:size], card[MUST]
    most = _beside(found, jobs, person) + card[TEXT, 0] + card[MAY, 0] + card[EVIDENCE, 0]
    for i in range(size):
        j = found[i]
        met = np.int64(sums[0, j]) + np.int64(added[j])
        most[i] += _part(line, met, records[j, 4], zeros[0])
    for run in range(len(runs)):
        added[runs[run, 0] : runs[run, 1]] = 0
    kept = np.flatnonzero(most >= least_score)
    return found[kept], kept < speaking


@_jit
def _rise(postings, runs, place, column, rises, lines, gap, turn, touched, size):
    """Add to two lines of what is met what a column of a gap brings to each, and to the first
    `size` of those `touched` whom it is the first to bring anything; `turn` is by whom each was
    touched last."""
    steps, more = rises
    met, met_more = lines
    if steps == 0 and more == 0:
        return size
    starts, seats, asked = postings
    at, end = starts[column], starts[column + 1]
    for run in range(len(runs)):
        first = _first(seats, runs[run, 0], at, end)
        at = _first(seats, runs[run, 1], first, end)
        own, theirs = seats[first:at], asked[first:at]
        for k in range(len(own)):
            h = np.int64(place[own[k]]) - 1
            if h >= 0:
                met[h] += steps * theirs[k]
                met_more[h] += more * theirs[k]
                if turn[h] != gap:
                    turn[h], touched[size] = gap, h
                    size += 1
    return size


@_jit
def ahead(
    gains, pairs, scores, before, best, hopeful, least, rows, must, may, runs, jobs, person,
    least_text, text, place,
):  # fmt: skip
    """How many jobs come before each pair of a gap and a score, with that competence more.

    `gains` are by gap: from `starts[g]` the columns that belong to it, each with the steps that
    covers and evidence rise. From `pairs[g]` on lie those of a gap; `before` (p,) is the row below
    which ties come first. `best` are rows and scores of all that came before any of the pairs' rows
    without the gap; `hopeful` the seats that can reach such a score at all, with whether anything
    speaks for them; `least` are the steps of what is asked from which must and may speak; `rows`
    (n,) tells the row on each seat, `must` and `may` are postings. `place` (n,) are zeros, which
    are zeros again afterwards.
    """
    starts, columns, covers, shown = gains
    best_rows, best_scores = best
    seats, speaking = hopeful
    records, sums, _, _ = jobs
    card, _, _, zeros = person
    must_line, may_line = card[MUST], card[MAY]
    evidence_line, text_line = card[EVIDENCE], card[TEXT]
    size = len(seats)
    met, welcome, proof = (
        np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    )  # fmt: skip
    touched, turn = np.empty(size, np.int64), np.full(size, -1)
    read, likeness, without = np.zeros(size, np.bool_), np.empty(size), np.full(size, np.nan)
    beside = _beside(seats, jobs, person)
    for h in range(size):
        place[seats[h]] = h + 1
        for b in range(len(best_rows)):
            if best_rows[b] == rows[seats[h]]:
                without[h] = best_scores[b]
    found = np.zeros(len(scores), np.int64)
    for g in range(len(pairs) - 1):
        first, last = pairs[g], pairs[g + 1]
        if first == last:
            continue
        lowest = scores[first:last].min()
        for i in range(first, last):
            for b in range(len(best_rows)):
                tied = best_scores[b] == scores[i] and best_rows[b] < before[i]
                found[i] += best_scores[b] > scores[i] or tied
        size = 0
        for k in range(starts[g], starts[g + 1]):
            column, rises, only = columns[k], (covers[k], shown[k]), (covers[k], 0)
            lines, line = (met, proof), (welcome, proof)
            size = _rise(must, runs, place, column, rises, lines, g, turn, touched, size)
            size = _rise(may, runs, place, column, only, line, g, turn, touched, size)
        for t in range(size):
            h = touched[t]
            j = seats[h]
            must_asked, may_asked = np.int64(records[j, 4]), np.int64(records[j, 5])
            own_must, own_may = sums[0, j] + met[h], sums[1, j] + welcome[h]
            own_shown = sums[2, j] + proof[h]
            met[h] = welcome[h] = proof[h] = 0
            partial = beside[h] + _part(must_line, own_must, must_asked, zeros[0])
            partial += _part(may_line, own_may, may_asked, zeros[1])
            partial += _part(evidence_line, own_shown, must_asked, zeros[2])
            if partial + text_line[0] < lowest:
                continue
            if not read[h]:
                read[h], likeness[h] = True, _likenesses(rows[j : j + 1], text)[0]
            speaks = speaking[h] or (must_asked > 0 and own_must >= least[0] * must_asked)
            speaks |= may_asked > 0 and own_may >= least[1] * may_asked
            if not speaks and not likeness[h] >= least_text:
                continue
            score = partial + points(text_line, likeness[h])
            for i in range(first, last):
                found[i] += score > scores[i] or (score == scores[i] and rows[j] < before[i])
                tied = without[h] == scores[i] and rows[j] < before[i]
                found[i] -= without[h] > scores[i] or tied
    for j in seats:
        place[j] = 0
    return found
