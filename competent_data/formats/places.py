"""Municipalities in, as CSV: nis, name_nl (name_fr, name_de, name_en), postcodes, lat, lon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from competent_data.formats.intake import (
    Misfit,
    Progress,
    Report,
    convert,
    open_text,
    read_csv,
    silent,
    store_batches,
)
from competent_data.records import LANGS, Place
from competent_data.store import Store

_COLUMNS = ("nis", "name_nl", "postcodes", "lat", "lon")


def import_places(store: Store, path: Path, progress: Progress = silent) -> Report:
    """Store the municipalities of a CSV file.

    Raises:
        FormatError: the file can't be read or lacks a column; nothing was stored.
    """
    report = Report()
    report.stored["places"] = store_batches(
        read_places(path, report), store.put_places, lambda n: progress(1, f"places: {n} stored")
    )
    return report


def read_places(path: Path, report: Report) -> Iterator[Place]:
    """The municipalities of a CSV file; what does not fit is added to the report's refusals."""
    with open_text(path) as lines:
        for line, row in read_csv(lines, path.name, _COLUMNS):
            try:
                yield convert(
                    {
                        "nis": row["nis"],
                        "names": {
                            lang: row[f"name_{lang}"] for lang in LANGS if row.get(f"name_{lang}")
                        },
                        "postcodes": [p for p in row["postcodes"].split("|") if p],
                        "lat": _degrees(row, "lat"),
                        "lon": _degrees(row, "lon"),
                        "source": row.get("source") or row.get("coord_source") or "",
                    },
                    Place,
                )
            except Misfit as misfit:
                report.refused.append(misfit.at(path.name, line))


def _degrees(row: dict[str, str], column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise Misfit(column, row[column], "degrees as 51.05") from None
