"""The learnt scorecard: additive, never falling, near the published one unless people say else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.card_learning import LEAST_FACTOR, Choices, learn
from models.scorecard import PUBLISHED, Scorecard
from tests import small

Floats = NDArray[np.float64]
NAMES = [line.name for line in PUBLISHED]
SHOWN = 12


def drawn(seed: int, people: int) -> dict[str, Floats]:
    """Values of made-up people's pairs, a fifth of them unknown, on few distinct levels."""
    random = np.random.default_rng(seed)
    values = {name: random.integers(0, 9, people * SHOWN) / 8 for name in NAMES}
    for value in values.values():
        value[random.random(len(value)) < 0.2] = np.nan
    return values


def choosing_most(values: Mapping[str, Floats], liked: Floats) -> Choices:
    """Everybody chooses what they like most of all that they are shown."""
    by_person = liked.reshape(-1, SHOWN)
    best = np.argmax(by_person, axis=1)
    chosen = np.arange(SHOWN)[None, :] == best[:, None]
    return Choices(values, chosen.ravel(), np.arange(len(best) + 1) * SHOWN)


def chosen_by(card: Scorecard, seed: int, people: int) -> Choices:
    """Made-up people who choose by a card, a point more being worth e^0.2."""
    values = drawn(seed, people)
    noise = np.random.default_rng(seed + 100).gumbel(size=people * SHOWN)
    return choosing_most(values, 0.2 * card.scores(values) + noise)


def chosen_for(signal: str, people: int) -> Choices:
    """Made-up people who choose what is best in one signal, whatever the others."""
    values = drawn(3, people)
    return choosing_most(values, np.nan_to_num(values[signal], nan=-1.0))


def off(left: Scorecard, right: Scorecard) -> Floats:
    """Differences of two cards' scores of pairs that neither was learnt from."""
    fresh = drawn(99, 200)
    return np.asarray(np.abs(left.scores(fresh) - right.scores(fresh)))


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    """What a few people choose of values drawn from all that are possible."""
    value = st.just(np.nan) | st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1)
    found: list[tuple[Mapping[str, Floats], NDArray[np.bool_]]] = []
    for _ in range(draw(st.integers(1, 4))):
        shown = draw(st.integers(2, 4))
        column = st.lists(value, min_size=shown, max_size=shown).map(np.array)
        marks = draw(st.integers(1, 2**shown - 2))
        values = {name: draw(column) for name in NAMES}
        found.append((values, np.array([marks >> i & 1 == 1 for i in range(shown)])))
    many = draw(st.sampled_from([1, 30, 1000]))
    return Choices.of(found * many)


@given(choices(), small.CARDS)
@settings(deadline=None, max_examples=60)
def test_whatever_is_chosen_the_card_keeps_its_promises(
    chosen: Choices, published: Scorecard
) -> None:
    """Points and curves are checked by `Signal` and `Scorecard`; here is what they don't know."""
    card = learn(chosen, published)
    for line, was in zip(card.lines, published.lines, strict=True):
        assert (line.name, line.factor) == (was.name, was.factor)
        assert line.curve[-1] == 1 or line.points == 0
        if was.neutral <= was.curve[0]:
            assert line.neutral <= line.curve[0]
        else:
            assert line.neutral <= line.curve[-1]
    points = {line.name: line.points for line in card.lines}
    assert sum(points.values()) == 100
    assert points["text"] <= 8
    assert 0 < card.reach_share < 1


TRUE = Scorecard(
    tuple(
        small.line(line, points, curve)
        for line, points, curve in zip(
            PUBLISHED,
            (10, 5, 5, 10, 5, 5, 2, 2, 6, 10, 30, 4, 3, 3),
            [(0.125, 0.75, 1.0)] * 5 + [(0.0, 1.0)] + [(0.5, 1.0)] * 2 + [(0.125, 1.0)]
            + [(0.125, 0.25, 1.0)] + [(0.0, 0.0, 0.0, 0.75, 1.0)] + [(0.0, 1.0)] * 3,
            strict=True,
        )
    )
)  # fmt: skip
"""A card of another kind: place counts most, and only from half the way on."""


