"""The store: taxonomies, places, people, vacancies, events and pins in one SQL database.

Every `put_…` is one transaction: when it returns, its records are on disk, whatever happens next.
Putting a record again replaces it, so an import that was cut short is simply run again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Select,
    Table,
    bindparam,
    case,
    create_engine,
    delete,
    event,
    func,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DatabaseError

from competent_data import schema
from competent_data.question import Question
from competent_data.records import (
    Concept,
    Correction,
    Event,
    EventKind,
    Held,
    Lang,
    Person,
    Pin,
    Place,
    ProfileLink,
    Relation,
    Scheme,
    Vacancy,
    corrected,
)

HEAD = "0003"
"""The newest step of `migrations/`; a test holds it."""

_R = TypeVar("_R", bound=msgspec.Struct)
_T = TypeVar("_T", Event, Pin, Correction)
_IN_CLAUSE = 500
_SIZES = 64
"""Of so many numbers of ids the query is kept."""


class StoreError(ValueError):
    """The store can't be opened, or lacks what was asked."""


@dataclass(frozen=True)
class State:
    """Which store, and the number of its latest change to a person or vacancy."""

    store: str
    change: int


FAULTS = (StoreError, DatabaseError)
"""What a store that is there may raise while it is read: locked, damaged, or of other tables."""


class UnknownId(StoreError, KeyError):
    """No such record in the store."""

    def __str__(self) -> str:
        return str(self.args[0])


