"""The taxonomies of a store as arrays: what fitting reads."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from scipy.sparse import csr_array

from competent_data.records import COMPETENCE_KINDS, MAPPING_WEIGHT
from competent_data.store import Store


class Label(NamedTuple):
    """A label of a concept; `concept` is its place in `Taxonomy.competences` or `.occupations`."""

    concept: int
    lang: str
    preferred: bool
    text: str


@dataclass(frozen=True)
class Taxonomy:
    """All taxonomies of a store side by side, with C competences and O occupations.

    `profile` (O, C) holds how strongly an occupation uses a competence, in [0, 1]; `essential`
    (O, C) is 1 where that is essential. `groups` (C, G) is 1 where a competence stands in a group.
    `narrower` (C, C) is 1 where the column is broader than the row. `mapped` and
    `mapped_occupations` hold SKOS mappings in both directions with their weights; `related` and
    `related_occupations` in-scheme relations. Links to what is not in the store are left out.
    """

    competences: tuple[str, ...]
    kinds: tuple[str, ...]
    schemes: tuple[str, ...]
    occupations: tuple[str, ...]
    isco: tuple[str, ...]
    profile: csr_array
    essential: csr_array
    groups: csr_array
    narrower: csr_array
    mapped: csr_array
    mapped_occupations: csr_array
    related: csr_array
    related_occupations: csr_array
    competence_labels: tuple[Label, ...]
    occupation_labels: tuple[Label, ...]
    competence_texts: tuple[Label, ...]
    occupation_texts: tuple[Label, ...]
    digest: str

    @classmethod
    def load(cls, store: Store) -> Self:
        """Read all taxonomies of the store."""
        concepts = store.rows("concept", "id", "kind", "scheme", "isco")
        picked = [row for row in concepts if row[1] in COMPETENCE_KINDS]
        jobs = [row for row in concepts if row[1] == "occupation"]
        competence = {row[0]: i for i, row in enumerate(picked)}
        occupation = {row[0]: i for i, row in enumerate(jobs)}
        group = {row[0]: i for i, row in enumerate(r for r in concepts if r[1] == "group")}
        links = [
            (occupation[o], competence[c], weight, essential)
            for o, c, weight, essential in store.rows(
                "profile", "occupation", "competence", "weight", "essential"
            )
            if o in occupation and c in competence
        ]
        relations = store.rows("relation", "source", "kind", "target", "weight")
        tables: dict[str, list[tuple[int, int, float]]] = {
            name: []
            for name in ("groups", "narrower", "mapped", "mapped_o", "related", "related_o")
        }
        for source, kind, target, weight in relations:
            s, t = competence.get(source), competence.get(target)
            so, to = occupation.get(source), occupation.get(target)
            if kind == "broader" and s is not None:
                if target in group:
                    tables["groups"].append((s, group[target], 1.0))
                elif t is not None:
                    tables["narrower"].append((s, t, 1.0))
            elif kind == "related":
                if s is not None and t is not None:
                    tables["related"] += [(s, t, weight), (t, s, weight)]
                elif so is not None and to is not None:
                    tables["related_o"] += [(so, to, weight), (to, so, weight)]
            elif kind in MAPPING_WEIGHT:
                back = MAPPING_WEIGHT[{"narrow": "broad", "broad": "narrow"}.get(kind, kind)]
                if s is not None and t is not None:
                    tables["mapped"] += [(s, t, weight), (t, s, back)]
                elif so is not None and to is not None:
                    tables["mapped_o"] += [(so, to, weight), (to, so, back)]
        n, m = len(picked), len(jobs)
        labels = store.rows("label", "concept", "lang", "preferred", "text")
        texts = store.rows("description", "concept", "lang", "text")
        return cls(
            competences=tuple(competence),
            kinds=tuple(row[1] for row in picked),
            schemes=tuple(row[2] for row in picked),
            occupations=tuple(occupation),
            isco=tuple(row[3] or "" for row in jobs),
            profile=_matrix([(o, c, w) for o, c, w, _ in links], (m, n)),
            essential=_matrix([(o, c, 1.0) for o, c, _, essential in links if essential], (m, n)),
            groups=_matrix(tables["groups"], (n, len(group))),
            narrower=_matrix(tables["narrower"], (n, n)),
            mapped=_matrix(tables["mapped"], (n, n)),
            mapped_occupations=_matrix(tables["mapped_o"], (m, m)),
            related=_matrix(tables["related"], (n, n)),
            related_occupations=_matrix(tables["related_o"], (m, m)),
            competence_labels=_labels(labels, competence),
            occupation_labels=_labels(labels, occupation),
            competence_texts=_texts(texts, competence),
            occupation_texts=_texts(texts, occupation),
            digest=digest(store),
        )


def bridged(taxonomy: Taxonomy) -> Taxonomy:
    """The taxonomy whose concepts also bear the labels of what they map to closely or exactly.

    Only in languages in which a concept has no label of its own: through the crosswalk a concept
    with Dutch labels alone is found in English text. Such labels are never preferred ones.
    """
    return dataclasses.replace(
        taxonomy,
        competence_labels=taxonomy.competence_labels
        + _borrowed(taxonomy.competence_labels, taxonomy.mapped),
        occupation_labels=taxonomy.occupation_labels
        + _borrowed(taxonomy.occupation_labels, taxonomy.mapped_occupations),
    )


def _borrowed(labels: Sequence[Label], mapped: csr_array) -> tuple[Label, ...]:
    owned: dict[int, list[Label]] = {}
    for label in labels:
        owned.setdefault(label.concept, []).append(label)
    found: dict[Label, None] = {}
    for concept in np.flatnonzero(np.diff(mapped.indptr)).tolist():
        own = {label.lang for label in owned.get(concept, ())}
        start, end = mapped.indptr[concept : concept + 2]
        near = mapped.indices[start:end][mapped.data[start:end] >= MAPPING_WEIGHT["close"]]
        for other in near.tolist():
            for label in owned.get(other, ()):
                if label.lang not in own:
                    found[Label(concept, label.lang, False, label.text)] = None
    return tuple(found)


def occupations_named(store: Store, names: Collection[str]) -> dict[str, frozenset[str]]:
    """The ids of the occupations that each name means: the one of that id, or all under an ISCO
    code; and those of other taxonomies that map to one of them exactly or closely."""
    isco = {
        id_: code or ""
        for id_, kind, code in store.rows("concept", "id", "kind", "isco")
        if kind == "occupation"
    }
    same: dict[str, set[str]] = {}
    for source, kind, target in store.rows("relation", "source", "kind", "target"):
        if MAPPING_WEIGHT.get(kind, 0.0) >= MAPPING_WEIGHT["close"]:
            same.setdefault(source, set()).add(target)
            same.setdefault(target, set()).add(source)
    found = {}
    for name in names:
        meant = {name} if name in isco else {i for i, code in isco.items() if _under(code, name)}
        found[name] = frozenset(meant.union(*(same.get(i, ()) for i in meant)) & isco.keys())
    return found


def _under(code: str, group: str) -> bool:
    return group.isdigit() and code.startswith(group)


def digest(store: Store) -> str:
    """What tells whether a store's taxonomies have changed: versions, counts and sums, hashed.

    It must be had at every start, so it reads no row: a change that keeps all lengths of texts and
    all sums of weights goes unseen.
    """
    parts = [f"{s.id}={s.version}" for s in store.schemes()]
    parts += [f"{name}={value}" for name, value in store.taxonomy_sums().items()]
    return hashlib.sha256(";".join(parts).encode()).hexdigest()[:16]


def _labels(rows: list[tuple[str, str, bool, str]], index: dict[str, int]) -> tuple[Label, ...]:
    return tuple(
        Label(index[concept], lang, bool(preferred), text)
        for concept, lang, preferred, text in rows
        if concept in index
    )


def _texts(rows: list[tuple[str, str, str]], index: dict[str, int]) -> tuple[Label, ...]:
    return tuple(
        Label(index[concept], lang, True, text) for concept, lang, text in rows if concept in index
    )


def _matrix(cells: list[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    """A sparse matrix of cells; of a cell that comes twice the larger value stays."""
    best: dict[tuple[int, int], float] = {}
    for row, column, value in cells:
        best[row, column] = max(value, best.get((row, column), 0.0))
    rows = np.fromiter((r for r, _ in best), dtype=np.int32, count=len(best))
    columns = np.fromiter((c for _, c in best), dtype=np.int32, count=len(best))
    values = np.fromiter(best.values(), dtype=np.float64, count=len(best))
    return csr_array((values, (rows, columns)), shape=shape)
