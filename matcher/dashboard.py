"""A person's own overview: what they did with vacancies, and what others decided for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, TypeVar, get_args

import msgspec
from msgspec import UNSET

from competent_data.places import Gazetteer
from competent_data.records import (
    Correction,
    Event,
    EventKind,
    Held,
    Lang,
    PinKind,
    Source,
    Vacancy,
)
from competent_data.store import Store
from matcher.history import source
from matcher.sources import SOURCES
from matcher.wishes import why

State = Literal["open", "not_yet_open", "expired", "filled", "unknown"]
"""How a vacancy stands on a day; `unknown` is no longer in the store."""
STATES: tuple[State, ...] = get_args(State)


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Offered(_Entry, frozen=True, kw_only=True):
    """A vacancy as it stands on the day; of one that is not in the store the id is the title."""

    id: str
    title: str
    lang: Lang | None
    employer: str | None
    place: str | None
    state: State
    valid_through: dt.date | None


class Saved(_Entry, frozen=True, kw_only=True):
    """What the person saved and has not acted on since; `sources`: who brought it to them."""

    vacancy: Offered
    when: dt.datetime
    sources: tuple[Source, ...]


class Applied(_Entry, frozen=True, kw_only=True):
    """What the person applied for, and what came of it."""

    vacancy: Offered
    when: dt.datetime
    sources: tuple[Source, ...]
    hired: dt.datetime | None
    at_work_6m: dt.datetime | None


class Dismissed(_Entry, frozen=True, kw_only=True):
    """What the person set aside: the reason as told, and in words."""

    vacancy: Offered
    when: dt.datetime
    reason: str | None
    text: str


class Decided(_Entry, frozen=True, kw_only=True):
    """What somebody set before the person, or hid from them: the pin's id, who, why, when."""

    vacancy: Offered
    when: dt.datetime
    by: str
    reason: str
    pin: str


class Corrected(_Entry, frozen=True, kw_only=True):
    """What was put right in the dossier: the correction's id, who, why, when, which fields."""

    correction: str
    when: dt.datetime
    by: str
    reason: str
    fields: tuple[str, ...]


class Dashboard(_Entry, frozen=True, kw_only=True):
    """All of it, each list newest first."""

    person: str
    lang: Lang
    today: dt.date
    saved: tuple[Saved, ...]
    applied: tuple[Applied, ...]
    dismissed: tuple[Dismissed, ...]
    suggested: tuple[Decided, ...]
    hidden: tuple[Decided, ...]
    corrected: tuple[Corrected, ...]


def dashboard(store: Store, person: str, today: dt.date, lang: Lang | None = None) -> Dashboard:
    """A person's overview; `today` tells which vacancies are still open.

    Raises:
        UnknownId: nothing is held about the person.
    """
    held = store.export_person(person)
    spoken: Lang = lang or (held.person.lang if held.person else "nl")
    ids = {event.vacancy for event in held.events} | {pin.vacancy for pin in held.pins}
    vacancies = store.vacancies_of(sorted(ids))
    return _Overview(held, vacancies, Gazetteer.load(store), today, spoken).whole


E_ = TypeVar("E_", bound=_Entry)


