"""One text with everything found in it, each with its words; and what must not be lost."""

from __future__ import annotations

import pytest

from competent_data.records import Lang
from competent_data.text import language
from matcher.engine import Engine
from matcher.labels import Labels
from matcher.reading import Reading, read


def reading(engine: Engine, text: str, lang: Lang = "nl") -> Reading:
    """A text read with what the sample taught."""
    labels = Labels(engine.store, lang)
    return read(text, lang, engine.vectoriser, labels, engine.market.places)


def test_everything_found_quotes_the_text(engine: Engine) -> None:
    text = (
        "Magazijnier in Lokeren\n"
        "Je kan een heftruck besturen. Werken met een handscanner is een plus. Rijbewijs B, "
        "vlot Nederlands, voltijds vast contract. Je hoeft geen Frans te kennen."
    )
    found = reading(engine, text)
    needs = {c.id: c.need for c in found.competences}
    assert needs["sample:heftruck-besturen"] == "must"
    assert needs["sample:scanner-gebruiken"] == "may"
    for competence in found.competences:
        assert found.text[competence.start : competence.end] == competence.words
        assert 0 < competence.confidence <= 1
    read_ = {(r.kind, r.value): (r.level, r.need) for r in found.requirements}
    assert read_["language", "nl"] == ("C1", "must")
    assert read_["language", "fr"] == (None, "not")
    assert read_["licence", "B"] == (None, "must")
    assert {("working_time", "full"), ("contract", "permanent")} <= read_.keys()
    assert [place.words for place in found.places] == ["Lokeren"]


@pytest.mark.parametrize(
    "text", ["", "   \n ", "🙂🙂", "Полный рабочий день", "<p></p>", "Asdf qwer zxcv."]
)
def test_nothing_found_is_said_as_such(engine: Engine, text: str) -> None:
    assert reading(engine, text).nothing


def test_programming_languages_keep_their_signs(engine: Engine) -> None:
    found = reading(engine, "Ontwikkelaar\nJe programmeert in C++ en C# en kent .NET en SQL.")
    words = {c.words for c in found.competences}
    assert {"C++", "C#", ".NET", "SQL"} <= words


def test_html_and_capitals_change_nothing(engine: Engine) -> None:
    plain = reading(engine, "Kok\nheftruck besturen")
    marked = reading(engine, "<h1>Kok</h1>\n<b>HEFTRUCK</b>&nbsp;BESTUREN")
    assert {c.id for c in plain.competences} <= {c.id for c in marked.competences}


def test_a_very_long_text_is_read_up_to_its_bound(engine: Engine) -> None:
    found = reading(engine, "Kok\n" + "heftruck besturen " * 12_000)
    assert "sample:heftruck-besturen" in {c.id for c in found.competences}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Je werkt in een team van zes en je hebt rijbewijs B.", "nl"),
        ("Vous travaillez dans une équipe de six personnes.", "fr"),
        ("You will work with a team of six people.", "en"),
        ("Sie arbeiten mit einem Team von sechs Personen.", "de"),
        ("", "nl"),
    ],
)
def test_the_language_of_a_text_is_recognised(text: str, expected: str) -> None:
    assert language(text) == expected
