"""What all importers share: how a record is refused, what is reported, how progress is told.

An import is all or nothing per record: a record that does not fit is refused, named by file, line,
field, what was found and what was expected, and the rest goes in.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)

BATCH = 2_000
"""Records a transaction: large enough for speed, small enough to lose little on a kill."""

csv.field_size_limit(1 << 27)


class FormatError(ValueError):
    """The file as a whole is not what was expected; nothing of it was stored."""


@dataclass(frozen=True)
class Refusal:
    """Why a record was left out."""

    file: str
    line: int
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.field}: found {self.found}, expected {self.expected}"
        )


class Misfit(ValueError):
    """A record that does not fit: which field, what was found, what was expected."""

    def __init__(self, field: str, found: object, expected: str) -> None:
        super().__init__(f"{field}: found {found!r}, expected {expected}")
        self.field = field
        self.found = found
        self.expected = expected

    def at(self, file: str, line: int) -> Refusal:
        """The same, with its place."""
        return Refusal(file, line, self.field, short(self.found), self.expected)


@dataclass
class Report:
    """What an import did: counts by kind of record, refusals, and what stayed unresolved."""

    stored: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    unresolved: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def note_nothing(self, path: Path, what: str) -> None:
        """Say so where a file held no record at all."""
        if not sum(self.stored.values()) and not self.refused:
            self.notes.append(f"{path} holds no {what}; nothing was stored")

    @property
    def exit_status(self) -> int:
        """0: all in; 1: some refused; 2: nothing stored."""
        if not sum(self.stored.values()):
            return 2
        return 1 if self.refused else 0


class Progress(Protocol):
    """Called after each transaction: the share done in [0, 1] and what is safely stored by now."""

    def __call__(self, share: float, stored: str, /) -> None: ...


def silent(share: float, stored: str) -> None:
    """No progress shown."""


def telling(progress: Progress, share: float, text: str) -> Callable[[int], None]:
    """What `store_batches` tells: `text` with the running count put in, at a fixed share."""
    return lambda count: progress(share, text.format(count))


def short(value: object, limit: int = 60) -> str:
    """A value as it is shown in a message."""
    text = "nothing" if value is None or value == "" else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def store_batches(
    items: Iterable[T],
    put: Callable[[Sequence[T]], None],
    told: Callable[[int], None],
    size: int = BATCH,
) -> int:
    """Put items away in transactions of `size`; `told` hears the running count after each."""
    count, batch = 0, list[T]()
    for item in items:
        batch.append(item)
        if len(batch) == size:
            put(batch)
            count += len(batch)
            told(count)
            batch = []
    if batch:
        put(batch)
        count += len(batch)
        told(count)
    return count


def only(records: Sequence[T], report: Report, path: Path, what: str) -> T:
    """The single record of a file.

    Raises:
        FormatError: there are none or several, or one was refused.
    """
    if report.refused:
        raise FormatError(str(report.refused[0]))
    if len(records) != 1:
        raise FormatError(f"{path} holds {len(records)} records, expected one {what}")
    return records[0]


def open_text(path: Path) -> io.TextIOBase:
    """A text file, plain or gzipped, as UTF-8 with or without a byte-order mark.

    Raises:
        FormatError: there is no such file.
    """
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise FormatError(f"{path} can't be read: {error.strerror or error}") from error


@contextmanager
def reading(what: object) -> Iterator[None]:
    """While text is read: what makes that impossible becomes a `FormatError` about `what`."""
    try:
        yield
    except (UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise FormatError(f"{what} can't be read as UTF-8 text: {error}") from error


def read_text(path: Path, limit: int = -1) -> str:
    """A text file, or its first `limit` characters, as `open_text` reads it.

    Raises:
        FormatError: there is no such file, or it is no UTF-8 text.
    """
    with open_text(path) as file, reading(path):
        return file.read(limit)


def read_csv(
    lines: Iterable[str], file: str, columns: Sequence[str], delimiter: str = ","
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV with the number of the line that each ends on.

    Raises:
        FormatError: the text is no CSV, or lacks one of `columns`.
    """
    reader = csv.DictReader(lines, delimiter=delimiter)
    try:
        found = reader.fieldnames or []
        missing = [name for name in columns if name not in found]
        if missing:
            raise FormatError(
                f"{file}: column {missing[0]!r} is missing; found {', '.join(found) or 'nothing'}"
            )
        for row in reader:
            yield (
                reader.line_num,
                {
                    key: value if isinstance(value, str) else ""
                    for key, value in row.items()
                    if isinstance(key, str)
                },
            )
    except (csv.Error, UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FormatError(
            f"{file}: line {reader.line_num + 1} can't be read as CSV in UTF-8: {error}"
        ) from error


def convert(value: Any, kind: type[R]) -> R:
    """A decoded value as a record.

    Raises:
        Misfit: names the field, what was found there and what was expected.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _misfit(str(error), value, kind) from error


def decode(line: bytes | str) -> Any:
    """A line of JSON.

    Raises:
        Misfit: it is none.
    """
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = line if isinstance(line, str) else line.decode("utf-8", "replace")
        raise Misfit("record", text, f"one JSON object ({error})") from error


def _misfit(message: str, value: Any, kind: type[msgspec.Struct]) -> Misfit:
    what, _, path = message.partition(" - at `")
    path = path.rstrip("`")
    path = path.removeprefix("key` in `")
    if match := re.fullmatch(r"Object (missing required|contains unknown) field `(.+)`", what):
        where = f"{path.removeprefix('$').lstrip('.')}." if path not in ("", "$") else ""
        if match[1] == "contains unknown":
            known = ", ".join(_fields(kind))
            return Misfit(where + match[2], "an unknown field", f"only {known}")
        return Misfit(where + match[2], None, "a value")
    for step in re.findall(r"\.([\w@-]+)|\[(\d+)\]", path):
        try:
            value = value[step[0]] if step[0] else value[int(step[1])]
        except (KeyError, IndexError, TypeError):
            break
    expected = what.removeprefix("Expected ").replace("`", "")
    expected = re.sub(r", got \w+$", "", expected)
    if expected.startswith("Invalid enum value") and (allowed := _allowed(path, kind)):
        expected = f"one of {', '.join(allowed)}"
    if expected.startswith("Invalid RFC3339 encoded date"):
        expected = "a date as 2026-11-02" + ("T09:00:00" if "datetime" in expected else "")
    return Misfit(path.removeprefix("$").lstrip(".") or "record", value, expected)


def _fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(kind))


def _allowed(path: str, kind: type[msgspec.Struct]) -> list[str]:
    """The values that an enumeration allows, of the field that a path starts with."""
    _, schemas = msgspec.json.schema_components([kind], ref_template="{name}")
    fields: dict[str, Any] = schemas[kind.__name__]["properties"]
    named = next((step for step in re.findall(r"[\w@-]+", path) if step in fields), None)
    return [str(value) for value in _enumerated(fields.get(named or "", {})) if value is not None]


def _enumerated(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        for key, part in schema.items():
            if key != "enum":
                yield from _enumerated(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _enumerated(part)
