"""Records into what the models see: places become positions, names become numbers.

Nothing else of a record passes: no employer, no source, no event, no group a person belongs to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec
from xxhash import xxh3_64_intdigest

from competent_data.places import Gazetteer
from competent_data.records import (
    CEFR_LEVELS,
    CONTRACTS,
    LEVELS,
    SHIFTS,
    Cefr,
    Concept,
    Person,
    ProfileLink,
    Vacancy,
    WorkingTime,
)
from models.rows import NOT_SAID, Job, Seeker

EVIDENCE = dict(zip(LEVELS, (0.5, 0.75, 0.875, 1.0), strict=True))
"""How well a competence is shown at each evidence level, in [0, 1]."""


_NEVER = 1
"""The last day of a vacancy that is filled, whatever it says itself."""


def seeker(person: Person, places: Gazetteer) -> Seeker:
    """A dossier as the models see it."""
    return Seeker(
        id=person.id,
        lang=person.lang,
        text=person.text,
        held=tuple([(id_, EVIDENCE[level]) for id_, level in person.competences.items()]),
        refused=frozenset(person.competences.refused),
        wished=person.wished,
        past=tuple([(past.occupation, past.years) for past in person.past]),
        study=person.study_level,
        languages=None if person.languages is None else _levels(person.languages),
        licences=None if person.licences is None else frozenset(person.licences),
        position=_position(person.place, places),
        travel_km=person.travel_km,
        full_time=_full_time(person.working_time),
        shifts=NOT_SAID if person.shifts is None else _mask(person.shifts, SHIFTS),
        contracts=NOT_SAID if person.contracts is None else _mask(person.contracts, CONTRACTS),
    )


def job(vacancy: Vacancy, places: Gazetteer) -> Job:
    """A vacancy as the models see it."""
    return Job(
        id=vacancy.id,
        lang=vacancy.lang,
        title=vacancy.title,
        text=vacancy.text,
        must=vacancy.must,
        may=vacancy.may,
        occupation=vacancy.occupation,
        study=vacancy.study_level,
        diploma_required=vacancy.diploma_required,
        languages=_levels(vacancy.languages),
        licences=frozenset(vacancy.licences),
        position=_position(vacancy.place, places),
        full_time=_full_time(vacancy.working_time),
        shifts=_mask(vacancy.shifts, SHIFTS) if vacancy.shifts else NOT_SAID,
        contract=_mask((vacancy.contract,), CONTRACTS) if vacancy.contract else NOT_SAID,
        first_day=_ordinal(vacancy.valid_from),
        last_day=_NEVER if vacancy.filled else _ordinal(vacancy.valid_through),
    )


def vacancy_of_occupation(occupation: Concept, links: Sequence[ProfileLink]) -> Vacancy:
    """An occupation's profile as if it were a vacancy: essential competences are must."""
    return Vacancy(
        id=occupation.id,
        title="",
        must=tuple(link.competence for link in links if link.essential),
        may=tuple(link.competence for link in links if not link.essential),
        occupation=occupation.id,
    )


def digest(side: Seeker | Job) -> int:
    """Tells whether a row made of a record is still of that record, in 64 bits."""
    return xxh3_64_intdigest(msgspec.msgpack.encode(side, order="deterministic"))


def _levels(languages: Mapping[str, Cefr]) -> dict[str, int]:
    return {code: 1 + CEFR_LEVELS.index(level) for code, level in languages.items()}


def _position(place: str | None, places: Gazetteer) -> tuple[float, float] | None:
    found = places.find(place) if place else None
    return (found.lat, found.lon) if found else None


def _full_time(working_time: WorkingTime | None) -> bool | None:
    return None if working_time is None else working_time == "full"


@lru_cache
def _mask(values: tuple[str, ...], of: tuple[str, ...]) -> int:
    return sum(1 << of.index(value) for value in set(values))


def _ordinal(day: dt.date | None) -> int | None:
    return None if day is None else day.toordinal()
