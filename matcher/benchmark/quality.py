"""How well texts are read: each judged set beside the floor of its kind, of the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from competent_data.taxonomy import Label, Taxonomy
from competent_data.text import fold, tokens
from matcher.benchmark.judged import Advertisement, Judged, whole
from matcher.measures import average_precision, places, r_precision
from models.competences import CANDIDATES, CompetenceReader
from models.occupations import sharpen
from models.vectoriser import Vectoriser

Floats = NDArray[np.float32]
Score = Callable[[Sequence[str]], Floats]
TEXT_SHARE = 0.5
"""What likeness of wording adds to likeness of occupation profiles, for two titles."""
_BATCH = 256


@dataclass(frozen=True)
class Row:
    """One measure of one set: the floor's and ours, and over how many queries."""

    judged: str
    measure: str
    floor: float
    ours: float
    queries: int


def title_rows(judged: Judged, vectoriser: Vectoriser, taxonomy: Taxonomy) -> Iterator[Row]:
    """Titles → occupations: MRR and hit@10; floor: characters, best label of a concept."""
    floor = _characters(taxonomy.occupation_labels, judged.lang, len(taxonomy.occupations))

    def ours(texts: Sequence[str]) -> Floats:
        return vectoriser.reader.title_likeness(texts, judged.lang)

    yield from _ranked(judged, taxonomy.occupations, floor, ours, ("MRR", "hit@10"))


def sentence_rows(judged: Judged, vectoriser: Vectoriser, taxonomy: Taxonomy) -> Iterator[Row]:
    """Sentences → competences: MRR, RP@5 and RP@10; floor: word TF-IDF of the labels."""
    floor = _words(taxonomy.competence_labels, judged.lang, len(taxonomy.competences))

    def ours(texts: Sequence[str]) -> Floats:
        return _read(vectoriser.competence_reader, texts)

    yield from _ranked(judged, taxonomy.competences, floor, ours, ("MRR", "RP@5", "RP@10"))


def label_rows(judged: Judged, vectoriser: Vectoriser, taxonomy: Taxonomy) -> Iterator[Row]:
    """Labels of another taxonomy → ESCO competences: MRR and hit@10; floor: characters."""
    floor = _characters(taxonomy.competence_labels, judged.lang, len(taxonomy.competences))

    def ours(texts: Sequence[str]) -> Floats:
        return _read(vectoriser.competence_reader, texts)

    yield from _ranked(judged, taxonomy.competences, floor, ours, ("MRR", "hit@10"))


def similarity_row(
    judged: Judged, documents: Sequence[tuple[str, str]], vectoriser: Vectoriser
) -> Row:
    """Titles → titles alike: MAP; floor: character 1-3-gram TF-IDF."""
    queries = [text for _, text in judged.queries]
    texts = [text for _, text in documents]
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
    matrix = characters.fit_transform(map(fold, texts))
    floor = (characters.transform(map(fold, queries)) @ matrix.T).toarray()
    left, right = (_profiles(vectoriser, part, judged.lang) for part in (queries, texts))
    wording = vectoriser.encoder.encode(queries) @ vectoriser.encoder.encode(texts).T
    ours = left @ right.T + TEXT_SHARE * wording
    ids = [id_ for id_, _ in documents]
    means = []
    for scores in (floor, ours):
        measured = []
        for row, (query, _) in zip(scores, judged.queries, strict=True):
            wanted = judged.relevant.get(query, frozenset())
            order = np.argsort(-row, kind="stable")
            relevant = np.array([ids[i] in wanted for i in order], dtype=bool)
            measured.append(average_precision(relevant, len(wanted)))
        means.append(float(np.mean(measured)))
    return Row(judged.name, "MAP", means[0], means[1], len(judged.queries))


