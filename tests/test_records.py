"""Records are strict, immutable and without identity; JSON keeps them whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from competent_data.formats.sample import Sample
from competent_data.records import (
    CEFR_LEVELS,
    LEVELS,
    MAPPING_WEIGHT,
    Evidence,
    Experience,
    Person,
    Record,
    Vacancy,
    check_levels,
)

IDENTITY = {"name", "first_name", "last_name", "email", "phone", "address", "birthday", "age"}
IDENTITY |= {"gender", "nationality", "national_number", "photo", "url"}


def test_a_person_has_no_field_for_identity_or_target_group() -> None:
    assert not IDENTITY & set(Person.__struct_fields__)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"id": ""}, "$.id"),
        ({"id": "p", "name": "Jan"}, "name"),
        ({"id": "p", "study_level": 9}, "$.study_level"),
        ({"id": "p", "languages": {"nl": "B3"}}, "$.languages"),
        ({"id": "p", "travel_km": -1}, "$.travel_km"),
        ({"id": "p", "competences": {"expert": ["c"]}}, "expert"),
        ({"id": "p", "past": [{"occupation": "o", "years": 71}]}, "$.past[0].years"),
        ({"id": "p", "wished": "kok"}, "$.wished"),
    ],
)
def test_a_dossier_that_does_not_fit_is_refused_by_its_path(
    value: dict[str, Any], where: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.convert(value, Person)
    assert where in str(error.value)


def test_a_record_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Person(id="p").lang = "fr"  # type: ignore[misc]


def test_unknown_and_none_at_all_stay_apart() -> None:
    """None is 'not known'; an empty list of licences is 'has none': both survive JSON."""
    for licences in (None, ()):
        person = Person(id="p", licences=licences)
        assert msgspec.json.decode(msgspec.json.encode(person), type=Person) == person


def test_json_keeps_every_record_of_the_sample(sample: Sample) -> None:
    everything: list[Record] = [*sample.people, *sample.vacancies, *sample.concepts]
    everything += [*sample.events, *sample.pins, *sample.relations, *sample.links]
    for record in everything:
        assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


def test_evidence_comes_strongest_first_and_leaves_out_what_was_refused() -> None:
    evidence = Evidence(
        self_declared=("a",),
        experience=("b",),
        attested=("c",),
        qualification=("e", "d"),
        refused=("f",),
    )
    assert evidence.items() == [
        ("e", "qualification"),
        ("d", "qualification"),
        ("c", "attested"),
        ("b", "experience"),
        ("a", "self"),
    ]
    assert {level for _, level in evidence.items()} == set(LEVELS)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(self_declared=("a",), attested=("a",)),
        Evidence(experience=("a", "a")),
        Evidence(experience=("a",), refused=("a",)),
    ],
)
def test_a_competence_under_two_levels_is_refused_by_name(evidence: Evidence) -> None:
    with pytest.raises(ValueError, match=r"'a' stands under two levels; expected one"):
        check_levels(Person(id="p", competences=evidence))


def test_a_past_occupation_may_have_no_known_years() -> None:
    assert Experience(occupation="o").years is None


def test_carrying_a_fact_to_a_broader_concept_is_worth_least() -> None:
    exact, close, narrow, broad = (
        MAPPING_WEIGHT[kind] for kind in ("exact", "close", "narrow", "broad")
    )
    assert 1 == exact > close > narrow > broad > 0


def test_language_levels_sort_as_they_are_listed() -> None:
    assert list(CEFR_LEVELS) == sorted(CEFR_LEVELS)


def test_a_vacancy_keeps_dates_as_dates() -> None:
    vacancy = msgspec.convert({"id": "v", "title": "t", "valid_through": "2026-11-30"}, Vacancy)
    assert vacancy.valid_through == dt.date(2026, 11, 30)
