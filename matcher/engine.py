"""The engine: one score in both directions, over everything in the store.

Suggestions and candidates are the same pairs, seen from either side.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from competent_data.records import LANGS, Lang, Person, Vacancy
from competent_data.store import Store, UnknownId
from competent_data.taxonomy import digest as taxonomy_digest
from matcher import translate
from matcher.comparison import Comparison, compared
from matcher.explain import Explainer
from matcher.gaps import Gap, Shown, gaps_of_candidates, gaps_of_person
from matcher.history import done
from matcher.labels import Labels
from matcher.market import Changed, Market, people_told
from matcher.messages import messages
from matcher.settings import Settings
from matcher.shortage import read_shortage
from matcher.sides import Block, JobSide, PersonSide
from matcher.spread import POOL, Place, Placed, occupations, widened
from matcher.suggestions import NearMiss, Suggestion, Suggestions
from models import artefact, card_file
from models.artefact import Fitted, Late
from models.eligibility import Bar, bar_name, eligibility
from models.index import Rows
from models.parts import Answer, Parts
from models.scorecard import Scorecard
from models.signals import signals

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
        late: Late | None = None,
        shortage: Collection[str] = (),
        spread: float = 0.0,
    ) -> None:
        self.store = store
        self.spread = spread
        self._explainers: dict[Lang, Explainer] = {}
        self.vectoriser = fitted.vectoriser
        self.scorecard = scorecard or Scorecard()
        self.market = Market.load(
            store, fitted, late=late, scorecard=self.scorecard, shortage=shortage
        )

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The engine of the store, the artefact and the scorecard that the settings name, under
        their policy.

        Raises:
            StoreError: there is no store.
            ArtefactError: nothing is fitted, or on other taxonomies.
            FormatError: the list of shortage occupations is not what is expected.
            CardError: a scorecard is named, and there is none or it does not fit.
        """
        card = card_file.read(settings.scorecard) if settings.scorecard else Scorecard()
        store = Store(settings.store)
        fitted = artefact.load(settings.artefact, taxonomy_digest(store))
        policy = settings.policy
        shortage: frozenset[str] = frozenset()
        if policy.shortage_boost and policy.shortage_occupations:
            shortage = read_shortage(policy.shortage_occupations, store)
        card = policy.applied(card)
        late = artefact.load_late(settings.artefact)
        return cls(store, fitted, card, late=late, shortage=shortage, spread=policy.spread)

    def at(self, market: Market) -> Self:
        """This engine over a later market."""
        found = copy(self)
        found.market = market
        return found

    def prepare(self) -> None:
        """Compile what answers, before anybody waits for it."""
        person = self._person_side(Person(id=""))
        job = self._job_side(Vacancy(id="", title=""))
        self.market.offers.open(person.row, 1).rehearse()
        self.market.candidates.open(job.row, 1).rehearse()
        for lang in LANGS:
            self._explainer(lang)

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
        try:
            return self._suggested(person, today, limit, lang, history=history, spread=spread)
        except Changed:
            return self.at(self.market.later()).suggest(
                person, today, limit=limit, lang=lang, history=history, spread=spread
            )

    def _suggested(
        self,
        person: Person,
        today: dt.date,
        limit: int,
        lang: Lang | None,
        *,
        history: bool,
        spread: float | None,
    ) -> Suggestions:
        side = self._person_side(person)
        if not people_told(side.row)[0]:
            size = len(self.market.vacancies)
            lost = self._unresolved(person)
            return Suggestions(
                person.id, today, "insufficient_data", considered=size, unresolved=lost
            )
        gone = self._gone(person.id) if history else {}
        open_ = partial(self.market.offers.open, today=today.toordinal(), gone=gone)
        answer = open_(side.row)
        pool, places = self._spread(answer, limit, spread)
        rows = pool[0][[place.at for place in places]]
        explainer = self._explainer(lang or person.lang)
        others = self.market.offered(rows.tolist())
        shown = self._shown([(side, other) for other in others])
        gaps = gaps_of_person(explainer, shown, rows, pool, answer, open_)
        pins = self._pinned(person.id) if history else {}
        items = [
            self._suggestion(
                explainer,
                shown,
                at,
                other.record.id,
                gaps[at],
                pins.get(other.record.id, ()),
                explainer.placed(at + 1, places[at]),
            )
            for at, (_, other) in enumerate(shown.pairs)
        ]
        missed, its_scores = answer.nearest_misses(NEAR_MISSES_SHOWN)
        near = [
            self._near_miss(explainer, (side, other), score, answer.bar(row))
            for other, row, score in zip(
                self.market.offered(missed.tolist()),
                missed.tolist(),
                its_scores.tolist(),
                strict=True,
            )
        ]
        return _answer(
            person.id,
            today,
            items,
            near,
            _left_out(answer, self.market.offers, gone),
            len(self.market.offers),
            self._unresolved(person),
        )

    def ranking(
        self, person: Person, today: dt.date, *, gone: Mapping[str, str] | None = None
    ) -> list[tuple[str, float]]:
        """Every vacancy that `suggest` would show without a limit, best first, with its score.

        `gone` names what never comes back, with why; by default as the stored events have it.
        """
        side = self._person_side(person)
        if not people_told(side.row)[0]:
            return []
        offers = self.market.offers
        gone = self._gone(person.id) if gone is None else gone
        answer = offers.open(side.row, today.toordinal(), gone)
        return [(offers.id(row), score) for row, score in _listed(answer.best(len(offers)))]

    def candidates(
        self, vacancy: Vacancy, today: dt.date, *, limit: int = 10, lang: Lang | None = None
    ) -> Suggestions:
        """The best people for a vacancy on a day: the same scores as `suggest` gives, exact."""
        try:
            return self._candidates(vacancy, today, limit, lang)
        except Changed:
            later = self.at(self.market.later())
            return later.candidates(vacancy, today, limit=limit, lang=lang)

    def _candidates(
        self, vacancy: Vacancy, today: dt.date, limit: int, lang: Lang | None
    ) -> Suggestions:
        side = self._job_side(vacancy)
        if not side.row.told[0]:
            size = len(self.market.people)
            lost = self._unresolved(vacancy)
            return Suggestions(
                vacancy.id, today, "insufficient_data", considered=size, unresolved=lost
            )
        everybody = self.market.candidates
        events = self.store.events_of_vacancy(vacancy.id)
        gone = done((event.person, event.kind) for event in events)
        answer = everybody.open(side.row, today.toordinal(), gone)
        rows, _ = answer.best(limit)
        explainer = self._explainer(lang or vacancy.lang)
        others = self.market.persons(rows.tolist())
        shown = self._shown([(other, side) for other in others])
        gaps = gaps_of_candidates(explainer, shown)
        items = []
        for at, (other, _) in enumerate(shown.pairs):
            id_ = other.record.id
            pinned = self._pinned(id_).get(vacancy.id, ())
            items.append(self._suggestion(explainer, shown, at, id_, gaps[at], pinned))
        missed, its_scores = answer.nearest_misses(NEAR_MISSES_SHOWN)
        near = [
            self._near_miss(explainer, (other, side), score, answer.bar(row), of_person=True)
            for other, row, score in zip(
                self.market.persons(missed.tolist()),
                missed.tolist(),
                its_scores.tolist(),
                strict=True,
            )
        ]
        return _answer(
            vacancy.id,
            today,
            items,
            near,
            _left_out(answer, everybody, gone),
            len(everybody),
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
        shown = self._shown([(side, other)])
        bars = Bar(int(eligibility(side.row, other.row, today.toordinal()).bars[0, 0]))
        return Comparison(
            person.id,
            target.id,
            title,
            "ok",
            compared(explainer, side, other),
            float(shown.judged.scores[0]),
            float(shown.judged.reach[0]),
            float(shown.judged.wish[0]),
            explainer.reasons(side, other, _at(shown.values, 0), _at(shown.judged.strengths, 0)),
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
        found = self._explainers.get(lang)
        if found is None:
            found = self._explainers[lang] = Explainer(
                self.vectoriser,
                Labels(self.store, lang).fetch_all(),
                messages(lang),
                self.market.places,
                self.scorecard,
            )
        return found

    def _person_side(self, person: Person) -> PersonSide:
        seeker = translate.seeker(person, self.market.places)
        return PersonSide(
            Block.of(self.market.person_row(seeker)), 0, self.vectoriser, person, seeker
        )

    def _job_side(self, vacancy: Vacancy) -> JobSide:
        job = translate.job(vacancy, self.market.places)
        profile = vacancy.id in self.vectoriser.occupations_
        return JobSide(
            Block.of(self.market.job_row(job)), 0, self.vectoriser, vacancy, job, profile
        )

    def _gone(self, person: str) -> dict[str, str]:
        """What never comes back to a person, with why."""
        return done((event.vacancy, event.kind) for event in self.store.events(person))

    def _shown(self, pairs: Sequence[tuple[PersonSide, JobSide]]) -> Shown:
        """Pairs of one person and several jobs, or the other way, with what the scorecard makes of
        them."""
        values = {line.name: np.zeros(0) for line in self.scorecard.lines}
        if pairs:
            person, job = pairs[0]
            values = {n: value.ravel() for n, value in signals(person.rows, job.rows).items()}
        return Shown(pairs, values, self.scorecard.judged(values))

    def _spread(
        self, answer: Answer, limit: int, points: float | None
    ) -> tuple[tuple[Rows, Floats], list[Place]]:
        """A pool of the best, and the first `limit` places of it, spread over occupations."""
        points = self.spread if points is None else points
        rows, scores = answer.best(POOL * limit if points else limit)
        offers, listed = self.market.offers, range(len(rows))
        ids = [offers.id(row) for row in rows.tolist()]
        kinds = occupations(offers.take(rows), listed) if points else listed
        return (rows, scores), widened(ids, scores.tolist(), kinds, points, limit)

    def _suggestion(
        self,
        explainer: Explainer,
        shown: Shown,
        at: int,
        id_: str,
        gaps: tuple[Gap, ...],
        pinned: Sequence[str],
        placed: Placed | None = None,
    ) -> Suggestion:
        person, job = shown.pairs[at]
        km = person.km_to(job)
        return Suggestion(
            rank=at + 1,
            id=id_,
            title=job.record.title,
            score=float(shown.judged.scores[at]),
            reach=float(shown.judged.reach[at]),
            wish=float(shown.judged.wish[at]),
            reasons=explainer.reasons(
                person, job, _at(shown.values, at), _at(shown.judged.strengths, at)
            ),
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
        bar: Bar,
        *,
        of_person: bool = False,
    ) -> NearMiss:
        person, job = pair
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


def _at(values: Mapping[str, Floats], at: int) -> dict[str, float]:
    """One of each of several values."""
    return {name: float(value[at]) for name, value in values.items()}


def _listed(found: tuple[Rows, Floats]) -> list[tuple[int, float]]:
    """Rows and scores as pairs."""
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


def _left_out(answer: Answer, parts: Parts[Any], gone: Mapping[str, str]) -> dict[str, int]:
    """How many are not shown, by the main reason why."""
    found = Counter(why for id_, why in gone.items() if parts.find(id_) >= 0)
    found["insufficient_data"] += answer.untold
    for bar, count in answer.barred.items():
        found[bar_name(bar)] += count
    found["nothing_in_common"] += answer.nothing_in_common
    return {name: count for name, count in found.items() if count}


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
