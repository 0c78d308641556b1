"""What tells most of a few pairs, beside the obvious way: dictionaries, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.mentions import reads
from models.provenance import Backing
from models.rows import Job, JobRows, PeopleRows, Seeker
from models.telling import Told, closeness, most_asked, most_shared
from tests import small

PEOPLE = st.lists(small.SEEKERS, min_size=1, max_size=3)
JOBS = st.lists(small.JOBS, min_size=1, max_size=3)


def backing_of(seekers: Sequence[Seeker], rows: PeopleRows, asked: set[int] | None) -> Backing:
    """How people cover what they cover, or what is asked."""
    read = reads(rows.read, rows.read_first, rows.read_last)
    return Backing.of(small.vectoriser(), seekers, rows, read, asked)


def slow(
    backing: Backing, people: PeopleRows, jobs: JobRows, pair: tuple[int, int], *, listed: bool
) -> list[tuple[list[tuple[int, float, bool]], int, int, int]]:
    """Of must, may and what is shown of must: competences with how far and whether it is sure, how
    many are confirmed, near and asked."""
    i, j = pair
    covers, proofs = people.cells("covers", i), people.cells("evidence", i)
    sure = {c for c, ground in backing.grounds(i).items() if ground.confirms}
    found = []
    for name in ("must", "may", "must"):
        asked = jobs.cells(name, j)
        if len(found) < 2:
            has = covers
            order = sorted(asked, key=lambda c: (-asked[c] * covers.get(c, 0.0), -asked[c], c))
            shown = [c for c in order[:MOST] if listed or c in covers]
        else:
            has = proofs
            backed = [c for c in asked if c in sure and c in proofs]
            shown = sorted(backed, key=lambda c: (-asked[c] * proofs[c], c))[:MOST]
        cells = [(c, has.get(c, 0.0), c in sure) for c in shown]
        confirmed = len(asked.keys() & sure)
        found.append((cells, confirmed, len(asked.keys() & covers.keys()) - confirmed, len(asked)))
    return found


MOST = 3


@given(PEOPLE, JOBS, st.booleans(), st.booleans())
@settings(deadline=None, max_examples=200)
def test_of_what_is_asked_the_same_is_told_as_one_by_one(
    seekers: list[Seeker], offers: list[Job], one: bool, listed: bool
) -> None:
    """Whether all that people cover is looked at or only what one job asks."""
    offers = offers[:1] if one else offers
    people, jobs = small.vectoriser().people(seekers), small.vectoriser().jobs(offers)
    asked = {*jobs.cells("must", 0), *jobs.cells("may", 0)} if one else None
    backing = backing_of(seekers, people, asked)
    found = most_asked(backing, jobs, [listed] * len(jobs), MOST)
    pairs = list(product(range(len(people)), range(len(jobs))))
    assert len(found) == len(pairs)
    for pair, parts in zip(pairs, found, strict=True):
        whole = [([(c, s, sure) for c, s, _, sure in p.cells], *p[1:]) for p in parts]
        assert whole == slow(backing, people, jobs, pair, listed=listed)
        for told in parts:
            _spoken_for(backing, pair[0], told)


def _spoken_for(backing: Backing, person: int, told: Told) -> None:
    """What speaks for each competence is its ground."""
    for competence, _, who, _ in told.cells:
        ground = backing.ground(person, competence)
        assert (ground is None) == (who < 0)
        if ground is not None:
            assert ground == backing.speakers.ground(who, ground.strength)


@given(PEOPLE, JOBS, st.integers(1, 4), st.booleans())
@settings(deadline=None, max_examples=200)
def test_what_both_share_comes_by_product_then_in_the_order_given(
    seekers: list[Seeker], offers: list[Job], most: int, ordered: bool
) -> None:
    people, jobs = small.vectoriser().people(seekers), small.vectoriser().jobs(offers)
    order = np.arange(people.words.shape[1])[::-1] - 2 if ordered else None  # two never count
    found = most_shared(people, jobs, "words", most, order)
    for at, (i, j) in enumerate(product(range(len(people)), range(len(jobs)))):
        mine, theirs = people.cells("words", i), jobs.cells("words", j)
        place = (lambda c: c) if order is None else (lambda c: int(order[c]))
        both = [c for c in mine.keys() & theirs.keys() if place(c) >= 0]
        assert found[at] == sorted(both, key=lambda c: (-mine[c] * theirs[c], place(c)))[:most]


@cache
def _close() -> list[list[float]]:
    whole: list[list[float]] = small.vectoriser().closeness_.toarray().tolist()
    return whole


@given(JOBS)
@settings(deadline=None)
def test_an_occupation_is_as_close_to_a_job_as_to_what_the_job_is_like(offers: list[Job]) -> None:
    jobs, close = small.vectoriser().jobs(offers), _close()
    found = closeness(range(len(close)), jobs, small.vectoriser().closeness_)
    for j, own in enumerate(found):
        asks = jobs.cells("occupation", j) or jobs.cells("profile", j)
        whole = sum(asks.values()) or 1.0
        expected = [sum(row[o] * share for o, share in asks.items()) / whole for row in close]
        np.testing.assert_allclose(own, expected, rtol=1e-12)
