"""Our own format: lines and TOML tables, each with the line that it stands on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from competent_data.formats.intake import FormatError, Refusal
from competent_data.formats.own import read_lines, read_toml, records
from competent_data.records import Person

Written = Callable[[str, str | bytes], Path]


def test_tables_come_with_the_line_that_each_starts_on(written: Written) -> None:
    path = written(
        "p.toml", '# people\n[[person]]\nid = "a"\n\n  [[ person ]] # second\nid = "b"\n'
    )
    assert list(read_toml(path, "person")) == [(2, {"id": "a"}), (5, {"id": "b"})]


def test_line_ends_of_windows_and_odd_spaces_do_not_shift_the_lines(written: Written) -> None:
    path = written("p.toml", '[[person]]\r\nid = "a\u2028b"\r\n[[person]]\r\nid = "c"\r\n')
    assert [line for line, _ in read_toml(path, "person")] == [1, 3]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"0 lines \[\[person\]\] found"),
        ('[person]\nid = "a"\n', r"0 lines \[\[person\]\] found; expected each person to start"),
        ('person = [{ id = "a" }]\n', r"0 lines \[\[person\]\] found"),
        ('[[person]]\ntext = """\n[[person]]\n"""\n', r"2 lines \[\[person\]\] found"),
        ("[[person]]\nid = a\n", r"p\.toml is no TOML: .*line 2"),
        ("[[person]]\nid = 'é'\n".encode("latin-1"), "can't be read as UTF-8 text"),
    ],
)
def test_a_toml_file_without_such_tables_is_refused(
    written: Written, content: str | bytes, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        list(read_toml(written("p.toml", content), "person"))


@pytest.mark.parametrize("name", ["p.jsonl", "p.jsonl.gz"])
def test_empty_lines_are_passed_over_and_counted(written: Written, name: str) -> None:
    path = written(name, "\ufeff{}\n\n  \n{1}")
    assert list(read_lines(path)) == [(1, "{}\n"), (4, "{1}")]


def test_a_line_that_is_no_text_is_refused(written: Written) -> None:
    with pytest.raises(FormatError, match="can't be read as UTF-8 text"):
        list(read_lines(written("p.jsonl", b"\xff\n")))


def test_records_that_do_not_fit_are_told_apart_from_those_that_do() -> None:
    refused: list[Refusal] = []
    values = [(1, '{"id": "a"}'), (2, "{"), (3, {"id": "b"}), (4, {"id": ""})]
    found = records(iter(values), "f", Person, refused)
    assert [person.id for person in found] == ["a", "b"]
    assert [(refusal.file, refusal.line, refusal.field) for refusal in refused] == [
        ("f", 2, "record"),
        ("f", 4, "id"),
    ]
