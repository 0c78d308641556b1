"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser, one record at a time, and keeps what a row forgets. The
strengths equal those of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    vectoriser: Vectoriser, seeker: Seeker, rows: PeopleRows, at: int = 0
) -> Grounds:
    """Why one person, whose row is `at`, covers what they cover."""
    v = vectoriser
    found: Grounds = {}
    for id_, _ in seeker.held:
        if (own := v.competences_.get(id_)) is not None:
            _add(found, _related(v, own), "stated", own)
    for read in _reads(rows, at):
        if not read.no:
            same = _related(v, read.competence, read.confidence, SAME)
            _add(found, same, "read", read.competence, read.start, read.end)
    for id_, _ in seeker.past:
        if (occupation := v.occupations_.get(id_)) is not None:
            _add(found, _usual(v, occupation), "usual", occupation)
    covered = rows.cells("covers", at)
    return {c: Ground(s, *found[c][1:]) for c, s in covered.items() if c in found}


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
            own = [(read.competence, read.confidence)]
            _add(found, own, "read", read.competence, read.start, read.end)
    if job.occupation in v.occupations_:
        occupation = v.occupations_[job.occupation]
        _add(found, _usual(v, occupation), "usual", occupation)
    else:
        for competence, strength, most in _likely(v, rows.cells("profile", at)):
            _add(found, [(competence, strength)], "likely", most)
    return {c: Ground(_rounded(g.strength), *g[1:]) for c, g in found.items() if c in asked}


def job_text(job: Job) -> str:
    """The plain text in which a job's competences are read: title and text."""
    return f"{plain(job.title)}\n{plain(job.text)}"


def _reads(rows: PeopleRows | JobRows, at: int) -> list[Read]:
    return reads(*(rows.cells(name, at) for name in ("read", "read_first", "read_last")))


def _add(
    found: Grounds,
    strengths: Iterable[tuple[int, float]],
    how: How,
    via: int,
    start: int = 0,
    end: int = 0,
) -> None:
    """Keep what speaks more for a competence; it comes in the order of `How`, so that of equal
    grounds the first stays."""
    for competence, strength in strengths:
        best = found.get(competence)
        if best is None or strength > best.strength:
            found[competence] = Ground(strength, how, via, start, end)


def _related(
    v: Vectoriser, competence: int, sure: float = 1.0, least: float = 0.0
) -> list[tuple[int, float]]:
    """What a competence covers, from a share on."""
    related = cells(v.related_, competence)
    return [(other, sure * share) for other, share in related.items() if share >= least]


def _usual(v: Vectoriser, occupation: int) -> list[tuple[int, float]]:
    """What an occupation takes."""
    return [(c, IMPLIED * weight) for c, weight in cells(v.profile_, occupation).items()]


def _likely(v: Vectoriser, profile: dict[int, float]) -> Iterable[tuple[int, float, int]]:
    """Each competence, how likely it is, and the occupation that adds most to that."""
    total = sum(profile.values(), 0.0)
    likely: dict[int, list[float]] = {}
    for occupation, weight in profile.items():
        for competence, strength in _usual(v, occupation):
            part = weight / total * strength
            entry = likely.setdefault(competence, [0.0, -1.0, -1.0])
            entry[0] += part
            if part > entry[1]:
                entry[1:] = [part, occupation]
    for competence, (strength, _, most) in likely.items():
        yield competence, _rounded(strength), int(most)


def _rounded(strength: float) -> float:
    """As `models.grid.on_grid`, of one number."""
    return float(round(strength * 2**BITS) * 2.0**-BITS)
