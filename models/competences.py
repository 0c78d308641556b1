"""Reads competences out of sentences by likeness: how likely each is meant, and by which words.

A sentence is compared with one vector a competence, made of its labels in all languages and its
description; the best are compared again with each run of a few words of the sentence, which also
tells where the competence was read. A competence that many occupations use is likelier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from competent_data.taxonomy import Label, Taxonomy
from models.encoder import Encoder, Floats, unit, words_of
from models.grid import DENSE_BITS, on_grid
from models.occupations import sums

Ints = NDArray[np.int32]

PREFERRED, DESCRIPTION = 0.5, 0.4
"""What the preferred label and the description add to the mean label of a competence."""
PRIOR = 0.02
"""Times ln(1 + occupations that use it)."""
RUN, STRIDE, RUNS = 7, 3, 0.25
"""Words of a run, words from one to the next, and how much the best run counts."""
CANDIDATES = 64
"""So many competences of a sentence are compared with its runs."""
BASE, BY_LIKENESS, BY_GAP, BY_RANK = -5.0, 3.96, 14.81, -0.24
"""Confidence, by logistic regression on sentences made up of ESCO alone: held-out labels between
phrases, descriptions without the words of their labels, and both with what they mean taken away."""
_BATCH = 256
_BLOCK = 32


@dataclass(frozen=True)
class Read:
    """The k likeliest competences of n sentences, the likeliest first, ties by place.

    `competences` (n, k) int32 is -1 where a sentence has no known feature; `likeness` (n, k)
    float32, about [0, 1.2]; `confidence` (n, k) float32 is how often such a reading is right, in
    [0, 1], 0 where there is none; `run` (n, k) int32 is the number of the run of words that speaks
    for it most, which starts at word `run` · `STRIDE`.
    """

    competences: Ints
    likeness: Floats
    confidence: Floats
    run: Ints


class CompetenceReader:
    """Sentences into the likeliest of the C competences of a taxonomy."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.concepts_: Floats = np.zeros((0, encoder.settings.dimensions), np.float32)
        self.prior_: Floats = np.zeros(0, np.float32)

    def fit(self, taxonomy: Taxonomy) -> Self:
        """Encode what each competence is compared by; one without label or text is never read."""
        count = len(taxonomy.competences)
        if not count or not self.encoder.features_:
            return self
        labels = taxonomy.competence_labels
        vectors = self.encoder.encode([label.text for label in labels])
        named = np.zeros((count, vectors.shape[1]), np.float32)
        for lang in sorted({label.lang for label in labels}):
            spoken = np.array([label.lang == lang for label in labels])
            preferred = spoken & np.array([label.preferred for label in labels])
            named += unit(_gathered(vectors, labels, spoken, count))
            named += PREFERRED * unit(_gathered(vectors, labels, preferred, count))
        texts = taxonomy.competence_texts
        every = np.ones(len(texts), dtype=bool)
        described = _gathered(self.encoder.encode([t.text for t in texts]), texts, every, count)
        concepts = unit(unit(named) + DESCRIPTION * unit(described))
        self.concepts_ = on_grid(concepts, DENSE_BITS)
        used = np.bincount(taxonomy.profile.indices, minlength=count)
        prior = on_grid((PRIOR * np.log1p(used)).astype(np.float32), 2 * DENSE_BITS)
        self.prior_ = np.where(concepts.any(axis=1), prior, np.float32(-1))
        return self

    def likeness(self, texts: Sequence[str], lang: str) -> Floats:
        """How like each competence each text is, runs left out, about [0, 1.2]: (n, C) float32.

        All languages share one space: `lang` makes no difference.
        """
        del lang
        return np.asarray(self.encoder.encode(texts) @ self.concepts_.T + self.prior_)

    def read(self, texts: Sequence[str], kept: int = 10) -> Read:
        """The likeliest competences of sentences, in any of the languages."""
        return self.read_words([words_of(text) for text in texts], kept)

    def read_words(self, texts: Sequence[Sequence[str]], kept: int = 10) -> Read:
        """The same for sentences that are words already, as `words_of` gives them."""
        kept = min(kept, len(self.prior_))
        parts = [self._read(texts[i : i + _BATCH], kept) for i in range(0, len(texts), _BATCH)]
        if not parts or not kept:
            empty = np.zeros((len(texts), kept), np.float32)
            return Read(empty.astype(np.int32), empty, empty, empty.astype(np.int32))
        return Read(
            np.concatenate([part.competences for part in parts]),
            np.concatenate([part.likeness for part in parts]),
            np.concatenate([part.confidence for part in parts]),
            np.concatenate([part.run for part in parts]),
        )

    def _read(self, words: Sequence[Sequence[str]], kept: int) -> Read:
        runs = [_runs(found) for found in words]
        vectors = self.encoder.encode_words([*words, *(run for found in runs for run in found)])
        whole, parts = vectors[: len(words)], vectors[len(words) :]
        likeness = whole @ self.concepts_.T
        likeness += self.prior_
        candidates = best_columns(likeness, max(kept, CANDIDATES))
        found = np.take_along_axis(likeness, candidates, axis=1)
        best, run = self._best_runs(parts, [len(part) for part in runs], candidates)
        found += RUNS * (best + self.prior_[candidates])
        found /= 1 + RUNS
        order = np.argsort(-found, axis=1, kind="stable")
        ranked = np.take_along_axis(found, order, axis=1)
        sure = confidence(ranked)[:, :kept]
        order = order[:, :kept]
        read = np.take_along_axis(candidates, order, axis=1)
        dumb = ~whole.any(axis=1)
        read[dumb], sure[dumb] = -1, 0
        return Read(read, ranked[:, :kept], sure, np.take_along_axis(run, order, axis=1))

    def _best_runs(self, parts: Floats, sizes: list[int], candidates: Ints) -> tuple[Floats, Ints]:
        """The likeness of each candidate to its best run, and which that is: (n, k) both.

        Sentences of as many runs are worked out together.
        """
        best = np.zeros(candidates.shape, np.float32)
        which = np.zeros(candidates.shape, np.int32)
        counts = np.array(sizes)
        starts = np.cumsum(counts) - counts
        for count in np.unique(counts):
            rows = np.flatnonzero(counts == count)
            runs = parts[starts[rows, None] + np.arange(count)]
            alike = runs @ self.concepts_[candidates[rows]].transpose(0, 2, 1)
            which[rows] = alike.argmax(axis=1)
            best[rows] = alike.max(axis=1)
        return best, which


