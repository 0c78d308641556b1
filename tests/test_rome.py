"""ROME's tables, a few rows of each."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.rome import import_rome
from competent_data.records import Concept, ProfileLink
from competent_data.store import Store

TABLES = {
    "fiches": "code_rome,libelle_rome,definition\nD1102,Boulangerie,Fait le pain\n",
    "appellations": "code_rome,libelle_appellation_long\nD1102,Boulanger / Boulangère\n"
    "D1102,Boulangerie\nL1510,Animateur 3D\nL1510,Truquiste\n",
    "items": "code_ogr,kind,label\n1,activite,Pétrir\n2,savoir,Hygiène\n3,contexte,De nuit\n",
    "links": "code_rome,code_ogr,kind,base\nD1102,1,activite,True\nD1102,2,savoir,False\n"
    "D1102,3,contexte,True\n",
    "mobilite": "code_rome,code_rome_cible,libelle_type_mobilite\n"
    "D1102,L1510,Proche\nL1510,D1102,Evolution\n",
    "isco08": "code_rome,libelle_rome,isco08\nD1102,Boulangerie,7512\n"
    "L1510,Films d'animation,310\n",
}


def folder(path: Path, **changed: str) -> Path:
    for name, text in (TABLES | changed).items():
        (path / f"rome3_{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    return path


def test_occupations_come_with_titles_definition_and_isco(store: Store, tmp_path: Path) -> None:
    """L1510 has no fiche: its name comes from the ISCO table, whose leading zero was lost."""
    report = import_rome(store, folder(tmp_path))
    assert list(store.concepts(["rome:D1102", "rome:L1510"]).values()) == [
        Concept(
            id="rome:D1102",
            scheme="rome",
            kind="occupation",
            labels={"fr": "Boulangerie"},
            alt={"fr": ("Boulanger / Boulangère",)},
            descriptions={"fr": "Fait le pain"},
            code="D1102",
            isco="7512",
        ),
        Concept(
            id="rome:L1510",
            scheme="rome",
            kind="occupation",
            labels={"fr": "Films d'animation"},
            alt={"fr": ("Animateur 3D", "Truquiste")},
            code="L1510",
            isco="0310",
        ),
    ]
    assert (report.stored["occupations"], report.exit_status) == (2, 0)


def test_contexts_of_work_are_counted_and_left_out(store: Store, tmp_path: Path) -> None:
    report = import_rome(store, folder(tmp_path))
    assert store.profile("rome:D1102") == [
        ProfileLink(occupation="rome:D1102", competence="rome:item-1", essential=True),
        ProfileLink(occupation="rome:D1102", competence="rome:item-2", essential=False, weight=0.5),
    ]
    found = store.concepts(["rome:item-1", "rome:item-2", "rome:item-3"])
    assert [c.kind for c in found.values()] == ["activity", "knowledge"]
    assert report.notes == [
        "1 contexts of work with 1 links left out: they are conditions, not competences"
    ]


def test_a_near_move_weighs_twice_an_evolution(store: Store, tmp_path: Path) -> None:
    import_rome(store, folder(tmp_path))
    assert store.rows("relation", "source", "kind", "target", "weight") == [
        ("rome:D1102", "related", "rome:L1510", 1.0),
        ("rome:L1510", "related", "rome:D1102", 0.5),
    ]


def test_rows_that_do_not_fit_are_named_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    report = import_rome(
        store,
        folder(
            tmp_path,
            items=TABLES["items"] + "4,talent,Rire\n5,savoir,\n",
            links=TABLES["links"] + "D1102,1,activite,oui\nD1102,4,talent,True\n",
            isco08=TABLES["isco08"] + "D1102,Boulangerie,boulanger\n",
        ),
    )
    assert sorted(str(refused) for refused in report.refused) == [
        "rome3_isco08.csv:4: isco08: found 'boulanger', expected four digits",
        "rome3_items.csv.gz:6: label: found nothing, expected a value",
        "rome3_items.csv:5: kind: found 'talent', expected activite, savoir, contexte",
        "rome3_links.csv:5: base: found 'oui', expected True or False",
        "rome3_links.csv:6: kind: found 'talent', expected activite, savoir, contexte",
    ]
    assert store.counts()["profile"] == 2


def test_a_missing_table_is_named_and_nothing_is_stored(store: Store, tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "rome3_links.csv.gz").unlink()
    with pytest.raises(FormatError, match=r"lacks rome3_links\.csv \(plain or \.gz\)"):
        import_rome(store, tmp_path)
    (tmp_path / "rome3_links.csv").write_text("code_rome,code_ogr,kind\n")
    with pytest.raises(FormatError, match=r"rome3_links\.csv: column 'base' is missing"):
        import_rome(store, tmp_path)
    assert not any(store.counts().values())


def test_putting_it_in_twice_does_not_double(store: Store, tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        import_rome(store, folder(tmp_path))
        counts.append(store.counts())
    assert counts[0] == counts[1]
