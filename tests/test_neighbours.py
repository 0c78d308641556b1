"""What similar people found: beside a slow and obvious twin, and never of too few people."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models import walks
from models.neighbours import (
    ALIKE,
    COMPETENCES,
    LEAST_PEOPLE,
    OCCUPATIONS,
    Finding,
    Happened,
    Neighbours,
    NeighbourSettings,
    Profiles,
)

C, O, VACANCIES = 6, 4, 7  # noqa: E741  as in the docstrings
FEW = NeighbourSettings(near=3, known=2.0)
CELLS = st.lists(st.sampled_from([0.0, 0.0, 0.25, 1.0]), min_size=C + O, max_size=C + O)
WEIGHTS = st.sampled_from([0.0, 0.0, 0.25, 1.0, 2.0])
AGES = st.sampled_from([0.0, 3.0, 30.0, 90.0])
LINE = st.tuples(CELLS, st.lists(st.tuples(WEIGHTS, AGES), min_size=VACANCIES, max_size=VACANCIES))
CROWDS = st.lists(LINE, min_size=1, max_size=14)
Crowd = Sequence[tuple[Sequence[float], Sequence[tuple[float, float]]]]
Floats = NDArray[np.float64]


def profiles(cells: Floats) -> Profiles:
    """(n, C + O) as competences and past occupations."""
    none = csr_array((len(cells), O))
    return Profiles(csr_array(cells[:, :C]), csr_array(cells[:, C:]), none, none)


def names(letter: str, count: int) -> list[str]:
    """Ids that ascend."""
    return [f"{letter}{i:02}" for i in range(count)]


def fitted(crowd: Crowd, offered: Sequence[bool], how: NeighbourSettings = FEW) -> Neighbours:
    """Neighbours of people each with a profile and what they were after."""
    pairs = [
        (p, j, weight, age)
        for p, (_, line) in enumerate(crowd)
        for j, (weight, age) in enumerate(line)
        if weight
    ]
    person, vacancy, weight, age = np.array(pairs, np.float64).reshape(-1, 4).T
    happened = Happened(
        names("p", len(crowd)),
        names("v", VACANCIES),
        person.astype(np.int32),
        vacancy.astype(np.int32),
        weight.astype(np.float32),
        age.astype(np.float32),
    )
    cells = np.array([line for line, _ in crowd], np.float64).reshape(-1, C + O)
    return Neighbours.fit(happened, profiles(cells), np.array(offered), how)


def plain(
    crowd: Crowd,
    offered: Sequence[bool],
    profile: Sequence[float],
    sought: dict[int, float],
    asker: int,
    least: int,
) -> dict[str, tuple[float, int]]:
    """The same, by whole matrices: vacancy → strength, people."""
    n = len(crowd)
    weight = np.array([[w for w, _ in line] for _, line in crowd])
    age = np.array([[a for _, a in line] for _, line in crowd])
    cells = np.array([line for line, _ in crowd], np.float64)
    worth = np.log((1 + n) / (1 + (cells[:, :C] > 0).sum(axis=0))) + 1e-3
    unit = np.array([unit_profile(row, worth) for row in cells])
    like = (unit @ unit_profile(np.array(profile), worth)).round(12)
    others = np.arange(n) != asker
    like[(like < ALIKE) | ~others] = 0
    levels = np.minimum((like * 1024).astype(int), 1023)
    nearest = sorted(levels[like > 0].tolist(), reverse=True)
    cut = nearest[min(FEW.near, len(nearest)) - 1] if nearest else 0
    by_profile = np.where((like > 0) & (levels >= cut), like**2, 0)
    finders, after = (weight > 0).sum(axis=0), (weight > 0).sum(axis=1)
    walked = np.zeros(n)
    for j, own in sought.items():
        walked += own / np.sqrt(max(finders[j], 1)) * weight[:, j]
    walked = np.where(others, walked / np.sqrt(np.maximum(after, 1)), 0)
    share = FEW.known / (FEW.known + len(sought))
    share = 1.0 if not walked.any() else share if by_profile.any() else 0.0
    alike = share * part(by_profile)
    near = alike + (1 - share) * part(walked)
    fresh = weight * 0.5 ** (age / FEW.half_life_days) * np.array(offered)
    who = np.array([alike if j in sought else near for j in range(VACANCIES)]).T
    score = (who * fresh).sum(axis=0) * np.maximum(fresh.sum(axis=0), 1.0) ** -FEW.popularity
    people = ((who > 0) & (weight >= 1)).sum(axis=0) * np.array(offered)
    return {
        f"v{j:02}": (score[j] / (score[j] + FEW.half_strength), int(people[j]))
        for j in range(VACANCIES)
        if people[j] >= least
    }


def unit_profile(row: Floats, worth: Floats) -> Floats:
    """Competences by worth and occupations, half each as far as there are any; in 32 bits, since
    levels of likeness have sharp borders."""
    assert C <= COMPETENCES
    assert O <= OCCUPATIONS
    parts = [row[:C] * worth, row[C:]]
    parts = [p / np.sqrt((p**2).sum()) if p.any() else p for p in parts]
    share = np.float32(0.5**0.5 if all(p.any() for p in parts) else 1.0)
    return np.asarray(np.concatenate(parts).astype(np.float32) * share, np.float64)


def part(weights: Floats) -> Floats:
    """Each as a share of all."""
    return weights / weights.sum() if weights.any() else weights


def asked(
    neighbours: Neighbours,
    profile: Sequence[float],
    sought: dict[int, float] | None = None,
    asker: int = -1,
    least: int = LEAST_PEOPLE,
) -> list[Finding]:
    """What is found for somebody."""
    known = [(f"v{j:02}", weight) for j, weight in (sought or {}).items()]
    name = f"p{asker:02}" if asker >= 0 else ""
    row = np.array([profile], np.float64)
    return neighbours.near(profiles(row), known, asker=name, least=least)


@given(
    CROWDS,
    st.lists(st.booleans(), min_size=VACANCIES, max_size=VACANCIES),
    CELLS,
    st.dictionaries(st.integers(0, VACANCIES - 1), st.sampled_from([0.25, 1.0, 2.0]), max_size=4),
    st.integers(-1, 13),
    st.integers(LEAST_PEOPLE, 5),
    st.sampled_from([1, 4, walks.ROOM]),
)
@settings(deadline=None, max_examples=200)
def test_what_is_found_is_what_whole_matrices_give(
    crowd: Crowd,
    offered: list[bool],
    profile: list[float],
    sought: dict[int, float],
    asker: int,
    least: int,
    room: int,
) -> None:
    """Twice, since the room of the first question serves the second; it may be too small."""
    neighbours = fitted(crowd, offered)
    expected = plain(crowd, offered, profile, sought, asker, least)
    for _ in range(2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(walks, "ROOM", room)
            found = asked(neighbours, profile, sought, asker, least)
        assert {one.vacancy: one.people for one in found} == {
            id_: people for id_, (_, people) in expected.items()
        }
        for one in found:
            assert one.strength == pytest.approx(expected[one.vacancy][0], abs=1e-4)
            assert 0 < one.strength < 1
        order = sorted(found, key=lambda one: (-one.strength, one.vacancy))
        assert found == order


def crowd_of(*groups: tuple[int, int, Sequence[int]]) -> Crowd:
    """So many people each with one competence, who wanted some vacancies today."""
    found = []
    for count, competence, wanted in groups:
        cells = [float(c == competence) for c in range(C + O)]
        line = [(float(j in wanted), 0.0) for j in range(VACANCIES)]
        found += [(cells, line)] * count
    return found


EVERYTHING = [True] * VACANCIES
FIRST = [1.0] + [0.0] * (C + O - 1)


def test_somebody_new_is_told_what_people_of_the_same_competences_found() -> None:
    crowd = crowd_of((6, 0, [1, 2]), (9, 3, [4]))
    found = asked(fitted(crowd, EVERYTHING), FIRST, least=5)
    assert [(one.vacancy, one.people) for one in found] == [("v01", 6), ("v02", 6)]


def test_who_is_active_is_told_what_those_found_who_were_after_the_same() -> None:
    """Though their profile tells otherwise, and the more so, the more is known of them."""
    crowd = crowd_of((6, 0, [1]), (6, 3, [2, 3, 4, 5]))
    neighbours = fitted(crowd, EVERYTHING)
    for known, first in ((0, "v01"), (3, "v05")):
        sought = dict.fromkeys(range(2, 2 + known), 1.0)
        assert asked(neighbours, FIRST, sought, least=5)[0].vacancy == first


def test_of_what_four_found_nothing_is_said_and_of_what_five_found_the_number() -> None:
    for count in (4, 5):
        found = asked(fitted(crowd_of((count, 0, [1])), EVERYTHING), FIRST, least=5)
        assert [one.people for one in found] == [5] * (count == 5)


def test_nobody_counts_as_their_own_neighbour() -> None:
    neighbours = fitted(crowd_of((5, 0, [1])), EVERYTHING)
    assert asked(neighbours, FIRST, least=5)
    assert not asked(neighbours, FIRST, asker=0, least=5)


def test_no_setting_speaks_of_fewer_than_three() -> None:
    neighbours = fitted(crowd_of((5, 0, [1])), EVERYTHING)
    with pytest.raises(ValueError, match="at least 2 people, expected 3 or more"):
        asked(neighbours, FIRST, least=2)


def test_a_look_makes_nobody_a_finder() -> None:
    crowd = [(cells, [(w / 4, a) for w, a in line]) for cells, line in crowd_of((9, 0, [1]))]
    assert not asked(fitted(crowd, EVERYTHING), FIRST)


def test_what_is_no_longer_offered_is_not_found_but_still_tells_who_is_near() -> None:
    crowd = crowd_of((6, 3, [1, 2]))
    neighbours = fitted(crowd, [j != 1 for j in range(VACANCIES)])
    assert [one.vacancy for one in asked(neighbours, FIRST, {1: 1.0})] == ["v02"]


def test_older_finds_count_less_and_so_does_what_everybody_finds() -> None:
    crowd = crowd_of((6, 0, [1, 2, 3]), (40, 3, [3]))
    aged = [
        (cells, [(w, 60.0 if j == 2 else a) for j, (w, a) in enumerate(line)])
        for cells, line in crowd
    ]
    strength = {one.vacancy: one.strength for one in asked(fitted(aged, EVERYTHING), FIRST)}
    assert strength["v01"] > strength["v02"]
    assert strength["v01"] > strength["v03"]
    same = dataclasses.replace(FEW, popularity=0.0, half_life_days=1e9)
    level = {o.vacancy: o.strength for o in asked(fitted(aged, EVERYTHING, same), FIRST)}
    assert len(set(level.values())) == 1


def test_neighbours_come_back_from_their_arrays() -> None:
    neighbours = fitted(crowd_of((6, 0, [1, 2]), (9, 3, [4])), EVERYTHING)
    again = Neighbours.restore(neighbours.plain(), neighbours.settings)
    assert again.digest == neighbours.digest
    assert asked(again, FIRST) == asked(neighbours, FIRST)
