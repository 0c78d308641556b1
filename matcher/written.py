"""A text as it is quoted: its first words, and a word of it as it is written there."""

from __future__ import annotations

from functools import cached_property

from competent_data.text import GENDER_ENDINGS, fold, spans

_QUOTED_WORDS = 9


class Written:
    """A plain text in which words are found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[str, str] = {}

    def word(self, word: str) -> str:
        """A folded word as it is written where it stands first; where it does not, the word."""
        found = self._found.get(word)
        if found is None:
            found = self._found[word] = self._word(word)
        return found

    def _word(self, word: str) -> str:
        text, folded = self.text, self._folded
        # For a word of letters alone a text need not be taken apart.
        alone = len(word) > 2 and word.isalnum() and word not in GENDER_ENDINGS
        at = folded.find(word) if alone else -1
        while at >= 0:
            end = at + len(word)
            before, after = folded[at - 1 : at], folded[end : end + 1]
            if before == "." or after in ("+", "#"):
                break  # as in .NET and C++
            if not (before.isalnum() or after.isalnum()):
                return text[at:end]
            at = folded.find(word, at + 1)
        return next((text[t.start : t.end] for t in spans(text) if t.text == word), word)

    @cached_property
    def _folded(self) -> str:
        """The text folded letter by letter, each where it was; nothing where one would become more
        or none."""
        found = self.text
        others = () if found.isascii() else [c for c in set(found) if not c.isascii()]
        for letter in others:
            one = fold(letter)
            if len(one) != 1:
                return ""
            found = found.replace(letter, one)
        return found.lower()


def short(text: str) -> str:
    """The first words of a text, as it is quoted."""
    words = text.split(maxsplit=_QUOTED_WORDS)
    return " ".join(words[:_QUOTED_WORDS]) + (" …" if len(words) > _QUOTED_WORDS else "")
