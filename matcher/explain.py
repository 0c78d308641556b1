"""Why a pair has its score: a reason for every signal. Their points sum to the score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.reasons import WRITERS, Reason
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
            known = not math.isnan(values[line.name])
            if known:
                text, evidence = WRITERS[line.name](self, person, job, values[line.name])
            else:
                text, evidence = self._unknown(line.name, person, job), ()
            found.append(
                Reason(
                    signal=line.name,
                    factor=line.factor,
                    strength=float(strengths[line.name][0]),
                    weight=float(line.points),
                    known=known,
                    text=text,
                    evidence=tuple(evidence),
                )
            )
        return tuple(sorted(found, key=lambda reason: (not reason.known, -reason.points)))

    def _unknown(self, signal: str, person: PersonSide, job: JobSide) -> str:
        told, said = person.mentions(signal), job.mentions(signal)
        side = "both" if not told and not said else ("person" if not told else "vacancy")
        return self.say("unknown", side, what=self.say("what", signal))
