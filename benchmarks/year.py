"""A SYNTHETIC year of nightly suggestions: does what similar people found feed on itself?

Run from a checkout: `.venv/bin/python -m benchmarks.year`. After the warm-up of `benchmarks.labour`
the same busy town lives a year under each policy. People look at what is suggested to them, at what
they find themselves, and at the bulletin; their events go to the store the same night; what similar
people found is learnt anew every week. In the last week of each month of four weeks everybody's
list is made and counted: the Gini of exposure is that of how many lists each open vacancy stands
in. Lists go the whole way (`Engine.suggest`, ten a person, from the stored history), as the nightly
batch asks them; in the other weeks those alone are made that somebody looks at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click
import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.days import Lists, Rows
from benchmarks.figures import Month, Year, keep, kept
from benchmarks.inclinations import BUSY
from benchmarks.labour import SEEDS, WARM_UP
from benchmarks.lived import Lived, lived
from benchmarks.plug import BASE, FUSED, service
from matcher.measures import coverage, gini, ndcg

MONTHS, MONTH = 13, 4
"""So many months, of so many weeks."""
PEOPLE = 2000
ALLOWED = 1.10
"""So many times the Gini of competences alone may be reached."""


@click.command()
@click.option("--people", default=PEOPLE, show_default=True)
@click.option("--seed", "seeds", multiple=True, type=int, default=SEEDS[:1], show_default=True)
@click.option("--months", default=MONTHS, show_default=True)
def main(people: int, seeds: Sequence[int], months: int) -> None:
    """Print a table a seed, and keep the figures."""
    found = []
    with threadpool_limits(1):
        for seed in seeds:
            years = [year(policy, seed, people, months) for policy in (BASE, FUSED)]
            Console(width=130).print(table(years))
            found += years
    if people == PEOPLE and months == MONTHS:
        keep(msgspec.structs.replace(kept(), years=tuple(found)))


def year(policy: str, seed: int, people: int, months: int) -> Year:
    """So many months under one policy."""
    with lived(BUSY, seed, people, WARM_UP, WARM_UP + 7 * MONTH * months) as one:
        found = list(_months(one, policy, months))
    return Year(
        setting=BUSY.name,
        seed=seed,
        policy=policy,
        people=people,
        gini=float(np.mean([month.gini for month in found])),
        months=tuple(found),
    )


def _months(one: Lived, policy: str, months: int) -> Iterator[Month]:
    """Figures of each month, while it is lived."""
    for month in range(months):
        kinds: Counter[str] = Counter()
        for week in range(MONTH * month, MONTH * (month + 1)):
            start = WARM_UP + 7 * week
            suggested = service(one, policy, start)
            if week % MONTH == MONTH - 1:
                shown, reached = exposure(one, suggested, start)
            for number in range(start, start + 7):
                events = list(one.life.day(number, suggested))
                one.engine.store.put_events(events)
                kinds.update(event.kind for event in events)
        yield Month(gini(shown), coverage(shown), reached, kinds["applied"])


def exposure(one: Lived, suggested: Lists, number: int) -> tuple[NDArray[np.int64], float]:
    """In how many lists each open vacancy stands that day, and nDCG@10 of the truth."""
    shown = np.zeros(len(one.town.offers), np.int64)
    reached = []
    for person in range(len(one.town.people)):
        rows: Rows = suggested(person, number)
        shown[rows] += 1
        wanted = one.wanted(person, number)
        if wanted.any():
            reached.append(ndcg(wanted[rows], int(wanted.sum())))
    return shown[one.life.open(number)], float(np.mean(reached))


def table(years: Sequence[Year]) -> Table:
    """Month by month, policies side by side."""
    base = next(year for year in years if year.policy == BASE)
    about = f"{base.setting}, seed {base.seed}, {base.people:,} people"
    shown = Table(title=f"SYNTHETIC, a year of suggestions: {about}")
    shown.add_column("month", justify="right")
    for year in years:
        shown.add_column(f"{year.policy}: Gini", justify="right")
        for name in ("coverage", "true nDCG@10", "applied"):
            shown.add_column(name, justify="right")
    for at in range(len(base.months)):
        cells = [_cells(year.months[at], base.months[at]) for year in years]
        shown.add_row(str(at + 1), *(cell for of in cells for cell in of))
    whole = [
        (
            f"{year.gini:.3f} ({year.gini / base.gini:.2f})",
            "",
            "",
            str(sum(m.applied for m in year.months)),
        )
        for year in years
    ]
    shown.add_section()
    shown.add_row("year", *(cell for of in whole for cell in of))
    shown.caption = f"In brackets: times the Gini of {BASE}; {ALLOWED:.2f} is allowed."
    return shown


def _cells(month: Month, base: Month) -> tuple[str, ...]:
    times = month.gini / base.gini
    return (
        f"{month.gini:.3f} ({times:.2f})",
        f"{month.coverage:.2f}",
        f"{month.ndcg:.3f}",
        str(month.applied),
    )


if __name__ == "__main__":
    main()
