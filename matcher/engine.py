"""The engine: one score in both directions, over everything in the store.

Suggestions and candidates are the same pairs, seen from either side.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from competent_data.records import LANGS, Lang, Person, Pin, Source, Vacancy
from competent_data.store import Store, UnknownId
from competent_data.taxonomy import digest as taxonomy_digest
from matcher import translate
from matcher.comparison import Comparison, compared
from matcher.explain import Explainer
from matcher.gaps import Gap, gaps_of_candidates, gaps_of_person
from matcher.history import Past, done, source
from matcher.labels import Labels
from matcher.listed import Listed
from matcher.market import Changed, Market, people_told
from matcher.messages import messages
from matcher.reasons import Reason
from matcher.settings import Settings
from matcher.shortage import read_shortage
from matcher.sides import Jobs, JobSide, People, PersonSide
from matcher.sources import SOURCES, Findings, Sources, admitted
from matcher.spread import Place, Placed, occupations, widened
from matcher.suggestions import NearMiss, Pinned, Suggestion, Suggestions
from models import artefact, card_file
from models.artefact import Fitted, Late
from models.eligibility import Bar, bar_name, eligibility, in_common
from models.few import signals_of_few
from models.index import Rows
from models.neighbours import Finding, Neighbours, Profiles
from models.parts import Answer, Parts
from models.rows import WORK_KNOWN
from models.scorecard import Scorecard

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
        sources: Sources | None = None,
    ) -> None:
        self.store = store
        self.spread = spread
        self.sources = sources or Sources()
        self.neighbours = fitted.neighbours
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
        return cls(
            store,
            fitted,
            card,
            late=late,
            shortage=shortage,
            spread=policy.spread,
            sources=policy.sources,
        )

    def at(self, market: Market) -> Self:
        """This engine over a later market."""
        found = copy(self)
        found.market = market
        return found

    def heeding(self, neighbours: Neighbours | None) -> Self:
        """This engine with others as neighbours, or none."""
        found = copy(self)
        found.neighbours = neighbours
        return found

    def prepare(self) -> None:
        """Compile what answers, before anybody waits for it."""
        person = self._person_side(Person(id=""))
        job = self._job_side(Vacancy(id="", title=""))
        self.market.offers.open(person.row, 1).rehearse()
        self.market.candidates.open(job.row, 1).rehearse()
        self._findings(person, Past(), self.sources, told=True)
        self.market.offers.take([])
        listed = self._listed([(person, job)])
        for lang in LANGS:
            self._explainer(lang).reasons(listed)
            gaps_of_candidates(self._explainer(lang), listed)

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
        sources: Sources | None = None,
        brief: bool = False,
    ) -> Suggestions:
        """The best vacancies for a person on a day, exact; at most `limit`.

        A `brief` answer is the list with its reasons alone: no gaps, no near-misses, and no count
        of what is left out.

        What somebody set before the person comes first. `spread` over occupations, in points, and
        `sources` are the engine's unless given (see `matcher.spread`, `matcher.sources`).
        Without `history` the events and pins stored under the person's id play no part: for a
        dossier that was sent along, whose id proves nothing.
        """
        engine = self
        while True:
            try:
                with self.store.at_once():
                    asked = _Asked(
                        person,
                        today,
                        limit,
                        self._explainer(lang or person.lang),
                        Past.of(self.store, person.id) if history else Past(),
                        self.spread if spread is None else spread,
                        sources or self.sources,
                        brief,
                    )
                    return engine._suggested(asked)
            except Changed:
                engine = engine.at(engine.market.later())

    def _suggested(self, asked: _Asked) -> Suggestions:
        person, past, sources = asked.person, asked.past, asked.sources
        side = self._person_side(person)
        told = bool(people_told(side.row)[0])
        offers, explainer = self.market.offers, asked.explainer
        findings = self._findings(side, past, sources, told=told)
        pins = self._pins(past, sources, asked.today)
        if not (told or findings.rows or pins):
            size = len(self.market.vacancies)
            lost = self._unresolved(person)
            return Suggestions(
                person.id, asked.today, "insufficient_data", considered=size, unresolved=lost
            )
        on_top = list(pins)[: asked.limit]
        gone = past.gone | dict.fromkeys((offers.id(row) for row in on_top), _PINNED)
        open_ = partial(
            offers.open,
            today=asked.today.toordinal(),
            gone=gone,
            found=findings.found,
            near=not asked.brief,
        )
        answer = open_(side.row)
        pool = answer.best(findings.pool(asked.limit, asked.spread))
        others = self._sources(side, findings, pool, on_top, asked)
        ranked = [others[row] for row in pool[0].tolist()]
        kept = np.array(admitted(ranked, sources.most), np.int64)
        listed = pool[0][kept], pool[1][kept]
        places = self._spread(listed, asked.limit - len(on_top), asked.spread)
        rows = listed[0][[place.at for place in places]]
        missed, its_scores = answer.nearest_misses(NEAR_MISSES_SHOWN)
        first, listed_jobs, misses = self.market.offered(on_top, rows.tolist(), missed.tolist())
        top = self._items(side, first, on_top, findings)
        shown = self._items(side, listed_jobs, rows.tolist(), findings)
        why_top, why = explainer.reasons(top), explainer.reasons(shown)
        gaps: Sequence[tuple[Gap, ...] | None] = [None] * len(rows)
        if not asked.brief:
            gaps = gaps_of_person(explainer, shown, rows, pool, answer, open_, above=len(on_top))
        items = [
            self._suggestion(
                explainer,
                top,
                at,
                offers.id(row),
                why_top[at],
                gaps=None if asked.brief else (),
                sources=_ordered({*map(source, pins[row]), *others[row]}),
                pins=tuple(Pinned(pin.by, pin.reason, pin.when) for pin in pins[row]),
                bars=self._bars(explainer, *top.pairs[at], asked.today),
            )
            for at, row in enumerate(on_top)
        ]
        items += [
            self._suggestion(
                explainer,
                shown,
                at,
                offers.id(row),
                why[at],
                gaps=gaps[at],
                sources=_ordered(others[row]),
                placed=explainer.placed(at + 1, places[at], above=len(on_top)),
                above=len(on_top),
            )
            for at, row in enumerate(rows.tolist())
        ]
        near = [
            self._near_miss(explainer, (side, other), score, answer.bar(row))
            for other, row, score in zip(misses, missed.tolist(), its_scores.tolist(), strict=True)
        ]
        left_out = {} if asked.brief else _left_out(answer, offers, past.gone)
        return _answer(
            person.id, asked.today, items, near, left_out, len(offers), self._unresolved(person)
        )

    def ranking(
        self,
        person: Person,
        today: dt.date,
        *,
        gone: Mapping[str, str] | None = None,
        past: Past | None = None,
        sources: Sources | None = None,
    ) -> list[tuple[str, float]]:
        """Every vacancy that `suggest` would show without a limit, best first, with its score; pins
        and quotas aside.

        `past` is what happened to the person before, `gone` what therefore never comes back, with
        why; by default as the store has it.
        """
        side = self._person_side(person)
        offers, told = self.market.offers, bool(people_told(side.row)[0])
        if past is None:
            past = Past.of(self.store, person.id) if gone is None else Past()
        gone = past.gone if gone is None else gone
        findings = self._findings(side, past, sources or self.sources, told=told)
        if not (told or findings.rows):
            return []
        answer = offers.open(side.row, today.toordinal(), gone, findings.found)
        return [(offers.id(row), score) for row, score in _listed(answer.best(len(offers)))]

    def candidates(
        self,
        vacancy: Vacancy,
        today: dt.date,
        *,
        limit: int = 10,
        lang: Lang | None = None,
        brief: bool = False,
    ) -> Suggestions:
        """The best people for a vacancy on a day: the same scores as `suggest` gives, exact.

        A `brief` answer is as there.
        """
        try:
            with self.store.at_once():
                return self._candidates(vacancy, today, limit, lang, brief=brief)
        except Changed:
            later = self.at(self.market.later())
            return later.candidates(vacancy, today, limit=limit, lang=lang, brief=brief)

    def _candidates(
        self, vacancy: Vacancy, today: dt.date, limit: int, lang: Lang | None, *, brief: bool
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
        set_ = self.store.pins_of_vacancy(vacancy.id)
        hidden = {pin.person: "hidden" for pin in set_ if pin.kind == "hide"}
        gone = hidden | done((event.person, event.kind) for event in events)
        answer = everybody.open(side.row, today.toordinal(), gone, near=not brief)
        rows, _ = answer.best(limit)
        missed, its_scores = answer.nearest_misses(NEAR_MISSES_SHOWN)
        explainer = self._explainer(lang or vacancy.lang)
        others, misses = self.market.persons(rows.tolist(), missed.tolist(), asked=side)
        listed = self._listed([(other, side) for other in others])
        gaps: Sequence[tuple[Gap, ...] | None] = [None] * len(rows)
        if not brief:
            gaps = gaps_of_candidates(explainer, listed)
        items = []
        why = explainer.reasons(listed)
        for at, (other, _) in enumerate(listed.pairs):
            id_ = other.record.id
            pinned = {source(pin) for pin in set_ if pin.person == id_}
            sources = _ordered({"competences", *pinned})
            own = self._suggestion(
                explainer, listed, at, id_, why[at], gaps=gaps[at], sources=sources
            )
            items.append(own)
        near = [
            self._near_miss(explainer, (other, side), score, answer.bar(row), of_person=True)
            for other, row, score in zip(misses, missed.tolist(), its_scores.tolist(), strict=True)
        ]
        return _answer(
            vacancy.id,
            today,
            items,
            near,
            {} if brief else _left_out(answer, everybody, gone),
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
        listed = self._listed([(side, other)])
        bars = Bar(int(eligibility(side.row, other.row, today.toordinal()).bars[0, 0]))
        return Comparison(
            person.id,
            target.id,
            title,
            "ok",
            compared(explainer, side, other),
            float(listed.judged.scores[0]),
            float(listed.judged.reach[0]),
            float(listed.judged.wish[0]),
            explainer.reasons(listed)[0],
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
        row = self.market.person_row(seeker)
        return PersonSide(People.of(row, self.vectoriser, seeker), 0, person)

    def _job_side(self, vacancy: Vacancy) -> JobSide:
        job = translate.job(vacancy, self.market.places)
        profile = vacancy.id in self.vectoriser.occupations_
        row = self.market.job_row(job)
        return JobSide(Jobs.of(row, self.vectoriser, job), 0, vacancy, profile)

    def _listed(
        self, pairs: Sequence[tuple[PersonSide, JobSide]], similar: Floats | None = None
    ) -> Listed:
        """Pairs of one person and several jobs, or the other way, with their signals; `similar` is
        how strongly others found them."""
        values = {line.name: np.zeros(0) for line in self.scorecard.lines}
        if pairs:
            person, job = pairs[0]
            found = signals_of_few(person.rows, job.rows)
            values = {name: value.ravel() for name, value in found.items()}
        if similar is not None:
            values["similar"] = similar
        return Listed(pairs, values, self.scorecard)

    def _findings(
        self, person: PersonSide, past: Past, sources: Sources, *, told: bool
    ) -> Findings:
        """What others found and what the person selected, of what is in the market."""
        offers = self.market.offers
        alone = "competences" not in sources.on or not told
        found: dict[int, Finding] = {}
        if self.neighbours is not None and "similar" in sources.on:
            profile = Profiles.of(person.row.columns())
            near = self.neighbours.near(
                profile, past.sought, asker=past.person, least=sources.least
            )
            found = {row: one for one in near if (row := offers.find(one.vacancy)) >= 0}
        saved = past.saved if "own" in sources.on else ()
        own = {row for id_ in saved if (row := offers.find(id_)) >= 0}
        return Findings(found, frozenset(own), alone=alone)

    def _pins(self, past: Past, sources: Sources, today: dt.date) -> dict[int, tuple[Pin, ...]]:
        """What was set before the person and is still to be had, the newest first: pins by row.

        Of what only one source set before them, no more than its places.
        """
        offers = self.market.offers
        found: dict[int, tuple[Pin, ...]] = {}
        for id_, pins in past.pinned.items():
            heeded = tuple(pin for pin in pins if source(pin) in sources.on)
            row = offers.find(id_) if heeded else -1
            if row >= 0 and not offers.expired(row, today.toordinal()):
                found[row] = heeded
        kept = admitted([{source(p) for p in pins} for pins in found.values()], sources.most)
        rows = list(found)
        return {rows[at]: found[rows[at]] for at in kept}

    def _sources(
        self,
        person: PersonSide,
        findings: Findings,
        pool: tuple[Rows, Floats],
        on_top: Sequence[int],
        asked: _Asked,
    ) -> dict[int, set[Source]]:
        """All sources of each row of a pool and of those on top, but for pins.

        Competences have found what would stand in a list of theirs alone, as long as the one asked
        for, and whatever nobody else has.
        """
        plain = dict(zip(pool[0].tolist(), pool[1].tolist(), strict=True))
        helped = [*(row for row in plain if row in findings.rows), *on_top]
        if helped:
            jobs = self.market.offers.take(helped)
            values = {n: value[0] for n, value in signals_of_few(person.row, jobs).items()}
            speaks = in_common(values, bool(person.row.known[0] & WORK_KNOWN)) & jobs.told
            if on_top:  # of a pool everything is open
                speaks &= eligibility(person.row, jobs, asked.today.toordinal()).bars[0] == 0
            own = np.where(speaks, self.scorecard.judged(values).scores, -np.inf)
            plain |= dict(zip(helped, own.tolist(), strict=True))
        rows = list(plain)
        first: set[int] = set()
        if not findings.alone:
            order = sorted(rows, key=lambda row: (-plain[row], self.market.offers.id(row)))
            first = {row for row in order[: asked.limit] if plain[row] > -np.inf}
        found: dict[int, set[Source]] = {}
        for row in rows:
            found[row] = findings.sources(row)
            if row in first or not (found[row] or row in on_top):
                found[row].add("competences")
        return found

    def _items(
        self,
        person: PersonSide,
        others: Sequence[JobSide],
        rows: Sequence[int],
        findings: Findings,
    ) -> Listed:
        """What is to be shown, in its rows, with its signals, what others found among them."""
        for row, other in zip(rows, others, strict=True):
            other.found_by = findings.people(row)
        return self._listed(
            [(person, other) for other in others],
            np.array([findings.strength(row) for row in rows]),
        )

    def _bars(
        self, explainer: Explainer, person: PersonSide, job: JobSide, today: dt.date
    ) -> tuple[str, ...]:
        """What keeps a person from a job, in words."""
        bars = Bar(int(eligibility(person.row, job.row, today.toordinal()).bars[0, 0]))
        return tuple(explainer.bar(person, job, bar) for bar in Bar if bar in bars)

    def _spread(self, listed: tuple[Rows, Floats], limit: int, points: float) -> list[Place]:
        """The first `limit` places of what is listed, spread over occupations."""
        rows, scores = listed
        offers, every = self.market.offers, range(len(rows))
        ids = [offers.id(row) for row in rows.tolist()]
        kinds = occupations(offers.take(rows), every) if points else every
        return widened(ids, scores.tolist(), kinds, points, limit)

    def _suggestion(
        self,
        explainer: Explainer,
        listed: Listed,
        at: int,
        id_: str,
        reasons: tuple[Reason, ...],
        *,
        sources: Sequence[Source],
        gaps: tuple[Gap, ...] | None,
        placed: Placed | None = None,
        pins: tuple[Pinned, ...] = (),
        bars: tuple[str, ...] = (),
        above: int = 0,
    ) -> Suggestion:
        record = listed.pairs[at][1].record
        score, reach, wish = listed.marks[at]
        km = listed.km[at]
        return Suggestion(
            rank=above + at + 1,
            id=id_,
            title=record.title,
            score=score,
            reach=reach,
            wish=wish,
            reasons=reasons,
            gaps=gaps,
            sources=tuple(sources),
            distance_km=None if math.isnan(km) else km,
            employer=record.employer,
            place=explainer.place(record.place),
            contract=record.contract,
            valid_through=record.valid_through,
            placed=placed,
            pins=pins,
            bars=bars,
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


@dataclass(frozen=True)
class _Asked:
    """A question for suggestions."""

    person: Person
    today: dt.date
    limit: int
    explainer: Explainer
    past: Past
    spread: float
    sources: Sources
    brief: bool


_PINNED = "pinned"


def _ordered(sources: Collection[Source]) -> tuple[Source, ...]:
    """Sources in the order in which they are named."""
    return tuple([name for name in SOURCES if name in sources])


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
