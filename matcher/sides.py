"""The two sides of a pair: the record, what the models see of it, its row, and why it is so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.records import Person, Vacancy
from competent_data.text import plain
from matcher.written import Written
from models.mentions import Read, reads
from models.provenance import Backing, Ground, Grounds, job_grounds, job_text
from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    NOT_SAID,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    Job,
    JobRows,
    PeopleRows,
    Seeker,
    cells_of_each,
)
from models.signals import km_apart
from models.telling import closeness
from models.vectoriser import Vectoriser

_Rows = TypeVar("_Rows", PeopleRows, JobRows)
_Tells = Mapping[str, Callable[[_Rows], NDArray[np.bool_]]]


class _Cells(dict[str, list[dict[int, float]]]):
    """The cells of sparse columns of some rows, by column, taken apart when first asked for."""

    def __init__(self, rows: PeopleRows | JobRows) -> None:
        self._rows = rows

    def __missing__(self, name: str) -> list[dict[int, float]]:
        found = self[name] = cells_of_each(getattr(self._rows, name))
        return found


class _Told(dict[str, list[bool]], Generic[_Rows]):
    """Whether rows say anything that a signal rests on, looked at when first asked for."""

    def __init__(self, rows: _Rows, tells: _Tells[_Rows]) -> None:
        self._rows: _Rows = rows
        self._tells: _Tells[_Rows] = tells

    def __missing__(self, signal: str) -> list[bool]:
        found: list[bool] = self._tells[signal](self._rows).tolist()
        self[signal] = found
        return found


@dataclass
class _Block(ABC, Generic[_Rows]):
    """Some rows, looked up when they are first asked for: of a near-miss only the place is.

    What is asked of one of them is worked out for all of them at once.
    """

    take: Callable[[], _Rows]
    positions: NDArray[np.float64]
    vectoriser: Vectoriser

    @abstractmethod
    def text(self, at: int) -> str:
        """The plain text of one of them."""

    @cached_property
    def rows(self) -> _Rows:
        """The rows as they are scored."""
        found: _Rows = self.take()
        return found

    @cached_property
    def places(self) -> list[list[float]]:
        """Where each is on the unit sphere, NaN unknown."""
        found: list[list[float]] = self.positions.tolist()
        return found

    @cached_property
    def reads(self) -> list[list[Read]]:
        """What was read in each text."""
        return reads(self.rows.read, self.rows.read_first, self.rows.read_last)

    @cached_property
    def cells(self) -> _Cells:
        """What each row of a sparse column holds, by its columns."""
        return _Cells(self.rows)

    @cached_property
    @abstractmethod
    def told(self) -> _Told[_Rows]:
        """Whether each says anything that a signal rests on, by signal."""


@dataclass
class People(_Block[PeopleRows]):
    """People of whom reasons may be asked."""

    seekers: Sequence[Seeker]
    asked: JobSide | None = None
    """The job that reasons will be about, where there is one: nothing else is looked up."""

    @classmethod
    def of(cls, rows: PeopleRows, vectoriser: Vectoriser, seeker: Seeker) -> Self:
        """One of whom the row is there."""
        return cls(lambda: rows, rows.position, vectoriser, [seeker])

    def text(self, at: int) -> str:
        """The plain text of one of them."""
        return plain(self.seekers[at].text)

    @cached_property
    def told(self) -> _Told[PeopleRows]:
        """Whether each says anything that a signal rests on, by signal."""
        return _Told(self.rows, _PEOPLE_TELL)

    @cached_property
    def backing(self) -> Backing:
        """How far each covers a competence, of what is asked, and why."""
        asked = None if self.asked is None else self.asked.must.keys() | self.asked.may.keys()
        return Backing.of(self.vectoriser, self.seekers, self.rows, self.reads, asked)

    def close(self, jobs: JobRows) -> list[dict[str, float]]:
        """How close each occupation that they name is to what each job is, in [0, 1], by id."""
        places = self.vectoriser.occupations_
        named = {id_ for s in self.seekers for id_ in (*s.wished, *(past for past, _ in s.past))}
        known = {id_: places[id_] for id_ in named if id_ in places}
        found = closeness([*known.values()], jobs, self.vectoriser.closeness_)
        return [dict(zip(known, own, strict=True)) for own in found]


@dataclass
class Jobs(_Block[JobRows]):
    """Vacancies of which reasons may be asked."""

    jobs: Sequence[Job]

    @classmethod
    def of(cls, rows: JobRows, vectoriser: Vectoriser, job: Job) -> Self:
        """One of which the row is there."""
        return cls(lambda: rows, rows.position, vectoriser, [job])

    def text(self, at: int) -> str:
        """The plain title and text of one of them."""
        return job_text(self.jobs[at])

    @cached_property
    def told(self) -> _Told[JobRows]:
        """Whether each says anything that a signal rests on, by signal."""
        return _Told(self.rows, _JOBS_TELL)


@dataclass
class _Side(Generic[_Rows]):
    """A record with its row, which is `at` among those of a block."""

    block: _Block[_Rows]
    at: int
    said: dict[str, dict[int, str]] = field(default_factory=dict, init=False, repr=False)
    """Where competences stand in it, in words, as far as it was told, by language."""

    @property
    def rows(self) -> _Rows:
        """All rows of the block."""
        return self.block.rows

    @cached_property
    def row(self) -> _Rows:
        """The row alone."""
        return self.rows if len(self.rows) == 1 else self.rows.take([self.at])

    def cells(self, name: str) -> dict[int, float]:
        """What a sparse column holds, by its columns."""
        return self.block.cells[name][self.at]

    def has(self, name: str) -> bool:
        """Whether a sparse column holds anything."""
        return bool(self.cells(name))

    @cached_property
    def written(self) -> Written:
        """Its plain text."""
        return Written(self.block.text(self.at))

    @property
    def text(self) -> str:
        """Its plain text."""
        return self.written.text

    @cached_property
    def read(self) -> dict[int, Read]:
        """What was read in its text, by competence."""
        return {read.competence: read for read in self.block.reads[self.at]}

    def quote(self, competence: int) -> str | None:
        """The words of its text in which a competence was read, if it was."""
        read = self.read.get(competence)
        return None if read is None else self.text[read.start : read.end]

    def km_to(self, other: _Side[Any]) -> float:
        """How far the other is, NaN where a place is not known."""
        return km_apart(self.block.places[self.at], other.block.places[other.at])


@dataclass
class PersonSide(_Side[PeopleRows]):
    """One person: the record, what the models see of it, and its row."""

    block: People
    record: Person

    @property
    def seeker(self) -> Seeker:
        """What the models see."""
        return self.block.seekers[self.at]

    def mentions(self, signal: str) -> bool:
        """Whether the dossier says anything that a signal rests on."""
        return self.block.told[signal][self.at]

    def ground(self, competence: int) -> Ground | None:
        """What speaks most for a competence that is asked, if anything does."""
        return self.block.backing.ground(self.at, competence)

    @property
    def covers(self) -> dict[int, float]:
        """How far they cover each competence."""
        return self.cells("covers")

    @property
    def evidence(self) -> dict[int, float]:
        """How well each competence is shown."""
        return self.cells("evidence")


@dataclass
class JobSide(_Side[JobRows]):
    """One vacancy, or an occupation's profile taken for one."""

    block: Jobs
    record: Vacancy
    profile: bool = False
    found_by: int = 0
    """So many similar people found it."""
    named: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    """What occupation it is, by language, as far as it was told."""

    @property
    def job(self) -> Job:
        """What the models see."""
        return self.block.jobs[self.at]

    def mentions(self, signal: str) -> bool:
        """Whether it says anything that a signal rests on."""
        return self.block.told[signal][self.at]

    def derived(self, asked: Set[int]) -> Grounds:
        """Why it asks some of what it asks, of one that names nothing itself; of another, none."""
        v, read = self.block.vectoriser, self.block.reads[self.at]
        if any(id_ in v.competences_ for id_ in (*self.job.must, *self.job.may)):
            return {}
        return job_grounds(v, self.job, asked, read, lambda: self.cells("profile"))

    @property
    def must(self) -> dict[int, float]:
        """The weight of each competence asked."""
        return self.cells("must")

    @property
    def may(self) -> dict[int, float]:
        """The weight of each competence welcome."""
        return self.cells("may")

    @cached_property
    def occupations(self) -> dict[int, float]:
        """The stated occupation, or how much the text is like each."""
        return self.cells("occupation") or self.cells("profile")

    @cached_property
    def main(self) -> int | None:
        """The occupation that it is, or is most like."""
        shares = self.occupations
        return max(shares, key=lambda o: (shares[o], -o), default=None)

    @property
    def states(self) -> bool:
        """Whether it lists competences itself."""
        return bool(self.record.must or self.record.may)


