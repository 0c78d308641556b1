"""What is listed: pairs of one person and several jobs, or the other way, and what tells of each.

What reasons rest on is worked out for all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.sides import JobSide, PersonSide
from models.provenance import Speakers
from models.scorecard import Floats, Judged, Scorecard
from models.telling import Told, most_asked, most_shared

_MOST_EVIDENCE = 12
_MOST_WORDS = 5


class Pair(NamedTuple):
    """A person and a job, and what tells most of the two.

    `told` is that of must, of may, and of what is shown to be had of must, for which some of the
    `speakers` speak, and `shown` all of it that is told of the job in the whole list; `words` and
    `alike` are the places of words and of likely occupations that both have, `close` says how close
    to the job's each occupation is that the dossier names, `km` how far it is, NaN where that is
    not known.
    """

    person: PersonSide
    job: JobSide
    speakers: Speakers
    told: tuple[Told, Told, Told]
    shown: Set[int]
    words: Sequence[int]
    alike: Sequence[int]
    close: Mapping[str, float]
    km: float


@dataclass(frozen=True)
class Listed:
    """Pairs, best first, and their signals by name, (k,) each: k pairs of whole blocks, one of
    which holds one record."""

    pairs: Sequence[tuple[PersonSide, JobSide]]
    values: Mapping[str, Floats]
    scorecard: Scorecard

    @cached_property
    def judged(self) -> Judged:
        """What the scorecard makes of them."""
        return self.scorecard.judged(self.values)

    @cached_property
    def marks(self) -> list[tuple[float, float, float]]:
        """The score of each, its reach and its wish."""
        judged = self.judged
        parts = (part.tolist() for part in (judged.scores, judged.reach, judged.wish))
        return list(zip(*parts, strict=True))

    @property
    def orders(self) -> list[list[int]]:
        """Of each the lines of the scorecard, those of most points first, of what is unknown last;
        ties by line."""
        lines, strengths = self.scorecard.lines, self.judged.strengths
        unknown = np.isnan([self.values[line.name] for line in lines])
        points = np.array([strengths[line.name] for line in lines]).T
        points *= [line.points for line in lines]
        found: list[list[int]] = np.lexsort((-points, unknown.T)).tolist()
        return found

    @cached_property
    def km(self) -> list[float]:
        """How far the two of each are apart, NaN where that is not known."""
        return [person.km_to(job) for person, job in self.pairs]

    def told(self, order: NDArray[np.int64]) -> list[Pair]:
        """The pairs with what tells of them; `order` (W,) is that of words, -1 of those that tell
        nothing."""
        if not self.pairs:
            return []
        people, jobs = self.pairs[0][0].block, self.pairs[0][1].block
        whole = [side.states or side.profile for _, side in self.pairs[-len(jobs.jobs) :]]
        told = most_asked(people.backing, jobs.rows, whole, _MOST_EVIDENCE)
        words = most_shared(people.rows, jobs.rows, "words", _MOST_WORDS, order)
        alike = most_shared(people.rows, jobs.rows, "profile", 1)
        close, speakers, km = people.close(jobs.rows), people.backing.speakers, self.km
        shown = [{cell[0] for part in own for cell in part.cells} for own in told]
        if len(jobs.jobs) == 1:
            shown, close = [set().union(*shown)] * len(shown), close * len(shown)
        own = zip(told, shown, words, alike, close, km, strict=True)
        return [Pair(*both, speakers, *of) for both, of in zip(self.pairs, own, strict=True)]
