"""The embedded sample: everything in it fits together, and one of the same layout can be read."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.sample import FOLDER, Sample, import_sample, read_sample
from competent_data.places import Gazetteer
from competent_data.records import Event, Pin
from competent_data.store import Store

SECTOR = "zorg"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A sample of one sector that a test may change."""
    for name in ("sample.toml", "places.csv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    shutil.copytree(FOLDER / SECTOR, tmp_path / SECTOR)
    return tmp_path


def append(path: Path, text: str) -> int:
    """Adds text at the end; returns the number of its first line."""
    old = path.read_text("utf-8")
    path.write_text(old + text, "utf-8")
    return old.count("\n") + 1


def test_nothing_of_the_sample_is_refused_and_no_id_stands_twice(sample: Sample) -> None:
    assert sample.refused == ()
    for records in (sample.concepts, sample.people, sample.vacancies, sample.events, sample.pins):
        ids = Counter(record.id for record in records)
        assert [id_ for id_, count in ids.items() if count > 1] == []


def test_every_id_in_the_sample_leads_somewhere(sample: Sample) -> None:
    concepts = {concept.id for concept in sample.concepts}
    occupations = {c.id for c in sample.concepts if c.kind == "occupation"}
    for link in sample.links:
        assert {link.competence} <= concepts - occupations
        assert link.occupation in occupations
    for person in sample.people:
        named = {id_ for id_, _ in person.competences.items()} | set(person.competences.refused)
        assert named <= concepts - occupations
        assert {*person.wished, *(past.occupation for past in person.past)} <= occupations
    for vacancy in sample.vacancies:
        assert {*vacancy.must, *vacancy.may} <= concepts - occupations
        assert vacancy.occupation is None or vacancy.occupation in occupations
    people = {person.id for person in sample.people}
    vacancies = {vacancy.id for vacancy in sample.vacancies}
    happened: list[Event | Pin] = [*sample.events, *sample.pins]
    for record in happened:
        assert (record.person in people, record.vacancy in vacancies) == (True, True)
    assert sample.demo_person in people


def test_importing_stores_all_of_it_once_however_often(store: Store, sample: Sample) -> None:
    for _ in range(2):
        report = import_sample(store)
    counts = store.counts()
    assert counts["concept"] == len(sample.concepts)
    assert counts["person"] == len(sample.people)
    assert counts["vacancy"] == len(sample.vacancies)
    assert counts["event"] == len(sample.events)
    assert (report.exit_status, report.refused) == (0, [])


def test_every_place_that_the_sample_names_is_known(store: Store, sample: Sample) -> None:
    import_sample(store)
    gazetteer = Gazetteer.load(store)
    named = {record.place for record in (*sample.people, *sample.vacancies) if record.place}
    assert [place for place in sorted(named) if gazetteer.find(place) is None] == []


@pytest.mark.parametrize(
    ("file", "text", "refusal"),
    [
        (
            "competences.csv",
            "nieuw,talent,,a,b,c,,,\n",
            "kind: found 'talent', expected one of activity, group",
        ),
        (
            "competences.csv",
            "nieuw,skill,,a,b,c,,http://data.europa.eu/esco/skill/x,same\n",
            "relation: found 'same', expected one of exact, close, narrow, broad",
        ),
        ("occupations.toml", "[[occupation]]\nvks = 2\n", "id: found nothing, expected an id"),
        ("vacancies.toml", '[[vacancy]]\nid = "v"\n', "title: found nothing, expected a value"),
        (
            "people.toml",
            '[[person]]\nid = "p"\nage = 5\n',
            "age: found 'an unknown field', expected only id",
        ),
        (
            "people.toml",
            '[[person]]\nid = "p"\ncompetences = { self = ["x"], refused = ["x"] }\n',
            "competences: found \"competence 'sample:x' stands under two levels",
        ),
        (
            "events.csv",
            "e,p,v,seen,2026-10-06T08:15:00,,\n",
            "kind: found 'seen', expected one of applied",
        ),
        ("pins.csv", "n,p,v,self,graag,morgen\n", "when: found 'morgen', expected a date as 2026"),
    ],
)
def test_a_record_that_does_not_fit_is_named_and_left_out_whole(
    copy: Path, file: str, text: str, refusal: str
) -> None:
    before = read_sample(copy)
    line = append(copy / SECTOR / file, text)
    after = read_sample(copy)
    (refused,) = after.refused
    assert str(refused).startswith(f"{SECTOR}/{file}:{line}: {refusal}")
    assert (after.concepts, after.relations, after.links) == (
        before.concepts,
        before.relations,
        before.links,
    )
    assert (after.people, after.vacancies) == (before.people, before.vacancies)
    assert (after.events, after.pins) == (before.events, before.pins)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is no sample: sample.toml"),
        ("version = ", "is no sample: sample.toml"),
        ('version = "1"\n', "found no today, expected one"),
    ],
)
def test_a_folder_that_is_no_sample_is_refused_and_nothing_is_stored(
    store: Store, copy: Path, content: str | None, message: str
) -> None:
    (copy / "sample.toml").unlink()
    if content is not None:
        (copy / "sample.toml").write_text(content)
    with pytest.raises(FormatError, match=message):
        import_sample(store, copy)
    assert not any(store.counts().values())


def test_a_changed_sample_has_another_version(tmp_path: Path, sample: Sample) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(FOLDER, folder)
    assert read_sample(folder).version == sample.version
    people = folder / "zorg" / "people.toml"
    people.write_text(people.read_text("utf-8") + "\n# one remark more\n", "utf-8")
    assert read_sample(folder).version != sample.version
