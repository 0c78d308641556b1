"""Everybody and every vacancy of a store as rows, as the store stands now.

A market never changes: what came or changed since is in the next one, which shares all else with
it. So a request that is under way goes on undisturbed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Generic, Self, TypeVar, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from competent_data.places import Gazetteer
from competent_data.records import Person, Vacancy
from competent_data.store import Store, erased_digest
from matcher import translate
from matcher.shortage import listed, marked, shortages
from matcher.sides import Jobs, JobSide, People, PersonSide
from models.artefact import Fitted, Late
from models.index import JobIndex, PeopleIndex, Rows
from models.packed import Packed
from models.parts import Parts
from models.rows import WISHES_KNOWN, WORK_KNOWN, Job, JobRows, PeopleRows, Seeker
from models.scorecard import Scorecard
from models.vectoriser import Vectoriser

AT_ONCE = 500
T = TypeVar("T")
X = TypeVar("X", Seeker, Job)


class Changed(Exception):
    """A record is no longer the one that its row was made of: ask the next market."""


class Records(Sequence[T], Generic[T]):
    """The records of a side, read from the store when they are asked for, by ascending id."""

    def __init__(self, parts: Parts[Any], some: Callable[[Sequence[str]], Mapping[str, T]]) -> None:
        self._parts, self._some = parts, some

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        rows = self._parts.rows[at]
        if isinstance(at, slice):
            return list(self._read(rows))
        id_ = self._parts.id(int(rows))
        return _there(self._some([id_]), id_)

    def __iter__(self) -> Iterator[T]:
        return self._read(self._parts.rows)

    def since(self, at: int) -> Iterator[T]:
        """All from one on that the store still holds when their turn comes."""
        for ids, records in self._some_at_once(self._parts.rows[at:]):
            yield from (records[id_] for id_ in ids if id_ in records)

    def _read(self, rows: Rows) -> Iterator[T]:
        for ids, records in self._some_at_once(rows):
            yield from (_there(records, id_) for id_ in ids)

    def _some_at_once(self, rows: Rows) -> Iterator[tuple[list[str], Mapping[str, T]]]:
        """So many at a time: no long read keeps the store from tidying up."""
        for start in range(0, len(rows), AT_ONCE):
            ids = [self._parts.id(row) for row in rows[start : start + AT_ONCE].tolist()]
            yield ids, self._some(ids)


@dataclass(frozen=True)
class Market:
    """All people and vacancies of a store."""

    store: Store
    vectoriser: Vectoriser
    taxonomies: str
    places: Gazetteer
    fitted: Fitted
    offers: Parts[JobIndex]
    candidates: Parts[PeopleIndex]
    shortage: NDArray[np.float64]
    change: int

    @classmethod
    def load(
        cls,
        store: Store,
        fitted: Fitted,
        *,
        late: Late | None = None,
        scorecard: Scorecard | None = None,
        shortage: Collection[str] = (),
    ) -> Self:
        """The market of a store, from what was fitted on it or on another one like it.

        `shortage` are the ids of the occupations that count as shortage occupations.
        """
        vectoriser, card = fitted.vectoriser, scorecard or Scorecard()
        state = store.state()
        if late is not None and late.store == fitted.store == state.store:
            vectoriser.know_licences(late.licences)
            people, jobs, change = late.people, late.jobs, late.change
        else:
            people = Packed.of(vectoriser.people([]))
            jobs = Packed.of(vectoriser.jobs([]))
            change = fitted.change if fitted.store == state.store else -1
        short = listed(shortage, vectoriser.occupations_)
        offers = Parts.of(
            JobIndex(marked(fitted.jobs.packed, short), card, fitted.jobs.arrays),
            JobIndex(marked(jobs, short), card),
        )
        erased = store.erased(fitted.change) if fitted.store == state.store else frozenset()
        candidates = Parts.of(
            PeopleIndex(fitted.people.packed, card, fitted.people.arrays),
            PeopleIndex(people, card),
            _named(fitted.people.packed.ids, erased),
        )
        found = cls(
            store,
            vectoriser,
            fitted.taxonomy_digest,
            Gazetteer.load(store),
            fitted,
            offers,
            candidates,
            short,
            change,
        )
        return found.caught_up() if 0 <= change <= state.change else found.read_anew()

    def caught_up(self) -> Self:
        """The market as the store stands now; this one if nothing changed."""
        change = self.store.state().change
        if change == self.change:
            return self
        return self._with(
            self.store.changed_people(self.change),
            self.store.changed_vacancies(self.change),
            change,
            erased=self._erased(),
        )

    def _erased(self) -> list[str]:
        """Ids of people whom the store forgot since."""
        digests = self.store.erased(self.change)
        ids = (id_ for part in self.candidates.parts for id_ in part.packed.ids)
        return _named(ids, digests)

    def later(self) -> Self:
        """The next market, after a record was found `Changed`."""
        found = self.caught_up()
        return self.read_anew() if found is self else found

    def read_anew(self) -> Self:
        """The same, whatever the store says has changed: every record is looked at."""
        change = self.store.state().change
        people, vacancies = list(self.store.people()), list(self.store.vacancies())
        return self._with(people, vacancies, change, whole=True)

    def reopened(self, ids: Collection[str]) -> Self:
        """The market as if some vacancies had not been filled: for asking about an earlier day.

        It answers rankings alone: the store's records are the later ones.
        """
        filled = [v for v in self.store.vacancies_of(sorted(ids)).values() if v.filled]
        again = [msgspec.structs.replace(vacancy, filled=False) for vacancy in filled]
        return self._with([], again, self.change) if again else self

    def _with(
        self,
        people: Sequence[Person],
        vacancies: Sequence[Vacancy],
        change: int,
        *,
        whole: bool = False,
        erased: Sequence[str] = (),
    ) -> Self:
        seekers = [translate.seeker(person, self.places) for person in people]
        jobs = [translate.job(vacancy, self.places) for vacancy in vacancies]
        return replace(
            self,
            candidates=_next(self.candidates, seekers, self.vectoriser.people, erased, whole=whole),
            offers=_next(self.offers, jobs, self._job_rows, whole=whole),
            change=change,
        )

    def _job_rows(self, jobs: Sequence[Job]) -> JobRows:
        rows = self.vectoriser.jobs(jobs)
        return replace(rows, shortage=shortages(rows.occupation, self.shortage))

    def job_row(self, job: Job) -> JobRows:
        """The row of a vacancy that need not be in the store."""
        row = self.offers.find(job.id)
        if row >= 0 and self.offers.digest(row) == translate.digest(job):
            found: JobRows = self.offers.take([row])
            return found
        return self._job_rows([job])

    def person_row(self, seeker: Seeker) -> PeopleRows:
        """The row of a person who need not be in the store."""
        row = self.candidates.find(seeker.id)
        if row >= 0 and self.candidates.digest(row) == translate.digest(seeker):
            found: PeopleRows = self.candidates.take([row])
            return found
        return self.vectoriser.people([seeker])

    @property
    def late(self) -> Late:
        """What came after fitting, to be kept beside the artefact."""
        return Late(
            self.candidates.late.packed,
            self.offers.late.packed,
            tuple(self.vectoriser.licences_),
            self.store.state().store,
            self.change,
        )

    @property
    def whole(self) -> Fitted:
        """All as if it had been there when the taxonomies were learnt."""
        if not (_differs(self.candidates) or _differs(self.offers)):
            return replace(self.fitted, store=self.store.state().store, change=self.change)
        people, jobs = self.candidates, self.offers
        return Fitted(
            self.vectoriser,
            PeopleIndex(_joined(people)),
            JobIndex(_joined(jobs)),
            self.taxonomies,
            self.store.state().store,
            self.change,
        )

    # -- by record ---------------------------------------------------------------------------

    @cached_property
    def vacancies(self) -> Records[Vacancy]:
        """All vacancies."""
        return Records(self.offers, self.store.vacancies_of)

    @cached_property
    def people(self) -> Records[Person]:
        """All dossiers."""
        return Records(self.candidates, self.store.people_of)

    @property
    def jobs(self) -> list[Job]:
        """All vacancies as the models see them."""
        return [translate.job(vacancy, self.places) for vacancy in self.vacancies]

    @property
    def seekers(self) -> list[Seeker]:
        """All people as the models see them."""
        return [translate.seeker(person, self.places) for person in self.people]

    @cached_property
    def job_rows(self) -> JobRows:
        """All vacancies as they are scored, by id."""
        rows: JobRows = self.offers.take(self.offers.rows)
        return rows

    @cached_property
    def people_rows(self) -> PeopleRows:
        """All people as they are scored, by id."""
        rows: PeopleRows = self.candidates.take(self.candidates.rows)
        return rows

    def persons(
        self, *lists: Sequence[int], asked: JobSide | None = None
    ) -> list[list[PersonSide]]:
        """The people of lists of rows, to be explained by what a job asks alone, if one is `asked`.

        Raises:
            Changed: a dossier has changed since.
        """
        people, v = self.candidates, self.vectoriser
        ids = {row: people.id(row) for rows in lists for row in rows}
        records = self.store.people_of([*ids.values()])
        found = []
        for rows in lists:
            own = [_there(records, ids[row]) for row in rows]
            seekers = [
                _current(people, row, translate.seeker(record, self.places))
                for row, record in zip(rows, own, strict=True)
            ]
            block = People(partial(people.take, rows), people.positions(rows), v, seekers, asked)
            found.append([PersonSide(block, at, record) for at, record in enumerate(own)])
        return found

    def offered(self, *lists: Sequence[int]) -> list[list[JobSide]]:
        """The vacancies of lists of rows.

        Raises:
            Changed: one has changed since.
        """
        offers, v = self.offers, self.vectoriser
        ids = {row: offers.id(row) for rows in lists for row in rows}
        records = self.store.vacancies_of([*ids.values()])
        found = []
        for rows in lists:
            own = [_there(records, ids[row]) for row in rows]
            jobs = [
                _current(offers, row, translate.job(record, self.places))
                for row, record in zip(rows, own, strict=True)
            ]
            block = Jobs(partial(offers.take, rows), offers.positions(rows), v, jobs)
            found.append([JobSide(block, at, record) for at, record in enumerate(own)])
        return found

    def person(self, row: int) -> PersonSide:
        """The person of a row, as `persons`."""
        return self.persons([row])[0][0]

    def vacancy(self, row: int) -> JobSide:
        """The vacancy of a row, as `offered`."""
        return self.offered([row])[0][0]

    @cached_property
    def digest(self) -> str:
        """Tells this market from one with another record, taxonomy or pretrained encoder."""
        v = self.vectoriser
        heeded = [encoder.digest for encoder in v.opinion.encoders] if v.opinion else []
        found = hashlib.sha256(f"{self.taxonomies}|{v.encoder.settings}|{heeded}".encode())
        for record in (*self.vacancies, *self.people):
            found.update(msgspec.json.encode(record, order="deterministic"))
        found.update(self.job_rows.shortage.tobytes())
        return found.hexdigest()


def people_told(people: PeopleRows) -> NDArray[np.bool_]:
    """(n,): whether a competence or an occupation of the person is known, be it from a text."""
    named = (people.known & (WORK_KNOWN | WISHES_KNOWN)) > 0
    read = np.diff(people.covers.indptr) + np.diff(people.profile.indptr) > 0
    return np.asarray(named | read)


def _there(records: Mapping[str, T], id_: str) -> T:
    if id_ not in records:
        raise Changed(id_)
    return records[id_]


def _current(parts: Parts[Any], row: int, side: X) -> X:
    """A record of which the row was made."""
    if translate.digest(side) != parts.digest(row):
        raise Changed(side.id)
    return side


def _named(ids: Iterable[str], digests: Collection[str]) -> list[str]:
    """Those ids whose digests are among some."""
    return [id_ for id_ in ids if erased_digest(id_) in digests] if digests else []


def _next(
    parts: Parts[Any],
    records: Sequence[X],
    make: Callable[[Sequence[X]], Any],
    erased: Sequence[str] = (),
    *,
    whole: bool,
) -> Parts[Any]:
    """The parts with records that came or changed, without those `erased`; `whole` says that there
    are no others."""
    main: Packed[Any] = parts.parts[0].packed
    late: Packed[Any] = parts.late.packed
    fresh: dict[str, X] = {}
    back: set[str] = set()
    for record in records:
        digest = translate.digest(record)
        if _stands(main, record.id, digest):
            back.add(record.id)
        elif not _stands(late, record.id, digest):
            fresh[record.id] = record
    here = {record.id for record in records}
    left = back | fresh.keys() | {*erased} | ({*late.ids} - here if whole else set())
    stay = [row for row, id_ in enumerate(late.ids) if id_ not in left]
    gone = [id_ for id_ in (main.ids if whole else _hidden(parts)) if id_ not in back]
    if whole:
        gone = [id_ for id_ in gone if id_ not in here]
    gone += erased
    if not erased and not fresh and len(stay) == len(late) and not whole and not back:
        return parts
    rows = make(list(fresh.values()))
    digests = [int(late.digests[row]) for row in stay]
    digests += [translate.digest(record) for record in fresh.values()]
    packed = Packed.of(rows.join([late.take(stay), rows]), digests)
    return Parts.of(parts.parts[0], type(parts.late)(packed, parts.late.scorecard), gone)


def _stands(packed: Packed[Any], id_: str, digest: int) -> bool:
    """Whether there is a row of that very state of a record."""
    row = packed.ids.find(id_)
    return row >= 0 and int(packed.digests[row]) == digest


def _hidden(parts: Parts[Any]) -> list[str]:
    """Ids of fitted rows that are not there, nor late."""
    main, late = parts.parts
    ids = (main.packed.ids[row] for row in np.flatnonzero(main.hidden).tolist())
    return [id_ for id_ in ids if late.packed.ids.find(id_) < 0]


def _differs(parts: Parts[Any]) -> bool:
    """Whether anything came or went since it was fitted."""
    return bool(len(parts.late) or parts.parts[0].hidden.any())


def _joined(parts: Parts[Any]) -> Packed[Any]:
    return Packed.join([(part.packed, np.flatnonzero(~part.hidden)) for part in parts.parts])
