"""Precision and recall of must, may and not on the hand-judged sentences, both halves.

Run from a checkout: `.venv/bin/python benchmarks/needs.py`. The closed half is only ever scored.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.table import Table

from models.needs import Need, Needs

JUDGED = Path(__file__).parent / "judged"
HALVES = ("open", "closed")


def main() -> None:
    """Print a table a half."""
    for half in HALVES:
        Console().print(table(half, count(JUDGED / f"requirements.{half}.jsonl")))


def count(path: Path) -> Counter[tuple[str, Need, Need]]:
    """How often each need was read, by language and by what was judged."""
    found: Counter[tuple[str, Need, Need]] = Counter()
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        needs = Needs.read(row["text"], row["lang"])
        for item in row["items"]:
            start = row["text"].index(item["words"])
            read = needs.at(start, start + len(item["words"]))
            found[row["lang"], item["label"], read] += 1
    return found


def table(half: str, found: Counter[tuple[str, Need, Need]]) -> Table:
    """Precision and recall by language and need, and the share that was read right."""
    printed = Table(title=f"must, may, not: {half} half")
    for column in ("language", "items", "right", *(f"{n} p / r" for n in get_args(Need))):
        printed.add_column(column, justify="right")
    for lang in ("nl", "fr", "en", "de"):
        own = {(gold, read): n for (spoken, gold, read), n in found.items() if spoken == lang}
        total = sum(own.values())
        right = sum(n for (gold, read), n in own.items() if gold == read)
        cells = []
        for need in get_args(Need):
            hit = own.get((need, need), 0)
            said = sum(n for (_, read), n in own.items() if read == need)
            true = sum(n for (gold, _), n in own.items() if gold == need)
            cells.append(f"{hit / max(said, 1):.2f} / {hit / max(true, 1):.2f}")
        printed.add_row(lang, str(total), f"{right / max(total, 1):.3f}", *cells)
    return printed


if __name__ == "__main__":
    main()
