"""Spread over occupations: bounded, deterministic, and never without saying so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competent_data.formats.sample import Sample
from competent_data.records import LANGS, Evidence, Lang, Person, Vacancy
from matcher.engine import Engine
from matcher.sources import ALONE
from matcher.spread import MOST_SPREAD, POOL, Place, occupations, widened
from models.rows import Job
from tests import small

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]


@dataclass(frozen=True)
class Given:
    """Vacancies by place: their ids, scores and occupations."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    occupations: tuple[int, ...]

    def widened(self, points: float, limit: int) -> list[Place]:
        """The first places."""
        return widened(self.ids, self.scores, self.occupations, points, limit)

    def plain(self) -> list[int]:
        """Every place by points alone, best first."""
        return sorted(range(len(self.ids)), key=lambda at: (-self.scores[at], self.ids[at]))

    def turned(self, order: Sequence[int]) -> Given:
        """The same vacancies in another order."""
        return Given(
            tuple(self.ids[at] for at in order),
            tuple(self.scores[at] for at in order),
            tuple(self.occupations[at] for at in order),
        )


vacancies = st.lists(
    st.tuples(st.sampled_from([70.0, 74.5, 75.0, 77.0, 80.0, 88.0]), st.integers(0, 4)), max_size=25
).map(
    lambda drawn: Given(
        tuple(f"v{at:02}" for at in range(len(drawn))),
        tuple(score for score, _ in drawn),
        tuple(occupation for _, occupation in drawn),
    )
)
points = st.sampled_from([0.0, 0.5, 2.5, 5.0, 10.0])
limits = st.integers(1, 12)


@given(vacancies, points, limits)
def test_no_vacancy_stands_above_one_that_scores_more_than_the_bound_better(
    found: Given, bound: float, limit: int
) -> None:
    """Neither one that stands below in the list nor one that did not come into it."""
    listed = [place.at for place in found.widened(bound, limit)]
    left = [at for at in range(len(found.ids)) if at not in listed]
    for rank, at in enumerate(listed):
        for below in listed[rank + 1 :] + left:
            assert found.scores[below] - found.scores[at] <= bound


@given(vacancies, points, limits)
def test_limit_means_limit_and_nothing_comes_twice(found: Given, bound: float, limit: int) -> None:
    listed = [place.at for place in found.widened(bound, limit)]
    assert len(listed) == len(set(listed)) == min(limit, len(found.ids))


