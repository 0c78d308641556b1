"""One text with everything found in it, each with the words that it came from; nothing invented."""

from __future__ import annotations

from dataclasses import dataclass

from competent_data.places import Gazetteer
from competent_data.records import Lang
from competent_data.text import plain, spans
from matcher.labels import Labels
from models.linker import How
from models.mentions import LEAST_SURE, quoted
from models.needs import Need, Needs
from models.requirements import Requirement, requirements
from models.vectoriser import Vectoriser

BY_LETTERS = 0.9
_LONGEST_PLACE = 3
"""Words of the longest name of a municipality that is looked for."""


@dataclass(frozen=True)
class Quoted:
    """Something with the words of the text that it comes from, at `start` to `end`."""

    words: str
    start: int
    end: int


@dataclass(frozen=True)
class ReadCompetence(Quoted):
    """A competence that the text names, or says in other words: a guess to confirm."""

    id: str
    label: str
    need: Need
    confidence: float
    how: How


@dataclass(frozen=True)
class ReadOccupation(Quoted):
    """An occupation that the text sounds like, by these words most: a guess to confirm."""

    id: str
    label: str
    confidence: float


@dataclass(frozen=True)
class ReadPlace(Quoted):
    """A municipality that the text names."""

    nis: str
    name: str


@dataclass(frozen=True)
class Reading:
    """All that was found; empty parts mean that nothing was found."""

    text: str
    lang: Lang
    occupations: tuple[ReadOccupation, ...]
    competences: tuple[ReadCompetence, ...]
    requirements: tuple[Requirement, ...]
    places: tuple[ReadPlace, ...]

    def quoted(self, found: Requirement) -> Quoted:
        """The words of a requirement."""
        return Quoted(self.text[found.start : found.end], found.start, found.end)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.occupations or self.competences or self.requirements or self.places)


def read(
    text: str,
    lang: Lang,
    vectoriser: Vectoriser,
    labels: Labels,
    places: Gazetteer,
    *,
    occupations: int = 3,
) -> Reading:
    """Read a text whose first line or sentence counts as its title, if it is short.

    At most `occupations` occupations, none less sure than a competence would have to be. A text
    without one known word names one only where the letters leave hardly a doubt: it is misspelt.
    """
    clean = plain(text)
    needs = Needs.read(clean, lang)
    ids = tuple(vectoriser.competences_)
    mentions = vectoriser.texts.read([clean], [lang])[0]
    labels.fetch(ids[mention.competence] for mention in mentions)
    return Reading(
        text=clean,
        lang=lang,
        occupations=_occupations(clean, lang, vectoriser, labels, occupations),
        competences=tuple(
            ReadCompetence(
                words=clean[m.start : m.end],
                start=m.start,
                end=m.end,
                id=ids[m.competence],
                label=labels.get(ids[m.competence]),
                need=needs.at(m.start, m.end),
                confidence=m.confidence,
                how=m.how,
            )
            for m in mentions
        ),
        requirements=requirements(clean, needs),
        places=tuple(_places(clean, places)),
    )


def _occupations(
    text: str, lang: str, vectoriser: Vectoriser, labels: Labels, most: int
) -> tuple[ReadOccupation, ...]:
    least = LEAST_SURE if vectoriser.encoder.knows(text) else BY_LETTERS
    read = vectoriser.reader.read([text], lang, most)
    words, ids = spans(text), tuple(vectoriser.occupations_)
    found = []
    for concept, sure, run in zip(
        read.concepts[0].tolist(), read.confidence[0].tolist(), read.run[0].tolist(), strict=True
    ):
        if concept >= 0 and sure >= least:
            start, end = quoted(words, run)
            id_ = ids[concept]
            found.append(ReadOccupation(text[start:end], start, end, id_, labels.get(id_), sure))
    return tuple(found)


def _places(text: str, places: Gazetteer) -> list[ReadPlace]:
    """Names of municipalities written with a capital, longest first, each once."""
    words = spans(text)
    found: dict[str, ReadPlace] = {}
    taken = -1
    for i, word in enumerate(words):
        if word.start < taken or not text[word.start].isupper():
            continue
        for size in range(_LONGEST_PLACE, 0, -1):
            last = words[i : i + size][-1]
            place = places.find(text[word.start : last.end])
            if place is not None and not text[word.start : last.end].isdigit():
                taken = last.end
                name = next(iter(place.names.values()))
                words_ = text[word.start : last.end]
                found.setdefault(
                    place.nis, ReadPlace(words_, word.start, last.end, place.nis, name)
                )
                break
    return list(found.values())
