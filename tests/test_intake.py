"""What all importers share: batches, refusals, reports and files that can't be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Refusal,
    Report,
    convert,
    decode,
    open_text,
    read_csv,
    read_text,
    short,
    store_batches,
)
from competent_data.records import Event

Written = Callable[[str, str | bytes], Path]


@given(st.integers(0, 12), st.integers(1, 5))
def test_batches_hold_everything_in_order_and_tell_only_what_is_put(n: int, size: int) -> None:
    put: list[int] = []
    told: list[tuple[int, int]] = []

    def away(batch: Sequence[int]) -> None:
        assert 0 < len(batch) <= size
        put.extend(batch)

    count = store_batches(range(n), away, lambda said: told.append((said, len(put))), size)
    assert (count, put) == (n, list(range(n)))
    assert [said for said, _ in told] == [min(n, k) for k in range(size, n + size, size)]
    assert all(said == there for said, there in told)


def test_a_batch_that_fails_is_not_told() -> None:
    told: list[int] = []

    def full(_: Sequence[int]) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store_batches(range(3), full, told.append, 2)
    assert told == []


@pytest.mark.parametrize(
    ("stored", "refused", "status"), [(2, 0, 0), (2, 1, 1), (0, 1, 2), (0, 0, 2)]
)
def test_the_exit_status_tells_all_some_or_nothing(stored: int, refused: int, status: int) -> None:
    report = Report(refused=[Refusal("f", 1, "id", "nothing", "an id")] * refused)
    report.stored["people"] = stored
    assert report.exit_status == status


def test_a_refusal_says_where_what_and_what_instead() -> None:
    refusal = Misfit("hours", "veel", "a number").at("v.csv", 12)
    assert str(refusal) == "v.csv:12: hours: found 'veel', expected a number"


def test_a_long_value_is_cut_and_an_empty_one_is_called_nothing() -> None:
    assert short("x" * 80) == "'" + "x" * 58 + "…"
    assert short(None) == short("") == "nothing"
    assert short(0) == "0"


@pytest.mark.parametrize(
    ("changed", "field", "expected"),
    [
        ({"when": "morgen"}, "when", "a date as 2026-11-02T09:00:00"),
        (
            {"kind": "seen"},
            "kind",
            "one of applied, at_work_6m, dismissed, hired, saved, shown, viewed",
        ),
        ({"person": None}, "person", "str"),
        ({"who": "x"}, "who", "only id, person, vacancy, kind, when, reason, provenance"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_field(
    changed: dict[str, object], field: str, expected: str
) -> None:
    value = {
        "id": "e",
        "person": "p",
        "vacancy": "v",
        "kind": "saved",
        "when": "2026-11-02T09:00:00",
    }
    assert convert(value, Event).id == "e"
    with pytest.raises(Misfit) as error:
        convert(value | changed, Event)
    assert (error.value.field, error.value.expected) == (field, expected)


@pytest.mark.parametrize("line", ["{", "nul", '{"a": 1} {"b": 2}', b"\xff"])
def test_a_line_that_is_no_json_is_a_misfit(line: bytes | str) -> None:
    with pytest.raises(Misfit, match="expected one JSON object"):
        decode(line)


@pytest.mark.parametrize("name", ["t.txt", "t.txt.gz"])
def test_text_reads_plain_or_gzipped_without_its_byte_order_mark(
    written: Written, name: str
) -> None:
    assert read_text(written(name, "\ufeffcafé")) == "café"


def test_what_can_not_be_read_is_said_in_one_sentence(written: Written, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="can't be read: Is a directory"):
        open_text(tmp_path)
    false_gz = written("t.txt", "plain").rename(tmp_path / "t.gz")
    with pytest.raises(FormatError, match="can't be read as UTF-8 text: Not a gzipped file"):
        read_text(false_gz)


def test_csv_rows_come_with_the_line_that_they_end_on() -> None:
    lines = ["id,text\n", 'a,"one\n', 'two"\n', "b\n"]
    assert list(read_csv(lines, "f", ("id",))) == [
        (3, {"id": "a", "text": "one\ntwo"}),
        (4, {"id": "b", "text": ""}),
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "f: column 'id' is missing; found nothing"),
        (["a,b\n"], "f: column 'id' is missing; found a, b"),
    ],
)
def test_a_csv_without_its_columns_is_refused(lines: list[str], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        list(read_csv(lines, "f", ("id",)))
