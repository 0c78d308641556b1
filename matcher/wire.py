"""Answers as JSON: stable, one suggestion a line; docs/json.md says what each field means."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic wants this one for its schemas before 3.12

from matcher.comparison import Comparison, Match
from matcher.gaps import Gap
from matcher.reading import Quoted, Reading
from matcher.reasons import Evidence, Reason
from matcher.spread import Placed
from matcher.suggestions import NearMiss, Status, Suggestion, Suggestions


class EvidenceLine(TypedDict):
    """What a reason rests on, on either side."""

    id: str | None
    label: str
    strength: float
    confirmed: bool
    person: str
    vacancy: str


class ReasonLine(TypedDict):
    """What one signal adds; where `known` is false its neutral strength counts."""

    signal: str
    factor: str
    strength: float
    weight: float
    points: float
    known: bool
    text: str
    evidence: list[EvidenceLine]


class GapLine(TypedDict):
    """A competence that is missing, with the score and the rank that it would bring."""

    competence: str
    label: str
    score_with: float
    rank_with: int


class PlacedLine(TypedDict):
    """Why a vacancy stands where points alone would not have put it."""

    plain_rank: int
    given_up: float
    text: str


class PinLine(TypedDict):
    """Who set a vacancy before the person, why and when."""

    by: str
    reason: str
    when: str


class _Pair(TypedDict):
    title: str
    score: float
    reach: float
    wish: float
    boost: float
    reasons: list[ReasonLine]
    gaps: list[GapLine] | None
    sources: list[str]
    distance_km: float | None


class SuggestionLine(_Pair):
    """A vacancy for a person."""

    rank: int
    vacancy: str
    employer: str | None
    place: str | None
    valid_through: str | None
    placed: PlacedLine | None
    pins: list[PinLine]
    bars: list[str]


class CandidateLine(_Pair):
    """A person for a vacancy."""

    rank: int
    person: str


class NearMissLine(TypedDict):
    """A pair that one requirement bars; `id` is the vacancy's or the person's."""

    id: str
    title: str
    score: float
    bar: str
    text: str


class _Answer(TypedDict):
    today: str
    status: Status
    near_misses: list[NearMissLine]
    left_out: dict[str, int]
    considered: int
    unresolved: list[str]


class SuggestionsAnswer(_Answer):
    """All suggestions for a person."""

    person: str
    suggestions: list[SuggestionLine]
    given_up: float


class CandidatesAnswer(_Answer):
    """All candidates for a vacancy."""

    vacancy: str
    candidates: list[CandidateLine]


class ComparedLine(EvidenceLine):
    """A competence that is asked and how the person stands to it."""

    match: Match
    must: bool


class ComparisonAnswer(TypedDict):
    """A person beside a vacancy or an occupation."""

    person: str
    target: str
    title: str
    status: Status
    competences: list[ComparedLine]
    score: float | None
    reach: float | None
    wish: float | None
    boost: float
    reasons: list[ReasonLine]
    bars: list[str]


class FoundLine(TypedDict):
    """Something that a text says, with the words that it comes from."""

    kind: str
    id: str
    label: str
    need: str | None
    level: str | None
    confidence: float | None
    how: str
    words: str
    span: tuple[int, int]


class ReadingAnswer(TypedDict):
    """Everything found in a text; empty where nothing was."""

    lang: str
    found: list[FoundLine]


def suggestion(item: Suggestion) -> SuggestionLine:
    """A vacancy for a person."""
    return {
        "rank": item.rank,
        "vacancy": item.id,
        **_pair(item),
        "employer": item.employer,
        "place": item.place,
        "valid_through": item.valid_through.isoformat() if item.valid_through else None,
        "placed": _placed(item.placed) if item.placed else None,
        "pins": [
            {"by": pin.by, "reason": pin.reason, "when": pin.when.isoformat()} for pin in item.pins
        ],
        "bars": list(item.bars),
    }


def candidate(item: Suggestion) -> CandidateLine:
    """A person for a vacancy."""
    return {"rank": item.rank, "person": item.id, **_pair(item)}


def suggestions(found: Suggestions) -> SuggestionsAnswer:
    """A whole answer for a person, with what was left out and why."""
    return {
        "person": found.subject,
        "suggestions": [suggestion(item) for item in found.items],
        "given_up": found.given_up,
        **_answer(found),
    }


def candidates(found: Suggestions) -> CandidatesAnswer:
    """A whole answer for a vacancy, with what was left out and why."""
    return {
        "vacancy": found.subject,
        "candidates": [candidate(item) for item in found.items],
        **_answer(found),
    }


def comparison(found: Comparison) -> ComparisonAnswer:
    """A person beside a vacancy or an occupation."""
    return {
        "person": found.person,
        "target": found.target,
        "title": found.title,
        "status": found.status,
        "competences": [
            {"match": c.match, "must": c.must, **_evidence(c.evidence)} for c in found.competences
        ],
        "score": found.score,
        "reach": found.reach,
        "wish": found.wish,
        "boost": found.boost,
        "reasons": [_reason(r) for r in found.reasons],
        "bars": list(found.bars),
    }


def reading(found: Reading) -> ReadingAnswer:
    """Everything found in a text, occupations first."""
    lines = [
        _found("occupation", o.id, o.label, o, how="likeness", sure=o.confidence)
        for o in found.occupations
    ]
    lines += [
        _found("competence", c.id, c.label, c, how=c.how, need=c.need, sure=c.confidence)
        for c in found.competences
    ]
    lines += [
        _found(r.kind, r.value, r.value, found.quoted(r), how="rule", need=r.need, level=r.level)
        for r in found.requirements
    ]
    lines += [_found("place", p.nis, p.name, p, how="name") for p in found.places]
    return {"lang": found.lang, "found": lines}


def _found(
    kind: str,
    id_: str,
    label: str,
    at: Quoted,
    *,
    how: str,
    need: str | None = None,
    level: str | None = None,
    sure: float | None = None,
) -> FoundLine:
    return {
        "kind": kind,
        "id": id_,
        "label": label,
        "need": need,
        "level": level,
        "confidence": sure,
        "how": how,
        "words": at.words,
        "span": (at.start, at.end),
    }


def _pair(item: Suggestion) -> _Pair:
    return {
        "title": item.title,
        "score": item.score,
        "reach": item.reach,
        "wish": item.wish,
        "boost": item.boost,
        "reasons": [_reason(r) for r in item.reasons],
        "gaps": None if item.gaps is None else [_gap(g) for g in item.gaps],
        "sources": list(item.sources),
        "distance_km": item.distance_km,
    }


def _answer(found: Suggestions) -> _Answer:
    return {
        "today": found.today.isoformat(),
        "status": found.status,
        "near_misses": [_near_miss(near) for near in found.near_misses],
        "left_out": dict(found.left_out),
        "considered": found.considered,
        "unresolved": list(found.unresolved),
    }


def _reason(found: Reason) -> ReasonLine:
    return {
        "signal": found.signal,
        "factor": found.factor,
        "strength": found.strength,
        "weight": found.weight,
        "points": found.points,
        "known": found.known,
        "text": found.text,
        "evidence": [_evidence(e) for e in found.evidence],
    }


def _evidence(found: Evidence) -> EvidenceLine:
    return {
        "id": found.id,
        "label": found.label,
        "strength": found.strength,
        "confirmed": found.confirmed,
        "person": found.person,
        "vacancy": found.vacancy,
    }


def _gap(found: Gap) -> GapLine:
    return {
        "competence": found.competence,
        "label": found.label,
        "score_with": found.score_with,
        "rank_with": found.rank_with,
    }


def _placed(found: Placed) -> PlacedLine:
    return {"plain_rank": found.plain_rank, "given_up": found.given_up, "text": found.text}


def _near_miss(found: NearMiss) -> NearMissLine:
    return {
        "id": found.id,
        "title": found.title,
        "score": found.score,
        "bar": found.bar,
        "text": found.text,
    }
