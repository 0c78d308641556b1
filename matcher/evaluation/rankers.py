"""The rankers: what `matcher suggest` does, and what one would use instead.

All answer the same question and pass the same filters: open on the day, and never what the person
had dealt with before. A vacancy for which nothing speaks is not ranked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from competent_data.places import Gazetteer
from competent_data.records import Vacancy
from matcher import translate
from matcher.evaluation.log import Log
from matcher.evaluation.splits import Query, Split
from matcher.evaluation.words import Okapi, Tfidf, Wording, Words
from matcher.history import Past
from matcher.market import people_told
from models.eligibility import MAIN_BARS, bar_name, eligibility
from models.rows import PeopleRows
from models.signals import EARTH_KM, USUAL_KM

Floats = NDArray[np.float64]
Ranking = list[tuple[str, float]]


class Ranker(Protocol):
    """Ranks vacancies for a person at a moment."""

    name: str

    def rank(self, query: Query) -> Ranking:
        """Ids with scores, best first, ties by id."""
        ...


class Shelf:
    """The vacancies, by id, and which of them may be shown."""

    def __init__(self, vacancies: Sequence[Vacancy]) -> None:
        self.vacancies = sorted(vacancies, key=lambda vacancy: vacancy.id)
        self.row_of = {vacancy.id: row for row, vacancy in enumerate(self.vacancies)}
        self._first = np.array([_day(v.valid_from, dt.date.min) for v in self.vacancies], np.int64)
        self._last = np.array(
            [_day(v.valid_through, dt.date.max) for v in self.vacancies], np.int64
        )

    def open(self, day: dt.date) -> NDArray[np.bool_]:
        """(n,): open on that day."""
        return np.asarray((self._first <= day.toordinal()) & (day.toordinal() <= self._last))

    def rank(self, query: Query, scores: Floats) -> Ranking:
        """What may be shown and scores above 0, best first, ties by id."""
        left = self.open(query.today) & (scores > 0)
        left[[self.row_of[id_] for id_ in query.gone if id_ in self.row_of]] = False
        rows = np.flatnonzero(left)
        rows = rows[np.argsort(-scores[rows], kind="stable")]
        ids = [self.vacancies[row].id for row in rows.tolist()]
        return list(zip(ids, scores[rows].tolist(), strict=True))


class Ours:
    """`matcher suggest`, without a limit, from what the person had done before.

    For a person of whom it can read nothing, be it from what they wanted before, the first of
    `others` that has an answer stands in.
    """

    name = "matcher"

    def __init__(self, log: Log, others: Sequence[Ranker]) -> None:
        self._engine, self._untold, self._others = log.engine, log.untold, others

    def rank(self, query: Query) -> Ranking:
        """As the engine scores them."""
        if self.answers(query):
            past = Past(query.before, person=query.person.id)
            return self._engine.ranking(query.person, query.today, gone=query.gone, past=past)
        return next(filter(None, (other.rank(query) for other in self._others)), [])

    def answers(self, query: Query) -> bool:
        """Whether `matcher suggest` has anything to go by."""
        if query.person.id not in self._untold:
            return True
        return bool(people_told(self._row(query))[0])

    def why_not(self, query: Query, vacancy: str) -> str:
        """The main reason why a vacancy is not in the ranking."""
        offers = self._engine.market.offers
        person, job = self._row(query), offers.take([offers.find(vacancy)])
        bars = int(eligibility(person, job, query.today.toordinal()).bars[0, 0])
        if not people_told(person)[0] or not job.told[0]:
            return "insufficient_data"
        return next((bar_name(bar) for bar in MAIN_BARS if bars & bar), "nothing_in_common")

    def _row(self, query: Query) -> PeopleRows:
        seeker = translate.seeker(query.person, self._engine.market.places)
        return self._engine.vectoriser.people([seeker])


class Popularity:
    """By how many people had wanted a vacancy before the moment."""

    name = "popularity"

    def __init__(self, shelf: Shelf, log: Log, split: Split) -> None:
        self._shelf = shelf
        first = {
            (e.person, e.vacancy): e.when for e in reversed(log.events) if e.kind in split.positive
        }
        wishes = sorted(
            (when, shelf.row_of[vacancy])
            for (_, vacancy), when in first.items()
            if vacancy in shelf.row_of
        )
        self._when = np.array([when for when, _ in wishes], "datetime64[us]")
        self._rows = np.array([row for _, row in wishes], np.int64)

    def rank(self, query: Query) -> Ranking:
        """The score is the number of people."""
        before = int(np.searchsorted(self._when, np.datetime64(query.moment, "us")))
        counts = np.bincount(self._rows[:before], minlength=len(self._shelf.vacancies))
        return self._shelf.rank(query, counts.astype(np.float64))


class WordTfidf:
    """By the words that a person and a vacancy have in common."""

    name = "word TF-IDF"

    def __init__(self, shelf: Shelf, wording: Wording, words: Words) -> None:
        self._shelf, self._wording, self._tfidf = shelf, wording, Tfidf(words)

    def rank(self, query: Query) -> Ranking:
        """The score is the cosine."""
        return self._shelf.rank(query, self._tfidf.likeness(self._wording.person(query.person)))


class Bm25:
    """The same words, weighed as search engines do."""

    name = "BM25"

    def __init__(self, shelf: Shelf, wording: Wording, words: Words) -> None:
        self._shelf, self._wording, self._okapi = shelf, wording, Okapi(words)

    def rank(self, query: Query) -> Ranking:
        """The score is that of BM25."""
        return self._shelf.rank(query, self._okapi.likeness(self._wording.person(query.person)))


class TitleAndPlace:
    """By words of the title and by distance, half each, as one would filter a job board."""

    name = "title + place"

    def __init__(self, shelf: Shelf, wording: Wording, titles: Words, places: Gazetteer) -> None:
        self._shelf, self._wording, self._places = shelf, wording, places
        self._tfidf = Tfidf(titles)
        self._at = np.array([self._position(v.place) for v in shelf.vacancies]).reshape(-1, 2)

    def rank(self, query: Query) -> Ranking:
        """The mean of the likeness and 1 / (1 + (km / 20)²), 0 where a place is not known."""
        km = _km(self._position(query.person.place), self._at)
        near = np.nan_to_num(1 / (1 + (km / USUAL_KM) ** 2))
        like = self._tfidf.likeness(self._wording.person(query.person))
        return self._shelf.rank(query, (like + near) / 2)

    def _position(self, place: str | None) -> tuple[float, float]:
        """Radians of latitude and longitude; NaN where the place is not known."""
        found = self._places.find(place) if place else None
        return (np.radians(found.lat), np.radians(found.lon)) if found else (np.nan, np.nan)


def floors(log: Log, split: Split, shelf: Shelf) -> tuple[Ranker, ...]:
    """What one would use instead, learnt from what was known before the split."""
    wording = Wording(log.names)
    happened = {event.vacancy for event in split.known}
    learnt = np.array([shelf.row_of[id_] for id_ in sorted(happened) if id_ in shelf.row_of], int)
    asked = [wording.person(query.person) for query in split.queries]
    words = Words([wording.vacancy(v) for v in shelf.vacancies], learnt, asked)
    titles = Words([v.title for v in shelf.vacancies], learnt, asked)
    return (
        TitleAndPlace(shelf, wording, titles, log.engine.market.places),
        Popularity(shelf, log, split),
        WordTfidf(shelf, wording, words),
        Bm25(shelf, wording, words),
    )


def _day(day: dt.date | None, otherwise: dt.date) -> int:
    return (day or otherwise).toordinal()


def _km(here: tuple[float, float], there: Floats) -> Floats:
    """Great-circle distance by the haversine formula, (n,); NaN where a place is not known."""
    lat, lon = there[:, 0], there[:, 1]
    chord = np.sin((lat - here[0]) / 2) ** 2
    chord += np.cos(here[0]) * np.cos(lat) * np.sin((lon - here[1]) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(chord)))
