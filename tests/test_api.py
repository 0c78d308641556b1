"""The service: every route, over the engine that the command line uses."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from api import create_app
from competent_data.formats.sample import Sample
from matcher import wire
from matcher.engine import Engine
from matcher.live import Live
from matcher.settings import Settings
from tests.asking import Client, asking, assert_problem

TODAY = {"today": "2026-11-02"}


@pytest.fixture(scope="module")
def ask(sample_settings: Settings) -> Iterator[Client]:
    """Asks the service over the embedded sample."""
    with asking(create_app(lambda: Live(sample_settings))) as client:
        yield client


@pytest.fixture(scope="module")
def person(engine: Engine, sample: Sample) -> dict[str, Any]:
    """The demo person as a client would send them."""
    record = engine.store.person(sample.demo_person)
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found


def test_the_engine_is_loaded_once_at_start_and_not_before(sample_settings: Settings) -> None:
    loaded = []

    def load() -> Live:
        loaded.append(Live(sample_settings))
        return loaded[-1]

    app = create_app(load)
    assert loaded == []

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(start())
    assert len(loaded) == 1


def test_health_counts_people_and_vacancies(ask: Client, sample: Sample) -> None:
    assert ask("GET", "/healthz").json() == {
        "status": "ok",
        "people": len(sample.people),
        "vacancies": len(sample.vacancies),
    }


def test_a_stored_person_gets_what_the_engine_suggests(
    ask: Client, engine: Engine, sample: Sample, today: dt.date
) -> None:
    answer = ask("GET", f"/people/{sample.demo_person}/suggestions", limit=3, lang="fr", **TODAY)
    found = engine.suggest(engine.store.person(sample.demo_person), today, limit=3, lang="fr")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == wire.suggestions(found)


def test_a_person_sent_along_gets_the_same_scores_as_when_stored(
    ask: Client, sample: Sample, person: dict[str, Any]
) -> None:
    """Only the history differs: under a stored id a vacancy applied for does not return."""
    stored = ask("GET", f"/people/{sample.demo_person}/suggestions", **TODAY, limit=100).json()
    sent = ask("POST", "/suggestions", person, **TODAY, limit=100).json()
    scores = {line["vacancy"]: line["score"] for line in sent["suggestions"]}
    assert {
        line["vacancy"]: line["score"] for line in stored["suggestions"]
    }.items() <= scores.items()
    done = {e.vacancy for e in sample.events if e.person == sample.demo_person}
    gone = scores.keys() - {line["vacancy"] for line in stored["suggestions"]}
    assert gone
    assert gone <= done


def test_sources_are_left_out_in_the_query(
    ask: Client, engine: Engine, sample: Sample, today: dt.date
) -> None:
    pinned = next(
        p.id
        for p in sample.people
        if any("consultant" in item.sources for item in engine.suggest(p, today).items)
    )
    path = f"/people/{pinned}/suggestions"
    every = ask("GET", path, **TODAY).json()["suggestions"]
    left = ask("GET", path, **TODAY, without=["consultant", "own"]).json()["suggestions"]
    assert "consultant" in {source for line in every for source in line["sources"]}
    assert not {"consultant", "own"} & {source for line in left for source in line["sources"]}
    refused = ask("GET", path, **TODAY, without="clicks")
    assert refused.status_code == 422
    assert "without" in refused.text


def test_a_brief_answer_is_asked_for_in_the_query(
    ask: Client, engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = next(p for p in sample.people if engine.suggest(p, today).items)
    vacancy = next(v for v in engine.market.vacancies if engine.candidates(v, today).items)
    found = wire.suggestions(engine.suggest(person, today, brief=True))
    assert ask("GET", f"/people/{person.id}/suggestions", **TODAY, brief=True).json() == found
    sent = ask("POST", "/suggestions", msgspec.to_builtins(person), **TODAY, brief=True).json()
    alone = engine.suggest(person, today, history=False, brief=True)
    assert sent == wire.suggestions(alone)
    expected = wire.candidates(engine.candidates(vacancy, today, brief=True))
    stored = ask("GET", f"/vacancies/{vacancy.id}/candidates", **TODAY, brief=True).json()
    sent = ask("POST", "/candidates", msgspec.to_builtins(vacancy), **TODAY, brief=True).json()
    assert stored == sent == expected


def test_a_spread_is_asked_for_in_the_query(
    ask: Client, engine: Engine, sample: Sample, today: dt.date
) -> None:
    record = next(p for p in sample.people if engine.suggest(p, today, spread=5.0).given_up > 0)
    stored = ask("GET", f"/people/{record.id}/suggestions", **TODAY, spread=5).json()
    assert stored == wire.suggestions(engine.suggest(record, today, spread=5.0))
    assert any(line["placed"] for line in stored["suggestions"])
    sent = ask("POST", "/suggestions", msgspec.to_builtins(record), **TODAY, spread=5).json()
    found = engine.suggest(record, today, spread=5.0, history=False)
    assert sent == wire.suggestions(found)


def test_a_vacancy_sent_along_gets_the_same_as_when_stored(ask: Client, engine: Engine) -> None:
    stored = ask("GET", "/vacancies/logistiek-v01/candidates", **TODAY)
    vacancy = msgspec.to_builtins(engine.store.vacancy("logistiek-v01"))
    sent = ask("POST", "/candidates", vacancy, **TODAY)
    assert stored.status_code == 200
    assert stored.json()["candidates"]
    assert sent.json() == stored.json()


def test_a_pair_is_compared_by_ids_or_records_alike(
    ask: Client, engine: Engine, sample: Sample, person: dict[str, Any]
) -> None:
    vacancy = msgspec.to_builtins(engine.store.vacancy("logistiek-v01"))
    by_id = {"person": sample.demo_person, "target": "logistiek-v01"}
    answers = [
        ask("POST", "/compare", {"person": who, "target": what}, **TODAY).json()
        for who in (by_id["person"], person)
        for what in (by_id["target"], vacancy)
    ]
    assert answers[0]["status"] == "ok"
    assert all(answer == answers[0] for answer in answers)


def test_a_person_is_compared_with_an_occupation(ask: Client, sample: Sample) -> None:
    pair = {"person": sample.demo_person, "target": "sample:magazijnier"}
    assert ask("POST", "/compare", pair, lang="nl", **TODAY).json()["title"] == "magazijnier"


def test_competences_are_found_while_somebody_types(ask: Client) -> None:
    found = ask("GET", "/competences", q="heftr", limit=2).json()
    assert found[0].keys() == {"competence", "label", "matched"}
    assert "sample:heftruck-besturen" in {line["competence"] for line in found}
    assert len(found) <= 2
    assert ask("GET", "/competences", q="fork", lang="en").json()


def test_nothing_known_is_an_answer_not_an_error(ask: Client) -> None:
    answer = ask("POST", "/suggestions", {"id": "new"}, **TODAY)
    assert (answer.status_code, answer.json()["status"]) == (200, "insufficient_data")


def test_an_id_with_slashes_is_one_id(ask: Client) -> None:
    """Ids are URIs; http://… in the path reaches the store whole."""
    answer = ask("GET", "/people/http://data.example/p/1/suggestions", **TODAY)
    assert_problem(answer, 404, "'http://data.example/p/1'")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/people/nobody/suggestions", None),
        ("GET", "/vacancies/nobody/candidates", None),
        ("POST", "/compare", {"person": "nobody", "target": "logistiek-v01"}),
        ("POST", "/compare", {"person": "logistiek-p01", "target": "nobody"}),
    ],
)
def test_an_unknown_id_is_a_problem_that_names_it(
    ask: Client, method: str, path: str, body: object
) -> None:
    assert_problem(ask(method, path, body), 404, "'nobody'")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/suggestions", {"id": "p", "wishes": []}, "wishes"),
        ("/suggestions", {"id": "p", "study_level": 9}, "study_level"),
        ("/suggestions", {"id": "p", "languages": {"nl": "D1"}}, "languages"),
        ("/suggestions", {}, "id"),
        (
            "/suggestions",
            {"id": "p", "competences": {"self": ["c"], "attested": ["c"]}},
            "competences",
        ),
        ("/candidates", {"id": "v"}, "title"),
        ("/candidates", {"id": "v", "title": "t", "positions": 0}, "positions"),
        ("/compare", {"person": "logistiek-p01", "vacancy": "logistiek-v01"}, "vacancy"),
        ("/compare", {"person": "logistiek-p01"}, "target"),
        ("/compare", {"target": "logistiek-v01"}, "person"),
        ("/compare", {"person": {"id": "p", "age": 50}, "target": "logistiek-v01"}, "person.age"),
        ("/compare", {"person": "logistiek-p01", "target": {"id": "v"}}, "target.title"),
    ],
)
def test_a_wrong_field_is_a_problem_that_names_it(
    ask: Client, path: str, body: object, field: str
) -> None:
    answer = ask("POST", path, body, **TODAY)
    assert_problem(answer, 422, field)
    assert answer.json()["field"].startswith(field)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/people/logistiek-p01/suggestions", {"limit": 0}, "limit"),
        ("/people/logistiek-p01/suggestions", {"limit": "many"}, "limit"),
        ("/people/logistiek-p01/suggestions", {"today": "02/11/2026"}, "today"),
        ("/people/logistiek-p01/suggestions", {"lang": "es"}, "lang"),
        ("/people/logistiek-p01/suggestions", {"spread": 10.5}, "spread"),
        ("/people/logistiek-p01/suggestions", {"spread": "nan"}, "spread"),
        ("/competences", {}, "q"),
    ],
)
def test_a_wrong_query_is_a_problem_that_names_it(
    ask: Client, path: str, query: dict[str, object], field: str
) -> None:
    answer = ask("GET", path, **query)
    assert_problem(answer, 422, field)
    assert answer.json()["field"] == field


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_a_problem(ask: Client, content: bytes) -> None:
    assert_problem(ask("POST", "/suggestions", content=content), 422)


def test_an_unknown_path_and_a_wrong_method_are_problems(ask: Client) -> None:
    assert_problem(ask("GET", "/nowhere"), 404)
    assert_problem(ask("GET", "/suggestions"), 405)


def test_the_openapi_document_has_the_records_and_examples_that_work(ask: Client) -> None:
    document = ask("GET", "/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert {"Person", "Vacancy", "SuggestionsAnswer", "ReasonLine", "GapLine"} <= schemas.keys()
    assert "wished" in schemas["Person"]["properties"]
    assert schemas["Vacancy"]["required"] == ["id", "title"]
    for path in ("/suggestions", "/candidates", "/compare"):
        media = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert len(media["examples"]) >= 2
        for example in media["examples"].values():
            answer = ask("POST", path, example["value"], **TODAY)
            assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_every_reference_in_the_openapi_document_is_there(ask: Client) -> None:
    document = ask("GET", "/openapi.json").json()

    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (v for k, v in part.items() if k == "$ref" and isinstance(v, str))
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = set(references(document))
    assert found
    for reference in found:
        name = reference.removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"]
