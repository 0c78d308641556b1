"""Each signal in [0, 1] or unknown, and the same bits whichever way a pair is asked."""

from __future__ import annotations

import dataclasses
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.few import signals_of_few
from models.rows import Job, JobRows, PeopleRows, Seeker
from models.scorecard import PUBLISHED
from models.signals import EARTH_KM, USUAL_KM, distance_km, km_apart, signals, weighted
from tests import small

GHENT, ANTWERP = (51.05, 3.72), (51.22, 4.40)
degrees = st.tuples(st.floats(49.5, 51.5), st.floats(2.5, 6.5))


def people(*seekers: Seeker) -> PeopleRows:
    """Rows of seekers over the small taxonomy."""
    return small.vectoriser().people(seekers)


def jobs(*records: Job) -> JobRows:
    """Rows of jobs over the small taxonomy."""
    return small.vectoriser().jobs(records)


def signal(name: str, seeker: Seeker, job: Job) -> float:
    """One signal of one pair."""
    return float(signals(people(seeker), jobs(job))[name][0, 0])


def haversine_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance by its textbook formula."""
    (lat, lon), (other_lat, other_lon) = (tuple(map(math.radians, p)) for p in (a, b))
    h = (
        math.sin((other_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


@given(
    st.lists(small.SEEKERS, min_size=1, max_size=4),
    st.lists(small.JOBS, min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=60)
def test_a_pair_has_the_same_bits_in_any_block_order_and_batch(
    seekers: list[Seeker], offers: list[Job], shuffler: random.Random
) -> None:
    """(n, m) at once against (1, m), (n, 1), (1, 1) and a shuffled block, each made anew."""
    block = signals(people(*seekers), jobs(*offers))
    rows, columns = list(range(len(seekers))), list(range(len(offers)))
    shuffler.shuffle(rows)
    shuffler.shuffle(columns)
    for across, down in ((rows, columns), (rows[:1], columns), (rows, columns[:1])):
        part = signals(people(*(seekers[i] for i in across)), jobs(*(offers[j] for j in down)))
        for name, values in block.items():
            assert part[name].tobytes() == values[np.ix_(across, down)].tobytes(), name


@given(st.lists(small.SEEKERS, max_size=3), st.lists(small.JOBS, max_size=3), st.integers(0, 7))
@settings(deadline=None, max_examples=200)
def test_of_a_few_pairs_the_compiled_loop_gives_the_same(
    seekers: list[Seeker], offers: list[Job], shortage: int
) -> None:
    marked = np.array([shortage >> i & 1 for i in range(len(offers))], np.uint8)
    rows = people(*seekers), dataclasses.replace(jobs(*offers), shortage=marked)
    found, slow = signals_of_few(*rows), signals(*rows)
    assert list(found) == list(slow)
    for name, values in slow.items():
        np.testing.assert_array_equal(found[name], values, name, strict=True)


@given(st.lists(small.SEEKERS, max_size=3), st.lists(small.JOBS, max_size=3))
@settings(deadline=None, max_examples=60)
def test_every_signal_is_a_share_or_unknown(seekers: list[Seeker], offers: list[Job]) -> None:
    found = signals(people(*seekers), jobs(*offers))
    assert list(found) == [*(line.name for line in PUBLISHED), "shortage", "similar"]
    for name, values in found.items():
        assert values.shape == (len(seekers), len(offers)), name
        assert values.dtype == np.float64
        assert (np.isnan(values) | ((values >= 0) & (values <= 1))).all(), name


def test_of_somebody_and_something_unknown_every_signal_is_unknown() -> None:
    found = signals(people(Seeker("p")), jobs(Job("j")))
    known = {name for name, value in found.items() if not np.isnan(value[0, 0])}
    assert known == {"shortage", "similar"}


few = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@given(arrays(np.float64, (2, 4), elements=few), arrays(np.float64, (3, 4), elements=few))
def test_weighted_sums_are_those_of_a_slow_loop_either_way_round(
    left: NDArray[np.float64], right: NDArray[np.float64]
) -> None:
    slow = [[sum(a * b for a, b in zip(p, j, strict=True)) for j in right] for p in left]
    assert weighted(csr_array(left), csr_array(right)).tolist() == slow
    assert weighted(csr_array(right), csr_array(left)).T.tolist() == slow


@given(degrees, degrees)
@settings(deadline=None)
def test_a_distance_is_the_great_circle_to_the_metre_and_the_same_both_ways(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    """Within 500 km; the bits are the same when the two change sides."""
    there = distance_km(people(Seeker("p", position=one)), jobs(Job("j", position=other)))
    back = distance_km(people(Seeker("p", position=other)), jobs(Job("j", position=one)))
    assert there.tobytes() == back.tobytes()
    assert there[0, 0] == pytest.approx(haversine_km(one, other), abs=1e-3)


@given(degrees, st.none() | degrees)
@settings(deadline=None)
def test_the_distance_of_one_pair_is_that_of_many_bit_for_bit(
    one: tuple[float, float], other: tuple[float, float] | None
) -> None:
    person, job = people(Seeker("p", position=one)), jobs(Job("j", position=other))
    apart = km_apart(person.position[0].tolist(), job.position[0].tolist())
    assert np.float64(apart).tobytes() == distance_km(person, job).tobytes()


def test_an_unknown_place_has_no_distance() -> None:
    found = distance_km(people(Seeker("p"), Seeker("q", position=GHENT)), jobs(Job("j")))
    assert np.isnan(found).all()


def test_a_job_at_the_travel_limit_counts_for_half_and_next_door_in_full() -> None:
    """1 / (1 + 1²) = 0.5 at the limit, 1 / (1 + 2²) = 0.2 at twice the limit."""
    km = haversine_km(GHENT, ANTWERP)
    job = Job("j", position=ANTWERP)
    limited = [Seeker("p", position=GHENT, travel_km=limit) for limit in (km, km / 2)]
    assert [signal("travel", seeker, job) for seeker in limited] == pytest.approx([0.5, 0.2])
    assert signal("travel", Seeker("p", position=ANTWERP, travel_km=0), job) == 1
    assert signal("travel", Seeker("p", position=GHENT), job) == pytest.approx(
        1 / (1 + (km / USUAL_KM) ** 2)
    )


@pytest.mark.parametrize(
    ("has", "asked", "value"), [(6, 5, 1), (5, 5, 1), (4, 5, 0.5), (3, 5, 0), (1, 8, 0)]
)
def test_a_level_of_study_below_the_one_asked_counts_half_and_then_nothing(
    has: int, asked: int, value: float
) -> None:
    assert signal("study", Seeker("p", study=has), Job("j", study=asked)) == value


@pytest.mark.parametrize(
    ("spoken", "value"),
    [({"nl": 3}, 0.5), ({"nl": 6}, 2 / 3), ({"nl": 6, "fr": 2}, 1), ({"en": 6}, 0), ({}, 0)],
)
def test_languages_count_by_the_levels_reached_of_those_asked(
    spoken: dict[str, int], value: float
) -> None:
    """Dutch at 4 and French at 2 are six levels; what is above the level asked adds nothing."""
    job = Job("j", languages={"nl": 4, "fr": 2})
    assert signal("languages", Seeker("p", languages=spoken), job) == value


def test_nothing_told_is_unknown_and_none_told_is_none() -> None:
    job = Job("j", languages={"nl": 4}, licences=frozenset({"B"}))
    for name in ("languages", "licences"):
        assert np.isnan(signal(name, Seeker("p"), job))
        assert signal(name, Seeker("p", languages={}, licences=frozenset()), job) == 0


def test_must_counts_what_is_covered_by_how_telling_it_is() -> None:
    """One of two competences asked, each with its own weight."""
    weights = small.vectoriser().specificity_
    places = small.vectoriser().competences_
    sewn, asked = weights[places["s:nieten"]], weights[places["s:orders"]]
    job = Job("j", must=("s:nieten", "s:orders"))
    seeker = Seeker("p", held=(("s:nieten", 0.5),))
    assert signal("must", seeker, job) == pytest.approx(sewn / (sewn + asked))
    assert signal("evidence", seeker, job) == pytest.approx(0.5 * sewn / (sewn + asked))
    assert np.isnan(signal("may", seeker, job))


def test_experience_counts_years_up_to_five() -> None:
    job = Job("j", occupation="s:lasser")
    years = (None, 0.0, 1.0, 5.0, 30.0)
    found = [signal("experience", Seeker("p", past=(("s:lasser", y),)), job) for y in years]
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([0, 0.2, 1, 1], abs=2**-12)


def test_of_a_job_that_states_no_occupation_the_expected_closeness_counts() -> None:
    """Σ profile · closeness over Σ profile: a wish for every occupation is met for sure."""
    job = Job("j", title="Heftruckchauffeur")
    every = Seeker("p", wished=tuple(small.OCCUPATIONS))
    assert signal("wished", every, job) == 1
    assert 0 <= signal("wished", Seeker("p", wished=("s:lasser",)), job) < 1


@pytest.mark.parametrize(
    ("accepts", "has", "value"), [(0b11, 0b01, 1), (0b01, 0b11, 0.5), (0b100, 0b11, 0), (0, 0b1, 0)]
)
def test_shifts_count_by_the_share_that_is_accepted(accepts: int, has: int, value: float) -> None:
    assert signal("shifts", Seeker("p", shifts=accepts), Job("j", shifts=has)) == value


def test_working_time_is_the_same_or_not_or_unknown() -> None:
    job = Job("j", full_time=True)
    found = [signal("working_time", Seeker("p", full_time=told), job) for told in (True, False)]
    assert found == [1, 0]
    assert np.isnan(signal("working_time", Seeker("p"), job))


def test_a_text_is_most_like_itself_and_one_without_known_words_is_unknown() -> None:
    job = Job("j", text=small.ADVERTISEMENTS[0])
    same = signal("text", Seeker("p", text=small.ADVERTISEMENTS[0]), job)
    other = signal("text", Seeker("p", text=small.ADVERTISEMENTS[1]), job)
    assert 0.9 < same <= 1
    assert other < same
    assert np.isnan(signal("text", Seeker("p", text="12"), job))
