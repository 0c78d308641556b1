"""Texts of four languages into one vector space, learnt from the taxonomies alone.

A text is the weighted sum of the vectors of its words, of the parts of its compounds, and of its
words' character 3- to 5-grams. The vectors are learnt so that texts of the same concept (labels in
any language, pieces of its description, the competences that go with an occupation) lie close, and
texts of its siblings apart: symmetric in-batch softmax (InfoNCE, van den Oord et al. 2018) with
row-wise Adagrad. No text of a person or a vacancy is ever learnt from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.taxonomy import Label, Taxonomy
from competent_data.text import DULL_WORDS, tokens
from models.grid import DENSE_BITS, on_grid

Floats = NDArray[np.float32]

_LINKERS = ("", "s", "n", "en", "es", "e", "er")
_LINKER_WORTH = 0.9
_LONGEST_WORD = 40
SHORTEST = 2


@dataclass(frozen=True)
class EncoderSettings:
    """How the encoder learns; stored in the artefact."""

    dimensions: int = 200
    steps: int = 2000
    batch: int = 512
    rate: float = 0.15
    scale: float = 12.0
    dropout: float = 0.25
    least_count: int = 3
    seed: int = 20

    @classmethod
    def suited(cls, taxonomy: Taxonomy) -> Self:
        """Settings for the size of a taxonomy: a small one is learnt in fewer, smaller steps."""
        texts = len(taxonomy.occupation_labels) + len(taxonomy.competence_labels)
        return cls(
            steps=min(cls.steps, max(200, texts // 16)),
            batch=min(cls.batch, max(64, texts // 32)),
        )


CHEAPEST = EncoderSettings(dimensions=64, steps=60, batch=64)
"""Learns next to nothing in a second or two: for tests, which hold for any vectors."""


class Encoder:
    """Texts into unit vectors of `dimensions` float32; a text without a known feature is all 0."""

    def __init__(self, settings: EncoderSettings) -> None:
        self.settings = settings
        self.features_: dict[str, int] = {}
        self.idf_: Floats = np.zeros(0, np.float32)
        self.vectors_: Floats = np.zeros((0, settings.dimensions), np.float32)
        self.counts_: dict[str, int] = {}
        self._word = lru_cache(maxsize=1 << 18)(self._feature_ids)

    def fit(self, taxonomy: Taxonomy, told: Callable[[float], None] = lambda _share: None) -> Self:
        """Learn the features and their vectors from all labels and descriptions of a taxonomy."""
        texts = [
            label.text
            for part in (
                taxonomy.occupation_labels,
                taxonomy.competence_labels,
                taxonomy.occupation_texts,
                taxonomy.competence_texts,
            )
            for label in part
        ]
        self._learn_features(texts)
        generator = np.random.default_rng(self.settings.seed)
        count, dims = len(self.features_), self.settings.dimensions
        self.vectors_ = generator.normal(0, dims**-0.5, (count, dims)).astype(np.float32)
        if count:
            _train(self, taxonomy, generator, told)
        return self

    def matrix(self, texts: Sequence[str]) -> csr_array:
        """Texts as weighted features: (n, F) float32, weight (1 + ln tf) · idf."""
        found = [[self._word(word) for word in tokens(text)] for text in texts]
        sizes = [sum(map(len, words)) for words in found]
        every = [ids for words in found for ids in words]
        ids = np.concatenate(every) if every else np.zeros(0, np.int64)
        indptr = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        counted = csr_array(
            (np.ones(len(ids), np.float32), ids, indptr), shape=(len(texts), len(self.features_))
        )
        counted.sum_duplicates()
        counted.data = (1 + np.log(counted.data)) * self.idf_[counted.indices]
        return counted

    def knows(self, text: str) -> bool:
        """Whether a whole word of the text, one that carries meaning, was learnt.

        Of a text in an unknown language, or of no language, only letters are alike.
        """
        return any(
            word in self.features_ and len(word) > SHORTEST and word not in DULL_WORDS
            for word in tokens(text)
        )

    def encode(self, texts: Sequence[str]) -> Floats:
        """Texts as unit vectors on the grid, (n, dimensions) float32: their cosines are exact."""
        vectors = np.asarray(self.matrix(texts) @ self.vectors_, dtype=np.float32)
        return on_grid(unit(vectors), DENSE_BITS)

    def _learn_features(self, texts: Iterable[str]) -> None:
        words: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            words.update(set(tokens(text)))
        self.counts_ = {w: c for w, c in words.items() if c >= 4 and len(w) >= 3}
        spread: Counter[str] = Counter()
        for word, count in words.items():
            for feature in self._features(word):
                spread[feature] += count
        kept = sorted(f for f, c in spread.items() if c >= self.settings.least_count)
        self.features_ = {feature: i for i, feature in enumerate(kept)}
        counts = np.array([min(spread[f], total) for f in kept], dtype=np.float64)
        self.idf_ = np.log(np.maximum(total, 2) / np.maximum(counts, 1)).astype(np.float32)
        np.maximum(self.idf_, 0.05, out=self.idf_)
        self._word.cache_clear()

    def restore(
        self,
        features: Sequence[str],
        idf: Floats,
        vectors: Floats,
        counts: dict[str, int],
    ) -> Self:
        """Take over what was learnt before: the features in their order, with idf and vectors."""
        self.features_ = {feature: i for i, feature in enumerate(features)}
        self.idf_, self.vectors_, self.counts_ = idf, vectors, counts
        return self

    def _feature_ids(self, word: str) -> NDArray[np.int64]:
        known = (self.features_.get(feature) for feature in self._features(word))
        return np.array([f for f in known if f is not None], dtype=np.int64)

    def _features(self, word: str) -> list[str]:
        word = word[:_LONGEST_WORD]
        found = [word, *self._parts(word)]
        marked = f"<{word}>"
        found += [f"_{marked[i : i + n]}" for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
        return found

    def _parts(self, word: str) -> tuple[str, ...]:
        """The two parts of a compound, both words in their own right; () where it is none."""
        best = 0.0
        parts: tuple[str, ...] = ()
        if len(word) < 8:
            return parts
        for cut in range(3, len(word) - 2):
            tail = word[cut:]
            if tail not in self.counts_:
                continue
            head = word[:cut]
            for linker in _LINKERS:
                if not head.endswith(linker):
                    continue
                first = head[: len(head) - len(linker)]
                if first not in self.counts_:
                    continue
                counted = min(self.counts_[first], self.counts_[tail], 300)
                worth = math.sqrt(counted) * min(len(first), len(tail))
                worth *= _LINKER_WORTH if linker else 1.0
                if worth > best:
                    best, parts = worth, (first, tail)
        return parts


def unit(rows: Floats) -> Floats:
    """Rows at length 1; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0))


