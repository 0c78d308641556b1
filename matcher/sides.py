"""The two sides of a pair: the record, what the models see of it, its row, and why it is so."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from competent_data.records import Level, Person, Vacancy
from competent_data.text import plain
from models.mentions import reads
from models.provenance import Grounds, job_grounds, job_text, person_grounds
from models.relatedness import SAME
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
    cells,
)
from models.signals import km_apart
from models.vectoriser import Vectoriser

_Rows = TypeVar("_Rows", PeopleRows, JobRows)


class Block(Generic[_Rows]):
    """Some rows, looked up when they are first asked for: of a near-miss only the place is."""

    def __init__(self, take: Callable[[], _Rows], positions: NDArray[np.float64]) -> None:
        self._take: Callable[[], _Rows] = take
        self.positions = positions

    @classmethod
    def of(cls, rows: _Rows) -> Self:
        """Of rows that are there."""
        return cls(lambda: rows, rows.position)

    @cached_property
    def rows(self) -> _Rows:
        """The rows as they are scored."""
        found: _Rows = self._take()
        return found


@dataclass
class _Side(Generic[_Rows]):
    """A record with its row, which is `at` among those of a block."""

    block: Block[_Rows]
    at: int
    vectoriser: Vectoriser

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
        return self.rows.cells(name, self.at)

    def has(self, name: str) -> bool:
        """Whether a sparse column holds anything."""
        start, end = getattr(self.rows, name).indptr[self.at : self.at + 2].tolist()
        return bool(end > start)

    def value(self, name: str) -> Any:
        """What stands in a dense column."""
        return getattr(self.rows, name)[self.at]

    def _quotes(self, text: str) -> dict[int, str]:
        """The words in which each competence was read."""
        found = reads(*(self.cells(name) for name in ("read", "read_first", "read_last")))
        return {read.competence: text[read.start : read.end] for read in found}

    @property
    def position(self) -> tuple[float, ...]:
        """Where it is on the unit sphere, NaN unknown."""
        return tuple(self.block.positions[self.at].tolist())

    def km_to(self, other: _Side[Any]) -> float:
        """How far the other is, NaN where a place is not known."""
        return km_apart(self.position, other.position)


@dataclass
class PersonSide(_Side[PeopleRows]):
    """One person: the record, what the models see of it, and its row."""

    record: Person
    seeker: Seeker
    asked: Collection[int] | None = None
    """The competences that reasons will be about, where it is known: nothing else is looked up."""
    told: dict[tuple[str, int], str] = field(default_factory=dict)
    """Where each competence stands in the dossier, in words, by language."""

    def mentions(self, signal: str) -> bool:
        """Whether the dossier says anything that a signal rests on."""
        return _MENTIONED[signal][0](self)

    def knows(self, bit: int) -> bool:
        """Whether the dossier tells what a bit of `PeopleRows.known` stands for."""
        return bool(self.value("known") & bit)

    @cached_property
    def text(self) -> str:
        """Their plain text."""
        return plain(self.seeker.text)

    @cached_property
    def grounds(self) -> Grounds:
        """Why they cover what they cover, as far as it is asked."""
        covered = self.covers.keys()
        of = covered if self.asked is None else covered & self.asked
        return person_grounds(self.vectoriser, self.seeker, self.rows, self.at, of)

    def confirms(self, competence: int) -> bool:
        """Whether the dossier states the competence itself, or one that is the same elsewhere."""
        ground = self.grounds.get(competence)
        return ground is not None and ground.how == "stated" and ground.strength >= SAME

    @cached_property
    def levels(self) -> dict[str, Level]:
        """The highest level of evidence at which each competence is stated."""
        return dict(reversed(self.record.competences.items()))

    @cached_property
    def covers(self) -> dict[int, float]:
        """How far they cover each competence."""
        return self.cells("covers")

    @cached_property
    def evidence(self) -> dict[int, float]:
        """How well each competence is shown."""
        return self.cells("evidence")

    @cached_property
    def held(self) -> dict[int, float]:
        """What is confirmed."""
        return self.cells("held")

    @cached_property
    def words(self) -> dict[int, float]:
        """The weight of each word of their text."""
        return self.cells("words")

    @cached_property
    def near(self) -> dict[str, dict[int, float]]:
        """How close each occupation is to those that the record names."""
        index, closeness = self.vectoriser.occupations_, self.vectoriser.closeness_
        named = (*self.record.wished, *(past.occupation for past in self.record.past))
        return {id_: cells(closeness, index[id_]) for id_ in named if id_ in index}

    @cached_property
    def quotes(self) -> dict[int, str]:
        """The words of their text in which a competence is read."""
        return self._quotes(self.text)


@dataclass
class JobSide(_Side[JobRows]):
    """One vacancy, or an occupation's profile taken for one."""

    record: Vacancy
    job: Job
    profile: bool = False
    found_by: int = 0
    """So many similar people found it."""

    def mentions(self, signal: str) -> bool:
        """Whether it says anything that a signal rests on."""
        return _MENTIONED[signal][1](self)

    @cached_property
    def text(self) -> str:
        """Its plain title and text."""
        return job_text(self.job)

    @cached_property
    def grounds(self) -> Grounds:
        """Why it asks what it asks."""
        return job_grounds(self.vectoriser, self.job, self.rows, self.at)

    @cached_property
    def must(self) -> dict[int, float]:
        """The weight of each competence asked."""
        return self.cells("must")

    @cached_property
    def may(self) -> dict[int, float]:
        """The weight of each competence welcome."""
        return self.cells("may")

    @cached_property
    def occupations(self) -> dict[int, float]:
        """The stated occupation, or how much the text is like each."""
        return self.cells("occupation") or self.cells("profile")

    @cached_property
    def quotes(self) -> dict[int, str]:
        """The words of its text in which a competence is read."""
        return self._quotes(self.text)

    @property
    def states(self) -> bool:
        """Whether it lists competences itself."""
        return bool(self.record.must or self.record.may)


