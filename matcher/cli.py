"""The command line: translate, call, translate. An error is one sentence and exit status 2."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from rich.text import Text

from competent_data.formats.intake import FormatError, reading
from competent_data.formats.people import read_person
from competent_data.formats.sample import import_sample, read_sample
from competent_data.formats.vacancies import read_vacancy
from competent_data.records import LANGS, Lang, Person, Source, Vacancy
from competent_data.store import Store, StoreError, UnknownId
from competent_data.taxonomy import digest as taxonomy_digest
from competent_data.text import language
from matcher import batch as batches
from matcher import wire
from matcher.benchmark import run as run_benchmark
from matcher.benchmark import tables as benchmark_tables
from matcher.cli_evaluate import evaluate
from matcher.cli_import import imports
from matcher.cli_person import dashboard, erase, export, record
from matcher.engine import Engine
from matcher.fit import fit as fit_store
from matcher.labels import Labels
from matcher.learn import LEAST_PEOPLE, learn_card
from matcher.linking import Kind, link_lines
from matcher.messages import messages
from matcher.printed import print_comparison, print_reading, print_suggestions
from matcher.progress import ProgressBar
from matcher.reading import read as read_text
from matcher.settings import Policy, Settings, SettingsError
from matcher.shown import show_record
from matcher.similar import learnt
from matcher.sources import SOURCES
from matcher.spread import MOST_SPREAD
from matcher.suggestions import Suggestions
from models import artefact
from models.artefact import ArtefactError, fitted_on
from models.card_file import CardError, CardFile
from models.pretrained import PACKAGES, EncoderMissing

COMMANDS = "competent_matcher.commands"
"""Entry points of commands that packages above this one offer."""
FAULTS = (
    StoreError,
    FormatError,
    ArtefactError,
    CardError,
    SettingsError,
    EncoderMissing,
    OSError,
)
"""What a user can put right; everything else is a fault of ours and shows itself."""

_encoders = click.option(
    "--encoder",
    "encoders",
    multiple=True,
    type=click.Choice(list(PACKAGES)),
    help="Heed a pretrained encoder too (needs competent-matcher[encoders]).",
)
_today = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to answer for, as 2026-11-02; today by default.",
)
_lang = click.option("--lang", type=click.Choice(LANGS), help="Language of the answer.")
_json = click.option("--json", "as_json", is_flag=True, help="JSON lines (docs/json.md).")
_limit = click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)


class Points(click.FloatRange):
    """A number in a range; 'nan' lies in every range of click's."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number."""
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):
            self.fail(f"{value} is no number of points.", param, ctx)
        return found


_spread = click.option(
    "--spread",
    type=Points(0, MOST_SPREAD),
    help="Points that a vacancy may be given up for another occupation; MATCHER_SPREAD by default.",
)
_without = click.option(
    "--without",
    multiple=True,
    type=click.Choice(SOURCES),
    help="Leave out a source: nothing appears that only it found. May be given several times.",
)
_brief = click.option(
    "--brief",
    is_flag=True,
    help="The list with its reasons alone: no gaps, no near-misses, not what is left out.",
)
_person_file = click.option(
    "--person", "person_file", type=click.Path(path_type=Path), help="A dossier that is not stored."
)
_vacancy_file = click.option(
    "--vacancy", "vacancy_file", type=click.Path(path_type=Path), help="A vacancy not stored."
)


class CommandLine(click.Group):
    """Commands of this package, and those that other packages offer by an entry point."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *entry_points(group=COMMANDS).names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; an offered one is loaded when it is asked for."""
        for offered in entry_points(group=COMMANDS, name=cmd_name):
            try:
                command: click.Command = offered.load()
            except ModuleNotFoundError as error:
                raise click.UsageError(
                    f"'{cmd_name}' needs the package {error.name}; install "
                    f"competent-matcher[{', '.join(offered.extras) or 'service'}]"
                ) from error
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=CommandLine)
@click.version_option(package_name="competent-matcher")
def cli() -> None:
    """Matches people and jobs on competences, with every point of the score explained.

    The store is named by MATCHER_STORE (a database URL), what is fitted by MATCHER_ARTEFACT (a
    folder; by default beside the store), a learnt scorecard by MATCHER_SCORECARD (a file).
    """