class _Texts:
    """The texts to learn from: a feature matrix, and which rows belong to which concept."""

    def __init__(self, encoder: Encoder, labels: Sequence[Label], pieces: Sequence[Label], n: int):
        rows = [*labels, *pieces]
        self.matrix = encoder.matrix([row.text for row in rows])
        self.labels = _by_concept(labels, 0, n)
        self.pieces = _by_concept(pieces, len(labels), n)
        self.langs = [row.lang for row in rows]


def _by_concept(rows: Sequence[Label], offset: int, n: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(n)]
    for i, row in enumerate(rows):
        found[row.concept].append(offset + i)
    return found


def _pieces(texts: Sequence[Label]) -> list[Label]:
    """Descriptions in sentences, since a title resembles a sentence more than a whole text."""
    return [
        text._replace(text=sentence)
        for text in texts
        for sentence in text.text.replace("\n", " ").split(". ")
        if len(sentence) > 20
    ]


def _train(
    encoder: Encoder,
    taxonomy: Taxonomy,
    generator: np.random.Generator,
    told: Callable[[float], None],
) -> None:
    settings = encoder.settings
    jobs = _Texts(
        encoder,
        taxonomy.occupation_labels,
        _pieces(taxonomy.occupation_texts),
        len(taxonomy.occupations),
    )
    skills = _Texts(
        encoder,
        taxonomy.competence_labels,
        _pieces(taxonomy.competence_texts),
        len(taxonomy.competences),
    )
    sample = _Sampler(taxonomy, jobs, skills, generator)
    squares = np.full(len(encoder.vectors_), 1e-8, np.float32)
    for step in range(settings.steps):
        told(step / settings.steps)
        rate = settings.rate * (1 - 0.9 * step / settings.steps)
        batch = sample.skills if step % 4 == 3 or not sample.weights.any() else sample.jobs
        left, right, concepts = batch(settings.batch)
        if len(concepts) > 1:
            _step(encoder, left, right, concepts, rate, squares, generator)


