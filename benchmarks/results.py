"""The figures of a run of `benchmarks.market`, as they are kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

from benchmarks.bandwidth import Touched

KEPT = Path(__file__).parent / "market.json"


class Figures(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one contender at one size; `times` is p50 beside ours, memory in megabytes (10^6).

    `p50_ms` is the core's time, `clock_p50_ms` what a clock said, with whatever else ran beside.
    `ready_s` counts from the start of the process to its first answer; `imports_mb` is what stood
    in memory before the market did; `of_ours` the share of our best that stands among its.
    """

    p50_ms: float
    p95_ms: float
    clock_p50_ms: float
    clock_p95_ms: float
    times: float
    ready_s: float
    imports_mb: int
    peak_mb: int
    own_mb: int
    files_mb: int
    of_ours: float
    touched: Touched | None = None


class Machine(msgspec.Struct, frozen=True):
    """What the figures were taken on."""

    cpu: str
    cores: int
    last_cache: str
    python: str
    libraries: dict[str, str]


class Results(msgspec.Struct, frozen=True):
    """A run: figures by size and contender, of SYNTHETIC markets; `of_people` those of a vacancy's
    best among so many `candidates`."""

    day: str
    machine: Machine
    people: int
    limit: int
    sizes: dict[int, dict[str, Figures]]
    candidates: int = 0
    of_people: dict[str, Figures] = {}
