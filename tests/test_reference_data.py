"""The publishers' own files in one store: the counts that their description states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from competent_data.formats.competent import import_competent
from competent_data.formats.esco import import_esco
from competent_data.formats.intake import Report
from competent_data.formats.places import import_places
from competent_data.formats.rome import import_rome
from competent_data.formats.vks import import_vks
from competent_data.records import COMPETENCE_KINDS
from competent_data.store import Store

pytestmark = pytest.mark.reference


@dataclass(frozen=True)
class Imported:
    """A store with all reference taxonomies and what each import reported."""

    store: Store
    reports: dict[str, Report]

    def concepts(self, scheme: str) -> dict[str, str]:
        """The kind of each concept of a scheme, by id."""
        rows = self.store.rows("concept", "id", "kind", "scheme")
        return {id_: kind for id_, kind, found in rows if found == scheme}

    def mappings(self, prefix: str) -> list[tuple[str, str, str]]:
        """(source, relation, target) of the mappings whose source starts so."""
        rows = self.store.rows("relation", "source", "kind", "target")
        return [
            (source, kind, target)
            for source, kind, target in rows
            if source.startswith(prefix) and kind not in ("broader", "related")
        ]


@pytest.fixture(scope="module")
def imported(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    data = reference / "data"
    tables = sorted((data / "competent").glob("*.csv.gz"), reverse=True)
    url = f"sqlite:///{tmp_path_factory.mktemp('reference') / 'store.db'}"
    with Store(url, create=True) as store:
        yield Imported(
            store,
            {
                "esco": import_esco(store, sorted((data / "esco").glob("*.zip"))),
                "competent": import_competent(store, tables[0], tables[1]),
                "rome": import_rome(store, data / "rome"),
                "vks": import_vks(store, data / "vks"),
                "places": import_places(store, data / "geo" / "be_municipalities.csv"),
            },
        )


def test_nothing_of_the_publishers_files_is_refused(imported: Imported) -> None:
    assert {name: report.refused for name, report in imported.reports.items()} == {
        name: [] for name in imported.reports
    }


@pytest.mark.parametrize(
    ("lang", "occupations", "skills"),
    [("nl", 3039, 10343), ("en", 3039, 13939), ("fr", 2937, 13186), ("de", 3039, 12143)],
)
def test_esco_has_its_labels_in_each_language(
    imported: Imported, lang: str, occupations: int, skills: int
) -> None:
    kinds = imported.concepts("esco")
    rows = imported.store.rows("label", "concept", "lang", "preferred")
    labelled = [kinds.get(id_) for id_, spoken, preferred in rows if spoken == lang and preferred]
    assert labelled.count("occupation") == occupations
    assert sum(kind in COMPETENCE_KINDS for kind in labelled) == skills


def test_esco_profiles_are_pairs_of_which_essential_wins(imported: Imported) -> None:
    """129,004 rows are 128,987 pairs: 17 stand as both."""
    rows = imported.store.rows("profile", "occupation", "competence")
    assert sum(occupation.startswith("http") for occupation, _ in rows) == 128987
    assert imported.reports["esco"].unresolved.total() == 0


def test_competent_has_its_competences_and_occupations(imported: Imported) -> None:
    found = imported.concepts("competent")
    assert Counter(id_.removeprefix("competent:")[:2] for id_ in found) == {
        "KN": 3594,
        "SK": 4343,
        "SO": 26,
        "OP": 638,
    }


def test_competent_maps_to_esco_by_relation(imported: Imported) -> None:
    mappings = imported.mappings("competent:")
    occupations = [m for m in mappings if m[0].startswith("competent:OP-")]
    competences = Counter(kind for source, kind, _ in mappings if ":OP-" not in source)
    assert len(occupations) == 3506
    assert competences == {"exact": 1197, "close": 4778, "broad": 3194, "narrow": 2014}


def test_competent_mappings_to_older_concepts_are_kept_and_counted(imported: Imported) -> None:
    """193 competence mappings; 74 competences keep no target.

    The table has 12 such occupation rows, each twice: 6 pairs. One of them ends in a space, without
    which it is in ESCO 1.2: 5 remain.
    """
    assert dict(imported.reports["competent"].unresolved) == {
        "competence mappings to a concept that is not in the store": 193,
        "occupation mappings to a concept that is not in the store": 5,
    }
    esco = imported.concepts("esco")
    resolved: dict[str, bool] = {}
    for source, _, target in imported.mappings("competent:"):
        if ":OP-" not in source:
            resolved[source] = resolved.get(source, False) or target in esco
    assert list(resolved.values()).count(False) == 74


def test_narrow_match_reads_from_competent_to_esco(imported: Imported) -> None:
    rows = imported.store.rows("label", "concept", "lang", "preferred", "text")
    by_label = {text: id_ for id_, lang, preferred, text in rows if lang == "nl" and preferred}
    mapping = (
        by_label["Productieoperator voedingsindustrie"],
        "narrow",
        by_label["medewerker cacaopers"],
    )
    assert mapping in imported.mappings("competent:OP-")


def test_competent_profiles_are_derived_and_say_so(imported: Imported) -> None:
    rows = imported.store.rows("profile", "occupation", "competence", "derived")
    assert {derived for occupation, _, derived in rows if occupation.startswith("competent:")} == {
        True
    }
    assert not any(derived for occupation, _, derived in rows if not occupation.startswith("comp"))


def test_rome_has_its_occupations_titles_items_and_moves(imported: Imported) -> None:
    """14,693 items hold 763 contexts of work; 30,705 links hold 5,678 to these.

    4,218 rows of mobility are 4,008 pairs: a pair may stand once a title; none is of both kinds.
    No title equals the occupation's own name, so all 10,990 are further labels.
    """
    found = imported.concepts("rome")
    kinds = Counter(found.values())
    assert kinds["occupation"] == 532
    assert kinds["activity"] + kinds["knowledge"] == 14693 - 763
    report = imported.reports["rome"]
    assert report.stored["profile links"] == 30705 - 5678
    assert report.notes[0].startswith("763 contexts of work with 5678 links left out")
    rows = imported.store.rows("profile", "occupation")
    assert sum(occupation.startswith("rome:") for (occupation,) in rows) == 30705 - 5678
    relations = imported.store.rows("relation", "source", "kind", "weight")
    moves = Counter(w for source, _, w in relations if source.startswith("rome:"))
    assert report.stored["mobility"] == 4218
    assert moves == {1.0: 1784, 0.5: 2224}
    labels = imported.store.rows("label", "concept", "preferred")
    titles = Counter(preferred for id_, preferred in labels if found.get(id_) == "occupation")
    assert titles[False] == 10990


def test_vks_has_its_dossiers_activities_and_references(imported: Imported) -> None:
    """Of 1,886 references 428 distinct ones are SK- or KN- codes; 358 are in COMPETENT 3.8."""
    stored = imported.reports["vks"].stored
    assert (stored["occupations"], stored["activities"], stored["references"]) == (60, 793, 1886)
    assert Counter(imported.concepts("vks").values()) == {
        "occupation": 60,
        "activity": 793,
        "knowledge": 1798,
        "skill": 3499,
    }
    targets = {target for _, _, target in imported.mappings("vks:")}
    codes = {t for t in targets if t.startswith(("competent:SK-", "competent:KN-"))}
    assert (len(codes), len(codes & imported.concepts("competent").keys())) == (428, 358)


def test_belgium_has_565_municipalities(imported: Imported) -> None:
    assert imported.reports["places"].stored["places"] == 565
    assert imported.store.counts()["place"] == 565
