"""What is missing, and what it would bring, as the rows of a person who has it tell."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.missing import ENOUGH, RAISED, TRIED, Missing
from models.rows import Job, Seeker
from models.signals import signals
from tests import small

PROMISED = 0.5
Found = list[tuple[int, int, list[str]]]


def slow(seekers: list[Seeker], offers: list[Job]) -> Found:
    """Pair by pair, competence by competence: the signals of a row that is made with it."""
    v, found = small.vectoriser(), Found()
    people, jobs = v.people(seekers), v.jobs(offers)
    for pair in range(len(seekers) * len(offers)):
        i, j = divmod(pair, len(offers))
        covers, held = people.cells("covers", i), people.cells("held", i)
        asked = jobs.cells("may", j)
        asked |= {c: 2 * weight for c, weight in jobs.cells("must", j).items()}
        barred = {v.competences_[id_] for id_ in seekers[i].refused if id_ in v.competences_}
        open_ = [c for c in asked.keys() - held.keys() - barred if covers.get(c, 0) < ENOUGH]
        open_.sort(key=lambda c: (-asked[c] * (1 - covers.get(c, 0)), c))
        for c in open_[:TRIED]:
            gains = v.gains(covers, people.cells("evidence", i), seekers[i].refused, [c], PROMISED)
            values = signals(gains.added(people.take([i]), 0), jobs.take([j]))
            found.append((pair, c, [str(values[name][0, 0]) for name in RAISED]))
    return found


@given(st.lists(small.SEEKERS, max_size=3), st.lists(small.JOBS, max_size=3))
@settings(deadline=None, max_examples=150)
def test_what_is_missing_brings_what_the_rows_of_somebody_who_has_it_say(
    seekers: list[Seeker], offers: list[Job]
) -> None:
    v = small.vectoriser()
    refused = v.places([seeker.refused for seeker in seekers])
    missing = Missing.of(v.people(seekers), v.jobs(offers), refused, v.related_, PROMISED)
    values = zip(*(missing.values[name].astype(str).tolist() for name in RAISED), strict=True)
    found = zip(missing.at.tolist(), missing.competences.tolist(), map(list, values), strict=True)
    assert list(found) == slow(seekers, offers)
