"""A SYNTHETIC town: people with dossiers and vacancies that come and go, over the embedded sample.

Occupations, their profiles and places are the sample's; people, employers, what they ask and when
are drawn. Sizes come from published figures of the Flemish service: 141,000 vacancies open at once
of some 355,000 received a year, so one stays open for 145 days in the mean; 300,000 dossiers, so
2.1 people a vacancy that is open. A dossier holds part of what is true: some competences, often a
wish, a travel limit or hours. What `inclinations` calls hidden stands in no record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.inclinations import NEVER, Folk, Hidden, Offers, Setting, utility
from competent_data.formats.places import import_places
from competent_data.formats.sample import FOLDER, read_sample
from competent_data.records import Evidence, Experience, Person, Vacancy, WorkingTime
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy
from matcher.engine import Engine
from matcher.fit import fit
from matcher.settings import Settings
from models.encoder import CHEAPEST
from models.grid import sparse_on_grid
from models.relatedness import occupation_closeness
from models.signals import USUAL_KM, km_between

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]

START = dt.date(2026, 1, 5)
"""Day 0, a Monday."""
OPEN_DAYS, PEOPLE_A_VACANCY = 145.0, 2.1
LEAST_OPEN_DAYS, LONGEST_OPEN_DAYS = 14, 600
EMPLOYERS = 250
CAN_PAST, CAN_WISHED = 0.75, 0.4
"""How much of the profiles of their past and of their wished occupation people can."""
SAID, WISH_SAID, LIMIT_SAID, HOURS_SAID, THIN = 0.6, 0.7, 0.6, 0.6, 0.1
"""How much of it stands in the dossier; thin dossiers hold next to nothing of it."""
STAYS, MOVES_NEAR = 0.55, 0.3
"""So many wish their past occupation, or one near to it; the others wish any."""
FULL_TIME = 0.7
LIMITS = np.array([15.0, 30.0, 50.0, 80.0])
LISTED = 0.7
"""So many vacancies list competences; the others leave them to their text."""
AT_HOME = 0.7
"""So many vacancies are where their employer is."""


@dataclass(frozen=True)
class Town:
    """Everybody and everything that will be there within `days`, and the truth about it."""

    setting: Setting
    days: int
    folk: Folk
    offers: Offers
    hidden: Hidden
    closeness: csr_array
    people: tuple[Person, ...]
    vacancies: tuple[Vacancy, ...]

    @classmethod
    def draw(cls, setting: Setting, store: Store, seed: int, count: int, days: int) -> Town:
        """So many people, and as many vacancies as they have in life; `store` holds the taxonomy.

        The same seed draws the same people, vacancies and hidden traits in every setting, but for
        how much of a taste is shared and what is talked of.
        """
        return _Drawing(setting, store, seed, days).town(count)

    @cached_property
    def utility(self) -> Floats:
        """(n, m): what each vacancy is truly worth to each person."""
        return utility(self.setting, self.folk, self.offers, self.hidden, self.closeness)

    @cached_property
    def within_limit(self) -> Bools:
        """(n, m): not beyond what the dossier names as the farthest."""
        km = km_between(self.folk.position, self.offers.position)
        return np.asarray(~(km > self.folk.limit_km[:, None]))

    def open(self, day: int) -> Bools:
        """(m,): open on a day."""
        return np.asarray((self.offers.first <= day) & (day <= self.offers.last))

    def talk(self, day: int) -> Floats:
        """(m,): what each gains on a day because everybody talks of it."""
        since = day - self.offers.spike
        return np.asarray(self.setting.spike * ((since >= 0) & (since < self.setting.spike_days)))

    def opened(self, settings: Settings) -> Engine:
        """The engine of a store with everybody and everything, fitted cheaply."""
        with Store(settings.store, create=True) as store:
            import_taxonomy(store)
            store.put_people(self.people)
            store.put_vacancies(self.vacancies)
            fit(store, settings.artefact, lambda _share, _text: None, CHEAPEST)
        return Engine.open(settings)


class _Drawing:
    """Draws a town; each part from a generator of its own."""

    def __init__(self, setting: Setting, store: Store, seed: int, days: int) -> None:
        self.setting, self.days = setting, days
        taxonomy = Taxonomy.load(store)
        self.profile = (taxonomy.profile > 0).astype(np.float64)
        self.competences, self.occupations = taxonomy.competences, taxonomy.occupations
        self.closeness = sparse_on_grid(occupation_closeness(taxonomy))
        concepts = store.concepts([*self.competences, *self.occupations])
        self.labels = {id_: concept.labels.get("nl", id_) for id_, concept in concepts.items()}
        places = list(store.places())
        self.places = [place.nis for place in places]
        lat, lon = np.radians([(place.lat, place.lon) for place in places]).T
        self.positions = np.stack(
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1
        )
        names = ("shares", "folk", "offers", "hidden", "talk", "dossiers", "adverts")
        seeds = np.random.SeedSequence(seed).spawn(len(names))
        self.random = {n: np.random.default_rng(s) for n, s in zip(names, seeds, strict=True)}
        random = self.random["shares"]
        self.worked = _power_law(random, len(self.occupations))
        self.wanted = self.worked * random.lognormal(0, 0.7, len(self.occupations))
        self.wanted /= self.wanted.sum()
        self.lived = _power_law(random, len(self.places))

    def town(self, count: int) -> Town:
        folk = self._folk(count)
        offers = self._offers(count / PEOPLE_A_VACANCY)
        hidden = Hidden.draw(
            self.random["hidden"],
            folk,
            offers,
            len(self.occupations),
            EMPLOYERS,
            self.setting.shared,
        )
        return Town(
            self.setting,
            self.days,
            folk,
            offers,
            hidden,
            self.closeness,
            tuple(self._dossiers(folk)),
            tuple(self._adverts(offers)),
        )

    def _folk(self, count: int) -> Folk:
        random, everything = self.random["folk"], np.arange(len(self.occupations))
        past = random.choice(everything, count, p=self.worked)
        near = self.closeness.toarray()
        np.fill_diagonal(near, 0)
        near += 1e-9  # an occupation that is near to none leads to any
        nearby = [random.choice(everything, p=near[o] / near[o].sum()) for o in past]
        drawn = random.random(count)
        any_ = random.choice(everything, count, p=self.worked)
        wished = np.where(drawn < STAYS, past, np.where(drawn < STAYS + MOVES_NEAR, nearby, any_))
        able = self._part(random, past, CAN_PAST) + self._part(random, wished, CAN_WISHED)
        able.data[:] = 1
        place = random.choice(len(self.places), count, p=self.lived)
        tolerance = USUAL_KM * random.lognormal(0, 0.5, count)
        limit = LIMITS[np.minimum(np.searchsorted(LIMITS, 2 * tolerance), len(LIMITS) - 1)]
        return Folk(
            past=past,
            wished=wished,
            able=able,
            place=place,
            position=self.positions[place],
            tolerance_km=tolerance,
            full_time=random.random(count) < FULL_TIME,
            limit_km=np.where(random.random(count) < LIMIT_SAID, limit, np.nan),
        )

    def _offers(self, open_: float) -> Offers:
        """`open_` are open on any day: those that came before day 0 and are still there, too."""
        random = self.random["offers"]
        before = 2 * LONGEST_OPEN_DAYS
        count = round(open_ / OPEN_DAYS * (before + self.days))
        first = np.sort(random.integers(-before, self.days, count))
        lasts = random.gamma(2.0, OPEN_DAYS / 2.0, count)
        last = first + np.clip(lasts, LEAST_OPEN_DAYS, LONGEST_OPEN_DAYS).astype(np.int64) - 1
        first, last = first[last >= 0], last[last >= 0]
        count = len(first)
        occupation = random.choice(len(self.occupations), count, p=self.wanted)
        employer = random.choice(EMPLOYERS, count, p=_power_law(random, EMPLOYERS))
        home = random.choice(len(self.places), EMPLOYERS, p=self.lived)
        elsewhere = random.choice(len(self.places), count, p=self.lived)
        place = np.where(random.random(count) < AT_HOME, home[employer], elsewhere)
        talk = self.random["talk"]
        start = first + (talk.random(count) * (last - first + 1)).astype(np.int64)
        return Offers(
            occupation=occupation,
            employer=employer,
            asked=self._part(random, occupation, random.uniform(0.3, 0.8, count)),
            place=place,
            position=self.positions[place],
            full_time=random.random(count) < FULL_TIME,
            first=first,
            last=last,
            spike=np.where(talk.random(count) < self.setting.spiked, start, NEVER),
        )

    def _part(
        self, random: np.random.Generator, occupations: Rows, share: float | Floats
    ) -> csr_array:
        """(k, C): of each occupation's profile a share, drawn."""
        found = csr_array(self.profile[occupations])
        shares = np.repeat(np.broadcast_to(share, len(occupations)), np.diff(found.indptr))
        found.data = (random.random(found.nnz) < shares).astype(np.float64)
        found.eliminate_zeros()
        return found

    def _dossiers(self, folk: Folk) -> Iterator[Person]:
        random = self.random["dossiers"]
        for i in range(len(folk)):
            able = [self.competences[c] for c in _row(folk.able, i)]
            share = 0.1 if random.random() < THIN else SAID
            said = [id_ for id_ in able if random.random() < share]
            past, wished = self.occupations[folk.past[i]], self.occupations[folk.wished[i]]
            named = " en ".join(self.labels[id_] for id_ in said[:3])
            text = f"Ik werkte als {self.labels[past]}." + (f" Ik kan {named}." if named else "")
            yield Person(
                id=f"synthetic-p{i:05}",
                competences=Evidence(self_declared=tuple(said[::2]), experience=tuple(said[1::2])),
                past=(Experience(occupation=past, years=float(random.integers(0, 12))),),
                wished=(wished,) if random.random() < WISH_SAID else (),
                place=self.places[folk.place[i]],
                travel_km=None if np.isnan(folk.limit_km[i]) else float(folk.limit_km[i]),
                working_time=_hours(folk.full_time[i]) if random.random() < HOURS_SAID else None,
                text=text,
            )

    def _adverts(self, offers: Offers) -> Iterator[Vacancy]:
        random = self.random["adverts"]
        for j in range(len(offers)):
            asked = [self.competences[c] for c in _row(offers.asked, j)]
            occupation = self.occupations[offers.occupation[j]]
            title = self.labels[occupation]
            named = ". Je kan ".join(self.labels[id_] for id_ in asked[:4])
            listed = random.random() < LISTED
            yield Vacancy(
                id=f"synthetic-v{j:05}",
                title=title,
                text=f"Wij zoeken een {title}. Je kan {named}.",
                employer=f"Werkgever {offers.employer[j]}",
                occupation=occupation,
                must=tuple(asked) if listed else (),
                place=self.places[offers.place[j]],
                working_time=_hours(offers.full_time[j]) if random.random() < HOURS_SAID else None,
                valid_from=day(int(offers.first[j])),
                valid_through=day(int(offers.last[j])),
            )


def import_taxonomy(store: Store) -> None:
    """The embedded sample's taxonomy and places, without its people, vacancies and events."""
    sample = read_sample()
    store.put_concepts(sample.concepts)
    store.put_relations(sample.relations)
    store.put_profiles(sample.links)
    import_places(store, FOLDER / "places.csv")


def day(number: int) -> dt.date:
    """The date of a day."""
    return START + dt.timedelta(number)


def _power_law(random: np.random.Generator, count: int) -> Floats:
    """Shares that fall with the rank to the power 0.7, in random order."""
    weights = random.permutation(np.arange(1.0, count + 1) ** -0.7)
    return np.asarray(weights / weights.sum())


def _row(matrix: csr_array, i: int) -> list[int]:
    found: list[int] = matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]].tolist()
    return found


def _hours(full_time: bool) -> WorkingTime:
    return "full" if full_time else "part"
