"""What is read besides competences: each kind in the languages in which it comes."""

from __future__ import annotations

import pytest

from models.needs import Needs
from models.requirements import UNSPECIFIED, Kind, Requirement, requirements


def read(text: str, lang: str = "nl") -> tuple[Requirement, ...]:
    """All requirements of a text."""
    return requirements(text, Needs.read(text, lang))


def values(text: str, kind: Kind, lang: str = "nl") -> list[str]:
    """The values of one kind, by place."""
    return [r.value for r in read(text, lang) if r.kind == kind]


@pytest.mark.parametrize(
    ("text", "lang", "kind", "expected"),
    [
        ("Je hebt rijbewijs CE.", "nl", "licence", ["CE"]),
        ("Permis de conduire B et C", "fr", "licence", ["B", "C"]),
        ("Driving licence category D", "en", "licence", ["D"]),
        ("Führerschein Klasse B", "de", "licence", ["B"]),
        ("Een rijbewijs is handig.", "nl", "licence", [UNSPECIFIED]),
        ("Je kan C, C++ en C# en je speelt piano in B.", "nl", "licence", []),
        ("VCA-attest en BA4 of BA5", "nl", "certificate", ["VCA-B", "BA4", "BA5"]),
        ("met code 95 en een heftruckattest", "nl", "certificate", ["code95", "heftruck"]),
        ("Brevet cariste exigé", "fr", "certificate", ["heftruck"]),
        ("minstens drie jaar ervaring", "nl", "experience_years", ["3"]),
        ("au moins deux ans d'expérience", "fr", "experience_years", ["2"]),
        ("5 years of relevant experience", "en", "experience_years", ["5"]),
        ("Ervaring van minstens 2 jaar", "nl", "experience_years", ["2"]),
        ("Wij bestaan 40 jaar.", "nl", "experience_years", []),
        ("Bachelor verpleegkunde", "nl", "study_level", ["6"]),
        ("un master en droit", "fr", "study_level", ["7"]),
        ("diploma secundair onderwijs", "nl", "study_level", ["4"]),
        ("Voltijds, 38 uur per week", "nl", "hours", ["38"]),
        ("19,5u/week", "nl", "hours", ["19.5"]),
        ("à mi-temps", "fr", "working_time", ["part"]),
        ("full-time job", "en", "working_time", ["full"]),
        ("in 3 ploegen en weekendwerk", "nl", "shift", ["three-shift", "weekend"]),
        ("CDI", "fr", "contract", ["permanent"]),
        ("interim met optie vast", "nl", "contract", ["agency", "permanent"]),
    ],
)
def test_what_is_said_is_read(text: str, lang: str, kind: Kind, expected: list[str]) -> None:
    assert values(text, kind, lang) == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Nederlands B2", "nl", {"nl": "B2"}),
        ("vlot Frans en notie van Duits", "nl", {"fr": "C1", "de": "A2"}),
        ("bonne connaissance du néerlandais (B1)", "fr", {"nl": "B1"}),
        ("Fluent English, Dutch", "en", {"en": "C1", "nl": None}),
        ("Ervaring in een Nederlands bedrijf. Goed gebekt.", "nl", {"nl": None}),
    ],
)
def test_a_language_has_the_level_that_is_said_of_it(
    text: str, lang: str, expected: dict[str, str | None]
) -> None:
    assert {r.value: r.level for r in read(text, lang) if r.kind == "language"} == expected


def test_every_finding_quotes_the_text() -> None:
    text = "Rijbewijs B of BE, vlot Nederlands, VCA, drie jaar ervaring, 38u/week, vast contract."
    found = read(text)
    assert {r.kind for r in found} == {
        "licence",
        "language",
        "certificate",
        "experience_years",
        "hours",
        "contract",
    }
    quoted = {r.value: text[r.start : r.end] for r in found}
    assert quoted["B"] == "Rijbewijs B"
    assert quoted["BE"] == "BE"
    assert quoted["nl"] == "Nederlands"


def test_what_is_not_required_is_read_as_such() -> None:
    found = {r.value: r.need for r in read("VCA is een plus. Je hoeft geen Frans te kennen.")}
    assert found == {"VCA-B": "may", "fr": "not"}


def test_conditions_under_an_offer_are_conditions_and_courses_there_are_not_asked() -> None:
    found = {r.value: r.need for r in read("Wij bieden\n- vast contract\n- VCA-cursus")}
    assert found == {"permanent": "must", "VCA-B": "not"}


@pytest.mark.parametrize("text", ["", "🙂", "Полный рабочий день", "а" * 200_000])
def test_where_nothing_is_said_nothing_is_read(text: str) -> None:
    assert read(text) == ()
