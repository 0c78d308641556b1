"""What stands for what, from taxonomies and profiles only; fast code against obvious code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.relatedness import (
    LEAST,
    MOST,
    SIBLING_SPAN,
    TO_BROADER,
    TO_NARROWER,
    _largest_cells,
    best_products,
    competence_relatedness,
    keep_top,
    largest,
    occupation_closeness,
    specificity,
)
from tests import small

Matrix = NDArray[np.float64]
few = st.sampled_from([0.0, 0.0, 0.25, 0.5, 1.0])


def matrices(rows: int, columns: int) -> st.SearchStrategy[Matrix]:
    """Matrices of few distinct values, so that ties are common."""
    return arrays(np.float64, (rows, columns), elements=few)


def related(held: str, asked: str) -> float:
    """How far `held` stands for `asked` in the small taxonomy."""
    index = small.taxonomy().competences.index
    return float(competence_relatedness(small.taxonomy())[index(held), index(asked)])


def close(one: str, other: str) -> float:
    """How close two occupations are in the small taxonomy."""
    index = small.taxonomy().occupations.index
    return float(occupation_closeness(small.taxonomy())[index(one), index(other)])


@given(matrices(3, 4), matrices(4, 5), st.sampled_from([0.0, 0.125, 0.25, 0.5]))
def test_best_products_are_those_of_a_slow_loop(left: Matrix, right: Matrix, least: float) -> None:
    found = best_products(csr_array(left), csr_array(right), least)
    for i in range(3):
        for k in range(5):
            best = max(float(left[i, j] * right[j, k]) for j in range(4))
            assert found[i, k] == (best if best >= least else 0.0)
    assert len(set(zip(*found.nonzero(), strict=True))) == found.nnz


@pytest.mark.parametrize("shape", [(0, 4), (2, 4)])
def test_best_products_of_nothing_are_nothing(shape: tuple[int, int]) -> None:
    found = best_products(csr_array(shape), csr_array((4, 3)), 0.0)
    assert found.shape == (shape[0], 3)
    assert found.nnz == 0


@given(matrices(4, 6), st.integers(0, 4), st.sampled_from([0.25, 0.5]))
def test_the_top_of_a_row_is_that_of_a_sort_with_ties_by_column(
    matrix: Matrix, most: int, least: float
) -> None:
    found = keep_top(csr_array(matrix), most, least).toarray()
    for row, kept in zip(matrix.tolist(), found.tolist(), strict=True):
        ranked = sorted((-value, column) for column, value in enumerate(row) if value >= least)
        chosen = {column for _, column in ranked[:most]}
        assert kept == [value if i in chosen else 0.0 for i, value in enumerate(row)]


cells = st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([0.25, 0.5, 1.0]))


@given(st.lists(cells, max_size=12))
def test_of_a_cell_that_comes_twice_the_largest_value_stays(
    given_: list[tuple[int, int, float]],
) -> None:
    best: dict[tuple[int, int], float] = {}
    for row, column, value in given_:
        best[row, column] = max(value, best.get((row, column), 0.0))
    rows, columns, values = (np.array([cell[i] for cell in given_]) for i in range(3))
    found = _largest_cells(
        rows.astype(np.int64), columns.astype(np.int32), values.astype(np.float64), (3, 3)
    )
    assert found.nnz == len(best)
    assert {(r, c): float(found[r, c]) for r, c in best} == best


@given(matrices(2, 3), matrices(2, 3), matrices(2, 3))
def test_the_largest_of_matrices_is_taken_cell_by_cell(a: Matrix, b: Matrix, c: Matrix) -> None:
    found = largest(csr_array(a), csr_array(b), csr_array(c))
    assert found.toarray().tolist() == np.maximum(np.maximum(a, b), c).tolist()


def test_two_trucks_are_most_alike_and_two_cards_spelt_alike_are_not() -> None:
    """The same two occupations use all four; only the trucks stand in one narrow group.

    The greatest share of siblings is 0.75: others than the trucks have less.
    """
    others = set(small.COMPETENCES) - {"s:heftruck", "s:reachtruck", "e:forklift"}
    trucks = related("s:heftruck", "s:reachtruck")
    assert trucks == SIBLING_SPAN
    assert trucks > max(related("s:heftruck", other) for other in others)
    assert related("s:kaart-a", "s:kaart-b") == related("s:kaart-b", "s:kaart-a") == 0


def test_attitudes_do_not_stand_in_for_one_another() -> None:
    """Both stand in one narrow group, and the same two occupations use both."""
    assert related("s:geduld", "s:stiptheid") == related("s:stiptheid", "s:geduld") == 0
    assert related("s:geduld", "s:geduld") == 1


def test_members_of_a_narrow_group_that_no_occupation_shares_have_the_floor_alone() -> None:
    assert related("s:r", "s:cpp") == pytest.approx(0.25, abs=2**-12)


def test_an_exact_mapping_carries_everything_over() -> None:
    """The mapped competence stands for its twin in full, and for its twin's relatives as it."""
    assert related("e:forklift", "s:heftruck") == related("s:heftruck", "e:forklift") == 1
    assert related("e:forklift", "s:reachtruck") == related("s:heftruck", "s:reachtruck")


