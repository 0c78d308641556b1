"""Must, may or not: how an advertisement asks for what it names.

Cues ('is een plus', 'bij voorkeur', 'je hoeft geen …') are looked for in the segment of a sentence
in which a thing is named, then where a question or a following remark refers back to it, then in
the heading above. What is named without a cue is a must: a job's tasks are what it takes.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Literal, get_args

from competent_data.text import SENTENCE_END, lowered
from models.rules import Rule, rule, rules

Need = Literal["must", "may", "not"]
Reach = Literal["before", "after", "both"]
"""Where the things stand that a cue speaks of, seen from the cue."""


OPENING = 4
"""A remark opens with its cue where at most so many letters stand before it."""


@dataclass(frozen=True)
class Cue:
    """Words that tell a need, at `start` to `end`; `back` where they may refer back."""

    start: int
    end: int
    need: Need
    reach: Reach
    back: bool


@dataclass(frozen=True)
class Segment:
    """A part of a sentence, at `start` to `end`, that speaks of its own things.

    `lead` is how long the words are with which it takes up the one before: 'maar dat …'; they do
    so in so many words where `refers`.
    """

    start: int
    end: int
    sentence: int
    question: bool
    lead: int = 0
    refers: bool = False


@dataclass(frozen=True)
class Needs:
    """How a text asks for what stands at each place in it."""

    segments: tuple[Segment, ...]
    cues: tuple[Cue, ...]
    headings: tuple[tuple[int, int, Need], ...]

    @classmethod
    def read(cls, text: str, lang: str) -> Needs:
        """Read the cues of a plain text; a language without cues has none."""
        sentences = list(_cut(text, 0, len(text), SENTENCE_END))
        found = _found(text, lang, sentences)
        return cls(
            tuple(_segments(text, lang, sentences, found)),
            tuple(_longest(found)),
            tuple(sorted(_headings(text))),
        )

    def at(self, start: int, end: int, *, headings: bool = True) -> Need:
        """How what stands at `start` to `end` is asked; with or without the headings above it."""
        home = self._segment(start)
        if home is None:
            return "must"
        own = [cue for cue in self.cues if home.start <= cue.start < home.end]
        speaking = [cue for cue in own if _speaks_of(cue, start, end)]
        if speaking:
            nearest = min(speaking, key=lambda cue: _distance(cue, start, end))
            # 'Idealiter ben je vertrouwd met …': what opens a sentence holds for all of it.
            opening = speaking[0].reach == "after" and speaking[0].start - home.start <= OPENING
            return speaking[0].need if opening and nearest.need == "must" else nearest.need
        referring = self._referring(home)
        if referring is not None:
            return referring.need
        below = [need for first, last, need in self.headings if first <= start < last]
        return below[-1] if headings and below else "must"

    def _segment(self, at: int) -> Segment | None:
        return next((s for s in self.segments if s.start <= at < s.end), None)

    def _referring(self, home: Segment) -> Cue | None:
        """A cue of the next segment that speaks of what this one names.

        A question is answered by whatever cue comes next; a statement is only taken up again by a
        remark that opens with its cue ('…, geen noodzaak') or points at it ('Dat hoeft niet.').
        """
        later = next((s for s in self.segments if s.start >= home.end), None)
        if later is None or later.sentence > home.sentence + 1:
            return None
        for cue in self.cues:
            if later.start <= cue.start < later.end:
                if home.question and not later.question:
                    return cue
                if cue.start > later.start + later.lead:
                    return None
                if later.refers and cue.reach != "after":
                    return cue
                return cue if cue.back and later.sentence == home.sentence else None
        return None


def _distance(cue: Cue, start: int, end: int) -> int:
    if cue.end <= start:
        return start - cue.end
    return cue.start - end if cue.start >= end else 0


def _speaks_of(cue: Cue, start: int, end: int) -> bool:
    if cue.reach == "both" or (cue.start < end and start < cue.end):
        return True
    return cue.end <= start if cue.reach == "after" else cue.start >= end


_STRONG = re.compile(r"\s*[;:]\s+|\s+[–—=-]\s+")
_WEAK = re.compile(
    r",\s+|\s+(?=(?:maar|doch|terwijl|want|al|zolang|op voorwaarde|mais|but|aber|sondern)\b)",
    re.IGNORECASE,
)
_BUT = re.compile(r"(?:maar|doch|mais|but|aber|sondern)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:(?:maar|doch|al|en|mais|et|but|though|although|and|which|aber|doch|jedoch|und)\s+)?"
    r"(?P<refers>(?:dat|dit|die|deze|daar|wat|dit alles|cela|ceci|ça|ce|celui-ci|celle-ci|ce qui|"
    r"c'|that's|it's|that|this|these|those|it|they|which|das|dies|diese)(?:\b\s*|(?<=')))?"
    r"(?-i:[a-zà-ÿ]{1,3}\s+)?",
    re.IGNORECASE,
)
"""Words that take up what was just said, before a cue that tells how it is asked."""
_HEADING_WORDS = 8
_INLINE = re.compile(r"(?:^|[.!?]\s+)([^.!?:\n]{3,60}):(?=\s+\S)")
"""A heading that stands in front of its things on one line."""
_NEEDS: dict[str, Need] = {need: need for need in get_args(Need)}


def _segments(
    text: str, lang: str, sentences: Sequence[tuple[int, int]], found: list[Cue]
) -> Iterator[Segment]:
    for number, (start, end) in enumerate(sentences):
        question = text[start:end].rstrip().endswith("?")
        for first, last in _cut(text, start, end, _STRONG):
            for part in _merged(text, lang, list(_cut(text, first, last, _WEAK)), found):
                yield Segment(*part, number, question, *_lead(text, *part))


def _lead(text: str, start: int, end: int) -> tuple[int, bool]:
    """How long the words are that take up what came before, and whether they point at it.

    Nothing points back over the start of a line: 'Dit voorzien wij' is a heading.
    """
    lead = _LEAD.match(text[start:end].replace("’", "'"))
    if lead is None or text[start - 1 : start] in ("", "\n"):
        return 0, False
    return lead.end(), bool(lead["refers"])


def _cut(text: str, start: int, end: int, at: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The pieces of a stretch of text between matches; each reaches to where the next begins."""
    first = start
    for match in at.finditer(text, start, end):
        if match.start() > first:
            yield first, match.end()
            first = match.end()
    if first < end:
        yield first, end


