"""One additive score: points sum to it exactly, and telling what matches never lowers it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rows import NOT_SAID, Job, Seeker
from models.scorecard import PUBLISHED, Scorecard, Signal
from models.signals import signals
from tests import small

CARD = Scorecard()
NAMES = [line.name for line in PUBLISHED]
value = st.just(np.nan) | st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1)
pair = st.fixed_dictionaries(dict.fromkeys(NAMES, value))


def score(values: dict[str, float]) -> float:
    """The score of one pair's values."""
    return float(CARD.scores({name: np.array([v]) for name, v in values.items()})[0])


def score_of(seeker: Seeker, job: Job) -> float:
    """The score of one pair of records over the small taxonomy."""
    v = small.vectoriser()
    return float(CARD.scores(signals(v.people([seeker]), v.jobs([job])))[0, 0])


def test_points_sum_to_100_and_every_line_has_its_own_name() -> None:
    assert sum(line.points for line in PUBLISHED) == 100
    assert len(set(NAMES)) == len(NAMES)


def test_a_scorecard_of_another_sum_is_refused_with_the_sum() -> None:
    with pytest.raises(ValueError, match="sum to 99, expected 100"):
        Scorecard((Signal("must", "reach", 60, 0.5), Signal("wished", "wish", 39, 0.5)))


@given(pair)
def test_points_sum_exactly_to_the_score(values: dict[str, float]) -> None:
    """Fractions, which round nothing, from the strengths that are shown."""
    strengths = CARD.strengths({name: np.array([v]) for name, v in values.items()})
    points = sum(
        (line.points * Fraction(float(strengths[line.name][0])) for line in PUBLISHED), Fraction(0)
    )
    assert Fraction(score(values)) == points
    assert 0 <= points <= 100


@given(pair)
def test_the_score_is_reach_and_wish_by_their_shares(values: dict[str, float]) -> None:
    reach, wish = CARD.factors({name: np.array([v]) for name, v in values.items()})
    w = CARD.reach_share
    assert 0 <= reach[0] <= 1
    assert 0 <= wish[0] <= 1
    assert score(values) == pytest.approx(100 * (w * reach[0] + (1 - w) * wish[0]), abs=1e-9)


@given(pair, st.sampled_from(NAMES), st.floats(0, 1))
def test_a_higher_value_never_lowers_the_score(
    values: dict[str, float], name: str, higher: float
) -> None:
    lower = values[name]
    raised = 1.0 if np.isnan(lower) else max(lower, higher)
    assert score({**values, name: raised}) >= score(values)


@given(pair, st.sampled_from(NAMES))
def test_an_unknown_signal_counts_for_its_neutral_strength_whatever_the_others(
    values: dict[str, float], name: str
) -> None:
    line = PUBLISHED[NAMES.index(name)]
    rest = score({**values, name: np.nan}) - line.points * line.neutral
    assert score({**values, name: 1.0}) == rest + line.points
    assert score({**values, name: 0.0}) == rest + line.points * line.curve[0]


def test_all_that_matches_is_100_and_nothing_known_is_the_sum_of_what_is_neutral() -> None:
    """Neutral, as published: an eighth of 76 points, a quarter of 9 and half of 15."""
    assert score(dict.fromkeys(NAMES, 1.0)) == 100
    assert score(dict.fromkeys(NAMES, np.nan)) == 76 / 8 + 9 / 4 + 15 / 2


@given(st.lists(pair, max_size=4), small.CARDS, st.sampled_from([0.0, 2.5]))
@settings(deadline=None)
def test_what_a_card_makes_of_pairs_at_once_is_what_it_makes_of_each_line(
    pairs: list[dict[str, float]], card: Scorecard, on_top: float
) -> None:
    card = card.boosted(on_top).heeding(2 * on_top)
    values = {name: np.array([one[name] for one in pairs]) for name in NAMES}
    values |= dict.fromkeys(("shortage", "similar"), values["must"])
    judged, slow = card.judged(values), card.strengths(values)
    assert {name: s.tobytes() for name, s in judged.strengths.items()} == {
        name: s.tobytes() for name, s in slow.items()
    }
    assert (judged.reach.tobytes(), judged.wish.tobytes()) == tuple(
        factor.tobytes() for factor in card.factors(values)
    )
    assert judged.scores.tobytes() == card.scores(values).tobytes()


