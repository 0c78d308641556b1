"""Several sources in one list: merged, switched off, bounded; what people decided stands."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

import msgspec
import pytest

from competent_data.records import Event, EventKind, Evidence, Person, Pin, Source, Vacancy
from matcher.engine import Engine
from matcher.similar import happened, learnt
from matcher.sources import Sources, admitted
from matcher.suggestions import Suggestions
from models.scorecard import Scorecard

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]
NOON = dt.datetime(2026, 10, 30, 12)
COOK = Person(
    id="me", wished=("sample:kok",), competences=Evidence(self_declared=("sample:samenwerken",))
)
KITCHEN = Vacancy(id="v1", title="Kok", occupation="sample:kok")
GARDEN = Vacancy(id="groen", title="Tuinaanlegger", occupation="sample:tuinaanlegger")
POINTS = 10.0


def cooks(count: int) -> list[Vacancy]:
    """The same vacancy under several ids."""
    return [msgspec.structs.replace(KITCHEN, id=f"v{i}") for i in range(1, count + 1)]


def others(count: int) -> list[Person]:
    """People like the cook."""
    return [msgspec.structs.replace(COOK, id=f"other{i:02}") for i in range(count)]


def event(person: str, vacancy: str, kind: EventKind = "saved", **more: object) -> Event:
    """Something that happened."""
    id_ = f"{person}-{vacancy}-{kind}"
    return Event(id=id_, person=person, vacancy=vacancy, kind=kind, when=NOON, **more)  # type: ignore[arg-type]


def pin(vacancy: str, by: str = "consultant", kind: str = "pin", hours: int = 0) -> Pin:
    """What somebody decided."""
    when = NOON + dt.timedelta(hours=hours)
    return Pin(  # type: ignore[call-arg]
        id=f"{by}-{vacancy}-{kind}",
        person=COOK.id,
        vacancy=vacancy,
        by=by,  # type: ignore[arg-type]
        reason="past goed",
        when=when,
        kind=kind,  # type: ignore[arg-type]
    )


@pytest.fixture
def found_by(engine_of: EngineOf, today: dt.date) -> Callable[..., Engine]:
    """An engine in which so many people like the cook saved a vacancy of another trade."""

    def of(count: int, vacancies: Sequence[Vacancy] = ()) -> Engine:
        people = others(count)
        engine = engine_of([COOK, *people], [*(vacancies or cooks(3)), GARDEN])
        engine.store.put_events(event(person.id, GARDEN.id) for person in people)
        return relearnt(engine, today)

    return of


def relearnt(engine: Engine, today: dt.date) -> Engine:
    """The engine after another night."""
    engine = engine.at(engine.market.caught_up())
    whole = engine.market.whole
    found = dataclasses.replace(whole, neighbours=learnt(engine.store, whole, today))
    return Engine(engine.store, found, Scorecard().heeding(POINTS))


def ids(found: Suggestions) -> list[str]:
    """What was suggested, best first."""
    return [item.id for item in found.items]


def sources(found: Suggestions) -> dict[str, tuple[str, ...]]:
    """Where each came from."""
    return {item.id: item.sources for item in found.items}


def test_what_five_similar_people_found_is_suggested_with_their_number_and_points(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    answer = found_by(5).suggest(COOK, today, lang="en")
    assert sources(answer)[GARDEN.id] == ("similar",)
    (item,) = (item for item in answer.items if item.id == GARDEN.id)
    (reason,) = (r for r in item.reasons if r.signal == "similar")
    assert reason.text == "found by 5 people with a similar profile"
    assert 0 < reason.points < POINTS
    assert sum(r.points for r in item.reasons) == item.score
    assert item.boost == reason.points
    told = [i.id for i in answer.items for r in i.reasons if r.signal == "similar"]
    assert told == [GARDEN.id]


def test_what_four_found_is_not(found_by: Callable[..., Engine], today: dt.date) -> None:
    engine = found_by(4)
    assert GARDEN.id not in ids(engine.suggest(COOK, today))
    assert GARDEN.id in ids(engine.suggest(COOK, today, sources=Sources(least=3)))


def test_what_the_competences_say_is_the_same_with_and_without_other_sources(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    engine = found_by(6)
    alone = engine.suggest(COOK, today, sources=Sources(frozenset({"competences"})))
    assert ids(alone) == ["v1", "v2", "v3"]
    with_ = {item.id: item.score for item in engine.suggest(COOK, today).items}
    assert all(with_[item.id] == item.score for item in alone.items)


@pytest.mark.parametrize("off", ["own", "consultant", "employer", "competences", "similar"])
def test_of_a_source_that_is_off_nothing_appears_that_only_it_found(
    found_by: Callable[..., Engine], today: dt.date, off: Source
) -> None:
    engine = found_by(6, cooks(2))
    engine.store.put_vacancies(
        msgspec.structs.replace(GARDEN, id=f"by-{by}") for by in ("own", "consultant", "employer")
    )
    engine.store.put_pins([pin("by-consultant"), pin("by-employer", "employer")])
    engine.store.put_events([event(COOK.id, "by-own")])
    engine = engine.at(engine.market.caught_up())
    every = sources(engine.suggest(COOK, today))
    only = {id_ for id_, of in every.items() if of == (off,)}
    assert only
    left = engine.suggest(COOK, today, sources=Sources().without(off))
    assert set(ids(left)) == every.keys() - only
    assert all(off not in item.sources for item in left.items)


def test_a_source_gets_no_more_places_than_its_quota_of_what_only_it_found(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    engine = found_by(6, cooks(2))
    more = [msgspec.structs.replace(GARDEN, id=f"groen{i}") for i in range(4)]
    engine.store.put_vacancies(more)
    engine.store.put_events(event(p.id, v.id) for p in others(6) for v in more)
    engine = relearnt(engine, today)
    for most in (0, 2, 5):
        found = engine.suggest(COOK, today, sources=Sources(most={"similar": most}))
        assert sum(item.sources == ("similar",) for item in found.items) == most


def test_what_several_have_takes_no_place_of_any() -> None:
    found: list[set[Source]] = [{"similar"}, {"similar", "competences"}, {"similar"}, {"own"}]
    assert admitted(found, {"similar": 1}) == [0, 1, 3]


def test_a_bar_keeps_out_what_others_found(found_by: Callable[..., Engine], today: dt.date) -> None:
    engine = found_by(6)
    engine.store.put_vacancies([msgspec.structs.replace(GARDEN, licences=("B",))])
    engine = engine.at(engine.market.caught_up())
    unable = msgspec.structs.replace(COOK, licences=())
    assert GARDEN.id not in ids(engine.suggest(unable, today))
    assert GARDEN.id in ids(engine.suggest(COOK, today))


def test_a_pin_stands_on_top_with_reason_and_author_until_acted_on(
    engine_of: EngineOf, today: dt.date
) -> None:
    """Though a bar keeps the person from it, which is said; the newest first."""
    barred = msgspec.structs.replace(GARDEN, licences=("B",))
    unable = msgspec.structs.replace(COOK, licences=())
    engine = engine_of([unable], [*cooks(3), barred])
    engine.store.put_pins([pin("v3"), pin(GARDEN.id, "employer", hours=1)])
    found = engine.suggest(unable, today, lang="en")
    assert ids(found) == [GARDEN.id, "v3", "v1", "v2"]
    assert [item.rank for item in found.items] == [1, 2, 3, 4]
    top, second, *rest = found.items
    assert top.sources == ("employer",)
    assert [(p.by, p.reason) for p in top.pins] == [("employer", "past goed")]
    assert len(top.bars) == 1
    assert second.sources == ("competences", "consultant")
    assert not second.bars
    assert not any(item.pins or item.bars for item in rest)
    for kind in ("applied", "dismissed"):
        engine.store.put_events([event(COOK.id, GARDEN.id, kind)])
        assert ids(engine.suggest(unable, today)) == ["v3", "v1", "v2"]


def test_of_many_pins_of_employers_only_some_stand_on_top(
    engine_of: EngineOf, today: dt.date
) -> None:
    engine = engine_of([COOK], cooks(9))
    engine.store.put_pins(pin(f"v{i}", "employer", hours=i) for i in range(1, 10))
    found = engine.suggest(COOK, today)
    assert ids(found) == ["v9", "v8", "v7", "v1", "v2", "v3", "v4", "v5", "v6"]
    assert [bool(item.pins) for item in found.items] == [True] * 3 + [False] * 6


def test_what_a_consultant_hides_is_in_no_list_in_either_direction_until_taken_back(
    engine_of: EngineOf, today: dt.date
) -> None:
    engine = engine_of([COOK], cooks(2))
    engine.store.put_pins([pin("v1", kind="hide")])
    found = engine.suggest(COOK, today)
    assert ids(found) == ["v2"]
    assert found.left_out["hidden"] == 1
    assert engine.candidates(cooks(1)[0], today).left_out["hidden"] == 1
    engine.store.put_vacancies(cooks(2))  # another night
    assert ids(engine.suggest(COOK, today)) == ["v2"]
    engine.store.withdraw_pin("consultant-v1-hide")
    assert ids(engine.suggest(COOK, today)) == ["v1", "v2"]


def test_what_expired_or_was_filled_comes_back_from_no_source(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    engine = found_by(6)
    engine.store.put_pins([pin(GARDEN.id)])
    engine.store.put_events([event(COOK.id, GARDEN.id)])
    assert sources(engine.suggest(COOK, today))[GARDEN.id] == ("similar", "own", "consultant")
    yesterday = msgspec.structs.replace(GARDEN, valid_through=today - dt.timedelta(1))
    engine.store.put_vacancies([yesterday])
    engine = engine.at(engine.market.caught_up())
    assert GARDEN.id not in ids(engine.suggest(COOK, today))
    engine.store.put_vacancies([GARDEN])
    engine = engine.at(engine.market.caught_up())
    assert GARDEN.id in ids(engine.suggest(COOK, today))
    engine.store.put_events([event("other01", GARDEN.id, "hired")])
    engine = engine.at(engine.market.caught_up())
    assert GARDEN.id not in ids(engine.suggest(COOK, today))


def test_a_dossier_that_was_sent_along_tells_nothing_of_whose_id_it_bears(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    """Were the one of that id left out of the count, the number would tell what they found."""
    engine = found_by(6)
    for id_ in ("other01", "nobody"):
        asker = msgspec.structs.replace(COOK, id=id_)
        found = engine.suggest(asker, today, history=False, lang="en")
        (text,) = (r.text for i in found.items for r in i.reasons if r.signal == "similar")
        assert "6 people" in text


def test_erasing_somebody_takes_their_influence_away_at_the_next_fit(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    """What is then learnt is, to the bit, what is learnt where they had never been."""
    engine = found_by(5)
    assert GARDEN.id in ids(engine.suggest(COOK, today))
    before = engine.neighbours
    engine.store.erase_person("other03")
    again = relearnt(engine, today)
    assert again.neighbours
    assert before
    assert "other03" in list(before.people)
    assert "other03" not in list(again.neighbours.people)
    assert GARDEN.id not in ids(again.suggest(COOK, today))
    left = [p for p in others(5) if p.id != "other03"]
    never = happened(
        [(p.id, GARDEN.id, "saved", NOON) for p in left], sorted(p.id for p in left), today
    )
    candidates = again.market.candidates
    here = [candidates.id(row) for row in candidates.rows.tolist()]
    now = happened(engine.store.interactions(NOON), here, today)
    assert repr(now) == repr(never)


def test_the_order_of_events_and_their_coming_twice_change_nothing(today: dt.date) -> None:
    told = [
        ("b", "v2", "viewed", NOON),
        ("a", "v1", "saved", NOON),
        ("a", "v1", "viewed", NOON + dt.timedelta(1)),
        ("c", "v1", "saved", NOON),
        ("c", "v1", "dismissed", NOON),
    ]
    found = happened(told, ["a", "b", "c"], today)
    assert found.people == ["a", "b"]
    assert found.vacancies == ["v1", "v2"]
    assert found.weight.tolist() == [1.0, 0.25]
    assert found.age_days.tolist() == [2.0, 3.0]
    assert repr(happened(told[::-1] * 2, ["a", "b", "c"], today)) == repr(found)


def test_what_is_to_come_is_not_known_yet(today: dt.date) -> None:
    tomorrow = dt.datetime.combine(today + dt.timedelta(1), dt.time())
    assert not len(happened([("a", "v1", "saved", tomorrow)], ["a"], today).weight)


def test_somebody_of_whom_only_saved_vacancies_are_known_gets_what_goes_with_them(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    """No competence, no occupation: what those found who saved the same."""
    engine = found_by(6)
    engine.store.put_people([nobody := Person(id="new")])
    engine.store.put_events([*(event(p.id, "v2") for p in others(6)), event("new", "v2")])
    engine = relearnt(engine, today)
    assert sources(engine.suggest(nobody, today)) == {GARDEN.id: ("similar",), "v2": ("own",)}


def test_a_consultants_list_of_people_tells_nothing_of_what_they_or_others_looked_at(
    found_by: Callable[..., Engine], today: dt.date
) -> None:
    """The score is that of competences, whoever saved what."""
    engine = found_by(6)
    before = engine.candidates(cooks(1)[0], today)
    engine.store.put_events(event(p.id, f"v{i}", "viewed") for p in others(6) for i in (1, 2, 3))
    after = relearnt(engine, today).candidates(cooks(1)[0], today)
    assert after == before
    assert all(item.sources == ("competences",) for item in after.items)
    assert not [r for item in after.items for r in item.reasons if r.signal == "similar"]
