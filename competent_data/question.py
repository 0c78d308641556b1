"""Queries that every answer asks, put to the database's driver itself.

What SQLAlchemy does around each takes longer than to answer it. It still writes them, and names
what goes wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


@dataclass(frozen=True)
class _Made:
    """A query as a driver takes it: the names of its parameters by place, where it has places,
    what they are unless they are given, what makes a value of what the driver gives, and what it
    raises."""

    text: str
    places: Sequence[str] | None
    given: dict[str, Any]
    values: Sequence[tuple[int, Callable[[Any], Any]]]
    fault: type[Exception]


class Question:
    """A query whose parameters all have a value, to be asked with others."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._made: dict[str, _Made] = {}
        self.names = tuple(query.selected_columns.keys())

    def rows(self, connection: Connection, bound: dict[str, Any]) -> list[Row]:
        """What it finds.

        Raises:
            sqlalchemy.exc.DatabaseError: it can't be answered.
        """
        made = self._made.get(connection.dialect.name) or self._make(connection)
        given = made.given | bound
        sent = given if made.places is None else [given[place] for place in made.places]
        if not connection.in_transaction():
            connection.begin()
        try:
            cursor = connection.connection.cursor()
            try:
                cursor.execute(made.text, sent)
                found: list[Row] = list(cursor.fetchall())
            finally:
                cursor.close()
        except made.fault as error:
            raise DBAPIError.instance(
                made.text, sent, error, made.fault, dialect=connection.dialect
            ) from error
        for at, value in made.values:
            found = [(*row[:at], value(row[at]), *row[at + 1 :]) for row in found]
        return found

    def _make(self, connection: Connection) -> _Made:
        dialect = connection.dialect
        query = self._query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        types = [column.type.dialect_impl(dialect) for column in self._query.selected_columns]
        made = [(at, type_.result_processor(dialect, None)) for at, type_ in enumerate(types)]
        values = [(at, value) for at, value in made if value is not None]
        fault: Any = dialect.dbapi
        found = _Made(str(query), query.positiontup, dict(query.params), values, fault.Error)
        self._made[dialect.name] = found
        return found
