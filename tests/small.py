"""A taxonomy small enough to work out by hand, what is fitted on it, and records drawn over it."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_array

from competent_data.records import (
    MAPPING_WEIGHT,
    CompetenceKind,
    Concept,
    ProfileLink,
    Relation,
    RelationKind,
    Scheme,
)
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from models.encoder import EncoderSettings
from models.grid import STRENGTH_BITS
from models.rows import NOT_SAID, Job, JobRows, PeopleRows, Seeker
from models.scorecard import MOST_KNOTS, PUBLISHED, Scorecard, Signal, apportioned
from models.vectoriser import Vectoriser

TINY = EncoderSettings(dimensions=16, steps=4, batch=16, least_count=1)

GROUPS = ("s:intern-transport", "s:kaart-a-groep", "s:kaart-b-groep", "s:code", "s:houdingen")

COMPETENCES: dict[str, tuple[CompetenceKind, str, str | None]] = {
    "s:heftruck": ("activity", "heftruck besturen", "s:intern-transport"),
    "s:reachtruck": ("activity", "reachtruck besturen", "s:intern-transport"),
    "s:laden": ("activity", "vrachtwagens laden en lossen", "s:intern-transport"),
    "s:kaart-a": ("knowledge", "truckkaart A", "s:kaart-a-groep"),
    "s:kaart-b": ("knowledge", "truckkaart B", "s:kaart-b-groep"),
    "s:orders": ("activity", "orders verzamelen", None),
    "s:nieten": ("skill", "nieten", None),
    "s:c": ("knowledge", "C", "s:code"),
    "s:cpp": ("knowledge", "C++", "s:code"),
    "s:csharp": ("knowledge", "C#", "s:code"),
    "s:r": ("knowledge", "R", "s:code"),
    "s:net": ("knowledge", ".NET", "s:code"),
    "s:lassen": ("activity", "MIG-lassen", None),
    "s:geduld": ("soft", "geduld", "s:houdingen"),
    "s:stiptheid": ("soft", "stiptheid", "s:houdingen"),
    "e:forklift": ("skill", "operate forklift", None),
}

OCCUPATIONS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...]]] = {
    "s:heftruckchauffeur": (
        "heftruckchauffeur",
        "8344",
        ("s:heftruck", "s:reachtruck", "s:kaart-a"),
        ("s:laden", "s:kaart-b"),
    ),
    "s:reachtruckchauffeur": (
        "reachtruckchauffeur",
        "8344",
        ("s:heftruck", "s:reachtruck", "s:kaart-b"),
        ("s:laden", "s:kaart-a"),
    ),
    "s:magazijnier": ("magazijnier", "4321", ("s:orders", "s:laden"), ("s:stiptheid", "s:geduld")),
    "s:ontwikkelaar": ("softwareontwikkelaar", "2512", ("s:cpp", "s:csharp", "s:net"), ("s:c",)),
    "s:analist": ("data-analist", "2511", ("s:r",), ("s:geduld", "s:stiptheid")),
    "s:lasser": ("lasser", "7212", ("s:lassen",), ("s:nieten",)),
}


def fitted_on(
    concepts: Iterable[Concept],
    relations: Iterable[Relation] = (),
    links: Iterable[ProfileLink] = (),
) -> Taxonomy:
    """The taxonomy of concepts that went through a store."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(f"sqlite:///{Path(folder) / 'small.db'}", create=True) as store,
    ):
        for id_ in ("s", "e"):
            store.put_scheme(Scheme(id=id_, version="1", title=id_))
        store.put_concepts(list(concepts))
        store.put_relations(relations)
        store.put_profiles(links)
        return Taxonomy.load(store)


def competence(id_: str, label: str = "", kind: CompetenceKind = "skill") -> Concept:
    """A competence with a Dutch label, or with none."""
    return Concept(
        id=id_, scheme=id_.partition(":")[0], kind=kind, labels={"nl": label} if label else {}
    )


def occupation(id_: str, label: str = "", isco: str = "") -> Concept:
    """An occupation, as `competence`."""
    return Concept(
        id=id_,
        scheme=id_.partition(":")[0],
        kind="occupation",
        isco=isco or None,
        labels={"nl": label} if label else {},
    )


def relation(source: str, kind: RelationKind, target: str) -> Relation:
    """A relation with the weight that its kind has."""
    return Relation(source=source, kind=kind, target=target, weight=MAPPING_WEIGHT.get(kind, 1.0))


@cache
def taxonomy() -> Taxonomy:
    """Sixteen competences, five groups and six occupations."""
    concepts = [Concept(id=id_, scheme="s", kind="group", labels={"nl": id_}) for id_ in GROUPS]
    concepts += [competence(id_, label, kind) for id_, (kind, label, _) in COMPETENCES.items()]
    concepts += [occupation(id_, label, isco) for id_, (label, isco, _, _) in OCCUPATIONS.items()]
    relations = [relation("e:forklift", "exact", "s:heftruck")]
    relations += [
        relation(id_, "broader", group) for id_, (*_, group) in COMPETENCES.items() if group
    ]
    links = [
        ProfileLink(occupation=o, competence=c, essential=needed, weight=1.0 if needed else 0.5)
        for o, (_, _, essential, optional) in OCCUPATIONS.items()
        for ids, needed in ((essential, True), (optional, False))
        for c in ids
    ]
    return fitted_on(concepts, relations, links)


