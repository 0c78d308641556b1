"""What users of such systems miss most: short names, signs, variants, noise. One test for each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from competent_data.records import Lang
from competent_data.store import Store
from competent_data.text import MAX_CHARS
from matcher.engine import Engine
from matcher.fit import fit
from matcher.labels import Labels
from matcher.linking import Kind, link_lines
from matcher.reading import Reading, read
from matcher.settings import Settings
from tests import small


@pytest.fixture(scope="module")
def engine(sample_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The sample fitted as users fit it: what is tested here is what was learnt."""
    settings = Settings.at(sample_settings.store, str(tmp_path_factory.mktemp("learnt") / "fitted"))
    with Store(settings.store) as store:
        fit(store, settings.artefact, lambda _share, _what: None)
    return Engine.open(settings)


def reading(engine: Engine, text: str, lang: Lang = "nl") -> Reading:
    """All that is read in a text with what the sample taught."""
    return read(text, lang, engine.vectoriser, Labels(engine.store, lang), engine.market.places)


def competences(engine: Engine, text: str, lang: Lang = "nl") -> set[str]:
    """Ids of what is read."""
    return {c.id.removeprefix("sample:") for c in reading(engine, text, lang).competences}


def requirements(engine: Engine, text: str, lang: Lang = "nl") -> set[tuple[str, str, str | None]]:
    """Kind, value and level of what is read."""
    return {(r.kind, r.value, r.level) for r in reading(engine, text, lang).requirements}


def best(engine: Engine, texts: Sequence[str], kind: Kind = "occupation") -> list[str]:
    """The best concept of each line."""
    lines = [f"{i}\t{text}\n" for i, text in enumerate(texts)]
    return [
        answer["links"][0]["uri"].removeprefix("sample:") if answer["links"] else ""
        for answer in link_lines(lines, engine, kind, "nl", 1, None)
    ]


@pytest.mark.parametrize(
    ("name", "id_"),
    [("C", "s:c"), ("C#", "s:csharp"), ("C++", "s:cpp"), ("R", "s:r"), (".NET", "s:net")],
)
def test_a_short_name_is_itself_and_no_other(name: str, id_: str) -> None:
    v = small.vectoriser()
    ids = list(v.competences_)
    for text in (f"Programmeren in {name}.", f"- {name}\n- koken", f"Ken je {name}?"):
        named = {ids[m.competence] for m in v.linker.link(text, "nl")}
        assert named & {"s:c", "s:csharp", "s:cpp", "s:r", "s:net"} == {id_}


@pytest.mark.parametrize(
    "text",
    [
        "Rijbewijs C is een must.",
        "Rijbewijzen B, C en CE",
        "Permis de conduire C exigé",
        "Onze afdeling R&D groeit.",
        "Vitamine C en hepatitis C",
        "Niveau C of R",
        "groep C",
    ],
)
def test_a_letter_that_is_a_category_names_no_language(text: str) -> None:
    v = small.vectoriser()
    ids = list(v.competences_)
    named = {ids[m.competence] for m in v.linker.link(text, "nl")}
    assert not named & {"s:c", "s:r"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rijbewijs C is een must.", ("licence", "C", None)),
        ("RIJBEWIJS C", ("licence", "C", None)),
        ("In het bezit van VCA", ("certificate", "VCA-B", None)),
        ("Nederlands B2", ("language", "nl", "B2")),
    ],
)
def test_licences_certificates_and_levels_are_told_apart(
    engine: Engine, text: str, expected: tuple[str, str, str | None]
) -> None:
    assert requirements(engine, text) == {expected}


@pytest.mark.parametrize(
    "marked",
    ["{} (m/v/x)", "{} (M/V/X)", "{} m/v/x", "{} (v/m)", "{} h/f", "{} (h/f/x)", "{} (f/m/d)"],
)
def test_gender_markers_change_nothing(engine: Engine, marked: str) -> None:
    plain, other = "magazijnier", marked.format("magazijnier")
    assert best(engine, [plain, other]) == ["magazijnier", "magazijnier"]
    encode = engine.vectoriser.encoder.encode
    assert (encode([plain]) == encode([other])).all()


