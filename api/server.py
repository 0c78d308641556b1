"""Runs the service on one machine."""

from __future__ import annotations

import uvicorn

from api.app import create_app
from matcher.engine import Engine
from matcher.settings import Settings


def run(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted; the engine is opened before the first request is taken.

    Raises:
        StoreError: there is no store.
        ArtefactError: nothing is fitted, or on other taxonomies.
    """
    engine = Engine.open(settings)
    uvicorn.run(create_app(lambda: engine), host=host, port=port, log_level="info")
