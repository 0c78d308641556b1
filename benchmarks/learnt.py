"""The learnt scorecard beside LightGBM and CatBoost, on the same signals of the same people.

Run from a checkout: `.venv/bin/python -m benchmarks.learnt`; needs competent-matcher[benchmark].
People, vacancies and choices are SYNTHETIC: the market of `market.py`, the utility of `choices.py`,
which no learner sees. Seeds 0 and 1 served to build the learner; others are measured.

With `--seekers` the judged seekers follow: real sentences and advertisements, but nobody's clicks,
and only what is read from texts: so place, hours and wishes are silent there. Lists of occupations
that were not learnt from are ranked (five parts, each once).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array, diags_array
from sklearn.model_selection import GroupKFold, GroupShuffleSplit
from threadpoolctl import threadpool_limits

from benchmarks.choices import Hidden, picks
from benchmarks.rankers import Ranker, measures, ours, rankers
from benchmarks.world import TODAY, World
from competent_data.formats.esco import import_esco
from competent_data.store import Store
from matcher.benchmark.judged import advertisements, reference_data
from matcher.benchmark.seekers import put_seekers
from matcher.engine import Engine
from matcher.fit import fit
from matcher.measures import paired_bootstrap
from matcher.settings import Settings
from models.card_learning import Choices
from models.grid import sparse_on_grid
from models.index import JobIndex
from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    PeopleRows,
)
from models.scorecard import Scorecard
from models.signals import signals

Floats = NDArray[np.float64]
VACANCIES, PEOPLE, SEEDS = 20_000, 3_000, (11, 12, 13)
BEST, FURTHER, AMONG, LEAST = 50, 50, 1_000, 20
"""A person is shown the best under the published card, and some that are drawn from those further
down; who can be shown fewer than the least is left out."""
TRAIN, CHOSEN_ON = 0.6, 0.15
"""Shares of the people to learn from and to choose settings on; the rest is for measuring."""
FEW = (50, 150, 500)
OURS = "ours, learnt card"


@click.command()
@click.option("--people", default=PEOPLE, show_default=True)
@click.option("--seed", "seeds", multiple=True, type=int, default=SEEDS, show_default=True)
@click.option("--seekers", is_flag=True, help="The judged seekers, too (six minutes more).")
@click.option("--fitted", type=click.Path(path_type=Path), help="Keeps what the seekers need.")
def main(people: int, seeds: Sequence[int], seekers: bool, fitted: Path | None) -> None:
    """Print a row a ranker, after every seed."""
    found: dict[str, list[tuple[Ranker, Floats, float]]] = {}
    shown = 0
    with threadpool_limits(1):
        for number, seed in enumerate(seeds, 1):
            choices = drawn(np.random.default_rng(seed), people)
            shown += len(choices)
            for ranker, measured, taken in compared(choices, seed):
                found.setdefault(ranker.name, []).append((ranker, measured, taken))
            title = f"SYNTHETIC choices of {shown:,} people, {number} of {len(seeds)} seeds"
            Console(width=140).print(table(found, title))
        if seekers:
            with tempfile.TemporaryDirectory() as name:
                Console(width=140).print(judged(fitted or Path(name)))


def drawn(random: np.random.Generator, count: int) -> Choices:
    """What made-up people chose of what they were shown."""
    world = World.read(random)
    jobs = world.jobs(random, VACANCIES)
    people = diverse(world, random, world.people(random, count))
    hidden = Hidden.draw(random, VACANCIES)
    index = JobIndex(jobs, Scorecard())
    found = []
    for i in range(count):
        person = people.take([i])
        rows, _ = index.open(person, TODAY).best(AMONG)
        rows = np.concatenate([rows[:BEST], random.permutation(rows[BEST:])[:FURTHER]])
        if len(rows) < LEAST:
            continue
        values = {name: v[0] for name, v in signals(person, jobs.take(rows)).items()}
        found.append((values, picks(random, values, hidden, rows)))
    return Choices.of(found)


def diverse(world: World, random: np.random.Generator, people: PeopleRows) -> PeopleRows:
    """The market's people, of whom half wish another occupation and none tells everything."""
    count = len(people)
    moved = diags_array((random.random(count) < 0.5).astype(np.float64))
    stayed = diags_array(1 - moved.diagonal())
    other = csr_array(world.closeness[world.occupations(random, count)])
    years = diags_array(np.minimum(random.exponential(4, count), 5) / 5)
    known = np.full(count, WORK_KNOWN, np.uint8)
    for bit, share in (
        (YEARS_KNOWN, 0.8),
        (WISHES_KNOWN, 0.7),
        (LICENCES_KNOWN, 0.6),
        (LANGUAGES_KNOWN, 0.6),
    ):
        known |= np.where(random.random(count) < share, bit, 0).astype(np.uint8)
    return dataclasses.replace(
        people,
        wished=sparse_on_grid(csr_array(moved @ other + stayed @ people.wished)),
        experience=sparse_on_grid(csr_array(years @ people.past)),
        known=known,
        study=random.choice([2.0, 4.0, 6.0, 7.0, np.nan], count),
        shifts=random.choice([1, 3, 7, 255], count).astype(np.uint8),
        contracts=random.choice([1, 3, 7, 255], count).astype(np.uint8),
    )


