"""What is told about one person, and what people decided, as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from competent_data.formats.decisions import import_corrections, import_pins
from competent_data.formats.intake import Misfit, Report
from competent_data.formats.told import told
from competent_data.records import Changes, Correction, Event, Person, Pin, Vacancy
from competent_data.store import Store

Written = Callable[[str, str | bytes], Path]
NOW = dt.datetime(2026, 11, 2, 12, 30)
SAVED = {"vacancy": "v", "kind": "saved"}
NEARER = {"by": "self", "reason": "te ver", "changes": {"travel_km": 18}}
PIN = '{"id":"n","person":"p","vacancy":"v","by":"consultant","reason":"past","when":"2026-11-02"}'
PIN = PIN.replace("2026-11-02", "2026-11-02T09:00:00")
CORRECTION = (
    '{"id":"c","person":"p","by":"consultant","reason":"geen auto",'
    '"when":"2026-11-02T09:00:00","changes":{"travel_km":10}}'
)


def test_what_is_told_is_about_the_person_and_happened_now_unless_it_says_when() -> None:
    found = told(SAVED, Event, "p", NOW)
    assert (found.person, found.vacancy, found.kind, found.when) == ("p", "v", "saved", NOW)
    earlier = told({**SAVED, "when": "2026-10-01T08:00:00"}, Event, "p", NOW)
    assert earlier.when == dt.datetime(2026, 10, 1, 8)


def test_the_same_has_the_same_id_and_anything_else_another() -> None:
    first = told(SAVED, Event, "p", NOW)
    assert told(dict(reversed(SAVED.items())), Event, "p", NOW) == first
    others = [
        told(SAVED, Event, "q", NOW),
        told(SAVED, Event, "p", NOW + dt.timedelta(seconds=1)),
        told({**SAVED, "vacancy": "w"}, Event, "p", NOW),
    ]
    assert len({first.id, *(other.id for other in others)}) == 4


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        ([], Event, r"^record: found \[\], expected one JSON object"),
        ({**SAVED, "id": "e1"}, Event, "^id: found 'e1', expected none: it is given here"),
        ({**SAVED, "person": "q"}, Event, "^person: found 'q', expected none"),
        ({**SAVED, "kind": "liked"}, Event, "^kind: found 'liked', expected one of applied"),
        ({**SAVED, "reason": ""}, Event, "^reason: found '', expected .*length >= 1"),
        ({**SAVED, "reason": "x" * 1001}, Event, "^reason: .*length <= 1000"),
        ({**SAVED, "when": "yesterday"}, Event, "^when: found 'yesterday', expected a date as"),
        ({**SAVED, "by": "self"}, Event, "^by: found 'an unknown field'"),
        ({"vacancy": "v", "by": "consultant"}, Pin, "^reason: found None, expected a value"),
        (
            {"vacancy": "v", "by": "neighbour", "reason": "x"},
            Pin,
            "^by: found 'neighbour', expected one of consultant, employer, self",
        ),
        ({**NEARER, "changes": {}}, Correction, "^changes: found None, expected at least one"),
        ({**NEARER, "changes": {"travel_km": -1}}, Correction, r"^changes.travel_km: found -1"),
        ({**NEARER, "changes": {"age": 50}}, Correction, r"^changes.age: found 'an unknown field'"),
        ({**NEARER, "by": "employer"}, Correction, "^by: found 'employer'"),
        (
            {"vacancy": "v", "by": "employer", "reason": "no", "kind": "hide"},
            Pin,
            "by: found 'employer', expected 'consultant' or 'self'",
        ),
    ],
)
def test_what_does_not_fit_is_named(value: Any, kind: type[Any], says: str) -> None:
    with pytest.raises(Misfit, match=says):
        told(value, kind, "p", NOW)


def test_what_people_decided_comes_as_lines_as_often_as_it_comes(
    written: Written, store: Store
) -> None:
    store.put_people([Person(id="p", travel_km=30)])
    store.put_vacancies([Vacancy(id="v", title="Kok")])
    for _ in range(2):
        pins = import_pins(store, written("pins.jsonl", PIN + "\n"))
        corrections = import_corrections(store, written("c.jsonl", CORRECTION + "\n"))
    assert [(p.id, p.kind, p.reason) for p in store.pins("p")] == [("n", "pin", "past")]
    assert [c.changes for c in store.corrections("p")] == [Changes(travel_km=10.0)]
    assert store.person("p").travel_km == 10
    for report, what in ((pins, "pins"), (corrections, "corrections")):
        assert (dict(report.stored), report.exit_status) == ({what: 1}, 0)
        assert not report.unresolved


def test_a_decision_that_does_not_fit_is_refused_by_its_place_and_the_rest_goes_in(
    written: Written, store: Store
) -> None:
    nobody = PIN.replace('"consultant"', '"manager"').replace('"id":"n"', '"id":"m"')
    report = import_pins(store, written("p.jsonl", f"{PIN}\n{nobody}\n{PIN}\n"))
    assert [str(refusal) for refusal in report.refused] == [
        "p.jsonl:2: by: found 'manager', expected one of consultant, employer, self",
        "p.jsonl:3: id: found 'n', expected an id of its own; line 1 has this one",
    ]
    assert len(store.pins("p")) == 1
    empty = CORRECTION.replace('{"travel_km":10}', "{}")
    report = import_corrections(store, written("c.jsonl", empty + "\n"))
    assert [str(r) for r in report.refused] == [
        "c.jsonl:1: changes: found nothing, expected at least one change"
    ]
    assert report.exit_status == 2


def test_decisions_about_people_and_vacancies_that_are_not_there_are_kept_and_counted(
    written: Written, store: Store
) -> None:
    pins = import_pins(store, written("p.jsonl", PIN))
    corrections = import_corrections(store, written("c.jsonl", CORRECTION))
    assert dict(pins.unresolved) == {
        "pins of people who are not in the store": 1,
        "pins of vacancies that are not in the store": 1,
    }
    assert dict(corrections.unresolved) == {"corrections of people who are not in the store": 1}
    store.put_people([Person(id="p")])
    assert store.person("p").travel_km == 10


def test_decisions_about_people_who_were_erased_are_left_out_and_counted(
    written: Written, store: Store
) -> None:
    store.put_people([Person(id="p")])
    store.erase_person("p")
    reports: list[Report] = [
        import_pins(store, written("p.jsonl", PIN)),
        import_corrections(store, written("c.jsonl", CORRECTION)),
    ]
    assert [report.notes[0] for report in reports] == [
        "1 pins of people who were erased are left out",
        "1 corrections of people who were erased are left out",
    ]
    assert store.pins("p") == store.corrections("p") == []
