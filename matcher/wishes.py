"""A dismissal with a reason may become a wish: it is offered, and the person decides.

What is accepted is a correction by the person, so that it counts in the next list and no nightly
import overwrites it.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec
import numpy as np

from competent_data.places import Gazetteer
from competent_data.records import (
    CONTRACTS,
    DISMISSALS,
    SHIFTS,
    Changes,
    Correction,
    Event,
    Lang,
    Person,
    Place,
    Vacancy,
    content_id,
)
from competent_data.store import Store
from matcher.labels import Labels
from matcher.messages import messages
from models.signals import km_between
from models.vectoriser import on_sphere

LEAST_KM = 5
"""No travel limit below this is offered."""
_NEARER = 0.9
"""An offered travel limit, as a share of the distance that was too far."""
_REASON_SHOWN = 300

Value = float | str | tuple[str, ...] | None


class Wish(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    """A wish that is offered: a field of the dossier as it is and as it would be (None: not said),
    the question in words, and the changes that accepting makes."""

    field: Literal["travel_km", "shifts", "working_time", "contracts", "wished"]
    old: Value
    new: Value
    text: str
    changes: Changes


def offer(store: Store, event: Event, lang: Lang) -> Wish | None:
    """The wish that a dismissal offers to become; None where there is none to offer.

    Raises:
        UnknownId: the person or the vacancy is not in the store.
    """
    if event.kind != "dismissed":
        return None
    person, vacancy = store.person(event.person), store.vacancy(event.vacancy)
    return wish(person, vacancy, event.reason, Gazetteer.load(store), Labels(store, lang))


def wish(
    person: Person, vacancy: Vacancy, reason: str | None, places: Gazetteer, labels: Labels
) -> Wish | None:
    """What a person who sets a vacancy aside for a reason may wish from now on.

    Nothing where the dossier wishes so already, where too little is known, or where the reason is
    in the person's own words.
    """
    match reason:
        case "too-far":
            return _nearer(person, vacancy, places, labels.lang)
        case "shifts":
            return _other_shifts(person, vacancy, labels.lang)
        case "working-time":
            return _other_working_time(person, vacancy, labels.lang)
        case "contract":
            return _other_contracts(person, vacancy, labels.lang)
        case "not-my-job":
            return _other_occupations(person, vacancy, labels)
        case _:
            return None


def accepted(event: Event, vacancy: Vacancy, found: Wish, lang: Lang) -> Correction:
    """The correction by the person that accepting a wish makes; the same for the same event."""
    said = why(event.reason, lang)[:_REASON_SHOWN]
    return Correction(
        id=content_id("wish", event.id),
        person=event.person,
        by="self",
        reason=messages(lang)("wish", "reason", why=said, title=vacancy.title[:_REASON_SHOWN]),
        when=event.when,
        changes=found.changes,
    )


def why(reason: str | None, lang: Lang) -> str:
    """The reason of a dismissal in words: of the short list, or the person's own."""
    say = messages(lang)
    if reason is None:
        return say("dismissal", "unsaid")
    return say("dismissal", reason) if reason in DISMISSALS else reason


def _nearer(person: Person, vacancy: Vacancy, places: Gazetteer, lang: Lang) -> Wish | None:
    here = places.find(person.place) if person.place else None
    there = places.find(vacancy.place) if vacancy.place else None
    if here is None or there is None:
        return None
    far = _km(here, there)
    km = float(max(LEAST_KM, math.floor(_NEARER * far)))
    old = person.travel_km
    if km >= far or (old is not None and km >= old):
        return None
    text = messages(lang)("wish", "travel_km", km=f"{km:g}")
    return Wish("travel_km", old, km, text, Changes(travel_km=km))


def _other_shifts(person: Person, vacancy: Vacancy, lang: Lang) -> Wish | None:
    """Without the vacancy's, but for day work where it is not the only one: that one is seldom
    what a person minds."""
    accepted_ = person.shifts or SHIFTS
    minded = [shift for shift in vacancy.shifts if shift != "day"] or vacancy.shifts
    out = tuple(shift for shift in SHIFTS if shift in minded and shift in accepted_)
    left = tuple(shift for shift in accepted_ if shift not in out)
    if not out or not left:
        return None
    say = messages(lang)
    text = say("wish", "without", what=", ".join(say("shift", shift) for shift in out))
    return Wish("shifts", person.shifts, left, text, Changes(shifts=left))


def _other_working_time(person: Person, vacancy: Vacancy, lang: Lang) -> Wish | None:
    if vacancy.working_time is None:
        return None
    other: Literal["full", "part"] = "part" if vacancy.working_time == "full" else "full"
    if person.working_time == other:
        return None
    say = messages(lang)
    text = say("wish", "rather", what=say("working_time", other))
    return Wish("working_time", person.working_time, other, text, Changes(working_time=other))


def _other_contracts(person: Person, vacancy: Vacancy, lang: Lang) -> Wish | None:
    accepted_ = person.contracts or CONTRACTS
    left = tuple(contract for contract in accepted_ if contract != vacancy.contract)
    if vacancy.contract not in accepted_ or not left:
        return None
    say = messages(lang)
    text = say("wish", "without", what=say("contract", vacancy.contract))
    return Wish("contracts", person.contracts, left, text, Changes(contracts=left))


def _other_occupations(person: Person, vacancy: Vacancy, labels: Labels) -> Wish | None:
    """Where it is wished, and something else is known to find vacancies by."""
    out = vacancy.occupation
    left = tuple(id_ for id_ in person.wished if id_ != out)
    if out not in person.wished or not (left or person.past or person.competences.items()):
        return None
    text = messages(labels.lang)("wish", "wished", what=labels.get(out))
    return Wish("wished", person.wished, left, text, Changes(wished=left))


def _km(here: Place, there: Place) -> float:
    """As the crow flies."""
    points = on_sphere([(here.lat, here.lon), (there.lat, there.lon)])
    return float(np.round(km_between(points[:1], points[1:])[0, 0], 3))
