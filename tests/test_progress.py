"""What is told while something takes long."""

from __future__ import annotations

import pytest

from matcher.progress import ProgressBar


def test_away_from_a_terminal_each_new_message_is_one_line_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ProgressBar() as told:
        told(0.1, "reading")
        told(0.2, "reading")
        told(1.0, "100 stored")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "reading\n100 stored\n"


def test_a_bar_that_never_appeared_closes_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar():
        pass
    assert capsys.readouterr() == ("", "")


def test_an_error_inside_passes_through() -> None:
    with pytest.raises(KeyError, match="lost"), ProgressBar():
        raise KeyError("lost")


def test_on_a_terminal_what_is_quick_shows_no_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with ProgressBar() as told:
        told(0.5, "half")
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_what_takes_longer_shows_a_bar_with_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("matcher.progress.PATIENCE_SECONDS", 0.0)
    with ProgressBar() as told:
        told(0.25, "a quarter")
        told(0.5, "half")
    out, err = capsys.readouterr()
    assert out == ""
    assert "half" in err
    assert "50 %" in err
