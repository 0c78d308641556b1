"""Everybody in one run: the same answers, and a killed run goes on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from competent_data.formats.sample import Sample
from competent_data.records import Event, Person, Vacancy
from matcher import batch, wire
from matcher.engine import Engine
from models.artefact import Fitted
from models.scorecard import Scorecard


@pytest.fixture
def few(
    engine_of: Callable[[Sequence[Person], Sequence[Vacancy]], Engine], sample: Sample
) -> Engine:
    """Six people of the sample, one of whom tells nothing, and a dozen vacancies."""
    silent = Person(id="logistiek-p02-silent", text="xyzzy")
    people = [p for p in sample.people if p.id.startswith("logistiek")][:5]
    jobs = [v for v in sample.vacancies if v.id.startswith("logistiek")][:12]
    return engine_of([*people, silent], jobs)


class Killed(Exception):
    """Stands for a run that is cut short."""


def part_of(out: Path) -> Path:
    """The one unfinished file beside `out`."""
    (part,) = out.parent.glob(f"{out.name}.*.part")
    return part


def killed(few: Engine, out: Path, today: dt.date, whole: bytes, kept: int) -> None:
    """Leave what a run leaves that was killed after `kept` bytes of `whole`."""

    def kill(_share: float, _text: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        batch.write(few, out, today, told=kill)
    assert part_of(out).read_bytes() == whole
    part_of(out).write_bytes(whole[:kept])


def test_a_line_a_person_in_the_order_of_ids_as_suggest_answers(
    few: Engine, tmp_path: Path, today: dt.date
) -> None:
    out = tmp_path / "all.jsonl"
    done = batch.write(few, out, today, limit=3)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["person"] for line in lines] == sorted(p.id for p in few.market.people)
    for person, line in zip(few.market.people, lines, strict=True):
        assert line == wire.suggestions(few.suggest(person, today, limit=3))
    assert (done.people, done.resumed) == (6, 0)
    assert done.suggestions == sum(len(line["suggestions"]) for line in lines)
    assert {line["status"] for line in lines} >= {"ok", "insufficient_data"}
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    few: Engine, tmp_path: Path, today: dt.date, share: float
) -> None:
    """Cut in the middle of a line: that person is done again, those before are not."""
    straight, out = tmp_path / "straight.jsonl", tmp_path / "all.jsonl"
    batch.write(few, straight, today)
    whole = straight.read_bytes()
    kept = int(share * len(whole))
    killed(few, out, today, whole, kept)
    done = batch.write(few, out, today)
    assert out.read_bytes() == whole
    assert done.resumed == whole[:kept].count(b"\n")
    lines = [json.loads(line) for line in whole.splitlines()]
    assert done.suggestions == sum(len(line["suggestions"]) for line in lines)


def test_a_file_that_stood_there_stays_until_the_new_one_is_done(
    few: Engine, tmp_path: Path, today: dt.date
) -> None:
    straight, out = tmp_path / "straight.jsonl", tmp_path / "all.jsonl"
    batch.write(few, straight, today)
    out.write_text("yesterday's\n")
    killed(few, out, today, straight.read_bytes(), 10)
    assert out.read_text() == "yesterday's\n"
    batch.write(few, out, today)
    assert out.read_bytes() == straight.read_bytes()


def test_another_day_limit_language_card_or_market_starts_anew(
    few: Engine, fitted: Fitted, tmp_path: Path, today: dt.date
) -> None:
    straight, out = tmp_path / "straight.jsonl", tmp_path / "all.jsonl"
    batch.write(few, straight, today)
    killed(few, out, today, straight.read_bytes(), straight.stat().st_size - 1)
    assert batch.write(few, out, today + dt.timedelta(days=1)).resumed == 0
    assert batch.write(few, out, today, limit=2).resumed == 0
    assert batch.write(few, out, today, lang="fr").resumed == 0
    weighed = Engine(few.store, fitted, Scorecard().weighed(0.5))
    assert batch.write(weighed, out, today).resumed == 0
    changed = msgspec.structs.replace(few.market.vacancies[0], employer="Iemand Anders")
    few.store.put_vacancies([changed])
    again = Engine(few.store, fitted)
    assert batch.write(again, out, today).resumed == 0
    assert batch.write(few, out, today).resumed == 5


def test_another_weighing_list_or_spread_starts_anew(
    few: Engine, fitted: Fitted, tmp_path: Path, today: dt.date
) -> None:
    straight, out = tmp_path / "straight.jsonl", tmp_path / "all.jsonl"
    batch.write(few, straight, today)
    killed(few, out, today, straight.read_bytes(), straight.stat().st_size - 1)
    for other in (
        Engine(few.store, fitted, Scorecard().weighed(0.5)),
        Engine(few.store, fitted, Scorecard().boosted(1.0)),
        Engine(few.store, fitted, shortage=["sample:magazijnier"]),
        Engine(few.store, fitted, spread=5.0),
    ):
        assert batch.write(other, out, today).resumed == 0
    assert batch.write(few, out, today).resumed == 5


def test_what_happened_meanwhile_starts_the_run_anew(
    few: Engine, tmp_path: Path, today: dt.date
) -> None:
    """The best vacancy of the first person is applied for between the kill and the next run."""
    straight, out = tmp_path / "straight.jsonl", tmp_path / "all.jsonl"
    batch.write(few, straight, today)
    killed(few, out, today, straight.read_bytes(), straight.stat().st_size - 1)
    first = json.loads(straight.read_text("utf-8").splitlines()[0])
    best = first["suggestions"][0]["vacancy"]
    when = dt.datetime(2026, 11, 1)
    few.store.put_events(
        [Event(id="e", person=first["person"], vacancy=best, kind="applied", when=when)]
    )
    assert batch.write(few, out, today).resumed == 0
    again = json.loads(out.read_text("utf-8").splitlines()[0])
    assert best not in {line["vacancy"] for line in again["suggestions"]}


def test_an_empty_store_gives_an_empty_file(
    engine_of: Callable[[Sequence[Person], Sequence[Vacancy]], Engine],
    tmp_path: Path,
    today: dt.date,
) -> None:
    out = tmp_path / "all.jsonl"
    assert batch.write(engine_of([], []), out, today) == batch.Written(0, 0, 0)
    assert out.read_bytes() == b""


def test_a_folder_that_is_not_there_is_named(few: Engine, tmp_path: Path, today: dt.date) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        batch.write(few, tmp_path / "nowhere" / "all.jsonl", today)


def test_somebody_who_is_erased_before_their_turn_has_no_line_and_the_run_goes_on(
    few: Engine, tmp_path: Path, today: dt.date
) -> None:
    """Either while the run is under way, or before the next."""
    last = max(person.id for person in few.market.people)
    few.market.digest  # noqa: B018 (read before anybody goes, as a run under way has)
    few.store.erase_person(last)
    for engine in (few, few.at(few.market.caught_up())):
        batch.write(engine, tmp_path / "all.jsonl", today, limit=2)
        lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
        people = [json.loads(line)["person"] for line in lines]
        assert len(people) == 5
        assert last not in people
