"""What pretrained encoders add to what was learnt: quality beside cost, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from matcher.benchmark.quality import Row
from matcher.benchmark.seekers import Seekers
from matcher.benchmark.speed import Speed


@dataclass(frozen=True)
class Configuration:
    """One way to be fitted, measured: the encoders heeded beside the learnt one, none by default.

    `label_seconds` went into the vectors of labels, of which those kept from an earlier run cost
    nothing; `megabytes` are more in the artefact.
    """

    encoders: tuple[str, ...]
    rows: tuple[Row, ...]
    seekers: Seekers
    speeds: tuple[Speed, ...]
    label_seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def name(self) -> str:
        """As a column is headed."""
        return f"with {' and '.join(self.encoders)}" if self.encoders else "default"


def beside_table(found: Sequence[Configuration]) -> Table:
    """The figures as they are printed, the default first; others with what they gain."""
    table = Table(title="Pretrained encoders beside the learnt one, ESCO alone")
    table.add_column("judged set")
    table.add_column("measure")
    for configuration in found:
        table.add_column(configuration.name, justify="right")
    for rows in zip(*(configuration.rows for configuration in found), strict=True):
        table.add_row(rows[0].judged, rows[0].measure, *_gains([row.ours for row in rows]))
    for column, measure in enumerate(("nDCG@10", "MAP")):
        means = [float(c.seekers.ours.mean(axis=0)[column]) for c in found]
        table.add_row("seekers → vacancies", measure, *_gains(means))
    table.add_section()
    for speeds in zip(*(configuration.speeds for configuration in found), strict=True):
        table.add_row(speeds[0].work, "a second", *(f"{s.a_second:,.0f}" for s in speeds))
    table.add_row("vectors of labels", "seconds", *(f"{c.label_seconds:,.0f}" for c in found))
    table.add_row("more in the artefact", "MB", *(f"{c.megabytes:,.0f}" for c in found))
    table.caption = "vectors of labels are kept between runs: only new ones cost time"
    return table


def _gains(measured: Sequence[float]) -> list[str]:
    default, *others = measured
    return [f"{default:.3f}", *(f"{value:.3f} ({value - default:+.3f})" for value in others)]
