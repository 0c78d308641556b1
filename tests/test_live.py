"""A service goes on while vacancies come and go, and a new artefact takes the old one's place."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import msgspec
import pytest
from click.testing import CliRunner

from competent_data.formats.sample import Sample
from competent_data.records import Changes, Correction, Person, Vacancy
from competent_data.store import Store
from matcher.cli import cli
from matcher.engine import Engine
from matcher.live import Live
from matcher.settings import ARTEFACT, STORE, Settings
from models import artefact

PATIENCE_S = 60.0
"""How long it takes is measured in benchmarks; here it only must come."""


@pytest.fixture
def person(sample: Sample) -> Person:
    """Somebody who gets suggestions."""
    return next(p for p in sample.people if p.id == sample.demo_person)


def ids(engine: Engine, person: Person, today: dt.date) -> list[str]:
    """The vacancies suggested to somebody, best first."""
    return [item.id for item in engine.suggest(person, today, limit=50).items]


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """Whether something becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return False


def best_of(sample: Sample, engine: Engine, person: Person, today: dt.date) -> Vacancy:
    """Their best vacancy."""
    best = ids(engine, person, today)[0]
    return next(vacancy for vacancy in sample.vacancies if vacancy.id == best)


def test_what_is_added_changed_or_closed_is_seen_without_a_rebuild(
    sample_copy: Settings, sample: Sample, person: Person, today: dt.date
) -> None:
    """A service in this process; another connection writes, as an import does."""
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        best = best_of(sample, live.engine, person, today)
        new = msgspec.structs.replace(best, id="new")
        store.put_vacancies([new])
        assert within(PATIENCE_S, lambda: "new" in ids(live.engine, person, today))
        worse = msgspec.structs.replace(new, must=(), may=(), occupation="sample:kok", title="Kok")
        store.put_vacancies([worse])
        assert within(PATIENCE_S, lambda: "new" not in ids(live.engine, person, today))
        closed = msgspec.structs.replace(best, valid_through=today - dt.timedelta(1))
        store.put_vacancies([closed])
        assert within(PATIENCE_S, lambda: best.id not in ids(live.engine, person, today))
        store.put_vacancies([best])
        assert within(PATIENCE_S, lambda: best.id in ids(live.engine, person, today))
        found = [c.id for c in live.engine.candidates(best, today, limit=50).items]
        twin = msgspec.structs.replace(person, id="twin")
        store.put_people([twin])
        assert within(
            PATIENCE_S,
            lambda: "twin" in [c.id for c in live.engine.candidates(best, today, limit=50).items],
        )
        assert "twin" not in found


def test_what_is_seen_late_is_what_a_fresh_fit_would_show(
    sample_copy: Settings, sample: Sample, person: Person, today: dt.date
) -> None:
    """Rows, ranks of gaps, counts and near-misses, whichever part a vacancy lies in."""
    with Store(sample_copy.store) as store:
        for number, vacancy in enumerate(sample.vacancies[::3]):
            changed = msgspec.structs.replace(vacancy, text=f"{vacancy.text} Nummer {number}.")
            store.put_vacancies([changed, msgspec.structs.replace(changed, id=f"{changed.id}-b")])
        store.put_people([msgspec.structs.replace(p, study_level=5) for p in sample.people[::4]])
        late = Engine.open(sample_copy)
        assert len(late.market.offers.late) > 50
        artefact.save(late.market.whole, sample_copy.artefact)
        whole = Engine.open(sample_copy)
        assert len(whole.market.offers.late) == len(whole.market.candidates.late) == 0
        for one in (person, *sample.people[::6]):
            record = store.person(one.id)
            assert late.suggest(record, today) == whole.suggest(record, today)
        for other in sample.vacancies[::9]:
            offer = store.vacancy(other.id)
            assert late.candidates(offer, today) == whole.candidates(offer, today)


def test_what_came_late_survives_a_restart_and_is_not_read_again(
    sample_copy: Settings, sample: Sample, person: Person, today: dt.date
) -> None:
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        best = best_of(sample, live.engine, person, today)
        store.put_vacancies([msgspec.structs.replace(best, id="new", licences=("B", "X9"))])
        assert within(PATIENCE_S, lambda: live.engine.market.offers.find("new") >= 0)
    kept = artefact.load_late(sample_copy.artefact)
    assert kept is not None
    assert list(kept.jobs.ids) == ["new"]
    again = Engine.open(sample_copy)
    assert again.market.offers.find("new") >= 0
    assert again.vectoriser.licences_["X9"] == live.engine.vectoriser.licences_["X9"]


def test_a_store_that_says_nothing_has_changed_is_read_anew_where_a_record_has(
    sample_copy: Settings, sample: Sample, person: Person, today: dt.date
) -> None:
    """As where a copy of a store was changed, or a backup put back: numbers then tell nothing."""
    engine = Engine.open(sample_copy)
    best = best_of(sample, engine, person, today)
    closed = msgspec.structs.replace(best, valid_through=today - dt.timedelta(1))
    with Store(sample_copy.store) as store:
        store.put_vacancies([closed])
        with store._write() as connection:
            connection.exec_driver_sql("UPDATE vacancy SET changed = 1")
    assert best.id not in ids(engine, person, today)


