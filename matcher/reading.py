"""One text with everything found in it, each with the words that it came from; nothing invented."""

from __future__ import annotations

from dataclasses import dataclass

from competent_data.places import Gazetteer
from competent_data.records import Lang
from competent_data.text import plain, spans
from matcher.labels import Labels
from models.needs import Need, Needs
from models.requirements import Requirement, requirements
from models.vectoriser import Vectoriser

_LONGEST_PLACE = 3
"""Words of the longest name of a municipality that is looked for."""


@dataclass(frozen=True)
class ReadCompetence:
    """A competence that the text names: a guess to confirm, `words` at `start` to `end`."""

    id: str
    label: str
    need: Need
    confidence: float
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class ReadOccupation:
    """An occupation that the title or the text sounds like."""

    id: str
    label: str
    share: float
    words: str


@dataclass(frozen=True)
class ReadPlace:
    """A municipality that the text names."""

    nis: str
    name: str
    words: str


@dataclass(frozen=True)
class Reading:
    """All that was found; empty parts mean that nothing was found."""

    text: str
    lang: Lang
    occupations: tuple[ReadOccupation, ...]
    competences: tuple[ReadCompetence, ...]
    requirements: tuple[Requirement, ...]
    places: tuple[ReadPlace, ...]

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
    """Read a text whose first line counts as its title; at most `occupations` occupations."""
    clean = plain(text)
    title, _, body = clean.strip().partition("\n")
    needs = Needs.read(clean, lang)
    ids = tuple(vectoriser.competences_)
    mentions = vectoriser.texts.read([clean], [lang])[0]
    labels.fetch(ids[mention.competence] for mention in mentions)
    return Reading(
        text=clean,
        lang=lang,
        occupations=_occupations(title, body, lang, vectoriser, labels, occupations),
        competences=tuple(
            ReadCompetence(
                ids[m.competence],
                labels.get(ids[m.competence]),
                needs.at(m.start, m.end),
                m.confidence,
                clean[m.start : m.end],
                m.start,
                m.end,
            )
            for m in mentions
        ),
        requirements=requirements(clean, needs),
        places=tuple(_places(clean, places)),
    )


def _occupations(
    title: str, body: str, lang: str, vectoriser: Vectoriser, labels: Labels, most: int
) -> tuple[ReadOccupation, ...]:
    if not vectoriser.encoder.knows(f"{title} {body}"):
        return ()
    row = vectoriser.reader.profiles([title], [body], lang)
    total = float(row.data.sum())
    ids = tuple(vectoriser.occupations_)
    best = sorted(
        zip(row.data.tolist(), row.indices.tolist(), strict=True), key=lambda x: (-x[0], x[1])
    )[:most]
    words = " ".join(title.split()[:12])
    return tuple(
        ReadOccupation(ids[o], labels.get(ids[o]), weight / total, words) for weight, o in best
    )


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
                found.setdefault(place.nis, ReadPlace(place.nis, name, text[word.start : last.end]))
                break
    return list(found.values())
