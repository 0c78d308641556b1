"""Text is normalised the same when fitting and when asking, and keeps what carries meaning."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competent_data.text import (
    EVERYDAY_WORDS,
    FUNCTION_WORDS,
    MAX_CHARS,
    fold,
    plain,
    spans,
    tokens,
)

TEXTS = st.text(alphabet="aeinß C+#./-éœ’\u0302İ(m/v)x:*_·&;<>1ŉ", max_size=14)


def test_programming_languages_stay_apart() -> None:
    assert tokens("C, C++, C#, F# en .NET") == ["c", "c++", "c#", "f#", "en", ".net"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Verpleegkundige (m/v/x)", ["verpleegkundige"]),
        ("Infirmier (h/f)", ["infirmier"]),
        ("Elektriker (m/w/d)", ["elektriker"]),
        ("Kok M/V", ["kok"]),
        ("Mitarbeiter:in", ["mitarbeiter"]),
        ("Lehrer*innen", ["lehrer"]),
        ("aide-soignant·e", ["aide", "soignant"]),
        ("verkoper(ster)", ["verkoper"]),
    ],
)
def test_a_gender_marker_leaves_the_title(title: str, expected: list[str]) -> None:
    assert tokens(title) == expected
    assert [token.text for token in spans(title)] == expected


def test_tags_and_entities_go_and_smaller_than_stays() -> None:
    assert plain("<p class='x'>R&amp;D</p> <!-- weg -->bij 3 < 4") == " R&D   bij 3 < 4"


def test_text_beyond_the_limit_is_not_read() -> None:
    assert len(plain("a" * (MAX_CHARS + 1))) == MAX_CHARS


def test_composed_and_decomposed_letters_are_one_word() -> None:
    composed, decomposed = "één café", unicodedata.normalize("NFD", "één café")
    assert tokens(composed) == tokens(decomposed) == ["een", "cafe"]


def test_a_place_points_at_the_words_as_written() -> None:
    text = "Straße: één C++-project (m/v) op 'l’œuvre'"
    assert [(token.text, text[token.start : token.end]) for token in spans(text)] == [
        ("strasse", "Straße"),
        ("een", "één"),
        ("c++", "C++"),
        ("project", "project"),
        ("op", "op"),
        ("l", "l"),
        ("oeuvre", "œuvre"),
    ]


@given(TEXTS)
def test_asking_and_fitting_read_the_same_tokens(text: str) -> None:
    ready = plain(text)
    assert [token.text for token in spans(ready)] == tokens(ready)


@given(TEXTS)
def test_places_follow_each_other_and_lie_in_the_text(text: str) -> None:
    found = spans(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(a.start <= b.start for a, b in pairwise(found))


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_word_lists_hold_folded_words_of_one_token() -> None:
    for word in EVERYDAY_WORDS.union(*FUNCTION_WORDS.values()):
        assert tokens(word) == [word]
