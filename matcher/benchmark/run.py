"""The whole benchmark: what is learnt from ESCO alone, and what further taxonomies add."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from joblib import Parallel, delayed
from rich.table import Table
from threadpoolctl import threadpool_limits

from competent_data.formats.competent import import_competent
from competent_data.formats.esco import import_esco
from competent_data.formats.rome import import_rome
from competent_data.formats.sample import import_sample
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from matcher.benchmark import judged, quality, seekers
from matcher.benchmark.beside import Configuration, beside_table
from matcher.benchmark.judged import Advertisement, Judged
from matcher.benchmark.quality import Row
from matcher.benchmark.reliability import (
    Reliability,
    competence_reliability,
    mention_reliability,
    occupation_reliability,
    reliability_table,
)
from matcher.benchmark.seekers import Seekers
from matcher.benchmark.speed import Speed, own_speeds, speeds
from matcher.engine import Engine
from matcher.fit import fit
from matcher.settings import Settings
from models import artefact
from models.artefact import Fitted
from models.pretrained import SecondOpinion, pretrained
from models.vectoriser import Vectoriser

Told = Callable[[float, str], None]
ALONE, TOGETHER, SAMPLE = ("esco",), ("esco", "competent", "rome"), ("sample",)
_LEAKS = {"titles fra": "rome", "COMPETENT": "competent"}
"""Sets, by how their names begin, that a taxonomy gives away: left out where it was learnt from."""


@dataclass(frozen=True)
class Benchmark:
    """What was measured, and what it was learnt from; `fit_seconds` on this machine."""

    learnt_from: tuple[str, ...]
    fit_seconds: float
    rows: tuple[Row, ...]
    seekers: Seekers


@dataclass(frozen=True)
class Benchmarks:
    """One for each set of taxonomies learnt from, ESCO alone first; speed, reliability and what is
    measured with pretrained encoders `beside` are of ESCO alone."""

    learnt: tuple[Benchmark, ...]
    speeds: tuple[Speed, ...]
    reliability: tuple[Reliability, ...]
    beside: tuple[Configuration, ...]


def run(told: Told, *, further: bool = True, encoders: Sequence[str] = ()) -> Benchmarks:
    """Fit on ESCO alone, and where `further` on COMPETENT and ROME with it; measure every set.

    Both are fitted at the same time, each on one core; what is timed runs alone. With `encoders`,
    ESCO alone is measured once more with each of them, and with all of them.
    """
    reference = judged.reference_data()
    sets = _Sets.read(reference)
    learnt = (ALONE, TOGETHER) if further else (ALONE,)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told(0.0, f"fitting on {' and on '.join(', '.join(schemes) for schemes in learnt)}")
        seconds = Parallel(n_jobs=len(learnt))(
            delayed(_fitted)(folder, schemes, reference / "data", sets.advertisements)
            for schemes in (*learnt, SAMPLE)
        )
        found = []
        for schemes, taken in zip(learnt, seconds, strict=False):
            told(0.6, f"measuring what is learnt from {', '.join(schemes)}")
            engine = Engine.open(_settings(folder, schemes))
            found.append(Benchmark(schemes, taken, *_measured(engine, schemes, sets)))
        told(0.8, "measuring speed and confidence")
        engine = Engine.open(_settings(folder, ALONE))
        held = tuple(_reliability(engine, Engine.open(_settings(folder, SAMPLE)), sets))
        with threadpool_limits(1):
            fast = tuple(speeds(sets.titles[0], sets.advertisements, engine))
            beside = []
            together = [tuple(encoders)] if len(encoders) > 1 else []
            for several in (*((name,) for name in encoders), *together):
                told(0.9, f"asking {' and '.join(several)}")
                beside.append(_heeding(folder, several, sets))
        if beside:
            own = tuple(speed for speed in fast if speed.by == "ours")[: len(beside[0].speeds)]
            beside.insert(0, Configuration((), found[0].rows, found[0].seekers, own))
        told(1.0, "done")
        return Benchmarks(tuple(found), fast, held, tuple(beside))


def tables(found: Benchmarks) -> Iterator[Table]:
    """The figures as they are printed."""
    for benchmark in found.learnt:
        alone = " alone" if benchmark.learnt_from == ALONE else " together"
        table = Table(title=f"Reading, learnt from {', '.join(benchmark.learnt_from)}{alone}")
        for column in ("judged set", "measure", "floor", "ours", "queries"):
            worded = column in ("judged set", "measure")
            table.add_column(column, justify="left" if worded else "right")
        for row in benchmark.rows:
            table.add_row(
                row.judged, row.measure, f"{row.floor:.3f}", f"{row.ours:.3f}", str(row.queries)
            )
        table.caption = f"fitted in {benchmark.fit_seconds:.0f} s on one core of this machine"
        yield table
        yield seekers.seekers_table(benchmark.seekers, benchmark.learnt_from)
    yield reliability_table(found.reliability)
    fast = Table(title="Speed on one core, texts a second, as fitted on ESCO alone")
    for column in ("work", "by", "a second", "ours is faster by"):
        fast.add_column(column, justify="left" if column in ("work", "by") else "right")
    for speed in found.speeds:
        times = "" if speed.times is None else f"{speed.times:.1f} ×"
        fast.add_row(speed.work, speed.by, f"{speed.a_second:,.0f}", times)
    yield fast
    if found.beside:
        yield beside_table(found.beside)


@dataclass(frozen=True)
class _Sets:
    """Everything that is judged."""

    titles: tuple[Judged, ...]
    similar: tuple[tuple[Judged, tuple[tuple[str, str], ...]], ...]
    sentences: Judged
    labels: tuple[Judged, ...]
    advertisements: list[Advertisement]

    @classmethod
    def read(cls, reference: Path) -> _Sets:
        sets = reference / "bench"
        with (
            tempfile.TemporaryDirectory() as name,
            Store(f"sqlite:///{Path(name) / 'judged.db'}", create=True) as store,
        ):
            import_competent(store, *_competent_tables(reference / "data"))
            labels = tuple(judged.competent(store))
        return cls(
            tuple(judged.titles(sets)),
            tuple(judged.similar_titles(sets)),
            judged.sentences(sets),
            labels,
            judged.advertisements(sets),
        )


def _fitted(
    folder: Path, schemes: Sequence[str], data: Path, advertisements: Sequence[Advertisement]
) -> float:
    """Import taxonomies and what is judged by matching, and fit; the seconds that fitting took."""
    settings = _settings(folder, schemes)
    with Store(settings.store, create=True) as store, threadpool_limits(1):
        if "esco" in schemes:
            import_esco(store, sorted((data / "esco").glob("*.zip")))
            seekers.put_seekers(store, advertisements)
        if "competent" in schemes:
            import_competent(store, *_competent_tables(data))
        if "rome" in schemes:
            import_rome(store, data / "rome")
        if "sample" in schemes:
            import_sample(store)
        started = time.monotonic()
        fit(store, settings.artefact, lambda _share, _what: None)
        return time.monotonic() - started


def _heeding(folder: Path, encoders: tuple[str, ...], sets: _Sets) -> Configuration:
    """What was learnt from ESCO alone, measured again with the opinion of pretrained encoders."""
    settings = _settings(folder, ALONE)
    store = Store(settings.store)
    taxonomy = Taxonomy.load(store)
    fitted = artefact.load(settings.artefact, taxonomy.digest)
    started = time.monotonic()
    opinion = SecondOpinion([pretrained(name) for name in encoders])
    fitted.vectoriser.heed(opinion.fit(taxonomy, Settings.bench_vectors()))
    taken = time.monotonic() - started
    engine = Engine(store, Fitted.bare(fitted.vectoriser, taxonomy.digest))
    return Configuration(
        encoders,
        *_measured(engine, ALONE, sets),
        tuple(own_speeds(sets.titles[0], sets.advertisements, engine, "ours")),
        taken,
        (opinion.occupations_.nbytes + opinion.competences_.nbytes) / 1e6,
    )


def _measured(
    engine: Engine, schemes: Sequence[str], sets: _Sets
) -> tuple[tuple[Row, ...], Seekers]:
    taxonomy = Taxonomy.load(engine.store)
    rows = [
        row
        for part in _rows(engine.vectoriser, taxonomy, sets)
        for row in part
        if not any(row.judged.startswith(s) and by in schemes for s, by in _LEAKS.items())
    ]
    gold = {row.id: row.occupation for row in sets.advertisements}
    return tuple(rows), seekers.measure_seekers(engine, gold)


def _rows(vectoriser: Vectoriser, taxonomy: Taxonomy, sets: _Sets) -> Iterator[Iterator[Row]]:
    for titles in sets.titles:
        yield quality.title_rows(titles, vectoriser, taxonomy)
    for similar, documents in sets.similar:
        yield iter([quality.similarity_row(similar, documents, vectoriser)])
    yield quality.sentence_rows(sets.sentences, vectoriser, taxonomy)
    for labels in sets.labels:
        rows = quality.title_rows if "occupations" in labels.name else quality.label_rows
        yield rows(labels, vectoriser, taxonomy)
    yield quality.advertisement_rows(sets.advertisements, vectoriser, taxonomy)


def _reliability(engine: Engine, sample: Engine, sets: _Sets) -> Iterator[Reliability]:
    whole = judged.whole(sets.advertisements)
    for titles in (*sets.titles, whole):
        yield occupation_reliability(titles, engine.vectoriser)
    for sentences in (sets.sentences, *sets.labels):
        if "occupations" in sentences.name:
            yield occupation_reliability(sentences, engine.vectoriser)
        else:
            yield competence_reliability(sentences, engine.vectoriser)
    dutch = [job for job in sample.market.jobs if job.lang == "nl"]
    yield from mention_reliability("sample advertisements nl", dutch, sample.vectoriser)


def _settings(folder: Path, schemes: Sequence[str]) -> Settings:
    return Settings.at(f"sqlite:///{folder / '-'.join(schemes)}.db")


def _competent_tables(data: Path) -> tuple[Path, Path]:
    folder = data / "competent"
    return (
        folder / "competent-3.8-competences-to-esco.csv.gz",
        folder / "competent-2.0-occupations-to-esco.csv.gz",
    )
