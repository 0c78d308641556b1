"""What was fitted comes back to the bit, and what does not fit is refused with both values."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from xxhash import xxh3_128

from models.artefact import (
    FORMAT,
    ArtefactError,
    Fitted,
    Late,
    fitted_on,
    load,
    load_late,
    save,
    save_late,
    version,
)
from models.index import JobIndex, PeopleIndex
from models.packed import Packed
from models.rows import Job, Seeker
from models.vectoriser import Vectoriser
from tests import small

SEEKERS = (
    Seeker("p1", text="Heftruck besturen in Gent", held=(("s:cpp", 1.0),), position=(51.0, 3.7)),
    Seeker("p2", lang="fr", past=(("s:lasser", 2.0),), licences=frozenset({"B"})),
)
JOBS = (Job("j1", title="Lasser", licences=frozenset({"C"}), text=small.ADVERTISEMENTS[1]),)


def fitted(vectoriser: Vectoriser | None = None) -> Fitted:
    """The small taxonomy with two people and a job."""
    v = vectoriser or small.vectoriser()
    people, jobs = Packed.of(v.people(SEEKERS), [1, 2]), Packed.of(v.jobs(JOBS), [3])
    return Fitted(v, PeopleIndex(people), JobIndex(jobs), "d1", "store", 7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an artefact lies."""
    save(fitted(), tmp_path / "fitted")
    return tmp_path / "fitted"


def rewrite(folder: Path, **changes: object) -> None:
    """Change the manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_what_is_loaded_is_what_was_saved_to_the_bit(folder: Path) -> None:
    before, after = fitted(), load(folder, "d1")
    for left, right in ((after.people, before.people), (after.jobs, before.jobs)):
        assert small.same(left.packed.whole, right.packed.whole)
        assert left.packed.digests.tolist() == right.packed.digests.tolist()
        assert left.arrays.keys() == right.arrays.keys()
        for name, array in right.arrays.items():
            np.testing.assert_array_equal(left.arrays[name], array, err_msg=name)
    assert (after.taxonomy_digest, after.store, after.change) == ("d1", "store", 7)
    assert after.vectoriser.encoder.settings == small.TINY


def test_a_loaded_vectoriser_makes_the_same_rows_to_the_bit(folder: Path) -> None:
    """Of records that it has seen and of others, in several languages."""
    before, after = small.vectoriser(), load(folder, "d1").vectoriser
    seekers = [*SEEKERS, *(Seeker("p", lang="en", text=text) for text in small.ADVERTISEMENTS)]
    jobs = [*JOBS, *(Job("j", title=label) for label, *_ in small.OCCUPATIONS.values())]
    assert small.same(after.people(seekers), before.people(seekers))
    assert small.same(after.jobs(jobs), before.jobs(jobs))
    assert after.linker.link("heftruck besturen", "nl") == before.linker.link(
        "heftruck besturen", "nl"
    )


def test_what_was_fitted_on_next_to_nothing_comes_back(tmp_path: Path) -> None:
    taxonomy = small.fitted_on([small.competence("s:a", "nieten")])
    before = fitted(Vectoriser(small.TINY).fit(taxonomy, ()))
    save(before, tmp_path / "fitted")
    after = load(tmp_path / "fitted", "d1")
    assert small.same(after.people.packed.whole, before.people.packed.whole)
    assert small.same(after.vectoriser.people(SEEKERS), before.people.packed.whole)


def test_a_person_can_read_what_the_manifest_says(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["parameters"] == dataclasses.asdict(small.TINY)
    assert (manifest["people"], manifest["jobs"], manifest["taxonomy"]) == (2, 1, "d1")
    files = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert files == set(manifest["files"])
    assert {Path(name).suffix for name in files} == {".npy", ".json"}


def test_where_nothing_is_fitted_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"nothing is fitted at .*none; run matcher fit first"):
        load(tmp_path / "none", "d1")


@pytest.mark.parametrize("text", ["", "{", "[]", '"format"'])
def test_a_damaged_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(ArtefactError, match=r"manifest\.json is damaged .*; run matcher fit"):
        load(folder, "d1")
    assert fitted_on(folder) is None


def test_another_format_is_refused_with_both_values(folder: Path) -> None:
    rewrite(folder, format=99)
    with pytest.raises(ArtefactError, match=f"has format 99, expected {FORMAT}"):
        load(folder, "d1")
    assert fitted_on(folder) is None


def test_other_taxonomies_are_refused_with_both_digests(folder: Path) -> None:
    with pytest.raises(ArtefactError, match="fitted on taxonomies d1, the store now holds d2"):
        load(folder, "d2")
    assert fitted_on(folder) == "d1"


@pytest.mark.parametrize("name", ["idf.npy", "people_ids.letters.npy", "jobs-index_facets.npy"])
def test_a_changed_file_is_refused_with_both_digests(folder: Path, name: str) -> None:
    path = folder / name
    stated = xxh3_128(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b"\n")
    found = xxh3_128(path.read_bytes()).hexdigest()
    with pytest.raises(
        ArtefactError, match=rf"{name} has digest {found}, the manifest says {stated}"
    ):
        load(folder, "d1")


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "idf.npy").unlink()
    with pytest.raises(ArtefactError, match=r"idf\.npy has digest nothing, the manifest says"):
        load(folder, "d1")


def test_a_pickled_array_is_never_read_though_its_digest_is_right(folder: Path) -> None:
    path = folder / "idf.npy"
    np.save(path, np.array([{"not": "a number"}], dtype=object), allow_pickle=True)
    files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    rewrite(folder, files=files | {path.name: xxh3_128(path.read_bytes()).hexdigest()})
    with pytest.raises(ValueError, match="Python objects"):
        load(folder, "d1")


def test_a_new_artefact_takes_the_place_of_the_old_one_which_stays_for_its_readers(
    folder: Path,
) -> None:
    """And goes with the next one, so that there are never more than two."""
    first = folder.resolve()
    reading = load(folder, "d1")
    versions = {version(folder)}
    for digest in ("d2", "d3"):
        save(dataclasses.replace(fitted(), taxonomy_digest=digest), folder)
        assert load(folder, digest).taxonomy_digest == digest
        versions.add(version(folder))
        assert first.exists() == (digest == "d2")
        assert len([path for path in folder.parent.iterdir() if not path.is_symlink()]) == 2
    assert len(versions) == 3
    assert small.same(reading.people.packed.whole, fitted().people.packed.whole)


def test_the_same_artefact_again_changes_nothing(folder: Path) -> None:
    before = version(folder)
    save(fitted(), folder)
    assert version(folder) == before
    assert load(folder, "d1").change == 7


def test_a_folder_of_an_older_version_is_replaced(tmp_path: Path) -> None:
    """Then an artefact was a folder, not a link to one."""
    (tmp_path / "fitted").mkdir()
    (tmp_path / "fitted" / "of-an-older-version.npy").write_bytes(b"")
    save(fitted(), tmp_path / "fitted")
    assert fitted_on(tmp_path / "fitted") == "d1"
    assert not (tmp_path / "fitted" / "of-an-older-version.npy").exists()


def test_where_saving_fails_the_old_one_stays_and_nothing_is_left_beside_it(folder: Path) -> None:
    """A value that JSON can't hold fails after all files were written."""
    broken = dataclasses.replace(fitted(), change=object())  # type: ignore[arg-type]
    before = sorted(path.name for path in folder.parent.iterdir())
    with pytest.raises(TypeError):
        save(broken, folder)
    assert list(load(folder, "d1").people.packed.ids) == ["p1", "p2"]
    assert sorted(path.name for path in folder.parent.iterdir()) == before


