"""What the engine answers with: ranked suggestions, each explained, and what was left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from matcher.gaps import Gap
from matcher.reasons import Reason, boost
from matcher.spread import Placed

Status = Literal["ok", "nothing_eligible", "insufficient_data"]


@dataclass(frozen=True)
class Pinned:
    """That somebody set a vacancy before a person: who, why, when."""

    by: str
    reason: str
    when: dt.datetime


class Suggestion(msgspec.Struct, frozen=True):
    """One ranked pair. For a person `id` and `title` are the vacancy's, for a vacancy `id` is the
    person's. `score` in [0, 100], or up to what is on top more, is the sum of the reasons' points;
    `reach` and `wish` in [0, 1]. `gaps` are None in a brief answer: nobody asked for them. `pins`
    tell who set it before the person, and then `bars` what would keep them from it.
    """

    rank: int
    id: str
    title: str
    score: float
    reach: float
    wish: float
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...] | None
    sources: tuple[str, ...]
    distance_km: float | None
    employer: str | None = None
    place: str | None = None
    contract: str | None = None
    valid_through: dt.date | None = None
    placed: Placed | None = None
    pins: tuple[Pinned, ...] = ()
    bars: tuple[str, ...] = ()

    @property
    def boost(self) -> float:
        """Points on top of reach and wish: the operator's policy, and what similar people found."""
        return boost(self.reasons)


@dataclass(frozen=True)
class NearMiss:
    """A pair that a single requirement bars, all but met."""

    id: str
    title: str
    score: float
    bar: str
    text: str


@dataclass(frozen=True)
class Suggestions:
    """An answer. `left_out` counts what was not ranked by reason; `considered` what there was;
    `unresolved` are ids and places of the record that are not in the store."""

    subject: str
    today: dt.date
    status: Status
    items: tuple[Suggestion, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    considered: int = 0
    unresolved: tuple[str, ...] = ()

    @property
    def given_up(self) -> float:
        """Points given up over the list for spread over occupations."""
        return sum((item.placed.given_up for item in self.items if item.placed), 0.0)
