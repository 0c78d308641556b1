"""How things are named to a reader: competences and where they stand, occupations, bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from competent_data.places import Gazetteer
from matcher.labels import Labels
from matcher.messages import Messages
from matcher.sides import JobSide, PersonSide
from models.eligibility import Bar, bar_name
from models.provenance import Ground
from models.vectoriser import Vectoriser

_QUOTED_WORDS = 9
_RARE = 2.9
"""Inverse document frequency, 1 + ln(m / n): a word in at most 15 % of the vacancies."""


@dataclass
class Voice:
    """Names things in one language."""

    vectoriser: Vectoriser
    labels: Labels
    say: Messages
    places: Gazetteer
    competences: tuple[str, ...] = field(init=False)
    occupations: tuple[str, ...] = field(init=False)
    words: tuple[str, ...] = field(init=False)
    rare: float = field(init=False)

    def __post_init__(self) -> None:
        self.competences = tuple(self.vectoriser.competences_)
        self.occupations = tuple(self.vectoriser.occupations_)
        self.words = tuple(sorted(self.vectoriser.words_, key=self.vectoriser.words_.__getitem__))
        idf = self.vectoriser.idf_
        self.rare = min(_RARE, 1 + (float(idf.max()) - 1) / 2) if len(idf) else _RARE

    def where_person(self, person: PersonSide, competence: int) -> str:
        """Where the dossier shows a competence, or that it does not."""
        key = self.labels.lang, competence
        if key not in person.told:  # of ten suggestions most ask for the same
            person.told[key] = self._where_person(person, competence)
        return person.told[key]

    def _where_person(self, person: PersonSide, competence: int) -> str:
        ground = person.grounds.get(competence)
        if ground is None:
            refused = self.competences[competence] in person.record.competences.refused
            return self.say("person", "refused" if refused else "none")
        if ground.how == "stated":
            return self._level(person, ground, competence)
        if ground.how == "read":
            words = short(person.text[ground.start : ground.end])
            if ground.via == competence:
                return self.say("person", "read", words=words)
            via = self.labels.get(self.competences[ground.via])
            return self.say("person", "read_related", via=via, words=words)
        via = self.labels.get(self.occupations[ground.via])
        return self.say("person", ground.how, via=via)

    def where_job(self, job: JobSide, competence: int) -> str:
        """Where the vacancy asks a competence."""
        if job.profile:
            essential = competence in job.must
            return self.say("vacancy", "profile_must" if essential else "profile_may")
        ground = job.grounds.get(competence)
        if ground is None or ground.how == "stated":
            text = self.say("vacancy", "must" if competence in job.must else "may")
            return self._quoted(text, job.quotes.get(competence))
        if ground.how == "read":
            words = short(job.text[ground.start : ground.end])
            return self.say("vacancy", "read", words=words)
        return self.say("vacancy", ground.how, via=self.labels.get(self.occupations[ground.via]))

    def bar(self, person: PersonSide, job: JobSide, bar: Bar) -> str:
        """A requirement that is not met, in words."""
        say = self.say
        licences = set(person.record.licences or ())
        levels = person.seeker.languages or {}
        lacking = {
            Bar.LICENCE: [name for name in job.record.licences if name not in licences],
            Bar.LANGUAGE: [
                f"{say('language', code)} {job.record.languages[code]}"
                for code, level in job.job.languages.items()
                if levels.get(code, 0) < level
            ],
        }
        km = person.km_to(job)
        return say(
            "bar",
            bar_name(bar),
            what=", ".join(lacking.get(bar, ())),
            km="" if np.isnan(km) else say.number(km, 1),
            limit=say.number(person.record.travel_km or 0.0),
            vacancy=job.record.study_level,
            person=person.record.study_level,
        )

    def closest(
        self, person: PersonSide, occupations: Sequence[str], job: JobSide
    ) -> tuple[str | None, str, float]:
        """The label of the closest of some of a person's occupations, the job's, and how close, in
        [0, 1]."""
        asks, stated = job.occupations, job.has("occupation")
        total = sum(asks.values())
        main = max(asks, key=lambda o: (asks[o], -o), default=None)
        target = job.record.title if main is None else self.occupation(main)
        if main is not None and not stated:
            target = self.say("vacancy", "guessed", label=target)
        best: tuple[str | None, float] = (None, 0.0)
        for id_ in occupations:
            near = person.near.get(id_)
            if near is None:
                continue
            close = sum(near.get(o, 0.0) * share for o, share in asks.items()) / (total or 1.0)
            if best[0] is None or close > best[1]:
                best = (self.labels.get(id_), close)
        return best[0], target, best[1]

    def place(self, named: str | None) -> str | None:
        """A municipality's name where a record has a name, a postcode or a NIS code."""
        found = self.places.find(named) if named else None
        if found is None:
            return named
        return found.names.get(self.labels.lang) or next(iter(found.names.values()))

    def occupation(self, occupation: int | None) -> str:
        return "" if occupation is None else self.labels.get(self.occupations[occupation])

    def _level(self, person: PersonSide, ground: Ground, competence: int) -> str:
        via = self.competences[ground.via]
        how = self.say("person", person.levels[via])
        if ground.via == competence:
            return self._quoted(how, person.quotes.get(competence))
        return self.say("person", "related", via=self.labels.get(via), how=how)

    def _quoted(self, text: str, words: str | None) -> str:
        return text if words is None else self.say("person", "quote", text=text, words=short(words))


def short(text: str) -> str:
    """The first words of a text, as it is quoted."""
    words = text.split()
    return " ".join(words[:_QUOTED_WORDS]) + (" …" if len(words) > _QUOTED_WORDS else "")
