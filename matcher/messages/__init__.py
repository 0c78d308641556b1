"""The sentences that people read, by language: one TOML file each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from competent_data.records import Lang


class Messages:
    """Sentences in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._tables: dict[str, dict[str, str]] = tomllib.loads(
            files(__package__).joinpath(f"{lang}.toml").read_text("utf-8")
        )

    def __call__(self, table: str, key: str, **values: object) -> str:
        """The sentence at `table.key` with its placeholders filled; an unknown key is shown."""
        text = self._tables[table].get(key, key)
        return text.format(**values) if "{" in text else text

    def keys(self) -> dict[tuple[str, str], str]:
        """Every sentence with its placeholders open, by table and key."""
        return {
            (table, key): text
            for table, texts in self._tables.items()
            for key, text in texts.items()
        }

    def number(self, value: float, digits: int = 0) -> str:
        """A number as this language writes it: a decimal comma but in English."""
        text = f"{value:.{digits}f}"
        return text if self.lang == "en" else text.replace(".", ",")


@cache
def messages(lang: Lang) -> Messages:
    """The sentences of a language, read once."""
    return Messages(lang)
