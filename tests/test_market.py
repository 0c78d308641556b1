"""Everybody's rows: those that were fitted where nothing changed, new ones where something did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from scipy.sparse import csr_array

from competent_data.formats.sample import Sample
from competent_data.places import Gazetteer
from competent_data.records import Evidence, Person, Vacancy
from competent_data.store import Store
from matcher import translate
from matcher.engine import Engine
from matcher.market import Market, people_told
from matcher.settings import Settings
from models.artefact import Fitted
from models.rows import JobRows, PeopleRows

EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]


def assert_same_rows(left: PeopleRows | JobRows, right: PeopleRows | JobRows) -> None:
    """Two sets of rows hold the same, bit for bit."""
    assert left.ids == right.ids
    for name, column in left.columns().items():
        other = getattr(right, name)
        if isinstance(column, csr_array):
            assert column.shape == other.shape, name
            assert (column != other).nnz == 0, name
        else:
            np.testing.assert_array_equal(column, other, err_msg=name)


def test_what_was_fitted_is_what_would_be_made_anew(engine: Engine) -> None:
    market = engine.market
    assert_same_rows(market.people_rows, engine.vectoriser.people(market.seekers))
    assert_same_rows(market.job_rows, engine.vectoriser.jobs(market.jobs))


def test_rows_stand_in_the_order_of_the_ids(engine: Engine) -> None:
    market = engine.market
    assert list(market.job_rows.ids) == sorted(v.id for v in market.vacancies)
    assert list(market.people_rows.ids) == sorted(p.id for p in market.people)


def test_one_alone_has_the_row_that_it_has_among_all(engine: Engine) -> None:
    market = engine.market
    for i in range(0, len(market.people), 7):
        assert_same_rows(market.person(i).row, engine.vectoriser.people([market.seekers[i]]))
    for i in range(0, len(market.vacancies), 7):
        assert_same_rows(market.vacancy(i).row, engine.vectoriser.jobs([market.jobs[i]]))


def test_added_changed_and_vanished_records_count_at_once(
    engine_of: EngineOf, sample: Sample, fitted: Fitted
) -> None:
    """Three of the fitted vacancies, one changed, and a new one between them."""
    first, second, third = sample.vacancies[:3]
    changed = msgspec.structs.replace(second, must=(), may=(), text="", title="Kok")
    new = msgspec.structs.replace(first, id=f"{first.id}-bis")
    market = engine_of(sample.people[:2], [third, changed, new, first]).market
    assert market.job_rows.ids == tuple(sorted([first.id, new.id, second.id, third.id]))
    assert_same_rows(market.job_rows, fitted.vectoriser.jobs(market.jobs))


def test_an_empty_store_has_no_rows(engine_of: EngineOf) -> None:
    market = engine_of([], []).market
    assert (len(market.people_rows), len(market.job_rows)) == (0, 0)


def test_the_digest_tells_one_market_from_another(
    engine: Engine, sample_settings: Settings, sample_copy: Settings, fitted: Fitted, sample: Sample
) -> None:
    with Store(sample_settings.store) as store:
        assert Market.load(store, fitted).digest == engine.market.digest
    with Store(sample_copy.store) as store:
        store.put_people([msgspec.structs.replace(sample.people[0], text="Ik zoek iets anders.")])
        assert Market.load(store, fitted).digest != engine.market.digest


def test_a_competence_or_an_occupation_is_enough_to_be_told(fitted: Fitted) -> None:
    people = [
        Person(id="nothing", text="xyzzy", study_level=3, licences=("B",)),
        Person(id="unknown ids", wished=("other:kok",)),
        Person(id="wish", wished=("sample:kok",)),
        Person(id="competence", competences=Evidence(self_declared=("sample:samenwerken",))),
    ]
    market_people = fitted.vectoriser.people([translate.seeker(p, Gazetteer({})) for p in people])
    assert people_told(market_people).tolist() == [False, False, True, True]
    vacancies = [
        Vacancy(id="nothing", title="xyzzy"),
        Vacancy(id="occupation", title="xyzzy", occupation="sample:kok"),
        Vacancy(id="may", title="xyzzy", may=("sample:samenwerken",)),
    ]
    jobs = fitted.vectoriser.jobs([translate.job(v, Gazetteer({})) for v in vacancies])
    assert jobs.told.tolist() == [False, True, True]
