"""One person's ten best of SYNTHETIC markets, and a vacancy's twenty: the index beside others.

Run from a checkout, with the extra `[benchmark]`: `.venv/bin/python -m benchmarks.market`. Every
figure is taken in a process of its own, on one thread; contenders that answer the same question
must give the same results. `--out` keeps the figures, which `benchmarks.plot` draws. Linux.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import click
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.contenders import CONTENDERS, OF_PEOPLE
from benchmarks.measured import LIMIT, LIMIT_OF_PEOPLE, Measured
from benchmarks.results import Figures, Machine, Results
from benchmarks.world import World, drawn, save, save_arrays
from models.index import JobIndex, PeopleIndex

SIZES = (10_000, 35_000, 100_000, 350_000, 1_000_000)
PEOPLE = 300
CURVE = ("ours", "plain numpy", "scipy sparse product", "faiss flat")
"""Measured at every size; the others where a table is printed."""
TABLES = (35_000, 100_000, 350_000)
EQUAL = 0.002
"""Points of 100 that scores of one question may differ by: strengths are rounded to 2^-16."""
LIBRARIES = ("numpy", "scipy", "numba", "sparse-dot-topn", "bm25s", "faiss-cpu")


@click.command()
@click.argument("sizes", nargs=-1, type=int)
@click.option("--people", default=300_000, show_default=True, help="To be ranked for vacancies.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the figures in this JSON file.")
def main(sizes: tuple[int, ...], people: int, out: Path | None) -> None:
    """Print a table a size."""
    random = np.random.default_rng(4)
    found: dict[int, dict[str, Figures]] = {}
    with threadpool_limits(1):
        world = World.read(random)
        for size in sizes or SIZES:
            with tempfile.TemporaryDirectory() as name:
                _draw(world, random, size, Path(name))
                wanted = CONTENDERS if size in TABLES else CURVE
                measured = {one: _measured(one, Path(name)) for one in wanted}
            _compare(measured)
            found[size] = _figures(measured)
            Console(width=160).print(_table(f"The {LIMIT} best of {size:,}", found[size]))
        with tempfile.TemporaryDirectory() as name:
            _draw_people(world, random, people, Path(name))
            measured = {one: _measured(one, Path(name), "people") for one in OF_PEOPLE}
        _compare(measured)
        of_people = _figures(measured)
        title = f"For a vacancy the {LIMIT_OF_PEOPLE} best of {people:,}"
        Console(width=160).print(_table(title, of_people))
    if out is not None:
        results = Results(_today(), _machine(), PEOPLE, LIMIT, found, people, of_people)
        out.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def _draw(world: World, random: np.random.Generator, size: int, folder: Path) -> None:
    jobs = drawn(lambda count: world.jobs(random, count), size)
    save(jobs, folder / "jobs")
    save(drawn(lambda count: world.people(random, count), PEOPLE), folder / "people")
    _index(JobIndex(jobs), folder)


def _draw_people(world: World, random: np.random.Generator, size: int, folder: Path) -> None:
    people = drawn(lambda count: world.people(random, count), size)
    save(people, folder / "people")
    save(drawn(lambda count: world.jobs(random, count), PEOPLE), folder / "jobs")
    _index(PeopleIndex(people), folder)


def _index(index: JobIndex | PeopleIndex, folder: Path) -> None:
    """As an artefact holds it."""
    save_arrays(index.packed.arrays(), folder / "packed")
    save_arrays(index.arrays, folder / "index")


def _measured(name: str, folder: Path, side: str = "jobs") -> Measured:
    """In a process of its own, on one thread, without settings that slow numpy's products."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}
    process = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.measured"),
            *(name, str(folder), str(time.monotonic()), side),
        ],
        env=kept | dict.fromkeys(threads, "1"),
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(process.stdout, type=Measured)


def _compare(measured: Mapping[str, Measured]) -> None:
    """Refuse results that differ where they can be the same: scores, and rows where ties are
    settled the same way."""
    for name, one in measured.items():
        like = CONTENDERS[name].same_as
        if like not in measured:
            continue
        for own, theirs in zip(one.scores, measured[like].scores, strict=False):
            np.testing.assert_allclose(own, theirs, atol=EQUAL, err_msg=f"{name}, {like}")
        if CONTENDERS[name].gives == CONTENDERS["ours"].gives:
            for own, theirs in zip(one.rows, measured[like].rows, strict=False):
                assert own == theirs, (name, own, theirs)


def _figures(measured: Mapping[str, Measured]) -> dict[str, Figures]:
    ours = measured["ours"]
    return {
        name: Figures(
            p50_ms=round(one.p50_ms, 3),
            p95_ms=round(one.p95_ms, 3),
            clock_p50_ms=round(one.clock_p50_ms, 3),
            clock_p95_ms=round(one.clock_p95_ms, 3),
            times=round(one.p50_ms / ours.p50_ms, 2),
            ready_s=round(one.ready_s, 2),
            imports_mb=round(one.imports_mb),
            peak_mb=round(one.memory.peak),
            own_mb=round(one.memory.own),
            files_mb=round(one.memory.files),
            of_ours=round(_shared(one.rows, ours.rows), 3),
            touched=one.touched,
        )
        for name, one in measured.items()
    }


def _shared(rows: Sequence[Sequence[int]], ours: Sequence[Sequence[int]]) -> float:
    """The share of our best that stands among theirs, on average over people that have any."""
    pairs = [({*theirs}, {*own}) for theirs, own in zip(rows, ours, strict=False) if own]
    return float(np.mean([len(theirs & own) / len(own) for theirs, own in pairs]))


def _table(title: str, found: Mapping[str, Figures]) -> Table:
    printed = Table(title=f"{title}, SYNTHETIC, one core")
    columns = ("", "gives", "p50 ms", "p95 ms", "clock p50", "p95", "ours ×", "our ten", "ready s")
    for column in (*columns, "peak MB", "own MB", "files MB"):
        left = column in ("", "gives")
        printed.add_column(column, justify="left" if left else "right", no_wrap=True)
    for name, one in found.items():
        figures = (one.p50_ms, one.p95_ms, one.clock_p50_ms, one.clock_p95_ms, one.times)
        printed.add_row(
            name,
            CONTENDERS[name].gives,
            *(f"{figure:,.2f}" for figure in figures),
            f"{one.of_ours:.0%}",
            f"{one.ready_s:.1f}",
            *(f"{figure:,}" for figure in (one.peak_mb, one.own_mb, one.files_mb)),
        )
    touched = found["ours"].touched
    if touched is not None:
        printed.caption = (
            f"ours moves {touched.columns_mb:.0f} MB of columns and {touched.postings_mb:.0f} MB "
            f"of postings and sums a question: {touched.reached_gb_s:.1f} GB/s, "
            f"{touched.share:.0%} of the {touched.stream_gb_s:.1f} GB/s that one thread reads"
        )
    return printed


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def _machine() -> Machine:
    text = Path("/proc/cpuinfo").read_text("utf-8")
    model = re.search(r"model name\s*: (.*)", text)
    cache = Path("/sys/devices/system/cpu/cpu0/cache/index3/size")
    return Machine(
        cpu=model[1] if model else platform.machine(),
        cores=os.cpu_count() or 1,
        last_cache=cache.read_text("ascii").strip() if cache.exists() else "unknown",
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
    )


if __name__ == "__main__":
    main()
