"""A dismissal offers to become a wish where that makes sense, and what is accepted stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from competent_data.places import Gazetteer
from competent_data.records import (
    CONTRACTS,
    DISMISSALS,
    LANGS,
    SHIFTS,
    Changes,
    Event,
    Evidence,
    Experience,
    Lang,
    Person,
    Place,
    Vacancy,
    corrected,
)
from competent_data.store import Store
from matcher.engine import Engine
from matcher.labels import Labels
from matcher.wishes import LEAST_KM, Wish, accepted, offer, why, wish

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]
NOON = dt.datetime(2026, 10, 30, 12)
ONE_DEGREE_KM = 111.19
"""Of a meridian: 6371 km · π / 180."""


def place(nis: str, name: str, km_north: float) -> Place:
    """A municipality so far north of the first."""
    return Place(nis=nis, names={"nl": name}, lat=50 + km_north / ONE_DEGREE_KM, lon=4)


@pytest.fixture
def labels(store: Store) -> Labels:
    """Of a store with a home and three places around it."""
    store.put_places(
        [
            place("10001", "Thuis", 0),
            place("10002", "Vlakbij", 5.4),
            place("10003", "Buur", 4),
            place("10004", "Ver", 40),
        ]
    )
    return Labels(store, "nl")


@pytest.fixture
def offered(store: Store, labels: Labels) -> Callable[..., Any]:
    """What somebody of a dossier is offered who sets a vacancy aside; None or (from, to, text)."""

    def of(reason: str | None, person: dict[str, Any], **vacancy: Any) -> Any:
        someone = Person(id="p", place="Thuis", **person)
        offers = Vacancy(id="v", title="Kok", **vacancy)
        found = wish(someone, offers, reason, Gazetteer.load(store), labels)
        return found and (found.old, found.new, found.text)

    return of


def test_too_far_offers_a_limit_a_bit_under_that_distance(offered: Callable[..., Any]) -> None:
    """Nine tenths of 40 km."""
    text = "Alleen vacatures binnen 36 km tonen?"
    assert offered("too-far", {"travel_km": 50}, place="Ver") == (50, 36, text)
    assert offered("too-far", {}, place="Ver") == (None, 36, text)


def test_no_limit_is_offered_below_the_least_nor_one_that_changes_nothing(
    offered: Callable[..., Any],
) -> None:
    """Nine tenths of 5.4 km is less than 5; at 4 km a limit of 5 would not keep it out."""
    assert offered("too-far", {}, place="Vlakbij")[1] == LEAST_KM
    assert offered("too-far", {}, place="Buur") is None
    assert offered("too-far", {"travel_km": 36}, place="Ver") is None
    assert offered("too-far", {"travel_km": 30}, place="Ver") is None


@pytest.mark.parametrize("elsewhere", [None, "Nergens"])
def test_where_a_place_is_not_known_no_limit_is_offered(
    offered: Callable[..., Any], elsewhere: str | None
) -> None:
    assert offered("too-far", {}, place=elsewhere) is None


def test_shifts_offer_those_that_were_accepted_without_the_vacancys(
    offered: Callable[..., Any],
) -> None:
    person = {"shifts": ("day", "night", "weekend")}
    assert offered("shifts", person, shifts=("night", "weekend")) == (
        ("day", "night", "weekend"),
        ("day",),
        "Voortaan liever geen nachtwerk, weekendwerk?",
    )
    nothing_said = offered("shifts", {}, shifts=("night",))
    assert nothing_said[:2] == (None, tuple(s for s in SHIFTS if s != "night"))


def test_day_work_is_minded_only_where_there_is_nothing_else(offered: Callable[..., Any]) -> None:
    assert offered("shifts", {"shifts": ("day", "weekend")}, shifts=("day", "weekend"))[1] == (
        "day",
    )
    assert offered("shifts", {"shifts": ("day", "night")}, shifts=("day",))[1] == ("night",)


def test_the_other_working_time_is_offered_unless_it_is_wished(
    offered: Callable[..., Any],
) -> None:
    text = "Voortaan liever deeltijds?"
    assert offered("working-time", {}, working_time="full") == (None, "part", text)
    assert offered("working-time", {"working_time": "full"}, working_time="full")[1] == "part"
    assert offered("working-time", {"working_time": "part"}, working_time="full") is None
    assert offered("working-time", {}) is None


def test_contracts_are_offered_without_the_vacancys(offered: Callable[..., Any]) -> None:
    person = {"contracts": ("permanent", "agency")}
    assert offered("contract", person, contract="agency") == (
        ("permanent", "agency"),
        ("permanent",),
        "Voortaan liever geen uitzendarbeid?",
    )
    left = tuple(c for c in CONTRACTS if c != "agency")
    assert offered("contract", {}, contract="agency")[1] == left
    assert offered("contract", person, contract="student") is None


@pytest.mark.parametrize(
    ("reason", "person", "vacancy"),
    [
        ("shifts", {"shifts": ("night",)}, {"shifts": ("night",)}),
        ("contract", {"contracts": ("agency",)}, {"contract": "agency"}),
    ],
)
def test_nothing_is_offered_that_would_leave_nothing(
    offered: Callable[..., Any], reason: str, person: dict[str, Any], vacancy: dict[str, Any]
) -> None:
    assert offered(reason, person, **vacancy) is None


def test_a_wished_occupation_is_offered_to_be_taken_out(offered: Callable[..., Any]) -> None:
    person = {"wished": ("s:kok", "s:bakker")}
    text = "'s:kok' niet meer als gewenst beroep?"
    assert offered("not-my-job", person, occupation="s:kok") == (
        ("s:kok", "s:bakker"),
        ("s:bakker",),
        text,
    )
    assert offered("not-my-job", person, occupation="s:slager") is None
    assert offered("not-my-job", person) is None


def test_the_last_thing_that_is_known_of_somebody_is_not_offered_to_be_taken_out(
    offered: Callable[..., Any],
) -> None:
    last = {"wished": ("s:kok",)}
    assert offered("not-my-job", last, occupation="s:kok") is None
    for more in (
        {"past": (Experience(occupation="s:kok"),)},
        {"competences": Evidence(self_declared=("s:koken",))},
    ):
        assert offered("not-my-job", last | more, occupation="s:kok")[1] == ()


@pytest.mark.parametrize("reason", ["pay", "known", "other", "te ver, denk ik", None])
def test_other_reasons_and_own_words_offer_nothing(
    offered: Callable[..., Any], reason: str | None
) -> None:
    person = {"travel_km": 50, "shifts": ("day", "night"), "wished": ("s:kok", "s:bakker")}
    vacancy = {"place": "Ver", "shifts": ("night",), "occupation": "s:kok"}
    assert offered(reason, person, **vacancy) is None


@pytest.mark.usefixtures("labels")
@pytest.mark.parametrize("lang", LANGS)
def test_the_offer_is_asked_in_every_language_and_the_reason_named(
    store: Store, lang: Lang
) -> None:
    person = Person(id="p", place="Thuis")
    vacancy = Vacancy(id="v", title="Kok", place="Ver")
    found = wish(person, vacancy, "too-far", Gazetteer.load(store), Labels(store, lang))
    assert found is not None
    assert "36 km" in found.text
    assert found.text.endswith("?")
    assert all(why(reason, lang) not in ("", reason) for reason in set(DISMISSALS) - {"pay"})
    assert why("mijn woorden", lang) == "mijn woorden"


def test_on_the_wire_it_says_from_and_to(store: Store, labels: Labels) -> None:
    person = Person(id="p", place="Thuis", travel_km=50)
    vacancy = Vacancy(id="v", title="Kok", place="Ver")
    found = wish(person, vacancy, "too-far", Gazetteer.load(store), labels)
    assert msgspec.to_builtins(found) == {
        "field": "travel_km",
        "from": 50.0,
        "to": 36.0,
        "text": "Alleen vacatures binnen 36 km tonen?",
        "changes": {"travel_km": 36.0},
    }


def test_only_a_dismissal_offers_something(store: Store, labels: Labels) -> None:
    store.put_people([Person(id="p", place="Thuis")])
    store.put_vacancies([Vacancy(id="v", title="Kok", place="Ver")])
    event = Event(id="e", person="p", vacancy="v", kind="dismissed", when=NOON, reason="too-far")
    assert offer(store, event, labels.lang) is not None
    saved = msgspec.structs.replace(event, kind="saved")
    assert offer(store, saved, labels.lang) is None


def test_an_accepted_wish_counts_in_the_next_list_and_outlives_the_nightly_import(
    engine_of: EngineOf, today: dt.date
) -> None:
    """Kortrijk lies 75 km or so from Sint-Niklaas."""
    person = Person(id="p", wished=("sample:kok",), place="Sint-Niklaas", past=())
    far = Vacancy(id="far", title="Kok", occupation="sample:kok", place="Kortrijk")
    vacancies = [
        far,
        msgspec.structs.replace(far, id="also-far"),
        msgspec.structs.replace(far, id="near", place="Lokeren"),
    ]
    engine = engine_of([person], vacancies)
    store = engine.store

    def ids() -> list[str]:
        return [item.id for item in engine.suggest(store.person("p"), today).items]

    assert sorted(ids()) == ["also-far", "far", "near"]
    event = Event(id="e", person="p", vacancy="far", kind="dismissed", when=NOON, reason="too-far")
    store.put_events([event])
    assert sorted(ids()) == ["also-far", "near"]
    found = offer(store, event, "nl")
    assert found is not None
    correction = accepted(event, far, found, "nl")
    assert (correction.by, correction.reason) == ("self", "te ver: Kok")
    store.put_corrections([correction, accepted(event, far, found, "nl")])
    assert ids() == ["near"]
    store.put_people([person])  # another night
    assert ids() == ["near"]
    assert len(store.corrections("p")) == 1
    assert offer(store, event, "nl") is None


def test_what_is_long_is_shortened_so_that_the_correction_can_be_read_again() -> None:
    """An id of 300 letters, a title and own words of thousands."""
    event = Event(
        id="e" * 300, person="p", vacancy="v", kind="dismissed", when=NOON, reason="w" * 1000
    )
    vacancy = Vacancy(id="v", title="t" * 5000)
    taken = Wish("travel_km", None, 10.0, "?", Changes(travel_km=10.0))
    correction = accepted(event, vacancy, taken, "nl")
    again = msgspec.json.decode(msgspec.json.encode(correction), type=type(correction))
    assert corrected(Person(id="p"), [again]).travel_km == 10
