"""Each signal of a pair in words, with what it rests on in both records, never a number alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from competent_data.records import (
    CEFR_LEVELS,
    Cefr,
    Contract,
    Shift,
    StudyLevel,
    WorkingTime,
)
from matcher.sides import JobSide, PersonSide
from matcher.voice import Voice
from matcher.written import short
from models.scorecard import ON_TOP, Factor

FAR = 0.125
_NEARNESS = (("same", 1.0), ("near", 0.5), ("kin", FAR), ("far", 0.0))
"""How an occupation's closeness is put into words, from which closeness on."""
_MOST_EVIDENCE = 12
_MOST_WORDS = 5

Silent = Literal["person", "vacancy", "both"]


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One thing that a reason rests on: what it is, and where it stands on either side.

    `strength` in [0, 1] is how far the person has it; `id` the competence or occupation;
    `confirmed` that the dossier states the very thing.
    """

    label: str
    person: str
    vacancy: str
    strength: float
    id: str | None = None
    confirmed: bool = False


class Reason(msgspec.Struct, frozen=True, gc=False):
    """What one signal adds to the score: points = weight × strength; `silent` is the side that
    does not say what it rests on."""

    signal: str
    factor: Factor
    strength: float
    weight: float
    silent: Silent | None
    text: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def known(self) -> bool:
        """Whether both sides say what the signal rests on."""
        return self.silent is None

    @property
    def points(self) -> float:
        """Points of 100."""
        return self.weight * self.strength


def boost(reasons: Sequence[Reason]) -> float:
    """Points on top of reach and wish."""
    return sum((reason.points for reason in reasons if reason.factor in ON_TOP), 0.0)


Said = tuple[str, Sequence[Evidence]]
"""A signal in words, and what these rest on."""


def _nearness(voice: Voice, signal: str, label: str | None, target: str, closeness: float) -> Said:
    key = next(key for key, least in _NEARNESS if closeness >= least)
    text = voice.say("reason", f"{signal}_{key}", person=label, vacancy=target)
    return text, [Evidence(str(label), str(label), target, closeness)]


def _competences(
    voice: Voice, person: PersonSide, job: JobSide, asked: dict[int, float], kind: str
) -> Said:
    covers = person.covers
    ranked = sorted([(-weight * covers.get(c, 0.0), -weight, c) for c, weight in asked.items()])
    listed = job.states or job.profile
    best = [c for _, _, c in ranked[:_MOST_EVIDENCE] if listed or c in covers]
    shown = _shown(voice, person, job, best, covers)
    sure = len(asked.keys() & person.confirmed)
    near = len(asked.keys() & covers.keys()) - sure
    if not sure and not near:
        key = f"{kind}_none"
    elif kind == "must" and not listed:
        key = "must_read"
    else:
        key = kind if near else f"{kind}_sure"
    return voice.counted(key, sure, near, len(asked)), shown


def _shown(
    voice: Voice,
    person: PersonSide,
    job: JobSide,
    competences: Sequence[int],
    strengths: Mapping[int, float],
) -> list[Evidence]:
    """Competences with where they stand on either side."""
    names, ids, sure, lang = voice.names, voice.competences, person.confirmed, voice.labels.lang
    there, here = person.said.setdefault(lang, {}), job.said.setdefault(lang, {})
    # Of ten suggestions most ask for the same, and of ten candidates all are asked for it.
    if fresh := [c for c in competences if c not in here]:
        here |= voice.where_job(job, fresh)
    for c in competences:
        if c not in there:
            there[c] = voice.where_person(person, c)
    return [
        Evidence(names[c], there[c], here[c], strengths.get(c, 0.0), ids[c], c in sure)
        for c in competences
    ]


def _must(voice: Voice, person: PersonSide, job: JobSide, _value: float) -> Said:
    return _competences(voice, person, job, job.must, "must")


def _may(voice: Voice, person: PersonSide, job: JobSide, _value: float) -> Said:
    return _competences(voice, person, job, job.may, "may")


def _evidence(voice: Voice, person: PersonSide, job: JobSide, _value: float) -> Said:
    proofs, must = person.evidence, job.must
    backed = sorted(
        (-must[c] * proofs[c], c) for c in must.keys() & person.confirmed if c in proofs
    )
    if not backed:
        return voice.say("reason", "evidence_none"), ()
    evidence = _shown(voice, person, job, [c for _, c in backed[:_MOST_EVIDENCE]], proofs)
    named = "; ".join([f"{e.label} ({e.person})" for e in evidence[:3]])
    return voice.say("reason", "evidence", competences=named), evidence


def _closest(
    voice: Voice, person: PersonSide, named: Sequence[str], job: JobSide
) -> tuple[str | None, float]:
    """The label of that of some of a person's occupations that is closest to the job's, and how
    close, in [0, 1]."""
    best: tuple[str | None, float] = (None, 0.0)
    for id_ in named:
        close = _closeness(person, id_, job)
        if close is not None and (best[0] is None or close > best[1]):
            best = id_, close
    return best[0] and voice.labels.get(best[0]), best[1]


def _closeness(person: PersonSide, occupation: str, job: JobSide) -> float | None:
    """How close one of a person's occupations is to the job's; None if it is not known."""
    near = person.near.get(occupation)
    if near is None:
        return None
    asks = job.occupations
    close = sum([near.get(o, 0.0) * share for o, share in asks.items()])
    return close / (sum(asks.values()) or 1.0)


def _occupation(voice: Voice, person: PersonSide, job: JobSide, value: float) -> Said:
    past, closeness = _closest(voice, person, [p.occupation for p in person.record.past], job)
    target = voice.target(job)
    if past is not None and closeness >= value - 1e-9:
        return _nearness(voice, "occupation", past, target, closeness)
    likes = person.cells("profile")
    asks = job.cells("profile")
    both = max(likes.keys() & asks.keys(), key=lambda o: (likes[o] * asks[o], -o), default=None)
    if both is None or value < FAR:
        person_says = max(likes, key=likes.__getitem__, default=None)
        job_says = max(asks, key=asks.__getitem__, default=None)
        told = past if past is not None else voice.occupation(person_says)
        return voice.say(
            "reason",
            "occupation_far",
            person=told,
            vacancy=target or voice.occupation(job_says),
        ), ()
    label = voice.occupation(both)
    evidence = Evidence(
        label=label,
        person=voice.say("person", "likely", via=label),
        vacancy=voice.say("vacancy", "likely", via=label),
        strength=value,
        id=voice.occupations[both],
    )
    return voice.say("reason", "occupation_text", occupation=label), [evidence]


def _experience(voice: Voice, person: PersonSide, job: JobSide, value: float) -> Said:
    worked = [
        (min(past.years, 5.0) * close, past.years, past.occupation, close)
        for past in person.record.past
        if past.years is not None
        and (close := _closeness(person, past.occupation, job)) is not None
    ]
    _, years, occupation, closeness = max(worked, key=lambda one: one[:2])
    label, target = voice.labels.get(occupation), voice.target(job)
    text = voice.say(
        "reason",
        "experience" if value >= FAR else "experience_far",
        years=voice.say.number(years, 0 if float(years).is_integer() else 1),
        person=label,
        vacancy=target,
    )
    return text, [Evidence(label, text, target, closeness, occupation)]


def _text(voice: Voice, person: PersonSide, job: JobSide, value: float) -> Said:
    mine, theirs = person.cells("words"), job.cells("words")
    shared = sorted(
        (-mine[column] * theirs[column], voice.words[column])
        for column in mine.keys() & theirs.keys()
        if voice.telling[column]
    )[:_MOST_WORDS]
    if not shared:
        key = "text_kin" if value >= 0.25 else "text_far"
        return voice.say("reason", key, person=short(person.text), vacancy=short(job.text)), ()
    said, asked = person.written, job.written
    evidence = [
        Evidence(theirs_ := asked.word(word), f"“{said.word(word)}”", f"“{theirs_}”", 1.0)
        for _, word in shared
    ]
    words = ", ".join([one.vacancy for one in evidence])
    return voice.say("reason", "text_words", words=words), evidence


def _wished(voice: Voice, person: PersonSide, job: JobSide, _value: float) -> Said:
    label, closeness = _closest(voice, person, person.record.wished, job)
    return _nearness(voice, "wished", label, voice.target(job), closeness)


def _travel(voice: Voice, person: PersonSide, job: JobSide, _value: float) -> Said:
    km = person.km_to(job)
    limit = person.record.travel_km
    key = "travel" if limit is None else "travel_limit"
    return voice.say(
        "reason",
        key if km else "travel_same",
        km=voice.say.number(km),
        limit=None if limit is None else voice.say.number(limit),
        person=voice.place(person.record.place),
        vacancy=voice.place(job.record.place),
    ), ()


Writer = Callable[[Voice, PersonSide, JobSide, float], Said]
WRITERS: dict[str, Writer] = {
    "must": _must,
    "may": _may,
    "evidence": _evidence,
    "occupation": _occupation,
    "experience": _experience,
    "text": _text,
    "wished": _wished,
    "travel": _travel,
}
"""What puts a signal of a pair into words, given that it is known."""


def _study(voice: Voice, value: float, told: StudyLevel, asked: StudyLevel) -> Said:
    key = "study_enough" if value >= 1 else "study_below"
    return voice.say("reason", key, person=told, vacancy=asked), ()


def _languages(
    voice: Voice, _value: float, told: Sequence[Cefr | None], asked: Sequence[tuple[str, Cefr]]
) -> Said:
    evidence = []
    texts = []
    for held, (code, level) in zip(told, asked, strict=True):
        key = "language" if held else "language_none"
        name = voice.say("language", code)
        texts.append(voice.say("reason", key, language=name, person=held, vacancy=level))
        steps = 0 if held is None else 1 + CEFR_LEVELS.index(held)
        evidence.append(
            Evidence(
                label=name,
                person=voice.say("person", key, level=held),
                vacancy=voice.say("vacancy", "language", level=level),
                strength=min(1.0, steps / (1 + CEFR_LEVELS.index(level))),
                id=code,
            )
        )
    return "; ".join(texts), evidence


def _licences(voice: Voice, _value: float, told: Sequence[bool], asked: Sequence[str]) -> Said:
    evidence = [
        Evidence(
            label=name,
            person=voice.say("person", "licence" if held else "none"),
            vacancy=voice.say("vacancy", "licence"),
            strength=float(held),
            id=name,
        )
        for held, name in zip(told, asked, strict=True)
    ]
    texts = [
        voice.say("reason", "licence" if e.strength else "licence_none", licence=e.label)
        for e in evidence
    ]
    return "; ".join(texts), evidence


def _choice(
    voice: Voice, value: float, signal: str, table: str, told: Sequence[str], asked: Sequence[str]
) -> Said:
    def named(keys: Sequence[str]) -> str:
        return ", ".join(voice.say(table, key) for key in keys) or voice.say("show", "none")

    key = f"{signal}_{'same' if value >= 1 else 'other'}"
    return voice.say("reason", key, vacancy=named(asked), person=named(told)), ()


def _working_time(voice: Voice, value: float, told: WorkingTime, asked: WorkingTime) -> Said:
    return _choice(voice, value, "working_time", "working_time", (told,), (asked,))


def _shifts(voice: Voice, value: float, told: Sequence[Shift], asked: Sequence[Shift]) -> Said:
    return _choice(voice, value, "shifts", "shift", told, asked)


def _contract(voice: Voice, value: float, told: Sequence[Contract], asked: Contract) -> Said:
    return _choice(voice, value, "contract", "contract", told, (asked,))


def _shortage(voice: Voice, value: float, _told: None, asked: str | None) -> Said:
    if asked is None:
        return voice.say("reason", "shortage_unsaid"), ()
    label = voice.labels.get(asked)
    if not value:
        return voice.say("reason", "shortage_none", occupation=label), ()
    evidence = Evidence(
        label=label,
        person=voice.say("person", "everybody"),
        vacancy=voice.say("vacancy", "shortage"),
        strength=value,
        id=asked,
    )
    return voice.say("reason", "shortage", occupation=label), [evidence]


def _similar(voice: Voice, _value: float, _told: None, people: int) -> Said:
    return voice.say("reason", "similar", people=people), ()


class Few(NamedTuple):
    """A signal that rests on few facts: what a person `told` and what a job `asked` of it, and
    `words` that depend on these and the value alone, so that they need not be put anew."""

    told: Callable[[PersonSide, JobSide], Hashable]
    asked: Callable[[JobSide], Hashable]
    words: Callable[[Voice, float, Any, Any], Said]


def _nothing(_person: PersonSide, _job: JobSide) -> None:
    """Of what rests on the job alone."""


FEW: dict[str, Few] = {
    "study": Few(lambda p, _: p.record.study_level, lambda j: j.record.study_level, _study),
    "languages": Few(
        lambda p, j: tuple([(p.record.languages or {}).get(code) for code in j.record.languages]),
        lambda j: tuple(j.record.languages.items()),
        _languages,
    ),
    "licences": Few(
        lambda p, j: tuple([name in (p.record.licences or ()) for name in j.record.licences]),
        lambda j: j.record.licences,
        _licences,
    ),
    "working_time": Few(
        lambda p, _: p.record.working_time, lambda j: j.record.working_time, _working_time
    ),
    "shifts": Few(lambda p, _: p.record.shifts or (), lambda j: j.record.shifts, _shifts),
    "contract": Few(lambda p, _: p.record.contracts or (), lambda j: j.record.contract, _contract),
    "shortage": Few(_nothing, lambda j: j.record.occupation, _shortage),
    "similar": Few(_nothing, lambda j: j.found_by, _similar),
}
"""Signals that rest on few facts, given that they are known."""
