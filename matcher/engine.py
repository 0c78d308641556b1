"""The engine: one score in both directions, over everything in the store.

Filter, then sort, then cut: who is not eligible is left out with its reason, the rest is sorted by
score, ties by id. A record that came after fitting gets its row here, at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from competent_data.places import Gazetteer
from competent_data.records import EventKind, Lang, Person, Vacancy
from competent_data.store import Store, UnknownId
from competent_data.taxonomy import digest as taxonomy_digest
from matcher import translate
from matcher.explain import Evidence, Explainer, Gap, JobSide, PersonSide, Reason
from matcher.labels import Labels
from matcher.messages import messages
from matcher.settings import Settings
from matcher.suggestions import (
    Compared,
    Comparison,
    Match,
    NearMiss,
    Status,
    Suggestion,
    Suggestions,
)
from models import artefact
from models.artefact import Fitted
from models.eligibility import Bar, Eligibility, eligibility
from models.rows import JobRows
from models.scorecard import Scorecard
from models.signals import distance_km, signals

GAPS_TRIED, GAPS_SHOWN = 8, 5
NEAR_MISSES_SHOWN = 5
COVERED, NEAR = 0.75, 0.25
"""Shares from which a competence that is asked counts as covered, or as near."""
_PROMISED = 0.5
"""Evidence that a gap is filled with when its worth is recomputed: self-declared."""
_NEVER_AGAIN: dict[EventKind, str] = {
    "applied": "applied",
    "hired": "applied",
    "at_work_6m": "applied",
    "dismissed": "dismissed",
}
_R = TypeVar("_R", Person, Vacancy)


class Engine:
    """Suggestions, candidates and comparisons over a store and what was fitted on it."""

    def __init__(self, store: Store, fitted: Fitted, scorecard: Scorecard | None = None) -> None:
        self.store = store
        self.vectoriser = fitted.vectoriser
        self.scorecard = scorecard or Scorecard()
        self.places = Gazetteer.load(store)
        self.vacancies = {v.id: v for v in store.vacancies()}
        self.people = {p.id: p for p in store.people()}
        self._jobs = [translate.job(v, self.places) for v in self.vacancies.values()]
        self._seekers = [translate.seeker(p, self.places) for p in self.people.values()]
        self._job_rows = _current(self._jobs, fitted.jobs, fitted.jobs_seen, self.vectoriser.jobs)
        self._people_rows = _current(
            self._seekers, fitted.people, fitted.people_seen, self.vectoriser.people
        )

    @classmethod
    def open(cls, settings: Settings) -> Engine:
        """The engine of the store and the artefact that the settings name.

        Raises:
            StoreError: there is no store.
            ArtefactError: nothing is fitted, or on other taxonomies.
        """
        store = Store(settings.store)
        return cls(store, artefact.load(settings.artefact, taxonomy_digest(store)))

    # -- the three questions -----------------------------------------------------------------

    def suggest(
        self, person: Person, today: dt.date, *, limit: int = 10, lang: Lang | None = None
    ) -> Suggestions:
        """The best vacancies for a person on a day, exact; at most `limit`."""
        side = self._person_side(person)
        rows, jobs = self._job_rows, self._jobs
        if not _tells(side.row) or not len(rows):
            status: Status = "insufficient_data" if len(rows) else "nothing_eligible"
            return Suggestions(person.id, today, status, considered=len(rows))
        values = {name: value[0] for name, value in signals(side.row, rows).items()}
        checked = eligibility(side.row, rows, today.toordinal())
        done = self._done(person.id)
        kept = _asks(rows) & np.array([job.id not in done for job in jobs])
        order, scores = self._ranked(values, checked.eligible[0] & kept, rows.ids)
        explainer = self._explainer(lang or person.lang)
        chosen = order[:limit]
        sides = [self._job_side(self.vacancies[rows.ids[i]], rows, i) for i in chosen]
        explainer.labels.fetch(id_ for s in sides for id_ in (*s.record.must, *s.record.may))
        gaps = self._gaps(explainer, side, sides, rows, checked.eligible[0] & kept, scores)
        pinned = self._pinned(person.id)
        items = [
            self._suggestion(
                explainer,
                side,
                other,
                {name: float(value[i]) for name, value in values.items()},
                rank=rank,
                id_=other.record.id,
                gaps=gaps[rank - 1],
                sources=("competences", *pinned.get(other.record.id, ())),
            )
            for rank, (i, other) in enumerate(zip(chosen, sides, strict=True), 1)
        ]
        near = [
            self._near_miss(
                explainer,
                side,
                self._job_side(self.vacancies[rows.ids[i]], rows, i),
                checked.bars[0, i],
                scores[i],
                rows.ids[i],
            )
            for i in self._near(checked.near[0] & kept, scores, rows.ids)
        ]
        return Suggestions(
            person.id,
            today,
            "ok" if items else "nothing_eligible",
            tuple(items),
            tuple(near),
            _left_out(checked, 0, done, rows),
            len(rows),
        )

    def candidates(
        self, vacancy: Vacancy, today: dt.date, *, limit: int = 10, lang: Lang | None = None
    ) -> Suggestions:
        """The best people for a vacancy on a day: the same scores as `suggest` gives, exact."""
        job = translate.job(vacancy, self.places)
        rows = self._people_rows
        job_rows = self.vectoriser.jobs([job])
        side = JobSide(vacancy, job, job_rows, self.vectoriser)
        if not _asks(job_rows)[0] or not len(rows):
            status: Status = "insufficient_data" if len(rows) else "nothing_eligible"
            return Suggestions(vacancy.id, today, status, considered=len(rows))
        values = {name: value[:, 0] for name, value in signals(rows, job_rows).items()}
        checked = eligibility(rows, job_rows, today.toordinal())
        flat = Eligibility(checked.bars.T, checked.near.T)
        done = {
            e.person: _NEVER_AGAIN[e.kind]
            for e in self.store.events_of_vacancy(vacancy.id)
            if e.kind in _NEVER_AGAIN
        }
        kept = _told(rows) & np.array([id_ not in done for id_ in rows.ids])
        order, scores = self._ranked(values, flat.eligible[0] & kept, rows.ids)
        explainer = self._explainer(lang or vacancy.lang)
        items = []
        for rank, i in enumerate(order[:limit], 1):
            other = self._stored_side(i)
            items.append(
                self._suggestion(
                    explainer,
                    other,
                    side,
                    {name: float(value[i]) for name, value in values.items()},
                    rank=rank,
                    id_=other.record.id,
                    gaps=self._candidate_gaps(
                        explainer, other, side, flat.eligible[0] & kept, scores, i
                    ),
                    sources=("competences", *self._pinned(other.record.id).get(vacancy.id, ())),
                )
            )
        near = [
            self._near_miss(
                explainer, self._stored_side(i), side, flat.bars[0, i], scores[i], rows.ids[i]
            )
            for i in self._near(flat.near[0] & kept, scores, rows.ids)
        ]
        return Suggestions(
            vacancy.id,
            today,
            "ok" if items else "nothing_eligible",
            tuple(items),
            tuple(near),
            _left_out(flat, 0, done, rows),
            len(rows),
        )

    def compare(
        self, person: Person, target: Vacancy, today: dt.date, *, lang: Lang | None = None
    ) -> Comparison:
        """A person beside a vacancy, or beside an occupation (see `occupation_profile`)."""
        side = self._person_side(person)
        job = translate.job(target, self.places)
        rows = self.vectoriser.jobs([job])
        profile = target.id in self.vectoriser.occupations_
        other = JobSide(target, job, rows, self.vectoriser, profile)
        explainer = self._explainer(lang or person.lang)
        title = explainer.labels.get(target.id) if profile else target.title
        if not _asks(rows)[0] or not _tells(side.row):
            empty: tuple[Reason, ...] = ()
            return Comparison(
                person.id, target.id, title, "insufficient_data", (), None, None, None, empty, ()
            )
        values = {name: value[0] for name, value in signals(side.row, rows).items()}
        reasons = explainer.reasons(side, other, {k: float(v[0]) for k, v in values.items()})
        reach, wish = self._factors(values)
        checked = eligibility(side.row, rows, today.toordinal())
        bars = tuple(
            self._bar_text(explainer, side, other, bar) for bar in Bar if checked.bars[0, 0] & bar
        )
        return Comparison(
            person.id,
            target.id,
            title,
            "ok",
            tuple(self._compared(explainer, side, other)),
            float(self.scorecard.scores(values)[0]),
            float(reach[0]),
            float(wish[0]),
            reasons,
            bars,
        )

    def occupation_profile(self, id_: str) -> Vacancy:
        """An occupation's profile, to compare a person with.

        Raises:
            UnknownId: there is no such occupation in the store.
        """
        concept = self.store.concepts([id_]).get(id_)
        if concept is None or concept.kind != "occupation":
            raise UnknownId(
                f"there is no vacancy or occupation {id_!r} in the store at {self.store.url}"
            )
        return translate.vacancy_of_occupation(concept, self.store.profile(id_))

    # -- parts -------------------------------------------------------------------------------

    def _explainer(self, lang: Lang) -> Explainer:
        return Explainer(self.vectoriser, self.scorecard, Labels(self.store, lang), messages(lang))

    def _person_side(self, person: Person) -> PersonSide:
        seeker = translate.seeker(person, self.places)
        return PersonSide(person, seeker, self.vectoriser.people([seeker]), self.vectoriser)

    def _stored_side(self, i: int) -> PersonSide:
        row = self._people_rows.take([i])
        return PersonSide(self.people[row.ids[0]], self._seekers[i], row, self.vectoriser)

    def _job_side(self, vacancy: Vacancy, rows: JobRows, i: int) -> JobSide:
        return JobSide(vacancy, self._jobs[i], rows.take([i]), self.vectoriser)

    def _ranked(
        self, values: Mapping[str, NDArray[np.float64]], kept: NDArray[np.bool_], ids: Sequence[str]
    ) -> tuple[list[int], NDArray[np.float64]]:
        scores = self.scorecard.scores(values)
        rows = np.flatnonzero(kept).tolist()
        return sorted(rows, key=lambda i: (-scores[i], ids[i])), scores

    def _near(
        self, near: NDArray[np.bool_], scores: NDArray[np.float64], ids: Sequence[str]
    ) -> list[int]:
        rows = np.flatnonzero(near).tolist()
        return sorted(rows, key=lambda i: (-scores[i], ids[i]))[:NEAR_MISSES_SHOWN]

    def _factors(
        self, values: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        strengths = self.scorecard.strengths(values)
        share = self.scorecard.reach_share
        reach = self.scorecard.factor(strengths, "reach") / (100 * share)
        return reach, self.scorecard.factor(strengths, "wish") / (100 * (1 - share))

    def _suggestion(
        self,
        explainer: Explainer,
        person: PersonSide,
        job: JobSide,
        values: dict[str, float],
        *,
        rank: int,
        id_: str,
        gaps: tuple[Gap, ...],
        sources: tuple[str, ...],
    ) -> Suggestion:
        arrays = {name: np.array([value]) for name, value in values.items()}
        reach, wish = self._factors(arrays)
        km = float(distance_km(person.row, job.row)[0, 0])
        return Suggestion(
            rank=rank,
            id=id_,
            title=job.record.title,
            score=float(self.scorecard.scores(arrays)[0]),
            reach=float(reach[0]),
            wish=float(wish[0]),
            reasons=explainer.reasons(person, job, values),
            gaps=gaps,
            sources=sources,
            distance_km=None if np.isnan(km) else km,
            employer=job.record.employer,
            place=job.record.place,
            contract=job.record.contract,
            valid_through=job.record.valid_through,
        )

    def _missing(self, person: PersonSide, job: JobSide) -> list[int]:
        """Competences that are asked and not covered, those that weigh most first."""
        refused = set(person.record.competences.refused)
        held = set(person.row.held.indices.tolist())
        ids = tuple(self.vectoriser.competences_)
        asked = {c: w * 2 for c, w in job.must.items()}
        asked.update((c, w) for c, w in job.may.items() if c not in asked)
        open_ = [
            c
            for c in asked
            if c not in held and ids[c] not in refused and person.covers.get(c, 0.0) < COVERED
        ]
        open_.sort(key=lambda c: (-asked[c] * (1 - person.covers.get(c, 0.0)), c))
        return open_[:GAPS_TRIED]

    def _gaps(
        self,
        explainer: Explainer,
        person: PersonSide,
        jobs: Sequence[JobSide],
        rows: JobRows,
        kept: NDArray[np.bool_],
        scores: NDArray[np.float64],
    ) -> list[tuple[Gap, ...]]:
        """For each job the competences that would raise it, with score and rank recomputed."""
        missing = [self._missing(person, job) for job in jobs]
        distinct = sorted({c for part in missing for c in part})
        if not distinct:
            return [() for _ in jobs]
        eligible = np.flatnonzero(kept)
        among = rows.take(eligible)
        held = self.vectoriser.holding(person.seeker, person.row, distinct, _PROMISED)
        after = self.scorecard.scores(signals(held, among))
        at = {id_: i for i, id_ in enumerate(among.ids)}
        row_of = {competence: i for i, competence in enumerate(distinct)}
        found = []
        for job, part in zip(jobs, missing, strict=True):
            column = at[job.record.id]
            before = scores[eligible[column]]
            gaps = [self._gap(explainer, c, after[row_of[c]], column, among.ids) for c in part]
            found.append(_best(gaps, float(before)))
        return found

    def _candidate_gaps(
        self,
        explainer: Explainer,
        person: PersonSide,
        job: JobSide,
        kept: NDArray[np.bool_],
        scores: NDArray[np.float64],
        i: int,
    ) -> tuple[Gap, ...]:
        """As `_gaps`, the rank being the person's among all candidates."""
        missing = self._missing(person, job)
        if not missing:
            return ()
        held = self.vectoriser.holding(person.seeker, person.row, missing, _PROMISED)
        after = self.scorecard.scores(signals(held, job.row))[:, 0]
        eligible = np.flatnonzero(kept)
        ids = [self._people_rows.ids[e] for e in eligible]
        column = int(np.searchsorted(eligible, i))
        gaps = []
        for c, score in zip(missing, after, strict=True):
            with_it = scores[eligible].copy()
            with_it[column] = score
            gaps.append(self._gap(explainer, c, with_it, column, ids))
        return _best(gaps, float(scores[i]))

    def _gap(
        self,
        explainer: Explainer,
        competence: int,
        scores: NDArray[np.float64],
        column: int,
        ids: Sequence[str],
    ) -> Gap:
        id_ = explainer.competences[competence]
        score = scores[column]
        ahead = np.flatnonzero(scores >= score).tolist()
        rank = 1 + sum(scores[j] > score or ids[j] < ids[column] for j in ahead)
        return Gap(id_, explainer.labels.get(id_), float(score), rank)

    def _near_miss(
        self,
        explainer: Explainer,
        person: PersonSide,
        job: JobSide,
        bars: int,
        score: float,
        id_: str,
    ) -> NearMiss:
        bar = Bar(int(bars))
        text = self._bar_text(explainer, person, job, bar)
        return NearMiss(id_, job.record.title, float(score), str(bar.name).lower(), text)

    def _bar_text(self, explainer: Explainer, person: PersonSide, job: JobSide, bar: Bar) -> str:
        say = explainer.say
        asked = job.record
        match bar:
            case Bar.LICENCE:
                held = set(person.record.licences or ())
                what = ", ".join(name for name in asked.licences if name not in held)
            case Bar.LANGUAGE:
                held_levels = person.seeker.languages or {}
                what = ", ".join(
                    f"{say('language', code)} {asked.languages[code]}"
                    for code, level in job.job.languages.items()
                    if held_levels.get(code, 0) < level
                )
            case _:
                what = ""
        km = float(distance_km(person.row, job.row)[0, 0])
        return say(
            "bar",
            str(bar.name).lower(),
            what=what,
            km="" if np.isnan(km) else say.number(km),
            limit=say.number(person.record.travel_km or 0.0),
            vacancy=asked.study_level,
            person=person.record.study_level,
        )

    def _compared(self, explainer: Explainer, person: PersonSide, job: JobSide) -> list[Compared]:
        ids = tuple(self.vectoriser.competences_)
        refused = set(person.record.competences.refused)
        asked = dict.fromkeys(job.must, True) | {c: False for c in job.may if c not in job.must}
        explainer.labels.fetch(ids[c] for c in asked)
        found = []
        for c, must in asked.items():
            cover = person.covers.get(c, 0.0)
            ground = person.grounds.get(c)
            match: Match = "missing"
            if ids[c] in refused:
                match = "missing"
            elif ground is not None and ground.how == "stated":
                match = "covered" if cover >= COVERED else "near"
            elif ground is not None or not person.row.held.nnz:
                match = "unknown"
            evidence = Evidence(
                explainer.labels.get(ids[c]),
                explainer.where_person(person, c),
                explainer.where_job(job, c),
                cover,
                ids[c],
            )
            found.append(Compared(match, must, evidence))
        weight = {**job.may, **job.must}
        number = self.vectoriser.competences_
        found.sort(
            key=lambda x: (
                not x.must,
                -x.evidence.strength,
                -weight[number[str(x.evidence.id)]],
                x.evidence.label,
            )
        )
        return found

    def _done(self, person: str) -> dict[str, str]:
        """Vacancies that never come back to a person, with why."""
        return {
            event.vacancy: _NEVER_AGAIN[event.kind]
            for event in self.store.events(person)
            if event.kind in _NEVER_AGAIN
        }

    def _pinned(self, person: str) -> dict[str, tuple[str, ...]]:
        """Who set which vacancy before a person: 'consultant', 'employer' or 'own'."""
        found: dict[str, tuple[str, ...]] = {}
        for pin in self.store.pins(person):
            source = "own" if pin.by == "self" else pin.by
            found[pin.vacancy] = tuple(dict.fromkeys((*found.get(pin.vacancy, ()), source)))
        return found
