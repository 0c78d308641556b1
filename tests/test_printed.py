"""Answers as a person reads them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import pytest
from rich.console import Console

from competent_data.formats.sample import Sample
from competent_data.records import LANGS, Lang, Person, Vacancy
from matcher.engine import Engine
from matcher.messages import messages
from matcher.printed import print_comparison, print_suggestions
from matcher.suggestions import Suggestions


def printed(found: Suggestions, lang: Lang, *, people: bool = False, width: int = 300) -> str:
    """What stands on the terminal."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    print_suggestions(console, found, lang, "Heading", people=people)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def found(engine: Engine, sample: Sample, today: dt.date) -> Suggestions:
    """The demo person's three best vacancies."""
    return engine.suggest(engine.store.person(sample.demo_person), today, limit=3)


def test_a_suggestion_shows_rank_title_score_reasons_and_gaps(found: Suggestions) -> None:
    text = printed(found, "nl")
    say = messages("nl")
    for item in found.items:
        assert f" {item.rank}. {item.title} — {item.employer}, {item.place}" in text
        assert f"{say('show', 'score')} {say.number(item.score, 1)} / 100" in text
        for reason in item.reasons:
            assert not reason.known or f"{say('signal', reason.signal)}: {reason.text}" in text
        for gap in item.gaps[:3]:
            score = say.number(gap.score_with, 1)
            assert f"{gap.label}: score {score}" in text
            if gap.rank_with != item.rank:
                assert f"van plaats {item.rank} naar {gap.rank_with}" in text
    for near in found.near_misses:
        assert f"{near.title} ({near.id}): {near.text}" in text


def test_what_was_left_out_is_counted_by_reason(found: Suggestions) -> None:
    left_out = {"expired": 3, "applied": 1, "insufficient_data": 2}
    text = printed(dataclasses.replace(found, left_out=left_out), "en")
    assert "Not shown: 3 × no longer open, 1 × already applied, 2 × not enough data" in text


def test_points_that_are_shown_sum_to_the_score_that_is_shown(found: Suggestions) -> None:
    """Known reasons one by one and the unknown ones together, each rounded to a tenth."""
    for item in found.items:
        lines = printed(dataclasses.replace(found, items=(item,)), "en").splitlines()
        start = next(i for i, line in enumerate(lines) if " / 100 " in line)
        end = next(
            i for i, line in enumerate(lines) if line.strip() == messages("en")("show", "gaps")
        )
        rows = [line.split() for line in lines[start + 1 : end]]
        points = [float(row[0]) for row in rows if row and row[0].replace(".", "").isdigit()]
        assert len(points) > 8
        assert sum(points) == pytest.approx(item.score, abs=0.05 * len(points) + 0.05)


@pytest.mark.parametrize("lang", LANGS)
def test_every_status_says_what_to_do_in_every_language(found: Suggestions, lang: Lang) -> None:
    say = messages(lang)
    empty = dataclasses.replace(found, items=(), near_misses=(), left_out={})
    nothing = dataclasses.replace(empty, status="nothing_eligible")
    silent = dataclasses.replace(empty, status="insufficient_data")
    assert say("show", "nothing") in printed(nothing, lang)
    assert say("show", "nobody") in printed(nothing, lang, people=True)
    assert say("show", "insufficient_data") in printed(silent, lang)


def test_a_candidate_is_shown_by_id_without_the_employer(
    engine: Engine, found: Suggestions, today: dt.date
) -> None:
    vacancy = engine.store.vacancy(found.items[0].id)
    candidates = engine.candidates(vacancy, today, limit=2)
    text = printed(candidates, "nl", people=True)
    for item in candidates.items:
        assert (
            f" {item.rank}. {item.id}\n" in "\n".join(t.rstrip() for t in text.split("\n")) + "\n"
        )
    assert str(vacancy.employer) not in text


def test_a_text_wraps_under_its_own_beginning(found: Suggestions) -> None:
    assert all(len(line) <= 60 for line in printed(found, "nl", width=60).splitlines())


def test_brackets_in_titles_are_no_markup(engine: Engine, today: dt.date) -> None:
    person = Person(id="p", wished=("sample:kok",))
    vacancy = Vacancy(id="v", title="[red]Kok[/red]", occupation="sample:kok")
    console = Console(file=io.StringIO(), width=300, highlight=False)
    print_comparison(console, engine.compare(person, vacancy, today), "nl")
    assert "[red]Kok[/red]" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_comparison_groups_competences_with_their_number(
    engine: Engine, sample: Sample, today: dt.date
) -> None:
    person = engine.store.person(sample.demo_person)
    compared = engine.compare(person, engine.occupation_profile("sample:magazijnier"), today)
    console = Console(file=io.StringIO(), width=300, highlight=False)
    print_comparison(console, compared, "en")
    text = console.file.getvalue()  # type: ignore[attr-defined]
    covered = [c for c in compared.competences if c.match == "covered"]
    assert f"Covered ({len(covered)})" in text
    for part in compared.competences:
        assert f"{part.evidence.label}: {part.evidence.person} ↔ {part.evidence.vacancy}" in text
