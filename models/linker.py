"""Finds competences in a text by their labels, with the place where each was read.

Words are compared by their stems, function words left out. A label counts when its words follow
one another, or all stand within a few words of one another. A label that is short and written with
capitals (R, C, Go, SAS) counts only where the text writes it so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, Self

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from competent_data.taxonomy import Taxonomy
from competent_data.text import EVERYDAY_WORDS, FUNCTION_WORDS, fold, plain, spans

How = Literal["label", "words near one another"]
SEQUENCE, ONE_WORD, OTHER_WORD, WINDOW = 0.95, 0.75, 0.4, 0.6
"""Confidence of a label of several words (or written with capitals), of a preferred label of one
word, of another label of one word, and of words near one another."""
LONGEST = 8
SPREAD = 2
"""So many other words may stand between those of a label."""
SHORT = 3
ENDING = 2
"""A word may be longer or shorter than its label by so many letters: heftruck, heftrucks."""
_ALGORITHM = {"nl": "dutch", "fr": "french", "en": "english", "de": "german"}
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Mention:
    """A competence read in a text, at `start` to `end` of the plain text; a guess to confirm."""

    competence: int
    start: int
    end: int
    confidence: float
    how: How


class _Word(NamedTuple):
    stem: str
    start: int
    end: int


class Linker:
    """Competences in texts, by the labels of a taxonomy in the text's language and in English."""

    def __init__(self) -> None:
        self.stems_: dict[str, int] = {}
        self.hashes_: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self.owners_: NDArray[np.int32] = np.zeros(0, np.int32)
        self.sure_: NDArray[np.float64] = np.zeros(0)
        self.single_: tuple[str, ...] = ()
        self.rare_: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self.rare_label_: NDArray[np.int32] = np.zeros(0, np.int32)
        self.words_: NDArray[np.int32] = np.zeros((0, LONGEST), np.int32)

    def fit(self, taxonomy: Taxonomy) -> Self:
        """Index the labels; a label without a word of meaning can't be found and is left out."""
        labels: list[tuple[int, str, list[str], str]] = []
        preferred: list[bool] = []
        counts: Counter[str] = Counter()
        for label in taxonomy.competence_labels:
            if label.lang not in _ALGORITHM:
                continue
            stems = [word.stem for word in _words(plain(label.text), label.lang)]
            if 0 < len(stems) <= LONGEST:
                labels.append((label.concept, label.lang, stems, label.text.strip()))
                preferred.append(label.preferred)
                counts.update({f"{label.lang}:{stem}" for stem in stems})
        self.stems_ = {
            stem: i + 1 for i, stem in enumerate(sorted({s for x in labels for s in x[2]}))
        }
        self.words_ = np.zeros((len(labels), LONGEST), np.int32)
        for row, (_, _, stems, _) in enumerate(labels):
            self.words_[row, : len(stems)] = [self.stems_[stem] for stem in stems]
        langs = np.array([_tag(lang) for _, lang, _, _ in labels], dtype=np.uint64)
        owners = np.array([owner for owner, *_ in labels], dtype=np.int32)
        hashes = _sequence_hashes(self.words_, langs)
        order = np.argsort(hashes, kind="stable")
        self.hashes_, self.owners_, self.words_ = hashes[order], owners[order], self.words_[order]
        ordered = [labels[i] for i in order]
        self.single_ = tuple(text if len(stems) == 1 else "" for _, _, stems, text in ordered)
        self.sure_ = np.array(
            [
                SEQUENCE if not text or _cased(text) else (ONE_WORD if preferred[i] else OTHER_WORD)
                for i, text in zip(order, self.single_, strict=True)
            ]
        )
        several = [
            (_mark(self.stems_[min(stems, key=lambda s: (counts[f"{lang}:{s}"], s))], lang), row)
            for row, (_, lang, stems, _) in enumerate(ordered)
            if len(set(stems)) > 1
        ]
        several.sort()
        self.rare_ = np.array([mark for mark, _ in several], dtype=np.uint64)
        self.rare_label_ = np.array([row for _, row in several], dtype=np.int32)
        return self

    def link(self, text: str, lang: str) -> tuple[Mention, ...]:
        """Mentions in a plain text, one a competence (the surest, then the first), by place."""
        found: dict[int, Mention] = {}
        for spoken in dict.fromkeys((lang, "en")):
            if spoken not in _ALGORITHM:
                continue
            words = _words(text, spoken)
            ids = np.array([self.stems_.get(word.stem, 0) for word in words], dtype=np.int32)
            for mention in (
                *self._sequences(text, words, ids, spoken),
                *self._near(words, ids, spoken),
            ):
                best = found.get(mention.competence)
                if best is None or mention.confidence > best.confidence:
                    found[mention.competence] = mention
        return tuple(sorted(found.values(), key=lambda m: (m.start, m.competence)))

    def _sequences(
        self, text: str, words: Sequence[_Word], ids: NDArray[np.int32], lang: str
    ) -> Iterable[Mention]:
        taken: list[tuple[int, int]] = []
        for size in range(min(LONGEST, len(ids)), 0, -1):
            windows = np.lib.stride_tricks.sliding_window_view(ids, size)
            known = np.flatnonzero((windows > 0).all(axis=1))
            if not len(known):
                continue
            padded = np.zeros((len(known), LONGEST), np.int32)
            padded[:, :size] = windows[known]
            tags = np.full(len(known), _tag(lang), np.uint64)
            hashes = _sequence_hashes(padded, tags)
            low = np.searchsorted(self.hashes_, hashes, "left")
            high = np.searchsorted(self.hashes_, hashes, "right")
            fresh = []
            for at, first, last in zip(known.tolist(), low.tolist(), high.tolist(), strict=True):
                start, end = words[at].start, words[at + size - 1].end
                if first == last or any(s <= start and end <= e for s, e in taken):
                    continue
                for row in range(first, last):
                    if size == 1 and not _same_word(self.single_[row], text[start:end]):
                        continue
                    fresh.append((start, end))
                    sure = float(self.sure_[row])
                    yield Mention(int(self.owners_[row]), start, end, sure, "label")
            taken += fresh

    def _near(self, words: Sequence[_Word], ids: NDArray[np.int32], lang: str) -> Iterable[Mention]:
        places: dict[int, list[int]] = {}
        for place, id_ in enumerate(ids.tolist()):
            if id_:
                places.setdefault(id_, []).append(place)
        marks = np.array([_mark(id_, lang) for id_ in places], dtype=np.uint64)
        low = np.searchsorted(self.rare_, marks, "left")
        high = np.searchsorted(self.rare_, marks, "right")
        for id_, first, last in zip(places, low, high, strict=True):
            for row in self.rare_label_[first:last].tolist():
                wanted = {w for w in self.words_[row].tolist() if w}
                if not wanted <= places.keys():
                    continue
                span = _window(places, id_, wanted)
                if span is not None:
                    start, end = words[span[0]].start, words[span[1]].end
                    owner = int(self.owners_[row])
                    yield Mention(owner, start, end, WINDOW, "words near one another")


