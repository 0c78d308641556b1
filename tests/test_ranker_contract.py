"""What every ranker keeps to: ours whichever way it is asked, and each floor of the evaluation.

The market is small and obvious: two cooks, a nurse and a mason; kitchens, a hospital and a building
site near by and far off, one that is closed and one that is not open yet.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from competent_data.formats.places import import_places
from competent_data.formats.sample import FOLDER, Sample
from competent_data.records import Event, EventKind, Evidence, Experience, Person, Vacancy
from competent_data.store import Store
from matcher import batch
from matcher.engine import Engine
from matcher.evaluation import Log
from matcher.evaluation.rankers import Ours, Ranker, Shelf, floors
from matcher.evaluation.splits import POSITIVE, Query, Split
from matcher.history import done
from models.artefact import Fitted

TODAY = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 2)
ALL = 1000

Ranking = list[tuple[str, float]]


def person(id_: str, trade: str, text: str, competences: Iterable[str]) -> Person:
    """Somebody of Gent who wishes to stay in their trade."""
    held = Evidence(experience=tuple(f"sample:{name}" for name in competences))
    trade = f"sample:{trade}"
    return Person(
        id=id_,
        wished=(trade,),
        past=(Experience(occupation=trade, years=4),),
        competences=held,
        study_level=6,
        languages={"nl": "C1"},
        place="Gent",
        working_time="full",
        shifts=("day",),
        contracts=("permanent",),
        text=text,
    )


def vacancy(id_: str, title: str, trade: str, place: str = "Gent") -> Vacancy:
    """An offer that states nothing unusual."""
    return Vacancy(
        id=id_,
        title=title,
        text=f"{title} gezocht.",
        occupation=f"sample:{trade}",
        study_level=3,
        languages={"nl": "B1"},
        place=place,
        working_time="full",
        shifts=("day",),
        contract="permanent",
    )


KITCHEN = vacancy("kitchen", "Kok", "kok")
CLOSED = msgspec.structs.replace(KITCHEN, id="closed", valid_through=dt.date(2026, 11, 1))
COMING = msgspec.structs.replace(KITCHEN, id="coming", valid_from=dt.date(2026, 11, 3))
VACANCIES = (
    KITCHEN,
    msgspec.structs.replace(KITCHEN, id="kitchen-far", place="Kortrijk"),
    msgspec.structs.replace(KITCHEN, id="kitchen-twin"),
    vacancy("ward", "Verpleegkundige", "verpleegkundige"),
    vacancy("site", "Metselaar", "metselaar", place="Aalst"),
    CLOSED,
    COMING,
)
PEOPLE = (
    person("cook", "kok", "Ik was kok en wil kok blijven.", ["samenwerken"]),
    person("cook-too", "kok", "Kok in hart en nieren.", ["samenwerken"]),
    person("mason", "metselaar", "Ik ben metselaar.", []),
    person("nurse", "verpleegkundige", "Verpleegkundige met ervaring.", ["infusen-plaatsen"]),
)
OBVIOUS = {"cook": "kitchen", "mason": "site", "nurse": "ward"}


def event(person_: str, vacancy_: str, kind: EventKind) -> Event:
    """Something that happened before the day."""
    id_ = f"{person_}-{vacancy_}-{kind}"
    return Event(id=id_, person=person_, vacancy=vacancy_, kind=kind, when=dt.datetime(2026, 10, 1))


EVENTS = (
    event("cook-too", "kitchen", "saved"),
    event("nurse", "ward", "saved"),
    event("mason", "site", "saved"),
    event("cook-too", "kitchen-far", "applied"),
    event("cook-too", "kitchen-twin", "dismissed"),
    event("gone", "kitchen", "saved"),
    event("gone", "kitchen-far", "saved"),
    event("gone", "kitchen-twin", "saved"),
    event("gone", "closed", "saved"),
)
"""Somebody who is no longer there had saved all kitchens, and the one that is closed."""


@dataclass(frozen=True)
class Asked:
    """The market, as one ranker is asked for everybody's best."""

    engine: Engine

    @property
    def log(self) -> Log:
        """With the events that are in the store."""
        return Log.of(self.engine)

    def queries(self) -> tuple[Query, ...]:
        """Everybody on the day, with what never comes back."""
        return tuple(
            Query(p, TODAY, NOW, frozenset(), self._gone(p.id)) for p in self.engine.market.people
        )

    def of(self, ranker: Ranker, limit: int) -> dict[str, Ranking]:
        """A ranker of the evaluation."""
        return {query.person.id: ranker.rank(query)[:limit] for query in self.queries()}

    def floors(self) -> tuple[Ranker, ...]:
        """Those of the evaluation, on this market."""
        positive = frozenset(POSITIVE)
        known = tuple(self.log.events)
        split = Split("on a day", self.queries(), known, positive, 0, 0, {})
        return floors(self.log, split, Shelf(self.engine.market.vacancies))

    def _gone(self, id_: str) -> Mapping[str, str]:
        return done((event.vacancy, event.kind) for event in self.engine.store.events(id_))