def test_the_narrower_thing_says_more_of_the_broader_than_the_other_way_round() -> None:
    taxonomy = small.fitted_on(
        [small.competence("s:truck", "truck"), small.competence("s:heftruck", "heftruck")],
        [small.relation("s:heftruck", "broader", "s:truck")],
    )
    found = competence_relatedness(taxonomy).toarray()
    narrow, broad = (taxonomy.competences.index(id_) for id_ in ("s:heftruck", "s:truck"))
    assert found[narrow, broad] == TO_BROADER
    assert found[broad, narrow] == TO_NARROWER


def test_relatedness_is_a_share_on_the_grid_with_itself_at_one() -> None:
    for found in (competence_relatedness(small.taxonomy()), occupation_closeness(small.taxonomy())):
        assert (found.diagonal() == 1).all()
        assert ((found.data >= 0.125) & (found.data <= 1)).all()
        assert (found.data * 2**12 == np.rint(found.data * 2**12)).all()
    weakest = competence_relatedness(small.taxonomy()).data.min()
    assert weakest >= LEAST


def test_a_competence_has_no_more_relatives_than_are_kept() -> None:
    """Thirty narrower ones under one: 24 are kept, and itself."""
    taxonomy = small.fitted_on(
        [small.competence(f"s:{i}", f"c{i}") for i in range(31)],
        [small.relation(f"s:{i}", "broader", "s:0") for i in range(1, 31)],
    )
    found = competence_relatedness(taxonomy)
    assert int(np.diff(found.indptr)[taxonomy.competences.index("s:0")]) == 1 + MOST


def test_occupations_are_close_by_what_they_share_and_their_codes() -> None:
    assert close("s:heftruckchauffeur", "s:reachtruckchauffeur") > 0.8
    assert close("s:heftruckchauffeur", "s:lasser") == 0
    assert close("s:ontwikkelaar", "s:analist") == 0.25


def test_occupations_of_one_code_that_share_nothing_have_half_its_share() -> None:
    """Three common digits count 0.5, of which half; two 0.25, of which half; one digit nothing."""
    taxonomy = small.fitted_on(
        [
            small.competence("s:x", "x"),
            *(
                small.occupation(f"s:{code}", code, code)
                for code in ("8341", "8344", "8322", "8111")
            ),
        ]
    )
    found = occupation_closeness(taxonomy)
    first = taxonomy.occupations.index("s:8341")
    shares = [found[first, taxonomy.occupations.index(f"s:{c}")] for c in ("8344", "8322", "8111")]
    assert shares == [0.25, 0.125, 0]


def test_a_competence_of_few_occupations_tells_more_than_one_of_all() -> None:
    """Of 20 occupations all use the first, two the second, one the third, none the fourth.

    ln(21 / 21) = 0, ln(21 / 3) = 1.95, ln(21 / 2) = 2.35 and ln(21 / 1) = 3.04, of 3.04.
    """
    used = np.zeros((20, 4))
    used[:, 0] = used[:2, 1] = used[:1, 2] = 1
    found = specificity(csr_array(used))
    assert found.tolist() == pytest.approx([0.25, 0.73, 0.83, 1], abs=1 / 128)
    assert (found * 64 == np.rint(found * 64)).all()
