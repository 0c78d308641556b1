"""The command line: what it prints, and an error as one sentence with exit status 2."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from competent_data.formats.sample import Sample
from competent_data.records import Concept, Scheme, Vacancy
from competent_data.store import Store
from matcher import wire
from matcher.cli import main
from matcher.engine import Engine
from matcher.messages import messages
from matcher.settings import Settings
from models import card_file
from models.card_file import CardFile, LearntFrom
from models.encoder import CHEAPEST, EncoderSettings
from models.scorecard import Scorecard

TODAY = ("--today", "2026-11-02")


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `matcher` on a store, with the user's folders in a temporary one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        monkeypatch.delenv(name)

    def of(*words: str, store: str | None = None) -> Ran:
        if store is not None:
            monkeypatch.setenv("MATCHER_STORE", store)
        monkeypatch.setattr("sys.argv", ["matcher", *words])
        status = 0
        try:
            main()
        except SystemExit as left:
            status = int(left.code or 0)
        return Ran(status, *capsys.readouterr())

    return of


@pytest.fixture
def sampled(run: Run, sample_settings: Settings) -> Run:
    """Runs `matcher` on the fitted sample."""

    def of(*words: str) -> Ran:
        return run(*words, store=sample_settings.store)

    return of


def assert_refused(ran: Ran, *says: str) -> None:
    """One sentence on standard error, nothing on standard output, exit status 2."""
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("matcher: ")
    assert ran.err.count("\n") == 1
    for part in says:
        assert part in ran.err


@pytest.fixture
def dossier(tmp_path: Path) -> Callable[[str], str]:
    """Writes a dossier's file and gives its path."""

    def of(text: str, name: str = "person.jsonl") -> str:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return of


# -- answers -------------------------------------------------------------------------------


def test_suggest_as_json_is_one_suggestion_a_line(
    sampled: Run, engine: Engine, sample: Sample
) -> None:
    ran = sampled("suggest", sample.demo_person, "--limit", "4", "--json", *TODAY)
    found = engine.suggest(engine.store.person(sample.demo_person), sample.today, limit=4)
    assert ran.status == 0
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        json.loads(json.dumps(wire.suggestion(item))) for item in found.items
    ]


def test_brief_answers_hold_the_list_with_its_reasons_alone(
    sampled: Run, sample: Sample, tmp_path: Path
) -> None:
    """From each command that gives a list."""
    person = sample.demo_person
    whole, brief = (
        [json.loads(line) for line in sampled("suggest", person, *how, *TODAY).out.splitlines()]
        for how in (["--json"], ["--json", "--brief"])
    )
    assert any(line["gaps"] for line in whole)
    assert brief == [line | {"gaps": None} for line in whole]
    out = tmp_path / "all.jsonl"
    assert sampled("batch", "--out", str(out), "--brief", *TODAY).status == 0
    answers = {a["person"]: a for a in map(json.loads, out.read_text("utf-8").splitlines())}
    assert answers[person]["suggestions"] == brief
    assert not any(answer["near_misses"] or answer["left_out"] for answer in answers.values())
    people = sampled("candidates", "logistiek-v01", "--json", "--brief", *TODAY)
    assert {json.loads(line)["gaps"] for line in people.out.splitlines()} == {None}
    heading = messages("nl")("show", "gaps")
    assert heading in sampled("suggest", person, "--lang", "nl", *TODAY).out
    assert heading not in sampled("suggest", person, "--lang", "nl", "--brief", *TODAY).out


