"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser and keeps what a row forgets. The strengths equal those
of the rows. Numba takes no annotations of ours: as those of `models.kernels`, the loop here goes
without.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import msgspec
import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.text import plain
from models.grid import BITS
from models.mentions import Read
from models.relatedness import SAME
from models.rows import Job, PeopleRows, Seeker, cells, stacked
from models.vectoriser import IMPLIED, Vectoriser

How = Literal["stated", "read", "usual", "likely"]


class Ground(msgspec.Struct, frozen=True, gc=False):
    """What speaks for a competence: `strength` in [0, 1].

    stated: the record names competence `via`, which a dossier has `shown` so well, in [0, 1]; read:
    its text names it, at `start` to `end` of the plain text; usual: occupation `via` takes it,
    which the record names; likely: occupation `via` takes it, which the text sounds like.
    """

    strength: float
    how: How
    via: int
    start: int = 0
    end: int = 0
    shown: float = 0.0

    @property
    def confirms(self) -> bool:
        """Whether a dossier states the very thing so, or what is the same elsewhere."""
        return self.how == "stated" and self.strength >= SAME


Grounds = dict[int, Ground]
"""The strongest ground by competence, its place in `Vectoriser.competences_`."""


@dataclass(frozen=True)
class Backing:
    """How n people cover `competences` (k,), ascending, and what speaks most for each.

    `covers` and `evidence` (n, k) are the cells of their rows, NaN where there are none; `who`
    (n, k) the place in `speakers` of what speaks for it, -1 where nothing does.
    """

    competences: NDArray[np.int64]
    covers: NDArray[np.float64]
    evidence: NDArray[np.float64]
    who: NDArray[np.int64]
    speakers: Speakers

    @classmethod
    def of(
        cls,
        vectoriser: Vectoriser,
        seekers: Sequence[Seeker],
        people: PeopleRows,
        read: Sequence[Sequence[Read]],
        asked: Collection[int] | None = None,
    ) -> Self:
        """Of what people cover, or of what is `asked`; `read` is what was read in their texts.

        Of what speaks as much for a competence what is stated comes before what is read and that
        before what is usual; then what stands first.
        """
        v, speakers = vectoriser, Speakers.of(vectoriser, seekers, read)
        wanted = np.unique(people.covers.indices) if asked is None else np.array(sorted(asked))
        wanted = wanted.astype(np.int64)
        covers, evidence, who = _back(
            wanted,
            stacked(people, ("covers", "evidence")),
            _cells(v.related_),
            _cells(v.profile_),
            (
                np.array(speakers.via, np.int64),
                np.array(speakers.at, np.int64),
                *speakers.strengths,
            ),
            len(speakers.shown) + len(speakers.read),
        )
        return cls(wanted, covers, evidence, who, speakers)

    def ground(self, at: int, competence: int) -> Ground | None:
        """What speaks most for a competence of one of them, if anything does."""
        place = int(self.competences.searchsorted(competence))
        if place == len(self.competences) or self.competences[place] != competence:
            return None
        who = int(self.who[at, place])
        return None if who < 0 else self.speakers.ground(who, float(self.covers[at, place]))

    def grounds(self, at: int) -> Grounds:
        """What speaks most for each competence of one of them."""
        ids = self.competences.tolist()
        return {c: ground for c in ids if (ground := self.ground(at, c)) is not None}

    @cached_property
    def sure(self) -> NDArray[np.bool_]:
        """(n, k): whether what speaks for it confirms it."""
        named = (self.who >= 0) & (self.who < len(self.speakers.shown))
        return np.asarray(named & (self.covers >= SAME))