def _merged(
    text: str, lang: str, parts: list[tuple[int, int]], found: list[Cue]
) -> list[tuple[int, int]]:
    """Parts of an enumeration join their clause: the one before, else the next."""
    merged: list[tuple[int, int]] = []
    waiting: int | None = None
    leading = False
    for start, end in parts:
        cues = [cue for cue in found if start <= cue.start < end] if len(parts) > 1 else []
        if _is_lead(text[start:end], cues):
            leading = waiting is None
            waiting = start if waiting is None else waiting
        elif cues or _is_clause(text[start:end], lang):
            if waiting is not None and _has_subject(text[start:end], lang) and not leading:
                merged.append((waiting, start))
                waiting = None
            merged.append((start if waiting is None else waiting, end))
            waiting = None
        elif merged and waiting is None:
            merged[-1] = (merged[-1][0], end)
        elif waiting is None:
            waiting, leading = start, False
    if waiting is not None:
        merged.append((waiting, parts[-1][1]))
    return merged


def _is_lead(part: str, cues: list[Cue]) -> bool:
    """Whether a part is hardly more than a cue for what follows: 'Idealiter,'."""
    length = len(part.strip(" ,"))
    return any(cue.reach == "after" and length - (cue.end - cue.start) <= OPENING for cue in cues)


def _has_subject(part: str, lang: str) -> bool:
    """Whether a part opens with its own subject, so that what stands before is no part of it."""
    first = part.lower().lstrip(" ,").replace("’", "'").split(" ", 1)[0]
    return first in rules("needs")["subjects"].get(lang, "").split()


def _is_clause(part: str, lang: str) -> bool:
    """Whether a part says something of its own, be it only 'but …' against the one before."""
    marks = rules("needs")["clauses"].get(lang, "$^")
    return _BUT.match(part) is not None or re.search(marks, part.lower()) is not None


