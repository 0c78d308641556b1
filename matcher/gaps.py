"""What is missing and what it would bring: score and rank recomputed with each competence added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.explain import Explainer
from matcher.sides import JobSide, PersonSide
from models.index import Asked
from models.signals import signals

TRIED, SHOWN = 8, 5
ENOUGH = 0.75
"""A competence covered to this share is no gap."""
PROMISED = 0.5
"""Evidence that a gap is filled with when its worth is recomputed: self-declared."""


@dataclass(frozen=True)
class Gap:
    """A competence that is asked and not shown: the score and the rank that it would bring."""

    competence: str
    label: str
    score_with: float
    rank_with: int


def gaps_of_person(
    explainer: Explainer,
    person: PersonSide,
    jobs: Sequence[JobSide],
    asked: Asked,
    rows: NDArray[np.int64],
    scores: NDArray[np.float64],
) -> list[tuple[Gap, ...]]:
    """For each of some jobs the competences that would raise it.

    `rows` (k,) are the jobs' in the index that was `asked`, `scores` (k,) theirs. With a competence
    more the person may have something in common with further jobs: a rank counts these too.
    """
    wanted: dict[int, list[int]] = {}
    for at, job in enumerate(jobs):
        for competence in _missing(explainer, person, job):
            wanted.setdefault(competence, []).append(at)
    found: list[list[Gap]] = [[] for _ in jobs]
    distinct = sorted(wanted)
    held = explainer.vectoriser.holding(person.seeker, person.row, distinct, PROMISED)
    for i, competence in enumerate(distinct):
        places = wanted[competence]
        with_it, ranks = asked.places(held.take([i]), rows[places])
        id_ = explainer.competences[competence]
        label = explainer.labels.get(id_)
        for at, score, rank in zip(places, with_it.tolist(), ranks.tolist(), strict=True):
            found[at].append(Gap(id_, label, score, rank))
    return [_best(gaps, float(scores[at])) for at, gaps in enumerate(found)]


def gaps_of_candidate(
    explainer: Explainer,
    person: PersonSide,
    job: JobSide,
    ids: Sequence[str],
    scores: NDArray[np.float64],
) -> tuple[Gap, ...]:
    """The same for one of the candidates `ids` (n,) of a job, with their `scores` (n,)."""
    missing = _missing(explainer, person, job)
    if not missing:
        return ()
    held = explainer.vectoriser.holding(person.seeker, person.row, missing, PROMISED)
    after = explainer.scorecard.scores(signals(held, job.row))[:, 0]
    column = ids.index(person.record.id)
    gaps = []
    for competence, score in zip(missing, after, strict=True):
        with_it = scores.copy()
        with_it[column] = score
        gaps.append(_gap(explainer, competence, with_it, column, ids))
    return _best(gaps, float(scores[column]))


def _missing(explainer: Explainer, person: PersonSide, job: JobSide) -> list[int]:
    """Competences that are asked and not covered, those that weigh most first; must counts double.

    What the person said not to be able to do is not held out to them again.
    """
    refused = set(person.record.competences.refused)
    held = set(person.row.held.indices.tolist())
    asked = {c: 2 * weight for c, weight in job.must.items()}
    asked.update((c, weight) for c, weight in job.may.items() if c not in asked)
    open_ = [
        c
        for c in asked
        if c not in held
        and explainer.competences[c] not in refused
        and person.covers.get(c, 0.0) < ENOUGH
    ]
    open_.sort(key=lambda c: (-asked[c] * (1 - person.covers.get(c, 0.0)), c))
    return open_[:TRIED]


def _gap(
    explainer: Explainer,
    competence: int,
    scores: NDArray[np.float64],
    column: int,
    ids: Sequence[str],
) -> Gap:
    score = scores[column]
    level = np.flatnonzero(scores == score).tolist()
    rank = 1 + int((scores > score).sum()) + sum(ids[j] < ids[column] for j in level)
    id_ = explainer.competences[competence]
    return Gap(id_, explainer.labels.get(id_), float(score), rank)


def _best(gaps: Sequence[Gap], before: float) -> tuple[Gap, ...]:
    """The gaps that raise the score, most first."""
    useful = [gap for gap in gaps if gap.score_with > before]
    useful.sort(key=lambda gap: (-gap.score_with, gap.competence))
    return tuple(useful[:SHOWN])
