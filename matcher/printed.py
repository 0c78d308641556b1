"""Answers as a person reads them in a terminal, in one of four languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from competent_data.records import Lang
from matcher.comparison import MATCHES, Comparison
from matcher.dashboard import Dashboard
from matcher.messages import Messages, messages
from matcher.reading import Reading
from matcher.reasons import Evidence, Reason, Silent
from matcher.sections import sections
from matcher.suggestions import Suggestion, Suggestions
from models.needs import Need
from models.requirements import Requirement
from models.scorecard import ON_TOP

_EVIDENCE_SHOWN = 6
_GAPS_SHOWN = 3
_WITH_EVIDENCE = {"must", "may"}


def print_suggestions(
    console: Console, found: Suggestions, lang: Lang, heading: str, *, people: bool = False
) -> None:
    """A list with reasons, gaps and what was left out; `people` where it is of candidates."""
    say = messages(lang)
    console.print(Text(heading, style="bold"))
    if found.status == "insufficient_data":
        console.print(say("show", "insufficient_data"))
        return
    if found.unresolved:
        console.print(Text(say("show", "unresolved", what=", ".join(found.unresolved))))
    if found.items:
        console.print(Text(say("show", "legend"), style="dim"))
    if found.status == "nothing_eligible":
        console.print(say("show", "nobody" if people else "nothing"))
    for item in found.items:
        console.print()
        _print_item(console, item, say, people=people)
    if any(item.placed for item in found.items):
        console.print()
        console.print(Text(say("show", "given_up", points=say.number(found.given_up, 1))))
    if found.near_misses:
        console.print()
        console.print(Text(say("show", "near_misses"), style="bold"))
        for near in found.near_misses:
            title = near.id if people else f"{near.title} ({near.id})"
            console.print(_paragraph(f"{title}: {near.text}"))
    if found.left_out:
        console.print()
        counts = ", ".join(f"{n} × {say('bars', key)}" for key, n in found.left_out.items())
        console.print(Text(say("show", "left_out", what=counts)))


def print_comparison(console: Console, found: Comparison, lang: Lang) -> None:
    """What is covered, near, to be confirmed and missing, then the score with its reasons."""
    say = messages(lang)
    heading = say("show", "comparison", person=found.person, target=found.title)
    console.print(Text(heading, style="bold"))
    if found.status == "insufficient_data":
        console.print(say("show", "insufficient_data"))
        return
    console.print(Text(say("show", "legend"), style="dim"))
    for bar in found.bars:
        console.print(Text(f"! {bar}"))
    for match in MATCHES:
        part = [c for c in found.competences if c.match == match]
        if part:
            console.print()
            console.print(Text(f"{say('compare', match)} ({len(part)})", style="bold"))
            for compared in part:
                console.print(Padding(_bullet(compared.evidence), (0, 0, 0, 2)))
    console.print()
    if found.score is not None and found.reach is not None and found.wish is not None:
        text = _factors(found.score, found.reach, found.wish, found.reasons, say)
        console.print(Text(text, style="bold"))
    _print_reasons(console, found.reasons, say, evidence=False)


def print_reading(console: Console, found: Reading) -> None:
    """Everything found in a text: occupations, what is asked and how, then the rest."""
    say = messages(found.lang)
    if found.nothing:
        console.print(say("read", "nothing"))
        return
    for occupation in found.occupations:
        sure = say.number(100 * occupation.confidence)
        text = f"{say('read', 'occupation')}: {occupation.label} ({sure} %): “{occupation.words}”"
        console.print(Text(text, style="bold"))
    for need in get_args(Need):
        part = [c for c in found.competences if c.need == need]
        if part:
            console.print(Text(f"{say('read', need)} ({len(part)})", style="bold"))
        for competence in part:
            sure = say.number(100 * competence.confidence)
            console.print(_paragraph(f"{competence.label} ({sure} %): “{competence.words}”"))
    for requirement in found.requirements:
        words = found.text[requirement.start : requirement.end]
        text = f"{say('read', requirement.kind)}: {_requirement(requirement, say)}"
        console.print(Text(f"{text} ({say('read', requirement.need).lower()}): “{words}”"))
    for place in found.places:
        console.print(Text(f"{say('read', 'place')}: {place.name}: “{place.words}”"))


def print_dashboard(console: Console, found: Dashboard) -> None:
    """A person's overview: a table for each list that holds something, a sentence for the rest."""
    say = messages(found.lang)
    subject = say("dashboard", "person", person=found.person, today=f"{found.today:%d/%m/%Y}")
    console.print(Text(f"{say('dashboard', 'title')}: {subject}", style="bold"))
    console.print(Text(say("dashboard", "intro")))
    for section in sections(found):
        console.print()
        if not section.rows:
            console.print(Text(section.none))
            continue
        console.print(Text(f"{section.title} ({len(section.rows)})", style="bold"))
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for name in section.columns:
            table.add_column(Text(name), overflow="fold")
        for row in section.rows:
            table.add_row(*(Text(cell.text) for cell in row))
        console.print(table)


