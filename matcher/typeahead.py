"""Competences while somebody types: labels that hold the words typed, then labels spelt alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from rapidfuzz import fuzz, process

from competent_data.records import COMPETENCE_KINDS, Lang
from competent_data.store import Store
from competent_data.text import tokens

LEAST_LIKENESS = 0.7
"""Labels spelt less alike than this are not offered."""


@dataclass(frozen=True)
class Found:
    """A competence by its preferred label, and the label that was matched."""

    competence: str
    label: str
    matched: str


@dataclass(frozen=True)
class Typeahead:
    """The labels of all competences in one language, folded, each with its competence."""

    folded: tuple[str, ...]
    owners: tuple[str, ...]
    texts: tuple[str, ...]
    preferred: dict[str, str]

    @classmethod
    def load(cls, store: Store, lang: Lang) -> Self:
        """Read the labels of a store in a language."""
        kinds = dict(store.rows("concept", "id", "kind"))
        rows = [
            (owner, text, chosen)
            for owner, spoken, text, chosen in store.rows(
                "label", "concept", "lang", "text", "preferred"
            )
            if spoken == lang and kinds.get(owner) in COMPETENCE_KINDS
        ]
        return cls(
            folded=tuple(" " + " ".join(tokens(text)) for _, text, _ in rows),
            owners=tuple(owner for owner, _, _ in rows),
            texts=tuple(text for _, text, _ in rows),
            preferred={owner: text for owner, text, chosen in rows if chosen},
        )

    def find(self, typed: str, limit: int = 10) -> list[Found]:
        """At most `limit` competences: whole words or beginnings of words first, shortest first."""
        words = [f" {word}" for word in tokens(typed)]
        if not words:
            return []
        exact = [i for i, label in enumerate(self.folded) if all(word in label for word in words)]
        exact.sort(key=lambda i: (not self.folded[i].startswith(words[0]), len(self.folded[i]), i))
        found = self._distinct(exact, limit, {})
        if len(found) < limit:
            alike = process.extract(
                "".join(words),
                self.folded,
                scorer=fuzz.ratio,
                score_cutoff=100 * LEAST_LIKENESS,
                limit=4 * limit,
            )
            found = self._distinct([i for _, _, i in alike], limit, found)
        return list(found.values())

    def _distinct(self, rows: list[int], limit: int, found: dict[str, Found]) -> dict[str, Found]:
        for i in rows:
            if len(found) == limit:
                break
            owner = self.owners[i]
            label = self.preferred.get(owner, self.texts[i])
            found.setdefault(owner, Found(owner, label, self.texts[i]))
        return found