class Store:
    """A store at a database URL; `create=True` makes it and brings its tables up to date.

    Raises:
        StoreError: the URL can't be read, there is no store, or it is of another version.
    """

    def __init__(self, url: str, *, create: bool = False) -> None:
        self._held = threading.local()
        try:
            parsed = make_url(url)
            self.url = parsed.render_as_string()  # with its password hidden
        except ArgumentError as error:
            raise StoreError(
                f"store address {url!r} is no database URL; "
                "expected one as sqlite:///path/to/file.db"
            ) from error
        if parsed.get_backend_name() == "sqlite":
            if parsed.database in (None, "", ":memory:"):
                raise StoreError(
                    f"store address {self.url!r} is in memory, where nothing stays; "
                    "expected a file as sqlite:///path/to/file.db"
                )
            path = Path(str(parsed.database))
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            elif not path.exists():
                raise StoreError(
                    f"there is no store at {self.url}; import something first (matcher import …), "
                    "or set MATCHER_STORE to where it is"
                )
        try:
            self._engine = _engine(url)
        except (ArgumentError, ModuleNotFoundError) as error:
            raise StoreError(f"store address {self.url!r} can't be used here: {error}") from error
        try:
            self._migrate() if create else self._check()
        except DatabaseError as error:
            self.close()
            raise StoreError(f"{self.url} is no store of this program: {error.orig}") from error
        except StoreError:
            self.close()
            raise

    def _check(self) -> None:
        with self._read() as connection:
            found = _revision(connection)
        if found != HEAD:
            raise StoreError(
                f"the store at {self.url} has tables of version {found}, this program expects "
                f"{HEAD}; run any import to bring older tables up to date, or install the newer "
                "program that made newer ones"
            )

    def _migrate(self) -> None:
        with self._read() as connection:
            if _revision(connection) == HEAD:
                return
        from alembic import command  # slow to import, and needed once in a store's life
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._write() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise StoreError(
                    f"the store at {self.url} has tables of version {_revision(connection)}, this "
                    f"program knows up to {HEAD}; install the newer program that made it"
                ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What this thread reads within is read over one connection, and with SQLite as of one
        moment."""
        with self._read() as connection:
            before = getattr(self._held, "connection", None)
            self._held.connection = connection
            try:
                yield
            finally:
                self._held.connection = before

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        held: Connection | None = getattr(self._held, "connection", None)
        if held is not None:
            yield held
        else:
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with (
            self._engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            yield connection

    # -- in ----------------------------------------------------------------------------------

    def put_scheme(self, scheme: Scheme) -> None:
        """Store a taxonomy's name and version."""
        self._replace(schema.scheme, [_row(scheme)])

    def put_concepts(self, concepts: Sequence[Concept]) -> None:
        """Store concepts with the labels and descriptions of the languages that they carry."""
        texts: list[dict[str, object]] = []
        spoken: dict[tuple[str, Lang], dict[str, bool]] = {}  # of one given twice, the last stays
        for concept in concepts:
            for lang in concept.labels.keys() | concept.alt.keys():
                own = [concept.labels[lang]] if lang in concept.labels else []
                others = dict.fromkeys(concept.alt.get(lang, ()), False)
                spoken[concept.id, lang] = others | dict.fromkeys(own, True)
            texts += [
                {"concept": concept.id, "lang": lang, "text": text}
                for lang, text in concept.descriptions.items()
            ]
        rows = [
            {key: getattr(c, key) for key in ("id", "scheme", "kind", "code", "isco", "level")}
            for c in concepts
        ]
        langs = [{"b_concept": id_, "b_lang": lang} for id_, lang in spoken]
        labels = [
            {"concept": id_, "lang": lang, "preferred": preferred, "text": text}
            for (id_, lang), wordings in spoken.items()
            for text, preferred in wordings.items()
        ]
        table = schema.label
        old = delete(table).where(
            table.c.concept == bindparam("b_concept"), table.c.lang == bindparam("b_lang")
        )
        with self._write() as connection:
            _upsert(connection, schema.concept, rows)
            if langs:
                connection.execute(old, langs)
            if labels:
                connection.execute(table.insert(), labels)
            _upsert(connection, schema.description, texts)

    def put_relations(self, relations: Iterable[Relation]) -> None:
        """Store SKOS relations."""
        self._replace(schema.relation, [_row(r) for r in relations])

    def put_profiles(self, links: Iterable[ProfileLink]) -> None:
        """Store which occupation uses which competence; of a pair given twice, essential wins."""
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for link in links:
            key = (link.occupation, link.competence)
            if key not in rows or link.essential:
                rows[key] = _row(link)
        self._replace(schema.profile, list(rows.values()))

    def put_places(self, places: Iterable[Place]) -> None:
        """Store municipalities."""
        self._replace(schema.place, [{"nis": p.nis, "record": _pack(p)} for p in places])

    def put_people(self, people: Iterable[Person]) -> None:
        """Store dossiers; what a person put right in one stays right."""
        given = list(people)
        with self._write() as connection:
            corrections = _corrections(connection, [person.id for person in given])
            self._change(connection, schema.person, [_dossier(p, corrections) for p in given])
            # Afterwards, so that their numbers of change are above that of the erasure.
            _remember(connection, [person.id for person in given])

    def put_vacancies(self, vacancies: Iterable[Vacancy]) -> None:
        """Store vacancies; one that is filled stays so, unless it comes with more positions."""
        given = list(vacancies)
        with self._write() as connection:
            hired = _hired(connection, [vacancy.id for vacancy in given])
            self._change(connection, schema.vacancy, [_offer(v, hired) for v in given])

    def put_events(self, events: Iterable[Event]) -> None:
        """Store events; one that comes twice counts once, one of somebody erased not at all."""
        with self._write() as connection:
            given = _not_erased(connection, list(events))
            rows = [_row(e, when="at") | {"at": _utc(e.when)} for e in given]
            _upsert(connection, schema.event, rows)
            filling = sorted({event.vacancy for event in given if event.kind == "hired"})
            if filling:
                self._fill(connection, filling)

    def _fill(self, connection: Connection, ids: Sequence[str]) -> None:
        """Count the hired, and say which vacancies are filled by them."""
        hired = _hired(connection, ids)
        offers = _records(connection, schema.vacancy, ids, Vacancy)
        self._change(connection, schema.vacancy, [_offer(v, hired) for v in offers.values()])

    def put_pins(self, pins: Iterable[Pin]) -> None:
        """Store what was set before people, or hidden from them, but for those who were erased."""
        with self._write() as connection:
            given = _not_erased(connection, list(pins))
            rows = [_row(p, when="at") | {"at": _utc(p.when)} for p in given]
            _upsert(connection, schema.pin, rows)

    def withdraw_pin(self, id_: str) -> None:
        """Take back a pin or a hide.

        Raises:
            UnknownId: there is none of that id.
        """
        self._withdraw(schema.pin, id_)

    def put_corrections(self, corrections: Iterable[Correction]) -> None:
        """Store corrections of dossiers, and lay them over those that are there.

        Those of people who were erased are left out.
        """
        with self._write() as connection:
            given = _not_erased(connection, list(corrections))
            rows = [
                {"id": c.id, "person": c.person, "at": _utc(c.when), "record": _pack(c)}
                for c in given
            ]
            _upsert(connection, schema.correction, rows)
            self._correct(connection, sorted({c.person for c in given}))

    def withdraw_correction(self, id_: str) -> None:
        """Take back a correction: the dossier is again as it was given, but for the others.

        Raises:
            UnknownId: there is none of that id.
        """
        self._withdraw(schema.correction, id_)

    def _withdraw(self, table: Table, id_: str) -> None:
        with self._write() as connection:
            person = connection.scalar(select(table.c.person).where(table.c.id == id_))
            if person is None:
                raise UnknownId(f"there is no {table.name} {id_!r} in the store")
            connection.execute(delete(table).where(table.c.id == id_))
            if table is schema.correction:
                self._correct(connection, [person])

    def _correct(self, connection: Connection, people: Sequence[str]) -> None:
        """Lay all corrections of people over their dossiers as these were given."""
        table, corrections = schema.person, _corrections(connection, people)
        given = []
        for part in _parts(people):
            query = select(func.coalesce(table.c.given, table.c.record)).where(table.c.id.in_(part))
            given += [msgspec.json.decode(p, type=Person) for p in connection.scalars(query)]
        self._change(connection, table, [_dossier(person, corrections) for person in given])

    def erase_person(self, id_: str) -> dict[str, int]:
        """Forget a person: dossier, events, pins and corrections, in one step; says how many.

        What was fitted forgets them when it is next read, and what others are told no longer rests
        on them from the next fit on. A filled vacancy stays filled: that is a number, and nobody's.

        Raises:
            UnknownId: there is nothing about them.
        """
        with self._write() as connection:
            number = 1 + _latest(connection)
            _count_hired(connection, id_)
            found = {}
            for table in (schema.person, schema.event, schema.pin, schema.correction):
                own = table.c.id if table is schema.person else table.c.person
                found[table.name] = connection.execute(delete(table).where(own == id_)).rowcount
            if not any(found.values()):
                raise UnknownId(f"there is nothing about a person {id_!r} in the store")
            row = {"digest": erased_digest(id_), "changed": number}
            _upsert(connection, schema.erased, [row])
        return found

    def _replace(self, table: Table, rows: list[dict[str, Any]]) -> None:
        with self._write() as connection:
            _upsert(connection, table, rows)

    def _change(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """Replace records; those that differ from what stood there get the next number."""
        number = 1 + _latest(connection)
        _upsert(connection, table, [row | {"changed": number} for row in rows])

    # -- out ---------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How many records each table holds, by table name."""
        with self._read() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in schema.metadata.tables.items()
                if table not in (schema.identity, schema.erased)
            }

    def taxonomy_sums(self) -> dict[str, float]:
        """Counts of the taxonomies' rows, with the lengths of their texts and their weights."""
        sums = {
            "concept": func.coalesce(func.sum(schema.concept.c.level), 0),
            "label": func.coalesce(func.sum(func.length(schema.label.c.text)), 0),
            "description": func.coalesce(func.sum(func.length(schema.description.c.text)), 0),
            "relation": func.coalesce(func.sum(schema.relation.c.weight), 0),
            "profile": func.coalesce(func.sum(schema.profile.c.weight), 0),
        }
        found: dict[str, float] = {}
        with self._read() as connection:
            for name, total in sums.items():
                table = schema.metadata.tables[name]
                row = connection.execute(select(func.count(), total).select_from(table)).one()
                found[f"{name} rows"], found[f"{name} sum"] = row[0], round(float(row[1]), 6)
        return found

    def schemes(self) -> list[Scheme]:
        """The taxonomies in the store, by id."""
        with self._read() as connection:
            rows = connection.execute(select(schema.scheme).order_by(schema.scheme.c.id))
            return [Scheme(**row) for row in rows.mappings()]

    def person(self, id_: str) -> Person:
        """One dossier.

        Raises:
            UnknownId: there is none by that id.
        """
        return self._one(schema.person, id_, Person)

    def vacancy(self, id_: str) -> Vacancy:
        """One vacancy.

        Raises:
            UnknownId: there is none by that id.
        """
        return self._one(schema.vacancy, id_, Vacancy)

    def people_of(self, ids: Sequence[str]) -> dict[str, Person]:
        """Some dossiers by id; unknown ids are left out."""
        return self._some(schema.person, ids, Person)

    def vacancies_of(self, ids: Sequence[str]) -> dict[str, Vacancy]:
        """Some vacancies by id; unknown ids are left out."""
        return self._some(schema.vacancy, ids, Vacancy)

    def people(self) -> Iterator[Person]:
        """All dossiers, by id."""
        return self._all(schema.person, "id", Person)

    def vacancies(self) -> Iterator[Vacancy]:
        """All vacancies, by id."""
        return self._all(schema.vacancy, "id", Vacancy)

    def places(self) -> Iterator[Place]:
        """All municipalities, by NIS code."""
        return self._all(schema.place, "nis", Place)

    def events(self, person: str | None = None) -> list[Event]:
        """Events, oldest first; of one person, or of all."""
        with self._read() as connection:
            if person is None:
                return _told(connection, _EVERY_EVENT, Event)
            return _told(connection, _EVENTS_OF_PERSON, Event, id=person)

    def events_of_vacancy(self, vacancy: str) -> list[Event]:
        """What happened to a vacancy, oldest first; views stay with the person and are left out."""
        with self._read() as connection:
            return _told(connection, _EVENTS_OF_VACANCY, Event, id=vacancy)

    def interactions(self, since: dt.datetime) -> Iterator[tuple[str, str, EventKind, dt.datetime]]:
        """What happened to anybody from a moment on, in no order: person, vacancy, kind, when.

        For learning from all of them at once; a person's own are `events`.
        """
        table = schema.event
        columns = (table.c.person, table.c.vacancy, table.c.kind, table.c.at)
        query = select(*columns).where(table.c.at >= since)
        with self._read() as connection:
            rows = connection.execution_options(yield_per=10_000).execute(query)
            for part in rows.partitions():
                yield from map(tuple, part)

    def profile(self, occupation: str) -> list[ProfileLink]:
        """The competences that an occupation uses, those that weigh most first."""
        table = schema.profile
        query = (
            select(table)
            .where(table.c.occupation == occupation)
            .order_by(table.c.weight.desc(), table.c.competence)
        )
        with self._read() as connection:
            return [ProfileLink(**row) for row in connection.execute(query).mappings()]

    def pins(self, person: str) -> list[Pin]:
        """What was set before a person, or hidden from them, oldest first."""
        with self._read() as connection:
            return _told(connection, _PINS_OF_PERSON, Pin, id=person)

    def pins_of_vacancy(self, vacancy: str) -> list[Pin]:
        """Before whom a vacancy was set, or from whom it was hidden, oldest first."""
        with self._read() as connection:
            return _told(connection, _PINS_OF_VACANCY, Pin, id=vacancy)

    def corrections(self, person: str) -> list[Correction]:
        """What was put right in a dossier, oldest first."""
        with self._read() as connection:
            return _corrections(connection, [person]).get(person, [])

    def given(self, person: str) -> Person:
        """A dossier as it was given, without what was put right in it since.

        Raises:
            UnknownId: there is none of that id.
        """
        with self._read() as connection:
            found = _dossiers(connection, person)
        if found is None:
            raise UnknownId(f"there is no person {person!r} in the store")
        return found[1]

    def export_person(self, id_: str) -> Held:
        """Everything that is held about a person, as of one moment.

        Raises:
            UnknownId: nothing is.
        """
        with self._read() as connection:
            person, given = _dossiers(connection, id_) or (None, None)
            found = Held(
                id=id_,
                person=person,
                given=given,
                events=tuple(_told(connection, _EVENTS_OF_PERSON, Event, id=id_)),
                pins=tuple(_told(connection, _PINS_OF_PERSON, Pin, id=id_)),
                corrections=tuple(_corrections(connection, [id_]).get(id_, [])),
            )
        if person is None and not (found.events or found.pins or found.corrections):
            raise UnknownId(f"there is nothing about a person {id_!r} in the store")
        return found

    def erased(self, since: int) -> frozenset[str]:
        """Digests of the ids of people who were erased after a number of change."""
        query = select(schema.erased.c.digest).where(schema.erased.c.changed > since)
        with self._read() as connection:
            return frozenset(connection.scalars(query))

    def concepts(self, ids: Sequence[str]) -> dict[str, Concept]:
        """Concepts by id, with all their labels and descriptions; unknown ids are left out."""
        found: dict[str, dict[str, Any]] = {}
        with self._read() as connection:
            for part in _parts(ids):
                table: Table = schema.concept
                for row in connection.execute(select(table).where(table.c.id.in_(part))).mappings():
                    found[row["id"]] = {**row, "labels": {}, "alt": {}, "descriptions": {}}
                table = schema.label
                query = select(table).where(table.c.concept.in_(part))
                for row in connection.execute(query).mappings():
                    entry = found.get(row["concept"])
                    if entry is None:
                        continue
                    if row["preferred"]:
                        entry["labels"][row["lang"]] = row["text"]
                    else:
                        others = entry["alt"].get(row["lang"], ())
                        entry["alt"][row["lang"]] = (*others, row["text"])
                table = schema.description
                query = select(table).where(table.c.concept.in_(part))
                for row in connection.execute(query).mappings():
                    if row["concept"] in found:
                        found[row["concept"]]["descriptions"][row["lang"]] = row["text"]
        return {id_: Concept(**found[id_]) for id_ in ids if id_ in found}

    def state(self) -> State:
        """Which store this is, and how far it has changed."""
        with self._read() as connection:
            identity = connection.scalar(select(schema.identity.c.id))
            return State(str(identity), _latest(connection))

    def changed_people(self, since: int) -> list[Person]:
        """Dossiers that came or changed after a number of change, by id."""
        return self._changed(schema.person, since, Person)

    def changed_vacancies(self, since: int) -> list[Vacancy]:
        """Vacancies that came or changed after a number of change, by id."""
        return self._changed(schema.vacancy, since, Vacancy)

    def _changed(self, table: Table, since: int, kind: type[_R]) -> list[_R]:
        query = select(table.c.record).where(table.c.changed > since).order_by(table.c.id)
        with self._read() as connection:
            return [
                msgspec.json.decode(packed, type=kind) for packed in connection.scalars(query).all()
            ]

    def preferred_labels(self) -> list[tuple[str, Lang, str]]:
        """Every concept's preferred labels: id, language, text."""
        table = schema.label
        query = select(table.c.concept, table.c.lang, table.c.text).where(table.c.preferred)
        with self._read() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """The named columns of a whole table, ordered by them: for fitting, which reads all."""
        source = schema.metadata.tables[table]
        picked = [source.c[name] for name in columns]
        with self._read() as connection:
            return [tuple(row) for row in connection.execute(select(*picked).order_by(*picked))]

    def unresolved(self) -> int:
        """Relations and profile links whose target is not (yet) in the store."""
        known = select(schema.concept.c.id)
        relation, profile = schema.relation, schema.profile
        with self._read() as connection:
            return sum(
                connection.scalar(query) or 0
                for query in (
                    select(func.count())
                    .select_from(relation)
                    .where(relation.c.target.not_in(known)),
                    select(func.count())
                    .select_from(profile)
                    .where(profile.c.competence.not_in(known)),
                )
            )

    def _one(self, table: Table, id_: str, kind: type[_R]) -> _R:
        with self._read() as connection:
            packed = connection.scalar(select(table.c.record).where(table.c.id == id_))
        if packed is None:
            raise UnknownId(f"there is no {table.name} {id_!r} in the store")
        return msgspec.json.decode(packed, type=kind)

    def _some(self, table: Table, ids: Sequence[str], kind: type[_R]) -> dict[str, _R]:
        with self._read() as connection:
            return _records(connection, table, ids, kind)

    def _all(self, table: Table, key: str, kind: type[_R]) -> Iterator[_R]:
        decoder = msgspec.json.Decoder(kind)
        with self._read() as connection:
            rows = connection.execution_options(yield_per=5000).execute(
                select(table.c.record).order_by(table.c[key])
            )
            for (packed,) in rows:
                yield decoder.decode(packed)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url)
    # What a fork inherits is left alone there, and opened anew: SQLite's rule.
    os.register_at_fork(after_in_child=partial(_leave_alone, weakref.ref(engine)))

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that DDL is in it too
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _leave_alone(engine: weakref.ref[Engine]) -> None:
    if (found := engine()) is not None:
        found.dispose(close=False)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def erased_digest(person: str) -> str:
    """What is kept of the id of a person who was erased."""
    return hashlib.blake2b(person.encode(), digest_size=16).hexdigest()


