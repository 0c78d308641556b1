"""Where suggestions come from: each carries all its sources, each can be left out or bounded.

A person's own selection, what a consultant or an employer set before them, what competences say,
and what similar people found. What several of them have is one suggestion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import get_args

import numpy as np

from competent_data.records import Source
from matcher.spread import POOL
from models.grid import STRENGTH_BITS
from models.index import Found
from models.neighbours import Finding

SOURCES: tuple[Source, ...] = get_args(Source)
LEAST_FOUND = 5
"""Of what fewer similar people found nothing is said, unless the operator says another number."""


@dataclass(frozen=True)
class Sources:
    """Which sources are on, and at most how many places of a list those get that only one has."""

    on: frozenset[Source] = frozenset(SOURCES)
    most: Mapping[Source, int] = field(default_factory=lambda: {"employer": 3, "similar": 4})
    least: int = LEAST_FOUND

    def without(self, *sources: Source) -> Sources:
        """The same without some."""
        return replace(self, on=self.on - set(sources))

    @property
    def named(self) -> str:
        """The same in one line, always in the same order."""
        quotas = " ".join(f"{name}={most}" for name, most in sorted(self.most.items()))
        return f"{' '.join(sorted(self.on))}; {quotas}; from {self.least} people"


ALONE = Sources(frozenset({"competences"}))
"""What competences say, and nothing else."""


@dataclass(frozen=True)
class Findings:
    """What others found and what the person selected, by row of the market; with `alone` no other
    row is looked at."""

    similar: Mapping[int, Finding]
    own: frozenset[int]
    alone: bool

    @cached_property
    def rows(self) -> frozenset[int]:
        """All of it."""
        return self.own | self.similar.keys()

    @cached_property
    def found(self) -> Found | None:
        """As the index takes it; None where there is nothing to tell it."""
        if not self.rows and not self.alone:
            return None
        rows = sorted(self.rows)
        steps = [round(self.strength(row) * 2**STRENGTH_BITS) for row in rows]
        return Found(np.array(rows, np.int64), np.array(steps, np.uint16), self.alone)

    def pool(self, limit: int, spread: float) -> int:
        """How many of the best a list of `limit` is chosen from: whatever only one source has may
        have to give way."""
        return limit * (POOL if spread else 1) + len(self.rows)

    def sources(self, row: int) -> set[Source]:
        """Who has a row, but for competences and pins."""
        found: set[Source] = {"own"} if row in self.own else set()
        return found | {"similar"} if row in self.similar else found

    def strength(self, row: int) -> float:
        """How strongly similar people found a row, in [0, 1)."""
        return self.similar[row].strength if row in self.similar else 0.0

    def people(self, row: int) -> int:
        """How many of them did."""
        return self.similar[row].people if row in self.similar else 0


def admitted(found: Sequence[Collection[Source]], most: Mapping[Source, int]) -> list[int]:
    """Which of what was found, best first, may be shown by its sources: places in it.

    What only one source has takes one of its places; what several have takes none.
    """
    taken: Counter[Source] = Counter()
    kept = []
    for at, sources in enumerate(found):
        if len(sources) == 1:
            (only,) = sources
            taken[only] += 1
            if taken[only] > most.get(only, taken[only]):
                continue
        kept.append(at)
    return kept
