"""Why a pair has its score: a reason for every signal. Their points sum to the score."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from matcher.listed import Listed
from matcher.reasons import FEW, WRITERS, Evidence, Few, Reason, Silent, Writer
from matcher.spread import Place, Placed
from matcher.voice import KEPT, Voice
from models.scorecard import Scorecard, Signal

_SHOWN_FROM = 0.05
"""Fewer points would be shown as 0.0."""
_SILENT: dict[tuple[bool, bool], Silent] = {
    (False, False): "both",
    (False, True): "person",
    (True, False): "vacancy",
    (True, True): "vacancy",
}
"""Which side does not say what a signal rests on, by whether a person and a job mention it."""


@dataclass
class Explainer(Voice):
    """Writes the reasons of pairs in one language."""

    scorecard: Scorecard
    lines: list[tuple[Signal, Few | Writer]] = field(init=False)
    unknown: Callable[[int, Silent, float], Reason] = field(init=False)
    of_few: Callable[[int, float, float, Hashable, Hashable], Reason] = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        lines = self.scorecard.lines
        self.lines = [(line, FEW.get(line.name) or WRITERS[line.name]) for line in lines]
        self.unknown = lru_cache(KEPT)(self._unknown)
        self.of_few = lru_cache(KEPT)(self._of_few)

    def reasons(self, listed: Listed) -> list[tuple[Reason, ...]]:
        """Of each pair a reason for every signal of the scorecard, most points first, unknown ones
        last; for what others found only where they did."""
        pairs = listed.told(self.word_order)
        found: list[list[Reason | None]] = [[] for _ in pairs]
        for at, (line, how) in enumerate(self.lines):
            values, strengths = listed.values[line.name], listed.judged.strengths[line.name]
            numbers = values.tolist(), strengths.tolist()
            for pair, own, value, strength in zip(pairs, found, *numbers, strict=True):
                if math.isnan(value):
                    silent = _SILENT[pair.person.mentions(line.name), pair.job.mentions(line.name)]
                    reason = self.unknown(at, silent, strength)
                elif not value and line.factor == "others":
                    reason = None  # no points, and of what nobody found nothing is to be said
                elif isinstance(how, Few):
                    told, asked = how.told(pair.person, pair.job), how.asked(pair.job)
                    reason = self.of_few(at, value, strength, told, asked)
                else:
                    reason = _reason(line, strength, None, *how(self, pair, value))
                own.append(reason)
        return [
            tuple([reason for at in order if (reason := own[at]) is not None])
            for own, order in zip(found, listed.orders, strict=True)
        ]

    def _unknown(self, at: int, silent: Silent, strength: float) -> Reason:
        """Of a line of which a side says nothing."""
        line = self.scorecard.lines[at]
        text = self.say("unknown", silent, what=self.say("what", line.name))
        return _reason(line, strength, silent, text, ())

    def _of_few(
        self, at: int, value: float, strength: float, told: Hashable, asked: Hashable
    ) -> Reason:
        """Of a line that rests on few facts."""
        line = self.scorecard.lines[at]
        return _reason(line, strength, None, *FEW[line.name].words(self, value, told, asked))

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


def _reason(
    line: Signal, strength: float, silent: Silent | None, text: str, evidence: Sequence[Evidence]
) -> Reason:
    points = float(line.points)
    return Reason(line.name, line.factor, strength, points, silent, text, tuple(evidence))
