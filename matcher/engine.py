"""The engine: one score in both directions, over everything in the store.

Filter, then sort, then cut: who is not eligible is left out with the reason, the rest is sorted by
score, ties by id. Suggestions and candidates are the same pairs, seen from either side.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from competent_data.records import EventKind, Lang, Person, Vacancy
from competent_data.store import Store, UnknownId
from competent_data.taxonomy import digest as taxonomy_digest
from matcher import translate
from matcher.comparison import Comparison, compared
from matcher.explain import Explainer, Gap, JobSide, PersonSide
from matcher.gaps import gaps_of_candidate, gaps_of_person
from matcher.labels import Labels
from matcher.market import Market, jobs_told, people_told
from matcher.messages import messages
from matcher.settings import Settings
from matcher.suggestions import NearMiss, Suggestion, Suggestions
from models import artefact
from models.artefact import Fitted
from models.eligibility import Bar, Eligibility, eligibility
from models.scorecard import Scorecard
from models.signals import distance_km, signals

NEAR_MISSES_SHOWN = 5
_NEVER_AGAIN: dict[EventKind, str] = {
    "applied": "applied",
    "hired": "applied",
    "at_work_6m": "applied",
    "dismissed": "dismissed",
}
_MAIN_BAR = (
    Bar.EXPIRED,
    Bar.NOT_YET_OPEN,
    Bar.DIPLOMA,
    Bar.LICENCE,
    Bar.LANGUAGE,
    Bar.DISTANCE,
)
"""Of several bars the first counts as the reason: what can be changed least."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Scored:
    """A person with all vacancies (m,): `kept` are the rows to rank, `open` what is neither done
    nor without data, `done` what never comes back, with why."""

    values: dict[str, Floats]
    scores: Floats
    kept: NDArray[np.int64]
    checked: Eligibility
    done: dict[str, str]
    open: NDArray[np.bool_]


