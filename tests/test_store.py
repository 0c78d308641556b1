"""The store: what is put is there once, the tables follow their steps, errors say what to do."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, bindparam, create_engine, make_url, select
from sqlalchemy.pool import NullPool

import competent_data
from competent_data import schema
from competent_data.formats.sample import Sample
from competent_data.question import Question
from competent_data.records import (
    Changes,
    Concept,
    Correction,
    Event,
    Held,
    Person,
    Pin,
    Place,
    ProfileLink,
    Relation,
    Scheme,
    Vacancy,
)
from competent_data.store import FAULTS, HEAD, Store, StoreError, UnknownId

NOON = dt.datetime(2026, 11, 2, 12)


def concept(id_: str = "a", **fields: object) -> Concept:
    return Concept(id=id_, scheme="s", kind="skill", **fields)  # type: ignore[arg-type]


def correction(person: str, id_: str = "c1", hours: int = 0, **changes: Any) -> Correction:
    """A consultant's, who knows that this person does not travel far."""
    return Correction(
        id=id_,
        person=person,
        by="consultant",
        reason="heeft geen auto",
        when=NOON + dt.timedelta(hours=hours),
        changes=Changes(**(changes or {"travel_km": 10.0})),
    )


def event(id_: str, person: str = "p", vacancy: str = "v", hours: int = 0, **more: str) -> Event:
    when = NOON + dt.timedelta(hours=hours)
    fields = {"kind": "saved", **more}
    return Event(id=id_, person=person, vacancy=vacancy, when=when, **fields)  # type: ignore[arg-type]


