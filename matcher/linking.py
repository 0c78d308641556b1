"""Links lines of text to occupations or competences: the best concepts of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from competent_data.formats.intake import FormatError, reading, short
from competent_data.records import Lang
from competent_data.text import plain, spans
from matcher.engine import Engine
from matcher.labels import Labels
from models.competences import CANDIDATES
from models.mentions import quoted
from models.vectoriser import Vectoriser

Kind = Literal["occupation", "competence"]
Bools = NDArray[np.bool_]
_BATCH = 256


class Link(TypedDict):
    """A concept; `score` is how sure it is, in [0, 1], `span` where the words stand that it was
    read in."""

    uri: str
    label: str
    score: float
    span: tuple[int, int]


class Linked(TypedDict):
    """A line with its best concepts, best first; none where nothing is known of its words."""

    id: str
    links: list[Link]


def link_lines(
    lines: Iterable[str], engine: Engine, kind: Kind, lang: Lang, top: int, scheme: str | None
) -> Iterator[Linked]:
    """Answer `id<TAB>text` lines in their order.

    Raises:
        FormatError: a line has no tab, or no concept is of that scheme.
    """
    vectoriser = engine.vectoriser
    concepts = vectoriser.occupations_ if kind == "occupation" else vectoriser.competences_
    ids = tuple(concepts)
    labels = Labels(engine.store, lang)
    schemes = dict(engine.store.rows("concept", "id", "scheme"))
    allowed = np.array([scheme in (None, schemes.get(id_)) for id_ in ids], dtype=bool)
    if not allowed.any():
        raise FormatError(
            f"no {kind} of scheme {scheme!r} was fitted; expected one of "
            f"{', '.join(sorted({schemes[id_] for id_ in ids if id_ in schemes}))}"
        )
    numbered = enumerate(lines, 1)
    while batch := _taken(numbered):
        rows = [_row(number, line) for number, line in batch]
        texts = [plain(text) for _, text in rows]
        read = _occupations if kind == "occupation" else _competences
        found = read(vectoriser, texts, lang, allowed, top)
        labels.fetch(ids[link.concept] for links in found for link in links)
        for (id_, _), links in zip(rows, found, strict=True):
            yield {
                "id": id_,
                "links": [
                    {
                        "uri": ids[link.concept],
                        "label": labels.get(ids[link.concept]),
                        "score": link.confidence,
                        "span": link.span,
                    }
                    for link in links
                ],
            }


class _Found(NamedTuple):
    concept: int
    confidence: float
    span: tuple[int, int]


def _occupations(
    vectoriser: Vectoriser, texts: Sequence[str], lang: Lang, allowed: Bools, top: int
) -> list[list[_Found]]:
    """Occupations of titles and whole texts, with the run of words that speaks for each most."""
    kept = top if allowed.all() else len(allowed)
    read = vectoriser.reader.read(texts, lang, kept)
    found = []
    for row, text in enumerate(texts):
        words = spans(text)
        links = [
            _Found(concept, sure, quoted(words, run))
            for concept, sure, run in zip(
                read.concepts[row].tolist(),
                read.confidence[row].tolist(),
                read.run[row].tolist(),
                strict=True,
            )
            if concept >= 0 and allowed[concept]
        ]
        found.append(links[:top])
    return found


def _competences(
    vectoriser: Vectoriser, texts: Sequence[str], _lang: Lang, allowed: Bools, top: int
) -> list[list[_Found]]:
    """Competences of each sentence, the surest first, with the run of words that speaks for it."""
    kept = top if allowed.all() else max(CANDIDATES, 4 * top)
    found: list[dict[int, _Found]] = [{} for _ in texts]
    places = [spans(text) for text in texts]
    for row, mention in vectoriser.texts.alike(texts, places, kept, guess=True):
        best = found[row].get(mention.competence)
        if allowed[mention.competence] and (best is None or best.confidence < mention.confidence):
            found[row][mention.competence] = _Found(
                mention.competence, mention.confidence, (mention.start, mention.end)
            )
    return [
        sorted(links.values(), key=lambda link: (-link.confidence, link.span))[:top]
        for links in found
    ]


def _taken(numbered: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    with reading("standard input"):
        return list(islice(numbered, _BATCH))


def _row(number: int, line: str) -> tuple[str, str]:
    id_, tab, text = line.rstrip("\n").partition("\t")
    if not tab:
        raise FormatError(
            f"standard input, line {number}: found {short(line)}, expected an id, a tab and a text"
        )
    return id_, text
