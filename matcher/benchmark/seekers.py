"""A seeker's sentence → the other vacancies of the same occupation: what `matcher suggest` does."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer

from competent_data.formats.people import import_people
from competent_data.formats.vacancies import import_vacancies
from competent_data.store import Store
from matcher.benchmark.judged import Advertisement
from matcher.engine import Engine
from matcher.measures import Gain, average_precision, ndcg, paired_bootstrap
from models.provenance import job_text

Floats = NDArray[np.float64]
_DAY = dt.date(2026, 11, 2)
"""The judged vacancies bear no dates, so any day gives the same."""


def put_seekers(store: Store, rows: Sequence[Advertisement]) -> None:
    """Import the judged advertisements as vacancies and people, the gold occupation withheld."""
    with tempfile.TemporaryDirectory() as name:
        vacancies, people = Path(name) / "vacancies.jsonl", Path(name) / "people.jsonl"
        _write(
            vacancies,
            [{"id": row.id, "lang": "en", "title": row.title, "text": row.text} for row in rows],
        )
        _write(people, [{"id": row.id, "lang": "en", "text": row.seeker} for row in rows])
        import_vacancies(store, vacancies)
        import_people(store, people)


@dataclass(frozen=True)
class Seekers:
    """What the benchmark found: measures (q, 2) of ours and of the floor, nDCG@10 and MAP, for q
    queries; how many were left out, and how much of the texts was linked."""

    ours: Floats
    floor: Floats
    left_out: int
    people: int
    answered: int
    vacancies: int
    linked: int
    mentions: int

    @property
    def gains(self) -> tuple[Gain, Gain]:
        """Of nDCG@10 and MAP over the floor, with their intervals."""
        ndcg_, map_ = (paired_bootstrap(self.ours[:, i], self.floor[:, i]) for i in (0, 1))
        return ndcg_, map_

    @property
    def above_floor(self) -> bool:
        """Whether both intervals lie above zero."""
        return all(gain.low > 0 for gain in self.gains)


def measure_seekers(engine: Engine, gold: dict[str, str]) -> Seekers:
    """The engine's ranking of each person's vacancies beside word TF-IDF on title + text."""
    market = engine.market
    ids = [vacancy.id for vacancy in market.vacancies]
    ours = {p.id: [id_ for id_, _ in engine.ranking(p, _DAY)] for p in market.people}
    floor = _tfidf_rankings(engine)
    queries = [id_ for id_ in ids if sum(gold[other] == gold[id_] for other in ids) > 1]
    linked = [len(engine.vectoriser.linker.link(job_text(job), job.lang)) for job in market.jobs]
    return Seekers(
        ours=np.array([_measures(id_, ours[id_], gold) for id_ in queries]),
        floor=np.array([_measures(id_, floor[id_], gold) for id_ in queries]),
        left_out=len(ids) - len(queries),
        people=len(ours),
        answered=sum(bool(ranking) for ranking in ours.values()),
        vacancies=len(ids),
        linked=sum(count > 0 for count in linked),
        mentions=sum(linked),
    )


def seekers_table(found: Seekers, learnt_from: Sequence[str]) -> Table:
    """The figures as they are printed."""
    table = Table(title="Seeker's sentence → other vacancies of the same occupation")
    for column in ("", "nDCG@10", "MAP"):
        table.add_column(column, justify="left" if not column else "right", no_wrap=True)
    for name, measures in (("word TF-IDF (floor)", found.floor), ("matcher suggest", found.ours)):
        table.add_row(name, *(f"{mean:.3f}" for mean in measures.mean(axis=0)))
    table.add_row("gain", *(f"{gain.mean:+.3f}" for gain in found.gains))
    table.add_row(
        "its 95 % interval", *(f"[{gain.low:+.3f}, {gain.high:+.3f}]" for gain in found.gains)
    )
    table.caption = (
        f"{len(found.ours)} queries; {found.left_out} left out: no other vacancy of their "
        f"occupation. {found.answered} of {found.people} people got suggestions. Linked by labels: "
        f"{found.linked} of {found.vacancies} vacancies, {found.mentions} competences. Learnt from "
        f"{', '.join(learnt_from)}; word counts from the vacancies. Paired bootstrap, 10,000 "
        "rounds."
    )
    return table


def _measures(id_: str, ranking: list[str], gold: dict[str, str]) -> tuple[float, float]:
    others = [other for other in ranking if other != id_]
    relevant = np.array([gold[other] == gold[id_] for other in others], dtype=bool)
    wanted = sum(occupation == gold[id_] for occupation in gold.values()) - 1
    return ndcg(relevant, wanted), average_precision(relevant, wanted)


def _tfidf_rankings(engine: Engine) -> dict[str, list[str]]:
    """Word 1-gram TF-IDF, sublinear tf, L2, on title + text."""
    vacancies, people = engine.market.vacancies, engine.market.people
    words = TfidfVectorizer(sublinear_tf=True)
    matrix = words.fit_transform(f"{v.title} {v.text}" for v in vacancies)
    scores = (words.transform(p.text for p in people) @ matrix.T).toarray()
    ids = [v.id for v in vacancies]
    return {
        person.id: [ids[j] for j in sorted(range(len(ids)), key=lambda j: (-row[j], ids[j]))]
        for person, row in zip(people, scores, strict=True)
    }


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
