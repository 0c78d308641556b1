"""Competences read in texts: told apart, quoted exactly, and none where the words mean none."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competent_data.records import Concept
from competent_data.text import plain, spans
from models.linker import (
    LONGEST,
    ONE_WORD,
    OTHER_WORD,
    SEQUENCE,
    SPREAD,
    WINDOW,
    Linker,
    Mention,
    _window,
)
from tests import small


def read(text: str, lang: str = "nl") -> dict[str, Mention]:
    """What the linker of the small taxonomy reads, by competence."""
    v = small.vectoriser()
    ids = list(v.competences_)
    return {ids[m.competence]: m for m in v.linker.link(text, lang)}


def linker(*concepts: Concept) -> Linker:
    """A linker that knows these competences, in the order of their ids."""
    return Linker().fit(small.fitted_on(concepts))


def found(known: Linker, text: str, lang: str = "nl") -> list[int]:
    """The numbers of the competences that are read."""
    return [mention.competence for mention in known.link(text, lang)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Programmeren in C.", {"s:c"}),
        ("Programmeren in C++.", {"s:cpp"}),
        ("programmeren in c++", {"s:cpp"}),
        ("Programmeren in C#, dagelijks", {"s:csharp"}),
        ("programmeren in c#", {"s:csharp"}),
        ("Statistiek met R", {"s:r"}),
        ("Kennis van .NET", {"s:net"}),
        ("kennis van .net", {"s:net"}),
        ("C/C++, C# en R op .NET", {"s:c", "s:cpp", "s:csharp", "s:r", "s:net"}),
        ("groep c, rij r, een net pak", set()),
    ],
)
def test_short_names_are_told_apart(text: str, expected: set[str]) -> None:
    """One letter counts only as a capital; what carries a sign counts in either case."""
    assert set(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Je kan heftrucks besturen",
        "HEFTRUCK BESTUREN",
        "Besturen van een heftruck",
        "Ik kan een <b>heftruck</b> besturen",
        "heftruck&nbsp;besturen",
    ],
)
def test_a_competence_is_read_in_the_ways_it_is_written(text: str) -> None:
    assert set(read(plain(text))) == {"s:heftruck"}


@pytest.mark.parametrize("text", ["MIG-lassen", "mig lassen", "MIG/lassen", "lassen (MIG)"])
def test_parts_of_a_compound_are_read_with_and_without_a_hyphen(text: str) -> None:
    assert set(read(text)) == {"s:lassen"}


@pytest.mark.parametrize("text", ["", "   \n", "123, 45 %", "!?", "<>", "xyzzy"])
def test_a_text_without_a_known_word_names_nothing(text: str) -> None:
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dat kan ik niet", set()),
        ("Ik geniet van mijn werk", set()),
        ("Nieten en lijmen", {"s:nieten"}),
        ("Truckkaart verplicht", set()),
        ("Truckkaart A", {"s:kaart-a"}),
        ("Truckkaart B", {"s:kaart-b"}),
        ("Heftruck gezocht", set()),
    ],
)
def test_an_everyday_word_or_half_a_label_is_no_competence(text: str, expected: set[str]) -> None:
    assert set(read(text)) == expected


def test_words_of_one_stem_that_mean_something_else_are_no_competence() -> None:
    """'university' and 'universal' share the stem 'univers'; a plural ending is let pass."""
    known = linker(
        Concept(id="s:a", scheme="s", kind="skill", labels={"en": "university"}),
        small.competence("s:b", "heftruck"),
    )
    assert found(known, "university", "en") == found(known, "universities", "en") == [0]
    assert found(known, "universal", "en") == []
    assert found(known, "heftruck") == found(known, "heftrucks") == [1]


def test_confidence_tells_how_a_competence_was_read() -> None:
    known = linker(
        Concept(
            id="s:a", scheme="s", kind="skill", labels={"nl": "tegelwerk"}, alt={"nl": ("voegen",)}
        ),
        small.competence("s:b", "muren metselen"),
        small.competence("s:c", "SAP"),
    )
    how = {
        text: [(m.confidence, m.how) for m in known.link(text, "nl")]
        for text in ("tegelwerk", "voegen", "muren metselen", "SAP", "metselen van hoge muren")
    }
    assert how == {
        "tegelwerk": [(ONE_WORD, "label")],
        "voegen": [(OTHER_WORD, "label")],
        "muren metselen": [(SEQUENCE, "label")],
        "SAP": [(SEQUENCE, "label")],
        "metselen van hoge muren": [(WINDOW, "words near one another")],
    }
    assert known.link("sap van appels", "nl") == ()


def test_of_a_competence_read_twice_the_surest_and_then_the_first_stays() -> None:
    text = "besturen van een heftruck; heftruck besturen; heftruck besturen"
    mention = read(text)["s:heftruck"]
    assert (mention.start, mention.how) == (text.index("heftruck besturen"), "label")


def test_a_longer_label_takes_the_words_of_a_shorter_one() -> None:
    """'lassen' alone is another competence than 'MIG lassen', and is not read inside it."""
    known = linker(small.competence("s:a", "lassen"), small.competence("s:b", "MIG lassen"))
    assert found(known, "Ervaring met MIG lassen") == [1]
    assert found(known, "MIG lassen en ander lassen") == [1, 0]


def test_english_is_read_in_every_language_and_others_only_in_their_own() -> None:
    known = linker(
        Concept(id="s:a", scheme="s", kind="skill", labels={"en": "machine learning"}),
        Concept(id="s:b", scheme="s", kind="skill", labels={"fr": "conduire un camion"}),
    )
    text = "machine learning, conduire un camion"
    assert {lang: found(known, text, lang) for lang in ("nl", "fr", "en", "de", "pl")} == {
        "nl": [0],
        "fr": [0, 1],
        "en": [0],
        "de": [0],
        "pl": [0],
    }


def test_a_label_without_a_word_of_meaning_or_with_too_many_is_left_out() -> None:
    long = " ".join(f"woord{i}" for i in range(LONGEST + 1))
    known = linker(small.competence("s:a", "van de"), small.competence("s:b", long))
    assert found(known, f"van de {long}") == []


pieces = st.sampled_from(
    [
        *(label for _, label, _ in small.COMPETENCES.values()),
        "heftrucks",
        "besturen",
        "niet",
        "én de",
        "€ 20,-",
        "(m/v/x)",
        "straße",
        "\n",
    ]
)


@given(st.lists(pieces, max_size=8).map(" ".join))
def test_a_mention_quotes_whole_words_of_the_text_in_order_and_once(text: str) -> None:
    mentions = small.vectoriser().linker.link(text, "nl")
    starts, ends = {t.start for t in spans(text)}, {t.end for t in spans(text)}
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.start in starts
        assert mention.end in ends
        assert 0 < mention.confidence <= 1
    assert len({m.competence for m in mentions}) == len(mentions)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)


@pytest.mark.parametrize("id_", small.COMPETENCES)
def test_every_label_is_read_and_quoted_to_the_letter(id_: str) -> None:
    """Also after letters whose folding changes their number."""
    label = small.COMPETENCES[id_][1]
    text = f"Œuvre, straße: {label}!"
    mention = read(text)[id_]
    assert text[mention.start : mention.end] == label


places = st.lists(st.integers(0, 12), min_size=1, max_size=4, unique=True).map(sorted)


@given(st.fixed_dictionaries({1: places, 2: places, 3: places}))
def test_words_stand_close_where_a_slow_search_finds_them_so(words: dict[int, list[int]]) -> None:
    """Three words in any order with at most `SPREAD` others between; the closest are taken."""
    best = min(max(c) - min(c) for c in product(*words.values()))
    span = _window(words, 1, {1, 2, 3})
    if best >= 3 + SPREAD:
        assert span is None
    else:
        assert span is not None
        first, last = span
        assert last - first == best
        assert all(any(first <= p <= last for p in found) for found in words.values())
