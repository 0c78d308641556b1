"""The whole benchmark: one store of ESCO and the judged advertisements, fitted once."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from threadpoolctl import threadpool_limits

from competent_data.formats.competent import import_competent
from competent_data.formats.esco import import_esco
from competent_data.formats.rome import import_rome
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from matcher.benchmark import judged, quality, seekers
from matcher.benchmark.judged import Judged
from matcher.benchmark.quality import Row
from matcher.benchmark.seekers import Seekers
from matcher.benchmark.speed import Speed, speeds
from matcher.engine import Engine
from matcher.fit import fit
from matcher.settings import Settings

Told = Callable[[float, str], None]
_LEAKS = {"titles fra": "rome"}
"""Sets that a taxonomy gives away: they are left out where it was learnt from."""


@dataclass(frozen=True)
class Benchmark:
    """What was measured, and what it was learnt from; `fit_seconds` on this machine."""

    learnt_from: tuple[str, ...]
    fit_seconds: float
    rows: tuple[Row, ...]
    speeds: tuple[Speed, ...]
    seekers: Seekers


def run(told: Told, further: Sequence[str] = ()) -> Benchmark:
    """Fit on ESCO, and on `further` taxonomies (competent, rome), and measure every judged set."""
    reference = judged.reference_data()
    data, sets = reference / "data", reference / "bench"
    with tempfile.TemporaryDirectory() as name:
        settings = Settings.at(f"sqlite:///{Path(name) / 'bench.db'}")
        competent = _competent_sets(data, Path(name), told)
        with Store(settings.store, create=True) as store:
            import_esco(store, sorted((data / "esco").glob("*.zip")), told)
            if "competent" in further:
                import_competent(store, *_competent_tables(data), told)
            if "rome" in further:
                import_rome(store, data / "rome", told)
            advertisements = judged.advertisements(sets)
            seekers.put_seekers(store, advertisements)
            started = time.monotonic()
            fit(store, settings.artefact, told)
            seconds = time.monotonic() - started
            taxonomy = Taxonomy.load(store)
        engine = Engine.open(settings)
        rows: list[Row] = []
        leaked = {name for name, scheme in _LEAKS.items() if scheme in further}
        for part in _rows(engine, taxonomy, sets, [] if "competent" in further else competent):
            rows += [row for row in part if row.judged not in leaked]
            told(len(rows) / 24, f"measured: {rows[-1].judged}" if rows else "measuring")
        rows += quality.advertisement_rows(advertisements, engine.vectoriser, taxonomy)
        gold = {row.id: row.occupation for row in advertisements}
        found = seekers.measure_seekers(engine, gold)
        told(0.95, "measured: seekers")
        german = next(judged.titles(sets))
        with threadpool_limits(1):
            fast = tuple(speeds(german, advertisements, engine.vectoriser, taxonomy))
        return Benchmark(("esco", *further), seconds, tuple(rows), fast, found)


def tables(found: Benchmark) -> Iterator[Table]:
    """The figures as they are printed."""
    table = Table(title=f"Reading, learnt from {', '.join(found.learnt_from)} alone")
    for column in ("judged set", "measure", "floor", "ours", "queries"):
        table.add_column(column, justify="left" if column in ("judged set", "measure") else "right")
    for row in found.rows:
        table.add_row(
            row.judged, row.measure, f"{row.floor:.3f}", f"{row.ours:.3f}", str(row.queries)
        )
    table.caption = f"fitted in {found.fit_seconds:.0f} s on this machine"
    yield table
    fast = Table(title="Speed on one core, texts a second")
    for column in ("work", "by", "a second", "ours is faster by"):
        fast.add_column(column, justify="left" if column in ("work", "by") else "right")
    for speed in found.speeds:
        times = "" if speed.times is None else f"{speed.times:.1f} ×"
        fast.add_row(speed.work, speed.by, f"{speed.a_second:,.0f}", times)
    yield fast
    yield seekers.seekers_table(found.seekers)


def _rows(
    engine: Engine, taxonomy: Taxonomy, sets: Path, competent: Sequence[Judged]
) -> Iterator[Iterator[Row]]:
    vectoriser = engine.vectoriser
    for titles in judged.titles(sets):
        yield quality.title_rows(titles, vectoriser, taxonomy)
    for similar, documents in judged.similar_titles(sets):
        yield iter([quality.similarity_row(similar, documents, vectoriser)])
    yield quality.sentence_rows(judged.sentences(sets), vectoriser, taxonomy)
    for labels in competent:
        rows = quality.title_rows if "occupations" in labels.name else quality.label_rows
        yield rows(labels, vectoriser, taxonomy)


def _competent_sets(data: Path, folder: Path, told: Told) -> list[Judged]:
    """COMPETENT's labels and mappings, from a store apart: they are judged, not learnt."""
    with Store(f"sqlite:///{folder / 'competent.db'}", create=True) as store:
        import_competent(store, *_competent_tables(data), told)
        return list(judged.competent(store))


def _competent_tables(data: Path) -> tuple[Path, Path]:
    folder = data / "competent"
    return (
        folder / "competent-3.8-competences-to-esco.csv.gz",
        folder / "competent-2.0-occupations-to-esco.csv.gz",
    )
