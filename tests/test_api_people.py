"""The service about one person: recorded, shown, handed out, put right, forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from api import create_app
from competent_data.formats.sample import Sample
from competent_data.records import Correction, Held
from competent_data.store import Store
from matcher.dashboard import Dashboard, dashboard
from matcher.live import Live
from matcher.page import page
from matcher.settings import Settings
from tests.asking import Client, asking, assert_problem

TODAY = {"today": "2026-11-02"}
PIN = {"vacancy": "logistiek-v03", "by": "consultant", "reason": "past bij het attest"}
NEARER = {"by": "self", "reason": "te ver", "changes": {"travel_km": 18}}


@pytest.fixture
def ask(sample_copy: Settings) -> Iterator[Client]:
    """Asks a service over a sample that may be changed."""
    with asking(create_app(lambda: Live(sample_copy))) as client:
        yield client


@pytest.fixture
def beside(sample_copy: Settings) -> Iterator[Store]:
    """The same store, opened by somebody else."""
    with Store(sample_copy.store) as store:
        yield store


@pytest.fixture
def about(sample: Sample) -> str:
    """The path of the demo person."""
    return f"/people/{sample.demo_person}"


def suggested(ask: Client, about: str) -> dict[str, Any]:
    """What is suggested to the person: suggestions by vacancy."""
    answer = ask("GET", f"{about}/suggestions", limit=100, **TODAY).json()
    return {item["vacancy"]: item for item in answer["suggestions"]}


def test_an_event_is_recorded_and_never_suggested_again(
    ask: Client, beside: Store, about: str, sample: Sample
) -> None:
    best = next(iter(suggested(ask, about)))
    told = {"vacancy": best, "kind": "applied", "provenance": "similar"}
    answer = ask("POST", f"{about}/events", told)
    assert answer.status_code == 201
    assert answer.json()["wish"] is None
    event = answer.json()["event"]
    assert (event["person"], event["vacancy"]) == (sample.demo_person, best)
    assert event["id"] in [e.id for e in beside.events(sample.demo_person)]
    assert best not in suggested(ask, about)


def test_a_dismissal_offers_a_wish_whose_changes_can_be_posted_as_they_are(
    ask: Client, beside: Store, about: str, sample: Sample
) -> None:
    """It counts in the next list, and no import overwrites it."""
    found = suggested(ask, about)
    far = max(found.values(), key=lambda item: item["distance_km"] or 0)
    told = {"vacancy": far["vacancy"], "kind": "dismissed", "reason": "too-far"}
    wish = ask("POST", f"{about}/events", told, lang="en").json()["wish"]
    assert wish["field"] == "travel_km"
    assert wish["text"] == f"Show only vacancies within {wish['to']:g} km?"
    assert wish["to"] < far["distance_km"]
    accepted = {"by": "self", "reason": "te ver", "changes": wish["changes"]}
    assert ask("POST", f"{about}/corrections", accepted).status_code == 201
    beside.put_people(sample.people)  # another night
    after = suggested(ask, about)
    assert after
    assert all((item["distance_km"] or 0) <= wish["to"] for item in after.values())
    assert len(after) < len(found)


def test_a_wish_that_was_offered_is_accepted_by_its_event_once_and_only_by_whom_it_is_of(
    ask: Client, beside: Store, about: str, sample: Sample
) -> None:
    told = {"vacancy": "logistiek-v09", "kind": "dismissed", "reason": "too-far"}
    recorded = ask("POST", f"{about}/events", told).json()
    event = {"event": recorded["event"]["id"]}
    assert_problem(ask("POST", "/people/bouw-p01/wishes", event), 404, event["event"], "bouw-p01")
    answer = ask("POST", f"{about}/wishes", event)
    assert answer.status_code == 201
    assert beside.corrections(sample.demo_person) == [msgspec.convert(answer.json(), Correction)]
    assert beside.person(sample.demo_person).travel_km == recorded["wish"]["to"]
    assert_problem(ask("POST", f"{about}/wishes", event), 422, "not held already")
    assert len(beside.corrections(sample.demo_person)) == 1
    saved = ask("POST", f"{about}/events", {"vacancy": "logistiek-v09", "kind": "saved"}).json()
    offers_none = ask("POST", f"{about}/wishes", {"event": saved["event"]["id"]})
    assert_problem(offers_none, 422, "a dismissal that offers a wish")
    assert_problem(ask("POST", f"{about}/wishes", {}), 422, "event")


def test_a_pin_stands_on_top_a_hide_takes_away_and_both_can_be_taken_back(
    ask: Client, about: str
) -> None:
    before = list(suggested(ask, about))
    pinned = ask("POST", f"{about}/pins", {**PIN, "vacancy": before[3]})
    hidden = ask("POST", f"{about}/pins", {**PIN, "vacancy": before[0], "kind": "hide"})
    assert pinned.status_code == hidden.status_code == 201
    now = suggested(ask, about)
    assert next(iter(now)) == before[3]
    assert now[before[3]]["pins"][0]["reason"] == PIN["reason"]
    assert before[0] not in now
    shown = ask("GET", f"{about}/dashboard", **TODAY).json()
    assert [one["vacancy"]["id"] for one in shown["suggested"]] == [before[3]]
    assert [(one["by"], one["reason"]) for one in shown["hidden"]] == [
        ("consultant", PIN["reason"])
    ]
    for one in (pinned.json(), hidden.json()):
        answer = ask("DELETE", f"{about}/pins/{one['id']}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert_problem(ask("DELETE", f"{about}/pins/{one['id']}"), 404, one["id"])
    assert list(suggested(ask, about)) == before


def test_a_correction_is_laid_over_the_dossier_until_it_is_taken_back(
    ask: Client, beside: Store, about: str, sample: Sample
) -> None:
    before = beside.person(sample.demo_person)
    answer = ask("POST", f"{about}/corrections", NEARER)
    assert answer.status_code == 201
    assert beside.person(sample.demo_person).travel_km == 18
    correction = msgspec.convert(answer.json(), Correction)
    assert beside.corrections(sample.demo_person) == [correction]
    assert ask("DELETE", f"{about}/corrections/{correction.id}").status_code == 204
    assert beside.person(sample.demo_person) == before


def test_what_is_decided_about_one_person_is_not_taken_back_by_way_of_another(
    ask: Client, about: str
) -> None:
    pin = ask("POST", f"{about}/pins", PIN).json()["id"]
    correction = ask("POST", f"{about}/corrections", NEARER).json()["id"]
    for path in (f"pins/{pin}", f"corrections/{correction}"):
        assert_problem(ask("DELETE", f"/people/bouw-p01/{path}"), 404, "bouw-p01")
        assert ask("DELETE", f"{about}/{path}").status_code == 204


def test_the_dashboard_is_the_same_as_data_and_as_a_page(
    ask: Client, beside: Store, about: str, sample: Sample
) -> None:
    expected = dashboard(beside, sample.demo_person, sample.today, "fr")
    answer = ask("GET", f"{about}/dashboard", lang="fr", **TODAY)
    assert msgspec.convert(answer.json(), Dashboard) == expected
    shown = ask("GET", f"{about}/dashboard.html", lang="fr", **TODAY)
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert shown.text == page(expected)
    for one in (answer, shown, ask("GET", f"{about}/export")):
        assert one.headers["cache-control"] == "no-store"


def test_everything_is_handed_out_and_then_forgotten(
    ask: Client, beside: Store, about: str, sample: Sample
) -> None:
    held = ask("GET", f"{about}/export").json()
    assert msgspec.convert(held, Held) == beside.export_person(sample.demo_person)
    erased = ask("DELETE", about).json()
    assert erased["person"] == 1
    assert erased["event"] == len(held["events"]) > 0
    for path in ("", "/export", "/dashboard", "/suggestions"):
        answer = ask("DELETE" if not path else "GET", about + path)
        assert_problem(answer, 404, sample.demo_person)


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/people/nobody/events", {"vacancy": "logistiek-v01", "kind": "saved"}, 404, "'nobody'"),
        ("{}/events", {"vacancy": "none", "kind": "saved"}, 404, "'none'"),
        ("{}/events", {"vacancy": "logistiek-v01", "kind": "liked"}, 422, "kind"),
        ("{}/events", {"vacancy": "logistiek-v01"}, 422, "kind"),
        ("{}/events", {"vacancy": "v", "kind": "saved", "person": "other"}, 422, "person"),
        ("/people/nobody/pins", PIN, 404, "'nobody'"),
        ("{}/pins", {**PIN, "vacancy": "none"}, 404, "'none'"),
        ("{}/pins", {**PIN, "by": "model"}, 422, "by"),
        ("{}/pins", {**PIN, "reason": ""}, 422, "reason"),
        ("/people/nobody/corrections", NEARER, 404, "'nobody'"),
        ("{}/corrections", {**NEARER, "changes": {}}, 422, "changes"),
        ("{}/corrections", {**NEARER, "changes": {"age": 50}}, 422, "changes.age"),
    ],
)
def test_what_does_not_fit_is_a_problem_and_nothing_is_stored(
    ask: Client,
    beside: Store,
    about: str,
    sample: Sample,
    path: str,
    body: dict[str, Any],
    status: int,
    says: str,
) -> None:
    before = beside.export_person(sample.demo_person)
    assert_problem(ask("POST", path.format(about), body, **TODAY), status, says)
    assert beside.export_person(sample.demo_person) == before


def test_the_examples_in_the_document_work_and_the_answers_have_their_schemas(
    ask: Client, about: str
) -> None:
    document = ask("GET", "/openapi.json").json()
    schemas = document["components"]["schemas"]
    for what, answer in (("events", "Recorded"), ("pins", "Pin"), ("corrections", "Correction")):
        route = document["paths"][f"/people/{{person}}/{what}"]["post"]
        media = route["requestBody"]["content"]["application/json"]
        told = schemas[media["schema"]["$ref"].rpartition("/")[2]]
        assert not {"id", "person"} & told["properties"].keys()
        assert "when" not in told["required"]
        said = route["responses"]["201"]["content"]["application/json"]["schema"]["$ref"]
        assert said.endswith(f"/{answer}")
        for example in media["examples"].values():
            assert ask("POST", f"{about}/{what}", example["value"]).status_code == 201
    assert {"Dashboard", "Held", "Wish"} <= schemas.keys()
    page_of = document["paths"]["/people/{person}/dashboard.html"]["get"]["responses"]["200"]
    assert list(page_of["content"]) == ["text/html"]


def test_an_event_of_now_is_in_utc(ask: Client, about: str) -> None:
    before = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    told = {"vacancy": "logistiek-v01", "kind": "viewed"}
    when = ask("POST", f"{about}/events", told).json()["event"]["when"]
    assert before <= dt.datetime.fromisoformat(when) <= before + dt.timedelta(minutes=5)


def test_a_store_that_can_not_be_written_is_a_problem_that_quotes_no_record(
    ask: Client, beside: Store, about: str
) -> None:
    """A table is away, as while somebody repairs the database."""
    with beside._write() as connection:
        connection.exec_driver_sql("ALTER TABLE pin RENAME TO away")
    answer = ask("POST", f"{about}/pins", PIN)
    assert_problem(answer, 503, "no such table: pin")
    assert PIN["reason"] not in answer.text
