"""A log to evaluate on: people, vacancies and events, of the store or of files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from competent_data.formats.events import read_events
from competent_data.formats.intake import Report, store_batches
from competent_data.formats.people import read_people
from competent_data.formats.vacancies import read_vacancies
from competent_data.records import Event, Person, Vacancy
from competent_data.store import Store
from competent_data.taxonomy import digest as taxonomy_digest
from matcher.engine import Engine
from matcher.market import people_told
from matcher.settings import Settings
from models import artefact


@dataclass(frozen=True)
class Log:
    """Who did what: `events` oldest first. `names` is the store with the taxonomies."""

    engine: Engine
    names: Store
    events: tuple[Event, ...]

    @classmethod
    def of(cls, engine: Engine, names: Store | None = None) -> Self:
        """Everything in the engine's store."""
        return cls(engine, names or engine.store, tuple(engine.store.events()))

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """By id."""
        return {person.id: person for person in self.engine.market.people}

    @cached_property
    def vacancies(self) -> Mapping[str, Vacancy]:
        """By id."""
        return {vacancy.id: vacancy for vacancy in self.engine.market.vacancies}

    @cached_property
    def untold(self) -> frozenset[str]:
        """People of whom the engine knows no competence and no occupation, be it from a text."""
        told = people_told(self.engine.market.people_rows)
        return frozenset(id_ for id_, known in zip(self.people, told, strict=True) if not known)

    @cached_property
    def occupations(self) -> Mapping[str, str]:
        """The occupation of each vacancy: the stated one, or what its title and text read as most.

        A vacancy that says none is left out.
        """
        names = list(self.engine.vectoriser.occupations_)
        profile = self.engine.market.job_rows.profile
        found: dict[str, str] = {}
        for row, vacancy in enumerate(self.engine.market.vacancies):
            start, end = profile.indptr[row], profile.indptr[row + 1]
            if vacancy.occupation:
                found[vacancy.id] = vacancy.occupation
            elif end > start:
                most = start + int(np.argmax(profile.data[start:end]))
                found[vacancy.id] = names[profile.indices[most]]
        return found


@contextmanager
def opened(
    settings: Settings,
    report: Report,
    *,
    people: Path | None = None,
    vacancies: Path | None = None,
    events: Path | None = None,
) -> Iterator[Log]:
    """The log of the store; what is named by a file comes from there, and is not stored.

    What does not fit in a file is added to the report's refusals.

    Raises:
        StoreError, ArtefactError, FormatError: what is asked can't be read.
    """
    if people is None and vacancies is None and events is None:
        yield Log.of(Engine.open(settings))
        return
    store = Store(settings.store)
    fitted = artefact.load(settings.artefact, taxonomy_digest(store))
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(f"sqlite:///{Path(folder) / 'log.db'}", create=True) as own,
    ):
        own.put_places(store.places())
        for items, put in (
            (read_people(people, report) if people else store.people(), own.put_people),
            (
                read_vacancies(vacancies, None, report) if vacancies else store.vacancies(),
                own.put_vacancies,
            ),
            (read_events(events, report) if events else store.events(), own.put_events),
        ):
            store_batches(items, put, lambda _count: None)  # type: ignore[arg-type]
        yield Log.of(Engine(own, fitted), store)
