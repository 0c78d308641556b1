"""A person's own overview: what stands where, and the same as a page that everybody can read."""

from __future__ import annotations

import datetime as dt
import io
import re
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import pytest
from rich.console import Console

from competent_data.formats.sample import Sample
from competent_data.records import (
    LANGS,
    Changes,
    Correction,
    Event,
    EventKind,
    Lang,
    Person,
    Pin,
    Place,
    Source,
    Vacancy,
)
from competent_data.store import Store, UnknownId
from matcher.dashboard import Dashboard, dashboard, state
from matcher.engine import Engine
from matcher.messages import messages
from matcher.page import page
from matcher.printed import print_dashboard
from matcher.sections import sections

TODAY = dt.date(2026, 11, 2)
NOON = dt.datetime(2026, 10, 1, 12)
COOK = Vacancy(id="kok", title="Kok", employer="De Pan", place="9000", lang="nl")
NASTY = "<script>alert('x')</script> & \"co\""
VOID = {"meta", "wbr"}


def event(
    day: int,
    vacancy: str,
    kind: EventKind,
    reason: str | None = None,
    source: Source | None = None,
    person: str = "p",
) -> Event:
    """What somebody did so many days after the first."""
    return Event(
        id=f"{person}-{day}-{vacancy}-{kind}",
        person=person,
        vacancy=vacancy,
        kind=kind,
        when=NOON + dt.timedelta(days=day),
        reason=reason,
        provenance=source,
    )


def pin(id_: str, vacancy: str, by: str, **more: str) -> Pin:
    """What somebody decided."""
    value = {"person": "p", "reason": "past", "when": NOON, **more}
    return msgspec.convert({"id": id_, "vacancy": vacancy, "by": by, **value}, Pin)


@pytest.fixture
def lived(store: Store) -> Store:
    """A store in which a person did a bit of everything, and somebody else too."""
    store.put_people([Person(id="p"), Person(id="q")])
    store.put_places(
        [Place(nis="44021", names={"nl": "Gent", "fr": "Gand"}, postcodes=("9000",), lat=51, lon=4)]
    )
    store.put_vacancies(
        [
            COOK,
            Vacancy(id="bar", title="Barman", lang="fr", valid_through=TODAY),
            Vacancy(id="old", title="Ober", valid_through=TODAY - dt.timedelta(1)),
            Vacancy(id="soon", title="Bakker", valid_from=TODAY + dt.timedelta(1)),
        ]
    )
    store.put_events(
        [
            event(0, "kok", "viewed", source="similar"),
            event(1, "kok", "saved", source="similar"),
            event(2, "kok", "applied"),
            event(9, "kok", "hired"),
            event(1, "bar", "saved"),
            event(4, "bar", "saved", source="competences"),
            event(3, "gone", "saved"),
            event(1, "old", "saved"),
            event(5, "old", "dismissed", reason="too-far"),
            event(6, "soon", "dismissed", reason="baas is mijn ex"),
            event(5, "old", "applied", person="q"),
        ]
    )
    store.put_pins(
        [
            pin("n1", "kok", "consultant"),
            pin("n2", "soon", "employer"),
            pin("n3", "bar", "consultant", kind="hide", reason="al iemand gevonden"),
            pin("n4", "kok", "employer", person="q"),
        ]
    )
    changes = Changes(competences={"c": "attested"}, languages=None, travel_km=9.0)
    store.put_corrections(
        [Correction(id="c", person="p", by="self", reason="x", when=NOON, changes=changes)]
    )
    return store


def test_everything_stands_in_its_list_newest_first(lived: Store) -> None:
    """The last save of a vacancy counts; one that was acted on is no longer merely saved, though
    one that is hidden is."""
    found = dashboard(lived, "p", TODAY)
    assert [one.vacancy.id for one in found.saved] == ["bar", "gone"]
    assert [one.vacancy.id for one in found.applied] == ["kok"]
    assert [one.vacancy.id for one in found.dismissed] == ["soon", "old"]
    assert [(one.pin, one.by, one.reason) for one in found.suggested] == [
        ("n1", "consultant", "past"),
        ("n2", "employer", "past"),
    ]
    assert [(one.pin, one.vacancy.id, one.reason) for one in found.hidden] == [
        ("n3", "bar", "al iemand gevonden")
    ]
    assert [one.fields for one in found.corrected] == [("competences", "languages", "travel_km")]


