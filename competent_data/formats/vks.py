"""Flemish qualification dossiers (beroepskwalificaties, Vlaamse kwalificatiestructuur), JSON.

Each dossier is an occupation with its VKS level; its activities carry the knowledge and the skills
that they take, and refer to COMPETENT codes (a trailing -c marks a changed wording).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Progress,
    Report,
    convert,
    decode,
    silent,
)
from competent_data.records import (
    MAPPING_WEIGHT,
    CompetenceKind,
    Concept,
    ConceptKind,
    Mapping,
    ProfileLink,
    Relation,
    Scheme,
    StudyLevel,
)
from competent_data.store import Store

SCHEME = "vks"
_CHANGED = "-c"
_MISSING = "unnamed"


class _Activity(msgspec.Struct):
    id: str
    tekst: str
    kennis: tuple[str, ...] = ()
    vaardigheden: tuple[str, ...] = ()
    referenties: tuple[str, ...] = ()


class _Dossier(msgspec.Struct):
    bk: str
    titel: str
    vks: StudyLevel
    competenties: tuple[_Activity, ...]
    definitie: str = ""


def import_vks(store: Store, folder: Path, progress: Progress = silent) -> Report:
    """Store the dossiers of a folder (its .json files).

    Raises:
        FormatError: the folder holds none; nothing was stored.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FormatError(f"{folder} holds no .json file; expected qualification dossiers")
    report = Report()
    store.put_scheme(
        Scheme(
            id=SCHEME,
            version="2026",
            title="Vlaamse kwalificatiestructuur, beroepskwalificaties",
            licence="Vlaamse overheid; licence not yet confirmed",
        )
    )
    kinds: dict[str, ConceptKind] = {}
    references: list[str] = []
    for done, path in enumerate(paths):
        try:
            dossier = convert(decode(path.read_bytes()), _Dossier)
            concepts, links, relations = _records(dossier)
        except Misfit as misfit:
            report.refused.append(misfit.at(path.name, 1))
            continue
        store.put_concepts(concepts)
        store.put_profiles(links)
        store.put_relations(relations)
        report.stored["occupations"] += 1
        report.stored["activities"] += len(dossier.competenties)
        report.stored["profile links"] += len(links)
        kinds |= {c.id: c.kind for c in concepts if c.kind not in ("occupation", "group")}
        references += [r.target for r in relations if r.kind != "related"]
        progress((done + 1) / len(paths), f"VKS: {done + 1} dossiers stored")
    for kind in ("knowledge", "skill"):
        report.stored[f"distinct {kind}"] = sum(found == kind for found in kinds.values())
    known = {id_ for (id_,) in store.rows("concept", "id")}
    report.unresolved["references to a COMPETENT code that is not in the store"] = sum(
        target not in known for target in references
    )
    report.stored["references"] = len(references)
    return report


def _records(dossier: _Dossier) -> tuple[list[Concept], list[ProfileLink], list[Relation]]:
    occupation = f"{SCHEME}:{dossier.bk}"
    concepts = [
        Concept(
            id=occupation,
            scheme=SCHEME,
            kind="occupation",
            labels={"nl": dossier.titel},
            descriptions={"nl": dossier.definitie} if dossier.definitie else {},
            code=dossier.bk,
            level=dossier.vks,
        )
    ]
    relations = []
    uses: dict[str, float] = {}
    for activity in dossier.competenties:
        own = f"{SCHEME}:{activity.id}"
        concepts.append(_competence(own, "activity", activity.tekst))
        uses[own] = 1.0
        for kind, texts in (("knowledge", activity.kennis), ("skill", activity.vaardigheden)):
            for text in texts:
                id_ = f"{SCHEME}:{kind}-{_digest(text)}"
                # What several activities take weighs more than what one takes.
                uses[id_] = min(1.0, uses.get(id_, 0.25) + 0.25)
                concepts.append(_competence(id_, kind, text))  # type: ignore[arg-type]
                relations.append(Relation(source=id_, kind="related", target=own))
        relations += [_reference(own, reference.strip()) for reference in activity.referenties]
    unique = {c.id: c for c in concepts}
    links = [
        ProfileLink(occupation=occupation, competence=id_, essential=weight >= 0.75, weight=weight)
        for id_, weight in uses.items()
    ]
    return list(unique.values()), links, relations


def _reference(source: str, reference: str) -> Relation:
    """A reference to a COMPETENT code: also of older numbers, which are kept as they stand."""
    code = reference.removesuffix(_CHANGED)
    mapping: Mapping = "close" if code != reference else "exact"
    return Relation(
        source=source,
        kind=mapping,
        target=f"competent:{code or _MISSING}",
        weight=MAPPING_WEIGHT[mapping],
    )


def _competence(id_: str, kind: CompetenceKind, text: str) -> Concept:
    return Concept(id=id_, scheme=SCHEME, kind=kind, labels={"nl": text.strip()})


def _digest(text: str) -> str:
    """The same words are the same competence, in whichever dossier they stand."""
    return hashlib.sha1(text.strip().encode(), usedforsecurity=False).hexdigest()[:12]
