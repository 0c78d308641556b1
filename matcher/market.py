"""Everybody and every vacancy of a store as rows, as they stand now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from competent_data.places import Gazetteer
from competent_data.store import Store
from matcher import translate
from matcher.shortage import listed, marked
from matcher.sides import JobSide, PersonSide
from models.artefact import Fitted
from models.rows import WISHES_KNOWN, WORK_KNOWN, Job, JobRows, PeopleRows, Seeker

_S = TypeVar("_S", Seeker, Job)
_T = TypeVar("_T", PeopleRows, JobRows)


class Market:
    """All people and vacancies of a store; a record that came after fitting gets its row here."""

    def __init__(self, store: Store, fitted: Fitted, shortage: Collection[str] = ()) -> None:
        self.vectoriser = fitted.vectoriser
        self._taxonomies = fitted.taxonomy_digest
        self.places = Gazetteer.load(store)
        self.vacancies = list(store.vacancies())
        self.people = list(store.people())
        self.jobs = [translate.job(v, self.places) for v in self.vacancies]
        self.seekers = [translate.seeker(p, self.places) for p in self.people]
        self._shortage = listed(shortage, self.vectoriser.occupations_)
        rows = _current(self.jobs, fitted.jobs, fitted.jobs_seen, self.vectoriser.jobs)
        self.job_rows = marked(rows, self._shortage)
        self.people_rows = _current(
            self.seekers, fitted.people, fitted.people_seen, self.vectoriser.people
        )

    @cached_property
    def digest(self) -> str:
        """Tells this market from one with another record, taxonomy or pretrained encoder."""
        v = self.vectoriser
        heeded = [encoder.digest for encoder in v.opinion.encoders] if v.opinion else []
        found = hashlib.sha256(f"{self._taxonomies}|{v.encoder.settings}|{heeded}".encode())
        for digest in (*map(translate.digest, self.jobs), *map(translate.digest, self.seekers)):
            found.update(digest.encode())
        for record in (*self.vacancies, *self.people):
            found.update(msgspec.json.encode(record, order="deterministic"))
        found.update(self.job_rows.shortage.tobytes())
        return found.hexdigest()

    def job_row(self, job: Job) -> JobRows:
        """The row of a vacancy that may not be stored, shortage occupations marked as in all."""
        return marked(self.vectoriser.jobs([job]), self._shortage)

    def person(self, i: int) -> PersonSide:
        """The i-th person of the store."""
        row = self.people_rows.take([i])
        return PersonSide(self.people[i], self.seekers[i], row, self.vectoriser)

    def vacancy(self, i: int) -> JobSide:
        """The i-th vacancy of the store."""
        row = self.job_rows.take([i])
        return JobSide(self.vacancies[i], self.jobs[i], row, self.vectoriser)


def people_told(people: PeopleRows) -> NDArray[np.bool_]:
    """(n,): whether a competence or an occupation of the person is known, be it from a text."""
    named = (people.known & (WORK_KNOWN | WISHES_KNOWN)) > 0
    read = np.diff(people.covers.indptr) + np.diff(people.profile.indptr) > 0
    return np.asarray(named | read)


def people_worked(people: PeopleRows) -> NDArray[np.bool_]:
    """(n,): whether the dossier states a past occupation."""
    return np.asarray((people.known & WORK_KNOWN) > 0)


def _current(
    records: Sequence[_S],
    rows: _T,
    seen: Mapping[str, str],
    make: Callable[[Sequence[_S]], _T],
) -> _T:
    """The rows of records as they are now: fitted ones where unchanged, new ones where not."""
    at = {id_: i for i, id_ in enumerate(rows.ids)}
    fresh = [r for r in records if r.id not in at or seen.get(r.id) != translate.digest(r)]
    joined = rows.join([rows, make(fresh)]) if fresh else rows
    at.update((record.id, len(rows) + i) for i, record in enumerate(fresh))
    order = [at[record.id] for record in records]
    return joined if order == list(range(len(joined))) else joined.take(order)