def _remember(connection: Connection, people: Sequence[str]) -> None:
    """People who were erased and come again are there again."""
    table = schema.erased
    if connection.scalar(select(table.c.digest).limit(1)) is not None:
        for part in _parts([erased_digest(id_) for id_ in people]):
            connection.execute(delete(table).where(table.c.digest.in_(part)))


def _not_erased(connection: Connection, told: Sequence[_T]) -> list[_T]:
    """What is told of people, without what is told of those who were erased."""
    table = schema.erased
    if connection.scalar(select(table.c.digest).limit(1)) is None:
        return list(told)
    digests = {one.person: erased_digest(one.person) for one in told}
    gone: set[str] = set()
    for part in _parts(sorted(digests.values())):
        gone.update(connection.scalars(select(table.c.digest).where(table.c.digest.in_(part))))
    return [one for one in told if digests[one.person] not in gone]


def _latest(connection: Connection) -> int:
    """The number of the latest change."""
    found = (
        connection.scalar(select(func.max(table.c.changed)))
        for table in (schema.person, schema.vacancy, schema.erased)
    )
    return max(number or 0 for number in found)


def _records(
    connection: Connection, table: Table, ids: Sequence[str], kind: type[_R]
) -> dict[str, _R]:
    found: dict[str, _R] = {}
    for part in _parts(ids):
        bound = {f"id{at}": id_ for at, id_ in enumerate(part)}
        rows = _by_id(table, len(part)).rows(connection, bound)
        found |= {id_: msgspec.json.decode(packed, type=kind) for id_, packed in rows}
    return found


