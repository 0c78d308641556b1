"""Ids as bytes are those that were given, and found as in a list."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from models.packed import Ids

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
