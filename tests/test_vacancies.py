"""Vacancies in every format: recognised or named, and what does not fit refused by its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.vacancies import (
    Format,
    from_jobposting,
    import_vacancies,
    read_vacancy,
    recognise,
)
from competent_data.records import Concept, Place, Vacancy
from competent_data.store import Store

Written = Callable[[str, str | bytes], Path]

POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "identifier": {"@type": "PropertyValue", "name": "Bakker", "value": "v1"},
    "title": "Bakker (m/v)",
    "description": "<p>Je bakt <b>brood</b>.</p><p>Start om 4&nbsp;uur.</p>",
    "inLanguage": "nl-BE",
    "hiringOrganization": {"@type": "Organization", "name": "Bakkerij De Korst"},
    "jobLocation": {"address": {"postalCode": "9000", "addressLocality": "Gent"}},
    "datePosted": "2026-10-01",
    "validThrough": "2026-11-30T23:59:00+01:00",
    "employmentType": ["FULL_TIME", "TEMPORARY"],
    "totalJobOpenings": 2,
    "skills": [{"@id": "http://data.europa.eu/esco/skill/knead"}, "vroeg opstaan"],
    "educationRequirements": {"credentialCategory": "secundair onderwijs"},
    "occupationalCategory": {"codeValue": "http://data.europa.eu/esco/occupation/baker"},
}
BAKER = Vacancy(
    id="v1",
    title="Bakker (m/v)",
    text="Je bakt  brood .\nStart om 4\xa0uur.\nvroeg opstaan",
    employer="Bakkerij De Korst",
    occupation="http://data.europa.eu/esco/occupation/baker",
    must=("http://data.europa.eu/esco/skill/knead",),
    study_level=4,
    place="9000",
    working_time="full",
    contract="fixed-term",
    positions=2,
    valid_from=dt.date(2026, 10, 1),
    valid_through=dt.date(2026, 11, 30),
    source="employer",
)
TWO = [{"@type": "JobPosting", "title": t, "identifier": t} for t in ("a", "b")]


def test_a_job_posting_keeps_what_a_match_can_use(written: Written) -> None:
    assert read_vacancy(written("v.json", json.dumps(POSTING))) == BAKER


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(json.dumps(posting) for posting in TWO),
        json.dumps(TWO),
        json.dumps(TWO, indent=2),
        json.dumps({"@context": "https://schema.org", "@graph": TWO}),
        json.dumps({"@context": "https://schema.org", "@graph": TWO}, indent=2),
    ],
    ids=["lines", "list", "list over lines", "graph", "graph over lines"],
)
@pytest.mark.parametrize("name", ["v.json", "v.jsonld.gz"])
def test_postings_come_one_a_line_as_a_list_or_as_a_graph(
    store: Store, written: Written, content: str, name: str
) -> None:
    report = import_vacancies(store, written(name, content))
    assert [vacancy.id for vacancy in store.vacancies()] == ["a", "b"]
    assert report.refused == []


@pytest.mark.parametrize("value", [POSTING, {"id": "v1", "title": "t"}])
def test_one_vacancy_may_be_spread_over_lines(written: Written, value: dict[str, object]) -> None:
    assert read_vacancy(written("v.json", json.dumps(value, indent=2))).id == "v1"


OWN = '{"id": "a", "title": "t", "must": ["x", "y"], "languages": {"nl": "B2"}, "hours": 38}\n'
HEAD = "id;title;must;languages;hours\n"
EXPECTED = Vacancy(id="a", title="t", must=("x", "y"), languages={"nl": "B2"}, hours=38)


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("v.jsonl", OWN, "own"),
        ("v.json", f"[{OWN}]", "own"),
        ("v.csv", f"{HEAD}a;t;x|y;nl:B2;38\n", "csv"),
        ("v.csv.gz", f"\ufeff{HEAD}a;t;x | y;nl:B2;38,0\n", "csv"),
        ("v.csv", f"{HEAD}a;t;x|y;nl:B2;38\n".replace(";", ","), "csv"),
        (
            "v.toml",
            '[[vacancy]]\nid="a"\ntitle="t"\nmust=["x","y"]\nlanguages={nl="B2"}\nhours=38\n',
            "toml",
        ),
    ],
)
def test_one_vacancy_reads_the_same_in_every_format_recognised_or_named(
    store: Store, written: Written, name: str, content: str, format_: Format
) -> None:
    path = written(name, content)
    assert recognise(path) == format_
    for named in (None, format_):
        import_vacancies(store, path, named)
        assert list(store.vacancies()) == [EXPECTED]


def test_a_format_that_is_named_is_not_guessed(store: Store, written: Written) -> None:
    path = written("export.txt", f"{HEAD}a;t;x|y;nl:B2;38\n")
    with pytest.raises(
        FormatError, match=r"starts with 'id;title;.*expected JSON, CSV or TOML, or"
    ):
        import_vacancies(store, path)
    assert import_vacancies(store, path, "csv").exit_status == 0


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ('{"id": "b"', 'record: found \'{"id": "b"\\n\', expected one JSON object (Input data was'),
        ("5", "record: found 5, expected object"),
        ('{"id": "b"}', "title: found nothing, expected a value"),
        ('{"id": "b", "title": 7}', "title: found 7, expected str"),
        (
            '{"id": "b", "title": "t", "salary": 1}',
            "salary: found 'an unknown field', expected only id",
        ),
        ('{"id": "b", "title": "t", "must": ["x", 1]}', "must[1]: found 1, expected str"),
        ('{"id": "b", "title": "t", "positions": 0}', "positions: found 0, expected int >= 1"),
        (
            '{"id": "b", "title": "t", "valid_through": "31/12/2026"}',
            "valid_through: found '31/12/2026', expected a date as 2026-11-02",
        ),
        (
            '{"id": "b", "title": "t", "languages": {"nld": "B2"}}',
            "languages: found {'nld': 'B2'}, expected str matching regex '^[a-z]{2}$'",
        ),
        (
            '{"id": "b", "title": "t", "lang": "es"}',
            "lang: found 'es', expected one of de, en, fr, nl",
        ),
    ],
)
def test_a_bad_line_is_refused_and_the_rest_goes_in(
    store: Store, written: Written, line: str, refusal: str
) -> None:
    content = '{"id": "a", "title": "t"}\n\n' + line + '\n{"id": "c", "title": "t"}\n'
    report = import_vacancies(store, written("v.jsonl", content))
    (refused,) = report.refused
    assert str(refused).startswith(f"v.jsonl:3: {refusal}")
    assert [vacancy.id for vacancy in store.vacancies()] == ["a", "c"]
    assert (report.stored["vacancies"], report.exit_status) == (2, 1)


def test_a_first_line_that_is_bad_does_not_lose_the_rest(store: Store, written: Written) -> None:
    report = import_vacancies(store, written("v.jsonl", '{"id": "a"\n{"id": "b", "title": "t"}\n'))
    assert [refused.line for refused in report.refused] == [1]
    assert [vacancy.id for vacancy in store.vacancies()] == ["b"]


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ("b,t,twee,,,", "positions: found 'twee', expected a number"),
        ("b,t,,nl:Z,,", "languages: found 'nl:Z', expected a language with its level, as nl:B2"),
        ("b,t,,,ja,", "diploma_required: found 'ja', expected true or false"),
        ("b,t,,,,9", "study_level: found 9, expected int <= 8"),
        (",t,,,,", "id: found nothing, expected a value"),
        ("b,,,,,", "title: found nothing, expected a value"),
        ("b", "title: found nothing, expected a value"),
    ],
)
def test_a_bad_row_is_refused_and_the_rest_goes_in(
    store: Store, written: Written, row: str, refusal: str
) -> None:
    head = "id,title,positions,languages,diploma_required,study_level\n"
    path = written("v.csv", f'{head}a,"t\nu",,,,\n{row}\nc,t,,,TRUE,\n')
    report = import_vacancies(store, path)
    assert [str(refused) for refused in report.refused] == [f"v.csv:4: {refusal}"]
    assert [(v.id, v.diploma_required) for v in store.vacancies()] == [("a", False), ("c", True)]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"@type": "Person"}, "@type: found 'Person', expected JobPosting"),
        ({"title": "<br>"}, "title: found '<br>', expected a title"),
        ({"validThrough": "30/11/2026"}, "validThrough: found '30/11/2026', expected a date as 2"),
        ({"datePosted": "2026-13-01"}, "valid_from: found '2026-13-01', expected a date as 2026"),
    ],
)
def test_a_bad_posting_is_refused_with_the_line_it_starts_on(
    store: Store, written: Written, changed: dict[str, str], refusal: str
) -> None:
    content = f"[\n{json.dumps(TWO[0])},\n{json.dumps(POSTING | changed)},\n{json.dumps(TWO[1])}]"
    report = import_vacancies(store, written("v.json", content))
    (refused,) = report.refused
    assert str(refused).startswith(f"v.json:3: {refusal}")
    assert [vacancy.id for vacancy in store.vacancies()] == ["a", "b"]


def test_a_posting_without_identifier_gets_the_same_one_each_time() -> None:
    first, again = (from_jobposting({"@type": "JobPosting", "title": "t"}) for _ in range(2))
    other = from_jobposting({"@type": "JobPosting", "title": "u"})
    assert first["id"] == again["id"] != other["id"]
    assert first["id"].startswith("jobposting:")


def test_what_a_vacancy_names_and_the_store_lacks_is_kept_and_counted(
    store: Store, written: Written
) -> None:
    store.put_concepts([Concept(id="x", scheme="s", kind="skill")])
    store.put_places([Place(nis="44021", names={"nl": "Gent"}, lat=51, lon=4)])
    rows = "id,title,must,may,occupation,place\na,t,x|y,z,o,Gent\nb,t,x,,,Rijsel\n"
    report = import_vacancies(store, written("v.csv", rows))
    assert dict(report.unresolved) == {
        "competences that are not in the store": 2,
        "occupations that are not in the store": 1,
        "places that are not in the store": 1,
    }
    assert store.vacancy("a").must == ("x", "y")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("v.csv", "id;title\n1;caf\xe9\n".encode("latin-1"), "can't be read as UTF-8 text"),
        ("v.jsonl", '{"id": "caf\xe9"}'.encode("latin-1"), "can't be read as UTF-8 text"),
        ("v.csv", "id,name\n1,a\n", r"v\.csv: column 'title' is missing; found id, name"),
        ("v.json", "[1, 2", "is no JSON"),
        ("v.json", "{\n1\n}", "is no JSON"),
        ("v.toml", "[[vacancy]\n", "is no TOML"),
        ("v.jsonl", "", "starts with nothing; expected JSON, CSV or TOML"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_and_nothing_is_stored(
    store: Store, written: Written, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        import_vacancies(store, written(name, content))
    assert store.counts()["vacancy"] == 0


def test_a_file_that_is_cut_short_or_absent_is_refused(
    store: Store, written: Written, tmp_path: Path
) -> None:
    path = written("v.csv.gz", "id,title\n" + "a,t\n" * 1000)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(FormatError, match="can't be read"):
        import_vacancies(store, path)
    with pytest.raises(FormatError, match=r"none\.csv can't be read: No such file"):
        import_vacancies(store, tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '{"id": "a", "title": "t"}\n{"id": "b", "title": "t"}\n',
            "holds 2 records, expected one vacancy",
        ),
        ('{"id": "a"}', r"v\.jsonl:1: title: found nothing, expected a value"),
    ],
)
def test_a_file_asked_about_holds_one_vacancy(written: Written, content: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_vacancy(written("v.jsonl", content))
