"""Whether confidence holds: of what is said with a confidence, how much is right.

A band holds all answers, the first ten of a query, whose confidence lies in it. Judged sets name
what is right, but not all of it: what is found true is the least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rich.table import Table

from matcher.benchmark.judged import Judged
from models.provenance import job_text
from models.readings import Readings
from models.rows import Job
from models.vectoriser import Vectoriser

EDGES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
ANSWERS = 10


@dataclass(frozen=True)
class Band:
    """How many answers it holds, the mean confidence said of them, and the share that is right."""

    answers: int
    said: float
    right: float


@dataclass(frozen=True)
class Reliability:
    """The bands of `EDGES` for one judged set; None where a band holds no answer."""

    judged: str
    bands: tuple[Band | None, ...]


def competence_reliability(judged: Judged, vectoriser: Vectoriser) -> Reliability:
    """Of competences read in sentences or labels by likeness."""
    read = vectoriser.competence_reader.read([text for _, text in judged.queries], ANSWERS)
    return _of_readings(judged, read, list(vectoriser.competences_))


def occupation_reliability(judged: Judged, vectoriser: Vectoriser) -> Reliability:
    """Of occupations read in titles or whole texts."""
    read = vectoriser.reader.read([text for _, text in judged.queries], judged.lang, ANSWERS)
    return _of_readings(judged, read, list(vectoriser.occupations_))


def mention_reliability(
    name: str, jobs: Sequence[Job], vectoriser: Vectoriser
) -> Iterator[Reliability]:
    """Of competences read in whole advertisements, by label alone and in any way; right is what
    an advertisement lists, of which the name tells how much was found."""
    ids = list(vectoriser.competences_)
    texts, langs = [job_text(job) for job in jobs], [job.lang for job in jobs]
    link = vectoriser.linker.link
    by_label = [link(text, lang) for text, lang in zip(texts, langs, strict=True)]
    listed = sum(len({*job.must, *job.may} & {*ids}) for job in jobs)
    for how, read in (("labels", by_label), ("all", vectoriser.texts.read(texts, langs))):
        answers = [
            (mention.confidence, ids[mention.competence] in {*job.must, *job.may})
            for job, mentions in zip(jobs, read, strict=True)
            for mention in mentions
        ]
        found = sum(right for _, right in answers)
        yield Reliability(f"{name}, {how}: {found} of {listed} found", _bands(answers))


def reliability_table(found: Sequence[Reliability]) -> Table:
    """The figures as they are printed: confidence said → share right, by band."""
    table = Table(title="Confidence, by how much was said: mean said → share right")
    table.add_column("judged set (answers)")
    for low, high in pairwise(EDGES):
        table.add_column(f"{low:.1f}–{high:.1f}", justify="right", no_wrap=True)
    for row in found:
        answers = sum(band.answers for band in row.bands if band is not None)
        cells = ("" if b is None else f"{_short(b.said)}→{_short(b.right)}" for b in row.bands)
        table.add_row(f"{row.judged} ({answers:,})", *cells)
    return table


def _short(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")


def _of_readings(judged: Judged, read: Readings, ids: Sequence[str]) -> Reliability:
    known = set(ids)
    queries = [(query, judged.relevant.get(query, frozenset())) for query, _ in judged.queries]
    return Reliability(
        judged.name,
        _bands(
            (sure, ids[concept] in wanted)
            for (_, wanted), concepts, confidences in zip(
                queries, read.concepts.tolist(), read.confidence.tolist(), strict=True
            )
            if wanted & known
            for concept, sure in zip(concepts, confidences, strict=True)
            if concept >= 0
        ),
    )


def _bands(answers: Iterable[tuple[float, bool]]) -> tuple[Band | None, ...]:
    values = np.array(list(answers), dtype=np.float64).reshape(-1, 2)
    at = np.clip(np.digitize(values[:, 0], EDGES[1:-1]), 0, len(EDGES) - 2)
    return tuple(
        Band(int(held.sum()), *values[held].mean(axis=0).tolist()) if held.any() else None
        for held in (at == i for i in range(len(EDGES) - 1))
    )