def test_what_came_late_is_kept_beside_the_artefact_and_goes_with_it(folder: Path) -> None:
    v = small.vectoriser()
    people, jobs = Packed.of(v.people(SEEKERS), [5, 6]), Packed.of(v.jobs([]))
    assert load_late(folder) is None
    save_late(Late(people, jobs, ("B", "C"), "store", 9), folder)
    kept = load_late(folder)
    assert kept is not None
    assert small.same(kept.people.whole, people.whole)
    assert (len(kept.jobs), kept.licences, kept.store, kept.change) == (0, ("B", "C"), "store", 9)
    assert load(folder, "d1").change == 7
    save(dataclasses.replace(fitted(), taxonomy_digest="d2"), folder)
    assert load_late(folder) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short"])
def test_what_was_kept_and_is_damaged_is_read_anew(folder: Path, content: bytes) -> None:
    (folder / "late.npz").write_bytes(content)
    assert load_late(folder) is None


def test_a_folder_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    save(fitted(), tmp_path / "some" / "where" / "fitted")
    assert fitted_on(tmp_path / "some" / "where" / "fitted") == "d1"


def test_a_few_rows_are_read_from_the_files_as_they_are_mapped(folder: Path) -> None:
    """In any order, twice, none, and after the artefact has been replaced."""
    loaded = load(folder, "d1")
    save(dataclasses.replace(fitted(), taxonomy_digest="d2"), folder)
    for packed in (loaded.people.packed, loaded.jobs.packed):
        assert packed.sheaf.files
        assert packed.dense
        for rows in ([0], [len(packed) - 1, 0, 0], []):
            taken = packed.take(rows)
            assert small.same(taken, packed.whole.take(rows))
            for own, again in zip(taken.lying, dataclasses.replace(taken).lying, strict=True):
                np.testing.assert_array_equal(own, again)
