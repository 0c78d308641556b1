"""From a store's events to a card: what counts, the same card every time, what is said of it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from competent_data.formats.sample import Sample
from competent_data.records import Event, EventKind, Person, Vacancy
from matcher.engine import Engine
from matcher.learn import HELD_OUT, LEAST_PEOPLE, compared, gather, learn_card, measured
from matcher.settings import Settings
from models.card_learning import Choices
from models.scorecard import Scorecard

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]


@pytest.fixture(scope="module")
def busy_events(engine: Engine, sample: Sample, today: dt.date) -> list[Event]:
    """The sample's events, and for those of its people who chose nothing yet: the nearest of ten
    that are shown."""
    chose = {event.person for event in sample.events if event.kind in ("saved", "applied")}
    found = list(sample.events)
    for number, person in enumerate(engine.market.people):
        if person.id in chose:
            continue
        items = engine.suggest(person, today, history=False).items
        if len(items) < 2:
            continue
        nearest = min(items, key=lambda item: (item.distance_km or 999, item.rank))
        for item in items:
            kind: EventKind = "applied" if item is nearest else "shown"
            found.append(event(person.id, item.id, kind, today + dt.timedelta(days=number)))
    return found


def event(person: str, vacancy: str, kind: EventKind, day: dt.date) -> Event:
    """What happened on a day."""
    when = dt.datetime.combine(day, dt.time(9))
    return Event(
        id=f"{person}-{vacancy}-{kind}-{day}", person=person, vacancy=vacancy, kind=kind, when=when
    )


def test_the_sample_alone_is_too_little_and_gives_the_published_card(engine: Engine) -> None:
    found = learn_card(engine)
    assert found.learnt_from.people < LEAST_PEOPLE
    assert found.scorecard == Scorecard()
    assert (found.better, found.measures) == ("published", {})


def test_a_card_is_learnt_and_measured_on_the_last_people(
    sample_copy: Settings, busy_events: list[Event]
) -> None:
    engine = Engine.open(sample_copy)
    engine.store.put_events(busy_events)
    found = learn_card(engine)
    people = found.learnt_from.people
    assert people >= LEAST_PEOPLE
    assert found.scorecard != Scorecard()
    assert {m.people for m in found.measures.values()} == {people - round(people * (1 - HELD_OUT))}
    measure = found.measures["nDCG@10"]
    assert measure.low <= measure.gain <= measure.high
    assert measure.gain == pytest.approx(measure.learnt - measure.published, abs=2e-4)
    assert found.better == ("learnt" if measure.low > 0 else "undecided")


def test_the_same_events_give_the_same_file_whatever_their_order_and_the_card_in_use(
    sample_copy: Settings, tmp_path: Path, busy_events: list[Event]
) -> None:
    other = shutil.copytree(sample_copy.artefact.parent, tmp_path / "other")
    order = np.random.default_rng(1).permutation(len(busy_events))
    first = Engine.open(sample_copy)
    first.store.put_events(busy_events)
    text = learn_card(first).text()
    again = Engine.open(Settings.at(f"sqlite:///{other / 'sample.db'}"))
    again.store.put_events([busy_events[i] for i in order])
    assert learn_card(again).text() == text
    learn_card(first).write(tmp_path / "card.json")
    with_it = Engine.open(replace(sample_copy, scorecard=tmp_path / "card.json"))
    assert learn_card(with_it).text() == text


def test_the_digest_tells_other_events_and_other_records(
    sample_copy: Settings, today: dt.date
) -> None:
    engine = Engine.open(sample_copy)
    before = gather(engine).origin
    person, vacancy = engine.market.people[0], engine.market.vacancies[0]
    engine.store.put_events([event(person.id, vacancy.id, "viewed", today)])
    more = gather(engine).origin
    assert (more.events, more.people) == (before.events + 1, before.people)
    assert more.digest != before.digest
    engine.store.put_people([msgspec.structs.replace(person, text="Ik zoek iets anders.")])
    assert gather(Engine.open(sample_copy)).origin.digest != more.digest


def test_what_was_chosen_is_compared_with_what_was_left(
    engine_of: EngineOf, sample: Sample, today: dt.date
) -> None:
    """A dismissal takes a choice back; what was only viewed was left; the last choice orders."""
    v = [vacancy.id for vacancy in sample.vacancies[:8]]
    first, second, third = (person.id for person in sample.people[:3])
    engine = engine_of(sample.people[:3], sample.vacancies)
    kinds: list[EventKind] = ["shown", "viewed", "dismissed", "shown", "shown"]
    for day, person in ((today, first), (today - dt.timedelta(days=1), second)):
        engine.store.put_events(
            [event(person, id_, kind, day) for id_, kind in zip(v, kinds, strict=False)],
        )
        later = day + dt.timedelta(days=1)
        engine.store.put_events(
            [
                event(person, v[5], "saved", day),
                event(person, v[5], "dismissed", later),
                event(person, v[6], "shown", day),
                event(person, v[6], "hired", later),
            ],
        )
    engine.store.put_events([event(third, v[0], "shown", today)])
    found = gather(engine)
    assert found.people == (second, first)
    assert found.choices is not None
    _, chosen = found.choices.person(0)
    assert chosen.tolist() == [True] + [False] * 6
    assert gather(engine, today).people == (first, second)
    assert gather(engine, today - dt.timedelta(days=1)).people == (second,)


def test_who_found_a_job_alone_is_compared_with_what_could_have_been_shown(
    engine_of: EngineOf, sample: Sample, today: dt.date
) -> None:
    person, vacancies = sample.people[0], sample.vacancies
    engine = engine_of([person], vacancies)
    could = [id_ for id_, _ in engine.ranking(person, today)]
    engine.store.put_events([event(person.id, could[0], "applied", today)])
    found = gather(engine)
    assert found.choices is not None
    assert found.choices.chosen.tolist() == [True] + [False] * (len(could) - 1)


def test_events_of_what_is_gone_are_left_out_and_counted(
    engine_of: EngineOf, sample: Sample, today: dt.date
) -> None:
    engine = engine_of(sample.people[:1], sample.vacancies[:3])
    engine.store.put_events([event(sample.people[0].id, "gone", "applied", today)])
    found = gather(engine)
    assert (found.choices, found.people) == (None, ())
    assert (found.origin.events, found.origin.left_out) == (1, 1)


def test_a_tie_earns_nothing() -> None:
    """Four vacancies alike, one chosen: it comes last, nDCG 1 / log2(5), precision a quarter."""
    values = {line.name: np.full(4, 0.5) for line in Scorecard().lines}
    choices = Choices(values, np.array([True, False, False, False]), np.array([0, 4]))
    assert measured(Scorecard(), choices)[0] == pytest.approx([1 / np.log2(5), 0.25])


def test_a_card_that_ranks_worse_says_so() -> None:
    better, worse = np.full((20, 2), 0.75), np.full((20, 2), 0.5)
    assert compared(better, worse)[1] == "learnt"
    assert compared(worse, better)[1] == "published"
    assert compared(better, better)[1] == "undecided"