class _Sampler:
    """Draws pairs of texts of one concept: half the batch from whole groups of siblings."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        jobs: _Texts,
        skills: _Texts,
        generator: np.random.Generator,
    ) -> None:
        self.generator = generator
        self.texts_jobs, self.texts_skills = jobs, skills
        self.profile = taxonomy.profile
        counts = np.array([len(rows) for rows in jobs.labels], dtype=np.float64)
        self.weights = np.sqrt(counts + 1) * (counts > 0)
        self.weights /= max(self.weights.sum(), 1e-9)
        groups: dict[str, list[int]] = {}
        for i, code in enumerate(taxonomy.isco):
            if code and counts[i]:
                groups.setdefault(code[:3], []).append(i)
        self.groups = [np.array(group) for group in groups.values() if len(group) > 1]
        self.skilled = np.flatnonzero([len(rows) > 0 for rows in skills.labels])

    def jobs(self, size: int) -> tuple[csr_array, csr_array, NDArray[np.int64]]:
        """Pairs of occupation texts: (b, F), (b, F), concepts (b,)."""
        g = self.generator
        picked = list(g.choice(len(self.weights), size // 2, p=self.weights))
        while len(picked) < size and self.groups:
            group = self.groups[g.integers(len(self.groups))]
            picked += list(g.permutation(group)[:32])
        concepts = np.array(picked[:size])
        texts = self.texts_jobs
        left: list[int] = []
        right: list[int] = []
        bags: list[tuple[int, list[int]]] = []
        for row, concept in enumerate(concepts):
            labels = texts.labels[concept]
            anchor = labels[g.integers(len(labels))]
            left.append(anchor)
            chance = g.random()
            if chance < 0.3 and (bag := self._bag(int(concept))):
                bags.append((row, bag))
                right.append(-1)
            elif chance < 0.5 and texts.pieces[concept]:
                pieces = texts.pieces[concept]
                right.append(pieces[g.integers(len(pieces))])
            else:
                right.append(self._other(labels, anchor, texts.langs))
        return (
            texts.matrix[left],
            _rows(texts.matrix, right, bags, self.texts_skills.matrix),
            concepts,
        )

    def skills(self, size: int) -> tuple[csr_array, csr_array, NDArray[np.int64]]:
        """Pairs of competence texts, as `jobs`."""
        g = self.generator
        texts = self.texts_skills
        concepts = g.choice(self.skilled, size) if len(self.skilled) else np.zeros(0, np.int64)
        left, right = [], []
        for concept in concepts:
            labels = texts.labels[concept]
            anchor = labels[g.integers(len(labels))]
            left.append(anchor)
            pieces = texts.pieces[concept]
            if pieces and g.random() < 0.25:
                right.append(pieces[g.integers(len(pieces))])
            else:
                right.append(self._other(labels, anchor, texts.langs))
        return texts.matrix[left], texts.matrix[right], concepts

    def _other(self, labels: list[int], anchor: int, langs: list[str]) -> int:
        """Another label of the concept: half the time of another language, where there is one."""
        g = self.generator
        if g.random() < 0.5:
            foreign = [i for i in labels if langs[i] != langs[anchor]]
            if foreign:
                return foreign[g.integers(len(foreign))]
        other = labels[g.integers(len(labels))]
        return labels[g.integers(len(labels))] if other == anchor else other

    def _bag(self, occupation: int) -> list[int]:
        """Labels of 4 to 9 of an occupation's competences, essential ones twice as often."""
        g = self.generator
        start, end = self.profile.indptr[occupation : occupation + 2]
        if end - start < 4:
            return []
        weights = self.profile.data[start:end]
        count = min(int(g.integers(4, 10)), end - start)
        picked = g.choice(
            self.profile.indices[start:end], count, replace=False, p=weights / weights.sum()
        )
        bag = []
        for competence in picked:
            labels = self.texts_skills.labels[competence]
            if labels:
                bag.append(labels[g.integers(len(labels))])
        return bag


def _rows(
    matrix: csr_array, rows: list[int], bags: list[tuple[int, list[int]]], other: csr_array
) -> csr_array:
    """Rows of `matrix`; where a bag is given, the sum of these rows of `other` instead."""
    owner = [(i, r) for i, r in enumerate(rows) if r >= 0]
    pick = csr_array(
        (np.ones(len(owner), np.float32), ([i for i, _ in owner], [r for _, r in owner])),
        shape=(len(rows), matrix.shape[0]),
    )
    picked = pick @ matrix
    cells = [(i, r) for i, bag in bags for r in bag]
    if not cells:
        return picked
    bagged = csr_array(
        (np.ones(len(cells), np.float32), ([i for i, _ in cells], [r for _, r in cells])),
        shape=(len(rows), other.shape[0]),
    )
    return picked + bagged @ other


def _step(
    encoder: Encoder,
    left: csr_array,
    right: csr_array,
    concepts: NDArray[np.int64],
    rate: float,
    squares: Floats,
    generator: np.random.Generator,
) -> None:
    """One step down the gradient of the symmetric InfoNCE loss, in place."""
    settings = encoder.settings
    size = len(concepts)
    indices = np.concatenate([left.indices, right.indices])
    data = np.concatenate([left.data, right.data])
    data *= generator.random(len(data), dtype=np.float32) >= settings.dropout
    columns, inverse = np.unique(indices, return_inverse=True)
    indptr = np.concatenate([left.indptr, left.indptr[-1] + right.indptr[1:]])
    batch = csr_array((data, inverse.ravel(), indptr), shape=(2 * size, len(columns)))
    vectors = encoder.vectors_[columns]
    summed = batch @ vectors
    norms = np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-6)
    units = summed / norms
    a, b = units[:size], units[size:]
    logits = settings.scale * (a @ b.T)
    same = concepts[:, None] == concepts[None, :]
    np.fill_diagonal(same, False)
    logits[same] = -1e9
    pull = _softmax(logits) + _softmax(logits.T).T
    pull[np.diag_indices(size)] -= 2
    pull *= settings.scale / (2 * size)
    gradient = np.concatenate([pull @ b, pull.T @ a])
    gradient -= units * (gradient * units).sum(axis=1, keepdims=True)
    gradient /= norms
    slope = batch.T @ gradient
    squares[columns] += (slope * slope).mean(axis=1)
    encoder.vectors_[columns] = vectors - rate * slope / np.sqrt(squares[columns])[:, None]


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
