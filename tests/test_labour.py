"""The SYNTHETIC labour market: each mechanism does what it claims, and nothing hidden is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pytest

from benchmarks.days import SUGGESTIONS, Life, Lists, Rows
from benchmarks.figures import kept
from benchmarks.inclinations import ASSUMED, BUSY, NEVER, WRONG, Hidden, Setting, relevant
from benchmarks.labour import measured, summed
from benchmarks.lived import Lived, lived
from benchmarks.plug import BASE, FUSED, POLICIES, service
from benchmarks.town import START, Town, day, import_taxonomy
from benchmarks.year import exposure
from competent_data.records import Event
from competent_data.store import Store
from matcher.measures import gini
from models.signals import km_between

pytestmark = pytest.mark.checkout

PEOPLE, DAYS, SEED = 300, 60, 5
QUIET = dataclasses.replace(ASSUMED, spiked=0.0)
"""Nothing is ever talked of."""


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The embedded sample's taxonomy."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('town') / 'taxonomy.db'}", create=True)
    import_taxonomy(store)
    return store


@pytest.fixture(scope="module")
def town_of(taxonomy: Store) -> Callable[..., Town]:
    """Draws the town of a setting."""

    def of(setting: Setting = ASSUMED, seed: int = SEED) -> Town:
        return Town.draw(setting, taxonomy, seed, PEOPLE, DAYS)

    return of


TownOf = Callable[..., Town]


def nothing(_person: int, _number: int) -> Rows:
    """A service that suggests nothing."""
    return np.zeros(0, np.int64)


def any_open(town: Town, random: np.random.Generator, _person: int, number: int) -> Rows:
    """A service that suggests whatever is open."""
    return random.permutation(np.flatnonzero(town.open(number)))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody looks at what the service suggests, and nowhere else, and often."""
    monkeypatch.setattr("benchmarks.days.OWN_SEARCH", 0.0)
    monkeypatch.setattr("benchmarks.days.SUGGESTED", 1.0)
    monkeypatch.setattr("benchmarks.days.LOOKS_A_WEEK", 2.0)


def lives(town: Town, seed: int = SEED, lists: Lists = nothing) -> list[Event]:
    """What happens in all days."""
    life = Life(town, seed)
    return [event for number in range(DAYS) for event in life.day(number, lists)]


def rows(town: Town, events: Sequence[Event]) -> tuple[Rows, Rows]:
    """The numbers of people and vacancies of events."""
    people = {person.id: i for i, person in enumerate(town.people)}
    vacancies = {vacancy.id: j for j, vacancy in enumerate(town.vacancies)}
    pairs = [(people[event.person], vacancies[event.vacancy]) for event in events]
    who, what = np.array(pairs, np.int64).T
    return who, what


# -- the town --------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_town_and_another_one_another(town_of: TownOf) -> None:
    one, same, other = town_of(), town_of(), town_of(seed=SEED + 1)
    assert (one.people, one.vacancies) == (same.people, same.vacancies)
    assert (one.utility == same.utility).all()
    assert one.people != other.people


def test_about_as_many_vacancies_are_open_on_any_day_as_people_need(town_of: TownOf) -> None:
    """2.1 people a vacancy: 143 are open; a Poisson draw strays by 12, three times that is far."""
    town = town_of()
    for number in (0, 30, DAYS - 1):
        assert abs(town.open(number).sum() - PEOPLE / 2.1) < 36


def test_records_say_when_a_vacancy_is_open(town_of: TownOf) -> None:
    town = town_of()
    for number in (0, 30):
        stated = [v.valid_from <= day(number) <= v.valid_through for v in town.vacancies]  # type: ignore[operator]
        assert stated == town.open(number).tolist()


def test_a_dossier_holds_no_more_than_what_is_true(town_of: TownOf, taxonomy: Store) -> None:
    town = town_of()
    ids = np.array(_competences(taxonomy))
    for i, person in enumerate(town.people):
        able = set(ids[town.folk.able.indices[slice(*town.folk.able.indptr[i : i + 2])]])
        assert {id_ for id_, _ in person.competences.items()} <= able
    said = sum(len(person.competences.items()) for person in town.people)
    assert 0.4 < said / town.folk.able.nnz < 0.65


def test_what_is_hidden_stands_in_no_record(town_of: TownOf) -> None:
    """Another draw of all that is hidden leaves every record as it is; the truth is another."""
    town = town_of()
    hidden = Hidden.draw(np.random.default_rng(99), town.folk, town.offers, 500, 250, 0.5)
    other = dataclasses.replace(town, hidden=hidden)
    assert (other.people, other.vacancies) == (town.people, town.vacancies)
    assert not np.allclose(other.utility, town.utility)
    wrong = town_of(WRONG)
    assert (wrong.people, wrong.vacancies) == (town.people, town.vacancies)
    assert not np.allclose(wrong.utility, town.utility)


