"""Seekers and jobs into rows: what each covers, asks and says, with how sure that is.

What a person confirmed counts in full; what their text says, by the confidence of the reading;
what a past occupation usually takes, for half. A job asks what it states; where it states nothing,
what its text says and what its occupation usually takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from competent_data.taxonomy import Taxonomy, bridged
from competent_data.text import plain, tokens
from models.competences import CompetenceReader
from models.encoder import Encoder, EncoderSettings, unit
from models.grid import BITS, DENSE_BITS, on_grid, sparse_on_grid
from models.index import Gains
from models.linker import Linker
from models.mentions import Read, TextReader, kept
from models.needs import Need, Needs
from models.occupations import CHUNK_WORDS, OccupationReader
from models.pretrained import SecondOpinion
from models.relatedness import (
    LEAST,
    SAME,
    best_products,
    competence_relatedness,
    keep_top,
    largest,
    occupation_closeness,
    specificity,
)
from models.rows import (
    LANGUAGES_KNOWN,
    LICENCES_KNOWN,
    WISHES_KNOWN,
    WORK_KNOWN,
    YEARS_KNOWN,
    Job,
    JobRows,
    PeopleRows,
    Seeker,
)

IMPLIED = 0.5
"""What is only usual for an occupation counts for half."""
ENOUGH_YEARS = 5.0
"""Years in an occupation beyond these add nothing."""
TEXT_TO_TITLE = 0.7
EXPECTED_LEAST = 0.03125
ASKED_KEPT = 48
LICENCES = 4096
_CEFR = 6
_LETTERS = 26


class Vectoriser:
    """What the taxonomies and texts of a store teach, and how records become rows by it."""

    def __init__(self, settings: EncoderSettings) -> None:
        self.encoder = Encoder(settings)
        self.reader = OccupationReader(self.encoder)
        self.competence_reader = CompetenceReader(self.encoder)
        self.linker = Linker()
        self.texts = TextReader(self.linker, self.competence_reader)
        self.opinion: SecondOpinion | None = None
        self.competences_: dict[str, int] = {}
        self.occupations_: dict[str, int] = {}
        self.licences_: dict[str, int] = {}
        self.words_: dict[str, int] = {}
        self.idf_: NDArray[np.float64] = np.zeros(0)
        self.related_ = csr_array((0, 0))
        self.closeness_ = csr_array((0, 0))
        self.profile_ = csr_array((0, 0))
        self.essential_ = csr_array((0, 0))
        self.specificity_: NDArray[np.float64] = np.zeros(0)

    @cached_property
    def same_(self) -> csr_array:
        """(C, C): `related_` where two competences are one thing in two taxonomies, or the same."""
        same = self.related_.copy()
        same.data = np.where(same.data >= SAME, same.data, 0.0)
        same.eliminate_zeros()
        return same

    def fit(
        self,
        taxonomy: Taxonomy,
        advertisements: Sequence[str],
        told: Callable[[float], None] = lambda _share: None,
    ) -> Self:
        """Learn from the taxonomies; from advertisements only how rare a word is."""
        self.competences_ = {id_: i for i, id_ in enumerate(taxonomy.competences)}
        self.occupations_ = {id_: i for i, id_ in enumerate(taxonomy.occupations)}
        self.related_ = competence_relatedness(taxonomy)
        self.closeness_ = occupation_closeness(taxonomy)
        self.profile_ = sparse_on_grid(taxonomy.profile)
        self.essential_ = sparse_on_grid(csr_array(taxonomy.profile.multiply(taxonomy.essential)))
        self.specificity_ = specificity(taxonomy.profile)
        self.encoder.fit(taxonomy, told)
        known = bridged(taxonomy)
        self.linker.fit(known)
        self.reader.fit(known)
        self.competence_reader.fit(known)
        counted = [text for text in advertisements if tokens(text)]
        if counted:
            wording = _wording().fit(counted)
            self.words_ = {word: int(i) for word, i in wording.vocabulary_.items()}
            self.idf_ = np.asarray(wording.idf_, dtype=np.float64)
        return self

    def heed(self, opinion: SecondOpinion) -> None:
        """Read texts with a second opinion from now on."""
        self.opinion = opinion
        self.reader.opinion = opinion.on_occupations()
        self.competence_reader.opinion = opinion.on_competences()

    def people(self, seekers: Sequence[Seeker]) -> PeopleRows:
        """One row a seeker, in the order given."""
        texts = [plain(s.text) for s in seekers]
        openings = [" ".join(text.split()[:CHUNK_WORDS]) for text in texts]
        langs = [s.lang for s in seekers]
        known = np.array([self.encoder.knows(text) for text in texts], dtype=bool)
        readable = diags_array(known.astype(np.float64))
        profile = csr_array(readable @ self._profiles(openings, texts, langs))
        profile.eliminate_zeros()
        held = self._marks(seekers, lambda s: [(c, 1.0) for c, _ in s.held], self.competences_)
        shown = self._marks(seekers, lambda s: s.held, self.competences_)
        past = self._marks(seekers, lambda s: [(o, 1.0) for o, _ in s.past], self.occupations_)
        years = self._marks(
            seekers,
            lambda s: [(o, min(y / ENOUGH_YEARS, 1.0)) for o, y in s.past if y is not None],
            self.occupations_,
        )
        wished = self._marks(seekers, lambda s: [(o, 1.0) for o in s.wished], self.occupations_)
        refused = self._marks(
            seekers, lambda s: [(c, 1.0) for c in sorted(s.refused)], self.competences_
        )
        said = self.texts.said(texts, langs)
        read, first, last = kept(said, len(self.competences_))
        covers = largest(
            best_products(held, self.related_, LEAST),
            best_products(self._linked(said), self.same_, LEAST),
            best_products(past * IMPLIED, self.profile_, EXPECTED_LEAST),
        )
        return PeopleRows(
            ids=tuple(s.id for s in seekers),
            covers=sparse_on_grid(_without(covers, refused)),
            evidence=sparse_on_grid(_without(best_products(shown, self.same_, 0.0), refused)),
            held=held,
            past=sparse_on_grid(best_products(past, self.closeness_, 0.0)),
            wished=sparse_on_grid(best_products(wished, self.closeness_, 0.0)),
            experience=sparse_on_grid(best_products(years, self.closeness_, 0.0)),
            profile=profile,
            words=self._words(texts),
            languages=_levels([s.languages or {} for s in seekers]),
            licences=self._licences([s.licences or frozenset() for s in seekers]),
            read=read,
            read_first=first,
            read_last=last,
            dense=np.where(known[:, None], self.encoder.encode(texts), np.float32(0)),
            known=np.array([self._known(s) for s in seekers], dtype=np.uint8),
            study=_numbers([s.study for s in seekers]),
            travel_km=_numbers([s.travel_km for s in seekers]),
            full_time=_numbers([s.full_time for s in seekers]),
            shifts=np.array([s.shifts for s in seekers], dtype=np.uint8),
            contracts=np.array([s.contracts for s in seekers], dtype=np.uint8),
            position=on_sphere([s.position for s in seekers]),
        )

    def gains(
        self,
        covers: Mapping[int, float],
        evidence: Mapping[int, float],
        refused: Iterable[str],
        competences: Sequence[int],
        strength: float,
    ) -> Gains:
        """What each of some competences would add to what a person covers and shows, were it
        confirmed beside the others at that strength of evidence; what they refused stays uncovered.

        The same steps as between the rows that `people` makes without and with it.
        """
        places = np.array(competences, np.int64)
        starts, width = self.related_.indptr, len(self.competences_)
        counts = starts[places + 1] - starts[places]
        gap = np.repeat(np.arange(len(places)), counts)
        ends = np.cumsum(counts)
        at = np.repeat(starts[places] - ends + counts, counts) + np.arange(len(gap))
        columns, shares = self.related_.indices[at], self.related_.data[at]
        rise = np.where(shares >= LEAST, _whole(shares), 0) - _dense_steps(covers, width)[columns]
        proof = np.where(shares >= SAME, _whole(shares * strength), 0)
        proof -= _dense_steps(evidence, width)[columns]
        kept = np.maximum(rise, proof) > 0
        (barred,) = self.places([refused])
        if barred:
            kept &= ~np.isin(columns, barred)
        starts = np.zeros(len(places) + 1, np.int64)
        np.cumsum(np.bincount(gap[kept], minlength=len(places)), out=starts[1:])
        rise, proof = np.maximum(rise[kept], 0), np.maximum(proof[kept], 0)
        return Gains(starts, columns[kept].astype(np.int64), rise, proof)

    def places(self, named: Sequence[Iterable[str]]) -> list[list[int]]:
        """The columns of competences by id; unknown ids are left out."""
        index = self.competences_
        return [[index[id_] for id_ in ids if id_ in index] for ids in named]

    def jobs(self, jobs: Sequence[Job]) -> JobRows:
        """One row a job, in the order given."""
        titles = [plain(j.title) for j in jobs]
        texts = [plain(j.text) for j in jobs]
        langs = [j.lang for j in jobs]
        whole = [f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)]
        profile = self._profiles(titles, texts, langs)
        occupation = self._marks(
            jobs, lambda j: [(j.occupation, 1.0)] if j.occupation else [], self.occupations_
        )
        must = self._marks(jobs, lambda j: [(c, 1.0) for c in j.must], self.competences_)
        may = self._marks(jobs, lambda j: [(c, 1.0) for c in j.may], self.competences_)
        silent = (np.diff(must.indptr) + np.diff(may.indptr)) == 0
        read = self._asked(whole, langs, silent)
        sure, first, last = kept([[r for r, _ in row] for row in read], len(self.competences_))
        if silent.any():
            quiet = diags_array(silent.astype(np.float64))
            stated = np.diff(occupation.indptr) > 0
            likely = csr_array(diags_array((~stated).astype(np.float64)) @ profile)
            usual = largest(
                best_products(occupation * IMPLIED, self.essential_, 0.0),
                keep_top(_expected(likely, self.profile_) * IMPLIED, ASKED_KEPT, EXPECTED_LEAST),
            )
            optional = csr_array(self.profile_ - self.essential_)
            must = largest(must, csr_array(quiet @ usual), self._needed(read, silent, "must"))
            usual = best_products(occupation * IMPLIED, optional, 0.0)
            may = largest(may, csr_array(quiet @ usual), self._needed(read, silent, "may"))
        return JobRows(
            ids=tuple(j.id for j in jobs),
            must=sparse_on_grid(csr_array(must @ diags_array(self.specificity_))),
            may=sparse_on_grid(csr_array(may @ diags_array(self.specificity_))),
            occupation=occupation,
            profile=profile,
            words=self._words(whole),
            languages=_levels([j.languages for j in jobs]),
            licences=self._licences([j.licences for j in jobs]),
            read=sure,
            read_first=first,
            read_last=last,
            dense=on_grid(
                unit(self.encoder.encode(titles) + TEXT_TO_TITLE * self.encoder.encode(texts)),
                DENSE_BITS,
            ),
            study=_numbers([j.study for j in jobs]),
            diploma_required=np.array([j.diploma_required for j in jobs], dtype=np.uint8),
            full_time=_numbers([j.full_time for j in jobs]),
            shifts=np.array([j.shifts for j in jobs], dtype=np.uint8),
            contract=np.array([j.contract for j in jobs], dtype=np.uint8),
            position=on_sphere([j.position for j in jobs]),
            first_day=np.array([j.first_day or 0 for j in jobs], dtype=np.int32),
            last_day=np.array([j.last_day or 2**31 - 1 for j in jobs], dtype=np.int32),
            shortage=np.zeros(len(jobs), np.uint8),
        )

    def _known(self, seeker: Seeker) -> int:
        return (
            LANGUAGES_KNOWN * (seeker.languages is not None)
            | LICENCES_KNOWN * (seeker.licences is not None)
            | WORK_KNOWN * any(o in self.occupations_ for o, _ in seeker.past)
            | YEARS_KNOWN * any(o in self.occupations_ and y is not None for o, y in seeker.past)
            | WISHES_KNOWN * any(o in self.occupations_ for o in seeker.wished)
        )

    def _profiles(
        self, titles: Sequence[str], texts: Sequence[str], langs: Sequence[str]
    ) -> csr_array:
        order: list[int] = []
        parts: list[csr_array] = []
        for lang in sorted(set(langs)):
            rows = [i for i, spoken in enumerate(langs) if spoken == lang]
            parts.append(
                self.reader.profiles([titles[i] for i in rows], [texts[i] for i in rows], lang)
            )
            order += rows
        if not parts:
            return csr_array((0, len(self.occupations_)))
        cells = [part.tocoo() for part in parts]
        starts = np.cumsum([0] + [part.shape[0] for part in parts])
        at = np.array(order, dtype=np.int64)
        rows_ = np.concatenate([at[c.row + s] for c, s in zip(cells, starts[:-1], strict=True)])
        columns = np.concatenate([c.col for c in cells])
        data = np.concatenate([c.data for c in cells])
        found = csr_array((data, (rows_, columns)), shape=(len(titles), len(self.occupations_)))
        found.sort_indices()
        return found

    def _linked(self, said: Sequence[Sequence[Read]]) -> csr_array:
        cells = [
            (row, read.competence, read.confidence)
            for row, found in enumerate(said)
            for read in found
            if not read.no
        ]
        return _cells(cells, (len(said), len(self.competences_)))

    def _asked(
        self, texts: Sequence[str], langs: Sequence[str], silent: NDArray[np.bool_]
    ) -> list[list[tuple[Read, Need]]]:
        """What each text names; of those that list nothing, with whether it is asked."""
        found = []
        for row, mentions in enumerate(self.texts.read(texts, langs)):
            needs = Needs.read(texts[row], langs[row]) if silent[row] else None
            wanted = [needs.at(m.start, m.end) if needs else "must" for m in mentions]
            found.append(
                [
                    (Read(m.competence, m.start, m.end, m.confidence, need == "not"), need)
                    for m, need in zip(mentions, wanted, strict=True)
                ]
            )
        return found

    def _needed(
        self, read: Sequence[Sequence[tuple[Read, Need]]], silent: NDArray[np.bool_], need: Need
    ) -> csr_array:
        """(n, C) what silent texts name as a must or a may, by how sure that is."""
        cells = [
            (row, mention.competence, mention.confidence)
            for row in np.flatnonzero(silent).tolist()
            for mention, wanted in read[row]
            if wanted == need
        ]
        return _cells(cells, (len(read), len(self.competences_)))

    def _marks(
        self,
        records: Sequence[Any],
        read: Callable[[Any], Sequence[tuple[str, float]]],
        index: dict[str, int],
    ) -> csr_array:
        """(n, len(index)) with what `read` finds in each record; unknown ids are left out."""
        cells = [
            (row, index[id_], value)
            for row, record in enumerate(records)
            for id_, value in read(record)
            if id_ in index
        ]
        return _cells(cells, (len(records), len(index)))

    def _words(self, texts: Sequence[str]) -> csr_array:
        if not self.words_ or not any(map(str.strip, texts)):
            return csr_array((len(texts), max(len(self.words_), 1)))
        wording = _wording(self.words_)
        wording.idf_ = self.idf_
        return sparse_on_grid(csr_array(wording.transform(texts)))

    def _licences(self, named: Sequence[frozenset[str]]) -> csr_array:
        cells = [
            (row, self._licence(name), 1.0) for row, names in enumerate(named) for name in names
        ]
        return _cells(cells, (len(named), LICENCES))

    def know_licences(self, names: Iterable[str]) -> None:
        """Give each licence that was not met before its column."""
        for name in names:
            self._licence(name)

    def _licence(self, name: str) -> int:
        """The column of a licence; a name not met before gets the next one."""
        if name not in self.licences_ and len(self.licences_) == LICENCES:
            raise ValueError(
                f"licence {name!r} is the {LICENCES + 1}th name; expected at most {LICENCES}"
            )
        return self.licences_.setdefault(name, len(self.licences_))


def _wording(vocabulary: dict[str, int] | None = None) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # a second, and only for new texts

    return TfidfVectorizer(
        analyzer=tokens, sublinear_tf=True, dtype=np.float64, vocabulary=vocabulary
    )


def _whole(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Weights as whole steps of the grid."""
    return np.asarray(np.rint(weights * 2**BITS), np.int64)


