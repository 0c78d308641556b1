"""A SYNTHETIC labour market with a known truth: every source of suggestions, alone and fused.

The truth is that of `inclinations`, the people and vacancies those of `town`, what they do that of
`days`. Seeds and settings were named before any ranker was measured.
"""

from __future__ import annotations

from benchmarks.inclinations import ASSUMED, WRONG

SEEDS = (31, 32, 33, 34, 35)
SETTINGS = (ASSUMED, WRONG)
PEOPLE = 2400
WARM_UP, HELD_OUT = 120, 30
"""Days of which rankers know, and days after them that are asked for."""
YEAR = 364
"""Days of nightly suggestions after the warm-up, 52 weeks."""
