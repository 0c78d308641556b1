"""The commands about one person's own data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from competent_data.formats.sample import Sample
from competent_data.records import Held
from competent_data.store import Store, UnknownId
from matcher.cli import cli
from matcher.dashboard import Dashboard, dashboard
from matcher.page import page
from matcher.settings import STORE, Settings

TODAY = ("--today", "2026-11-02")


@pytest.fixture
def store(sample_copy: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A sample that may be changed; commands find it."""
    monkeypatch.setenv(STORE, sample_copy.store)
    with Store(sample_copy.store) as opened:
        yield opened


@pytest.fixture
def someone(sample: Sample) -> str:
    """The demo person's id."""
    return sample.demo_person


def run(*words: str, answer: str = "") -> Result:
    """What a command did that got an answer on its standard input."""
    return CliRunner().invoke(cli, words, input=answer)


def test_the_dashboard_is_printed_written_and_given_as_json(
    store: Store, someone: str, sample: Sample, tmp_path: Path
) -> None:
    expected = dashboard(store, someone, sample.today, "en")
    printed = run("dashboard", someone, "--lang", "en", *TODAY)
    assert "My vacancies: Dossier logistiek-p01, on 02/11/2026" in printed.output
    assert f"Applied for ({len(expected.applied)})" in printed.output
    told = run("dashboard", someone, "--lang", "en", "--json", *TODAY)
    assert msgspec.json.decode(told.output, type=Dashboard) == expected
    file = tmp_path / "mine.html"
    written = run("dashboard", someone, "--lang", "en", "--html", str(file), *TODAY)
    assert written.output == f"written to {file}\n"
    assert file.read_text("utf-8") == page(expected)


def test_everything_is_exported_as_one_object(store: Store, someone: str) -> None:
    held = json.loads(run("export", someone).output)
    assert msgspec.convert(held, Held) == store.export_person(someone)


def test_erasing_asks_first_and_says_what_went(store: Store, someone: str) -> None:
    held = store.export_person(someone)
    refused = run("erase", someone, answer="n\n")
    assert refused.exit_code == 1
    assert f"Erase a dossier, {len(held.events)} events" in refused.output
    assert refused.output.endswith("nothing was erased\n")
    assert store.export_person(someone) == held
    done = run("erase", someone, answer="y\n")
    assert done.exit_code == 0
    assert f"erased      {1:>9,} person\n" in done.output
    assert f"erased      {len(held.events):>9,} event\n" in done.output
    with pytest.raises(UnknownId):
        store.export_person(someone)


def test_nothing_is_erased_where_nobody_answers(store: Store, someone: str) -> None:
    """As in a script without --yes."""
    held = store.export_person(someone)
    refused = run("erase", someone)
    assert refused.exit_code == 2
    assert "nobody said yes, expected an answer or --yes" in refused.output
    assert store.export_person(someone) == held


def test_erasing_asks_nothing_where_yes_is_said(store: Store, someone: str) -> None:
    assert "?" not in run("erase", someone, "--yes").output
    assert someone not in {person.id for person in store.people()}


@pytest.mark.parametrize("command", ["dashboard", "export", "erase"])
def test_of_nobody_there_is_nothing(store: Store, command: str) -> None:
    before = store.counts()
    failed = run(command, "nobody")
    assert isinstance(failed.exception, UnknownId)
    assert str(failed.exception) == "there is nothing about a person 'nobody' in the store"
    assert store.counts() == before


def test_a_dismissal_prints_what_it_offers_and_takes_it_if_told_to(
    store: Store, someone: str
) -> None:
    words = ("record", someone, "logistiek-v09", "dismissed", "--reason", "too-far")
    before = store.person(someone)
    for end in ((), ("--no-wish",)):
        said = run(*words, "--lang", "en", *end)
        assert "Show only vacancies within" in said.output
        assert store.person(someone) == before
    taken = run(*words, "--wish")
    assert taken.exit_code == 0
    now = store.person(someone).travel_km
    assert now is not None
    assert before.travel_km is not None
    assert now < before.travel_km
    assert f"Alleen vacatures binnen {now:g} km tonen?" in taken.output
    assert [event.reason for event in store.events(someone)][-3:] == ["too-far"] * 3


def test_anything_else_is_recorded_and_offers_nothing(store: Store, someone: str) -> None:
    said = run("record", someone, "logistiek-v09", "saved", "--source", "similar")
    event = store.events(someone)[-1]
    assert said.output == f"recorded {event.id}\n"
    assert (event.kind, event.provenance) == ("saved", "similar")


def test_an_event_about_what_is_not_there_or_without_words_is_refused(
    store: Store, someone: str
) -> None:
    before = store.counts()
    for words, says in (
        (("nobody", "logistiek-v09", "saved"), "there is no person 'nobody'"),
        ((someone, "none", "saved"), "there is no vacancy 'none'"),
        ((someone, "logistiek-v09", "dismissed", "--reason", ""), "reason: found ''"),
    ):
        assert says in str(run("record", *words).exception)
    assert store.counts() == before
