"""Why a person covers a competence, and why a job asks it: what speaks for it most, and where.

It takes the same steps as the vectoriser, one record at a time, and keeps what a row forgets. The
strengths equal those of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np

from competent_data.text import plain
from models.grid import on_grid
from models.needs import Needs
from models.relatedness import SAME
from models.rows import Job, JobRows, PeopleRows, Seeker
from models.vectoriser import IMPLIED, Vectoriser

How = Literal["stated", "read", "usual", "likely"]
_ORDER: tuple[How, ...] = ("stated", "read", "usual", "likely")


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


def person_grounds(vectoriser: Vectoriser, seeker: Seeker, row: PeopleRows) -> Grounds:
    """Why one person covers what they cover; `row` is theirs alone."""
    v = vectoriser
    found: Grounds = {}
    for id_, _ in seeker.held:
        if (own := v.competences_.get(id_)) is not None:
            _add(found, _related(v, own, Ground(1.0, "stated", own)))
    text = plain(seeker.text)
    for mention in v.texts.said([text], [seeker.lang])[0]:
        ground = Ground(mention.confidence, "read", mention.competence, mention.start, mention.end)
        _add(found, _related(v, mention.competence, ground, SAME))
    for id_, _ in seeker.past:
        if (occupation := v.occupations_.get(id_)) is not None:
            _add(found, _usual(v, occupation))
    covered = dict(zip(row.covers.indices.tolist(), row.covers.data.tolist(), strict=True))
    return {c: found[c]._replace(strength=s) for c, s in covered.items() if c in found}


def job_grounds(vectoriser: Vectoriser, job: Job, row: JobRows) -> Grounds:
    """Why one job asks what it asks, must and may alike; `row` is its own alone."""
    v = vectoriser
    found: Grounds = {}
    named = [v.competences_[id_] for id_ in (*job.must, *job.may) if id_ in v.competences_]
    _add(found, ((c, Ground(1.0, "stated", c)) for c in named))
    if not named:
        text = job_text(job)
        needs = Needs.read(text, job.lang)
        for mention in v.texts.read([text], [job.lang])[0]:
            if needs.at(mention.start, mention.end) == "not":
                continue
            ground = Ground(
                mention.confidence, "read", mention.competence, mention.start, mention.end
            )
            _add(found, [(mention.competence, ground)])
        if job.occupation in v.occupations_:
            _add(found, _usual(v, v.occupations_[job.occupation]))
        else:
            _add(found, _likely(v, row))
    asked = set(row.must.indices.tolist()) | set(row.may.indices.tolist())
    return {c: g._replace(strength=_rounded(g.strength)) for c, g in found.items() if c in asked}


def job_text(job: Job) -> str:
    """The plain text in which a job's competences are read: title and text."""
    return f"{plain(job.title)}\n{plain(job.text)}"


def _add(found: Grounds, grounds: Iterable[tuple[int, Ground]]) -> None:
    for competence, ground in grounds:
        best = found.get(competence)
        if best is None or (ground.strength, -_ORDER.index(ground.how)) > (
            best.strength,
            -_ORDER.index(best.how),
        ):
            found[competence] = ground


def _related(
    v: Vectoriser, competence: int, ground: Ground, least: float = 0.0
) -> Iterable[tuple[int, Ground]]:
    start, end = v.related_.indptr[competence : competence + 2]
    for other, share in zip(
        v.related_.indices[start:end].tolist(), v.related_.data[start:end].tolist(), strict=True
    ):
        if share >= least:
            yield other, ground._replace(strength=ground.strength * share)


def _usual(v: Vectoriser, occupation: int) -> Iterable[tuple[int, Ground]]:
    start, end = v.profile_.indptr[occupation : occupation + 2]
    for competence, weight in zip(
        v.profile_.indices[start:end].tolist(), v.profile_.data[start:end].tolist(), strict=True
    ):
        yield competence, Ground(IMPLIED * weight, "usual", occupation)


def _likely(v: Vectoriser, row: PeopleRows | JobRows) -> Iterable[tuple[int, Ground]]:
    """Each competence with the occupation that adds most to how likely it is."""
    total = float(row.profile.data.sum())
    likely: dict[int, list[float]] = {}
    for occupation, weight in zip(
        row.profile.indices.tolist(), row.profile.data.tolist(), strict=True
    ):
        for competence, ground in _usual(v, occupation):
            part = weight / total * ground.strength
            entry = likely.setdefault(competence, [0.0, -1.0, -1.0])
            entry[0] += part
            if part > entry[1]:
                entry[1:] = [part, occupation]
    for competence, (strength, _, occupation) in likely.items():
        yield competence, Ground(_rounded(strength), "likely", int(occupation))


def _rounded(strength: float) -> float:
    return float(on_grid(np.array([strength]))[0])
