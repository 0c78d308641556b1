"""COMPETENT's mapping tables: both headers, the direction of a mapping, profiles by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from competent_data.formats.competent import import_competent
from competent_data.formats.intake import FormatError, Report
from competent_data.records import Concept, ProfileLink
from competent_data.store import Store

PREFACE = "Mapping project name,ESCO,\n" + ",,\n" * 15
COMPETENCES = (
    "Classification 1 URI,Classification 1 URL,Classification 2 URI,Classification 2 ID,"
    "Classification 2 PrefLabel FR,Classification 2 PrefLabel NL,Mapping Relation\n"
)
OCCUPATIONS = (
    "Classification 1 URI,Classification 1 URL,Classification 2 URI,Classification 2 ID,"
    "Classification 2 PrefLabel NL,Classification 2 PrefLabel FR,Mapping relation\n"
)
Written = Callable[[str, str | bytes], Path]
Rows = list[tuple[str, str, str]]


def esco(name: str) -> str:
    return f"http://data.europa.eu/esco/{name}"


def tables(written: Written, competences: Rows, occupations: Rows, suffix: str = "") -> list[Path]:
    """Rows are (COMPETENT code, relation, name in ESCO); labels are made of the code."""
    first = "".join(
        f"u,{esco(t)},uuid,{code},fr {code},nl {code},{r}\n" for code, r, t in competences
    )
    second = "".join(f"u,{esco(t)},,{code},nl {code},fr {code},{r}\n" for code, r, t in occupations)
    return [
        written(f"competences.csv{suffix}", PREFACE + COMPETENCES + first),
        written(f"occupations.csv{suffix}", PREFACE + OCCUPATIONS + second),
    ]


def put_esco(store: Store, profiles: dict[str, dict[str, float]]) -> None:
    names = profiles.keys() | {skill for used in profiles.values() for skill in used}
    store.put_concepts(
        [
            Concept(
                id=esco(name),
                scheme="esco",
                kind="occupation" if name in profiles else "skill",
                labels={"nl": name},
            )
            for name in names
        ]
    )
    store.put_profiles(
        ProfileLink(occupation=esco(occupation), competence=esco(skill), essential=w == 1, weight=w)
        for occupation, used in profiles.items()
        for skill, w in used.items()
    )


def imported(store: Store, written: Written, competences: Rows, occupations: Rows) -> Report:
    return import_competent(store, *tables(written, competences, occupations))


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_both_headers_give_each_label_its_language(
    store: Store, written: Written, suffix: str
) -> None:
    paths = tables(
        written,
        [("KN-1", "skos:exactMatch", "a"), ("SO-3", "skos:exactMatch", "a")],
        [("OP-2", "skos:exactMatch", "b")],
        suffix,
    )
    import_competent(store, *paths)
    found = store.concepts(["competent:KN-1", "competent:SO-3", "competent:OP-2"])
    assert [(c.kind, c.labels) for c in found.values()] == [
        ("knowledge", {"nl": "nl KN-1", "fr": "fr KN-1"}),
        ("soft", {"nl": "nl SO-3", "fr": "fr SO-3"}),
        ("occupation", {"nl": "nl OP-2", "fr": "fr OP-2"}),
    ]


def test_narrow_match_says_that_the_esco_concept_is_the_narrower(
    store: Store, written: Written
) -> None:
    imported(
        store,
        written,
        [("SK-1", "skos:broadMatch", "a")],
        [("OP-1", "skos:narrowMatch", "cocoa-press-operator")],
    )
    assert store.rows("relation", "source", "kind", "target", "weight") == [
        ("competent:OP-1", "narrow", esco("cocoa-press-operator"), 0.75),
        ("competent:SK-1", "broad", esco("a"), 0.5),
    ]


def test_derived_profiles_carry_the_weights_of_both_mappings(
    store: Store, written: Written
) -> None:
    """OP-1 maps exactly (1) to baker and broadly (0.5) to mixer: total 1.5.

    SK-1 is exactly knead: baker 1 · 1 · 1 + mixer 0.5 · 0.5 · 1 = 1.25; / 1.5 = 0.8333: essential.
    SK-2 is closely flour, used by baker as optional: 1 · 0.5 · 0.875 / 1.5 = 0.2917.
    SK-3 is closely knead and narrowly flour: the better of both an occupation:
    baker max(0.875, 0.5 · 0.75), mixer 0.5 · (0.5 · 0.875); together 1.09375 / 1.5 = 0.7292.
    KN-4 is used by no one and has no link.
    """
    put_esco(store, {"baker": {"knead": 1.0, "flour": 0.5}, "mixer": {"knead": 0.5}})
    report = imported(
        store,
        written,
        [
            ("SK-1", "skos:exactMatch", "knead"),
            ("SK-2", "skos:closeMatch", "flour"),
            ("SK-3", "skos:closeMatch", "knead"),
            ("SK-3", "skos:narrowMatch", "flour"),
            ("KN-4", "skos:exactMatch", "yeast"),
        ],
        [("OP-1", "skos:exactMatch", "baker"), ("OP-1", "skos:broadMatch", "mixer")],
    )
    found = store.profile("competent:OP-1")
    assert [(link.competence, link.essential) for link in found] == [
        ("competent:SK-1", True),
        ("competent:SK-3", True),
        ("competent:SK-2", False),
    ]
    weights = [link.weight for link in found]
    assert weights == pytest.approx([1.25 / 1.5, 1.09375 / 1.5, 0.4375 / 1.5])
    assert all(link.derived for link in found)
    assert report.stored["derived profile links"] == 3


def test_without_esco_no_profile_is_derived_and_the_report_says_what_to_do(
    store: Store, written: Written
) -> None:
    rows = [("SK-1", "skos:exactMatch", "a")], [("OP-1", "skos:exactMatch", "b")]
    report = imported(store, written, *rows)
    assert report.notes == [
        "no occupation profiles derived: ESCO's are not in the store; "
        "import ESCO, then COMPETENT again"
    ]
    put_esco(store, {"b": {"a": 1.0}})
    assert imported(store, written, *rows).notes == []
    assert len(store.profile("competent:OP-1")) == 1


def test_an_occupation_row_that_stands_twice_counts_once(store: Store, written: Written) -> None:
    report = imported(
        store,
        written,
        [("SK-1", "skos:exactMatch", "a")],
        [("OP-1", "skos:exactMatch", "b")] * 2,
    )
    assert (report.stored["occupations"], report.stored["mappings"]) == (1, 2)


def test_a_mapping_to_what_is_not_stored_is_kept_and_counted(
    store: Store, written: Written
) -> None:
    put_esco(store, {"b": {"a": 1.0}})
    report = imported(
        store,
        written,
        [("SK-1", "skos:exactMatch", "a"), ("SK-1", "skos:closeMatch", "gone")],
        [("OP-1", "skos:exactMatch", "gone"), ("OP-1", "skos:broadMatch", "gone too")],
    )
    assert dict(report.unresolved) == {
        "competence mappings to a concept that is not in the store": 1,
        "occupation mappings to a concept that is not in the store": 2,
    }
    assert (store.counts()["relation"], report.refused) == (4, [])


def test_a_space_after_a_uri_is_not_part_of_it(store: Store, written: Written) -> None:
    """Two occupation rows of the published table have one."""
    imported(
        store, written, [("SK-1", "skos:exactMatch", "a ")], [("OP-1", "skos:exactMatch", "b")]
    )
    assert ("competent:SK-1", esco("a")) in store.rows("relation", "source", "target")


def test_rows_that_do_not_fit_are_named_and_the_rest_goes_in(
    store: Store, written: Written
) -> None:
    """The preface has sixteen lines, the header stands on line 17, so rows start at line 18."""
    paths = tables(
        written,
        [
            ("OP-1", "skos:exactMatch", "a"),
            ("SK-x", "skos:exactMatch", "a"),
            ("SK-2", "skos:relatedMatch", "a"),
            ("SK-3", "skos:exactMatch", "a"),
        ],
        [("OP-1", "skos:exactMatch", "b")],
    )
    report = import_competent(store, *paths)
    relations = "skos:exactMatch, skos:closeMatch, skos:broadMatch, skos:narrowMatch"
    assert [str(refused) for refused in report.refused] == [
        "competences.csv:18: Classification 2 ID: found 'OP-1', expected a code as KN-123",
        "competences.csv:19: Classification 2 ID: found 'SK-x', expected a code as KN-123",
        "competences.csv:20: Mapping relation: found 'skos:relatedMatch', "
        f"expected one of {relations}",
    ]
    assert (report.stored["competences"], report.exit_status) == (1, 1)


def test_a_line_number_holds_without_a_preface_too(store: Store, written: Written) -> None:
    paths = tables(written, [], [("OP-1", "skos:exactMatch", "b")])
    bare = written(
        "bare.csv",
        f"{COMPETENCES}u,urn:x,,SK-1,f,n,skos:exactMatch\n"
        f"u,{esco('a')},,SK-1,f,n,skos:exactMatch\n",
    )
    refused = import_competent(store, bare, paths[1]).refused
    assert [(r.line, r.field, r.found) for r in refused] == [(2, "Classification 1 URL", "'urn:x'")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "no header with 'Classification 1 URI' found"),
        ("Classification 1 URI,x\n1,2\n", "column 'Classification 1 URL' is missing"),
        (PREFACE + OCCUPATIONS, "no COMPETENT code starting with KN or SK or SO found"),
        ("Compétence".encode("latin-1"), "can't be read as UTF-8 text"),
    ],
)
def test_what_is_no_mapping_table_is_refused_and_nothing_is_stored(
    store: Store, written: Written, content: str | bytes, message: str
) -> None:
    good = tables(written, [], [("OP-1", "skos:exactMatch", "b")])[1]
    with pytest.raises(FormatError, match=message):
        import_competent(store, written("bad.csv", content), good)
    assert not any(store.counts().values())


def test_tables_in_the_wrong_order_are_refused(store: Store, written: Written) -> None:
    first, second = tables(
        written, [("SK-1", "skos:exactMatch", "a")], [("OP-1", "skos:exactMatch", "b")]
    )
    with pytest.raises(FormatError, match="no COMPETENT code starting with KN"):
        import_competent(store, second, first)


def test_putting_it_in_twice_does_not_double(store: Store, written: Written) -> None:
    put_esco(store, {"b": {"a": 1.0}})
    counts = []
    for _ in range(2):
        imported(
            store, written, [("SK-1", "skos:exactMatch", "a")], [("OP-1", "skos:exactMatch", "b")]
        )
        counts.append(store.counts())
    assert counts[0] == counts[1]
