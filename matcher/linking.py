"""Links lines of text to occupations or competences: the best concepts of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

import numpy as np
from typing_extensions import TypedDict

from competent_data.formats.intake import FormatError, short
from competent_data.records import Lang
from competent_data.text import plain
from matcher.engine import Engine
from matcher.labels import Labels

Kind = Literal["occupation", "competence"]
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
    while batch := list(islice(numbered, _BATCH)):
        rows = [_row(number, line) for number, line in batch]
        texts = [plain(text) for _, text in rows]
        scores = _scores(engine, kind, texts, lang)
        scores[:, ~allowed] = -np.inf
        for (id_, _), text, row in zip(rows, texts, scores, strict=True):
            yield {"id": id_, "links": _best(row, ids, labels, text, top)}


def _scores(
    engine: Engine, kind: Kind, texts: Sequence[str], lang: str
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    if kind == "occupation":
        return engine.vectoriser.reader.title_likeness(texts, lang)
    return engine.vectoriser.competence_reader.likeness(texts, lang)


def _best(
    row: np.ndarray[tuple[int], np.dtype[np.float32]],
    ids: Sequence[str],
    labels: Labels,
    text: str,
    top: int,
) -> list[Link]:
    kept = min(top, int(np.isfinite(row).sum()))
    if not row.any() or not text.strip():
        return []
    order = np.argsort(-row, kind="stable")[:kept].tolist()
    labels.fetch(ids[i] for i in order)
    span = (0, len(text))
    return [
        {"uri": ids[i], "label": labels.get(ids[i]), "score": float(row[i]), "span": span}
        for i in order
    ]


def _row(number: int, line: str) -> tuple[str, str]:
    id_, tab, text = line.rstrip("\n").partition("\t")
    if not tab:
        raise FormatError(
            f"standard input, line {number}: found {short(line)}, expected an id, a tab and a text"
        )
    return id_, text