def _requirement(found: Requirement, say: Messages) -> str:
    match found.kind:
        case "language":
            return f"{say('language', found.value)} {found.level or ''}".strip()
        case "working_time" | "shift" | "contract":
            return say(found.kind, found.value)
        case _:
            return say("read", found.value)


def _print_item(console: Console, item: Suggestion, say: Messages, *, people: bool) -> None:
    where = ", ".join(part for part in (item.employer, item.place) if part and not people)
    head = Text(f"{item.rank:>2}. ", style="bold")
    head.append(item.id if people else item.title, style="bold")
    head.append(f" — {where}" if where else "")
    console.print(head)
    km = item.distance_km
    facts = [
        _factors(item.score, item.reach, item.wish, item.reasons, say),
        say("show", "distance_unknown")
        if km is None
        else say("show", "distance", km=say.number(km)),
    ]
    if not people:
        day = item.valid_through
        facts += [say("contract", item.contract)] if item.contract else []
        facts += [
            say("show", "open_until", day=f"{day:%d/%m/%Y}") if day else say("show", "open"),
            item.id,
        ]
    named = ", ".join(say("source", source) for source in item.sources)
    facts.append(say("show", "sources", sources=named))
    console.print(_paragraph(" · ".join(facts)))
    for pin in item.pins:
        told = {"by": say("pin", pin.by), "day": f"{pin.when:%d/%m/%Y}", "reason": pin.reason}
        console.print(_paragraph(say("pin", "text", **told), style="italic"))
    for bar in item.bars:
        console.print(_paragraph(say("show", "bar", text=bar)))
    if item.placed:
        console.print(_paragraph(item.placed.text, style="italic"))
    _print_reasons(console, item.reasons, say, evidence=True)
    if item.pins or item.gaps is None:
        return
    console.print(_paragraph(say("show", "gaps"), style="italic"))
    before = item.placed.plain_rank if item.placed else item.rank
    gaps = _grid()
    for gap in item.gaps[:_GAPS_SHOWN]:
        score = say.number(gap.score_with, 1)
        key = "gap_same" if gap.rank_with == before else "gap"
        places = {"before": before, "rank": gap.rank_with}
        text = say("show", key, label=gap.label, score=score, **places)
        gaps.add_row("", "+", Text(text))
    if not item.gaps:
        gaps.add_row("", "", say("show", "no_gaps"))
    console.print(gaps)


def _print_reasons(
    console: Console, reasons: Sequence[Reason], say: Messages, *, evidence: bool
) -> None:
    grid = _grid()
    for reason in reasons:
        if not reason.known:
            continue
        grid.add_row(
            say.number(reason.points, 1),
            f"/ {say.number(reason.weight, 0 if reason.weight.is_integer() else 1)}",
            Text(f"{say('signal', reason.signal)}: {reason.text}"),
        )
        if evidence and reason.signal in _WITH_EVIDENCE:
            for part in reason.evidence[:_EVIDENCE_SHOWN]:
                grid.add_row("", "", _bullet(part))
            more = len(reason.evidence) - _EVIDENCE_SHOWN
            if more > 0:
                grid.add_row("", "", say("show", "more", more=more))
    for side in get_args(Silent):
        silent = [reason for reason in reasons if reason.silent == side]
        if silent:
            points = say.number(sum(reason.points for reason in silent), 1)
            named = ", ".join(say("signal", reason.signal) for reason in silent)
            text = say("show", f"unknown_{side}", points=points, signals=named)
            grid.add_row(points, "", Text(text, style="dim"))
    console.print(grid)


def _bullet(evidence: Evidence) -> Table:
    """A competence with where it stands on either side, indented under its reason."""
    mark = "●" if evidence.confirmed else ("◐" if evidence.strength else "○")
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(mark, Text(f"{evidence.label}: {evidence.person} ↔ {evidence.vacancy}"))
    return grid


def _grid() -> Table:
    """Points, of how many, and a text that keeps its indent where it wraps."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", min_width=8)
    grid.add_column(min_width=4)
    grid.add_column()
    return grid


def _factors(
    score: float, reach: float, wish: float, reasons: Sequence[Reason], say: Messages
) -> str:
    on_top = ((r.factor, r.points) for r in reasons if r.factor in ON_TOP and r.points)
    more = "".join(f", {say('factor', name)} +{say.number(points, 1)}" for name, points in on_top)
    return (
        f"{say('show', 'score')} {say.number(score, 1)} / 100 "
        f"({say('factor', 'reach')} {say.number(100 * reach)} %, "
        f"{say('factor', 'wish')} {say.number(100 * wish)} %{more})"
    )


def _paragraph(text: str, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, 4))
