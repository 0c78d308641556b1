"""One person's best vacancies in a synthetic market of Flemish size: the index beside plain numpy.

Run from a checkout: `.venv/bin/python benchmarks/market.py`. Vacancies and people are SYNTHETIC:
occupations are drawn by a power law, what is asked and held from ESCO's real profiles, places from
the real Belgian municipalities, all else at random. So the figures tell speed and nothing else.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array, diags_array
from threadpoolctl import threadpool_limits

from competent_data.formats.esco import import_esco
from competent_data.formats.places import import_places
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from matcher.benchmark.judged import reference_data
from models.eligibility import eligibility, in_common
from models.encoder import unit
from models.grid import DENSE_BITS, on_grid, sparse_on_grid
from models.index import JobIndex
from models.relatedness import (
    LEAST,
    best_products,
    competence_relatedness,
    largest,
    occupation_closeness,
    specificity,
)
from models.rows import LICENCES_KNOWN, WISHES_KNOWN, WORK_KNOWN, YEARS_KNOWN, JobRows, PeopleRows
from models.scorecard import Scorecard
from models.signals import signals
from models.vectoriser import LICENCES

SIZES = (10_000, 35_000, 100_000, 350_000)
PEOPLE, PLAINLY = 300, 5
"""So many people are asked of the index, and of plain numpy."""
TODAY, LIMIT = 739_000, 10
DIMENSIONS, WORDS, WORDS_A_TEXT = 256, 30_000, 60


@dataclass(frozen=True)
class World:
    """What markets are drawn from: ESCO's profiles and the municipalities' positions."""

    taxonomy: Taxonomy
    positions: NDArray[np.float64]
    closeness: csr_array
    related: csr_array
    worth: NDArray[np.float64]
    popularity: NDArray[np.float64]
    meanings: NDArray[np.float32]

    @classmethod
    def read(cls, random: np.random.Generator) -> World:
        """From the reference data."""
        data = reference_data() / "data"
        with (
            tempfile.TemporaryDirectory() as name,
            Store(f"sqlite:///{name}/m.db", create=True) as s,
        ):
            import_esco(s, sorted((data / "esco").glob("*.zip")))
            import_places(s, data / "geo" / "be_municipalities.csv")
            taxonomy = Taxonomy.load(s)
            degrees = np.radians([(place.lat, place.lon) for place in s.places()])
        lat, lon = degrees.T
        sphere = np.stack(
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1
        )
        count = len(taxonomy.occupations)
        weights = random.permutation(np.arange(1.0, count + 1) ** -0.7)
        meanings = unit(random.normal(size=(count, DIMENSIONS)).astype(np.float32))
        return cls(
            taxonomy,
            sphere,
            sparse_on_grid(occupation_closeness(taxonomy)),
            sparse_on_grid(competence_relatedness(taxonomy)),
            specificity(taxonomy.profile),
            weights / weights.sum(),
            meanings,
        )

    def occupations(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Popular ones more often."""
        return random.choice(len(self.popularity), count, p=self.popularity)

    def competences(
        self, random: np.random.Generator, occupations: NDArray[np.int64], least: int, most: int
    ) -> csr_array:
        """For each occupation `least` to `most` of the competences of its profile."""
        profile = self.taxonomy.profile
        sizes = np.diff(profile.indptr)[occupations]
        drawn = random.random((len(occupations), most))
        at = profile.indptr[occupations][:, None] + (drawn * sizes[:, None]).astype(np.int64)
        kept = np.arange(most) < random.integers(least, most + 1, len(occupations))[:, None]
        kept &= sizes[:, None] > 0
        rows = np.broadcast_to(np.arange(len(occupations))[:, None], at.shape)[kept]
        cells = (np.ones(kept.sum()), (rows, profile.indices[at[kept]]))
        found = csr_array(cells, shape=(len(occupations), profile.shape[1]))
        found.sum_duplicates()
        found.data[:] = 1
        return found

    def texts(
        self, random: np.random.Generator, occupations: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], csr_array]:
        """Dense rows near the occupation's, and words by a power law."""
        count = len(occupations)
        dense = np.empty((count, DIMENSIONS), np.float32)
        for start in range(0, count, 50_000):
            part = occupations[start : start + 50_000]
            noise = random.normal(0, 0.06, (len(part), DIMENSIONS)).astype(np.float32)
            dense[start : start + 50_000] = on_grid(unit(self.meanings[part] + noise), DENSE_BITS)
        share = np.cumsum(1 / np.arange(1.0, WORDS + 1))
        columns = np.searchsorted(share / share[-1], random.random(count * WORDS_A_TEXT))
        rows = np.repeat(np.arange(count), WORDS_A_TEXT)
        words = csr_array((np.ones(len(rows)), (rows, columns)), shape=(count, WORDS))
        words.sum_duplicates()
        rare = np.log((count + 1) / (np.bincount(words.indices, minlength=WORDS) + 1)).clip(0.1)
        words = csr_array(words @ diags_array(rare))
        return dense, sparse_on_grid(_unit_rows(words))

    def jobs(self, random: np.random.Generator, count: int) -> JobRows:
        """A market of vacancies."""
        occupations = self.occupations(random, count)
        worth = diags_array(self.worth)
        dense, words = self.texts(random, occupations)
        open_ = random.integers(-60, 30, count)
        return JobRows(
            ids=tuple(f"synthetic-{i:07}" for i in range(count)),
            must=sparse_on_grid(csr_array(self.competences(random, occupations, 4, 24) @ worth)),
            may=sparse_on_grid(csr_array(self.competences(random, occupations, 0, 8) @ worth)),
            occupation=_marks(occupations, len(self.popularity)),
            profile=sparse_on_grid(_unit_rows(csr_array(self.closeness[occupations]))),
            words=words,
            languages=_marks(np.full(count, 100), 4056),
            licences=_marks(np.where(random.random(count) < 0.3, 1, 0), LICENCES),
            dense=dense,
            study=random.choice([np.nan, 2.0, 4.0, 6.0, 7.0], count),
            diploma_required=(random.random(count) < 0.05).astype(np.uint8),
            full_time=random.choice([0.0, 1.0, np.nan], count),
            shifts=random.choice([1, 2, 4, 255], count).astype(np.uint8),
            contract=random.choice([1, 2, 4, 255], count).astype(np.uint8),
            position=self.positions[random.integers(0, len(self.positions), count)],
            first_day=(TODAY + open_).astype(np.int32),
            last_day=(TODAY + open_ + 90).astype(np.int32),
            shortage=np.zeros(count, np.uint8),
        )

    def people(self, random: np.random.Generator, count: int) -> PeopleRows:
        """People with a past occupation, competences, wishes and a text."""
        occupations = self.occupations(random, count)
        held = self.competences(random, occupations, 5, 25)
        past = _marks(occupations, len(self.popularity))
        usual = best_products(csr_array(past * 0.5), sparse_on_grid(self.taxonomy.profile), 0.03)
        near = csr_array(self.closeness[occupations])
        dense, words = self.texts(random, occupations)
        return PeopleRows(
            ids=tuple(f"synthetic-{i:07}" for i in range(count)),
            covers=sparse_on_grid(largest(best_products(held, self.related, LEAST), usual)),
            evidence=sparse_on_grid(csr_array(held * 0.5)),
            held=held,
            past=near,
            wished=near,
            experience=sparse_on_grid(csr_array(near * 0.6)),
            profile=csr_array((count, len(self.popularity))),
            words=words,
            languages=_marks(np.full(count, 100), 4056),
            licences=_marks(random.integers(0, 2, count), LICENCES),
            dense=dense,
            known=np.full(
                count, WORK_KNOWN | YEARS_KNOWN | WISHES_KNOWN | LICENCES_KNOWN, dtype=np.uint8
            ),
            study=random.choice([2.0, 4.0, 6.0, 7.0], count),
            travel_km=random.choice([15.0, 30.0, 50.0, np.nan], count),
            full_time=random.choice([0.0, 1.0, np.nan], count),
            shifts=np.full(count, 3, np.uint8),
            contracts=np.full(count, 3, np.uint8),
            position=self.positions[random.integers(0, len(self.positions), count)],
        )


