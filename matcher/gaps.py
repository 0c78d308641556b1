"""What is missing and what it would bring: score and rank recomputed with each competence added."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import msgspec
import numpy as np

from matcher.explain import Explainer
from matcher.listed import Listed
from models.index import Floats, Rows
from models.missing import Missing
from models.parts import Answer
from models.rows import PeopleRows

SHOWN = 5
PROMISED = 0.5
"""Evidence that a gap is filled with when its worth is recomputed: self-declared."""


class Gap(msgspec.Struct, frozen=True):
    """A competence that is asked and not shown: the score and the rank that it would bring."""

    competence: str
    label: str
    score_with: float
    rank_with: int


def gaps_of_person(
    explainer: Explainer,
    listed: Listed,
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
    if not listed.pairs:
        return []
    person, found = listed.pairs[0][0], _worth(explainer, listed)
    found = found.take(np.lexsort((found.at, found.competences)))
    told, gaps = np.unique(found.competences, return_inverse=True)
    refused = person.record.competences.refused
    gains = explainer.vectoriser.gains(
        person.covers, person.evidence, refused, told.tolist(), PROMISED
    )
    if answer.adds_only:
        ranks = answer.ranks(gains, gaps, rows[found.at], found.scores, pool)
    else:
        again = [reopen(gains.added(person.row, gap)) for gap in range(len(told))]
        asked = zip(gaps.tolist(), rows[found.at].tolist(), found.scores.tolist(), strict=True)
        ranks = np.array([again[gap].rank(row, score) for gap, row, score in asked], np.int64)
    return _by_place(explainer, found, ranks + above, len(listed.pairs))


def gaps_of_candidates(explainer: Explainer, listed: Listed) -> list[tuple[Gap, ...]]:
    """The same for each of the best people of one vacancy.

    Nobody else's score changes, and who comes before somebody raised came before them anyhow: so
    the best are all that a rank needs.
    """
    if not listed.pairs:
        return []
    found = _worth(explainer, listed)
    people = [person.record.id for person, _ in listed.pairs]
    order = list(zip((-listed.judged.scores).tolist(), people, strict=True))
    raised = zip((-found.scores).tolist(), found.at.tolist(), strict=True)
    ranks = [1 + bisect_left(order, (score, people[place])) for score, place in raised]
    return _by_place(explainer, found, np.array(ranks, np.int64), len(listed.pairs))


@dataclass(frozen=True)
class _Worth:
    """Competences `at` places of the list, each with the score that it would bring: (q,) each."""

    at: Rows
    competences: Rows
    scores: Floats

    def take(self, which: Rows) -> Self:
        """Some of them, in that order."""
        return type(self)(self.at[which], self.competences[which], self.scores[which])


def _worth(explainer: Explainer, listed: Listed) -> _Worth:
    """Of what is missing at each place that which raises its score most, best first; ties by id."""
    (person, job), vectoriser = listed.pairs[0], explainer.vectoriser
    refused = [p.record.competences.refused for p, _ in listed.pairs[: len(person.rows)]]
    missing = Missing.of(
        person.rows, job.rows, vectoriser.places(refused), vectoriser.related_, PROMISED
    )
    at, competences = missing.at, missing.competences
    values = {name: value[at] for name, value in listed.values.items()}
    scores = listed.scorecard.judged(values | missing.values).scores
    useful = np.flatnonzero(scores > listed.judged.scores[at])
    found = _Worth(at, competences, scores).take(useful)
    ids = [explainer.competences[c] for c in found.competences.tolist()]
    order = sorted(
        zip(found.at.tolist(), (-found.scores).tolist(), ids, range(len(ids)), strict=True)
    )
    taken: Counter[int] = Counter()
    kept = []
    for place, _, _, i in order:
        taken[place] += 1
        if taken[place] <= SHOWN:
            kept.append(i)
    return found.take(np.array(kept, np.int64))


def _by_place(
    explainer: Explainer, found: _Worth, ranks: Rows, places: int
) -> list[tuple[Gap, ...]]:
    """At each place of the list its gaps, those that raise its score most first."""
    gaps: list[list[Gap]] = [[] for _ in range(places)]
    parts = (part.tolist() for part in (found.at, found.competences, found.scores, ranks))
    for place, competence, score, rank in zip(*parts, strict=True):
        id_ = explainer.competences[competence]
        gaps[place].append(Gap(id_, explainer.labels.get(id_), score, rank))
    for own in gaps:
        own.sort(key=lambda gap: (-gap.score_with, gap.competence))
    return [tuple(own) for own in gaps]
