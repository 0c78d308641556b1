"""The commands about one person's own data: what they did, what is held, and forgetting it."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import get_args

import click
import msgspec
from rich.console import Console

from competent_data.formats.intake import FormatError, Misfit
from competent_data.formats.told import told
from competent_data.records import DISMISSALS, LANGS, Event, EventKind, Lang, Source
from competent_data.store import Store
from matcher.dashboard import dashboard as dashboard_of
from matcher.page import page
from matcher.printed import print_dashboard
from matcher.settings import Settings
from matcher.wishes import accepted, offer

_lang = click.option("--lang", type=click.Choice(LANGS), help="Language of the answer.")


@click.command()
@click.argument("person")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it there as one page of HTML, ready to be printed.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which vacancies are open or not; today by default.",
)
@_lang
@click.option("--json", "as_json", is_flag=True, help="One JSON object (docs/json.md).")
def dashboard(
    person: str, html: Path | None, today: dt.datetime | None, lang: Lang | None, as_json: bool
) -> None:
    """What PERSON saved, applied for and dismissed, and what others decided for them."""
    day = dt.date.today() if today is None else today.date()
    with Store(Settings.read().store) as store:
        found = dashboard_of(store, person, day, lang)
    if html is not None:
        html.write_text(page(found), "utf-8")
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif html is not None:
        click.echo(f"written to {html}")
    else:
        print_dashboard(Console(highlight=False), found)


@click.command()
@click.argument("person")
def export(person: str) -> None:
    """Everything that is held about PERSON, as one JSON object (docs/json.md)."""
    with Store(Settings.read().store) as store:
        held = store.export_person(person)
    click.echo(msgspec.json.format(msgspec.json.encode(held)))


@click.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Don't ask.")
def erase(person: str, yes: bool) -> None:
    """Forget PERSON: dossier, history, what others decided. It can't be undone.

    A running service sees it at once. Until the next `matcher refresh` or `matcher fit` what was
    fitted holds a row of numbers of theirs, which nothing shows.
    """
    with Store(Settings.read().store) as store:
        held = store.export_person(person)
        parts = len(held.events), len(held.pins), len(held.corrections)
        what = "a dossier, " if held.person else ""
        what += "{} events, {} pins and {} corrections".format(*parts)
        if not (yes or _sure(f"Erase {what} of {person}? It can't be undone.")):
            raise click.ClickException("nothing was erased")
        found = store.erase_person(person)
    for name, count in found.items():
        click.echo(f"erased      {count:>9,} {name}")


def _sure(question: str) -> bool:
    """What is answered to a question that needs an answer.

    Raises:
        UsageError: nobody answers.
    """
    try:
        return click.confirm(question, err=True)
    except click.Abort as nobody:
        click.echo(err=True)
        raise click.UsageError("nobody said yes, expected an answer or --yes") from nobody


@click.command()
@click.argument("person")
@click.argument("vacancy")
@click.argument("kind", type=click.Choice(get_args(EventKind)))
@click.option(
    "--reason", help=f"Why it was dismissed: {', '.join(DISMISSALS)}, or the person's own words."
)
@click.option("--source", type=click.Choice(get_args(Source)), help="Who brought it to them.")
@click.option(
    "--wish/--no-wish",
    default=None,
    help="Take the wish that a dismissal offers, or not; asked for on a terminal.",
)
@_lang
def record(
    person: str,
    vacancy: str,
    kind: EventKind,
    reason: str | None,
    source: Source | None,
    wish: bool | None,
    lang: Lang | None,
) -> None:
    """Record what PERSON did with VACANCY, now. A dismissal may offer to become a wish."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    value = {"vacancy": vacancy, "kind": kind, "reason": reason, "provenance": source}
    with Store(Settings.read().store) as store:
        spoken: Lang = lang or store.person(person).lang
        about = store.vacancy(vacancy)
        try:
            event = told({k: v for k, v in value.items() if v is not None}, Event, person, now)
        except Misfit as misfit:
            raise FormatError(str(misfit)) from misfit
        store.put_events([event])
        click.echo(f"recorded {event.id}")
        found = offer(store, event, spoken)
        if found is None:
            return
        if wish is None and sys.stdin.isatty():
            wish = click.confirm(found.text, default=False)
        else:
            click.echo(found.text)
        if wish:
            correction = accepted(event, about, found, spoken)
            store.put_corrections([correction])
            click.echo(f"recorded {correction.id}")
