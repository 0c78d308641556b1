"""SYNTHETIC choices: whom a made-up person picks from what was shown, by a utility that we know.

Written down before any learner was run on it, and not changed since. A person picks the vacancies
of greatest utility plus Gumbel noise, one after another (Plackett & Luce). The utility rises with
every signal, but not in straight lines; some signals strengthen each other; what a vacancy pays,
how well known its employer is and whether the two get on is seen by no signal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Taste:
    """What a signal is worth at most, how that rises with its value, and as which value an unknown
    one counts."""

    worth: float
    shape: Shape
    unknown: float


TASTES: dict[str, Taste] = {
    "must": Taste(2.4, lambda v: (1 - np.exp(-3 * v)) / (1 - np.exp(-3.0)), 0.1),
    "may": Taste(0.2, lambda v: v, 0.3),
    "evidence": Taste(0.5, lambda v: v**2, 0.2),
    "occupation": Taste(1.0, np.sqrt, 0.1),
    "experience": Taste(0.9, lambda v: v, 0.1),
    "study": Taste(0.8, lambda v: np.where(v >= 1, 1.0, np.where(v >= 0.5, 0.25, 0.0)), 0.5),
    "languages": Taste(0.4, lambda v: (v >= 1).astype(float), 1.0),
    "licences": Taste(0.3, lambda v: v, 0.5),
    "text": Taste(0.8, lambda v: v, 0.2),
    "wished": Taste(2.6, lambda v: v**2, 0.4),
    "travel": Taste(3.2, lambda v: 1 / (1 + np.exp(-10 * (v - 0.45))), 0.4),
    "working_time": Taste(1.0, lambda v: v, 0.7),
    "shifts": Taste(1.2, lambda v: v, 0.7),
    "contract": Taste(0.8, lambda v: v, 0.4),
}
ABLE_AND_NEAR, WANTED_AND_KNOWN, WANTED_OR_NEAR = 1.0, 1.2, 0.8
"""Worth of min(must, travel), wished · occupation and max(wished, travel)."""
PAY, FAMOUS, LIKED = 1.0, 0.5, 0.7
"""Standard deviations of what no signal sees."""
LATENT = 4
"""So many hidden traits make that a person and a vacancy get on."""
MORE_PICKS, MOST_PICKS = 1.5, 6


@dataclass(frozen=True)
class Hidden:
    """What no signal sees of m vacancies: `pay` and `fame` (m,), `traits` (m, LATENT)."""

    pay: Floats
    fame: Floats
    traits: Floats

    @classmethod
    def draw(cls, random: np.random.Generator, count: int) -> Hidden:
        """Of so many vacancies; fame is lopsided: a few employers everybody knows."""
        fame = random.exponential(FAMOUS, count)
        return cls(random.normal(0, PAY, count), fame, random.normal(size=(count, LATENT)))


def utility(values: Mapping[str, Floats]) -> Floats:
    """What the signals of pairs are worth, all in one shape."""
    known = {
        name: np.where(np.isnan(values[name]), taste.unknown, values[name])
        for name, taste in TASTES.items()
    }
    found = np.zeros_like(known["must"])
    for name, taste in TASTES.items():
        found += taste.worth * taste.shape(known[name])
    found += ABLE_AND_NEAR * np.minimum(known["must"], known["travel"])
    found += WANTED_AND_KNOWN * known["wished"] * known["occupation"]
    found += WANTED_OR_NEAR * np.maximum(known["wished"], known["travel"])
    return found


def picks(
    random: np.random.Generator,
    values: Mapping[str, Floats],
    hidden: Hidden,
    rows: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which of the vacancies `rows`, shown with these signals (k,), one person picks: (k,)."""
    heed = random.random()
    traits = random.normal(0, LIKED / np.sqrt(LATENT), LATENT)
    found = utility(values) + heed * hidden.pay[rows] + hidden.fame[rows]
    found += hidden.traits[rows] @ traits + random.gumbel(size=len(rows))
    count = min(MOST_PICKS, 1 + random.poisson(MORE_PICKS))
    picked = np.zeros(len(rows), np.bool_)
    picked[np.argsort(-found, kind="stable")[:count]] = True
    return picked
