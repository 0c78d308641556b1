"""Rules are searched for only where a piece of text that they need stands: nothing is missed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules import needed, rule, rules


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("(?:a )?(?:nice|great) to have|bonus(?: point)?s?", {" to have", "bonus"}),
        ("colou?r", {"colo"}),
        ("go+d", {"go"}),
        (r"VCA[- ]?(?:vol|2)", {"vca"}),
        (r"(?<=no )x{0,2}yes(?! sir)", {"yes"}),
        (r"\d+ jaar\b", {" jaar"}),
        ("plus|.*", set()),
        (r"a\+b|c\.d", {"a+b", "c.d"}),
    ],
)
def test_what_a_pattern_needs(pattern: str, pieces: set[str]) -> None:
    assert needed(pattern) == pieces


def _phrases(pattern: str) -> list[str]:
    """The alternatives of a pattern, without their signs: texts that resemble what it matches."""
    return [re.sub(r"\(\?[:=!]|[()?\\]|@\d", "", part) for part in pattern.split("|")]


_PATTERNS = [
    pattern
    for by_lang in rules("needs")["cues"].values()
    for patterns in by_lang.values()
    for pattern in (re.sub(r"@\d", r"(?:\\w+ ){0,3}?", found) for found in patterns)
] + [
    pattern
    for name, table in rules("requirements").items()
    if name not in ("numbers", "expressions")
    for pattern in table.values()
]
_RULES = [rule(pattern, re.IGNORECASE) for pattern in _PATTERNS]
_TEXTS = sorted({phrase for pattern in _PATTERNS for phrase in _phrases(pattern)})


@settings(deadline=None)
@given(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=4).map(" ".join))
def test_no_match_is_missed(text: str) -> None:
    for found in _RULES:
        every = [match.span() for match in found.pattern.finditer(text)]
        assert [match.span() for match in found.matches(text, text.lower())] == every
