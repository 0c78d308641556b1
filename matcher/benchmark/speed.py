"""How fast texts are read, on one core, beside what a user would pick instead, in the same run.

Each row does the same work on the same texts: the occupations of a title, or the occupations and
competences of a whole advertisement, with the words that each was read in. What is compared does
less: it finds no words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from sklearn.feature_extraction.text import TfidfVectorizer

from competent_data.taxonomy import Taxonomy
from competent_data.text import fold, plain
from matcher.benchmark.judged import Advertisement, Judged
from matcher.engine import Engine
from models.needs import Needs
from models.requirements import requirements
from models.vectoriser import Vectoriser

TITLES, BY_LETTERS = 1_000, 40
"""So many titles are read; edit distance over all labels is so slow that it gets few of them."""
LENGTH, TEXTS = 2_500, 100
"""Letters of a whole advertisement, and how many are read: real ones, run on where too short."""


@dataclass(frozen=True)
class Speed:
    """What was done, by whom, and how many texts a second; `times` is ours by theirs."""

    work: str
    by: str
    a_second: float
    times: float | None = None


def speeds(
    titles: Judged, advertisements: Sequence[Advertisement], engine: Engine
) -> Iterator[Speed]:
    """Titles → occupations and advertisements → all that is read in them, ours and others'."""
    texts, whole = _texts(titles, advertisements)
    taxonomy = Taxonomy.load(engine.store)
    ours = list(own_speeds(titles, advertisements, engine, "ours"))
    labels = [fold(label.text) for label in taxonomy.occupation_labels]
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    matrix = characters.fit_transform(labels).T.tocsc()
    yield ours[0]
    yield from _beside(
        ours[0],
        {
            "rapidfuzz": (
                BY_LETTERS,
                lambda: [process.extract(fold(t), labels, limit=10) for t in texts[:BY_LETTERS]],
            ),
            "character TF-IDF": (
                len(texts),
                lambda: (characters.transform(map(fold, texts)) @ matrix).max(axis=1),
            ),
        },
    )
    skills = [fold(label.text) for label in taxonomy.competence_labels]
    words = TfidfVectorizer(sublinear_tf=True)
    product = words.fit_transform(skills).T.tocsc()
    yield ours[1]
    yield from _beside(
        ours[1],
        {
            "rapidfuzz, competences": (
                2,
                lambda: [process.extract(fold(t), skills, limit=10) for t in whole[:2]],
            ),
            "word TF-IDF, competences": (
                len(whole),
                lambda: (words.transform(whole) @ product).max(axis=1),
            ),
        },
    )
    vectoriser = engine.vectoriser
    yield Speed(
        "the same, competences by label alone",
        "ours",
        _a_second((len(whole), lambda: _linked(vectoriser, whole))),
    )
    yield Speed(
        "must, may, not; requirements",
        "ours",
        _a_second((len(whole), lambda: [requirements(t, Needs.read(t, "en")) for t in whole])),
    )


def own_speeds(
    titles: Judged, advertisements: Sequence[Advertisement], engine: Engine, by: str
) -> Iterator[Speed]:
    """What is read in titles and in advertisements, by what was fitted alone."""
    texts, whole = _texts(titles, advertisements)
    reader = engine.vectoriser.reader
    yield Speed(
        "a title → occupations",
        by,
        _a_second((len(texts), lambda: reader.read(texts, titles.lang))),
    )
    yield Speed(
        f"{LENGTH} letters → occupations, competences",
        by,
        _a_second((len(whole), lambda: _read(engine.vectoriser, whole))),
    )


def _texts(titles: Judged, advertisements: Sequence[Advertisement]) -> tuple[list[str], list[str]]:
    return [text for _, text in titles.queries[:TITLES]], _whole(advertisements)


def _whole(advertisements: Sequence[Advertisement]) -> list[str]:
    run_on = "\n".join(plain(f"{row.title}\n{row.text}") for row in advertisements)
    starts = range(0, min(len(run_on), LENGTH * TEXTS), LENGTH)
    return [run_on[start : start + LENGTH] for start in starts]


def _read(vectoriser: Vectoriser, texts: Sequence[str]) -> int:
    found = vectoriser.texts.read(texts, ["en"] * len(texts))
    return len(found) + len(vectoriser.reader.read(texts, "en").concepts)


def _linked(vectoriser: Vectoriser, texts: Sequence[str]) -> int:
    found = [vectoriser.linker.link(text, "en") for text in texts]
    return len(found) + len(vectoriser.reader.read(texts, "en").concepts)


Work = tuple[int, Callable[[], object]]


def _beside(ours: Speed, others: dict[str, Work]) -> Iterator[Speed]:
    for name, work in others.items():
        theirs = _a_second(work)
        yield Speed(ours.work, name, theirs, ours.a_second / theirs)


def _a_second(work: Work) -> float:
    """Texts a second, the better of two rounds: the first fills what is kept at hand."""
    count, do = work
    best = float("inf")
    for _ in range(2):
        started = time.perf_counter()
        do()
        best = min(best, time.perf_counter() - started)
    return count / best
