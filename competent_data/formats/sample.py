"""The embedded sample: one folder a sector, in files that a person reads and extends.

Ids there are short; the scheme is put before them here (`sample:zorgkundige`). Everything in it is
invented but the places and the mappings to ESCO, which are facts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Progress,
    Refusal,
    Report,
    convert,
    open_text,
    read_csv,
    silent,
)
from competent_data.formats.own import each_once, read_toml, records
from competent_data.formats.places import import_places
from competent_data.records import (
    MAPPING_WEIGHT,
    Concept,
    Event,
    Person,
    Pin,
    ProfileLink,
    Relation,
    Scheme,
    Vacancy,
)
from competent_data.store import Store

SCHEME = "sample"
FOLDER = Path(__file__).parent.parent / "sample"
_MUST_WEIGHT, _MAY_WEIGHT = 1.0, 0.5
_COMPETENCES = ("id", "kind", "broader", "nl", "fr", "en", "nl_alt", "esco", "relation")
_EVENTS = ("id", "person", "vacancy", "kind", "when", "reason", "provenance")
_PINS = ("id", "person", "vacancy", "by", "reason", "when")


@dataclass(frozen=True)
class Sample:
    """All of a sample's records, as they go into the store."""

    version: str
    today: dt.date
    demo_person: str
    concepts: tuple[Concept, ...]
    relations: tuple[Relation, ...]
    links: tuple[ProfileLink, ...]
    people: tuple[Person, ...]
    vacancies: tuple[Vacancy, ...]
    events: tuple[Event, ...]
    pins: tuple[Pin, ...]
    refused: tuple[Refusal, ...]


def import_sample(store: Store, folder: Path = FOLDER, progress: Progress = silent) -> Report:
    """Store the embedded sample, or one of the same layout.

    Raises:
        FormatError: the folder is no sample; nothing was stored.
    """
    sample = read_sample(folder)
    report = Report(refused=list(sample.refused))
    for done, (name, items, put) in enumerate(
        (
            ("competences, groups and occupations", sample.concepts, store.put_concepts),
            ("relations", sample.relations, store.put_relations),
            ("profile links", sample.links, store.put_profiles),
            ("people", sample.people, store.put_people),
            ("vacancies", sample.vacancies, store.put_vacancies),
            ("events", sample.events, store.put_events),
            ("pins", sample.pins, store.put_pins),
        )
    ):
        put(items)  # type: ignore[operator]
        report.stored[name] = len(items)
        progress((done + 1) / 8, f"sample: {len(items)} {name} stored")
    report.stored["places"] = import_places(store, folder / "places.csv").stored["places"]
    # Last, so that a store that names this version holds all of it.
    store.put_scheme(
        Scheme(
            id=SCHEME,
            version=sample.version,
            title="Embedded sample; all people and employers invented",
            licence="CC0-1.0",
        )
    )
    return report


