"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser and keeps what a row forgets. The strengths equal those
of the rows. Numba takes no annotations of ours: as those of `models.kernels`, the loop here goes
without.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from typing import Literal

import msgspec
import numba
import numpy as np
from scipy.sparse import csr_array

from competent_data.text import plain
from models.grid import BITS
from models.mentions import Read
from models.relatedness import SAME
from models.rows import Job, Seeker, cells
from models.vectoriser import IMPLIED, Vectoriser

How = Literal["stated", "read", "usual", "likely"]


class Ground(msgspec.Struct, frozen=True, gc=False):
    """What speaks for a competence: `strength` in [0, 1].

    stated: the record names competence `via`; read: its text names it, at `start` to `end` of the
    plain text; usual: occupation `via` takes it, which the record names; likely: occupation `via`
    takes it, which the text sounds like.
    """

    strength: float
    how: How
    via: int
    start: int = 0
    end: int = 0


Grounds = dict[int, Ground]
"""The strongest ground by competence, its place in `Vectoriser.competences_`."""


def person_grounds(
    vectoriser: Vectoriser,
    seekers: Sequence[Seeker],
    covers: Sequence[Mapping[int, float]],
    read: Sequence[Sequence[Read]],
) -> list[Grounds]:
    """Why each of n people covers what they cover, or what of it is asked for.

    `covers` are the cells of their rows, `read` is what was read in their texts.
    """
    v = vectoriser
    named: list[_Speaker] = [
        (at, 1.0, 0.0, ("stated", own, 0, 0))
        for at, seeker in enumerate(seekers)
        for id_, _ in seeker.held
        if (own := v.competences_.get(id_)) is not None
    ]
    named += [
        (at, one.confidence, SAME, ("read", one.competence, one.start, one.end))
        for at, said in enumerate(read)
        for one in said
        if not one.no
    ]
    past: list[_Speaker] = [
        (at, IMPLIED, 0.0, ("usual", work, 0, 0))
        for at, seeker in enumerate(seekers)
        for id_, _ in seeker.past
        if (work := v.occupations_.get(id_)) is not None
    ]
    found: list[Grounds] = [{} for _ in seekers]
    for at, competence, what in _strongest(covers, (v.related_, named), (v.profile_, past)):
        found[at][competence] = Ground(covers[at][competence], *what)
    return found


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


_What = tuple[How, int, int, int]
"""A ground but for its strength."""
_Speaker = tuple[int, float, float, _What]
"""What speaks, in the record at a place, for the columns of row `via` of a matrix: how far, and
for those of which it holds at least how much."""


def _strongest(
    of: Sequence[Collection[int]], *spoken: tuple[csr_array, Sequence[_Speaker]]
) -> Iterator[tuple[int, int, _What]]:
    """What speaks most for each competence of each record: the place of the record, the competence,
    and what.

    Who speaks comes in the order of `How`, so that of equal ones the first stays.
    """
    wanted = list(set[int]().union(*of))
    place = np.full(spoken[0][0].shape[1], -1, np.int64)
    place[wanted] = range(len(wanted))
    most = np.full((len(of), len(wanted)), -1.0)
    who = np.full(most.shape, -1, np.int64)
    speakers: list[_Speaker] = []
    for matrix, own in spoken:
        at, sure, least, what = zip(*own, strict=True) if own else ((), (), (), ())
        rows = np.array([row for _, row, *_ in what], np.int64)
        numbers = np.array(at, np.int64), rows, np.array(sure, float), np.array(least, float)
        cells_ = matrix.indptr, matrix.indices, matrix.data
        _speak(cells_, numbers, len(speakers), place, most, who)
        speakers += own
    records, places = np.nonzero(who >= 0)
    found = records.tolist(), places.tolist(), who[records, places].tolist()
    for record, at_, speaker in zip(*found, strict=True):
        competence = wanted[at_]
        if competence in of[record]:
            yield record, competence, speakers[speaker][-1]


@numba.njit(cache=True, nogil=True)
def _speak(matrix, speakers, first, place, most, who):  # type: ignore[no-untyped-def]
    """Note in `most` and `who` (n, k) of each record's competences, by their `place`, who speaks
    more for it than those before, numbered from `first` on, and how far."""
    starts, columns, shares = matrix
    at, rows, sure, least = speakers
    for speaker in range(len(rows)):
        for cell in range(starts[rows[speaker]], starts[rows[speaker] + 1]):
            here = place[columns[cell]]
            strength = sure[speaker] * shares[cell]
            if here < 0 or shares[cell] < least[speaker] or strength <= most[at[speaker], here]:
                continue
            most[at[speaker], here] = strength
            who[at[speaker], here] = first + speaker


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
