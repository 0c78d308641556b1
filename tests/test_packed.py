"""Ids as bytes are found as in a list, and rows read here and there are those that lie there."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.packed import ArrayFiles, Ids

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


def test_rows_of_several_files_are_those_that_lie_there_one_after_another(tmp_path: Path) -> None:
    arrays = [np.arange(20, dtype=np.int16).reshape(10, 2) + 100 * i for i in range(3)]
    paths = [tmp_path / f"{i}.npy" for i in range(3)]
    for path, array in zip(paths, arrays, strict=True):
        np.save(path, array)
    starts, ends = np.array([[3, 0], [4, 9], [0, 0]]), np.array([[5, 1], [4, 10], [10, 2]])
    found = ArrayFiles(paths).read(starts, ends)
    spans = zip(arrays, starts.tolist(), ends.tolist(), strict=True)
    slow = [array[a:b] for array, *pair in spans for a, b in zip(*pair, strict=True)]
    np.testing.assert_array_equal(found, np.concatenate(slow), strict=True)


def test_a_file_that_ends_too_early_and_one_of_another_type_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "short.npy", np.arange(3, dtype=np.int16))
    np.save(tmp_path / "wide.npy", np.arange(3, dtype=np.int32))
    short = ArrayFiles([tmp_path / "short.npy"])
    with pytest.raises(OSError, match="less in a file"):
        short.read(np.array([[2]]), np.array([[4]]))
    with pytest.raises(ValueError, match="expected one type"):
        ArrayFiles([tmp_path / "short.npy", tmp_path / "wide.npy"])
