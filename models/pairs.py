"""Draws what the encoder learns from: pairs of texts that mean the same concept.

Half of each batch is drawn from all concepts, half from whole groups of siblings, which are the
hard negatives. A text of a pair is a label, a piece of a description, a bag of the competences of
an occupation, or a sentence made up as an advertisement would say it: a label or piece, at times
with a competence that goes with it, between phrases and words that mean nothing here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.taxonomy import Label, Taxonomy
from models.phrases import PHRASES

T = TypeVar("T")
Counted = Callable[[Sequence[str]], csr_array]
ByLanguage = dict[str, list[int]]

SKILLS_MADE_UP, SKILLS_PIECE = 0.45, 0.2
JOBS_BAG, JOBS_PIECE = 0.3, 0.2
"""Shares of the kinds of text that are set against a label; the rest is another label."""
PARALLEL = 0.1
"""Share of pairs that are two descriptions of a concept, in two languages."""
OTHER_LANGUAGE = 0.5
JOB_GROUP, SKILL_GROUP = 32, 24
"""So many siblings at most are drawn together."""
FEWEST, MOST = 2, 12
"""Words without meaning in a made-up sentence."""


@dataclass
class Side:
    """One side of a batch: text numbers and loose word numbers, each with its row."""

    size: int = 0
    texts: list[tuple[int, int]] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)

    def add(self, texts: Iterable[int], words: Iterable[int] = ()) -> None:
        """One more row: the sum of these texts and words."""
        self.texts += [(self.size, text) for text in texts]
        self.words += [(self.size, word) for word in words]
        self.size += 1


@dataclass(frozen=True)
class Batch:
    """Pairs as counted words: left and right (b, V) float32, and what each means: (b,)."""

    left: csr_array
    right: csr_array
    concepts: NDArray[np.int64]


class _Concepts:
    """The texts of occupations or of competences, by concept."""

    def __init__(
        self, labels: list[ByLanguage], pieces: list[list[int]], whole: list[list[int]]
    ) -> None:
        self.labels, self.pieces, self.whole = labels, pieces, whole
        self.named = [i for i, known in enumerate(labels) if known]


class Pairs:
    """Draws batches of pairs from a taxonomy, the same ones for the same seed.

    `counted` turns texts into counted words, (n, V); V is one vocabulary of all texts.
    """

    def __init__(self, taxonomy: Taxonomy, counted: Counted, seed: int) -> None:
        self._random = random.Random(seed)
        parts = (
            taxonomy.occupation_labels,
            _pieces(taxonomy.occupation_texts),
            taxonomy.occupation_texts,
            taxonomy.competence_labels,
            _pieces(taxonomy.competence_texts),
            taxonomy.competence_texts,
        )
        rows = [row for part in parts for row in part]
        phrases = [phrase for known in PHRASES.values() for phrase in known]
        every = counted([*(row.text for row in rows), *phrases])
        self._texts = csr_array(every[: len(rows)])
        self._langs = [row.lang for row in rows]
        said = _cells(csr_array(every[len(rows) :]))
        self._phrases: dict[str, list[list[int]]] = {}
        for lang, known in PHRASES.items():
            self._phrases[lang], said = said[: len(known)], said[len(known) :]
        starts = list(accumulate(map(len, parts), initial=0))
        jobs, skills = len(taxonomy.occupations), len(taxonomy.competences)
        self._jobs = _Concepts(
            _by_language(parts[0], starts[0], jobs),
            _by_concept(parts[1], starts[1], jobs),
            _by_concept(parts[2], starts[2], jobs),
        )
        self._skills = _Concepts(
            _by_language(parts[3], starts[3], skills),
            _by_concept(parts[4], starts[4], skills),
            _by_concept(parts[5], starts[5], skills),
        )
        self._running = self._running_words(
            [range(starts[1], starts[2]), range(starts[4], starts[5])]
        )
        self._weigh_jobs(taxonomy)
        named = set(self._skills.named)
        groups = _cells(csr_array(taxonomy.groups.T))
        self._siblings = [[c for c in group if c in named] for group in groups]
        self._groups_of = _cells(taxonomy.groups)
        self._essential = _cells(taxonomy.essential)
        self._users = _cells(csr_array(taxonomy.essential.T))
        self._used = _cells(taxonomy.profile)
        self._strength = [
            list(accumulate(taxonomy.profile.data[a:b].tolist()))
            for a, b in pairwise(taxonomy.profile.indptr.tolist())
        ]

    @property
    def has_jobs(self) -> bool:
        """Whether there is an occupation to learn from."""
        return bool(self._jobs.named)

    @property
    def has_skills(self) -> bool:
        """Whether there is a competence to learn from."""
        return bool(self._skills.named)

    def jobs(self, size: int) -> Batch:
        """Pairs of texts of occupations."""
        draw = self._random
        concepts = draw.choices(self._jobs.named, cum_weights=self._job_weights, k=size // 2)
        while len(concepts) < size:
            group = self._pick(self._job_groups)
            concepts += draw.sample(group, min(JOB_GROUP, len(group)))
        return self._batch(concepts[:size], self._jobs, self._against_title)

    def skills(self, size: int) -> Batch:
        """Pairs of texts of competences."""
        draw, named = self._random, self._skills.named
        concepts = [self._pick(named) for _ in range(size // 2)]
        while len(concepts) < size:
            concept = self._pick(named)
            groups = self._groups_of[concept]
            group = self._siblings[groups[0]] if groups else [concept]
            concepts += draw.sample(group, min(SKILL_GROUP, len(group)))
        return self._batch(concepts[:size], self._skills, self._against_label)

    def _batch(
        self, concepts: list[int], kind: _Concepts, against: Callable[[Side, int, int], None]
    ) -> Batch:
        left, right = Side(), Side()
        for concept in concepts:
            whole = kind.whole[concept]
            if len(whole) > 1 and self._random.random() < PARALLEL:
                one, other = self._random.sample(whole, 2)
                left.add([one])
                right.add([other])
                continue
            anchor = self._label(kind.labels[concept])
            left.add([anchor])
            against(right, concept, anchor)
        return Batch(self._counted(left), self._counted(right), np.array(concepts, np.int64))

    def _against_title(self, side: Side, job: int, anchor: int) -> None:
        chance = self._random.random()
        pieces = self._jobs.pieces[job]
        if chance < JOBS_BAG and len(self._used[job]) > 3:
            lang = self._langs[anchor]
            if self._random.random() < OTHER_LANGUAGE:
                lang = self._language(self._jobs.labels[job])
            said = self._said_around(lang) if self._random.random() < 0.5 else []
            side.add(self._bag(job, lang), said)
        elif chance < JOBS_BAG + JOBS_PIECE and pieces:
            piece = self._pick(pieces)
            said = self._said_around(self._langs[piece]) if self._random.random() < 0.25 else []
            side.add([piece], said)
        else:
            side.add([self._other(self._jobs.labels[job], anchor)])

    def _against_label(self, side: Side, skill: int, anchor: int) -> None:
        chance = self._random.random()
        labels, pieces = self._skills.labels[skill], self._skills.pieces[skill]
        if chance < SKILLS_MADE_UP:
            described = pieces and self._random.random() < 0.4
            core = self._pick(pieces) if described else self._other(labels, anchor)
            lang = self._langs[core]
            texts = [core]
            if self._users[skill] and self._random.random() < 0.5:
                mate = self._pick(self._essential[self._pick(self._users[skill])])
                if mate != skill and self._skills.labels[mate]:
                    texts.append(self._label(self._skills.labels[mate], lang))
            side.add(texts, self._said_around(lang))
        elif chance < SKILLS_MADE_UP + SKILLS_PIECE and pieces:
            side.add([self._pick(pieces)])
        else:
            side.add([self._other(labels, anchor)])

    def _bag(self, job: int, lang: str) -> list[int]:
        """Labels of 4 to 9 competences of an occupation, essential ones twice as often."""
        count = min(self._random.randrange(4, 10), len(self._used[job]))
        picked = self._random.choices(self._used[job], cum_weights=self._strength[job], k=count)
        known = (self._skills.labels[skill] for skill in sorted(set(picked)))
        return [self._label(labels, lang) for labels in known if labels]

    def _said_around(self, lang: str) -> list[int]:
        """At least two words without meaning: phrases, and pairs of words of other descriptions."""
        count = self._random.randint(FEWEST, MOST)
        phrases = self._phrases.get(lang) or self._phrases["en"]
        running = self._running.get(lang, [])
        words: list[int] = []
        while len(words) < count:
            if running and self._random.random() < 0.5:
                words += [self._pick(running), self._pick(running)]
            else:
                words += self._pick(phrases)
        return words

    def _label(self, labels: ByLanguage, lang: str = "") -> int:
        """A label in that language, else in any."""
        return self._pick(labels[lang if lang in labels else self._language(labels)])

    def _language(self, labels: ByLanguage, but: str = "") -> str:
        """One of the languages, by the root of the number of labels."""
        langs = [lang for lang in labels if lang != but]
        if len(langs) == 1:
            return langs[0]
        return self._random.choices(langs, [len(labels[lang]) ** 0.5 for lang in langs])[0]

    def _other(self, labels: ByLanguage, anchor: int) -> int:
        """Another label of the concept: half the time of another language, where there is one."""
        lang = self._langs[anchor]
        if len(labels) > 1 and self._random.random() < OTHER_LANGUAGE:
            return self._pick(labels[self._language(labels, but=lang)])
        other = self._pick(labels[lang])
        return self._pick(labels[lang]) if other == anchor else other

    def _pick(self, values: Sequence[T]) -> T:
        return values[int(self._random.random() * len(values))]

    def _counted(self, side: Side) -> csr_array:
        shape = (side.size, self._texts.shape[0])
        summed = _ones(side.texts, shape) @ self._texts
        if side.words:
            summed = summed + _ones(side.words, (side.size, self._texts.shape[1]))
        return csr_array(summed)

    def _running_words(self, ranges: Sequence[range]) -> dict[str, list[int]]:
        """The words of the pieces of descriptions, as often as they occur, by language."""
        found: dict[str, list[int]] = {}
        for places in ranges:
            for row in places:
                start, end = self._texts.indptr[row : row + 2]
                words = self._texts.indices[start:end].tolist()
                found.setdefault(self._langs[row], []).extend(words)
        return found

    def _weigh_jobs(self, taxonomy: Taxonomy) -> None:
        """Occupations are drawn by the root of their labels, or with their ISCO unit's group."""
        labels = self._jobs.labels
        counts = [sum(map(len, labels[job].values())) for job in self._jobs.named]
        self._job_weights = list(accumulate((count + 1) ** 0.5 for count in counts))
        groups: dict[str, list[int]] = {}
        for job in self._jobs.named:
            if taxonomy.isco[job]:
                groups.setdefault(taxonomy.isco[job][:3], []).append(job)
        several = [group for group in groups.values() if len(group) > 1]
        self._job_groups = several or [[job] for job in self._jobs.named]


def _pieces(texts: Sequence[Label]) -> list[Label]:
    """Descriptions in sentences, since a title resembles a sentence more than a whole text."""
    return [
        text._replace(text=sentence)
        for text in texts
        for sentence in text.text.replace("\n", " ").split(". ")
        if len(sentence) > 20
    ]


def _by_language(rows: Sequence[Label], offset: int, count: int) -> list[ByLanguage]:
    found: list[ByLanguage] = [{} for _ in range(count)]
    for i, row in enumerate(rows):
        found[row.concept].setdefault(row.lang, []).append(offset + i)
    return found


def _by_concept(rows: Sequence[Label], offset: int, count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for i, row in enumerate(rows):
        found[row.concept].append(offset + i)
    return found


def _cells(matrix: csr_array) -> list[list[int]]:
    """The columns of each row."""
    ends = matrix.indptr.tolist()
    columns = matrix.indices.tolist()
    return [columns[a:b] for a, b in pairwise(ends)]


def _ones(cells: list[tuple[int, int]], shape: tuple[int, int]) -> csr_array:
    rows, columns = np.array(cells, dtype=np.int32).reshape(-1, 2).T
    return csr_array((np.ones(len(cells), np.float32), (rows, columns)), shape=shape)
