"""SYNTHETIC days: people of a town look for work, and what they do becomes events.

Written down before any ranker was measured on it, and not changed since. Nobody sees all that is
open. Someone who sits down to look gets one list: what their own search by occupation and place
finds, newest first; or what a service suggests; or a bulletin of whatever is open. What is talked
of stands on top of their own search and of the bulletin. Further down people look less (position
bias, (1 / rank)^0.5: the form of Joachims, Swaminathan & Schnabel 2017). What they look at they
view when it comes near to what they may hope for, which is the truth's own 98th percentile among
what they would travel to; on a second look they apply, save, dismiss, or leave it. So data is
missing not at random, as in life.

How often somebody looks is heavy-tailed: 14 % never do (of the Flemish, so many are not reached
digitally), the others by a log-normal rate, so that in four months some four in ten have no event,
two in ten one to five, and few have hundreds. Thresholds were set so that of those who view a
vacancy about 11 % apply, and about 2 % of these are hired (Jobvite's benchmark of 10 million
applications: 11 % of a vacancy's visitors apply, of 59 applicants 1.2 get an offer). For saving and
dismissing no figure was at hand: each is about as frequent as applying. A setting may let everybody
look more often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.town import Town, day
from competent_data.records import Event, EventKind, Source
from matcher.history import done
from models.signals import km_between

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]
Lists = Callable[[int, int], Rows]
"""What a service suggests to a person (their number) on a day: numbers of vacancies, best first."""

NEVER_LOOKS = 0.14
LOOKS_A_WEEK, LOOKS_SPREAD = 0.12, 1.4
"""Median and log-normal spread of how often the others look."""
OWN_SEARCH, SUGGESTED = 0.5, 0.3
"""Shares of the looks; the rest reads the bulletin."""
LENGTH, SUGGESTIONS = 15, 10
FADES = 0.5
CLOSE_ENOUGH = 0.3
"""How close an occupation must be to be found by one's own search."""
HOPED = 98
VIEWS, SAVES, APPLIES, DISMISSES = 0.0, 1.8, 2.7, -0.7
"""Where a look, or a second look, leads to something: so far above (or, dismissing, below) hope."""
HIRED = 0.02


@dataclass
class Life:
    """People of a town, day after day; the same seed and lists give the same events. Who is hired
    looks no further, and the vacancy is filled."""

    town: Town
    seed: int
    gone: dict[int, dict[str, str]] = field(default_factory=dict)
    """By person what never comes back, with why."""

    def __post_init__(self) -> None:
        town, self._random = self.town, np.random.default_rng([self.seed, 1])
        count = len(town.folk)
        rates = (
            town.setting.looks * LOOKS_A_WEEK / 7 * self._random.lognormal(0, LOOKS_SPREAD, count)
        )
        self.rates = np.where(self._random.random(count) < NEVER_LOOKS, 0.0, rates)
        reachable = np.where(town.within_limit, town.utility, np.nan)
        self._hoped = np.nanpercentile(reachable, HOPED, axis=1)
        km = km_between(town.folk.position, town.offers.position)
        close = town.closeness.toarray()
        near_past = close[town.folk.past][:, town.offers.occupation]
        near_wish = close[town.folk.wished][:, town.offers.occupation]
        self._findable = np.maximum(near_past, near_wish) >= CLOSE_ENOUGH
        self._findable &= km <= 2 * town.folk.tolerance_km[:, None]
        self._handled = np.zeros(town.utility.shape, np.bool_)
        self._working = np.zeros(count, np.bool_)
        self._filled = np.zeros(len(town.offers), np.bool_)

    def day(self, number: int, lists: Lists) -> Iterator[Event]:
        """What everybody does on a day."""
        talk = self.town.talk(number)
        looking = self._random.random(len(self.rates)) < self.rates
        for person in np.flatnonzero(looking & ~self._working).tolist():
            open_ = self.open(number)
            shown, source = self._list(person, number, open_, talk, lists)
            yield from self._looks(person, number, shown[open_[shown]], talk, source)

    def open(self, number: int) -> Bools:
        """(m,): what may still be had on a day, as things stand now."""
        return self.town.open(number) & ~self._filled

    def _list(
        self,
        person: int,
        number: int,
        open_: Bools,
        talk: Floats,
        lists: Lists,
    ) -> tuple[Rows, Source | None]:
        """What stands before somebody who looks, and who put it there."""
        kind = self._random.random()
        if OWN_SEARCH <= kind < OWN_SEARCH + SUGGESTED:
            return lists(person, number)[:SUGGESTIONS], "competences"
        found = open_ & ~self._handled[person]
        if kind < OWN_SEARCH:
            rows = np.flatnonzero(found & self._findable[person])
            order = np.lexsort((-self.town.offers.first[rows], -talk[rows]))
            return rows[order][:LENGTH], "own"
        rows = self._random.permutation(np.flatnonzero(found))
        return rows[np.argsort(-talk[rows], kind="stable")][:LENGTH], None

    def _looks(
        self,
        person: int,
        number: int,
        shown: Rows,
        talk: Floats,
        source: Source | None,
    ) -> Iterator[Event]:
        """What somebody does with a list."""
        noise = self.town.setting.noise
        looked = self._random.random(len(shown)) < np.arange(1, len(shown) + 1) ** -FADES
        worth = self.town.utility[person, shown] + talk[shown] - self._hoped[person]
        first, second = noise * self._random.gumbel(size=(2, len(shown)))
        lucky = self._random.random(len(shown)) < HIRED
        for at in np.flatnonzero(looked & (worth + first > VIEWS)).tolist():
            vacancy, after = int(shown[at]), worth[at] + second[at]
            yield self._event(person, vacancy, number, "viewed", source)
            kind: EventKind | None = None
            if after > APPLIES:
                kind = "applied"
            elif after > SAVES:
                kind = "saved"
            elif after < DISMISSES:
                kind = "dismissed"
            if kind:
                yield self._event(person, vacancy, number, kind, source)
            if kind == "applied" and lucky[at]:
                yield self._event(person, vacancy, number, "hired", source)
                self._working[person] = self._filled[vacancy] = True
                return

    def _event(
        self, person: int, vacancy: int, number: int, kind: EventKind, source: Source | None
    ) -> Event:
        town = self.town
        who, what = town.people[person].id, town.vacancies[vacancy].id
        gone = done([(what, kind)])
        if gone:
            self.gone.setdefault(person, {}).update(gone)
            self._handled[person, vacancy] = True
        steps = {"viewed": 0, "dismissed": 1, "saved": 1, "applied": 2, "hired": 3}
        when = dt.datetime.combine(day(number), dt.time(9, steps[kind]))
        return Event(
            id=f"{who}-{what}-{kind}-{number}",
            person=who,
            vacancy=what,
            kind=kind,
            when=when,
            provenance=source,
        )
