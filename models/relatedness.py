"""How far one competence or occupation stands for another, from taxonomies and profiles only.

Letters play no part: 'truckkaart A' and 'truckkaart B' are not alike for being spelt alike. Two
competences are related where a taxonomy maps one to the other, puts one under the other, or puts
both into one narrow group and the same occupations use them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, eye_array

from competent_data.taxonomy import Taxonomy
from models.grid import sparse_on_grid

LEAST = 0.25
"""Weaker than this, related competences say nothing about one another."""
MOST = 24
"""Related competences kept a competence."""
TO_BROADER, TO_NARROWER = 0.75, 0.5
"""Who can do the narrower thing can do part of the broader one, and less the other way round."""
SIBLING_FLOOR, SIBLING_SPAN = 0.25, 0.5
"""A sibling stands in for at most half: who mixes sound does not rig trusses."""
SAME = 0.75
"""From this relatedness on (a mapping between taxonomies), two competences are one thing."""
KNOWING_AND_DOING = 0.5
"""Who knows of a thing can do it less than who does its sibling, and the other way round."""
NARROW_GROUP = 12
"""A group of at most so many says by itself that its members are close; a larger one does not."""
OCCUPATIONS_KEPT = 64
SHARED_SPAN = 1.5
"""Profiles rarely share all; two thirds of it count as all."""
OCCUPATION_LEAST = 0.125
_ISCO_SHARE = {4: 0.75, 3: 0.5, 2: 0.25}


def competence_relatedness(taxonomy: Taxonomy) -> csr_array:
    """(C, C) on the grid in [0, 1], 1 on the diagonal; row: held, column: asked."""
    count = len(taxonomy.competences)
    used = _unit_rows(
        csr_array(taxonomy.profile.T @ diags_array(_rarity(taxonomy.profile, axis=1)))
    )
    # Attitudes do not stand in for one another: patience is no punctuality.
    trained = diags_array(np.array([float(kind != "soft") for kind in taxonomy.kinds]))
    knows = np.array([kind == "knowledge" for kind in taxonomy.kinds])
    siblings = _siblings(csr_array(trained @ taxonomy.groups), used, knows)
    under = taxonomy.narrower
    related = keep_top(
        largest(
            siblings,
            csr_array(under * TO_BROADER),
            csr_array(under.T * TO_NARROWER),
            csr_array(taxonomy.related * SIBLING_FLOOR),
        ),
        MOST,
        LEAST,
    )
    own = csr_array(eye_array(count, format="csr"))
    bridge = largest(own, taxonomy.mapped)
    bridge = largest(bridge, best_products(bridge, bridge, LEAST))
    related = best_products(bridge, largest(own, related), LEAST)
    return sparse_on_grid(largest(own, keep_top(related, 2 * MOST, LEAST)))


def occupation_closeness(taxonomy: Taxonomy) -> csr_array:
    """(O, O) on the grid in [0, 1], 1 on the diagonal: shared competences, ISCO and mappings."""
    count = len(taxonomy.occupations)
    profile = _unit_rows(
        csr_array(taxonomy.profile @ diags_array(_rarity(taxonomy.profile, axis=0)))
    )
    shared = (profile @ profile.T).tocsr()
    isco = _same_isco(taxonomy.isco)
    shared.data = np.minimum(SHARED_SPAN * shared.data, 1.0)
    # Either may say it: 1 - (1 - shared) · (1 - isco / 2).
    both = csr_array(shared + isco / 2 - shared.multiply(isco) / 2)
    close = keep_top(both, OCCUPATIONS_KEPT, OCCUPATION_LEAST)
    own = csr_array(eye_array(count, format="csr"))
    bridge = largest(own, taxonomy.mapped_occupations)
    near = largest(own, close, csr_array(taxonomy.related_occupations * 0.75))
    found = best_products(bridge, near, OCCUPATION_LEAST)
    found = largest(found, csr_array(found.T))
    return sparse_on_grid(largest(own, keep_top(found, OCCUPATIONS_KEPT, OCCUPATION_LEAST)))


def specificity(profile: csr_array) -> NDArray[np.float64]:
    """(C,) on the grid in [0.25, 1]: how much a competence tells one occupation from another.

    1 for what the fewest occupations use, 0.25 for what all use; falls with the logarithm.
    """
    rarity = _rarity(profile, axis=0)
    most = rarity.max(initial=1.0)
    return np.asarray(np.rint((0.25 + 0.75 * rarity / most) * 64) / 64)


def best_products(left: csr_array, right: csr_array, least: float) -> csr_array:
    """For each cell the largest left[i, j] · right[j, k] over j (not the sum), if ≥ `least`.

    >>> a = csr_array(np.array([[1, 0.5]]))
    >>> best_products(a, csr_array(np.array([[0.3, 0], [1, 1]])), 0.1).toarray().tolist()
    [[0.5, 0.5]]
    """
    counts = np.diff(right.indptr)[left.indices]
    rows = np.repeat(np.repeat(np.arange(left.shape[0]), np.diff(left.indptr)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    at = np.repeat(right.indptr[left.indices], counts) + within
    values = np.repeat(left.data, counts) * right.data[at]
    kept = values >= least
    return _largest_cells(
        rows[kept], right.indices[at][kept], values[kept], (left.shape[0], right.shape[1])
    )


def _siblings(groups: csr_array, used: csr_array, knows: NDArray[np.bool_]) -> csr_array:
    """Members of one group: by how alike the occupations are that use them.

    In a narrow group that likeness adds to a floor; in a wide one it is all there is.
    """
    sizes = np.asarray(groups.sum(axis=0)).ravel()
    together = (used @ used.T).tocsr()
    found = []
    for narrow in (True, False):
        chosen = (sizes <= NARROW_GROUP) if narrow else (sizes > NARROW_GROUP)
        members = csr_array(groups[:, np.flatnonzero(chosen)])
        pairs = csr_array(members @ members.T)
        pairs.data[:] = 1.0
        alike = csr_array(pairs.multiply(together))
        found.append(
            csr_array(pairs * SIBLING_FLOOR + alike * (SIBLING_SPAN - SIBLING_FLOOR))
            if narrow
            else csr_array(alike * SIBLING_SPAN)
        )
    related = largest(*found).tocoo()
    across = knows[related.row] != knows[related.col]
    related.data[across] *= KNOWING_AND_DOING
    return csr_array(related)


def _rarity(profile: csr_array, axis: int) -> NDArray[np.float64]:
    """ln(N / n) + a little, over the axis: rare competences tell more than common ones."""
    counts = (
        np.diff(profile.indptr)
        if axis == 1
        else np.bincount(profile.indices, minlength=profile.shape[1])
    )
    total = profile.shape[1] if axis == 1 else profile.shape[0]
    return np.asarray(np.log((1 + total) / (1 + counts)) + 1e-3, dtype=np.float64)


def _same_isco(codes: tuple[str, ...]) -> csr_array:
    """(O, O): 0.75, 0.5 or 0.25 where two occupations share four, three or two ISCO digits."""
    parts = []
    for digits, share in _ISCO_SHARE.items():
        groups: dict[str, list[int]] = {}
        for i, code in enumerate(codes):
            if len(code) >= digits:
                groups.setdefault(code[:digits], []).append(i)
        rows = [i for members in groups.values() for i in members for _ in members]
        columns = [j for members in groups.values() for _ in members for j in members]
        parts.append(
            csr_array((np.full(len(rows), share), (rows, columns)), shape=(len(codes), len(codes)))
        )
    return largest(*parts)


def _unit_rows(matrix: csr_array) -> csr_array:
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return csr_array(diags_array(scale) @ matrix)


def largest(*matrices: csr_array) -> csr_array:
    first, *others = matrices
    for other in others:
        first = csr_array(first.maximum(other))
    return first


def _largest_cells(
    rows: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    shape: tuple[int, int],
) -> csr_array:
    """A matrix of cells in which the largest of a cell's values stays."""
    order = np.lexsort((-values, columns, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return csr_array((values[first], (rows[first], columns[first])), shape=shape)


def keep_top(matrix: csr_array, most: int, least: float) -> csr_array:
    """The `most` largest cells of each row that reach `least`; ties by column."""
    cells = matrix.tocoo()
    kept = cells.data >= least
    rows, columns, values = cells.row[kept], cells.col[kept], cells.data[kept]
    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    starts = np.searchsorted(rows, rows)
    chosen = np.arange(len(rows)) - starts < most
    return csr_array((values[chosen], (rows[chosen], columns[chosen])), shape=matrix.shape)
