"""What a text asks besides competences: languages, licences, certificates, study, years, hours.

Every finding quotes the words that it comes from, and says whether they are a must, a may or no
requirement at all. Nothing is inferred: a licence whose category is not said stays unspecified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from competent_data.text import lowered
from models.needs import Need, Needs
from models.rules import Rule, rule, rules

Kind = Literal[
    "language",
    "licence",
    "certificate",
    "study_level",
    "experience_years",
    "working_time",
    "hours",
    "shift",
    "contract",
]
UNSPECIFIED = "unspecified"
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
_NEAR = 34
"""A language's level stands within so many letters of its name, in the same sentence."""


@dataclass(frozen=True)
class Requirement:
    """One finding, quoted at `start` to `end`; `level` is a language's CEFR level, if said."""

    kind: Kind
    value: str
    start: int
    end: int
    need: Need
    level: str | None = None


def requirements(text: str, needs: Needs) -> tuple[Requirement, ...]:
    """Everything found in a plain text, by place, one finding a kind and value (the first)."""
    found: dict[tuple[Kind, str], Requirement] = {}
    for requirement in sorted(_all(text, needs), key=lambda r: (r.start, -r.end)):
        key = (requirement.kind, requirement.value)
        if key not in found:
            found[key] = requirement
    return tuple(sorted(found.values(), key=lambda r: (r.start, r.kind, r.value)))


def _all(text: str, needs: Needs) -> Iterator[Requirement]:
    lower = lowered(text)
    yield from _languages(text, lower, needs)
    yield from _licences(text, lower, needs)
    yield from _years(text, lower, needs)
    yield from _hours(text, lower, needs)
    for kind in _KINDS:
        for value, named in _table(kind):
            for match in named.matches(text, lower):
                # Hours and contract are a condition, also where they stand under what is offered.
                asked = kind in ("certificate", "study_level")
                need = needs.at(match.start(), match.end(), headings=asked)
                yield Requirement(kind, value, match.start(), match.end(), need)


def _languages(text: str, lower: str, needs: Needs) -> Iterator[Requirement]:
    names = [
        (code, match) for code, name in _table("languages") for match in name.matches(text, lower)
    ]
    for code, match in names:
        others = [m for _, m in names if m is not match]
        level = _level(text, match, others)
        need = needs.at(match.start(), match.end())
        yield Requirement("language", code, match.start(), match.end(), need, level)


def _level(text: str, name: re.Match[str], others: list[re.Match[str]]) -> str | None:
    """The level said of a language: before its name, or after it up to the next language."""
    before = max((m.end() for m in others if m.end() <= name.start()), default=0)
    after = min((m.start() for m in others if m.start() >= name.end()), default=len(text))
    start = max(before, name.start() - _NEAR, _border(text, name.start(), -1))
    end = min(after, name.end() + _NEAR, _border(text, name.end(), 1))
    best: tuple[int, str] | None = None
    for level, pattern in _levels():
        for first, last in ((start, name.start()), (name.end(), end)):
            for match in pattern.finditer(text, first, last):
                gap = min(abs(match.start() - name.end()), abs(name.start() - match.end()))
                gap -= 2 * _NEAR if level == match.group() else 0  # what is named outright wins
                if best is None or gap < best[0]:
                    best = (gap, level)
    return best[1] if best else None


def _border(text: str, at: int, step: int) -> int:
    """Where the sentence ends, going back (-1) or on (1) from a place."""
    if step < 0:
        return max(text.rfind(mark, 0, at) for mark in ".!?;\n") + 1
    ends = [text.find(mark, at) for mark in ".!?;\n"]
    return min((end for end in ends if end >= 0), default=len(text))


def _licences(text: str, lower: str, needs: Needs) -> Iterator[Requirement]:
    for match in _expression("licence").matches(text, lower):
        which = match["which"] or ""
        need = needs.at(match.start(), match.end())
        categories = list(_category().finditer(which))
        for category in categories:
            start, end = (
                match.start("which") + category.start(),
                match.start("which") + category.end(),
            )
            first = match.start() if category is categories[0] else start
            yield Requirement("licence", category[0], first, end, needs.at(start, end))
        if not categories:
            yield Requirement("licence", UNSPECIFIED, match.start(), match.end(), need)


def _years(text: str, lower: str, needs: Needs) -> Iterator[Requirement]:
    for match in _expression("years").matches(text, lower):
        said = (match["a"] or match["b"] or match["c"]).lower()
        value = _numbers().get(said, said)
        need = needs.at(match.start(), match.end())
        yield Requirement("experience_years", value, match.start(), match.end(), need)


def _hours(text: str, lower: str, needs: Needs) -> Iterator[Requirement]:
    for match in _expression("hours").matches(text, lower):
        value = match["hours"].replace(",", ".")
        if 1 <= float(value) <= 60:
            need = needs.at(match.start(), match.end(), headings=False)
            yield Requirement("hours", value, match.start(), match.end(), need)


def _word(pattern: str) -> Rule:
    return rule(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


_KINDS: tuple[Kind, ...] = ("certificate", "study_level", "working_time", "shift", "contract")


@cache
def _table(name: str) -> tuple[tuple[str, Rule], ...]:
    return tuple((value, _word(pattern)) for value, pattern in rules("requirements")[name].items())


@cache
def _levels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    named = tuple((level, re.compile(rf"(?<!\w){level}(?!\w)")) for level in CEFR)
    return (*named, *((level, said.pattern) for level, said in _table("levels")))


@cache
def _category() -> re.Pattern[str]:
    category = rules("requirements")["expressions"]["category"]
    return re.compile(rf"(?<![A-Za-z])(?:{category})(?!\w)")


@cache
def _numbers() -> dict[str, str]:
    table = rules("requirements")["numbers"]
    return {word: number for number, words in table.items() for word in words.split()}


@cache
def _expression(name: str) -> Rule:
    table = rules("requirements")["expressions"]
    number = "|".join((r"\d{1,2}", *sorted(_numbers(), key=len, reverse=True)))
    pattern = table[name].replace("NUMBER", number).replace("CATEGORY", table["category"])
    flags = re.VERBOSE if name in ("licence", "category") else re.VERBOSE | re.IGNORECASE
    return rule(pattern, flags)
