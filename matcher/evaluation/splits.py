"""What each person is asked to be shown: cut by time, or the last that they wanted left out.

Nothing from the cut on is known to any ranker. What plays no part is counted, with why.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from competent_data.records import Event, EventKind, Person, Vacancy
from matcher.evaluation.log import Log
from matcher.history import done

POSITIVE: tuple[EventKind, ...] = ("saved", "applied", "hired", "at_work_6m")
"""What shows that a person wanted a vacancy."""


Level = Literal["0", "1-5", "more"]
"""How many events of their own somebody had before."""
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True)
class Query:
    """A person on the day `today`, knowing what had happened before `moment`: which vacancies they
    `wanted` from then on, and which they had dealt with before (`gone`, with how), so that nobody
    shows these again. `before` are their events before the moment, oldest first, without looks at
    what they then wanted: those are where that wish began."""

    person: Person
    today: dt.date
    moment: dt.datetime
    wanted: frozenset[str]
    gone: Mapping[str, str]
    before: tuple[Event, ...] = ()

    @property
    def acts(self) -> int:
        """How much they had done before: events other than `shown`."""
        return sum(event.kind != "shown" for event in self.before)

    @property
    def level(self) -> Level:
        """How active they had been."""
        return level(self.acts)


@dataclass(frozen=True)
class Split:
    """Queries by person's id; `known` are the events before each person's moment, as in a query;
    `positive` those kinds that show a wish. `by_history` people told nothing, so the titles of what
    they wanted before stand as their text; `untold` had no such titles either. `skipped` counts by
    reason."""

    how: str
    queries: tuple[Query, ...]
    known: tuple[Event, ...]
    positive: frozenset[EventKind]
    by_history: int
    untold: int
    skipped: Mapping[str, int]

    @property
    def wishes(self) -> int:
        """How many right answers there are in all."""
        return sum(len(query.wanted) for query in self.queries)


def level(acts: int) -> Level:
    """The level of so many earlier events."""
    if acts:
        return "1-5" if acts <= 5 else "more"
    return "0"


def by_time(log: Log, at: dt.date, positive: frozenset[EventKind]) -> Split:
    """What everybody first wanted on a day or later, asked on the first day that they did."""
    moment = dt.datetime.combine(at, dt.time())
    moments = dict.fromkeys(_firsts(log, positive), moment)
    return _split(log, f"by time, at {at}", moments, moment, positive)


def last_out(log: Log, positive: frozenset[EventKind]) -> Split:
    """Everybody at the moment when they first wanted the last vacancy that they wanted."""
    moments = {person: max(when.values()) for person, when in _firsts(log, positive).items()}
    return _split(log, "the last left out", moments, dt.datetime.max, positive)


def last_days(log: Log, share: float) -> dt.date:
    """The first of the last days of a log: a share in (0, 1) of all its days, at least one."""
    first, last = log.events[0].when.date(), log.events[-1].when.date()
    days = (last - first).days + 1
    return last - dt.timedelta(days=max(1, round(share * days)) - 1)


def _firsts(log: Log, positive: frozenset[EventKind]) -> dict[str, dict[str, dt.datetime]]:
    """By person and vacancy when it was first wanted: saving and then applying is one wish."""
    found: dict[str, dict[str, dt.datetime]] = defaultdict(dict)
    for event in log.events:
        if event.kind in positive:
            found[event.person].setdefault(event.vacancy, event.when)
    return found


def _split(
    log: Log,
    how: str,
    moments: Mapping[str, dt.datetime],
    otherwise: dt.datetime,
    positive: frozenset[EventKind],
) -> Split:
    """`moments` by person; `otherwise` for who never wanted anything."""
    known = [e for e in log.events if e.when < moments.get(e.person, otherwise)]
    before: dict[str, list[Event]] = defaultdict(list)
    for event in known:
        before[event.person].append(event)
    skipped: Counter[str] = Counter(people_without_a_wish=len(log.people))
    queries: list[Query] = []
    for id_, wishes in sorted(_firsts(log, positive).items()):
        after = {vacancy: when for vacancy, when in wishes.items() if when >= moments[id_]}
        person = log.people.get(id_)
        if not after:
            continue
        if person is None:
            skipped["people_not_in_the_store"] += 1
            continue
        skipped["people_without_a_wish"] -= 1
        query, why_not = _query(log, person, moments[id_], after, before[id_], positive)
        skipped.update(why_not)
        if query.wanted:
            queries.append(query)
        else:
            skipped["people_whose_wishes_were_all_skipped"] += 1
    began = {(query.person.id, vacancy) for query in queries for vacancy in query.wanted}
    known = [event for event in known if (event.person, event.vacancy) not in began]
    untold = [query.person for query in queries if query.person.id in log.untold]
    by_history = sum(person != log.people[person.id] for person in untold)
    return Split(
        how,
        tuple(queries),
        tuple(known),
        positive,
        by_history,
        len(untold) - by_history,
        {why: count for why, count in skipped.items() if count},
    )


def _query(
    log: Log,
    person: Person,
    moment: dt.datetime,
    after: Mapping[str, dt.datetime],
    before: Sequence[Event],
    positive: frozenset[EventKind],
) -> tuple[Query, list[str]]:
    """What is asked for a person, and why each wish that is not asked for is skipped."""
    earlier = [event.vacancy for event in before if event.kind in positive]
    gone = dict.fromkeys(earlier, "wanted") | done((e.vacancy, e.kind) for e in before)
    today = min(after.values()).date()
    reasons = {v: _why_not(log.vacancies.get(v), today, v in gone) for v in after}
    wanted = frozenset(vacancy for vacancy, why in reasons.items() if why is None)
    if person.id in log.untold:
        person = _by_history(log, person, earlier)
    known = tuple(event for event in before if event.vacancy not in wanted)
    query = Query(person, today, moment, wanted, gone, known)
    return query, list(filter(None, reasons.values()))


def _why_not(vacancy: Vacancy | None, today: dt.date, dealt_with: bool) -> str | None:
    if vacancy is None:
        return "wishes_not_in_the_store"
    if vacancy.valid_from and vacancy.valid_from > today:
        return "wishes_not_yet_open"
    if vacancy.valid_through and vacancy.valid_through < today:
        return "wishes_no_longer_open"
    return "wishes_dealt_with_before" if dealt_with else None


def _by_history(log: Log, person: Person, wanted: Sequence[str]) -> Person:
    """The person with the titles of what they wanted, newest first, as their text."""
    read = [log.vacancies[id_] for id_ in reversed(wanted) if id_ in log.vacancies]
    if not read:
        return person
    text = "\n".join(filter(None, (person.text, *dict.fromkeys(v.title for v in read))))
    return msgspec.structs.replace(person, text=text, lang=read[0].lang)
