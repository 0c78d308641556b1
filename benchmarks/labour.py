"""A SYNTHETIC labour market with a known truth: every source of suggestions, alone and fused.

Run from a checkout: `.venv/bin/python -m benchmarks.labour`; needs competent-matcher[benchmark].
The truth is that of `inclinations`, the people and vacancies those of `town`, what they do that of
`days`; the engine that ranks is the real one, over a real store. Seeds and settings were named
before any ranker was measured on them. Three questions are asked of each ranker: what people did
next, of what they saw, three in ten times in a list by competences; what they did next without such
a list; and what they truly prefer: the best hundredth of what is open, within their travel limit
and not dealt with. `benchmarks.year` asks what a year of suggestions does to exposure.

Figures are SYNTHETIC: they show that mechanisms do what they claim, not how good they are in life.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import click
import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.figures import Interval, OfLevel, OfRanker, Question, keep, kept
from benchmarks.inclinations import ASSUMED, BUSY, BUSY_WRONG, WRONG, utility
from benchmarks.lived import Lived, lived
from benchmarks.plug import BASE, sources
from benchmarks.town import day
from competent_data.records import Event
from matcher.evaluation import Log
from matcher.evaluation.collaborative import collaborative
from matcher.evaluation.measured import MEASURES, Measured, measure
from matcher.evaluation.rankers import Popularity, Ranker, Ranking, Shelf
from matcher.evaluation.splits import LEVELS, POSITIVE, Query, Split, by_time
from matcher.history import done
from matcher.measures import paired_bootstrap

SEEDS = (31, 32, 33, 34, 35)
SETTINGS = (ASSUMED, WRONG, BUSY, BUSY_WRONG)
PEOPLE = 2400
WARM_UP, HELD_OUT = 120, 30
"""Days of which rankers know, and days after them that are asked for."""
ASKED = 3
"""Of the true preference one of so many people is asked."""
RECENT_DAYS = 30
WISHES = frozenset(POSITIVE)
PICKED = [MEASURES.index("ndcg"), MEASURES.index("hit")]

Floats = NDArray[np.float64]


@click.command()
@click.option("--people", default=PEOPLE, show_default=True)
@click.option("--seed", "seeds", multiple=True, type=int, default=SEEDS, show_default=True)
def main(people: int, seeds: Sequence[int]) -> None:
    """Print a table a setting and question, and keep the figures after every setting."""
    found = []
    with threadpool_limits(1):
        for setting in SETTINGS:
            asked: dict[str, list[Answered]] = defaultdict(list)
            for seed in seeds:
                with lived(setting, seed, people, WARM_UP, WARM_UP + HELD_OUT) as one:
                    for question, answered in measured(one).items():
                        asked[question].append(answered)
                Console().print(f"{setting.name}: seed {seed} done")
            for question, answers in asked.items():
                found.append(summed(setting.name, question, seeds, answers))
                Console(width=150).print(table(found[-1]))
            if people == PEOPLE and tuple(seeds) == SEEDS:
                keep(msgspec.structs.replace(kept(), questions=tuple(found)))


@dataclass(frozen=True)
class Answered:
    """What every ranker reached on one question of one seed."""

    split: Split
    measured: tuple[Measured, ...]


class Visible:
    """No ranker: the truth without what no signal sees. Who knows dossiers alone can't do better,
    and not so well, since a dossier holds only part of what is true."""

    name = "(truth but the hidden)"

    def __init__(self, one: Lived, shelf: Shelf) -> None:
        town = one.town
        seen = replace(town.setting, pay=0.0, taste=0.0)
        self._worth = utility(seen, town.folk, town.offers, town.hidden, town.closeness)
        self._of = {person.id: i for i, person in enumerate(town.people)}
        self._shelf, self._within = shelf, town.within_limit

    def rank(self, query: Query) -> Ranking:
        """By what of the truth can be seen."""
        i = self._of[query.person.id]
        return self._shelf.rank(query, np.where(self._within[i], self._worth[i], 0.0))


def measured(one: Lived) -> dict[str, Answered]:
    """All questions, of every ranker."""
    after: list[Event] = []
    truth = preferred(one)  # asked on the first day after the warm-up, before life goes on
    for number in range(WARM_UP, WARM_UP + HELD_OUT):
        after += one.life.day(number, one.by_competences)
    unled = [event for event in after if event.provenance != "competences"]
    found = {}
    for question, events in (
        ("what people did next", after),
        ("what they did next without a list by competences", unled),
    ):
        log = Log(one.engine, one.engine.store, (*one.before, *events))
        found[question] = answered(one, log, by_time(log, day(WARM_UP), WISHES))
    log = Log(one.engine, one.engine.store, one.before)
    return found | {"true preference": answered(one, log, truth)}


def preferred(one: Lived) -> Split:
    """One of so many people, asked for what they truly prefer."""
    moment = dt.datetime.combine(day(WARM_UP), dt.time())
    own: dict[str, list[Event]] = defaultdict(list)
    for event in one.before:
        own[event.person].append(event)
    queries = []
    for i in range(0, len(one.town.people), ASKED):
        person = one.town.people[i]
        wanted = {one.town.vacancies[j].id for j in np.flatnonzero(one.wanted(i, WARM_UP)).tolist()}
        gone = done((event.vacancy, event.kind) for event in own[person.id])
        if wanted:
            before = tuple(own[person.id])
            queries.append(Query(person, day(WARM_UP), moment, frozenset(wanted), gone, before))
    return Split("by the truth", tuple(queries), one.before, WISHES, 0, 0, {})


def answered(one: Lived, log: Log, split: Split) -> Answered:
    """Everybody who ranks, ours by competences alone first."""
    shelf = Shelf(list(log.vacancies.values()))
    days = {query.today for query in split.queries}
    on_offer = np.logical_or.reduce([shelf.open(today) for today in days])
    since = dt.datetime.combine(day(WARM_UP - RECENT_DAYS), dt.time())
    recent = replace(log, events=tuple(event for event in split.known if event.when >= since))
    rankers: tuple[Ranker, ...] = (
        *sources(one, split.known, WARM_UP),
        Popularity(shelf, recent, split),
        *collaborative(split, shelf),
        Visible(one, shelf),
    )
    return Answered(split, tuple(measure(r, log, split, shelf, on_offer) for r in rankers))


def summed(
    setting: str, question: str, seeds: Sequence[int], found: Sequence[Answered]
) -> Question:
    """All seeds together: measures by person, what was shown as means over the seeds."""
    levels = np.concatenate([[query.level for query in one.split.queries] for one in found])
    names = [measured.ranker for measured in found[0].measured]
    by_name = [[one.measured[at] for one in found] for at in range(len(names))]
    scores = [np.concatenate([m.measures for m in of])[:, PICKED] for of in by_name]
    rankers = {
        name: _ranker(of, own, scores[names.index(BASE)], levels)
        for name, of, own in zip(names, by_name, scores, strict=True)
    }
    return Question(setting, question, len(levels), tuple(seeds), rankers)


def _ranker(
    of: Sequence[Measured], own: Floats, base: Floats, levels: NDArray[np.str_]
) -> OfRanker:
    ndcg, hit = own.mean(axis=0).tolist()
    return OfRanker(
        ndcg=ndcg,
        hit=hit,
        coverage=float(np.mean([m.coverage for m in of])),
        gini=float(np.mean([m.gini for m in of])),
        occupations=float(np.mean([m.occupations for m in of])),
        evenness=float(np.mean([m.evenness for m in of])),
        unanswered=sum(m.unanswered for m in of),
        gain_ndcg=_interval(own[:, 0], base[:, 0]),
        gain_hit=_interval(own[:, 1], base[:, 1]),
        by_activity={
            level: _level(own[levels == level], base[levels == level]) for level in LEVELS
        },
    )


def _level(own: Floats, base: Floats) -> OfLevel:
    if not len(own):
        return OfLevel(0, 0.0, 0.0, (0.0, 0.0, 0.0))
    ndcg, hit = own.mean(axis=0).tolist()
    return OfLevel(len(own), ndcg, hit, _interval(own[:, 0], base[:, 0]))


def _interval(own: Floats, base: Floats) -> Interval:
    gain = paired_bootstrap(own, base)
    return gain.mean, gain.low, gain.high


def table(found: Question) -> Table:
    """A row a ranker."""
    asked = f"{found.question}; {found.people:,} people, {len(found.seeds)} seeds"
    shown = Table(title=f"SYNTHETIC, {found.setting}: {asked}")
    for name in ("", "nDCG@10", "hit@10", "over competences alone"):
        shown.add_column(name, justify="right" if name else "left")
    for level in LEVELS:
        people = next(iter(found.rankers.values())).by_activity[level].people
        shown.add_column(f"{level} ({people})", justify="right")
    for name in ("coverage", "Gini", "occupations", "evenness"):
        shown.add_column(name, justify="right")
    for name, of in found.rankers.items():
        shown.add_row(
            name,
            f"{of.ndcg:.3f}",
            f"{of.hit:.3f}",
            "" if name == BASE else _signed(of.gain_ndcg),
            *(_of_level(of.by_activity[level], name) for level in LEVELS),
            f"{of.coverage:.2f}",
            f"{of.gini:.2f}",
            f"{of.occupations:.1f}",
            f"{of.evenness:.2f}",
        )
    shown.caption = (
        "By activity: nDCG@10 by how many earlier events a person had, and the gain over "
        "competences alone; * where its 95 % interval (paired bootstrap over people) lies beside 0."
    )
    return shown


def _of_level(of: OfLevel, name: str) -> str:
    mean, low, high = of.gain
    sure = "*" if low > 0 or high < 0 else " "
    return f"{of.ndcg:.3f}" + ("" if name == BASE else f" {mean:+.3f}{sure}")


def _signed(interval: Interval) -> str:
    mean, low, high = interval
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    main()