def suggested(asked: Asked, limit: int) -> dict[str, Ranking]:
    """`suggest`, one person at a time."""
    return {
        p.id: [(i.id, i.score) for i in asked.engine.suggest(p, TODAY, limit=limit).items]
        for p in asked.engine.market.people
    }


def ranked(asked: Asked, limit: int) -> dict[str, Ranking]:
    """`ranking`, all of it, cut here."""
    return {p.id: asked.engine.ranking(p, TODAY)[:limit] for p in asked.engine.market.people}


def in_batch(asked: Asked, limit: int) -> dict[str, Ranking]:
    """Everybody in one run."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "all.jsonl"
        batch.write(asked.engine, out, TODAY, limit=limit)
        lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    return {
        line["person"]: [(item["vacancy"], item["score"]) for item in line["suggestions"]]
        for line in lines
    }


def from_the_vacancies(asked: Asked, limit: int) -> dict[str, Ranking]:
    """`candidates` of every vacancy, turned round."""
    found: dict[str, Ranking] = {p.id: [] for p in asked.engine.market.people}
    for offer in asked.engine.market.vacancies:
        for item in asked.engine.candidates(offer, TODAY, limit=ALL).items:
            found[item.id].append((offer.id, item.score))
    return {id_: sorted(pairs, key=lambda p: (-p[1], p[0]))[:limit] for id_, pairs in found.items()}


def evaluated(asked: Asked, limit: int) -> dict[str, Ranking]:
    """Ours as the evaluation asks it."""
    return asked.of(Ours(asked.log, asked.floors()), limit)


def floor(name: str) -> Callable[[Asked, int], dict[str, Ranking]]:
    """A floor of the evaluation by its name."""

    def of(asked: Asked, limit: int) -> dict[str, Ranking]:
        return asked.of(next(f for f in asked.floors() if f.name == name), limit)

    return of


OURS = {
    "suggest": suggested,
    "ranking": ranked,
    "batch": in_batch,
    "candidates": from_the_vacancies,
    "evaluation": evaluated,
}
BY_WORDS = {name: floor(name) for name in ("title + place", "word TF-IDF", "BM25")}
RANKERS = {**OURS, **BY_WORDS, "popularity": floor("popularity")}


@pytest.fixture(scope="module")
def taxonomies(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with the sample's taxonomies and places, and nobody in it."""
    folder = tmp_path_factory.mktemp("taxonomies")
    with Store(f"sqlite:///{folder / 'empty.db'}", create=True) as store:
        store.put_concepts(sample.concepts)
        store.put_profiles(sample.links)
        import_places(store, FOLDER / "places.csv")
    return folder / "empty.db"


@pytest.fixture(scope="module")
def market(
    taxonomies: Path, fitted: Fitted, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Asked]:
    """Makes the market, or one with other people, vacancies or events; each once."""
    made: dict[str, Asked] = {}

    def of(
        people: Sequence[Person] = PEOPLE,
        vacancies: Sequence[Vacancy] = VACANCIES,
        events: Sequence[Event] = EVENTS,
    ) -> Asked:
        key = repr((people, vacancies, events))
        if key not in made:
            file = shutil.copy(taxonomies, tmp_path_factory.mktemp("market"))
            store = Store(f"sqlite:///{file}")
            store.put_people(people)
            store.put_vacancies(vacancies)
            store.put_events(events)
            made[key] = Asked(Engine(store, fitted))
        return made[key]

    return of


every_ranker = pytest.mark.parametrize("rank", RANKERS.values(), ids=RANKERS.keys())
by_content = pytest.mark.parametrize(
    "rank", [*OURS.values(), *BY_WORDS.values()], ids=[*OURS, *BY_WORDS]
)
Rank = Callable[[Asked, int], dict[str, Ranking]]
Market = Callable[..., Asked]


@by_content
def test_the_obvious_vacancy_stands_first(market: Market, rank: Rank) -> None:
    found = rank(market(), 1)
    assert {id_: found[id_][0][0] for id_ in OBVIOUS} == OBVIOUS


def test_the_most_wanted_vacancy_stands_first_by_popularity(market: Market) -> None:
    """Two people had saved the kitchen near by; two had wanted the one far off."""
    found = RANKERS["popularity"](market(), 3)["nurse"]
    assert found == [("kitchen", 2.0), ("kitchen-far", 2.0), ("kitchen-twin", 1.0)]