ADVERTISEMENTS = (
    "Heftruckchauffeur gezocht. Je moet een heftruck besturen in ons magazijn.",
    "Ontwikkelaar met ervaring in C++ en C# voor ons team.",
    "Magazijnier: orders verzamelen en vrachtwagens laden en lossen.",
    "",
)


@cache
def vectoriser() -> Vectoriser:
    """What is fitted on the small taxonomy; it learns next to nothing of words."""
    return Vectoriser(TINY).fit(taxonomy(), ADVERTISEMENTS)


_texts = st.sampled_from(
    (*ADVERTISEMENTS, "Lasser met kennis van C# en R", "xyzzy", "<p>Geduldig &amp; stipt</p>")
)
_competences = st.lists(st.sampled_from([*COMPETENCES, "s:unknown"]), max_size=3, unique=True).map(
    tuple
)
_occupations = st.sampled_from([*OCCUPATIONS, "s:unknown"])
_study = st.none() | st.integers(1, 8)
_levels = st.dictionaries(st.sampled_from(["nl", "fr", "en"]), st.integers(1, 6), max_size=2)
_licences = st.frozensets(st.sampled_from(["B", "C", "CE"]))
_positions = st.none() | st.sampled_from([(51.05, 3.72), (51.22, 4.40), (50.85, 4.35)])
_full_time = st.none() | st.booleans()
_masks = st.sampled_from([1, 2, 3, 7, NOT_SAID])
_langs = st.sampled_from(["nl", "en", "fr"])

SEEKERS = st.builds(
    Seeker,
    id=st.just("p"),
    lang=_langs,
    text=_texts,
    held=st.lists(
        st.tuples(st.sampled_from([*COMPETENCES]), st.sampled_from([0.5, 0.75, 1.0])), max_size=3
    ).map(tuple),
    refused=st.frozensets(st.sampled_from([*COMPETENCES]), max_size=1),
    wished=st.lists(_occupations, max_size=2).map(tuple),
    past=st.lists(
        st.tuples(_occupations, st.none() | st.sampled_from([0.0, 1.0, 9.0])), max_size=2
    ).map(tuple),
    study=_study,
    languages=st.none() | _levels,
    licences=st.none() | _licences,
    position=_positions,
    travel_km=st.none() | st.sampled_from([0.0, 30.0]),
    full_time=_full_time,
    shifts=_masks,
    contracts=_masks,
)
"""People in whom all that can be known or not is drawn."""

JOBS = st.builds(
    Job,
    id=st.just("j"),
    lang=_langs,
    title=st.sampled_from(["Heftruckchauffeur (m/v/x)", "Data-analist", ""]),
    text=_texts,
    must=_competences,
    may=_competences,
    occupation=st.none() | _occupations,
    study=_study,
    diploma_required=st.booleans(),
    languages=_levels,
    licences=_licences,
    position=_positions,
    full_time=_full_time,
    shifts=_masks,
    contract=st.sampled_from([1, 2, NOT_SAID]),
)
"""Jobs, as `SEEKERS`."""


def line(published: Signal, points: float, curve: tuple[float, ...]) -> Signal:
    """A line of another card, the unknown counting as published."""
    return dataclasses.replace(published, points=points, curve=curve)


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """Any card of the published signals that could be learnt: an unknown value counts no more than
    any known one where it is so published."""
    weights = draw(st.lists(st.integers(1, 99), min_size=len(PUBLISHED), max_size=len(PUBLISHED)))
    text = [published.name for published in PUBLISHED].index("text")
    weights[text] = 1
    points = apportioned(np.array(weights, dtype=np.float64), 100.0)
    strengths = st.integers(0, 2**STRENGTH_BITS - 1).map(lambda step: step / 2**STRENGTH_BITS)
    lines = []
    for published, own in zip(PUBLISHED, points, strict=True):
        neutral, *curve = sorted(draw(st.lists(strengths, min_size=2, max_size=MOST_KNOTS)))
        if published.neutral > published.curve[0]:
            neutral, curve[0] = curve[0], neutral
        lines.append(
            dataclasses.replace(published, points=own, neutral=neutral, curve=(*curve, 1.0))
        )
    return Scorecard(tuple(lines))


CARDS = cards()
"""Cards of all kinds."""


def same(left: PeopleRows | JobRows, right: PeopleRows | JobRows) -> bool:
    """Whether two sets of rows hold the same bits."""
    columns = right.columns()
    return left.ids == right.ids and all(
        same_column(column, columns[name]) for name, column in left.columns().items()
    )


def same_column(left: object, right: object) -> bool:
    """Whether two columns have one type, one shape and the same bits, NaN included."""
    if isinstance(left, csr_array) and isinstance(right, csr_array):
        return left.shape == right.shape and all(
            getattr(left, part).tolist() == getattr(right, part).tolist()
            for part in ("indptr", "indices", "data")
        )
    assert isinstance(left, np.ndarray)
    assert isinstance(right, np.ndarray)
    return (
        left.dtype == right.dtype
        and left.shape == right.shape
        and left.tobytes() == right.tobytes()
    )
