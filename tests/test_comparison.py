"""A person beside a vacancy or an occupation, competence by competence."""

from __future__ import annotations

import datetime as dt

import pytest

from competent_data.formats.sample import Sample
from competent_data.records import LANGS, Evidence, Person, Vacancy
from matcher.comparison import MATCHES, Comparison
from matcher.engine import Engine

FORKLIFT, SCANNER, TEAM = (
    "sample:heftruck-besturen",
    "sample:scanner-gebruiken",
    "sample:samenwerken",
)


def matches(found: Comparison) -> dict[str | None, str]:
    """How the person stands to each competence asked, by its id."""
    return {compared.evidence.id: compared.match for compared in found.competences}


def test_every_competence_that_is_asked_comes_once_must_first_best_first(
    engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = engine.store.person(sample.demo_person)
    for vacancy in sample.vacancies[::10]:
        found = engine.compare(person, vacancy, today).competences
        asked = set(vacancy.must) | set(vacancy.may)
        ids = [compared.evidence.id for compared in found]
        assert len(ids) == len(set(ids))
        assert asked <= set(ids)
        assert {c.evidence.id for c in found if c.must} >= set(vacancy.must)
        order = [(not c.must, -c.evidence.strength, c.evidence.label) for c in found]
        assert order == sorted(order)
        assert {c.match for c in found} <= set(MATCHES)


def test_confirmed_is_covered_refused_is_missing_and_usual_is_still_to_be_confirmed(
    engine: Engine, today: dt.date
) -> None:
    vacancy = Vacancy(id="v", title="Magazijnier", must=(FORKLIFT, SCANNER), may=(TEAM,))
    person = Person(
        id="p",
        wished=("sample:magazijnier",),
        competences=Evidence(self_declared=(TEAM,), refused=(FORKLIFT,)),
        text="Ik werk met een handscanner.",
    )
    assert matches(engine.compare(person, vacancy, today)) == {
        FORKLIFT: "missing",
        SCANNER: "unknown",
        TEAM: "covered",
    }


def test_of_a_dossier_that_confirms_nothing_nothing_is_missing(
    engine: Engine, today: dt.date
) -> None:
    vacancy = Vacancy(id="v", title="x", must=(FORKLIFT, SCANNER))
    silent = Person(id="p", wished=("sample:kok",))
    telling = Person(id="p", competences=Evidence(self_declared=(TEAM,)))
    assert set(matches(engine.compare(silent, vacancy, today)).values()) == {"unknown"}
    assert set(matches(engine.compare(telling, vacancy, today)).values()) == {"missing"}


@pytest.mark.parametrize("lang", LANGS)
def test_an_occupation_is_compared_by_its_profile_under_its_own_name(
    engine: Engine, today: dt.date, lang: str
) -> None:
    id_ = "sample:magazijnier"
    links = engine.store.profile(id_)
    person = Person(id="p", competences=Evidence(self_declared=(FORKLIFT,)))
    found = engine.compare(person, engine.occupation_profile(id_), today, lang=lang)  # type: ignore[arg-type]
    labels = engine.store.concepts([id_])[id_].labels
    assert found.title == labels.get(lang, f"{labels['nl']} (nl)")  # type: ignore[call-overload]
    assert {c.evidence.id for c in found.competences} == {link.competence for link in links}
    assert {c.evidence.id for c in found.competences if c.must} == {
        link.competence for link in links if link.essential
    }


def test_points_sum_to_the_score_of_an_occupation_too(
    engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = engine.store.person(sample.demo_person)
    found = engine.compare(person, engine.occupation_profile("sample:magazijnier"), today)
    assert sum(reason.points for reason in found.reasons) == found.score


def test_bars_are_told_and_the_comparison_is_made_all_the_same(
    engine: Engine, today: dt.date
) -> None:
    person = Person(id="p", wished=("sample:kok",), licences=(), languages={"nl": "A2"})
    vacancy = Vacancy(
        id="v",
        title="Kok",
        must=(TEAM,),
        licences=("B",),
        languages={"nl": "B1", "fr": "A1"},
        valid_through=today - dt.timedelta(days=1),
    )
    found = engine.compare(person, vacancy, today, lang="en")
    assert found.bars == (
        "no longer open",
        "required: B",
        "language skills required: Dutch B1, French A1",
    )
    assert found.score is not None
