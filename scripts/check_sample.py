"""Figures of the embedded sample, and what is wrong with it: below aim, dangling, or said twice."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from competent_data.formats.intake import Report
from competent_data.formats.places import read_places
from competent_data.formats.sample import FOLDER, Sample, read_sample
from competent_data.records import COMPETENCE_KINDS, MAPPING_WEIGHT

ALIKE = 0.25
"""Share of common five-word runs from which two texts count as near-duplicates."""
RUN = 5
LONG_SENTENCE = 7
COMMON = 10
"""A competence that occurs in more occupations than this is a common one."""
AIMS = {
    "occupations": 120,
    "competences": 700,
    "vacancies": 100,
    "people": 60,
    "events": 300,
}


def main(folder: Path = FOLDER) -> int:
    """Print figures and faults; 1 if there are faults."""
    sample = read_sample(folder)
    for name, count in figures(sample).items():
        print(f"{count:>7,} {name}")
    faults = list(faults_of(sample, folder))
    for fault in faults:
        print(f"fault: {fault}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


def figures(sample: Sample) -> dict[str, int]:
    """What the sample holds, by name."""
    competences = [c for c in sample.concepts if c.kind in COMPETENCE_KINDS]
    occupations = [c for c in sample.concepts if c.kind == "occupation"]
    mapped = {r.source for r in sample.relations if r.kind in MAPPING_WEIGHT}
    found = {"occupations": len(occupations), "competences": len(competences)}
    found |= {f"competences: {k}": sum(c.kind == k for c in competences) for k in COMPETENCE_KINDS}
    found["competences linked to ESCO"] = sum(c.id in mapped for c in competences)
    found["occupations linked to ESCO"] = sum(c.id in mapped for c in occupations)
    found["groups"] = sum(c.kind == "group" for c in sample.concepts)
    levels = Counter(str(c.level) for c in occupations)
    found |= {f"occupations: VKS level {level}": n for level, n in sorted(levels.items())}
    found["vacancies"] = len(sample.vacancies)
    langs = Counter(v.lang for v in sample.vacancies)
    found |= {f"vacancies: {lang}": n for lang, n in sorted(langs.items())}
    found |= {
        "vacancies: open on the sample's day": sum(
            (v.valid_from is None or v.valid_from <= sample.today)
            and (v.valid_through is None or v.valid_through >= sample.today)
            for v in sample.vacancies
        ),
        "people": len(sample.people),
        "events": len(sample.events),
        "pins": len(sample.pins),
    }
    return found


def faults_of(sample: Sample, folder: Path) -> Iterator[str]:
    """Everything that must not be so, in words."""
    yield from (str(refusal) for refusal in sample.refused)
    found = figures(sample)
    for name, least in AIMS.items():
        if found[name] < least:
            yield f"{found[name]} {name}, expected at least {least}"
    yield from _doubles(sample)
    yield from _dangling(sample, folder)
    yield from _profiles(sample)
    texts = [(v.id, v.text) for v in sample.vacancies] + [(p.id, p.text) for p in sample.people]
    yield from near_duplicates(texts)


def near_duplicates(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Pairs of texts that share many runs of words, and long sentences that stand in two."""
    runs = {id_: _runs(text) for id_, text in texts}
    for (one, left), (other, right) in combinations(runs.items(), 2):
        share = len(left & right) / max(1, min(len(left), len(right)))
        if share >= ALIKE:
            yield f"{one} and {other} share {share:.0%} of their runs of {RUN} words"
    spoken: dict[str, str] = {}
    for id_, text in texts:
        for sentence in re.split(r"[.!?\n]+", text):
            words = sentence.split()
            if len(words) < LONG_SENTENCE:
                continue
            key = " ".join(words).casefold()
            if spoken.setdefault(key, id_) != id_:
                yield f"{spoken[key]} and {id_} both say: {' '.join(words)}"


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def _doubles(sample: Sample) -> Iterator[str]:
    for records in (
        sample.concepts,
        sample.people,
        sample.vacancies,
        sample.events,
        sample.pins,
    ):
        for id_, count in Counter(record.id for record in records).items():
            if count > 1:
                yield f"id {id_} stands {count} times"
    labels = Counter(
        c.labels.get("nl", "").casefold() for c in sample.concepts if c.kind != "group"
    )
    yield from (f"label '{label}' stands {n} times" for label, n in labels.items() if n > 1)


def _dangling(sample: Sample, folder: Path) -> Iterator[str]:
    kinds = {c.id: c.kind for c in sample.concepts}
    people = {p.id for p in sample.people}
    vacancies = {v.id for v in sample.vacancies}
    named = {
        name
        for place in read_places(folder / "places.csv", Report())
        for name in (*place.names.values(), *place.postcodes, place.nis)
    }

    def missing(id_: str, ids: Iterable[str | None], occupation: bool) -> Iterator[str]:
        for wanted in ids:
            if wanted and (kinds.get(wanted) == "occupation") != occupation:
                yield f"{id_} names {wanted}, which is no such concept"

    for link in sample.links:
        yield from missing(link.occupation, [link.competence], False)
    for relation in sample.relations:
        if relation.kind == "broader" and kinds.get(relation.target) != "group":
            yield f"{relation.source} stands under {relation.target}, which is no group"
    for vacancy in sample.vacancies:
        yield from missing(vacancy.id, (*vacancy.must, *vacancy.may), False)
        yield from missing(vacancy.id, [vacancy.occupation], True)
    for person in sample.people:
        ids = [*(id_ for id_, _ in person.competences.items()), *person.competences.refused]
        yield from missing(person.id, ids, False)
        past = [p.occupation for p in person.past]
        yield from missing(person.id, (*person.wished, *past), True)
    for record in (*sample.vacancies, *sample.people):
        if record.place and record.place not in named:
            yield f"{record.id} is in {record.place}, which places.csv lacks"
    for event in (*sample.events, *sample.pins):
        if event.person not in people or event.vacancy not in vacancies:
            yield f"{event.id} names {event.person} and {event.vacancy}, of which one is not there"


def _profiles(sample: Sample) -> Iterator[str]:
    used: dict[str, list[str]] = {c.id: [] for c in sample.concepts if c.kind == "occupation"}
    for link in sample.links:
        used[link.occupation].append(link.competence)
    times = Counter(competence for ids in used.values() for competence in ids)
    mapped = {r.source for r in sample.relations if r.kind in MAPPING_WEIGHT}
    labels = {c.id: c for c in sample.concepts}
    for occupation, ids in used.items():
        if len(ids) < 12 or len(set(ids)) != len(ids):
            yield f"{occupation} has {len(ids)} competences ({len(set(ids))} distinct)"
        common = [id_ for id_ in ids if times[id_] > COMMON]
        if len(common) > 3:
            yield f"{occupation} has {len(common)} common competences: {', '.join(common)}"
        concept = labels[occupation]
        if occupation not in mapped or not concept.isco or not concept.level:
            yield f"{occupation} lacks its ESCO concept, ISCO code or VKS level"
    for concept in sample.concepts:
        if {"nl", "fr", "en"} - concept.labels.keys():
            yield f"{concept.id} lacks a label in Dutch, French or English"
        if concept.kind in COMPETENCE_KINDS and concept.id not in times:
            asked = {c for v in sample.vacancies for c in (*v.must, *v.may)}
            if concept.id not in asked:
                yield f"{concept.id} is used by no occupation and no vacancy"


if __name__ == "__main__":
    sys.exit(main())
