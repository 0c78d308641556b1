"""What is missing and what it would bring: score and rank recomputed with each competence added."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import msgspec
import numpy as np

from matcher.explain import Explainer
from matcher.sides import JobSide, PersonSide
from models.grid import BITS
from models.index import Floats, Gains, Rows
from models.parts import Answer
from models.rows import PeopleRows
from models.scorecard import Judged, Scorecard

TRIED, SHOWN = 8, 5
ENOUGH = 0.75
"""A competence covered to this share is no gap."""
PROMISED = 0.5
"""Evidence that a gap is filled with when its worth is recomputed: self-declared."""


class Gap(msgspec.Struct, frozen=True):
    """A competence that is asked and not shown: the score and the rank that it would bring."""

    competence: str
    label: str
    score_with: float
    rank_with: int


@dataclass(frozen=True)
class Shown:
    """What is suggested, best first: k pairs of a person and a job, and their signals by name,
    (k,) each."""

    pairs: Sequence[tuple[PersonSide, JobSide]]
    values: Mapping[str, Floats]
    scorecard: Scorecard

    @cached_property
    def judged(self) -> Judged:
        """What the scorecard makes of them."""
        return self.scorecard.judged(self.values)


def gaps_of_person(
    explainer: Explainer,
    shown: Shown,
    rows: Rows,
    pool: tuple[Rows, Floats],
    answer: Answer,
    reopen: Callable[[PeopleRows], Answer],
    *,
    above: int = 0,
) -> list[tuple[Gap, ...]]:
    """For each of the best vacancies of one person the competences that would raise it.

    `rows` (k,) are theirs in the answer, `pool` the best rows of it, with their scores, that they
    were chosen from. With a competence more the person may have something in
    common with further jobs: a rank counts these too, and the `above` that stand before all that
    points rank. `reopen` asks again for another row of the person.
    """
    if not shown.pairs:
        return []
    person = shown.pairs[0][0]
    missing = [_missing(explainer, *pair) for pair in shown.pairs]
    distinct = sorted({competence for own in missing for competence in own})
    gap_of = {competence: gap for gap, competence in enumerate(distinct)}
    pairs = sorted((gap_of[c], at) for at, own in enumerate(missing) for c in own)
    gaps, at = np.array(pairs, np.int64).reshape(-1, 2).T
    refused = person.record.competences.refused
    gains = explainer.vectoriser.gains(person.covers, person.evidence, refused, distinct, PROMISED)
    rises = _rises(gains, [job for _, job in shown.pairs])
    scores = _raised(explainer.scorecard, shown, [rises[gap] for gap in gaps.tolist()], at)
    ids = [explainer.competences[distinct[gap]] for gap in gaps]
    kept = np.sort(_best(ids, at, scores, shown.judged.scores))
    if answer.adds_only:
        # Ranks are dear, so of what is shown alone.
        told, own = np.unique(gaps[kept], return_inverse=True)
        ranks = answer.ranks(gains.only(told), own, rows[at[kept]], scores[kept], pool)
    else:
        again = {g: reopen(gains.added(person.row, g)) for g in set(gaps[kept].tolist())}
        ranks = np.array(
            [again[gaps[i]].rank(int(rows[at[i]]), float(scores[i])) for i in kept], np.int64
        )
    found = _named(explainer, [ids[i] for i in kept], scores[kept], ranks + above)
    return _by_place(found, at[kept], len(shown.pairs))


def gaps_of_candidates(explainer: Explainer, shown: Shown) -> list[tuple[Gap, ...]]:
    """The same for each of the best people of one vacancy.

    Nobody else's score changes, and who comes before somebody raised came before them anyhow: so
    the best are all that a rank needs.
    """
    missing: list[int] = []
    places: list[int] = []
    rises: list[_Rise] = []
    for place, (person, job) in enumerate(shown.pairs):
        own = _missing(explainer, person, job)
        refused = person.record.competences.refused
        gains = explainer.vectoriser.gains(person.covers, person.evidence, refused, own, PROMISED)
        missing += own
        places += [place] * len(own)
        rises += _rises(gains, [job])
    at = np.array(places, np.int64)
    scores = _raised(explainer.scorecard, shown, rises, at)
    ids = [explainer.competences[competence] for competence in missing]
    kept = _best(ids, at, scores, shown.judged.scores)
    people = [person.record.id for person, _ in shown.pairs]
    order = list(zip((-shown.judged.scores).tolist(), people, strict=True))
    ranks = [
        1 + sum(other < (-score, people[place]) for other in order[:place] + order[place + 1 :])
        for score, place in zip(scores[kept].tolist(), at[kept].tolist(), strict=True)
    ]
    found = _named(explainer, [ids[i] for i in kept], scores[kept], np.array(ranks, np.int64))
    return _by_place(found, at[kept], len(shown.pairs))


_Rise = Mapping[int, tuple[int, int]]
"""The steps that covers and evidence rise with a competence more, by column."""


def _rises(gains: Gains, jobs: Sequence[JobSide]) -> list[_Rise]:
    """What each gap adds to what any of some jobs asks."""
    asked = list(set().union(*(job.must.keys() | job.may.keys() for job in jobs)))
    heeded = np.isin(gains.columns, asked)
    gap = np.repeat(np.arange(len(gains.starts) - 1), np.diff(gains.starts))
    found: list[dict[int, tuple[int, int]]] = [{} for _ in gains.starts[1:]]
    cells = (part[heeded].tolist() for part in (gap, gains.columns, gains.covers, gains.evidence))
    for at, column, cover, proof in zip(*cells, strict=True):
        found[at][column] = cover, proof
    return [*found]


def _raised(card: Scorecard, shown: Shown, rises: Sequence[_Rise], at: Rows) -> Floats:
    """Scores of p suggestions at places of the list, each with a competence more: (p,).

    Of the signals only must, may and evidence change, by whole steps.
    """
    found = np.empty((len(_RAISED), len(rises)))
    meets = {place: _Meets.of(*shown.pairs[place]) for place in set(at.tolist())}
    for i, (rise, place) in enumerate(zip(rises, at.tolist(), strict=True)):
        found[:, i] = meets[place].shares(rise)
    scores = shown.judged.scores[at]
    for line in card.lines:
        if line.name in _RAISED:
            before = shown.judged.strengths[line.name][at]
            after = line.strength(found[_RAISED.index(line.name)])
            scores = scores + line.points * (after - before)
    return np.asarray(scores)


_RAISED = ("must", "may", "evidence")
_STEP = 2.0**-BITS


@dataclass(frozen=True)
class _Meets:
    """What a job asks, must and may, and what of it a person meets, in whole steps."""

    must: Mapping[int, int]
    may: Mapping[int, int]
    asked: tuple[int, int, int]
    met: tuple[int, int, int]

    @classmethod
    def of(cls, person: PersonSide, job: JobSide) -> Self:
        """Of a pair; evidence is asked as must is."""
        covers, evidence = person.covers, person.evidence
        must, may = _in_steps(job.must), _in_steps(job.may)
        met = (
            sum(steps * round(covers[c] / _STEP) for c, steps in must.items() if c in covers),
            sum(steps * round(covers[c] / _STEP) for c, steps in may.items() if c in covers),
            sum(steps * round(evidence[c] / _STEP) for c, steps in must.items() if c in evidence),
        )
        whole = sum(must.values())
        return cls(must, may, (whole, sum(may.values()), whole), met)

    def shares(self, rise: _Rise) -> tuple[float, float, float]:
        """Values of must, may and evidence, with so much more of some columns; NaN if not asked."""
        must, may, shown = self.met
        for column in self.must.keys() & rise.keys():
            cover, proof = rise[column]
            must += cover * self.must[column]
            shown += proof * self.must[column]
        for column in self.may.keys() & rise.keys():
            may += rise[column][0] * self.may[column]
        of_must, of_may, of_shown = (
            min(steps / whole * _STEP, 1.0) if whole else math.nan
            for steps, whole in zip((must, may, shown), self.asked, strict=True)
        )
        return of_must, of_may, of_shown


def _in_steps(weights: Mapping[int, float]) -> dict[int, int]:
    """Weights on the grid as whole steps, so that sums of products are exact."""
    return {column: round(weight / _STEP) for column, weight in weights.items()}


def _missing(explainer: Explainer, person: PersonSide, job: JobSide) -> list[int]:
    """Competences that are asked and not covered, those that weigh most first; must counts double.

    What the person said not to be able to do is not held out to them again.
    """
    refused = set(person.record.competences.refused)
    held = person.held
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


def _best(ids: Sequence[str], at: Rows, scores: Floats, before: Floats) -> Rows:
    """Of gaps, each at a place of the list, those that raise its score most: by place, best first;
    ties by id."""
    useful = np.flatnonzero(scores > before[at]).tolist()
    useful.sort(key=lambda i: (at[i], -scores[i], ids[i]))
    taken: Counter[int] = Counter()
    found = []
    for i in useful:
        taken[int(at[i])] += 1
        if taken[int(at[i])] <= SHOWN:
            found.append(i)
    return np.array(found, np.int64)


def _named(explainer: Explainer, ids: Sequence[str], scores: Floats, ranks: Rows) -> list[Gap]:
    return [
        Gap(id_, explainer.labels.get(id_), score, rank)
        for id_, score, rank in zip(ids, scores.tolist(), ranks.tolist(), strict=True)
    ]


def _by_place(gaps: Sequence[Gap], at: Rows, places: int) -> list[tuple[Gap, ...]]:
    """At each place of the list its gaps, those that raise its score most first."""
    found: list[list[Gap]] = [[] for _ in range(places)]
    for gap, place in zip(gaps, at.tolist(), strict=True):
        found[place].append(gap)
    for own in found:
        own.sort(key=lambda gap: (-gap.score_with, gap.competence))
    return [tuple(own) for own in found]
