"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser and keeps what a row forgets. The strengths equal those
of the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from scipy.sparse import csr_array

from competent_data.text import plain
from models.grid import BITS
from models.mentions import Read
from models.relatedness import SAME
from models.rows import Job, Seeker, cells, cells_among
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
        (at, 1.0, 0.0, ("stated", v.competences_[id_], 0, 0))
        for at, seeker in enumerate(seekers)
        for id_, _ in seeker.held
        if id_ in v.competences_
    ]
    named += [
        (at, one.confidence, SAME, ("read", one.competence, one.start, one.end))
        for at, own in enumerate(read)
        for one in own
        if not one.no
    ]
    past: list[_Speaker] = [
        (at, IMPLIED, 0.0, ("usual", v.occupations_[id_], 0, 0))
        for at, seeker in enumerate(seekers)
        for id_, _ in seeker.past
        if id_ in v.occupations_
    ]
    found: list[Grounds] = [{} for _ in seekers]
    for at, competence, _, what in _strongest(covers, (v.related_, named), (v.profile_, past)):
        found[at][competence] = Ground(covers[at][competence], *what)
    return found


def job_grounds(
    vectoriser: Vectoriser,
    jobs: Sequence[Job],
    asked: Sequence[Collection[int]],
    read: Sequence[Sequence[Read]],
    profiles: Sequence[Mapping[int, float]],
) -> list[Grounds]:
    """Why each of m jobs asks what is `asked`, must and may alike.

    `read` is what was read in their texts, `profiles` the occupations that these sound like.
    """
    v = vectoriser
    found: list[Grounds] = [{} for _ in jobs]
    stated: dict[int, Grounds] = {}
    takes: list[_Speaker] = []
    for at, (job, own) in enumerate(zip(jobs, asked, strict=True)):
        named = [v.competences_[id_] for id_ in (*job.must, *job.may) if id_ in v.competences_]
        if named:
            stated[at] = {c: Ground(1.0, "stated", c) for c in named if c in own}
            continue
        grounds = found[at]
        for one in read[at]:
            if not one.no and one.competence in own:
                _keep(grounds, one.competence, _said(one))
        if job.occupation in v.occupations_:
            takes.append((at, IMPLIED, 0.0, ("usual", v.occupations_[job.occupation], 0, 0)))
        else:
            for competence, ground in _likely(v, own, profiles[at]).items():
                _keep(grounds, competence, ground)
    for at, competence, strength, what in _strongest(asked, (v.profile_, takes)):
        _keep(found[at], competence, Ground(strength, *what))
    return [
        stated.get(at)
        or {c: Ground(_rounded(g.strength), g.how, g.via, g.start, g.end) for c, g in own.items()}
        for at, own in enumerate(found)
    ]


def job_text(job: Job) -> str:
    """The plain text in which a job's competences are read: title and text."""
    return f"{plain(job.title)}\n{plain(job.text)}"


def _said(read: Read) -> Ground:
    return Ground(read.confidence, "read", read.competence, read.start, read.end)


def _keep(grounds: Grounds, competence: int, ground: Ground) -> None:
    """Keep a ground if it speaks more than what is there."""
    if competence not in grounds or ground.strength > grounds[competence].strength:
        grounds[competence] = ground


_What = tuple[How, int, int, int]
"""A ground but for its strength."""
_Speaker = tuple[int, float, float, _What]
"""What speaks, in the record at a place, for the columns of row `via` of a matrix: how far, and
for those of which it holds at least how much."""


def _strongest(
    of: Sequence[Collection[int]], *spoken: tuple[csr_array, Sequence[_Speaker]]
) -> Iterator[tuple[int, int, float, _What]]:
    """What speaks most for each competence of each record: the place of the record, the competence,
    how far, and what.

    Who speaks comes in the order of `How`, so that of equal ones the first stays.
    """
    width, wanted = spoken[0][0].shape[1], set[int]().union(*of)
    speakers: list[_Speaker] = []
    parts = []
    for matrix, own in spoken:
        which, columns, shares = cells_among(matrix, [what[1] for *_, what in own], wanted)
        parts.append((which + len(speakers), columns, shares))
        speakers += own
    who, columns, shares = (np.concatenate(part) for part in zip(*parts, strict=True))
    places, sure, least = np.array([one[:3] for one in speakers]).reshape(-1, 3).T[:, who]
    strengths, keys = sure * shares, places * width + columns
    order = np.lexsort((-strengths, keys))
    order = order[shares[order] >= least[order]]
    order = order[np.diff(keys[order], prepend=-1.0) > 0]
    found = (part[order].tolist() for part in (who, columns, strengths))
    for one, column, strength in zip(*found, strict=True):
        at, _, _, what = speakers[one]
        if column in of[at]:
            yield at, column, strength, what


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
