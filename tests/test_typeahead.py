"""Competences while somebody types."""

from __future__ import annotations

import pytest

from competent_data.records import Concept
from competent_data.store import Store
from matcher.typeahead import Found, Typeahead


@pytest.fixture
def typeahead(store: Store) -> Typeahead:
    """Four competences, a group and an occupation, one label in another language."""

    def concept(id_: str, label: str, kind: str = "skill", *alt: str) -> Concept:
        return Concept(
            id=id_, scheme="t", kind=kind, labels={"nl": label}, alt={"nl": alt} if alt else {}
        )

    store.put_concepts(
        [
            concept("t:heftruck", "heftruck besturen", "skill", "heftruckchauffeur"),
            concept("t:hef", "heffen"),
            concept("t:c", "C"),
            concept("t:c++", "C++", "knowledge"),
            concept("t:groep", "heftrucks en hijswerk", "group"),
            concept("t:beroep", "heftruckbestuurder", "occupation"),
            Concept(id="t:fr", scheme="t", kind="skill", labels={"fr": "heftruck (fr)"}),
        ]
    )
    return Typeahead.load(store, "nl")


def test_the_beginning_of_a_word_finds_the_shortest_label_first(typeahead: Typeahead) -> None:
    assert [found.competence for found in typeahead.find("hef")][:2] == ["t:hef", "t:heftruck"]


def test_only_competences_of_the_language_are_offered(typeahead: Typeahead) -> None:
    assert {found.competence for found in typeahead.find("heftruck")} == {"t:heftruck"}


def test_another_label_finds_the_preferred_one_and_says_which_matched(
    typeahead: Typeahead,
) -> None:
    assert typeahead.find("heftruckch") == [
        Found("t:heftruck", "heftruck besturen", "heftruckchauffeur")
    ]


def test_words_are_found_in_any_order_and_case(typeahead: Typeahead) -> None:
    assert typeahead.find("BEST heft")[0].competence == "t:heftruck"


def test_a_misspelt_label_is_offered_and_gibberish_is_not(typeahead: Typeahead) -> None:
    assert typeahead.find("heftruk bestuuren")[0].competence == "t:heftruck"
    assert typeahead.find("zzzzqqqq") == []


def test_c_is_not_c_plus_plus(typeahead: Typeahead) -> None:
    assert typeahead.find("C++")[0].competence == "t:c++"
    assert typeahead.find("C")[0].competence == "t:c"


@pytest.mark.parametrize("typed", ["", "   ", "?!", "—"])
def test_nothing_typed_finds_nothing(typeahead: Typeahead, typed: str) -> None:
    assert typeahead.find(typed) == []


def test_the_limit_counts_competences_not_labels(typeahead: Typeahead) -> None:
    assert len(typeahead.find("hef", 1)) == 1
    found = [found.competence for found in typeahead.find("hef", 10)]
    assert len(found) == len(set(found))
