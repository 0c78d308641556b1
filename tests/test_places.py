"""Municipalities: the way in by CSV and the ways to name one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.places import import_places
from competent_data.places import Gazetteer
from competent_data.records import Place
from competent_data.store import Store

HEADER = "nis,name_nl,name_fr,postcodes,lat,lon\n"
Written = Callable[[str, str | bytes], Path]


def place(nis: str, postcodes: tuple[str, ...] = (), **names: str) -> Place:
    return Place(nis=nis, names=names, postcodes=postcodes, lat=51.0, lon=4.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["Sint-Gillis", "sint gillis", "SAINT-GILLES", "1060", "21013", " Sint-Gillis "]
)
def test_a_place_is_found_by_name_in_any_language_postcode_or_nis_code(
    store: Store, name: str
) -> None:
    store.put_places([place("21013", ("1060",), nl="Sint-Gillis", fr="Saint-Gilles")])
    found = Gazetteer.load(store).find(name)
    assert found is not None
    assert found.nis == "21013"


@pytest.mark.parametrize("name", ["Sint", "Gillis", "", "106", "-", "Rijsel"])
def test_what_names_no_place_finds_none(store: Store, name: str) -> None:
    store.put_places([place("21013", ("1060",), nl="Sint-Gillis")])
    assert Gazetteer.load(store).find(name) is None


def test_of_two_places_of_one_name_the_lower_nis_code_wins(store: Store) -> None:
    store.put_places([place("62079", nl="Halle"), place("23027", nl="Halle")])
    found = Gazetteer.load(store).find("halle")
    assert found is not None
    assert found.nis == "23027"


def test_a_csv_of_places_comes_in_whole(store: Store, written: Written) -> None:
    path = written(
        "places.csv",
        "nis,name_nl,name_fr,name_de,postcodes,lat,lon,coord_source\n"
        "11002,Antwerpen,Anvers,,2000|2018,51.23545,4.39655,osm\n",
    )
    assert dict(import_places(store, path).stored) == {"places": 1}
    assert list(store.places()) == [
        Place(
            nis="11002",
            names={"nl": "Antwerpen", "fr": "Anvers"},
            postcodes=("2000", "2018"),
            lat=51.23545,
            lon=4.39655,
            source="osm",
        )
    ]


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ("1100,A,,1,51,4", "nis: found '1100', expected str matching regex '^[0-9]{5}$'"),
        ("11001,A,,1,noord,4", "lat: found 'noord', expected degrees as 51.05"),
        ("11001,A,,1,51,", "lon: found nothing, expected degrees as 51.05"),
        ("11001,A,,1,91,4", "lat: found 91.0, expected float <= 90.0"),
        ("11001,A,,1,nan,4", "lat: found nan, expected float >= -90.0"),
    ],
)
def test_a_place_that_does_not_fit_is_refused_and_the_rest_goes_in(
    store: Store, written: Written, row: str, refusal: str
) -> None:
    report = import_places(store, written("p.csv", f"{HEADER}{row}\n11002,B,,2,51,4\n"))
    assert [str(refused) for refused in report.refused] == [f"p.csv:2: {refusal}"]
    assert [found.nis for found in store.places()] == ["11002"]
    assert report.exit_status == 1


def test_a_missing_column_is_named_and_nothing_is_stored(store: Store, written: Written) -> None:
    with pytest.raises(FormatError, match=r"p\.csv: column 'lat' is missing; found nis, name_nl"):
        import_places(store, written("p.csv", "nis,name_nl,postcodes,lon\n11001,A,1,4\n"))
    assert store.counts()["place"] == 0
