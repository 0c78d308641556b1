"""What is given as a reason is what the rows hold, and can be pointed at."""

from __future__ import annotations

from collections.abc import Sequence, Set

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competent_data.text import plain
from models.grid import BITS, on_grid
from models.mentions import reads
from models.provenance import Backing, Ground, Grounds, job_grounds, job_text
from models.relatedness import SAME
from models.rows import Job, Seeker, cells_of_each
from tests import small


def grounds_of_people(seekers: Sequence[Seeker]) -> list[Grounds]:
    """Why each covers what they cover."""
    v = small.vectoriser()
    rows = v.people(seekers)
    read = reads(rows.read, rows.read_first, rows.read_last)
    backing = Backing.of(v, seekers, rows, read)
    return [backing.grounds(at) for at in range(len(seekers))]


def grounds_of(job: Job, asked: Set[int] | None = None) -> Grounds:
    """Why a job asks what it asks, or some of it."""
    v = small.vectoriser()
    row = v.jobs([job])
    (read,) = reads(row.read, row.read_first, row.read_last)
    asked = row.cells("must", 0).keys() | row.cells("may", 0).keys() if asked is None else asked
    return job_grounds(v, job, asked, read, lambda: row.cells("profile", 0))


def why(seeker: Seeker) -> dict[str, Ground]:
    """Why a person covers what they cover, by competence."""
    ids = list(small.vectoriser().competences_)
    return {ids[c]: g for c, g in grounds_of_people([seeker])[0].items()}


def why_asked(job: Job) -> dict[str, Ground]:
    """Why a job asks what it asks, by competence."""
    ids = list(small.vectoriser().competences_)
    return {ids[c]: g for c, g in grounds_of(job).items()}


def place(id_: str) -> int:
    """The place of a competence or an occupation."""
    v = small.vectoriser()
    return v.competences_[id_] if id_ in v.competences_ else v.occupations_[id_]


@given(small.SEEKERS)
@settings(deadline=None)
def test_strengths_are_those_of_the_row_and_nothing_covered_is_without_a_ground(
    seeker: Seeker,
) -> None:
    v = small.vectoriser()
    row = v.people([seeker])
    grounds = grounds_of_people([seeker])[0]
    covered = dict(zip(row.covers.indices.tolist(), row.covers.data.tolist(), strict=True))
    assert {c: ground.strength for c, ground in grounds.items()} == covered


@given(small.JOBS)
@settings(deadline=None)
def test_what_a_job_asks_is_its_ground_by_how_telling_the_competence_is(job: Job) -> None:
    """What is only likely is rounded once more, and so may be one step of the grid away."""
    v = small.vectoriser()
    row = v.jobs([job])
    grounds = grounds_of(job)
    asked = row.must.maximum(row.may).toarray()[0]
    assert set(grounds) == set(asked.nonzero()[0].tolist())
    for competence, ground in grounds.items():
        weight = ground.strength * v.specificity_[competence]
        step = 2.0**-BITS if ground.how == "likely" else 0.0
        assert abs(asked[competence] - on_grid(weight.reshape(1))[0]) <= step


@given(st.lists(small.SEEKERS, max_size=4))
@settings(deadline=None)
def test_several_have_the_grounds_that_each_has_alone(seekers: list[Seeker]) -> None:
    assert grounds_of_people(seekers) == [grounds_of_people([one])[0] for one in seekers]


@given(small.JOBS)
@settings(deadline=None)
def test_one_competence_has_the_ground_that_it_has_among_all(job: Job) -> None:
    for competence, ground in grounds_of(job).items():
        assert grounds_of(job, {competence}) == {competence: ground}


@given(st.lists(small.SEEKERS, max_size=3), st.sets(st.integers(0, 15)))
@settings(deadline=None)
def test_of_what_is_asked_the_grounds_are_those_of_everything(
    seekers: list[Seeker], asked: set[int]
) -> None:
    v = small.vectoriser()
    rows = v.people(seekers)
    read = reads(rows.read, rows.read_first, rows.read_last)
    some, whole = (Backing.of(v, seekers, rows, read, of) for of in (asked, None))
    for at in range(len(seekers)):
        expected = {c: g for c, g in whole.grounds(at).items() if c in asked}
        assert some.grounds(at) == expected
        assert {c for c in asked if some.ground(at, c) is None} == asked - expected.keys()


