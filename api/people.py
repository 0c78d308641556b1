"""What is held about one person: recorded, shown, handed out, put right and forgotten.

All of it is the person's own but for what a consultant or an employer decides.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from fastapi import Body, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from api.asked import Spoken, Today, as_json, day, engine_of
from api.schema import CORRECTION_EXAMPLES, EVENT_EXAMPLES, PIN_EXAMPLES
from competent_data.formats.intake import Misfit
from competent_data.formats.told import told
from competent_data.records import Correction, Event, Pin
from competent_data.store import Store, UnknownId
from matcher.dashboard import dashboard
from matcher.page import page
from matcher.wishes import Wish, accepted, offer

_NO_CONTENT = 204
_CREATED = 201


class Recorded(msgspec.Struct, frozen=True):
    """An event as it was stored, and the wish that it offers to become."""

    event: Event
    wish: Wish | None


def install(app: FastAPI) -> None:
    """The routes about one person."""
    _own(app)
    _decided(app)
    _erased(app)  # last: what follows a person in its path may be part of an id


def _own(app: FastAPI) -> None:
    @app.post("/people/{person:path}/events", status_code=_CREATED, tags=["history"])
    def record_event(
        request: Request,
        person: str,
        event: Annotated[dict[str, Any], Body(openapi_examples=EVENT_EXAMPLES)],
        lang: Spoken = None,
    ) -> Response:
        """Record what a person did with a vacancy. A dismissal may offer to become a wish.

        The person accepts it by `wishes`, or by posting its `changes` as a correction by `self`.
        """
        store = engine_of(request).store
        record = told(event, Event, person, _now())
        dossier = store.person(person)
        store.vacancy(record.vacancy)
        store.put_events([record])
        return as_json(Recorded(record, offer(store, record, lang or dossier.lang)), _CREATED)

    @app.post("/people/{person:path}/wishes", status_code=_CREATED, tags=["history"])
    def accept_wish(
        request: Request,
        person: str,
        event: Annotated[str, Body(embed=True, min_length=1, max_length=300)],
        lang: Spoken = None,
    ) -> Response:
        """Take the wish that a dismissal offers: it counts from the next list on.

        Accepting it again changes nothing.
        """
        store = engine_of(request).store
        dossier = store.person(person)
        dismissal = next((one for one in store.events(person) if one.id == event), None)
        if dismissal is None:
            raise UnknownId(f"there is no event {event!r} of the person {person!r} in the store")
        spoken = lang or dossier.lang
        found = offer(store, dismissal, spoken)
        if found is None:
            raise Misfit("event", event, "a dismissal that offers a wish which is not held already")
        wish = accepted(dismissal, store.vacancy(dismissal.vacancy), found, spoken)
        store.put_corrections([wish])
        return as_json(wish, _CREATED)

    @app.get("/people/{person:path}/dashboard", tags=["history"])
    def dashboard_of(
        request: Request, person: str, today: Today = None, lang: Spoken = None
    ) -> Response:
        """What a person saved, applied for and dismissed, and what others decided for them."""
        return _private(as_json(dashboard(engine_of(request).store, person, day(today), lang)))

    @app.get("/people/{person:path}/dashboard.html", response_class=HTMLResponse, tags=["history"])
    def dashboard_page(
        request: Request, person: str, today: Today = None, lang: Spoken = None
    ) -> Response:
        """The same as one page of HTML, ready to be printed."""
        found = dashboard(engine_of(request).store, person, day(today), lang)
        answer = HTMLResponse(page(found))
        answer.headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        return _private(answer)

    @app.get("/people/{person:path}/export", tags=["history"])
    def export(request: Request, person: str) -> Response:
        """Everything that is held about a person."""
        return _private(as_json(engine_of(request).store.export_person(person)))


def _decided(app: FastAPI) -> None:
    @app.post("/people/{person:path}/pins", status_code=_CREATED, tags=["decisions"])
    def pin(
        request: Request,
        person: str,
        pin: Annotated[dict[str, Any], Body(openapi_examples=PIN_EXAMPLES)],
    ) -> Response:
        """Set a vacancy before a person, or hide it from them, for a reason that they see."""
        store = engine_of(request).store
        record = told(pin, Pin, person, _now())
        store.person(person)
        store.vacancy(record.vacancy)
        store.put_pins([record])
        return as_json(record, _CREATED)

    @app.delete(
        "/people/{person:path}/pins/{pin:path}", status_code=_NO_CONTENT, tags=["decisions"]
    )
    def withdraw_pin(request: Request, person: str, pin: str) -> Response:
        """Take back a pin or a hide."""
        store = engine_of(request).store
        _theirs("pin", pin, person, [one.id for one in store.pins(person)])
        store.withdraw_pin(pin)
        return Response(status_code=_NO_CONTENT)

    @app.post("/people/{person:path}/corrections", status_code=_CREATED, tags=["decisions"])
    def correct(
        request: Request,
        person: str,
        correction: Annotated[dict[str, Any], Body(openapi_examples=CORRECTION_EXAMPLES)],
    ) -> Response:
        """Put something right in a dossier; no later import overwrites it."""
        store: Store = engine_of(request).store
        record = told(correction, Correction, person, _now())
        store.person(person)
        store.put_corrections([record])
        return as_json(record, _CREATED)

    @app.delete(
        "/people/{person:path}/corrections/{correction:path}",
        status_code=_NO_CONTENT,
        tags=["decisions"],
    )
    def withdraw_correction(request: Request, person: str, correction: str) -> Response:
        """Take back a correction: the dossier is again as it was given, but for the others."""
        store = engine_of(request).store
        theirs = [one.id for one in store.corrections(person)]
        _theirs("correction", correction, person, theirs)
        store.withdraw_correction(correction)
        return Response(status_code=_NO_CONTENT)


def _erased(app: FastAPI) -> None:
    @app.delete("/people/{person:path}", response_model=dict[str, int], tags=["history"])
    def erase(request: Request, person: str) -> Response:
        """Forget a person: everything that `export` hands out. It can't be undone."""
        return as_json(engine_of(request).store.erase_person(person))


def _theirs(what: str, id_: str, person: str, theirs: list[str]) -> None:
    if id_ not in theirs:
        raise UnknownId(f"there is no {what} {id_!r} of the person {person!r} in the store")


def _private(answer: Response) -> Response:
    """An answer that nobody on the way keeps."""
    answer.headers["cache-control"] = "no-store"
    return answer


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
