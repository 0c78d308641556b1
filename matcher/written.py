"""A text as it is quoted: its first words, and a word of it as it is written there."""

from __future__ import annotations

from competent_data.text import spans

_QUOTED_WORDS = 9


class Written:
    """A plain text in which words are found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lowered = text.lower()
        self._found: dict[str, str] = {}

    def word(self, word: str) -> str:
        """A folded word as it is written where it stands first; where it does not, the word."""
        found = self._found.get(word)
        if found is None:
            found = self._found[word] = self._word(word)
        return found

    def _word(self, word: str) -> str:
        text, lowered = self.text, self._lowered
        # Where letters stay where they are, a text need not be taken apart for it.
        at = lowered.find(word) if word.isalnum() and len(lowered) == len(text) else -1
        while at >= 0:
            end = at + len(word)
            if not (_in_word(text[at - 1 : at]) or _in_word(text[end : end + 1])):
                return text[at:end]
            at = lowered.find(word, at + 1)
        return next((text[t.start : t.end] for t in spans(text) if t.text == word), word)


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def short(text: str) -> str:
    """The first words of a text, as it is quoted."""
    words = text.split(maxsplit=_QUOTED_WORDS)
    return " ".join(words[:_QUOTED_WORDS]) + (" …" if len(words) > _QUOTED_WORDS else "")
