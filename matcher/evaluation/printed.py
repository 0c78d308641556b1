"""An evaluation as tables, and as JSON: one object a ranker (docs/json.md)."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from typing_extensions import TypedDict

from matcher.evaluation.measured import MEASURES, SHOWN, Evaluation, Measured
from matcher.evaluation.splits import LEVELS, Level
from matcher.measures import Gain

_HEADINGS = ("nDCG@10", "MAP", "MRR", "hit@10")


class GainLine(TypedDict):
    """What ours brings over a floor, with its 95 % interval."""

    mean: float
    low: float
    high: float


class LevelLine(TypedDict):
    """What a ranker reached for people of one level of activity; null where there are none."""

    people: int
    ndcg: float | None
    map: float | None
    mrr: float | None
    hit: float | None


class EvaluatedLine(TypedDict):
    """What one ranker reached; `why_unranked` and `stood_in` are of ours, `gain` of the others."""

    ranker: str
    split: str
    people: int
    ndcg: float
    map: float
    mrr: float
    hit: float
    coverage: float
    gini: float
    occupations: float
    evenness: float
    unanswered: int
    wishes: int
    unranked: int
    why_unranked: dict[str, int] | None
    stood_in: int | None
    open: int
    by_history: int
    untold: int
    skipped: dict[str, int]
    by_activity: dict[Level, LevelLine]
    gain: dict[str, GainLine] | None


def evaluated(found: Evaluation) -> Iterator[EvaluatedLine]:
    """One object a ranker, ours first."""
    split = found.split
    for number, measured in enumerate(found.measured):
        ndcg, map_, mrr, hit = measured.measures.mean(axis=0).tolist()
        yield {
            "ranker": measured.ranker,
            "split": split.how,
            "people": len(split.queries),
            "ndcg": ndcg,
            "map": map_,
            "mrr": mrr,
            "hit": hit,
            "coverage": measured.coverage,
            "gini": measured.gini,
            "occupations": measured.occupations,
            "evenness": measured.evenness,
            "unanswered": measured.unanswered,
            "wishes": split.wishes,
            "unranked": len(measured.unranked),
            "why_unranked": None if number else dict(found.why_unranked),
            "stood_in": None if number else found.stood_in,
            "open": found.open,
            "by_history": split.by_history,
            "untold": split.untold,
            "skipped": dict(split.skipped),
            "by_activity": {level: _level(found, measured, level) for level in LEVELS},
            "gain": _gains(found, measured) if number else None,
        }


def tables(found: Evaluation) -> tuple[Table, Table, Table, Table]:
    """What every ranker reached, in all and by how active people had been; what it showed, and what
    ours brings over each of the others."""
    reached = Table(title=f"What people wanted next, split {found.split.how}")
    _columns(reached, "", *_HEADINGS, "nothing", "unranked")
    shown = Table(title=f"What their first {SHOWN} show of the market")
    _columns(shown, "", "coverage", "Gini", "occupations", "evenness")
    for m in found.measured:
        means = (f"{mean:.3f}" for mean in m.measures.mean(axis=0))
        reached.add_row(m.ranker, *means, str(m.unanswered), str(len(m.unranked)))
        spread = (f"{m.occupations:.1f}", f"{m.evenness:.2f}")
        shown.add_row(m.ranker, f"{m.coverage:.3f}", f"{m.gini:.3f}", *spread)
    gained = Table(title="What matcher brings over each")
    _columns(gained, "", *_HEADINGS, wrap=True)
    for floor in found.measured[1:]:
        gained.add_row(floor.ranker, *map(_gain, found.gains(floor)))
    reached.caption = "\n".join(_said(found))
    shown.caption = (
        "coverage, Gini: of all vacancies that were open. occupations, evenness: within one "
        "person's list; where nothing is shown they are 0."
    )
    gained.caption = (
        "Mean gain over all people and its 95 % interval; paired bootstrap, 10,000 rounds. An "
        "interval that holds 0 settles nothing."
    )
    for table in (reached, shown, gained):
        table.caption_justify = "left"
    return reached, by_activity(found), shown, gained


def by_activity(found: Evaluation) -> Table:
    """nDCG@10 and hit@10 of every ranker by how many earlier events people had."""
    table = Table(title="By how much people had done before")
    _columns(table, "")
    sizes = [len(found.of_level(level)) for level in LEVELS]
    for level, size in zip(LEVELS, sizes, strict=True):
        table.add_column(f"{level}: nDCG@10", justify="right")
        table.add_column(f"hit@10 ({size})", justify="right")
    for measured in found.measured:
        lines = [_level(found, measured, level) for level in LEVELS]
        cells = (_share(line[name]) for line in lines for name in ("ndcg", "hit"))
        table.add_row(measured.ranker, *cells)
    table.caption = (
        "Earlier events of the person, of any kind but shown; in brackets how many people. A "
        "history speaks only for who has one."
    )
    table.caption_justify = "left"
    return table


def _said(found: Evaluation) -> Iterator[str]:
    split = found.split
    yield (
        f"{len(split.queries)} people with {split.wishes} wishes among {found.open} open of "
        f"{found.vacancies} vacancies."
    )
    if split.skipped:
        counts = ", ".join(f"{n} {why.replace('_', ' ')}" for why, n in split.skipped.items())
        yield f"Skipped: {counts}."
    if split.by_history:
        yield (
            f"Of {split.by_history} people nothing was told: the titles of what they wanted before "
            "stand as their text."
        )
    if split.untold:
        yield f"Of {split.untold} people nothing at all was told, and no earlier wish is known."
    if found.stood_in:
        yield (
            f"For {found.stood_in} people matcher suggest has nothing to go by: title and place or "
            "popularity answer in its place."
        )
    if found.why_unranked:
        counts = ", ".join(f"{n} {why.replace('_', ' ')}" for why, n in found.why_unranked.items())
        yield f"Why matcher does not rank what was wanted: {counts}."
    yield (
        "nothing: people who got no suggestion, who count 0. unranked: wishes that are not in the "
        "ranking."
    )


def _columns(table: Table, *names: str, wrap: bool = False) -> None:
    for name in names:
        table.add_column(name, justify="right" if name else "left", no_wrap=not (wrap and name))


def _level(found: Evaluation, measured: Measured, level: Level) -> LevelLine:
    rows = measured.measures[found.of_level(level)]
    means: list[float | None] = rows.mean(axis=0).tolist() if len(rows) else [None] * len(MEASURES)
    ndcg, map_, mrr, hit = means
    return {"people": len(rows), "ndcg": ndcg, "map": map_, "mrr": mrr, "hit": hit}


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _gains(found: Evaluation, floor: Measured) -> dict[str, GainLine]:
    return {
        name: {"mean": gain.mean, "low": gain.low, "high": gain.high}
        for name, gain in zip(MEASURES, found.gains(floor), strict=True)
    }


def _gain(gain: Gain) -> str:
    return f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
