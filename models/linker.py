"""Finds competences in a text by their labels, with the place where each was read.

Words are compared by their stems, function words left out. A label counts when its words follow
one another, or all stand within a few words of one another. A label that is short and written with
capitals (R, C, Go, SAS) counts only where the text writes it so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple, Self

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from competent_data.taxonomy import Taxonomy
from competent_data.text import EVERYDAY_WORDS, FUNCTION_WORDS, Token, fold, plain, spans
from models.rules import rules

How = Literal["label", "words near one another", "likeness"]
SEQUENCE, ONE_WORD, OTHER_WORD, WINDOW = 0.95, 0.75, 0.4, 0.6
"""Confidence of a label of several words (or written with capitals), of a preferred label of one
word, of another label of one word, and of words near one another."""
LONGEST = 8
SPREAD = 2
"""So many other words may stand between those of a label."""
SHORT = 3
ENDING = 2
"""A word may be longer or shorter than its label by so many letters: heftruck, heftrucks."""
_BEFORE = 40
"""A category is named within so many letters before its letter."""
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
        self.rare_: NDArray[np.int64] = np.zeros(0, np.int64)
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
            written = plain(label.text)
            stems = [word.stem for word in _meant(spans(written), written, label.lang)]
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
        owners = np.array([owner for owner, *_ in labels], dtype=np.int32)
        hashes = np.array([_seed(lang) for _, lang, _, _ in labels], dtype=np.uint64)
        for column in self.words_.T:
            hashes = np.where(column > 0, _mixed(hashes, column), hashes)
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
            (self.stems_[min(stems, key=lambda s: (counts[f"{lang}:{s}"], s))], _tag(lang), row)
            for row, (_, lang, stems, _) in enumerate(ordered)
            if len(set(stems)) > 1
        ]
        stems_, tags, rows = np.array(several, dtype=np.int64).reshape(-1, 3).T
        marks = _marks(stems_, tags)
        by_mark = np.argsort(marks, kind="stable")
        self.rare_ = marks[by_mark]
        self.rare_label_ = rows[by_mark].astype(np.int32)
        return self

    def link(
        self, text: str, lang: str, places: Sequence[Token] | None = None
    ) -> tuple[Mention, ...]:
        """Mentions in a plain text, one a competence (the surest, then the first), by place.

        `places` are the `spans` of the text, where they are at hand.
        """
        found: dict[int, Mention] = {}
        places = spans(text) if places is None else places
        for spoken in dict.fromkeys((lang, "en")):
            if spoken not in _ALGORITHM:
                continue
            words = _meant(places, text, spoken)
            ids = np.array([self.stems_.get(word.stem, 0) for word in words], dtype=np.int32)
            for mention in self._sequences(text, words, ids, spoken):
                _keep_surest(found, mention)
            named = {m.competence for m in found.values() if m.confidence >= WINDOW}
            for mention in self._near(words, ids, spoken, named):
                _keep_surest(found, mention)
        return tuple(sorted(found.values(), key=lambda m: (m.start, m.competence)))

    def _sequences(
        self, text: str, words: Sequence[_Word], ids: NDArray[np.int32], lang: str
    ) -> Iterable[Mention]:
        """Labels whose words follow one another; one within a longer one is left out."""
        taken: list[tuple[int, int]] = []
        for size, at, first in sorted(self._runs(ids, lang), key=lambda run: (-run[0], run[1])):
            start, end = words[at].start, words[at + size - 1].end
            if any(s <= start and end <= e and e - s > end - start for s, e in taken):
                continue
            for row in range(first, len(self.hashes_)):
                if self.hashes_[row] != self.hashes_[first]:
                    break
                if size == 1 and not _same_word(self.single_[row], text, start, end):
                    continue
                taken.append((start, end))
                yield Mention(int(self.owners_[row]), start, end, float(self.sure_[row]), "label")

    def _runs(self, ids: NDArray[np.int32], lang: str) -> Iterator[tuple[int, int, int]]:
        """Runs of words that are a label: its number of words, where, and its first row."""
        if not len(self.hashes_):
            return
        starts = np.flatnonzero(ids)
        hashes = np.full(len(starts), _seed(lang), np.uint64)
        for size in range(1, LONGEST + 1):
            hashes = _mixed(hashes, ids[starts + size - 1])
            rows = np.searchsorted(self.hashes_, hashes)
            hit = np.flatnonzero(self.hashes_[np.minimum(rows, len(self.hashes_) - 1)] == hashes)
            yield from ((size, int(starts[i]), int(rows[i])) for i in hit)
            goes_on = starts + size < len(ids)
            goes_on[goes_on] = ids[starts[goes_on] + size] > 0
            starts, hashes = starts[goes_on], hashes[goes_on]

    def _near(
        self, words: Sequence[_Word], ids: NDArray[np.int32], lang: str, named: set[int]
    ) -> Iterable[Mention]:
        """Labels whose words stand near one another, but of competences named already."""
        known, local = np.unique(ids, return_inverse=True)
        marks = _marks(known[known > 0], _tag(lang))
        low, high = np.searchsorted(self.rare_, marks), np.searchsorted(self.rare_, marks, "right")
        rows = np.concatenate(
            [ids[:0], *(self.rare_label_[a:b] for a, b in zip(low, high, strict=True))]
        )
        anchors = np.repeat(known[known > 0], high - low)
        present = np.zeros(len(self.stems_) + 1, np.bool_)
        present[known] = present[0] = True
        complete = present[self.words_[rows]].all(axis=1)
        rows, anchors = rows[complete], anchors[complete]
        # Of those whose words are all there, the ones with no word far from the rarest.
        wanted = np.where(self.words_[rows] > 0, self.words_[rows], anchors[:, None])
        apart = _distances(local, len(known))
        at, of = np.searchsorted(known, wanted), np.searchsorted(known, anchors)
        reach = (self.words_[rows] > 0).sum(axis=1) + SPREAD
        close = np.flatnonzero((apart[of[:, None], at] < reach[:, None]).all(axis=1))
        places: dict[int, list[int]] = {}
        for place, id_ in enumerate(ids.tolist()):
            places.setdefault(id_, []).append(place)
        for row, anchor in zip(rows[close].tolist(), anchors[close].tolist(), strict=True):
            owner = int(self.owners_[row])
            if owner in named:
                continue
            span = _window(places, anchor, {w for w in self.words_[row].tolist() if w})
            if span is not None:
                start, end = words[span[0]].start, words[span[1]].end
                yield Mention(owner, start, end, WINDOW, "words near one another")


def _keep_surest(found: dict[int, Mention], mention: Mention) -> None:
    best = found.get(mention.competence)
    if best is None or (best.confidence, -best.start) < (mention.confidence, -mention.start):
        found[mention.competence] = mention


def _distances(local: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    """How many words apart two of a text's n words stand at the closest, as far as any label
    reaches: (n, n)."""
    apart = np.full((count, count), LONGEST + SPREAD, np.int32)
    for step in range(LONGEST + SPREAD - 1, 0, -1):
        one, other = local[:-step], local[step:]
        apart[one, other] = apart[other, one] = step
    np.fill_diagonal(apart, 0)
    return apart


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


def _meant(places: Sequence[Token], text: str, lang: str) -> list[_Word]:
    """The words that carry meaning in a language, as stems."""
    function = FUNCTION_WORDS[lang]
    return [
        _Word(_stem(token, lang), start, end)
        for token, start, end in places
        if token not in function or (len(token) == 1 and text[start:end].isupper())
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


def _same_word(label: str, text: str, start: int, end: int) -> bool:
    """Whether a label of one word stands there: a stem alone confuses status, statistics."""
    written = text[start:end]
    if _cased(label):
        if label.isalpha() and _category_before().search(text[max(0, start - _BEFORE) : start]):
            return False
        if "&" in (text[start - 1 : start], text[end : end + 1]):
            return False
        return label == written or (not label.isalpha() and fold(label) == fold(written))
    if fold(written) in EVERYDAY_WORDS:
        return False
    one, other = sorted((fold(label), fold(written)), key=len)
    return other.startswith(one[:-1]) and len(other) - len(one) <= ENDING


@cache
def _category_before() -> re.Pattern[str]:
    return re.compile(rules("labels")["category"], re.VERBOSE | re.IGNORECASE)


def _tag(lang: str) -> int:
    return 1 + tuple(_ALGORITHM).index(lang)


def _marks(stems: NDArray[np.signedinteger], tags: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """A stem in a language, as one number."""
    return stems.astype(np.int64) * 8 + tags


def _seed(lang: str) -> np.uint64:
    return np.uint64(_tag(lang) * int(_PRIME) % 2**64)


def _mixed(hashes: NDArray[np.uint64], words: NDArray[np.int32]) -> NDArray[np.uint64]:
    """64-bit hashes of runs of words, each a word longer: (n,)."""
    found = (hashes ^ words.astype(np.uint64)) * _PRIME
    return found ^ (found >> np.uint64(29))
