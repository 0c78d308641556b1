"""What a user could pick for one person's best vacancies: ours, and what is at hand elsewhere.

Each builds itself from a market's vacancies and answers one person at a time. What answers the same
question must give the same results, and `market.py` asserts it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix, diags_array

from benchmarks.world import TODAY, load_arrays
from models.eligibility import eligibility, in_common
from models.index import JobIndex, PeopleIndex
from models.packed import Packed
from models.rows import JobRows, PeopleRows
from models.scorecard import Scorecard, Signal
from models.signals import signals

Found = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Rows of the best, best first, and their scores: (k,) both."""

MUST = Scorecard((Signal("must", "reach", 100, neutral=0.0),))
"""The covered share of the competences asked, and nothing else."""
COMMON_WORD = 0.1
"""A word of more of the texts is a stop word to those that rank by words alone."""


class Contender(Protocol):
    """One way to the best vacancies of a person."""

    gives: ClassVar[str]
    asked: ClassVar[int]
    """So many people are asked: fewer where an answer takes long."""
    same_as: ClassVar[str | None]
    """The contender that answers the same question."""

    def __init__(self, jobs: JobRows) -> None: ...

    def best(self, person: PeopleRows, limit: int) -> Found:
        """At most `limit`."""
        ...


class Ours:
    """The index, as the engine opens and asks it."""

    gives = "14 signals, filters, ties by id"
    asked = 300
    same_as = None

    def __init__(self, index: JobIndex) -> None:
        self.index = index

    @classmethod
    def mapped(cls, folder: Path) -> Self:
        """From the arrays of an artefact."""
        packed = Packed.restore(JobRows, load_arrays(folder / "packed"))
        return cls(JobIndex(packed, arrays=load_arrays(folder / "index")))

    def best(self, person: PeopleRows, limit: int) -> Found:
        return self.index.open(person, TODAY).best(limit)


class OursOfPeople:
    """The index of people, asked by one vacancy after the other."""

    gives = Ours.gives
    asked = 300
    same_as = None

    def __init__(self, index: PeopleIndex) -> None:
        self.index = index

    @classmethod
    def mapped(cls, folder: Path) -> Self:
        """From the arrays of an artefact."""
        packed = Packed.restore(PeopleRows, load_arrays(folder / "packed"))
        return cls(PeopleIndex(packed, arrays=load_arrays(folder / "index")))

    def best(self, job: JobRows, limit: int) -> Found:
        return self.index.open(job, TODAY).best(limit)


class PlainNumpyOfPeople:
    """Every signal of every person, then filter, sort, cut."""

    gives = Ours.gives
    asked = 5
    same_as = "ours"

    def __init__(self, people: PeopleRows) -> None:
        self.people = people

    def best(self, job: JobRows, limit: int) -> Found:
        values = {name: value[:, 0] for name, value in signals(self.people, job).items()}
        scores = Scorecard().scores(values)
        kept = in_common(values, True) & (eligibility(self.people, job, TODAY).bars[:, 0] == 0)
        rows = np.flatnonzero(kept)
        best = rows[np.lexsort((rows, -scores[rows]))[:limit]]
        return best, scores[best]


class PlainNumpy:
    """Every signal of every vacancy, then filter, sort, cut."""

    gives = Ours.gives
    asked = 5
    same_as = "ours"

    def __init__(self, jobs: JobRows) -> None:
        self.jobs = jobs

    def best(self, person: PeopleRows, limit: int) -> Found:
        values = {name: value[0] for name, value in signals(person, self.jobs).items()}
        scores = Scorecard().scores(values)
        kept = in_common(values, True) & (eligibility(person, self.jobs, TODAY).bars[0] == 0)
        rows = np.flatnonzero(kept)
        best = rows[np.lexsort((rows, -scores[rows]))[:limit]]
        return best, scores[best]


class OursMust:
    """The index under a card of one signal, in a market that bars nobody."""

    gives = "1 signal of 14: must"
    asked = 300
    same_as = None

    def __init__(self, jobs: JobRows) -> None:
        self.index = JobIndex(barring_nobody(jobs), MUST)

    def best(self, person: PeopleRows, limit: int) -> Found:
        anywhere = dataclasses.replace(person, travel_km=np.array([np.nan]))
        return self.index.open(anywhere, TODAY).best(limit)


class ScipyProduct:
    """A sparse product with all vacancies, then the largest."""

    gives = "1 signal of 14: must"
    asked = 100
    same_as = "ours, must only"

    def __init__(self, jobs: JobRows) -> None:
        self.asked_share = _shares(jobs.must)

    def best(self, person: PeopleRows, limit: int) -> Found:
        return _largest(self.asked_share @ person.covers.toarray()[0], limit, 100)


