"""Texts of four languages into one vector space, learnt from the taxonomies alone.

A text is the weighted sum of the vectors of its words; a word is the weighted sum of the vectors
of itself, of the two parts of a compound, and of its character 3- to 5-grams. The vectors are
learnt so that texts of the same concept (labels in any language, pieces of its description, the
competences that go with an occupation, sentences made up as an advertisement would say them) lie
close, and texts of its siblings apart: symmetric in-batch softmax (InfoNCE, van den Oord et al.
2018) with row-wise Adagrad. No text of a person or a vacancy is ever learnt from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.taxonomy import Taxonomy
from competent_data.text import DULL_WORDS, tokens
from models.grid import DENSE_BITS, on_grid
from models.learning import Learner
from models.pairs import Pairs

Floats = NDArray[np.float32]

_LINKERS = ("", "s", "n", "en", "es", "e", "er")
_LINKER_WORTH = 0.9
_PART_COUNT = 4
"""A word of fewer texts is no part of a compound."""
_LONGEST_WORD = 40
_LONGEST_TITLE = 200
SHORTEST = 2
_HER = ("in", "innen", "e", "frau", "euse", "rice", "ster", "ress", "esse")
_GRAM_WORTH = 3.0
"""The n-grams of a word together weigh so many times what a word of their mean idf weighs."""
_TABLE = 1 << 15
"""Vectors of words that are kept at hand."""


@dataclass(frozen=True)
class EncoderSettings:
    """How the encoder learns; stored in the artefact."""

    dimensions: int = 256
    steps: int = 3000
    batch: int = 768
    rate: float = 0.15
    last_rate: float = 0.05
    scale: float = 11.0
    dropout: float = 0.25
    word_dropout: float = 0.1
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
    """Texts into unit vectors of `dimensions` float32; a text without a known feature is all 0.

    `vectors_` (F, d) is int8: row f times `steps_[f]` is the vector of feature f. `counts_` is in
    how many texts a word was met, of those long enough to tell something.
    """

    def __init__(self, settings: EncoderSettings) -> None:
        self.settings = settings
        self.features_: dict[str, int] = {}
        self.idf_: Floats = np.zeros(0, np.float32)
        self.vectors_: NDArray[np.int8] = np.zeros((0, settings.dimensions), np.int8)
        self.steps_: Floats = np.zeros(0, np.float32)
        self.counts_: dict[str, int] = {}
        self._table: dict[str, Floats] = {}

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
        self._keep(self._learn_vectors(taxonomy, told))
        return self

    def encode(self, texts: Sequence[str]) -> Floats:
        """Texts as unit vectors on the grid, (n, dimensions) float32: their cosines are exact.

        A text has the same vector in whatever company it is encoded.
        """
        return self.encode_words([words_of(text) for text in texts])

    def encode_words(self, texts: Sequence[Sequence[str]]) -> Floats:
        """The same for texts that are words already, as `words_of` gives them."""
        words, picked = _counted(texts)
        summed = picked @ self._vectors_of(words)
        return on_grid(unit(np.asarray(summed, dtype=np.float32)), DENSE_BITS)

    def encode_runs(
        self, texts: Sequence[Sequence[str]], length: int, stride: int
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Every run of `length` words, from each `stride`-th word on: (runs, dimensions).

        With how many runs each text has, (n,): one at least. Of a word that comes twice in a run
        both count.
        """
        counts = np.array([len(text) for text in texts], dtype=np.int64)
        sizes = np.maximum(1, -(-(counts - length + stride) // stride))
        places = {word: i for i, word in enumerate(dict.fromkeys(chain.from_iterable(texts)))}
        at = np.array([places[word] for text in texts for word in text], dtype=np.int64)
        vectors = self._vectors_of(list(places))
        nothing = len(vectors)
        vectors = np.concatenate([vectors, np.zeros((1, vectors.shape[1]), np.float32)])
        firsts = np.repeat(np.cumsum(counts) - counts, sizes)
        ends = np.repeat(np.cumsum(counts), sizes)
        number = np.arange(len(firsts)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        window = (firsts + number * stride)[:, None] + np.arange(length)
        inside = window < ends[:, None]
        picked = np.where(inside, np.append(at, nothing)[np.where(inside, window, -1)], nothing)
        return on_grid(unit(vectors[picked].sum(axis=1)), DENSE_BITS), sizes

    def _vectors_of(self, words: Sequence[str]) -> Floats:
        """Vectors of distinct words, not normalised, (w, d); those met before are at hand."""
        table = self._table
        # Other threads may empty the table at any time: what is needed here is held here.
        held = {word: vector for word in words if (vector := table.get(word)) is not None}
        missing = [word for word in words if word not in held]
        fresh = dict(zip(missing, self._word_vectors(missing), strict=True))
        held |= fresh
        if len(table) + len(fresh) > _TABLE:
            self._table = {}
        self._table.update(fresh)
        vectors = np.array([held[word] for word in words], np.float32)
        return vectors.reshape(len(words), self.settings.dimensions)

    def matrix(self, texts: Sequence[str]) -> csr_array:
        """Texts as weighted features: (n, F) float32, weight (1 + ln tf of the word) · idf."""
        words, picked = _counted([words_of(text) for text in texts])
        return csr_array(picked @ self._word_matrix(words))

    def knows(self, text: str) -> bool:
        """Whether a whole word of the text, one that carries meaning, stands in a taxonomy.

        Of a text in an unknown language, or of no language, only letters are alike.
        """
        return self.knows_any(words_of(text))

    def knows_any(self, words: Sequence[str]) -> bool:
        """The same for the folded words of a text."""
        return any(
            word in self.counts_ and len(word) > SHORTEST and word not in DULL_WORDS
            for word in words
        )

    def restore(
        self,
        features: Sequence[str],
        idf: Floats,
        vectors: NDArray[np.int8],
        counts: dict[str, int],
        steps: Floats,
    ) -> Self:
        """Take over what was learnt before: the features in their order, with idf and vectors."""
        self.features_ = {feature: i for i, feature in enumerate(features)}
        self.idf_, self.vectors_, self.steps_, self.counts_ = idf, vectors, steps, counts
        self._table = {}
        return self

    def _learn_features(self, texts: Iterable[str]) -> None:
        words: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            words.update(set(words_of(text)))
        self.counts_ = {word: count for word, count in words.items() if len(word) > SHORTEST}
        spread: Counter[str] = Counter()
        for word, count in words.items():
            for feature in (*self._wholes(word), *_grams(word)):
                spread[feature] += count
        kept = sorted(f for f, c in spread.items() if c >= self.settings.least_count)
        self.features_ = {feature: i for i, feature in enumerate(kept)}
        counts = np.array([min(spread[f], total) for f in kept], dtype=np.float64)
        self.idf_ = np.log(np.maximum(total, 2) / np.maximum(counts, 1)).astype(np.float32)
        np.maximum(self.idf_, 0.05, out=self.idf_)
        self._table = {}

    def _learn_vectors(self, taxonomy: Taxonomy, told: Callable[[float], None]) -> Floats:
        settings = self.settings
        generator = np.random.default_rng(settings.seed)
        shape = len(self.features_), settings.dimensions
        vectors = generator.normal(0, settings.dimensions**-0.5, shape).astype(np.float32)
        vocabulary: dict[str, int] = {}

        def counted(texts: Sequence[str]) -> csr_array:
            words, picked = _counted([words_of(text) for text in texts])
            vocabulary.update({word: i for i, word in enumerate(words)})
            return picked

        pairs = Pairs(taxonomy, counted, settings.seed)
        learner = Learner(settings, self._word_matrix(list(vocabulary)), vectors, generator)
        if not self.features_ or not (pairs.has_jobs or pairs.has_skills):
            return vectors
        for step in range(settings.steps):
            told(step / settings.steps)
            rate = settings.rate * (1 - (1 - settings.last_rate) * step / settings.steps)
            skills = pairs.has_skills and (step % 2 == 1 or not pairs.has_jobs)
            draw = pairs.skills if skills else pairs.jobs
            learner.step(draw(settings.batch), rate)
        return vectors

    def _keep(self, vectors: Floats) -> None:
        """Hold vectors in int8, a step a row: as good as float32 at a quarter of the size."""
        largest = np.abs(vectors).max(axis=1, initial=0)
        self.steps_ = (np.where(largest > 0, largest, 1) / 127).astype(np.float32)
        self.vectors_ = np.rint(vectors / self.steps_[:, None]).astype(np.int8)
        self._table = {}

    def _word_vectors(self, words: Sequence[str]) -> Floats:
        """Vectors of words, not normalised: (w, d) float32."""
        matrix = self._word_matrix(words)
        used, local = np.unique(matrix.indices, return_inverse=True)
        vectors = self.vectors_[used].astype(np.float32) * self.steps_[used, None]
        picked = csr_array((matrix.data, local, matrix.indptr), shape=(len(words), len(used)))
        return np.asarray(picked @ vectors, dtype=np.float32)

    def _word_matrix(self, words: Sequence[str]) -> csr_array:
        """Words as weighted features, (w, F) float32."""
        found = [self._weighted(word) for word in words]
        indptr = np.cumsum([0, *(len(ids) for ids, _ in found)])
        ids = np.concatenate([np.zeros(0, np.int32), *(ids for ids, _ in found)])
        weights = np.concatenate([np.zeros(0, np.float32), *(weights for _, weights in found)])
        return csr_array((weights, ids, indptr), shape=(len(words), len(self.features_)))

    def _weighted(self, word: str) -> tuple[NDArray[np.int32], Floats]:
        """The known features of a word and their weights, (k,) each."""
        known = self.features_
        wholes = [known[feature] for feature in self._wholes(word) if feature in known]
        grams = [known[feature] for feature in _grams(word) if feature in known]
        ids = np.array(wholes + grams, dtype=np.int32)
        weights = self.idf_[ids]
        weights[len(wholes) :] *= np.float32(_GRAM_WORTH / math.sqrt(max(len(grams), 1)))
        return ids, weights

    def _wholes(self, word: str) -> tuple[str, ...]:
        return (word[:_LONGEST_WORD], *self._parts(word[:_LONGEST_WORD]))

    def _parts(self, word: str) -> tuple[str, ...]:
        """The two parts of a compound, both words in their own right; () where it is none."""
        best = 0.0
        parts: tuple[str, ...] = ()
        if len(word) < 8:
            return parts
        for cut in range(3, len(word) - 2):
            tail = word[cut:]
            if self.counts_.get(tail, 0) < _PART_COUNT:
                continue
            head = word[:cut]
            for linker in _LINKERS:
                if not head.endswith(linker):
                    continue
                first = head[: len(head) - len(linker)]
                if self.counts_.get(first, 0) < _PART_COUNT:
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


def one_gender(title: str) -> str:
    """A title without its second form in the other gender.

    >>> one_gender("Opérateur / Opératrice en distillerie")
    'Opérateur en distillerie'
    """
    if "/" not in title or len(title) > _LONGEST_TITLE:
        return title
    left, _, right = title.partition("/")
    him, her = left.split(), right.split()
    for size in range(min(len(him), len(her)), 0, -1):
        last, first = him[-size:], her[:size]
        if last != first and all(map(_same_word, last, first)):
            return " ".join([*him, *her[size:]])
    return title


def _same_word(him: str, her: str) -> bool:
    """Whether the second is the first, or its form for a woman."""
    if him == her:
        return True
    him, her = him.lower(), her.lower().rstrip(",;")
    shared = 0
    while shared < min(len(him), len(her)) and him[shared] == her[shared]:
        shared += 1
    return shared >= 3 and 2 * shared >= len(him) - 1 and her.endswith(_HER)


def words_of(text: str) -> list[str]:
    """The folded words of a text; of a title in both genders, those of the first."""
    return tokens(one_gender(text))


def _grams(word: str) -> list[str]:
    marked = f"<{word[:_LONGEST_WORD]}>"
    return [f"_{marked[i : i + n]}" for n in (3, 4, 5) for i in range(len(marked) - n + 1)]


def _counted(texts: Iterable[Sequence[str]]) -> tuple[list[str], csr_array]:
    """The distinct words of texts, and each text over them: (n, w) float32, weight 1 + ln tf.

    A row's words stand as in the text, so that its sums are taken in the same order everywhere.
    """
    places: dict[str, int] = {}
    columns: list[int] = []
    weights: list[float] = []
    indptr = [0]
    for text in texts:
        for word, times in Counter(text).items():
            columns.append(places.setdefault(word, len(places)))
            weights.append(1 + math.log(times) if times > 1 else 1.0)
        indptr.append(len(columns))
    cells = (np.array(weights, np.float32), np.array(columns, np.int32), np.array(indptr, np.int32))
    return list(places), csr_array(cells, shape=(len(indptr) - 1, len(places)))
