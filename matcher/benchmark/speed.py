"""How fast texts are read, on one core, beside what a user would pick instead, in the same run.

Each row does the same work on the same texts: the best concept of a title, or everything that is
asked in a whole advertisement. What is compared does less (it reads no needs and no spans).
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
from models.needs import Needs
from models.requirements import requirements
from models.vectoriser import Vectoriser

TITLES, BY_LETTERS = 1_000, 40
"""So many titles are read; edit distance over all labels is so slow that it gets few of them."""


@dataclass(frozen=True)
class Speed:
    """What was done, by whom, and how many texts a second; `times` is ours by theirs."""

    work: str
    by: str
    a_second: float
    times: float | None = None


def speeds(
    titles: Judged,
    advertisements: Sequence[Advertisement],
    vectoriser: Vectoriser,
    taxonomy: Taxonomy,
) -> Iterator[Speed]:
    """Titles → occupations and advertisements → all that is read in them."""
    texts = [text for _, text in titles.queries[:TITLES]]
    labels = [fold(label.text) for label in taxonomy.occupation_labels]
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    matrix = characters.fit_transform(labels).T.tocsc()
    yield from _beside(
        "a title → occupations",
        (len(texts), lambda: vectoriser.reader.title_likeness(texts, titles.lang)),
        {
            "rapidfuzz extract": (
                BY_LETTERS,
                lambda: [process.extract(fold(t), labels, limit=10) for t in texts[:BY_LETTERS]],
            ),
            "character TF-IDF product": (
                len(texts),
                lambda: (characters.transform(map(fold, texts)) @ matrix).max(axis=1),
            ),
        },
    )
    whole = [plain(f"{row.title}\n{row.text}")[:2_500] for row in advertisements]
    words = TfidfVectorizer(sublinear_tf=True)
    skills = words.fit_transform(label.text for label in taxonomy.competence_labels).T.tocsc()
    yield from _beside(
        "an advertisement → competences, occupation, needs, requirements",
        (len(whole), lambda: [_read(vectoriser, text) for text in whole]),
        {
            "word TF-IDF product, competences only": (
                len(whole),
                lambda: (words.transform(whole) @ skills).max(axis=1),
            ),
        },
    )


def _read(vectoriser: Vectoriser, text: str) -> int:
    title, _, body = text.partition("\n")
    needs = Needs.read(text, "en")
    asked = [needs.at(m.start, m.end) for m in vectoriser.linker.link(text, "en")]
    found = vectoriser.reader.likeness([title], [body], "en")
    return len(asked) + len(requirements(text, needs)) + len(found)


Work = tuple[int, Callable[[], object]]


def _beside(what: str, ours: Work, others: dict[str, Work]) -> Iterator[Speed]:
    own = _a_second(ours)
    yield Speed(what, "ours", own)
    for name, work in others.items():
        theirs = _a_second(work)
        yield Speed(what, name, theirs, own / theirs)


def _a_second(work: Work) -> float:
    """Texts a second, the better of two rounds: the first fills what is kept at hand."""
    count, do = work
    best = float("inf")
    for _ in range(2):
        started = time.perf_counter()
        do()
        best = min(best, time.perf_counter() - started)
    return count / best
