"""ESCO as its publisher gives it: one 'classification - LANG - csv' zip a language.

ESCO: © European Union. This service uses the ESCO classification of the European Commission.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from competent_data.formats.intake import (
    FormatError,
    Misfit,
    Progress,
    Report,
    read_csv,
    silent,
    store_batches,
)
from competent_data.records import (
    LANGS,
    Concept,
    ConceptKind,
    Lang,
    ProfileLink,
    Relation,
    RelationKind,
    Scheme,
)
from competent_data.store import Store

SCHEME = "esco"
_KINDS: dict[str, ConceptKind] = {"knowledge": "knowledge", "skill/competence": "skill"}
_MEMBER = re.compile(r"(?:.*/)?(\w+)_(nl|fr|en|de)\.csv$")
_REQUIRED = ("occupations", "skills", "occupationSkillRelations")


def import_esco(store: Store, paths: Sequence[Path], progress: Progress = silent) -> Report:
    """Store ESCO from the zips of one or more languages.

    Raises:
        FormatError: a file is no such zip; nothing of it was stored.
    """
    report = Report()
    zips = [_open(path) for path in paths]
    try:
        total = sum(i.file_size for z, members in zips for i, _, _ in members)
        version = next((v for p in paths if (v := re.search(r"v(\d+(?:\.\d+)+)", p.name))), None)
        store.put_scheme(
            Scheme(
                id=SCHEME,
                version=version[1] if version else "unknown",
                title="ESCO, European Skills, Competences, Qualifications and Occupations",
                licence="© European Union, reuse with acknowledgement",
            )
        )
        done = 0
        seen: set[tuple[str, int]] = set()
        for path, (archive, members) in zip(paths, zips, strict=True):
            for info, stem, lang in members:
                # The tables of relations are the same in every language's zip: read once.
                if (stem, info.CRC) not in seen:
                    seen.add((stem, info.CRC))
                    _member(store, archive, info, stem, lang, path, report, done, total, progress)
                done += info.file_size
    finally:
        for archive, _ in zips:
            archive.close()
    report.unresolved["links to a concept that is not in the store"] = store.unresolved()
    return report


def _open(path: Path) -> tuple[zipfile.ZipFile, list[tuple[zipfile.ZipInfo, str, Lang]]]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise FormatError(f"{path} is no zip file of ESCO: {error}") from error
    members = [
        (info, match[1], _lang(match[2]))
        for info in archive.infolist()
        if (match := _MEMBER.match(info.filename))
    ]
    missing = [name for name in _REQUIRED if name not in {stem for _, stem, _ in members}]
    if missing:
        archive.close()
        raise FormatError(f"{path} lacks {missing[0]}_LANG.csv; expected ESCO's csv download")
    return archive, members


def _lang(code: str) -> Lang:
    return next(lang for lang in LANGS if lang == code)


def _member(
    store: Store,
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    stem: str,
    lang: Lang,
    path: Path,
    report: Report,
    done: int,
    total: int,
    progress: Progress,
) -> None:
    reader = _READERS.get(stem)
    if reader is None:
        return
    columns, convert, name = reader
    with archive.open(info) as raw:
        lines = io.TextIOWrapper(raw, "utf-8-sig", newline="")
        essential: set[tuple[str, str]] = set()

        def records() -> Iterator[Concept | Relation | ProfileLink]:
            for line, row in read_csv(lines, f"{path.name}/{info.filename}", columns):
                try:
                    for record in convert(row, lang):
                        # A pair may stand as essential and as optional: essential wins.
                        if isinstance(record, ProfileLink):
                            pair = (record.occupation, record.competence)
                            if record.essential:
                                essential.add(pair)
                            elif pair in essential:
                                continue
                        yield record
                except Misfit as misfit:
                    report.refused.append(misfit.at(f"{path.name}/{info.filename}", line))

        def put(batch: Sequence[Concept | Relation | ProfileLink]) -> None:
            store.put_concepts([r for r in batch if isinstance(r, Concept)])
            store.put_relations([r for r in batch if isinstance(r, Relation)])
            store.put_profiles([r for r in batch if isinstance(r, ProfileLink)])

        report.stored[name.format(lang=lang)] += store_batches(
            records(),
            put,
            lambda n: progress((done + raw.tell()) / total, f"ESCO {stem} {lang}: {n} stored"),
            size=10_000,
        )


def _concept(row: dict[str, str], lang: Lang, kind: ConceptKind) -> Iterator[Concept]:
    uri = _uri(row, "conceptUri")
    label = row["preferredLabel"].strip()
    if not label:
        raise Misfit("preferredLabel", row["preferredLabel"], "a label")
    text = row.get("description", "").strip()
    others = (
        a.strip() for key in ("altLabels", "hiddenLabels") for a in row.get(key, "").split("\n")
    )
    isco = row.get("iscoGroup", "").strip()
    if not isco and "/isco/C" in uri:
        isco = row["code"]
    yield Concept(
        id=uri,
        scheme=SCHEME,
        kind=kind,
        labels={lang: label},
        alt={lang: tuple(dict.fromkeys(a for a in others if a and a != label))},
        descriptions={lang: text} if text else {},
        code=row.get("code") or None,
        isco=isco or None,
    )


def _occupation(row: dict[str, str], lang: Lang) -> Iterator[Concept]:
    if not re.fullmatch(r"\d{4}", row["iscoGroup"]):
        raise Misfit("iscoGroup", row["iscoGroup"], "an ISCO-08 code of four digits")
    return _concept(row, lang, "occupation")


def _skill(row: dict[str, str], lang: Lang) -> Iterator[Concept]:
    kind = _KINDS.get(row["skillType"])
    if kind is None:
        raise Misfit("skillType", row["skillType"], "'knowledge' or 'skill/competence'")
    return _concept(row, lang, kind)


def _group(row: dict[str, str], lang: Lang) -> Iterator[Concept]:
    return _concept(row, lang, "group")


def _link(row: dict[str, str], _lang: Lang) -> Iterator[ProfileLink]:
    kind = row["relationType"]
    if kind not in ("essential", "optional"):
        raise Misfit("relationType", kind, "'essential' or 'optional'")
    yield ProfileLink(
        occupation=_uri(row, "occupationUri"),
        competence=_uri(row, "skillUri"),
        essential=kind == "essential",
        weight=1.0 if kind == "essential" else 0.5,
    )


def _broader(row: dict[str, str], _lang: Lang) -> Iterator[Relation]:
    yield _relation(_uri(row, "conceptUri"), "broader", _uri(row, "broaderUri"))


def _related(row: dict[str, str], _lang: Lang) -> Iterator[Relation]:
    yield _relation(_uri(row, "originalSkillUri"), "related", _uri(row, "relatedSkillUri"))


def _relation(source: str, kind: RelationKind, target: str) -> Relation:
    return Relation(source=source, kind=kind, target=target)


def _uri(row: dict[str, str], column: str) -> str:
    uri = row[column].strip()
    if not uri.startswith("http"):
        raise Misfit(column, uri, "a URI")
    return uri


_Reader = tuple[
    tuple[str, ...],
    Callable[[dict[str, str], Lang], Iterator[Concept | Relation | ProfileLink]],
    str,
]
_READERS: dict[str, _Reader] = {
    "occupations": (
        ("conceptUri", "iscoGroup", "preferredLabel", "altLabels"),
        _occupation,
        "occupations {lang}",
    ),
    "skills": (
        ("conceptUri", "skillType", "preferredLabel", "altLabels"),
        _skill,
        "competences {lang}",
    ),
    "skillGroups": (("conceptUri", "preferredLabel"), _group, "groups {lang}"),
    "ISCOGroups": (("conceptUri", "code", "preferredLabel"), _group, "groups {lang}"),
    "occupationSkillRelations": (
        ("occupationUri", "relationType", "skillUri"),
        _link,
        "profile links",
    ),
    "broaderRelationsOccPillar": (("conceptUri", "broaderUri"), _broader, "relations"),
    "broaderRelationsSkillPillar": (("conceptUri", "broaderUri"), _broader, "relations"),
    "skillSkillRelations": (("originalSkillUri", "relatedSkillUri"), _related, "relations"),
}
