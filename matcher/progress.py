"""Progress on the terminal: a bar for what takes over two seconds, lines where there is none."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

PATIENCE_SECONDS = 2.0


class ProgressBar:
    """Called with a share in [0, 1] and what is done by now.

    On a terminal a bar appears after two seconds; elsewhere each new message is a line on standard
    error, so that a log tells what was safely stored when a run is cut short.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._started = time.monotonic()
        self._said = ""

    def __call__(self, share: float, text: str) -> None:
        if not self._console.is_terminal:
            if text != self._said:
                print(text, file=sys.stderr, flush=True)
                self._said = text
            return
        if self._bar is None:
            if time.monotonic() - self._started < PATIENCE_SECONDS:
                return
            self._bar = Progress(
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeRemainingColumn(),
                TextColumn("{task.description}"),
                console=self._console,
                transient=True,
            )
            self._bar.start()
            self._bar.add_task(text, total=1.0)
        self._bar.update(self._bar.task_ids[0], completed=share, description=text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
