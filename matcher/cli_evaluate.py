"""The command that measures on what people did next, beside what one would use instead."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Literal, get_args

import click
from rich.console import Console

from competent_data.formats.intake import Report
from competent_data.records import EventKind
from competent_data.store import StoreError
from matcher.cli_import import say_refused
from matcher.evaluation import Log, Split, opened
from matcher.evaluation import evaluate as measure
from matcher.evaluation.printed import evaluated, tables
from matcher.evaluation.splits import POSITIVE, by_time, last_days, last_out
from matcher.progress import ProgressBar
from matcher.settings import Settings

_WIDTH = 150
"""Wide enough for every column, where the terminal does not say how wide it is."""

_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--people", type=_file, help="Dossiers, instead of the store's.")
@click.option("--vacancies", type=_file, help="Vacancies, instead of the store's.")
@click.option("--events", type=_file, help="Events, instead of the store's.")
@click.option(
    "--split",
    type=click.Choice(["time", "last"]),
    default="time",
    show_default=True,
    help="Cut all events at a day, or leave the last wish of each person out.",
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to cut at; by default such that --share of the days is left.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.2,
    show_default=True,
    help="The share of the log's days to ask about.",
)
@click.option(
    "--positive",
    "kinds",
    multiple=True,
    type=click.Choice(get_args(EventKind)),
    default=POSITIVE,
    show_default=True,
    help="What shows that a person wanted a vacancy; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a ranker (docs/json.md).")
def evaluate(
    people: Path | None,
    vacancies: Path | None,
    events: Path | None,
    split: Literal["time", "last"],
    at: dt.datetime | None,
    share: float,
    kinds: tuple[EventKind, ...],
    as_json: bool,
) -> None:
    """Measure on what people did next: ours beside popularity, words, title and place.

    Uses what is in the store, or files (docs/evaluate.md), and stores nothing. Exit status 1: some
    records of the files were refused, the rest was measured.
    """
    if at is not None and split == "last":
        raise click.UsageError("--at goes with --split time; --split last has a day a person")
    report = Report()
    with ProgressBar() as told:
        told(0.0, "reading people, vacancies and events")
        with opened(
            Settings.read(), report, people=people, vacancies=vacancies, events=events
        ) as log:
            say_refused(report)
            found = measure(log, _split(log, split, at, share, frozenset(kinds)), told)
    if as_json:
        for line in evaluated(found):
            click.echo(json.dumps(line, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = _WIDTH
        for table in tables(found):
            console.print(table)
    sys.exit(1 if report.refused else 0)


def _split(
    log: Log,
    split: Literal["time", "last"],
    at: dt.datetime | None,
    share: float,
    positive: frozenset[EventKind],
) -> Split:
    if not log.events:
        raise StoreError(
            "there are no events to measure on; matcher import events FILE, or --events FILE"
        )
    if split == "last":
        return last_out(log, positive)
    return by_time(log, at.date() if at else last_days(log, share), positive)