def _dense_steps(cells: Mapping[int, float], width: int) -> NDArray[np.int64]:
    """Steps of the cells of one row: (width,)."""
    found = np.zeros(width, np.int64)
    found[list(cells)] = _whole(np.array(list(cells.values()), np.float64))
    return found


def _expected(profile: csr_array, used: csr_array) -> csr_array:
    """How likely each competence is, given how likely each occupation is: (n, C)."""
    sums = np.asarray(profile.sum(axis=1)).ravel()
    share = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    return csr_array(diags_array(share) @ profile @ used)


def _without(matrix: csr_array, refused: csr_array) -> csr_array:
    if not refused.nnz:
        return matrix
    pattern = csr_array(matrix.multiply(refused > 0))
    return csr_array(matrix - pattern)


def _cells(cells: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    """A matrix of cells; of a cell that comes twice the larger value stays."""
    best: dict[tuple[int, int], float] = {}
    for row, column, value in cells:
        best[row, column] = max(value, best.get((row, column), 0.0))
    at = sorted(best)
    rows = [row for row, _ in at]
    columns = [column for _, column in at]
    values = np.array([best[cell] for cell in at], dtype=np.float64)
    return csr_array((on_grid(values), (rows, columns)), shape=shape)


def _levels(languages: Sequence[dict[str, int]]) -> csr_array:
    """A 1 for each CEFR level reached in each language, so that products count common levels."""
    cells = []
    for row, levels in enumerate(languages):
        for code, level in levels.items():
            first = _CEFR * ((ord(code[0]) - 97) * _LETTERS + ord(code[1]) - 97)
            cells += [(row, first + step, 1.0) for step in range(level)]
    return _cells(cells, (len(languages), _CEFR * _LETTERS * _LETTERS))


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


def on_sphere(positions: Sequence[tuple[float, float] | None]) -> NDArray[np.float64]:
    """Degrees to unit vectors, (n, 3); so a distance needs no trigonometry afterwards."""
    degrees = np.array([p or (np.nan, np.nan) for p in positions], dtype=np.float64)
    lat, lon = np.radians(degrees.reshape(-1, 2)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