def _window(places: dict[int, list[int]], anchor: int, wanted: set[int]) -> tuple[int, int] | None:
    """First and last place of the wanted words where they stand closest; None where nowhere."""
    reach = len(wanted) + SPREAD
    best: tuple[int, int] | None = None
    for here in places[anchor]:
        near = [[p for p in places[w] if abs(p - here) < reach] for w in wanted]
        if not all(near):
            continue
        for first in sorted(p for found in near for p in found):
            after = [[p for p in found if p >= first] for found in near]
            if not all(after):
                break
            last = max(min(found) for found in after)
            if last - first < (reach if best is None else best[1] - best[0]):
                best = first, last
    return best


def _words(text: str, lang: str) -> list[_Word]:
    function = FUNCTION_WORDS[lang]
    return [
        _Word(_stem(token.text, lang), token.start, token.end)
        for token in spans(text)
        if token.text not in function
        or (len(token.text) == 1 and text[token.start : token.end].isupper())
    ]


@lru_cache(maxsize=1 << 17)
def _stem(word: str, lang: str) -> str:
    if len(word) <= SHORT or not word.isalpha():
        return word
    return fold(str(_stemmer(lang).stemWord(word)))


@lru_cache(maxsize=8)
def _stemmer(lang: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(_ALGORITHM[lang])


def _cased(label: str) -> bool:
    """Whether only its capitals tell a label from an ordinary word."""
    return len(label) <= SHORT and label != label.lower()


def _same_word(label: str, written: str) -> bool:
    """Whether a label of one word stands there: a stem alone confuses status, statistics."""
    if _cased(label):
        return label == written or (not label.isalpha() and fold(label) == fold(written))
    if fold(written) in EVERYDAY_WORDS:
        return False
    one, other = sorted((fold(label), fold(written)), key=len)
    return other.startswith(one[:-1]) and len(other) - len(one) <= ENDING


def _tag(lang: str) -> int:
    return 1 + tuple(_ALGORITHM).index(lang)


def _mark(stem: int, lang: str) -> int:
    return stem * 8 + _tag(lang)


def _sequence_hashes(words: NDArray[np.int32], tags: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64-bit hashes of rows of word numbers, (n, LONGEST), 0 after the last word: (n,)."""
    found = tags.astype(np.uint64) * _PRIME
    for column in words.T:
        found = (found ^ column.astype(np.uint64)) * _PRIME
        found ^= found >> np.uint64(29)
    return found
