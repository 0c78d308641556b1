"""Our own format: records as JSON lines, or as TOML tables that a person edits with ease.

Both hold the fields of `competent_data.records`; a field that is not known is refused by name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    R,
    Refusal,
    convert,
    decode,
    open_text,
    read_text,
    reading,
)
from competent_data.records import Person, check_levels


def read_toml(path: Path, table: str) -> Iterator[tuple[int, Any]]:
    """The tables `[[table]]` of a TOML file with the line that each starts on.

    Raises:
        FormatError: the file is no TOML or has no such table.
    """
    text = read_text(path)
    try:
        tables = tomllib.loads(text.replace("\r\n", "\n")).get(table)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{path} is no TOML: {error}") from error
    header = re.compile(rf"\s*\[\[\s*{table}\s*\]\]\s*(#.*)?")
    starts = [n for n, line in enumerate(text.split("\n"), 1) if header.fullmatch(line)]
    if not tables or not isinstance(tables, list) or len(tables) != len(starts):
        raise FormatError(
            f"{path}: {len(starts)} lines [[{table}]] found; expected each {table} to start with "
            "one, and no text to hold one"
        )
    yield from zip(starts, tables, strict=True)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not empty, with their numbers.

    Raises:
        FormatError: the file can't be read as UTF-8 text.
    """
    with open_text(path) as file, reading(path):
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def records(
    values: Iterator[tuple[int, Any]],
    name: str,
    kind: type[R],
    refused: list[Refusal],
    change: Callable[[Any], Any] = lambda value: value,
    check: Callable[[R], object] = id,
) -> Iterator[R]:
    """Values (or lines of JSON) as records; what does not fit is added to `refused`.

    Of records of one id in one file the first goes in, the others are refused.
    """
    seen: dict[str, int] = {}
    for line, value in values:
        try:
            decoded = decode(value) if isinstance(value, str) else value
            record = convert(change(decoded), kind)
            check(record)
            _only_once(getattr(record, "id", str(line)), line, seen)
        except Misfit as misfit:
            refused.append(misfit.at(name, line))
        else:
            yield record


def _only_once(id_: str, line: int, seen: dict[str, int]) -> None:
    first = seen.setdefault(id_, line)
    if first != line:
        raise Misfit("id", id_, f"an id of its own; line {first} has this one")


def each_once(record: object) -> None:
    """Refuse a dossier that has one competence under two evidence levels; a check for `records`.

    Raises:
        Misfit: names the competence.
    """
    if isinstance(record, Person):
        try:
            check_levels(record)
        except ValueError as error:
            raise Misfit("competences", str(error), "each competence once") from error
