"""SYNTHETIC inclinations: what a made-up person wants of a made-up market, by a truth we know.

Written down before any ranker was measured on it, and not changed since. What a vacancy is worth
to a person is a sum: how much of what it asks they can (`reach`), how near its occupation is to the
one that they wish (`wish`), how near it lies for someone who travels as far as they do (`near`),
whether the hours suit (`hours`), and two things that no record and so no signal of ours holds:

- `pay`: how good the job is, half of it the employer's; people heed it more or less.
- `taste`: whether person and job get on, over hidden traits. Half of a job's traits are its
  occupation's, half its employer's climate. A share of a person's taste (`shared`) is that of all
  who come from the same occupation; the rest is their own.

Two more move choices and are no part of the truth: a `spike` (for some days everybody talks of a
vacancy) and `noise` (Gumbel, drawn anew at each look, so that a choice is a logit: McFadden 1974).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.signals import km_between

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]

TOP = 0.01
"""Share of what a person could get that counts as what they truly want."""
NEVER = 1 << 30
"""A day that never comes."""
TRAITS = 4
"""So many hidden traits make that a person and a job get on."""


@dataclass(frozen=True)
class Setting:
    """The parameters of the truth: what each part is worth at most, or its standard deviation
    (`pay`, `taste`, `noise`).

    `spike` is what a vacancy gains while everybody talks of it, `spiked` the share that ever is
    talked of, for `spike_days`. People look `looks` times as often as `days` assumes.
    """

    name: str
    reach: float = 2.5
    wish: float = 2.0
    near: float = 2.0
    hours: float = 0.7
    pay: float = 0.8
    taste: float = 1.0
    shared: float = 0.5
    spike: float = 1.5
    spiked: float = 0.03
    spike_days: int = 10
    noise: float = 0.7
    looks: float = 1.0


ASSUMED = Setting("as assumed")
WRONG = Setting(
    "deliberately wrong",
    shared=0.0,
    spike=4.0,
    spiked=0.10,
    spike_days=21,
)
"""Nobody shares a taste and fashion rules: what people with a like profile found says nothing of
taste here, and much of what was talked of."""
BUSY = replace(ASSUMED, name="as assumed, busier", looks=4.0)
BUSY_WRONG = replace(WRONG, name="deliberately wrong, busier", looks=4.0)
"""The same two with about 40 events a vacancy, as 2 million events over 50,000 vacancies are, where
the others have some 10. These two were added after a first look at a small market (600 people, a
seed that is not among those measured): there five people seldom wanted the same vacancy, so of what
similar people found next to nothing could be said. Nothing else was changed with it."""


@dataclass(frozen=True)
class Folk:
    """n people: occupations (n,), competences that they truly have (n, C) of 0 and 1, places (n,)
    and positions on the unit sphere (n, 3), how far they like to travel (n,) km, whether full time
    (n,); and the travel limit that their dossiers tell, (n,) km, NaN where none."""

    past: Rows
    wished: Rows
    able: csr_array
    place: Rows
    position: Floats
    tolerance_km: Floats
    full_time: Bools
    limit_km: Floats

    def __len__(self) -> int:
        return len(self.past)


@dataclass(frozen=True)
class Offers:
    """m vacancies, as `Folk`: `asked` (m, C) is what is truly asked, `employer` (m,) a number; open
    from day `first` through `last`, talked of from day `spike` on (`NEVER` where nobody does)."""

    occupation: Rows
    employer: Rows
    asked: csr_array
    place: Rows
    position: Floats
    full_time: Bools
    first: Rows
    last: Rows
    spike: Rows

    def __len__(self) -> int:
        return len(self.occupation)


@dataclass(frozen=True)
class Hidden:
    """What stands in no record, of n people and m vacancies: `heed` (n,), `tastes` (n, TRAITS),
    `pay` (m,), `traits` (m, TRAITS); each of mean 0 (heed 1) and of variance 1 (heed 1/12)."""

    heed: Floats
    tastes: Floats
    pay: Floats
    traits: Floats

    @classmethod
    def draw(
        cls,
        random: np.random.Generator,
        people: Folk,
        jobs: Offers,
        occupations: int,
        employers: int,
        shared: float,
    ) -> Hidden:
        """Of these people and vacancies."""
        of_origin = random.normal(size=(occupations, TRAITS))
        of_occupation = random.normal(size=(occupations, TRAITS))
        climate = random.normal(size=(employers, TRAITS))
        good = random.normal(size=employers)
        own = random.normal(size=(len(people), TRAITS))
        return cls(
            heed=random.uniform(0.5, 1.5, len(people)),
            tastes=np.sqrt(shared) * of_origin[people.past] + np.sqrt(1 - shared) * own,
            pay=np.sqrt(0.5) * (good[jobs.employer] + random.normal(size=len(jobs))),
            traits=np.sqrt(0.5) * (of_occupation[jobs.occupation] + climate[jobs.employer]),
        )


def utility(
    setting: Setting, people: Folk, jobs: Offers, hidden: Hidden, closeness: csr_array
) -> Floats:
    """The truth: (n, m), without spike and noise; `closeness` (O, O) in [0, 1] of occupations."""
    sizes = np.maximum(np.asarray(jobs.asked.sum(axis=1)).ravel(), 1)
    reach = (people.able @ jobs.asked.T).toarray() / sizes
    wish = closeness.toarray()[people.wished][:, jobs.occupation]
    km = km_between(people.position, jobs.position)
    near = 1 / (1 + (km / people.tolerance_km[:, None]) ** 2)
    hours = people.full_time[:, None] == jobs.full_time[None, :]
    found = setting.reach * reach + setting.wish * wish
    found += setting.near * near + setting.hours * hours
    found += setting.pay * hidden.heed[:, None] * hidden.pay[None, :]
    found += setting.taste * (hidden.tastes @ hidden.traits.T) / np.sqrt(TRAITS)
    return np.asarray(found)


def relevant(worth: Floats, possible: Bools) -> Bools:
    """(m,): the best hundredth, by (m,) true worth, of what is `possible`: what a ranking should
    find. At least one, if anything is possible; ties by number."""
    rows = np.flatnonzero(possible)
    best = rows[np.argsort(-worth[rows], kind="stable")][: max(1, round(TOP * len(rows)))]
    found = np.zeros(len(worth), np.bool_)
    found[best] = True
    return found