def test_an_application_tells_when_from_whom_and_what_came_of_it(lived: Store) -> None:
    (found,) = dashboard(lived, "p", TODAY).applied
    assert found.when == NOON + dt.timedelta(days=2)
    assert found.sources == ("similar", "consultant")
    assert (found.hired, found.at_work_6m) == (NOON + dt.timedelta(days=9), None)


def test_somebody_who_is_known_to_be_hired_applied(lived: Store) -> None:
    lived.put_events([event(20, "gone", "at_work_6m"), event(8, "gone", "hired")])
    found = dashboard(lived, "p", TODAY).applied[0]
    assert (found.vacancy.id, found.when) == ("gone", NOON + dt.timedelta(days=8))
    assert found.at_work_6m == NOON + dt.timedelta(days=20)


def test_a_dismissal_tells_its_reason_in_the_readers_language_or_in_their_own_words(
    lived: Store,
) -> None:
    for lang, far in (("nl", "te ver"), ("fr", "trop loin")):
        found = dashboard(lived, "p", TODAY, lang)  # type: ignore[arg-type]
        assert [(one.reason, one.text) for one in found.dismissed] == [
            ("baas is mijn ex", "baas is mijn ex"),
            ("too-far", far),
        ]


def test_each_vacancy_tells_whether_it_is_still_open(lived: Store) -> None:
    """On its last day it is; the one that hired is filled; one that is not in the store shows its
    id."""
    found = dashboard(lived, "p", TODAY)
    states = {one.vacancy.id: one.vacancy.state for one in (*found.saved, *found.dismissed)}
    assert states == {"bar": "open", "gone": "unknown", "old": "expired", "soon": "not_yet_open"}
    assert found.applied[0].vacancy.state == "filled"
    assert found.saved[1].vacancy.title == "gone"
    assert state(COOK, TODAY) == "open"


def test_a_place_is_named_in_the_readers_language(lived: Store) -> None:
    for lang, name in (("nl", "Gent"), ("fr", "Gand"), ("en", "9000")):
        found = dashboard(lived, "p", TODAY, lang)  # type: ignore[arg-type]
        assert found.applied[0].vacancy.place == name


def test_of_somebody_without_a_dossier_the_history_is_shown_and_of_nobody_nothing(
    lived: Store,
) -> None:
    lived.put_events([event(0, "kok", "saved", person="later")])
    assert [one.vacancy.id for one in dashboard(lived, "later", TODAY).saved] == ["kok"]
    with pytest.raises(UnknownId, match="'nobody'"):
        dashboard(lived, "nobody", TODAY)


def test_everybody_of_the_sample_has_each_vacancy_once_in_what_they_did(
    engine: Engine, sample: Sample
) -> None:
    for person in sample.people:
        found = dashboard(engine.store, person.id, TODAY)
        did = [one.vacancy.id for one in (*found.saved, *found.applied, *found.dismissed)]
        assert len(did) == len(set(did))
        for entries in (found.saved, found.applied, found.dismissed):
            assert all(one.when >= other.when for one, other in pairwise(entries))
        events = engine.store.events(person.id)
        wanted = {e.vacancy for e in events if e.kind not in ("shown", "viewed")}
        assert set(did) == wanted


# -- as words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_every_list_has_its_columns_in_every_language(lived: Store, lang: Lang) -> None:
    found = sections(dashboard(lived, "p", TODAY, lang))
    assert [s.key for s in found] == [
        "saved",
        "applied",
        "dismissed",
        "suggested",
        "hidden",
        "corrected",
    ]
    for section in found:
        assert section.rows
        assert {len(row) for row in section.rows} == {len(section.columns)}
        assert all(cell.text for row in section.rows for cell in row)


def test_the_terminal_shows_what_the_page_shows(lived: Store) -> None:
    found = dashboard(lived, "p", TODAY)
    console = Console(file=io.StringIO(), width=300, highlight=False)
    print_dashboard(console, found)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for section in sections(found):
        assert f"{section.title} ({len(section.rows)})" in text
        for cell in (cell for row in section.rows for cell in row):
            assert cell.text in text
            assert cell.text in read(page(found)).text


def test_brackets_are_no_markup_on_the_terminal(lived: Store) -> None:
    lived.put_vacancies([msgspec.structs.replace(COOK, title="[red]Kok[/red]")])
    console = Console(file=io.StringIO(), width=300, highlight=False)
    print_dashboard(console, dashboard(lived, "p", TODAY))
    assert "[red]Kok[/red]" in console.file.getvalue()  # type: ignore[attr-defined]


# -- as a page ---------------------------------------------------------------------------------


