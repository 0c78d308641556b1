"""Our sources of suggestions, having learnt from what was known before a split alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from matcher.engine import Engine
from matcher.evaluation.log import Log
from matcher.evaluation.rankers import Ranker, Ranking
from matcher.evaluation.splits import Query, Split
from matcher.history import Past
from matcher.similar import happened
from matcher.sources import ALONE, Sources
from models.neighbours import Neighbours, NeighbourSettings, Profiles

SIMILAR = Sources(frozenset({"similar"}))


class OfSources:
    """What the engine ranks of some sources for whom these have anything."""

    def __init__(self, name: str, engine: Engine, sources: Sources) -> None:
        self.name, self._engine, self._sources = name, engine, sources

    def rank(self, query: Query) -> Ranking:
        """As the engine scores them, from what the person had done before."""
        past = Past(query.before, person=query.person.id)
        return self._engine.ranking(
            query.person, query.today, gone=query.gone, past=past, sources=self._sources
        )


def as_before(log: Log, split: Split) -> Log:
    """The log with an engine for which nothing from the split on has happened: what somebody was
    hired for since is not filled, and similar people found what they had found before."""
    earliest = min(query.moment for query in split.queries)
    since = {e.vacancy for e in log.events if e.kind == "hired" and e.when >= earliest}
    engine = log.engine.at(log.engine.market.reopened(since))
    return replace(log, engine=engine.heeding(_neighbours(log, split)))


def each_alone(log: Log) -> tuple[Ranker, ...]:
    """Competences alone and similar people alone; none where nobody's wishes are known, since then
    `matcher` goes by competences alone."""
    if log.engine.neighbours is None:
        return ()
    return (
        OfSources("competences alone", log.engine, ALONE),
        OfSources("similar people alone", log.engine, SIMILAR),
    )


def _neighbours(log: Log, split: Split) -> Neighbours | None:
    """Who is near whom by the known events; None where nobody was after anything.

    As of the latest moment that is asked for, so that every known event counts; what was open when
    somebody is asked may be found, whatever closed since.
    """
    settings, fitted = NeighbourSettings(), log.engine.market.whole
    people, jobs = fitted.people.packed, fitted.jobs.packed
    latest = max(query.today for query in split.queries)
    since = dt.datetime.combine(latest - dt.timedelta(settings.window_days), dt.time())
    known = ((e.person, e.vacancy, e.kind, e.when) for e in split.known if e.when >= since)
    what = happened(known, people.ids, latest)
    if not what.people:
        return None
    rows = np.array([people.ids.find(id_) for id_ in what.people], np.int64)
    there = np.array([jobs.ids.find(id_) >= 0 for id_ in what.vacancies], np.bool_)
    return Neighbours.fit(what, Profiles.of(people.columns, rows), there, settings)
