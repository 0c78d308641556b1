"""Everybody's suggestions in one run, person by person, in the order of their ids.

What is written lies in `FILE.<run>.part` until all is done, and the file then appears at once. The
name of the run tells its day, its settings and its data: the same run goes on where a
killed one stopped, another one starts anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from competent_data.records import Lang
from competent_data.store import Store
from matcher import wire
from matcher.engine import Engine

_SYNC_EVERY = 100


@dataclass(frozen=True)
class Written:
    """How many people and suggestions the file holds; `resumed` people stood there already."""

    people: int
    suggestions: int
    resumed: int


def write(
    engine: Engine,
    out: Path,
    today: dt.date,
    *,
    limit: int = 10,
    lang: Lang | None = None,
    brief: bool = False,
    told: Callable[[float, str], None] = lambda _share, _text: None,
) -> Written:
    """Write one line a person: {"person", "suggestions", "today", "status", …}; `brief` ones hold
    the list with its reasons alone.

    Of somebody who is erased before their turn there is none.
    """
    near = engine.neighbours.digest if engine.neighbours else None
    policy = f"{engine.scorecard}|{engine.spread}|{engine.sources.named}|{near}"
    run = (
        f"{today}|{limit}|{lang}|{brief}|{engine.market.digest}|{_happened(engine.store)}|{policy}"
    )
    part = out.with_name(f"{out.name}.{hashlib.sha256(run.encode()).hexdigest()[:12]}.part")
    resumed, suggestions = _done(part)
    people = engine.market.people
    with part.open("a", encoding="utf-8") as file:
        for number, person in enumerate(people.since(resumed), resumed + 1):
            found = engine.suggest(person, today, limit=limit, lang=lang, brief=brief)
            answer = wire.suggestions(found)
            suggestions += len(answer["suggestions"])
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")
            if number % _SYNC_EVERY == 0 or number == len(people):
                file.flush()
                os.fsync(file.fileno())
                told(number / len(people), f"{number} of {len(people)} people")
    part.replace(out)
    return Written(len(people), suggestions, resumed)


def _happened(store: Store) -> str:
    """Tells the events and pins of a store from others."""
    rows = [
        store.rows("event", "id", "person", "vacancy", "kind"),
        store.rows("pin", "id", "person", "vacancy", "by", "kind"),
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _done(part: Path) -> tuple[int, int]:
    """People and suggestions of whole lines; a torn last line is cut off."""
    if not part.exists():
        return 0, 0
    people = suggestions = whole = 0
    with part.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            people += 1
            suggestions += len(json.loads(line)["suggestions"])
            whole += len(line)
    os.truncate(part, whole)
    return people, suggestions