def _any(column: csr_array) -> NDArray[np.bool_]:
    """(n,): whether a row holds anything."""
    return np.asarray(np.diff(column.indptr) > 0)


def _work(jobs: JobRows) -> NDArray[np.bool_]:
    """(m,): whether the occupation is known, be it from the text."""
    return _any(jobs.occupation) | _any(jobs.profile)


_PEOPLE_TELL: _Tells[PeopleRows] = {
    "must": lambda p: _any(p.covers),
    "may": lambda p: _any(p.covers),
    "evidence": lambda p: _any(p.held),
    "occupation": lambda p: (p.known & WORK_KNOWN > 0) | _any(p.profile),
    "experience": lambda p: p.known & YEARS_KNOWN > 0,
    "study": lambda p: ~np.isnan(p.study),
    "languages": lambda p: p.known & LANGUAGES_KNOWN > 0,
    "licences": lambda p: p.known & LICENCES_KNOWN > 0,
    "text": lambda p: np.asarray(p.dense.any(axis=1)),
    "wished": lambda p: p.known & WISHES_KNOWN > 0,
    "travel": lambda p: ~np.isnan(p.position[:, 0]),
    "working_time": lambda p: ~np.isnan(p.full_time),
    "shifts": lambda p: p.shifts != NOT_SAID,
    "contract": lambda p: p.contracts != NOT_SAID,
}
_JOBS_TELL: _Tells[JobRows] = {
    "must": lambda j: _any(j.must),
    "may": lambda j: _any(j.may),
    "evidence": lambda j: _any(j.must),
    "occupation": _work,
    "experience": _work,
    "study": lambda j: ~np.isnan(j.study),
    "languages": lambda j: _any(j.languages),
    "licences": lambda j: _any(j.licences),
    "text": lambda j: np.asarray(j.dense.any(axis=1)),
    "wished": _work,
    "travel": lambda j: ~np.isnan(j.position[:, 0]),
    "working_time": lambda j: ~np.isnan(j.full_time),
    "shifts": lambda j: j.shifts != NOT_SAID,
    "contract": lambda j: j.contract != NOT_SAID,
}
