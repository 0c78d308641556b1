"""Each signal of a pair in words, with what it rests on in both records, never a number alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from competent_data.records import CEFR_LEVELS
from competent_data.text import DULL_WORDS, spans
from matcher.sides import JobSide, PersonSide
from matcher.voice import Voice, short
from models.scorecard import ON_TOP, Factor

FAR = 0.125
_NEARNESS = (("same", 1.0), ("near", 0.5), ("kin", FAR), ("far", 0.0))
"""How an occupation's closeness is put into words, from which closeness on."""
_MOST_EVIDENCE = 12
_MOST_WORDS = 5
_SHORT = 2


Silent = Literal["person", "vacancy", "both"]


class Evidence(msgspec.Struct, frozen=True):
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


class Reason(msgspec.Struct, frozen=True):
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


def _choice(
    voice: Voice, signal: str, value: float, asked: Sequence[str], wished: Sequence[str]
) -> tuple[str, Sequence[Evidence]]:
    table = "shift" if signal == "shifts" else signal

    def named(keys: Sequence[str]) -> str:
        return ", ".join(voice.say(table, key) for key in keys) or voice.say("show", "none")

    key = f"{signal}_{'same' if value >= 1 else 'other'}"
    return voice.say("reason", key, vacancy=named(asked), person=named(wished)), ()


def _nearness(
    voice: Voice, signal: str, label: str | None, target: str, closeness: float
) -> tuple[str, Sequence[Evidence]]:
    key = next(key for key, least in _NEARNESS if closeness >= least)
    text = voice.say("reason", f"{signal}_{key}", person=label, vacancy=target)
    return text, [Evidence(str(label), str(label), target, closeness)]


def _competences(
    voice: Voice, person: PersonSide, job: JobSide, asked: dict[int, float], kind: str
) -> tuple[str, list[Evidence]]:
    def worth(competence: int) -> tuple[float, float, int]:
        weight = asked[competence]
        return -weight * person.covers.get(competence, 0.0), -weight, competence

    listed = job.states or job.profile
    shown = [
        _evidence_of(voice, person, job, c, person.covers.get(c, 0.0))
        for c in sorted(asked, key=worth)[:_MOST_EVIDENCE]
        if listed or c in person.covers
    ]
    sure = sum(person.confirms(c) for c in asked)
    near = sum(c in person.covers for c in asked) - sure
    if not sure and not near:
        return voice.say("reason", f"{kind}_none", asked=len(asked)), shown
    if kind == "must" and not listed:
        return voice.say("reason", "must_read", sure=sure, near=near), shown
    key = kind if near else f"{kind}_sure"
    return voice.say("reason", key, sure=sure, near=near, asked=len(asked)), shown


def _evidence_of(
    voice: Voice, person: PersonSide, job: JobSide, competence: int, strength: float
) -> Evidence:
    id_ = voice.competences[competence]
    return Evidence(
        label=voice.labels.get(id_),
        person=voice.where_person(person, competence),
        vacancy=voice.where_job(job, competence),
        strength=strength,
        id=id_,
        confirmed=person.confirms(competence),
    )


