"""Judged sets as they lie in the reference data, which are only ever ranked, never learnt from."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from competent_data.formats.intake import FormatError
from competent_data.store import Store
from matcher.settings import REFERENCE_DATA

TITLES = {"deu": "de", "aut": "de", "fra": "fr", "usa": "en"}
SIMILAR = ("nl", "en", "fr", "de")
_SURE = ("exact", "close")


@dataclass(frozen=True)
class Judged:
    """Queries (id, text) in a language, and by query the ids of what is right."""

    name: str
    lang: str
    queries: tuple[tuple[str, str], ...]
    relevant: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Advertisement:
    """A real advertisement with the occupation that an expert gave it, and a seeker's sentence."""

    id: str
    title: str
    text: str
    occupation: str
    seeker: str


def reference_data() -> Path:
    """The folder of the reference data.

    Raises:
        FormatError: MATCHER_REFERENCE_DATA is not set or names no folder.
    """
    named = os.environ.get(REFERENCE_DATA)
    if not named or not Path(named).is_dir():
        raise FormatError(
            f"{REFERENCE_DATA} is {named or 'not set'}; expected the folder that holds data/ and "
            "bench/"
        )
    return Path(named)


def titles(folder: Path) -> Iterator[Judged]:
    """National job titles → ESCO occupations."""
    for name, lang in TITLES.items():
        yield _judged(f"titles {name}", lang, folder / "titles" / name)


def sentences(folder: Path) -> Judged:
    """English sentences of advertisements → ESCO competences."""
    return _judged("SkillSkape dev", "en", folder / "skills_en" / "skillskape_dev")


def similar_titles(folder: Path) -> Iterator[tuple[Judged, tuple[tuple[str, str], ...]]]:
    """Titles → titles alike, in each language, with the titles to rank."""
    for lang in SIMILAR:
        place = folder / "title_similarity" / lang
        relevant: dict[str, set[str]] = {}
        for query, _, document, _ in _rows(place / "annotations.tsv"):
            relevant.setdefault(query, set()).add(document)
        documents = _pairs(place / "corpus_documents.tsv")
        yield (
            Judged(
                f"similarity {lang}",
                lang,
                _pairs(place / "queries.tsv"),
                {query: frozenset(ids) for query, ids in relevant.items()},
            ),
            documents,
        )


def advertisements(folder: Path) -> list[Advertisement]:
    """Real English advertisements."""
    path = folder / "vacancies_en" / "vacancies.jsonl"
    return [
        Advertisement(r["id"], r["title"], r["description"], r["occupation"], r["seeker"])
        for r in map(json.loads, path.read_text("utf-8").splitlines())
    ]


def whole(rows: Sequence[Advertisement]) -> Judged:
    """Advertisements, title and text, → the occupation that an expert gave them."""
    return Judged(
        "advertisements",
        "en",
        tuple((row.id, f"{row.title}\n{row.text}") for row in rows),
        {row.id: frozenset({row.occupation}) for row in rows},
    )


def competent(store: Store, scheme: str = "competent") -> Iterator[Judged]:
    """COMPETENT's labels → the ESCO concepts that they map to exactly or closely.

    `store` holds COMPETENT beside ESCO; what is judged was fitted without it.
    """
    ids = [id_ for id_, in_ in store.rows("concept", "id", "scheme") if in_ == scheme]
    concepts = store.concepts(ids)
    relevant: dict[str, set[str]] = {}
    for source, kind, target in store.rows("relation", "source", "kind", "target"):
        if source in concepts and kind in _SURE:
            relevant.setdefault(source, set()).add(target)
    for lang in ("nl", "fr"):
        for occupations in (False, True):
            if occupations and lang == "fr":
                continue
            queries = tuple(
                (id_, concept.labels[lang])
                for id_, concept in concepts.items()
                if (concept.kind == "occupation") == occupations
                and lang in concept.labels
                and id_ in relevant
            )
            what = "occupations" if occupations else "competences"
            yield Judged(
                f"COMPETENT {what} {lang}",
                lang,
                queries,
                {id_: frozenset(relevant[id_]) for id_, _ in queries},
            )


def _judged(name: str, lang: str, folder: Path) -> Judged:
    relevant: dict[str, set[str]] = {}
    for query, uri in _rows(folder / "qrels.tsv"):
        relevant.setdefault(query, set()).add(uri)
    return Judged(
        name,
        lang,
        _pairs(folder / "queries.tsv"),
        {query: frozenset(uris) for query, uris in relevant.items()},
    )


def _pairs(path: Path) -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in _rows(path))


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    except OSError as error:
        raise FormatError(
            f"{path} can't be read: {error.strerror}; expected a judged set"
        ) from error
