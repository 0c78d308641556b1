"""The records that everything else speaks of.

Each is a frozen `msgspec.Struct`: the same shape in memory, in the store and in our own JSON lines
or TOML files, checked on the way in (an unknown field or a wrong type is refused by its path).
Ids are URIs in their scheme. A person's name and contact details are no fields of the engine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType

Lang = Literal["nl", "fr", "en", "de"]
LANGS: tuple[Lang, ...] = get_args(Lang)

CompetenceKind = Literal["knowledge", "skill", "activity", "soft"]
ConceptKind = Literal["knowledge", "skill", "activity", "soft", "group", "occupation"]
COMPETENCE_KINDS: tuple[CompetenceKind, ...] = get_args(CompetenceKind)

Cefr = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
CEFR_LEVELS: tuple[Cefr, ...] = get_args(Cefr)

Level = Literal["self", "experience", "attested", "qualification"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Evidence levels of a competence, weakest first."""

WorkingTime = Literal["full", "part"]
Shift = Literal["day", "two-shift", "three-shift", "night", "weekend", "split", "on-call"]
Contract = Literal[
    "permanent", "fixed-term", "agency", "student", "replacement", "freelance", "ibo"
]
SHIFTS: tuple[Shift, ...] = get_args(Shift)
CONTRACTS: tuple[Contract, ...] = get_args(Contract)

RelationKind = Literal["broader", "related", "exact", "close", "broad", "narrow"]
Mapping = Literal["exact", "close", "broad", "narrow"]
MAPPING_WEIGHT: dict[str, float] = {"exact": 1.0, "close": 0.875, "narrow": 0.75, "broad": 0.5}
"""What a SKOS mapping is worth when a fact is carried over it, in [0, 1].

The relation reads from its source to its target: `narrow` means that the target is the narrower
concept. Carrying a fact to a broader concept says less than carrying it to a narrower one, since
the broader one stands for much else.
"""

EventKind = Literal["shown", "viewed", "saved", "applied", "dismissed", "hired", "at_work_6m"]
PinKind = Literal["pin", "hide"]
Source = Literal["competences", "similar", "own", "consultant", "employer"]
Dismissal = Literal[
    "too-far", "shifts", "working-time", "contract", "not-my-job", "pay", "known", "other"
]
DISMISSALS: tuple[Dismissal, ...] = get_args(Dismissal)
"""The short list of reasons for which a person sets a vacancy aside; own words are as good."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
StudyLevel = Annotated[int, msgspec.Meta(ge=1, le=8)]
LangCode = Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all records share: immutable and strict about their fields; each is keyword-only."""


class Scheme(Record, frozen=True, kw_only=True):
    """A taxonomy: where its concepts come from, and in which version."""

    id: Id
    version: str
    title: str
    licence: str = ""


class Concept(Record, frozen=True, kw_only=True):
    """A competence, a group of competences or an occupation of a taxonomy.

    `labels` holds the preferred label by language, `alt` further ones. Storing a concept replaces
    its labels in the languages that it carries and leaves the other languages as they are, so a
    taxonomy can arrive one language at a time.
    """

    id: Id
    scheme: Id
    kind: ConceptKind
    labels: dict[Lang, str] = {}
    alt: dict[Lang, tuple[str, ...]] = {}
    descriptions: dict[Lang, str] = {}
    code: str | None = None
    isco: str | None = None
    level: StudyLevel | None = None


class Relation(Record, frozen=True, kw_only=True):
    """A SKOS relation between two concepts, read from `source` to `target`.

    `broader` and `related` stay within a scheme; `exact`, `close`, `broad` and `narrow` are
    mappings between schemes. The target need not be in the store: it is kept, and counted.
    """

    source: Id
    kind: RelationKind
    target: Id
    weight: Share = 1.0


class ProfileLink(Record, frozen=True, kw_only=True):
    """That an occupation uses a competence: how strongly, and whether stated or derived."""

    occupation: Id
    competence: Id
    essential: bool
    weight: Share = 1.0
    derived: bool = False


class Place(Record, frozen=True, kw_only=True):
    """A municipality: NIS code, names by language, postcodes, WGS 84 degrees, source."""

    nis: Annotated[str, msgspec.Meta(pattern="^[0-9]{5}$")]
    names: dict[Lang, str]
    postcodes: tuple[str, ...] = ()
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    source: str = ""


class Evidence(Record, frozen=True, kw_only=True):
    """A person's competences by evidence level; a competence stands under one level only.

    `refused` keeps what the person said not to be able to do: it is never suggested again.
    """

    self_declared: tuple[Id, ...] = msgspec.field(default=(), name="self")
    experience: tuple[Id, ...] = ()
    attested: tuple[Id, ...] = ()
    qualification: tuple[Id, ...] = ()
    refused: tuple[Id, ...] = ()

    def items(self) -> list[tuple[Id, Level]]:
        """Every competence with its level, strongest level first, in the record's order."""
        by_level: list[tuple[Level, tuple[Id, ...]]] = [
            ("qualification", self.qualification),
            ("attested", self.attested),
            ("experience", self.experience),
            ("self", self.self_declared),
        ]
        return [(id_, level) for level, ids in by_level for id_ in ids]


class Experience(Record, frozen=True, kw_only=True):
    """A past occupation with the years in it (None: not known)."""

    occupation: Id
    years: Annotated[float, msgspec.Meta(ge=0, le=70)] | None = None