def test_a_spread_is_heeded_by_suggest_and_the_setting_by_all(
    sampled: Run,
    engine: Engine,
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A person whose list a spread of five points changes."""
    person = next(
        p for p in sample.people if engine.suggest(p, sample.today, spread=5.0).given_up > 0
    )
    plain = sampled("suggest", person.id, "--json", *TODAY)
    wide = sampled("suggest", person.id, "--json", "--spread", "5", *TODAY)
    assert wide.out != plain.out
    assert any(json.loads(line)["placed"] for line in wide.out.splitlines())
    out = tmp_path / "all.jsonl"
    monkeypatch.setenv("MATCHER_SPREAD", "5")
    assert sampled("suggest", person.id, "--json", *TODAY).out == wide.out
    assert sampled("suggest", person.id, "--json", "--spread", "0", *TODAY).out == plain.out
    assert sampled("batch", "--out", str(out), *TODAY).status == 0
    answers = {a["person"]: a for a in map(json.loads, out.read_text("utf-8").splitlines())}
    lines = [json.loads(line) for line in wide.out.splitlines()]
    assert answers[person.id]["suggestions"] == lines
    printed = sampled("suggest", person.id, "--lang", "nl", *TODAY).out
    assert "staat hier voor meer spreiding over beroepen" in " ".join(printed.split())
    assert "Spreiding over beroepen: samen" in printed


def test_candidates_as_json_is_one_candidate_a_line(sampled: Run) -> None:
    ran = sampled("candidates", "logistiek-v01", "--json", *TODAY)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["rank"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(line["person"] for line in lines)


def test_compare_as_json_is_one_object(sampled: Run, sample: Sample) -> None:
    ran = sampled("compare", sample.demo_person, "sample:magazijnier", "--json", *TODAY)
    assert json.loads(ran.out)["target"] == "sample:magazijnier"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("suggest", "logistiek-p01", "--lang", "en"), "Vacancies for logistiek-p01 on 02/11/2026"),
        (("candidates", "logistiek-v01", "--lang", "fr"), "logistiek-v01"),
        (("compare", "logistiek-p01", "sample:magazijnier"), "magazijnier"),
        (("compare", "logistiek-p01", "logistiek-v01", "--lang", "de"), "logistiek-p01"),
    ],
)
def test_answers_are_printed_for_people_too(
    sampled: Run, words: tuple[str, ...], says: str
) -> None:
    ran = sampled(*words, *TODAY)
    assert (ran.status, ran.err) == (0, "")
    assert says in ran.out


def test_show_prints_what_the_store_holds(sampled: Run) -> None:
    assert "magazijnier" in sampled("show", "sample:magazijnier").out
    assert json.loads(sampled("show", "logistiek-p01", "--json").out)["id"] == "logistiek-p01"


def test_a_dossier_in_a_file_is_answered_and_not_stored(
    sampled: Run, dossier: Callable[[str], str]
) -> None:
    file = dossier('{"id": "new", "wished": ["sample:kok"]}\n')
    ran = sampled("suggest", "--person", file, "--json", *TODAY)
    assert ran.status == 0
    assert 0 < len(ran.out.splitlines()) <= 10
    assert_refused(sampled("suggest", "new", *TODAY), "'new'")
    compared = sampled("compare", "--person", file, "sample:kok", "--json", *TODAY)
    assert json.loads(compared.out)["person"] == "new"


def test_no_data_is_said_on_standard_error_and_leaves_no_line(
    sampled: Run, dossier: Callable[[str], str]
) -> None:
    ran = sampled("suggest", "--person", dossier('{"id": "new"}'), "--json", *TODAY)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "matcher: no suggestions: insufficient_data\n"


def test_batch_says_what_it_wrote_and_where(
    run: Run, sample_copy: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "all.jsonl"
    ran = run("batch", "--out", str(out), "--limit", "1", *TODAY, store=sample_copy.store)
    lines = out.read_text("utf-8").splitlines()
    suggestions = sum(len(json.loads(line)["suggestions"]) for line in lines)
    assert ran.out == f"{len(lines)} people, {suggestions} suggestions, written to {out}\n"


def test_the_demonstration_fits_once(
    run: Run, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the cheapest settings, which are soon learnt."""
    monkeypatch.setattr(EncoderSettings, "suited", lambda _taxonomy: CHEAPEST)
    first = run("demo", "--limit", "1", "--json")
    assert first.status == 0
    assert len(first.out.splitlines()) == 1
    assert "learning" in first.err
    manifest = tmp_path / "cache" / "competent-matcher" / "demo.fitted" / "manifest.json"
    written = manifest.stat().st_mtime_ns
    second = run("demo", "--limit", "1", "--json")
    assert (second.status, second.out, second.err) == (0, first.out, "")
    assert manifest.stat().st_mtime_ns == written
    printed = run("demo", "--limit", "1", "--lang", "en")
    assert "all people and employers are invented" in printed.out
    assert f"matcher show {sample.demo_person}" in printed.out


def test_the_demonstration_leaves_nothing_of_another_sample(
    run: Run, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of an older sample, with a vacancy that is no longer in it."""
    monkeypatch.setattr(EncoderSettings, "suited", lambda _taxonomy: CHEAPEST)
    cache = tmp_path / "cache" / "competent-matcher"
    with Store(f"sqlite:///{cache / 'demo.db'}", create=True) as old:
        old.put_scheme(Scheme(id="sample", version="0", title="An older sample"))
        old.put_vacancies([Vacancy(id="gone", title="Gone")])
    assert run("demo", "--limit", "1", "--json").status == 0
    with Store(f"sqlite:///{cache / 'demo.db'}") as new:
        assert [scheme.version for scheme in new.schemes()] == [sample.version]
        assert len(list(new.vacancies())) == len(sample.vacancies)


def test_a_text_that_is_no_text_is_one_sentence(sampled: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"\xff\xfe")
    assert_refused(sampled("read", str(broken)), "can't be read as UTF-8 text")


def test_version_and_help_succeed(run: Run) -> None:
    assert run("--version").out.startswith("matcher, version ")
    for command in ("suggest", "candidates", "compare", "show", "demo", "batch", "fit", "import"):
        ran = run(command, "--help")
        assert ran.status == 0
        assert ran.out.startswith("Usage: matcher")


# -- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("suggest", "nobody"), ("no person 'nobody'",)),
        (("candidates", "nothing"), ("no vacancy 'nothing'",)),
        (("compare", "logistiek-p01", "nothing"), ("no vacancy or occupation 'nothing'",)),
        (("compare", "logistiek-p01"), ("1 ids given, expected 2",)),
        (("show", "nothing"), ("'nothing'",)),
        (("suggest",), ("expected a person", "--person FILE")),
        (("suggest", "logistiek-p01", "--person", "x"), ("expected a person", "--person FILE")),
        (("candidates",), ("expected a vacancy", "--vacancy FILE")),
        (("suggest", "logistiek-p01", "--today", "02/11/2026"), ("--today", "02/11/2026")),
        (("suggest", "logistiek-p01", "--today", "2026-02-30"), ("--today", "2026-02-30")),
        (("suggest", "logistiek-p01", "--lang", "es"), ("--lang", "'es'", "nl")),
        (("suggest", "logistiek-p01", "--limit", "0"), ("--limit",)),
        (("suggest", "logistiek-p01", "--spread", "11"), ("--spread", "11", "0<=x<=10")),
        (("suggest", "logistiek-p01", "--spread", "nan"), ("--spread", "nan")),
        (("suggest", "--person", "nowhere.jsonl"), ("nowhere.jsonl", "No such file")),
        (("batch", "--out", "nowhere/all.jsonl"), ("nowhere",)),
        (("batch",), ("--out",)),
        (("serve", "--host", "0.0.0.0"), ("0.0.0.0", "127.0.0.1", "no access control")),
        (("bench",), ("MATCHER_REFERENCE_DATA is not set",)),
        (("import", "people", "nowhere.jsonl"), ("nowhere.jsonl",)),
        (("frobnicate",), ("frobnicate",)),
    ],
)
def test_a_wrong_command_is_refused_in_one_sentence(
    sampled: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, ...],
    says: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(sampled(*words), *says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 records, expected one dossier"),
        ('{"id": "a"}\n{"id": "b"}\n', "2 records, expected one dossier"),
        ('{"id": "a", "wishes": []}\n', "person.jsonl:1: wishes:"),
        ('{"id": "a", "study_level": 9}\n', "person.jsonl:1: study_level: found 9"),
        ('{"id": \n', "person.jsonl:1:"),
        ('{"id": "a", "competences": {"self": ["c"], "attested": ["c"]}}\n', "'c'"),
    ],
)
def test_a_dossier_that_does_not_fit_is_named_by_file_line_and_field(
    sampled: Run, dossier: Callable[[str], str], text: str, says: str
) -> None:
    assert_refused(sampled("suggest", "--person", dossier(text), *TODAY), says)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sqlite:////nowhere/none.db", "there is no store at"),
        ("sqlite:/nowhere/none.db", "is no database URL"),
        ("no address", "is no database URL"),
    ],
)
def test_without_a_store_it_says_what_to_do(run: Run, address: str, says: str) -> None:
    for words in (("suggest", "p"), ("candidates", "v"), ("show", "x"), ("fit",)):
        assert_refused(run(*words, store=address), says)


def test_a_setting_that_does_not_fit_is_refused_in_one_sentence(
    sampled: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MATCHER_SHORTAGE_BOOST", "many")
    assert_refused(sampled("suggest", "logistiek-p01"), "MATCHER_SHORTAGE_BOOST is 'many'")
    monkeypatch.setenv("MATCHER_SHORTAGE_BOOST", "2")
    assert_refused(sampled("suggest", "logistiek-p01"), "MATCHER_SHORTAGE_OCCUPATIONS is not set")
    monkeypatch.setenv("MATCHER_SHORTAGE_OCCUPATIONS", str(tmp_path / "none.txt"))
    assert_refused(sampled("suggest", "logistiek-p01"), "none.txt")


def test_by_default_the_store_is_looked_for_in_the_users_data_folder(
    run: Run, tmp_path: Path
) -> None:
    assert_refused(run("suggest", "p"), str(tmp_path / "data" / "competent-matcher"))


def test_an_empty_store_can_not_be_fitted_nor_asked(run: Run, store: Store) -> None:
    assert_refused(run("fit", store=store.url), "no competences to learn from", "matcher import")
    assert_refused(run("suggest", "p", store=store.url), "nothing is fitted", "matcher fit")


def test_a_file_that_is_no_store_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("milk, bread")
    assert_refused(run("suggest", "p", store=f"sqlite:///{path}"), "is no store of this program")
    assert path.read_text() == "milk, bread"


def test_a_fit_on_other_taxonomies_is_refused_with_both(run: Run, sample_copy: Settings) -> None:
    with Store(sample_copy.store) as store:
        store.put_concepts([Concept(id="t:1", scheme="t", kind="skill", labels={"nl": "nieuw"})])
    ran = run("suggest", "logistiek-p01", store=sample_copy.store)
    assert_refused(ran, "was fitted on taxonomies", "the store now holds", "matcher fit")


def test_a_damaged_artefact_is_refused(run: Run, sample_copy: Settings) -> None:
    (sample_copy.artefact / "manifest.json").write_text("{")
    assert_refused(run("suggest", "p", store=sample_copy.store), "damaged", "matcher fit")


# -- import --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"id": "a"}\n{"id": "b"}\n', 0),
        ('{"id": "a"}\n{"id": "b", "colour": "red"}\n', 1),
        ('{"colour": "red"}\n', 2),
        ("", 2),
    ],
)
def test_an_import_tells_by_its_status_whether_all_some_or_nothing_went_in(
    run: Run, store: Store, dossier: Callable[[str], str], text: str, status: int
) -> None:
    ran = run("import", "people", dossier(text), store=store.url)
    assert ran.status == status
    assert len(list(store.people())) == text.count('"id"') - ("colour" in text and status == 1)
    if "colour" in text:
        assert "refused person.jsonl:" in ran.err
        assert "colour" in ran.err
        assert "refused             1 records" in ran.out


def test_importing_the_sample_makes_the_store_and_says_what_went_in(
    run: Run, tmp_path: Path, sample: Sample
) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'store.db'}"
    ran = run("import", "sample", store=url)
    assert ran.status == 0
    assert f"stored      {len(sample.people):>9,} people" in ran.out
    assert "refused             0 records" in ran.out
    with Store(url) as store:
        assert len(list(store.vacancies())) == len(sample.vacancies)


# -- evaluate ------------------------------------------------------------------------------


def test_evaluate_prints_every_ranker_and_what_was_skipped(sampled: Run) -> None:
    ran = sampled("evaluate", "--at", "2026-10-12")
    assert ran.status == 0
    for says in ("matcher", "BM25", "popularity", "title + place", "31 people without a wish"):
        assert says in ran.out


def test_evaluate_as_json_is_one_object_a_ranker(sampled: Run) -> None:
    ran = sampled("evaluate", "--split", "last", "--positive", "applied", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert lines[0]["ranker"] == "matcher"
    assert all(line["people"] == lines[0]["people"] > 0 for line in lines)


def test_evaluate_on_a_file_that_is_refused_in_part_says_so(
    sampled: Run, dossier: Callable[[str], str], sample: Sample
) -> None:
    event = {"person": sample.people[0].id, "vacancy": sample.vacancies[0].id, "kind": "saved"}
    lines = [json.dumps({**event, "when": "2026-10-20"}), json.dumps(event)]
    ran = sampled("evaluate", "--events", dossier("\n".join(lines), "events.jsonl"))
    assert ran.status == 1
    assert "refused events.jsonl:2: when: found nothing, expected a value" in ran.err
    assert "1 people with 1 wishes" in ran.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--split", "last", "--at", "2026-10-12"), "--at goes with --split time"),
        (("--at", "2030-01-01"), "leave nobody who wants something"),
        (("--events", "nowhere.jsonl"), "nowhere.jsonl"),
    ],
)
def test_what_can_not_be_evaluated_is_said_in_one_sentence(
    sampled: Run, words: tuple[str, ...], says: str
) -> None:
    ran = sampled("evaluate", *words)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err.splitlines()[-1]


# -- the learnt scorecard ------------------------------------------------------------------


def test_too_few_people_give_the_published_card_and_say_so(sampled: Run, tmp_path: Path) -> None:
    out = tmp_path / "card.json"
    ran = sampled("learn", "--out", str(out))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("49 people chose something, expected 50 or more: too few to learn")
    assert card_file.read(out) == Scorecard()
    assert json.loads(out.read_text("utf-8"))["learnt_from"]["until"] is None
    sampled("learn", "--out", str(out), "--until", "2026-10-15")
    assert json.loads(out.read_text("utf-8"))["learnt_from"]["until"] == "2026-10-15"


def test_a_scorecard_that_is_named_is_used_and_a_wrong_one_refused(
    sampled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Learning goes on from the published card, so it needs none, and repairs a wrong one."""
    out = tmp_path / "card.json"
    monkeypatch.setenv("MATCHER_SCORECARD", str(out))
    assert_refused(sampled("suggest", "logistiek-p01", *TODAY), "card.json can't be read")
    assert sampled("learn", "--out", str(out)).status == 0
    before = sampled("suggest", "logistiek-p01", "--json", *TODAY)
    found = CardFile.of(Scorecard().weighed(0.25), "learnt", ORIGIN, {})
    found.write(out)
    after = sampled("suggest", "logistiek-p01", "--json", *TODAY)
    assert (before.status, after.status) == (0, 0)
    assert before.out != after.out
    for line in map(json.loads, after.out.splitlines()):
        assert sum(reason["points"] for reason in line["reasons"]) == pytest.approx(line["score"])


ORIGIN = LearntFrom(events=0, people=0, pairs=0, left_out=0, until=None, digest="")
