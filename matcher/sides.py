"""The two sides of a pair: the record, what the models see of it, its row, and why it is so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from competent_data.records import Person, Vacancy
from competent_data.text import plain
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
)
from models.vectoriser import Vectoriser


@dataclass
class PersonSide:
    """One person: the record, what the models see of it, and its row."""

    record: Person
    seeker: Seeker
    row: PeopleRows
    vectoriser: Vectoriser

    def mentions(self, signal: str) -> bool:
        """Whether the dossier says anything that a signal rests on."""
        return _MENTIONED[signal][0](self.row)

    @cached_property
    def grounds(self) -> Grounds:
        """Why they cover what they cover."""
        return person_grounds(self.vectoriser, self.seeker, self.row)

    def confirms(self, competence: int) -> bool:
        """Whether the dossier states the competence itself, or one that is the same elsewhere."""
        ground = self.grounds.get(competence)
        return ground is not None and ground.how == "stated" and ground.strength >= SAME

    @cached_property
    def covers(self) -> dict[int, float]:
        """How far they cover each competence."""
        return cells(self.row.covers)

    @cached_property
    def quotes(self) -> dict[int, str]:
        """The words of their text in which a competence is read."""
        return _quotes(self.vectoriser, plain(self.seeker.text), self.seeker.lang)


@dataclass
class JobSide:
    """One vacancy, or an occupation's profile taken for one."""

    record: Vacancy
    job: Job
    row: JobRows
    vectoriser: Vectoriser
    profile: bool = False

    def mentions(self, signal: str) -> bool:
        """Whether it says anything that a signal rests on."""
        return _MENTIONED[signal][1](self.row)

    @cached_property
    def grounds(self) -> Grounds:
        """Why it asks what it asks."""
        return job_grounds(self.vectoriser, self.job, self.row)

    @cached_property
    def must(self) -> dict[int, float]:
        """The weight of each competence asked."""
        return cells(self.row.must)

    @cached_property
    def may(self) -> dict[int, float]:
        """The weight of each competence welcome."""
        return cells(self.row.may)

    @cached_property
    def quotes(self) -> dict[int, str]:
        """The words of its text in which a competence is read."""
        return _quotes(self.vectoriser, job_text(self.job), self.job.lang)

    @property
    def states(self) -> bool:
        """Whether it lists competences itself."""
        return bool(self.record.must or self.record.may)


def cells(row: Any) -> dict[int, float]:
    """The stored cells of a sparse matrix of one row, by column."""
    return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))


def _quotes(vectoriser: Vectoriser, text: str, lang: str) -> dict[int, str]:
    mentions = vectoriser.texts.read([text], [lang])[0]
    return {m.competence: text[m.start : m.end] for m in mentions}


_MENTIONED: dict[str, tuple[Callable[[PeopleRows], bool], Callable[[JobRows], bool]]] = {
    "must": (lambda p: p.covers.nnz > 0, lambda j: j.must.nnz > 0),
    "may": (lambda p: p.covers.nnz > 0, lambda j: j.may.nnz > 0),
    "evidence": (lambda p: p.held.nnz > 0, lambda j: j.must.nnz > 0),
    "occupation": (
        lambda p: bool(p.known[0] & WORK_KNOWN) or p.profile.nnz > 0,
        lambda j: j.occupation.nnz + j.profile.nnz > 0,
    ),
    "experience": (
        lambda p: bool(p.known[0] & YEARS_KNOWN),
        lambda j: j.occupation.nnz + j.profile.nnz > 0,
    ),
    "study": (lambda p: not np.isnan(p.study[0]), lambda j: not np.isnan(j.study[0])),
    "languages": (lambda p: bool(p.known[0] & LANGUAGES_KNOWN), lambda j: j.languages.nnz > 0),
    "licences": (lambda p: bool(p.known[0] & LICENCES_KNOWN), lambda j: j.licences.nnz > 0),
    "text": (lambda p: bool(p.dense.any()), lambda j: bool(j.dense.any())),
    "wished": (
        lambda p: bool(p.known[0] & WISHES_KNOWN),
        lambda j: j.occupation.nnz + j.profile.nnz > 0,
    ),
    "travel": (
        lambda p: not np.isnan(p.position[0, 0]),
        lambda j: not np.isnan(j.position[0, 0]),
    ),
    "working_time": (
        lambda p: not np.isnan(p.full_time[0]),
        lambda j: not np.isnan(j.full_time[0]),
    ),
    "shifts": (lambda p: p.shifts[0] != NOT_SAID, lambda j: j.shifts[0] != NOT_SAID),
    "contract": (lambda p: p.contracts[0] != NOT_SAID, lambda j: j.contract[0] != NOT_SAID),
}
