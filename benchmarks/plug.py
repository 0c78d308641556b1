"""Our sources of suggestions as rankers of the evaluation: the one place that knows how to ask."""

from __future__ import annotations

from benchmarks.lived import Lived
from matcher.engine import Engine
from matcher.evaluation.rankers import Ranker, Ranking
from matcher.evaluation.splits import Query

BASE = "competences alone"


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
