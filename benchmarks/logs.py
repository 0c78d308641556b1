"""`matcher evaluate` on logs of which texts and competences were taken away. All are made up.

Run from a checkout: `.venv/bin/python benchmarks/logs.py`. Three logs are the embedded sample with
less of it. Where MATCHER_REFERENCE_DATA is set and MATCHER_STORE is fitted on ESCO, a fourth is
made of the judged English advertisements: titles alone, and people of whom only one earlier wish is
known, who then want all others that an expert gave the same occupation.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
from rich.console import Console

from competent_data.formats.intake import Report
from competent_data.formats.sample import import_sample, read_sample
from competent_data.records import Event, Person, Vacancy
from competent_data.store import Store
from matcher.benchmark.judged import advertisements, reference_data
from matcher.evaluation import Evaluation, evaluate, opened
from matcher.evaluation.printed import tables
from matcher.evaluation.splits import POSITIVE, by_time, last_out
from matcher.fit import fit
from matcher.settings import REFERENCE_DATA, Settings

WISHES = frozenset(POSITIVE)
BEFORE, AFTER = dt.datetime(2026, 10, 1, 9), dt.datetime(2026, 11, 1, 9)


def main() -> None:
    """Print the tables of each log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, found in sample_logs(folder):
            show(title, found)
        if os.environ.get(REFERENCE_DATA):
            show("advertisements: titles alone, one earlier wish", titles_alone(folder))


def show(title: str, found: Evaluation) -> None:
    """Both tables under a heading."""
    console = Console(width=130, highlight=False)
    console.rule(f"{title} (made up)")
    for table in tables(found):
        console.print(table)


def sample_logs(folder: Path) -> Iterable[tuple[str, Evaluation]]:
    """The embedded sample, the last wish left out, with ever less of it."""
    sample = read_sample()
    settings = Settings.at(f"sqlite:///{folder / 'sample.db'}")
    with Store(settings.store, create=True) as store:
        import_sample(store)
        fit(store, settings.artefact, lambda _share, _text: None)
    titles = [
        Vacancy(
            id=v.id,
            title=v.title,
            lang=v.lang,
            place=v.place,
            valid_from=v.valid_from,
            valid_through=v.valid_through,
        )
        for v in sample.vacancies
    ]
    texts = [Person(id=p.id, lang=p.lang, place=p.place, text=p.text) for p in sample.people]
    bare = [Person(id=p.id, lang=p.lang, place=p.place) for p in sample.people]
    vacancies = written(folder / "titles.jsonl", titles)
    for title, people in (
        ("whole dossiers, titles of vacancies", None),
        ("texts of people, titles of vacancies", written(folder / "texts.jsonl", texts)),
        ("places of people, titles of vacancies", written(folder / "bare.jsonl", bare)),
    ):
        with opened(settings, Report(), people=people, vacancies=vacancies) as log:
            yield title, evaluate(log, last_out(log, WISHES))


def titles_alone(folder: Path) -> Evaluation:
    """One earlier wish each, and then the other advertisements of the same occupation."""
    rows = advertisements(reference_data() / "bench")
    people = [Person(id=row.id, lang="en") for row in rows]
    vacancies = [Vacancy(id=row.id, title=row.title, lang="en") for row in rows]
    events = [
        Event(
            id=f"{row.id}>{other.id}",
            person=row.id,
            vacancy=other.id,
            kind="applied",
            when=BEFORE if other is row else AFTER,
        )
        for row in rows
        for other in rows
        if other.occupation == row.occupation
    ]
    with opened(
        Settings.read(),
        Report(),
        people=written(folder / "people.jsonl", people),
        vacancies=written(folder / "vacancies.jsonl", vacancies),
        events=written(folder / "events.jsonl", events),
    ) as log:
        return evaluate(log, by_time(log, AFTER.date(), WISHES))


def written(path: Path, records: Iterable[msgspec.Struct]) -> Path:
    """A file of our own JSON lines."""
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    return path


if __name__ == "__main__":
    main()
