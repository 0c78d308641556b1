"""The scorecard's file: the same card is the same bytes, and what does not fit is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from models import card_file
from models.card_file import CardError, CardFile, LearntFrom, Measure
from models.scorecard import Scorecard
from tests import small

ORIGIN = LearntFrom(
    events=365, people=48, pairs=356, left_out=2, until="2026-11-02", digest="0" * 64
)
MEASURES = {
    "nDCG@10": Measure(
        learnt=0.5, published=0.4375, gain=0.0625, low=0.0312, high=0.0938, people=10
    )
}


def of(card: Scorecard) -> CardFile:
    """The file of a card."""
    return CardFile.of(card, "learnt", ORIGIN, MEASURES)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], object]], Path]:
    """Writes the published card's file with a change, and gives its path."""

    def change(by: Callable[[dict[str, Any]], object]) -> Path:
        content = json.loads(of(Scorecard()).text())
        by(content)
        path = tmp_path / "card.json"
        path.write_text(json.dumps(content), "utf-8")
        return path

    return change


@given(small.CARDS)
@settings(deadline=None, max_examples=50)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, card: Scorecard
) -> None:
    path = tmp_path_factory.mktemp("card") / "card.json"
    of(card).write(path)
    assert card_file.read(path) == card
    assert path.read_text("utf-8") == of(card_file.read(path)).text()
    assert [*path.parent.iterdir()] == [path]


def test_a_line_of_the_card_is_a_line_of_the_file() -> None:
    text = of(Scorecard()).text()
    assert (
        '  {"curve": [0.125, 1.0], "factor": "reach", "neutral": 0.125, "points": 26.0, '
        '"signal": "must"},\n'
    ) in text
    keys = list(json.loads(text))
    assert keys == sorted(keys)
    assert len(text.splitlines()) == len(Scorecard().lines) + len(keys) + 3


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another format": (lambda c: c.update(format=2), "has format 2, expected 1"),
    "a field too many": (lambda c: c.update(colour="red"), "unknown field `colour`"),
    "a wrong type": (lambda c: c["lines"][3].update(points="many"), r"\$\.lines\[3\]\.points"),
    "a line too few": (lambda c: c["lines"].pop(), "sum to 98, expected 100"),
    "a signal twice": (
        lambda c: c["lines"][1].update(signal="must"),
        "found 'must' in reach, expected 'may' in reach",
    ),
    "another factor": (
        lambda c: c["lines"][0].update(factor="wish"),
        "found 'must' in wish, expected 'must' in reach",
    ),
    "a curve that falls": (
        lambda c: c["lines"][0].update(curve=[0.5, 0.25]),
        r"curve of signal 'must' is \[0.5, 0.25\], expected strengths that never fall",
    ),
    "text above its share": (
        lambda c: (c["lines"][8].update(points=9.0), c["lines"][0].update(points=25.0)),
        "found 9.0 points of text, expected 8.0 at most",
    ),
    "an unknown worth more than what is known": (
        lambda c: c["lines"][0].update(neutral=0.25),
        "found neutral 0.25 of 'must', expected 0.125 at most: a fact that matches",
    ),
    "no wish": (
        lambda c: [
            line.update(points=30.0 if line["factor"] == "wish" and i == 0 else 0.0)
            if line["factor"] == "wish"
            else line.update(points=56.0 if i == 0 else line["points"])
            for i, line in enumerate(c["lines"])
        ],
        "found no points of wish, expected some",
    ),
    "two lines swapped": (
        lambda c: c["lines"].reverse(),
        "found 'contract' in wish, expected 'must' in reach",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_card_that_does_not_fit_is_refused_with_what_was_found(
    changed: Callable[[Callable[[dict[str, Any]], object]], Path], wrong: str
) -> None:
    change, says = WRONG[wrong]
    path = changed(change)
    with pytest.raises(CardError, match=says) as refused:
        card_file.read(path)
    assert str(path) in str(refused.value)


def test_no_file_and_no_json_are_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    with pytest.raises(CardError, match=r"card.json can't be read: .*; expected a file that"):
        card_file.read(path)
    path.write_text("[1, 2]", "utf-8")
    with pytest.raises(CardError, match=r"is no scorecard: Expected `object`, got `array`"):
        card_file.read(path)
    path.write_text("{", "utf-8")
    with pytest.raises(CardError, match="is no scorecard: Input data was truncated"):
        card_file.read(path)
