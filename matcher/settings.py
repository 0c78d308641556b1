"""Where things are: read from the environment, once, at the edge."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STORE = "MATCHER_STORE"
ARTEFACT = "MATCHER_ARTEFACT"
REFERENCE_DATA = "MATCHER_REFERENCE_DATA"
_NAME = "competent-matcher"


@dataclass(frozen=True)
class Settings:
    """`store` is a database URL, `artefact` the folder of what was fitted."""

    store: str
    artefact: Path

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Settings of the environment; by default in the user's data folder."""
        home = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / _NAME
        return cls.at(
            environment.get(STORE) or f"sqlite:///{home / 'matcher.db'}",
            environment.get(ARTEFACT) or None,
            home,
        )

    @classmethod
    def at(cls, store: str, artefact: str | None = None, home: Path = Path()) -> Self:
        """Settings for a store; what is fitted lies beside its file unless named."""
        if artefact:
            return cls(store, Path(artefact))
        scheme, _, file = store.partition("?")[0].partition(":///")
        if scheme == "sqlite" and file:
            return cls(store, Path(file).with_suffix(".fitted"))
        return cls(store, home / "fitted")

    @classmethod
    def demo(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Where the demonstration keeps its own store, apart from any other."""
        return cls.at(f"sqlite:///{_cache(environment) / 'demo.db'}")

    @staticmethod
    def bench_vectors(environment: Mapping[str, str] = os.environ) -> Path:
        """Where the benchmark keeps the vectors of labels from one run to the next."""
        return _cache(environment) / "bench.vectors"


def _cache(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / _NAME
