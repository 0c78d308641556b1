"""Spread over occupations, before and after: what it brings and what it costs.

Run from a checkout: `.venv/bin/python benchmarks/spread.py [FOLDER]`. Everybody of the embedded
sample, and the judged seekers of `matcher bench` (reference data), whose gold occupation is
withheld: there a vacancy of another occupation counts as wrong, so nDCG@10 can only be lost. What
was fitted stays in FOLDER for the next run, if one is named.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from competent_data.formats.esco import import_esco
from competent_data.formats.sample import import_sample, read_sample
from competent_data.store import Store
from competent_data.taxonomy import digest
from matcher.benchmark import judged, seekers
from matcher.engine import Engine
from matcher.fit import fit
from matcher.measures import evenness, ndcg, paired_bootstrap
from matcher.settings import Settings
from matcher.spread import POOL, Place, occupations, widened
from models.artefact import fitted_on

POINTS = (0.0, 1.0, 2.0, 5.0, 10.0)
LIMIT = 10


@dataclass(frozen=True)
class Pool:
    """A person's best vacancies, best first: ids, scores and what each counts as; where judged, the
    `gold` occupation of each, the person's own, and how many other vacancies it has."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    kinds: tuple[int, ...]
    gold: tuple[str, ...] = ()
    own: str = ""
    wanted: int = 0

    def widened(self, points: float) -> list[Place]:
        """The ten first."""
        return widened(self.ids, self.scores, self.kinds, points, LIMIT)

    def ndcg(self, points: float) -> float:
        """nDCG@10 of the ten first."""
        right = [self.gold[place.at] == self.own for place in self.widened(points)]
        return ndcg(np.array(right, bool), self.wanted)


def main() -> None:
    """Print a table of each."""
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else name)
        rows = judged.advertisements(judged.reference_data() / "bench")
        gold = {row.id: row.occupation for row in rows}
        pools = list(_pools(_engine(folder / "sample.db"), {}))
        console = Console(width=110)
        console.print(_table("Everybody of the embedded sample", pools))
        pools = [pool for pool in _pools(_engine(folder / "esco.db"), gold) if pool.wanted]
        console.print(_table("Judged seekers, learnt from ESCO alone", pools))


def _engine(path: Path) -> Engine:
    """Fitted on the embedded sample, or on ESCO with the judged vacancies and seekers."""
    settings = Settings.at(f"sqlite:///{path}")
    with Store(settings.store, create=True) as store:
        if fitted_on(settings.artefact) != digest(store):
            if path.stem == "sample":
                import_sample(store)
            else:
                data = judged.reference_data()
                import_esco(store, sorted((data / "data" / "esco").glob("*.zip")))
                seekers.put_seekers(store, judged.advertisements(data / "bench"))
            fit(store, settings.artefact, lambda _share, _what: None)
    return Engine.open(settings)


def _pools(engine: Engine, gold: Mapping[str, str]) -> Iterator[Pool]:
    """Of everybody, on the sample's own day; a judged seeker's own vacancy is left out."""
    rows, today = engine.market.job_rows, read_sample().today
    kinds = dict(zip(rows.ids, occupations(rows, range(len(rows))), strict=True))
    of_gold = Counter(gold.values())
    for person in engine.market.people:
        ranking = [pair for pair in engine.ranking(person, today) if pair[0] != person.id]
        ids = tuple(id_ for id_, _ in ranking[: POOL * LIMIT])
        scores = tuple(score for _, score in ranking[: POOL * LIMIT])
        own = gold.get(person.id, "")
        yield Pool(
            ids,
            scores,
            tuple(kinds[id_] for id_ in ids),
            tuple(gold.get(id_, "") for id_ in ids),
            own,
            of_gold[own] - 1 if own else 0,
        )


def _table(title: str, pools: Sequence[Pool]) -> Table:
    """A row for each number of points; lists that are empty count for nDCG alone."""
    judged_ones = any(pool.wanted for pool in pools)
    table = Table(title=title)
    quality = ("gold in ten", "nDCG@10", "change, 95 % interval") if judged_ones else ()
    for column in ("points", "in ten", "evenness", "changed", "given up", *quality):
        table.add_column(column, justify="right")
    filled = [pool for pool in pools if pool.ids]
    table.caption = (
        f"{len(filled)} lists of {len(pools)} people; occupations in the ten first and their "
        "evenness; lists that changed; points given up over a list, on average"
    )
    for points in POINTS:
        cells = _quality(pools, points) if judged_ones else []
        table.add_row(f"{points:g}", *_spread(filled, points), *cells)
    return table


def _spread(pools: Sequence[Pool], points: float) -> list[str]:
    """How many occupations, how evenly, how many lists changed, and what was given up."""
    lists = [pool.widened(points) for pool in pools]
    kinds = [[pool.kinds[p.at] for p in ps] for pool, ps in zip(pools, lists, strict=True)]
    changed = sum(any(p.plain_rank != r for r, p in enumerate(ps, 1)) for ps in lists)
    return [
        f"{np.mean([len(set(k)) for k in kinds]):.2f}",
        f"{np.mean([evenness(k) for k in kinds]):.3f}",
        str(changed),
        f"{np.mean([sum(place.given_up for place in places) for places in lists]):.2f}",
    ]


def _quality(pools: Sequence[Pool], points: float) -> list[str]:
    """Gold occupations in the ten first, nDCG@10, and its change with its interval."""
    gold = [len({pool.gold[place.at] for place in pool.widened(points)}) for pool in pools]
    found = np.array([pool.ndcg(points) for pool in pools])
    change = paired_bootstrap(found, np.array([pool.ndcg(0.0) for pool in pools]))
    return [
        f"{np.mean(gold):.2f}",
        f"{found.mean():.3f}",
        f"{change.mean:+.3f} [{change.low:+.3f}, {change.high:+.3f}]",
    ]


if __name__ == "__main__":
    main()
