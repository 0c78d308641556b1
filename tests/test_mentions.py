"""Competences in whole texts, by label and by likeness; never what a person denies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competent_data.text import plain
from matcher.engine import Engine
from models.grid import on_grid
from models.linker import OTHER_WORD, SEQUENCE, Mention
from models.mentions import LEAST_SURE, Read, TextReader, kept, reads
from models.rows import Seeker
from tests import small

_TEXTS = (
    "Magazijnier in Lokeren.\nJe bestuurt een vorkheftruck en verzamelt bestellingen.",
    "We zoeken iemand die patiënten wast en aankleedt. Ervaring met wondzorg is een plus.",
    "Vous gérez les stocks et conduisez un chariot élévateur.",
    "You write unit tests in Python and review code.",
    "Prestaties\n- C++\n- VCA",
    "",
    "Полный рабочий день 🙂",
    "Ik heb geen ervaring met lassen. Ik kan goed koken.",
)


@pytest.fixture(scope="module")
def texts(engine: Engine) -> TextReader:
    """What the sample taught."""
    return engine.vectoriser.texts


@given(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=5))
@settings(deadline=None, max_examples=20)
def test_a_text_is_read_the_same_in_whatever_company(texts: TextReader, several: list[str]) -> None:
    alone = [texts.read([text], ["nl"])[0] for text in several]
    assert texts.read(several, ["nl"] * len(several)) == alone


def test_every_mention_quotes_its_text_and_says_how_sure_it_is(texts: TextReader) -> None:
    hows = set()
    for text, mentions in zip(_TEXTS, texts.read(_TEXTS, ["nl"] * len(_TEXTS)), strict=True):
        assert len({mention.competence for mention in mentions}) == len(mentions)
        for mention in mentions:
            assert 0 <= mention.start < mention.end <= len(plain(text))
            assert LEAST_SURE <= mention.confidence <= SEQUENCE
            hows.add(mention.how)
    assert hows >= {"label", "likeness"}


def test_other_words_than_the_label_are_read_too(texts: TextReader, engine: Engine) -> None:
    """No label stands in the text; it is a suggestion all the same, never a sure thing."""
    ids = list(engine.vectoriser.competences_)
    text = "Je schildert de muren en plafonds van woningen."
    found = {ids[m.competence]: m for m in texts.read([text], ["nl"])[0]}
    assert found["sample:muren-schilderen"].how == "likeness"
    assert found["sample:muren-schilderen"].confidence < SEQUENCE


def test_one_word_is_never_surer_than_a_label_of_one_word(texts: TextReader) -> None:
    likenesses = [m for m in texts.read(["Prestaties"], ["nl"])[0] if m.how == "likeness"]
    assert all(mention.confidence <= OTHER_WORD for mention in likenesses)


@pytest.mark.parametrize(
    "text", ["", "🙂🙂", "Полный рабочий день", "Asdf qwer zxcv.", "en van de"]
)
def test_nothing_is_read_where_nothing_is_known(texts: TextReader, text: str) -> None:
    assert texts.read([text], ["nl"]) == [()]


def _read(texts: TextReader, text: str) -> set[int]:
    return {read.competence for read in texts.said([text], ["nl"])[0] if not read.no}


def test_what_a_person_denies_is_not_read_as_theirs(texts: TextReader) -> None:
    said = "Ik bestuur een heftruck in het magazijn."
    denied = "Ik bestuur geen heftruck in het magazijn."
    assert _read(texts, said)
    assert not _read(texts, denied) & _read(texts, said)


def test_mentions_stand_in_the_order_of_the_text(texts: TextReader) -> None:
    def at(mention: Mention) -> tuple[int, int]:
        return mention.start, mention.competence

    for mentions in texts.read(_TEXTS, ["nl"] * len(_TEXTS)):
        assert list(mentions) == sorted(mentions, key=at)


@given(
    st.lists(
        st.dictionaries(
            st.integers(0, 8),
            st.tuples(
                st.integers(0, 40_000),
                st.integers(1, 40_000),
                st.sampled_from([0.25, 0.5, 1.0]),
                st.booleans(),
            ),
        ),
        max_size=4,
    )
)
def test_what_was_read_comes_back_from_the_rows_in_the_order_of_the_text(
    texts: list[dict[int, tuple[int, int, float, bool]]],
) -> None:
    """But for what stands beyond 2^16 letters. Words have two letters at least, since one has no
    direction."""
    found = [
        [
            Read(competence, start, start + 1 + length, sure, no)
            for competence, (start, length, sure, no) in text.items()
        ]
        for text in texts
    ]
    matrices = kept(found, 9)
    assert {matrix.shape for matrix in matrices} == {(len(texts), 9)}
    expected = [[read for read in text if read.end < 2**16] for text in found]
    for text in expected:
        text.sort(key=lambda read: (read.start, read.competence))
    assert reads(*matrices) == expected


def test_a_person_s_denial_is_kept_beside_what_was_read() -> None:
    v = small.vectoriser()
    (read,) = v.texts.said(["Ik heb geen truckkaart A."], ["nl"])[0]
    assert (read.competence, read.no) == (v.competences_["s:kaart-a"], True)
    row = v.people([Seeker("p", text="Ik heb geen truckkaart A.")])
    rounded = read._replace(confidence=float(on_grid(np.array(read.confidence))))
    assert reads(row.read, row.read_first, row.read_last) == [[rounded]]
    assert not row.covers.nnz