def read_sample(folder: Path = FOLDER) -> Sample:
    """Read a sample's files.

    Raises:
        FormatError: `sample.toml` or a sector's file is missing or can't be read.
    """
    try:
        about = tomllib.loads((folder / "sample.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise FormatError(f"{folder} is no sample: sample.toml: {error}") from error
    missing = [key for key in ("version", "today", "demo_person") if key not in about]
    if missing:
        raise FormatError(f"{folder}/sample.toml: found no {missing[0]}, expected one")
    refused: list[Refusal] = []
    concepts: list[Concept] = []
    relations: list[Relation] = []
    links: list[ProfileLink] = []
    people: list[Person] = []
    vacancies: list[Vacancy] = []
    events: list[Event] = []
    pins: list[Pin] = []
    for sector in sorted(p for p in folder.iterdir() if (p / "competences.csv").exists()):
        for line, row in _csv(sector / "competences.csv", _COMPETENCES):
            try:
                concept, found = _competence(row), _relations(row)
            except Misfit as misfit:
                refused.append(misfit.at(f"{sector.name}/competences.csv", line))
                continue
            concepts.append(concept)
            relations += found
        if not (sector / "occupations.toml").exists():
            continue
        for line, table in read_toml(sector / "occupations.toml", "occupation"):
            try:
                concept, found, used = _occupation(table), _mapping(table), _links(table)
            except Misfit as misfit:
                refused.append(misfit.at(f"{sector.name}/occupations.toml", line))
                continue
            concepts.append(concept)
            relations += found
            links += used
        for kind, list_, table_name, change in (
            (Vacancy, vacancies, "vacancy", _vacancy),
            (Person, people, "person", _person),
        ):
            path = sector / ("vacancies.toml" if kind is Vacancy else "people.toml")
            name = f"{sector.name}/{path.name}"
            list_ += records(read_toml(path, table_name), name, kind, refused, change, each_once)  # type: ignore
        name = f"{sector.name}/events.csv"
        events += records(_csv(sector / "events.csv", _EVENTS), name, Event, refused, _dated)
        name = f"{sector.name}/pins.csv"
        pins += records(_csv(sector / "pins.csv", _PINS), name, Pin, refused, _dated)
    return Sample(
        version=f"{about['version']}-{_digest(folder)}",
        today=about["today"],
        demo_person=about["demo_person"],
        concepts=tuple(concepts),
        relations=tuple(relations),
        links=tuple(links),
        people=tuple(people),
        vacancies=tuple(vacancies),
        events=tuple(events),
        pins=tuple(pins),
        refused=tuple(refused),
    )


def _digest(folder: Path) -> str:
    """Tells a changed sample from the one before, whatever version it calls itself."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".toml", ".csv"):
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _csv(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with open_text(path) as lines:
        yield from read_csv(lines, path.name, columns)


def _competence(row: dict[str, str]) -> Concept:
    alt = [text.strip() for text in row["nl_alt"].split("|") if text.strip()]
    return convert(
        {
            "id": _id(row["id"]),
            "scheme": SCHEME,
            "kind": row["kind"],
            "labels": {lang: row[lang] for lang in ("nl", "fr", "en")},
            "alt": {"nl": alt} if alt else {},
        },
        Concept,
    )


def _relations(row: dict[str, str]) -> list[Relation]:
    found = _mapping({**row, "id": row["id"]})
    if row["broader"]:
        found.append(Relation(source=_id(row["id"]), kind="broader", target=_id(row["broader"])))
    return found


def _mapping(table: dict[str, Any]) -> list[Relation]:
    if not table.get("esco"):
        return []
    kind = table.get("relation")
    if kind not in MAPPING_WEIGHT:
        raise Misfit("relation", kind, f"one of {', '.join(MAPPING_WEIGHT)}")
    return [
        Relation(
            source=_id(table["id"]), kind=kind, target=table["esco"], weight=MAPPING_WEIGHT[kind]
        )
    ]


def _occupation(table: dict[str, Any]) -> Concept:
    return convert(
        {
            "id": _id(table.get("id", "")),
            "scheme": SCHEME,
            "kind": "occupation",
            "labels": table.get("labels", {}),
            "alt": table.get("alt", {}),
            "isco": table.get("isco"),
            "level": table.get("vks"),
        },
        Concept,
    )


def _links(table: dict[str, Any]) -> list[ProfileLink]:
    return [
        ProfileLink(
            occupation=_id(table["id"]),
            competence=_id(competence),
            essential=key == "must",
            weight=_MUST_WEIGHT if key == "must" else _MAY_WEIGHT,
        )
        for key in ("must", "may")
        for competence in table.get(key, ())
    ]


def _vacancy(table: dict[str, Any]) -> dict[str, Any]:
    table = {**table, "text": table.get("text", "").strip()}
    for key in ("must", "may"):
        table[key] = [_id(id_) for id_ in table.get(key, ())]
    if "occupation" in table:
        table["occupation"] = _id(table["occupation"])
    return table


def _person(table: dict[str, Any]) -> dict[str, Any]:
    return {
        **table,
        "text": table.get("text", "").strip(),
        "wished": [_id(id_) for id_ in table.get("wished", ())],
        "past": [
            {**past, "occupation": _id(past.get("occupation", ""))}
            for past in table.get("past", ())
        ],
        "competences": {
            level: [_id(id_) for id_ in ids] for level, ids in table.get("competences", {}).items()
        },
    }


def _dated(row: dict[str, str]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value}


def _id(short: str) -> str:
    if not short:
        raise Misfit("id", short, "an id")
    return short if ":" in short else f"{SCHEME}:{short}"
