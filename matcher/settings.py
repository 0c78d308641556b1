"""Where things are and what the operator weighs: read from the environment, once, at the edge."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from competent_data.records import Source
from matcher.sources import LEAST_FOUND, SOURCES, Sources
from matcher.spread import MOST_SPREAD
from models.grid import POINT_BITS
from models.neighbours import LEAST_PEOPLE as FEWEST
from models.scorecard import MOST_BOOST, MOST_SIMILAR, Scorecard

STORE = "MATCHER_STORE"
ARTEFACT = "MATCHER_ARTEFACT"
SCORECARD = "MATCHER_SCORECARD"
REFERENCE_DATA = "MATCHER_REFERENCE_DATA"
REACH_SHARE = "MATCHER_REACH_SHARE"
SHORTAGE_BOOST = "MATCHER_SHORTAGE_BOOST"
SHORTAGE_OCCUPATIONS = "MATCHER_SHORTAGE_OCCUPATIONS"
SPREAD = "MATCHER_SPREAD"
SIMILAR_POINTS = "MATCHER_SIMILAR_POINTS"
LEAST_PEOPLE = "MATCHER_LEAST_PEOPLE"
SOURCES_ON = "MATCHER_SOURCES"
QUOTAS = "MATCHER_QUOTAS"
USUAL_SIMILAR_POINTS = 6.0
USUAL_SOURCES = Sources()
LEAST_SHARE, MOST_SHARE = 0.05, 0.95
"""Neither reach nor wish can be weighed away."""
_NAME = "competent-matcher"


class SettingsError(ValueError):
    """A setting is not what is expected."""


@dataclass(frozen=True)
class Policy:
    """What the operator of a service weighs; by default nothing.

    `reach_share` is reach's share of the points, None for the card's own; `shortage_boost` the
    points of a shortage occupation, of those that the file `shortage_occupations` lists; `spread`
    the points that a vacancy may be given up for the sake of another occupation; `similar_points`
    what similar people found is worth at most; `sources` where suggestions come from.
    """

    reach_share: float | None = None
    shortage_boost: float = 0.0
    shortage_occupations: Path | None = None
    spread: float = 0.0
    similar_points: float = USUAL_SIMILAR_POINTS
    sources: Sources = USUAL_SOURCES

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The policy of the environment.

        Raises:
            SettingsError: a number is none or out of bounds, a boost comes without a list, or a
                source is not known.
        """
        share = _number(environment, REACH_SHARE, math.nan, LEAST_SHARE, MOST_SHARE)
        boost = _number(environment, SHORTAGE_BOOST, 0.0, 0.0, MOST_BOOST)
        named = environment.get(SHORTAGE_OCCUPATIONS)
        if boost and not named:
            raise SettingsError(
                f"{SHORTAGE_BOOST} is {boost:g} and {SHORTAGE_OCCUPATIONS} is not set; expected "
                "the file that lists the shortage occupations"
            )
        return cls(
            None if math.isnan(share) else share,
            boost,
            Path(named) if named else None,
            _number(environment, SPREAD, 0.0, 0.0, MOST_SPREAD),
            _number(environment, SIMILAR_POINTS, USUAL_SIMILAR_POINTS, 0.0, MOST_SIMILAR),
            _sources(environment),
        )

    def applied(self, card: Scorecard) -> Scorecard:
        """A card weighed and boosted so, points rounded to the grid."""
        weighed = card if self.reach_share is None else card.weighed(self.reach_share)
        return weighed.boosted(_grid(self.shortage_boost)).heeding(_grid(self.similar_points))


@dataclass(frozen=True)
class Settings:
    """`store` is a database URL, `artefact` the folder of what was fitted, `scorecard` the file of
    a learnt card; None for the published one."""

    store: str
    artefact: Path
    scorecard: Path | None = None
    policy: Policy = Policy()

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Settings of the environment; by default in the user's data folder.

        Raises:
            SettingsError: the policy is not what is expected.
        """
        home = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / _NAME
        found = cls.at(
            environment.get(STORE) or f"sqlite:///{home / 'matcher.db'}",
            environment.get(ARTEFACT) or None,
            home,
        )
        card = environment.get(SCORECARD)
        return dataclasses.replace(
            found, scorecard=Path(card) if card else None, policy=Policy.read(environment)
        )

    @classmethod
    def at(cls, store: str, artefact: str | None = None, home: Path = Path()) -> Self:
        """Settings for a store; what is fitted lies beside its file unless named."""
        if artefact:
            return cls(store, Path(artefact))
        scheme, _, file = store.partition("?")[0].partition(":///")
        if scheme == "sqlite" and file:
            return cls(store, Path(file).with_suffix(".fitted"))
        return cls(store, home / "fitted")

    @classmethod
    def demo(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Where the demonstration keeps its own store, apart from any other."""
        return cls.at(f"sqlite:///{_cache(environment) / 'demo.db'}")

    @staticmethod
    def bench_vectors(environment: Mapping[str, str] = os.environ) -> Path:
        """Where the benchmark keeps the vectors of labels from one run to the next."""
        return _cache(environment) / "bench.vectors"


def _number(
    environment: Mapping[str, str], name: str, default: float, least: float, most: float
) -> float:
    found = environment.get(name)
    if not found:
        return default
    try:
        value = float(found)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise SettingsError(f"{name} is {found!r}, expected a number from {least:g} to {most:g}")
    return value


def _grid(points: float) -> float:
    return float(round(points * 2**POINT_BITS) / 2**POINT_BITS)


def _sources(environment: Mapping[str, str]) -> Sources:
    named = environment.get(SOURCES_ON, "").replace(",", " ").split()
    quotas = dict(Sources().most)
    for part in environment.get(QUOTAS, "").replace(",", " ").split():
        name, _, most = part.partition("=")
        if not most.isdecimal():
            raise SettingsError(f"{QUOTAS} has {part!r}, expected as similar=4")
        quotas[_source(QUOTAS, name)] = int(most)
    on = frozenset(_source(SOURCES_ON, name) for name in named) or Sources().on
    least = _number(environment, LEAST_PEOPLE, LEAST_FOUND, FEWEST, 1000)
    if least % 1:
        raise SettingsError(f"{LEAST_PEOPLE} is {least:g}, expected a whole number")
    return Sources(on, quotas, int(least))


def _source(setting: str, name: str) -> Source:
    found = next((source for source in SOURCES if source == name), None)
    if found is None:
        raise SettingsError(f"{setting} names {name!r}, expected some of {', '.join(SOURCES)}")
    return found


def _cache(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / _NAME
