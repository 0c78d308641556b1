"""What similar people found: people near a person by profile and by what both were after.

A new person's neighbours are those of like competences and occupations; the more is known of what
a person was after, the more those count who were after the same (a walk of two steps over people
and vacancies, as in item-to-item recommendation: Cooper et al., 2014, doi:10.1145/2567948.2579244).
What the neighbours found counts less by its age, and less where everybody finds it. Of what fewer
than `least` people found nothing is said at all, and of the others how many, never who.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models import walks
from models.grid import STRENGTH_BITS
from models.packed import Ids, frozen

LEAST_PEOPLE = 3
"""No setting lets fewer people be spoken of."""
COMPETENCES, OCCUPATIONS = 40, 10
"""So many of each make a profile."""
ALIKE = 0.1
"""Who is less alike by profile is no neighbour."""
MOST = 50
"""So many vacancies are found for one person at most."""


@dataclass(frozen=True)
class NeighbourSettings:
    """How neighbours are found and what they count for; the same for everybody.

    `half_life_days`: what was found so long ago counts half. `window_days`: older events say
    nothing. `near`: so many are near by profile, more where several are alike. `known`: with so
    many vacancies looked at, both kinds of neighbours weigh the same. `popularity`: power of the
    number of finders by which what many find counts less. `half_strength`: what has strength 1/2.
    """

    half_life_days: float = 30.0
    window_days: int = 365
    near: int = 400
    known: float = 5.0
    popularity: float = 0.4
    half_strength: float = 0.03


class Happened(NamedTuple):
    """What e pairs of people and vacancies came to: which, how much that says, how long ago.

    `people` and `vacancies` are ids that ascend, `person` and `vacancy` (e,) places in them; no
    pair stands twice. `weight` (e,) is 1 or more where the person wanted it, less where they only
    looked; `age_days` (e,).
    """

    people: Sequence[str]
    vacancies: Sequence[str]
    person: NDArray[np.int32]
    vacancy: NDArray[np.int32]
    weight: NDArray[np.float32]
    age_days: NDArray[np.float32]


class Finding(NamedTuple):
    """A vacancy that similar people found: how strongly, in (0, 1) on the grid, and how many."""

    vacancy: str
    strength: float
    people: int


class Profiles(NamedTuple):
    """What people are like, n rows: `covers` (n, C), and occupations `past`, `wished`, `profile`
    (n, O), as in `models.rows.PeopleRows` or packed."""

    covers: csr_array
    past: csr_array
    wished: csr_array
    profile: csr_array

    @classmethod
    def of(cls, columns: Mapping[str, Any], rows: NDArray[np.int64] | None = None) -> Self:
        """Of the columns of people, or of some rows of them."""
        found = (columns[name] for name in cls._fields)
        return cls(*(column if rows is None else column[rows] for column in found))


@dataclass(frozen=True)
class Neighbours:
    """Who was after what, and who is like whom, as plain arrays.

    For `fit` and for everybody else. `people` and `vacancies` are ids; `worth` (C + O,) is what a
    column of a profile is worth, `alike.…` are profiles by column, `finder.…` who was after a
    vacancy, `fresh.…` what of a person may still be suggested; scales are by vacancy and person.
    """

    people: Ids
    vacancies: Ids
    arrays: Mapping[str, NDArray[Any]]
    settings: NeighbourSettings = NeighbourSettings()

    @classmethod
    def fit(
        cls,
        happened: Happened,
        profiles: Profiles,
        offered: NDArray[np.bool_],
        settings: NeighbourSettings | None = None,
    ) -> Self:
        """Of what happened to n people with these profiles; `offered` (m,) are the vacancies that
        may still be suggested."""
        settings = settings or NeighbourSettings()
        n, m = len(happened.people), len(happened.vacancies)
        pairs = (happened.person, happened.vacancy)
        liked = csr_array((happened.weight, pairs), shape=(n, m))
        by_vacancy = liked.tocsc()
        by_vacancy.sort_indices()
        decay = np.float32(0.5) ** (happened.age_days / np.float32(settings.half_life_days))
        still = offered[happened.vacancy]
        fresh = csr_array(
            (
                (happened.weight * decay)[still].astype(np.float32),
                (happened.person[still], happened.vacancy[still]),
            ),
            shape=(n, m),
        )
        sought = np.asarray(fresh.sum(axis=0)).ravel()
        # What fewer wanted than may ever be spoken of need not be looked at.
        wanting = still & (happened.weight >= 1)
        enough = np.bincount(happened.vacancy[wanting], minlength=m) >= LEAST_PEOPLE
        told = still & enough[happened.vacancy]
        places = happened.person[told], happened.vacancy[told]
        fresh = csr_array(((happened.weight * decay)[told].astype(np.float32), places), (n, m))
        fresh.sort_indices()
        wanted = csr_array((happened.weight[told], places), (n, m))
        wanted.sort_indices()
        width = profiles.covers.shape[1]
        spread = np.bincount(profiles.covers.indices, minlength=width)
        worth = np.log((1 + n) / (1 + spread)) + 1e-3
        starts, columns, weights = _profile(profiles, worth)
        alike = csr_array(
            (weights, columns, starts), shape=(n, width + profiles.past.shape[1])
        ).tocsc()
        alike.sort_indices()
        arrays = {
            "worth": worth,
            "alike.starts": alike.indptr.astype(np.int64),
            "alike.people": alike.indices.astype(np.uint32),
            "alike.weights": alike.data.astype(np.float32),
            "finder.starts": by_vacancy.indptr.astype(np.int64),
            "finder.people": by_vacancy.indices.astype(np.int32),
            "finder.weights": by_vacancy.data.astype(np.float32),
            "fresh.starts": fresh.indptr.astype(np.int64),
            "fresh.items": fresh.indices.astype(np.int32),
            "fresh.weights": fresh.data,
            "fresh.wanted": (wanted.data >= 1).astype(np.uint8),
            "scale.vacancy": 1 / np.sqrt(np.maximum(np.diff(by_vacancy.indptr), 1)),
            "scale.person": 1 / np.sqrt(np.maximum(np.diff(liked.indptr), 1)),
            "popularity": np.maximum(sought, 1.0) ** -settings.popularity,
        }
        people, vacancies = Ids.of(happened.people), Ids.of(happened.vacancies)
        return cls(people, vacancies, frozen(arrays), settings)

    def near(
        self,
        profile: Profiles,
        sought: Sequence[tuple[str, float]],
        *,
        asker: str,
        least: int,
    ) -> list[Finding]:
        """What at least `least` people near a person wanted, strongest first, ties by id.

        `profile` is one row; `sought` are vacancies that the person was after, or looked at, with
        the weight of that. `asker` is their id: nobody is their own neighbour.

        Raises:
            ValueError: fewer than `LEAST_PEOPLE` people would be spoken of.
        """
        if least < LEAST_PEOPLE:
            raise ValueError(f"at least {least} people, expected {LEAST_PEOPLE} or more")
        a = self.arrays
        known = [(row, w) for id_, w in sought if (row := self.vacancies.find(id_)) >= 0]
        items = np.array([row for row, _ in known], np.int64)
        weights = np.array([w for _, w in known], np.float64)
        _, columns, values = _profile(profile, a["worth"])
        share = self.settings.known / (self.settings.known + len(known))
        room = self._room()
        rows, strengths, counts = walks.found(
            self.people.find(asker),
            columns,
            values,
            items,
            weights,
            share,
            self.settings.near,
            ALIKE,
            least,
            *self._packed,
            room,
        )
        self._rooms.append(room)
        steps = np.floor(
            strengths / (strengths + self.settings.half_strength) * 2**STRENGTH_BITS
        ).clip(1, 2**STRENGTH_BITS - 1)
        order = np.lexsort((rows, -steps))[:MOST].tolist()
        return [
            Finding(
                self.vacancies[int(rows[i])], float(steps[i]) / 2**STRENGTH_BITS, int(counts[i])
            )
            for i in order
        ]

    @cached_property
    def digest(self) -> str:
        """Tells these neighbours from others."""
        found = hashlib.sha256(repr(self.settings).encode())
        for name, array in sorted(self.plain().items()):
            found.update(f"{name}{array.dtype}{array.shape}".encode())
            found.update(np.ascontiguousarray(array).data)
        return found.hexdigest()

    def plain(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays by name, for `restore`."""
        ids = {"people": self.people, "vacancies": self.vacancies}
        found = dict(self.arrays)
        for name, of in ids.items():
            found |= {f"{name}.letters": of.letters, f"{name}.starts": of.starts}
        return found

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], settings: NeighbourSettings) -> Self:
        """What `plain` gave."""
        people, vacancies = (
            Ids(arrays[f"{name}.letters"], arrays[f"{name}.starts"])
            for name in ("people", "vacancies")
        )
        return cls(people, vacancies, frozen(arrays), settings)

    @cached_property
    def _packed(self) -> tuple[Any, ...]:
        a = self.arrays
        return (
            (a["alike.starts"], a["alike.people"], a["alike.weights"]),
            (a["finder.starts"], a["finder.people"], a["finder.weights"]),
            (a["scale.vacancy"], a["scale.person"]),
            (a["fresh.starts"], a["fresh.items"], a["fresh.weights"], a["fresh.wanted"]),
            a["popularity"],
        )

    @cached_property
    def _rooms(self) -> list[tuple[NDArray[Any], ...]]:
        return []

    def _room(self) -> tuple[NDArray[Any], ...]:
        """Room for one question: zeros, which are zeros again afterwards, and lists."""
        try:
            return self._rooms.pop()
        except IndexError:
            n = len(self.people)
            return (
                np.zeros(n),
                np.zeros(n),
                np.zeros((walks.ROOM, 4)),
                np.empty(n, np.int32),
                np.empty(n, np.int32),
            )


def _profile(
    people: Profiles, worth: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Unit profiles, half of each competences and half occupations, as far as there are any:
    starts, columns and weights of n rows, occupations in the columns after the competences."""
    width, others = people.covers.shape[1], people.past.shape[1]
    named = walks.merged(others, *(_cells(m) for m in (people.past, people.wished, people.profile)))
    parts = (
        walks.unit_cells(*_cells(people.covers), worth, COMPETENCES),
        walks.unit_cells(*named, np.ones(others), OCCUPATIONS),
    )
    counts = [np.diff(starts) for starts, _, _ in parts]
    share = np.where((counts[0] > 0) & (counts[1] > 0), np.float32(0.5**0.5), np.float32(1))
    starts = parts[0][0] + parts[1][0]
    columns, weights = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    before = (starts[:-1], starts[:-1] + counts[0])
    for (own, kept, values), count, first, shift in zip(
        parts, counts, before, (0, width), strict=True
    ):
        at = np.repeat(first - own[:-1], count) + np.arange(len(kept))
        columns[at] = kept + shift
        weights[at] = values * np.repeat(share, count)
    return starts, columns, weights


def _cells(matrix: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    return (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
    )
