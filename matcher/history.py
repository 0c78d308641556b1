"""What happened between a person and vacancies: what never comes back, and what people decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from competent_data.records import Event, EventKind, Pin, Source
from competent_data.store import Store
from matcher.similar import sought

_NEVER_AGAIN: dict[EventKind, str] = {
    "applied": "applied",
    "hired": "applied",
    "at_work_6m": "applied",
    "dismissed": "dismissed",
}


def done(events: Iterable[tuple[str, EventKind]]) -> dict[str, str]:
    """Who or what never comes back after these events, with why."""
    return {id_: _NEVER_AGAIN[kind] for id_, kind in events if kind in _NEVER_AGAIN}


@dataclass(frozen=True)
class Past:
    """A person's events and what was set before them, oldest first; of nobody where there is no
    `person`."""

    events: Sequence[Event] = ()
    pins: Sequence[Pin] = ()
    person: str = ""

    @classmethod
    def of(cls, store: Store, person: str) -> Self:
        """As the store has it."""
        with store.at_once():
            return cls(store.events(person), store.pins(person), person)

    @cached_property
    def gone(self) -> dict[str, str]:
        """What never comes back to the person, with why: acted on, or hidden by a consultant."""
        hidden = {pin.vacancy: "hidden" for pin in self.pins if pin.kind == "hide"}
        return hidden | done((event.vacancy, event.kind) for event in self.events)

    @cached_property
    def saved(self) -> frozenset[str]:
        """What the person saved and has not acted on since."""
        return frozenset(e.vacancy for e in self.events if e.kind == "saved") - self.gone.keys()

    @cached_property
    def sought(self) -> list[tuple[str, float]]:
        """What the person was after, with how much that says."""
        return sought(self.events)

    @cached_property
    def pinned(self) -> dict[str, tuple[Pin, ...]]:
        """What was set before the person and is not acted on, the newest first."""
        found: dict[str, tuple[Pin, ...]] = {}
        for pin in reversed(self.pins):
            if pin.kind == "pin" and pin.vacancy not in self.gone:
                found[pin.vacancy] = (*found.get(pin.vacancy, ()), pin)
        return found


def source(pin: Pin) -> Source:
    """Whose suggestion a pin is."""
    return "own" if pin.by == "self" else pin.by
