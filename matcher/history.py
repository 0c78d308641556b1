"""What happened between a person and a vacancy, and what therefore never comes back."""

from __future__ import annotations

from collections.abc import Iterable

from competent_data.records import EventKind

_NEVER_AGAIN: dict[EventKind, str] = {
    "applied": "applied",
    "hired": "applied",
    "at_work_6m": "applied",
    "dismissed": "dismissed",
}


def done(events: Iterable[tuple[str, EventKind]]) -> dict[str, str]:
    """Who or what never comes back after these events, with why."""
    return {id_: _NEVER_AGAIN[kind] for id_, kind in events if kind in _NEVER_AGAIN}