class SparseDotTopN:
    """A sparse product that keeps the largest cells only."""

    gives = "1 signal of 14: must"
    asked = 100
    same_as = "ours, must only"

    def __init__(self, jobs: JobRows) -> None:
        self.asked_share = csr_matrix(_shares(jobs.must).T)

    def best(self, person: PeopleRows, limit: int) -> Found:
        from sparse_dot_topn import sp_matmul_topn

        covers = csr_matrix(person.covers)
        found = sp_matmul_topn(covers, self.asked_share, limit, sort=True, n_threads=1)
        return found.indices.astype(np.int64), found.data * 100


class Bm25s:
    """BM25 over the words of the texts, stop words left out."""

    gives = "words of the text alone"
    asked = 100
    same_as = None

    def __init__(self, jobs: JobRows) -> None:
        from bm25s import BM25
        from bm25s.tokenization import Tokenized

        texts = jobs.words
        common = np.bincount(texts.indices, minlength=texts.shape[1]) > COMMON_WORD * len(jobs)
        self.kept = ~common
        ids = [_words(texts, row, self.kept) for row in range(len(jobs))]
        self.vocabulary = {str(word): word for word in range(texts.shape[1])}
        self.bm25 = BM25(backend="numba")
        self.bm25.index(Tokenized(ids, self.vocabulary), show_progress=False)

    def best(self, person: PeopleRows, limit: int) -> Found:
        from bm25s.tokenization import Tokenized

        said = Tokenized([_words(person.words, 0, self.kept)], self.vocabulary)
        rows, scores = self.bm25.retrieve(said, k=limit, show_progress=False, n_threads=1)
        return rows[0].astype(np.int64), scores[0].astype(np.float64)


class DenseProduct:
    """A product with the dense rows of all texts, then the largest."""

    gives = "dense rows of the text alone"
    asked = 100
    same_as = None

    def __init__(self, jobs: JobRows) -> None:
        self.dense = jobs.dense

    def best(self, person: PeopleRows, limit: int) -> Found:
        return _largest(self.dense @ person.dense[0], limit, 1)


class FaissFlat:
    """faiss, exact, 32 bits."""

    gives = "dense rows of the text alone"
    asked = 100
    same_as: ClassVar[str | None] = "numpy, dense rows"

    def __init__(self, jobs: JobRows) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self.index = self._empty(jobs.dense.shape[1])
        self.index.add(np.ascontiguousarray(jobs.dense))

    def _empty(self, dimensions: int):  # type: ignore[no-untyped-def]
        import faiss

        return faiss.IndexFlatIP(dimensions)

    def best(self, person: PeopleRows, limit: int) -> Found:
        scores, rows = self.index.search(person.dense, limit)
        return rows[0].astype(np.int64), scores[0].astype(np.float64)


class FaissHalf(FaissFlat):
    """faiss, 16 bits."""

    same_as = None

    def _empty(self, dimensions: int):  # type: ignore[no-untyped-def]
        import faiss

        kind = faiss.ScalarQuantizer.QT_fp16
        return faiss.IndexScalarQuantizer(dimensions, kind, faiss.METRIC_INNER_PRODUCT)


CONTENDERS: dict[str, Any] = {
    "ours": Ours,
    "plain numpy": PlainNumpy,
    "ours, must only": OursMust,
    "scipy sparse product": ScipyProduct,
    "sparse_dot_topn": SparseDotTopN,
    "bm25s": Bm25s,
    "numpy, dense rows": DenseProduct,
    "faiss flat": FaissFlat,
    "faiss fp16": FaissHalf,
}
OF_PEOPLE: dict[str, Any] = {"ours": OursOfPeople, "plain numpy": PlainNumpyOfPeople}


def barring_nobody(jobs: JobRows) -> JobRows:
    """The same vacancies, always open and without any requirement that bars."""
    count = len(jobs)
    return dataclasses.replace(
        jobs,
        first_day=np.zeros(count, np.int32),
        last_day=np.full(count, 2**31 - 1, np.int32),
        languages=csr_array(jobs.languages.shape),
        licences=csr_array(jobs.licences.shape),
        diploma_required=np.zeros(count, np.uint8),
    )


def _shares(asked: csr_array) -> csr_array:
    """Weights as shares of their row."""
    whole = np.asarray(asked.sum(axis=1)).ravel()
    share = np.divide(1.0, whole, out=np.zeros_like(whole), where=whole > 0)
    return csr_array(diags_array(share) @ asked)


def _largest(values: NDArray[np.floating], limit: int, scale: float) -> Found:
    rows = np.argpartition(-values, limit)[:limit]
    rows = rows[np.argsort(-values[rows], kind="stable")]
    return rows, values[rows].astype(np.float64) * scale


def _words(texts: csr_array, row: int, kept: NDArray[np.bool_]) -> list[int]:
    columns = texts.indices[texts.indptr[row] : texts.indptr[row + 1]]
    return [int(column) for column in columns[kept[columns]]]
