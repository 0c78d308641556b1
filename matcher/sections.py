"""A dashboard as tables of words, the same on a terminal and on paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from competent_data.records import Lang
from matcher.dashboard import Applied, Dashboard, Offered
from matcher.messages import Messages, messages


@dataclass(frozen=True)
class Cell:
    """A text, with its language where that is not the reader's, and the day where it is one."""

    text: str
    lang: Lang | None = None
    day: dt.date | None = None


@dataclass(frozen=True)
class Section:
    """A table with its heading; the first cell of a row names it. Without rows `none` stands."""

    key: str
    title: str
    none: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sections(found: Dashboard) -> tuple[Section, ...]:
    """All tables of a dashboard, in its language."""
    say = messages(found.lang)
    offer = [say("dashboard", "vacancy"), say("dashboard", "employer"), say("dashboard", "state")]
    when, why = say("dashboard", "when"), say("dashboard", "reason")
    by, origin = say("dashboard", "by"), say("dashboard", "sources")
    decided = {
        key: tuple(
            (*_offer(one.vacancy, say), _day(one.when), _by(one.by, say), Cell(one.reason))
            for one in entries
        )
        for key, entries in (("suggested", found.suggested), ("hidden", found.hidden))
    }
    saved = tuple(
        (*_offer(one.vacancy, say), _day(one.when), _sources(one.sources, say))
        for one in found.saved
    )
    applied = tuple(
        (*_offer(one.vacancy, say), _day(one.when), _sources(one.sources, say), _result(one, say))
        for one in found.applied
    )
    dismissed = tuple(
        (*_offer(one.vacancy, say), _day(one.when), Cell(one.text)) for one in found.dismissed
    )
    corrected = tuple(
        (
            Cell(", ".join(say("changed", name) for name in one.fields)),
            _day(one.when),
            _by(one.by, say),
            Cell(one.reason),
        )
        for one in found.corrected
    )
    result, what = say("dashboard", "result"), say("dashboard", "what")
    return (
        _section("saved", [*offer, when, origin], saved, say),
        _section("applied", [*offer, when, origin, result], applied, say),
        _section("dismissed", [*offer, when, why], dismissed, say),
        _section("suggested", [*offer, when, by, why], decided["suggested"], say),
        _section("hidden", [*offer, when, by, why], decided["hidden"], say),
        _section("corrected", [what, when, by, why], corrected, say),
    )


def _section(
    key: str, columns: list[str], rows: tuple[tuple[Cell, ...], ...], say: Messages
) -> Section:
    title, none = say("dashboard", key), say("dashboard", f"{key}_none")
    return Section(key, title, none, tuple(columns), rows)


def _offer(vacancy: Offered, say: Messages) -> tuple[Cell, Cell, Cell]:
    """Title; employer and place; how it stands."""
    foreign = vacancy.lang if vacancy.lang != say.lang else None
    where = ", ".join(part for part in (vacancy.employer, vacancy.place) if part)
    state, until = say("vacancy_state", vacancy.state), vacancy.valid_through
    if vacancy.state == "open" and until:
        state = say("dashboard", "until", state=state, day=_written(until))
    return (
        Cell(vacancy.title, lang=foreign),
        Cell(where or say("dashboard", "unsaid")),
        Cell(state),
    )


def _day(when: dt.datetime) -> Cell:
    return Cell(_written(when), day=when.date())


def _by(by: str, say: Messages) -> Cell:
    return Cell(say("dashboard", "you") if by == "self" else say("pin", by))


def _sources(sources: tuple[str, ...], say: Messages) -> Cell:
    named = ", ".join(say("source", name) for name in sources)
    return Cell(named or say("dashboard", "unsaid"))


def _result(one: Applied, say: Messages) -> Cell:
    told = []
    if one.hired:
        told.append(say("dashboard", "hired", day=_written(one.hired)))
    if one.at_work_6m:
        told.append(say("dashboard", "at_work_6m"))
    return Cell(", ".join(told) or say("dashboard", "no_result"))


def _written(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