cli.add_command(imports)
cli.add_command(evaluate)
for _command in (dashboard, export, erase, record):
    cli.add_command(_command)


@cli.command()
@_encoders
@_today
def fit(encoders: tuple[str, ...], today: dt.datetime | None) -> None:
    """Learn from the store's taxonomies, its texts, and what similar people found."""
    settings = Settings.read()
    asked = tuple(dict.fromkeys(encoders))
    with Store(settings.store) as store, ProgressBar() as told:
        day = _day(today)
        fitted = fit_store(store, settings.artefact, told, encoders=asked, today=day)
    click.echo(
        f"fitted on {len(fitted.vectoriser.competences_)} competences and "
        f"{len(fitted.vectoriser.occupations_)} occupations; read {len(fitted.jobs)} vacancies and "
        f"{len(fitted.people)} dossiers; written to {settings.artefact}"
    )


@cli.command()
@_today
def refresh(today: dt.datetime | None) -> None:
    """Read what came or changed since `fit` into what was fitted, and learn what similar people
    found; no word is learnt anew.

    Meant for every night. A service and a batch that are under way go on; a service then takes
    what is new.
    """
    settings = Settings.read()
    engine = Engine.open(settings)
    market = engine.market
    came = len(market.offers.late), len(market.candidates.late)
    whole = market.whole
    found = learnt(engine.store, whole, _day(today))
    artefact.save(dataclasses.replace(whole, neighbours=found), settings.artefact)
    click.echo(
        f"{came[0]} vacancies and {came[1]} dossiers came or changed since; {len(market.offers)} "
        f"vacancies and {len(market.candidates)} dossiers written to {settings.artefact}"
    )


@cli.command()
@click.argument("person", required=False)
@_person_file
@_limit
@_spread
@_without
@_brief
@_today
@_lang
@_json
def suggest(
    person: str | None,
    person_file: Path | None,
    limit: int,
    spread: float | None,
    without: tuple[Source, ...],
    brief: bool,
    today: dt.datetime | None,
    lang: Lang | None,
    as_json: bool,
) -> None:
    """The best vacancies for PERSON, with reasons and gaps."""
    engine = Engine.open(Settings.read())
    record = _person(engine.store, person, person_file)
    stored = person_file is None
    day = _day(today)
    engine.sources = engine.sources.without(*without)
    found = engine.suggest(
        record, day, limit=limit, lang=lang, history=stored, spread=spread, brief=brief
    )
    _print(found, lang or record.lang, as_json=as_json)


@cli.command()
@click.argument("vacancy", required=False)
@_vacancy_file
@_limit
@_brief
@_today
@_lang
@_json
def candidates(
    vacancy: str | None,
    vacancy_file: Path | None,
    limit: int,
    brief: bool,
    today: dt.datetime | None,
    lang: Lang | None,
    as_json: bool,
) -> None:
    """The best people for VACANCY, with reasons and gaps: the same score as `suggest`."""
    engine = Engine.open(Settings.read())
    record = _vacancy(engine.store, vacancy, vacancy_file)
    day = _day(today)
    found = engine.candidates(record, day, limit=limit, lang=lang, brief=brief)
    spoken: Lang = lang or record.lang
    if as_json:
        _lines([wire.candidate(item) for item in found.items], found.status)
        return
    heading = messages(spoken)(
        "show", "candidates", vacancy=record.id, title=record.title, today=f"{day:%d/%m/%Y}"
    )
    print_suggestions(_console(), found, spoken, heading, people=True)


@cli.command()
@click.argument("ids", nargs=-1, metavar="PERSON VACANCY|OCCUPATION")
@_person_file
@_vacancy_file
@_today
@_lang
@_json
def compare(
    ids: tuple[str, ...],
    person_file: Path | None,
    vacancy_file: Path | None,
    today: dt.datetime | None,
    lang: Lang | None,
    as_json: bool,
) -> None:
    """PERSON beside a vacancy or an occupation: covered, near, missing, unknown."""
    expected = 2 - (person_file is not None) - (vacancy_file is not None)
    if len(ids) != expected:
        raise click.UsageError(
            f"{len(ids)} ids given, expected {expected}: a person and a vacancy or occupation, "
            "each by id or by --person FILE, --vacancy FILE"
        )
    engine = Engine.open(Settings.read())
    left = list(ids)
    record = _person(engine.store, None if person_file else left.pop(0), person_file)
    target = _target(engine, None if vacancy_file else left.pop(0), vacancy_file)
    found = engine.compare(record, target, _day(today), lang=lang)
    if as_json:
        click.echo(json.dumps(wire.comparison(found), ensure_ascii=False))
        return
    print_comparison(_console(), found, lang or record.lang)


