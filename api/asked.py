"""What routes share: parameters, the engine of now, the day, an answer as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from fastapi import Query, Request, Response

from competent_data.records import Lang
from matcher.engine import Engine
from matcher.live import Live

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Today = Annotated[dt.date | None, Query(description="The day to answer for; today by default.")]
Spoken = Annotated[Lang | None, Query(description="Language of the answer.")]


def engine_of(request: Request) -> Engine:
    """The engine as it stands when a request begins."""
    live: Live = request.app.state.live
    return live.engine


def day(today: dt.date | None) -> dt.date:
    """The day that was asked for."""
    return today or dt.date.today()


def as_json(value: object, status: int = 200) -> Response:
    """An answer."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
