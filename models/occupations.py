"""Reads occupations out of a title or a longer text: how likely each occupation is meant.

The text is compared with every occupation's labels in its own language, with its labels in all
languages together, its description and its competences. What comes out is a profile over
occupations, not a verdict: a person confirms what is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from competent_data.taxonomy import Label, Taxonomy
from competent_data.text import SENTENCE_END, plain, spans
from models.encoder import Encoder, Floats, unit
from models.grid import DENSE_BITS, on_grid, sparse_on_grid
from models.readings import RUN, STRIDE, Calibration, Opinion, Readings, best_columns, best_runs

BEST_LABEL, ALL_LABELS, DESCRIPTION, COMPETENCES, OWN_LABELS = 0.35, 0.60, 0.075, 0.05, 0.05
BEFORE_COMMA = 0.4
"""What a title says before its first comma or bracket counts more."""
CHUNK_WORDS, BEST_CHUNKS = 30, 3
TITLE_WORDS = 15
"""A first line or sentence of more words is no title."""
OF_TITLES = Calibration(base=-6.31, by_likeness=5.99, by_gap=9.91, by_rank=-0.71)
OF_TEXTS = Calibration(base=-5.09, by_likeness=4.94, by_gap=11.79, by_rank=-1.02)
"""Fitted on ESCO alone: labels held out of the learning, alone or before half of a description,
and the same with what they mean taken away."""
SHARPNESS, TEXT_SHARPNESS, KEPT = 5.0, 8.0, 50
"""A profile is sharper where a text is read beside the title: more was said, so more is known."""
LEAST_LIKENESS = 0.25
"""A best occupation below this likeness says that the text names none: the reader abstains."""
_BATCH = 256


@dataclass(frozen=True)
class Spoken:
    """What is compared in one language: (O, d) folded, (L, d) labels, (O,) first label of each."""

    folded: Floats
    labels: Floats
    firsts: NDArray[np.int64]


class OccupationReader:
    """Titles and texts into profiles over the O occupations of a taxonomy."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.spoken_: dict[str, Spoken] = {}
        self.bodies_: Floats = np.zeros((0, encoder.settings.dimensions), np.float32)
        self.opinion: Opinion | None = None

    def fit(self, taxonomy: Taxonomy) -> Self:
        """Encode what each occupation is compared by; occupations without labels can't be read."""
        count = len(taxonomy.occupations)
        if not taxonomy.occupation_labels or not self.encoder.features_:
            return self
        langs = sorted({label.lang for label in taxonomy.occupation_labels})
        nameless = set(range(count)) - {label.concept for label in taxonomy.occupation_labels}
        labels = sorted(
            (*taxonomy.occupation_labels, *(Label(o, "", True, "") for o in nameless)),
            key=lambda label: label.concept,
        )
        vectors = self.encoder.encode([label.text for label in labels])
        own = {lang: _means(vectors, labels, lang, count) for lang in langs}
        everywhere = unit(np.sum(list(own.values()), axis=0, dtype=np.float32))
        described = unit(self._described(taxonomy.occupation_texts, count))
        skilled = unit(self._skilled(taxonomy))
        base = ALL_LABELS * everywhere + DESCRIPTION * described + COMPETENCES * skilled
        owners = np.array([label.concept for label in labels])
        spoken = np.array([label.lang for label in labels])
        for lang in langs:
            # An occupation without a label in this language is known by its other labels.
            has = np.zeros(count, dtype=bool)
            has[owners[spoken == lang]] = True
            picked = (spoken == lang) | ~has[owners]
            firsts = np.searchsorted(owners[picked], np.arange(count))
            mean = np.where(has[:, None], own[lang], everywhere)
            self.spoken_[lang] = Spoken(
                on_grid(base + OWN_LABELS * mean, DENSE_BITS), vectors[picked], firsts
            )
        self.bodies_ = on_grid(unit(everywhere + described + skilled), DENSE_BITS)
        return self

    def likeness(self, titles: Sequence[str], texts: Sequence[str], lang: str) -> Floats:
        """How like each occupation title and text are, about [0, 1.1]: (n, O) float32.

        A title or text that is empty, or of which no feature is known, adds 0.
        """
        if not self.spoken_:
            return np.zeros((len(titles), 0), np.float32)
        return np.concatenate(
            [
                self.title_likeness(titles[i : i + _BATCH], lang)
                + self._body_likeness(texts[i : i + _BATCH])
                for i in range(0, len(titles), _BATCH)
            ]
            or [np.zeros((0, len(self.bodies_)), np.float32)]
        )

    def read(self, texts: Sequence[str], lang: str, kept: int = 10) -> Readings:
        """The likeliest occupations of titles, or of whole texts (see `parts`)."""
        kept = min(kept, len(self.bodies_))
        if not len(texts) or not kept:
            return Readings.none(len(texts), kept)
        return Readings.join(
            [self._read(texts[i : i + _BATCH], lang, kept) for i in range(0, len(texts), _BATCH)]
        )

    def profiles(self, titles: Sequence[str], texts: Sequence[str], lang: str) -> csr_array:
        """Unit profiles over occupations, on the grid: (n, O); an empty row where none is read."""
        told = np.array([bool(text.strip()) for text in texts], dtype=bool)
        sharpness = np.where(told, np.float32(TEXT_SHARPNESS), np.float32(SHARPNESS))
        rows = [
            sharpen(
                self.likeness(titles[i : i + _BATCH], texts[i : i + _BATCH], lang),
                sharpness[i : i + _BATCH, None],
            )
            for i in range(0, len(titles), _BATCH)
        ]
        if not rows:
            return csr_array((0, len(self.bodies_)))
        indptr = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(r.indptr) for r in rows]))])
        data = np.concatenate([r.data for r in rows])
        indices = np.concatenate([r.indices for r in rows])
        return csr_array((data, indices, indptr), shape=(len(titles), rows[0].shape[1]))

    def title_likeness(self, titles: Sequence[str], lang: str) -> Floats:
        spoken = (
            self.spoken_.get(lang) or self.spoken_.get("en") or next(iter(self.spoken_.values()))
        )
        whole = self.encoder.encode(titles)
        short = self.encoder.encode([_before_comma(title) for title in titles])
        query = on_grid(unit(whole + BEFORE_COMMA * short), DENSE_BITS)
        best = np.maximum.reduceat(query @ spoken.labels.T, spoken.firsts, axis=1)
        found = np.asarray(BEST_LABEL * best + query @ spoken.folded.T, dtype=np.float32)
        return found if self.opinion is None else self.opinion.added(found, titles)

    def _read(self, texts: Sequence[str], lang: str, kept: int) -> Readings:
        split = [parts(text) for text in texts]
        titles, bodies = [title for title, _ in split], [body for _, body in split]
        long = np.array([[bool(body)] for body in bodies])
        likeness = self.likeness(titles, bodies, lang)
        likeness /= 1 + long
        candidates = best_columns(likeness, max(kept, 2))
        found = np.take_along_axis(likeness, candidates, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        ranked = np.take_along_axis(found, order, axis=1)
        read = np.take_along_axis(candidates, order, axis=1)[:, :kept]
        words = [_telling(*of) for of in zip(texts, titles, bodies, strict=True)]
        runs, sizes = self.encoder.encode_runs(words, RUN, STRIDE)
        _, run = best_runs(runs, sizes, self.bodies_, read)
        sure = np.where(long, OF_TEXTS.confidence(ranked), OF_TITLES.confidence(ranked))[:, :kept]
        dumb = ~likeness.any(axis=1)
        read[dumb], sure[dumb] = -1, 0
        return Readings(read, ranked[:, :kept], sure, run)

    def _body_likeness(self, texts: Sequence[str]) -> Floats:
        chunks = [_chunks(text) for text in texts]
        vectors = self.encoder.encode_words([chunk for part in chunks for chunk in part])
        found = np.zeros((len(texts), len(self.bodies_)), np.float32)
        start = 0
        for row, part in enumerate(chunks):
            if part:
                alike = vectors[start : start + len(part)] @ self.bodies_.T
                if len(part) > BEST_CHUNKS:
                    alike = np.partition(alike, -BEST_CHUNKS, axis=0)[-BEST_CHUNKS:]
                found[row] = alike.mean(axis=0)
                start += len(part)
        return found

    def _described(self, texts: Sequence[Label], count: int) -> Floats:
        vectors = self.encoder.encode([text.text for text in texts])
        return sums(vectors, np.array([t.concept for t in texts], dtype=np.int64), count)

    def _skilled(self, taxonomy: Taxonomy) -> Floats:
        labels = [label for label in taxonomy.competence_labels if label.preferred]
        vectors = self.encoder.encode([label.text for label in labels])
        owners = np.array([label.concept for label in labels], dtype=np.int64)
        competences = unit(sums(vectors, owners, len(taxonomy.competences)))
        used = np.bincount(taxonomy.profile.indices, minlength=len(taxonomy.competences))
        rarity = np.log(len(taxonomy.occupations) / (used + 1)).clip(min=0)
        strength = csr_array(taxonomy.profile + taxonomy.essential)
        return np.asarray(strength @ diags_array(rarity) @ competences, dtype=np.float32)


def parts(text: str) -> tuple[str, str]:
    """A text as title and body: its first line or sentence where that is short enough for one.

    Of a text without a title, the first words of the whole; a title alone has no body.
    """
    title, _, body = text.strip().partition("\n")
    sentence = SENTENCE_END.search(title)
    if sentence is not None:
        title, body = title[: sentence.start()], f"{title[sentence.end() :]}\n{body}"
    words = title.split()
    if len(words) > TITLE_WORDS:
        return " ".join(words[:CHUNK_WORDS]), text
    return title, body.strip()


def _telling(text: str, title: str, body: str) -> list[str]:
    """The words in which an occupation is looked for: those of the title, if there is one."""
    words = [word.text for word in spans(text)]
    return words if body == text else words[: len(spans(title))]


def sharpen(likeness: Floats, sharpness: float | Floats = SHARPNESS) -> csr_array:
    """Likeness to unit profiles: exp(h · (s − best)) over the 50 best, ties by column: (n, O).

    The sharpness h is one number, or one a row: (n, 1).
    """
    count, width = likeness.shape
    kept = min(KEPT, width)
    if not count or not kept:
        return csr_array((count, width))
    least = np.partition(likeness, width - kept, axis=1)[:, width - kept, None]
    above, level = likeness > least, likeness == least
    room = kept - above.sum(axis=1, keepdims=True)
    chosen = above | (level & (np.cumsum(level, axis=1) <= room))
    columns = np.nonzero(chosen)[1].reshape(count, kept)
    picked = np.take_along_axis(likeness, columns, axis=1)
    best = picked.max(axis=1, keepdims=True)
    values = np.exp(sharpness * (picked - best))
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    values[best[:, 0] < LEAST_LIKENESS] = 0
    rows = csr_array(
        (values.ravel(), columns.ravel(), np.arange(0, count * kept + 1, kept)),
        shape=(count, width),
    )
    return sparse_on_grid(rows)


def _before_comma(title: str) -> str:
    for mark in ("(", ",", " - ", " – ", "|", ":"):
        title = title.split(mark, 1)[0]
    return title


def _chunks(text: str) -> list[list[str]]:
    words = [word.text for word in spans(plain(text))]
    return [words[i : i + CHUNK_WORDS] for i in range(0, len(words), CHUNK_WORDS)]


def _means(vectors: Floats, labels: Sequence[Label], lang: str, count: int) -> Floats:
    picked = np.array([i for i, label in enumerate(labels) if label.lang == lang], dtype=np.int64)
    owners = np.array([labels[i].concept for i in picked], dtype=np.int64)
    return unit(sums(vectors[picked], owners, count))


def sums(vectors: Floats, owners: NDArray[np.int64], count: int) -> Floats:
    """The sum of the vectors of each of `count` owners, (count, d) float32."""
    ones = np.ones(len(owners), np.float32)
    pick = csr_array((ones, (owners, np.arange(len(owners)))), shape=(count, len(owners)))
    return np.asarray(pick @ vectors, dtype=np.float32)
