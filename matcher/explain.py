"""Why a pair has its score: a reason for every signal, with what it rests on in both records.

The points of the reasons sum to the score. What a reason names is found again in the records: a
competence with the words or the field it comes from, never a number alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from competent_data.records import CEFR_LEVELS, Person, Vacancy
from competent_data.text import EVERYDAY_WORDS, FUNCTION_WORDS, plain, spans
from matcher.labels import Labels
from matcher.messages import Messages
from models.provenance import Ground, Grounds, job_grounds, job_text, person_grounds
from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    NOT_SAID,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    Job,
    JobRows,
    PeopleRows,
    Seeker,
)
from models.scorecard import Factor, Scorecard
from models.signals import distance_km
from models.vectoriser import Vectoriser

COVERED = 0.5
"""A competence covered to this share counts as recognised in a reason's text."""
FAR = 0.125
_NEARNESS = (("same", 1.0), ("near", 0.5), ("kin", FAR), ("far", 0.0))
"""How an occupation's closeness is put into words, from which closeness on."""
_MOST_EVIDENCE = 12
_MOST_WORDS = 5
_QUOTED_WORDS = 9


@dataclass(frozen=True)
class Evidence:
    """One thing that a reason rests on: what it is, and where it stands on either side.

    `strength` in [0, 1] is how far the person has it; `id` the competence or occupation.
    """

    label: str
    person: str
    vacancy: str
    strength: float
    id: str | None = None


@dataclass(frozen=True)
class Reason:
    """What one signal adds to the score: points = weight × strength."""

    signal: str
    factor: Factor
    strength: float
    weight: float
    known: bool
    text: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def points(self) -> float:
        """Points of 100."""
        return self.weight * self.strength


@dataclass(frozen=True)
class Gap:
    """A competence that is asked and not shown: the score and the rank that it would bring."""

    competence: str
    label: str
    score_with: float
    rank_with: int


@dataclass
class PersonSide:
    """One person: the record, what the models see of it, and its row."""

    record: Person
    seeker: Seeker
    row: PeopleRows
    vectoriser: Vectoriser

    @cached_property
    def grounds(self) -> Grounds:
        """Why they cover what they cover."""
        return person_grounds(self.vectoriser, self.seeker, self.row)

    @cached_property
    def covers(self) -> dict[int, float]:
        """How far they cover each competence."""
        return _cells(self.row.covers)

    @cached_property
    def quotes(self) -> dict[int, str]:
        """The words of their text in which a competence is read."""
        return _quotes(self.vectoriser, plain(self.seeker.text), self.seeker.lang)


@dataclass
class JobSide:
    """One vacancy, or an occupation's profile taken for one."""

    record: Vacancy
    job: Job
    row: JobRows
    vectoriser: Vectoriser
    profile: bool = False

    @cached_property
    def grounds(self) -> Grounds:
        """Why it asks what it asks."""
        return job_grounds(self.vectoriser, self.job, self.row)

    @cached_property
    def must(self) -> dict[int, float]:
        """The weight of each competence asked."""
        return _cells(self.row.must)

    @cached_property
    def may(self) -> dict[int, float]:
        """The weight of each competence welcome."""
        return _cells(self.row.may)

    @cached_property
    def quotes(self) -> dict[int, str]:
        """The words of its text in which a competence is read."""
        return _quotes(self.vectoriser, job_text(self.job), self.job.lang)

    @property
    def states(self) -> bool:
        """Whether it lists competences itself."""
        return bool(self.record.must or self.record.may)


