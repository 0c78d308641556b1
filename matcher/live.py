"""The engine of a service that goes on while the world changes.

A thread looks every quarter of a second what came or changed in the store and whether there is a
new artefact, and puts an engine over it in the place of the old one. A request keeps the engine
that it began with.
"""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Self

from competent_data.formats.intake import FormatError
from competent_data.store import FAULTS
from matcher.engine import Engine
from matcher.settings import Settings
from models import artefact
from models.artefact import ArtefactError
from models.card_file import CardError
from models.pretrained import EncoderMissing
from models.rows import Seeker

LOOKS_EVERY_S = 0.25
"""So a change is seen well within a second, reading it included."""
KEEPS_EVERY_S = 5.0
"""What came late is kept beside the artefact so often at most, so that a restart reads little."""
_FAULTS = (*FAULTS, FormatError, ArtefactError, CardError, EncoderMissing, OSError)
"""What an operator can put right while the service goes on; all else ends its thread, loudly."""
_log = logging.getLogger(__name__)


class Live:
    """Holds the engine of the settings as the store and the artefact stand now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.version = artefact.version(settings.artefact)
        self.engine = Engine.open(settings)
        self.engine.prepare()
        self._kept, self._kept_at = self.engine.market.change, time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()
        self._keep()

    def refresh(self) -> None:
        """Put the engine of now in the place of the old one, if anything changed.

        Raises:
            StoreError: the store can't be read, or as `Engine.open` where there is a new artefact.
        """
        version = artefact.version(self._settings.artefact)
        if version != self.version:
            engine = Engine.open(self._settings)
            engine.prepare()
            self.engine, self.version = engine, version
            self._kept = engine.market.change
            return
        market = self.engine.market.caught_up()
        if market is not self.engine.market:
            self.engine = self.engine.at(market)
        if time.monotonic() - self._kept_at > KEEPS_EVERY_S:
            self._keep()

    def _run(self) -> None:
        self.engine.vectoriser.people([Seeker("", text="warm")])  # loads what reading a text needs
        said = ""
        while not self._stopped.wait(LOOKS_EVERY_S):
            try:
                self.refresh()
                said = ""
            except _FAULTS as error:
                # The old engine goes on; what is wrong may be put right meanwhile.
                if str(error) != said:
                    _log.warning("what changed can't be read yet: %s", error)
                said = str(error)

    def _keep(self) -> None:
        """Keep what came late beside the artefact."""
        market, self._kept_at = self.engine.market, time.monotonic()
        if market.change == self._kept or artefact.version(self._settings.artefact) != self.version:
            return
        try:
            artefact.save_late(market.late, self._settings.artefact)
        except OSError as error:
            _log.warning("what came late can't be kept, a restart will read it anew: %s", error)
        self._kept = market.change
