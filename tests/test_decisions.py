"""What people decide outlives every import: corrections, filled vacancies, erasure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from competent_data.records import (
    Changes,
    Correction,
    Event,
    Evidence,
    Experience,
    Person,
    Pin,
    Vacancy,
    corrected,
)
from competent_data.store import Store, UnknownId, erased_digest
from matcher.engine import Engine
from matcher.settings import Settings

NOON = dt.datetime(2026, 10, 30, 12)
GIVEN = Person(
    id="p1",
    competences=Evidence(self_declared=("a", "b"), attested=("c",)),
    wished=("kok",),
    travel_km=40.0,
)


def correction(id_: str = "c1", hours: int = 0, by: str = "consultant", **what: Any) -> Correction:
    """Somebody's, with a reason."""
    return Correction(
        id=id_,
        person=GIVEN.id,
        by=by,  # type: ignore[arg-type]
        reason="zo besproken",
        when=NOON + dt.timedelta(hours=hours),
        changes=Changes(**what),
    )


def hired(person: str, vacancy: str = "v1") -> Event:
    """That somebody found a job."""
    return Event(id=f"{person}-{vacancy}", person=person, vacancy=vacancy, kind="hired", when=NOON)


def test_a_correction_sets_what_it_names_and_nothing_else() -> None:
    levels = {"a": "qualification", "b": "refused", "c": "removed", "d": "experience"}
    found = corrected(GIVEN, [correction(competences=levels, travel_km=None, place="Gent")])
    assert found.competences == Evidence(qualification=("a",), refused=("b",), experience=("d",))
    assert (found.travel_km, found.place, found.wished) == (None, "Gent", ("kok",))
    assert corrected(GIVEN, []) == GIVEN
    past = (Experience(occupation="kok", years=2.0),)
    assert corrected(GIVEN, [correction(past=past)]).past == past


def test_the_newest_correction_is_laid_on_last_in_whatever_order_they_come() -> None:
    older, newer = correction(travel_km=30.0), correction("c0", hours=1, travel_km=20.0)
    assert corrected(GIVEN, [newer, older]).travel_km == 20.0


def test_corrections_outlive_imports_and_when_withdrawn_leave_what_was_given(store: Store) -> None:
    store.put_people([GIVEN])
    store.put_corrections([correction(travel_km=10.0), correction("c2", 1, "self", place="Gent")])
    assert (store.person("p1").travel_km, store.person("p1").place) == (10.0, "Gent")
    night = msgspec.structs.replace(GIVEN, travel_km=60.0, wished=("bakker",))
    store.put_people([night])
    assert store.person("p1").wished == ("bakker",)
    assert store.person("p1").travel_km == 10.0
    assert store.given("p1") == night
    assert [c.id for c in store.corrections("p1")] == ["c1", "c2"]
    store.withdraw_correction("c1")
    assert (store.person("p1").travel_km, store.person("p1").place) == (60.0, "Gent")
    store.withdraw_correction("c2")
    assert store.person("p1") == night == store.given("p1")
    with pytest.raises(UnknownId, match="there is no correction 'c2' in the store"):
        store.withdraw_correction("c2")


def test_a_correction_may_come_before_the_dossier(store: Store) -> None:
    store.put_corrections([correction(travel_km=10.0)])
    store.put_people([GIVEN])
    assert store.person("p1").travel_km == 10.0


def test_a_correction_changes_the_number_of_the_dossier_only_if_it_changes_the_dossier(
    store: Store,
) -> None:
    store.put_people([GIVEN])
    before = store.state().change
    store.put_corrections([correction(travel_km=40.0)])
    assert not store.changed_people(before)
    store.put_corrections([correction(travel_km=10.0)])
    assert [p.travel_km for p in store.changed_people(before)] == [10.0]


def test_a_vacancy_is_filled_once_as_many_people_as_positions_are_hired(store: Store) -> None:
    """However often an event comes, and whether the vacancy comes first or last."""
    store.put_vacancies([Vacancy(id="v1", title="Kok", positions=2)])
    store.put_events([hired("p1"), hired("p1")])
    store.put_events([hired("p1")])
    assert not store.vacancy("v1").filled
    before = store.state().change
    store.put_events([hired("p2"), hired("p3", "v2")])
    assert store.vacancy("v1").filled
    assert [v.id for v in store.changed_vacancies(before)] == ["v1"]
    store.put_vacancies([Vacancy(id="v2", title="Bakker")])
    assert store.vacancy("v2").filled


def test_a_filled_vacancy_stays_filled_through_imports_and_erasure_until_there_are_more_positions(
    store: Store,
) -> None:
    offer = Vacancy(id="v1", title="Kok")
    store.put_vacancies([offer])
    store.put_events([hired("p1")])
    store.put_people([GIVEN])
    store.erase_person("p1")
    assert not store.events()
    store.put_vacancies([offer])
    assert store.vacancy("v1").filled
    store.put_vacancies([msgspec.structs.replace(offer, positions=2)])
    assert not store.vacancy("v1").filled


def test_erasing_forgets_everything_about_a_person_and_says_how_much(store: Store) -> None:
    other = msgspec.structs.replace(GIVEN, id="p2")
    store.put_people([GIVEN, other])
    store.put_events([hired("p1"), hired("p2")])
    pin = Pin(id="n1", person="p1", vacancy="v1", by="consultant", reason="past", when=NOON)
    store.put_pins([pin, msgspec.structs.replace(pin, id="n2", person="p2")])
    store.put_corrections([correction(travel_km=1.0)])
    before = store.state().change
    assert store.erase_person("p1") == {"person": 1, "event": 1, "pin": 1, "correction": 1}
    with pytest.raises(UnknownId):
        store.person("p1")
    assert not store.events("p1")
    assert not store.pins("p1")
    assert not store.corrections("p1")
    assert [p.id for p in store.people()] == ["p2"]
    assert store.pins_of_vacancy("v1")[0].person == "p2"
    assert store.erased(before) == {erased_digest("p1")}
    assert not any("p1" in str(row) for row in store.rows("erased", "digest"))
    store.put_people([GIVEN])
    assert not store.erased(before)


def test_a_running_engine_forgets_who_was_erased_and_knows_them_again_when_they_come_back(
    sample_copy: Settings, today: dt.date
) -> None:
    engine = Engine.open(sample_copy)
    person = next(p for p in engine.market.people if engine.suggest(p, today).items)
    vacancy = engine.store.vacancy(engine.suggest(person, today).items[0].id)

    def candidates(engine: Engine) -> list[str]:
        return [item.id for item in engine.candidates(vacancy, today, limit=100).items]

    assert person.id in candidates(engine)
    with Store(sample_copy.store) as store:
        store.erase_person(person.id)
        later = engine.at(engine.market.caught_up())
        assert person.id not in candidates(later)
        assert person.id not in [p.id for p in later.market.people]
        assert person.id not in candidates(Engine.open(sample_copy))
        store.put_people([person])
        assert person.id in candidates(later.at(later.market.caught_up()))


def test_a_running_engine_sees_that_a_vacancy_is_filled(
    sample_copy: Settings, today: dt.date
) -> None:
    engine = Engine.open(sample_copy)
    person = next(p for p in engine.market.people if engine.suggest(p, today).items)
    best = engine.suggest(person, today).items[0].id
    with Store(sample_copy.store) as store:
        positions = store.vacancy(best).positions
        store.put_events(hired(f"somebody{i}", best) for i in range(positions))
    later = engine.at(engine.market.caught_up())
    assert best not in [item.id for item in later.suggest(person, today).items]
