"""Vacancies in: schema.org JobPosting (JSON-LD), our own JSON lines or TOML, and CSV."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Progress,
    Report,
    only,
    open_text,
    read_csv,
    read_text,
    reading,
    short,
    silent,
    store_batches,
)
from competent_data.formats.own import read_lines, read_toml, records
from competent_data.places import Gazetteer
from competent_data.records import CEFR_LEVELS, LANGS, Vacancy
from competent_data.store import Store
from competent_data.text import plain

Format = Literal["own", "jobposting", "csv", "toml"]
FORMATS: tuple[Format, ...] = get_args(Format)
LIST_MARK = "|"
"""What parts the items of a list in a CSV cell."""

_LISTS = ("must", "may", "licences", "shifts")
_NUMBERS = {"study_level": int, "positions": int, "hours": float}
_EMPLOYMENT: dict[str, dict[str, str]] = {
    "FULL_TIME": {"working_time": "full"},
    "PART_TIME": {"working_time": "part"},
    "CONTRACTOR": {"contract": "freelance"},
    "TEMPORARY": {"contract": "fixed-term"},
    "INTERN": {"contract": "ibo"},
}
_CREDENTIALS = (
    (("doctor", "phd"), 8),
    (("master",), 7),
    (("bachelor",), 6),
    (("associate", "graduaat"), 5),
    (("high school", "secondary", "secundair"), 4),
)


def import_vacancies(
    store: Store, path: Path, format_: Format | None = None, progress: Progress = silent
) -> Report:
    """Store the vacancies of a file; its format is recognised unless named.

    Raises:
        FormatError: the file can't be read, or its format can't be told; nothing was stored.
    """
    report = Report()
    size = max(1, path.stat().st_size) if path.exists() else 1
    stored_bytes = 0
    gazetteer = Gazetteer.load(store)
    known = {id_ for (id_,) in store.rows("concept", "id")}

    def checked() -> Iterator[Vacancy]:
        nonlocal stored_bytes
        for vacancy in read_vacancies(path, format_, report):
            stored_bytes += len(vacancy.text) + 200
            _count_unresolved(vacancy, known, gazetteer, report)
            yield vacancy

    report.stored["vacancies"] = store_batches(
        checked(),
        store.put_vacancies,
        lambda n: progress(min(1.0, stored_bytes / size), f"vacancies: {n} stored"),
    )
    report.note_nothing(path, "vacancy")
    return report


def read_vacancy(path: Path) -> Vacancy:
    """The one vacancy of a file, which is not stored.

    Raises:
        FormatError: the file can't be read, or holds none, several, or one that does not fit.
    """
    report = Report()
    return only(list(read_vacancies(path, None, report)), report, path, "vacancy")


def read_vacancies(path: Path, format_: Format | None, report: Report) -> Iterator[Vacancy]:
    """The vacancies of a file; what does not fit is added to the report's refusals.

    Raises:
        FormatError: the file can't be read, or its format can't be told.
    """
    match format_ or recognise(path):
        case "csv":
            yield from _from_csv(path, report)
        case "toml":
            yield from records(read_toml(path, "vacancy"), path.name, Vacancy, report.refused)
        case "jobposting":
            yield from records(
                _json_values(path), path.name, Vacancy, report.refused, from_jobposting
            )
        case "own":
            yield from records(_json_values(path), path.name, Vacancy, report.refused)


def recognise(path: Path) -> Format:
    """The format of a file of vacancies, by its name and first record.

    Raises:
        FormatError: it can't be told.
    """
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return "csv"
    if name.endswith(".toml"):
        return "toml"
    head = read_text(path, 100_000).lstrip()
    if head.startswith(("{", "[")):
        return "jobposting" if re.search(r'"@(type|context|graph)"\s*:', head) else "own"
    raise FormatError(
        f"{path}: starts with {short(head[:20])}; expected JSON, CSV or TOML, "
        f"or name the format ({', '.join(FORMATS)})"
    )


def from_jobposting(posting: Any) -> dict[str, Any]:
    """A schema.org JobPosting as the fields of a `Vacancy`.

    Competences named by URI become must-competences; those named in words stay words, at the end
    of the text, where the linker reads them. A posting without identifier gets one of its content.

    Raises:
        Misfit: it is no JobPosting, or lacks a title.
    """
    if not isinstance(posting, dict) or "JobPosting" not in _texts(posting.get("@type")):
        found = posting.get("@type") if isinstance(posting, dict) else posting
        raise Misfit("@type", found, "JobPosting")
    title = plain(_text(posting, "title") or _text(posting, "name")).strip()
    if not title:
        raise Misfit("title", posting.get("title"), "a title")
    text = _paragraphs(_text(posting, "description"))
    uris, words = _terms(posting.get("skills"))
    for key in ("responsibilities", "qualifications", "experienceRequirements"):
        words += [w for w in _terms(posting.get(key))[1] if w not in text]
    text = "\n".join(part for part in (text, *words) if part)
    address = _first(_first(posting.get("jobLocation")).get("address"))
    employer = posting.get("hiringOrganization")
    record: dict[str, Any] = {
        "id": _identifier(posting, title, text),
        "title": title,
        "text": text,
        "employer": employer if isinstance(employer, str) else _first(employer).get("name"),
        "must": uris,
        "place": address.get("postalCode") or address.get("addressLocality"),
        "valid_from": _day(posting, "datePosted"),
        "valid_through": _day(posting, "validThrough"),
        "positions": posting.get("totalJobOpenings"),
        "occupation": next(iter(_terms(posting.get("occupationalCategory"))[0]), None),
        "source": "employer",
    }
    lang = _text(posting, "inLanguage")[:2].lower()
    if lang in LANGS:
        record["lang"] = lang
    for kind in _texts(posting.get("employmentType")):
        record |= _EMPLOYMENT.get(kind.upper(), {})
    education = " ".join(
        _text(part, "credentialCategory") if isinstance(part, dict) else str(part)
        for part in _listed(posting.get("educationRequirements"))
    ).lower()
    record["study_level"] = next(
        (level for words_, level in _CREDENTIALS if any(w in education for w in words_)), None
    )
    if str(record["place"] or "").isdigit():
        record["place"] = str(record["place"])
    return {key: value for key, value in record.items() if value not in (None, "", [])}


def _from_csv(path: Path, report: Report) -> Iterator[Vacancy]:
    with open_text(path) as lines:
        with reading(path):
            head = lines.readline()
        delimiter = ";" if head.count(";") > head.count(",") else ","

        def rest() -> Iterable[str]:
            yield head
            yield from lines

        rows = read_csv(rest(), path.name, ("id", "title"), delimiter)
        yield from records(rows, path.name, Vacancy, report.refused, _cells)


def _cells(row: dict[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, cell in row.items():
        value = cell.strip()
        if not value:
            continue
        if key in _LISTS:
            record[key] = [item.strip() for item in value.split(LIST_MARK) if item.strip()]
        elif key in _NUMBERS:
            try:
                record[key] = _NUMBERS[key](value.replace(",", "."))
            except ValueError:
                raise Misfit(key, value, "a number") from None
        elif key == "languages":
            record[key] = dict(_language(item) for item in value.split(LIST_MARK))
        elif key == "diploma_required":
            if value.lower() not in ("true", "false"):
                raise Misfit(key, value, "true or false")
            record[key] = value.lower() == "true"
        else:
            record[key] = value
    return record


def _language(item: str) -> tuple[str, str]:
    code, _, level = item.strip().partition(":")
    if level not in CEFR_LEVELS:
        raise Misfit("languages", item, "a language with its level, as nl:B2")
    return code, level


def _json_values(path: Path) -> Iterator[tuple[int, Any]]:
    """One value a line; or the members of one list or JSON-LD @graph; or one value as a whole."""
    with open_text(path) as file, reading(path):
        first = next((line for line in file if line.strip()), "").strip()
        lines = first.startswith("{") and _is_json(first) and '"@graph"' not in first
        if not lines:
            file.seek(0)
            whole = file.read()
    if lines:
        yield from read_lines(path)
        return
    try:
        members = _members(whole)
    except msgspec.DecodeError as error:
        if first.startswith("{") and len(first) > 1 and "\n" in whole.strip():
            yield from read_lines(path)  # lines of which the first is bad
            return
        raise FormatError(f"{path} is no JSON: {error}") from error
    line, at = 1, 0
    for member in members:
        text = bytes(member).decode()
        found = whole.find(text, at)
        line, at = line + whole.count("\n", at, found), found
        yield line, text


def _members(whole: str) -> list[msgspec.Raw]:
    if whole.lstrip().startswith("["):
        return msgspec.json.decode(whole, type=list[msgspec.Raw])
    value = msgspec.json.decode(whole, type=dict[str, msgspec.Raw])
    if "@graph" in value:
        return msgspec.json.decode(value["@graph"], type=list[msgspec.Raw])
    return [msgspec.Raw(whole.strip().encode())]


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _count_unresolved(
    vacancy: Vacancy, known: set[str], gazetteer: Gazetteer, report: Report
) -> None:
    named = [*vacancy.must, *vacancy.may]
    lost = sum(id_ not in known for id_ in named)
    if lost:
        report.unresolved["competences that are not in the store"] += lost
    if vacancy.occupation and vacancy.occupation not in known:
        report.unresolved["occupations that are not in the store"] += 1
    if vacancy.place and gazetteer.find(vacancy.place) is None:
        report.unresolved["places that are not in the store"] += 1


def _identifier(posting: dict[str, Any], title: str, text: str) -> str:
    given = posting.get("identifier")
    if isinstance(given, dict):
        given = given.get("value")
    given = given or posting.get("@id") or posting.get("url")
    if given and isinstance(given, str | int):
        return str(given)
    content = f"{title}\n{text}".encode()
    return f"jobposting:{hashlib.sha1(content, usedforsecurity=False).hexdigest()[:16]}"


def _day(posting: dict[str, Any], key: str) -> str | None:
    value = posting.get(key)
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d", value):
        raise Misfit(key, value, "a date as 2026-11-02")
    return value[:10]


def _terms(value: Any) -> tuple[list[str], list[str]]:
    """The URIs and the words of a text, a DefinedTerm, a CategoryCode, or a list of them."""
    uris: list[str] = []
    words: list[str] = []
    for part in _listed(value):
        if isinstance(part, dict):
            uri = (
                part.get("@id") or part.get("url") or part.get("codeValue") or part.get("termCode")
            )
            name = part.get("name") or part.get("description")
            if isinstance(uri, str) and ":" in uri:
                uris.append(uri)
            elif isinstance(name, str):
                words.append(name)
        elif isinstance(part, str) and part.strip():
            (uris if re.match(r"https?://\S+$|\w+:\S+$", part) else words).append(part.strip())
    return list(dict.fromkeys(uris)), words


def _paragraphs(text: str) -> str:
    """HTML as text that keeps its lines."""
    broken = re.sub(r"(?i)<\s*(?:br|/p|/li|/h\d|/div|/ul)\s*/?>", "\n", text)
    return "\n".join(line for line in (part.strip() for part in plain(broken).split("\n")) if line)


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    if isinstance(found, dict):
        found = found.get("@value") or found.get("name") or found.get("alternateName")
    return found if isinstance(found, str) else ""


def _texts(value: Any) -> list[str]:
    return [part for part in _listed(value) if isinstance(part, str)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _first(value: Any) -> dict[str, Any]:
    return next((part for part in _listed(value) if isinstance(part, dict)), {})
