"""Text is normalised once, here, the same when fitting and when asking.

A token is a run of letters and digits that may carry `+` or `#` (C++, C#) or start with a dot
(.NET), or two letters joined by `&` (R&D). Gender markers of Belgian, French and German titles go,
accents and case are folded.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_CHARS = 20_000
"""Text beyond this is not read: an advertisement is a tenth of it, and cost must be bounded."""

_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,200}|!--.*?--)>", re.DOTALL)
_GENDER = re.compile(
    r"""\(\s*(?:[mvwhfdx](?:\s*[/|·.-]\s*[mvwhfdxi*])+)\s*\)      # (m/v/x) (h/f) (m/w/d)
      | \b[mvwhf](?:\s?/\s?[mvwhfdx]){1,2}\b                       # m/v/x, h/f
      | (?<=\w)[·•](?:e|ne|rice|euse|trice|s|e·s)\b                # aide-soignant·e
      | (?<=\w)(?:\((?:in|e|er|r|s|n|ster|euse|trice)\)|/-?in(?:nen)?\b|[:*_]in(?:nen)?\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
GENDER_ENDINGS = frozenset(("euse", "innen", "rice", "ster", "trice"))
"""The endings of more than two letters among these: where one marks a gender, it is no word."""
_TOKEN = re.compile(
    r"\.[a-z]{2,5}\b|(?<![^\W_])[a-z]&[a-z](?![^\W_])|[^\W_]+(?:[+#]{1,2}(?![^\W_]))?"
)
SENTENCE_END = re.compile(r"\n+|(?<=[.!?])\s+(?=\S)|(?<=[a-zé0-9)]{2}[.!?])(?=[A-Z])")
"""What stands between two sentences: a line's end, or a full stop, be it without a blank."""
_FOLD = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": "'", "‑": "-"})


class Token(NamedTuple):
    """A folded token with the place of its words in the text as given."""

    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """Text without HTML tags and entities, composed (NFC), at most `MAX_CHARS` long."""
    text = text[: 4 * MAX_CHARS]
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return unicodedata.normalize("NFC", text)[:MAX_CHARS]


def fold(text: str) -> str:
    """Lower case without accents. The length may change (ß)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower().translate(_FOLD))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def lowered(text: str) -> str:
    """Lower case in which all keep their places: a letter that would become two stays."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(map(_lower_char, text))


def tokens(text: str) -> list[str]:
    """The folded tokens of a text, gender markers left out.

    >>> tokens("Ontwikkelaar C++ / .NET (m/v/x)")
    ['ontwikkelaar', 'c++', '.net']
    """
    return _TOKEN.findall(fold(_GENDER.sub(" ", plain(text))))


@lru_cache(maxsize=256)
def spans(text: str) -> tuple[Token, ...]:
    """The folded tokens of a text with their places in `text` as given (which must be plain).

    Those of the last texts are kept, since several readers ask for them.

    >>> spans("Één heftruck")[1]
    Token(text='heftruck', start=4, end=12)
    """
    masked = _GENDER.sub(_blank, text)
    if masked.isascii():
        return tuple(Token(match[0], *match.span()) for match in _TOKEN.finditer(masked.lower()))
    parts = list(map(_fold_char, masked))
    folded = "".join(parts)
    if len(folded) == len(text) and "" not in parts:
        return tuple(Token(match[0], *match.span()) for match in _TOKEN.finditer(folded))
    places = [place for place, part in enumerate(parts) for _ in part]
    return tuple(
        Token(match[0], places[match.start()], places[match.end() - 1] + 1)
        for match in _TOKEN.finditer(folded)
    )


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _lower_char(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    return fold(char)


FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "nl": frozenset(
        "aan als bij dan dat de den die dit door een en er het hun in is je jij jou jouw maar me "
        "met mijn naar of om onze ons ook op over per te tot u uit uw van via voor waar we wij "
        "worden wordt ze zich zij zijn".split()
    ),
    "fr": frozenset(
        "a au aux avec ce ces cette d dans de des du elle en est et il ils je l la le les leur "
        "leurs lors mais me mon nos notre nous on ou par pour qu que qui s sa se ses son sont sur "
        "un une vos votre vous y".split()
    ),
    "en": frozenset(
        "a an and are as at be by for from has have i in into is it its my of on or our that the "
        "their they this to us we with you your".split()
    ),
    "de": frozenset(
        "am an auf aus bei das dem den der des die ein eine einem einen einer eines er es fur ich "
        "ihr im in ist mit nach oder sie sind sowie uber um und uns unter vom von vor wir zu zum "
        "zur".split()
    ),
}
"""Folded words that carry no meaning of their own, by language."""

EVERYDAY_WORDS: frozenset[str] = frozenset(
    (
        # nl
        "alleen anders blijf blijft blijven buiten cv ding dingen diploma dus duur echt even "
        "geef geeft genoeg krijgen krijgt laat leert leren ligt natuurlijk neem neemt ooit "
        "snel staan staat thuis tussen verwacht verwachten weet weten zelfs zit zonder "
        "acht al alle alles altijd andere beetje bent best beste binnen daar daarna daarom "
        "dag dagen deel doe doen doet drie eens eerst eerste elk elke erg extra ga gaan gaat "
        "geen gewoon goed goede graag groot grote had half halve heb hebben hebt heeft heel "
        "hele hier hoe iemand iets ik indien jaar jaren job jobs kan keer klein kleine kom "
        "komen komt kort korte kunnen kunt laatste lang lange later liefst maak maakt maand "
        "maanden mag mee meer meest mensen moet moeten mogen na nee negen niet niets nieuw nieuwe "
        "nieuws nodig nog nooit nu onder samen sinds soms steeds tien tijdens toch toen "
        "twaalf twee uren uur vaak vanaf vandaag vast vaste veel verder vier vijf vind vinden "
        "vlot volgens vorig vorige want wat week weg weinig weken wel welke werk werken werkt "
        "wie wil willen wilt zal zee zeer zelf zes zeven zien zin zo zoals zoek zoeken zou "
        "zullen "
        # fr
        "ainsi alors annee annees ans apres aussi autre autres avant avez avoir avons "
        "beaucoup bien bon bonne chaque chez cinq comme contre deux dix doit donc emploi "
        "encore entre etes etre faire fait faut heure heures huit jour jours jusque moins "
        "mois ne neuf non nous nouveau nouvelle pas pendant peu peut plus poste pouvez "
        "premier quand quatre sans sept sera si six sommes souvent suis tous tout toute "
        "toutes travail travailler tres trois vers veux voici voulez "
        # en
        "about after all also am any be been before being best can could day days do does "
        "each ever every few first five four get give go good great had he her here him his "
        "how if job jobs just know last like long make many may month months more most much "
        "must need never new no not now off once one only other out over own per seven should "
        "six so some such take ten than them then there these three time too two under up use "
        "very want was week weeks well were what when where which who will within without "
        "work working would year years yes "
        # de
        "aber alle als arbeit arbeiten auch bin bis da dann dass drei gut gute haben hat hier "
        "immer jahr jahre jede kann kein keine konnen man mehr mein nicht noch nur oft schon "
        "sehr sein seit so tag tage viel wenn wie wir wird wo woche zwei "
    ).split()
)
"""Folded words that any text uses: one of them alone names no competence and is no likeness."""


DULL_WORDS: frozenset[str] = EVERYDAY_WORDS.union(*FUNCTION_WORDS.values())
"""Folded words that say nothing of a person or a job, in any of the four languages."""


def language(text: str, default: str = "nl") -> str:
    """The language of a text by its function words; `default` where none is told from the others.

    >>> language("Vous êtes responsable de la gestion des stocks.")
    'fr'
    """
    found = set(tokens(text))
    counts = {lang: len(found & words) for lang, words in FUNCTION_WORDS.items()}
    best = max(counts.values())
    leading = [lang for lang, count in counts.items() if count == best]
    return leading[0] if best and len(leading) == 1 else default
