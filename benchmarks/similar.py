"""How long it takes to learn what similar people found, and to tell it, of SYNTHETIC events.

Run from a checkout: `.venv/bin/python -m benchmarks.similar`. 100,000 people, 50,000 vacancies and
two million events, drawn over ESCO's occupations; what is learnt comes from a store, as at night.
Beside it stands what one would use instead, on the same pairs: `implicit`'s item-kNN and ALS, which
know no newcomer, no number of people and no erasure. The figures tell speed, not quality.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from benchmarks.world import TODAY, World, drawn
from competent_data.records import Event, EventKind
from competent_data.store import Store
from matcher.similar import WEIGHT, learnt
from models.artefact import Fitted
from models.encoder import EncoderSettings
from models.index import JobIndex, PeopleIndex
from models.neighbours import Neighbours, Profiles
from models.packed import Packed
from models.vectoriser import Vectoriser

PEOPLE, VACANCIES, EVENTS = 100_000, 50_000, 2_000_000
ASKED, LIMIT = 2_000, 10
KINDS: tuple[EventKind, ...] = ("viewed", "saved", "applied", "hired")
SHARES = (0.6, 0.25, 0.14, 0.01)
SAME_TRADE = 0.8
DAY = dt.date.fromordinal(TODAY)


class Drawn(NamedTuple):
    """Events: person, vacancy, kind and days ago, (e,) each."""

    person: NDArray[np.int64]
    vacancy: NDArray[np.int64]
    kind: NDArray[np.int64]
    age: NDArray[np.int64]


def events(
    random: np.random.Generator, trade: NDArray[np.int64], offered: NDArray[np.int64]
) -> Drawn:
    """Most people do little and some much; most of it within their trade, popular ones first."""
    active = random.lognormal(0, 1.2, len(trade)) * (random.random(len(trade)) > 0.35)
    person = np.sort(random.choice(len(trade), EVENTS, p=active / active.sum()))
    order = np.argsort(offered, kind="stable")
    starts = np.searchsorted(offered[order], np.arange(trade.max() + 2))
    size = np.diff(starts)[trade[person]]
    within = starts[trade[person]] + (random.power(0.5, EVENTS) * size).astype(np.int64)
    vacancy = order[np.minimum(within, len(order) - 1)]
    elsewhere = (random.random(EVENTS) > SAME_TRADE) | (size == 0)
    vacancy[elsewhere] = random.integers(0, len(offered), int(elsewhere.sum()))
    kind = random.choice(len(KINDS), EVENTS, p=SHARES)
    return Drawn(person, vacancy, kind, random.integers(0, 120, EVENTS))


def records(found: Drawn) -> Iterator[Event]:
    """The same as records."""
    noon = dt.datetime.combine(DAY, dt.time(12))
    columns = (column.tolist() for column in found)
    for at, (person, vacancy, kind, age) in enumerate(zip(*columns, strict=True)):
        yield Event(
            id=f"synthetic-{at}",
            person=f"synthetic-{person:07}",
            vacancy=f"synthetic-{vacancy:07}",
            kind=KINDS[kind],
            when=noon - dt.timedelta(age),
        )


def main() -> None:
    """Print both tables."""
    random = np.random.default_rng(5)
    world = World.read(random)
    people = drawn(lambda count: world.people(random, count), PEOPLE)
    jobs = drawn(lambda count: world.jobs(random, count), VACANCIES)
    trade, offered = (
        np.asarray(rows.argmax(axis=1)).ravel() for rows in (people.past, jobs.occupation)
    )
    found = events(random, trade, offered)
    bare = Vectoriser(EncoderSettings())
    fitted = Fitted(bare, PeopleIndex(Packed.of(people)), JobIndex(Packed.of(jobs)), "")
    with (
        tempfile.TemporaryDirectory() as name,
        Store(f"sqlite:///{name}/events.db", create=True) as store,
    ):
        store.put_events(records(found))
        print("drawn and stored", file=sys.stderr)
        started = time.perf_counter()
        neighbours = learnt(store, fitted, DAY)
        taken = time.perf_counter() - started
    with threadpool_limits(1):
        ours = _asked(lambda at: _near(neighbours, fitted, found, at))
        pairs = csr_matrix(
            (
                np.array([WEIGHT[kind] for kind in KINDS])[found.kind],
                (found.person, found.vacancy),
            ),
            shape=(PEOPLE, VACANCIES),
        )
        rows = [("ours, from the store", taken, ours)]
        for label, model in (
            ("implicit, item-kNN (cosine, K = 50)", CosineRecommender(K=50, num_threads=1)),
            (
                "implicit, ALS (64 factors)",
                AlternatingLeastSquares(factors=64, num_threads=1, random_state=0),
            ),
        ):
            started = time.perf_counter()
            model.fit(pairs.copy(), show_progress=False)
            taken = time.perf_counter() - started
            rows.append(
                (label, taken, _asked(lambda at, m=model: m.recommend(at, pairs[at], LIMIT)))
            )
    table = Table(title=f"SYNTHETIC: {PEOPLE:,} people, {VACANCIES:,} vacancies, {EVENTS:,} events")
    for column in ("", "seconds to learn", "people a second, one core", "ms p95"):
        table.add_column(column, justify="left" if not column else "right")
    for label, taken, times in rows:
        p95 = f"{1000 * np.percentile(times, 95):.2f}"
        table.add_row(label, f"{taken:.1f}", f"{1 / times.mean():,.0f}", p95)
    Console(width=110).print(table)


def _near(neighbours: Neighbours, fitted: Fitted, found: Drawn, at: int) -> Any:
    row = fitted.people.packed.take([at])
    own = slice(*np.searchsorted(found.person, [at, at + 1]))
    told = zip(found.vacancy[own].tolist(), found.kind[own].tolist(), strict=True)
    sought = [(f"synthetic-{vacancy:07}", WEIGHT[KINDS[kind]]) for vacancy, kind in told]
    return neighbours.near(Profiles.of(row.columns()), sought, asker=f"synthetic-{at:07}", least=5)


def _recommended(model: Any, pairs: csr_matrix, at: int) -> Any:
    return model.recommend(at, pairs[at], LIMIT)


def _asked(ask: Callable[[int], Any]) -> NDArray[np.float64]:
    """Seconds for each of some people."""
    ask(0)
    taken = []
    for at in range(0, PEOPLE, PEOPLE // ASKED):
        started = time.process_time()
        ask(at)
        taken.append(time.process_time() - started)
    return np.array(taken)


if __name__ == "__main__":
    main()