class Read(HTMLParser):
    """A page as it is read: its elements with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of some kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]


def read(html: str) -> Read:
    """A page, read to its end."""
    found = Read()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


def nasty(found: Dashboard) -> Dashboard:
    """The same with every text one that would be markup."""
    dismissed = tuple(msgspec.structs.replace(one, text=NASTY) for one in found.dismissed)
    vacancy = msgspec.structs.replace(
        found.applied[0].vacancy, title=NASTY, employer=NASTY, place=NASTY
    )
    applied = (msgspec.structs.replace(found.applied[0], vacancy=vacancy),)
    hidden = tuple(msgspec.structs.replace(one, reason=NASTY) for one in found.hidden)
    return msgspec.structs.replace(
        found, person=NASTY, dismissed=dismissed, applied=applied, hidden=hidden
    )


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_its_language_and_has_a_title_and_one_heading_of_each_list(
    lived: Store, lang: Lang
) -> None:
    html = page(dashboard(lived, "p", TODAY, lang))
    found = read(html)
    assert html.startswith("<!DOCTYPE html>\n")
    assert found.all("html") == [{"lang": lang}]
    assert len(found.all("title")) == len(found.all("h1")) == len(found.all("main")) == 1
    assert len(found.all("h2")) == len(found.all("section")) == 6
    assert not found.all("h3")
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {section["aria-labelledby"] for section in found.all("section")} == set(ids)


def test_every_table_has_a_caption_and_every_heading_cell_its_scope(lived: Store) -> None:
    found = read(page(dashboard(lived, "p", TODAY)))
    assert len(found.all("table")) == len(found.all("caption")) == 6
    assert {cell["scope"] for cell in found.all("th")} == {"col", "row"}
    rows = len(found.all("tr")) - len(found.all("table"))
    assert sum(cell["scope"] == "row" for cell in found.all("th")) == rows
    assert all(section["tabindex"] == "0" for section in found.all("section"))


def test_a_list_that_holds_nothing_is_a_sentence_and_no_table(store: Store) -> None:
    store.put_people([Person(id="p")])
    found = read(page(dashboard(store, "p", TODAY)))
    assert not found.all("table")
    for key in ("saved", "applied", "dismissed", "suggested", "hidden", "corrected"):
        assert messages("nl")("dashboard", f"{key}_none") in found.text


def test_the_page_asks_for_nothing_from_outside_and_runs_nothing(lived: Store) -> None:
    html = page(nasty(dashboard(lived, "p", TODAY)))
    found = read(html)
    assert not found.all("script", "link", "img", "iframe", "object", "form", "base", "a")
    assert not re.search(r"url\(|@import|https?:", html)
    asking = {"src", "href", "style", "srcset", "action"}
    for _, attributes in found.elements:
        assert not asking & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)


def test_every_text_is_escaped_and_read_as_it_was_written(lived: Store) -> None:
    html = page(nasty(dashboard(lived, "p", TODAY)))
    assert "alert('x')" not in html
    assert "<script" not in html
    assert read(html).text.count(NASTY) == 8


def test_a_title_in_another_language_says_so(lived: Store) -> None:
    spans = read(page(dashboard(lived, "p", TODAY))).all("span")
    assert spans == [{"lang": "fr"}] * 2


def test_a_long_word_may_be_broken_and_is_read_whole(lived: Store) -> None:
    """41 letters: 20, 20 and 1 would leave a letter alone, so there is one place to break."""
    lived.put_vacancies([msgspec.structs.replace(COOK, title="w" * 41)])
    html = page(dashboard(lived, "p", TODAY))
    assert "w" * 20 + "<wbr>" + "w" * 21 in html
    assert "w" * 41 in read(html).text


def test_colours_differ_enough_to_be_read() -> None:
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for lines; every colour on the darkest background."""
    style = page(
        Dashboard(
            person="p",
            lang="nl",
            today=TODAY,
            saved=(),
            applied=(),
            dismissed=(),
            suggested=(),
            hidden=(),
            corrected=(),
        )
    )
    backgrounds = re.findall(r"background: (#\w+)", style)
    texts = re.findall(r"(?<![-\w])color: (#\w+)", style)
    lines = re.findall(r"solid (#\w+)", style)
    assert len(backgrounds) == 2
    assert texts
    assert lines
    for background in backgrounds:
        assert min(contrast(text, background) for text in texts) >= 4.5
        assert min(contrast(line, background) for line in lines) >= 3


def contrast(one: str, other: str) -> float:
    """How much two colours differ, from 1 to 21: WCAG's formula."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """How bright a colour is, in [0, 1]: WCAG's formula."""
    digits = colour.removeprefix("#")
    whole = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