@given(small.SEEKERS)
@settings(deadline=None)
def test_the_first_of_the_strongest_grounds_is_kept(seeker: Seeker) -> None:
    """The obvious way: every ground that there is, one by one, in the order of `How`."""
    v = small.vectoriser()
    row = v.people([seeker])
    related, profiles = v.related_.toarray(), v.profile_.toarray()
    speak: list[tuple[Ground, list[float]]] = []
    for id_, shown in seeker.held:
        if id_ in v.competences_:
            own = v.competences_[id_]
            speak.append((Ground(1.0, "stated", own, shown=shown), related[own].tolist()))
    for c, start, end, sure, no in reads(row.read, row.read_first, row.read_last)[0]:
        if not no:
            same = np.where(related[c] >= SAME, related[c], 0.0)
            speak.append((Ground(sure, "read", c, start, end), same.tolist()))
    for id_, _ in seeker.past:
        if id_ in v.occupations_:
            work = v.occupations_[id_]
            speak.append((Ground(0.5, "usual", work), profiles[work].tolist()))
    found = grounds_of_people([seeker])[0]
    for competence, strength in cells_of_each(row.covers)[0].items():
        worth = [ground.strength * shares[competence] for ground, shares in speak]
        best, _ = speak[worth.index(max(worth))]
        assert found[competence] == msgspec.structs.replace(best, strength=strength)


@given(small.SEEKERS, small.JOBS)
@settings(deadline=None)
def test_evidence_stands_in_the_record(seeker: Seeker, job: Job) -> None:
    """A stated ground names what the record names, a read one a mention in its plain text."""
    v = small.vectoriser()
    competences, occupations = list(v.competences_), list(v.occupations_)
    for record, text, grounds in (
        (seeker, plain(seeker.text), why(seeker)),
        (job, job_text(job), why_asked(job)),
    ):
        if isinstance(record, Seeker):
            stated = {c for c, _ in record.held}
            worked = {o for o, _ in record.past}
        else:
            stated, worked = {*record.must, *record.may}, {record.occupation}
        mentions = v.texts.read([text], [record.lang])[0]
        read = {(m.competence, m.start, m.end) for m in mentions}
        for ground in grounds.values():
            if ground.how == "stated":
                assert competences[ground.via] in stated
            elif ground.how == "read":
                assert (ground.via, ground.start, ground.end) in read
            elif ground.how == "usual":
                assert occupations[ground.via] in worked


@given(small.SEEKERS)
@settings(deadline=None)
def test_nothing_that_a_person_refused_has_a_ground(seeker: Seeker) -> None:
    assert not seeker.refused & set(why(seeker))


def test_a_held_competence_speaks_for_itself_and_for_its_relatives() -> None:
    """Siblings of one narrow group whose occupations are the same share a half."""
    grounds = why(Seeker("p", held=(("s:heftruck", 0.5),)))
    own = place("s:heftruck")
    assert grounds["s:heftruck"] == Ground(1.0, "stated", own, shown=0.5)
    assert grounds["e:forklift"] == Ground(1.0, "stated", own, shown=0.5)
    assert grounds["s:reachtruck"] == Ground(0.5, "stated", own, shown=0.5)


def test_a_competence_read_in_a_text_is_quoted_from_the_plain_text() -> None:
    text = "<p>Ik kan goed <b>nieten</b> &amp; lijmen</p>"
    ground = why(Seeker("p", text=text))["s:nieten"]
    assert ground.how == "read"
    assert plain(text)[ground.start : ground.end] == "nieten"


def test_past_work_gives_half_of_what_it_usually_takes() -> None:
    """Essential competences weigh 1, optional ones 0.5."""
    grounds = why(Seeker("p", past=(("s:lasser", 2.0),)))
    assert grounds == {
        "s:lassen": Ground(0.5, "usual", place("s:lasser")),
        "s:nieten": Ground(0.25, "usual", place("s:lasser")),
    }


def test_what_is_stated_comes_before_what_is_read_and_usual() -> None:
    seeker = Seeker("p", text="nieten", held=(("s:nieten", 0.5),), past=(("s:lasser", None),))
    assert why(seeker)["s:nieten"].how == "stated"


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (Job("j", must=("s:nieten",), text="orders verzamelen"), {"s:nieten": "stated"}),
        (
            Job("j", occupation="s:lasser", text="orders verzamelen"),
            {"s:orders": "read", "s:lassen": "usual", "s:nieten": "usual"},
        ),
        (Job("j"), {}),
    ],
)
def test_a_job_that_states_what_it_asks_is_not_read_for_more(
    job: Job, expected: dict[str, str]
) -> None:
    assert {id_: ground.how for id_, ground in why_asked(job).items()} == expected


def test_what_a_text_sounds_like_is_only_likely() -> None:
    """A title that names an occupation, without a stated occupation or a named competence."""
    grounds = why_asked(Job("j", title="magazijnier"))
    assert grounds
    assert {ground.how for ground in grounds.values()} == {"likely"}
    assert all(0 < ground.strength <= 0.5 for ground in grounds.values())
