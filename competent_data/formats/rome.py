"""ROME 3 (France Travail) as its tables: fiches, appellations, items, links, mobility, ISCO-08.

Contexts of work (kind 'contexte') are conditions, not competences: they are counted and left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Progress,
    Refusal,
    Report,
    open_text,
    read_csv,
    silent,
    store_batches,
    telling,
)
from competent_data.records import CompetenceKind, Concept, ProfileLink, Relation, Scheme
from competent_data.store import Store

SCHEME = "rome"
_KINDS: dict[str, CompetenceKind] = {"activite": "activity", "savoir": "knowledge"}
_CONTEXT = "contexte"
_MOBILITY = {"Proche": 1.0}
_FURTHER_MOBILITY = 0.5
_TABLES: dict[str, tuple[str, ...]] = {
    "fiches": ("code_rome", "libelle_rome", "definition"),
    "appellations": ("code_rome", "libelle_appellation_long"),
    "items": ("code_ogr", "kind", "label"),
    "links": ("code_rome", "code_ogr", "kind", "base"),
    "mobilite": ("code_rome", "code_rome_cible", "libelle_type_mobilite"),
    "isco08": ("code_rome", "libelle_rome", "isco08"),
}


def import_rome(store: Store, folder: Path, progress: Progress = silent) -> Report:
    """Store ROME's occupations with their titles, its activities and knowledge, and its profiles.

    Raises:
        FormatError: the folder lacks a table; nothing was stored.
    """
    report = Report()
    tables = {name: _table(folder, name, report.refused) for name in _TABLES}
    contexts = {r["code_ogr"] for _, r in tables["items"] if r["kind"] == _CONTEXT}
    store.put_scheme(
        Scheme(id=SCHEME, version="3", title="ROME, France Travail", licence="Licence Ouverte")
    )
    steps: tuple[tuple[str, Iterator[Any], Callable[[Any], None]], ...] = (
        ("occupations", _occupations(tables, report.refused), store.put_concepts),
        ("competences", _competences(tables["items"], report.refused), store.put_concepts),
        ("profile links", _links(tables["links"], report.refused), store.put_profiles),
        ("mobility", _mobility(tables["mobilite"]), store.put_relations),
    )
    for done, (name, records, put) in enumerate(steps):
        report.stored[name] = store_batches(
            records,
            put,
            telling(progress, (done + 1) / 4, f"ROME {name}: {{}} stored"),
        )
    left_out = sum(r["kind"] == _CONTEXT for _, r in tables["links"])
    report.notes.append(
        f"{len(contexts)} contexts of work with {left_out} links left out: "
        "they are conditions, not competences"
    )
    return report


_Rows = list[tuple[int, dict[str, str]]]


def _table(folder: Path, name: str, refused: list[Refusal]) -> _Rows:
    stem = f"rome3_{name}.csv"
    path = next((p for p in (folder / f"{stem}.gz", folder / stem) if p.exists()), None)
    if path is None:
        raise FormatError(f"{folder} lacks {stem} (plain or .gz); expected the tables of ROME 3")
    rows = []
    with open_text(path) as lines:
        for line, row in read_csv(lines, path.name, _TABLES[name]):
            empty = next((c for c in _TABLES[name] if not row[c] and c != "definition"), None)
            if empty:
                refused.append(Misfit(empty, None, "a value").at(path.name, line))
            else:
                rows.append((line, row))
    return rows


def _occupations(tables: dict[str, _Rows], refused: list[Refusal]) -> Iterator[Concept]:
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for _, row in tables["appellations"]:
        titles[row["code_rome"]].append(row["libelle_appellation_long"].strip())
    definitions = {r["code_rome"]: r["definition"].strip() for _, r in tables["fiches"]}
    labels = {r["code_rome"]: r["libelle_rome"].strip() for _, r in tables["fiches"]}
    isco = {}
    for line, row in tables["isco08"]:
        code = row["isco08"].strip().zfill(4)  # 0310 stands as 310: the publisher's zero is lost
        if not (code.isdigit() and len(code) == 4):
            refused.append(Misfit("isco08", code, "four digits").at("rome3_isco08.csv", line))
            continue
        isco[row["code_rome"]] = code
        labels.setdefault(row["code_rome"], row["libelle_rome"].strip())
    for code in sorted(labels.keys() | titles.keys()):
        label = labels.get(code) or titles[code][0]
        text = definitions.get(code, "")
        yield Concept(
            id=f"{SCHEME}:{code}",
            scheme=SCHEME,
            kind="occupation",
            labels={"fr": label},
            alt={"fr": tuple(dict.fromkeys(t for t in titles[code] if t != label))},
            descriptions={"fr": text} if text else {},
            code=code,
            isco=isco.get(code),
        )


def _competences(rows: _Rows, refused: list[Refusal]) -> Iterator[Concept]:
    for line, row in rows:
        kind = _KINDS.get(row["kind"])
        if kind:
            yield Concept(
                id=_item(row["code_ogr"]),
                scheme=SCHEME,
                kind=kind,
                labels={"fr": row["label"].strip()},
                code=row["code_ogr"],
            )
        elif row["kind"] != _CONTEXT:
            expected = ", ".join((*_KINDS, _CONTEXT))
            refused.append(Misfit("kind", row["kind"], expected).at("rome3_items.csv", line))


def _links(rows: _Rows, refused: list[Refusal]) -> Iterator[ProfileLink]:
    for line, row in rows:
        if row["kind"] == _CONTEXT:
            continue
        if row["kind"] not in _KINDS:
            expected = ", ".join((*_KINDS, _CONTEXT))
            refused.append(Misfit("kind", row["kind"], expected).at("rome3_links.csv", line))
            continue
        if row["base"] not in ("True", "False"):
            refused.append(Misfit("base", row["base"], "True or False").at("rome3_links.csv", line))
            continue
        essential = row["base"] == "True"
        yield ProfileLink(
            occupation=f"{SCHEME}:{row['code_rome']}",
            competence=_item(row["code_ogr"]),
            essential=essential,
            weight=1.0 if essential else 0.5,
        )


def _mobility(rows: _Rows) -> Iterator[Relation]:
    for _, row in rows:
        yield Relation(
            source=f"{SCHEME}:{row['code_rome']}",
            kind="related",
            target=f"{SCHEME}:{row['code_rome_cible']}",
            weight=_MOBILITY.get(row["libelle_type_mobilite"], _FURTHER_MOBILITY),
        )


def _item(code: str) -> str:
    return f"{SCHEME}:item-{code}"
