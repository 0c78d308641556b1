"""Records as the models see them."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from competent_data.formats.sample import Sample
from competent_data.places import Gazetteer
from competent_data.records import (
    Concept,
    Evidence,
    Experience,
    Person,
    Place,
    ProfileLink,
    Vacancy,
)
from matcher import translate
from models.rows import NOT_SAID, Job, Seeker


@pytest.fixture
def places() -> Gazetteer:
    """Two municipalities."""
    ghent = Place(nis="44021", names={"nl": "Gent", "fr": "Gand"}, lat=51.05, lon=3.72)
    aalst = Place(nis="41002", names={"nl": "Aalst"}, postcodes=("9300",), lat=50.94, lon=4.04)
    return Gazetteer({"gent": ghent, "9300": aalst})


def test_what_is_not_known_stays_not_known(places: Gazetteer) -> None:
    assert translate.seeker(Person(id="p"), places) == Seeker(id="p")
    assert translate.job(Vacancy(id="v", title="Kok"), places) == Job(id="v", title="Kok")


def test_none_and_empty_are_not_the_same_for_a_person(places: Gazetteer) -> None:
    told = translate.seeker(Person(id="p", languages={}, licences=(), contracts=()), places)
    assert (told.languages, told.licences, told.contracts) == ({}, frozenset(), 0)
    assert NOT_SAID != 0


def test_names_become_numbers_and_places_positions(places: Gazetteer) -> None:
    """Shift masks count from the first of SHIFTS: day 1, two-shift 2, three-shift 4, night 8."""
    person = Person(
        id="p",
        competences=Evidence(
            self_declared=("c:1",), qualification=("c:2",), experience=("c:3",), attested=("c:4",)
        ),
        past=(Experience(occupation="o:1", years=2.5), Experience(occupation="o:2")),
        languages={"nl": "A1", "fr": "C2"},
        licences=("B", "B"),
        place="Gent",
        travel_km=0.0,
        working_time="part",
        shifts=("night", "day", "night"),
        contracts=("permanent", "ibo"),
    )
    found = translate.seeker(person, places)
    assert dict(found.held) == {"c:1": 0.5, "c:3": 0.75, "c:4": 0.875, "c:2": 1.0}
    assert found.past == (("o:1", 2.5), ("o:2", None))
    assert found.languages == {"nl": 1, "fr": 6}
    assert found.licences == frozenset({"B"})
    assert found.position == (51.05, 3.72)
    assert found.travel_km == 0.0
    assert found.full_time is False
    assert found.shifts == 0b1001
    assert found.contracts == 0b1000001


def test_days_become_ordinals_and_an_unknown_place_no_position(places: Gazetteer) -> None:
    vacancy = Vacancy(
        id="v", title="t", valid_through=dt.date(2026, 11, 2), place="Atlantis", contract="agency"
    )
    found = translate.job(vacancy, places)
    assert (found.first_day, found.last_day) == (None, dt.date(2026, 11, 2).toordinal())
    assert found.position is None
    assert found.contract == 0b100


def test_an_employer_and_a_source_reach_no_model(places: Gazetteer) -> None:
    bare = Vacancy(id="v", title="Kok")
    told = msgspec.structs.replace(bare, employer="De Lepel", source="site", hours=38, positions=9)
    assert translate.job(bare, places) == translate.job(told, places)


def test_an_occupation_as_a_vacancy_asks_what_is_essential() -> None:
    occupation = Concept(id="o:1", scheme="o", kind="occupation", labels={"nl": "kok"})
    links = [
        ProfileLink(occupation="o:1", competence="c:1", essential=True),
        ProfileLink(occupation="o:1", competence="c:2", essential=False),
    ]
    found = translate.vacancy_of_occupation(occupation, links)
    assert (found.must, found.may, found.occupation) == (("c:1",), ("c:2",), "o:1")


def test_a_digest_changes_with_every_field_and_with_no_order(sample: Sample) -> None:
    """Of the sample's dossiers no two have one digest; a set in another order keeps it."""
    seekers = [translate.seeker(person, Gazetteer({})) for person in sample.people]
    assert len({translate.digest(s) for s in seekers}) == len(seekers)
    one = Seeker(id="p", licences=frozenset(["B", "C", "heftruck"]))
    assert translate.digest(one) == translate.digest(
        Seeker(id="p", licences=frozenset(["heftruck", "C", "B"]))
    )
    for field, value in {"text": "x", "study": 3, "travel_km": 1.0, "shifts": 1}.items():
        changed = msgspec.structs.replace(one, **{field: value})  # type: ignore[arg-type]
        assert translate.digest(changed) != translate.digest(one), field