def test_a_new_artefact_is_taken_while_requests_go_on(
    sample_copy: Settings, person: Person, today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request in the meantime gets the same answer, from the old one or the new one."""
    monkeypatch.setenv(STORE, sample_copy.store)
    monkeypatch.setenv(ARTEFACT, str(sample_copy.artefact))
    wrong: list[object] = []
    with Live(sample_copy) as live:
        expected = live.engine.suggest(person, today)
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                try:
                    found = live.engine.suggest(person, today)
                except Exception as error:  # noqa: BLE001  what it is, is the point
                    wrong.append(error)
                    return
                if found != expected:
                    wrong.append(found)

        asker = threading.Thread(target=ask)
        asker.start()
        before = live.version
        with Store(sample_copy.store) as store:
            store.put_people([Person(id="somebody", text="Ik zoek werk.")])
        refreshed = CliRunner().invoke(cli, ["refresh"], catch_exceptions=False)
        assert "0 vacancies and 1 dossiers came or changed since" in refreshed.output
        assert within(PATIENCE_S, lambda: live.version != before)
        time.sleep(0.2)
        stop.set()
        asker.join()
    assert wrong == []


def test_what_can_not_be_kept_is_said_and_the_service_goes_on(
    sample_copy: Settings,
    sample: Sample,
    person: Person,
    today: dt.date,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A folder stands where what came late should go."""
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        (sample_copy.artefact / "late.npz").mkdir()
        best = best_of(sample, live.engine, person, today)
        store.put_vacancies([msgspec.structs.replace(best, id="new")])
        assert within(PATIENCE_S, lambda: "new" in ids(live.engine, person, today))
    assert "what came late can't be kept" in caplog.text


def test_a_store_that_can_not_be_read_for_a_while_is_seen_again_afterwards(
    sample_copy: Settings,
    sample: Sample,
    person: Person,
    today: dt.date,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A table is away, as while somebody repairs the database."""
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        best = best_of(sample, live.engine, person, today)
        with store._write() as connection:
            connection.exec_driver_sql("ALTER TABLE vacancy RENAME TO away")
        assert within(PATIENCE_S, lambda: "can't be read yet" in caplog.text)
        with store._write() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO vacancy")
        store.put_vacancies([msgspec.structs.replace(best, id="new")])
        assert within(PATIENCE_S, lambda: "new" in ids(live.engine, person, today))


def test_a_broken_artefact_leaves_the_old_engine_at_work(
    sample_copy: Settings, person: Person, today: dt.date, caplog: pytest.LogCaptureFixture
) -> None:
    with Live(sample_copy) as live:
        expected = live.engine.suggest(person, today)
        broken = sample_copy.artefact.with_name("broken")
        broken.mkdir()
        sample_copy.artefact.rename(sample_copy.artefact.with_name("aside"))
        sample_copy.artefact.symlink_to(broken)
        assert within(PATIENCE_S, lambda: "can't be read yet" in caplog.text)
        assert live.engine.suggest(person, today) == expected


def test_somebody_who_is_erased_is_no_candidate_any_more_nor_after_a_restart(
    sample_copy: Settings, sample: Sample, person: Person, today: dt.date
) -> None:
    """They were fitted: their row stays in the artefact until the next fit, unseen."""
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        best = best_of(sample, live.engine, person, today)
        others = [p for p in candidates(live.engine, best, today) if p != person.id]
        assert store.erase_person(person.id)["person"] == 1
        assert within(PATIENCE_S, lambda: person.id not in candidates(live.engine, best, today))
        assert [p for p in candidates(live.engine, best, today) if p in others] == others
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        assert live.engine.market.candidates.find(person.id) < 0
        assert person.id not in candidates(live.engine, best, today)
        store.put_people([person])  # who comes again is there again
        assert within(PATIENCE_S, lambda: person.id in candidates(live.engine, best, today))


def test_a_correction_is_seen_at_once_and_taking_it_back_too(
    sample_copy: Settings, sample: Sample, person: Person, today: dt.date
) -> None:
    with Live(sample_copy) as live, Store(sample_copy.store) as store:
        best = best_of(sample, live.engine, person, today)
        near = Correction(
            id="near",
            person=person.id,
            by="self",
            reason="te ver",
            when=dt.datetime(2026, 11, 2, 9),
            changes=Changes(travel_km=1.0),
        )
        store.put_corrections([near])
        assert within(PATIENCE_S, lambda: person.id not in candidates(live.engine, best, today))
        store.put_people([person])  # another night
        assert store.person(person.id).travel_km == 1.0
        store.withdraw_correction("near")
        assert within(PATIENCE_S, lambda: person.id in candidates(live.engine, best, today))


def candidates(engine: Engine, vacancy: Vacancy, today: dt.date) -> list[str]:
    """Who is found for a vacancy, best first."""
    return [item.id for item in engine.candidates(vacancy, today, limit=50).items]
