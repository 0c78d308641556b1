"""Why a pair has its score: a reason for every signal. Their points sum to the score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.reasons import WRITERS, Evidence, Reason, Silent
from matcher.sides import JobSide, PersonSide
from matcher.voice import Voice
from models.scorecard import Scorecard


@dataclass
class Explainer(Voice):
    """Writes the reasons of pairs in one language."""

    scorecard: Scorecard

    def reasons(
        self, person: PersonSide, job: JobSide, values: Mapping[str, float]
    ) -> tuple[Reason, ...]:
        """A reason for every signal of the scorecard, most points first, unknown ones last."""
        self.fetch(person, job)
        strengths = self.scorecard.strengths(
            {name: np.array([value]) for name, value in values.items()}
        )
        found = []
        for line in self.scorecard.lines:
            silent: Silent | None = None
            evidence: Sequence[Evidence] = ()
            if math.isnan(values[line.name]):
                silent = _silent(person.mentions(line.name), job.mentions(line.name))
                text = self.say("unknown", silent, what=self.say("what", line.name))
            else:
                text, evidence = WRITERS[line.name](self, person, job, values[line.name])
            found.append(
                Reason(
                    signal=line.name,
                    factor=line.factor,
                    strength=float(strengths[line.name][0]),
                    weight=float(line.points),
                    silent=silent,
                    text=text,
                    evidence=tuple(evidence),
                )
            )
        return tuple(sorted(found, key=lambda reason: (not reason.known, -reason.points)))


def _silent(told: bool, said: bool) -> Silent:
    """Which side does not say what a signal rests on."""
    if not told and not said:
        return "both"
    return "person" if not told else "vacancy"