# -- the truth -------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["reach", "wish", "near", "hours", "pay", "taste"])
def test_each_part_of_the_truth_can_be_switched_off_and_tells_alone(
    town_of: TownOf, part: str
) -> None:
    """The whole is the sum of its parts, each alone."""
    parts = ("reach", "wish", "near", "hours", "pay", "taste")
    off = dataclasses.replace(ASSUMED, **dict.fromkeys(parts, 0.0))
    whole = town_of().utility
    without = town_of(dataclasses.replace(ASSUMED, **{part: 0.0})).utility
    alone = town_of(dataclasses.replace(off, **{part: getattr(ASSUMED, part)})).utility
    np.testing.assert_allclose(without + alone, whole, atol=1e-9)
    assert alone.std() > 0.05


def test_people_of_one_origin_share_their_taste_in_part_or_not_at_all(town_of: TownOf) -> None:
    """Correlation of two people's tastes over the same traits is `shared`, within three standard
    errors of the few pairs that there are."""
    for setting in (ASSUMED, WRONG):
        town = town_of(setting)
        past, tastes = town.folk.past, town.hidden.tastes
        pairs = [(i, j) for i in range(PEOPLE) for j in range(i) if past[i] == past[j]]
        alike = np.mean([tastes[i] @ tastes[j] / tastes.shape[1] for i, j in pairs])
        assert abs(alike - setting.shared) < 0.2


def test_what_is_truly_preferred_is_the_best_hundredth_of_what_may_be_had() -> None:
    """Of 300 possible ones the best three; what is not possible does not count."""
    worth = np.arange(400.0)
    possible = worth < 300
    assert np.flatnonzero(relevant(worth, possible)).tolist() == [297, 298, 299]
    assert not relevant(worth, np.zeros(400, np.bool_)).any()


# -- the days --------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_log(town_of: TownOf) -> None:
    town = town_of()
    first = lives(town)
    assert first == lives(town)
    assert first != lives(town, seed=SEED + 1)
    assert len({event.id for event in first}) == len(first)


def test_nobody_chooses_what_is_not_open(town_of: TownOf) -> None:
    town = town_of()
    dates = {v.id: (v.valid_from, v.valid_through) for v in town.vacancies}
    events = lives(town)
    for event in events:
        first, last = dates[event.vacancy]
        assert first is not None
        assert last is not None
        assert first <= event.when.date() <= last
    assert events[0].when.date() >= START