@dataclass
class Explainer:
    """Writes the reasons of pairs in one language."""

    vectoriser: Vectoriser
    scorecard: Scorecard
    labels: Labels
    say: Messages
    competences: tuple[str, ...] = field(init=False)
    occupations: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.competences = tuple(self.vectoriser.competences_)
        self.occupations = tuple(self.vectoriser.occupations_)

    def reasons(
        self, person: PersonSide, job: JobSide, values: Mapping[str, float]
    ) -> tuple[Reason, ...]:
        """A reason for every signal of the scorecard, most points first, unknown ones last."""
        self._fetch(person, job)
        strengths = self.scorecard.strengths(
            {name: np.array([value]) for name, value in values.items()}
        )
        found = []
        for line in self.scorecard.lines:
            known = not math.isnan(values[line.name])
            if known:
                text, evidence = _WRITERS[line.name](self, person, job, values[line.name])
            else:
                text, evidence = self._unknown(line.name, person, job), ()
            found.append(
                Reason(
                    signal=line.name,
                    factor=line.factor,
                    strength=float(strengths[line.name][0]),
                    weight=float(line.points),
                    known=known,
                    text=text,
                    evidence=tuple(evidence),
                )
            )
        return tuple(sorted(found, key=lambda reason: (not reason.known, -reason.points)))

    def where_person(self, person: PersonSide, competence: int) -> str:
        """Where the dossier shows a competence, or that it does not."""
        ground = person.grounds.get(competence)
        if ground is None:
            refused = self.competences[competence] in person.record.competences.refused
            return self.say("person", "refused" if refused else "none")
        if ground.how == "stated":
            return self._level(person, ground, competence)
        if ground.how == "read":
            words = _short(plain(person.seeker.text)[ground.start : ground.end])
            if ground.via == competence:
                return self.say("person", "read", words=words)
            via = self.labels.get(self.competences[ground.via])
            return self.say("person", "read_related", via=via, words=words)
        via = self.labels.get(self.occupations[ground.via])
        return self.say("person", ground.how, via=via)

    def where_job(self, job: JobSide, competence: int) -> str:
        """Where the vacancy asks a competence."""
        if job.profile:
            return self.say("vacancy", "profile")
        ground = job.grounds.get(competence)
        if ground is None or ground.how == "stated":
            text = self.say("vacancy", "must" if competence in job.must else "may")
            return self._quoted(text, job.quotes.get(competence))
        if ground.how == "read":
            words = _short(job_text(job.job)[ground.start : ground.end])
            return self.say("vacancy", "read", words=words)
        return self.say("vacancy", ground.how, via=self.labels.get(self.occupations[ground.via]))

    # -- one writer a signal -----------------------------------------------------------------

    def _competences(
        self, person: PersonSide, job: JobSide, asked: dict[int, float], kind: str
    ) -> tuple[str, list[Evidence]]:
        def worth(competence: int) -> tuple[float, float, int]:
            weight = asked[competence]
            return -weight * person.covers.get(competence, 0.0), -weight, competence

        order = sorted(asked, key=worth)
        shown = [
            Evidence(
                label=self.labels.get(self.competences[c]),
                person=self.where_person(person, c),
                vacancy=self.where_job(job, c),
                strength=person.covers.get(c, 0.0),
                id=self.competences[c],
            )
            for c in order[:_MOST_EVIDENCE]
            if job.states or job.profile or c in person.covers
        ]
        covered = sum(person.covers.get(c, 0.0) >= COVERED for c in asked)
        if not covered:
            return self.say("reason", f"{kind}_none", asked=len(asked)), shown
        if kind == "must" and not (job.states or job.profile):
            return self.say("reason", "must_read", covered=covered), shown
        return self.say("reason", kind, covered=covered, asked=len(asked)), shown

    def _must(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        return self._competences(person, job, job.must, "must")

    def _may(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        return self._competences(person, job, job.may, "may")

    def _evidence(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        shown = _cells(person.row.evidence)
        proven = sorted(
            (c for c in job.must if shown.get(c, 0) >= FAR),
            key=lambda c: (-job.must[c] * shown[c], c),
        )
        evidence = [
            Evidence(
                label=self.labels.get(self.competences[c]),
                person=self.where_person(person, c),
                vacancy=self.where_job(job, c),
                strength=shown[c],
                id=self.competences[c],
            )
            for c in proven[:_MOST_EVIDENCE]
        ]
        if not evidence:
            return self.say("reason", "evidence_none"), ()
        named = "; ".join(f"{e.label} ({e.person})" for e in evidence[:3])
        return self.say("reason", "evidence", competences=named), evidence

    def _occupation(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        past, target, closeness = self._closest([p.occupation for p in person.record.past], job)
        if past is not None and closeness >= value - 1e-9:
            return self._nearness("occupation", past, target, closeness)
        likes = _cells(person.row.profile)
        asks = _cells(job.row.profile)
        both = max(likes.keys() & asks.keys(), key=lambda o: (likes[o] * asks[o], -o), default=None)
        if both is None or value < FAR:
            person_says = max(likes, key=likes.__getitem__, default=None)
            job_says = max(asks, key=asks.__getitem__, default=None)
            told = past if past is not None else self._occupation_label(person_says)
            return self.say(
                "reason",
                "occupation_far",
                person=told,
                vacancy=target or self._occupation_label(job_says),
            ), ()
        label = self._occupation_label(both)
        evidence = Evidence(
            label=label,
            person=self.say("person", "likely", via=label),
            vacancy=self.say("vacancy", "likely", via=label),
            strength=value,
            id=self.occupations[both],
        )
        return self.say("reason", "occupation_text", occupation=label), [evidence]

    def _experience(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        best = max(
            (
                p
                for p in person.record.past
                if p.years is not None and p.occupation in self.vectoriser.occupations_
            ),
            key=lambda p: (
                min(p.years or 0.0, 5.0) * self._closest([p.occupation], job)[2],
                p.years or 0.0,
            ),
        )
        label, target, closeness = self._closest([best.occupation], job)
        years = self.say.number(best.years or 0.0, 0 if float(best.years or 0).is_integer() else 1)
        key = "experience" if value >= FAR else "experience_far"
        text = self.say("reason", key, years=years, person=label, vacancy=target)
        return text, [Evidence(str(label), text, target, closeness, best.occupation)]

    def _study(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        key = "study_enough" if value >= 1 else "study_below"
        return self.say(
            "reason", key, person=person.record.study_level, vacancy=job.record.study_level
        ), ()

    def _languages(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        spoken = person.record.languages or {}
        evidence = []
        texts = []
        for code, asked in job.record.languages.items():
            held = spoken.get(code)
            key = "language" if held else "language_none"
            name = self.say("language", code)
            texts.append(self.say("reason", key, language=name, person=held, vacancy=asked))
            steps = 0 if held is None else 1 + CEFR_LEVELS.index(held)
            strength = min(1.0, steps / (1 + CEFR_LEVELS.index(asked)))
            evidence.append(
                Evidence(
                    label=name,
                    person=self.say("person", key, level=held),
                    vacancy=self.say("vacancy", "language", level=asked),
                    strength=strength,
                    id=code,
                )
            )
        return "; ".join(texts), evidence

    def _licences(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        held = set(person.record.licences or ())
        evidence = [
            Evidence(
                label=name,
                person=self.say("person", "licence" if name in held else "none"),
                vacancy=self.say("vacancy", "licence"),
                strength=float(name in held),
                id=name,
            )
            for name in job.record.licences
        ]
        texts = [
            self.say("reason", "licence" if e.strength else "licence_none", licence=e.label)
            for e in evidence
        ]
        return "; ".join(texts), evidence

    def _text(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        said, asked = plain(person.seeker.text), job_text(job.job)
        dull = EVERYDAY_WORDS.union(*FUNCTION_WORDS.values())
        mine, theirs = _cells(person.row.words), _cells(job.row.words)
        number = self.vectoriser.words_
        surface = {t.text: asked[t.start : t.end] for t in reversed(spans(asked))}
        shared = sorted(
            (
                word
                for word in surface
                if word not in dull and not word.isdigit() and number.get(word, -1) in mine
            ),
            key=lambda w: (-mine[number[w]] * theirs.get(number[w], 0.0), w),
        )[:_MOST_WORDS]
        if shared:
            words = ", ".join(f"“{surface[word]}”" for word in shared)
            own = {t.text: said[t.start : t.end] for t in reversed(spans(said))}
            evidence = [
                Evidence(surface[w], f"“{own.get(w, w)}”", f"“{surface[w]}”", 1.0) for w in shared
            ]
            return self.say("reason", "text_words", words=words), evidence
        key = "text_kin" if value >= 0.25 else "text_far"
        return self.say("reason", key, person=_short(said), vacancy=_short(asked)), ()

    def _wished(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        label, target, closeness = self._closest(person.record.wished, job)
        return self._nearness("wished", label, target, closeness)

    def _travel(
        self, person: PersonSide, job: JobSide, _value: float
    ) -> tuple[str, Sequence[Evidence]]:
        km = float(distance_km(person.row, job.row)[0, 0])
        limit = person.record.travel_km
        key = "travel" if limit is None else "travel_limit"
        return self.say(
            "reason",
            key if km else "travel_same",
            km=self.say.number(km),
            limit=None if limit is None else self.say.number(limit),
            person=person.record.place,
            vacancy=job.record.place,
        ), ()

    def _working_time(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        asked, wished = job.record.working_time, person.record.working_time
        return self._choice("working_time", value, [str(asked)], [str(wished)])

    def _shifts(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        return self._choice("shifts", value, job.record.shifts, person.record.shifts or ())

    def _contract(
        self, person: PersonSide, job: JobSide, value: float
    ) -> tuple[str, Sequence[Evidence]]:
        asked = [str(job.record.contract)]
        return self._choice("contract", value, asked, person.record.contracts or ())

    # -- what the writers share --------------------------------------------------------------

    def _choice(
        self, signal: str, value: float, asked: Sequence[str], wished: Sequence[str]
    ) -> tuple[str, Sequence[Evidence]]:
        table = "shift" if signal == "shifts" else signal

        def named(keys: Sequence[str]) -> str:
            return ", ".join(self.say(table, key) for key in keys) or self.say("show", "none")

        key = f"{signal}_{'same' if value >= 1 else 'other'}"
        return self.say("reason", key, vacancy=named(asked), person=named(wished)), ()

    def _nearness(
        self, signal: str, label: str | None, target: str, closeness: float
    ) -> tuple[str, Sequence[Evidence]]:
        key = next(key for key, least in _NEARNESS if closeness >= least)
        text = self.say("reason", f"{signal}_{key}", person=label, vacancy=target)
        return text, [Evidence(str(label), str(label), target, closeness)]

    def _closest(self, occupations: Sequence[str], job: JobSide) -> tuple[str | None, str, float]:
        """The label of the closest of some occupations, the job's, and how close, in [0, 1]."""
        index, closeness = self.vectoriser.occupations_, self.vectoriser.closeness_
        stated = job.row.occupation.indices.tolist()
        asks = {stated[0]: 1.0} if stated else _cells(job.row.profile)
        total = sum(asks.values())
        main = max(asks, key=lambda o: (asks[o], -o), default=None)
        target = job.record.title if main is None else self._occupation_label(main)
        best: tuple[str | None, float] = (None, 0.0)
        for id_ in occupations:
            if id_ not in index:
                continue
            near = _cells(closeness[[index[id_]]])
            close = sum(near.get(o, 0.0) * share for o, share in asks.items()) / (total or 1.0)
            if best[0] is None or close > best[1]:
                best = (self.labels.get(id_), close)
        return best[0], target, best[1]

    def _occupation_label(self, occupation: int | None) -> str:
        return "" if occupation is None else self.labels.get(self.occupations[occupation])

    def _level(self, person: PersonSide, ground: Ground, competence: int) -> str:
        via = self.competences[ground.via]
        level = next(level for id_, level in person.record.competences.items() if id_ == via)
        how = self.say("person", level)
        if ground.via == competence:
            return self._quoted(how, person.quotes.get(competence))
        return self.say("person", "related", via=self.labels.get(via), how=how)

    def _quoted(self, text: str, words: str | None) -> str:
        return (
            text if words is None else self.say("person", "quote", text=text, words=_short(words))
        )

    def _unknown(self, signal: str, person: PersonSide, job: JobSide) -> str:
        mine, theirs = _KNOWN[signal]
        told, said = mine(person.row), theirs(job.row)
        side = "both" if not told and not said else ("person" if not told else "vacancy")
        return self.say("unknown", side, what=self.say("what", signal))

    def _fetch(self, person: PersonSide, job: JobSide) -> None:
        """Read the labels that may be shown at once."""
        ids = [id_ for id_, _ in person.record.competences.items()]
        ids += [self.competences[c] for c in (*job.must, *job.may)]
        ids += [
            self.competences[g.via]
            for c, g in person.grounds.items()
            if g.how in ("stated", "read") and (c in job.must or c in job.may)
        ]
        self.labels.fetch(ids)


_Writer = Callable[[Explainer, PersonSide, JobSide, float], tuple[str, Sequence[Evidence]]]
_WRITERS: dict[str, _Writer] = {
    "must": Explainer._must,
    "may": Explainer._may,
    "evidence": Explainer._evidence,
    "occupation": Explainer._occupation,
    "experience": Explainer._experience,
    "study": Explainer._study,
    "languages": Explainer._languages,
    "licences": Explainer._licences,
    "text": Explainer._text,
    "wished": Explainer._wished,
    "travel": Explainer._travel,
    "working_time": Explainer._working_time,
    "shifts": Explainer._shifts,
    "contract": Explainer._contract,
}

_KNOWN: dict[str, tuple[Callable[[PeopleRows], bool], Callable[[JobRows], bool]]] = {
    "must": (lambda p: p.covers.nnz > 0, lambda j: j.must.nnz > 0),
    "may": (lambda p: p.covers.nnz > 0, lambda j: j.may.nnz > 0),
    "evidence": (lambda p: p.held.nnz > 0, lambda j: j.must.nnz > 0),
    "occupation": (
        lambda p: bool(p.known[0] & WORK_KNOWN) or p.profile.nnz > 0,
        lambda j: j.occupation.nnz + j.profile.nnz > 0,
    ),
    "experience": (
        lambda p: bool(p.known[0] & YEARS_KNOWN),
        lambda j: j.occupation.nnz + j.profile.nnz > 0,
    ),
    "study": (lambda p: not np.isnan(p.study[0]), lambda j: not np.isnan(j.study[0])),
    "languages": (lambda p: bool(p.known[0] & LANGUAGES_KNOWN), lambda j: j.languages.nnz > 0),
    "licences": (lambda p: bool(p.known[0] & LICENCES_KNOWN), lambda j: j.licences.nnz > 0),
    "text": (lambda p: bool(p.dense.any()), lambda j: bool(j.dense.any())),
    "wished": (
        lambda p: bool(p.known[0] & WISHES_KNOWN),
        lambda j: j.occupation.nnz + j.profile.nnz > 0,
    ),
    "travel": (
        lambda p: not np.isnan(p.position[0, 0]),
        lambda j: not np.isnan(j.position[0, 0]),
    ),
    "working_time": (
        lambda p: not np.isnan(p.full_time[0]),
        lambda j: not np.isnan(j.full_time[0]),
    ),
    "shifts": (lambda p: p.shifts[0] != NOT_SAID, lambda j: j.shifts[0] != NOT_SAID),
    "contract": (lambda p: p.contracts[0] != NOT_SAID, lambda j: j.contract[0] != NOT_SAID),
}


def _cells(row: object) -> dict[int, float]:
    """The stored cells of a matrix of one row, by column."""
    return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))  # type: ignore[attr-defined]


def _quotes(vectoriser: Vectoriser, text: str, lang: str) -> dict[int, str]:
    return {m.competence: text[m.start : m.end] for m in vectoriser.linker.link(text, lang)}


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words[:_QUOTED_WORDS]) + (" …" if len(words) > _QUOTED_WORDS else "")
