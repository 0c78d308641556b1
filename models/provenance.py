"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser and keeps what a row forgets. The strengths equal those
of the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.text import plain
from models.grid import BITS
from models.mentions import Read
from models.relatedness import SAME
from models.rows import Job, Seeker, cells
from models.vectoriser import IMPLIED, Vectoriser

How = Literal["stated", "read", "usual", "likely"]


class Ground(NamedTuple):
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
    found: list[Grounds] = [{} for _ in seekers]
    named = [
        _Speaker(at, Ground(1.0, "stated", v.competences_[id_]))
        for at, seeker in enumerate(seekers)
        for id_, _ in seeker.held
        if id_ in v.competences_
    ]
    named += [
        _Speaker(at, _said(one), SAME) for at, own in enumerate(read) for one in own if not one.no
    ]
    past = [
        _Speaker(at, Ground(IMPLIED, "usual", v.occupations_[id_]))
        for at, seeker in enumerate(seekers)
        for id_, _ in seeker.past
        if id_ in v.occupations_
    ]
    _add(found, covers, v.related_, named)
    _add(found, covers, v.profile_, past)
    return [
        {c: Ground(own[c], g.how, g.via, g.start, g.end) for c, g in grounds.items()}
        for grounds, own in zip(found, covers, strict=True)
    ]


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
            takes.append(_Speaker(at, Ground(IMPLIED, "usual", v.occupations_[job.occupation])))
        else:
            for competence, ground in _likely(v, own, profiles[at]).items():
                _keep(grounds, competence, ground)
    _add(found, asked, v.profile_, takes)
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


class _Speaker(NamedTuple):
    """What speaks for a row of a matrix, `ground.via`, and thereby for the columns of which it
    holds so much at `least`, of the record `at` a place."""

    at: int
    ground: Ground
    least: float = 0.0


def _add(
    found: Sequence[Grounds],
    of: Sequence[Collection[int]],
    matrix: csr_array,
    speakers: Sequence[_Speaker],
) -> None:
    """Keep the grounds of each record for those competences of which they speak more, by how far
    they are theirs.

    Grounds come in the order of `How`, so that of equal ones the first stays.
    """
    wanted = np.zeros(matrix.shape[1], np.bool_)
    wanted[[competence for own in of for competence in own]] = True
    for which, competence, share in _cells(matrix, [s.ground.via for s in speakers], wanted):
        at, ground, least = speakers[which]
        if share >= least and competence in of[at]:
            strength = ground.strength * share
            own = found[at]
            if competence not in own or strength > own[competence].strength:
                own[competence] = Ground(strength, *ground[1:])


def _keep(grounds: Grounds, competence: int, ground: Ground) -> None:
    """Keep a ground if it speaks more than what is there."""
    if competence not in grounds or ground.strength > grounds[competence].strength:
        grounds[competence] = ground


def _cells(
    matrix: csr_array, rows: Sequence[int], wanted: NDArray[np.bool_]
) -> Iterator[tuple[int, int, float]]:
    """The stored cells of rows in `wanted` columns: which of the rows, the column, the value."""
    picked = np.array(rows, np.int64)
    starts = matrix.indptr[picked]
    sizes = matrix.indptr[picked + 1] - starts
    which = np.repeat(np.arange(len(rows)), sizes)
    at = np.arange(len(which)) + (starts - np.cumsum(sizes) + sizes)[which]
    columns = matrix.indices[at]
    kept = np.flatnonzero(wanted[columns])
    parts = (which[kept], columns[kept], matrix.data[at[kept]])
    return zip(*(part.tolist() for part in parts), strict=True)


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
    return float(round(strength * 2**BITS) * 2.0**-BITS)
