"""One person's ten best with reasons, through the engine, on a SYNTHETIC store: where time goes.

Run from a checkout: `.venv/bin/python -m benchmarks.reasons [VACANCIES…]`. The records are drawn
over ESCO as in `benchmarks/market.py`, with short Dutch texts made of its labels; they go the whole
way: store, fit, suggest. What is learnt of words is cheap, so the figures tell speed, not quality.
"""

from __future__ import annotations

import cProfile
import datetime as dt
import pstats
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.world import World, import_world
from competent_data.records import Evidence, Experience, Person, Vacancy
from competent_data.store import Store
from matcher.engine import Engine
from matcher.fit import fit
from matcher.settings import Settings
from models.encoder import EncoderSettings

SIZES = (10_000, 35_000)
PEOPLE, LIMIT = 200, 10
TODAY = dt.date(2026, 11, 2)
CHEAP = EncoderSettings(dimensions=256, steps=60, batch=64)
"""As wide as what is learnt in earnest, so that reading costs what it costs."""
STATED = 0.7
"""So many vacancies list competences; the others leave them to their text."""

T = TypeVar("T")


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

    def _any(self, options: Sequence[T]) -> T:
        return options[self.random.integers(len(options))]

    def _sets(self, occupations: NDArray[np.int64], least: int, most: int) -> list[tuple[str, ...]]:
        drawn = self.world.competences(self.random, occupations, least, most)
        return [
            tuple(self.competences[c] for c in drawn.indices[a:b].tolist())
            for a, b in zip(drawn.indptr[:-1], drawn.indptr[1:], strict=True)
        ]


PARTS = {
    "asked of the index": ("parts.py open", "parts.py best", "parts.py nearest_misses"),
    "records read": ("market.py offered",),
    "gaps": ("gaps.py gaps_of_person",),
    "their ranks": ("parts.py ranks",),
    "reasons": ("explain.py reasons",),
    "events and pins": ("engine.py _gone", "engine.py _pinned"),
}
"""Functions of the engine's way, by what they do; gaps hold their ranks, too."""


def main() -> None:
    """Print a row a size, and where the time of the last goes."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    random = np.random.default_rng(4)
    table = Table(title=f"The {LIMIT} best WITH reasons, SYNTHETIC store, one core, milliseconds")
    for column in ("vacancies", "p50", "p95", *PARTS):
        table.add_column(column, justify="right")
    with threadpool_limits(1):
        for size in sizes:
            with tempfile.TemporaryDirectory() as name:
                engine, people = _opened(Settings.at(f"sqlite:///{name}/m.db"), random, size)
                table.add_row(f"{size:,}", *_measured(engine, people))
    table.caption = "the parts are shares of a profiled run, times the mean of one that is not"
    Console(width=140).print(table)


def _opened(
    settings: Settings, random: np.random.Generator, size: int
) -> tuple[Engine, Sequence[Person]]:
    """An engine over a store of so many vacancies, ready to answer."""
    prepared(settings, random, size)
    engine = Engine.open(settings)
    engine.prepare()
    return engine, list(engine.market.people)


def prepared(settings: Settings, random: np.random.Generator, size: int) -> None:
    """Fill a store with so many vacancies, and fit."""
    with Store(settings.store, create=True) as store:
        import_world(store)
        records = Records(store, World.of(store, random), random)
        store.put_vacancies(records.vacancies(size))
        store.put_people(records.people(PEOPLE))
        fit(store, settings.artefact, lambda _share, _text: None, CHEAP)


def _measured(engine: Engine, people: Sequence[Person]) -> list[str]:
    engine.suggest(people[0], TODAY, limit=LIMIT)
    taken = []
    for person in people:
        started = time.process_time()
        engine.suggest(person, TODAY, limit=LIMIT)
        taken.append(1000 * (time.process_time() - started))
    profile = cProfile.Profile()
    profile.enable()
    for person in people:
        engine.suggest(person, TODAY, limit=LIMIT)
    profile.disable()
    spent = _spent(pstats.Stats(profile))
    parts = [sum(spent[name] for name in names) for names in PARTS.values()]
    whole = spent["engine.py suggest"] / float(np.mean(taken))
    return [f"{ms:.1f}" for ms in (*np.percentile(taken, [50, 95]), *(p / whole for p in parts))]


def _spent(stats: pstats.Stats) -> Counter[str]:
    """Seconds in each function and what it calls, by file and name."""
    found: Counter[str] = Counter()
    for (file, _, name), (_, _, _, seconds, _) in stats.stats.items():  # type: ignore[attr-defined]
        found[f"{Path(file).name} {name}"] += seconds
    return found


if __name__ == "__main__":
    main()
