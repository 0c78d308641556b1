"""A dashboard as one page of HTML: to be read on a screen, aloud or on paper.

It needs nothing beside itself: no script, no picture, no style or type from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from matcher.dashboard import Dashboard
from matcher.messages import messages
from matcher.sections import Cell, Section, sections

_STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: #fff; color: #1b1b1b;
  font: 1rem/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; color: #12406b; }
section { margin-top: 1.75rem; padding: 1px; overflow-x: auto; }
section:focus-visible { outline: 3px solid #12406b; outline-offset: 2px; }
h2 { margin: 0 0 0.375rem; font-size: 1.25rem; line-height: 1.2; text-align: left;
  color: #12406b; }
p { margin: 0.25rem 0; max-width: 44rem; }
table { width: 100%; min-width: 40rem; border-collapse: collapse; }
th, td { padding: 0.375rem 0.5rem; border: 1px solid #767676; text-align: left;
  vertical-align: top; overflow-wrap: break-word; }
.name { width: 30%; }
thead th { background: #e9f0f7; }
tbody th { font-weight: bold; }
time { white-space: nowrap; }
footer { margin-top: 2rem; border-top: 1px solid #767676; padding-top: 0.5rem; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 9.5pt; line-height: 1.35; }
  h1 { font-size: 18pt; }
  h2 { font-size: 13pt; }
  section { margin-top: 6mm; overflow: visible; }
  table { min-width: 0; }
  thead { display: table-header-group; }
  thead th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr { break-inside: avoid; }
}
"""

_NAME = ' class="name"'
_LONG = re.compile(r"(\S{20})(?=\S{4})")
"""What of a long word stands before a place where a line may end: no column grows too wide."""


def page(found: Dashboard) -> str:
    """The whole page, in the dashboard's language; every text in it is escaped."""
    say = messages(found.lang)
    title = say("dashboard", "title")
    subject = say("dashboard", "person", person=found.person, today=f"{found.today:%d/%m/%Y}")
    body = "\n".join(_section(section) for section in sections(found))
    return f"""<!DOCTYPE html>
<html lang="{found.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}: {escape(found.person)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<p>{escape(subject)}</p>
</header>
<main>
<p>{escape(say("dashboard", "intro"))}</p>
{body}
</main>
<footer>
<p>{escape(say("dashboard", "yours"))}</p>
</footer>
</body>
</html>
"""


def _section(section: Section) -> str:
    labelled = f'aria-labelledby="{section.key}"'
    if not section.rows:
        return f"""<section {labelled}>
<h2 id="{section.key}">{escape(section.title)}</h2>
<p>{escape(section.none)}</p>
</section>"""
    heading = f"{escape(section.title)} ({len(section.rows)})"
    columns = "".join(
        f'<th scope="col"{"" if at else _NAME}>{escape(name)}</th>'
        for at, name in enumerate(section.columns)
    )
    rows = "\n".join(_row(row) for row in section.rows)
    return f"""<section {labelled} tabindex="0">
<table>
<caption><h2 id="{section.key}">{heading}</h2></caption>
<thead>
<tr>{columns}</tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
</section>"""


def _row(cells: Sequence[Cell]) -> str:
    first, *others = cells
    rest = "".join(f"<td>{_cell(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{_cell(first)}</th>{rest}</tr>'


def _cell(cell: Cell) -> str:
    text = "<wbr>".join(escape(part) for part in _LONG.split(cell.text) if part)
    if cell.day:
        return f'<time datetime="{cell.day.isoformat()}">{text}</time>'
    return f'<span lang="{cell.lang}">{text}</span>' if cell.lang else text