@every_ranker
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_k_means_k_and_is_the_beginning_of_the_whole(
    market: Market, rank: Rank, limit: int
) -> None:
    asked = market()
    whole = rank(asked, ALL)
    assert rank(asked, limit) == {id_: ranking[:limit] for id_, ranking in whole.items()}
    assert any(len(ranking) > 1 for ranking in whole.values())


@every_ranker
def test_scores_fall_and_ties_stand_by_id(market: Market, rank: Rank) -> None:
    rankings = rank(market(), ALL)
    for ranking in rankings.values():
        assert ranking == sorted(ranking, key=lambda pair: (-pair[1], pair[0]))
        assert len({id_ for id_, _ in ranking}) == len(ranking)


@by_content
def test_twins_score_the_same(market: Market, rank: Rank) -> None:
    found = dict(rank(market(), ALL)["cook"])
    assert found["kitchen"] == found["kitchen-twin"]


@pytest.mark.parametrize("rank", OURS.values(), ids=OURS.keys())
def test_ours_is_one_answer_singly_in_batch_and_in_both_directions(
    market: Market, rank: Rank
) -> None:
    asked = market()
    assert rank(asked, ALL) == suggested(asked, ALL)


@every_ranker
def test_one_person_alone_gets_what_they_get_among_others(market: Market, rank: Rank) -> None:
    """Floors learn from what happened to vacancies, which stays: nobody else's question counts."""
    whole = rank(market(), ALL)
    for alone in PEOPLE:
        assert rank(market([alone]), ALL) == {alone.id: whole[alone.id]}


@every_ranker
def test_nothing_comes_back_and_nothing_closed_is_shown(market: Market, rank: Rank) -> None:
    asked = market()
    found = {id_: {v for v, _ in ranking} for id_, ranking in rank(asked, ALL).items()}
    assert not found["cook-too"] & {"kitchen-far", "kitchen-twin"}
    assert {"kitchen-far", "kitchen-twin"} <= found["cook"]
    for shown in found.values():
        assert not shown & {"closed", "coming"}


@every_ranker
def test_the_order_of_storing_changes_nothing(market: Market, rank: Rank) -> None:
    straight = rank(market(), ALL)
    assert rank(market(PEOPLE[::-1], VACANCIES[::-1], EVENTS[::-1]), ALL) == straight


@every_ranker
def test_an_irrelevant_vacancy_changes_nobodys_order(market: Market, rank: Rank) -> None:
    """It names nothing that anybody names, in a place that nobody knows."""
    straight = rank(market(), ALL)
    added = Vacancy(id="a-rocket", title="Astronaut", text="To Mars and back.", lang="en")
    found = rank(market(vacancies=(*VACANCIES, added)), ALL)
    left = {
        id_: [(v, score) for v, score in ranking if v != "a-rocket"]
        for id_, ranking in found.items()
    }
    assert left == straight


CAUSES: Mapping[str, Mapping[str, object]] = {
    "must": {"competences": Evidence(), "past": (), "text": ""},
    "evidence": {"competences": Evidence()},
    "occupation": {"past": (), "text": ""},
    "text": {"text": ""},
    "experience": {"past": (Experience(occupation="sample:verpleegkundige"),)},
    "study": {"study_level": None},
    "languages": {"languages": None},
    "wished": {"wished": ()},
    "travel": {"place": None},
    "working_time": {"working_time": None},
    "shifts": {"shifts": None},
    "contract": {"contracts": None},
}
"""What a reason rests on in a dossier, taken away."""


@pytest.mark.parametrize("direction", ["suggest", "candidates"])
@pytest.mark.parametrize("signal", CAUSES)
def test_without_its_cause_a_reason_has_no_more_than_its_neutral_points(
    market: Market, direction: str, signal: str
) -> None:
    ward = msgspec.structs.replace(VACANCIES[3], must=("sample:infusen-plaatsen",))
    nurse = PEOPLE[3]
    scores = {}
    for told, dossier in (
        (True, nurse),
        (False, msgspec.structs.replace(nurse, **CAUSES[signal])),  # type: ignore[arg-type]
    ):
        engine = market([dossier], [ward], []).engine
        found = (
            engine.suggest(dossier, TODAY)
            if direction == "suggest"
            else engine.candidates(ward, TODAY)
        )
        (item,) = found.items
        reason = next(r for r in item.reasons if r.signal == signal)
        assert reason.known == told
        assert sum(r.points for r in item.reasons) == pytest.approx(item.score)
        line = next(line for line in engine.scorecard.lines if line.name == signal)
        assert (reason.strength == line.neutral) or told
        scores[told] = item.score
    assert scores[False] < scores[True]
