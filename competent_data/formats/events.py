"""Events in: our own JSON lines, or CSV, in any order and as often as they come.

An event without id gets one of its content, so that importing a log again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from competent_data.formats.intake import (
    Misfit,
    Progress,
    Report,
    convert,
    decode,
    open_text,
    read_csv,
    reading,
    silent,
    store_batches,
)
from competent_data.formats.own import read_lines
from competent_data.records import Event, content_id
from competent_data.store import Store, erased_digest

COLUMNS = ("person", "vacancy", "kind", "when")
"""What a CSV has at least; `id`, `reason` and `provenance` are heeded where they are."""


def import_events(store: Store, path: Path, progress: Progress = silent) -> Report:
    """Store the events of a file: JSON lines or CSV. One that is stored already stays one.

    Raises:
        FormatError: the file can't be read or lacks a column; nothing was stored.
    """
    report = Report()
    people = {id_ for (id_,) in store.rows("person", "id")}
    vacancies = {id_ for (id_,) in store.rows("vacancy", "id")}
    erased = store.erased(0)
    forgotten = 0

    def checked() -> Iterator[Event]:
        nonlocal forgotten
        for event in read_events(path, report):
            if erased and erased_digest(event.person) in erased:
                forgotten += 1
                continue
            if event.person not in people:
                report.unresolved["events of people who are not in the store"] += 1
            if event.vacancy not in vacancies:
                report.unresolved["events about vacancies that are not in the store"] += 1
            yield event

    report.stored["events"] = store_batches(
        checked(), store.put_events, lambda n: progress(1, f"events: {n} stored")
    )
    if forgotten:
        report.notes.append(f"{forgotten} events of people who were erased are left out")
    report.note_nothing(path, "event")
    return report


def read_events(path: Path, report: Report) -> Iterator[Event]:
    """The events of a file, each once; what does not fit is added to the report's refusals.

    The same event again is left out and counted in a note; another one under its id is refused.

    Raises:
        FormatError: the file can't be read, or lacks a column.
    """
    seen: dict[str, tuple[int, int]] = {}
    repeated = 0
    for line, value in _values(path):
        try:
            event = convert(_whole(decode(value) if isinstance(value, str) else value), Event)
            first = _first_line(event, line, seen)
        except Misfit as misfit:
            report.refused.append(misfit.at(path.name, line))
            continue
        if first == line:
            yield event
        else:
            repeated += 1
    if repeated:
        report.notes.append(f"{path.name} holds {repeated} events again; each counts once")


def _first_line(event: Event, line: int, seen: dict[str, tuple[int, int]]) -> int:
    first, content = seen.setdefault(event.id, (line, hash(event)))
    if content != hash(event):
        raise Misfit("id", event.id, f"an id of its own; line {first} has this one")
    return first


def _values(path: Path) -> Iterator[tuple[int, Any]]:
    if path.name.removesuffix(".gz").endswith(".csv"):
        yield from _rows(path)
    else:
        yield from read_lines(path)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with open_text(path) as lines:
        with reading(path):
            head = lines.readline()
        delimiter = ";" if head.count(";") > head.count(",") else ","
        whole: Iterable[str] = chain([head], lines)
        for line, row in read_csv(whole, path.name, COLUMNS, delimiter):
            yield line, {key: cell.strip() for key, cell in row.items() if cell.strip()}


def _whole(value: Any) -> Any:
    """A value with the moment of a bare day (its first) and, where it has none, an id; a reason
    without words is none."""
    if not isinstance(value, dict):
        return value
    if value.get("reason") == "":
        value = {name: part for name, part in value.items() if name != "reason"}
    when = value.get("when")
    if isinstance(when, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", when):
        value = {**value, "when": f"{when}T00:00:00"}
    if value.get("id") in (None, ""):
        content = [value.get(name) for name in COLUMNS]
        value = {**value, "id": content_id("event", content)}
    return value
