"""Each bar with an example, what is all but met, and that the unknown bars nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.eligibility import Bar, Eligibility, eligibility
from models.rows import Job, Seeker
from models.signals import distance_km
from tests import small

TODAY = 740_000
GHENT, ANTWERP = (51.05, 3.72), (51.22, 4.40)
"""51.1 km apart."""


def checked(seeker: Seeker, job: Job, today: int = TODAY) -> Eligibility:
    """One pair on a day."""
    v = small.vectoriser()
    return eligibility(v.people([seeker]), v.jobs([job]), today)


def answer(seeker: Seeker, job: Job, today: int = TODAY) -> tuple[Bar, bool]:
    """The bars of one pair, and whether it is a near-miss."""
    found = checked(seeker, job, today)
    return Bar(int(found.bars[0, 0])), bool(found.near[0, 0])


@pytest.mark.parametrize(
    ("today", "bar"),
    [(9, Bar.NOT_YET_OPEN), (10, Bar(0)), (20, Bar(0)), (21, Bar.EXPIRED)],
)
def test_a_vacancy_is_open_from_its_first_day_through_its_last(today: int, bar: Bar) -> None:
    assert answer(Seeker("p"), Job("j", first_day=10, last_day=20), today) == (bar, False)


def test_a_vacancy_without_dates_is_open() -> None:
    assert answer(Seeker("p"), Job("j")) == (Bar(0), False)


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        (None, (Bar(0), False)),
        (frozenset({"B", "C", "D"}), (Bar(0), False)),
        (frozenset({"B"}), (Bar.LICENCE, True)),
        (frozenset(), (Bar.LICENCE, False)),
    ],
)
def test_every_licence_asked_must_be_there_and_one_short_is_near(
    licences: frozenset[str] | None, expected: tuple[Bar, bool]
) -> None:
    assert answer(Seeker("p", licences=licences), Job("j", licences=frozenset("BC"))) == expected


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (None, (Bar(0), False)),
        ({"nl": 4, "fr": 2}, (Bar(0), False)),
        ({"nl": 6, "fr": 6, "en": 1}, (Bar(0), False)),
        ({"nl": 3, "fr": 2}, (Bar.LANGUAGE, True)),
        ({"nl": 4, "fr": 1}, (Bar.LANGUAGE, True)),
        ({"nl": 3, "fr": 1}, (Bar.LANGUAGE, False)),
        ({"nl": 6}, (Bar.LANGUAGE, False)),
        ({}, (Bar.LANGUAGE, False)),
    ],
)
def test_every_language_level_asked_must_be_there_and_one_level_short_is_near(
    languages: dict[str, int] | None, expected: tuple[Bar, bool]
) -> None:
    """What is above the level in one language makes nothing good in another."""
    job = Job("j", languages={"nl": 4, "fr": 2})
    assert answer(Seeker("p", languages=languages), job) == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (None, (Bar(0), False)),
        (52.0, (Bar(0), False)),
        (51.0, (Bar.DISTANCE, True)),
        (26.0, (Bar.DISTANCE, True)),
        (25.0, (Bar.DISTANCE, False)),
        (0.0, (Bar.DISTANCE, False)),
    ],
)
def test_a_job_beyond_the_travel_limit_is_barred_and_near_to_twice_of_it(
    limit: float | None, expected: tuple[Bar, bool]
) -> None:
    """51.1 / 2 = 25.55 km."""
    seeker = Seeker("p", position=GHENT, travel_km=limit)
    assert answer(seeker, Job("j", position=ANTWERP)) == expected


def test_a_job_exactly_at_the_limit_is_within_it() -> None:
    v = small.vectoriser()
    job = Job("j", position=ANTWERP)
    km = float(distance_km(v.people([Seeker("p", position=GHENT)]), v.jobs([job]))[0, 0])
    assert answer(Seeker("p", position=GHENT, travel_km=km), job) == (Bar(0), False)


@pytest.mark.parametrize("seeker", [Seeker("p", travel_km=1.0), Seeker("p", position=GHENT)])
def test_an_unknown_place_or_limit_fails_no_travel_limit(seeker: Seeker) -> None:
    assert answer(seeker, Job("j", position=ANTWERP)) == (Bar(0), False)
    assert answer(Seeker("p", position=GHENT, travel_km=1.0), Job("j")) == (Bar(0), False)


@pytest.mark.parametrize(
    ("study", "required", "expected"),
    [
        (5, True, (Bar.DIPLOMA, True)),
        (4, True, (Bar.DIPLOMA, False)),
        (6, True, (Bar(0), False)),
        (7, True, (Bar(0), False)),
        (None, True, (Bar(0), False)),
        (1, False, (Bar(0), False)),
    ],
)
def test_a_level_of_study_bars_only_where_the_diploma_is_required(
    study: int | None, required: bool, expected: tuple[Bar, bool]
) -> None:
    job = Job("j", study=6, diploma_required=required)
    assert answer(Seeker("p", study=study), job) == expected


def test_of_two_bars_both_are_told_and_none_is_near() -> None:
    seeker = Seeker("p", licences=frozenset(), languages={"nl": 3})
    job = Job("j", licences=frozenset({"B"}), languages={"nl": 4})
    assert answer(seeker, job) == (Bar.LICENCE | Bar.LANGUAGE, False)


@given(small.JOBS)
@settings(deadline=None, max_examples=40)
def test_of_whom_nothing_is_known_nothing_bars(job: Job) -> None:
    assert checked(Seeker("p"), job).eligible.tolist() == [[True]]


@given(st.lists(small.SEEKERS, max_size=3), st.lists(small.JOBS, max_size=3))
@settings(deadline=None, max_examples=40)
def test_a_block_is_its_pairs_and_what_is_near_is_barred_once(
    seekers: list[Seeker], jobs: list[Job]
) -> None:
    v = small.vectoriser()
    block = eligibility(v.people(seekers), v.jobs(jobs), TODAY)
    assert block.bars.shape == block.near.shape == (len(seekers), len(jobs))
    for i, seeker in enumerate(seekers):
        for j, job in enumerate(jobs):
            bar, near = answer(seeker, job)
            assert (int(block.bars[i, j]), bool(block.near[i, j])) == (int(bar), near)
            assert not near or int(bar).bit_count() == 1
    assert np.array_equal(block.eligible, block.bars == 0)
