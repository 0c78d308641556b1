"""What people were after, for learning who is near whom: from the store's events, on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from competent_data.records import Event, EventKind
from competent_data.store import Store
from models.artefact import Fitted
from models.neighbours import Happened, Neighbours, NeighbourSettings, Profiles

WEIGHT: Mapping[EventKind, float] = {
    "viewed": 0.25,
    "saved": 1.0,
    "applied": 2.0,
    "hired": 3.0,
    "at_work_6m": 3.0,
}
"""How much an event says that a person is after a vacancy; from 1 on they found it. What was only
shown says nothing, and what was dismissed is no longer theirs."""
Interaction = tuple[str, str, EventKind, dt.datetime]


def sought(events: Iterable[Event]) -> list[tuple[str, float]]:
    """What one person was after: vacancies, each with the weight of what says most."""
    found: dict[str, float] = {}
    dismissed = set()
    for event in events:
        if event.kind == "dismissed":
            dismissed.add(event.vacancy)
        elif event.kind in WEIGHT:
            found[event.vacancy] = max(found.get(event.vacancy, 0.0), WEIGHT[event.kind])
    return [(id_, weight) for id_, weight in found.items() if id_ not in dismissed]


def happened(
    interactions: Iterable[Interaction], people: Iterable[str], today: dt.date
) -> Happened:
    """What these people came to up to and including a day, in whatever order it comes.

    Of several events between the same two the one that says most counts, as of its latest day; a
    person who dismissed a vacancy did not find it.
    """
    known = {id_: at for at, id_ in enumerate(people)}
    vacancies: dict[str, int] = {}
    person, vacancy, weight, day = [], [], [], []
    for who, what, kind, when in interactions:
        said = -1.0 if kind == "dismissed" else WEIGHT.get(kind, 0.0)
        at, on = known.get(who), when.toordinal()
        if at is None or not said or on > today.toordinal():
            continue
        person.append(at)
        vacancy.append(vacancies.setdefault(what, len(vacancies)))
        weight.append(said)
        day.append(on)
    return _pairs(
        list(known),
        list(vacancies),
        np.array(person, np.int64),
        np.array(vacancy, np.int64),
        np.array(weight, np.float32),
        (today.toordinal() - np.array(day, np.int64)).astype(np.float32),
    )


def learnt(store: Store, fitted: Fitted, today: dt.date) -> Neighbours:
    """Who is near whom on a day, from the events of the store and the rows of its people.

    Of people and vacancies that are not in the store any more nothing is learnt.
    """
    settings = NeighbourSettings()
    since = dt.datetime.combine(today - dt.timedelta(settings.window_days), dt.time())
    people, jobs = fitted.people.packed, fitted.jobs.packed
    what = happened(store.interactions(since), people.ids, today)
    rows = np.array([people.ids.find(id_) for id_ in what.people], np.int64)
    offers = np.array([jobs.ids.find(id_) for id_ in what.vacancies], np.int64)
    still = np.append(jobs.plain["last_day"] >= today.toordinal(), False)
    return Neighbours.fit(what, Profiles.of(people.columns, rows), still[offers], settings)


def _pairs(
    people: Sequence[str],
    vacancies: Sequence[str],
    person: NDArray[np.int64],
    vacancy: NDArray[np.int64],
    weight: NDArray[np.float32],
    age: NDArray[np.float32],
) -> Happened:
    """One row for each person and vacancy, of the ids that are left, ascending."""
    key = person * max(len(vacancies), 1) + vacancy
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    if len(starts):
        kept = np.minimum.reduceat(weight[order], starts) > 0
        weight = np.maximum.reduceat(weight[order], starts)[kept]
        age = np.minimum.reduceat(age[order], starts)[kept]
        person, vacancy = person[order][starts][kept], vacancy[order][starts][kept]
    named, by = _left(people, person)
    offered, what = _left(vacancies, vacancy)
    return Happened(named, offered, by, what, weight, age)


def _left(ids: Sequence[str], places: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int32]]:
    """The ids that are used, ascending, and each place among them."""
    used = np.unique(places)
    named = sorted((ids[at], at) for at in used.tolist())
    found = np.empty(len(ids), np.int32)
    found[[at for _, at in named]] = np.arange(len(named), dtype=np.int32)
    return [id_ for id_, _ in named], found[places]
