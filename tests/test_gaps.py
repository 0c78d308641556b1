"""Gaps: what each missing competence would bring is recomputed, not guessed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from competent_data.records import Evidence, Person, Vacancy
from competent_data.store import Store
from matcher.engine import Engine
from matcher.gaps import SHOWN
from matcher.settings import Settings
from matcher.sources import ALONE
from models.missing import ENOUGH

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]


def holding(person: Person, competence: str) -> Person:
    """The person as if they had declared one more competence themselves."""
    held = person.competences
    more = msgspec.structs.replace(held, self_declared=(*held.self_declared, competence))
    return msgspec.structs.replace(person, competences=more)


def test_score_and_rank_are_those_of_a_person_who_really_holds_it(
    engine: Engine, today: dt.date
) -> None:
    checked = 0
    for person in engine.market.people[::6]:
        for item in engine.suggest(person, today, limit=3, sources=ALONE).items:
            for gap in item.gaps:
                ranking = engine.ranking(holding(person, gap.competence), today, sources=ALONE)
                position = [id_ for id_, _ in ranking].index(item.id)
                assert ranking[position][1] == gap.score_with
                assert position + 1 == gap.rank_with
                checked += 1
    assert checked > 50


def test_a_candidates_rank_is_that_among_the_others_as_they_are(
    sample_copy: Settings, engine: Engine, today: dt.date
) -> None:
    """Of the vacancy that most people have in their ranking."""
    ranked = Counter(id_ for p in engine.market.people for id_, _ in engine.ranking(p, today))
    vacancy = engine.store.vacancy(ranked.most_common(1)[0][0])
    checked = 0
    for item in engine.candidates(vacancy, today).items[:2]:
        for gap in item.gaps[:2]:
            with Store(sample_copy.store) as store:
                person = store.person(item.id)
                store.put_people([holding(person, gap.competence)])
            found = Engine.open(sample_copy).candidates(vacancy, today, limit=100).items
            (again,) = [other for other in found if other.id == item.id]
            assert (again.score, again.rank) == (gap.score_with, gap.rank_with)
            with Store(sample_copy.store) as store:
                store.put_people([person])
            checked += 1
    assert checked > 0


def test_every_gap_is_asked_not_held_and_raises_the_score_most_first(
    engine: Engine, today: dt.date
) -> None:
    index = engine.vectoriser.competences_
    column = {id_: j for j, id_ in enumerate(engine.market.job_rows.ids)}
    for person in engine.market.people[::8]:
        held = {id_ for id_, _ in person.competences.items()}
        for item in engine.suggest(person, today, limit=3, sources=ALONE).items:
            job = engine.market.vacancy(column[item.id])
            assert len(item.gaps) <= SHOWN
            scores = [gap.score_with for gap in item.gaps]
            assert scores == sorted(scores, reverse=True)
            for gap in item.gaps:
                assert index[gap.competence] in {**job.must, **job.may}
                assert gap.competence not in held
                assert gap.score_with > item.score
                assert gap.rank_with <= item.rank
                assert gap.label


def test_who_has_all_that_is_asked_has_no_gap(engine_of: EngineOf, today: dt.date) -> None:
    asked = ("sample:heftruck-besturen", "sample:scanner-gebruiken")
    vacancy = Vacancy(id="v", title="Magazijnier", must=asked)
    person = Person(id="p", competences=Evidence(attested=asked))
    engine = engine_of([person], [vacancy])
    assert engine.suggest(person, today).items[0].gaps == ()
    assert engine.candidates(vacancy, today).items[0].gaps == ()
    assert ENOUGH < 1


def test_what_was_refused_is_not_held_out_again(engine_of: EngineOf, today: dt.date) -> None:
    asked = ("sample:heftruck-besturen", "sample:scanner-gebruiken")
    vacancy = Vacancy(id="v", title="Magazijnier", must=asked)
    person = Person(
        id="p", wished=("sample:magazijnier",), competences=Evidence(refused=(asked[0],))
    )
    engine = engine_of([person], [vacancy])
    for found in (engine.suggest(person, today), engine.candidates(vacancy, today)):
        assert [gap.competence for gap in found.items[0].gaps] == [asked[1]]


def test_a_must_gap_brings_more_than_the_same_as_an_advantage(
    engine_of: EngineOf, today: dt.date
) -> None:
    """Must gives up to 26 points of 100 and evidence 6 more; an advantage up to 5."""
    person = Person(id="p", wished=("sample:magazijnier",), competences=Evidence())
    must = Vacancy(
        id="must", title="x", occupation="sample:magazijnier", must=("sample:heftruck-besturen",)
    )
    may = Vacancy(
        id="may", title="x", occupation="sample:magazijnier", may=("sample:heftruck-besturen",)
    )
    engine = engine_of([person], [must, may])
    gained = {
        item.id: item.gaps[0].score_with - item.score
        for item in engine.suggest(person, today).items
    }
    assert gained["must"] > gained["may"] > 0
