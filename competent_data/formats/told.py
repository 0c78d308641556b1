"""What a portal or a consultant's screen tells about one person, one thing at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from competent_data.formats.decisions import may_decide
from competent_data.formats.intake import Misfit, convert
from competent_data.records import Changes, Correction, Event, Pin, content_id

T = TypeVar("T", Event, Pin, Correction)


def told(value: Any, kind: type[T], person: str, now: dt.datetime) -> T:
    """What is told about a person, as a record with an id of its own.

    Who it is about is known from where it was told, and it happened `now` unless it says when.
    Telling the same with the same moment again gives the same id.

    Raises:
        Misfit: names the field, what was found there and what was expected.
    """
    if not isinstance(value, dict):
        raise Misfit("record", value, "one JSON object")
    for given in ("id", "person"):
        if given in value:
            raise Misfit(given, value[given], "none: it is given here")
    whole = {"when": now.isoformat(), **value, "person": person}
    record = convert({**whole, "id": content_id(kind.__name__.lower(), whole)}, kind)
    if isinstance(record, Pin):
        may_decide(record)
    if isinstance(record, Correction) and record.changes == Changes():
        raise Misfit("changes", None, "at least one change")
    return record