@lru_cache(_SIZES)
def _by_id(table: Table, size: int) -> Question:
    """So many records, by `id0` and so on."""
    wanted: list[BindParameter[Any]] = [bindparam(f"id{at}", "") for at in range(size)]
    return Question(select(table.c.id, table.c.record).where(table.c.id.in_(wanted)))


def _oldest_first(table: Table) -> Select[Any]:
    """Events, or pins and hides."""
    columns = [column.label("when") if column.name == "at" else column for column in table.c]
    return select(*columns).order_by(table.c.at, table.c.id)


_EVENT, _PIN = schema.event.c, schema.pin.c
_BOUND: BindParameter[str] = bindparam("id", "")
_EVERY_EVENT = Question(_oldest_first(schema.event))
_EVENTS_OF_PERSON = Question(_oldest_first(schema.event).where(_EVENT.person == _BOUND))
_EVENTS_OF_VACANCY = Question(
    _oldest_first(schema.event).where(
        _EVENT.vacancy == _BOUND, _EVENT.kind.not_in(("shown", "viewed"))
    )
)
_PINS_OF_PERSON = Question(_oldest_first(schema.pin).where(_PIN.person == _BOUND))
_PINS_OF_VACANCY = Question(_oldest_first(schema.pin).where(_PIN.vacancy == _BOUND))


