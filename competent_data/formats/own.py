"""Our own format: records as JSON lines, or as TOML tables that a person edits with ease.

Both hold the fields of `competent_data.records`; a field that is not known is refused by name.
"""

from __future__ import annotations

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
)


def read_toml(path: Path, table: str) -> Iterator[tuple[int, Any]]:
    """The tables `[[table]]` of a TOML file with the line that each starts on.

    Raises:
        FormatError: the file is no TOML or has no such table.
    """
    with open_text(path) as file:
        text = file.read()
    try:
        tables = tomllib.loads(text).get(table, [])
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{path} is no TOML: {error}") from error
    if not tables:
        raise FormatError(f"{path}: no [[{table}]] found")
    header = f"[[{table}]]"
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == header]
    yield from zip(starts, tables, strict=True)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not empty, with their numbers.

    Raises:
        FormatError: the file can't be read as UTF-8 text.
    """
    number = 0
    with open_text(path) as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
        except (UnicodeDecodeError, OSError, EOFError) as error:
            raise FormatError(f"{path}: line {number + 1} is no UTF-8 text: {error}") from error


def records(
    values: Iterator[tuple[int, Any]],
    name: str,
    kind: type[R],
    refused: list[Refusal],
    change: Callable[[Any], Any] = lambda value: value,
) -> Iterator[R]:
    """Values (or lines of JSON) as records; what does not fit is added to `refused`."""
    for line, value in values:
        try:
            decoded = decode(value) if isinstance(value, str) else value
            yield convert(change(decoded), kind)
        except Misfit as misfit:
            refused.append(misfit.at(name, line))
