"""Why a pair has its score: a reason for every signal. Their points sum to the score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.reasons import WRITERS, Evidence, Reason, Silent
from matcher.sides import JobSide, PersonSide
from matcher.spread import Place, Placed
from matcher.voice import Voice
from models.scorecard import Scorecard

_SHOWN_FROM = 0.05
"""Fewer points would be shown as 0.0."""


@dataclass
class Explainer(Voice):
    """Writes the reasons of pairs in one language."""

    scorecard: Scorecard

    def reasons(
        self,
        person: PersonSide,
        job: JobSide,
        values: Mapping[str, float],
        strengths: Mapping[str, float],
    ) -> tuple[Reason, ...]:
        """A reason for every signal of the scorecard, most points first, unknown ones last; for
        what others found only where they did."""
        found = []
        for line in self.scorecard.lines:
            if line.factor == "others" and not values[line.name]:
                continue  # no points, and of what nobody found nothing is to be said
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
                    strength=strengths[line.name],
                    weight=float(line.points),
                    silent=silent,
                    text=text,
                    evidence=tuple(evidence),
                )
            )
        return tuple(sorted(found, key=lambda reason: (not reason.known, -reason.points)))

    def placed(self, rank: int, place: Place, above: int = 0) -> Placed | None:
        """Why a vacancy stands at a rank that points alone would not give it; None if they do.

        So many stand `above` all that points rank.
        """
        if place.plain_rank == rank:
            return None
        plain = above + place.plain_rank
        if place.plain_rank < rank:
            text = self.say("placed", "down", plain=plain)
        else:
            points = self.say.number(place.given_up, 1)
            key = "up" if place.given_up >= _SHOWN_FROM else "level"
            text = self.say("placed", key, points=points, plain=plain)
        return Placed(plain, place.given_up, text)


def _silent(told: bool, said: bool) -> Silent:
    """Which side does not say what a signal rests on."""
    if not told and not said:
        return "both"
    return "person" if not told else "vacancy"