class Engine:
    """Suggestions, candidates and comparisons over a store and what was fitted on it."""

    def __init__(self, store: Store, fitted: Fitted, scorecard: Scorecard | None = None) -> None:
        self.store = store
        self.vectoriser = fitted.vectoriser
        self.scorecard = scorecard or Scorecard()
        self.market = Market(store, fitted)

    @classmethod
    def open(cls, settings: Settings) -> Self:
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
        rows = self.market.job_rows
        side = self._person_side(person)
        if not people_told(side.row)[0]:
            return Suggestions(person.id, today, "insufficient_data", considered=len(rows))
        found = self._scored(side, today)
        scores, kept, checked = found.scores, found.kept, found.checked
        chosen = _best(kept, scores, rows.ids, limit)
        explainer = self._explainer(lang or person.lang)
        sides = [self.market.vacancy(i) for i in chosen]
        gaps = gaps_of_person(explainer, side, sides, rows.take(kept), scores[kept])
        pins = self._pinned(person.id)
        items = tuple(
            self._suggestion(
                explainer,
                side,
                other,
                values={name: value[[i]] for name, value in found.values.items()},
                rank=rank,
                id_=other.record.id,
                gaps=gap,
                pinned=pins.get(other.record.id, ()),
            )
            for rank, (i, other, gap) in enumerate(zip(chosen, sides, gaps, strict=True), 1)
        )
        near = tuple(
            NearMiss(
                other.record.id,
                other.record.title,
                float(scores[i]),
                _name(Bar(int(checked.bars[0, i]))),
                self._bar_text(explainer, side, other, Bar(int(checked.bars[0, i]))),
            )
            for i in _best(
                np.flatnonzero(checked.near[0] & found.open), scores, rows.ids, NEAR_MISSES_SHOWN
            )
            for other in (self.market.vacancy(i),)
        )
        return Suggestions(
            person.id,
            today,
            "ok" if items else "nothing_eligible",
            items,
            near,
            _left_out(checked.bars[0], found.done, jobs_told(rows), rows.ids),
            len(rows),
        )

    def ranking(self, person: Person, today: dt.date) -> list[tuple[str, float]]:
        """Every vacancy that `suggest` would show without a limit, best first, with its score."""
        side = self._person_side(person)
        if not people_told(side.row)[0]:
            return []
        rows = self.market.job_rows
        found = self._scored(side, today)
        best = _best(found.kept, found.scores, rows.ids, len(found.kept))
        return [(rows.ids[i], float(found.scores[i])) for i in best]

    def candidates(
        self, vacancy: Vacancy, today: dt.date, *, limit: int = 10, lang: Lang | None = None
    ) -> Suggestions:
        """The best people for a vacancy on a day: the same scores as `suggest` gives, exact."""
        rows = self.market.people_rows
        side = self._job_side(vacancy)
        if not jobs_told(side.row)[0]:
            return Suggestions(vacancy.id, today, "insufficient_data", considered=len(rows))
        values = {name: value[:, 0] for name, value in signals(rows, side.row).items()}
        checked = eligibility(rows, side.row, today.toordinal())
        done = _done((e.person, e.kind) for e in self.store.events_of_vacancy(vacancy.id))
        open_ = people_told(rows) & np.array([id_ not in done for id_ in rows.ids], dtype=bool)
        scores = self.scorecard.scores(values)
        kept = np.flatnonzero(checked.eligible[:, 0] & open_)
        kept_ids = [rows.ids[i] for i in kept]
        explainer = self._explainer(lang or vacancy.lang)
        items = tuple(
            self._suggestion(
                explainer,
                other,
                side,
                values={name: value[[i]] for name, value in values.items()},
                rank=rank,
                id_=other.record.id,
                gaps=gaps_of_candidate(explainer, other, side, kept_ids, scores[kept]),
                pinned=self._pinned(other.record.id).get(vacancy.id, ()),
            )
            for rank, i in enumerate(_best(kept, scores, rows.ids, limit), 1)
            for other in (self.market.person(i),)
        )
        near = tuple(
            NearMiss(
                other.record.id,
                vacancy.title,
                float(scores[i]),
                _name(Bar(int(checked.bars[i, 0]))),
                self._bar_text(explainer, other, side, Bar(int(checked.bars[i, 0]))),
            )
            for i in _best(
                np.flatnonzero(checked.near[:, 0] & open_), scores, rows.ids, NEAR_MISSES_SHOWN
            )
            for other in (self.market.person(i),)
        )
        return Suggestions(
            vacancy.id,
            today,
            "ok" if items else "nothing_eligible",
            items,
            near,
            _left_out(checked.bars[:, 0], done, people_told(rows), rows.ids),
            len(rows),
        )

    def compare(
        self, person: Person, target: Vacancy, today: dt.date, *, lang: Lang | None = None
    ) -> Comparison:
        """A person beside a vacancy, or beside an occupation (see `occupation_profile`)."""
        side, other = self._person_side(person), self._job_side(target)
        explainer = self._explainer(lang or person.lang)
        title = explainer.labels.get(target.id) if other.profile else target.title
        if not jobs_told(other.row)[0] or not people_told(side.row)[0]:
            return Comparison(person.id, target.id, title, "insufficient_data")
        values = {name: value[0] for name, value in signals(side.row, other.row).items()}
        reach, wish = self.scorecard.factors(values)
        bars = Bar(int(eligibility(side.row, other.row, today.toordinal()).bars[0, 0]))
        return Comparison(
            person.id,
            target.id,
            title,
            "ok",
            compared(explainer, side, other),
            float(self.scorecard.scores(values)[0]),
            float(reach[0]),
            float(wish[0]),
            explainer.reasons(side, other, {k: float(v[0]) for k, v in values.items()}),
            tuple(self._bar_text(explainer, side, other, bar) for bar in Bar if bar in bars),
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
        seeker = translate.seeker(person, self.market.places)
        return PersonSide(person, seeker, self.vectoriser.people([seeker]), self.vectoriser)

    def _job_side(self, vacancy: Vacancy) -> JobSide:
        job = translate.job(vacancy, self.market.places)
        profile = vacancy.id in self.vectoriser.occupations_
        return JobSide(vacancy, job, self.vectoriser.jobs([job]), self.vectoriser, profile)

    def _scored(self, side: PersonSide, today: dt.date) -> _Scored:
        rows = self.market.job_rows
        values = {name: value[0] for name, value in signals(side.row, rows).items()}
        checked = eligibility(side.row, rows, today.toordinal())
        done = _done((e.vacancy, e.kind) for e in self.store.events(side.record.id))
        open_ = jobs_told(rows) & np.array([id_ not in done for id_ in rows.ids], dtype=bool)
        kept = np.flatnonzero(checked.eligible[0] & open_)
        return _Scored(values, self.scorecard.scores(values), kept, checked, done, open_)

    def _suggestion(
        self,
        explainer: Explainer,
        person: PersonSide,
        job: JobSide,
        *,
        values: Mapping[str, Floats],
        rank: int,
        id_: str,
        gaps: tuple[Gap, ...],
        pinned: Sequence[str],
    ) -> Suggestion:
        reach, wish = self.scorecard.factors(values)
        km = float(distance_km(person.row, job.row)[0, 0])
        return Suggestion(
            rank=rank,
            id=id_,
            title=job.record.title,
            score=float(self.scorecard.scores(values)[0]),
            reach=float(reach[0]),
            wish=float(wish[0]),
            reasons=explainer.reasons(person, job, {k: float(v[0]) for k, v in values.items()}),
            gaps=gaps,
            sources=("competences", *pinned),
            distance_km=None if np.isnan(km) else km,
            employer=job.record.employer,
            place=job.record.place,
            contract=job.record.contract,
            valid_through=job.record.valid_through,
        )

    def _bar_text(self, explainer: Explainer, person: PersonSide, job: JobSide, bar: Bar) -> str:
        say = explainer.say
        licences = set(person.record.licences or ())
        levels = person.seeker.languages or {}
        lacking = {
            Bar.LICENCE: [name for name in job.record.licences if name not in licences],
            Bar.LANGUAGE: [
                f"{say('language', code)} {job.record.languages[code]}"
                for code, level in job.job.languages.items()
                if levels.get(code, 0) < level
            ],
        }
        km = float(distance_km(person.row, job.row)[0, 0])
        return say(
            "bar",
            _name(bar),
            what=", ".join(lacking.get(bar, ())),
            km="" if np.isnan(km) else say.number(km),
            limit=say.number(person.record.travel_km or 0.0),
            vacancy=job.record.study_level,
            person=person.record.study_level,
        )

    def _pinned(self, person: str) -> dict[str, tuple[str, ...]]:
        """Who set which vacancy before a person: 'consultant', 'employer' or 'own'."""
        found: dict[str, tuple[str, ...]] = {}
        for pin in self.store.pins(person):
            source = "own" if pin.by == "self" else pin.by
            found[pin.vacancy] = tuple(dict.fromkeys((*found.get(pin.vacancy, ()), source)))
        return found


def _best(rows: NDArray[np.int64], scores: Floats, ids: Sequence[str], limit: int) -> list[int]:
    """The best `limit` of some rows, ties by id."""
    return sorted(rows.tolist(), key=lambda i: (-scores[i], ids[i]))[:limit]


def _done(events: Iterable[tuple[str, EventKind]]) -> dict[str, str]:
    """Who or what never comes back, with why."""
    return {id_: _NEVER_AGAIN[kind] for id_, kind in events if kind in _NEVER_AGAIN}


def _left_out(
    bars: NDArray[np.uint8],
    done: Mapping[str, str],
    told: NDArray[np.bool_],
    ids: Sequence[str],
) -> dict[str, int]:
    """How many were not ranked, by the main reason why."""
    found: Counter[str] = Counter()
    for id_, barred, known in zip(ids, bars.tolist(), told.tolist(), strict=True):
        if id_ in done:
            found[done[id_]] += 1
        elif not known:
            found["insufficient_data"] += 1
        elif barred:
            found[_name(next(bar for bar in _MAIN_BAR if barred & bar))] += 1
    return dict(found)


def _name(bar: Bar) -> str:
    return str(bar.name).lower()