def test_signals_keep_their_shape() -> None:
    values = {name: np.full((2, 3), 0.5) for name in NAMES}
    assert CARD.scores(values).shape == (2, 3)
    assert {strength.shape for strength in CARD.strengths(values).values()} == {(2, 3)}


@given(
    st.lists(small.SEEKERS, min_size=1, max_size=3), st.lists(small.JOBS, min_size=1, max_size=3)
)
@settings(deadline=None, max_examples=40)
def test_scores_are_equal_to_the_bit_in_both_directions(
    seekers: list[Seeker], jobs: list[Job]
) -> None:
    """One person against all jobs, one job against all people, and everybody at once."""
    v = small.vectoriser()
    people, offers = v.people(seekers), v.jobs(jobs)
    block = CARD.scores(signals(people, offers))
    for i in range(len(seekers)):
        assert CARD.scores(signals(people.take([i]), offers)).tobytes() == block[i].tobytes()
    for j in range(len(jobs)):
        column = CARD.scores(signals(people, offers.take([j])))
        assert column.tobytes() == block[:, [j]].tobytes()


Fact = Callable[[Seeker, Job], dict[str, object]]
ASKED: dict[str, object] = {
    "must": ("s:heftruck",),
    "may": ("s:nieten",),
    "occupation": "s:analist",
    "study": 5,
    "languages": {"nl": 5, "fr": 3},
    "licences": frozenset({"B", "C", "CE"}),
    "position": (51.05, 3.72),
    "full_time": True,
    "shifts": 0b101,
    "contract": 0b1,
}
"""What a drawn job asks where it does not ask what a fact matches."""


def _holds(seeker: Seeker, competences: tuple[str, ...]) -> dict[str, object]:
    return {"held": (*seeker.held, (competences[0], 0.5))}


def _speaks(seeker: Seeker, job: Job, level: int) -> dict[str, object]:
    spoken = seeker.languages or {}
    code = min(job.languages)
    return {"languages": {**spoken, code: max(level, spoken.get(code, 0))}}


def _has_licence(seeker: Seeker, job: Job) -> dict[str, object]:
    return {"licences": (seeker.licences or frozenset()) | {min(job.licences)}}


def _did_it(seeker: Seeker, job: Job, years: float | None) -> dict[str, object]:
    return {"past": (*seeker.past, (job.occupation, years))}


def _studied(seeker: Seeker, job: Job, above: int) -> dict[str, object]:
    return {"study": max(seeker.study or 0, min(8, (job.study or 0) + above))}


def _accepts(accepted: int, has: int) -> int:
    return has if accepted == NOT_SAID else accepted | has


FACTS: dict[str, tuple[str, Fact]] = {
    "a competence that must be there": ("must", lambda s, j: _holds(s, j.must)),
    "a competence that may be there": ("may", lambda s, j: _holds(s, j.may)),
    "some of a language asked": ("languages", lambda s, j: _speaks(s, j, 1)),
    "most of a language asked": ("languages", lambda s, j: _speaks(s, j, 4)),
    "one of the licences asked": ("licences", _has_licence),
    "the job's own place": ("position", lambda _, j: {"position": j.position}),
    "a wish for the occupation": (
        "occupation",
        lambda s, j: {"wished": (*s.wished, j.occupation)},
    ),
    "work in the occupation": ("occupation", lambda s, j: _did_it(s, j, None)),
    "years in the occupation": ("occupation", lambda s, j: _did_it(s, j, 2.0)),
    "the level of study asked": ("study", lambda s, j: _studied(s, j, 0)),
    "a higher level of study": ("study", lambda s, j: _studied(s, j, 1)),
    "the job's working time": ("full_time", lambda _, j: {"full_time": j.full_time}),
    "the job's shifts": ("shifts", lambda s, j: {"shifts": _accepts(s.shifts, j.shifts)}),
    "the job's contract": (
        "contract",
        lambda s, j: {"contracts": _accepts(s.contracts, j.contract)},
    ),
}


