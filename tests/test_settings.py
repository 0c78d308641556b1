"""Where the store and what is fitted lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.settings import Settings


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


def test_the_demonstration_keeps_apart_from_any_other_store() -> None:
    named = {"XDG_CACHE_HOME": "/cache", "MATCHER_STORE": "sqlite:////srv/jobs.db"}
    assert Settings.demo(named) == Settings(
        "sqlite:////cache/competent-matcher/demo.db", Path("/cache/competent-matcher/demo.fitted")
    )
