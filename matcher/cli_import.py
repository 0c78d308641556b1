"""The import commands: what goes into the store, what was refused and why, what stayed open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from competent_data.formats.competent import import_competent
from competent_data.formats.decisions import import_corrections, import_pins
from competent_data.formats.esco import import_esco
from competent_data.formats.events import import_events
from competent_data.formats.intake import Progress, Report
from competent_data.formats.people import import_people
from competent_data.formats.places import import_places
from competent_data.formats.rome import import_rome
from competent_data.formats.sample import import_sample
from competent_data.formats.vacancies import FORMATS, Format, import_vacancies
from competent_data.formats.vks import import_vks
from competent_data.store import Store
from matcher.progress import ProgressBar
from matcher.settings import Settings

REFUSALS_SHOWN = 50

_path = click.Path(path_type=Path)


@click.group("import")
def imports() -> None:
    """Put taxonomies, vacancies, people, events and places into the store.

    Exit status 0: all in; 1: some records refused, the rest is in; 2: nothing done.
    """


@imports.command("esco")
@click.argument("zips", nargs=-1, required=True, type=_path)
def esco(zips: tuple[Path, ...]) -> None:
    """ESCO's 'classification - LANG - csv' zips, one or more languages."""
    _run(lambda store, told: import_esco(store, zips, told))


@imports.command("competent")
@click.argument("competences", type=_path)
@click.argument("occupations", type=_path)
def competent(competences: Path, occupations: Path) -> None:
    """COMPETENT's two mapping tables to ESCO, plain or .gz; import ESCO first."""
    _run(lambda store, told: import_competent(store, competences, occupations, told))


@imports.command("rome")
@click.argument("folder", type=_path)
def rome(folder: Path) -> None:
    """The tables of ROME 3."""
    _run(lambda store, told: import_rome(store, folder, told))


@imports.command("vks")
@click.argument("folder", type=_path)
def vks(folder: Path) -> None:
    """Flemish qualification dossiers, one JSON file each."""
    _run(lambda store, told: import_vks(store, folder, told))


@imports.command("vacancies")
@click.argument("file", type=_path)
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Recognised by default.")
def vacancies(file: Path, format_: Format | None) -> None:
    """Vacancies: schema.org JobPosting, our own JSON lines or TOML, or CSV."""
    _run(lambda store, told: import_vacancies(store, file, format_, told))


@imports.command("people")
@click.argument("file", type=_path)
def people(file: Path) -> None:
    """Dossiers: our own JSON lines or TOML, or a JSON Resume; identity is left behind."""
    _run(lambda store, told: import_people(store, file, told))


@imports.command("events")
@click.argument("file", type=_path)
def events(file: Path) -> None:
    """What happened between people and vacancies: our own JSON lines, or CSV.

    Importing a file again, or in another order, changes nothing.
    """
    _run(lambda store, told: import_events(store, file, told))


@imports.command("pins")
@click.argument("file", type=_path)
def pins(file: Path) -> None:
    """What consultants, employers or people set before somebody, or hid from them: JSON lines.

    Importing a file again changes nothing; what is set so no nightly run takes back.
    """
    _run(lambda store, told: import_pins(store, file, told))


@imports.command("corrections")
@click.argument("file", type=_path)
def corrections(file: Path) -> None:
    """What consultants or people put right in dossiers: our own JSON lines.

    They are laid over the dossiers, and over whatever `import people` brings later.
    """
    _run(lambda store, told: import_corrections(store, file, told))


@imports.command("places")
@click.argument("file", type=_path)
def places(file: Path) -> None:
    """Municipalities as CSV: nis, name_nl, name_fr, postcodes, lat, lon."""
    _run(lambda store, told: import_places(store, file, told))


@imports.command("sample")
def sample() -> None:
    """The sample that comes with this program; all its people and employers are invented."""
    _run(lambda store, told: import_sample(store, progress=told))


def say_refused(report: Report) -> None:
    """The first refusals, and how many more there are, on standard error."""
    for refusal in report.refused[:REFUSALS_SHOWN]:
        click.echo(f"refused {refusal}", err=True)
    if len(report.refused) > REFUSALS_SHOWN:
        click.echo(f"refused {len(report.refused) - REFUSALS_SHOWN} more", err=True)


def _run(action: Callable[[Store, Progress], Report]) -> None:
    with Store(Settings.read().store, create=True) as store, ProgressBar() as told:
        report = action(store, told)
    say_refused(report)
    for name, count in report.stored.items():
        click.echo(f"stored      {count:>9,} {name}")
    click.echo(f"refused     {len(report.refused):>9,} records")
    for name, count in report.unresolved.items():
        click.echo(f"unresolved  {count:>9,} {name}: kept")
    for note in report.notes:
        click.echo(f"note: {note}")
    sys.exit(report.exit_status)
