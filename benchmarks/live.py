"""How long until a running service shows what was added, changed or closed, on a SYNTHETIC store.

Run from a checkout: `.venv/bin/python -m benchmarks.live [VACANCIES]`; with MATCHER_STORE set, over
that store instead, into which it puts vacancies of its own. An import writes beside the service,
through a connection of its own; the clock runs from when it is done until a suggestion shows it.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.reasons import TODAY, prepared
from competent_data.records import Vacancy
from competent_data.store import Store
from matcher.engine import Engine
from matcher.live import Live
from matcher.settings import STORE, Settings

TIMES = 20


def main() -> None:
    """Print a row a kind of change."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        settings = Settings.read()
        if STORE not in os.environ:
            settings = Settings.at(f"sqlite:///{Path(name) / 'm.db'}")
            prepared(settings, np.random.default_rng(4), size)
        with Live(settings) as live, Store(settings.store) as store:
            taken = _taken(live, store)
        started = time.monotonic()
        engine = Engine.open(settings)
        again = time.monotonic() - started
    table = Table(title=f"Until it is seen, {len(engine.market.offers):,} SYNTHETIC vacancies")
    for column in ("what", "median s", "longest s"):
        table.add_column(column, justify="right")
    for what, seconds in taken.items():
        table.add_row(what, f"{np.median(seconds):.2f}", f"{max(seconds):.2f}")
    table.caption = (
        f"opened anew in {again:.1f} s, with what came late; the service looks four times a second"
    )
    Console().print(table)


def _taken(live: Live, store: Store) -> dict[str, list[float]]:
    """Seconds of each change, many times over."""
    person, best = _somebody(live.engine)
    found: dict[str, list[float]] = {"added": [], "changed": [], "closed": []}

    def shown(id_: str) -> float | None:
        items = live.engine.suggest(store.person(person), TODAY, limit=50).items
        return next((item.score for item in items if item.id == id_), None)

    for number in range(TIMES):
        new = msgspec.structs.replace(best, id=f"late-{os.getpid()}-{number}")
        found["added"].append(_until(store, new, lambda id_=new.id: shown(id_) is not None))
        before = shown(new.id)
        other = msgspec.structs.replace(new, must=new.must[:1])
        changed = _until(store, other, lambda id_=new.id, was=before: shown(id_) != was)
        found["changed"].append(changed)
        closed = msgspec.structs.replace(new, valid_through=TODAY - dt.timedelta(1))
        found["closed"].append(_until(store, closed, lambda id_=new.id: shown(id_) is None))
    return found


def _until(store: Store, vacancy: Vacancy, seen: Callable[[], bool]) -> float:
    store.put_vacancies([vacancy])
    started = time.monotonic()
    while not seen():
        time.sleep(0.005)
    return time.monotonic() - started


def _somebody(engine: Engine) -> tuple[str, Vacancy]:
    """A person with suggestions, and their best one that asks several competences."""
    for person in engine.market.people:
        for item in engine.suggest(person, TODAY).items:
            vacancy = engine.store.vacancy(item.id)
            if len(vacancy.must) > 2:
                return person.id, vacancy
    raise LookupError("nobody gets a suggestion that asks competences")


if __name__ == "__main__":
    main()
