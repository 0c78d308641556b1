"""Our sources of suggestions: the one place here that knows how the engine is asked for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.days import SUGGESTIONS, Lists, Rows
from benchmarks.lived import Lived
from benchmarks.town import day
from competent_data.records import Event
from matcher.engine import Engine
from matcher.evaluation.rankers import Ranker, Ranking
from matcher.evaluation.splits import Query
from matcher.history import Past
from matcher.similar import learnt
from matcher.sources import SOURCES, Sources

BASE, SIMILAR, FUSED = "competences alone", "similar people alone", "fused"
POLICIES: Mapping[str, Sources] = {
    BASE: Sources(frozenset({"competences"})),
    SIMILAR: Sources(frozenset({"similar"})),
    FUSED: Sources(frozenset(SOURCES) - {"own"}),
}
"""Nobody's own selection is suggested to them again: that would be no finding."""


@dataclass(frozen=True)
class Ours:
    """What the engine ranks of some sources, from what people had done before."""

    name: str
    engine: Engine
    sources: Sources
    before: Mapping[str, Sequence[Event]]

    def rank(self, query: Query) -> Ranking:
        """As the engine scores them."""
        id_ = query.person.id
        past = Past(self.before.get(id_, ()), person=id_)
        return self.engine.ranking(
            query.person, query.today, gone=query.gone, past=past, sources=self.sources
        )


def sources(one: Lived, known: Iterable[Event], number: int) -> tuple[Ranker, ...]:
    """Each of ours, having learnt from what the store knows of the days before one."""
    before: dict[str, list[Event]] = defaultdict(list)
    for event in known:
        before[event.person].append(event)
    engine = _learnt(one, number)
    return tuple(Ours(name, engine, of, before) for name, of in POLICIES.items())


def service(one: Lived, policy: str, number: int) -> Lists:
    """What a policy suggests, having learnt from what happened before a day."""
    engine, of = _learnt(one, number), POLICIES[policy]

    def lists(person: int, number: int) -> Rows:
        found = engine.suggest(one.town.people[person], day(number), limit=SUGGESTIONS, sources=of)
        return np.array([one.number[item.id] for item in found.items], np.int64)

    return lists


def _learnt(one: Lived, number: int) -> Engine:
    """The engine as of the night before a day."""
    engine = one.engine.at(one.engine.market.caught_up())
    neighbours = learnt(engine.store, engine.market.whole, day(number - 1))
    return engine.heeding(neighbours)
