"""A town in a real store, with the engine over it, and what its people did there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.days import SUGGESTIONS, Life, Rows
from benchmarks.inclinations import Setting, relevant
from benchmarks.town import Town, day, import_taxonomy
from competent_data.records import Event
from competent_data.store import Store
from matcher.engine import Engine
from matcher.settings import Settings


@dataclass
class Lived:
    """`before` is what happened up to a day, `gone` what therefore never comes back to whom."""

    town: Town
    engine: Engine
    life: Life
    before: tuple[Event, ...] = ()

    def by_competences(self, person: int, number: int) -> Rows:
        """The warm-up's service: the best by competences, as the engine ranks them."""
        market = self.engine.market
        asker = market.candidates.take([market.candidates.find(self.town.people[person].id)])
        gone = self.life.gone.get(person, {})
        rows, _ = market.offers.open(asker, day(number).toordinal(), gone).best(SUGGESTIONS)
        return np.array([self.number[market.offers.id(row)] for row in rows.tolist()], np.int64)

    @cached_property
    def number(self) -> dict[str, int]:
        """Of each vacancy by its id."""
        return {vacancy.id: j for j, vacancy in enumerate(self.town.vacancies)}

    def warm_up(self, days: int) -> None:
        """Live so many days, of which the store then knows."""
        events = [e for number in range(days) for e in self.life.day(number, self.by_competences)]
        self.engine.store.put_events(events)
        self.engine = self.engine.at(self.engine.market.caught_up())
        self.before = tuple(events)

    def wanted(self, person: int, number: int) -> NDArray[np.bool_]:
        """(m,): what a ranking should find for somebody on a day, by the truth."""
        gone = [self.number[id_] for id_ in self.life.gone.get(person, {})]
        possible = self.life.open(number) & self.town.within_limit[person]
        possible[gone] = False
        return relevant(self.town.utility[person], possible)


@contextmanager
def lived(setting: Setting, seed: int, people: int, warm_up: int, days: int) -> Iterator[Lived]:
    """A town of `days` days, of which the first are over."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store(f"sqlite:///{folder / 'taxonomy.db'}", create=True) as store:
            import_taxonomy(store)
            town = Town.draw(setting, store, seed, people, days)
        engine = town.opened(Settings.at(f"sqlite:///{folder / 'town.db'}"))
        found = Lived(town, engine, Life(town, seed))
        found.warm_up(warm_up)
        yield found
        engine.store.close()
