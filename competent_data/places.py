"""Finds a municipality by its name in any language, a postcode or a NIS code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from competent_data.records import Place
from competent_data.store import Store
from competent_data.text import tokens


@dataclass(frozen=True)
class Gazetteer:
    """The municipalities of the store, by every way to name them."""

    by_name: dict[str, Place]

    @classmethod
    def load(cls, store: Store) -> Self:
        """Read the store's places. Of two of one name, the one with the lower NIS code wins."""
        by_name: dict[str, Place] = {}
        for place in store.places():
            for name in (place.nis, *place.names.values(), *place.postcodes):
                by_name.setdefault(_key(name), place)
        return cls(by_name)

    def find(self, name: str) -> Place | None:
        """The municipality of that name, postcode or NIS code; None where there is none."""
        return self.by_name.get(_key(name))


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """How a name is looked up. Records repeat a few hundred names, and words are slow to tell."""
    return " ".join(tokens(name))
