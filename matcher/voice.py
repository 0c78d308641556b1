"""How things are named to a reader: competences and where they stand, occupations, bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from competent_data.places import Gazetteer
from competent_data.text import DULL_WORDS
from matcher.labels import Labels
from matcher.messages import Messages
from matcher.sides import JobSide, PersonSide
from matcher.translate import EVIDENCE
from matcher.written import short
from models.eligibility import Bar, bar_name
from models.provenance import Ground, How
from models.vectoriser import Vectoriser

KEPT = 4096
"""So many sentences of a kind are remembered."""
_RARE = 2.9
"""Inverse document frequency, 1 + ln(m / n): a word in at most 15 % of the vacancies."""
_SHORT = 2


@dataclass
class Voice:
    """Names things in one language."""

    vectoriser: Vectoriser
    labels: Labels
    say: Messages
    places: Gazetteer
    competences: tuple[str, ...] = field(init=False)
    occupations: tuple[str, ...] = field(init=False)
    names: tuple[str, ...] = field(init=False)
    """The labels of competences."""
    words: tuple[str, ...] = field(init=False)
    word_order: NDArray[np.int64] = field(init=False)
    """The order of words that tell something when they are shared, by their letters: the taxonomies
    know them, and few vacancies use them; -1 of the others."""
    not_shown: str = field(init=False)
    levels: dict[float, str] = field(init=False)
    """How each level of evidence is named, by how well it shows a competence."""
    place: Callable[[str | None], str | None] = field(init=False)
    related: Callable[[int, float], str] = field(init=False)
    taken: Callable[[str, How, int], str] = field(init=False)
    counted: Callable[[str, int, int, int], str] = field(init=False)
    quoted: Callable[[str, str], str] = field(init=False)
    again: Callable[..., tuple[str, Sequence[Any]]] = field(init=False)
    """What a writer makes of some facts in this voice, remembered: nothing that a person wrote."""

    def __post_init__(self) -> None:
        self.competences = tuple(self.vectoriser.competences_)
        self.occupations = tuple(self.vectoriser.occupations_)
        self.labels.fetch(self.competences)
        self.names = tuple(map(self.labels.get, self.competences))
        self.words = tuple(sorted(self.vectoriser.words_, key=self.vectoriser.words_.__getitem__))
        worth = zip(self.words, self.vectoriser.idf_.tolist(), strict=True)
        telling = [at for at, word in enumerate(worth) if self._tells(*word)]
        self.word_order = np.full(len(self.words), -1)
        self.word_order[sorted(telling, key=self.words.__getitem__)] = np.arange(len(telling))
        self.not_shown = self.say("person", "none")
        self.levels = {shown: self.say("person", level) for level, shown in EVIDENCE.items()}
        self.place = lru_cache(KEPT)(self._place)
        self.related = lru_cache(KEPT)(self._related)
        self.taken = lru_cache(KEPT)(self._taken)
        self.counted = lru_cache(KEPT)(self._counted)
        self.quoted = lru_cache(KEPT)(self._quoted)
        self.again = lru_cache(KEPT)(self._again)

    @cached_property
    def _rare(self) -> float:
        """The inverse document frequency from which on a word tells something."""
        most = max(self.vectoriser.idf_.tolist(), default=math.inf)
        return min(_RARE, 1 + (most - 1) / 2)

    def _tells(self, word: str, idf: float) -> bool:
        known = word in self.vectoriser.encoder.features_ and word not in DULL_WORDS
        long = len(word) > _SHORT or not word.isalpha()
        return known and long and idf >= self._rare and not word.isdigit()

    def where_person(self, person: PersonSide, competence: int, ground: Ground | None) -> str:
        """Where the dossier shows a competence, by what speaks for it, or that it does not."""
        if ground is None:
            refused = self.competences[competence] in person.record.competences.refused
            return self.say("person", "refused") if refused else self.not_shown
        how, via = ground.how, ground.via
        if how == "stated":
            if via != competence:
                return self.related(via, ground.shown)
            text, words = self.levels[ground.shown], person.quote(competence)
            # Not remembered: who is erased shall leave no words behind.
            return text if words is None else self._quoted(text, words)
        if how == "read":
            words = short(person.text[ground.start : ground.end])
            if via == competence:
                return self.say("person", "read", words=words)
            return self.say("person", "read_related", via=self.names[via], words=words)
        return self.taken("person", how, via)

    def where_job(self, job: JobSide, asked: Collection[int]) -> dict[int, str]:
        """Where the vacancy asks some of what it asks."""
        must = self.say("vacancy", "profile_must" if job.profile else "must")
        may = self.say("vacancy", "profile_may" if job.profile else "may")
        first = job.must
        found = {competence: must if competence in first else may for competence in asked}
        if job.profile:
            return found
        for competence in job.read.keys() & found.keys():
            if (words := job.quote(competence)) is not None:
                found[competence] = self.quoted(found[competence], words)
        for competence, ground in job.derived(found.keys()).items():
            if ground.how == "read":
                words = short(job.text[ground.start : ground.end])
                found[competence] = self.say("vacancy", "read", words=words)
            else:
                found[competence] = self.taken("vacancy", ground.how, ground.via)
        return found

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

    def target(self, job: JobSide) -> str:
        """What occupation the vacancy is, or its title."""
        named = job.named.get(self.labels.lang)
        if named is None:
            named = job.record.title if job.main is None else self.occupation(job.main)
            if job.main is not None and not job.has("occupation"):
                named = self.say("vacancy", "guessed", label=named)
            job.named[self.labels.lang] = named
        return named

    def _place(self, named: str | None) -> str | None:
        """A municipality's name where a record has a name, a postcode or a NIS code."""
        found = self.places.find(named) if named else None
        if found is None:
            return named
        return found.names.get(self.labels.lang) or next(iter(found.names.values()))

    def occupation(self, occupation: int | None) -> str:
        return "" if occupation is None else self.labels.get(self.occupations[occupation])

    def _related(self, via: int, shown: float) -> str:
        """By what stated competence the dossier shows another."""
        return self.say("person", "related", via=self.names[via], how=self.levels[shown])

    def _taken(self, side: Literal["person", "vacancy"], how: How, occupation: int) -> str:
        """That an occupation takes a competence, as it is said of a side."""
        via = self.occupation(occupation)
        if side == "person":
            return self.say("person", how, via=via)
        return self.say("vacancy", how, via=via)

    def _counted(self, key: str, sure: int, near: int, asked: int) -> str:
        """How many are confirmed and how many are near, of those asked."""
        return self.say("reason", key, sure=sure, near=near, asked=asked)

    def _again(
        self, write: Callable[..., tuple[str, Sequence[Any]]], *facts: Hashable
    ) -> tuple[str, Sequence[Any]]:
        return write(self, *facts)

    def _quoted(self, text: str, words: str) -> str:
        return self.say("person", "quote", text=text, words=short(words))
