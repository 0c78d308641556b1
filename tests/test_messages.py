"""Four languages say the same things, and everything that the code says is there to be said."""

from __future__ import annotations

import ast
import importlib.util
import string
from pathlib import Path
from typing import get_args

import pytest

from competent_data.records import (
    CONTRACTS,
    DISMISSALS,
    LANGS,
    LEVELS,
    SHIFTS,
    Changes,
    Lang,
    WorkingTime,
)
from matcher.comparison import MATCHES
from matcher.dashboard import STATES
from matcher.messages import messages
from matcher.sources import SOURCES
from models.eligibility import Bar
from models.needs import Need
from models.requirements import UNSPECIFIED, Kind
from models.scorecard import ON_TOP, PUBLISHED

SIGNALS = {line.name for line in PUBLISHED}
BARS = {str(bar.name).lower() for bar in Bar}
NEARNESS = ("same", "near", "kin", "far")
LISTS = ("saved", "applied", "dismissed", "suggested", "hidden", "corrected")
OPEN: dict[str, set[str]] = {
    "signal": SIGNALS | {"shortage", "similar"},
    "factor": set(ON_TOP),
    "what": SIGNALS,
    "bar": BARS,
    "bars": BARS | {"applied", "dismissed", "hidden", "insufficient_data", "nothing_in_common"},
    "placed": {"up", "level"},
    "source": set(SOURCES),
    "pin": {"consultant", "employer", "self"},
    "dismissal": set(DISMISSALS),
    "vacancy_state": set(STATES),
    "changed": set(Changes.__struct_fields__),
    "dashboard": {key + end for key in LISTS for end in ("", "_none")},
    "working_time": set(get_args(WorkingTime)),
    "shift": set(SHIFTS),
    "contract": set(CONTRACTS),
    "compare": set(MATCHES),
    "language": {*LANGS, "ar", "es", "it", "pl", "pt", "ro", "ru", "tr", "uk"},
    "unknown": {"both", "person", "vacancy"},
    "person": {*LEVELS, "refused", "usual", "likely", "language", "language_none"},
    "vacancy": {"usual", "likely"},
    "show": {"unknown_person", "unknown_vacancy", "unknown_both", "gap", "gap_same"},
    "read": {*get_args(Kind), *get_args(Need), UNSPECIFIED.lower()},
    "reason": {
        *(f"{signal}_{near}" for signal in ("occupation", "wished") for near in NEARNESS),
        *(
            f"{s}_{end}"
            for s in ("working_time", "shifts", "contract")
            for end in ("same", "other")
        ),
        *("must", "must_none", "must_read", "must_sure", "may", "may_none", "may_sure"),
        *("experience", "experience_far", "study_enough", "study_below"),
        *("language", "language_none", "text_kin", "text_far"),
        *("travel", "travel_limit", "travel_same"),
    },
}
"""Per table, what a key can be where the code computes it."""


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def constants(node: ast.expr) -> set[str] | None:
    """What a key can be: the text itself, or either branch; None where it is computed."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        either = constants(node.body), constants(node.orelse)
        return None if either[0] is None or either[1] is None else either[0] | either[1]
    return None


def is_saying(node: ast.AST) -> bool:
    """Whether a node is a call of a `Messages`."""
    if not isinstance(node, ast.Call) or len(node.args) != 2:
        return False
    named = node.func
    if isinstance(named, ast.Call):
        return isinstance(named.func, ast.Name) and named.func.id == "messages"
    return getattr(named, "attr", getattr(named, "id", "")) == "say"


def said() -> set[tuple[str, str]]:
    """Every (table, key) that the code of `matcher` can ask for."""
    spec = importlib.util.find_spec("matcher")
    assert spec is not None
    assert spec.origin is not None
    found: set[tuple[str, str]] = set()
    for path in sorted(Path(spec.origin).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and is_saying(node):
                tables = constants(node.args[0]) or {"working_time", "shift", "contract"}
                keys = constants(node.args[1])
                found |= {(t, key) for t in tables for key in (keys or OPEN[t])}
    return found


def test_everything_that_the_code_says_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert said() == set(messages("nl").keys())


@pytest.mark.parametrize("lang", LANGS)
def test_every_language_has_the_same_sentences_with_the_same_placeholders(lang: Lang) -> None:
    dutch, other = messages("nl").keys(), messages(lang).keys()
    assert other.keys() == dutch.keys()
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in dutch.items()
    }


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_is_empty_and_every_reason_is_more_than_its_placeholders(lang: Lang) -> None:
    for (table, key), text in messages(lang).keys().items():
        assert text.strip() == text != "", (table, key)
        if table == "reason" and not key.endswith(("_same", "_other")):
            bare = "".join(part for part, *_ in string.Formatter().parse(text))
            assert any(letter.isalpha() for letter in bare), (table, key)


def test_a_number_has_a_decimal_comma_but_in_english() -> None:
    assert [messages(lang).number(1234.56, 1) for lang in LANGS] == [
        "1234,6" if lang != "en" else "1234.6" for lang in LANGS
    ]
    assert messages("nl").number(2.4) == "2"


def test_a_key_that_is_not_in_the_table_is_shown_as_it_is() -> None:
    """A language without a name here, say Japanese, is shown by its code."""
    assert messages("nl")("language", "ja") == "ja"
