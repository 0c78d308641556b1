"""Fitting reads a market in parts, on every core, and makes the rows that one alone would make."""

from __future__ import annotations

import msgspec
import pytest

from competent_data.formats.sample import Sample
from competent_data.store import Store
from matcher import fit as fitting
from matcher.engine import Engine
from matcher.settings import Settings
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
