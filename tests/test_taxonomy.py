"""The taxonomies of a store as arrays, worked out by hand on a few concepts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from competent_data.records import (
    MAPPING_WEIGHT,
    Concept,
    ConceptKind,
    ProfileLink,
    Relation,
    RelationKind,
    Scheme,
)
from competent_data.store import Store
from competent_data.taxonomy import Label, Taxonomy, _matrix, bridged, digest
from models.encoder import CHEAPEST
from models.vectoriser import Vectoriser

CELLS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([0.25, 0.5, 1.0])))


def put(store: Store, **kinds: ConceptKind) -> None:
    store.put_concepts(
        [Concept(id=id_, scheme="s", kind=kind, labels={"nl": id_}) for id_, kind in kinds.items()]
    )


def relate(store: Store, source: str, kind: RelationKind, target: str, weight: float = 1) -> None:
    store.put_relations([Relation(source=source, kind=kind, target=target, weight=weight)])


def cells(matrix: csr_array) -> dict[tuple[int, int], float]:
    found = matrix.tocoo()
    rows, columns = (axis.tolist() for axis in found.coords)
    return dict(zip(zip(rows, columns, strict=True), found.data.tolist(), strict=True))


def test_an_empty_store_gives_empty_arrays(store: Store) -> None:
    taxonomy = Taxonomy.load(store)
    assert taxonomy.profile.shape == taxonomy.mapped_occupations.shape == (0, 0)
    assert taxonomy.competences == taxonomy.occupation_labels == ()


def test_concepts_stand_in_order_of_id_with_groups_apart(store: Store) -> None:
    put(store, c="soft", a="skill", b="group", o="occupation")
    taxonomy = Taxonomy.load(store)
    assert taxonomy.competences == ("a", "c")
    assert taxonomy.kinds == ("skill", "soft")
    assert taxonomy.occupations == ("o",)
    assert taxonomy.groups.shape == (2, 1)


def test_profiles_hold_weights_and_leave_out_what_is_not_stored(store: Store) -> None:
    put(store, a="skill", b="skill", o="occupation")
    store.put_profiles(
        [
            ProfileLink(occupation="o", competence="a", essential=True, weight=0.75),
            ProfileLink(occupation="o", competence="b", essential=False, weight=0.5),
            ProfileLink(occupation="o", competence="absent", essential=True),
            ProfileLink(occupation="absent", competence="a", essential=True),
        ]
    )
    taxonomy = Taxonomy.load(store)
    assert cells(taxonomy.profile) == {(0, 0): 0.75, (0, 1): 0.5}
    assert cells(taxonomy.essential) == {(0, 0): 1.0}


def test_broader_goes_to_groups_or_to_competences(store: Store) -> None:
    put(store, a="skill", b="skill", g="group")
    relate(store, "a", "broader", "b")
    relate(store, "a", "broader", "g")
    relate(store, "b", "broader", "absent")
    taxonomy = Taxonomy.load(store)
    assert cells(taxonomy.narrower) == {(0, 1): 1.0}
    assert cells(taxonomy.groups) == {(0, 0): 1.0}


@pytest.mark.parametrize(
    ("kind", "back"),
    [("exact", "exact"), ("close", "close"), ("narrow", "broad"), ("broad", "narrow")],
)
def test_a_mapping_read_backwards_turns_narrow_and_broad(
    store: Store, kind: RelationKind, back: str
) -> None:
    put(store, a="skill", b="skill", o="occupation", p="occupation")
    relate(store, "a", kind, "b", MAPPING_WEIGHT[kind])
    relate(store, "o", kind, "p", MAPPING_WEIGHT[kind])
    expected = {(0, 1): MAPPING_WEIGHT[kind], (1, 0): MAPPING_WEIGHT[back]}
    taxonomy = Taxonomy.load(store)
    assert cells(taxonomy.mapped) == cells(taxonomy.mapped_occupations) == expected


def test_related_holds_both_ways_with_its_weight(store: Store) -> None:
    put(store, a="skill", b="skill", o="occupation", p="occupation")
    relate(store, "b", "related", "a", 0.5)
    relate(store, "o", "related", "p")
    relate(store, "a", "related", "o")
    taxonomy = Taxonomy.load(store)
    assert cells(taxonomy.related) == {(0, 1): 0.5, (1, 0): 0.5}
    assert cells(taxonomy.related_occupations) == {(0, 1): 1.0, (1, 0): 1.0}


def test_labels_and_texts_point_at_their_concept(store: Store) -> None:
    put(store, a="group")
    store.put_concepts(
        [
            Concept(
                id="b",
                scheme="s",
                kind="skill",
                labels={"nl": "lassen"},
                alt={"fr": ("souder",)},
                descriptions={"nl": "metaal verbinden"},
            )
        ]
    )
    taxonomy = Taxonomy.load(store)
    assert set(taxonomy.competence_labels) == {
        Label(0, "nl", True, "lassen"),
        Label(0, "fr", False, "souder"),
    }
    assert taxonomy.competence_texts == (Label(0, "nl", True, "metaal verbinden"),)


def test_the_digest_changes_with_a_version_and_with_what_is_added(store: Store) -> None:
    seen = {digest(store)}
    store.put_scheme(Scheme(id="s", version="1", title="t"))
    seen.add(digest(store))
    store.put_scheme(Scheme(id="s", version="2", title="t"))
    seen.add(digest(store))
    put(store, a="skill")
    seen.add(digest(store))
    relate(store, "a", "related", "b")
    seen.add(digest(store))
    assert len(seen) == 5
    assert Taxonomy.load(store).digest == digest(store) in seen


@given(CELLS)
def test_of_a_cell_given_twice_the_larger_value_stays(
    drawn: list[tuple[int, int, float]],
) -> None:
    slow = {
        (row, column): max(v for r, c, v in drawn if (r, c) == (row, column))
        for row, column, _ in drawn
    }
    assert cells(_matrix(drawn, (3, 3))) == slow


def test_labels_are_borrowed_over_close_mappings_in_other_languages(store: Store) -> None:
    """`a` has Dutch alone; `b` is exactly the same, `c` is only broader."""
    store.put_concepts(
        [
            Concept(id="a", scheme="s", kind="skill", labels={"nl": "lassen"}),
            Concept(id="b", scheme="t", kind="skill", labels={"nl": "aaneenlassen", "en": "weld"}),
            Concept(id="c", scheme="t", kind="skill", labels={"fr": "façonner"}),
        ]
    )
    relate(store, "a", "exact", "b")
    relate(store, "a", "broad", "c", MAPPING_WEIGHT["broad"])
    taxonomy = Taxonomy.load(store)
    borrowed = set(bridged(taxonomy).competence_labels) - set(taxonomy.competence_labels)
    assert borrowed == {Label(0, "en", False, "weld")}
    v = Vectoriser(CHEAPEST).fit(taxonomy, [])
    assert {mention.competence for mention in v.linker.link("I weld every day", "en")} == {0, 1}
