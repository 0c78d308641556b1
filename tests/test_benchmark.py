"""The benchmark on a small made-up judged set: two occupations, two vacancies of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError
from competent_data.formats.sample import Sample
from competent_data.store import Store
from matcher.benchmark.beside import Configuration, beside_table
from matcher.benchmark.judged import Advertisement, reference_data
from matcher.benchmark.quality import Row
from matcher.benchmark.seekers import measure_seekers, put_seekers, seekers_table
from matcher.benchmark.speed import Speed
from matcher.engine import Engine
from models.artefact import Fitted

JUDGED = (
    ("a1", "cook", "Cook", "Prepare warm meals in our kitchen.", "I cook warm meals."),
    ("a2", "cook", "Chef", "Warm meals for many guests, in a kitchen.", "Kitchen work, meals."),
    ("b1", "mason", "Mason", "Lay bricks on our building site.", "I lay bricks."),
    ("b2", "mason", "Bricklayer", "Bricks and mortar, a building site.", "Bricks and mortar."),
    ("c1", "pilot", "Pilot", "Fly our aeroplanes.", "I fly."),
)
"""Id, gold occupation, title, description, seeker's sentence. The pilot is alone."""


ROWS = tuple(
    Advertisement(id_, title, text, gold, seeker) for id_, gold, title, text, seeker in JUDGED
)
GOLD = {row.id: row.occupation for row in ROWS}


def test_the_gold_occupation_is_withheld(store: Store) -> None:
    put_seekers(store, ROWS)
    first = next(store.vacancies())
    assert (first.id, first.title, first.occupation) == ("a1", "Cook", None)
    assert next(store.people()).text == "I cook warm meals."
    stored = " ".join(v.text for v in store.vacancies()) + str(list(store.people()))
    assert "mason" not in stored


def test_ours_is_measured_beside_the_floor_on_the_queries_with_an_answer(
    store: Store, sample: Sample, fitted: Fitted
) -> None:
    """Word TF-IDF finds the other vacancy of the same occupation first each time: the seekers'
    words stand in it, and in no other but their own, which is not counted. So the floor measures
    1.000 over four queries; the pilot has no other vacancy and is left out."""
    store.put_concepts(sample.concepts)
    put_seekers(store, ROWS)
    found = measure_seekers(Engine(store, fitted), GOLD)
    assert found.floor.tolist() == [[1.0, 1.0]] * 4
    assert found.ours.shape == (4, 2)
    assert ((found.ours >= 0) & (found.ours <= 1)).all()
    assert (found.left_out, found.people, found.vacancies) == (1, 5, 5)
    assert not found.above_floor
    table = seekers_table(found, ["esco"])
    columns = {str(c.header): list(c.cells) for c in table.columns}
    assert columns[""] == ["word TF-IDF (floor)", "matcher suggest", "gain", "its 95 % interval"]
    assert columns["nDCG@10"][0] == columns["MAP"][0] == "1.000"
    assert str(table.caption).startswith("4 queries; 1 left out")


def test_pretrained_encoders_stand_beside_the_default_with_gain_and_cost(
    store: Store, sample: Sample, fitted: Fitted
) -> None:
    store.put_concepts(sample.concepts)
    put_seekers(store, ROWS)
    found = measure_seekers(Engine(store, fitted), GOLD)
    one, other = (
        Configuration(
            encoders,
            (Row("titles deu", "MRR", 0.5, ours, 10),),
            found,
            (Speed("a title → occupations", "ours", speed),),
            seconds,
            megabytes,
        )
        for encoders, ours, speed, seconds, megabytes in (
            ((), 0.7, 4900.0, 0.0, 0.0),
            (("use", "e5"), 0.72, 50.0, 1200.0, 61.0),
        )
    )
    table = beside_table((one, other))
    columns = {str(c.header): list(c.cells) for c in table.columns}
    assert columns["default"][0] == "0.700"
    assert columns["with use and e5"][0] == "0.720 (+0.020)"
    assert columns["with use and e5"][2].endswith("(+0.000)")
    assert columns["default"][3:] == ["4,900", "0", "0"]
    assert columns["with use and e5"][3:] == ["50", "1,200", "61"]


def test_without_the_reference_data_it_says_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MATCHER_REFERENCE_DATA", raising=False)
    with pytest.raises(FormatError, match=r"is not set; expected the folder"):
        reference_data()
    monkeypatch.setenv("MATCHER_REFERENCE_DATA", str(tmp_path / "none"))
    with pytest.raises(FormatError, match=r"none; expected the folder"):
        reference_data()
    monkeypatch.setenv("MATCHER_REFERENCE_DATA", str(tmp_path))
    assert reference_data() == tmp_path
