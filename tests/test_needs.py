"""Must, may and not: small texts whose answer is plain, in four languages."""

from __future__ import annotations

import pytest

from models.needs import Needs


def need(text: str, words: str, lang: str = "nl") -> str:
    """How `text` asks for `words`."""
    start = text.index(words)
    return Needs.read(text, lang).at(start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words", "lang", "expected"),
    [
        ("Rijbewijs B is een must.", "Rijbewijs B", "nl", "must"),
        ("Frans is een plus.", "Frans", "nl", "may"),
        ("Bij voorkeur ken je SAP.", "SAP", "nl", "may"),
        ("Je hoeft geen Duits te kennen.", "Duits", "nl", "not"),
        ("Le néerlandais est souhaité.", "néerlandais", "fr", "may"),
        ("Pas besoin de diplôme.", "diplôme", "fr", "not"),
        ("Le permis B est indispensable.", "permis B", "fr", "must"),
        ("Nice to have: Kotlin.", "Kotlin", "en", "may"),
        ("A degree is not required.", "degree", "en", "not"),
        ("English is a must.", "English", "en", "must"),
        ("Englisch ist von Vorteil.", "Englisch", "de", "may"),
        ("Führerschein ist zwingend erforderlich.", "Führerschein", "de", "must"),
        ("Een attest EHBO strekt tot aanbeveling.", "attest EHBO", "nl", "may"),
        ("De planning laat je over aan de dispatching.", "planning", "nl", "not"),
        ("Je werkt graag met mensen in een leuk team.", "mensen", "nl", "must"),
        ("Rijbewijs C mag niet ontbreken.", "Rijbewijs C", "nl", "must"),
        ("Aucune expérience en soudure n'est requise.", "soudure", "fr", "not"),
        ("Le travail en hauteur ne vous fait pas peur.", "en hauteur", "fr", "must"),
        ("It would be great if you also spoke French.", "French", "en", "may"),
        ("Payroll is outsourced to a partner.", "Payroll", "en", "not"),
        ("Das Schweißen bringen wir Ihnen bei.", "Schweißen", "de", "not"),
        ("Idealiter ben je vertrouwd met Odoo.", "Odoo", "nl", "may"),
        ("Je moet geen Frans spreken.", "Frans", "nl", "not"),
        ("De kassa doet een collega.", "kassa", "nl", "not"),
        ("Familiarity with Docker helps.", "Docker", "en", "may"),
    ],
)
def test_one_cue_tells_the_need(text: str, words: str, lang: str, expected: str) -> None:
    assert need(text, words, lang) == expected


def test_a_task_without_any_cue_is_a_must() -> None:
    assert need("Je bestuurt een heftruck.", "heftruck") == "must"


def test_each_clause_keeps_its_own_cue() -> None:
    text = "Kennis van Word is een must, Excel is een plus en Duits hoef je niet te kennen."
    assert need(text, "Word") == "must"
    assert need(text, "Excel") == "may"


def test_a_cue_reaches_over_an_enumeration_without_verbs() -> None:
    text = "Excel, Access en Power BI zijn een pluspunt."
    assert [need(text, words) for words in ("Excel", "Access", "Power BI")] == ["may"] * 3


def test_a_question_is_answered_by_what_follows() -> None:
    assert need("Heb je een attest heftruck? Mooi meegenomen!", "heftruck") == "may"
    assert need("Ervaring met lassen? Hoeft niet.", "lassen") == "not"


def test_a_remark_that_points_back_speaks_of_what_stands_before_it() -> None:
    assert need("Je kent Duits, maar dat is geen vereiste.", "Duits") == "not"
    assert need("Je kent Duits. Dat is een pluspunt.", "Duits") == "may"
    assert need("You know Excel; VBA is a bonus.", "Excel", "en") == "must"


def test_a_heading_speaks_of_the_lines_below_it_until_the_next() -> None:
    text = "Profiel\n- lassen\nPluspunten\n- plooien\n- walsen\n\nSlijpen doe je elke dag."
    needs = {words: need(text, words) for words in ("lassen", "plooien", "walsen", "Slijpen")}
    assert needs == {"lassen": "must", "plooien": "may", "walsen": "may", "Slijpen": "must"}


def test_an_empty_text_and_a_language_without_cues_ask_by_default() -> None:
    assert Needs.read("", "nl").at(0, 0) == "must"
    assert need("Polski jest mile widziany.", "Polski", "pl") == "must"


def test_a_clause_with_its_own_subject_says_nothing_of_what_stands_before_it() -> None:
    text = "Vlot Nederlands, je hoeft geen Frans te kennen."
    assert need(text, "Nederlands") == "must"
    assert need(text, "Frans") == "not"
