"""People in: our own format and JSON Resume, of which identity stays outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.people import import_people, read_person
from competent_data.records import Evidence, Experience, Person
from competent_data.store import Store

Written = Callable[[str, str | bytes], Path]

RESUME = {
    "basics": {
        "name": "Annelies Vandeputte",
        "label": "Magazijnier",
        "email": "annelies@voorbeeld.be",
        "phone": "+32 470 12 34 56",
        "url": "https://voorbeeld.be/annelies",
        "summary": "Annelies rijdt heftruck. Bel 0470/12.34.56 of mail annelies@voorbeeld.be.",
        "location": {"address": "Kerkstraat 7", "postalCode": "9000", "city": "Gent"},
        "profiles": [{"network": "X", "username": "avdp"}],
    },
    "work": [
        {
            "name": "Logistiek Peeters",
            "position": "orderpicker",
            "summary": "Bij Logistiek Peeters stapelde ik dozen.",
            "highlights": ["VCA behaald"],
        }
    ],
    "skills": [{"name": "Talen", "keywords": ["C++", "SQL"]}],
    "languages": [
        {"language": "Nederlands", "fluency": "Moedertaal"},
        {"language": "French", "fluency": "Limited working proficiency"},
        {"language": "English", "fluency": "c1"},
        {"language": "Klingon", "fluency": "native"},
        {"language": "Duits", "fluency": "ja"},
    ],
    "education": [{"studyType": "Master"}, {"studyType": "Bachelor"}],
    "certificates": [{"name": "Attest heftruck"}],
}


def test_a_resume_keeps_what_a_match_can_use(written: Written) -> None:
    """Klingon has no code and 'ja' is no level: both stay unknown. Master is level 7."""
    person = read_person(written("cv.json", json.dumps(RESUME, indent=2)))
    assert person.languages == {"nl": "C2", "fr": "B1", "en": "C1"}
    assert (person.study_level, person.place) == (7, "9000")
    lines = person.text.split("\n")
    assert lines[0] == "Magazijnier"
    assert lines[2:] == [
        "orderpicker",
        "Bij … stapelde ik dozen.",
        "VCA behaald",
        "Talen, C++, SQL",
        "Attest heftruck",
    ]


def test_identity_is_left_behind_before_anything_is_stored(store: Store, written: Written) -> None:
    import_people(store, written("cv.json", json.dumps(RESUME)))
    (person,) = store.people()
    stored = msgspec.json.encode(person).decode().lower()
    for part in ("annelies", "vandeputte", "voorbeeld", "0470", "kerkstraat", "peeters", "avdp"):
        assert part not in stored


def test_a_resume_that_says_little_leaves_the_rest_unknown(written: Written) -> None:
    person = read_person(written("cv.json", '{"work": [{"position": "kok"}], "languages": "nl"}'))
    assert person == Person(id=person.id, text="kok")


def test_the_same_resume_is_the_same_dossier(store: Store, written: Written) -> None:
    for _ in range(2):
        import_people(store, written("cv.json", json.dumps(RESUME)))
    assert store.counts()["person"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "p.jsonl",
            '{"id": "p", "competences": {"self": ["x"]}, "past": [{"occupation": "o"}], '
            '"licences": []}',
        ),
        (
            "p.toml",
            '[[person]]\nid = "p"\ncompetences = { self = ["x"] }\n'
            'past = [{ occupation = "o" }]\nlicences = []\n',
        ),
    ],
)
def test_a_dossier_reads_the_same_from_lines_and_from_toml(
    written: Written, name: str, content: str
) -> None:
    assert read_person(written(name, content)) == Person(
        id="p",
        competences=Evidence(self_declared=("x",)),
        past=(Experience(occupation="o"),),
        licences=(),
    )


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ('{"id": "b", "name": "Jan"}', "name: found 'an unknown field', expected only id, lang"),
        ('{"id": "b", "past": [{"years": 2}]}', "past[0].occupation: found nothing, expected a v"),
        ('{"id": "b", "competences": {"self": [3]}}', "competences.self[0]: found 3, expected str"),
        (
            '{"id": "b", "competences": {"self": ["x"], "attested": ["x"]}}',
            "competences: found \"competence 'x' stands under two levels; expected one\"",
        ),
    ],
)
def test_a_bad_dossier_is_refused_by_line_and_the_rest_goes_in(
    store: Store, written: Written, line: str, refusal: str
) -> None:
    report = import_people(store, written("p.jsonl", f'{{"id": "a"}}\n{line}\n{{"id": "c"}}\n'))
    (refused,) = report.refused
    assert str(refused).startswith(f"p.jsonl:2: {refusal}")
    assert [person.id for person in store.people()] == ["a", "c"]
    assert report.exit_status == 1


def test_what_a_dossier_names_and_the_store_lacks_is_kept_and_counted(
    store: Store, written: Written
) -> None:
    line = (
        '{"id": "p", "competences": {"self": ["x"]}, "wished": ["o"], '
        '"past": [{"occupation": "q"}], "place": "Rijsel"}'
    )
    report = import_people(store, written("p.jsonl", line))
    assert dict(report.unresolved) == {
        "competences or occupations that are not in the store": 3,
        "places that are not in the store": 1,
    }
    assert store.person("p").wished == ("o",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a"}\n{"id": "b"}\n', "holds 2 records, expected one dossier"),
        ("\n", "holds 0 records, expected one dossier"),
        ('{"id": "a", "x": 1}', r"p\.jsonl:1: x: found"),
        ('{"id": "caf\xe9"}'.encode("latin-1"), "can't be read as UTF-8 text"),
    ],
)
def test_a_file_asked_about_holds_one_dossier(
    written: Written, content: str | bytes, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read_person(written("p.jsonl", content))