def set_version(path: Path, version: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()


def test_the_steps_make_the_tables_of_the_schema(store: Store) -> None:
    engine = create_engine(store.url, poolclass=NullPool)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    engine.dispose()


def test_head_is_the_newest_step() -> None:
    config = Config()
    folder = Path(competent_data.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_database_writes_ahead_so_that_readers_never_wait(store: Store) -> None:
    connection = sqlite3.connect(store.url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_what_is_being_written_is_not_yet_seen_and_a_reader_goes_on(store: Store) -> None:
    store.put_people([Person(id=f"p{n:05}") for n in range(6000)])
    reading = store.people()
    assert next(reading).id == "p00000"
    store.put_people([Person(id="p00001", lang="fr"), Person(id="q")])
    rest = list(reading)
    assert (rest[0].lang, len(rest)) == ("nl", 5999)
    assert store.counts()["person"] == 6001


def test_putting_everything_twice_does_not_double(store: Store, sample: Sample) -> None:
    counts = []
    for _ in range(2):
        store.put_scheme(Scheme(id="sample", version="1", title="t"))
        store.put_concepts([*sample.concepts, concept(descriptions={"nl": "heet"})])
        store.put_relations(sample.relations)
        store.put_profiles(sample.links)
        store.put_people(sample.people)
        store.put_vacancies(sample.vacancies)
        store.put_events(sample.events)
        store.put_pins(sample.pins)
        store.put_corrections([correction(sample.people[0].id)])
        store.put_places([Place(nis="11001", names={"nl": "A"}, lat=51, lon=4)])
        counts.append(store.counts())
    assert counts[0] == counts[1]
    assert all(counts[0].values())


def test_a_concept_given_twice_at_once_has_its_last_labels_once(store: Store) -> None:
    store.put_concepts([concept(labels={"nl": "oud"}), concept(labels={"nl": "nieuw"})])
    assert store.rows("label", "text") == [("nieuw",)]


def test_a_taxonomy_arrives_one_language_at_a_time(store: Store) -> None:
    store.put_concepts(
        [concept(labels={"nl": "lassen"}, alt={"nl": ("solderen",)}, descriptions={"nl": "heet"})]
    )
    store.put_concepts([concept(labels={"fr": "souder"})])
    store.put_concepts([concept(labels={"nl": "MIG-lassen"}, alt={"nl": ()})])
    assert store.concepts(["a", "absent"]) == {
        "a": concept(labels={"nl": "MIG-lassen", "fr": "souder"}, descriptions={"nl": "heet"})
    }


def test_more_ids_than_a_statement_takes_are_all_found(store: Store) -> None:
    ids = [f"c{n:04}" for n in range(1203)]
    store.put_concepts([concept(id_, labels={"nl": id_}) for id_ in ids])
    assert list(store.concepts(ids[::-1])) == ids[::-1]


@pytest.mark.parametrize("essential_first", [True, False])
def test_of_a_pair_given_as_both_essential_wins(store: Store, *, essential_first: bool) -> None:
    pair = [
        ProfileLink(occupation="o", competence="c", essential=essential)
        for essential in (essential_first, not essential_first)
    ]
    store.put_profiles(pair)
    assert [link.essential for link in store.profile("o")] == [True]


def test_a_profile_lists_what_weighs_most_first_and_ties_by_id(store: Store) -> None:
    weights = {"b": 0.5, "c": 1.0, "a": 0.5}
    store.put_profiles(
        ProfileLink(occupation="o", competence=c, essential=False, weight=w)
        for c, w in weights.items()
    )
    assert [link.competence for link in store.profile("o")] == ["c", "a", "b"]


def test_what_is_not_resolved_is_kept_and_counted(store: Store) -> None:
    """One relation and one link end nowhere; the others end at a concept that is stored."""
    store.put_concepts([concept("a"), concept("b")])
    store.put_relations(Relation(source="a", kind="exact", target=t) for t in ("b", "lost"))
    store.put_profiles(
        ProfileLink(occupation="o", competence=c, essential=True) for c in ("a", "lost")
    )
    assert store.unresolved() == 2
    assert store.counts()["relation"] == store.counts()["profile"] == 2


def test_events_come_oldest_first_with_ties_by_id(store: Store) -> None:
    events = [event("c", hours=1), event("b"), event("a", "q"), event("d", hours=-1)]
    store.put_events(events)
    assert [found.id for found in store.events()] == ["d", "a", "b", "c"]
    assert [found.id for found in store.events("p")] == ["d", "b", "c"]
    assert store.events("q") == [events[2]]


def test_what_every_answer_asks_is_answered_as_sqlalchemy_does(store: Store) -> None:
    """Past it, to the driver: the same names, values and types."""
    store.put_events([event(f"e{hours}", hours=hours) for hours in (3, 1, 2)])
    query = select(schema.event).where(schema.event.c.person == bindparam("id", "p"))
    asked = Question(query.order_by(schema.event.c.at))
    with store.at_once():
        connection: Connection = store._held.connection
        for bound in ({"id": "p"}, {"id": "q"}, {}):
            rows = connection.execute(query.order_by(schema.event.c.at), bound)
            assert asked.names == tuple(rows.keys())
            assert asked.rows(connection, bound) == [tuple(row) for row in rows]


def test_what_goes_wrong_past_sqlalchemy_is_named_as_it_does(store: Store) -> None:
    store.events("p")
    path = Path(str(make_url(store.url).database))
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE event")
    with pytest.raises(FAULTS, match="no such table: event"):
        store.events("p")


def test_a_vacancy_does_not_tell_who_looked_at_it(store: Store) -> None:
    store.put_events([event(k, kind=k) for k in ("shown", "viewed", "applied", "hired")])
    store.put_events([event("other", vacancy="w")])
    assert [found.kind for found in store.events_of_vacancy("v")] == ["applied", "hired"]


def test_pins_come_back_as_they_were_set(store: Store) -> None:
    pin = Pin(id="n", person="p", vacancy="v", by="consultant", reason="past", when=NOON)
    store.put_pins([pin])
    assert store.pins("p") == [pin]
    assert store.pins("q") == []


def test_an_unknown_id_is_named(store: Store) -> None:
    store.put_vacancies([Vacancy(id="v", title="t")])
    assert store.vacancy("v").title == "t"
    with pytest.raises(UnknownId, match=r"^there is no vacancy 'w' in the store$"):
        store.vacancy("w")
    with pytest.raises(UnknownId, match=r"^there is no person 'v'"):
        store.person("v")


def test_a_put_that_fails_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(AttributeError):
        store.put_people([Person(id="p"), "no record"])  # type: ignore[list-item]
    assert store.counts()["person"] == 0


def test_an_absent_store_is_not_made_by_looking(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(StoreError, match=r"there is no store at .*import something first"):
        Store(f"sqlite:///{path}")
    assert not path.exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("store.db", "'store.db' is no database URL; expected one as sqlite:///"),
        ("nonsense://host/name", "'nonsense://host/name' can't be used here"),
        ("sqlite://", "in memory, where nothing stays"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store(url, create=True)


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    tmp_path: Path, *, create: bool
) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Geachte, " * 500)
    with pytest.raises(StoreError, match="is no store of this program"):
        Store(f"sqlite:///{path}", create=create)
    assert path.read_text() == "Geachte, " * 500


def test_tables_of_another_version_are_refused_with_what_to_do(
    store: Store, tmp_path: Path
) -> None:
    set_version(tmp_path / "store.db", "0000")
    with pytest.raises(StoreError, match=f"version 0000, this program expects {HEAD}; run any imp"):
        Store(store.url)


def test_tables_of_a_newer_program_are_not_brought_back(store: Store, tmp_path: Path) -> None:
    set_version(tmp_path / "store.db", "9999")
    with pytest.raises(StoreError, match=f"version 9999, this program knows up to {HEAD}; install"):
        Store(store.url, create=True)


def test_a_store_of_before_decisions_keeps_what_it_holds(tmp_path: Path) -> None:
    """Tables of version 0002, with a record in each that the next step changes."""
    path, url = tmp_path / "old.db", f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url, poolclass=NullPool)
    config = Config()
    scripts = Path(competent_data.__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts))
    person, vacancy = Person(id="p", travel_km=30), Vacancy(id="v", title="Kok")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    old = sqlite3.connect(path)
    with old:
        for table, record in (("person", person), ("vacancy", vacancy)):
            row = (record.id, msgspec.json.encode(record), 3)
            old.execute(f"INSERT INTO {table} (id, record, changed) VALUES (?, ?, ?)", row)
        at = "2026-11-02 12:00:00.000000"
        old.execute(
            "INSERT INTO event (id, person, vacancy, kind, at) VALUES ('e', 'p', 'v', 'saved', ?)",
            (at,),
        )
        old.execute(
            "INSERT INTO pin (id, person, vacancy, by, reason, at) "
            "VALUES ('n', 'p', 'v', 'consultant', 'past', ?)",
            (at,),
        )
    old.close()
    with pytest.raises(StoreError, match=f"version 0002, this program expects {HEAD}"):
        Store(url)
    with Store(url, create=True) as store:
        assert store.person("p") == store.given("p") == person
        assert store.vacancy("v") == vacancy
        assert store.events("p") == [event("e")]
        assert [(pin.id, pin.kind, pin.when) for pin in store.pins("p")] == [("n", "pin", NOON)]
        assert store.state().change == 3
        store.put_corrections([correction("p")])
        store.put_events([event("h", kind="hired")])
        assert store.person("p").travel_km == 10
        assert store.vacancy("v").filled


def test_opening_to_create_makes_the_folder_and_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}"
    with Store(url, create=True) as first:
        first.put_people([Person(id="p")])
    with Store(url, create=True) as second:
        assert second.person("p") == Person(id="p")


def test_a_moment_with_an_offset_is_kept_as_utc(store: Store) -> None:
    """10:00 at +05:00 is 05:00 UTC, so it stands before 06:00 UTC."""
    early = dt.datetime(2026, 11, 2, 10, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    late = dt.datetime(2026, 11, 2, 6)
    store.put_events(
        Event(id=id_, person="p", vacancy="v", kind="viewed", when=when)
        for id_, when in (("late", late), ("early", early))
    )
    assert [(e.id, e.when) for e in store.events("p")] == [
        ("early", dt.datetime(2026, 11, 2, 5)),
        ("late", late),
    ]


def test_what_came_or_changed_is_told_by_number_and_what_stayed_is_not(store: Store) -> None:
    store.put_people([Person(id="p"), Person(id="q")])
    store.put_vacancies([Vacancy(id="v", title="kok")])
    before = store.state()
    store.put_people([Person(id="p"), Person(id="q", lang="fr"), Person(id="r")])
    store.put_vacancies([Vacancy(id="v", title="kok")])
    after = store.state()
    assert after.store == before.store
    assert after.change > before.change
    assert [p.id for p in store.changed_people(before.change)] == ["q", "r"]
    assert store.changed_vacancies(before.change) == []
    assert [v.id for v in store.changed_vacancies(0)] == ["v"]
    assert store.changed_people(after.change) == []


def test_two_stores_are_told_apart(tmp_path: Path) -> None:
    identities = set()
    for name in ("a", "b"):
        with Store(f"sqlite:///{tmp_path / name}.db", create=True) as store:
            identities.add(store.state().store)
    assert len(identities) == 2


PIN = Pin(id="n", person="p", vacancy="v", by="consultant", reason="past", when=NOON)


def test_a_correction_or_taking_it_back_is_told_as_a_change(store: Store) -> None:
    store.put_people([Person(id="p"), Person(id="q")])
    for act in (
        lambda: store.put_corrections([correction("p")]),
        lambda: store.withdraw_correction("c1"),
    ):
        before = store.state().change
        act()
        assert [p.id for p in store.changed_people(before)] == ["p"]


def test_a_pin_is_taken_back_once(store: Store) -> None:
    store.put_pins([PIN])
    store.withdraw_pin("n")
    assert store.pins("p") == []
    with pytest.raises(UnknownId, match="there is no pin 'n'"):
        store.withdraw_pin("n")


def test_those_who_were_hired_and_erased_count_beside_those_who_are_hired_later(
    store: Store,
) -> None:
    """That somebody is hired twice counts once."""
    two = Vacancy(id="v", title="Kok", positions=2)
    store.put_vacancies([two])
    store.put_events([event("e1", kind="hired"), event("e2", hours=5, kind="hired")])
    assert not store.vacancy("v").filled
    store.erase_person("p")
    before = store.state().change
    store.put_events([event("e3", "q", kind="hired")])
    assert store.vacancy("v").filled
    assert [v.id for v in store.changed_vacancies(before)] == ["v"]
    store.erase_person("q")
    store.put_vacancies([two])
    assert store.vacancy("v").filled
    store.put_vacancies([msgspec.structs.replace(two, positions=3)])
    assert not store.vacancy("v").filled


def test_what_is_read_at_once_is_as_of_one_moment_and_afterwards_as_it_is(
    store: Store,
) -> None:
    """Whatever another process writes in between."""
    with Store(store.url) as other, store.at_once():
        assert store.events("p") == []
        other.put_events([event("1")])
        other.put_pins([PIN])
        with store.at_once():
            assert (store.events("p"), store.pins("p")) == ([], [])
        assert store.events("p") == []
        assert other.events("p") == [event("1")]
    assert (store.events("p"), store.pins("p")) == ([event("1")], [PIN])


def test_everything_about_a_person_is_handed_out_and_nothing_of_others(store: Store) -> None:
    store.put_people([Person(id="p", travel_km=30), Person(id="q")])
    store.put_corrections([correction("p"), correction("q", "c2")])
    mine = [event("e1", kind="viewed"), event("e2", hours=1, kind="dismissed", reason="pay")]
    store.put_events([*mine[::-1], event("e3", "q")])
    store.put_pins([PIN, msgspec.structs.replace(PIN, id="m", person="q", kind="hide")])
    assert store.export_person("p") == Held(
        id="p",
        person=Person(id="p", travel_km=10),
        given=Person(id="p", travel_km=30),
        events=tuple(mine),
        pins=(PIN,),
        corrections=(correction("p"),),
    )


def test_what_happened_to_somebody_without_a_dossier_is_handed_out_too(store: Store) -> None:
    store.put_events([event("e1")])
    found = store.export_person("p")
    assert (found.person, found.given, found.events) == (None, None, (event("e1"),))


def test_erasing_leaves_nothing_about_a_person_and_what_is_about_others(store: Store) -> None:
    store.put_people([Person(id="p"), Person(id="q")])
    store.put_corrections([correction("p")])
    store.put_events([event("e1"), event("e2", hours=1), event("e3", "q")])
    store.put_pins([PIN])
    assert store.erase_person("p") == {"person": 1, "event": 2, "pin": 1, "correction": 1}
    for ask in (store.export_person, store.person, store.given, store.erase_person):
        with pytest.raises(UnknownId, match="'p'"):
            ask("p")
    assert store.export_person("q").events == (event("e3", "q"),)
    connection = sqlite3.connect(store.url.removeprefix("sqlite:///"))
    held = "\n".join(connection.iterdump())
    connection.close()
    assert "'p'" not in held
    assert '"p"' not in held


def test_what_comes_late_about_somebody_who_was_erased_is_left_out(store: Store) -> None:
    """A log that is imported again would bring the history back; a dossier that comes again is a
    new one."""
    store.put_people([Person(id="p")])
    store.erase_person("p")
    store.put_events([event("e1"), event("e2", "q")])
    store.put_pins([PIN])
    store.put_corrections([correction("p")])
    assert [e.id for e in store.events()] == ["e2"]
    with pytest.raises(UnknownId):
        store.export_person("p")
    store.put_people([Person(id="p")])
    store.put_events([event("e1")])
    assert store.export_person("p").events == (event("e1"),)
