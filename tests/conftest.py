"""What the tests share: the embedded sample in a store, fitted cheaply, and the reference data."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from competent_data.formats.sample import Sample, import_sample, read_sample
from competent_data.records import Person, Vacancy
from competent_data.store import Store
from matcher.engine import Engine
from matcher.fit import fit
from matcher.settings import REFERENCE_DATA, Settings
from models import artefact
from models.artefact import Fitted
from models.encoder import CHEAPEST

collect_ignore = (
    [] if (Path(__file__).parent.parent / "benchmarks").exists() else ["test_labour.py"]
)
"""What imports the benchmarks is for a checkout: they are no part of the wheel."""


@pytest.fixture(scope="session")
def sample() -> Sample:
    """The embedded sample's records."""
    return read_sample()


@pytest.fixture(scope="session")
def today(sample: Sample) -> dt.date:
    """The sample's own day: demo and tests answer for it."""
    return sample.today


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where a store with the embedded sample lies, fitted with the cheapest settings."""
    settings = Settings.at(f"sqlite:///{tmp_path_factory.mktemp('sample') / 'sample.db'}")
    with Store(settings.store, create=True) as store:
        import_sample(store)
        fit(store, settings.artefact, lambda _share, _text: None, CHEAPEST)
    return settings


@pytest.fixture(scope="session")
def engine(sample_settings: Settings) -> Engine:
    """The engine over the embedded sample; nobody writes to its store."""
    return Engine.open(sample_settings)


@pytest.fixture(scope="session")
def fitted(sample_settings: Settings) -> Fitted:
    """What was fitted on the embedded sample."""
    folder = sample_settings.artefact
    return artefact.load(folder, str(artefact.fitted_on(folder)))


@pytest.fixture
def sample_copy(sample_settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the fitted sample that a test may change."""
    folder = shutil.copytree(sample_settings.artefact.parent, tmp_path / "copy")
    return Settings.at(f"sqlite:///{folder / 'sample.db'}")


@pytest.fixture
def engine_of(
    store: Store, sample: Sample, engine: Engine, fitted: Fitted
) -> Callable[[Sequence[Person], Sequence[Vacancy]], Engine]:
    """Makes the engine of an empty store with some records, the sample's taxonomies and places."""
    store.put_concepts(sample.concepts)
    store.put_profiles(sample.links)
    store.put_places(engine.store.places())

    def of(people: Sequence[Person], vacancies: Sequence[Vacancy]) -> Engine:
        store.put_people(people)
        store.put_vacancies(vacancies)
        return Engine(store, fitted)

    return of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(f"sqlite:///{tmp_path / 'store.db'}", create=True) as empty:
        yield empty


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of that name and content, gzipped if the name ends on .gz; gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        raw = content if isinstance(content, bytes) else content.encode()
        path = tmp_path / name
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return path

    return write


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of the reference data (tests that take it are marked `reference`)."""
    return Path(os.environ[REFERENCE_DATA])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the reference data, saying so, where it is not there."""
    if os.environ.get(REFERENCE_DATA):
        return
    skip = pytest.mark.skip(
        reason=f"{REFERENCE_DATA} is not set: it names the folder of the reference data"
    )
    for item in items:
        if "reference" in item.keywords:
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were left out because they need a checkout."""
    left_out = len(terminalreporter.stats.get("deselected", []))
    if left_out:
        terminalreporter.write_line(f"{left_out} tests left out by their mark")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped (MATCHER_NO_SKIPS), a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("MATCHER_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1