@dataclass(frozen=True)
class _Overview:
    """What an overview is made of."""

    held: Held
    vacancies: Mapping[str, Vacancy]
    places: Gazetteer
    today: dt.date
    lang: Lang

    @property
    def whole(self) -> Dashboard:
        """All lists."""
        applied = self._first("applied", "hired", "at_work_6m")
        dismissed = self._last("dismissed", but=applied)
        saved = self._last("saved", but={*applied, *dismissed})
        hired, at_work = self._first("hired"), self._first("at_work_6m")
        return Dashboard(
            person=self.held.id,
            lang=self.lang,
            today=self.today,
            saved=_newest(self._saved(event) for event in saved.values()),
            applied=_newest(
                self._applied(event, hired.get(id_), at_work.get(id_))
                for id_, event in applied.items()
            ),
            dismissed=_newest(self._dismissed(event) for event in dismissed.values()),
            suggested=self._decided("pin"),
            hidden=self._decided("hide"),
            corrected=_newest(_corrected(one) for one in self.held.corrections),
        )

    def _first(self, *kinds: EventKind) -> dict[str, Event]:
        """The first event of some kinds, by vacancy; the kind that is named first wins."""
        found: dict[str, Event] = {}
        for kind in kinds:
            for event in self.held.events:
                if event.kind == kind:
                    found.setdefault(event.vacancy, event)
        return found

    def _last(self, kind: EventKind, but: Collection[str]) -> dict[str, Event]:
        """The last event of a kind, by vacancy, but for some vacancies."""
        return {e.vacancy: e for e in self.held.events if e.kind == kind and e.vacancy not in but}

    def _saved(self, event: Event) -> Saved:
        return Saved(
            vacancy=self._offered(event.vacancy),
            when=event.when,
            sources=self._sources(event.vacancy),
        )

    def _applied(self, event: Event, hired: Event | None, at_work: Event | None) -> Applied:
        return Applied(
            vacancy=self._offered(event.vacancy),
            when=event.when,
            sources=self._sources(event.vacancy),
            hired=hired.when if hired else None,
            at_work_6m=at_work.when if at_work else None,
        )

    def _dismissed(self, event: Event) -> Dismissed:
        return Dismissed(
            vacancy=self._offered(event.vacancy),
            when=event.when,
            reason=event.reason,
            text=why(event.reason, self.lang),
        )

    def _decided(self, kind: PinKind) -> tuple[Decided, ...]:
        return _newest(
            Decided(
                vacancy=self._offered(pin.vacancy),
                when=pin.when,
                by=pin.by,
                reason=pin.reason,
                pin=pin.id,
            )
            for pin in self.held.pins
            if pin.kind == kind
        )

    def _sources(self, vacancy: str) -> tuple[Source, ...]:
        """Who brought a vacancy to the person, as far as events and pins say."""
        found = {e.provenance for e in self.held.events if e.vacancy == vacancy}
        found |= {source(p) for p in self.held.pins if p.vacancy == vacancy and p.kind == "pin"}
        return tuple(name for name in SOURCES if name in found)

    def _offered(self, id_: str) -> Offered:
        vacancy = self.vacancies.get(id_)
        if vacancy is None:
            return Offered(
                id=id_,
                title=id_,
                lang=None,
                employer=None,
                place=None,
                state="unknown",
                valid_through=None,
            )
        return Offered(
            id=id_,
            title=vacancy.title,
            lang=vacancy.lang,
            employer=vacancy.employer,
            place=self._place(vacancy.place),
            state=state(vacancy, self.today),
            valid_through=vacancy.valid_through,
        )

    def _place(self, named: str | None) -> str | None:
        found = self.places.find(named) if named else None
        return found.names.get(self.lang, named) if found else named


def state(vacancy: Vacancy, today: dt.date) -> State:
    """How a vacancy stands on a day."""
    if vacancy.filled:
        return "filled"
    if vacancy.valid_through is not None and vacancy.valid_through < today:
        return "expired"
    if vacancy.valid_from is not None and vacancy.valid_from > today:
        return "not_yet_open"
    return "open"


def _corrected(correction: Correction) -> Corrected:
    changes = msgspec.structs.asdict(correction.changes)
    levels = changes.pop("competences")
    fields = [name for name, value in changes.items() if value is not UNSET]
    return Corrected(
        correction=correction.id,
        when=correction.when,
        by=correction.by,
        reason=correction.reason,
        fields=(*(["competences"] if levels else []), *fields),
    )


def _newest(entries: Iterable[E_]) -> tuple[E_, ...]:
    """Newest first; of one moment in the order given."""
    return tuple(sorted(entries, key=attrgetter("when"), reverse=True))
