"""The compiled index gives what all signals of all vacancies give: rows, scores, order, counts."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.eligibility import MAIN_BARS, Bar, eligibility, in_common
from models.index import Asked, AskedOfJobs, Floats, Found, JobIndex, PeopleIndex
from models.packed import Packed
from models.rows import WORK_KNOWN, Job, JobRows, PeopleRows, Seeker
from models.scorecard import PUBLISHED, Scorecard
from models.signals import signals
from tests import small

Bools = NDArray[np.bool_]
TODAY = 738_000
DAYS = st.none() | st.sampled_from([TODAY - 1, TODAY, TODAY + 1])
DATED = st.tuples(small.JOBS, DAYS, DAYS, st.integers(0, 99))
MARKETS = st.lists(DATED, min_size=1, max_size=12)
CROWDS = st.lists(st.tuples(small.SEEKERS, st.integers(0, 99)), min_size=1, max_size=12)
GAPS = st.sampled_from([1, 3, JobIndex.gap])
"""So that a small market too is looked at in several runs, or in one."""
STRENGTHS = st.integers(0, 8).map(lambda eighths: eighths / 8)
CURVES = st.lists(STRENGTHS, min_size=2, max_size=5).map(lambda curve: tuple(sorted(curve)))


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """The published card, or one of other curves and neutral strengths, some with more on top."""
    if draw(st.booleans()):
        return Scorecard()
    lines = [
        dataclasses.replace(line, curve=draw(CURVES), neutral=draw(STRENGTHS)) for line in PUBLISHED
    ]
    card = Scorecard(tuple(lines)).boosted(draw(st.sampled_from([0.0, 2.5])))
    return card.heeding(draw(st.sampled_from([0.0, 7.5])))


@dataclass(frozen=True)
class Plain:
    """The same answer, slow and obvious: every signal of every pair, then filter, sort, cut."""

    people: PeopleRows
    jobs: JobRows
    card: Scorecard
    told: Bools
    ids: Sequence[str]
    similar: Floats = field(default_factory=lambda: np.zeros(1))
    alone: bool = False

    @classmethod
    def of_jobs(
        cls,
        person: PeopleRows,
        jobs: JobRows,
        card: Scorecard,
        gone: Bools,
        found: tuple[Floats, bool] = (np.zeros(1), False),
    ) -> Plain:
        """One person against all jobs, of which others found some, or only these."""
        return cls(person, jobs, card, jobs.told & ~gone, jobs.ids, *found)

    @classmethod
    def of_people(cls, people: PeopleRows, job: JobRows, card: Scorecard, gone: Bools) -> Plain:
        """One job against all people."""
        parts = (people.covers, people.past, people.wished, people.profile)
        told = sum(np.diff(part.indptr) for part in parts) > 0
        return cls(people, job, card, told & ~gone, people.ids)

    def best(self, *, near: bool = False) -> list[tuple[str, float]]:
        """Ids and scores of those that are open, or all but met, and have anything in common."""
        checked = eligibility(self.people, self.jobs, TODAY)
        scores, kept = self._scores(), self.told & self._common()
        kept &= (checked.near if near else checked.bars == 0).ravel()
        found = [(self.ids[i], float(scores[i])) for i in np.flatnonzero(kept)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def barred(self) -> dict[int, int]:
        """How many a bar keeps out, by the main one."""
        bars = eligibility(self.people, self.jobs, TODAY).bars.ravel()
        return Counter(
            int(next(bar for bar in MAIN_BARS if bars[i] & bar))
            for i in np.flatnonzero(self.told & (bars != 0))
        )

    def nothing_in_common(self) -> int:
        """Of those that nothing bars, how many nothing speaks for."""
        bars = eligibility(self.people, self.jobs, TODAY).bars.ravel()
        return int((self.told & (bars == 0) & ~self._common()).sum())

    def _scores(self) -> Floats:
        values = signals(self.people, self.jobs)
        shape = values["similar"].shape
        return self.card.scores(values | {"similar": np.broadcast_to(self.similar, shape)}).ravel()

    def _common(self) -> Bools:
        worked = ((self.people.known & WORK_KNOWN) > 0)[:, None]
        common = in_common(signals(self.people, self.jobs), worked).ravel() & (not self.alone)
        return np.asarray(common | (self.similar > 0))


def jobs_of(market: Sequence[tuple[Job, int | None, int | None, int]], shortage: int) -> JobRows:
    """A market in which two vacancies are the same but for their ids, so that they tie."""
    rows = small.vectoriser().jobs(
        [
            msgspec.structs.replace(job, id=f"j{number:02}-{i}", first_day=first, last_day=last)
            for i, (job, first, last, number) in enumerate([*market, market[0]])
        ]
    )
    marked = np.array([shortage >> i & 1 for i in range(len(rows))], np.uint8)
    return dataclasses.replace(rows, shortage=marked)


def found_by_others(
    jobs: JobRows, index: JobIndex, bits: int, *, alone: bool
) -> tuple[Found, Floats]:
    """What others found of the jobs, two bits for each, as the index takes it and by job: (m,)."""
    quarters = np.array([bits >> 2 * i & 3 for i in range(len(jobs))])
    rows = np.array([index.packed.ids.find(id_) for id_ in jobs.ids], np.int64)
    some, order = quarters > 0, np.argsort(rows)
    picked = order[some[order]]
    found = Found(rows[picked], (quarters[picked] * 2**14).astype(np.uint16), alone)
    return found, quarters / 4


def assert_same_answer(asked: Asked, plain: Plain, limit: int) -> None:
    """Rows, scores, order and counts are those of the plain arithmetic."""
    assert named(asked, asked.best(limit)) == plain.best()[:limit]
    assert named(asked, asked.best(1000)) == plain.best()
    misses = asked.nearest_misses(2)
    assert named(asked, misses) == plain.best(near=True)[:2]
    bars = eligibility(plain.people, plain.jobs, TODAY).bars.ravel()
    for row in misses[0].tolist():
        assert asked.bar(row) == bars[plain.ids.index(asked.index.packed.ids[row])]
    assert asked.barred == plain.barred()
    assert asked.untold == len(plain.ids) - int(plain.told.sum()) - len(asked._gone)
    assert asked.nothing_in_common == plain.nothing_in_common()


def named(asked: Asked, found: tuple[NDArray[np.int64], Floats]) -> list[tuple[str, float]]:
    """Rows as their ids, each with its score."""
    ids = asked.index.packed.ids
    return [(ids[row], score) for row, score in zip(*map(np.ndarray.tolist, found), strict=True)]


def gone_rows(index: JobIndex | PeopleIndex, ids: Sequence[str], gone: Bools) -> NDArray[np.int64]:
    """The rows in an index of what is gone, ascending."""
    rows = [index.packed.ids.find(ids[i]) for i in np.flatnonzero(gone)]
    return np.array(sorted(rows), np.int64)


@given(small.SEEKERS, MARKETS, st.integers(1, 4), st.integers(0, 2**13 - 1), cards(), GAPS)
@settings(deadline=None, max_examples=150)
def test_the_index_of_jobs_answers_as_the_plain_arithmetic(
    seeker: Seeker,
    market: list[tuple[Job, int | None, int | None, int]],
    limit: int,
    bits: int,
    card: Scorecard,
    gap: int,
) -> None:
    jobs = jobs_of(market, bits >> 3)
    person = small.vectoriser().people([seeker])
    gone = np.array([bits >> i & 5 == 5 for i in range(len(jobs))])
    index = JobIndex(jobs, card)
    index.gap = gap
    rows = gone_rows(index, jobs.ids, gone)
    asked = index.open(person, TODAY, rows)
    assert_same_answer(asked, Plain.of_jobs(person, jobs, card, gone), limit)
    brief = index.open(person, TODAY, rows, near=False)
    assert named(brief, brief.best(limit)) == named(asked, asked.best(limit))
    assert not len(brief.nearest_misses(limit)[0])


@given(
    small.SEEKERS,
    MARKETS,
    st.integers(1, 4),
    st.integers(0, 2**13 - 1),
    st.integers(0, 4**13 - 1),
    st.booleans(),
    cards(),
    GAPS,
)
@settings(deadline=None, max_examples=150)
def test_what_others_found_has_its_points_and_its_place(
    seeker: Seeker,
    market: list[tuple[Job, int | None, int | None, int]],
    limit: int,
    bits: int,
    quarters: int,
    alone: bool,
    card: Scorecard,
    gap: int,
) -> None:
    """Also where nothing else speaks for it, and never where a bar keeps it out; the next asker is
    told nothing of it, though the room is the same."""
    jobs = jobs_of(market, bits >> 3)
    person = small.vectoriser().people([seeker])
    gone = np.array([bits >> i & 5 == 5 for i in range(len(jobs))])
    index = JobIndex(jobs, card)
    index.gap = gap
    found, similar = found_by_others(jobs, index, quarters, alone=alone)
    rows = gone_rows(index, jobs.ids, gone)
    plain = Plain.of_jobs(person, jobs, card, gone, (similar, alone))
    assert_same_answer(index.open(person, TODAY, rows, found), plain, limit)
    plain = Plain.of_jobs(person, jobs, card, gone)
    assert_same_answer(index.open(person, TODAY, rows), plain, limit)


@given(CROWDS, DATED, st.integers(1, 4), st.integers(0, 2**13 - 1), cards(), GAPS)
@settings(deadline=None, max_examples=150)
def test_the_index_of_people_answers_as_the_plain_arithmetic(
    crowd: list[tuple[Seeker, int]],
    offer: tuple[Job, int | None, int | None, int],
    limit: int,
    bits: int,
    card: Scorecard,
    gap: int,
) -> None:
    job = jobs_of([offer], bits).take([0])
    people = small.vectoriser().people(
        [
            msgspec.structs.replace(seeker, id=f"p{number:02}-{i}")
            for i, (seeker, number) in enumerate([*crowd, crowd[0]])
        ]
    )
    gone = np.array([bits >> i & 5 == 5 for i in range(len(people))])
    index = PeopleIndex(people, card)
    index.gap = gap
    asked = index.open(job, TODAY, gone_rows(index, people.ids, gone))
    assert_same_answer(asked, Plain.of_people(people, job, card, gone), limit)


@given(
    small.SEEKERS,
    MARKETS,
    st.integers(1, 4),
    st.sampled_from([*small.COMPETENCES]),
    st.integers(0, 4**13 - 1),
    cards(),
    GAPS,
)
@settings(deadline=None, max_examples=150)
def test_ranks_with_a_competence_more_are_those_of_the_plain_arithmetic(
    seeker: Seeker,
    market: list[tuple[Job, int | None, int | None, int]],
    limit: int,
    added: str,
    quarters: int,
    card: Scorecard,
    gap: int,
) -> None:
    """Also by asking again for a person who has it, which is how it goes where no sum is enough."""
    v, jobs = small.vectoriser(), jobs_of(market, 0)
    person = v.people([seeker])
    more = v.people([msgspec.structs.replace(seeker, held=(*seeker.held, (added, 0.5)))])
    gains = v.gains(
        person.cells("covers", 0),
        person.cells("evidence", 0),
        seeker.refused,
        [v.competences_[added]],
        0.5,
    )
    index = JobIndex(jobs, card)
    index.gap = gap
    found, similar = found_by_others(jobs, index, quarters, alone=False)
    asked = index.open(person, TODAY, found=found)
    best = asked.best(limit)
    nobody = np.zeros(len(jobs), bool)
    after = Plain.of_jobs(more, jobs, card, nobody, (similar, False)).best()
    places = {id_: (score, rank) for rank, (id_, score) in enumerate(after, 1)}
    rows = [row for row in best[0].tolist() if index.packed.ids[row] in places]
    expected = [places[index.packed.ids[row]] for row in rows]
    scores = np.array([score for score, _ in expected])
    again = index.open(gains.added(person, 0), TODAY, found=found)
    assert isinstance(asked, AskedOfJobs)
    for i, (row, (score, rank)) in enumerate(zip(rows, expected, strict=True)):
        assert 1 + again.better(score, row) == rank
        if asked.adds_only:
            one = slice(i, i + 1)
            zero = np.zeros(1, np.int64)
            assert 1 + asked.ahead(gains, zero, scores[one], np.array([row]), best) == rank


@given(MARKETS, st.lists(st.integers(0, 12), max_size=4, unique=True), small.SEEKERS)
@settings(deadline=None, max_examples=50)
def test_packed_rows_and_an_index_come_back_from_their_arrays(
    market: list[tuple[Job, int | None, int | None, int]], hidden: list[int], seeker: Seeker
) -> None:
    """What is hidden is as if it had never been there."""
    jobs, person = jobs_of(market, 0), small.vectoriser().people([seeker])
    packed = Packed.of(jobs, range(len(jobs)))
    again = Packed.restore(JobRows, packed.arrays())
    order = sorted(range(len(jobs)), key=lambda i: jobs.ids[i])
    assert small.same(again.whole, jobs.take(order))
    assert small.same(again.take([0]), jobs.take(order[:1]))
    assert again.digests.tolist() == order
    rows = np.array([row for row in sorted(hidden) if row < len(jobs)], np.int64)
    left = [i for i in range(len(jobs)) if i not in rows]
    index = JobIndex(again, arrays=JobIndex(packed).arrays).without(rows)
    fewer = again.take(left)
    assert_same_answer(
        index.open(person, TODAY),
        Plain.of_jobs(person, fewer, Scorecard(), np.zeros(len(fewer), bool)),
        3,
    )


def test_every_bar_has_its_place_among_the_main_ones() -> None:
    assert set(MAIN_BARS) == set(Bar)


def test_a_vacancy_may_ask_more_than_a_sum_of_32_bits_holds() -> None:
    """1,400 competences in full: 1,400 · 2^12 steps, of which 3/16 must be met, are above 2^32."""
    v = small.vectoriser()
    people = v.people([Seeker("p", held=(("s:heftruck", 1.0),))])
    job = v.jobs([Job("j", must=("s:heftruck",))])
    wide = csr_array(np.ones((1, 1400)))
    covers = csr_array(([1.0], ([0], [0])), shape=(1, 1400))
    people = dataclasses.replace(people, covers=covers, evidence=covers, held=covers)
    job = dataclasses.replace(job, must=wide, may=csr_array((1, 1400)))
    asked = PeopleIndex(people).open(job, TODAY)
    assert_same_answer(asked, Plain.of_people(people, job, Scorecard(), np.zeros(1, bool)), 1)