_MENTIONED: dict[str, tuple[Callable[[PersonSide], bool], Callable[[JobSide], bool]]] = {
    "must": (lambda p: p.has("covers"), lambda j: j.has("must")),
    "may": (lambda p: p.has("covers"), lambda j: j.has("may")),
    "evidence": (lambda p: p.has("held"), lambda j: j.has("must")),
    "occupation": (
        lambda p: p.knows(WORK_KNOWN) or p.has("profile"),
        lambda j: j.has("occupation") or j.has("profile"),
    ),
    "experience": (
        lambda p: p.knows(YEARS_KNOWN),
        lambda j: j.has("occupation") or j.has("profile"),
    ),
    "study": (lambda p: not np.isnan(p.value("study")), lambda j: not np.isnan(j.value("study"))),
    "languages": (lambda p: p.knows(LANGUAGES_KNOWN), lambda j: j.has("languages")),
    "licences": (lambda p: p.knows(LICENCES_KNOWN), lambda j: j.has("licences")),
    "text": (lambda p: bool(p.value("dense").any()), lambda j: bool(j.value("dense").any())),
    "wished": (
        lambda p: p.knows(WISHES_KNOWN),
        lambda j: j.has("occupation") or j.has("profile"),
    ),
    "travel": (
        lambda p: not np.isnan(p.value("position")[0]),
        lambda j: not np.isnan(j.value("position")[0]),
    ),
    "working_time": (
        lambda p: not np.isnan(p.value("full_time")),
        lambda j: not np.isnan(j.value("full_time")),
    ),
    "shifts": (
        lambda p: bool(p.value("shifts") != NOT_SAID),
        lambda j: bool(j.value("shifts") != NOT_SAID),
    ),
    "contract": (
        lambda p: bool(p.value("contracts") != NOT_SAID),
        lambda j: bool(j.value("contract") != NOT_SAID),
    ),
}
