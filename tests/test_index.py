"""The compiled index gives what all signals of all vacancies give: rows, scores, order, counts."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.eligibility import MAIN_BARS, Bar, eligibility, in_common
from models.index import Floats, JobIndex
from models.rows import WORK_KNOWN, Job, JobRows, PeopleRows, Seeker
from models.scorecard import Scorecard
from models.signals import signals
from tests import small

Bools = NDArray[np.bool_]
TODAY = 738_000
DAYS = st.none() | st.sampled_from([TODAY - 1, TODAY, TODAY + 1])
MARKETS = st.lists(st.tuples(small.JOBS, DAYS, DAYS, st.integers(0, 99)), min_size=1, max_size=12)


@dataclass(frozen=True)
class Plain:
    """The same answer, slow and obvious: every signal of every vacancy, then filter, sort, cut."""

    person: PeopleRows
    jobs: JobRows
    done: Bools

    def ranked(self, person: PeopleRows) -> tuple[Floats, Bools, Bools, Bools]:
        """Scores, and what is open, what is all but met, and what has anything in common."""
        values = {name: value[0] for name, value in signals(person, self.jobs).items()}
        checked = eligibility(person, self.jobs, TODAY)
        worked = bool(person.known[0] & WORK_KNOWN)
        return (
            Scorecard().scores(values),
            self.told & (checked.bars[0] == 0),
            self.told & checked.near[0],
            in_common(values, worked),
        )

    @property
    def told(self) -> Bools:
        parts = (self.jobs.must, self.jobs.may, self.jobs.occupation, self.jobs.profile)
        return np.asarray((sum(np.diff(part.indptr) for part in parts) > 0) & ~self.done)

    def best(self, person: PeopleRows, *, near: bool = False) -> list[tuple[int, float]]:
        scores, open_, misses, common = self.ranked(person)
        rows = np.flatnonzero((misses if near else open_) & common).tolist()
        rows.sort(key=lambda i: (-scores[i], self.jobs.ids[i]))
        return [(i, float(scores[i])) for i in rows]

    def barred(self) -> Counter[int]:
        bars = eligibility(self.person, self.jobs, TODAY).bars[0]
        return Counter(
            int(next(bar for bar in MAIN_BARS if bars[i] & bar))
            for i in np.flatnonzero(self.told & (bars != 0))
        )

    def nothing_in_common(self) -> int:
        _, open_, _, common = self.ranked(self.person)
        return int((open_ & ~common).sum())


@given(
    small.SEEKERS,
    MARKETS,
    st.integers(1, 4),
    st.sampled_from([*small.COMPETENCES]),
    st.integers(0, 2**13 - 1),
)
@settings(deadline=None, max_examples=150)
def test_the_index_answers_as_the_plain_arithmetic(
    seeker: Seeker,
    market: list[tuple[Job, int | None, int | None, int]],
    limit: int,
    added: str,
    bits: int,
) -> None:
    """Also where two vacancies are the same but for their ids, so that they tie."""
    v = small.vectoriser()
    jobs = v.jobs(
        [
            dataclasses.replace(job, id=f"j{number:02}-{i}", first_day=first, last_day=last)
            for i, (job, first, last, number) in enumerate([*market, market[0]])
        ]
    )
    person = v.people([seeker])
    done = np.array([bits >> i & 5 == 5 for i in range(len(jobs))])
    asked = JobIndex(jobs, Scorecard()).open(person, TODAY, done)
    plain = Plain(person, jobs, done)
    assert pairs(*asked.best(limit)) == plain.best(person)[:limit]
    assert pairs(*asked.nearest_misses(2)) == plain.best(person, near=True)[:2]
    assert asked.barred == plain.barred()
    assert asked.nothing_in_common == plain.nothing_in_common()
    held = v.holding(seeker, person, [v.competences_[added]], 0.5)
    rows, _ = asked.best(limit)
    after = plain.best(held)
    expected = [(score, 1 + rank) for rank, (row, score) in enumerate(after) if row in rows]
    scores, ranks = asked.places(held, rows)
    assert sorted(zip(scores.tolist(), ranks.tolist(), strict=True)) == sorted(expected)


def pairs(rows: NDArray[np.int64], scores: Floats) -> list[tuple[int, float]]:
    """As pairs."""
    return list(zip(rows.tolist(), scores.tolist(), strict=True))


def test_every_bar_has_its_place_among_the_main_ones() -> None:
    assert set(MAIN_BARS) == set(Bar)
