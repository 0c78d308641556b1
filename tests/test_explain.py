"""Reasons: points that sum to the score, evidence that stands in both records."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from competent_data.records import LANGS, Evidence, Experience, Lang, Person, Vacancy
from competent_data.text import plain
from matcher.engine import Engine
from matcher.explain import Explainer
from matcher.labels import Labels
from matcher.listed import Listed
from matcher.messages import messages
from matcher.reasons import Reason
from matcher.sides import JobSide, PersonSide
from models.card_learning import Choices, learn
from models.scorecard import PUBLISHED
from models.signals import signals

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]


@pytest.fixture(scope="module")
def pairs(engine: Engine, today: dt.date) -> list[tuple[PersonSide, JobSide, dict[str, float]]]:
    """Every pair of the sample that would be suggested, with its signals."""
    market = engine.market
    jobs = [market.vacancy(j) for j in range(len(market.vacancies))]
    column = {job.record.id: j for j, job in enumerate(jobs)}
    found = []
    for i, record in enumerate(market.people):
        person = market.person(i)
        values = signals(person.row, market.job_rows)
        for id_, _ in engine.ranking(record, today):
            j = column[id_]
            found.append((person, jobs[j], {name: float(v[0, j]) for name, v in values.items()}))
    return found


def explainer(engine: Engine, lang: Lang) -> Explainer:
    """Writes reasons in a language, with one set of labels for all of them."""
    return Explainer(
        engine.vectoriser,
        Labels(engine.store, lang),
        messages(lang),
        engine.market.places,
        engine.scorecard,
    )


def reasons_of(
    write: Explainer, person: PersonSide, job: JobSide, values: dict[str, float]
) -> tuple[Reason, ...]:
    """The reasons of a pair with these signals."""
    arrays = {name: np.array([value]) for name, value in values.items()}
    return write.reasons(Listed([(person, job)], arrays, write.scorecard))[0]


def explained(
    engine: Engine, person: Person, vacancy: Vacancy, today: dt.date, lang: Lang = "nl"
) -> dict[str, Reason]:
    """The reasons of one pair, by signal."""
    return {r.signal: r for r in engine.compare(person, vacancy, today, lang=lang).reasons}


def letters(text: str) -> str:
    """What is left of a text without digits, signs and spaces."""
    return "".join(letter for letter in text if letter.isalpha())


def test_points_sum_to_the_score_of_a_learnt_card_too(
    engine: Engine, pairs: list[tuple[PersonSide, JobSide, dict[str, float]]]
) -> None:
    """Learnt from people who take what is near; the sum is exact."""
    near = np.array([values["travel"] for *_, values in pairs[:60]])
    values = {name: np.array([v[name] for *_, v in pairs[:60]]) for name in pairs[0][2]}
    chosen = np.zeros(60, np.bool_)
    chosen[np.argsort(near, kind="stable")[-5:]] = True
    card = learn(Choices(values, chosen, np.array([0, 60])))
    assert card != engine.scorecard
    write = dataclasses.replace(explainer(engine, "nl"), scorecard=card)
    for person, job, own in pairs[:60]:
        reasons = reasons_of(write, person, job, own)
        score = card.scores({name: np.array([v]) for name, v in own.items()})[0]
        assert sum(reason.points for reason in reasons) == score


@pytest.mark.parametrize("lang", LANGS)
def test_points_sum_to_the_score_and_each_reason_is_more_than_a_number(
    engine: Engine,
    pairs: list[tuple[PersonSide, JobSide, dict[str, float]]],
    lang: Lang,
) -> None:
    write = explainer(engine, lang)
    assert len(pairs) > 100
    for person, job, values in pairs:
        reasons = reasons_of(write, person, job, values)
        score = engine.scorecard.scores({name: np.array([v]) for name, v in values.items()})[0]
        assert sum(reason.points for reason in reasons) == score
        assert {reason.signal for reason in reasons} == {line.name for line in PUBLISHED}
        for reason in reasons:
            assert len(letters(reason.text)) >= 3, reason
            assert "None" not in reason.text, reason
            assert "''" not in reason.text, reason
            assert "{" not in reason.text, reason
        order = [(not reason.known, -reason.points) for reason in reasons]
        assert order == sorted(order)


def test_competences_named_as_evidence_stand_in_both_records(
    engine: Engine, pairs: list[tuple[PersonSide, JobSide, dict[str, float]]]
) -> None:
    """In the vacancy's must or may, in the person's covers where the strength is above zero."""
    write = explainer(engine, "nl")
    index = engine.vectoriser.competences_
    named = 0
    for person, job, values in pairs:
        for reason in reasons_of(write, person, job, values):
            if reason.signal not in ("must", "may", "evidence"):
                continue
            asked = job.may if reason.signal == "may" else job.must
            for part in reason.evidence:
                assert part.id is not None
                assert index[part.id] in asked
                if reason.signal == "evidence":
                    assert part.strength > 0
                else:
                    assert part.strength == person.covers.get(index[part.id], 0.0)
                ground = person.ground(index[part.id])
                assert (ground is not None) == (index[part.id] in person.covers)
                assert part.person
                assert part.vacancy
                named += 1
    assert named > 500


def quoted(text: str) -> Iterator[str]:
    """What stands in “quotation marks”, without the dots of what was cut off."""
    for part in text.split("“")[1:]:
        yield part.split("”")[0].removesuffix(" …")


def test_what_is_quoted_stands_in_the_text_that_it_is_quoted_from(
    engine: Engine, pairs: list[tuple[PersonSide, JobSide, dict[str, float]]]
) -> None:
    write = explainer(engine, "nl")
    seen = 0
    for person, job, values in pairs[::3]:
        said = " ".join(plain(person.record.text).split())
        asked = " ".join(plain(f"{job.record.title}\n{job.record.text}").split())
        for reason in reasons_of(write, person, job, values):
            for part in reason.evidence:
                for words in quoted(part.person):
                    assert words in said
                    seen += 1
                for words in quoted(part.vacancy):
                    assert words in asked
                    seen += 1
    assert seen > 100


def test_points_are_weight_times_strength() -> None:
    reason = Reason("must", "reach", strength=0.75, weight=26.0, silent=None, text="…")
    assert reason.points == 19.5


@pytest.mark.parametrize(
    ("person", "vacancy", "says"),
    [
        ({}, {}, "niet bekend: dossier en vacature vermelden het studieniveau niet"),
        ({"study_level": 4}, {}, "niet bekend: de vacature vermeldt het studieniveau niet"),
        ({}, {"study_level": 4}, "niet bekend: het dossier vermeldt het studieniveau niet"),
    ],
)
def test_an_unknown_reason_says_who_does_not_mention_what(
    engine: Engine,
    today: dt.date,
    person: dict[str, object],
    vacancy: dict[str, object],
    says: str,
) -> None:
    somebody = Person(id="p", wished=("sample:kok",), **person)  # type: ignore[arg-type]
    job = Vacancy(id="v", title="Kok", occupation="sample:kok", **vacancy)  # type: ignore[arg-type]
    study = explained(engine, somebody, job, today)["study"]
    assert study.text == says
    assert (study.known, study.strength, study.evidence) == (False, 0.5, ())


def test_known_means_that_both_sides_say_it(engine: Engine, today: dt.date) -> None:
    """With everything said on both sides nothing is unknown."""
    person = Person(
        id="p",
        competences=Evidence(experience=("sample:samenwerken",)),
        wished=("sample:kok",),
        past=(Experience(occupation="sample:kok", years=3),),
        study_level=4,
        languages={"nl": "C1"},
        licences=("B",),
        place="Gent",
        travel_km=20,
        working_time="full",
        shifts=("day",),
        contracts=("permanent",),
        text="Ik kook graag voor veel gasten.",
    )
    vacancy = Vacancy(
        id="v",
        title="Kok",
        text="Jij kookt voor 80 gasten.",
        occupation="sample:kok",
        must=("sample:samenwerken",),
        may=("sample:klanten-begroeten",),
        study_level=3,
        languages={"nl": "B1", "fr": "A1"},
        licences=("B",),
        place="Aalst",
        working_time="part",
        shifts=("day", "night"),
        contract="agency",
    )
    for lang in LANGS:
        found = explained(engine, person, vacancy, today, lang)
        assert all(reason.known for reason in found.values())
    english = explained(engine, person, vacancy, today, "en")
    assert english["working_time"].text == "part-time; wished: full-time"
    assert english["languages"].text == (
        "Dutch C1 (B1 asked for); French not in the file (A1 asked for)"
    )
    assert english["shifts"].strength == 0.5


def test_years_are_told_of_an_occupation_that_has_a_name(engine: Engine, today: dt.date) -> None:
    """Thirty years in an occupation that the store does not know are not 'years as None'."""
    person = Person(
        id="p",
        past=(
            Experience(occupation="other:unknown", years=30),
            Experience(occupation="sample:kok", years=1),
        ),
    )
    far = Vacancy(id="v", title="Metser", occupation="sample:metselaar")
    reason = explained(engine, person, far, today)["experience"]
    assert reason.text == "1 jaar als 'kok': telt nauwelijks voor 'metselaar'"


def test_what_a_person_refuses_is_said_and_never_counted(engine: Engine, today: dt.date) -> None:
    person = Person(
        id="p",
        wished=("sample:magazijnier",),
        past=(Experience(occupation="sample:magazijnier"),),
        competences=Evidence(refused=("sample:heftruck-besturen",)),
    )
    vacancy = Vacancy(id="v", title="Magazijnier", must=("sample:heftruck-besturen",))
    (part,) = explained(engine, person, vacancy, today, "en")["must"].evidence
    assert (part.person, part.strength) == ("the file says: cannot do this", 0.0)


@pytest.mark.parametrize("lang", LANGS)
def test_a_label_of_another_language_steps_in_with_its_name(engine: Engine, lang: Lang) -> None:
    label = Labels(engine.store, lang).get("sample:heftruck-besturen")
    assert label.endswith(" (nl)") == (lang == "de")
    assert Labels(engine.store, lang).get("other:unknown") == "other:unknown"
