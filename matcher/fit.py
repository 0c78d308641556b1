"""Fitting: what the store teaches, written as an artefact, with everybody's rows."""

from __future__ import annotations

import datetime as dt
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from competent_data.places import Gazetteer
from competent_data.store import Store, StoreError
from competent_data.taxonomy import Taxonomy
from matcher import translate
from matcher.similar import learnt
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
Side = Literal["jobs", "people"]
X = TypeVar("X", Seeker, Job)


def fit(
    store: Store,
    folder: Path,
    told: Told,
    settings: EncoderSettings | None = None,
    encoders: Sequence[str] = (),
    *,
    today: dt.date | None = None,
) -> Fitted:
    """Fit on all taxonomies, vacancies and people of a store, and write the artefact to `folder`.

    `encoders` are pretrained ones to heed as well; what they make of the taxonomies is kept beside
    the folder, so that a fit that was cut short goes on. `today` is the day as of which is learnt
    what similar people found; without one nothing of that is.

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
        "jobs",
        vectoriser,
        partial(read, "vacancy", 0),
    )
    people = _packed(
        (translate.seeker(person, places) for person in store.people()),
        "people",
        vectoriser,
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
    if today is not None:
        told(0.99, "learning what similar people found")
        fitted = replace(fitted, neighbours=learnt(store, fitted, today))
    artefact.save(fitted, folder)
    told(1.0, f"written to {folder}")
    return fitted


def _packed(
    records: Iterable[X],
    side: Side,
    v: Vectoriser,
    told: Callable[[int], None],
) -> Packed[Any]:
    """The rows of records, read so many at once that memory is no matter, on every core there is.

    Every row is made alone, so it does not matter by whom; only the columns of licences are given
    out in the order of the records, before.
    """
    parts: list[Packed[Any]] = []
    left = iter(records)
    first = list(islice(left, AT_ONCE))
    if len(first) < AT_ONCE:
        parts.append(_part(side, v, first))
        told(len(first))
        return parts[0]
    global _vectoriser
    _vectoriser = v
    done = 0
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        waiting: deque[Future[Packed[Any]]] = deque()
        some = first
        while some or waiting:
            if some:
                v.know_licences(name for record in some for name in sorted(record.licences or ()))
                waiting.append(pool.submit(_read_part, side, tuple(v.licences_), some))
                some = list(islice(left, AT_ONCE))
            if not some or len(waiting) > 2 * (os.cpu_count() or 1):
                parts.append(waiting.popleft().result())
                done += len(parts[-1])
                told(done)
    return Packed.join([(part, np.arange(len(part))) for part in parts])


_vectoriser: Vectoriser | None = None
"""What the workers read with, as it was when they were forked: it is large and never changes."""


def _read_part(side: Side, licences: Sequence[str], some: Any) -> Packed[Any]:
    """A worker's part."""
    assert _vectoriser is not None
    _vectoriser.know_licences(licences)
    with threadpool_limits(1):
        return _part(side, _vectoriser, some)


def _part(side: Side, v: Vectoriser, some: Sequence[Any]) -> Packed[Any]:
    make = v.jobs if side == "jobs" else v.people
    return Packed.of(make(some), [translate.digest(record) for record in some])
