"""One side of a market in two parts: what was fitted, and what came or changed since.

A row is known by one number over both parts. The answer is that of one index over all: the best of
each part are merged, and a rank counts who comes before in each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.eligibility import Bar
from models.index import Asked, AskedOfJobs, Floats, Found, Gains, JobIndex, PeopleIndex, Rows

I = TypeVar("I", JobIndex, PeopleIndex)  # noqa: E741


@dataclass(frozen=True)
class Parts(Generic[I]):
    """The index of what was fitted, less what is no longer so, and that of what is new."""

    parts: tuple[I, I]

    @classmethod
    def of(cls, fitted: I, late: I, gone: Iterable[str] = ()) -> Self:
        """What was fitted, but for what is late or gone (ids), and what is late."""
        kind = type(fitted)
        ids = fitted.packed.ids
        replaced = [row for id_ in (*late.packed.ids, *gone) if (row := ids.find(id_)) >= 0]
        whole = kind(fitted.packed, fitted.scorecard, fitted.arrays)
        return cls((whole.without(np.array(replaced, np.int64)) if replaced else whole, late))

    @property
    def late(self) -> I:
        """What came or changed since."""
        return self.parts[1]

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _size(self) -> int:
        return sum(len(part) - int(part.hidden.sum()) for part in self.parts)

    @cached_property
    def rows(self) -> Rows:
        """All rows that are there, by ascending id."""
        found = []
        for first, part in zip(self.firsts, self.parts, strict=True):
            found.append(first + np.flatnonzero(~part.hidden))
        if not len(found[1]):
            return found[0]
        return np.array(sorted(np.concatenate(found).tolist(), key=self.id), np.int64)

    def id(self, row: int) -> str:
        """The id of a row."""
        first, part = self._of(row)
        return part.packed.ids[row - first]

    def find(self, id_: str) -> int:
        """The row of an id; -1 where there is none."""
        for first, part in zip(self.firsts, self.parts, strict=True):
            row = part.packed.ids.find(id_)
            if row >= 0 and not part.hidden[row]:
                return first + row
        return -1

    def digest(self, row: int) -> int:
        """Of which state of its record a row was made."""
        first, part = self._of(row)
        return int(part.packed.digests[row - first])

    def take(self, rows: Sequence[int] | Rows) -> Any:
        """Rows as they are scored, in the order given."""
        picked = np.asarray(rows, np.int64)
        new = picked >= self.firsts[1]
        main, late = self.parts
        if not new.any():
            return main.packed.take(picked)
        taken = [main.packed.take(picked[~new]), late.packed.take(picked[new] - self.firsts[1])]
        order = np.empty(len(picked), np.int64)
        order[np.concatenate([np.flatnonzero(~new), np.flatnonzero(new)])] = np.arange(len(picked))
        return taken[0].join(taken).take(order)

    def expired(self, row: int, today: int) -> bool:
        """Whether a vacancy is no longer to be had."""
        first, part = self._of(row)
        return bool(part.closed(np.array([row - first]), today)[0] == Bar.EXPIRED)

    def positions(self, rows: Sequence[int]) -> Floats:
        """Where rows are, on the unit sphere: (k, 3), NaN unknown."""
        found = np.empty((len(rows), 3))
        for at, row in enumerate(rows):
            first, part = self._of(row)
            found[at] = part.packed.plain["position"][row - first]
        return found

    def open(
        self,
        asker: Any,
        today: int,
        gone: Iterable[str] = (),
        found: Found | None = None,
        *,
        near: bool = True,
    ) -> Answer:
        """What all have for an asker (one row) on a day, but the ids `gone`; of vacancies with what
        others `found`, and with near-misses or not (see `JobIndex.open`)."""
        left: tuple[list[int], list[int]] = ([], [])
        for row in map(self.find, gone):
            if row >= 0:
                left[row >= self.firsts[1]].append(row)
        asked: dict[int, Asked] = {}
        for at, (first, part) in enumerate(zip(self.firsts, self.parts, strict=True)):
            if len(part):
                rows = np.array(sorted(left[at]), np.int64) - first
                if found is None:
                    asked[at] = part.open(asker, today, rows, near=near)
                else:
                    own = found.of(first, first + len(part))
                    asked[at] = _of_jobs_index(part).open(asker, today, rows, own, near=near)
        return Answer(self, asked)

    @cached_property
    def firsts(self) -> tuple[int, int]:
        """The number of the first row of each part."""
        return 0, len(self.parts[0])

    def _of(self, row: int) -> tuple[int, I]:
        at = row >= self.firsts[1]
        return self.firsts[at], self.parts[at]


class Answer:
    """The answers of both parts as one."""

    def __init__(self, parts: Parts[Any], asked: Mapping[int, Asked]) -> None:
        self._parts, self._asked = parts, asked

    @cached_property
    def barred(self) -> dict[Bar, int]:
        """How many a bar keeps out, by the first of `MAIN_BARS` that does."""
        return dict(sum((Counter(asked.barred) for asked in self._asked.values()), Counter()))

    @property
    def untold(self) -> int:
        """How many say too little to be looked at."""
        return sum(asked.untold for asked in self._asked.values())

    @property
    def nothing_in_common(self) -> int:
        """Of those that nothing bars, how many nothing speaks for."""
        return sum(asked.nothing_in_common for asked in self._asked.values())

    def rehearse(self) -> None:
        """Have all that may be asked compiled."""
        for asked in self._asked.values():
            asked.rehearse()

    def best(self, limit: int) -> tuple[Rows, Floats]:
        """Rows of the best, best first, ties by id, and their scores: (k,) both, k ≤ limit."""
        return self._merged(limit, lambda asked: asked.best(limit))

    def nearest_misses(self, limit: int) -> tuple[Rows, Floats]:
        """The same of those that one bar keeps out, all but met."""
        return self._merged(limit, lambda asked: asked.nearest_misses(limit))

    def bar(self, row: int) -> Bar:
        """The bars of a row of `nearest_misses`."""
        at = int(row >= self._parts.firsts[1])
        return self._asked[at].bar(row - self._parts.firsts[at])

    @property
    def adds_only(self) -> bool:
        """Whether `ranks` holds for this person (see `AskedOfJobs`)."""
        return all(_of_jobs(asked).adds_only for asked in self._asked.values())

    def ranks(
        self, gains: Gains, gaps: Rows, rows: Rows, scores: Floats, best: tuple[Rows, Floats]
    ) -> Rows:
        """Ranks (from 1) of p rows of `best`, were the person one of more competences: (p,).

        `gaps` (p,) ascend; `scores` (p,) are what the rows then have. For vacancies only.
        """
        found = np.ones(len(rows), np.int64)
        for at, asked in self._asked.items():
            own = self._own(best[0], at)
            known = best[0][own] - self._parts.firsts[at], best[1][own]
            before = self._before(rows, at)
            found += _of_jobs(asked).ahead(gains, gaps, scores, before, known)
        return found

    def rank(self, row: int, score: float) -> int:
        """The rank (from 1) of a row that has a score."""
        before = {at: self._before(np.array([row]), at)[0] for at in self._asked}
        return 1 + sum(asked.better(score, before[at]) for at, asked in self._asked.items())

    def _before(self, rows: Rows, at: int) -> Rows:
        """For each row, the row of a part below which ids come before its own."""
        ids, mine = self._asked[at].index.packed.ids, self._own(rows, at)
        found = rows - self._parts.firsts[at]
        found[~mine] = [ids.before(self._parts.id(row)) for row in rows[~mine].tolist()]
        return found

    def _own(self, rows: Rows, at: int) -> NDArray[np.bool_]:
        return np.asarray((rows >= self._parts.firsts[1]) == bool(at))

    def _merged(
        self, limit: int, ask: Callable[[Asked], tuple[Rows, Floats]]
    ) -> tuple[Rows, Floats]:
        found = [(self._parts.firsts[at], *ask(asked)) for at, asked in self._asked.items()]
        if len(found) == 1:
            first, rows, scores = found[0]
            return rows + first, scores
        every = [
            (-score, self._parts.id(first + row), first + row)
            for first, rows, scores in found
            for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        ]
        best = sorted(every)[:limit]
        return np.array([b[2] for b in best], np.int64), np.array([-b[0] for b in best], np.float64)


def _of_jobs_index(part: JobIndex | PeopleIndex) -> JobIndex:
    if not isinstance(part, JobIndex):
        raise TypeError("only vacancies are found by others")
    return part


def _of_jobs(asked: Asked) -> AskedOfJobs:
    if not isinstance(asked, AskedOfJobs):
        raise TypeError("only an answer of vacancies tells what a competence more would bring")
    return asked
