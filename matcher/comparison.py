"""A person beside a vacancy or an occupation, competence by competence: testing oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matcher.explain import Explainer
from matcher.reasons import Evidence, Reason, boost
from matcher.sides import JobSide, PersonSide
from matcher.suggestions import Status
from models.provenance import Ground

Match = Literal["covered", "near", "missing", "unknown"]
MATCHES: tuple[Match, ...] = ("covered", "near", "unknown", "missing")
COVERED = 0.8
"""From this share on, a confirmed competence covers what is asked: the same one, or one that a
taxonomy maps to it. Below, it is near: a sibling."""


@dataclass(frozen=True)
class Compared:
    """One competence that is asked, must or may, and how the person stands to it."""

    match: Match
    must: bool
    evidence: Evidence


@dataclass(frozen=True)
class Comparison:
    """A person beside a target. `bars` are the requirements that are not met, in words."""

    person: str
    target: str
    title: str
    status: Status
    competences: tuple[Compared, ...] = ()
    score: float | None = None
    reach: float | None = None
    wish: float | None = None
    reasons: tuple[Reason, ...] = ()
    bars: tuple[str, ...] = ()

    @property
    def boost(self) -> float:
        """Points on top of reach and wish, by the operator's policy."""
        return boost(self.reasons)


def compared(explainer: Explainer, person: PersonSide, job: JobSide) -> tuple[Compared, ...]:
    """Every competence that is asked: must first, best covered first, then by label."""
    asked = {**dict.fromkeys(job.may, False), **dict.fromkeys(job.must, True)}
    where, grounds = explainer.where_job(job, asked), {c: person.ground(c) for c in asked}
    found = [
        Compared(
            _match(explainer, person, c, ground),
            asked[c],
            Evidence(
                explainer.names[c],
                explainer.where_person(person, c, ground),
                where[c],
                person.covers.get(c, 0.0),
                explainer.competences[c],
                ground is not None and ground.confirms,
            ),
        )
        for c, ground in grounds.items()
    ]
    return tuple(sorted(found, key=lambda c: (not c.must, -c.evidence.strength, c.evidence.label)))


def _match(
    explainer: Explainer, person: PersonSide, competence: int, ground: Ground | None
) -> Match:
    """Confirmed: covered or near. Only read or usual: unknown, to be confirmed. Else missing,
    unless the dossier confirms nothing at all, of which nothing can be said."""
    if explainer.competences[competence] in person.record.competences.refused:
        return "missing"
    if ground is not None and ground.how == "stated":
        return "covered" if ground.strength >= COVERED else "near"
    return "unknown" if ground is not None or not person.has("held") else "missing"
