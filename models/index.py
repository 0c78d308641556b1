"""Everybody's best from an index: the score of `models.signals` and `models.scorecard`, fast.

Rows lie by where they are and what they require, so of those out of reach nothing is looked at but
how many they are. Of the others what an asker has meets only those that ask it (postings, as in a
search engine). What depends on a place, a set of requirements or of terms is worked out once for
each distinct one and looked up.
The likeness of texts, which is dear and worth few points, is worked out only where these points can
still bring a row among the best. All weights are whole grid steps, so the sums are those of the
plain arithmetic, bit for bit. All that is kept is plain arrays, which lie in the artefact.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models import kernels
from models.eligibility import LEAST_IN_COMMON, Bar, main_bar
from models.grid import BITS, DENSE_BITS
from models.packed import Packed, frozen
from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    JobRows,
    PeopleRows,
)
from models.scorecard import MOST_KNOTS, Scorecard
from models.sheaf import Arrays

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Reached = tuple[NDArray[np.int32], Floats, NDArray[np.bool_]]
R = TypeVar("R", PeopleRows, JobRows)
_SPEAKING = ("must", "may", "occupation", "wished", "text")
_LEAST = np.array([[LEAST_IN_COMMON[name][i] for name in _SPEAKING] for i in (0, 1)], np.float64)
"""Where a past occupation is stated, and where not."""
_LEAST_STEPS = np.rint(_LEAST[:, :4] * 2**BITS).astype(np.int64)
_SUMS = 7
"""What an asker meets: must, may, must by evidence; past, experience, wished, read occupations."""
_NOBODY: Rows = np.zeros(0, np.int64)


class Postings(NamedTuple):
    """A sparse matrix by column: from `starts[c]` the `seats`, ascending, and `steps` of c."""

    starts: NDArray[np.int64]
    seats: NDArray[np.uint32]
    steps: NDArray[np.uint16]

    @classmethod
    def of(cls, matrix: csr_array) -> Self:
        """Of a packed matrix, a row a seat."""
        columns = matrix.tocsc()
        columns.sort_indices()
        return cls(
            columns.indptr.astype(np.int64),
            columns.indices.astype(np.uint32),
            columns.data.astype(np.uint16),
        )


@dataclass(frozen=True)
class Gains:
    """What each of g further competences would add: from `starts[i]` the `columns` of gap i, each
    with the steps of 2^-12 that `covers` and `evidence` rise."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    covers: NDArray[np.int64]
    evidence: NDArray[np.int64]

    def of(self, gap: int) -> Iterator[tuple[int, int, int]]:
        """The columns of a gap, each with the steps that covers and evidence rise."""
        own = slice(self.starts[gap], self.starts[gap + 1])
        parts = (part[own].tolist() for part in (self.columns, self.covers, self.evidence))
        yield from zip(*parts, strict=True)

    def added(self, row: PeopleRows, gap: int) -> PeopleRows:
        """A person's row with the competence of a gap."""
        found = {"covers": row.covers, "evidence": row.evidence, "held": row.held}
        own = list(self.of(gap))
        columns = [column for column, _, _ in own]
        for name, steps in (("covers", [c for _, c, _ in own]), ("evidence", [e for *_, e in own])):
            cells = (np.array(steps) * 2.0**-BITS, ([0] * len(own), columns))
            found[name] = csr_array(found[name] + csr_array(cells, shape=row.covers.shape))
            found[name].eliminate_zeros()
        if not row.held.nnz:  # whether anything is held is all that the index reads there
            found["held"] = csr_array(([1.0], ([0], [0])), shape=row.held.shape)
        return replace(row, **found)


@dataclass(frozen=True)
class Found:
    """Vacancies that people like an asker found: r `rows`, and how strongly, in (0, 1], as `steps`
    of 2^-16. With `alone` no other is looked at."""

    rows: Rows
    steps: NDArray[np.uint16]
    alone: bool = False

    @classmethod
    def nothing(cls) -> Self:
        """By nobody."""
        return cls(_NOBODY, np.zeros(0, np.uint16))

    def of(self, first: int, end: int) -> Self:
        """Of some rows only, counted from the first of them."""
        own = (self.rows >= first) & (self.rows < end)
        return type(self)(self.rows[own] - first, self.steps[own], self.alone)


class _Room:
    """Room for one answer, so that none waits for fresh memory."""

    def __init__(self, size: int, kind: type[Any]) -> None:
        self.sums = np.zeros((_SUMS, size), kind)
        self.reach = np.empty(size, np.uint8)
        self.similar = np.zeros(size, np.uint16)
        self._filled: dict[int, Rows] = {}
        self._marked = self._said = _NOBODY
        self._words = np.zeros(0, np.int64)

    def mark(self, seats: Rows, steps: NDArray[np.uint16]) -> None:
        """Let `similar` tell what others found, and nothing else."""
        self.similar[self._marked] = 0
        self.similar[seats] = steps
        self._marked = seats

    def said(self, words: csr_array) -> NDArray[np.int64]:
        """(W,): the steps of the words that an asker says."""
        found = self._words
        if len(found) != words.shape[1]:
            found = self._words = np.zeros(words.shape[1], np.int64)
        found[self._said] = 0
        found[words.indices] = np.rint(words.data * 2**BITS)
        self._said = words.indices
        return found

    def line(self, at: int, runs: Rows) -> NDArray[Any]:
        """(size,) zeros of the sums, to be filled within the runs."""
        self._filled[at] = runs
        line: NDArray[Any] = self.sums[at]
        return line

    def clear(self, at: int) -> None:
        """Make a line zeros again."""
        for start, end in self._filled.pop(at, _NOBODY).tolist():
            self.sums[at, start:end] = 0

    @cached_property
    def added(self) -> NDArray[Any]:
        """(size,) zeros, which whoever fills them makes zeros again."""
        return np.zeros_like(self.sums[0])

    @cached_property
    def touched(self) -> NDArray[np.uint32]:
        """(size,), anything."""
        return np.empty(self.sums.shape[1], np.uint32)


