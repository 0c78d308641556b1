"""Fitting reads a market in parts, on every core, and makes the rows that one alone would make."""

from __future__ import annotations

import msgspec
import pytest
from click.testing import CliRunner

from competent_data.formats.sample import Sample
from competent_data.store import Store
from matcher import fit as fitting
from matcher.cli import cli
from matcher.engine import Engine
from matcher.settings import ARTEFACT, STORE, Settings
from models import artefact
from models.encoder import CHEAPEST
from models.packed import Packed
from tests.small import same


def test_rows_are_the_same_in_however_many_parts_they_were_read(
    sample_copy: Settings, sample: Sample, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of licences that nobody named before: they get their columns before anybody reads."""
    monkeypatch.setattr(fitting, "AT_ONCE", 20)
    with Store(sample_copy.store) as store:
        rare = msgspec.structs.replace(sample.vacancies[-1], licences=("C", "X1", "X2"))
        store.put_vacancies([rare])
        heard: list[str] = []
        fitted = fitting.fit(
            store, sample_copy.artefact, lambda _share, text: heard.append(text), CHEAPEST
        )
        assert {"read 20 of 129 vacancies", "read 129 of 129 vacancies"} <= set(heard)
        assert "read 64 of 64 dossiers" in heard
        jobs, people = fitted.jobs.packed.whole, fitted.people.packed.whole
        seen = Engine.open(sample_copy).market
        assert same(jobs, Packed.of(fitted.vectoriser.jobs(seen.jobs)).whole)
        assert same(people, Packed.of(fitted.vectoriser.people(seen.seekers)).whole)
        assert seen.caught_up() is seen
    assert jobs.ids == engine.market.job_rows.ids
    assert artefact.load_late(sample_copy.artefact) is None


def test_what_similar_people_found_is_learnt_as_of_a_day_and_lies_in_the_artefact(
    sample_copy: Settings, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`refresh` learns it too, from whoever is there then, and a service would take it."""
    with Store(sample_copy.store) as store:
        fitted = fitting.fit(
            store, sample_copy.artefact, lambda _share, _text: None, CHEAPEST, today=sample.today
        )
    assert fitted.neighbours is not None
    opened = Engine.open(sample_copy).neighbours
    assert opened is not None
    assert opened.digest == fitted.neighbours.digest
    assert len(opened.people) > 20
    gone = opened.people[0]
    before = artefact.version(sample_copy.artefact)
    with Store(sample_copy.store) as store:
        store.erase_person(gone)
    monkeypatch.setenv(STORE, sample_copy.store)
    monkeypatch.setenv(ARTEFACT, str(sample_copy.artefact))
    ran = CliRunner().invoke(cli, ["refresh", "--today", str(sample.today)], catch_exceptions=False)
    assert ran.exit_code == 0
    again = Engine.open(sample_copy)
    assert artefact.version(sample_copy.artefact) != before
    assert again.neighbours is not None
    assert gone not in list(again.neighbours.people)
    assert again.market.candidates.find(gone) == -1
