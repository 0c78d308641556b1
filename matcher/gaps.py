"""What is missing and what it would bring: score and rank recomputed with each competence added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.explain import Explainer
from matcher.sides import JobSide, PersonSide
from models.eligibility import in_common
from models.rows import WORK_KNOWN, JobRows
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
    among: JobRows,
    scores: NDArray[np.float64],
) -> list[tuple[Gap, ...]]:
    """For each of some jobs the competences that would raise it.

    `among` (m,) are all jobs that nothing bars, `scores` (m,) theirs; every one of `jobs` stands in
    it. With a competence more the person may have something in common with further ones: a rank
    counts these too.
    """
    missing = [_missing(explainer, person, job) for job in jobs]
    distinct = sorted({c for part in missing for c in part})
    if not distinct:
        return [() for _ in jobs]
    held = explainer.vectoriser.holding(person.seeker, person.row, distinct, PROMISED)
    values = signals(held, among)
    after = explainer.scorecard.scores(values)
    common = in_common(values, bool(person.row.known[0] & WORK_KNOWN))
    shown = np.where(common, after, -1.0)
    at = {id_: i for i, id_ in enumerate(among.ids)}
    row_of = {competence: i for i, competence in enumerate(distinct)}
    found = []
    for job, part in zip(jobs, missing, strict=True):
        column = at[job.record.id]
        gaps = [_gap(explainer, c, shown[row_of[c]], column, among.ids) for c in part]
        found.append(_best(gaps, float(scores[column])))
    return found


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
