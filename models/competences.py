"""Reads competences out of sentences by likeness: how likely each is meant, and by which words.

A sentence is compared with one vector a competence, made of its labels in all languages and its
description; the best are compared again with each run of a few words of the sentence, which also
tells where the competence was read. A competence that many occupations use is likelier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from competent_data.taxonomy import Label, Taxonomy
from models.encoder import Encoder, Floats, unit, words_of
from models.grid import DENSE_BITS, on_grid
from models.occupations import sums
from models.readings import RUN, STRIDE, Calibration, Opinion, Readings, best_columns, best_runs

PREFERRED, DESCRIPTION = 0.5, 0.4
"""What the preferred label and the description add to the mean label of a competence."""
PRIOR = 0.02
"""Times ln(1 + occupations that use it)."""
RUNS = 0.25
"""How much the best run of a few words counts beside the whole sentence."""
CANDIDATES = 64
"""So many competences of a sentence are compared with its runs."""
CALIBRATION = Calibration(base=-5.0, by_likeness=3.96, by_gap=14.81, by_rank=-0.24)
"""Fitted on sentences made up of ESCO alone: held-out labels between phrases, descriptions without
the words of their labels, and both with what they mean taken away."""
_BATCH = 256


class CompetenceReader:
    """Sentences into the likeliest of the C competences of a taxonomy."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.concepts_: Floats = np.zeros((0, encoder.settings.dimensions), np.float32)
        self.prior_: Floats = np.zeros(0, np.float32)
        self.opinion: Opinion | None = None

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

    def read(
        self,
        texts: Sequence[str],
        kept: int = 10,
        words: Sequence[Sequence[str]] | None = None,
        *,
        opinion: bool = True,
    ) -> Readings:
        """The likeliest competences of sentences, in any of the languages.

        `words` are their folded words, where they are at hand. With `opinion` pretrained encoders
        are asked, too, where there are any: each takes longer by far than all the rest.
        """
        kept = min(kept, len(self.prior_))
        if not len(texts) or not kept:
            return Readings.none(len(texts), kept)
        words = [words_of(text) for text in texts] if words is None else words
        parts = [slice(i, i + _BATCH) for i in range(0, len(texts), _BATCH)]
        heeded = self.opinion if opinion else None
        return Readings.join([self._read(texts[p], words[p], kept, heeded) for p in parts])

    def _read(
        self,
        texts: Sequence[str],
        words: Sequence[Sequence[str]],
        kept: int,
        opinion: Opinion | None,
    ) -> Readings:
        whole = self.encoder.encode_words(words)
        parts, sizes = self.encoder.encode_runs(words, RUN, STRIDE)
        likeness = whole @ self.concepts_.T
        likeness += self.prior_
        if opinion is not None:
            likeness = opinion.added(likeness, texts)
        candidates = best_columns(likeness, max(kept, CANDIDATES))
        found = np.take_along_axis(likeness, candidates, axis=1)
        best, run = best_runs(parts, sizes, self.concepts_, candidates)
        found += RUNS * (best + self.prior_[candidates])
        found /= 1 + RUNS
        order = np.argsort(-found, axis=1, kind="stable")
        ranked = np.take_along_axis(found, order, axis=1)
        sure = CALIBRATION.confidence(ranked)[:, :kept]
        order = order[:, :kept]
        read = np.take_along_axis(candidates, order, axis=1)
        dumb = ~whole.any(axis=1)
        if opinion is not None:
            dumb = np.array([not found for found in words])
        read[dumb], sure[dumb] = -1, 0
        return Readings(read, ranked[:, :kept], sure, np.take_along_axis(run, order, axis=1))


def _gathered(
    vectors: Floats, rows: Sequence[Label], picked: NDArray[np.bool_], count: int
) -> Floats:
    owners = np.array([row.concept for row in rows], dtype=np.int64)
    return sums(vectors[picked], owners[picked], count)