def _found(text: str, lang: str, sentences: Sequence[tuple[int, int]]) -> list[Cue]:
    """All cues, also those within one another; a cue stands in one sentence."""
    lower = lowered(text).replace("’", "'")
    found = []
    for cue, need, reach, back in _patterns(lang):
        for start, end in _holding(lower, cue.pieces, sentences):
            found += [
                Cue(match.start(), match.end(), need, reach, back)
                for match in cue.pattern.finditer(lower, start, end)
                if match.group().strip()
            ]
    return found


def _holding(
    text: str, pieces: frozenset[str], sentences: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """The sentences that hold one of the pieces; all of them if there are none."""
    if not pieces:
        return sentences
    found = set()
    for piece in pieces:
        at = text.find(piece)
        while at >= 0:
            number = bisect(sentences, at, key=itemgetter(0)) - 1
            found.add(number)
            at = text.find(piece, max(at + 1, sentences[number][1]))
    return [sentences[number] for number in sorted(found)]


def _longest(found: list[Cue]) -> list[Cue]:
    """Cues by place; of two that overlap the longer one."""
    taken: list[Cue] = []
    for cue in sorted(found, key=lambda cue: (cue.start - cue.end, cue.start)):
        if all(cue.end <= other.start or other.end <= cue.start for other in taken):
            taken.append(cue)
    return sorted(taken, key=lambda cue: cue.start)


_BETWEEN = re.compile(r"@(\d)")
_WORDS = r"(?:[\\w'/+#&-]+ ){0,\1}?"
"""`@3` in a pattern stands for up to three words in between."""


@cache
def _patterns(lang: str) -> tuple[tuple[Rule, Need, Reach, bool], ...]:
    reaches: dict[str, Reach] = {"<": "before", ">": "after", "=": "both"}
    found = []
    for key, patterns in rules("needs")["cues"].get(lang, {}).items():
        need, reach = key.split()
        found += [
            (
                rule(rf"(?<!\w)(?:{_BETWEEN.sub(_WORDS, pattern)})"),
                _NEEDS[need],
                reaches[reach[0]],
                reach.endswith("?"),
            )
            for pattern in patterns
        ]
    return tuple(found)


def _headings(text: str) -> Iterator[tuple[int, int, Need]]:
    """Stretches below a heading that says how all of it is asked, to the next heading."""
    open_: tuple[int, Need] | None = None
    at = 0
    for line in text.splitlines(keepends=True):
        for inline in _INLINE.finditer(line):
            if (need := _heading(inline[1].strip().lower())) is not None:
                yield at + inline.end(), at + len(line.rstrip()), need
        bare = line.strip().rstrip(":!?").strip().lower()
        need = _heading(bare) if len(bare.split()) <= _HEADING_WORDS else None
        if need is not None or (open_ and not bare):
            if open_ is not None:
                yield open_[0], at, open_[1]
            open_ = None if need is None else (at + len(line), need)
        at += len(line)
    if open_ is not None:
        yield open_[0], at, open_[1]


def _heading(bare: str) -> Need | None:
    for need, pattern in rules("needs")["headings"].items():
        if re.fullmatch(pattern, bare):
            return _NEEDS[need]
    return None


_DENIAL = re.compile(
    r"(?<!\w)(?:geen|niet|nooit|zonder|pas de|pas d'|jamais|sans|aucune?|no|not|never|without|"
    r"kein\w*|nicht|ohne)(?!\w)",
    re.IGNORECASE,
)
_DENIAL_BEFORE = re.compile(_DENIAL.pattern + r"(?: \w+){0,2} ?$", re.IGNORECASE)
_DENIED_WITHIN = 30


def denied(text: str, start: int, end: int) -> bool:
    """Whether a person's text says not to have what stands at `start`: 'ik heb geen rijbewijs'.

    A denial stands just before it in its clause, or between `start` and `end`.
    """
    before = text[max(0, start - _DENIED_WITHIN) : start].replace("’", "'")
    clause = re.split(r"[.,;:!?\n]", before)[-1]
    inside = text[start:end].replace("’", "'")
    return _DENIAL_BEFORE.search(clause) is not None or _DENIAL.search(inside) is not None
