"""What rows hold: derived by hand, the same in any batch, and nothing of what was refused."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    Job,
    Seeker,
)
from models.vectoriser import LICENCES, Vectoriser
from tests import small


def covers(seeker: Seeker) -> dict[str, float]:
    """What a seeker covers, by competence."""
    v = small.vectoriser()
    row, ids = v.people([seeker]).covers, list(v.competences_)
    return {ids[c]: w for c, w in zip(row.indices.tolist(), row.data.tolist(), strict=True)}


def asks(job: Job) -> tuple[dict[str, float], dict[str, float]]:
    """What a job asks, must and may, each by how telling it is as a share of its specificity."""
    v = small.vectoriser()
    rows, ids = v.jobs([job]), list(v.competences_)
    must, may = (
        {
            ids[c]: w / v.specificity_[c]
            for c, w in zip(row.indices.tolist(), row.data.tolist(), strict=True)
        }
        for row in (rows.must, rows.may)
    )
    return must, may


@given(st.lists(small.SEEKERS, max_size=4), st.lists(small.JOBS, max_size=4))
@settings(deadline=None, max_examples=50)
def test_a_record_has_the_same_row_in_any_batch(seekers: list[Seeker], jobs: list[Job]) -> None:
    """All at once, also of several languages, against each alone."""
    v = small.vectoriser()
    people, offers = v.people(seekers), v.jobs(jobs)
    for i, seeker in enumerate(seekers):
        assert small.same(people.take([i]), v.people([seeker]))
    for j, job in enumerate(jobs):
        assert small.same(offers.take([j]), v.jobs([job]))


@given(
    small.SEEKERS,
    st.lists(st.sampled_from([*small.COMPETENCES]), max_size=3, unique=True),
    st.sampled_from([0.29995, 0.5, 1.0]),
)
@settings(deadline=None)
def test_gains_are_what_people_makes_of_a_seeker_who_holds_it(
    seeker: Seeker, added: list[str], strength: float
) -> None:
    """Also where it is held, refused or read already, and at a strength beside the grid.

    0.29995 is 1228.6 steps: 0.75 of it rounds to 921 steps, 0.75 of what it rounds to to 922.
    """
    v = small.vectoriser()
    places = [v.competences_[id_] for id_ in added]
    row = v.people([seeker])
    gains = v.gains(
        row.cells("covers", 0), row.cells("evidence", 0), seeker.refused, places, strength
    )
    for gap, id_ in enumerate(added):
        held = (*seeker.held, (id_, strength))
        expected = v.people([msgspec.structs.replace(seeker, held=held)])
        found = gains.added(row, gap)
        assert (found.held.nnz > 0) == (expected.held.nnz > 0)
        assert small.same(dataclasses.replace(found, held=expected.held), expected)


@given(small.SEEKERS)
@settings(deadline=None)
def test_a_refused_competence_is_covered_by_nothing(seeker: Seeker) -> None:
    v = small.vectoriser()
    row = v.people([seeker])
    for refused in seeker.refused:
        assert row.covers[0, v.competences_[refused]] == 0
        assert row.evidence[0, v.competences_[refused]] == 0


def test_a_held_competence_covers_itself_in_full_and_its_sibling_for_half() -> None:
    """`evidence` goes with how well it is shown, and a sibling is no evidence."""
    seeker = Seeker("p", held=(("s:heftruck", 0.5),))
    covered = covers(seeker)
    assert covered["s:heftruck"] == covered["e:forklift"] == 1
    assert covered["s:reachtruck"] == 0.5
    v = small.vectoriser()
    shown = v.people([seeker]).evidence
    assert shown[0, v.competences_["s:heftruck"]] == 0.5
    assert shown[0, v.competences_["s:reachtruck"]] == 0


def test_a_past_occupation_covers_half_of_what_it_takes() -> None:
    """Essential competences weigh 1 and optional ones 0.5 in the profile."""
    assert covers(Seeker("p", past=(("s:lasser", 9.0),))) == {"s:lassen": 0.5, "s:nieten": 0.25}


def test_a_refusal_takes_away_what_work_and_relatives_would_cover() -> None:
    seeker = Seeker(
        "p",
        held=(("s:heftruck", 1.0),),
        past=(("s:reachtruckchauffeur", None),),
        refused=frozenset({"s:reachtruck"}),
    )
    assert "s:reachtruck" not in covers(seeker)
    assert covers(seeker)["s:heftruck"] == 1


def test_a_competence_read_counts_by_the_confidence_of_the_reading() -> None:
    """One word of a preferred label is 0.75 sure."""
    assert covers(Seeker("p", text="nieten"))["s:nieten"] == 0.75


def test_a_job_asks_what_it_states_and_is_not_read_for_more() -> None:
    job = Job("j", text="orders verzamelen", occupation="s:lasser", must=("s:c",), may=("s:r",))
    assert asks(job) == ({"s:c": 1.0}, {"s:r": 1.0})


def test_a_silent_job_asks_what_its_occupation_usually_takes() -> None:
    """Essential competences for half; optional ones, of weight 0.5, for a quarter and as 'may'."""
    must, may = asks(Job("j", occupation="s:lasser"))
    assert must == pytest.approx({"s:lassen": 0.5}, abs=1e-3)
    assert may == pytest.approx({"s:nieten": 0.25}, abs=1e-3)


def test_a_silent_job_asks_also_what_its_text_names() -> None:
    must, _ = asks(Job("j", title="Lasser", text="Orders verzamelen", occupation="s:lasser"))
    assert must["s:orders"] == pytest.approx(0.95, abs=1e-3)
    assert must["s:lassen"] == pytest.approx(0.5, abs=1e-3)


def test_ids_that_no_taxonomy_has_are_left_out() -> None:
    unknown = "s:unknown"
    seeker = Seeker("p", held=((unknown, 1.0),), wished=(unknown,), past=((unknown, 1.0),))
    assert small.same(small.vectoriser().people([seeker]), small.vectoriser().people([Seeker("p")]))
    job = Job("j", must=(unknown,), occupation=unknown)
    assert small.same(small.vectoriser().jobs([job]), small.vectoriser().jobs([Job("j")]))


@pytest.mark.parametrize(
    ("seeker", "known"),
    [
        (Seeker("p"), 0),
        (Seeker("p", languages={}, licences=frozenset()), LANGUAGES_KNOWN | LICENCES_KNOWN),
        (Seeker("p", past=(("s:lasser", None),)), WORK_KNOWN),
        (Seeker("p", past=(("s:lasser", 0.0),)), WORK_KNOWN | YEARS_KNOWN),
        (Seeker("p", wished=("s:lasser",)), WISHES_KNOWN),
    ],
)
def test_nothing_told_is_not_taken_for_none(seeker: Seeker, known: int) -> None:
    assert small.vectoriser().people([seeker]).known.tolist() == [known]


@pytest.mark.parametrize("advertisements", [(), ("", "  "), small.ADVERTISEMENTS])
def test_nobody_and_nothing_have_no_rows(advertisements: tuple[str, ...]) -> None:
    """Rows of nobody still join with those of somebody."""
    v = Vectoriser(small.TINY).fit(small.taxonomy(), advertisements)
    for nothing, something in (
        (v.people([]), v.people([Seeker("p")])),
        (v.jobs([]), v.jobs([Job("j")])),
    ):
        assert len(nothing) == 0
        assert small.same(type(something).join([nothing, something]), something)  # type: ignore[type-var]


def test_a_store_without_occupations_or_labels_can_be_fitted() -> None:
    """A taxonomy may come with competences alone, or before its labels."""
    for concepts in (
        [small.competence("s:a", "nieten")],
        [small.competence("s:a"), small.occupation("s:o")],
        [small.competence("s:a", "nieten"), small.occupation("s:o")],
    ):
        v = Vectoriser(small.TINY).fit(small.fitted_on(concepts), ())
        people = v.people([Seeker("p", text="nieten", held=(("s:a", 1.0),))])
        assert people.covers.toarray().tolist() == [[1.0]]
        assert v.jobs([Job("j", title="nieten", text="nieten")]).profile.nnz == 0


def test_fitting_twice_gives_the_same_rows() -> None:
    again = Vectoriser(small.TINY).fit(small.taxonomy(), small.ADVERTISEMENTS)
    seekers = [Seeker("p", text=text) for text in small.ADVERTISEMENTS]
    assert small.same(again.people(seekers), small.vectoriser().people(seekers))


def test_no_more_licences_are_told_apart_than_there_are_columns() -> None:
    v = Vectoriser(small.TINY).fit(small.taxonomy(), ())
    job = Job("j", licences=frozenset(f"L{i}" for i in range(LICENCES)))
    assert v.jobs([job]).licences.nnz == LICENCES
    with pytest.raises(ValueError, match=r"'one-more' is the 4097th name; expected at most 4096"):
        v.people([Seeker("p", licences=frozenset({"one-more"}))])


def test_a_licence_has_one_column_on_both_sides() -> None:
    v = small.vectoriser()
    held = v.people([Seeker("p", licences=frozenset({"VCA", "B"}))]).licences
    asked = v.jobs([Job("j", licences=frozenset({"B", "VCA"}))]).licences
    assert held.indices.tolist() == asked.indices.tolist()
