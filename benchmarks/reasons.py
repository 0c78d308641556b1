"""Answers with reasons, through the engine, on a SYNTHETIC store: how long, and why.

Run from a checkout: `.venv/bin/python -m benchmarks.reasons`; at Flemish size, in a quarter of an
hour, most of which is fitting: `--vacancies 350000 --people 300000 --events 2000000 --store URL`,
where a store that is there already is measured again. The records are drawn over ESCO as in
`benchmarks/market.py`, with short Dutch texts made of its labels; they go the whole way: store,
fit, answer. What is learnt of words is cheap, so the figures tell speed, not quality.

A whole answer is what the service sends: the best with each reason and what it rests on, gaps with
the rank that each would bring, near-misses, and how many are left out, why; a brief one holds the
best with their reasons. Milliseconds are those of one core, with the records in the system's cache.
All are asked once before the clock runs, then `ROUNDS` times in turn, so that a minute or more lies
between the first time and the last. Of each question the least counts, as the machine does other
things too; how long it took at all times stands beside that, and how long the same loop took each
time that it ran in between.
"""

from __future__ import annotations

import cProfile
import datetime as dt
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.world import World, import_world
from competent_data.records import Event, EventKind, Evidence, Experience, Person, Vacancy
from competent_data.store import Store
from matcher.engine import Engine
from matcher.fit import fit
from matcher.settings import Settings
from matcher.sources import ALONE
from models.encoder import EncoderSettings

VACANCIES, PEOPLE, EVENTS = 10_000, 10_000, 50_000
ASKERS, ROUNDS = 200, 10
TODAY = dt.date(2026, 11, 2)
CHEAP = EncoderSettings(dimensions=256, steps=60, batch=64)
"""As wide as what is learnt in earnest, so that reading costs what it costs."""
STATED = 0.7
"""So many vacancies list competences; the others leave them to their text."""

AT_ONCE = 50_000
"""So many records are drawn at a time."""
DAYS = 120
"""Events are so old at most."""

Floats = NDArray[np.float64]
T = TypeVar("T")
R = TypeVar("R", Person, Vacancy)
_Kind = tuple[str, Callable[[Any], object], Sequence[Any]]
"""A kind of question: what is asked, how, and of whom."""


