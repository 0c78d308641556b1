"""Who may be shown what: hard requirements, apart from the score, each 'no' with its reason.

What is not known bars nobody: a person without stated licences is shown the vacancy with a note.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.rows import LANGUAGES_KNOWN, LICENCES_KNOWN, JobRows, PeopleRows
from models.signals import distance_km, weighted

LEAST_IN_COMMON = {
    "must": (0.1875, 0.125),
    "may": (0.25, 0.25),
    "occupation": (0.25, 0.03125),
    "wished": (0.25, 0.25),
    "text": (math.inf, 0.15625),
}
"""Values from which a signal speaks for a pair: where a past occupation is stated, and where not,
so that what a text sounds like stands for it. Teamwork, one of five things asked, makes no nurse a
bricklayer."""
NEAR_LIMIT = 2.0
"""Up to this multiple of a travel limit a vacancy is a near-miss."""


class Bar(enum.IntFlag):
    """Why a person is not shown a vacancy."""

    NOT_YET_OPEN = 1
    EXPIRED = 2
    LICENCE = 4
    LANGUAGE = 8
    DISTANCE = 16
    DIPLOMA = 32


MAIN_BARS = (Bar.EXPIRED, Bar.NOT_YET_OPEN, Bar.DIPLOMA, Bar.LICENCE, Bar.LANGUAGE, Bar.DISTANCE)
"""Of several bars the first counts as the reason: what can be changed least."""


def bar_name(bar: Bar) -> str:
    """A bar as it is called in answers and messages."""
    return str(bar.name).lower()


def main_bar(bars: Bar) -> Bar:
    """Of bars the one that counts as the reason."""
    return next(bar for bar in MAIN_BARS if bars & bar)


@dataclass(frozen=True)
class Eligibility:
    """`bars` (n, m) holds bits of `Bar`, 0 where eligible; `near` (n, m) is true where a single
    bar stands that is all but met: one licence or level short, or a travel limit just exceeded."""

    bars: NDArray[np.uint8]
    near: NDArray[np.bool_]

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """(n, m): nothing bars."""
        return np.asarray(self.bars == 0)


def eligibility(people: PeopleRows, jobs: JobRows, today: int) -> Eligibility:
    """Every requirement between n people and m jobs on a day (`date.toordinal`)."""
    shape = (len(people), len(jobs))
    short_languages = _short((people.known & LANGUAGES_KNOWN) > 0, people.languages, jobs.languages)
    short_licences = _short((people.known & LICENCES_KNOWN) > 0, people.licences, jobs.licences)
    km = distance_km(people, jobs)
    limit = people.travel_km[:, None]
    below = jobs.study[None, :] - people.study[:, None]
    undiplomaed = (jobs.diploma_required[None, :] > 0) & (below > 0)
    bars = np.zeros(shape, np.uint8)
    for bar, found in (
        (Bar.NOT_YET_OPEN, np.broadcast_to(jobs.first_day[None, :] > today, shape)),
        (Bar.EXPIRED, np.broadcast_to(jobs.last_day[None, :] < today, shape)),
        (Bar.LICENCE, short_licences > 0),
        (Bar.LANGUAGE, short_languages > 0),
        (Bar.DISTANCE, km > limit),
        (Bar.DIPLOMA, undiplomaed),
    ):
        bars |= np.where(found, np.uint8(bar), np.uint8(0))
    near = (
        ((bars == Bar.LICENCE) & (short_licences == 1))
        | ((bars == Bar.LANGUAGE) & (short_languages == 1))
        | ((bars == Bar.DISTANCE) & (km <= NEAR_LIMIT * limit))
        | ((bars == Bar.DIPLOMA) & (below == 1))
    )
    return Eligibility(bars, near)


def in_common(
    values: Mapping[str, NDArray[np.float64]], worked: NDArray[np.bool_] | bool
) -> NDArray[np.bool_]:
    """Whether a competence, an occupation, a wish or a text speaks for a pair, in their shape.

    `worked` says (broadcast) of whom a past occupation is stated: theirs tells more than a text. A
    pair of which only the place and the hours fit is no suggestion, however high it would rank.
    """
    speaks = [
        np.nan_to_num(values[name]) >= np.where(worked, *LEAST_IN_COMMON[name])
        for name in LEAST_IN_COMMON
    ]
    return np.asarray(np.logical_or.reduce(speaks))


def _short(known: NDArray[np.bool_], held: csr_array, asked: csr_array) -> NDArray[np.float64]:
    """How many of the levels or licences asked a person lacks, (n, m); 0 where nothing is known."""
    whole = np.asarray(asked.sum(axis=1)).ravel()[None, :]
    lacking = whole - weighted(held, asked)
    return np.where(known[:, None], lacking, 0.0)
