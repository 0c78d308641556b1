"""Links lines of text to occupations or competences: the best concepts of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from competent_data.formats.intake import FormatError, reading, short
from competent_data.records import Lang
from competent_data.text import Token, plain, spans
from matcher.engine import Engine
from matcher.labels import Labels
from models.competences import CANDIDATES, RUN, STRIDE
from models.vectoriser import Vectoriser

Kind = Literal["occupation", "competence"]
Bools = NDArray[np.bool_]
_BATCH = 256


class Link(TypedDict):
    """A concept; `span` is where the words stand that it was read in."""

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
        labels.fetch(ids[i] for links in found for i, _, _ in links)
        for (id_, _), links in zip(rows, found, strict=True):
            yield {
                "id": id_,
                "links": [
                    {"uri": ids[i], "label": labels.get(ids[i]), "score": score, "span": span}
                    for i, score, span in links
                ],
            }


_Found = list[list[tuple[int, float, tuple[int, int]]]]


def _occupations(
    vectoriser: Vectoriser, texts: Sequence[str], lang: Lang, allowed: Bools, top: int
) -> _Found:
    """Occupations by how like their labels are to the whole text."""
    scores = vectoriser.reader.title_likeness(texts, lang)
    found: _Found = []
    for row, text in zip(scores, texts, strict=True):
        known = bool(row.any())
        order = np.argsort(-np.where(allowed, row, -np.inf), kind="stable")
        best = order[: min(top, int(allowed.sum()))].tolist() if known else []
        found.append([(i, float(row[i]), (0, len(text))) for i in best])
    return found


def _competences(
    vectoriser: Vectoriser, texts: Sequence[str], _lang: Lang, allowed: Bools, top: int
) -> _Found:
    """Competences by their confidence, with the run of words that speaks for each most."""
    kept = top if allowed.all() else max(CANDIDATES, 4 * top)
    read = vectoriser.competence_reader.read(texts, kept)
    found: _Found = []
    for row, text in enumerate(texts):
        places = spans(text)
        links = [
            (i, float(sure), _span(places, int(run), len(text)))
            for i, sure, run in zip(
                read.competences[row].tolist(), read.confidence[row], read.run[row], strict=True
            )
            if i >= 0 and allowed[i]
        ]
        found.append(links[:top])
    return found


def _span(places: Sequence[Token], run: int, length: int) -> tuple[int, int]:
    """Where a run of words stands in the text."""
    words = places[run * STRIDE : run * STRIDE + RUN]
    return (words[0].start, words[-1].end) if words else (0, length)


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
