"""Ids as bytes are found as in a list, and rows read here and there are those that lie there."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from models.files import ArrayFile
from models.grid import BITS
from models.packed import Ids
from models.sheaf import Sheaf

names = st.text(st.sampled_from("ab:é😀"), min_size=1, max_size=5)


few, many = st.sets(names, max_size=9), st.sets(names, min_size=70, max_size=100)


@given((few | many).map(sorted), st.lists(names, max_size=20))
@settings(deadline=None)
def test_an_id_is_found_as_in_a_list(ids: list[str], others: list[str]) -> None:
    packed = Ids.of(ids)
    assert list(packed) == ids
    for id_ in [*ids, *others]:
        assert packed.before(id_) == bisect_left(ids, id_)
        assert packed.find(id_) == (ids.index(id_) if id_ in ids else -1)


def test_rows_of_a_file_are_those_that_lie_there_one_after_another(tmp_path: Path) -> None:
    array = np.arange(20, dtype=np.int16).reshape(10, 2)
    np.save(tmp_path / "some.npy", array)
    starts, ends = np.array([3, 0, 9, 5]), np.array([5, 1, 10, 5])
    found = ArrayFile(tmp_path / "some.npy").read(starts, ends)
    slow = [array[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    np.testing.assert_array_equal(found, np.concatenate(slow), strict=True)


def test_a_file_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "short.npy", np.arange(3, dtype=np.int16))
    short = ArrayFile(tmp_path / "short.npy")
    with pytest.raises(OSError, match="less in a file"):
        short.read(np.array([2]), np.array([4]))


WIDTHS = {"covers": 3, "past": 2, "words": 4}
TABLES = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 4096, 65535]), min_size=9, max_size=9), max_size=5
)


def matrices(table: list[list[int]]) -> dict[str, csr_array]:
    """Columns of a table of steps as sparse weights, by name."""
    whole = np.array(table, np.float64).reshape(-1, 9) * 2.0**-BITS
    cuts = np.cumsum([0, *WIDTHS.values()])
    parts = zip(WIDTHS, cuts, cuts[1:], strict=False)
    return {name: csr_array(whole[:, start:end]) for name, start, end in parts}


@given(TABLES, TABLES, st.data())
@settings(deadline=None)
def test_a_sheaf_holds_what_each_of_its_columns_holds(
    table: list[list[int]], more: list[list[int]], data: st.DataObject
) -> None:
    parts, sheaf = matrices(table), Sheaf.of(matrices(table))
    for name, part in parts.items():
        steps = sheaf.column(name)
        assert (steps.dtype, steps.shape) == (np.uint16, part.shape)
        np.testing.assert_array_equal(steps.toarray() * 2.0**-BITS, part.toarray())
    rows = data.draw(st.lists(st.integers(0, max(len(table) - 1, 0)), max_size=6 * bool(table)))
    picked = np.array(rows, np.int64)
    joined = Sheaf.join([sheaf.picked(picked), Sheaf.of(matrices(more))])
    for name, part in parts.items():
        taken = sheaf.take(picked)[0][name].toarray()
        np.testing.assert_array_equal(taken, part.toarray()[picked])
        both = np.concatenate([taken, matrices(more)[name].toarray()])
        np.testing.assert_array_equal(joined.column(name).toarray() * 2.0**-BITS, both)


@pytest.mark.parametrize("weight", [-1.0, 16.0])
def test_a_weight_that_16_bits_do_not_hold_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"expected in \[0, 16\)"):
        Sheaf.of({"covers": csr_array([[weight]])})