@given(vacancies, points, limits, st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(
    found: Given, bound: float, limit: int, random: object
) -> None:
    order = list(range(len(found.ids)))
    random.shuffle(order)  # type: ignore[attr-defined]
    turned = found.turned(order)
    assert [(turned.ids[p.at], p.plain_rank, p.given_up) for p in turned.widened(bound, limit)] == [
        (found.ids[p.at], p.plain_rank, p.given_up) for p in found.widened(bound, limit)
    ]


@given(vacancies, points, limits)
def test_no_occupation_of_the_plain_list_is_lost(found: Given, bound: float, limit: int) -> None:
    plain = {found.occupations[at] for at in found.plain()[:limit]}
    assert plain <= {found.occupations[place.at] for place in found.widened(bound, limit)}


@given(vacancies, limits)
def test_without_spread_the_order_is_plain(found: Given, limit: int) -> None:
    places = found.widened(0.0, limit)
    assert [place.at for place in places] == found.plain()[:limit]
    assert [(p.plain_rank, p.given_up) for p in places] == [
        (rank, 0.0) for rank in range(1, len(places) + 1)
    ]


@given(vacancies, points, limits)
def test_every_place_tells_its_plain_rank_and_what_was_given_up_for_it(
    found: Given, bound: float, limit: int
) -> None:
    """Whoever stands higher than by points gave up what the best one left has more; the others gave
    up nothing."""
    places = found.widened(bound, limit)
    taken: list[int] = []
    for rank, place in enumerate(places, 1):
        assert found.plain()[place.plain_rank - 1] == place.at
        best = next(at for at in found.plain() if at not in taken)
        assert place.given_up == found.scores[best] - found.scores[place.at]
        assert (place.plain_rank > rank) == (best != place.at)
        assert place.plain_rank > rank or place.given_up == 0
        taken.append(place.at)


@given(vacancies, points, limits)
def test_a_pool_of_the_best_gives_no_fewer_occupations_than_the_plain_list(
    found: Given, bound: float, limit: int
) -> None:
    pool = found.turned(found.plain()[: POOL * limit])
    plain = {found.occupations[at] for at in found.plain()[:limit]}
    assert plain <= {pool.occupations[place.at] for place in pool.widened(bound, limit)}


def test_a_cook_gives_way_to_a_baker_two_points_below_and_not_to_a_butcher_seven_below() -> None:
    """Cooks 90, 89, 88, a baker 87, a butcher 82, within 5 points. Second place: the baker, 2 below
    the cook of 89, fourth by points. Third: the butcher is 7 below, so the cook comes."""
    found = Given(tuple("abcde"), (90.0, 89.0, 88.0, 87.0, 82.0), (0, 0, 0, 1, 2))
    assert found.widened(5.0, 4) == [
        Place(0, 1, 0.0),
        Place(3, 4, 2.0),
        Place(1, 2, 0.0),
        Place(2, 3, 0.0),
    ]


@pytest.mark.parametrize("bound", [-1.0, MOST_SPREAD + 0.5, float("nan")])
def test_a_spread_out_of_bounds_is_refused(bound: float) -> None:
    with pytest.raises(ValueError, match=r"a spread of .* points, expected 0 to 10"):
        widened((), (), (), bound, 10)


def test_an_unstated_occupation_counts_as_what_the_title_reads_as_or_as_its_own() -> None:
    jobs = small.vectoriser().jobs(
        [
            Job("stated", occupation="s:lasser", title="Heftruckchauffeur"),
            Job("read", title="Heftruckchauffeur"),
            Job("silent", title="xyzzy"),
            Job("silent too", title="xyzzy"),
        ]
    )
    names = list(small.vectoriser().occupations_)
    stated, read, *silent = occupations(jobs, range(4))
    assert names[stated] == "s:lasser"
    assert read == np.argmax(jobs.profile[[1]].toarray())
    assert silent == [-3, -4]
    assert occupations(jobs, [3, 0]) == [-4, stated]


# -- in an answer --------------------------------------------------------------------------

COOK = Person(
    id="p1",
    wished=("sample:kok", "sample:kelner"),
    competences=Evidence(self_declared=("sample:samenwerken",)),
    contracts=("permanent",),
)


def test_the_engine_widens_within_the_bound_and_says_so(
    engine: Engine, sample: Sample, today: dt.date
) -> None:
    widened_lists = 0
    for person in sample.people:
        plain = engine.suggest(person, today, sources=ALONE)
        found = engine.suggest(person, today, spread=5.0, sources=ALONE)
        ranking = engine.ranking(person, today, sources=ALONE)
        rank_of = {id_: rank for rank, (id_, _) in enumerate(ranking, 1)}
        listed = {item.id for item in found.items}
        assert len(found.items) == len(plain.items)
        for item in found.items:
            assert item.score == ranking[rank_of[item.id] - 1][1]
            assert (item.placed is not None) == (item.rank != rank_of[item.id])
            if item.placed:
                assert item.placed.plain_rank == rank_of[item.id]
                assert 0 <= item.placed.given_up <= 5
        better = max((score for id_, score in ranking if id_ not in listed), default=0.0)
        assert all(better - item.score <= 5 for item in found.items)
        widened_lists += found.given_up > 0
    assert widened_lists > 3


def test_a_setting_holds_unless_the_question_names_another(
    sample: Sample, engine: Engine, fitted: object, today: dt.date
) -> None:
    wide = Engine(engine.store, fitted, spread=5.0)  # type: ignore[arg-type]
    person = engine.store.person(sample.demo_person)
    assert wide.suggest(person, today) == engine.suggest(person, today, spread=5.0)
    assert wide.suggest(person, today, spread=0.0) == engine.suggest(person, today)
    assert wide.ranking(person, today) == engine.ranking(person, today)


@pytest.mark.parametrize("lang", LANGS)
def test_the_note_says_how_much_lower_and_where_points_alone_would_put_it(
    engine_of: EngineOf, today: dt.date, lang: Lang
) -> None:
    """Two cooks at the same score, and a waiter below, by agency: second place is the waiter's."""
    kitchen = Vacancy(
        id="v1",
        title="Kok",
        occupation="sample:kok",
        must=("sample:samenwerken",),
        contract="permanent",
    )
    second_kitchen = msgspec.structs.replace(kitchen, id="v2")
    waiter = msgspec.structs.replace(
        kitchen, id="v3", title="Kelner", occupation="sample:kelner", contract="agency"
    )
    engine = engine_of([COOK], [kitchen, second_kitchen, waiter])
    ranking = dict(engine.ranking(COOK, today))
    lower = ranking["v2"] - ranking["v3"]
    found = engine.suggest(COOK, today, spread=MOST_SPREAD, lang=lang)
    assert 0 < lower <= MOST_SPREAD
    assert [item.id for item in found.items] == ["v1", "v3", "v2"]
    first, second, third = (item.placed for item in found.items)
    assert first is None
    assert second is not None
    assert third is not None
    assert (second.plain_rank, second.given_up) == (3, lower)
    assert (third.plain_rank, third.given_up) == (2, 0.0)
    told = f"{lower:.1f}" if lang == "en" else f"{lower:.1f}".replace(".", ",")
    assert told in second.text
    assert second.text.endswith("3")
    assert "2" in third.text
    assert found.given_up == lower


def test_what_is_given_up_is_never_shown_as_nothing_lower(engine: Engine) -> None:
    """0.04 points would read '0,0 punten lager'."""
    explainer = engine._explainer("nl")
    notes = [explainer.placed(2, Place(0, 3, given_up)) for given_up in (0.0, 0.04, 0.0625)]
    assert ["evenveel punten" in note.text for note in notes if note] == [True, True, False]
    assert ["0,0" in note.text for note in notes if note] == [False] * 3
    assert explainer.placed(2, Place(0, 2, 0.0)) is None