class Records:
    """People and vacancies drawn over ESCO."""

    def __init__(self, store: Store, world: World, random: np.random.Generator) -> None:
        self.world, self.random = world, random
        taxonomy = world.taxonomy
        self.competences, self.occupations = taxonomy.competences, taxonomy.occupations
        self.labels = {
            id_: concept.labels.get("nl", id_)
            for id_, concept in store.concepts([*self.competences, *self.occupations]).items()
        }
        self.places = [place.nis for place in store.places()]

    def vacancies(self, count: int) -> Iterator[Vacancy]:
        """Vacancies that list 4 to 24 competences of their occupation, or only name some."""
        random, occupations = self.random, self.world.occupations(self.random, count)
        must = self._sets(occupations, 4, 24)
        may = self._sets(occupations, 0, 8)
        for i, occupation in enumerate(occupations.tolist()):
            title = self.labels[self.occupations[occupation]]
            named = ". Je kan ".join(self.labels[id_] for id_ in must[i][:4])
            stated = random.random() < STATED
            first = TODAY + dt.timedelta(int(random.integers(-60, 10)))
            yield Vacancy(
                id=f"synthetic-v{i:07}",
                title=title,
                text=f"Wij zoeken een {title}. Je kan {named}. Je werkt in een klein team.",
                occupation=self.occupations[occupation],
                must=must[i] if stated else (),
                may=tuple(id_ for id_ in may[i] if id_ not in must[i]) if stated else (),
                study_level=self._any([None, 2, 4, 6, 7]),
                languages={"nl": "B1"},
                licences=("B",) if random.random() < 0.3 else (),
                place=self._any(self.places),
                working_time=self._any([None, "full", "part"]),
                shifts=self._any([(), ("day",), ("two-shift",)]),
                contract=self._any([None, "permanent", "fixed-term", "agency"]),
                valid_from=first,
                valid_through=first + dt.timedelta(90),
            )

    def people(self, count: int) -> Iterator[Person]:
        """People with a past occupation, 5 to 25 competences, a wish and a text."""
        random, occupations = self.random, self.world.occupations(self.random, count)
        held = self._sets(occupations, 5, 25)
        for i, occupation in enumerate(occupations.tolist()):
            id_ = self.occupations[occupation]
            named = " en ".join(self.labels[competence] for competence in held[i][:3])
            yield Person(
                id=f"synthetic-p{i:07}",
                competences=Evidence(self_declared=held[i][::2], experience=held[i][1::2]),
                past=(Experience(occupation=id_, years=float(random.integers(0, 12))),),
                wished=(id_,),
                study_level=self._any([2, 4, 6, 7]),
                languages={"nl": "C1"},
                licences=("B",) if random.random() < 0.5 else (),
                place=self._any(self.places),
                travel_km=self._any([15.0, 30.0, 50.0, None]),
                working_time=self._any([None, "full", "part"]),
                shifts=("day", "two-shift"),
                contracts=("permanent", "fixed-term"),
                text=f"Ik werkte als {self.labels[id_]}. Ik kan {named}. Ik leer graag bij.",
            )

    def events(self, people: int, vacancies: int, count: int) -> Iterator[Event]:
        """What people did with vacancies: most do little, a third nothing, few much."""
        random, noon = self.random, dt.datetime.combine(TODAY, dt.time(12))
        busy = random.lognormal(0, 1.2, people) * (random.random(people) > 0.35)
        kinds: tuple[EventKind, ...] = ("viewed", "saved", "applied")
        columns = (
            random.choice(people, count, p=busy / busy.sum()),
            random.integers(0, vacancies, count),
            random.choice(len(kinds), count, p=(0.6, 0.26, 0.14)),
            random.integers(0, DAYS, count),
        )
        for i, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
            person, vacancy, kind, days = row
            yield Event(
                id=f"synthetic-e{i:07}",
                person=f"synthetic-p{person:07}",
                vacancy=f"synthetic-v{vacancy:07}",
                kind=kinds[kind],
                when=noon - dt.timedelta(days),
            )

    def _any(self, options: Sequence[T]) -> T:
        return options[self.random.integers(len(options))]

    def _sets(self, occupations: NDArray[np.int64], least: int, most: int) -> list[tuple[str, ...]]:
        drawn = self.world.competences(self.random, occupations, least, most)
        return [
            tuple(self.competences[c] for c in drawn.indices[a:b].tolist())
            for a, b in zip(drawn.indptr[:-1], drawn.indptr[1:], strict=True)
        ]


COLUMNS = ("p50", "p95", "mean", "p50 of all", "p95 of all")
"""Of the least of each question, then of all times."""
PARTS = {
    "index": ("parts.py open", "parts.py best", "parts.py nearest_misses"),
    "similar people": ("neighbours.py near",),
    "store": ("history.py of", "market.py offered", "market.py persons"),
    "gaps": ("gaps.py gaps_of_person", "gaps.py gaps_of_candidates"),
    "of these ranks": ("parts.py ranks",),
    "reasons": ("explain.py reasons",),
}
"""Functions of the engine's way, by what they do."""


@click.command()
@click.option("--vacancies", default=VACANCIES, show_default=True)
@click.option("--people", default=PEOPLE, show_default=True)
@click.option("--events", default=EVENTS, show_default=True)
@click.option("--store", help="URL of the store to be made, or to be measured again.")
def main(vacancies: int, people: int, events: int, store: str | None) -> None:
    """Print a row a kind of question."""
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        settings = Settings.at(store or f"sqlite:///{name}/m.db")
        if not settings.artefact.exists():
            prepared(settings, np.random.default_rng(4), vacancies, people, events)
        started = time.monotonic()
        engine = Engine.open(settings)
        engine.prepare()
        ready = time.monotonic() - started
        table = Table(title=_title(engine))
        table.add_column("milliseconds of a core", no_wrap=True)
        for column in (*COLUMNS, *PARTS):
            table.add_column(column, justify="right")
        kinds = list(_questions(engine))
        spent, same = _spent(kinds)
        for kind, own in zip(kinds, spent, strict=True):
            table.add_row(kind[0], *(f"{ms:.1f}" for ms in _figures(kind, own)))
        least, half, most = np.percentile(same, [0, 50, 95])
        table.caption = (
            f"ready in {ready:.1f} s; the parts are shares of a profiled run, times the mean; "
            f"the same loop took {least:.1f} ms at least, {half:.1f} p50, {most:.1f} p95"
        )
        Console(width=140).print(table)


