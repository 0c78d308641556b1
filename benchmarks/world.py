"""SYNTHETIC markets: occupations drawn by a power law, what is asked and held from ESCO's real
profiles, places from the real Belgian municipalities, all else at random.

So what is measured on them tells speed and memory, nothing of quality. A market is drawn in pieces
and kept in a folder, a file a column, which a measured process maps into memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from competent_data.formats.esco import import_esco
from competent_data.formats.places import import_places
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from matcher.benchmark.judged import reference_data
from models.encoder import unit
from models.grid import DENSE_BITS, on_grid, sparse_on_grid
from models.relatedness import (
    LEAST,
    best_products,
    competence_relatedness,
    largest,
    occupation_closeness,
    specificity,
)
from models.rows import LICENCES_KNOWN, WISHES_KNOWN, WORK_KNOWN, YEARS_KNOWN, JobRows, PeopleRows
from models.vectoriser import LICENCES

TODAY = 739_000
DIMENSIONS, WORDS, WORDS_A_TEXT = 256, 30_000, 60
PIECE = 50_000
"""So many are drawn at once."""

Rows = TypeVar("Rows", JobRows, PeopleRows)


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
        with (
            tempfile.TemporaryDirectory() as name,
            Store(f"sqlite:///{name}/m.db", create=True) as store,
        ):
            import_world(store)
            return cls.of(store, random)

    @classmethod
    def of(cls, store: Store, random: np.random.Generator) -> World:
        """Of what `import_world` put into a store."""
        taxonomy = Taxonomy.load(store)
        degrees = np.radians([(place.lat, place.lon) for place in store.places()])
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
        noise = random.normal(0, 0.06, (count, DIMENSIONS)).astype(np.float32)
        dense = on_grid(unit(self.meanings[occupations] + noise), DENSE_BITS)
        share = 1 / np.arange(1.0, WORDS + 1)
        share /= share.sum()
        columns = np.searchsorted(np.cumsum(share), random.random(count * WORDS_A_TEXT))
        rows = np.repeat(np.arange(count), WORDS_A_TEXT)
        cells = (np.ones(len(rows)), (rows, np.minimum(columns, WORDS - 1)))
        words = csr_array(cells, shape=(count, WORDS))
        words.sum_duplicates()
        rare = (-np.log(1 - (1 - share) ** WORDS_A_TEXT)).clip(0.1)
        return dense, sparse_on_grid(_unit_rows(csr_array(words @ diags_array(rare))))

    def jobs(self, random: np.random.Generator, count: int) -> JobRows:
        """A market of vacancies."""
        occupations = self.occupations(random, count)
        worth = diags_array(self.worth)
        dense, words = self.texts(random, occupations)
        open_ = random.integers(-60, 30, count)
        nothing = csr_array((count, len(self.worth)))
        return JobRows(
            ids=tuple(f"synthetic-{i:07}" for i in range(count)),
            must=sparse_on_grid(csr_array(self.competences(random, occupations, 4, 24) @ worth)),
            may=sparse_on_grid(csr_array(self.competences(random, occupations, 0, 8) @ worth)),
            occupation=_marks(occupations, len(self.popularity)),
            profile=sparse_on_grid(_unit_rows(csr_array(self.closeness[occupations]))),
            words=words,
            languages=_marks(np.full(count, 100), 4056),
            licences=_marks(np.where(random.random(count) < 0.3, 1, 0), LICENCES),
            read=nothing,
            read_first=nothing,
            read_last=nothing,
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
        nothing = csr_array((count, len(self.worth)))
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
            read=nothing,
            read_first=nothing,
            read_last=nothing,
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


def import_world(store: Store) -> None:
    """ESCO and the municipalities, from the reference data."""
    data = reference_data() / "data"
    import_esco(store, sorted((data / "esco").glob("*.zip")))
    import_places(store, data / "geo" / "be_municipalities.csv")


def drawn(draw: Callable[[int], Rows], count: int) -> Rows:
    """So many rows, in pieces, with ids by their place."""
    parts = [draw(min(PIECE, count - start)) for start in range(0, count, PIECE)]
    joined = parts[0].join(parts)
    return type(joined)(ids=_ids(count), **joined.columns())


def save(rows: Rows, folder: Path) -> None:
    """A file a column, three a sparse one."""
    folder.mkdir(parents=True)
    for name, column in rows.columns().items():
        if isinstance(column, csr_array):
            np.save(folder / f"{name}.data.npy", column.data)
            np.save(folder / f"{name}.indices.npy", column.indices.astype(np.int32))
            np.save(folder / f"{name}.indptr.npy", column.indptr.astype(np.int64))
            np.save(folder / f"{name}.shape.npy", column.shape)
        else:
            np.save(folder / f"{name}.npy", column)


def save_arrays(arrays: Mapping[str, NDArray[Any]], folder: Path) -> None:
    """A file an array, as an artefact holds them."""
    folder.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def load_arrays(folder: Path) -> dict[str, NDArray[Any]]:
    """What `save_arrays` wrote, mapped into memory."""
    return {
        path.stem: np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        for path in sorted(folder.glob("*.npy"))
    }


def load(kind: type[Rows], folder: Path) -> Rows:
    """What `save` wrote, mapped into memory."""

    def array(name: str) -> Any:
        return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)

    columns: dict[str, Any] = {}
    for name in (column.name for column in fields(kind) if column.name != "ids"):
        if (folder / f"{name}.npy").exists():
            columns[name] = array(name)
        else:
            parts = (array(f"{name}.data"), array(f"{name}.indices"), array(f"{name}.indptr"))
            columns[name] = csr_array(parts, shape=tuple(array(f"{name}.shape").tolist()))
    return kind(ids=_ids(len(columns["study"])), **columns)


def _ids(count: int) -> tuple[str, ...]:
    return tuple(f"synthetic-{i:07}" for i in range(count))


def _marks(columns: NDArray[np.int64], width: int) -> csr_array:
    """One cell a row."""
    cells = (np.ones(len(columns)), (np.arange(len(columns)), columns))
    return csr_array(cells, shape=(len(columns), width))


def _unit_rows(matrix: csr_array) -> csr_array:
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(norms, 1e-9)) @ matrix)
