"""Our sources of suggestions: the one place here that knows how the engine is asked for each."""

from __future__ import annotations

import numpy as np

from benchmarks.days import SUGGESTIONS, Lists, Rows
from benchmarks.lived import Lived
from benchmarks.town import day
from matcher.engine import Engine
from matcher.evaluation.rankers import Ranker, Ranking
from matcher.evaluation.splits import Query

BASE = "competences alone"
POLICIES = (BASE,)


class Competences:
    """`matcher suggest` by competences alone."""

    name = BASE

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rank(self, query: Query) -> Ranking:
        """As the engine scores them."""
        return self._engine.ranking(query.person, query.today, gone=query.gone)


def sources(one: Lived) -> tuple[Ranker, ...]:
    """Competences alone first."""
    return (Competences(one.engine),)


def service(one: Lived, policy: str, number: int) -> Lists:
    """What a policy suggests, learnt from what happened before a day."""
    engine = one.engine.at(one.engine.market.caught_up())

    def lists(person: int, number: int) -> Rows:
        found = engine.suggest(one.town.people[person], day(number), limit=SUGGESTIONS)
        return np.array([one.number[item.id] for item in found.items], np.int64)

    return lists