class _Day(NamedTuple):
    """Who is there on a day, by seat, how many of each lot, and how many are not there, by why."""

    there: NDArray[np.bool_]
    lots: Rows
    closed: Counter[int]
    untold: int


class _Index(Generic[R]):
    """Rows of one side, to be asked from the other. `hidden` (n,) rows are not there.

    `arrays` is all that is worked out beforehand:

    - `rows` (n,) is the row on each seat and `seats` (n,) the seat of each row; seats are by lot,
      which are rows with the same requirements at the same place: `lots.starts` (l + 1,);
    - of each posting `starts`, `seats`, `steps`; of one `beside` another only `steps`;
    - requirements, place and terms have a place each in one table, so that what depends on them is
      worked out once for each distinct one: of lots `lots.here` and `lots.there` (l,), of seats
      `facets` (n, 3), of vacancies (n, 7) with the place of the occupation and the steps of must,
      may and profile. Their values are `requirement.…`, `terms.…`, `places` and `reach.…`, and the
      sets of languages and licences that a requirement names are `languages.…` and `licences.…`;
    - of vacancies `asked` (2, n) are the steps of must and may by seat, and `stated` the seats of
      each occupation that is stated; of people `known` (n,) is what is known by seat;
    - `told` (n,) says of which rows enough is known, `spoken` (n,) whose text says anything, `most`
      (1,) the steps of the fullest row.
    """

    postings: tuple[str, ...]
    beside: Mapping[str, str] = MappingProxyType({})
    """What lies on the seats of another posting, since it is hardly ever elsewhere."""
    gap = 1 << 13
    """Runs that are fewer seats apart are one: to find where a run begins costs as much."""

    def __init__(
        self,
        rows: R | Packed[R],
        scorecard: Scorecard | None = None,
        arrays: Arrays | None = None,
        hidden: NDArray[np.bool_] | None = None,
    ) -> None:
        self.packed: Packed[R] = rows if isinstance(rows, Packed) else Packed.of(rows)
        self.scorecard = scorecard or Scorecard()
        self.card = _card(self.scorecard)
        # Never written to, as what is mapped is not: so the loops are compiled once for both.
        self.packed.freeze()
        self.arrays: Arrays = frozen(self._build() if arrays is None else arrays)
        self.hidden = np.zeros(len(self), np.bool_) if hidden is None else hidden
        self._looked_up: dict[str, Postings] = {}
        self._days: dict[int, _Day] = {}
        self._rooms: list[_Room] = []

    def __len__(self) -> int:
        return len(self.packed)

    def without(self, rows: Rows) -> Self:
        """The same index, but for some rows."""
        hidden = self.hidden.copy()
        hidden[rows] = True
        return type(self)(self.packed, self.scorecard, self.arrays, hidden)

    def posting(self, name: str) -> Postings:
        """The postings of a column of the rows."""
        found = self._looked_up.get(name)
        if found is None:
            there = self.beside.get(name, name)
            parts = f"{there}.starts", f"{there}.seats", f"{name}.steps"
            found = self._looked_up[name] = Postings(*(self.arrays[part] for part in parts))
        return found

    def room(self) -> _Room:
        """Room for one answer, to be given back."""
        try:
            return self._rooms.pop()
        except IndexError:
            return _Room(len(self), self.sum_type)

    def give_back(self, room: _Room) -> None:
        """Whoever took a room no longer reads in it."""
        self._rooms.append(room)

    def meet(self, room: _Room, runs: Rows, parts: Sequence[tuple[str, csr_array]]) -> NDArray[Any]:
        """For each posting and row of weights Σ over columns of row · column: (7, n), in steps of
        2^(-2 · BITS), within the runs."""
        for at in range(_SUMS):
            room.clear(at)
        for at, (name, row) in enumerate(parts):
            own = self.posting(name)
            if row.nnz and len(own.seats):
                steps = np.rint(row.data * 2**BITS).astype(self.sum_type)
                columns = row.indices.astype(np.int32)
                kernels.add(*own, columns, steps, runs, room.line(at, runs))
        return room.sums

    @cached_property
    def sum_type(self) -> type[Any]:
        """In what sums are taken: each weight of an asker is 2^BITS steps at most."""
        return np.int64 if int(self.arrays["most"][0]) >= 2 ** (32 - BITS) else np.uint32

    def text(self, room: _Room, dense: NDArray[np.float32], words: csr_array) -> tuple[Any, ...]:
        """What an asker says, beside what everybody here says, for the compiled loops."""
        said = np.rint(dense * np.float32(2**DENSE_BITS)).astype(np.int16)
        return (
            bool(said.any()),
            said,
            self.packed.plain["dense"],
            (-1, 0) if self.packed.dense is None else self.packed.dense.first,
            self.arrays["spoken"],
            room.said(words),
            *(self.arrays[f"words.{part}"] for part in ("starts", "columns", "steps")),
        )

    def day(self, today: int) -> _Day:
        """Who is there on a day."""
        found = self._days.get(today)
        if found is None:
            told, closed = self.arrays["told"], self.closed(np.arange(len(self)), today)
            there = ~self.hidden & told
            seated = (there & (closed == 0))[self.arrays["rows"]]
            before = np.concatenate([[0], np.cumsum(seated)])
            found = _Day(
                seated,
                np.diff(before[self.arrays["lots.starts"]]),
                Counter(closed[there & (closed != 0)].tolist()),
                int((~self.hidden & ~told).sum()),
            )
            self._days = {today: found}
        return found

    def closed(self, rows: Rows, _today: int) -> NDArray[np.uint8]:
        """Of rows the bar that the day is, 0 where it is none."""
        return np.zeros(len(rows), np.uint8)

    @property
    def lots(self) -> tuple[NDArray[Any], ...]:
        """Starts of lots, and the places of their requirements and of their travel."""
        return tuple(self.arrays[f"lots.{name}"] for name in ("starts", "here", "there"))

    def _build(self) -> dict[str, NDArray[Any]]:
        columns = self.packed.columns
        sums = [_sums(columns[name]).max(initial=0) for name in self.postings]
        words = columns["words"]
        said = {"starts": words.indptr, "columns": words.indices, "steps": words.data}
        return {
            "spoken": np.any(columns["dense"], axis=1),
            "most": np.array([max(map(int, sums))]),
        } | _named("words", said)

    def _seated(
        self, here: NDArray[np.int32], there: NDArray[np.int32], order: Rows
    ) -> dict[str, NDArray[Any]]:
        """Seats by lot, for places of requirements and of travel (n,), these in some order, and the
        postings by seat."""
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        first = int(here.max(initial=-1)) + 1  # in the table travel comes after requirements
        rows = np.lexsort((here, rank[there - first])).astype(np.int32)
        pairs = np.stack([here, there], axis=1)[rows]
        new = np.ones(len(rows), np.bool_)
        new[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
        starts = np.flatnonzero(new)
        seats = np.empty_like(rows)
        seats[rows] = np.arange(len(rows), dtype=np.int32)
        found = {"rows": rows, "seats": seats}
        lots = {
            "starts": np.append(starts, len(rows)),
            "here": pairs[starts, 0],
            "there": pairs[starts, 1],
        }
        found |= _named("lots", lots)
        for name in self.postings:
            others = ((n, self._posted(n)[rows]) for n, to in self.beside.items() if to == name)
            if name not in self.beside:
                found |= _postings(name, self._posted(name)[rows], *others)
        return found

    def _posted(self, name: str) -> csr_array:
        """The cells of a column that are of use as postings."""
        return self.packed.columns[name]


class JobIndex(_Index[JobRows]):
    """All vacancies, to be asked for the best of one person."""

    postings = ("must", "may", "profile")

    def open(
        self,
        person: PeopleRows,
        today: int,
        gone: Rows = _NOBODY,
        found: Found | None = None,
        *,
        near: bool = True,
    ) -> AskedOfJobs:
        """What the index has for a person (one row) on a day, but the rows `gone`, ascending.

        What others `found` has points of its own, and counts as having something in common.
        Without `near` no near-misses are looked for.
        """
        return AskedOfJobs(self, person, today, gone, found or Found.nothing(), near=near)

    def closed(self, rows: Rows, today: int) -> NDArray[np.uint8]:
        """Of rows the bar that the day is, 0 where it is none."""
        columns = self.packed.plain
        late, early = columns["last_day"][rows] < today, columns["first_day"][rows] > today
        closed = np.where(early, np.uint8(Bar.NOT_YET_OPEN), np.uint8(0))
        return np.where(late, np.uint8(Bar.EXPIRED), closed)

    @cached_property
    def unstated(self) -> NDArray[np.uint32]:
        """The seats of those that state no occupation."""
        return np.flatnonzero(self.arrays["facets"][:, 3] < 0).astype(np.uint32)

    @cached_property
    def shortage(self) -> NDArray[np.uint8]:
        """(n,): whether each seat is of a shortage occupation."""
        found: NDArray[np.uint8] = self.packed.plain["shortage"][self.arrays["rows"]]
        return found

    def _build(self) -> dict[str, NDArray[Any]]:
        columns = self.packed.columns
        found = super()._build()
        occupation = columns["occupation"]
        stated = np.diff(occupation.indptr) > 0
        unstated = _without(columns["profile"], stated)
        told = [np.diff(columns[name].indptr) > 0 for name in self.postings]
        found["told"] = np.logical_or.reduce([stated, *told])
        occupations = np.full(len(self), -1, np.int64)
        occupations[stated] = occupation.indices[occupation.indptr[:-1][stated]]
        requirement = _requirement(found, columns, columns["diploma_required"])
        place, at = _distinct(*_bits(columns["position"]))
        found["places"] = columns["position"][at]
        terms = _terms(found, columns, "contract")
        facets = _facets(requirement, place, terms, occupations)
        found |= self._seated(facets[0], facets[1], _neighbourly(found["places"]))
        rows = found["rows"]
        asked = np.stack([_sums(columns[name]) for name in self.postings]).astype(np.int32)
        found["facets"] = np.concatenate([facets, asked])[:, rows].T.copy()
        found["asked"] = np.ascontiguousarray(asked[:2, rows])
        found |= _named("unstated", Postings.of(unstated[rows])._asdict())
        by_occupation = Postings.of(occupation[rows])
        found["stated.starts"], found["stated.seats"] = by_occupation.starts, by_occupation.seats
        return found


class PeopleIndex(_Index[PeopleRows]):
    """All people, to be asked for the best of one vacancy."""

    postings = ("covers", "evidence", "past", "experience", "wished", "profile")
    beside = MappingProxyType({"experience": "past"})

    def open(
        self, job: JobRows, today: int, gone: Rows = _NOBODY, *, near: bool = True
    ) -> AskedOfPeople:
        """What the index has for a vacancy (one row) on a day, but the rows `gone`, ascending.

        Without `near` no near-misses are looked for.
        """
        return AskedOfPeople(self, job, today, gone, near=near)

    def _build(self) -> dict[str, NDArray[Any]]:
        columns = self.packed.columns
        found = super()._build()
        known = _known(columns)
        spoken = kernels.COVERS | kernels.WORKED | kernels.WISHES | kernels.READS
        found["told"] = (known & spoken) > 0
        brought = columns["known"] & (LANGUAGES_KNOWN | LICENCES_KNOWN)
        requirement = _requirement(found, columns, brought)
        place, at = _distinct(*_bits(columns["position"]))
        found["places"] = columns["position"][at]
        reach, at = _distinct(place, *_bits(columns["travel_km"]))
        found["reach.place"], found["reach.km"] = place[at], columns["travel_km"][at]
        facets = _facets(requirement, reach, _terms(found, columns, "contracts"))
        near = np.argsort(_neighbourly(found["places"]))[found["reach.place"]]
        found |= self._seated(facets[0], facets[1], np.lexsort((near, found["reach.km"])))
        found["facets"] = np.ascontiguousarray(facets.T[found["rows"]])
        found["known"] = known[found["rows"]]
        return found

    def _posted(self, name: str) -> csr_array:
        """Of those who have worked it is of no use what their texts read like."""
        found = super()._posted(name)
        if name != "profile":
            return found
        return _without(found, (self.packed.plain["known"] & WORK_KNOWN) > 0)


class Asked(ABC):
    """The answer to one asker: exact, as all signals of all rows give it.

    `barred` tells how many rows a bar keeps out, by the first of `MAIN_BARS` that does; `untold`
    how many say too little to be looked at; `runs` (r, 2) are the seats from and to which rows may
    be had, be it but for one bar.
    """

    _bars: NDArray[np.uint8]
    _text: tuple[Any, ...]
    _least_text: float

    def __init__(
        self, index: JobIndex | PeopleIndex, today: int, gone: Rows, *, near: bool
    ) -> None:
        self.index, self._today, self._gone, self._misses = index, today, gone, near
        self._day = index.day(today)
        self._room = index.room()

    def __del__(self) -> None:
        self.index.give_back(self._room)

    @property
    def reached(self) -> int:
        """How many were scored."""
        return len(self._open[0]) + len(self._near[0])

    @cached_property
    def nothing_in_common(self) -> int:
        """Of the rows that nothing bars, those that nothing speaks for."""
        if np.isinf(self._least_text):
            return self._opened - len(self._open[0])
        return self._opened - int(kernels.in_common(self._open, self._least_text, self._text))

    def best(self, limit: int) -> tuple[Rows, Floats]:
        """Rows of the best, best first, ties by id, and their scores: (k,) both, k ≤ limit."""
        return self._best(limit, self._open)

    def nearest_misses(self, limit: int) -> tuple[Rows, Floats]:
        """The same of those that one bar keeps out, all but met."""
        return self._best(limit, self._near)

    def bar(self, row: int) -> Bar:
        """The bars of a row of `nearest_misses`."""
        here, there = self.index.arrays["facets"][self.index.arrays["seats"][row], :2]
        return Bar(int(self._bars[here] | self._bars[there]))

    def rehearse(self) -> None:
        """Have all that may be asked compiled, on a fresh machine for the first time."""
        judged = (self.index.card, self._least_text, self._text)
        kernels.select(1, self._open, *judged)
        kernels.score_all(self._open, *judged)
        kernels.in_common(self._open, self._least_text, self._text)

    def better(self, score: float, before: int) -> int:
        """How many come before a score: those of a higher one, and of it those below a row."""
        judged = (self.index.card, self._least_text, self._text)
        scores = kernels.score_all(self._open, *judged)
        return int((scores > score).sum() + (scores[self._open[0] < before] == score).sum())

    @abstractmethod
    def _points(self, seats: NDArray[np.uint32]) -> Floats:
        """Points of seats but those of their text."""

    def _admit(self, bars: NDArray[np.uint8], all_but_met: NDArray[np.bool_]) -> None:
        """Find which lots may be had, and count the others."""
        day, index = self._day, self.index
        self._there, lots, self._bars = day.there, day.lots, bars
        self.untold, barred = day.untold, day.closed.copy()
        if len(self._gone):
            gone = self._gone[~index.hidden[self._gone]]
            told = index.arrays["told"][gone]
            self.untold -= int((~told).sum())
            closed = index.closed(gone[told], self._today)
            barred.subtract(closed[closed != 0].tolist())
            seats = index.arrays["seats"][gone]
            at = np.searchsorted(index.arrays["lots.starts"], seats, side="right") - 1
            lots = lots - np.bincount(at[self._there[seats]], minlength=len(lots))
            self._there = self._there.copy()
            self._there[seats] = False
        self._state, counts, self.runs, self._open_runs = kernels.admit(
            index.lots, lots, bars, all_but_met & self._misses, index.gap
        )
        for bits in (1 + np.flatnonzero(counts[1:])).tolist():
            barred[_MAIN[bits]] += int(counts[bits])
        self.barred = {Bar(bar): count for bar, count in barred.items() if count}
        self._opened = int(counts[0])

    def _sift(self) -> None:
        """Find who may have something in common."""
        room, arrays = self._room, self.index.arrays
        found = kernels.sift(arrays["lots.starts"], self._state, self._there, room.reach)
        self._seats = found[0]
        self._open, self._near = (
            (arrays["rows"][part], self._points(part), room.reach[part] == kernels.SPEAKS)
            for part in found
        )

    def _best(self, limit: int, reached: Reached) -> tuple[Rows, Floats]:
        judged = (self.index.card, self._least_text, self._text)
        if limit * _FEW < len(reached[0]):
            rows, scores = kernels.select(limit, reached, *judged)
            return rows, scores
        scores = kernels.score_all(reached, *judged)
        kept = np.flatnonzero(~np.isnan(scores))
        order = kept[np.lexsort((reached[0][kept], -scores[kept]))][:limit]
        return reached[0][order].astype(np.int64), scores[order]


_MAIN = [0, *(int(main_bar(Bar(bits))) for bits in range(1, 2 ** len(Bar)))]
"""Of bits of bars the one that counts as the reason."""
_FEW = 16
"""Of fewer rows than this times the limit all are sorted; of more, the best are picked."""


class AskedOfJobs(Asked):
    """The answer to one person."""

    index: JobIndex

    def __init__(
        self,
        index: JobIndex,
        person: PeopleRows,
        today: int,
        gone: Rows,
        found: Found,
        *,
        near: bool,
    ) -> None:
        super().__init__(index, today, gone, near=near)
        arrays, card = index.arrays, index.card
        helped = arrays["seats"][found.rows]
        self._room.mark(helped, found.steps)
        told, known = int(person.known[0]), _known_of(person)
        languages, licences = arrays["requirement.languages"], arrays["requirement.licences"]
        spoken = _lacking(arrays, "languages", person.languages, told & LANGUAGES_KNOWN)
        driven = _lacking(arrays, "licences", person.licences, told & LICENCES_KNOWN)
        required, near_required, required_points = kernels.required(
            card,
            *(part[languages] for part in spoken),
            *(part[licences] for part in driven),
            np.full(len(languages), person.study[0]),
            arrays["requirement.study"],
            arrays["requirement.more"],
        )
        km = kernels.kilometres(person.position[0], arrays["places"])
        limit = np.full(len(km), person.travel_km[0])
        travel, near_travel, travel_points = kernels.travelled(card, km, limit)
        size = len(arrays["terms.shifts"])
        terms_points = kernels.agreed(
            card,
            *(np.full(size, c[0]) for c in (person.full_time, person.shifts, person.contracts)),
            *(arrays[f"terms.{name}"] for name in ("full_time", "shifts", "contract")),
        )
        column = 0 if known & kernels.WORKED else 1
        self._least_text = float(_LEAST[column, 4])
        close = [_dense(row) for row in (person.past, person.experience, person.wished)]
        occupation_points, speak = kernels.wanted(card, known, *close, _LEAST[column])
        self._admit(
            np.concatenate([required, travel]), np.concatenate([near_required, near_travel])
        )
        self._text = index.text(self._room, person.dense[0], person.words)
        parts = [
            ("must", person.covers),
            ("may", person.covers),
            ("must", person.evidence),
            ("unstated", person.past),
            ("unstated", person.experience),
            ("unstated", person.wished),
        ]
        if column == 1:  # where no past occupation is stated, what a text reads as stands for it
            parts.append(("profile", person.profile))
        sums = index.meet(self._room, self.runs, parts)
        self._least = _LEAST_STEPS[column]
        kernels.reach_jobs(
            self.runs,
            sums,
            arrays["asked"],
            self._least,
            arrays["facets"],
            index.unstated,
            (arrays["stated.starts"], arrays["stated.seats"]),
            speak,
            column == 1,
            bool(self._least_text < np.inf),
            self._room.reach,
        )
        self._spoken = int(self._least[0])
        if found.alone:
            self._room.reach.fill(0)
            self._spoken = 2**BITS
        self._room.reach[helped] = kernels.SPEAKS
        self._jobs = (arrays["facets"], sums, index.shortage, self._room.similar)
        self._splits = list(accumulate(map(len, (required, travel, terms_points))))
        self._speak = self._splits[2], speak
        zeros = [kernels.points(card[signal], 0.0) for signal in range(3)]
        self._person = (
            card,
            np.concatenate([required_points, travel_points, terms_points, occupation_points]),
            known,
            np.array([*zeros, kernels.points(card[kernels.OCCUPATION], np.nan)]),
        )
        self._sift()

    def _points(self, seats: NDArray[np.uint32]) -> Floats:
        return np.asarray(kernels.jobs_of(seats, self._jobs, self._person))

    @property
    def adds_only(self) -> bool:
        """Whether a first competence changes nothing but where it is asked: knowing nothing of what
        a person can counts as little as knowing that nothing asked is met."""
        known, zeros = self._person[2], self._person[3]
        told = (known & kernels.COVERS, known & kernels.COVERS, known & kernels.HOLDS)
        return all(
            of or kernels.points(self.index.card[signal], np.nan) == zeros[signal]
            for signal, of in enumerate(told)
        )

    @cached_property
    def _quiet(self) -> float:
        """The most points that a job for which nothing speaks can have beside must."""
        card, table, known, zeros = self._person
        least = _LEAST[0 if known & kernels.WORKED else 1]
        of = [(kernels.OCCUPATION, least[2]), (kernels.EXPERIENCE, least[2])]
        of.append((kernels.WISHED, least[3]))
        occupation = [max(kernels.points(card[s], v) for v in (np.nan, most)) for s, most in of]
        stated = table[self._speak[0] :][~self._speak[1]].max(initial=0.0)
        read = max(0.0, occupation[0] - zeros[3])
        rest = (kernels.TEXT, kernels.MAY, kernels.EVIDENCE, kernels.SHORTAGE)
        return float(
            max(sum(occupation), stated + read)
            + sum(part.max(initial=0.0) for part in np.split(table, self._splits)[:3])
            + sum(card[signal, 0] for signal in rest)
        )

    def ahead(
        self, gains: Gains, gaps: Rows, scores: Floats, before: Rows, best: tuple[Rows, Floats]
    ) -> Rows:
        """How many rows would come before each of p `scores`, with the competence of its gap: (p,).

        Of an equal score, rows below `before` (p,) come first. `best` are rows, with their scores,
        of which each is at least as good as the worst that the scores are of; `gaps` ascend. Holds
        where `adds_only`.
        """
        if not len(scores):
            return np.zeros(0, np.int64)
        return self._ahead(gains, gaps, scores, before, best)

    def rehearse(self) -> None:
        """As `Asked.rehearse`."""
        super().rehearse()
        nothing = np.zeros(0, np.int64)
        gains = Gains(np.zeros(1, np.int64), nothing, nothing, nothing)
        self._ahead(gains, nothing, np.zeros(0), nothing, (nothing, np.zeros(0)))

    def _ahead(
        self, gains: Gains, gaps: Rows, scores: Floats, before: Rows, best: tuple[Rows, Floats]
    ) -> Rows:
        index, room = self.index, self._room
        rows, starts = index.arrays["rows"], index.arrays["lots.starts"]
        must, may = index.posting("must"), index.posting("may")
        gained = (gains.starts, gains.columns, gains.covers, gains.evidence)
        asked, runs = index.arrays["asked"][0], self._open_runs
        hopeful = kernels.hopeful(
            gained,
            must,
            may,
            (self._seats, self._open[2]),
            (starts, self._state, self._there, room.reach, asked, runs),
            (self._spoken, self._quiet),
            self._jobs,
            self._person,
            float(scores.min(initial=np.inf)),
            (room.added, room.touched, np.zeros(len(must.starts) - 1, np.int64)),
        )
        found = kernels.ahead(
            gained,
            np.searchsorted(gaps, np.arange(len(gains.starts))),
            scores,
            before,
            best,
            hopeful,
            self._least,
            rows,
            must,
            may,
            runs,
            self._jobs,
            self._person,
            self._least_text,
            self._text,
            room.added,
        )
        return np.asarray(found)


class AskedOfPeople(Asked):
    """The answer to one vacancy."""

    index: PeopleIndex

    def __init__(
        self, index: PeopleIndex, job: JobRows, today: int, gone: Rows, *, near: bool
    ) -> None:
        super().__init__(index, today, gone, near=near)
        arrays, card = index.arrays, index.card
        languages, licences = arrays["requirement.languages"], arrays["requirement.licences"]
        known = arrays["requirement.more"]
        lacking, levels = _asked(arrays, "languages", job.languages)
        spoken = np.where(known & LANGUAGES_KNOWN, lacking[languages], np.nan)
        lacking, names = _asked(arrays, "licences", job.licences)
        driven = np.where(known & LICENCES_KNOWN, lacking[licences], np.nan)
        size = len(languages)
        required, near_required, required_points = kernels.required(
            card,
            spoken,
            np.full(size, levels),
            driven,
            np.full(size, names),
            arrays["requirement.study"],
            np.full(size, job.study[0]),
            np.full(size, job.diploma_required[0]),
        )
        km = kernels.kilometres(job.position[0], arrays["places"])[arrays["reach.place"]]
        travel, near_travel, travel_points = kernels.travelled(card, km, arrays["reach.km"])
        size = len(arrays["terms.shifts"])
        terms_points = kernels.agreed(
            card,
            *(arrays[f"terms.{name}"] for name in ("full_time", "shifts", "contracts")),
            *(np.full(size, c[0]) for c in (job.full_time, job.shifts, job.contract)),
        )
        terms_points += kernels.points(card[kernels.SHORTAGE], float(job.shortage[0]))
        if job.last_day[0] < today or job.first_day[0] > today:
            late = job.last_day[0] < today
            required |= np.uint8(Bar.EXPIRED if late else Bar.NOT_YET_OPEN)
            near_required[:] = near_travel[:] = False
        self._least_text = float(_LEAST[1, 4])
        self._admit(
            np.concatenate([required, travel]), np.concatenate([near_required, near_travel])
        )
        self._text = index.text(self._room, job.dense[0], job.words)
        about = job.occupation if job.occupation.nnz else job.profile
        parts = [
            ("covers", job.must),
            ("covers", job.may),
            ("evidence", job.must),
            ("past", about),
            ("experience", about),
            ("wished", about),
            ("profile", job.profile),
        ]
        sums = index.meet(self._room, self.runs, parts)
        asked = [round(float(row.data.sum()) * 2**BITS) for row in (job.must, job.may, about)]
        known, least = arrays["known"], self._least(asked)
        kernels.reach_people(self.runs, sums, known, least, self._room.reach)
        self._people = (arrays["facets"], known, sums)
        table = np.concatenate([required_points, travel_points, terms_points])
        self._job = (card, table, *asked, job.profile.nnz > 0)
        self._sift()

    def _points(self, seats: NDArray[np.uint32]) -> Floats:
        return np.asarray(kernels.people_of(seats, self._people, self._job))

    def _least(self, asked: Sequence[int]) -> NDArray[Any]:
        """(2, 5) steps of must, may, past, wished, read from which each speaks, of people with and
        without a past occupation."""
        kind = self.index.sum_type
        must, may, about = asked
        never = int(np.iinfo(kind).max)
        found = [
            (
                must * least[0] if must else never,
                may * least[1] if may else never,
                about * least[2] if about and worked else never,
                about * least[3] if about else never,
                least[2] << BITS if not worked else never,
            )
            for worked, least in zip((True, False), _LEAST_STEPS.tolist(), strict=True)
        ]
        return np.array([[min(least, never) for least in of] for of in found], kind)


def _card(scorecard: Scorecard) -> Floats:
    """A row for each of `SIGNALS`: points, neutral strength, number of steps, the curve."""
    found = np.zeros((len(kernels.SIGNALS), kernels.KNOTS + MOST_KNOTS))
    found[:, 2] = 1
    for line in scorecard.lines:
        row = found[kernels.SIGNALS.index(line.name)]
        row[: kernels.KNOTS] = line.points, line.neutral, len(line.curve) - 1
        row[kernels.KNOTS : kernels.KNOTS + len(line.curve)] = line.curve
    return found


def _known(people: Mapping[str, Any]) -> NDArray[np.uint8]:
    """What is known of each person, in bits of `kernels`, from columns of `PeopleRows`: (n,)."""
    told = people["known"]
    bits = [(bit, np.diff(people[name].indptr) > 0) for bit, name in _HELD]
    bits += [(bit, (told & known) > 0) for bit, known in _TOLD]
    return np.asarray(sum(bit * is_so for bit, is_so in bits), np.uint8)


def _known_of(person: PeopleRows) -> int:
    """The same of one: arrays of one number take ten times as long."""
    told, columns = int(person.known[0]), vars(person)
    held = [bit for bit, name in _HELD if columns[name].nnz]
    return sum(held) + sum([bit for bit, known in _TOLD if told & known])


_HELD = ((kernels.COVERS, "covers"), (kernels.HOLDS, "held"), (kernels.READS, "profile"))
_TOLD = (
    (kernels.WORKED, WORK_KNOWN),
    (kernels.YEARS, YEARS_KNOWN),
    (kernels.WISHES, WISHES_KNOWN),
)
"""Bits of what is known of a person, by what the row holds and by what is told of it."""


def _postings(
    name: str, matrix: csr_array, beside: tuple[str, csr_array] | None = None
) -> dict[str, NDArray[Any]]:
    """The postings of a packed matrix, a row a seat, with the steps of another beside it, 0 where
    that holds nothing."""
    if beside is None:
        return _named(name, Postings.of(matrix)._asdict())
    both = matrix.astype(np.uint32)
    both.data <<= 16
    columns = csr_array(both + beside[1].astype(np.uint32)).tocsc()
    columns.sort_indices()
    own = columns.indptr.astype(np.int64), columns.indices.astype(np.uint32)
    steps, others = columns.data >> 16, columns.data & (2**16 - 1)
    found = _named(name, Postings(*own, steps.astype(np.uint16))._asdict())
    return found | {f"{beside[0]}.steps": others.astype(np.uint16)}


def _without(matrix: csr_array, rows: NDArray[np.bool_]) -> csr_array:
    """The same matrix with nothing in some rows."""
    found = matrix.copy()
    found.data[np.repeat(rows, np.diff(found.indptr))] = 0
    found.eliminate_zeros()
    return found


def _sums(matrix: csr_array) -> NDArray[np.int64]:
    """Steps of each row of a packed matrix: (n,)."""
    return np.asarray(matrix.astype(np.int64).sum(axis=1)).ravel()


def _dense(row: csr_array) -> Floats:
    """A row of cells as (columns,)."""
    found = np.zeros(row.shape[1])
    found[row.indices] = row.data
    return found


def _bits(numbers: Floats) -> tuple[NDArray[np.int64], ...]:
    """Columns of floats as whole numbers, so that NaN equals NaN."""
    return tuple(np.ascontiguousarray(column).view(np.int64) for column in np.atleast_2d(numbers.T))


def _distinct(*columns: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The number of each row's combination of values, and the first row of each: (n,) and (d,)."""
    number = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values, code = np.unique(column, return_inverse=True)
        number = np.unique(number * max(len(values), 1) + code.ravel(), return_inverse=True)[1]
    _, firsts, numbers = np.unique(number, return_index=True, return_inverse=True)
    return numbers.ravel().astype(np.int32), firsts


def _facets(*numbers: NDArray[Any]) -> NDArray[np.int32]:
    """Numbers of several kinds as places in one table, the kinds one after another; -1 stays."""
    found, first = [], 0
    for number in numbers:
        found.append(np.where(number < 0, -1, number + first))
        first += int(number.max(initial=-1)) + 1
    return np.stack(found).astype(np.int32)


def _neighbourly(positions: Floats) -> Rows:
    """Places (d, 3) in an order in which those near each other come near each other: halved by
    their widest axis, and each half again."""

    def halved(some: Rows) -> Iterator[Rows]:
        if len(some) < 2:
            yield some
            return
        own = positions[some]
        axis = int(np.argmax(own.max(axis=0) - own.min(axis=0)))
        order = some[np.argsort(own[:, axis], kind="stable")]
        yield from halved(order[: len(order) // 2])
        yield from halved(order[len(order) // 2 :])

    known = ~np.isnan(positions[:, 0])
    return np.concatenate([*halved(np.flatnonzero(known)), np.flatnonzero(~known)])


def _requirement(
    found: dict[str, NDArray[Any]], columns: Mapping[str, Any], more: NDArray[Any]
) -> NDArray[np.int32]:
    """The number of each row's languages, licences, study level and `more`; keeps their values."""
    languages, sets = _sets(columns["languages"])
    found |= _named("languages", sets)
    licences, sets = _sets(columns["licences"])
    found |= _named("licences", sets)
    requirement, at = _distinct(languages, licences, *_bits(columns["study"]), more)
    values = {"languages": languages, "licences": licences, "study": columns["study"], "more": more}
    found |= _named("requirement", {name: value[at] for name, value in values.items()})
    return requirement


def _terms(
    found: dict[str, NDArray[Any]], columns: Mapping[str, Any], contract: str
) -> NDArray[np.int32]:
    """The number of each row's working time, shifts and contract; keeps their values."""
    terms, at = _distinct(*_bits(columns["full_time"]), columns["shifts"], columns[contract])
    values = {name: columns[name][at] for name in ("full_time", "shifts", contract)}
    found |= _named("terms", values)
    return terms


def _named(name: str, parts: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {f"{name}.{part}": array for part, array in parts.items()}


def _sets(matrix: csr_array) -> tuple[NDArray[np.int32], dict[str, NDArray[Any]]]:
    """The number of each row's set of columns, and the distinct sets as `starts`, `columns`."""
    starts, columns = matrix.indptr, matrix.indices
    counts = np.diff(starts)
    codes = [counts]
    for place in range(int(counts.max(initial=0))):
        code = np.full(len(counts), -1, np.int64)
        there = counts > place
        code[there] = columns[starts[:-1][there] + place]
        codes.append(code)
    numbers, firsts = _distinct(*codes)
    sets = matrix[firsts]
    return numbers, {
        "starts": sets.indptr.astype(np.int64),
        "columns": sets.indices.astype(np.int32),
    }


def _lacking(arrays: Arrays, name: str, held: csr_array, known: int) -> tuple[Floats, Floats]:
    """Of each set how many columns are not held, NaN if that is not known, and how many it has."""
    starts, columns = arrays[f"{name}.starts"], arrays[f"{name}.columns"]
    asked = np.diff(starts).astype(np.float64)
    if not known:
        return np.full(len(asked), np.nan), asked
    return kernels.lacking(starts, columns, _dense(held)), asked


def _asked(arrays: Arrays, name: str, asked: csr_array) -> tuple[Floats, float]:
    """How many of the columns asked each set lacks, and how many are asked."""
    starts, columns = arrays[f"{name}.starts"], arrays[f"{name}.columns"]
    held = np.diff(starts) - kernels.lacking(starts, columns, _dense(asked))
    return asked.nnz - held, float(asked.nnz)
