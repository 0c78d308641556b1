"""What people decided, in: pins, hides and corrections as our own JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from competent_data.formats.intake import Misfit, Progress, Report, silent, store_batches
from competent_data.formats.own import read_lines, records
from competent_data.records import Changes, Correction, Pin
from competent_data.store import Store, erased_digest

D = TypeVar("D", Pin, Correction)


def import_pins(store: Store, path: Path, progress: Progress = silent) -> Report:
    """Store the pins and hides of a file; one that is stored already is replaced.

    Raises:
        FormatError: the file can't be read; nothing was stored.
    """
    vacancies = {id_ for (id_,) in store.rows("vacancy", "id")}
    report = Report()

    def checked() -> Iterator[Pin]:
        for pin in _read(store, path, Pin, report, "pins", may_decide):
            if pin.vacancy not in vacancies:
                report.unresolved["pins of vacancies that are not in the store"] += 1
            yield pin

    return _stored(checked(), store.put_pins, report, path, "pins", progress)


def import_corrections(store: Store, path: Path, progress: Progress = silent) -> Report:
    """Store the corrections of a file and lay them over the dossiers; as `import_pins`.

    Raises:
        FormatError: the file can't be read; nothing was stored.
    """
    report = Report()
    found = _read(store, path, Correction, report, "corrections", _changes_something)
    return _stored(found, store.put_corrections, report, path, "corrections", progress)


def may_decide(pin: Pin) -> None:
    """Refuse a vacancy hidden by an employer; a check for `records`.

    Raises:
        Misfit: says who may.
    """
    if pin.kind == "hide" and pin.by == "employer":
        raise Misfit("by", pin.by, "'consultant' or 'self': an employer hides nothing from anybody")


def _read(
    store: Store,
    path: Path,
    kind: type[D],
    report: Report,
    what: str,
    check: Callable[[D], object] = id,
) -> Iterator[D]:
    people = {id_ for (id_,) in store.rows("person", "id")}
    erased = store.erased(0)
    forgotten = 0
    for record in records(read_lines(path), path.name, kind, report.refused, check=check):
        if erased and erased_digest(record.person) in erased:
            forgotten += 1
            continue
        if record.person not in people:
            report.unresolved[f"{what} of people who are not in the store"] += 1
        yield record
    if forgotten:
        report.notes.append(f"{forgotten} {what} of people who were erased are left out")


def _stored(
    found: Iterator[D],
    put: Callable[[Sequence[D]], None],
    report: Report,
    path: Path,
    what: str,
    progress: Progress,
) -> Report:
    report.stored[what] = store_batches(
        found, put, lambda count: progress(1, f"{what}: {count} stored")
    )
    report.note_nothing(path, what.removesuffix("s"))
    return report


def _changes_something(correction: Correction) -> None:
    if correction.changes == Changes():
        raise Misfit("changes", None, "at least one change")
