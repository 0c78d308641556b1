"""Answers as JSON: stable, one suggestion a line; documented in docs/json.md."""

from __future__ import annotations

from typing import Any

from matcher.comparison import Comparison
from matcher.explain import Evidence, Gap, Reason
from matcher.suggestions import NearMiss, Suggestion, Suggestions


def suggestion(item: Suggestion, *, key: str = "vacancy") -> dict[str, Any]:
    """One suggestion; `key` is what its id is called: vacancy, or person for a candidate."""
    return {
        "rank": item.rank,
        key: item.id,
        "title": item.title,
        "score": item.score,
        "reach": item.reach,
        "wish": item.wish,
        "reasons": [reason(r) for r in item.reasons],
        "gaps": [gap(g) for g in item.gaps],
        "sources": list(item.sources),
        "distance_km": item.distance_km,
        "employer": item.employer,
        "place": item.place,
        "valid_through": item.valid_through.isoformat() if item.valid_through else None,
    }


def reason(found: Reason) -> dict[str, Any]:
    """One reason; `known` is false where nothing is known and the neutral strength counts."""
    return {
        "signal": found.signal,
        "factor": found.factor,
        "strength": found.strength,
        "weight": found.weight,
        "points": found.points,
        "known": found.known,
        "text": found.text,
        "evidence": [evidence(e) for e in found.evidence],
    }


def evidence(found: Evidence) -> dict[str, Any]:
    """What a reason rests on, on either side."""
    return {
        "id": found.id,
        "label": found.label,
        "strength": found.strength,
        "person": found.person,
        "vacancy": found.vacancy,
    }


def gap(found: Gap) -> dict[str, Any]:
    """A gap with the score and the rank that it would bring."""
    return {
        "competence": found.competence,
        "label": found.label,
        "score_with": found.score_with,
        "rank_with": found.rank_with,
    }


def near_miss(found: NearMiss, *, key: str = "vacancy") -> dict[str, Any]:
    """A pair that one requirement bars."""
    return {
        key: found.id,
        "title": found.title,
        "score": found.score,
        "bar": found.bar,
        "text": found.text,
    }


def answer(found: Suggestions, *, key: str = "vacancy") -> dict[str, Any]:
    """A whole answer, with what was left out and why."""
    return {
        "for": found.subject,
        "today": found.today.isoformat(),
        "status": found.status,
        "suggestions": [suggestion(item, key=key) for item in found.items],
        "near_misses": [near_miss(n, key=key) for n in found.near_misses],
        "left_out": dict(found.left_out),
        "considered": found.considered,
    }


def comparison(found: Comparison) -> dict[str, Any]:
    """A person beside a vacancy or an occupation."""
    return {
        "person": found.person,
        "target": found.target,
        "title": found.title,
        "status": found.status,
        "competences": [
            {"match": c.match, "must": c.must, **evidence(c.evidence)} for c in found.competences
        ],
        "score": found.score,
        "reach": found.reach,
        "wish": found.wish,
        "reasons": [reason(r) for r in found.reasons],
        "bars": list(found.bars),
    }
