"""Shortage occupations: what a list names, what is marked, and a boost that is always a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError
from competent_data.store import Store
from matcher.shortage import read_shortage
from tests import small
from tests.small import occupation, relation

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def several(store: Store) -> Store:
    """Two taxonomies: welders of both are the same, turners close, and one is only broader."""
    store.put_concepts(
        [
            occupation("s:lasser", "lasser", "7212"),
            occupation("s:draaier", "draaier", "7223"),
            occupation("s:officier", "officier", "0110"),
            occupation("e:welder"),
            occupation("e:turner"),
            occupation("e:metalworker"),
            small.competence("s:lassen", "lassen"),
        ]
    )
    store.put_relations(
        [
            relation("s:lasser", "exact", "e:welder"),
            relation("e:turner", "close", "s:draaier"),
            relation("s:lasser", "broad", "e:metalworker"),
            relation("s:lasser", "exact", "e:not in the store"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("s:lasser\n", {"s:lasser", "e:welder"}),
        ("e:turner\n", {"e:turner", "s:draaier"}),
        ("7212", {"s:lasser", "e:welder"}),
        ("72", {"s:lasser", "e:welder", "s:draaier", "e:turner"}),
        ("0", {"s:officier"}),
        ("e:metalworker", {"e:metalworker"}),
        (
            "\ufeff# a list\n\n  0110  # officers\r\ns:lasser\t#\n",
            {"s:officier", "s:lasser", "e:welder"},
        ),
    ],
)
def test_a_list_names_occupations_by_id_or_isco_code_with_what_is_the_same_elsewhere(
    several: Store, written: Write, text: str, named: set[str]
) -> None:
    assert read_shortage(written("list.txt", text), several) == named


def test_a_number_sign_within_an_id_is_no_comment(several: Store, written: Write) -> None:
    several.put_concepts([occupation("s:jobs#1"), occupation("s:jobs")])
    assert read_shortage(written("list.txt", "s:jobs#1 # one\n"), several) == {"s:jobs#1"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("s:lasser\n\ns:smid\n", r"list\.txt: found 's:smid' in line 3, expected ids"),
        ("9\n99 # none\n", "found '9' in line 1, '99' in line 2, expected"),
        ("s:lassen\n", "found 's:lassen' in line 1"),
        ("# nothing\n", "found no occupation, expected"),
        ("a\nb\nc\nd\ne\nf\ng\n", "'e' in line 5 and 2 more, expected"),
        (b"s:lasser\n\xff", "holds 0xff, expected UTF-8"),
    ],
)
def test_what_a_list_names_in_vain_is_said_with_its_line(
    several: Store, written: Write, content: str | bytes, says: str
) -> None:
    with pytest.raises(FormatError, match=says):
        read_shortage(written("list.txt", content), several)
