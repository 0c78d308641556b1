"""People in: our own JSON lines or TOML, and JSON Resume.

Of a resume only what a match may use is kept: the name, contact details, employers' names and
addresses are left behind here, before anything is stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from competent_data.formats.intake import (
    Progress,
    Report,
    only,
    read_text,
    silent,
    store_batches,
)
from competent_data.formats.own import each_once, read_lines, read_toml, records
from competent_data.places import Gazetteer
from competent_data.records import CEFR_LEVELS, Person
from competent_data.store import Store

_RESUME_KEYS = {"basics", "work", "education", "skills"}
_LANGUAGES = {
    "nl": ("nl", "dutch", "nederlands", "neerlandais", "néerlandais", "niederländisch"),
    "fr": ("fr", "french", "frans", "francais", "français", "französisch"),
    "en": ("en", "english", "engels", "anglais", "englisch"),
    "de": ("de", "german", "duits", "allemand", "deutsch"),
    "ar": ("ar", "arabic", "arabisch", "arabe"),
    "es": ("es", "spanish", "spaans", "espagnol"),
    "it": ("it", "italian", "italiaans", "italien"),
    "pl": ("pl", "polish", "pools", "polonais"),
    "pt": ("pt", "portuguese", "portugees", "portugais"),
    "ro": ("ro", "romanian", "roemeens", "roumain"),
    "ru": ("ru", "russian", "russisch", "russe"),
    "tr": ("tr", "turkish", "turks", "turc"),
    "uk": ("uk", "ukrainian", "oekraïens", "ukrainien"),
}
_FLUENCY = (
    (("native", "moedertaal", "maternelle", "mother"), "C2"),
    (("fluent", "full professional", "vloeiend", "courant"), "C1"),
    (("professional", "goed", "advanced"), "B2"),
    (("intermediate", "conversational", "limited working"), "B1"),
    (("basic", "beginner", "elementary", "basis", "notions"), "A2"),
)
_STUDY = (("phd", 8), ("doctor", 8), ("master", 7), ("bachelor", 6), ("graduaat", 5))


def import_people(store: Store, path: Path, progress: Progress = silent) -> Report:
    """Store the dossiers of a file: our JSON lines or TOML, or one JSON Resume.

    Raises:
        FormatError: the file can't be read; nothing was stored.
    """
    report = Report()
    gazetteer = Gazetteer.load(store)
    known = {id_ for (id_,) in store.rows("concept", "id")}

    def checked() -> Iterator[Person]:
        for person in read_people(path, report):
            ids = [id_ for id_, _ in person.competences.items()]
            ids += [*person.wished, *(past.occupation for past in person.past)]
            lost = sum(id_ not in known for id_ in ids)
            if lost:
                report.unresolved["competences or occupations that are not in the store"] += lost
            if person.place and gazetteer.find(person.place) is None:
                report.unresolved["places that are not in the store"] += 1
            yield person

    report.stored["people"] = store_batches(
        checked(), store.put_people, lambda n: progress(1, f"people: {n} stored")
    )
    report.note_nothing(path, "dossier")
    return report


def read_person(path: Path) -> Person:
    """The one dossier of a file, which is not stored.

    Raises:
        FormatError: the file can't be read, or holds none, several, or one that does not fit.
    """
    report = Report()
    return only(list(read_people(path, report)), report, path, "dossier")


def read_people(path: Path, report: Report) -> Iterator[Person]:
    """The dossiers of a file; what does not fit is added to the report's refusals.

    Raises:
        FormatError: the file can't be read.
    """
    resume = None if path.name.endswith(".toml") else _resume(path)
    if resume is not None:
        values: Iterator[tuple[int, Any]] = iter([(1, from_resume(resume))])
    elif path.name.endswith(".toml"):
        values = read_toml(path, "person")
    else:
        values = read_lines(path)
    yield from records(values, path.name, Person, report.refused, check=each_once)


def from_resume(resume: dict[str, Any]) -> dict[str, Any]:
    """A JSON Resume as the fields of a `Person`, without identity.

    Job titles, highlights and skills become text, which is linked like any text; study level and
    languages are taken where their words are unambiguous, and left unknown where not.
    """
    basics = _object(resume.get("basics"))
    location = _object(basics.get("location"))
    parts = [basics.get("label"), basics.get("summary")]
    for job in _jobs(resume):
        parts += [job.get("position"), job.get("summary"), *_strings(job.get("highlights"))]
    for skill in _objects(resume.get("skills")):
        parts.append(", ".join([str(skill.get("name") or ""), *_strings(skill.get("keywords"))]))
    for certificate in _objects(resume.get("certificates")):
        parts.append(certificate.get("name"))
    text = "\n".join(p.strip(" ,") for p in parts if isinstance(p, str) and p.strip(" ,"))
    employers = [str(job.get("name") or job.get("company") or "") for job in _jobs(resume)]
    text = _without_identity(text, basics, employers)
    languages = {}
    for language in _objects(resume.get("languages")):
        code = _code(str(language.get("language") or ""))
        level = _cefr(str(language.get("fluency") or ""))
        if code and level:
            languages[code] = level
    levels = [
        level
        for study in _objects(resume.get("education"))
        for word, level in _STUDY
        if word in str(study.get("studyType") or "").lower()
    ]
    digest = hashlib.sha1(msgspec.json.encode(resume), usedforsecurity=False).hexdigest()[:16]
    record = {
        "id": f"resume:{digest}",
        "text": text,
        "languages": languages or None,
        "study_level": max(levels, default=None),
        "place": location.get("postalCode") or location.get("city"),
    }
    return {key: value for key, value in record.items() if value}


def _resume(path: Path) -> dict[str, Any] | None:
    try:
        value = msgspec.json.decode(read_text(path))
    except msgspec.DecodeError:
        return None
    return value if isinstance(value, dict) and _RESUME_KEYS & value.keys() else None


def _jobs(resume: dict[str, Any]) -> list[dict[str, Any]]:
    return _objects(resume.get("work")) + _objects(resume.get("volunteer"))


def _without_identity(text: str, basics: dict[str, Any], employers: list[str]) -> str:
    for employer in filter(None, map(str.strip, employers)):
        text = re.sub(rf"(?i)(?<!\w){re.escape(employer)}(?!\w)", "…", text)
    for part in str(basics.get("name") or "").split():
        if len(part) > 1:
            text = re.sub(rf"(?i)\b{re.escape(part)}\b", "…", text)
    text = re.sub(r"\S+@\S+\.\S+", "…", text)
    return re.sub(r"\+?\d[\d /.()-]{7,}\d", "…", text)


def _code(language: str) -> str | None:
    wanted = language.strip().lower()
    return next((code for code, names in _LANGUAGES.items() if wanted in names), None)


def _cefr(fluency: str) -> str | None:
    stated = next((level for level in CEFR_LEVELS if level in fluency.upper()), None)
    if stated:
        return stated
    return next(
        (level for words, level in _FLUENCY if any(w in fluency.lower() for w in words)), None
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
