"""ESCO's zips: a tiny one in the publisher's layout, in two languages."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from competent_data.formats.esco import import_esco
from competent_data.formats.intake import FormatError
from competent_data.records import Concept, ProfileLink
from competent_data.store import Store

BASE = "http://data.europa.eu/esco"
BAKER, MIXER = f"{BASE}/occupation/baker", f"{BASE}/occupation/mixer"
KNEAD, FLOUR = f"{BASE}/skill/knead", f"{BASE}/skill/flour"
GROUP = f"{BASE}/isco/C7512"
OCCUPATIONS = "conceptUri,iscoGroup,preferredLabel,altLabels,description\n"
SKILLS = "conceptUri,skillType,preferredLabel,altLabels,description\n"
LINKS = "occupationUri,relationType,skillUri\n"
SHARED = {
    "occupationSkillRelations": f"{LINKS}{BAKER},essential,{KNEAD}\n{BAKER},optional,{FLOUR}\n",
    "broaderRelationsOccPillar": f"conceptUri,broaderUri\n{BAKER},{GROUP}\n",
    "broaderRelationsSkillPillar": "conceptUri,broaderUri\n",
    "skillSkillRelations": f"originalSkillUri,relatedSkillUri\n{FLOUR},{KNEAD}\n",
}
DUTCH = {
    "occupations": OCCUPATIONS + f'{BAKER},7512,bakker,"broodbakker\npatissier",bakt brood\n',
    "skills": f"{SKILLS}{KNEAD},skill/competence,deeg kneden,,\n{FLOUR},knowledge,meel,,\n",
    "ISCOGroups": f"conceptUri,code,preferredLabel\n{GROUP},7512,Bakkers\n",
}
FRENCH = {
    "occupations": OCCUPATIONS + f"{BAKER},7512,boulanger,,\n",
    "skills": f"{SKILLS}{KNEAD},skill/competence,pétrir,,\n",
}


def zipped(folder: Path, lang: str, tables: dict[str, str]) -> Path:
    path = folder / f"ESCO dataset - v1.2.0 - classification - {lang} - csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "not read")
        for stem, text in (SHARED | tables).items():
            archive.writestr(f"{stem}_{lang}.csv", "\ufeff" + text)
    return path


def test_two_languages_meet_in_one_concept(store: Store, tmp_path: Path) -> None:
    report = import_esco(store, [zipped(tmp_path, "nl", DUTCH), zipped(tmp_path, "fr", FRENCH)])
    assert store.concepts([BAKER])[BAKER] == Concept(
        id=BAKER,
        scheme="esco",
        kind="occupation",
        labels={"nl": "bakker", "fr": "boulanger"},
        alt={"nl": ("broodbakker", "patissier")},
        descriptions={"nl": "bakt brood"},
        isco="7512",
    )
    assert store.concepts([GROUP])[GROUP].isco == "7512"
    assert [(s.id, s.version) for s in store.schemes()] == [("esco", "1.2.0")]
    assert report.exit_status == 0


def test_a_concept_that_lacks_a_language_keeps_the_other(store: Store, tmp_path: Path) -> None:
    import_esco(store, [zipped(tmp_path, "nl", DUTCH), zipped(tmp_path, "fr", FRENCH)])
    assert store.concepts([FLOUR])[FLOUR].labels == {"nl": "meel"}


def test_tables_that_are_equal_in_both_zips_are_read_once(store: Store, tmp_path: Path) -> None:
    """Two links, one broader and one related: not twice that."""
    zips = [zipped(tmp_path, "nl", DUTCH), zipped(tmp_path, "fr", FRENCH)]
    report = import_esco(store, zips)
    assert (report.stored["profile links"], report.stored["relations"]) == (2, 2)
    assert (report.stored["competences nl"], report.stored["competences fr"]) == (2, 1)


def test_tables_that_differ_between_zips_are_both_read(store: Store, tmp_path: Path) -> None:
    more = FRENCH | {"occupationSkillRelations": f"{LINKS}{MIXER},essential,{KNEAD}\n"}
    import_esco(store, [zipped(tmp_path, "nl", DUTCH), zipped(tmp_path, "fr", more)])
    assert store.counts()["profile"] == 3


def test_optional_weighs_half_of_essential(store: Store, tmp_path: Path) -> None:
    import_esco(store, [zipped(tmp_path, "nl", DUTCH)])
    assert store.profile(BAKER) == [
        ProfileLink(occupation=BAKER, competence=KNEAD, essential=True, weight=1.0),
        ProfileLink(occupation=BAKER, competence=FLOUR, essential=False, weight=0.5),
    ]


@pytest.mark.parametrize("between", [0, 10_000])
def test_a_pair_that_stands_as_both_is_essential_however_far_apart(
    store: Store, tmp_path: Path, between: int
) -> None:
    """A transaction takes 10,000 rows: the second statement may come in the next one."""
    rows = [f"{BAKER},essential,{KNEAD}"]
    rows += [f"{BAKER},optional,{BASE}/skill/{n}" for n in range(between)]
    rows += [f"{BAKER},optional,{KNEAD}"]
    tables = DUTCH | {"occupationSkillRelations": LINKS + "\n".join(rows) + "\n"}
    import_esco(store, [zipped(tmp_path, "nl", tables)])
    assert store.profile(BAKER)[0] == ProfileLink(
        occupation=BAKER, competence=KNEAD, essential=True
    )


def test_rows_that_do_not_fit_are_named_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    tables = {
        "occupations": DUTCH["occupations"] + f"{MIXER},75,menger,,\nmixer,7512,menger,,\n",
        "skills": DUTCH["skills"] + f"{BASE}/skill/x,talent,x,,\n{BASE}/skill/y,knowledge, ,,\n",
        "occupationSkillRelations": f"{LINKS}{BAKER},maybe,{KNEAD}\n{BAKER},essential,{KNEAD}\n",
    }
    path = zipped(tmp_path, "nl", tables)
    report = import_esco(store, [path])
    assert [str(refused).removeprefix(f"{path.name}/") for refused in report.refused] == [
        "occupationSkillRelations_nl.csv:2: relationType: found 'maybe', "
        "expected 'essential' or 'optional'",
        "occupations_nl.csv:4: iscoGroup: found '75', expected an ISCO-08 code of four digits",
        "occupations_nl.csv:5: conceptUri: found 'mixer', expected a URI",
        "skills_nl.csv:4: skillType: found 'talent', expected 'knowledge' or 'skill/competence'",
        "skills_nl.csv:5: preferredLabel: found ' ', expected a label",
    ]
    assert (store.counts()["profile"], report.exit_status) == (1, 1)


def test_links_to_what_is_not_there_are_kept_and_counted(store: Store, tmp_path: Path) -> None:
    """Without its second skill and its ISCO group, one link, one broader and one related hang."""
    tables = {"occupations": DUTCH["occupations"], "skills": FRENCH["skills"]}
    shared = {"skillSkillRelations": f"originalSkillUri,relatedSkillUri\n{KNEAD},{FLOUR}\n"}
    report = import_esco(store, [zipped(tmp_path, "nl", tables | shared)])
    assert sum(report.unresolved.values()) == 3


def test_what_is_no_zip_of_esco_is_refused_and_nothing_is_stored(
    store: Store, tmp_path: Path
) -> None:
    good = zipped(tmp_path, "nl", DUTCH)
    letter = tmp_path / "letter.zip"
    letter.write_text("Geachte")
    half = tmp_path / "half.zip"
    with zipfile.ZipFile(half, "w") as archive:
        archive.writestr("skills_nl.csv", SKILLS)
    for bad, message in ((letter, "is no zip file"), (half, r"lacks occupations_LANG\.csv")):
        with pytest.raises(FormatError, match=message):
            import_esco(store, [good, bad])
    assert not any(store.counts().values())


def test_progress_goes_up_to_all(store: Store, tmp_path: Path) -> None:
    told: list[float] = []
    import_esco(store, [zipped(tmp_path, "nl", DUTCH)], lambda share, _: told.append(share))
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= 1