def main() -> None:
    """Print a row a size."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    random = np.random.default_rng(4)
    world = World.read(random)
    table = Table(title="Ten best of a SYNTHETIC market for one person, one core, milliseconds")
    for column in ("vacancies", "index p50", "p95", "ready s", "plain numpy", "times", "MB"):
        table.add_column(column, justify="right")
    with threadpool_limits(1):
        for size in sizes:
            table.add_row(f"{size:,}", *_measured(world, random, size))
    table.caption = "plain numpy gives the same rows and scores; MB is the largest so far, in all"
    Console().print(table)


def _measured(world: World, random: np.random.Generator, size: int) -> list[str]:
    jobs, people = world.jobs(random, size), world.people(random, PEOPLE)
    started = time.perf_counter()
    index = JobIndex(jobs, Scorecard())
    ready = time.perf_counter() - started
    nobody = np.zeros(size, np.bool_)
    rows = [people.take([i]) for i in range(PEOPLE)]
    index.open(rows[0], TODAY, nobody).best(LIMIT)
    taken, plain = [], []
    for number, person in enumerate(rows):
        started = time.perf_counter()
        found, scores = index.open(person, TODAY, nobody).best(LIMIT)
        taken.append(time.perf_counter() - started)
        if number < PLAINLY:
            started = time.perf_counter()
            expected, theirs = _plainly(person, jobs)
            plain.append(time.perf_counter() - started)
            assert found.tolist() == expected.tolist()
            assert (scores == theirs).all()
    half, most = np.percentile(taken, [50, 95]) * 1000
    slow = float(np.median(plain)) * 1000
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    figures = [f"{half:.2f}", f"{most:.2f}", f"{ready:.1f}", f"{slow:,.0f}"]
    return [*figures, f"{slow / half:.0f} ×", f"{used:,.0f}"]


def _plainly(person: PeopleRows, jobs: JobRows) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Every signal of every vacancy, then filter, sort, cut."""
    values = {name: value[0] for name, value in signals(person, jobs).items()}
    scores = Scorecard().scores(values)
    kept = in_common(values, True) & (eligibility(person, jobs, TODAY).bars[0] == 0)
    rows = np.flatnonzero(kept)
    best = rows[np.lexsort((rows, -scores[rows]))[:LIMIT]]
    return best, scores[best]


def _marks(columns: NDArray[np.int64], width: int) -> csr_array:
    """One cell a row."""
    cells = (np.ones(len(columns)), (np.arange(len(columns)), columns))
    return csr_array(cells, shape=(len(columns), width))


def _unit_rows(matrix: csr_array) -> csr_array:
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(norms, 1e-9)) @ matrix)


if __name__ == "__main__":
    main()
