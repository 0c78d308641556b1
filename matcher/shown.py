"""What the store holds about one id, as a person reads it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from competent_data.records import Concept, Lang, Person, Vacancy
from competent_data.store import Store, UnknownId
from matcher.labels import Labels, label
from matcher.messages import messages


def show_record(console: Console, store: Store, id_: str, lang: Lang, *, as_json: bool) -> None:
    """Print a person, a vacancy, a competence or an occupation.

    Raises:
        UnknownId: the store holds nothing by that id.
    """
    record = _find(store, id_)
    if as_json:
        print(msgspec.json.encode(record).decode())
        return
    labels = Labels(store, lang)
    if isinstance(record, Concept):
        _concept(console, store, record, labels)
    else:
        _fields(console, record, labels)


def _find(store: Store, id_: str) -> Person | Vacancy | Concept:
    for read in (store.person, store.vacancy):
        try:
            return read(id_)
        except UnknownId:
            continue
    found = store.concepts([id_]).get(id_)
    if found is None:
        raise UnknownId(
            f"there is no person, vacancy, competence or occupation {id_!r} in the store"
        )
    return found


def _concept(console: Console, store: Store, concept: Concept, labels: Labels) -> None:
    console.print(Text(label(concept, labels.lang), style="bold"))
    console.print(f"{concept.kind}, {concept.scheme}, {concept.id}")
    for lang, text in concept.labels.items():
        others = ", ".join(concept.alt.get(lang, ()))
        console.print(Text(f"  {lang}: {text}" + (f" ({others})" if others else "")))
    for name, value in (("ISCO-08", concept.isco), ("VKS", concept.level)):
        if value is not None:
            console.print(f"  {name}: {value}")
    text = concept.descriptions.get(labels.lang) or next(iter(concept.descriptions.values()), "")
    if text:
        console.print(Text(text))
    links = store.profile(concept.id)
    labels.fetch(link.competence for link in links)
    for link in links:
        kind = "essential" if link.essential else "optional"
        derived = ", derived" if link.derived else ""
        line = f"  {link.weight:.2f} {labels.get(link.competence)} ({kind}{derived})"
        console.print(Text(line))


def _fields(console: Console, record: Person | Vacancy, labels: Labels) -> None:
    values: dict[str, Any] = json.loads(msgspec.json.encode(record))
    say = messages(labels.lang)
    console.print(Text(values.pop("title", values["id"]), style="bold"))
    text = values.pop("text", "")
    for key, value in values.items():
        if key == "competences":
            for level, ids in value.items():
                named = ", ".join(labels.get(id_) for id_ in ids)
                console.print(Text(f"  {say('person', level)}: {named}"))
        else:
            console.print(Text(f"  {key}: {_value(value, labels)}"))
    if text:
        console.print()
        console.print(Text(text))


def _value(value: Any, labels: Labels) -> str:
    match value:
        case dict():
            return ", ".join(f"{key} {_value(part, labels)}" for key, part in value.items())
        case list():
            return "; ".join(_value(part, labels) for part in value)
        case str() if ":" in value:
            return labels.get(value)
        case _:
            return str(value)
