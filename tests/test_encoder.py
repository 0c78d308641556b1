"""Texts into vectors: deterministic, of unit length, and what differs in meaning is kept apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competent_data.records import Concept
from models.encoder import CHEAPEST, Encoder, EncoderSettings, unit
from models.grid import DENSE_BITS
from tests import small

texts = st.sampled_from(
    ["", "heftruck besturen", "C++", "C#", "C", ".NET", "orders en orders", "xyzzy €", "A" * 100]
)


def encoder() -> Encoder:
    """An encoder of the small taxonomy."""
    return small.vectoriser().encoder


@given(st.lists(texts, max_size=6))
@settings(deadline=None)
def test_a_text_has_the_same_vector_in_any_batch(batch: list[str]) -> None:
    vectors = encoder().encode(batch)
    assert vectors.shape == (len(batch), small.TINY.dimensions)
    assert vectors.dtype == np.float32
    for text, vector in zip(batch, vectors, strict=True):
        assert encoder().encode([text])[0].tobytes() == vector.tobytes()


def test_vectors_have_length_one_to_the_grid_and_lie_on_it() -> None:
    """Each of 16 numbers is at most half a step off."""
    vectors = encoder().encode([label for _, label, _ in small.COMPETENCES.values()])
    steps = vectors * 2**DENSE_BITS
    assert (steps == np.rint(steps)).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=4 * 2 ** -(DENSE_BITS + 1))


@pytest.mark.parametrize("text", ["", "  ", "!?", "ψψψψ"])
def test_a_text_without_a_known_feature_is_all_zero(text: str) -> None:
    assert not encoder().encode([text]).any()


def test_names_that_differ_by_a_sign_have_features_of_their_own() -> None:
    vectors = {encoder().encode([text])[0].tobytes() for text in ("C", "C++", "C#", "R", ".NET")}
    assert len(vectors) == 5


def test_case_accents_and_gender_markers_make_no_difference() -> None:
    one, other = encoder().encode(["Softwareontwikkelaar (m/v/x)", "SOFTWAREÖNTWIKKELAAR"])
    assert one.tobytes() == other.tobytes()


def test_a_word_weighs_by_how_often_it_stands_there_and_how_rare_it_is() -> None:
    """(1 + ln 2) · idf where it stands twice."""
    once, twice = encoder().matrix(["heftruck", "heftruck heftruck"]).toarray()
    assert np.allclose(twice, (1 + np.log(2)) * once)
    place = encoder().features_["heftruck"]
    assert once[place] == encoder().idf_[place]


def test_the_parts_of_a_compound_are_features_with_and_without_a_linking_letter() -> None:
    """A part must be a word of its own in four texts."""
    labels = [f"{word} {i}" for word in ("magazijn", "medewerker", "veiligheid") for i in range(4)]
    taxonomy = small.fitted_on(small.competence(f"s:{i}", label) for i, label in enumerate(labels))
    known = Encoder(small.TINY).fit(taxonomy)
    for compound, parts in (
        ("magazijnmedewerker", ("magazijn", "medewerker")),
        ("veiligheidsmedewerker", ("veiligheid", "medewerker")),
    ):
        row = known.matrix([compound]).toarray()[0]
        assert all(row[known.features_[part]] > 0 for part in parts)


def test_the_same_seed_learns_the_same_and_another_seed_something_else() -> None:
    vectors = [
        Encoder(EncoderSettings(dimensions=8, steps=4, batch=16, seed=seed))
        .fit(small.taxonomy())
        .vectors_.tobytes()
        for seed in (1, 1, 2)
    ]
    assert vectors[0] == vectors[1] != vectors[2]


def test_rows_moved_block_by_block_are_moved_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = []
    for block in (5, 1 << 20):
        monkeypatch.setattr("models.learning._BLOCK", block)
        learnt.append(Encoder(CHEAPEST).fit(small.taxonomy()).vectors_.tobytes())
    assert learnt[0] == learnt[1]


def test_learning_brings_labels_of_one_occupation_closer_than_those_of_others() -> None:
    """Six occupations with two names each that share no letters; before and after learning."""
    names = [
        ("kok", "chef"),
        ("lasser", "welder"),
        ("bakker", "ovenist"),
        ("schilder", "painter"),
        ("verpleger", "nurse"),
        ("jurist", "lawyer"),
    ]
    taxonomy = small.fitted_on(
        Concept(id=f"s:{a}", scheme="s", kind="occupation", labels={"nl": a}, alt={"nl": (b,)})
        for a, b in names
    )

    def lead(steps: int) -> float:
        chosen = EncoderSettings(dimensions=16, steps=steps, batch=32, least_count=1)
        known = Encoder(chosen).fit(taxonomy)
        alike = known.encode([a for a, _ in names]) @ known.encode([b for _, b in names]).T
        own = alike.diagonal().mean()
        return float(own - (alike.sum() - alike.trace()) / 30)

    assert abs(lead(0)) < 0.3
    assert lead(60) > 0.8


def test_learning_tells_how_far_it_is() -> None:
    told: list[float] = []
    Encoder(small.TINY).fit(small.taxonomy(), told.append)
    assert told == [0, 0.25, 0.5, 0.75]


def test_what_was_learnt_can_be_restored_to_the_bit() -> None:
    known = encoder()
    again = Encoder(known.settings).restore(
        list(known.features_), known.idf_, known.vectors_, known.counts_, known.steps_
    )
    labels = [label for _, label, _ in small.COMPETENCES.values()]
    assert again.encode(labels).tobytes() == known.encode(labels).tobytes()


def test_settings_suit_the_size_of_a_taxonomy() -> None:
    """22 labels take the fewest steps and the smallest batch; the cheapest take fewer still."""
    suited = EncoderSettings.suited(small.taxonomy())
    assert (suited.steps, suited.batch) == (200, 64)
    assert suited.dimensions == EncoderSettings().dimensions
    assert CHEAPEST.steps < suited.steps


def test_rows_come_to_length_one_and_a_row_of_zeros_stays() -> None:
    found = unit(np.array([[3, 4], [0, 0]], dtype=np.float32))
    assert found == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_runs_are_encoded_as_the_same_words_alone() -> None:
    known = small.vectoriser().encoder
    texts = [["heftruck", "besturen", "in", "een", "magazijn", "van", "hout", "en", "steen"], []]
    runs, sizes = known.encode_runs([*texts, texts[0][:3]], 4, 3)
    assert sizes.tolist() == [3, 1, 1]
    first = texts[0]
    expected = known.encode_words([first[:4], first[3:7], first[6:], [], first[:3]])
    assert runs == pytest.approx(expected, abs=1e-3)
    alone, _ = known.encode_runs([first], 4, 3)
    assert (alone == runs[:3]).all()
