"""Fitting: what the store teaches, written as an artefact, with everybody's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

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
from models.vectoriser import Vectoriser

Told = Callable[[float, str], None]
"""Hears the share done, in [0, 1], and what is being done."""


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
    jobs = [translate.job(vacancy, places) for vacancy in store.vacancies()]
    seekers = [translate.seeker(person, places) for person in store.people()]
    if opinion is not None:
        cache = folder.with_name(f"{folder.name}.vectors")
        opinion.fit(taxonomy, cache, lambda share: told(0.2 * share, "asking a second opinion"))
    vectoriser = Vectoriser(settings or EncoderSettings.suited(taxonomy))
    vectoriser.fit(
        taxonomy,
        [f"{job.title}\n{job.text}" for job in jobs],
        lambda share: told(0.2 + 0.65 * share, "learning the words of the taxonomies"),
    )
    if opinion is not None:
        vectoriser.heed(opinion)
    told(0.85, f"reading {len(jobs)} vacancies and {len(seekers)} dossiers")
    fitted = Fitted(
        vectoriser=vectoriser,
        people=PeopleIndex(
            Packed.of(vectoriser.people(seekers), [translate.digest(s) for s in seekers])
        ),
        jobs=JobIndex(Packed.of(vectoriser.jobs(jobs), [translate.digest(j) for j in jobs])),
        taxonomy_digest=taxonomy.digest,
        store=state.store,
        change=state.change,
    )
    artefact.save(fitted, folder)
    told(1.0, f"written to {folder}")
    return fitted
