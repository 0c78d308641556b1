"""`show`: what the store holds about one id."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from competent_data.formats.sample import Sample
from competent_data.records import Lang, Vacancy
from competent_data.store import Store, UnknownId
from matcher.engine import Engine
from matcher.shown import show_record


def shown(store: Store, id_: str, lang: Lang = "nl") -> str:
    """The text printed for an id."""
    console = Console(file=io.StringIO(), width=200, highlight=False)
    show_record(console, store, id_, lang, as_json=False)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_a_person_is_shown_with_names_instead_of_ids(engine: Engine, sample: Sample) -> None:
    text = shown(engine.store, sample.demo_person)
    person = engine.store.person(sample.demo_person)
    assert "sample:" not in text
    assert "magazijnier" in text
    assert "uit ervaring: " in text
    assert text.rstrip().endswith(person.text.split()[-1])


def test_a_vacancy_is_shown_under_its_title(engine: Engine, sample: Sample) -> None:
    for vacancy in sample.vacancies[:10]:
        text = shown(engine.store, vacancy.id)
        assert text.startswith(vacancy.title)
        assert "sample:" not in text


def test_an_occupation_lists_its_competences_heaviest_first(engine: Engine) -> None:
    lines = shown(engine.store, "sample:magazijnier").splitlines()
    weights = [float(line.split()[0]) for line in lines if line.endswith("(essential)")]
    others = [float(line.split()[0]) for line in lines if line.endswith("(optional)")]
    assert lines[0] == "magazijnier"
    assert weights + others == sorted(weights + others, reverse=True)
    assert len(weights) == sum(
        link.essential for link in engine.store.profile("sample:magazijnier")
    )


def test_a_competence_is_shown_in_the_language_asked(engine: Engine) -> None:
    concept = engine.store.concepts(["sample:heftruck-besturen"])["sample:heftruck-besturen"]
    assert shown(engine.store, concept.id, "fr").splitlines()[0] == concept.labels["fr"]


def test_brackets_in_a_text_are_no_markup(store: Store) -> None:
    store.put_vacancies([Vacancy(id="v1", title="[bold]Kok[/bold]", text="[red]dringend[/]")])
    text = shown(store, "v1")
    assert "[bold]Kok[/bold]" in text
    assert "[red]dringend[/]" in text


def test_as_json_the_record_comes_out_as_it_went_in(
    engine: Engine, sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    show_record(Console(), engine.store, sample.demo_person, "nl", as_json=True)
    shown_as = json.loads(capsys.readouterr().out)
    assert shown_as["id"] == sample.demo_person
    assert shown_as["wished"] == list(engine.store.person(sample.demo_person).wished)


def test_an_unknown_id_is_named_with_what_was_looked_for(engine: Engine) -> None:
    with pytest.raises(UnknownId, match="no person, vacancy, competence or occupation 'nobody'"):
        show_record(Console(), engine.store, "nobody", "nl", as_json=False)
