"""Errors as problem+json (RFC 9457): what was found, what was expected, in one place."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from competent_data.formats.intake import Misfit
from competent_data.store import FAULTS, UnknownId

MEDIA_TYPE = "application/problem+json"


def install(app: FastAPI) -> None:
    """Answer every refusal of an app as a problem."""
    app.exception_handler(UnknownId)(_unknown)
    app.exception_handler(Misfit)(_misfit)
    for fault in FAULTS:
        app.exception_handler(fault)(_store)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)


def problem(status: int, title: str, detail: str, **further: object) -> JSONResponse:
    """A problem as it goes over the wire."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **further}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def _unknown(_request: Request, error: Exception) -> JSONResponse:
    return problem(404, "Unknown id", str(error))


def _misfit(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Misfit)
    return problem(422, "A field does not fit", str(error), field=error.field)


def _store(_request: Request, error: Exception) -> JSONResponse:
    # Of a database's fault what it says itself: the rest would quote the record.
    return problem(503, "The store can't answer", str(getattr(error, "orig", error)))


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return problem(422, "A field does not fit", f"{field}: {first['msg']}", field=field)


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail), str(error.detail))