def _told(connection: Connection, asked: Question, kind: type[_R], **bound: str) -> list[_R]:
    rows, names = asked.rows(connection, bound), asked.names
    return [kind(**dict(zip(names, row, strict=True))) for row in rows]


def _dossiers(connection: Connection, person: str) -> tuple[Person, Person] | None:
    """A dossier as it counts and as it was given; None where there is none."""
    table = schema.person
    query = select(table.c.record, func.coalesce(table.c.given, table.c.record))
    row = connection.execute(query.where(table.c.id == person)).one_or_none()
    if row is None:
        return None
    record, given = (msgspec.json.decode(packed, type=Person) for packed in row)
    return record, given


def _corrections(connection: Connection, people: Sequence[str]) -> dict[str, list[Correction]]:
    """What was put right in dossiers, oldest first, by person."""
    table = schema.correction
    found: dict[str, list[Correction]] = {}
    if connection.scalar(select(table.c.id).limit(1)) is None:
        return found
    for part in _parts(people):
        query = select(table.c.record).where(table.c.person.in_(part))
        for packed in connection.scalars(query.order_by(table.c.at, table.c.id)):
            correction = msgspec.json.decode(packed, type=Correction)
            found.setdefault(correction.person, []).append(correction)
    return found


def _dossier(person: Person, corrections: Mapping[str, list[Correction]]) -> dict[str, Any]:
    """The row of a dossier: what was put right laid over it, and how it was given."""
    own = corrections.get(person.id)
    if not own:
        return {"id": person.id, "record": _pack(person), "given": None}
    return {"id": person.id, "record": _pack(corrected(person, own)), "given": _pack(person)}


