"""Answers as JSON: exactly the fields that docs/json.md names, and nothing lost."""

from __future__ import annotations

import datetime as dt
import json
from typing import get_type_hints

import pytest

from competent_data.formats.sample import Sample
from competent_data.records import Person
from matcher import wire
from matcher.engine import Engine

REASON = ["signal", "factor", "strength", "weight", "points", "known", "text", "evidence"]
EVIDENCE = ["id", "label", "strength", "confirmed", "person", "vacancy"]
GAP = ["competence", "label", "score_with", "rank_with"]
RANKED = ["title", "score", "reach", "wish", "boost", "reasons", "gaps", "sources", "distance_km"]
ANSWER = ["today", "status", "near_misses", "left_out", "considered", "unresolved"]


@pytest.fixture(scope="module")
def answer(engine: Engine, sample: Sample, today: dt.date) -> wire.SuggestionsAnswer:
    """The demo person's suggestions as they come back from JSON."""
    found = engine.suggest(engine.store.person(sample.demo_person), today)
    back: wire.SuggestionsAnswer = json.loads(json.dumps(wire.suggestions(found)))
    return back


def test_a_suggestion_has_the_documented_fields_in_order(answer: wire.SuggestionsAnswer) -> None:
    assert list(answer) == ["person", "suggestions", "given_up", *ANSWER]
    for line in answer["suggestions"]:
        assert list(line) == [
            "rank",
            "vacancy",
            *RANKED,
            "employer",
            "place",
            "valid_through",
            "placed",
            "pins",
            "bars",
        ]
        assert {tuple(reason) for reason in line["reasons"]} == {tuple(REASON)}
        evidence = [tuple(e) for reason in line["reasons"] for e in reason["evidence"]]
        assert set(evidence) == {tuple(EVIDENCE)}
    gaps = [tuple(gap) for line in answer["suggestions"] for gap in line["gaps"]]
    assert set(gaps) == {tuple(GAP)}
    assert {tuple(near) for near in answer["near_misses"]} == {
        ("id", "title", "score", "bar", "text")
    }


def test_a_candidate_has_the_documented_fields_in_order(
    engine: Engine, answer: wire.SuggestionsAnswer, today: dt.date
) -> None:
    vacancy = engine.store.vacancy(answer["suggestions"][0]["vacancy"])
    found = wire.candidates(engine.candidates(vacancy, today))
    assert list(found) == ["vacancy", "candidates", *ANSWER]
    assert {tuple(line) for line in found["candidates"]} == {("rank", "person", *RANKED)}


def test_after_json_the_points_still_sum_to_the_score(answer: wire.SuggestionsAnswer) -> None:
    for line in answer["suggestions"]:
        assert sum(reason["points"] for reason in line["reasons"]) == line["score"]
        for reason in line["reasons"]:
            assert reason["points"] == reason["strength"] * reason["weight"]


def test_reach_and_wish_are_the_shares_of_their_points(answer: wire.SuggestionsAnswer) -> None:
    for line in answer["suggestions"]:
        for factor, share in (("reach", line["reach"]), ("wish", line["wish"])):
            lines = [reason for reason in line["reasons"] if reason["factor"] == factor]
            most = sum(reason["weight"] for reason in lines)
            assert share == pytest.approx(sum(reason["points"] for reason in lines) / most)
            assert 0 <= share <= 1


def test_days_are_iso_and_what_is_unknown_is_null(
    engine: Engine, answer: wire.SuggestionsAnswer, today: dt.date
) -> None:
    assert answer["today"] == "2026-11-02"
    for line in answer["suggestions"]:
        if line["valid_through"] is not None:
            assert dt.date.fromisoformat(line["valid_through"]) >= today
    nowhere = engine.suggest(Person(id="p", wished=("sample:kok",)), today)
    assert {line["distance_km"] for line in wire.suggestions(nowhere)["suggestions"]} == {None}


def test_a_comparison_has_the_documented_fields_in_order(
    engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = engine.store.person(sample.demo_person)
    profile = engine.occupation_profile("sample:magazijnier")
    found = wire.comparison(engine.compare(person, profile, today))
    named = ["person", "target", "title", "status", "competences", "score", "reach", "wish"]
    assert list(found) == [*named, "boost", "reasons", "bars"]
    assert {tuple(line) for line in found["competences"]} == {("match", "must", *EVIDENCE)}


def test_an_answer_without_data_is_whole_all_the_same(engine: Engine, today: dt.date) -> None:
    found = wire.suggestions(engine.suggest(Person(id="p", text="xyzzy"), today))
    assert found == {
        "person": "p",
        "suggestions": [],
        "given_up": 0,
        "today": "2026-11-02",
        "status": "insufficient_data",
        "near_misses": [],
        "left_out": {},
        "considered": len(engine.market.vacancies),
        "unresolved": [],
    }


def test_the_types_name_the_same_fields(answer: wire.SuggestionsAnswer) -> None:
    """The service's OpenAPI document is made of these types."""
    assert get_type_hints(wire.SuggestionsAnswer).keys() == answer.keys()
    line = answer["suggestions"][0]
    assert get_type_hints(wire.SuggestionLine).keys() == line.keys()
    assert get_type_hints(wire.ReasonLine).keys() == line["reasons"][0].keys()
    assert get_type_hints(wire.GapLine).keys() == line["gaps"][0].keys()
