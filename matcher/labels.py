"""Names of competences and occupations as they are shown, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from competent_data.records import LANGS, Concept, Lang
from competent_data.store import Store


class Labels:
    """Labels by id in one language; another language steps in visibly, as 'reach truck (en)'."""

    def __init__(self, store: Store, lang: Lang) -> None:
        self.lang = lang
        self._store = store
        self._found: dict[str, Concept | None] = {}

    def fetch(self, ids: Iterable[str]) -> None:
        """Read many at once, which `get` would read one by one."""
        missing = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._found]
        if missing:
            found = self._store.concepts(missing)
            self._found.update((id_, found.get(id_)) for id_ in missing)

    def get(self, id_: str) -> str:
        """The preferred label; of a concept that is not in the store, its id."""
        self.fetch([id_])
        concept = self._found[id_]
        return id_ if concept is None else label(concept, self.lang)


def label(concept: Concept, lang: Lang) -> str:
    """A concept's preferred label in a language, or in the next one, which is then named."""
    if lang in concept.labels:
        return concept.labels[lang]
    for other in LANGS:
        if other in concept.labels:
            return f"{concept.labels[other]} ({other})"
    return concept.id
