"""Competences in whole texts, by their labels and by what each sentence is like.

All are suggestions for a person to confirm: each quotes its words, says how it was found and how
sure that is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from competent_data.text import DULL_WORDS, SENTENCE_END, Token, spans
from models.competences import CompetenceReader
from models.grid import BITS, on_grid
from models.linker import ONE_WORD, OTHER_WORD, SEQUENCE, Linker, Mention
from models.needs import denied
from models.readings import RUN, STRIDE

LEAST_SURE = 0.2
"""A likeness that is right less often than this is no suggestion."""
LIKENESSES = 5
"""Of one sentence so many competences are suggested by likeness at most."""
LONGEST_SENTENCE = 40
"""Words; what goes on without a full stop is cut."""
_TEXTS = 64
_LETTERS = 2**16


class Read(NamedTuple):
    """A competence as it was read in a text, in `start` to `end`; `no` where the text says not to
    have it, or not to ask it."""

    competence: int
    start: int
    end: int
    confidence: float
    no: bool


def kept(found: Sequence[Sequence[Read]], width: int) -> tuple[csr_array, csr_array, csr_array]:
    """What was read in n texts as three matrices (n, width) on the grid: how sure each competence
    is, and of its words the first and the last letter (from 1), in steps. Turned round, the text
    says no. What stands beyond 2^16 letters is not kept."""
    cells = [sorted(read for read in row if read.end < _LETTERS) for row in found]
    columns = np.array([read.competence for row in cells for read in row], dtype=np.int32)
    starts = np.cumsum([0, *map(len, cells)])
    sure = np.array([read.confidence for row in cells for read in row], dtype=np.float64)
    ends = np.array([(r.start + 1, r.end) for row in cells for r in row]).reshape(-1, 2)
    no = np.array([read.no for row in cells for read in row], dtype=bool)
    ends[no] = ends[no, ::-1]
    shape = (len(cells), width)
    return (
        csr_array((on_grid(sure), columns, starts), shape=shape),
        csr_array((ends[:, 0] * 2.0**-BITS, columns, starts), shape=shape),
        csr_array((ends[:, 1] * 2.0**-BITS, columns, starts), shape=shape),
    )


def reads(sure: csr_array, first: csr_array, last: csr_array) -> list[list[Read]]:
    """What `kept` kept of n texts, by place in each."""
    letters = (np.rint(ends.data * 2.0**BITS).astype(np.int64).tolist() for ends in (first, last))
    found = [
        Read(competence, start - 1, end, confidence, False)
        if start <= end
        else Read(competence, end - 1, start, confidence, True)
        for competence, confidence, start, end in zip(
            sure.indices.tolist(), sure.data.tolist(), *letters, strict=True
        )
    ]
    rows = pairwise(sure.indptr.tolist())
    return [sorted(found[start:end], key=itemgetter(1, 0)) for start, end in rows]


class TextReader:
    """Texts into the competences that they name or are like."""

    def __init__(self, linker: Linker, competences: CompetenceReader) -> None:
        self.linker = linker
        self.competences = competences

    def read(self, texts: Sequence[str], langs: Sequence[str]) -> list[tuple[Mention, ...]]:
        """Mentions in plain texts, one a competence, by place.

        Of several the surest is kept, then the first; a preferred label, or one of several words,
        is not replaced by a likeness. A text is read the same in whatever company.
        """
        found: list[tuple[Mention, ...]] = []
        for start in range(0, len(texts), _TEXTS):
            batch = slice(start, start + _TEXTS)
            found += self._read(texts[batch], langs[batch])
        return found

    def said(self, texts: Sequence[str], langs: Sequence[str]) -> list[tuple[Read, ...]]:
        """The same for texts of people, with what they say not to have marked: 'geen rijbewijs'."""
        return [
            tuple(Read(m.competence, m.start, m.end, m.confidence, _denied(text, m)) for m in found)
            for text, found in zip(texts, self.read(texts, langs), strict=True)
        ]

    def _read(self, texts: Sequence[str], langs: Sequence[str]) -> list[tuple[Mention, ...]]:
        places = [spans(text) for text in texts]
        found: list[dict[int, Mention]] = [
            {mention.competence: mention for mention in self.linker.link(text, lang, words)}
            for text, lang, words in zip(texts, langs, places, strict=True)
        ]
        for row, mention in self.alike(texts, places, LIKENESSES, guess=False):
            if mention.confidence < LEAST_SURE:
                continue
            best = found[row].get(mention.competence)
            if best is None or best.confidence < min(mention.confidence, ONE_WORD):
                found[row][mention.competence] = mention
        return [
            tuple(sorted(mentions.values(), key=lambda m: (m.start, m.competence)))
            for mentions in found
        ]

    def alike(
        self, texts: Sequence[str], places: Sequence[Sequence[Token]], kept: int, *, guess: bool
    ) -> Iterator[tuple[int, Mention]]:
        """What sentences are like, at most `kept` each, with the row of their text.

        `places` are the `spans` of the texts. A sentence without one known word, all misspelt
        perhaps, is only read by its letters if a `guess` is asked for.
        """
        sentences = [
            (row, words)
            for row, (text, spoken) in enumerate(zip(texts, places, strict=True))
            for words in _sentences(text, spoken)
            if guess or self.competences.encoder.knows_any([word.text for word in words])
        ]
        read = self.competences.read(
            [texts[row][words[0].start : words[-1].end] for row, words in sentences],
            kept,
            [[word.text for word in words] for _, words in sentences],
            # Every sentence of every text would take a pretrained encoder a night and a day.
            opinion=guess,
        )
        for at, (row, words) in enumerate(sentences):
            # No likeness is surer than the label itself would be.
            meant = sum(word.text not in DULL_WORDS for word in words)
            most = OTHER_WORD if meant == 1 else SEQUENCE
            for competence, sure, run in zip(
                read.concepts[at].tolist(),
                read.confidence[at].tolist(),
                read.run[at].tolist(),
                strict=True,
            ):
                if competence >= 0:
                    start, end = quoted(words, run)
                    yield row, Mention(competence, start, end, min(sure, most), "likeness")


def quoted(words: Sequence[Token], run: int) -> tuple[int, int]:
    """Where a run of the words of a text stands in it."""
    said = words[run * STRIDE : run * STRIDE + RUN]
    return (said[0].start, said[-1].end) if said else (0, 0)


def _sentences(text: str, words: Sequence[Token]) -> Iterator[Sequence[Token]]:
    starts = [word.start for word in words]
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    borders = [0, *(bisect_left(starts, end) for end in ends), len(words)]
    for first, last in pairwise(borders):
        for start in range(first, last, LONGEST_SENTENCE):
            yield words[start : min(start + LONGEST_SENTENCE, last)]


def _denied(text: str, mention: Mention) -> bool:
    """A label may hold a denial of its own; other words that hold one say the contrary."""
    end = mention.start if mention.how == "label" else mention.end
    return denied(text, mention.start, end)