def confidence(ranked: Floats) -> Floats:
    """How often readings of such likeness, the best first, are right: (n, k) float32 in [0, 1].

    The gap is to the best, or for the best itself to the second.
    """
    gap = ranked - ranked[:, :1]
    if ranked.shape[1] > 1:
        gap[:, 0] = ranked[:, 0] - ranked[:, 1]
    rank = np.log1p(np.arange(ranked.shape[1], dtype=np.float32))
    odds = BASE + BY_LIKENESS * ranked + BY_GAP * gap + BY_RANK * rank
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)


def best_columns(values: Floats, kept: int) -> Ints:
    """The columns of the `kept` largest values of each row, in rising order: (n, kept) int32.

    Of values level at the border, the first columns are taken. Only what reaches the smallest of
    the `kept` best block maxima is looked at: it holds at least `kept` values.
    """
    count, width = values.shape
    kept = min(kept, width)
    blocks = -(-width // _BLOCK)
    if kept >= blocks or not count:
        order = np.argsort(-values, axis=1, kind="stable")[:, :kept]
        return np.sort(order, axis=1).astype(np.int32)
    tops = np.maximum.reduceat(values, np.arange(0, width, _BLOCK), axis=1)
    least = np.partition(tops, blocks - kept, axis=1)[:, blocks - kept]
    found = np.zeros((count, kept), np.int32)
    for row, border in enumerate(least):
        columns = np.flatnonzero(values[row] >= border)
        order = np.argsort(-values[row, columns], kind="stable")[:kept]
        found[row] = np.sort(columns[order])
    return found


def _runs(words: Sequence[str]) -> list[Sequence[str]]:
    last = max(1, len(words) - RUN + STRIDE)
    return [words[i : i + RUN] for i in range(0, last, STRIDE)]


def _gathered(
    vectors: Floats, rows: Sequence[Label], picked: NDArray[np.bool_], count: int
) -> Floats:
    owners = np.array([row.concept for row in rows], dtype=np.int64)
    return sums(vectors[picked], owners[picked], count)