@cli.command()
@click.argument("id_", metavar="ID")
@_lang
@_json
def show(id_: str, lang: Lang | None, as_json: bool) -> None:
    """What the store holds about a person, vacancy, competence or occupation."""
    with Store(Settings.read().store) as store:
        show_record(_console(), store, id_, lang or "nl", as_json=as_json)


@cli.command()
@_limit
@_lang
@_json
def demo(limit: int, lang: Lang | None, as_json: bool) -> None:
    """The whole way on the embedded sample: store, fit, and suggestions for one person."""
    settings = Settings.demo()
    sample = read_sample()
    with Store(settings.store, create=True) as store:
        whole = sample.version in {scheme.version for scheme in store.schemes()}
    if not whole:
        # An older sample, or one that was cut short: nothing of it may stay.
        for old in settings.artefact.parent.glob("demo.db*"):
            old.unlink()
    with Store(settings.store, create=True) as store:
        if not whole:
            with ProgressBar() as told:
                import_sample(store, progress=told)
        if fitted_on(settings.artefact) != taxonomy_digest(store):
            with ProgressBar() as told:
                fit_store(store, settings.artefact, told, today=sample.today)
    engine = Engine.open(settings)
    person = engine.store.person(sample.demo_person)
    spoken: Lang = lang or "nl"
    if not as_json:
        console = _console()
        console.print(Text(messages(spoken)("show", "invented"), style="dim"))
        console.print(Text(person.text, style="italic"))
        console.print()
    found = engine.suggest(person, sample.today, limit=limit, lang=spoken)
    _print(found, spoken, as_json=as_json)
    if not as_json:
        program = "matcher" if shutil.which("matcher") else sys.argv[0]
        click.echo(
            f"\nThe sample's own day is {sample.today}. Try more of it:\n"
            f"  export MATCHER_STORE={settings.store}\n"
            f"  {program} show {person.id}\n"
            f"  {program} compare {person.id} sample:magazijnier --today {sample.today}\n"
            f"  {program} candidates logistiek-v01 --today {sample.today}"
        )


@cli.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@_limit
@_brief
@_today
@_lang
def batch(out: Path, limit: int, brief: bool, today: dt.datetime | None, lang: Lang | None) -> None:
    """Everybody's suggestions as JSON lines, one person a line; a killed run goes on."""
    engine = Engine.open(Settings.read())
    with ProgressBar() as told:
        done = batches.write(
            engine, out, _day(today), limit=limit, lang=lang, brief=brief, told=told
        )
    click.echo(f"{done.people} people, {done.suggestions} suggestions, written to {out}")


@cli.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day whose events count; all events by default.",
)
def learn(out: Path, until: dt.datetime | None) -> None:
    """Learn the scorecard from the store's events, and measure it on people held out.

    MATCHER_SCORECARD=FILE then uses it. The card starts from the published one each time, whichever
    is in use and however the operator weighs it.
    """
    engine = Engine.open(
        dataclasses.replace(Settings.read(), scorecard=None, policy=Policy(similar_points=0))
    )
    found = learn_card(engine, None if until is None else until.date())
    found.write(out)
    click.echo(f"{_learnt(found)}; written to {out}")


@cli.command()
@click.option("--alone", is_flag=True, help="Leave out the table with COMPETENT and ROME added.")
@_encoders
def bench(alone: bool, encoders: tuple[str, ...]) -> None:
    """Quality, confidence and speed on judged sets, each beside a floor.

    Needs MATCHER_REFERENCE_DATA. Exit status 1 where the gain of the suggestions over their floor
    is not above zero.
    """
    with ProgressBar() as told:
        found = run_benchmark(told, further=not alone, encoders=tuple(dict.fromkeys(encoders)))
    for table in benchmark_tables(found):
        _console().print(table)
    sys.exit(0 if all(part.seekers.above_floor for part in found.learnt) else 1)


