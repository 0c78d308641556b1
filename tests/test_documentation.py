"""The documents say what the code does: commands, settings, the score, the fields of JSON."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.people import Recorded
from competent_data.records import DISMISSALS, Changes, Correction, Event, Held, Pin
from matcher import linking, wire
from matcher.cli import cli
from matcher.cli_import import imports
from matcher.dashboard import (
    STATES,
    Applied,
    Corrected,
    Dashboard,
    Decided,
    Dismissed,
    Offered,
    Saved,
)
from matcher.evaluation.printed import EvaluatedLine, GainLine
from matcher.settings import (
    ARTEFACT,
    LEAST_PEOPLE,
    LEAST_SHARE,
    MOST_SHARE,
    QUOTAS,
    REACH_SHARE,
    REFERENCE_DATA,
    SCORECARD,
    SHORTAGE_BOOST,
    SHORTAGE_OCCUPATIONS,
    SIMILAR_POINTS,
    SOURCES_ON,
    SPREAD,
    STORE,
)
from matcher.spread import MOST_SPREAD, POOL
from matcher.wishes import Wish
from models.scorecard import MOST_BOOST, PUBLISHED, Scorecard

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.checkout


def document(name: str) -> str:
    """A document of the checkout."""
    return (ROOT / name).read_text("utf-8")


def test_the_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"^matcher ((?:import )?[a-z]+)", document("README.md"), re.MULTILINE))
    commands = set(cli.list_commands(None)) - {"import"}  # type: ignore[arg-type]
    assert named == commands | {f"import {name}" for name in imports.commands}


def test_the_readme_names_every_setting() -> None:
    policy = {REACH_SHARE, SHORTAGE_BOOST, SHORTAGE_OCCUPATIONS, SPREAD}
    policy |= {SIMILAR_POINTS, LEAST_PEOPLE, SOURCES_ON, QUOTAS}
    assert {STORE, ARTEFACT, SCORECARD, REFERENCE_DATA, *policy} == set(
        re.findall(r"MATCHER_[A-Z_]+", document("README.md"))
    )


def test_the_bounds_of_what_the_operator_may_set_are_documented() -> None:
    score, readme = document("docs/score.md"), document("README.md")
    assert f"{LEAST_SHARE} to {MOST_SHARE}" in readme
    assert f"at most {MOST_BOOST:g}" in readme
    assert f"at most {MOST_SPREAD:g}" in readme
    assert f"at most {MOST_BOOST:g} points" in score
    assert f"at most {MOST_SPREAD:g} points" in score
    assert f"{POOL} times as many" in score


def test_the_table_of_the_score_is_the_scorecard() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|",
        document("docs/score.md"),
        re.MULTILINE,
    )
    assert [(n, f, int(p), float(neutral), float(floor)) for n, f, p, neutral, floor in rows] == [
        (s.name, s.factor, s.points, s.neutral, s.curve[0]) for s in PUBLISHED
    ]
    assert all(len(s.curve) == 2 and s.curve[1] == 1 for s in PUBLISHED)
    assert f"{Scorecard().reach_share:.1f} · reach" in document("README.md")


def test_every_field_of_the_json_is_documented() -> None:
    text = document("docs/json.md")
    for line in (
        wire.SuggestionLine,
        wire.CandidateLine,
        wire.ReasonLine,
        wire.EvidenceLine,
        wire.GapLine,
        wire.PlacedLine,
        wire.NearMissLine,
        wire.ComparedLine,
        wire.ComparisonAnswer,
        wire.FoundLine,
        wire.ReadingAnswer,
        linking.Link,
        linking.Linked,
        wire.SuggestionsAnswer,
        wire.CandidatesAnswer,
        EvaluatedLine,
        GainLine,
    ):
        missing = [name for name in line.__annotations__ if f"`{name}`" not in text]
        assert missing == [], line.__name__


def test_every_field_of_what_is_held_about_a_person_is_documented() -> None:
    text = document("docs/json.md")
    for struct in (
        Dashboard,
        Saved,
        Applied,
        Dismissed,
        Decided,
        Corrected,
        Offered,
        Wish,
        Recorded,
        Held,
        Event,
        Pin,
        Correction,
        Changes,
    ):
        missing = [name for name in struct.__struct_encode_fields__ if f"`{name}`" not in text]
        assert missing == [], struct.__name__


def test_every_reason_to_dismiss_and_every_state_of_a_vacancy_is_documented() -> None:
    text = document("docs/json.md")
    assert [name for name in (*DISMISSALS, *STATES) if f"`{name}`" not in text] == []
