"""Fitting: what the store teaches, written as an artefact, with everybody's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from competent_data.places import Gazetteer
from competent_data.store import Store, StoreError
from competent_data.taxonomy import Taxonomy
from matcher import translate
from models import artefact
from models.artefact import Fitted
from models.encoder import EncoderSettings
from models.index import JobIndex, PeopleIndex
from models.packed import Packed
from models.pretrained import SecondOpinion, pretrained
from models.rows import Job, Seeker
from models.vectoriser import Vectoriser

Told = Callable[[float, str], None]
"""Hears the share done, in [0, 1], and what is being done."""
AT_ONCE = 2048
_NAMES = {"vacancy": "vacancies", "person": "dossiers"}
X = TypeVar("X", Seeker, Job)


def fit(
    store: Store,
    folder: Path,
    told: Told,
    settings: EncoderSettings | None = None,
    encoders: Sequence[str] = (),
) -> Fitted:
    """Fit on all taxonomies, vacancies and people of a store, and write the artefact to `folder`.

    `encoders` are pretrained ones to heed as well; what they make of the taxonomies is kept beside
    the folder, so that a fit that was cut short goes on.

    Raises:
        StoreError: the store holds no competence.
        EncoderMissing: an encoder is not installed.
    """
    opinion = SecondOpinion([pretrained(name) for name in encoders]) if encoders else None
    taxonomy = Taxonomy.load(store)
    if not taxonomy.competences:
        raise StoreError(
            f"the store at {store.url} holds no competences to learn from; import a taxonomy first "
            "(matcher import esco …, or matcher import sample)"
        )
    places = Gazetteer.load(store)
    state = store.state()  # before the records: what changes meanwhile is read again later
    counts = store.counts()
    if opinion is not None:
        cache = folder.with_name(f"{folder.name}.vectors")
        opinion.fit(taxonomy, cache, lambda share: told(0.2 * share, "asking a second opinion"))
    vectoriser = Vectoriser(settings or EncoderSettings.suited(taxonomy))
    vectoriser.fit(
        taxonomy,
        [f"{vacancy.title}\n{vacancy.text}" for vacancy in store.vacancies()],
        lambda share: told(0.2 + 0.65 * share, "learning the words of the taxonomies"),
    )
    if opinion is not None:
        vectoriser.heed(opinion)
    everything = max(counts["vacancy"] + counts["person"], 1)

    def read(kind: str, before: int, done: int) -> None:
        share = min((before + done) / everything, 1.0)
        told(0.85 + 0.14 * share, f"read {done} of {counts[kind]} {_NAMES[kind]}")

    jobs = _packed(
        (translate.job(vacancy, places) for vacancy in store.vacancies()),
        vectoriser.jobs,
        partial(read, "vacancy", 0),
    )
    people = _packed(
        (translate.seeker(person, places) for person in store.people()),
        vectoriser.people,
        partial(read, "person", counts["vacancy"]),
    )
    fitted = Fitted(
        vectoriser=vectoriser,
        people=PeopleIndex(people),
        jobs=JobIndex(jobs),
        taxonomy_digest=taxonomy.digest,
        store=state.store,
        change=state.change,
    )
    artefact.save(fitted, folder)
    told(1.0, f"written to {folder}")
    return fitted


def _packed(
    records: Iterable[X], make: Callable[[Sequence[X]], Any], told: Callable[[int], None]
) -> Packed[Any]:
    """The rows of records, read so many at once that memory is no matter."""
    parts: list[Packed[Any]] = []
    done = 0
    left = iter(records)
    while some := list(islice(left, AT_ONCE)):
        parts.append(Packed.of(make(some), [translate.digest(record) for record in some]))
        done += len(some)
        told(done)
    if not parts:
        return Packed.of(make([]))
    return Packed.join([(part, np.arange(len(part))) for part in parts])
