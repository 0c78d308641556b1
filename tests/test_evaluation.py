"""What people did next: how a log is split, what is skipped, what is measured and said."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from competent_data.formats.intake import Report
from competent_data.formats.sample import Sample
from competent_data.records import Event, EventKind, Person, Vacancy
from competent_data.store import Store, StoreError
from matcher.engine import Engine
from matcher.evaluation import Evaluation, Log, evaluate, opened
from matcher.evaluation.collaborative import collaborative
from matcher.evaluation.measured import MEASURES
from matcher.evaluation.printed import evaluated, tables
from matcher.evaluation.rankers import Ours, Shelf, floors
from matcher.evaluation.sources import as_before, each_alone
from matcher.evaluation.splits import LEVELS, POSITIVE, by_time, last_days, last_out
from matcher.evaluation.words import Okapi, Tfidf, Words
from matcher.settings import Settings
from models.artefact import Fitted
from models.scorecard import Scorecard

WISHES = frozenset(POSITIVE)
EngineOf = Callable[[Sequence[Person], Sequence[Vacancy]], Engine]


def on(day: int, person: str, vacancy: str, kind: EventKind = "saved") -> Event:
    """Something that happened at nine on a day of October."""
    when = dt.datetime(2026, 10, day, 9)
    return Event(
        id=f"{person}-{vacancy}-{kind}-{day}", person=person, vacancy=vacancy, kind=kind, when=when
    )


def offer(id_: str, title: str = "Kok", **fields: object) -> Vacancy:
    """A title, as logs often hold no more."""
    return Vacancy(id=id_, title=title, **fields)  # type: ignore[arg-type]


COOK = Person(id="cook", wished=("sample:kok",), place="Gent")
SILENT = Person(id="silent", place="Gent")
KITCHENS = tuple(offer(f"k{number}", place="Gent") for number in range(1, 6))
BY_HISTORY = ("item-kNN", "ALS") if importlib.util.find_spec("implicit") else ()
"""Measured where competent-matcher[benchmark] is installed."""
WARD = offer("ward", "Verpleegkundige", place="Aalst")


@pytest.fixture
def log_of(engine_of: EngineOf) -> Callable[..., Log]:
    """Makes the log of some events, between a cook, somebody silent, five kitchens and a ward."""

    def of(
        *events: Event,
        people: Sequence[Person] = (COOK, SILENT),
        vacancies: Sequence[Vacancy] = (*KITCHENS, WARD),
    ) -> Log:
        engine = engine_of(people, vacancies)
        engine.store.put_events(events)
        return Log.of(engine)

    return of


LogOf = Callable[..., Log]

# -- splits --------------------------------------------------------------------------------


def test_by_time_asks_on_the_day_of_the_first_wish_what_was_wanted_from_the_cut_on(
    log_of: LogOf,
) -> None:
    log = log_of(
        on(1, "cook", "k1", "applied"),
        on(2, "cook", "k2", "dismissed"),
        on(12, "cook", "k3"),
        on(14, "cook", "k4", "applied"),
        on(15, "cook", "k5", "viewed"),
    )
    split = by_time(log, dt.date(2026, 10, 10), WISHES)
    (query,) = split.queries
    assert query.wanted == {"k3", "k4"}
    assert query.gone == {"k1": "applied", "k2": "dismissed"}
    assert (query.today, query.moment) == (dt.date(2026, 10, 12), dt.datetime(2026, 10, 10))
    assert len(split.known) == 2
    assert split.skipped == {"people_without_a_wish": 1}


def test_the_last_left_out_is_the_one_that_was_wanted_last_for_the_first_time(
    log_of: LogOf,
) -> None:
    """k2 was saved on the 5th and applied for on the 9th, k1 was hired for on the 8th: k2 is the
    last new wish, and it was one on the 5th."""
    log = log_of(
        on(1, "cook", "k1", "applied"),
        on(5, "cook", "k2", "saved"),
        on(8, "cook", "k1", "hired"),
        on(9, "cook", "k2", "applied"),
    )
    (query,) = last_out(log, WISHES).queries
    assert (query.wanted, query.today) == ({"k2"}, dt.date(2026, 10, 5))
    assert query.gone == {"k1": "applied"}


def test_only_the_kinds_that_are_asked_for_show_a_wish(log_of: LogOf) -> None:
    log = log_of(on(1, "cook", "k1", "saved"), on(5, "cook", "k2", "viewed"))
    assert last_out(log, frozenset({"viewed"})).queries[0].wanted == {"k2"}
    assert last_out(log, WISHES).queries[0].wanted == {"k1"}


def test_what_plays_no_part_is_counted_with_its_reason(log_of: LogOf) -> None:
    log = log_of(
        on(2, "cook", "k2", "dismissed"),
        *(on(12, "cook", id_) for id_ in ("k1", "k2", "closed", "coming", "nowhere")),
        on(12, "silent", "closed"),
        on(12, "stranger", "k1"),
        people=(COOK, SILENT, Person(id="idle")),
        vacancies=(
            *KITCHENS,
            offer("closed", valid_through=dt.date(2026, 10, 11)),
            offer("coming", valid_from=dt.date(2026, 10, 13)),
        ),
    )
    split = by_time(log, dt.date(2026, 10, 10), WISHES)
    assert [query.wanted for query in split.queries] == [{"k1"}]
    assert split.skipped == {
        "wishes_dealt_with_before": 1,
        "wishes_no_longer_open": 2,
        "wishes_not_yet_open": 1,
        "wishes_not_in_the_store": 1,
        "people_whose_wishes_were_all_skipped": 1,
        "people_not_in_the_store": 1,
        "people_without_a_wish": 1,
    }


def test_who_told_nothing_is_known_by_the_titles_that_they_wanted_before(log_of: LogOf) -> None:
    """The newest first, each once; who told something is left as they are."""
    log = log_of(
        on(1, "silent", "k1"),
        on(2, "silent", "ward"),
        on(3, "silent", "k2"),
        on(9, "silent", "k3"),
        on(1, "cook", "ward"),
        on(9, "cook", "k1"),
    )
    split = last_out(log, WISHES)
    cook, silent = split.queries
    assert cook.person == COOK
    assert silent.person == msgspec.structs.replace(SILENT, text="Kok\nVerpleegkundige")
    assert (split.by_history, split.untold) == (1, 0)


def test_of_whom_nothing_is_known_at_all_is_counted(log_of: LogOf) -> None:
    split = last_out(log_of(on(1, "silent", "k1")), WISHES)
    assert (len(split.queries), split.by_history, split.untold) == (1, 0, 1)


@pytest.mark.parametrize(
    ("share", "first"), [(0.2, 9), (0.5, 6), (0.01, 10), (0.99, 1)], ids=["2", "5", "1", "10"]
)
def test_the_last_days_are_a_share_of_all_days(log_of: LogOf, share: float, first: int) -> None:
    """The log has ten days, the first to the tenth."""
    log = log_of(on(1, "cook", "k1"), on(10, "cook", "k2"))
    assert last_days(log, share) == dt.date(2026, 10, first)


# -- rankers -------------------------------------------------------------------------------


def test_popularity_knows_nothing_of_what_came_later(log_of: LogOf) -> None:
    """Before the 5th two had wanted k2, one of them twice, and one k3; k4 came later."""
    log = log_of(
        on(1, "a", "k2"),
        on(2, "a", "k2", "applied"),
        on(2, "b", "k2"),
        on(3, "b", "k3"),
        on(6, "b", "k4"),
        on(5, "cook", "k1"),
    )
    split = last_out(log, WISHES)
    popularity = floors(log, split, Shelf(list(log.vacancies.values())))[1]
    assert popularity.rank(split.queries[0]) == [("k2", 2.0), ("k3", 1.0)]


def test_words_weigh_by_how_rare_they_were_in_what_was_learnt() -> None:
    """'oven' stands in one of the two texts learnt from, 'kok' in both: the oven is worth more,
    however often it stands in what was not learnt from."""
    texts = ["kok oven", "kok pan", "oven", "kok", "oven"]
    words = Words(texts, np.array([0, 1]), ["kok oven"])
    for found in (Tfidf(words), Okapi(words)):
        likeness = found.likeness("kok oven").tolist()
        assert likeness[2] > likeness[3] > 0
        assert found.likeness("zee").tolist() == [0.0] * 5


def test_words_answer_where_nothing_was_learnt() -> None:
    words = Words(["kok", "bakker", ""], np.zeros(0, np.int64), ["kok"])
    for found in (Tfidf(words), Okapi(words)):
        assert found.likeness("kok")[0] > 0
        assert found.likeness("kok")[1:].tolist() == [0.0, 0.0]


def test_bm25_is_what_its_formula_says() -> None:
    """Two texts of two words, 'oven' in one of them: idf ln(1 + 1.5/1.5), tf part 2.2 / 2.2."""
    words = Words(["kok oven", "kok pan"], np.array([0, 1]), [])
    assert Okapi(words).likeness("oven").tolist() == pytest.approx([np.log(2), 0.0])


def test_who_told_nothing_and_wanted_nothing_before_gets_what_is_near(log_of: LogOf) -> None:
    log = log_of(on(9, "silent", "k1"), people=[SILENT], vacancies=[*KITCHENS, WARD])
    split = last_out(log, WISHES)
    shelf = Shelf(list(log.vacancies.values()))
    ours = Ours(log, floors(log, split, shelf))
    (query,) = split.queries
    assert not ours.answers(query)
    assert [id_ for id_, _ in ours.rank(query)] == ["k1", "k2", "k3", "k4", "k5", "ward"]


# -- measures ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(engine: Engine) -> Evaluation:
    """The embedded sample, the last of each person left out."""
    log = Log.of(engine)
    return evaluate(log, last_out(log, WISHES))


def test_the_sample_is_measured_whole(measured: Evaluation, sample: Sample) -> None:
    """Nine people of the sample never saved or applied."""
    assert len(measured.split.queries) == len(sample.people) - 9
    assert measured.split.skipped == {"people_without_a_wish": 9}
    for found in measured.measured:
        assert found.measures.shape == (len(measured.split.queries), len(MEASURES))
        assert ((found.measures >= 0) & (found.measures <= 1)).all()
        assert 0 <= found.gini < 1
        # Of nearly everybody one wish is known, the one that is asked for: histories say nothing.
        assert 0 < found.coverage <= 1 or found.ranker in ("similar people alone", *BY_HISTORY)
    assert sum(measured.why_unranked.values()) == len(measured.measured[0].unranked)


def test_a_query_without_an_answer_counts_zero_and_is_counted(measured: Evaluation) -> None:
    for found in measured.measured:
        assert (found.measures.sum(axis=1) == 0).sum() >= found.unanswered
    assert measured.measured[0].unanswered > 0


def test_evaluating_again_gives_the_same(measured: Evaluation, engine: Engine) -> None:
    log = Log.of(engine)
    again = evaluate(log, last_out(log, WISHES))
    assert list(evaluated(again)) == list(evaluated(measured))


def test_a_log_of_titles_and_places_alone_is_answered(log_of: LogOf) -> None:
    """Both wanted kitchens before: the next kitchen stands before the ward for either."""
    people = [Person(id=id_, place="Gent") for id_ in ("a", "b")]
    log = log_of(
        on(1, "a", "k1"), on(9, "a", "k2"), on(2, "b", "k2"), on(9, "b", "k3"), people=people
    )
    found = evaluate(log, last_out(log, WISHES))
    assert (found.split.by_history, found.stood_in) == (2, 0)
    for measured in found.measured:
        if measured.ranker not in ("popularity", "similar people alone", *BY_HISTORY):
            assert measured.measures[:, MEASURES.index("hit")].tolist() == [1.0, 1.0]


def test_nobody_to_ask_is_an_error_that_says_what_was_skipped(log_of: LogOf) -> None:
    log = log_of(on(1, "cook", "nowhere"))
    with pytest.raises(StoreError, match=r"leave nobody .*, 1 wishes not in the store"):
        evaluate(log, last_out(log, WISHES))


def test_everybody_is_of_one_level_by_what_they_had_done_before(log_of: LogOf) -> None:
    """Being shown something is nothing that one does; the sixth event makes one active."""
    people = [msgspec.structs.replace(COOK, id=id_) for id_ in ("a", "b", "c", "d")]
    log = log_of(
        on(1, "a", "k1", "shown"),
        on(1, "b", "k1", "viewed"),
        *(on(day, "c", "k1", "viewed") for day in range(1, 6)),
        *(on(day, "d", "k1", "viewed") for day in range(1, 7)),
        *(on(9, person.id, "k2") for person in people),
        people=people,
    )
    found = evaluate(log, by_time(log, dt.date(2026, 10, 8), WISHES))
    assert [query.acts for query in found.split.queries] == [0, 1, 5, 6]
    assert [found.of_level(level).tolist() for level in LEVELS] == [[0], [1, 2], [3]]


def test_a_levels_figures_are_the_mean_over_its_people(measured: Evaluation) -> None:
    for line, found in zip(evaluated(measured), measured.measured, strict=True):
        of = line["by_activity"]
        assert sum(of[level]["people"] for level in LEVELS) == len(measured.split.queries)
        total = sum(of[level]["people"] * (of[level]["ndcg"] or 0.0) for level in LEVELS)
        assert total / len(measured.split.queries) == pytest.approx(line["ndcg"])
        for level in LEVELS:
            rows = found.measures[measured.of_level(level)]
            assert of[level]["hit"] == (pytest.approx(rows[:, 3].mean()) if len(rows) else None)


def test_who_wanted_what_others_wanted_is_led_to_what_these_wanted_too(log_of: LogOf) -> None:
    """Five wanted k1, k2 and k3, five others k4 and k5; who wanted k1 then finds k2 and k3 before
    k4, and who wanted nothing finds nothing."""
    kitchen, other = ("k1", "k2", "k3"), ("k4", "k5")
    crowd = [Person(id=f"{side}{n}") for side in "ko" for n in range(5)]
    log = log_of(
        *(on(1, p.id, v) for p in crowd for v in (kitchen if p.id[0] == "k" else other)),
        on(2, "cook", "k1"),
        on(9, "cook", "k3"),
        on(9, "silent", "k3"),
        people=[COOK, SILENT, *crowd],
    )
    split = by_time(log, dt.date(2026, 10, 8), WISHES)
    cook, silent = split.queries
    both = collaborative(split, Shelf(list(log.vacancies.values())))
    assert tuple(ranker.name for ranker in both) == BY_HISTORY
    for ranker in both:
        assert {id_ for id_, _ in ranker.rank(cook)[:2]} == {"k2", "k3"}
        assert ranker.rank(silent) == []


def test_histories_pass_the_filters_of_all(log_of: LogOf) -> None:
    """What was dealt with and what is closed stays away, however much others wanted it."""
    closed = offer("closed", valid_through=dt.date(2026, 10, 7))
    crowd = [Person(id=f"k{n}") for n in range(5)]
    log = log_of(
        *(on(1, p.id, v) for p in crowd for v in ("k1", "k2", "k3", "closed")),
        on(2, "cook", "k1", "applied"),
        on(3, "cook", "k2", "dismissed"),
        on(9, "cook", "k3"),
        people=[COOK, *crowd],
        vacancies=(*KITCHENS, closed),
    )
    split = by_time(log, dt.date(2026, 10, 8), WISHES)
    for ranker in collaborative(split, Shelf(list(log.vacancies.values()))):
        ranking = ranker.rank(split.queries[0])
        assert [id_ for id_, _ in ranking if id_ in ("k1", "k2", "k3", "closed")] == ["k3"]
        assert ranking == sorted(ranking, key=lambda pair: (-pair[1], pair[0]))


def test_similar_people_are_learnt_from_what_was_known_before_and_from_nothing_later(
    log_of: LogOf, fitted: Fitted
) -> None:
    """Five people like the cook wanted k2 before the cut, and six k3 after it: similar people have
    k2 for the cook and not k3. Alone they have nothing else; competences have every kitchen."""
    crowd = [msgspec.structs.replace(COOK, id=f"like{n}") for n in range(6)]
    log = log_of(
        *(on(1, person.id, "k2") for person in crowd[:5]),
        *(on(8, person.id, "k3") for person in crowd),
        on(9, "cook", "k2"),
        people=[COOK, *crowd],
    )
    engine = Engine(log.engine.store, fitted, Scorecard().heeding(5.0))
    log = Log.of(engine)
    split = by_time(log, dt.date(2026, 10, 7), WISHES)
    query = next(query for query in split.queries if query.person == COOK)
    competences, similar = each_alone(as_before(log, split))
    assert (competences.name, similar.name) == ("competences alone", "similar people alone")
    assert [id_ for id_, _ in similar.rank(query)] == ["k2"]
    assert {id_ for id_, _ in competences.rank(query)} == {kitchen.id for kitchen in KITCHENS}
    fused = dict(Ours(as_before(log, split), ()).rank(query))
    alone = dict(competences.rank(query))
    assert [id_ for id_ in alone if fused[id_] > alone[id_]] == ["k2"]


def test_a_look_at_what_was_then_wanted_is_known_to_no_ranker(log_of: LogOf) -> None:
    log = log_of(
        on(1, "cook", "k1", "viewed"),
        on(8, "cook", "k2", "viewed"),
        on(9, "cook", "k2", "saved"),
        on(1, "silent", "k2", "viewed"),
    )
    for split in (last_out(log, WISHES), by_time(log, dt.date(2026, 10, 9), WISHES)):
        (query,) = split.queries
        assert [event.vacancy for event in query.before] == ["k1"]
        assert {(event.person, event.vacancy) for event in split.known} == {
            ("cook", "k1"),
            ("silent", "k2"),
        }


def test_what_somebody_was_hired_for_later_is_still_ranked_and_what_earlier_is_not(
    log_of: LogOf,
) -> None:
    log = log_of(
        on(1, "silent", "k1", "hired"),
        on(9, "cook", "k2"),
        on(10, "cook", "k3"),
        on(11, "silent", "k2", "hired"),
    )
    log = replace(log, engine=log.engine.at(log.engine.market.caught_up()))
    split = by_time(log, dt.date(2026, 10, 8), WISHES)
    query = next(query for query in split.queries if query.person == COOK)
    ranked = {id_ for id_, _ in Ours(as_before(log, split), ()).rank(query)}
    assert {"k2", "k3"} <= ranked
    assert "k1" not in ranked
    assert "k2" not in {id_ for id_, _ in Ours(log, ()).rank(query)}


def test_where_nobody_wanted_anything_there_is_one_source_alone(log_of: LogOf) -> None:
    log = log_of(on(1, "cook", "k1", "shown"), on(9, "cook", "k2"))
    found = evaluate(log, by_time(log, dt.date(2026, 10, 8), WISHES))
    assert "competences alone" not in {measured.ranker for measured in found.measured}


def test_where_nobody_wanted_anything_before_there_is_no_history_to_go_by(log_of: LogOf) -> None:
    log = log_of(on(1, "cook", "k1", "shown"), on(9, "cook", "k2"))
    split = by_time(log, dt.date(2026, 10, 8), WISHES)
    assert collaborative(split, Shelf(list(log.vacancies.values()))) == ()


# -- in and out ----------------------------------------------------------------------------


def test_files_stand_in_for_the_store_which_stays_as_it_is(
    sample_settings: Settings, written: Callable[[str, str], Path], engine: Engine
) -> None:
    people = written("people.jsonl", '{"id":"a","place":"Gent"}\n{"id":"b","colour":1}\n')
    vacancies = written("vacancies.csv", "id,title,place\nv1,Kok,Gent\nv2,Lasser,Gent\n")
    events = written("events.csv", "person,vacancy,kind,when\na,v1,saved,2026-10-05\n")
    report = Report()
    with opened(sample_settings, report, people=people, vacancies=vacancies, events=events) as log:
        found = evaluate(log, last_out(log, WISHES))
    assert [refusal.line for refusal in report.refused] == [2]
    assert (len(found.split.queries), found.vacancies) == (1, 2)
    assert "v1" not in {vacancy.id for vacancy in engine.store.vacancies()}


def test_what_no_file_names_comes_from_the_store(
    sample_settings: Settings, sample: Sample, written: Callable[[str, str], Path]
) -> None:
    first = sample.people[0].id
    events = written(
        "events.csv",
        f"person,vacancy,kind,when\n{first},{sample.vacancies[0].id},saved,2026-10-20\n",
    )
    with opened(sample_settings, Report(), events=events) as log:
        assert len(log.people) == len(sample.people)
        assert [event.person for event in log.events] == [first]


def test_tables_show_every_ranker_and_what_ours_brings_over_each(measured: Evaluation) -> None:
    reached, levels, shown, gained = tables(measured)
    names = [found.ranker for found in measured.measured]
    for table in (reached, levels, shown):
        assert list(table.columns[0].cells) == names
    assert list(gained.columns[0].cells) == names[1:]
    assert "9 people without a wish" in str(reached.caption)


def test_as_json_it_is_one_object_a_ranker(measured: Evaluation) -> None:
    lines = [json.loads(json.dumps(line)) for line in evaluated(measured)]
    assert [line["ranker"] for line in lines] == [found.ranker for found in measured.measured]
    assert lines[0]["gain"] is None
    for line in lines[1:]:
        assert line["gain"]["ndcg"]["mean"] == pytest.approx(lines[0]["ndcg"] - line["ndcg"])
        assert line["gain"]["hit"]["low"] <= line["gain"]["hit"]["high"]


def test_evaluating_leaves_no_trace_in_the_store(sample_copy: Settings, sample: Sample) -> None:
    with opened(sample_copy, Report()) as log:
        evaluate(log, by_time(log, dt.date(2026, 10, 12), WISHES))
    with Store(sample_copy.store) as store:
        assert len(store.events()) == len(sample.events)