@pytest.mark.parametrize(
    "variant",
    ["heftruckchauffeur", "heftruck-chauffeur", "heftruck chauffeur", "Heftruck‑chauffeur"],
)
def test_hyphens_and_compounds_are_one(engine: Engine, variant: str) -> None:
    assert best(engine, [variant]) == ["heftruckchauffeur"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("verpleegkundge", "verpleegkundige"),
        ("vrachtwagenchaufeur", "vrachtwagenchauffeur"),
        ("magazijnnier", "magazijnier"),
        ("metsellaar", "metselaar"),
    ],
)
def test_misspelt_titles_are_understood(engine: Engine, written: str, meant: str) -> None:
    assert best(engine, [written]) == [meant]
    assert [o.id for o in reading(engine, written).occupations][:1] == [f"sample:{meant}"]


def test_misspelt_competences_are_linked(engine: Engine) -> None:
    assert best(engine, ["heftruk besturen", "murren schilderen"], "competence") == [
        "heftruck-besturen",
        "muren-schilderen",
    ]


def test_capitals_throughout_change_nothing(engine: Engine) -> None:
    text = "Je kan een heftruck besturen en muren en plafonds schilderen"
    assert "heftruck-besturen" in competences(engine, text)
    assert competences(engine, text) <= competences(engine, text.upper())


def test_remains_of_html_change_nothing(engine: Engine) -> None:
    text = "heftruck besturen\nmuren en plafonds schilderen"
    marked = (
        '<ul style="margin:0"><li>heftruck&nbsp;besturen</li>\n'
        "<li><b>muren</b> en plafonds schilderen<br/></li></ul><!-- einde -->"
    )
    assert competences(engine, text) == competences(engine, marked) != set()


def test_emoji_change_nothing(engine: Engine) -> None:
    assert competences(engine, "🚜 heftruck besturen 🙂👷‍♀️") == competences(
        engine, "heftruck besturen"
    )


@pytest.mark.parametrize("text", ["", " \n\t ", "​"])
def test_an_empty_text_says_nothing(engine: Engine, text: str) -> None:
    assert reading(engine, text).nothing
    assert best(engine, [text.strip()]) == [""]


def test_a_text_of_200_000_letters_is_read_up_to_its_bound(engine: Engine) -> None:
    text = ("heftruck besturen en nog veel meer. " * 6_000)[:200_000]
    found = reading(engine, text)
    assert len(found.text) == MAX_CHARS
    assert "sample:heftruck-besturen" in {c.id for c in found.competences}


def test_languages_may_be_mixed_in_one_text(engine: Engine) -> None:
    text = (
        "Je kan een heftruck besturen. Vous parlez français couramment. You know C++ and SQL. "
        "Rijbewijs B ou permis C."
    )
    found = reading(engine, text)
    assert {"heftruck besturen", "C++", "SQL"} <= {c.words for c in found.competences}
    read_ = {(r.kind, r.value, r.level) for r in found.requirements}
    assert {("language", "fr", "C1"), ("licence", "B", None), ("licence", "C", None)} <= read_


@pytest.mark.parametrize(
    "text", ["Требуется водитель", "招聘司机", "مطلوب سائق", "ζητείται οδηγός"]
)
def test_other_scripts_are_not_guessed_at(engine: Engine, text: str) -> None:
    assert reading(engine, text).nothing
    assert best(engine, [text]) == [""]


@pytest.mark.parametrize("text", ["Asdf qwer zxcv.", "x" * 300, "1234 5678", "…—!?", "qwertyuiop"])
def test_nothing_found_is_said_as_such(engine: Engine, text: str) -> None:
    assert reading(engine, text).nothing
