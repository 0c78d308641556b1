"""What one would use instead where people have a history: item-kNN and ALS, of `implicit`.

Measured where that library is installed (competent-matcher[benchmark]). Both know every event
before the split, and of each person what happened before they are asked. They pass the same filters
as all others; what somebody viewed or saved may come again.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from competent_data.records import Event, EventKind
from matcher.evaluation.rankers import Ranker, Ranking, Shelf
from matcher.evaluation.splits import Query, Split

WORTH: dict[EventKind, float] = {
    "viewed": 1.0,
    "saved": 3.0,
    "applied": 3.0,
    "hired": 3.0,
    "at_work_6m": 3.0,
}
"""What an event says of a wish; of several between the same two, the most."""
NEIGHBOURS = 50
FACTORS, ITERATIONS, REGULARISATION, CONFIDENCE = 64, 15, 0.05, 20.0


class History:
    """Who wanted what before the split: `wanted` (p, m) over the people with events."""

    def __init__(self, shelf: Shelf, events: Iterable[Event]) -> None:
        worth: dict[tuple[str, str], float] = {}
        for event in events:
            if event.kind in WORTH and event.vacancy in shelf.row_of:
                pair = event.person, event.vacancy
                worth[pair] = max(worth.get(pair, 0.0), WORTH[event.kind])
        self.row_of = {person: row for row, person in enumerate(sorted({p for p, _ in worth}))}
        rows = [self.row_of[person] for person, _ in worth]
        columns = [shelf.row_of[vacancy] for _, vacancy in worth]
        shape = len(self.row_of), len(shelf.vacancies)
        self.wanted = csr_array((list(worth.values()), (rows, columns)), shape, np.float32)

    def likely(self, person: str, how: Any) -> NDArray[np.float64]:
        """(m,) scores of `how(row)`; all 0 for whom nothing is known."""
        row = self.row_of.get(person)
        if row is None:
            return np.zeros(self.wanted.shape[1])
        return np.asarray(how(row), np.float64).ravel()


class ItemKnn:
    """By how often those who wanted what the person wanted also wanted a vacancy: the cosine, over
    each vacancy's 50 nearest (itself among them)."""

    name = "item-kNN"

    def __init__(self, shelf: Shelf, history: History) -> None:
        from implicit.nearest_neighbours import CosineRecommender

        self._shelf, self._history = shelf, history
        model = CosineRecommender(K=NEIGHBOURS)
        with warnings.catch_warnings(), threadpool_limits(1):
            # It turns what it is given into another format, and then warns of that format.
            warnings.filterwarnings("ignore", "Method expects CSR input")
            model.fit(csr_matrix(history.wanted), show_progress=False)
        self._near = csr_array(model.similarity)

    def rank(self, query: Query) -> Ranking:
        """The score is the sum of cosines, weighed by what the person did."""
        wanted = self._history.wanted
        scores = self._history.likely(
            query.person.id, lambda row: (wanted[[row]] @ self._near).toarray()
        )
        return self._shelf.rank(query, scores)


class Als:
    """By 64 factors of people and vacancies (Hu, Koren & Volinsky 2008)."""

    name = "ALS"

    def __init__(self, shelf: Shelf, history: History) -> None:
        from implicit.cpu.als import AlternatingLeastSquares

        self._shelf, self._history = shelf, history
        with threadpool_limits(1):
            self._model = AlternatingLeastSquares(
                factors=FACTORS,
                regularization=REGULARISATION,
                alpha=CONFIDENCE,
                iterations=ITERATIONS,
                random_state=7,
            )
            self._model.fit(csr_matrix(history.wanted), show_progress=False)

    def rank(self, query: Query) -> Ranking:
        """The score is the product of factors, where it is above 0."""
        model = self._model
        scores = self._history.likely(
            query.person.id, lambda row: model.item_factors @ model.user_factors[row]
        )
        return self._shelf.rank(query, scores)


def collaborative(split: Split, shelf: Shelf) -> tuple[Ranker, ...]:
    """Both, learnt from what was known before the split; none where `implicit` is not installed or
    nobody had wanted anything."""
    if importlib.util.find_spec("implicit") is None:
        return ()
    history = History(shelf, split.known)
    if not history.row_of:
        return ()
    return ItemKnn(shelf, history), Als(shelf, history)