def test_nobody_does_anything_more_after_being_hired_and_the_vacancy_is_filled(
    town_of: TownOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.days.HIRED", 1.0)
    events = lives(town_of())
    hired = [event for event in events if event.kind == "hired"]
    assert len(hired) > 5
    for event in hired:
        later = events[events.index(event) + 1 :]
        assert event.person not in {e.person for e in later}
        assert event.vacancy not in {e.vacancy for e in later}


def test_what_was_dealt_with_is_not_found_again(town_of: TownOf) -> None:
    ended: set[tuple[str, str]] = set()
    for event in lives(town_of()):
        if event.kind != "hired":
            assert (event.person, event.vacancy) not in ended
        if event.kind in ("applied", "dismissed"):
            ended.add((event.person, event.vacancy))


@pytest.mark.usefixtures("served")
def test_distance_matters_for_choices_only_where_its_part_is_on(town_of: TownOf) -> None:
    """From lists of ten of all that is open, at random: with the part on, what is viewed is nearer
    than what is open by more than 3 standard errors; with it off it is not."""
    random = np.random.default_rng(SEED)
    for near, closer in ((6.0, True), (0.0, False)):
        town = town_of(dataclasses.replace(QUIET, near=near))
        events = lives(town, lists=partial(any_open, town, random))
        who, what = rows(town, events)
        km = km_between(town.folk.position, town.offers.position)
        nearer = km[who].mean(axis=1) - km[who, what]
        assert (nearer.mean() > 3 * nearer.std() / np.sqrt(len(nearer))) == closer


def test_what_is_talked_of_is_chosen_more_while_it_is_talked_of(town_of: TownOf) -> None:
    loud = dataclasses.replace(ASSUMED, spike=6.0, spiked=0.3)
    town = town_of(loud)
    talked = 0
    events = lives(town)
    _, what = rows(town, events)
    for event, j in zip(events, what.tolist(), strict=True):
        talked += town.talk((event.when.date() - START).days)[j] > 0
    share = np.mean([(town.talk(n) > 0)[town.open(n)].mean() for n in range(DAYS)])
    assert talked / len(events) > 3 * share
    assert (town_of(QUIET).offers.spike == NEVER).all()


@pytest.mark.usefixtures("served")
def test_who_stands_higher_is_looked_at_more(town_of: TownOf) -> None:
    """The same ten in either order: (1 / 10)^0.5 is a third, so the one that moves from the first
    place to the last is viewed about a third as often."""
    town = town_of(QUIET)
    ten = np.flatnonzero(town.open(0) & town.open(DAYS))[:10]
    viewed = []
    for order in (ten, ten[::-1]):
        events = lives(town, lists=lambda _person, _number, order=order: order)
        moved = town.vacancies[ten[0]].id
        viewed.append(sum(e.vacancy == moved and e.kind == "viewed" for e in events))
    assert viewed[0] > 1.5 * viewed[1] > 0


def test_activity_is_heavy_tailed(town_of: TownOf) -> None:
    """Many do nothing, and the tenth that does most does more than half of it."""
    town = town_of()
    who, _ = rows(town, lives(town))
    counts = np.sort(np.bincount(who, minlength=PEOPLE))
    assert (counts == 0).mean() > 0.3
    assert counts[-PEOPLE // 10 :].sum() > counts.sum() / 2


# -- in the store ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alive() -> Iterator[Lived]:
    """A small town after its warm-up."""
    with lived(ASSUMED, SEED, PEOPLE, 40, DAYS) as found:
        yield found


def test_the_store_knows_what_happened_and_the_engine_suggests_what_is_open(alive: Lived) -> None:
    assert {e.id for e in alive.engine.store.events()} == {e.id for e in alive.before}
    lists = [alive.by_competences(i, 40) for i in range(PEOPLE)]
    assert max(map(len, lists)) == SUGGESTIONS
    for i, found in enumerate(lists):
        assert alive.town.open(40)[found].all()
        assert alive.town.within_limit[i, found].all()


def test_what_is_truly_wanted_may_be_had(alive: Lived) -> None:
    for i in range(PEOPLE):
        wanted = alive.wanted(i, 40)
        assert not (wanted & ~alive.life.open(40)).any()
        assert not (wanted & ~alive.town.within_limit[i]).any()
        gone = alive.life.gone.get(i, {})
        assert not {alive.town.vacancies[j].id for j in np.flatnonzero(wanted)} & gone.keys()


# -- what is measured ------------------------------------------------------------------------


def test_if_everybody_is_shown_the_same_ten_the_others_are_shown_to_nobody(alive: Lived) -> None:
    """Gini is (n - 10) / n where ten of n open vacancies share all places alike."""
    ten = np.flatnonzero(alive.life.open(40))[:10]
    shown, _ = exposure(alive, lambda _person, _number: ten, 40)
    count = int(alive.life.open(40).sum())
    assert sorted(set(shown.tolist())) == [0, PEOPLE]
    assert gini(shown) == pytest.approx((count - 10) / count)


def test_who_knows_the_truth_shows_what_is_truly_preferred(alive: Lived) -> None:
    def truth(person: int, number: int) -> Rows:
        wanted = np.flatnonzero(alive.wanted(person, number))
        return wanted[:SUGGESTIONS]

    _, reached = exposure(alive, truth, 40)
    assert reached == pytest.approx(1.0)


def test_a_policy_suggests_what_may_be_had_and_nothing_that_was_dealt_with(alive: Lived) -> None:
    for policy in POLICIES:
        suggested = service(alive, policy, 40)
        for person in range(0, PEOPLE, 10):
            found = suggested(person, 40)
            gone = alive.life.gone.get(person, {}).keys()
            assert alive.life.open(40)[found].all()
            assert not {alive.town.vacancies[j].id for j in found.tolist()} & gone
    assert POLICIES[BASE].on == {"competences"}


def test_every_ranker_is_asked_the_same_and_the_truth_that_shows_is_no_worse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("benchmarks.labour.WARM_UP", 40)
    monkeypatch.setattr("benchmarks.labour.HELD_OUT", 20)
    with lived(BUSY, SEED, 200, 40, 60) as one:
        found = measured(one)
    assert len(found) == 3
    for question, answered in found.items():
        names = [of.ranker for of in answered.measured]
        assert names[:3] == list(POLICIES)
        assert {of.measures.shape for of in answered.measured} == {(len(answered.split.queries), 4)}
        whole = summed("small", question, [SEED], [answered])
        assert whole.rankers[BASE].gain_ndcg == (0.0, 0.0, 0.0)
        if question == "true preference":
            assert whole.rankers[names[-1]].ndcg > whole.rankers[BASE].ndcg
    led, unled = (len(answered.split.queries) for answered in list(found.values())[:2])
    assert led > unled > 0


def test_the_figures_that_are_kept_can_be_read_and_fit_together() -> None:
    found = kept()
    assert {year.policy for year in found.years} == {BASE, FUSED}
    for year in found.years:
        assert year.gini == pytest.approx(np.mean([month.gini for month in year.months]), abs=1e-4)
    for question in found.questions:
        for of in question.rankers.values():
            assert sum(level.people for level in of.by_activity.values()) == question.people


def _competences(store: Store) -> list[str]:
    kinds = ("knowledge", "skill", "activity", "soft")
    return [id_ for id_, kind in store.rows("concept", "id", "kind") if kind in kinds]