@dataclass(frozen=True)
class _Hired:
    """How many people a vacancy hired: those who were erased since, and those whom events name."""

    erased: int = 0
    told: int = 0


def _hired(connection: Connection, vacancies: Sequence[str]) -> dict[str, _Hired]:
    """Whom vacancies hired, by vacancy."""
    event, vacancy = schema.event, schema.vacancy
    found: dict[str, _Hired] = {}
    for part in _parts(vacancies):
        erased = select(vacancy.c.id, vacancy.c.hired).where(vacancy.c.id.in_(part))
        told = (
            select(event.c.vacancy, func.count(func.distinct(event.c.person)))
            .where(event.c.vacancy.in_(part), event.c.kind == "hired")
            .group_by(event.c.vacancy)
        )
        gone = {id_: number for id_, number in connection.execute(erased) if number}
        here: dict[str, int] = {row[0]: row[1] for row in connection.execute(told)}
        for id_ in gone.keys() | here.keys():
            found[id_] = _Hired(gone.get(id_, 0), here.get(id_, 0))
    return found


def _count_hired(connection: Connection, person: str) -> None:
    """Keep of a person who is erased that somebody was hired, so that what is filled stays so."""
    event, vacancy = schema.event, schema.vacancy
    hired = select(event.c.vacancy).where(event.c.person == person, event.c.kind == "hired")
    more = update(vacancy).where(vacancy.c.id.in_(hired)).values(hired=vacancy.c.hired + 1)
    connection.execute(more)