@dataclass(frozen=True)
class Speakers:
    """What speaks for competences of some people: what they name, `shown` so well, what is `read`
    in their texts, then their past work. `via` (s,) are competences and occupations, `at` (s,) the
    people."""

    via: Sequence[int]
    at: Sequence[int]
    shown: Sequence[float]
    read: Sequence[Read]

    @classmethod
    def of(cls, v: Vectoriser, seekers: Sequence[Seeker], read: Sequence[Sequence[Read]]) -> Self:
        """All that some people name and say; `read` is what was read in their texts."""
        via: list[int] = []
        whose: list[int] = []
        shown: list[float] = []
        find, find_work = v.competences_.get, v.occupations_.get
        for at, seeker in enumerate(seekers):
            for id_, how_well in seeker.held:
                if (place := find(id_)) is not None:
                    via.append(place)
                    whose.append(at)
                    shown.append(how_well)
        said = [(at, one) for at, own in enumerate(read) for one in own if not one.no]
        via += [one.competence for _, one in said]
        whose += [at for at, _ in said]
        for at, seeker in enumerate(seekers):
            for id_, _ in seeker.past:
                if (place := find_work(id_)) is not None:
                    via.append(place)
                    whose.append(at)
        return cls(via, whose, shown, [one for _, one in said])

    @property
    def strengths(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far each speaks, and for what is at least how near; (s,) both."""
        size, named = len(self.via), len(self.shown)
        said = named + len(self.read)
        sure, least = np.ones(size), np.zeros(size)
        sure[named:said] = [one.confidence for one in self.read]
        sure[said:] = IMPLIED
        least[named:said] = SAME  # what is read speaks for the same, not for what is like it
        return sure, least

    def ground(self, which: int, strength: float) -> Ground:
        """One of them as what speaks so much for something."""
        via = self.via[which]
        if which < len(self.shown):
            return Ground(strength, "stated", via, shown=self.shown[which])
        if which < len(self.shown) + len(self.read):
            read = self.read[which - len(self.shown)]
            return Ground(strength, "read", via, read.start, read.end)
        return Ground(strength, "usual", via)


def job_grounds(
    vectoriser: Vectoriser,
    job: Job,
    asked: Set[int],
    read: Sequence[Read],
    profile: Callable[[], Mapping[int, float]],
) -> Grounds:
    """Why a job asks some of what it asks, must and may alike.

    `read` is what was read in its text, `profile` tells the occupations that this sounds like.
    """
    v = vectoriser
    named = [v.competences_[id_] for id_ in (*job.must, *job.may) if id_ in v.competences_]
    if named:
        return {c: Ground(1.0, "stated", c) for c in named if c in asked}
    found: Grounds = {}
    for one in read:
        if not one.no and one.competence in asked:
            what = one.competence, one.start, one.end
            found[one.competence] = Ground(one.confidence, "read", *what)
    if job.occupation in v.occupations_:
        occupation = v.occupations_[job.occupation]
        takes = cells(v.profile_, occupation)
        for competence in takes.keys() & asked:
            strength = IMPLIED * takes[competence]
            if competence not in found or strength > found[competence].strength:
                found[competence] = Ground(_rounded(strength), "usual", occupation)
    else:
        for competence, ground in _likely(v, asked, profile()).items():
            if competence not in found or ground.strength > found[competence].strength:
                found[competence] = ground
    return found


def job_text(job: Job) -> str:
    """The plain text in which a job's competences are read: title and text."""
    return f"{plain(job.title)}\n{plain(job.text)}"


def _cells(matrix: csr_array) -> tuple[NDArray[Any], ...]:
    return matrix.indptr, matrix.indices, matrix.data


@numba.njit(cache=True, nogil=True)
def _back(wanted, people, related, profile, speakers, said):  # type: ignore[no-untyped-def]
    """Covers and evidence of the wanted competences, and who speaks most for each: (n, k) each. So
    many of the speakers say a competence, the others an occupation."""
    starts, columns, weights, width = people
    n, k = starts.shape[1] - 1, len(wanted)
    place = np.full(width, -1, np.int32)
    for p in range(k):
        place[wanted[p]] = p
    held = np.full((2, n, k), np.nan)
    for part in range(2):
        for i in range(n):
            for at in range(starts[part, i], starts[part, i + 1]):
                p = place[columns[at]]
                if p >= 0:
                    held[part, i, p] = weights[at]
    most, who = np.full((n, k), -1.0), np.full((n, k), -1)
    _speak(related, (0, said), *speakers, place, held[0], most, who)
    _speak(profile, (said, len(speakers[0])), *speakers, place, held[0], most, who)
    return held[0], held[1], who


@numba.njit(cache=True, nogil=True)
def _speak(  # type: ignore[no-untyped-def]
    matrix, which, via, whose, sure, least, place, covers, most, who
):
    """Note in `most` and `who` what some of those who speak say, each by a row of the matrix, where
    they say more than those before."""
    firsts, others, shares = matrix
    for s in range(which[0], which[1]):
        i = whose[s]
        for cell in range(firsts[via[s]], firsts[via[s] + 1]):
            p = place[others[cell]]
            if p < 0 or shares[cell] < least[s] or math.isnan(covers[i, p]):
                continue
            strength = sure[s] * shares[cell]
            if strength > most[i, p]:
                most[i, p], who[i, p] = strength, s


def _likely(v: Vectoriser, of: Collection[int], profile: Mapping[int, float]) -> Grounds:
    """How likely each competence is, and the occupation that adds most to that."""
    total = sum(profile.values(), 0.0)
    likely: dict[int, list[float]] = {}
    for occupation, weight in profile.items():
        for competence, share in cells(v.profile_, occupation).items():
            if competence in of:
                part = weight / total * (IMPLIED * share)
                entry = likely.setdefault(competence, [0.0, -1.0, -1.0])
                entry[0] += part
                if part > entry[1]:
                    entry[1:] = [part, occupation]
    return {
        competence: Ground(_rounded(strength), "likely", int(most))
        for competence, (strength, _, most) in likely.items()
    }


def _rounded(strength: float) -> float:
    """As `models.grid.on_grid`, of one number."""
    return float(round(strength * 2**BITS)) * 2.0**-BITS