@pytest.fixture(scope="module")
def learnt() -> list[Scorecard]:
    """Cards far from the published one."""
    return [learn(chosen_by(TRUE, 1, 400)), *(learn(chosen_for(name, 60)) for name in NAMES)]


@given(st.sampled_from(NAMES), st.sampled_from([0.0, 0.3, 1.0]), st.floats(0, 1), st.floats(0, 1))
@settings(deadline=None)
def test_a_higher_value_never_lowers_a_learnt_score(
    learnt: list[Scorecard], name: str, others: float, one: float, two: float
) -> None:
    """Nor is the unknown worth more than all that matches."""
    values = {other: np.full(3, others) for other in NAMES}
    values[name] = np.array([min(one, two), max(one, two), 1.0])
    unknown = {**values, name: np.full(3, np.nan)}
    for card in learnt:
        scores = card.scores(values)
        assert (np.diff(scores) >= 0).all()
        assert card.scores(unknown)[0] <= scores[-1]


def test_a_known_truth_is_found_again() -> None:
    """Of 3,000 choices: two thirds of the way; a curve's sharp corner stays rounded."""
    card = learn(chosen_by(TRUE, 1, 3000))
    assert off(card, TRUE).mean() < 3 < 8 < off(Scorecard(), TRUE).mean()
    travel = next(line for line in card.lines if line.name == "travel")
    assert travel.points == pytest.approx(30, abs=4)
    at = travel.strength(np.array([0.25, 0.5, 0.75, 1.0]))
    assert at == pytest.approx([0, 0, 0.75, 1], abs=0.3)


def test_who_chooses_by_the_published_card_leaves_it_as_it_is() -> None:
    assert off(learn(chosen_by(Scorecard(), 1, 3000)), Scorecard()).mean() < 1


def test_one_person_more_hardly_changes_the_card() -> None:
    """Neither the first one nor one after a few hundred."""
    many, one = chosen_by(TRUE, 1, 400), chosen_by(TRUE, 5, 1)
    assert off(learn(one), Scorecard()).max() < 3
    both = Choices.of([*(many.person(i) for i in range(len(many))), one.person(0)])
    assert off(learn(both), learn(many)).max() < 1


def test_people_count_alike_however_much_they_choose() -> None:
    """A person whose list holds everything twice chooses no louder, but for the ties with it."""
    one = chosen_by(TRUE, 1, 30)
    twice = Choices.of(
        [
            ({name: np.tile(value, 2) for name, value in values.items()}, np.tile(chosen, 2))
            for values, chosen in map(one.person, range(len(one)))
        ]
    )
    assert off(learn(one), learn(twice)).max() < 1.5


@pytest.mark.parametrize(("signal", "share"), [("must", "wish"), ("wished", "reach")])
def test_a_factor_nobody_chooses_by_keeps_its_least_share(signal: str, share: str) -> None:
    card = learn(chosen_for(signal, 3000))
    kept = sum(line.points for line in card.lines if line.factor == share)
    assert kept >= 100 * LEAST_FACTOR - 0.5


def test_text_never_gets_more_than_its_bounded_share() -> None:
    card = learn(chosen_for("text", 500))
    assert next(line.points for line in card.lines if line.name == "text") == 8


def test_the_same_choices_give_the_same_card_in_whatever_order_people_come() -> None:
    one = chosen_by(TRUE, 1, 200)
    order = np.random.default_rng(0).permutation(len(one))
    assert learn(one) == learn(one) == learn(one.take(order))


def test_what_nobody_knows_leaves_a_curve_as_it_was() -> None:
    choices = chosen_by(TRUE, 1, 100)
    choices.values["shifts"][:] = np.nan  # type: ignore[index]
    (shifts,) = (line for line in learn(choices).lines if line.name == "shifts")
    (before,) = (line for line in PUBLISHED if line.name == "shifts")
    assert (shifts.curve, shifts.neutral) == (before.curve, before.neutral)


@pytest.mark.parametrize("marks", [[False, False], [True, True]])
def test_nothing_to_compare_is_refused_with_the_person(marks: list[bool]) -> None:
    values = {name: np.zeros(2) for name in NAMES}
    good = np.array([True, False])
    with pytest.raises(ValueError, match=rf"person 1 chose {sum(marks)} of 2, expected at least"):
        Choices.of([(values, good), (values, np.array(marks))])
