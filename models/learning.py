"""Gradient steps on pairs of texts: symmetric InfoNCE with row-wise Adagrad, numpy alone.

A batch is worked through at two levels, texts over words and words over features, so that a word
that stands in many texts costs once.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.pairs import Batch

Floats = NDArray[np.float32]
_MASKED = -1e9
_BLOCK = 256
"""So many rows are moved at once, so that they stay in the processor's cache."""


class Rates(Protocol):
    """What the learner takes of the settings."""

    @property
    def scale(self) -> float:
        """Times the cosine of a pair."""

    @property
    def dropout(self) -> float:
        """Share of features that are dropped."""

    @property
    def word_dropout(self) -> float:
        """Share of words that are dropped."""


class Learner:
    """Moves the vectors of features, (F, d) float32, in place.

    `words` (V, F) float32 holds the vocabulary of the batches as weighted features.
    """

    def __init__(
        self,
        settings: Rates,
        words: csr_array,
        vectors: Floats,
        generator: np.random.Generator,
    ) -> None:
        self.settings = settings
        self._words, self._vectors, self._generator = words, vectors, generator
        self._squares = np.full(len(vectors), 1e-8, np.float32)

    def step(self, batch: Batch, rate: float) -> None:
        """One step down the gradient. Words and features are dropped anew on each side."""
        if len(batch.concepts) < 2:
            return
        vocabulary = self._words.shape[0]
        found = np.concatenate([batch.left.indices, batch.right.indices + np.int32(vocabulary)])
        known, local = _compact(found, 2 * vocabulary)
        counts = np.concatenate([batch.left.data, batch.right.data])
        indptr = np.concatenate([batch.left.indptr, batch.left.indptr[-1] + batch.right.indptr[1:]])
        kept = self._kept(len(counts), self.settings.word_dropout)
        texts = csr_array((counts * kept, local, indptr), shape=(len(indptr) - 1, len(known)))
        features, columns = self._features(known % vocabulary)
        vectors = self._vectors[columns]
        summed = texts @ (features @ vectors)
        gradient = info_nce(summed, batch.concepts, self.settings.scale)
        # By rows, each sum is written once; a transposed matrix scatters its parts over memory.
        back = csr_array(features.T), csr_array(texts.T)
        slope = np.asarray(back[0] @ (back[1] @ gradient), dtype=np.float32)
        for start in range(0, len(columns), _BLOCK):
            block = slice(start, start + _BLOCK)
            self._move(columns[block], vectors[block], slope[block], rate)

    def _move(self, rows: NDArray[np.int64], vectors: Floats, slope: Floats, rate: float) -> None:
        """Row-wise Adagrad: what rows moved before makes them move less. `slope` is used up."""
        squares = self._squares[rows] + _row_products(slope, slope) / slope.shape[1]
        self._squares[rows] = squares
        slope *= (rate / np.sqrt(squares))[:, None]
        self._vectors[rows] = vectors - slope

    def _features(self, words: NDArray[np.int64]) -> tuple[csr_array, NDArray[np.int64]]:
        """Words over the features that are not dropped: (w, f), and the places of these f."""
        picked = self._words[words]
        kept = self._kept(len(picked.data), self.settings.dropout)
        owners = np.repeat(np.arange(len(words)), np.diff(picked.indptr))[kept]
        indptr = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(words)))])
        columns, local = _compact(picked.indices[kept], self._words.shape[1])
        shape = (len(words), len(columns))
        return csr_array((picked.data[kept], local, indptr.astype(np.int32)), shape=shape), columns

    def _kept(self, count: int, dropout: float) -> NDArray[np.bool_]:
        return np.asarray(self._generator.random(count, dtype=np.float32) >= dropout)


def info_nce(summed: Floats, concepts: NDArray[np.int64], scale: float) -> Floats:
    """The gradient of the symmetric InfoNCE loss for sums of word vectors, both (2b, d) float32.

    Row i and row b + i are a pair; other pairs of the same concept are no negatives.
    """
    size = len(concepts)
    norms = np.maximum(np.sqrt(_row_products(summed, summed))[:, None], 1e-6)
    units = np.asarray(summed / norms, dtype=np.float32)
    left, right = units[:size], units[size:]
    logits = scale * (left @ right.T)
    same = concepts[:, None] == concepts[None, :]
    np.fill_diagonal(same, False)
    logits[same] = _MASKED
    powers = np.exp(logits - scale)
    pull = powers / powers.sum(axis=1, keepdims=True) + powers / powers.sum(axis=0, keepdims=True)
    pull[np.diag_indices(size)] -= 2
    pull *= scale / (2 * size)
    gradient: Floats = np.concatenate([pull @ right, pull.T @ left])
    gradient -= units * _row_products(gradient, units)[:, None]
    return np.asarray(gradient / norms, dtype=np.float32)


def _row_products(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", one, other), dtype=np.float32)


def _compact(ids: NDArray[np.int32], size: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The distinct ids in order, and the place of each id among them; all are below `size`."""
    seen = np.zeros(size, dtype=bool)
    seen[ids] = True
    known = np.flatnonzero(seen)
    place = np.zeros(size, np.int32)
    place[known] = np.arange(len(known), dtype=np.int32)
    return known, place[ids]
