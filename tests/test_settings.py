"""Where the store and what is fitted lie, and what the operator weighs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matcher.settings import (
    LEAST_PEOPLE,
    QUOTAS,
    REACH_SHARE,
    SHORTAGE_BOOST,
    SHORTAGE_OCCUPATIONS,
    SIMILAR_POINTS,
    SOURCES_ON,
    SPREAD,
    Policy,
    Settings,
    SettingsError,
)
from matcher.sources import Sources
from models.scorecard import Scorecard


def test_by_default_both_lie_in_the_users_data_folder() -> None:
    assert Settings.read({"XDG_DATA_HOME": "/data"}) == Settings(
        "sqlite:////data/competent-matcher/matcher.db",
        Path("/data/competent-matcher/matcher.fitted"),
    )


def test_without_a_data_folder_the_home_folder_has_one() -> None:
    home = Path.home() / ".local" / "share" / "competent-matcher"
    assert Settings.read({}).artefact == home / "matcher.fitted"


def test_an_empty_variable_counts_as_not_set() -> None:
    plain = Settings.read({"XDG_DATA_HOME": "/data"})
    empty = {"XDG_DATA_HOME": "/data", "MATCHER_STORE": "", "MATCHER_ARTEFACT": ""}
    assert Settings.read(empty) == plain


@pytest.mark.parametrize(
    ("store", "artefact"),
    [
        ("sqlite:////srv/jobs.db", "/srv/jobs.fitted"),
        ("sqlite:///jobs.db", "jobs.fitted"),
        ("sqlite:////srv/jobs.db?timeout=5", "/srv/jobs.fitted"),
        ("postgresql://localhost/jobs", "/data/competent-matcher/fitted"),
        ("sqlite://", "/data/competent-matcher/fitted"),
        ("sqlite:/srv/jobs.db", "/data/competent-matcher/fitted"),
        ("no address at all", "/data/competent-matcher/fitted"),
    ],
)
def test_what_is_fitted_lies_beside_a_file_and_else_in_the_data_folder(
    store: str, artefact: str
) -> None:
    """A wrong address is refused where the store is opened, with a sentence, not here."""
    found = Settings.read({"XDG_DATA_HOME": "/data", "MATCHER_STORE": store})
    assert found == Settings(store, Path(artefact))


def test_a_named_artefact_wins() -> None:
    named = {"MATCHER_STORE": "sqlite:////srv/jobs.db", "MATCHER_ARTEFACT": "/fast/fitted"}
    assert Settings.read(named).artefact == Path("/fast/fitted")


def test_a_scorecard_is_used_where_it_is_named() -> None:
    assert Settings.read({}).scorecard is None
    assert Settings.read({"MATCHER_SCORECARD": ""}).scorecard is None
    assert Settings.read({"MATCHER_SCORECARD": "/srv/card.json"}).scorecard == Path(
        "/srv/card.json"
    )


def test_the_demonstration_keeps_apart_from_any_other_store() -> None:
    named = {
        "XDG_CACHE_HOME": "/cache",
        "MATCHER_STORE": "sqlite:////srv/jobs.db",
        "MATCHER_SCORECARD": "/srv/card.json",
    }
    assert Settings.demo(named) == Settings(
        "sqlite:////cache/competent-matcher/demo.db", Path("/cache/competent-matcher/demo.fitted")
    )


def test_by_default_the_operator_weighs_nothing() -> None:
    assert Settings.read({}).policy == Policy()
    empty = dict.fromkeys((REACH_SHARE, SHORTAGE_BOOST, SHORTAGE_OCCUPATIONS, SPREAD), "")
    assert Settings.read(empty).policy == Policy()
    assert Policy().applied(Scorecard()) == Scorecard().heeding(6)
    assert Policy(similar_points=0).applied(Scorecard()) == Scorecard()


def test_what_the_operator_weighs_is_read_and_the_demonstration_is_left_as_it_is() -> None:
    named = {
        REACH_SHARE: "0.6",
        SHORTAGE_BOOST: "2.3",
        SHORTAGE_OCCUPATIONS: "/etc/shortage.txt",
        SPREAD: "5",
    }
    policy = Settings.read(named).policy
    assert policy == Policy(0.6, 2.3, Path("/etc/shortage.txt"), 5.0)
    assert Settings.demo(named).policy == Policy()
    card = policy.applied(Scorecard())
    assert card.reach_share == pytest.approx(0.6, abs=1 / 25_600)
    assert {line.name: line.points for line in card.lines}["shortage"] == pytest.approx(
        2.3, abs=1 / 512
    )


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        (REACH_SHARE, "1", "from 0.05 to 0.95"),
        (REACH_SHARE, "70 %", "from 0.05 to 0.95"),
        (REACH_SHARE, "nan", "from 0.05 to 0.95"),
        (SHORTAGE_BOOST, "5.5", "from 0 to 5"),
        (SHORTAGE_BOOST, "-1", "from 0 to 5"),
        (SPREAD, "inf", "from 0 to 10"),
        (SPREAD, "0,5", "from 0 to 10"),
    ],
)
def test_a_number_out_of_bounds_is_refused_by_name(name: str, found: str, expected: str) -> None:
    says = re.escape(f"{name} is {found!r}, expected a number {expected}")
    with pytest.raises(SettingsError, match=says):
        Settings.read({name: found})


def test_a_boost_without_a_list_is_refused() -> None:
    says = f"{SHORTAGE_BOOST} is 2 and {SHORTAGE_OCCUPATIONS} is not set; expected the file"
    with pytest.raises(SettingsError, match=says):
        Settings.read({SHORTAGE_BOOST: "2"})


def test_sources_and_their_quotas_are_read() -> None:
    named = {SOURCES_ON: "competences, similar", QUOTAS: "similar=2", LEAST_PEOPLE: "7"}
    sources = Settings.read(named).policy.sources
    assert sources.on == {"competences", "similar"}
    assert sources.most == {"similar": 2, "employer": 3}
    assert sources.least == 7
    assert Settings.read({}).policy.sources == Sources()


@pytest.mark.parametrize(
    ("name", "found", "says"),
    [
        (SOURCES_ON, "clicks", "MATCHER_SOURCES names 'clicks', expected some of competences"),
        (QUOTAS, "similar=-1", "MATCHER_QUOTAS has 'similar=-1', expected as similar=4"),
        (QUOTAS, "friends=4", "MATCHER_QUOTAS names 'friends', expected some of competences"),
        (LEAST_PEOPLE, "2", "MATCHER_LEAST_PEOPLE is '2', expected a number from 3 to 1000"),
        (LEAST_PEOPLE, "5.5", "MATCHER_LEAST_PEOPLE is 5.5, expected a whole number"),
        (SIMILAR_POINTS, "21", "MATCHER_SIMILAR_POINTS is '21', expected a number from 0 to 20"),
    ],
)
def test_sources_that_do_not_fit_are_refused_by_name(name: str, found: str, says: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)):
        Settings.read({name: found})
