"""One record against everybody on the other side: filter, then sort, then cut; ties by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from competent_data.records import EventKind
from models.eligibility import MAIN_BARS, Bar

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NEVER_AGAIN: dict[EventKind, str] = {
    "applied": "applied",
    "hired": "applied",
    "at_work_6m": "applied",
    "dismissed": "dismissed",
}


@dataclass(frozen=True)
class Ranked:
    """All arrays (n,), in the order of `ids`: signal values by name, scores, bits of `Bar`, what is
    a near-miss, of whom enough is known, who has anything in common; `done` by id, with why."""

    ids: Sequence[str]
    values: Mapping[str, Floats]
    scores: Floats
    bars: NDArray[np.uint8]
    near: Bools
    told: Bools
    common: Bools
    done: Mapping[str, str]

    @cached_property
    def kept(self) -> NDArray[np.int64]:
        """Rows that may be shown, in the order of `ids`."""
        return np.flatnonzero(self._open & self.common & (self.bars == 0))

    def best(self, limit: int) -> list[int]:
        """Rows of the best, best first."""
        return self._sorted(self.kept)[:limit]

    def nearest_misses(self, limit: int) -> list[int]:
        """Rows that a single bar keeps out, all but met, best first."""
        return self._sorted(np.flatnonzero(self._open & self.common & self.near))[:limit]

    def values_at(self, row: int) -> dict[str, Floats]:
        """The signals of one row, each (1,)."""
        return {name: value[[row]] for name, value in self.values.items()}

    def left_out(self) -> dict[str, int]:
        """How many are not shown, by the main reason why."""
        found: Counter[str] = Counter()
        for row, id_ in enumerate(self.ids):
            barred = int(self.bars[row])
            if id_ in self.done:
                found[self.done[id_]] += 1
            elif not self.told[row]:
                found["insufficient_data"] += 1
            elif barred:
                found[bar_name(next(bar for bar in MAIN_BARS if barred & bar))] += 1
            elif not self.common[row]:
                found["nothing_in_common"] += 1
        return dict(found)

    @cached_property
    def _open(self) -> Bools:
        fresh = np.array([id_ not in self.done for id_ in self.ids], dtype=bool)
        return np.asarray(self.told & fresh)

    def _sorted(self, rows: NDArray[np.int64]) -> list[int]:
        return sorted(rows.tolist(), key=lambda row: (-self.scores[row], self.ids[row]))


def done(events: Iterable[tuple[str, EventKind]]) -> dict[str, str]:
    """Who or what never comes back after these events, with why."""
    return {id_: _NEVER_AGAIN[kind] for id_, kind in events if kind in _NEVER_AGAIN}


def bar_name(bar: Bar) -> str:
    """A bar as it is called in answers and messages."""
    return str(bar.name).lower()
