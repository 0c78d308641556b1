"""Names of competences and occupations as they are shown, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from competent_data.records import LANGS, Concept, Lang
from competent_data.store import Store


class Labels:
    """Labels by id in one language; another language steps in visibly, as 'reach truck (en)'."""

    def __init__(self, store: Store, lang: Lang) -> None:
        self.lang = lang
        self._store = store
        self._found: dict[str, str] = {}
        self._whole = False

    def fetch(self, ids: Iterable[str]) -> None:
        """Read many at once, which `get` would read one by one."""
        missing = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._found]
        if missing and not self._whole:
            found = self._store.concepts(missing)
            for id_ in missing:
                self._found[id_] = label(found[id_], self.lang) if id_ in found else id_

    def fetch_all(self) -> Self:
        """Read every label of the store: some megabytes, and nothing is read any more."""
        labels: dict[str, dict[Lang, str]] = {}
        for id_, lang, text in self._store.preferred_labels():
            labels.setdefault(id_, {})[lang] = text
        self._found = {id_: _shown(id_, own, self.lang) for id_, own in labels.items()}
        self._whole = True
        return self

    def get(self, id_: str) -> str:
        """The preferred label; of a concept that is not in the store, its id."""
        found = self._found.get(id_)
        if found is None:
            self.fetch([id_])
            found = self._found.get(id_, id_)
        return found


def label(concept: Concept, lang: Lang) -> str:
    """A concept's preferred label in a language, or in the next one, which is then named."""
    return _shown(concept.id, concept.labels, lang)


def _shown(id_: str, labels: Mapping[Lang, str], lang: Lang) -> str:
    if lang in labels:
        return labels[lang]
    for other in LANGS:
        if other in labels:
            return f"{labels[other]} ({other})"
    return id_
