"""What each person is asked to be shown: cut by time, or the last that they wanted left out.

Nothing from the cut on is known to any ranker. What plays no part is counted, with why.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from competent_data.records import Event, EventKind, Person, Vacancy
from matcher.evaluation.log import Log
from matcher.ranked import done

POSITIVE: tuple[EventKind, ...] = ("saved", "applied", "hired", "at_work_6m")
"""What shows that a person wanted a vacancy."""


@dataclass(frozen=True)
class Query:
    """A person on the day `today`, knowing what had happened before `moment`: which vacancies they
    `wanted` from then on, and which they had dealt with before (`gone`, with how), so that nobody
    shows these again."""

    person: Person
    today: dt.date
    moment: dt.datetime
    wanted: frozenset[str]
    gone: Mapping[str, str]


@dataclass(frozen=True)
class Split:
    """Queries by person's id; `known` are the events before each person's moment; `positive` those
    kinds that show a wish. `by_history` people told nothing, so the titles of what they wanted
    before stand as their text; `untold` had no such titles either. `skipped` counts by reason."""

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
    known = [e for e in log.events if e.when < moments.get(e.person, otherwise)]
    before: dict[str, list[Event]] = defaultdict(list)
    for event in known:
        before[event.person].append(event)
    skipped: Counter[str] = Counter()
    queries: list[Query] = []
    by_history = untold = 0
    firsts = _firsts(log, positive)
    for id_, wishes in sorted(firsts.items()):
        after = [vacancy for vacancy, when in wishes.items() if when >= moments[id_]]
        person = log.people.get(id_)
        if person is None:
            skipped["people_not_in_the_store"] += bool(after)
            continue
        earlier = [e.vacancy for e in before[id_] if e.kind in positive]
        gone = dict.fromkeys(earlier, "wanted") | done((e.vacancy, e.kind) for e in before[id_])
        wanted = set()
        today = min((wishes[vacancy] for vacancy in after), default=otherwise).date()
        for vacancy in after:
            why = _why_not(log.vacancies.get(vacancy), today, vacancy in gone)
            if why:
                skipped[why] += 1
            else:
                wanted.add(vacancy)
        if not wanted:
            skipped["people_whose_wishes_were_all_skipped"] += bool(after)
            continue
        if id_ in log.untold:
            read = [log.vacancies[v] for v in reversed(earlier) if v in log.vacancies]
            by_history, untold = by_history + bool(read), untold + (not read)
            person = _by_history(person, read)
        queries.append(Query(person, today, moments[id_], frozenset(wanted), gone))
    skipped["people_without_a_wish"] = sum(
        all(when < moments[id_] for when in firsts[id_].values()) if id_ in firsts else True
        for id_ in log.people
    )
    left = {why: count for why, count in skipped.items() if count}
    return Split(how, tuple(queries), tuple(known), positive, by_history, untold, left)


def _why_not(vacancy: Vacancy | None, today: dt.date, dealt_with: bool) -> str | None:
    if vacancy is None:
        return "wishes_not_in_the_store"
    if vacancy.valid_from and vacancy.valid_from > today:
        return "wishes_not_yet_open"
    if vacancy.valid_through and vacancy.valid_through < today:
        return "wishes_no_longer_open"
    return "wishes_dealt_with_before" if dealt_with else None


def _by_history(person: Person, wanted: list[Vacancy]) -> Person:
    """The person with the titles of what they wanted, newest first, as their text."""
    if not wanted:
        return person
    titles = dict.fromkeys(vacancy.title for vacancy in wanted)
    text = "\n".join(filter(None, (person.text, *titles)))
    return msgspec.structs.replace(person, text=text, lang=wanted[0].lang)