def compared(choices: Choices, seed: int) -> list[tuple[Ranker, Floats, float]]:
    """Every ranker, its measures of people whom it has not seen, and milliseconds for 1,000."""
    order = np.random.default_rng(seed).permutation(len(choices))
    ends = [int(TRAIN * len(order)), int((TRAIN + CHOSEN_ON) * len(order))]
    train, chosen_on, test = (choices.take(np.sort(part)) for part in np.split(order, ends))
    found = []
    few = (ours(train.take(range(n)), f"ours, of {n} people") for n in FEW if n < len(train))
    for ranker in (*rankers(train, chosen_on, seed), *few):
        started = time.perf_counter()
        scores = ranker.score(test)
        taken = (time.perf_counter() - started) * 1e6 / len(scores)
        found.append((ranker, measures(test, scores), taken))
    return found


def table(found: dict[str, list[tuple[Ranker, Floats, float]]], title: str) -> Table:
    """The figures as they are printed."""
    printed = Table(title=title)
    for column in ("", "nDCG@10", "ours is better by", "fit s", "tried", "kB", "ms / 1,000"):
        printed.add_column(column, justify="right" if column else "left", no_wrap=True)
    best = np.concatenate([measured for _, measured, _ in found[OURS]])
    for name, runs in found.items():
        own = np.concatenate([measured for _, measured, _ in runs])
        gain = paired_bootstrap(best, own)
        figures = f"{gain.mean:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"
        printed.add_row(
            name,
            f"{own.mean():.4f}",
            "" if name == OURS else figures,
            f"{np.mean([ranker.seconds for ranker, _, _ in runs]):.2f}",
            str(runs[0][0].tried),
            f"{np.mean([ranker.size for ranker, _, _ in runs]) / 1000:,.1f}",
            f"{np.mean([taken for _, _, taken in runs]):.2f}",
        )
    printed.caption = (
        f"{len(best):,} people held out; 95 % intervals of a paired bootstrap over them; fit "
        "seconds of the settings chosen, on one core"
    )
    return printed


def judged(folder: Path) -> Table:
    """The judged seekers' sentences, ranked by what was learnt from other occupations'."""
    engine = _judged_engine(folder)
    gold = {row.id: row.occupation for row in advertisements(reference_data() / "bench")}
    market = engine.market
    ids, lists, groups, wanted = [v.id for v in market.vacancies], [], [], []
    lost = 0
    for i, person in enumerate(market.people):
        alike = sum(gold[id_] == gold[person.id] for id_ in ids) - 1
        if not alike:
            continue
        ranked = {id_ for id_, _ in engine.ranking(person, dt.date(2026, 11, 2))} - {person.id}
        rows = [j for j, id_ in enumerate(ids) if id_ in ranked]
        chosen = np.array([gold[ids[j]] == gold[person.id] for j in rows], np.bool_)
        if not chosen.any() or chosen.all():
            lost += 1
            continue
        values = signals(market.people_rows.take([i]), market.job_rows.take(rows))
        lists.append(({name: v[0] for name, v in values.items()}, chosen))
        groups.append(gold[person.id])
        wanted.append(alike)
    choices, every = Choices.of(lists), np.array(wanted)
    found: dict[str, list[tuple[Ranker, Floats, float]]] = {}
    for learnt, held in GroupKFold(5).split(every, groups=groups):
        inner = GroupShuffleSplit(1, test_size=0.2, random_state=0)
        kept, chosen_on = next(inner.split(learnt, groups=np.array(groups)[learnt]))
        test = choices.take(held)
        parts = choices.take(learnt[kept]), choices.take(learnt[chosen_on])
        for ranker in rankers(*parts, 0):
            started = time.perf_counter()
            scores = ranker.score(test)
            taken = (time.perf_counter() - started) * 1e6 / len(scores)
            measured = measures(test, scores, every[held])
            found.setdefault(ranker.name, []).append((ranker, measured, taken))
    return table(
        found, f"Judged seekers, {len(lists)} queries ({lost} more find nothing: 0 for all)"
    )


def _judged_engine(folder: Path) -> Engine:
    settings = Settings.at(f"sqlite:///{folder / 'seekers.db'}")
    if not settings.artefact.exists():
        data = reference_data()
        with Store(settings.store, create=True) as store:
            import_esco(store, sorted((data / "data" / "esco").glob("*.zip")))
            put_seekers(store, advertisements(data / "bench"))
            fit(store, settings.artefact, lambda _share, _what: None)
    return Engine.open(settings)


if __name__ == "__main__":
    main()