@pytest.mark.parametrize("fact", FACTS)
@given(seeker=small.SEEKERS, job=small.JOBS)
@settings(deadline=None, max_examples=40)
def test_telling_a_fact_that_matches_never_lowers_a_score(
    fact: str, seeker: Seeker, job: Job
) -> None:
    """Whatever else is known of the person, or nothing at all. A first past occupation replaces
    what the text sounds like, so that fact is told where there is a past, or no text."""
    field, tell = FACTS[fact]
    if fact.endswith("in the occupation") and not seeker.past:
        seeker = msgspec.structs.replace(seeker, text="")
    if getattr(job, field) in (None, (), {}, frozenset(), NOT_SAID):
        job = msgspec.structs.replace(job, **{field: ASKED[field]})  # type: ignore[arg-type]
    told = msgspec.structs.replace(seeker, **tell(seeker, job))  # type: ignore[arg-type]
    assert score_of(told, job) >= score_of(seeker, job)


def test_one_level_or_licence_of_many_counts_no_less_than_nothing_told() -> None:
    """A sixth of the levels and a third of the licences: less than the neutral half."""
    job = Job("j", languages={"nl": 6}, licences=frozenset({"B", "C", "CE"}))
    silent = Seeker("p")
    told = Seeker("p", languages={"nl": 1}, licences=frozenset({"B"}))
    all_ = Seeker("p", languages={"nl": 6}, licences=frozenset({"B", "C", "CE"}))
    assert score_of(silent, job) < score_of(told, job) < score_of(all_, job)


CURVES = st.lists(st.integers(0, 2**16), min_size=2, max_size=9).map(
    lambda steps: tuple(step / 2**16 for step in sorted(steps))
)


@given(CURVES, st.floats(0, 1), st.floats(0, 1))
def test_a_curve_never_falls_and_passes_through_its_knots(
    curve: tuple[float, ...], one: float, other: float
) -> None:
    line = Signal("must", "reach", 1, 0.5, curve)
    knots = line.strength(np.linspace(0, 1, len(curve)))
    assert knots.tolist() == list(curve)
    low, high = line.strength(np.sort([one, other])).tolist()
    assert curve[0] <= low <= high <= curve[-1]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"curve": (0.5, 0.25)}, r"curve of signal 'must' is \[0.5, 0.25\]"),
        ({"curve": (0.5,)}, "1 strengths, expected 2 to 9"),
        ({"curve": (0.0, 1.5)}, "is 1.5, expected a multiple of 2"),
        ({"neutral": 0.1}, "is 0.1, expected a multiple of 2"),
        ({"points": -1.0}, r"points of signal 'must' is -1.0"),
        ({"points": 0.001}, r"is 0.001, expected a multiple of 2\^-8"),
    ],
)
def test_a_line_that_falls_or_is_off_the_grid_is_refused(
    changed: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(PUBLISHED[0], **changed)  # type: ignore[arg-type]


@given(st.floats(0.001, 0.999), pair)
def test_reach_may_be_weighed_anew_and_nothing_else_changes(
    share: float, values: dict[str, float]
) -> None:
    """Reach and wish stay as they were but for rounding points to 1/256: under 2/1000."""
    card = CARD.weighed(share)
    known = {name: np.array([v]) for name, v in values.items()}
    assert card.reach_share == pytest.approx(share, abs=1 / 25_600)
    assert sum(line.points for line in card.lines) == 100
    if 0.05 <= share <= 0.95:
        for old, new in zip(CARD.factors(known), card.factors(known), strict=True):
            assert old == pytest.approx(new, abs=0.01)


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_a_factor_is_never_weighed_away(share: float) -> None:
    with pytest.raises(ValueError, match="expected between 0 and 1"):
        CARD.weighed(share)


@given(pair, st.sampled_from([0.0, 1.0]))
def test_a_boost_comes_on_top_and_changes_no_other_score(
    values: dict[str, float], shortage: float
) -> None:
    known = {name: np.array([v]) for name, v in (values | {"shortage": shortage}).items()}
    boosted = CARD.boosted(2.5)
    assert boosted.scores(known) == CARD.scores(known) + 2.5 * shortage
    assert boosted.factors(known) == CARD.factors(known)
    assert boosted.boosted(0) == CARD


def test_a_boost_is_bounded() -> None:
    with pytest.raises(ValueError, match="a boost of 6 points, expected at most 5"):
        CARD.boosted(6)
