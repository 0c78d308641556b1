"""Reads competences out of a sentence: how like each competence is to what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from competent_data.taxonomy import Label, Taxonomy
from models.encoder import Encoder, Floats, unit
from models.grid import DENSE_BITS, on_grid

PREFERRED, DESCRIPTION, PRIOR = 0.5, 0.5, 0.02
"""What a preferred label adds to all labels, a description to these, and being used widely."""


class CompetenceReader:
    """Sentences against the C competences of a taxonomy."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.concepts_: Floats = np.zeros((0, encoder.settings.dimensions), np.float32)
        self.prior_: Floats = np.zeros(0, np.float32)

    def fit(self, taxonomy: Taxonomy) -> Self:
        """Encode what each competence is compared by, in all languages together."""
        count = len(taxonomy.competences)
        labels, texts = taxonomy.competence_labels, taxonomy.competence_texts
        if not count or not self.encoder.features_:
            return self
        vectors = self.encoder.encode([label.text for label in labels])
        total = np.zeros((count, vectors.shape[1]), np.float32)
        for lang in sorted({label.lang for label in labels}):
            spoken = np.array([label.lang == lang for label in labels])
            chosen = spoken & np.array([label.preferred for label in labels])
            total += _mean(vectors, labels, spoken, count)
            total += PREFERRED * _mean(vectors, labels, chosen, count)
        described = self.encoder.encode([text.text for text in texts])
        every = np.ones(len(texts), dtype=bool)
        total += DESCRIPTION * _mean(described, texts, every, count)
        self.concepts_ = on_grid(unit(total), DENSE_BITS)
        used = np.bincount(taxonomy.profile.indices, minlength=count)
        self.prior_ = (PRIOR * np.log1p(used)).astype(np.float32)
        return self

    def likeness(self, texts: Sequence[str], lang: str) -> Floats:
        """How like each competence each text is, about [0, 1.2]: (n, C) float32."""
        del lang
        return np.asarray(self.encoder.encode(texts) @ self.concepts_.T + self.prior_)


def _mean(
    vectors: Floats, labels: Sequence[Label], chosen: NDArray[np.bool_], count: int
) -> Floats:
    """The unit mean of the chosen labels of each concept, (count, d)."""
    total = np.zeros((count, vectors.shape[1]), np.float32)
    owners = np.array([label.concept for label in labels], dtype=np.int64)
    np.add.at(total, owners[chosen], vectors[chosen])
    return unit(total)
