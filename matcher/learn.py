"""The scorecard learnt from what people did, and measured on people whom it has not seen."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from competent_data.records import Event
from matcher.engine import Engine
from matcher.evaluation.splits import POSITIVE
from matcher.measures import average_precision, ndcg, paired_bootstrap
from matcher.sources import ALONE
from models.card_file import Better, CardFile, LearntFrom, Measure
from models.card_learning import Choices, learn
from models.scorecard import Scorecard
from models.signals import signals

LEAST_PEOPLE = 50
"""Of fewer people who chose something no card is learnt."""
MOST_PEOPLE = 20_000
"""Of more, those who chose last count: up to a minute's work and 1.7 GB."""
LEAST_LEFT, MOST_LEFT = 5, 100
"""A person who was shown fewer is compared with vacancies that they could have been shown, so many
in all; of more, so many count."""
HELD_OUT = 0.2
"""Share of the people, those who chose last, on whom the card is measured, not learnt."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gathered:
    """Who chose what: `people` by their last choice, oldest first; `choices` is None for nobody."""

    people: tuple[str, ...]
    choices: Choices | None
    origin: LearntFrom


def learn_card(engine: Engine, until: dt.date | None = None) -> CardFile:
    """The card learnt from the store's events up to a day, that day included.

    Of too few people the published one is given. The card in the file is the very one that was
    measured.
    """
    found = gather(engine, until)
    if found.choices is None or len(found.people) < LEAST_PEOPLE:
        return CardFile.of(Scorecard(), "published", found.origin, {})
    first = round(len(found.people) * (1 - HELD_OUT))
    card = learn(found.choices.take(range(first)))
    unseen = found.choices.take(range(first, len(found.people)))
    measures, better = compared(measured(card, unseen), measured(Scorecard(), unseen))
    return CardFile.of(card, better, found.origin, measures)


def gather(engine: Engine, until: dt.date | None = None) -> Gathered:
    """What everybody chose and left, by the signals as they are now.

    Events of people and vacancies that are no longer in the store are left out, and counted.
    """
    events = [e for e in engine.store.events() if until is None or e.when.date() <= until]
    row = {id_: i for i, id_ in enumerate(engine.market.people_rows.ids)}
    column = {id_: j for j, id_ in enumerate(engine.market.job_rows.ids)}
    kept = [e for e in events if e.person in row and e.vacancy in column]
    people, lists = [], []
    for day, person, chosen in _choosers(kept)[-MOST_PEOPLE:]:
        liked = sorted(id_ for id_, was in chosen.items() if was)
        left = _left(engine, row[person], chosen, day)
        if liked and left:
            jobs = engine.market.job_rows.take([column[id_] for id_ in (*liked, *left)])
            values = signals(engine.market.people_rows.take([row[person]]), jobs)
            marks = np.arange(len(jobs)) < len(liked)
            people.append(person)
            lists.append(({name: value[0] for name, value in values.items()}, marks))
    origin = LearntFrom(
        events=len(events),
        people=len(people),
        pairs=sum(len(marks) for _, marks in lists),
        left_out=len(events) - len(kept),
        until=None if until is None else until.isoformat(),
        digest=_digest(engine, events),
    )
    return Gathered(tuple(people), Choices.of(lists) if lists else None, origin)


def measured(card: Scorecard, choices: Choices) -> Floats:
    """nDCG@10 and average precision of each person's list under a card: (n, 2).

    Of equal scores what was left comes first, so that a tie earns nothing.
    """
    found = []
    for i in range(len(choices)):
        values, chosen = choices.person(i)
        relevant = chosen[np.lexsort((chosen, -card.scores(values)))]
        wanted = int(chosen.sum())
        found.append((ndcg(relevant, wanted), average_precision(relevant, wanted)))
    return np.array(found)


def compared(ours: Floats, theirs: Floats) -> tuple[dict[str, Measure], Better]:
    """Measures (n, 2) of the learnt and of the published card beside each other, and which is
    better: undecided where the interval of nDCG@10 holds zero."""
    found = {}
    for column, name in enumerate(("nDCG@10", "MAP")):
        learnt, published = ours[:, column], theirs[:, column]
        gain = paired_bootstrap(learnt, published)
        found[name] = Measure(
            learnt=round(float(learnt.mean()), 4),
            published=round(float(published.mean()), 4),
            gain=round(gain.mean, 4),
            low=round(gain.low, 4),
            high=round(gain.high, 4),
            people=len(learnt),
        )
    main = found["nDCG@10"]
    if main.low > 0:
        return found, "learnt"
    return found, "published" if main.high < 0 else "undecided"


def _choosers(events: Sequence[Event]) -> list[tuple[dt.date, str, dict[str, bool]]]:
    """Who ever chose: the day of the last choice, the person, and what was chosen or left; by the
    moment of that choice. Events come oldest first; a dismissal takes a choice back."""
    last: dict[str, dt.datetime] = {}
    chosen: dict[str, dict[str, bool]] = {}
    for event in events:
        own = chosen.setdefault(event.person, {})
        if event.kind in POSITIVE or event.kind == "dismissed":
            own[event.vacancy] = event.kind in POSITIVE
        else:
            own.setdefault(event.vacancy, False)
        if event.kind in POSITIVE:
            last[event.person] = event.when
    order = sorted((when, person) for person, when in last.items())
    return [(when.date(), person, chosen[person]) for when, person in order]


def _left(engine: Engine, row: int, chosen: Mapping[str, bool], day: dt.date) -> list[str]:
    """Ids of what a person left, by id; drawn from what they could have been shown on a day where
    too little was shown. The draw is of the person's id, so it is the same every time."""
    person = engine.market.people[row]
    seed = hashlib.sha256(person.id.encode()).digest()
    random = np.random.default_rng(list(seed))
    left = sorted(id_ for id_, liked in chosen.items() if not liked)
    if len(left) < LEAST_LEFT:
        others = sorted(
            id_ for id_, _ in engine.ranking(person, day, sources=ALONE) if id_ not in chosen
        )
        left += [others[i] for i in random.permutation(len(others))]
    elif len(left) > MOST_LEFT:
        left = [left[i] for i in random.permutation(len(left))]
    return sorted(left[:MOST_LEFT])


def _digest(engine: Engine, events: Sequence[Event]) -> str:
    """SHA-256 of all that the card follows from, the events in one order."""
    rows = sorted((e.when.isoformat(), e.person, e.vacancy, e.kind, e.id) for e in events)
    return hashlib.sha256(json.dumps([engine.market.digest, rows]).encode()).hexdigest()
