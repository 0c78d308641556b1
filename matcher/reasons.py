"""Each signal of a pair in words, with what it rests on in both records, never a number alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
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
from matcher.listed import Pair
from matcher.sides import JobSide, PersonSide
from matcher.voice import Voice
from matcher.written import short
from models.scorecard import ON_TOP, Factor
from models.telling import Told

FAR = 0.125
_NEARNESS = (("same", 1.0), ("near", 0.5), ("kin", FAR), ("far", 0.0))
"""How an occupation's closeness is put into words, from which closeness on."""

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
    return text, (Evidence(str(label), str(label), target, closeness),)


def _competences(voice: Voice, pair: Pair, told: Told, kind: str) -> Said:
    sure, near = told.confirmed, told.near
    if not sure and not near:
        key = f"{kind}_none"
    elif kind == "must" and not (pair.job.states or pair.job.profile):
        key = "must_read"
    else:
        key = kind if near else f"{kind}_sure"
    return voice.counted(key, sure, near, told.asked), _shown(voice, pair, told)


def _shown(voice: Voice, pair: Pair, told: Told) -> list[Evidence]:
    """Competences with where they stand on either side."""
    person, job, speakers, lang = pair.person, pair.job, pair.speakers, voice.labels.lang
    there, here = person.said.setdefault(lang, {}), job.said.setdefault(lang, {})
    via, stated = speakers.via, speakers.shown
    none = None if person.record.competences.refused else voice.not_shown
    names, ids, found = voice.names, voice.competences, []
    for c, strength, who, sure in told.cells:
        # What shows one thing shows all that is like it in the same words.
        key = who if who >= 0 and via[who] != c else ~c
        text = none if who < 0 else there.get(key)
        if text is None:
            if key >= 0 and who < len(stated):  # as most are: without the detour
                text = voice.related(via[who], stated[who])
            else:
                ground = speakers.ground(who, strength) if who >= 0 else None
                text = voice.where_person(person, c, ground)
            there[key] = text
        asked = here.get(c)
        if asked is None:  # to tell it at once takes less
            here |= voice.where_job(job, pair.shown - here.keys())
            asked = here[c]
        found.append(Evidence(names[c], text, asked, strength, ids[c], sure))
    return found


def _must(voice: Voice, pair: Pair, _value: float) -> Said:
    return _competences(voice, pair, pair.told[0], "must")


def _may(voice: Voice, pair: Pair, _value: float) -> Said:
    return _competences(voice, pair, pair.told[1], "may")


def _evidence(voice: Voice, pair: Pair, _value: float) -> Said:
    evidence = _shown(voice, pair, pair.told[2])
    if not evidence:
        return voice.say("reason", "evidence_none"), ()
    named = "; ".join([f"{e.label} ({e.person})" for e in evidence[:3]])
    return voice.say("reason", "evidence", competences=named), evidence


def _closest(voice: Voice, pair: Pair, named: Sequence[str]) -> tuple[str | None, float]:
    """The label of that of some of a person's occupations that is closest to the job's, and how
    close, in [0, 1]."""
    close = pair.close
    best = max([id_ for id_ in named if id_ in close], key=close.__getitem__, default=None)
    return (None, 0.0) if best is None else (voice.labels.get(best), close[best])


def _occupation(voice: Voice, pair: Pair, value: float) -> Said:
    person, job = pair.person, pair.job
    past, closeness = _closest(voice, pair, [p.occupation for p in person.record.past])
    target = voice.target(job)
    if past is not None and closeness >= value - 1e-9:
        return voice.again(_nearness, "occupation", past, target, closeness)
    if not pair.alike or value < FAR:
        likes, asks = person.cells("profile"), job.cells("profile")
        person_says = max(likes, key=likes.__getitem__, default=None)
        job_says = max(asks, key=asks.__getitem__, default=None)
        told = past if past is not None else voice.occupation(person_says)
        return voice.say(
            "reason",
            "occupation_far",
            person=told,
            vacancy=target or voice.occupation(job_says),
        ), ()
    (both,) = pair.alike
    label = voice.occupation(both)
    evidence = Evidence(
        label=label,
        person=voice.say("person", "likely", via=label),
        vacancy=voice.say("vacancy", "likely", via=label),
        strength=value,
        id=voice.occupations[both],
    )
    return voice.say("reason", "occupation_text", occupation=label), [evidence]


def _experience(voice: Voice, pair: Pair, value: float) -> Said:
    worked = [
        (min(past.years, 5.0) * close, past.years, past.occupation, close)
        for past in pair.person.record.past
        if past.years is not None and (close := pair.close.get(past.occupation)) is not None
    ]
    _, *most = max(worked, key=lambda one: one[:2])
    return voice.again(_worked, *most, voice.target(pair.job), value >= FAR)


def _worked(
    voice: Voice, years: float, occupation: str, closeness: float, target: str, near: bool
) -> Said:
    label = voice.labels.get(occupation)
    text = voice.say(
        "reason",
        "experience" if near else "experience_far",
        years=voice.say.number(years, 0 if float(years).is_integer() else 1),
        person=label,
        vacancy=target,
    )
    return text, (Evidence(label, text, target, closeness, occupation),)


def _text(voice: Voice, pair: Pair, value: float) -> Said:
    said, asked = pair.person.written, pair.job.written
    if not pair.words:
        key = "text_kin" if value >= 0.25 else "text_far"
        return voice.say("reason", key, person=short(said.text), vacancy=short(asked.text)), ()
    evidence = [
        Evidence(theirs := asked.word(word), f"“{said.word(word)}”", f"“{theirs}”", 1.0)
        for word in [voice.words[column] for column in pair.words]
    ]
    words = ", ".join([one.vacancy for one in evidence])
    return voice.say("reason", "text_words", words=words), evidence


def _wished(voice: Voice, pair: Pair, _value: float) -> Said:
    label, closeness = _closest(voice, pair, pair.person.record.wished)
    return voice.again(_nearness, "wished", label, voice.target(pair.job), closeness)


def _travel(voice: Voice, pair: Pair, _value: float) -> Said:
    km, limit = pair.km, pair.person.record.travel_km
    key = "travel" if limit is None else "travel_limit"
    return voice.say(
        "reason",
        key if km else "travel_same",
        km=voice.say.number(km),
        limit=None if limit is None else voice.say.number(limit),
        person=voice.place(pair.person.record.place),
        vacancy=voice.place(pair.job.record.place),
    ), ()


Writer = Callable[[Voice, Pair, float], Said]
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
