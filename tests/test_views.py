"""What a person looked at is theirs: nothing that is asked about a vacancy or for it tells."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api import create_app
from competent_data.formats.sample import Sample
from competent_data.records import Event
from competent_data.store import Store
from matcher.live import Live
from matcher.settings import Settings
from tests.asking import asking

NOON = dt.datetime(2026, 10, 30, 12)
OF_THE_PERSON = {"events", "export_person"}
"""Asked by the person's id, for the person; `events()` of nobody is for learning."""
FOR_LEARNING = {"interactions", "rows"}
"""Of everybody at once, for `fit`, imports and the digest of a batch: no route leads there."""


def looked(person: str, vacancy: str) -> list[Event]:
    """That somebody was shown a vacancy and viewed it."""
    return [
        Event(id=f"look-{kind}", person=person, vacancy=vacancy, kind=kind, when=NOON)  # type: ignore[arg-type]
        for kind in ("shown", "viewed")
    ]


def reads() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public method of the store that only reads."""
    writes = ("put_", "withdraw_", "erase_")
    for name, method in inspect.getmembers(Store, inspect.isfunction):
        if not name.startswith(("_", *writes)) and name != "close":
            yield name, method


def arguments(method: Callable[..., Any], person: str, vacancy: str) -> list[dict[str, Any]]:
    """How a method may be asked about the person's vacancy or for everything."""
    asked: dict[str, Any] = {
        "vacancy": vacancy,
        "id_": vacancy,
        "ids": [vacancy],
        "person": person,
        "occupation": "sample:kok",
        "since": 0,
    }
    names = list(inspect.signature(method).parameters)[1:]
    known = {name: asked[name] for name in names}
    return [known, known | {"id_": person}] if "id_" in known else [known]


def test_no_query_of_the_store_tells_who_looked_at_a_vacancy(store: Store, sample: Sample) -> None:
    """A query that is new is asked too; one that may tell must be named above, with why."""
    person, vacancy = sample.people[0].id, sample.vacancies[0].id
    store.put_people(sample.people)
    store.put_vacancies(sample.vacancies)
    store.put_events(looked(person, vacancy))
    asked = 0
    for name, method in reads():
        if name in OF_THE_PERSON | FOR_LEARNING:
            continue
        for given in arguments(method, person, vacancy):
            try:
                answer = method(store, **given)
            except KeyError:
                continue  # no such id
            told = repr(list(answer) if isinstance(answer, Iterator) else answer)
            assert "look-" not in told, name
            assert "viewed" not in told, name
            asked += 1
    assert asked > 20
    assert "look-viewed" in repr(store.events(person))


def routes_for_consultants(paths: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every method and path that is not about one person by their id."""
    return [(method, path) for path, of in paths.items() for method in of if "{person}" not in path]


def test_no_route_answers_otherwise_because_somebody_looked(
    sample_copy: Settings, sample: Sample
) -> None:
    """All routes that are not the person's own are asked before and after: the same to the letter.

    Those under /people/{person} are the person's, but for pins and corrections, which give nothing
    that was not sent along.
    """
    vacancy = sample.vacancies[0].id
    live = Live(sample_copy)
    app = create_app(lambda: live)

    def answers() -> dict[tuple[str, str], bytes]:
        found = {}
        for method, path in routes_for_consultants(document["paths"]):
            of = document["paths"][path][method]
            examples = [None]
            if "requestBody" in of:
                content = of["requestBody"]["content"]["application/json"]
                examples = [one["value"] for one in content["examples"].values()]
            for at, body in enumerate(examples):
                asked = path.format(vacancy=vacancy)
                query = {"q": "heftr"} if path == "/competences" else {"today": "2026-11-02"}
                answer = ask(method.upper(), asked, body, **query)
                assert answer.status_code == 200, asked
                found[method, f"{path} {at}"] = answer.content
        return found

    with asking(app) as ask, Store(sample_copy.store) as store:
        document = ask("GET", "/openapi.json").json()
        before = answers()
        for number, person in enumerate(sample.people):
            store.put_events(
                Event(
                    id=f"look-{number}-{kind}",
                    person=person.id,
                    vacancy=vacancy,
                    kind=kind,  # type: ignore[arg-type]
                    when=NOON,
                )
                for kind in ("shown", "viewed")
            )
        assert answers() == before
    assert ("get", "/vacancies/{vacancy}/candidates 0") in before


def test_the_routes_about_one_person_are_these() -> None:
    """Which are the person's own and which a consultant's; a new one is to be thought about."""
    app = create_app(lambda: pytest.fail("nothing is loaded to be described"))
    about = {
        (method, route.path_format)
        for route in app.routes
        if isinstance(route, APIRoute) and "{person}" in route.path_format
        for method in route.methods
    }
    assert about == {
        ("GET", "/people/{person}/suggestions"),
        ("POST", "/people/{person}/events"),
        ("POST", "/people/{person}/wishes"),
        ("GET", "/people/{person}/dashboard"),
        ("GET", "/people/{person}/dashboard.html"),
        ("GET", "/people/{person}/export"),
        ("DELETE", "/people/{person}"),
        ("POST", "/people/{person}/pins"),
        ("DELETE", "/people/{person}/pins/{pin}"),
        ("POST", "/people/{person}/corrections"),
        ("DELETE", "/people/{person}/corrections/{correction}"),
    }
