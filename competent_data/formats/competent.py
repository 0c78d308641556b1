"""COMPETENT (VDAB) as published for EURES: two tables that map its concepts to ESCO.

The mapping relation reads from COMPETENT (classification 2) to ESCO (classification 1). The tables
hold no occupation profiles; `derive_profiles` makes them through ESCO, and marks them derived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Progress,
    Refusal,
    Report,
    open_text,
    read_csv,
    reading,
    silent,
    store_batches,
    telling,
)
from competent_data.records import (
    MAPPING_WEIGHT,
    Concept,
    ConceptKind,
    Mapping,
    ProfileLink,
    Relation,
    Scheme,
)
from competent_data.store import Store

SCHEME = "competent"
_KINDS: dict[str, ConceptKind] = {
    "KN": "knowledge",
    "SK": "skill",
    "SO": "soft",
    "OP": "occupation",
}
_MAPPINGS: dict[str, Mapping] = {
    "skos:exactMatch": "exact",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broad",
    "skos:narrowMatch": "narrow",
}
_COLUMNS = (
    "Classification 1 URL",
    "Classification 2 URI",
    "Classification 2 ID",
    "Classification 2 PrefLabel NL",
    "Classification 2 PrefLabel FR",
)
_LEAST_WEIGHT = 0.05
"""A derived link weaker than this says nothing about the occupation."""


def import_competent(
    store: Store, competences: Path, occupations: Path, progress: Progress = silent
) -> Report:
    """Store COMPETENT's competences, occupations and mappings; derive its occupation profiles.

    Raises:
        FormatError: a file is no such table; nothing was stored.
    """
    tables = [_read(competences, ("KN", "SK", "SO")), _read(occupations, ("OP",))]
    report = Report()
    store.put_scheme(
        Scheme(
            id=SCHEME,
            version="3.8",
            title="COMPETENT, Vlaamse Dienst voor Arbeidsbemiddeling en Beroepsopleiding",
            licence="mapping tables as published for EURES",
        )
    )
    for half, (name, (concepts, relations, refused)) in enumerate(
        zip(("competences", "occupations"), tables, strict=True)
    ):
        report.refused += refused
        report.stored[name] = store_batches(
            concepts.values(),
            store.put_concepts,
            telling(progress, half / 2, f"COMPETENT {name}: {{}} stored"),
        )
        report.stored["mappings"] += store_batches(
            relations,
            store.put_relations,
            telling(progress, half / 2 + 0.25, "COMPETENT mappings: {} stored"),
        )
    links = derive_profiles(store)
    report.stored["derived profile links"] = store_batches(
        links, store.put_profiles, lambda n: progress(1, f"COMPETENT profiles: {n} links derived")
    )
    if not links:
        report.notes.append(
            "no occupation profiles derived: ESCO's are not in the store; "
            "import ESCO, then COMPETENT again"
        )
    known = {id_ for (id_,) in store.rows("concept", "id")}
    for name, (_, relations, _) in zip(("competence", "occupation"), tables, strict=True):
        lost = sum(r.target not in known for r in relations)
        report.unresolved[f"{name} mappings to a concept that is not in the store"] = lost
    return report


_Table = tuple[dict[str, Concept], list[Relation], list[Refusal]]


def _read(path: Path, prefixes: tuple[str, ...]) -> _Table:
    concepts: dict[str, Concept] = {}
    relations: dict[tuple[str, str, str], Relation] = {}
    refused: list[Refusal] = []
    with open_text(path) as text:
        with reading(path):
            header = ((n, line) for n, line in enumerate(text) if "Classification 1 URI" in line)
            skipped, start = next(header, (0, ""))
        if not start:
            raise FormatError(
                f"{path}: no header with 'Classification 1 URI' found; expected a COMPETENT "
                "mapping table"
            )
        column = "Mapping relation" if "Mapping relation" in start else "Mapping Relation"

        def lines() -> Iterator[str]:
            yield start
            yield from text

        for line, row in read_csv(lines(), str(path), (*_COLUMNS, column)):
            try:
                concept, relation = _mapped(row, row[column], prefixes)
            except Misfit as misfit:
                refused.append(misfit.at(path.name, line + skipped))
                continue
            concepts.setdefault(concept.id, concept)
            relations[relation.source, relation.kind, relation.target] = relation
    if not concepts:
        raise FormatError(f"{path}: no COMPETENT code starting with {' or '.join(prefixes)} found")
    return concepts, list(relations.values()), refused


def _mapped(
    row: dict[str, str], mapping: str, prefixes: tuple[str, ...]
) -> tuple[Concept, Relation]:
    code = row["Classification 2 ID"].strip()
    prefix, _, number = code.partition("-")
    if prefix not in prefixes or not number.isdigit():
        raise Misfit("Classification 2 ID", code, f"a code as {prefixes[0]}-123")
    relation = _MAPPINGS.get(mapping.strip())
    if relation is None:
        raise Misfit("Mapping relation", mapping, f"one of {', '.join(_MAPPINGS)}")
    target = row["Classification 1 URL"].strip()
    if not target.startswith("http"):
        raise Misfit("Classification 1 URL", target, "the URI of an ESCO concept")
    nl = row["Classification 2 PrefLabel NL"].strip()
    fr = row["Classification 2 PrefLabel FR"].strip()
    if not nl and not fr:
        raise Misfit("Classification 2 PrefLabel NL", nl, "a label in Dutch or French")
    labels = {lang: text for lang, text in (("nl", nl), ("fr", fr)) if text}
    concept = Concept(
        id=f"{SCHEME}:{code}",
        scheme=SCHEME,
        kind=_KINDS[prefix],
        labels=labels,  # type: ignore[arg-type]
        code=row["Classification 2 URI"].strip() or None,
    )
    return concept, Relation(
        source=concept.id, kind=relation, target=target, weight=MAPPING_WEIGHT[relation]
    )


def derive_profiles(store: Store) -> list[ProfileLink]:
    """COMPETENT's occupation profiles, through ESCO's.

    An occupation maps to some ESCO occupations, these use ESCO skills, and competences map to
    those. The weight of a competence is the mean, over the occupation's ESCO occupations by their
    mapping weights, of link weight × the competence's mapping weight; in (0, 1]. From a half on it
    counts as essential: most of what the occupation covers asks it.
    """
    occupations: defaultdict[str, dict[str, float]] = defaultdict(dict)
    competences: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for source, kind, target, weight in store.rows(
        "relation", "source", "kind", "target", "weight"
    ):
        if kind not in MAPPING_WEIGHT or not source.startswith(f"{SCHEME}:"):
            continue
        if source.startswith(f"{SCHEME}:OP-"):
            occupations[source][target] = max(weight, occupations[source].get(target, 0))
        else:
            competences[target][source] = max(weight, competences[target].get(source, 0))
    used: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for occupation, competence, weight in store.rows(
        "profile", "occupation", "competence", "weight"
    ):
        if not occupation.startswith(f"{SCHEME}:"):
            used[occupation].append((competence, weight))
    links = []
    for occupation, targets in sorted(occupations.items()):
        mapped = {t: w for t, w in targets.items() if t in used}
        total = sum(mapped.values())
        strength: defaultdict[str, float] = defaultdict(float)
        for target, mapping in sorted(mapped.items()):
            carried: dict[str, float] = {}
            for skill, weight in used[target]:
                for competence, worth in competences.get(skill, {}).items():
                    carried[competence] = max(carried.get(competence, 0), weight * worth)
            for competence, value in carried.items():
                strength[competence] += mapping * value
        for competence, value in sorted(strength.items()):
            weight = value / total
            if weight >= _LEAST_WEIGHT:
                links.append(
                    ProfileLink(
                        occupation=occupation,
                        competence=competence,
                        essential=weight >= 0.5,
                        weight=min(1.0, weight),
                        derived=True,
                    )
                )
    return links