def _must(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    return _competences(voice, person, job, job.must, "must")


def _may(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    return _competences(voice, person, job, job.may, "may")


def _evidence(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    shown = person.evidence
    backed = sorted(
        (c for c in job.must if c in shown and person.confirms(c)),
        key=lambda c: (-job.must[c] * shown[c], c),
    )
    evidence = [_evidence_of(voice, person, job, c, shown[c]) for c in backed[:_MOST_EVIDENCE]]
    if not evidence:
        return voice.say("reason", "evidence_none"), ()
    named = "; ".join(f"{e.label} ({e.person})" for e in evidence[:3])
    return voice.say("reason", "evidence", competences=named), evidence


def _occupation(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    past, target, closeness = voice.closest(person, [p.occupation for p in person.record.past], job)
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


def _experience(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    best = max(
        (
            p
            for p in person.record.past
            if p.years is not None and p.occupation in voice.vectoriser.occupations_
        ),
        key=lambda p: (
            min(p.years or 0.0, 5.0) * voice.closest(person, [p.occupation], job)[2],
            p.years or 0.0,
        ),
    )
    label, target, closeness = voice.closest(person, [best.occupation], job)
    years = voice.say.number(best.years or 0.0, 0 if float(best.years or 0).is_integer() else 1)
    key = "experience" if value >= FAR else "experience_far"
    text = voice.say("reason", key, years=years, person=label, vacancy=target)
    return text, [Evidence(str(label), text, target, closeness, best.occupation)]


def _study(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    key = "study_enough" if value >= 1 else "study_below"
    return voice.say(
        "reason", key, person=person.record.study_level, vacancy=job.record.study_level
    ), ()


def _languages(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    spoken = person.record.languages or {}
    evidence = []
    texts = []
    for code, asked in job.record.languages.items():
        held = spoken.get(code)
        key = "language" if held else "language_none"
        name = voice.say("language", code)
        texts.append(voice.say("reason", key, language=name, person=held, vacancy=asked))
        steps = 0 if held is None else 1 + CEFR_LEVELS.index(held)
        strength = min(1.0, steps / (1 + CEFR_LEVELS.index(asked)))
        evidence.append(
            Evidence(
                label=name,
                person=voice.say("person", key, level=held),
                vacancy=voice.say("vacancy", "language", level=asked),
                strength=strength,
                id=code,
            )
        )
    return "; ".join(texts), evidence


def _licences(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    held = set(person.record.licences or ())
    evidence = [
        Evidence(
            label=name,
            person=voice.say("person", "licence" if name in held else "none"),
            vacancy=voice.say("vacancy", "licence"),
            strength=float(name in held),
            id=name,
        )
        for name in job.record.licences
    ]
    texts = [
        voice.say("reason", "licence" if e.strength else "licence_none", licence=e.label)
        for e in evidence
    ]
    return "; ".join(texts), evidence


def _text(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    said, asked = person.text, job.text
    mine, theirs = person.words, job.cells("words")
    shared = sorted(
        (
            (-mine[column] * theirs[column], word)
            for column in mine.keys() & theirs.keys()
            if _tells(word := voice.words[column], column, voice)
        ),
    )[:_MOST_WORDS]
    if shared:
        surface = {word: _surface(word, asked) for _, word in shared}
        evidence = [
            Evidence(theirs_, f"“{_surface(word, said)}”", f"“{theirs_}”", 1.0)
            for word, theirs_ in surface.items()
        ]
        words = ", ".join(f"“{theirs_}”" for theirs_ in surface.values())
        return voice.say("reason", "text_words", words=words), evidence
    key = "text_kin" if value >= 0.25 else "text_far"
    return voice.say("reason", key, person=short(said), vacancy=short(asked)), ()


def _surface(word: str, text: str) -> str:
    """A word as it is written where it stands first in a text."""
    lowered = text.lower()
    # Where letters stay where they are, a text need not be taken apart for it.
    at = lowered.find(word) if word.isalnum() and len(lowered) == len(text) else -1
    while at >= 0:
        end = at + len(word)
        if not (_in_word(text[at - 1 : at]) or _in_word(text[end : end + 1])):
            return text[at:end]
        at = lowered.find(word, at + 1)
    return next((text[t.start : t.end] for t in spans(text) if t.text == word), word)


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _tells(word: str, column: int, voice: Voice) -> bool:
    """Whether a shared word tells something: the taxonomies know it, and few vacancies use it."""
    if word in DULL_WORDS or word not in voice.vectoriser.encoder.features_ or word.isdigit():
        return False
    rare = float(voice.vectoriser.idf_[column]) >= voice.rare
    return rare and (len(word) > _SHORT or not word.isalpha())


def _wished(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    label, target, closeness = voice.closest(person, person.record.wished, job)
    return _nearness(voice, "wished", label, target, closeness)


def _travel(
    voice: Voice, person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
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


def _working_time(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    asked, wished = job.record.working_time, person.record.working_time
    return _choice(voice, "working_time", value, [str(asked)], [str(wished)])


def _shifts(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    return _choice(voice, "shifts", value, job.record.shifts, person.record.shifts or ())


def _contract(
    voice: Voice, person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    asked = [str(job.record.contract)]
    return _choice(voice, "contract", value, asked, person.record.contracts or ())


def _shortage(
    voice: Voice, _person: PersonSide, job: JobSide, value: float
) -> tuple[str, Sequence[Evidence]]:
    id_ = job.record.occupation
    if id_ is None:
        return voice.say("reason", "shortage_unsaid"), ()
    label = voice.labels.get(id_)
    if not value:
        return voice.say("reason", "shortage_none", occupation=label), ()
    evidence = Evidence(
        label=label,
        person=voice.say("person", "everybody"),
        vacancy=voice.say("vacancy", "shortage"),
        strength=value,
        id=id_,
    )
    return voice.say("reason", "shortage", occupation=label), [evidence]


def _similar(
    voice: Voice, _person: PersonSide, job: JobSide, _value: float
) -> tuple[str, Sequence[Evidence]]:
    return voice.say("reason", "similar", people=job.found_by), ()


Writer = Callable[[Voice, PersonSide, JobSide, float], tuple[str, Sequence[Evidence]]]
WRITERS: dict[str, Writer] = {
    "must": _must,
    "may": _may,
    "evidence": _evidence,
    "occupation": _occupation,
    "experience": _experience,
    "study": _study,
    "languages": _languages,
    "licences": _licences,
    "text": _text,
    "wished": _wished,
    "travel": _travel,
    "working_time": _working_time,
    "shifts": _shifts,
    "contract": _contract,
    "shortage": _shortage,
    "similar": _similar,
}
"""What puts each signal of a pair into words, given that it is known."""
