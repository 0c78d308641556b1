"""Occupations read in titles and texts: a profile, exact in any batch, or none at all."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from competent_data.records import Concept
from competent_data.taxonomy import Taxonomy
from models.encoder import Encoder, EncoderSettings
from models.occupations import KEPT, LEAST_LIKENESS, SHARPNESS, OccupationReader, sharpen
from tests import small

LEARNT = EncoderSettings(dimensions=32, steps=60, batch=32, least_count=1)


@cache
def reader() -> OccupationReader:
    """A reader of the small taxonomy's occupations that has learnt a little."""
    return OccupationReader(Encoder(LEARNT).fit(small.taxonomy())).fit(small.taxonomy())


def read_by(taxonomy: Taxonomy) -> OccupationReader:
    """A reader of another taxonomy."""
    return OccupationReader(Encoder(LEARNT).fit(taxonomy)).fit(taxonomy)


def best(title: str, text: str = "", lang: str = "nl") -> str:
    """The occupation that a title and a text are most like."""
    row = reader().likeness([title], [text], lang)[0]
    return small.taxonomy().occupations[int(row.argmax())]


@pytest.mark.parametrize("id_", small.OCCUPATIONS)
def test_a_title_that_is_a_label_is_read_as_its_occupation(id_: str) -> None:
    """Also with what titles carry along: a marker of gender, a place, capitals."""
    label = small.OCCUPATIONS[id_][0]
    assert best(label) == best(f"{label.upper()} (m/v/x), regio Gent") == id_
    assert best("", f"Wij zoeken een {label} voor ons team") == id_


def test_a_language_without_labels_is_read_by_the_labels_that_there_are() -> None:
    assert best("heftruckchauffeur", lang="fr") == "s:heftruckchauffeur"


batches = st.lists(
    st.tuples(
        st.sampled_from(["", "lasser", "Data-analist (v/m), Gent", "xyzzy"]),
        st.sampled_from(["", "orders verzamelen en laden", " ".join(["lassen nieten C#"] * 60)]),
    ),
    max_size=5,
)


@given(batches)
@settings(deadline=None, max_examples=50)
def test_a_text_has_the_same_profile_in_any_batch(batch: list[tuple[str, str]]) -> None:
    profiles = reader().profiles([t for t, _ in batch], [b for _, b in batch], "nl")
    assert profiles.shape == (len(batch), len(small.OCCUPATIONS))
    for i, (title, text) in enumerate(batch):
        alone = reader().profiles([title], [text], "nl").toarray()[0]
        assert alone.tobytes() == profiles[[i]].toarray()[0].tobytes()


def test_a_batch_longer_than_is_read_at_once_keeps_its_order() -> None:
    """Titles are read 256 at a time."""
    titles = ["lasser", "magazijnier"] * 150
    profiles = reader().profiles(titles, [""] * 300, "nl").toarray()
    assert (profiles[::2] == profiles[0]).all()
    assert (profiles[1::2] == profiles[1]).all()
    assert (profiles[0] != profiles[1]).any()


@pytest.mark.parametrize("text", ["", "!?", "ψψψψ"])
def test_a_text_that_names_no_occupation_has_an_empty_profile(text: str) -> None:
    assert not reader().likeness([text], [text], "nl").any()
    assert reader().profiles([text], [text], "nl").nnz == 0


few = st.sampled_from([0.0, 0.25, 0.5, 0.5, 0.75])


@given(arrays(np.float32, (2, KEPT + 4), elements=few))
def test_a_profile_is_that_of_a_slow_loop_with_ties_by_column(
    likeness: NDArray[np.float32],
) -> None:
    """exp(5 · (s - best)) over the 50 best, of length 1; none below the least likeness."""
    found = sharpen(likeness).toarray()
    for row, profile in zip(likeness.tolist(), found.tolist(), strict=True):
        top = max(row)
        ranked = sorted(range(len(row)), key=lambda i: (-row[i], i))[:KEPT]
        powers = {i: np.exp(SHARPNESS * (row[i] - top)) for i in ranked}
        norm = sum(power**2 for power in powers.values()) ** 0.5
        expected = [powers.get(i, 0.0) / norm * (top >= LEAST_LIKENESS) for i in range(len(row))]
        assert profile == pytest.approx(expected, abs=2**-12)
        assert [p > 0 for p in profile] == [e > 0 for e in expected]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_no_texts_or_no_occupations_have_no_profile(shape: tuple[int, int]) -> None:
    assert sharpen(np.zeros(shape, np.float32)).shape == shape


def test_an_occupation_without_a_label_is_not_read_for_its_neighbour() -> None:
    """Also where it is the last; its likeness is 0, since nothing is known of it."""
    known = read_by(
        small.fitted_on(
            [
                small.occupation("s:a"),
                small.occupation("s:bakker", "bakker"),
                small.occupation("s:c"),
                small.occupation("s:kok", "kok"),
                small.occupation("s:z"),
            ]
        )
    )
    likeness = known.likeness(["kok", "bakker"], ["kok", "bakker"], "nl")
    assert likeness.argmax(axis=1).tolist() == [3, 1]
    assert not likeness[:, [0, 2, 4]].any()


def test_an_occupation_without_a_label_in_a_language_is_known_by_its_others() -> None:
    known = read_by(
        small.fitted_on(
            [
                Concept(id="s:a", scheme="s", kind="occupation", labels={"fr": "boulanger"}),
                Concept(id="s:b", scheme="s", kind="occupation", labels={"nl": "kok"}),
            ]
        )
    )
    for lang in ("nl", "fr", "de"):
        likeness = known.likeness(["boulanger", "kok"], ["", ""], lang)
        assert likeness.argmax(axis=1).tolist() == [0, 1]


def test_a_taxonomy_without_occupations_reads_none() -> None:
    known = read_by(small.fitted_on([small.competence("s:a", "nieten")]))
    assert known.likeness(["nieten"], ["nieten"], "nl").shape == (1, 0)
    assert known.profiles(["nieten"], [""], "nl").nnz == 0
