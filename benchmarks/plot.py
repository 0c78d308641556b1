"""Draws `docs/speed.svg`, the README's curve, from the kept figures.

Run from a checkout: `.venv/bin/python -m benchmarks.plot`. It is written by hand, so that it needs
no library and its colours follow a reader's light or dark page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import msgspec

from benchmarks.results import KEPT, Results

DRAWN = Path(__file__).parent.parent / "docs" / "speed.svg"
WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 52, 48
LINE = 17
"""Labels stand so far apart at least."""
STYLE = """
  text { font: 13px system-ui, sans-serif; color: #24292f; fill: currentColor }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8c959f; stroke-opacity: .3 }
  line.linear { stroke: currentColor; stroke-width: 1.5; stroke-dasharray: 2 4 }
  polyline { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round }
  polyline.ours { stroke-width: 3.5 } polyline.slow { stroke-dasharray: 7 4 }
  .ours, .slow { color: #0969da } .numpy { color: #bc4c00 } .scipy { color: #1a7f37 }
  .faiss { color: #8250df } .linear { color: #6e7781 }
  @media (prefers-color-scheme: dark) {
    text { color: #e6edf3 }
    .ours, .slow { color: #58a6ff } .numpy { color: #f0883e } .scipy { color: #3fb950 }
    .faiss { color: #bc8cff } .linear { color: #8b949e }
  }
"""


@dataclass(frozen=True)
class Curve:
    """Milliseconds by number of vacancies."""

    style: str
    label: str
    points: Sequence[tuple[int, float]]


def main() -> None:
    """Draw the kept figures."""
    results = msgspec.json.decode(KEPT.read_bytes(), type=Results)
    DRAWN.write_text(svg(curves(results)), "utf-8")


def curves(results: Results) -> list[Curve]:
    """Ours, typical and slow, and what answers less or slower."""
    drawn = (
        ("ours", "ours", "p50_ms", "ours: 14 signals, p50"),
        ("slow", "ours", "p95_ms", "ours, p95"),
        ("numpy", "plain numpy", "p50_ms", "plain numpy: the same"),
        ("faiss", "faiss flat", "p50_ms", "faiss: text alone"),
        ("scipy", "scipy sparse product", "p50_ms", "scipy: 1 signal"),
    )
    return [
        Curve(style, label, [(n, getattr(results.sizes[n][name], of)) for n in results.sizes])
        for style, name, of, label in drawn
    ]


def svg(drawn: Sequence[Curve]) -> str:
    """Both axes are logarithmic, so that a straight line of slope 1 is linear growth."""
    sizes = [n for n, _ in drawn[0].points]
    values = [ms for curve in drawn for _, ms in curve.points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(size: float) -> float:
        share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(ms: float) -> float:
        return TOP + (high - math.log10(ms)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    first = drawn[0].points[0][1]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>Milliseconds for one person's ten best by number of vacancies</title>"
        f"<style>{STYLE}</style>",
        _text(LEFT, 22, "One person's ten best, one core, synthetic market", "title"),
        _text(LEFT, TOP - 10, "milliseconds"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "vacancies", anchor="middle"),
        *(_line("grid", x(n), TOP, x(n), HEIGHT - BOTTOM) for n in sizes),
        *(_text(x(n), HEIGHT - BOTTOM + 18, _short(n), anchor="middle") for n in sizes),
    ]
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(_line("grid", LEFT, at, WIDTH - RIGHT, at))
        parts.append(_text(LEFT - 8, at + 4, f"{10**power:,g}", anchor="end"))
    linear = y(first * sizes[-1] / sizes[0])
    parts.append(_line("linear", x(sizes[0]), y(first), x(sizes[-1]), linear))
    for curve in drawn:
        points = " ".join(f"{x(n):.1f},{y(ms):.1f}" for n, ms in curve.points)
        parts.append(f'<polyline class="{curve.style}" points="{points}"/>')
    labels = [(y(curve.points[-1][1]), curve.label, curve.style) for curve in drawn]
    labels.append((linear, "ours, were it linear", "linear"))
    parts += [_text(WIDTH - RIGHT + 8, at + 4, label, style) for at, label, style in _apart(labels)]
    return "\n".join((*parts, "</svg>\n"))


def _apart(labels: Sequence[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Labels from the top down, none on another."""
    found: list[tuple[float, str, str]] = []
    for at, label, style in sorted(labels):
        found.append((max(at, found[-1][0] + LINE) if found else at, label, style))
    return found


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(text)}</text>'


def _line(style: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _short(size: int) -> str:
    return f"{size // 1000} k" if size < 1_000_000 else f"{size // 1_000_000} M"


if __name__ == "__main__":
    main()
