"""Competences in whole texts, by their labels and by what each sentence is like.

All are suggestions for a person to confirm: each quotes its words, says how it was found and how
sure that is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from competent_data.text import DULL_WORDS, SENTENCE_END, Token, spans
from models.competences import CompetenceReader
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

    def said(self, texts: Sequence[str], langs: Sequence[str]) -> list[tuple[Mention, ...]]:
        """The same for texts of people, without what they say not to have: 'geen rijbewijs'."""
        return [
            tuple(mention for mention in mentions if not _denied(text, mention))
            for text, mentions in zip(texts, self.read(texts, langs), strict=True)
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
