"""Answers as a person reads them in a terminal, in one of four languages."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from competent_data.records import Lang
from matcher.comparison import MATCHES, Comparison
from matcher.explain import Evidence, Reason
from matcher.messages import Messages, messages
from matcher.suggestions import Suggestion, Suggestions

_EVIDENCE_SHOWN = 6
_GAPS_SHOWN = 3
_WITH_EVIDENCE = {"must", "may"}
_MARK = ((0.75, "●"), (0.25, "◐"), (0.0, "○"))


def print_suggestions(
    console: Console, found: Suggestions, lang: Lang, heading: str, *, people: bool = False
) -> None:
    """A list with reasons, gaps and what was left out; `people` where it is of candidates."""
    say = messages(lang)
    console.print(Text(heading, style="bold"))
    if found.status == "insufficient_data":
        console.print(say("show", "insufficient_data"))
        return
    if found.status == "nothing_eligible":
        console.print(say("show", "nobody" if people else "nothing"))
    for item in found.items:
        console.print()
        _print_item(console, item, say, people=people)
    if found.near_misses:
        console.print()
        console.print(Text(say("show", "near_misses"), style="bold"))
        for near in found.near_misses:
            title = near.id if people else f"{near.title} ({near.id})"
            console.print(_line(f"  {title}: {near.text}", 4))
    if found.left_out:
        console.print()
        counts = ", ".join(f"{n} × {say('bars', key)}" for key, n in found.left_out.items())
        console.print(_line(say("show", "left_out", what=counts), 2))


def print_comparison(console: Console, found: Comparison, lang: Lang) -> None:
    """What is covered, near, to be confirmed and missing, then the score with its reasons."""
    say = messages(lang)
    heading = say("show", "comparison", person=found.person, target=found.title)
    console.print(Text(heading, style="bold"))
    if found.status == "insufficient_data":
        console.print(say("show", "insufficient_data"))
        return
    for bar in found.bars:
        console.print(_line(f"! {bar}", 2))
    for match in MATCHES:
        part = [c for c in found.competences if c.match == match]
        if part:
            console.print()
            console.print(Text(f"{say('compare', match)} ({len(part)})", style="bold"))
            for compared in part:
                _print_evidence(console, compared.evidence, indent=2)
    console.print()
    if found.score is not None and found.reach is not None and found.wish is not None:
        console.print(Text(_factors(found.score, found.reach, found.wish, say), style="bold"))
    _print_reasons(console, found.reasons, say, evidence=False)


def _print_item(console: Console, item: Suggestion, say: Messages, *, people: bool) -> None:
    title = item.id if people else item.title
    head = Text(f"{item.rank:>2}. ", style="bold")
    head.append(title, style="bold")
    where = "" if people else ", ".join(part for part in (item.employer, item.place) if part)
    if where:
        head.append(f" — {where}")
    console.print(head)
    facts = [_factors(item.score, item.reach, item.wish, say)]
    facts.append(
        say("show", "distance_unknown")
        if item.distance_km is None
        else say("show", "distance", km=say.number(item.distance_km))
    )
    if not people:
        if item.contract:
            facts.append(say("contract", item.contract))
        day = item.valid_through
        facts.append(
            say("show", "open_until", day=f"{day:%d/%m/%Y}") if day else say("show", "open")
        )
        facts.append(item.id)
    sources = ", ".join(say("source", source) for source in item.sources)
    facts.append(say("show", "sources", sources=sources))
    console.print(_line(" · ".join(facts), 4))
    _print_reasons(console, item.reasons, say, evidence=True)
    console.print(Padding(Text(say("show", "gaps"), style="italic"), (0, 0, 0, 4)))
    for gap in item.gaps[:_GAPS_SHOWN]:
        score = say.number(gap.score_with, 1)
        text = say("show", "gap", label=gap.label, score=score, rank=gap.rank_with)
        console.print(_line(f"+ {text}", 6))
    if not item.gaps:
        console.print(_line(say("show", "no_gaps"), 6))


def _print_reasons(
    console: Console, reasons: Sequence[Reason], say: Messages, *, evidence: bool
) -> None:
    known = [reason for reason in reasons if reason.known]
    for reason in known:
        points = f"{say.number(reason.points, 1):>5} / {say.number(reason.weight):<3}"
        name = say("signal", reason.signal)
        console.print(_line(f"{points} {name}: {reason.text}", 4))
        if evidence and reason.signal in _WITH_EVIDENCE:
            for part in reason.evidence[:_EVIDENCE_SHOWN]:
                _print_evidence(console, part, indent=16)
    unknown = [reason for reason in reasons if not reason.known]
    for reason in unknown:
        points = f"{say.number(reason.points, 1):>5} / {say.number(reason.weight):<3}"
        name = say("signal", reason.signal)
        console.print(_line(f"{points} {name}: {reason.text}", 4, style="dim"))


def _print_evidence(console: Console, evidence: Evidence, indent: int) -> None:
    mark = next(mark for least, mark in _MARK if evidence.strength >= least)
    text = f"{mark} {evidence.label}: {evidence.person} ↔ {evidence.vacancy}"
    console.print(_line(text, indent))


def _factors(score: float, reach: float, wish: float, say: Messages) -> str:
    return (
        f"{say('show', 'score')} {say.number(score, 1)} / 100 "
        f"({say('factor', 'reach')} {say.number(100 * reach)} %, "
        f"{say('factor', 'wish')} {say.number(100 * wish)} %)"
    )


def _line(text: str, indent: int, style: str = "") -> Padding:
    """A paragraph that keeps its indent where it wraps."""
    return Padding(Text(text, style=style), (0, 0, 0, indent))
