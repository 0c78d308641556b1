"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser, one record at a time, and keeps what a row forgets. The
strengths equal those of the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from competent_data.text import plain
from models.grid import BITS
from models.mentions import Read, reads
from models.relatedness import SAME
from models.rows import Job, JobRows, PeopleRows, Seeker, cells
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
    seeker: Seeker,
    rows: PeopleRows,
    at: int = 0,
    of: Collection[int] | None = None,
) -> Grounds:
    """Why one person, whose row is `at`, covers what they cover; of some of it, if told which."""
    v = vectoriser
    covered = rows.cells("covers", at)
    of = covered if of is None else of
    found: Grounds = {}
    for id_, _ in seeker.held:
        if (own := v.competences_.get(id_)) is not None:
            _add(found, of, cells(v.related_, own), Ground(1.0, "stated", own))
    for read in _reads(rows, at):
        if not read.no:
            same = {c: s for c, s in cells(v.related_, read.competence).items() if s >= SAME}
            _add(found, of, same, _said(read))
    for id_, _ in seeker.past:
        if (occupation := v.occupations_.get(id_)) is not None:
            _add(found, of, cells(v.profile_, occupation), Ground(IMPLIED, "usual", occupation))
    return {c: Ground(covered[c], *ground[1:]) for c, ground in found.items()}


def job_grounds(vectoriser: Vectoriser, job: Job, rows: JobRows, at: int = 0) -> Grounds:
    """Why one job, whose row is `at`, asks what it asks, must and may alike."""
    v = vectoriser
    found: Grounds = {}
    named = [v.competences_[id_] for id_ in (*job.must, *job.may) if id_ in v.competences_]
    asked = rows.cells("must", at).keys() | rows.cells("may", at).keys()
    if named:
        return {c: Ground(1.0, "stated", c) for c in named if c in asked}
    for read in _reads(rows, at):
        if not read.no:
            _add(found, asked, {read.competence: 1.0}, _said(read))
    if job.occupation in v.occupations_:
        occupation = v.occupations_[job.occupation]
        _add(found, asked, cells(v.profile_, occupation), Ground(IMPLIED, "usual", occupation))
    else:
        for competence, ground in _likely(v, asked, rows.cells("profile", at)).items():
            _add(found, asked, {competence: 1.0}, ground)
    return {c: Ground(_rounded(g.strength), *g[1:]) for c, g in found.items()}


def job_text(job: Job) -> str:
    """The plain text in which a job's competences are read: title and text."""
    return f"{plain(job.title)}\n{plain(job.text)}"


def _reads(rows: PeopleRows | JobRows, at: int) -> list[Read]:
    return reads(*(rows.cells(name, at) for name in ("read", "read_first", "read_last")))


def _said(read: Read) -> Ground:
    return Ground(read.confidence, "read", read.competence, read.start, read.end)


def _add(found: Grounds, of: Collection[int], shares: Mapping[int, float], ground: Ground) -> None:
    """Keep a ground for those competences of which it speaks more, by how far it is theirs.

    Grounds come in the order of `How`, so that of equal ones the first stays.
    """
    for competence in of if len(of) < len(shares) else shares:
        if competence in of and competence in shares:
            strength = ground.strength * shares[competence]
            if competence not in found or strength > found[competence].strength:
                found[competence] = Ground(strength, *ground[1:])


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
