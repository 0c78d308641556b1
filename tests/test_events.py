"""Events in: in any order, as often as they come, and what does not fit refused by its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from competent_data.formats.events import import_events, read_events
from competent_data.formats.intake import FormatError, Report
from competent_data.records import Event, Person, Vacancy
from competent_data.store import Store

Written = Callable[[str, str | bytes], Path]

SAVED = Event(
    id="e1", person="p1", vacancy="v1", kind="saved", when=dt.datetime(2026, 10, 2, 9, 30)
)
APPLIED = Event(
    id="e2", person="p1", vacancy="v1", kind="applied", when=dt.datetime(2026, 10, 4, 8, 0)
)
LINES = (
    '{"id":"e2","person":"p1","vacancy":"v1","kind":"applied","when":"2026-10-04T10:00:00+02:00"}\n'
    '{"id":"e1","person":"p1","vacancy":"v1","kind":"saved","when":"2026-10-02T09:30:00"}\n'
)
CSV = (
    "id,person,vacancy,kind,when,reason\n"
    "e2,p1,v1,applied,2026-10-04T08:00:00,\n"
    "e1,p1,v1,saved,2026-10-02T09:30:00,\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e.jsonl", LINES),
        ("e.jsonl.gz", LINES),
        ("e.csv", CSV),
        ("e.csv", CSV.replace(",", ";")),
    ],
)
def test_events_come_as_lines_or_csv_in_any_order(
    written: Written, store: Store, name: str, content: str
) -> None:
    report = import_events(store, written(name, content))
    assert store.events() == [SAVED, APPLIED]
    assert (report.stored["events"], report.exit_status) == (2, 0)


@pytest.mark.parametrize("head", ["id,person,vacancy,kind,when", "person,vacancy,kind,when"])
def test_importing_again_changes_nothing_with_or_without_ids(
    written: Written, store: Store, head: str
) -> None:
    cells = (
        "e1,p1,v1,saved,2026-10-02T09:30:00"
        if head.startswith("id")
        else ("p1,v1,saved,2026-10-02T09:30:00")
    )
    path = written("e.csv", f"{head}\n{cells}\n")
    import_events(store, path)
    once = store.events()
    import_events(store, path)
    assert store.events() == once
    assert len(once) == 1


def test_the_same_event_twice_in_a_file_counts_once_and_is_said(
    written: Written, store: Store
) -> None:
    report = import_events(store, written("e.jsonl", LINES + LINES))
    assert store.events() == [SAVED, APPLIED]
    assert (report.stored["events"], report.refused) == (2, [])
    assert report.notes == ["e.jsonl holds 2 events again; each counts once"]


def test_a_bare_day_is_its_first_moment(written: Written) -> None:
    path = written("e.csv", "person,vacancy,kind,when\np1,v1,saved,2026-10-02\n")
    (event,) = read_events(path, Report())
    assert event.when == dt.datetime(2026, 10, 2)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "e1,p1,v2,saved,2026-10-02T09:30:00",
            "e.csv:3: id: found 'e1', expected an id of its own; line 2 has this one",
        ),
        (
            "e3,p1,v1,liked,2026-10-02T09:30:00",
            "e.csv:3: kind: found 'liked', expected one of applied, at_work_6m, dismissed, hired, "
            "saved, shown, viewed",
        ),
        (
            "e3,p1,v1,saved,yesterday",
            "e.csv:3: when: found 'yesterday', expected a date as 2026-11-02T09:00:00",
        ),
        ("e3,,v1,saved,2026-10-02", "e.csv:3: person: found nothing, expected a value"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place_and_the_rest_goes_in(
    written: Written, store: Store, row: str, says: str
) -> None:
    first = "id,person,vacancy,kind,when\ne1,p1,v1,saved,2026-10-02T09:30:00\n"
    report = import_events(store, written("e.csv", f"{first}{row}\n"))
    assert [str(refusal) for refusal in report.refused] == [says]
    assert store.events() == [SAVED]
    assert report.exit_status == 1


def test_a_file_without_a_column_is_refused_as_a_whole(written: Written, store: Store) -> None:
    with pytest.raises(FormatError, match="column 'when' is missing; found person, vacancy, kind"):
        import_events(store, written("e.csv", "person,vacancy,kind\np1,v1,saved\n"))


def test_an_empty_file_stores_nothing_and_says_so(written: Written, store: Store) -> None:
    report = import_events(store, written("e.jsonl", ""))
    assert (report.exit_status, store.events()) == (2, [])
    assert report.notes[0].endswith("holds no event; nothing was stored")


def test_events_of_people_and_vacancies_that_are_not_there_are_kept_and_counted(
    written: Written, store: Store
) -> None:
    store.put_people([Person(id="p1")])
    report = import_events(store, written("e.jsonl", LINES))
    assert dict(report.unresolved) == {"events about vacancies that are not in the store": 2}
    store.put_vacancies([Vacancy(id="v1", title="Kok")])
    assert not import_events(store, written("e.jsonl", LINES)).unresolved


def test_events_of_people_who_were_erased_are_left_out_and_counted(
    written: Written, store: Store
) -> None:
    store.put_people([Person(id="p1")])
    store.erase_person("p1")
    report = import_events(store, written("e.jsonl", LINES))
    assert store.events() == []
    assert report.notes[0] == "2 events of people who were erased are left out"


def test_a_reason_without_words_is_none(written: Written) -> None:
    line = LINES.splitlines()[0].replace("}", ',"reason":""}')
    (event,) = read_events(written("e.jsonl", line), Report())
    assert event.reason is None
