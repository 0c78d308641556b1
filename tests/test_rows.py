"""Rows can be taken and joined, and stay what they were."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from models.rows import Job, JobRows, PeopleRows, Seeker
from tests import small

SEEKERS = (
    Seeker("p1", text="Ik kan een heftruck besturen", held=(("s:orders", 0.5),), study=3),
    Seeker("p2", wished=("s:lasser",), languages={"nl": 4}, licences=frozenset({"B"})),
    Seeker("p3"),
)
JOBS = (Job("j1", title="Lasser", must=("s:lassen",)), Job("j2", occupation="s:analist", study=6))


@given(st.lists(st.integers(0, 2), max_size=5))
@settings(deadline=None)
def test_rows_taken_are_the_rows_of_the_records_in_that_order(picked: list[int]) -> None:
    """Also none at all, and one twice."""
    all_ = small.vectoriser().people(SEEKERS)
    taken = all_.take(picked)
    assert len(taken) == len(picked)
    assert small.same(taken, small.vectoriser().people([SEEKERS[i] for i in picked]))


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_rows_cut_and_joined_are_the_same_rows(cut: int) -> None:
    people = small.vectoriser().people(SEEKERS)
    parts = [people.take(range(cut)), people.take(range(cut, 3))]
    assert small.same(PeopleRows.join(parts), people)


def test_jobs_are_joined_as_people_are() -> None:
    jobs = small.vectoriser().jobs(JOBS)
    joined = JobRows.join([jobs.take([1]), jobs.take([0])])
    assert joined.ids == ("j2", "j1")
    assert small.same(joined, jobs.take([1, 0]))


def test_every_column_has_a_row_for_every_record() -> None:
    people, jobs = small.vectoriser().people(SEEKERS), small.vectoriser().jobs(JOBS)
    assert {column.shape[0] for column in people.columns().values()} == {3}
    assert {column.shape[0] for column in jobs.columns().values()} == {2}


def test_rows_have_no_column_that_tells_who_somebody_is() -> None:
    """The columns that `PeopleRows` names are all there is: numbers only, beside the id."""
    people = small.vectoriser().people(SEEKERS)
    kinds = {
        name: (column.data if isinstance(column, csr_array) else column).dtype.kind
        for name, column in people.columns().items()
    }
    assert set(kinds) == {f.name for f in dataclasses.fields(PeopleRows)} - {"ids"}
    assert set(kinds.values()) <= {"f", "u"}


def test_all_sparse_weights_are_shares_on_the_grid() -> None:
    """All but where something was read, which are places in a text."""
    for rows in (small.vectoriser().people(SEEKERS), small.vectoriser().jobs(JOBS)):
        for name, column in rows.columns().items():
            if isinstance(column, csr_array) and "_" not in name:
                steps = column.data * 2**12
                assert (steps == np.rint(steps)).all(), name
                assert ((column.data > 0) & (column.data <= 1)).all(), name
