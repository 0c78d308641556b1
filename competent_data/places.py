"""Finds a municipality by its name in any language, a postcode or a NIS code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from competent_data.records import Place
from competent_data.store import Store
from competent_data.text import tokens


@dataclass(frozen=True)
class Gazetteer:
    """The municipalities of the store, by every way to name them."""

    by_name: dict[str, Place]
    as_written: Mapping[str, Place] = field(default_factory=dict)
    """The same by names as the store writes them: most records write them so."""

    @classmethod
    def load(cls, store: Store) -> Self:
        """Read the store's places. Of two of one name, the one with the lower NIS code wins."""
        by_name: dict[str, Place] = {}
        as_written: dict[str, Place] = {}
        for place in store.places():
            for name in (place.nis, *place.names.values(), *place.postcodes):
                as_written[name] = by_name.setdefault(_key(name), place)
        return cls(by_name, as_written)

    def find(self, name: str) -> Place | None:
        """The municipality of that name, postcode or NIS code; None where there is none."""
        return self.as_written.get(name) or self.by_name.get(_key(name))


def _key(name: str) -> str:
    return " ".join(tokens(name))
