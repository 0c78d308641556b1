"""Shortage occupations: what a list names, what is marked, and a boost that is always a reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.sample import Sample
from competent_data.records import LANGS, Lang, Vacancy
from competent_data.store import Store
from matcher import wire
from matcher.engine import Engine
from matcher.messages import messages
from matcher.settings import Policy, Settings
from matcher.shortage import read_shortage
from models.artefact import Fitted
from models.rows import Job
from models.scorecard import MOST_BOOST, Scorecard
from tests import small
from tests.small import occupation, relation
from tests.test_engine import every_score
from tests.test_printed import printed

Write = Callable[[str, str | bytes], Path]
WAREHOUSE = "sample:magazijnier"
BOOST = 2.5


@pytest.fixture
def boosted(engine: Engine, fitted: Fitted) -> Engine:
    """The engine of a service that counts 'magazijnier' as a shortage occupation."""
    return Engine(engine.store, fitted, Scorecard().boosted(BOOST), shortage=[WAREHOUSE])


@pytest.fixture
def several(store: Store) -> Store:
    """Two taxonomies: welders of both are the same, turners close, and one is only broader."""
    store.put_concepts(
        [
            occupation("s:lasser", "lasser", "7212"),
            occupation("s:draaier", "draaier", "7223"),
            occupation("s:officier", "officier", "0110"),
            occupation("e:welder"),
            occupation("e:turner"),
            occupation("e:metalworker"),
            small.competence("s:lassen", "lassen"),
        ]
    )
    store.put_relations(
        [
            relation("s:lasser", "exact", "e:welder"),
            relation("e:turner", "close", "s:draaier"),
            relation("s:lasser", "broad", "e:metalworker"),
            relation("s:lasser", "exact", "e:not in the store"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("s:lasser\n", {"s:lasser", "e:welder"}),
        ("e:turner\n", {"e:turner", "s:draaier"}),
        ("7212", {"s:lasser", "e:welder"}),
        ("72", {"s:lasser", "e:welder", "s:draaier", "e:turner"}),
        ("0", {"s:officier"}),
        ("e:metalworker", {"e:metalworker"}),
        (
            "\ufeff# a list\n\n  0110  # officers\r\ns:lasser\t#\n",
            {"s:officier", "s:lasser", "e:welder"},
        ),
    ],
)
def test_a_list_names_occupations_by_id_or_isco_code_with_what_is_the_same_elsewhere(
    several: Store, written: Write, text: str, named: set[str]
) -> None:
    assert read_shortage(written("list.txt", text), several) == named


def test_a_number_sign_within_an_id_is_no_comment(several: Store, written: Write) -> None:
    several.put_concepts([occupation("s:jobs#1"), occupation("s:jobs")])
    assert read_shortage(written("list.txt", "s:jobs#1 # one\n"), several) == {"s:jobs#1"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("s:lasser\n\ns:smid\n", r"list\.txt: found 's:smid' in line 3, expected ids"),
        ("9\n99 # none\n", "found '9' in line 1, '99' in line 2, expected"),
        ("s:lassen\n", "found 's:lassen' in line 1"),
        ("# nothing\n", "found no occupation, expected"),
        ("a\nb\nc\nd\ne\nf\ng\n", "'e' in line 5 and 2 more, expected"),
        (b"s:lasser\n\xff", "holds 0xff, expected UTF-8"),
    ],
)
def test_what_a_list_names_in_vain_is_said_with_its_line(
    several: Store, written: Write, content: str | bytes, says: str
) -> None:
    with pytest.raises(FormatError, match=says):
        read_shortage(written("list.txt", content), several)


def test_the_stated_occupation_is_marked_and_nothing_that_is_read(
    engine: Engine, boosted: Engine
) -> None:
    stated = [v.occupation == WAREHOUSE for v in engine.market.vacancies]
    assert any(stated)
    assert boosted.market.job_rows.shortage.tolist() == stated
    assert not engine.market.job_rows.shortage.any()
    titled = boosted.market.job_row(Job("j", title="Magazijnier"))
    assert titled.profile.nnz
    assert titled.shortage.tolist() == [0]


def test_with_a_boost_both_directions_give_the_same_score_bit_for_bit(
    engine: Engine, boosted: Engine
) -> None:
    of_people, of_jobs = every_score(boosted)
    assert of_people.tobytes() == of_jobs.copy(order="C").tobytes()
    plain, _ = every_score(engine)
    assert (of_people == plain + BOOST * boosted.market.job_rows.shortage).all()


def test_the_index_gives_the_boosted_scores_and_a_vacancy_sent_along_the_same(
    boosted: Engine, sample: Sample, today: dt.date
) -> None:
    for vacancy in sample.vacancies:
        if vacancy.occupation != WAREHOUSE:
            continue
        sent = msgspec.structs.replace(vacancy, id="sent along")
        stored = boosted.candidates(vacancy, today, limit=5)
        scores = [item.score for item in boosted.candidates(sent, today, limit=1000).items]
        for item in stored.items:
            person = boosted.store.person(item.id)
            suggested = boosted.suggest(person, today, limit=1000).items
            assert {i.id: i.score for i in suggested}[vacancy.id] == item.score
            assert item.score in scores


def test_a_boost_is_a_reason_with_its_points_and_what_it_rests_on(
    boosted: Engine, sample: Sample, today: dt.date
) -> None:
    found = boosted.suggest(boosted.store.person(sample.demo_person), today)
    assert {item.boost for item in found.items} == {0.0, BOOST}
    for item in found.items:
        (reason,) = (r for r in item.reasons if r.signal == "shortage")
        assert sum(r.points for r in item.reasons) == item.score
        assert (reason.factor, reason.weight, reason.points) == ("policy", BOOST, item.boost)
        assert reason.known
        if item.boost:
            (evidence,) = reason.evidence
            assert (evidence.id, evidence.label) == (WAREHOUSE, "magazijnier")
            assert evidence.vacancy == "op de lijst van knelpuntberoepen van deze dienst"
            assert "'magazijnier' staat op de lijst" in reason.text
        else:
            assert reason.evidence == ()
            assert "niet" in reason.text or "geen" in reason.text


@pytest.mark.parametrize("lang", LANGS)
def test_a_boost_stands_beside_reach_and_wish(
    boosted: Engine, sample: Sample, today: dt.date, lang: Lang
) -> None:
    found = boosted.suggest(boosted.store.person(sample.demo_person), today, lang=lang)
    text = printed(found, lang)
    say = messages(lang)
    for item, line in zip(found.items, wire.suggestions(found)["suggestions"], strict=True):
        assert line["boost"] == item.boost
        more = f", {say('factor', 'policy')} +{say.number(item.boost, 1)})"
        assert (f"{say.number(100 * item.wish)} %{more}" in text) == (item.boost > 0)
    assert f"{say.number(BOOST, 1)} / {say.number(BOOST, 1)} {say('signal', 'shortage')}" in text


def test_an_occupation_compared_with_and_a_vacancy_are_boosted_alike(
    boosted: Engine, engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = boosted.store.person(sample.demo_person)
    profile = boosted.occupation_profile(WAREHOUSE)
    plain, more = engine.compare(person, profile, today), boosted.compare(person, profile, today)
    assert plain.score is not None
    assert (more.score, more.boost) == (plain.score + BOOST, BOOST)
    silent = boosted.compare(person, Vacancy(id="v", title="Magazijnier"), today)
    assert silent.boost == 0.0


def answers(engine: Engine, today: dt.date) -> str:
    """Everything that an engine says about some of the sample."""
    told: list[object] = []
    for person in engine.market.people[::5]:
        found = engine.suggest(person, today)
        told += [wire.suggestions(found), printed(found, person.lang)]
        told += [wire.comparison(engine.compare(person, engine.market.vacancies[0], today))]
    told += [wire.candidates(engine.candidates(v, today)) for v in engine.market.vacancies[::20]]
    return json.dumps(told)


def test_while_all_is_off_not_a_byte_changes(
    engine: Engine, sample_settings: Settings, written: Write, today: dt.date
) -> None:
    off = Policy(shortage_occupations=written("list.txt", WAREHOUSE), similar_points=0)
    opened = Engine.open(dataclasses.replace(sample_settings, policy=off))
    assert opened.scorecard == Scorecard()
    assert answers(opened, today) == answers(engine, today)


def test_the_settings_weigh_boost_and_widen(
    engine: Engine, sample_settings: Settings, sample: Sample, written: Write, today: dt.date
) -> None:
    policy = Policy(0.5, BOOST, written("list.txt", WAREHOUSE), 5.0, similar_points=0)
    opened = Engine.open(dataclasses.replace(sample_settings, policy=policy))
    assert opened.scorecard == Scorecard().weighed(0.5).boosted(BOOST)
    found = opened.suggest(opened.store.person(sample.demo_person), today)
    assert {item.boost for item in found.items} == {0.0, BOOST}
    plain = dict.fromkeys(("reach", "wish"), 0.0)
    for item in found.items:
        compared = engine.compare(
            engine.store.person(sample.demo_person), engine.store.vacancy(item.id), today
        )
        plain = {"reach": compared.reach or 0.0, "wish": compared.wish or 0.0}
        assert item.reach == pytest.approx(plain["reach"], abs=0.01)
        assert item.wish == pytest.approx(plain["wish"], abs=0.01)
        assert item.score == pytest.approx(50 * (item.reach + item.wish) + item.boost)


def test_a_list_of_another_taxonomy_keeps_the_engine_shut(
    sample_settings: Settings, written: Write
) -> None:
    policy = Policy(shortage_boost=MOST_BOOST, shortage_occupations=written("l.txt", "e:welder"))
    with pytest.raises(FormatError, match="found 'e:welder' in line 1"):
        Engine.open(dataclasses.replace(sample_settings, policy=policy))
