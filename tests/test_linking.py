"""Lines of text linked to concepts: in their order, best first, nothing where nothing is known."""

from __future__ import annotations

import pytest

from competent_data.formats.intake import FormatError
from matcher.engine import Engine
from matcher.linking import link_lines


def test_each_line_is_answered_in_its_order_with_at_most_top_links(engine: Engine) -> None:
    lines = ["a\theftruck besturen\n", "b\tmetselen\n", "c\t\n"]
    answers = list(link_lines(lines, engine, "competence", "nl", 3, None))
    assert [answer["id"] for answer in answers] == ["a", "b", "c"]
    assert [len(answer["links"]) for answer in answers] == [3, 3, 0]
    for answer in answers:
        scores = [link["score"] for link in answer["links"]]
        assert scores == sorted(scores, reverse=True)


def test_a_label_is_linked_to_its_own_concept(engine: Engine) -> None:
    answers = link_lines(["a\tmetselaar\n"], engine, "occupation", "nl", 1, "sample")
    (link,) = next(answers)["links"]
    assert (link["uri"], link["label"], link["span"]) == ("sample:metselaar", "metselaar", (0, 9))


def test_a_line_without_a_tab_is_refused_by_its_number(engine: Engine) -> None:
    lines = ["a\tkok\n", "kok\n"]
    with pytest.raises(FormatError, match=r"line 2: found 'kok.*', expected an id, a tab"):
        list(link_lines(lines, engine, "occupation", "nl", 1, None))


def test_a_scheme_that_was_not_fitted_is_refused_with_those_that_were(engine: Engine) -> None:
    with pytest.raises(FormatError, match=r"scheme 'esco' was fitted; expected one of sample"):
        list(link_lines(["a\tkok\n"], engine, "occupation", "nl", 1, "esco"))