class Person(Record, frozen=True, kw_only=True):
    """A job seeker's dossier, without identity. None means: not known, never: none.

    `travel_km` is a limit as the crow flies; `place` a municipality's name, postcode or NIS code.
    """

    id: Id
    lang: Lang = "nl"
    competences: Evidence = Evidence()
    wished: tuple[Id, ...] = ()
    past: tuple[Experience, ...] = ()
    study_level: StudyLevel | None = None
    languages: dict[LangCode, Cefr] | None = None
    licences: tuple[str, ...] | None = None
    place: str | None = None
    travel_km: Annotated[float, msgspec.Meta(ge=0, le=2000)] | None = None
    working_time: WorkingTime | None = None
    shifts: tuple[Shift, ...] | None = None
    contracts: tuple[Contract, ...] | None = None
    text: str = ""


class Vacancy(Record, frozen=True, kw_only=True):
    """A job offer. None means: not said. Without dates it counts as open, and says so.

    It is `filled` where its source says so, or once as many people were hired as there are
    `positions`.
    """

    id: Id
    title: str
    text: str = ""
    lang: Lang = "nl"
    employer: str | None = None
    occupation: Id | None = None
    must: tuple[Id, ...] = ()
    may: tuple[Id, ...] = ()
    study_level: StudyLevel | None = None
    diploma_required: bool = False
    languages: dict[LangCode, Cefr] = {}
    licences: tuple[str, ...] = ()
    place: str | None = None
    working_time: WorkingTime | None = None
    hours: Annotated[float, msgspec.Meta(ge=0, le=80)] | None = None
    shifts: tuple[Shift, ...] = ()
    contract: Contract | None = None
    positions: Annotated[int, msgspec.Meta(ge=1)] = 1
    filled: bool = False
    valid_from: dt.date | None = None
    valid_through: dt.date | None = None
    source: str | None = None


class Event(Record, frozen=True, kw_only=True):
    """Something that happened between a person and a vacancy. The history is the person's.

    A moment without offset is UTC. The `reason` of a dismissal is one of `DISMISSALS`, or the
    person's own words.
    """

    id: Id
    person: Id
    vacancy: Id
    kind: EventKind
    when: dt.datetime
    reason: Words | None = None
    provenance: Source | None = None


class Pin(Record, frozen=True, kw_only=True):
    """A vacancy set before a person by someone, or hidden from them, with a reason.

    It outranks any model, and nothing but a person takes it back.
    """

    id: Id
    person: Id
    vacancy: Id
    by: Literal["consultant", "employer", "self"]
    reason: Words
    when: dt.datetime
    kind: PinKind = "pin"


class Changes(Record, frozen=True, kw_only=True):
    """What a correction sets in a dossier; what is unset stays as it is.

    `competences` sets each to a level, to refused, or takes it out (`removed`).
    """

    competences: dict[Id, Level | Literal["refused", "removed"]] = {}
    wished: tuple[Id, ...] | UnsetType = UNSET
    past: tuple[Experience, ...] | UnsetType = UNSET
    study_level: StudyLevel | UnsetType | None = UNSET
    languages: dict[LangCode, Cefr] | UnsetType | None = UNSET
    licences: tuple[str, ...] | UnsetType | None = UNSET
    place: str | UnsetType | None = UNSET
    travel_km: Annotated[float, msgspec.Meta(ge=0, le=2000)] | UnsetType | None = UNSET
    working_time: WorkingTime | UnsetType | None = UNSET
    shifts: tuple[Shift, ...] | UnsetType | None = UNSET
    contracts: tuple[Contract, ...] | UnsetType | None = UNSET


class Correction(Record, frozen=True, kw_only=True):
    """What a consultant or the person put right in a dossier: it is laid over whatever arrives
    later, until somebody takes it back."""

    id: Id
    person: Id
    by: Literal["consultant", "self"]
    reason: Words
    when: dt.datetime
    changes: Changes


class Held(Record, frozen=True, kw_only=True):
    """Everything that the store holds about a person: the dossier as it counts (`person`) and as it
    was `given`, both None where only events are known of them, and what happened and was decided,
    oldest first."""

    id: Id
    person: Person | None
    given: Person | None
    events: tuple[Event, ...]
    pins: tuple[Pin, ...]
    corrections: tuple[Correction, ...]


def corrected(person: Person, corrections: Iterable[Correction]) -> Person:
    """A dossier with corrections laid over it, the newest last."""
    for correction in sorted(corrections, key=lambda c: (c.when, c.id)):
        found = msgspec.structs.asdict(correction.changes)
        levels = found.pop("competences")
        new = {name: value for name, value in found.items() if value is not UNSET}
        person = msgspec.structs.replace(
            person, competences=_relevelled(person.competences, levels), **new
        )
    return person


def _relevelled(evidence: Evidence, levels: dict[str, str]) -> Evidence:
    """Evidence with some competences at other levels."""
    found: dict[str, list[str]] = {level: [] for level in (*LEVELS, "refused")}
    held = [*evidence.items(), *((id_, "refused") for id_ in evidence.refused)]
    for id_, level in {**dict(held), **levels}.items():
        if level != "removed":
            found[level].append(id_)
    return Evidence(
        self_declared=tuple(found["self"]),
        experience=tuple(found["experience"]),
        attested=tuple(found["attested"]),
        qualification=tuple(found["qualification"]),
        refused=tuple(found["refused"]),
    )


def content_id(kind: str, content: object) -> Id:
    """An id for what came without one: the same again for the same content."""
    packed = msgspec.json.encode(content, order="deterministic")
    return f"{kind}:{hashlib.sha1(packed, usedforsecurity=False).hexdigest()[:16]}"


def check_levels(person: Person) -> None:
    """Refuse a dossier that has one competence under two evidence levels.

    Raises:
        ValueError: names the competence.
    """
    seen: set[str] = set()
    for id_ in [id_ for id_, _ in person.competences.items()] + list(person.competences.refused):
        if id_ in seen:
            raise ValueError(f"competence {id_!r} stands under two levels; expected one")
        seen.add(id_)