def _offer(vacancy: Vacancy, hired: Mapping[str, _Hired]) -> dict[str, Any]:
    """The row of a vacancy, filled where enough people were hired."""
    own = hired.get(vacancy.id, _Hired())
    if own.erased + own.told >= vacancy.positions and not vacancy.filled:
        vacancy = msgspec.structs.replace(vacancy, filled=True)
    return {
        "id": vacancy.id,
        "valid_from": vacancy.valid_from,
        "valid_through": vacancy.valid_through,
        "record": _pack(vacancy),
        "hired": own.erased,
    }


def _upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    new = statement.excluded
    values: dict[str, Any] = {c.name: new[c.name] for c in table.columns if c.name not in keys}
    if "record" in values and "changed" in values:
        same = table.c.record == new.record
        values["changed"] = case((same, table.c.changed), else_=new.changed)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), rows)


def _row(record: msgspec.Struct, **renamed: str) -> dict[str, Any]:
    row = msgspec.structs.asdict(record)
    for old, new in renamed.items():
        row[new] = row.pop(old)
    return row


def _utc(when: dt.datetime) -> dt.datetime:
    """A moment as UTC without offset; one without offset is taken as UTC."""
    return when if when.tzinfo is None else when.astimezone(dt.UTC).replace(tzinfo=None)


def _pack(record: msgspec.Struct) -> bytes:
    return msgspec.json.encode(record)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IN_CLAUSE):
        yield ids[start : start + _IN_CLAUSE]