def advertisement_rows(
    rows: Sequence[Advertisement], vectoriser: Vectoriser, taxonomy: Taxonomy
) -> Iterator[Row]:
    """Real advertisements, title and text → occupation; floor: word TF-IDF of the labels."""
    judged = whole(rows)
    floor = _words(taxonomy.occupation_labels, "en", len(taxonomy.occupations))
    found = vectoriser.reader.likeness([r.title for r in rows], [r.text for r in rows], "en")
    at = {text: i for i, (_, text) in enumerate(judged.queries)}

    def ours(texts: Sequence[str]) -> Floats:
        return found[[at[text] for text in texts]]

    yield from _ranked(judged, taxonomy.occupations, floor, ours, ("MRR", "hit@10"))


def _read(reader: CompetenceReader, texts: Sequence[str]) -> Floats:
    """How like the competences read in each text are, -1 for all others: (n, C)."""
    read = reader.read(texts, CANDIDATES)
    found = np.full((len(texts), len(reader.concepts_)), -1, dtype=np.float32)
    known = read.concepts[:, 0] >= 0
    found[np.flatnonzero(known)[:, None], read.concepts[known]] = read.likeness[known]
    return found


def _profiles(vectoriser: Vectoriser, texts: Sequence[str], lang: str) -> Floats:
    rows = sharpen(vectoriser.reader.title_likeness(texts, lang)).toarray()
    return np.asarray(rows, dtype=np.float32)


def _ranked(
    judged: Judged, ids: Sequence[str], floor: Score, ours: Score, measures: Sequence[str]
) -> Iterator[Row]:
    column = {id_: i for i, id_ in enumerate(ids)}
    wanted = {
        query: np.array(sorted(column[id_] for id_ in relevant if id_ in column))
        for query, relevant in judged.relevant.items()
    }
    queries = [(query, text) for query, text in judged.queries if len(wanted.get(query, ())) > 0]
    found: dict[str, list[list[float]]] = {name: [[], []] for name in measures}
    for start in range(0, len(queries), _BATCH):
        batch = queries[start : start + _BATCH]
        for side, score in enumerate((floor, ours)):
            scores = score([text for _, text in batch])
            for row, (query, _) in zip(scores, batch, strict=True):
                at = places(row, wanted[query])
                for name in measures:
                    found[name][side].append(_MEASURES[name](at))
    for name in measures:
        low, high = (float(np.mean(values)) for values in found[name])
        yield Row(judged.name, name, low, high, len(queries))


_MEASURES: dict[str, Callable[[NDArray[np.int64]], float]] = {
    "MRR": lambda at: 1 / (1 + float(at[0])),
    "hit@10": lambda at: float(at[0] < 10),
    "RP@5": lambda at: r_precision(at, 5),
    "RP@10": lambda at: r_precision(at, 10),
}


def _characters(labels: Sequence[Label], lang: str, count: int) -> Score:
    """Character 2-5-gram TF-IDF, the best label of a concept in the language of the query."""
    spoken = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return _best_label(spoken, fold, labels, lang, count)


def _words(labels: Sequence[Label], lang: str, count: int) -> Score:
    """Word TF-IDF, the best label of a concept in the language of the query."""
    return _best_label(
        TfidfVectorizer(analyzer=tokens, sublinear_tf=True), str, labels, lang, count
    )


def _best_label(
    vectoriser: TfidfVectorizer,
    prepared: Callable[[str], str],
    labels: Sequence[Label],
    lang: str,
    count: int,
) -> Score:
    chosen = sorted((label for label in labels if label.lang == lang), key=lambda x: x.concept)
    matrix = vectoriser.fit_transform(prepared(label.text) for label in chosen)
    owners = np.array([label.concept for label in chosen])
    firsts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])

    def score(texts: Sequence[str]) -> Floats:
        alike = (vectoriser.transform(prepared(text) for text in texts) @ matrix.T).toarray()
        found = np.full((len(texts), count), -1.0, dtype=np.float32)
        found[:, owners[firsts]] = np.maximum.reduceat(alike, firsts, axis=1)
        return found

    return score
