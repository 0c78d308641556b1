"""The engine: one score in both directions, over everything in the store.

Suggestions and candidates are the same pairs, seen from either side.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from competent_data.records import Lang, Person, Vacancy
from competent_data.store import Store, UnknownId
from competent_data.taxonomy import digest as taxonomy_digest
from matcher import translate
from matcher.comparison import Comparison, compared
from matcher.explain import Explainer
from matcher.gaps import Gap, gaps_of_candidate, gaps_of_person
from matcher.labels import Labels
from matcher.market import Market, people_told, people_worked
from matcher.messages import messages
from matcher.ranked import Ranked, bar_name, done
from matcher.settings import Settings
from matcher.shortage import read_shortage
from matcher.sides import JobSide, PersonSide
from matcher.spread import POOL, Place, Placed, occupations, widened
from matcher.suggestions import NearMiss, Suggestion, Suggestions
from models import artefact
from models.artefact import Fitted
from models.eligibility import Bar, eligibility, in_common
from models.index import Asked, JobIndex
from models.scorecard import Scorecard
from models.signals import distance_km, signals

NEAR_MISSES_SHOWN = 5

Floats = NDArray[np.float64]


class Engine:
    """Suggestions, candidates and comparisons over a store and what was fitted on it."""

    def __init__(
        self,
        store: Store,
        fitted: Fitted,
        scorecard: Scorecard | None = None,
        *,
        shortage: Collection[str] = (),
        spread: float = 0.0,
    ) -> None:
        self.store = store
        self.spread = spread
        self.vectoriser = fitted.vectoriser
        self.scorecard = scorecard or Scorecard()
        self.market = Market(store, fitted, shortage)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The engine of the store and the artefact that the settings name, under their policy.

        Raises:
            StoreError: there is no store.
            ArtefactError: nothing is fitted, or on other taxonomies.
            FormatError: the list of shortage occupations is not what is expected.
        """
        store = Store(settings.store)
        fitted = artefact.load(settings.artefact, taxonomy_digest(store))
        policy = settings.policy
        shortage: frozenset[str] = frozenset()
        if policy.shortage_boost and policy.shortage_occupations:
            shortage = read_shortage(policy.shortage_occupations, store)
        card = policy.applied(Scorecard())
        return cls(store, fitted, card, shortage=shortage, spread=policy.spread)

    def prepare(self) -> None:
        """Build the index, and compile what answers from it, before anybody waits for it."""
        nobody = Person(id="")
        side = self._person_side(nobody)
        asked = self._asked(side, dt.date.min, {})
        asked.best(1)
        asked.nearest_misses(1)
        asked.places(side.row, np.zeros(0, np.int64))

    # -- the three questions -----------------------------------------------------------------

    def suggest(
        self,
        person: Person,
        today: dt.date,
        *,
        limit: int = 10,
        lang: Lang | None = None,
        history: bool = True,
        spread: float | None = None,
    ) -> Suggestions:
        """The best vacancies for a person on a day, exact; at most `limit`.

        `spread` over occupations, in points, is the engine's unless given (see `matcher.spread`).
        Without `history` the events and pins stored under the person's id play no part: for a
        dossier that was sent along, whose id proves nothing.
        """
        side = self._person_side(person)
        if not people_told(side.row)[0]:
            size = len(self.market.vacancies)
            lost = self._unresolved(person)
            return Suggestions(
                person.id, today, "insufficient_data", considered=size, unresolved=lost
            )
        gone = self._gone(person.id) if history else {}
        asked = self._asked(side, today, gone)
        rows, scores, places = self._spread(asked, limit, spread)
        explainer = self._explainer(lang or person.lang)
        others = [self.market.vacancy(i) for i in rows.tolist()]
        gaps = gaps_of_person(explainer, side, others, asked, rows, scores)
        values = signals(side.row, self.market.job_rows.take(rows))
        pins = self._pinned(person.id) if history else {}
        items = [
            self._suggestion(
                explainer,
                (side, other),
                {name: value[0, [at]] for name, value in values.items()},
                rank=at + 1,
                id_=other.record.id,
                gaps=gap,
                pinned=pins.get(other.record.id, ()),
                placed=explainer.placed(at + 1, place),
            )
            for at, (other, gap, place) in enumerate(zip(others, gaps, places, strict=True))
        ]
        missed, its_scores = asked.nearest_misses(NEAR_MISSES_SHOWN)
        near = [
            self._near_miss(
                explainer, (side, self.market.vacancy(row)), score, int(asked.bars[row])
            )
            for row, score in zip(missed.tolist(), its_scores.tolist(), strict=True)
        ]
        return _answer(
            person.id,
            today,
            items,
            near,
            self._left_out(asked, gone),
            len(self.market.vacancies),
            self._unresolved(person),
        )

    def ranking(self, person: Person, today: dt.date) -> list[tuple[str, float]]:
        """Every vacancy that `suggest` would show without a limit, best first, with its score."""
        side = self._person_side(person)
        if not people_told(side.row)[0]:
            return []
        ranked = self._vacancies(side, today)
        return [(ranked.ids[i], float(ranked.scores[i])) for i in ranked.best(len(ranked.ids))]

    def candidates(
        self, vacancy: Vacancy, today: dt.date, *, limit: int = 10, lang: Lang | None = None
    ) -> Suggestions:
        """The best people for a vacancy on a day: the same scores as `suggest` gives, exact."""
        side = self._job_side(vacancy)
        if not side.row.told[0]:
            size = len(self.market.people)
            lost = self._unresolved(vacancy)
            return Suggestions(
                vacancy.id, today, "insufficient_data", considered=size, unresolved=lost
            )
        ranked = self._people(side, today)
        explainer = self._explainer(lang or vacancy.lang)
        ids = [ranked.ids[i] for i in ranked.kept]
        items = []
        for rank, i in enumerate(ranked.best(limit), 1):
            other = self.market.person(i)
            id_ = other.record.id
            items.append(
                self._suggestion(
                    explainer,
                    (other, side),
                    ranked.values_at(i),
                    rank=rank,
                    id_=id_,
                    gaps=gaps_of_candidate(explainer, other, side, ids, ranked.scores[ranked.kept]),
                    pinned=self._pinned(id_).get(vacancy.id, ()),
                )
            )
        near = [
            self._near_miss(
                explainer,
                (self.market.person(i), side),
                float(ranked.scores[i]),
                int(ranked.bars[i]),
                of_person=True,
            )
            for i in ranked.nearest_misses(NEAR_MISSES_SHOWN)
        ]
        return _answer(
            vacancy.id,
            today,
            items,
            near,
            ranked.left_out(),
            len(ranked.ids),
            self._unresolved(vacancy),
        )

    def compare(
        self, person: Person, target: Vacancy, today: dt.date, *, lang: Lang | None = None
    ) -> Comparison:
        """A person beside a vacancy, or beside an occupation (see `occupation_profile`)."""
        side, other = self._person_side(person), self._job_side(target)
        explainer = self._explainer(lang or person.lang)
        title = explainer.labels.get(target.id) if other.profile else target.title
        if not other.row.told[0] or not people_told(side.row)[0]:
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
            tuple(explainer.bar(side, other, bar) for bar in Bar if bar in bars),
        )

    def occupation_profile(self, id_: str) -> Vacancy:
        """An occupation's profile, to compare a person with.

        Raises:
            UnknownId: there is no such occupation in the store.
        """
        concept = self.store.concepts([id_]).get(id_)
        if concept is None or concept.kind != "occupation":
            raise UnknownId(f"there is no vacancy or occupation {id_!r} in the store")
        return translate.vacancy_of_occupation(concept, self.store.profile(id_))

    # -- parts -------------------------------------------------------------------------------

    def _explainer(self, lang: Lang) -> Explainer:
        return Explainer(
            self.vectoriser,
            Labels(self.store, lang),
            messages(lang),
            self.market.places,
            self.scorecard,
        )

    def _person_side(self, person: Person) -> PersonSide:
        seeker = translate.seeker(person, self.market.places)
        return PersonSide(person, seeker, self.vectoriser.people([seeker]), self.vectoriser)

    def _job_side(self, vacancy: Vacancy) -> JobSide:
        job = translate.job(vacancy, self.market.places)
        profile = vacancy.id in self.vectoriser.occupations_
        return JobSide(vacancy, job, self.market.job_row(job), self.vectoriser, profile)

    @cached_property
    def _index(self) -> JobIndex:
        return JobIndex(self.market.job_rows, self.scorecard)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {id_: row for row, id_ in enumerate(self.market.job_rows.ids)}

    def _gone(self, person: str) -> dict[str, str]:
        """What never comes back to a person, with why."""
        return done((event.vacancy, event.kind) for event in self.store.events(person))

    def _asked(self, side: PersonSide, today: dt.date, gone: Mapping[str, str]) -> Asked:
        hidden = np.zeros(len(self.market.job_rows), np.bool_)
        hidden[[self._row_of[id_] for id_ in gone if id_ in self._row_of]] = True
        return self._index.open(side.row, today.toordinal(), hidden)

    def _spread(
        self, asked: Asked, limit: int, points: float | None
    ) -> tuple[NDArray[np.int64], Floats, list[Place]]:
        """Rows, scores and places of the first `limit`, best first, spread over occupations."""
        points = self.spread if points is None else points
        rows, scores = asked.best(POOL * limit if points else limit)
        jobs, pool = self.market.job_rows, rows.tolist()
        ids, kinds = [jobs.ids[row] for row in pool], occupations(jobs, pool)
        places = widened(ids, scores.tolist(), kinds, points, limit)
        order = [place.at for place in places]
        return rows[order], scores[order], places

    def _left_out(self, asked: Asked, gone: Mapping[str, str]) -> dict[str, int]:
        """How many vacancies are not shown, by the main reason why."""
        found = Counter(why for id_, why in gone.items() if id_ in self._row_of)
        found["insufficient_data"] += asked.untold
        for bar, count in asked.barred.items():
            found[bar_name(Bar(bar))] += count
        found["nothing_in_common"] += asked.nothing_in_common
        return {name: count for name, count in found.items() if count}

    def _vacancies(self, side: PersonSide, today: dt.date) -> Ranked:
        rows = self.market.job_rows
        values = {name: value[0] for name, value in signals(side.row, rows).items()}
        checked = eligibility(side.row, rows, today.toordinal())
        return Ranked(
            ids=rows.ids,
            values=values,
            scores=self.scorecard.scores(values),
            bars=checked.bars[0],
            near=checked.near[0],
            told=rows.told,
            common=in_common(values, people_worked(side.row)),
            done=self._gone(side.record.id),
        )

    def _people(self, side: JobSide, today: dt.date) -> Ranked:
        rows = self.market.people_rows
        values = {name: value[:, 0] for name, value in signals(rows, side.row).items()}
        checked = eligibility(rows, side.row, today.toordinal())
        events = self.store.events_of_vacancy(side.record.id)
        return Ranked(
            ids=rows.ids,
            values=values,
            scores=self.scorecard.scores(values),
            bars=checked.bars[:, 0],
            near=checked.near[:, 0],
            told=people_told(rows),
            common=in_common(values, people_worked(rows)),
            done=done((event.person, event.kind) for event in events),
        )

    def _suggestion(
        self,
        explainer: Explainer,
        pair: tuple[PersonSide, JobSide],
        values: Mapping[str, Floats],
        *,
        rank: int,
        id_: str,
        gaps: tuple[Gap, ...],
        pinned: Sequence[str],
        placed: Placed | None = None,
    ) -> Suggestion:
        person, job = pair
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
            place=explainer.place(job.record.place),
            contract=job.record.contract,
            valid_through=job.record.valid_through,
            placed=placed,
        )

    def _near_miss(
        self,
        explainer: Explainer,
        pair: tuple[PersonSide, JobSide],
        score: float,
        bits: int,
        *,
        of_person: bool = False,
    ) -> NearMiss:
        person, job = pair
        bar = Bar(bits)
        id_ = person.record.id if of_person else job.record.id
        text = explainer.bar(person, job, bar)
        return NearMiss(id_, job.record.title, score, bar_name(bar), text)

    def _unresolved(self, record: Person | Vacancy) -> tuple[str, ...]:
        """Ids and places of a record that are not in the store."""
        if isinstance(record, Person):
            competences = [id_ for id_, _ in record.competences.items()]
            occupations = [*record.wished, *(past.occupation for past in record.past)]
        else:
            competences = [*record.must, *record.may]
            occupations = [record.occupation] if record.occupation else []
        lost = [id_ for id_ in competences if id_ not in self.vectoriser.competences_]
        lost += [id_ for id_ in occupations if id_ not in self.vectoriser.occupations_]
        if record.place and self.market.places.find(record.place) is None:
            lost.append(record.place)
        return tuple(dict.fromkeys(lost))

    def _pinned(self, person: str) -> dict[str, tuple[str, ...]]:
        """Who set which vacancy before a person: 'consultant', 'employer' or 'own'."""
        found: dict[str, tuple[str, ...]] = {}
        for pin in self.store.pins(person):
            source = "own" if pin.by == "self" else pin.by
            found[pin.vacancy] = tuple(dict.fromkeys((*found.get(pin.vacancy, ()), source)))
        return found


def _answer(
    subject: str,
    today: dt.date,
    items: Sequence[Suggestion],
    near: Sequence[NearMiss],
    left_out: dict[str, int],
    considered: int,
    unresolved: tuple[str, ...],
) -> Suggestions:
    return Suggestions(
        subject,
        today,
        "ok" if items else "nothing_eligible",
        tuple(items),
        tuple(near),
        left_out,
        considered,
        unresolved,
    )
