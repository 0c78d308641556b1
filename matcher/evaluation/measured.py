"""Every ranker on every query: how high the answers stand, and what is shown of the market."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from competent_data.formats.intake import Progress, silent
from competent_data.store import StoreError
from matcher.evaluation.collaborative import collaborative
from matcher.evaluation.log import Log
from matcher.evaluation.rankers import Ours, Ranker, Shelf, floors
from matcher.evaluation.sources import as_before, each_alone
from matcher.evaluation.splits import Level, Split
from matcher.measures import (
    Gain,
    average_precision,
    coverage,
    evenness,
    gini,
    hit,
    ndcg,
    paired_bootstrap,
    reciprocal_rank,
)

MEASURES = ("ndcg", "map", "mrr", "hit")
SHOWN = 10
"""How many of a ranking count as shown."""


@dataclass(frozen=True)
class Measured:
    """What one ranker reached: `measures` (q, 4) by query, in the order of `MEASURES`.

    `unanswered` queries got nothing and count 0, as does each of the `unranked` wishes (the number
    of the query, the vacancy). Of what
    was shown: the share of the open vacancies that anybody saw, how unevenly (Gini), and by query
    how many occupations, how evenly.
    """

    ranker: str
    measures: NDArray[np.float64]
    unanswered: int
    unranked: tuple[tuple[int, str], ...]
    coverage: float
    gini: float
    occupations: float
    evenness: float


@dataclass(frozen=True)
class Evaluation:
    """All rankers on one split, ours first; `open` vacancies could have been shown to somebody.

    For `stood_in` people `matcher suggest` has nothing to go by, and another ranker stood in;
    `why_unranked` counts why it does not rank what people wanted.
    """

    split: Split
    open: int
    vacancies: int
    measured: tuple[Measured, ...]
    stood_in: int
    why_unranked: Mapping[str, int]

    def of_level(self, level: Level) -> NDArray[np.int64]:
        """The numbers of the queries of people who had been so active before."""
        levels = [query.level == level for query in self.split.queries]
        return np.flatnonzero(levels)

    def gains(self, floor: Measured) -> tuple[Gain, ...]:
        """What ours brings over a floor, for each of `MEASURES`, paired over people."""
        ours = self.measured[0].measures
        return tuple(
            paired_bootstrap(ours[:, i], floor.measures[:, i]) for i in range(len(MEASURES))
        )


def evaluate(log: Log, split: Split, told: Progress = silent) -> Evaluation:
    """Measure ours and every floor.

    Raises:
        StoreError: the split leaves no query.
    """
    if not split.queries:
        skipped = ", ".join(f"{n} {why.replace('_', ' ')}" for why, n in split.skipped.items())
        raise StoreError(
            f"nothing to measure {split.how}: {len(log.events)} events leave nobody who wants "
            f"something that may be shown ({skipped or 'nothing was skipped'})"
        )
    shelf = Shelf(list(log.vacancies.values()))
    days = {query.today for query in split.queries}
    on_offer = np.logical_or.reduce([shelf.open(day) for day in days])
    log = as_before(log, split)
    others = floors(log, split, shelf)
    ours = Ours(log, others)
    others = (*each_alone(log), *others, *collaborative(split, shelf))
    measured = []
    for number, ranker in enumerate((ours, *others)):
        told(number / (1 + len(others)), f"measuring {ranker.name} on {len(split.queries)} people")
        measured.append(measure(ranker, log, split, shelf, on_offer))
    return Evaluation(
        split=split,
        open=int(on_offer.sum()),
        vacancies=len(shelf.vacancies),
        measured=tuple(measured),
        stood_in=sum(not ours.answers(query) for query in split.queries),
        why_unranked=Counter(
            ours.why_not(split.queries[number], id_) for number, id_ in measured[0].unranked
        ),
    )


def measure(
    ranker: Ranker, log: Log, split: Split, shelf: Shelf, on_offer: NDArray[np.bool_]
) -> Measured:
    """What one ranker reaches on a split; `on_offer` (m,) of the shelf are the open vacancies."""
    shown = np.zeros(len(shelf.vacancies), np.int64)
    rows: list[tuple[float, ...]] = []
    spread: list[tuple[int, float]] = []
    unranked: list[tuple[int, str]] = []
    unanswered = 0
    for number, query in enumerate(split.queries):
        ids = [id_ for id_, _ in ranker.rank(query)]
        unanswered += not ids
        unranked += [(number, id_) for id_ in sorted(query.wanted.difference(ids))]
        rows.append(_measures(ids, query.wanted))
        shown[[shelf.row_of[id_] for id_ in ids[:SHOWN]]] += 1
        kinds = [log.occupations[id_] for id_ in ids[:SHOWN] if id_ in log.occupations]
        spread.append((len(set(kinds)), evenness(kinds)))
    occupations, even = np.array(spread, np.float64).mean(axis=0).tolist()
    return Measured(
        ranker=ranker.name,
        measures=np.array(rows),
        unanswered=unanswered,
        unranked=tuple(unranked),
        coverage=coverage(shown[on_offer]),
        gini=gini(shown[on_offer]),
        occupations=occupations,
        evenness=even,
    )


def _measures(ids: Sequence[str], wanted: frozenset[str]) -> tuple[float, ...]:
    relevant = np.array([id_ in wanted for id_ in ids], dtype=bool)
    return (
        ndcg(relevant, len(wanted)),
        average_precision(relevant, len(wanted)),
        reciprocal_rank(relevant),
        hit(relevant),
    )