@cli.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@_lang
@_json
def read(file: TextIO, lang: Lang | None, as_json: bool) -> None:
    """Everything found in one text (FILE, or - for standard input), with its words.

    The first line counts as the title. The language is recognised unless named.
    """
    with reading(file.name):
        text = file.read()
    engine = Engine.open(Settings.read())
    spoken: Lang = lang or _spoken(text)
    labels = Labels(engine.store, spoken)
    found = read_text(text, spoken, engine.vectoriser, labels, engine.market.places)
    if as_json:
        click.echo(json.dumps(wire.reading(found), ensure_ascii=False))
        return
    print_reading(_console(), found)


@cli.command()
@click.option("--kind", type=click.Choice(["occupation", "competence"]), required=True)
@click.option("--scheme", help="Only concepts of this taxonomy, as esco or competent.")
@click.option("--lang", type=click.Choice(LANGS), default="nl", show_default=True)
@click.option("--top", type=click.IntRange(min=1, max=1000), default=10, show_default=True)
def link(kind: Kind, scheme: str | None, lang: Lang, top: int) -> None:
    """Link lines `id<TAB>text` of standard input: one JSON line each."""
    engine = Engine.open(Settings.read())
    for answer in link_lines(sys.stdin, engine, kind, lang, top, scheme):
        click.echo(json.dumps(answer, ensure_ascii=False))


def _print(found: Suggestions, lang: Lang, *, as_json: bool) -> None:
    """Suggestions for a person, as JSON lines or for a terminal."""
    if as_json:
        _lines([wire.suggestion(item) for item in found.items], found.status)
        return
    day = f"{found.today:%d/%m/%Y}"
    heading = messages(lang)("show", "suggestions", person=found.subject, today=day)
    print_suggestions(_console(), found, lang, heading)


def _learnt(found: CardFile) -> str:
    """What was learnt, and whether it is better."""
    people = found.learnt_from.people
    if not found.measures:
        return (
            f"{people} people chose something, expected {LEAST_PEOPLE} or more: too few to learn "
            "from, so this is the published scorecard"
        )
    measure = found.measures["nDCG@10"]
    said = {
        "learnt": "the learnt scorecard is better than the published one",
        "published": "the learnt scorecard is WORSE than the published one",
        "undecided": "the learnt scorecard is not shown to be better than the published one",
    }[found.better]
    return (
        f"learnt from what {people - measure.people} people chose; on the last {measure.people} "
        f"{said}: nDCG@10 {measure.learnt:.3f}, published {measure.published:.3f}, gain "
        f"{measure.gain:+.3f} [{measure.low:+.3f}, {measure.high:+.3f}]"
    )


def _spoken(text: str) -> Lang:
    found = language(text)
    return next(lang for lang in LANGS if lang == found)


def _lines(values: Sequence[Mapping[str, Any]], status: str) -> None:
    for value in values:
        click.echo(json.dumps(value, ensure_ascii=False))
    if status != "ok":
        click.echo(f"matcher: no suggestions: {status}", err=True)


def _person(store: Store, id_: str | None, file: Path | None) -> Person:
    if (id_ is None) == (file is None):
        raise click.UsageError("expected a person: either an id, or --person FILE")
    return store.person(id_) if id_ is not None else read_person(file or Path())


def _vacancy(store: Store, id_: str | None, file: Path | None) -> Vacancy:
    if (id_ is None) == (file is None):
        raise click.UsageError("expected a vacancy: either an id, or --vacancy FILE")
    return store.vacancy(id_) if id_ is not None else read_vacancy(file or Path())


def _target(engine: Engine, id_: str | None, file: Path | None) -> Vacancy:
    if id_ is None:
        return read_vacancy(file or Path())
    try:
        return engine.store.vacancy(id_)
    except UnknownId:
        return engine.occupation_profile(id_)


def _day(today: dt.datetime | None) -> dt.date:
    return dt.date.today() if today is None else today.date()


def _console() -> Console:
    return Console(highlight=False)


def main() -> None:
    """Run the command line."""
    try:
        cli.main(prog_name="matcher", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        click.echo(f"matcher: {error.format_message()}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except FAULTS as error:
        click.echo(f"matcher: {error}", err=True)
        sys.exit(2)
