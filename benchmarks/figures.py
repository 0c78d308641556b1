"""The figures of `benchmarks.labour` and `benchmarks.year`, as they are kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

KEPT = Path(__file__).parent / "labour.json"

Interval = tuple[float, float, float]
"""A mean and its 95 % interval."""


class OfLevel(msgspec.Struct, frozen=True):
    """Of people of one level of activity; `gain` is nDCG@10 over competences alone."""

    people: int
    ndcg: float
    hit: float
    gain: Interval


class OfRanker(msgspec.Struct, frozen=True):
    """Of one ranker: measures over everybody asked, what its first ten show of the market (means
    over seeds), and nDCG@10 and hit@10 over competences alone."""

    ndcg: float
    hit: float
    coverage: float
    gini: float
    occupations: float
    evenness: float
    unanswered: int
    gain_ndcg: Interval
    gain_hit: Interval
    by_activity: dict[str, OfLevel]


class Question(msgspec.Struct, frozen=True):
    """One question in one setting, of so many people over so many seeds."""

    setting: str
    question: str
    people: int
    seeds: tuple[int, ...]
    rankers: dict[str, OfRanker]


class Month(msgspec.Struct, frozen=True):
    """Four weeks of one policy: what the last week's lists show, and how often people applied."""

    gini: float
    coverage: float
    ndcg: float
    applied: int


class Year(msgspec.Struct, frozen=True):
    """A year of suggestions by one policy, in one setting and seed."""

    setting: str
    seed: int
    policy: str
    people: int
    gini: float
    months: tuple[Month, ...]


class Labour(msgspec.Struct, frozen=True):
    """Everything, of a SYNTHETIC market."""

    questions: tuple[Question, ...] = ()
    years: tuple[Year, ...] = ()


def kept() -> Labour:
    """What was kept last; nothing where nothing was."""
    return msgspec.json.decode(KEPT.read_bytes(), type=Labour) if KEPT.exists() else Labour()


def keep(found: Labour) -> None:
    """Keep it, with four digits."""
    plain = _rounded(msgspec.to_builtins(found))
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n")


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