def _title(engine: Engine) -> str:
    offers, people = len(engine.market.offers), len(engine.market.candidates)
    return f"Answers with reasons: SYNTHETIC, {offers:,} vacancies, {people:,} people"


def _questions(engine: Engine) -> Iterator[_Kind]:
    random = np.random.default_rng(5)
    people, vacancies = (
        [side[int(at)] for at in random.choice(len(side), min(ASKERS, len(side)), replace=False)]
        for side in (engine.market.people, engine.market.vacancies)
    )
    ten, twenty = partial(engine.suggest, today=TODAY), partial(engine.candidates, today=TODAY)
    for kind, brief in (("", False), (", brief", True)):
        yield f"ten vacancies{kind}", partial(ten, brief=brief), people
        yield f"by competences alone{kind}", partial(ten, brief=brief, sources=ALONE), people
        yield f"twenty people{kind}", partial(twenty, brief=brief, limit=20), vacancies


def prepared(
    settings: Settings,
    random: np.random.Generator,
    vacancies: int,
    people: int = ASKERS,
    events: int = 0,
) -> None:
    """Fill a store with so many, and fit."""
    with Store(settings.store, create=True) as store:
        import_world(store)
        records = Records(store, World.of(store, random), random)
        for at, size in _chunks(vacancies):
            store.put_vacancies(_numbered(records.vacancies(size), at))
        for at, size in _chunks(people):
            store.put_people(_numbered(records.people(size), at))
        if events:
            store.put_events(records.events(people, vacancies, events))
        fit(store, settings.artefact, lambda _share, _text: None, CHEAP, today=TODAY)


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, AT_ONCE):
        yield start, min(AT_ONCE, count - start)


def _numbered(records: Iterator[R], first: int) -> Iterator[R]:
    """The same records, counted from another one on."""
    for i, record in enumerate(records, first):
        yield msgspec.structs.replace(record, id=f"{record.id[:-7]}{i:07}")


def _spent(kinds: Sequence[_Kind]) -> tuple[list[Floats], Floats]:
    """Milliseconds of each question, (rounds, askers) by kind, and of a loop that is always the
    same, (rounds, kinds)."""
    spent = [np.empty((ROUNDS, len(of))) for _, _, of in kinds]
    same = np.empty((ROUNDS, len(kinds)))
    for turn in range(-1, ROUNDS):
        for kind, (_, ask, of) in enumerate(kinds):
            times = [_milliseconds(partial(ask, one)) for one in of]
            if turn >= 0:
                spent[kind][turn] = times
                same[turn, kind] = _milliseconds(_loop)
    return spent, same


def _milliseconds(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return 1000 * (time.process_time() - started)


def _loop() -> None:
    """Work that is always the same, so that how long it takes tells how busy the machine is."""
    found: dict[int, object] = {}
    for i in range(60_000):
        found[i % 997] = (i, found.get(i % 31))


def _figures(kind: _Kind, spent: Floats) -> list[float]:
    """`COLUMNS`, then how much of the mean each of `PARTS` takes."""
    _, ask, of = kind
    least = spent.min(axis=0)
    mean = float(least.mean())
    figures = [*np.percentile(least, [50, 95]), mean, *np.percentile(spent, [50, 95])]
    return [*figures, *(share * mean for share in _shares(ask, of))]


def _shares(ask: Callable[[T], object], of: Sequence[T]) -> Iterator[float]:
    """How much of a profiled run each of `PARTS` is."""
    profile = cProfile.Profile()
    profile.enable()
    for one in of:
        ask(one)
    profile.disable()
    stats = pstats.Stats(profile)
    spent = _by_function(stats)
    whole: float = stats.total_tt  # type: ignore[attr-defined]
    for names in PARTS.values():
        yield sum(spent[name] for name in names) / whole


def _by_function(stats: pstats.Stats) -> Counter[str]:
    """Seconds in each function and what it calls, by file and name."""
    found: Counter[str] = Counter()
    for (file, _, name), (_, _, _, seconds, _) in stats.stats.items():  # type: ignore[attr-defined]
        found[f"{Path(file).name} {name}"] += seconds
    return found


if __name__ == "__main__":
    main()
