"""Flemish qualification dossiers, two small ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.vks import import_vks
from competent_data.records import Concept
from competent_data.store import Store

ORDERS = {
    "id": "b1",
    "tekst": "Verzamelt orders",
    "kennis": ["Kennis van codes", "Kennis van het magazijn"],
    "vaardigheden": ["Het kunnen lezen van een order"],
    "vaardigheden_type": None,
    "referenties": ["SK-10", "SK-11-c", "OUD-7"],
}
STOCK = {"id": "b2", "tekst": "Telt de voorraad", "kennis": ["Kennis van codes "]}


def dossier(folder: Path, name: str, *activities: dict[str, Any], **changed: object) -> None:
    value = {"bk": name, "titel": "Magazijnmedewerker", "vks": 2, "competenties": activities}
    (folder / f"{name}.json").write_text(json.dumps(value | changed), "utf-8")


def test_a_dossier_is_an_occupation_with_its_level(store: Store, tmp_path: Path) -> None:
    dossier(tmp_path, "BK-1", ORDERS, definitie="Werkt in een magazijn", voetnoot="x")
    import_vks(store, tmp_path)
    assert store.concepts(["vks:BK-1"])["vks:BK-1"] == Concept(
        id="vks:BK-1",
        scheme="vks",
        kind="occupation",
        labels={"nl": "Magazijnmedewerker"},
        descriptions={"nl": "Werkt in een magazijn"},
        code="BK-1",
        level=2,
    )


def test_what_several_activities_take_weighs_more(store: Store, tmp_path: Path) -> None:
    """An activity weighs 1, knowledge of one activity 0.5, of two 0.75, which is essential."""
    dossier(tmp_path, "BK-1", ORDERS, STOCK)
    import_vks(store, tmp_path)
    links = store.profile("vks:BK-1")
    concepts = store.concepts([link.competence for link in links])
    found = {
        concepts[link.competence].labels["nl"]: (link.weight, link.essential) for link in links
    }
    assert found == {
        "Verzamelt orders": (1.0, True),
        "Telt de voorraad": (1.0, True),
        "Kennis van codes": (0.75, True),
        "Kennis van het magazijn": (0.5, False),
        "Het kunnen lezen van een order": (0.5, False),
    }


def test_the_same_words_are_one_competence_across_dossiers(store: Store, tmp_path: Path) -> None:
    dossier(tmp_path, "BK-1", ORDERS)
    dossier(tmp_path, "BK-2", STOCK)
    report = import_vks(store, tmp_path)
    assert (report.stored["occupations"], report.stored["activities"]) == (2, 2)
    assert (report.stored["distinct knowledge"], report.stored["distinct skill"]) == (2, 1)


def test_a_changed_wording_is_a_close_mapping_and_unknown_codes_are_kept(
    store: Store, tmp_path: Path
) -> None:
    store.put_concepts([Concept(id="competent:SK-10", scheme="competent", kind="skill")])
    dossier(tmp_path, "BK-1", ORDERS)
    report = import_vks(store, tmp_path)
    mappings = store.rows("relation", "target", "source", "kind", "weight")
    assert [row for row in mappings if row[2] != "related"] == [
        ("competent:OUD-7", "vks:b1", "exact", 1.0),
        ("competent:SK-10", "vks:b1", "exact", 1.0),
        ("competent:SK-11", "vks:b1", "close", 0.875),
    ]
    assert report.stored["references"] == 3
    assert sum(report.unresolved.values()) == 2
    assert report.refused == []


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"vks": 9}, "vks: found 9, expected int <= 8"),
        (
            {"competenties": [{"id": "b1"}]},
            "competenties[0].tekst: found nothing, expected a value",
        ),
        ({"titel": None}, "titel: found nothing, expected str"),
    ],
)
def test_a_dossier_that_does_not_fit_is_named_and_the_rest_goes_in(
    store: Store, tmp_path: Path, changed: dict[str, Any], refusal: str
) -> None:
    dossier(tmp_path, "BK-1", ORDERS, **changed)
    dossier(tmp_path, "BK-2", STOCK)
    (tmp_path / "index.csv").write_text("not read")
    report = import_vks(store, tmp_path)
    assert [str(refused) for refused in report.refused] == [f"BK-1.json:1: {refusal}"]
    assert (report.stored["occupations"], report.exit_status) == (1, 1)


def test_a_file_that_is_no_json_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "BK-1.json").write_bytes("Café".encode("latin-1"))
    report = import_vks(store, tmp_path)
    assert report.refused[0].expected.startswith("one JSON object")
    assert report.exit_status == 2


def test_a_folder_without_dossiers_is_refused_and_nothing_is_stored(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=r"holds no \.json file; expected qualification dossiers"):
        import_vks(store, tmp_path / "none")
    assert not any(store.counts().values())
