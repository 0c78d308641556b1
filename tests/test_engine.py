"""The contract of the engine: one score in both directions; filter, then sort, then cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from competent_data.formats.sample import Sample
from competent_data.records import Concept, Event, EventKind, Evidence, Person, Pin, Vacancy
from competent_data.store import Store, StoreError, UnknownId
from matcher.engine import NEAR_MISSES_SHOWN, Engine
from matcher.settings import Settings
from matcher.suggestions import Suggestions
from models.artefact import ArtefactError
from models.signals import signals

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]
ALL = 1000
COOK = Person(
    id="p1", wished=("sample:kok",), competences=Evidence(self_declared=("sample:samenwerken",))
)
KITCHEN = Vacancy(id="v1", title="Kok", occupation="sample:kok")


def cooks(*ids: str) -> list[Vacancy]:
    """The same vacancy under several ids."""
    return [msgspec.structs.replace(KITCHEN, id=id_) for id_ in ids]


def ids(found: Suggestions) -> list[str]:
    """What was suggested, best first."""
    return [item.id for item in found.items]


def happened(kind: EventKind, vacancy: str = "v1") -> Event:
    """An event between the cook and a vacancy."""
    when = dt.datetime(2026, 10, 1, 9, 30)
    return Event(id=f"{kind}-{vacancy}", person=COOK.id, vacancy=vacancy, kind=kind, when=when)


def every_score(engine: Engine) -> tuple[np.ndarray, np.ndarray]:
    """(people, vacancies): each person against all vacancies, each vacancy against all people."""
    market, scores = engine.market, engine.scorecard.scores
    of_people = [
        scores(signals(market.person(i).row, market.job_rows))[0] for i in range(len(market.people))
    ]
    of_jobs = [
        scores(signals(market.people_rows, market.vacancy(j).row))[:, 0]
        for j in range(len(market.vacancies))
    ]
    return np.array(of_people), np.array(of_jobs).T


def test_both_directions_give_every_pair_the_same_score_bit_for_bit(engine: Engine) -> None:
    of_people, of_jobs = every_score(engine)
    assert of_people.shape == (len(engine.market.people), len(engine.market.vacancies))
    assert of_people.tobytes() == np.ascontiguousarray(of_jobs).tobytes()
    assert 0 <= of_people.min() < of_people.max() <= 100


def test_rankings_hold_these_scores_best_first_and_ties_by_id(
    engine: Engine, today: dt.date
) -> None:
    scores, _ = every_score(engine)
    column = {vacancy.id: j for j, vacancy in enumerate(engine.market.vacancies)}
    ranked = 0
    for i, person in enumerate(engine.market.people):
        ranking = engine.ranking(person, today)
        assert ranking == sorted(ranking, key=lambda pair: (-pair[1], pair[0]))
        assert [score for _, score in ranking] == [scores[i, column[id_]] for id_, _ in ranking]
        ranked += len(ranking)
    assert ranked > len(engine.market.people)


def test_candidates_are_the_pairs_of_suggest_seen_from_the_other_side(
    engine: Engine, today: dt.date
) -> None:
    """Who is ranked for a vacancy is exactly who has it in their ranking, with that score."""
    of_person = {p.id: dict(engine.ranking(p, today)) for p in engine.market.people}
    for vacancy in engine.market.vacancies[::9]:
        expected = {id_: r[vacancy.id] for id_, r in of_person.items() if vacancy.id in r}
        found = engine.candidates(vacancy, today, limit=ALL)
        assert {item.id: item.score for item in found.items} == expected
        assert ids(found) == sorted(expected, key=lambda id_: (-expected[id_], id_))


def test_comparing_gives_the_score_of_the_suggestion(
    engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = engine.store.person(sample.demo_person)
    for item in engine.suggest(person, today).items:
        found = engine.compare(person, engine.store.vacancy(item.id), today)
        assert (found.score, found.reach, found.wish) == (item.score, item.reach, item.wish)
        assert found.reasons == item.reasons
        assert found.bars == ()


@pytest.mark.parametrize("limit", [1, 3, 10, ALL])
def test_k_means_k_and_a_smaller_k_is_the_beginning_of_a_larger_one(
    engine: Engine, sample: Sample, today: dt.date, limit: int
) -> None:
    person = engine.store.person(sample.demo_person)
    ranking = engine.ranking(person, today)
    found = engine.suggest(person, today, limit=limit)
    assert [(item.id, item.score) for item in found.items] == ranking[:limit]
    assert [item.rank for item in found.items] == list(range(1, min(limit, len(ranking)) + 1))


def test_ties_stand_by_id_whatever_the_order_of_storing(
    engine_of: EngineOf, today: dt.date
) -> None:
    engine = engine_of([COOK], cooks("c", "a", "d", "b"))
    assert ids(engine.suggest(COOK, today)) == ["a", "b", "c", "d"]
    assert ids(engine.suggest(COOK, today, limit=2)) == ["a", "b"]


def test_storing_in_another_order_changes_nothing(
    engine_of: EngineOf, sample: Sample, engine: Engine, today: dt.date
) -> None:
    again = engine_of(sample.people[::-1], sample.vacancies[::-1])
    again.store.put_events(sample.events[::-1])
    again = again.at(again.market.caught_up())
    for person in sample.people:
        assert again.ranking(person, today) == engine.ranking(person, today)


def test_an_irrelevant_vacancy_changes_nobodys_order(
    sample_copy: Settings, engine: Engine, today: dt.date
) -> None:
    with Store(sample_copy.store) as store:
        store.put_vacancies([Vacancy(id="zzz", title="Astronaut", text="Naar Mars.", lang="en")])
    for person in (again := Engine.open(sample_copy)).market.people:
        left = [pair for pair in again.ranking(person, today) if pair[0] != "zzz"]
        assert left == engine.ranking(person, today)


def test_a_vacancy_added_or_changed_after_fitting_is_seen_at_once(
    sample_copy: Settings, sample: Sample, today: dt.date
) -> None:
    person = next(p for p in sample.people if p.id == sample.demo_person)
    before = dict(Engine.open(sample_copy).ranking(person, today))
    worst = min(before, key=before.__getitem__)
    with Store(sample_copy.store) as store:
        best = store.vacancy(max(before, key=before.__getitem__))
        store.put_vacancies(
            [
                msgspec.structs.replace(best, id="added"),
                msgspec.structs.replace(best, id=worst),
            ]
        )
    after = dict(Engine.open(sample_copy).ranking(person, today))
    assert after["added"] == after[worst] == before[best.id] > before[worst]
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("kind", ["applied", "hired", "at_work_6m", "dismissed"])
def test_what_was_applied_for_or_dismissed_never_comes_back(
    engine_of: EngineOf, today: dt.date, kind: EventKind
) -> None:
    engine = engine_of([COOK], cooks("v1", "v2"))
    engine.store.put_events([happened(kind), happened("viewed", "v2")])
    reason = "dismissed" if kind == "dismissed" else "applied"
    found = engine.suggest(COOK, today)
    assert (ids(found), found.left_out) == (["v2"], {reason: 1})
    from_the_vacancy = engine.candidates(KITCHEN, today)
    assert (ids(from_the_vacancy), from_the_vacancy.left_out) == ([], {reason: 1})
    assert from_the_vacancy.status == "nothing_eligible"


def test_a_near_miss_that_was_dismissed_makes_room_for_the_next(
    engine_of: EngineOf, today: dt.date
) -> None:
    """Six lack licence C alone; of them the first by id is dismissed: the other five are shown."""
    driver = msgspec.structs.replace(COOK, licences=("B",))
    names = ["v1", "v2", "v3", "v4", "v5", "v6"]
    barred = [msgspec.structs.replace(v, licences=("C",)) for v in cooks(*names)]
    engine = engine_of([driver], barred)
    engine.store.put_events([happened("dismissed")])
    assert len(names) - 1 == NEAR_MISSES_SHOWN
    assert [near.id for near in engine.suggest(driver, today).near_misses] == names[1:]


@pytest.mark.parametrize(
    ("change", "person", "reason"),
    [
        ({"valid_through": dt.date(2026, 11, 1)}, {}, "expired"),
        ({"valid_from": dt.date(2026, 11, 3)}, {}, "not_yet_open"),
        ({"licences": ("C",)}, {"licences": ("B",)}, "licence"),
        ({"languages": {"fr": "B2"}}, {"languages": {"fr": "A1"}}, "language"),
        ({"place": "Oostende"}, {"place": "Hasselt", "travel_km": 20.0}, "distance"),
        ({"diploma_required": True, "study_level": 6}, {"study_level": 4}, "diploma"),
    ],
)
def test_a_hard_requirement_bars_in_both_directions_with_its_reason(
    engine_of: EngineOf, change: dict[str, object], person: dict[str, object], reason: str
) -> None:
    barred = msgspec.structs.replace(KITCHEN, **change)
    somebody = msgspec.structs.replace(COOK, **person)
    engine = engine_of([somebody], [barred])
    day = dt.date(2026, 11, 2)
    assert ids(engine.suggest(somebody, day)) == []
    assert engine.suggest(somebody, day).left_out == {reason: 1}
    assert engine.candidates(barred, day).left_out == {reason: 1}
    assert len(engine.compare(somebody, barred, day).bars) == 1


def test_the_last_day_and_the_first_are_open(engine_of: EngineOf) -> None:
    day = dt.date(2026, 11, 2)
    vacancy = msgspec.structs.replace(KITCHEN, valid_from=day, valid_through=day)
    engine = engine_of([COOK], [vacancy])
    assert [len(engine.ranking(COOK, day + dt.timedelta(d))) for d in (-1, 0, 1)] == [0, 1, 0]


def test_a_requirement_bars_nobody_of_whom_nothing_is_known(
    engine_of: EngineOf, today: dt.date
) -> None:
    asking = msgspec.structs.replace(
        KITCHEN,
        licences=("C",),
        languages={"fr": "C2"},
        place="Oostende",
        study_level=8,
        diploma_required=True,
    )
    assert len(engine_of([COOK], [asking]).ranking(COOK, today)) == 1


def test_near_misses_have_one_bar_and_are_not_ranked(engine: Engine, today: dt.date) -> None:
    told = 0
    for person in engine.market.people[::8]:
        found = engine.suggest(person, today, limit=1)
        ranked = dict(engine.ranking(person, today))
        for near in found.near_misses:
            compared = engine.compare(person, engine.store.vacancy(near.id), today)
            assert compared.bars == (near.text,)
            assert compared.score == near.score
            assert near.id not in ranked
            told += 1
        scores = [(-near.score, near.id) for near in found.near_misses]
        assert scores == sorted(scores)
    assert told > 5


def test_a_brief_answer_is_the_same_list_without_what_stands_beside_it(
    engine: Engine, today: dt.date
) -> None:
    """In both directions, to the point and the word."""
    people, vacancies = list(engine.market.people), list(engine.market.vacancies)
    pairs = [(engine.suggest(p, today), engine.suggest(p, today, brief=True)) for p in people]
    pairs += [
        (engine.candidates(v, today, limit=20), engine.candidates(v, today, limit=20, brief=True))
        for v in vacancies
    ]
    for whole, brief in pairs:
        assert brief.items == tuple(
            msgspec.structs.replace(item, gaps=None) for item in whole.items
        )
        assert not brief.near_misses
        assert not brief.left_out
        assert (brief.status, brief.considered) == (whole.status, whole.considered)
    assert any(item.gaps for whole, _ in pairs for item in whole.items)
    assert any(whole.near_misses for whole, _ in pairs)


def test_whoever_is_considered_is_ranked_or_counted_as_left_out(
    engine: Engine, today: dt.date
) -> None:
    for person in engine.market.people[::8]:
        found = engine.suggest(person, today, limit=1)
        assert found.considered == len(engine.market.vacancies)
        ranked = len(engine.ranking(person, today))
        assert ranked + sum(found.left_out.values()) == found.considered
    for vacancy in engine.market.vacancies[::25]:
        found = engine.candidates(vacancy, today, limit=ALL)
        assert len(found.items) + sum(found.left_out.values()) == found.considered


def test_who_or_what_tells_nothing_is_counted_and_never_ranked(
    engine_of: EngineOf, today: dt.date
) -> None:
    silent, other = Vacancy(id="silent", title="xyzzy"), Vacancy(id="other", title="xyzzy")
    nobody = Person(id="nobody", text="xyzzy")
    engine = engine_of([COOK, nobody], [KITCHEN, silent, other])
    assert engine.suggest(COOK, today).left_out == {"insufficient_data": 2}
    assert engine.candidates(KITCHEN, today).left_out == {"insufficient_data": 1}


def test_without_competence_and_occupation_the_answer_is_insufficient_data(
    engine_of: EngineOf, today: dt.date
) -> None:
    engine = engine_of([COOK], [KITCHEN])
    nobody = Person(id="nobody", study_level=6, licences=("B",), place="Gent", travel_km=10)
    silent = Vacancy(id="silent", title="xyzzy", place="Gent", licences=("B",))
    answers = (engine.suggest(nobody, today), engine.candidates(silent, today))
    assert [(a.status, a.items, a.considered) for a in answers] == [
        ("insufficient_data", (), 1)
    ] * 2
    assert engine.ranking(nobody, today) == []
    compared = [
        engine.compare(nobody, KITCHEN, today),
        engine.compare(COOK, silent, today),
    ]
    assert [(c.status, c.score) for c in compared] == [("insufficient_data", None)] * 2


def test_a_first_day_is_enough_for_suggestions(engine: Engine, today: dt.date) -> None:
    """One wished occupation and one competence, nothing else known."""
    found = engine.suggest(COOK, today)
    assert found.status == "ok"
    assert 0 < len(found.items) <= 10


def test_ids_that_the_taxonomy_does_not_know_are_ignored(
    engine_of: EngineOf, today: dt.date
) -> None:
    engine = engine_of([COOK], [KITCHEN])
    more = msgspec.structs.replace(
        COOK,
        wished=(*COOK.wished, "other:cook"),
        competences=Evidence(self_declared=("sample:samenwerken", "other:teamwork")),
    )
    assert engine.ranking(more, today) == engine.ranking(COOK, today)


def test_a_pin_is_a_source_beside_the_competences(engine_of: EngineOf, today: dt.date) -> None:
    engine = engine_of([COOK], cooks("v1", "v2"))
    when = dt.datetime(2026, 10, 1)
    engine.store.put_pins(
        Pin(id=by, person=COOK.id, vacancy="v2", by=by, reason="past goed", when=when)
        for by in ("self", "consultant")
    )
    sources = {item.id: set(item.sources) for item in engine.suggest(COOK, today).items}
    assert sources == {"v1": {"competences"}, "v2": {"competences", "own", "consultant"}}
    (candidate,) = engine.candidates(cooks("v2")[0], today).items
    assert set(candidate.sources) == {"competences", "own", "consultant"}


def test_telling_a_fact_that_matches_never_lowers_a_score(
    engine_of: EngineOf, today: dt.date
) -> None:
    vacancy = msgspec.structs.replace(
        KITCHEN,
        must=("sample:groenten-snijden",),
        study_level=3,
        languages={"nl": "B1"},
        licences=("B",),
        place="Gent",
        working_time="full",
        shifts=("day",),
        contract="permanent",
    )
    engine = engine_of([COOK], [vacancy])
    person = COOK
    score = dict(engine.ranking(person, today))["v1"]
    for fact in (
        {"competences": Evidence(self_declared=("sample:samenwerken", *vacancy.must))},
        {"study_level": 3},
        {"languages": {"nl": "B1"}},
        {"licences": ("B",)},
        {"place": "Gent"},
        {"travel_km": 20.0},
        {"working_time": "full"},
        {"shifts": ("day",)},
        {"contracts": ("permanent",)},
    ):
        person = msgspec.structs.replace(person, **fact)
        better = dict(engine.ranking(person, today))["v1"]
        assert better >= score, fact
        score = better


def test_without_a_store_or_a_fit_opening_says_what_to_do(
    tmp_path: Path, store: Store, sample_copy: Settings
) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .*import something first"):
        Engine.open(Settings.at(f"sqlite:///{tmp_path}/none.db"))
    with pytest.raises(ArtefactError, match=r"nothing is fitted at .*run matcher fit"):
        Engine.open(Settings.at(store.url))
    with Store(sample_copy.store) as changed:
        changed.put_concepts([Concept(id="t:1", scheme="t", kind="skill", labels={"nl": "nieuw"})])
    with pytest.raises(ArtefactError, match=r"was fitted on taxonomies .*, the store now holds"):
        Engine.open(sample_copy)


def test_an_occupation_can_be_compared_with_and_a_competence_can_not(engine: Engine) -> None:
    profile = engine.occupation_profile("sample:magazijnier")
    assert profile.must
    assert profile.occupation == "sample:magazijnier"
    for id_ in ("sample:heftruck-besturen", "nothing"):
        with pytest.raises(UnknownId, match=f"no vacancy or occupation '{id_}'"):
            engine.occupation_profile(id_)


def test_a_prepared_engine_answers_the_same(engine: Engine, today: dt.date) -> None:
    person = engine.market.people[0]
    before = engine.suggest(person, today)
    engine.prepare()
    assert engine.suggest(person, today) == before
