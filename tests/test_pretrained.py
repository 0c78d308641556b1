"""The second opinion of the real pretrained encoders; the cache that lets a fit go on."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from importlib.metadata import Distribution, packages_distributions
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from matcher.cli import cli
from matcher.fit import fit
from matcher.market import Market
from matcher.settings import Settings
from models import artefact
from models.artefact import Fitted
from models.encoder import CHEAPEST, Floats
from models.pretrained import (
    LONGEST,
    PACKAGES,
    EncoderMissing,
    SecondOpinion,
    TextEncoder,
    files_digest,
    pretrained,
)
from models.rows import Job, Seeker
from models.vectoriser import Vectoriser
from tests import small

ABSENT = [name for name, p in PACKAGES.items() if p.module not in packages_distributions()]
needs_encoders = pytest.mark.skipif(
    bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)} (competent-matcher[encoders])"
)


class Counting:
    """A real encoder that counts what it is asked, and may be cut short."""

    def __init__(self, encoder: TextEncoder, until: int = 1 << 30) -> None:
        self.encoder, self.until, self.asked = encoder, until, 0
        self.name, self.digest, self.dimensions = encoder.name, encoder.digest, encoder.dimensions

    def encode(self, texts: Sequence[str]) -> Floats:
        if self.asked + len(texts) > self.until:
            raise KeyboardInterrupt
        self.asked += len(texts)
        return self.encoder.encode(texts)


@pytest.fixture
def taxonomy(store: Store) -> Taxonomy:
    """Three competences in Dutch."""
    concepts = [
        small.competence("s:a", "heftruck besturen"),
        small.competence("s:b", "brood bakken"),
        small.competence("s:c", "patiënten verzorgen"),
    ]
    store.put_concepts(concepts)
    return Taxonomy.load(store)


@needs_encoders
@pytest.mark.parametrize("name", PACKAGES)
def test_texts_of_two_languages_with_one_meaning_lie_close(name: str) -> None:
    encoder = pretrained(name)
    vectors = encoder.encode(["heftruck besturen", "drive a forklift truck", "bake bread"])
    assert vectors.shape == (3, encoder.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


@needs_encoders
@pytest.mark.parametrize("name", PACKAGES)
def test_a_text_has_one_vector_in_whatever_company_and_is_cut(name: str) -> None:
    encoder = pretrained(name)
    texts = ["magazijnier", "", "C++ 🙂", "verpleegkundige " * 200]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert (encoder.encode(texts) == alone).all()
    assert (encoder.encode([texts[3][:LONGEST]]) == alone[3]).all()


@needs_encoders
@pytest.mark.parametrize("name", PACKAGES)
def test_another_language_finds_the_concept(name: str, taxonomy: Taxonomy, tmp_path: Path) -> None:
    opinion = SecondOpinion([pretrained(name)]).fit(taxonomy, tmp_path).on_competences()
    found = opinion.likeness(["driving a forklift", "baking bread", "taking care of patients", ""])
    assert found.argmax(axis=1)[:3].tolist() == [0, 1, 2]
    assert not found[3].any()


@needs_encoders
def test_a_fit_that_was_cut_short_goes_on_and_a_changed_label_alone_is_encoded_anew(
    taxonomy: Taxonomy, tmp_path: Path
) -> None:
    short = Counting(pretrained("use"), until=2)
    with pytest.raises(KeyboardInterrupt):
        SecondOpinion([short]).fit(taxonomy, tmp_path)
    rest = Counting(pretrained("use"))
    whole = SecondOpinion([rest]).fit(taxonomy, tmp_path)
    assert (short.asked, rest.asked) == (2, 1)
    labels = taxonomy.competence_labels
    changed = dataclasses.replace(
        taxonomy, competence_labels=(*labels[:2], labels[2]._replace(text="vis bakken"))
    )
    again = Counting(pretrained("use"))
    SecondOpinion([again]).fit(changed, tmp_path)
    assert again.asked == 1
    fresh = SecondOpinion([pretrained("use")]).fit(taxonomy, tmp_path / "other")
    assert (fresh.competences_ == whole.competences_).all()


@needs_encoders
def test_a_damaged_cache_is_made_anew(taxonomy: Taxonomy, tmp_path: Path) -> None:
    before = SecondOpinion([pretrained("use")]).fit(taxonomy, tmp_path)
    for bucket in tmp_path.glob("*.npy"):
        bucket.write_bytes(bucket.read_bytes()[:100])
    counting = Counting(pretrained("use"))
    after = SecondOpinion([counting]).fit(taxonomy, tmp_path)
    assert counting.asked == 3
    assert (before.competences_ == after.competences_).all()


@needs_encoders
def test_an_artefact_answers_the_same_after_it_is_loaded(
    store: Store, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    folder = tmp_path / "fitted"
    before = fit(store, folder, lambda _share, _what: None, CHEAPEST, ["use"]).vectoriser
    after = artefact.load(folder, taxonomy.digest).vectoriser
    read = [v.competence_reader.read(["drive a forklift"], 3) for v in (before, after)]
    assert read[0].concepts.tolist() == read[1].concepts.tolist()
    assert (read[0].likeness == read[1].likeness).all()
    assert read[0].concepts[0, 0] == 0


@needs_encoders
def test_the_command_fits_with_an_encoder(
    store: Store, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MATCHER_STORE", store.url)
    monkeypatch.setenv("MATCHER_ARTEFACT", str(tmp_path / "fitted"))
    found = CliRunner().invoke(cli, ["fit", "--encoder", "use"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    assert list((tmp_path / "fitted.vectors").glob("use-*.npy"))
    settings = Settings(store.url, tmp_path / "fitted")
    opinion = artefact.load(settings.artefact, taxonomy.digest).vectoriser.opinion
    assert opinion is not None
    assert [encoder.name for encoder in opinion.encoders] == ["use"]


def test_an_encoder_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = dataclasses.replace(PACKAGES["use"], distribution="that-is-nowhere")
    monkeypatch.setitem(PACKAGES, "use", absent)
    expected = r"'use' needs the package that-is-nowhere 0\.2\.1; install .*\[encoders\]"
    with pytest.raises(EncoderMissing, match=expected):
        pretrained("use")


@needs_encoders
def test_other_files_than_those_measured_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = dataclasses.replace(PACKAGES["use"], digest="0" * 64)
    monkeypatch.setitem(PACKAGES, "use", other)
    with pytest.raises(EncoderMissing, match=r"SHA-256 8a76c091.*expected 000000000000"):
        pretrained("use")


def heeding(*names: str) -> Vectoriser:
    """What is fitted on the small taxonomy, heeding these encoders."""
    v = Vectoriser(small.TINY).fit(small.taxonomy(), small.ADVERTISEMENTS)
    with tempfile.TemporaryDirectory() as folder:
        v.heed(SecondOpinion([pretrained(n) for n in names]).fit(small.taxonomy(), Path(folder)))
    return v


@needs_encoders
def test_signs_without_a_word_still_name_nothing() -> None:
    v = heeding("use")
    for text in ("???", "…", " ", "- - -"):
        assert v.reader.read([text], "nl", 2).concepts.tolist() == [[-1, -1]]
        assert v.competence_reader.read([text], 2).concepts.tolist() == [[-1, -1]]


@needs_encoders
def test_a_record_has_the_same_row_to_the_bit_in_whatever_company() -> None:
    v = heeding(*PACKAGES)
    seekers = [
        Seeker("p1", text="Ik bestuur een heftruck"),
        Seeker("p2", lang="fr", text="soudeur"),
    ]
    jobs = [Job("j1", title="Lasser", text="MIG-lassen."), Job("j2", title="Magazijnmedewerker")]
    people, rows = v.people(seekers), v.jobs(jobs)
    for i, seeker in enumerate(seekers):
        assert small.same(v.people([seeker]), people.take([i]))
    for i, job in enumerate(jobs):
        assert small.same(v.jobs([job]), rows.take([i]))


@needs_encoders
def test_a_batch_is_not_gone_on_with_that_was_begun_without_the_encoder(store: Store) -> None:
    before, after = (
        Market.load(store, Fitted.bare(v, "d1")) for v in (small.vectoriser(), heeding("use"))
    )
    assert before.digest != after.digest


def test_a_digest_tells_a_changed_file_and_leaves_out_what_python_compiles(tmp_path: Path) -> None:
    info = tmp_path / "of-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("of/a.py,,\nof.libs/b.so,,\nof/__pycache__/a.pyc,,\n")
    (tmp_path / "of" / "__pycache__").mkdir(parents=True)
    (tmp_path / "of.libs").mkdir()
    source, library = tmp_path / "of" / "a.py", tmp_path / "of.libs" / "b.so"
    source.write_text("1")
    library.write_text("1")
    found = [files_digest(Distribution.at(info), "of")]
    (tmp_path / "of" / "__pycache__" / "a.pyc").write_text("2")
    assert files_digest(Distribution.at(info), "of") == found[0]
    for path in (source, library):
        path.write_text("3")
        found.append(files_digest(Distribution.at(info), "of"))
    library.unlink()
    found.append(files_digest(Distribution.at(info), "of"))
    assert len(set(found)) == 4
