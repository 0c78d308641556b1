"""Words of people and vacancies, for the rankers that know nothing else.

How rare a word is, is learnt from the vacancies that anything happened to before the split: so a
vacancy that is added changes the order of no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from competent_data.records import LANGS, Person, Vacancy
from competent_data.store import Store
from competent_data.text import tokens
from matcher.labels import Labels

K1, B = 1.2, 0.75
"""Of BM25, as its authors propose: how soon a word that comes again adds nothing, and how much the
length of a text counts."""
_A_WORD = "woord"
"""Stands in the vocabulary whatever is said, which may not be empty."""

Floats = NDArray[np.float64]


class Wording:
    """All that a record says: its text, and the names of what it states, in its language."""

    def __init__(self, store: Store) -> None:
        self._labels = {lang: Labels(store, lang) for lang in LANGS}

    def person(self, person: Person) -> str:
        """Text, competences, wished and past occupations."""
        ids = [id_ for id_, _ in person.competences.items()]
        ids += [*person.wished, *(past.occupation for past in person.past)]
        return "\n".join((person.text, *map(self._labels[person.lang].get, ids)))

    def vacancy(self, vacancy: Vacancy) -> str:
        """Title, text, competences asked and welcome, occupation."""
        ids = [*vacancy.must, *vacancy.may, *filter(None, [vacancy.occupation])]
        labels = map(self._labels[vacancy.lang].get, ids)
        return "\n".join((vacancy.title, vacancy.text, *labels))


class Words:
    """How often each word stands in each text (n, w); `learnt` are the rows to learn from.

    The words of what is `asked` are in the vocabulary too, so that all of a question counts.
    """

    def __init__(
        self, texts: Sequence[str], learnt: NDArray[np.int64], asked: Iterable[str]
    ) -> None:
        self._counter = CountVectorizer(analyzer=tokens, dtype=np.float64)
        self._counter.fit([*texts, *asked, _A_WORD])
        self.counts = csr_array(self._counter.transform(texts))
        self.learnt = csr_array(self.counts[learnt])

    def of(self, text: str) -> csr_array:
        """(1, w): how often each word stands in a text."""
        return csr_array(self._counter.transform([text]))


class Tfidf:
    """Cosine of word TF-IDF: 1 + ln tf, times 1 + ln((1 + n) / (1 + df)), L2 (Salton 1988)."""

    def __init__(self, words: Words) -> None:
        self._words = words
        # An empty text beside them: of none at all nothing could be learnt.
        learnt = vstack([csr_array((1, words.counts.shape[1])), words.learnt])
        self._weigh = TfidfTransformer(sublinear_tf=True).fit(learnt)
        self._weights = csr_array(self._weigh.transform(words.counts))

    def likeness(self, text: str) -> Floats:
        """(n,) in [0, 1]: 0 where no word is in common."""
        asked = csr_array(self._weigh.transform(self._words.of(text)))
        return _dot(self._weights, asked)


class Okapi:
    """BM25 of Robertson & Zaragoza 2009, idf = ln(1 + (n - df + ½) / (df + ½)), never below 0."""

    def __init__(self, words: Words) -> None:
        self._words = words
        counts, learnt = words.counts, words.learnt
        rare = np.bincount(learnt.indices, minlength=counts.shape[1])
        idf = np.log(1 + (learnt.shape[0] - rare + 0.5) / (rare + 0.5))
        usual = learnt.sum() / max(1, learnt.shape[0]) or 1.0
        length = np.repeat(np.asarray(counts.sum(axis=1)).ravel(), np.diff(counts.indptr))
        often = counts.data
        weights = idf[counts.indices] * often * (K1 + 1)
        weights /= often + K1 * (1 - B + B * length / usual)
        self._weights = csr_array((weights, counts.indices, counts.indptr), counts.shape)

    def likeness(self, text: str) -> Floats:
        """(n,), at least 0 and without a greatest value: 0 where no word is in common."""
        return _dot(self._weights, self._words.of(text))


def _dot(weights: csr_array, asked: csr_array) -> Floats:
    return np.asarray(weights @ asked.toarray().ravel(), dtype=np.float64)
