"""A text is quoted in its own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competent_data.text import GENDER_ENDINGS, spans
from matcher.written import Written, short

_PARTS = [
    *("heftruck", "Heftruck", "HEFTRUCK", "één", "een", "ÉÉN", "heft", "ß", "İ", "Σ"),
    *("_", "-", " ", ".", "+", "#", "&", "(", ")", "/in", "C++", "m/v", "·", "*"),
    *sorted(GENDER_ENDINGS),
]
_WORDS = ["heftruck", "een", "c++", "een+", "v", ".een", "ssster", *sorted(GENDER_ENDINGS)]


@given(st.lists(st.sampled_from(_PARTS)).map("".join), st.sampled_from(_WORDS))
def test_a_word_is_quoted_as_the_first_of_its_tokens_is_written(text: str, word: str) -> None:
    """The obvious way: the whole text is taken apart."""
    written = (text[token.start : token.end] for token in spans(text) if token.text == word)
    assert Written(text).word(word) == next(written, word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  een\ntwee  ", "een twee"),
        ("1 2 3 4 5 6 7 8 9 ", "1 2 3 4 5 6 7 8 9"),
        ("1 2 3 4 5 6 7 8 9 10 11", "1 2 3 4 5 6 7 8 9 …"),
    ],
)
def test_a_text_is_quoted_by_its_first_nine_words(text: str, expected: str) -> None:
    assert short(text) == expected
