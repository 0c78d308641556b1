"""The service: translate, call the engine, translate. No access control yet: loopback only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from typing import Annotated, Any, TypeVar

from fastapi import Body, FastAPI, Query, Request, Response
from typing_extensions import TypedDict

from api import people, problems
from api.asked import Limit, Spoken, Today, as_json, day, engine_of
from api.schema import COMPARE_EXAMPLES, PERSON_EXAMPLES, VACANCY_EXAMPLES, with_records
from competent_data.formats.intake import Misfit, convert
from competent_data.records import LANGS, Lang, Person, Source, Vacancy, check_levels
from competent_data.store import UnknownId
from matcher import wire
from matcher.engine import Engine
from matcher.live import Live
from matcher.spread import MOST_SPREAD
from matcher.typeahead import Typeahead

R = TypeVar("R", Person, Vacancy)
Spread = Annotated[
    float | None,
    Query(
        ge=0,
        le=MOST_SPREAD,
        allow_inf_nan=False,
        description="Points that a vacancy may be given up for another occupation; the service's "
        "own setting by default.",
    ),
]
Brief = Annotated[
    bool,
    Query(description="The list with its reasons alone: no gaps, near-misses or what is left out."),
]
Without = Annotated[
    tuple[Source, ...],
    Query(description="Sources to leave out; nothing appears that only they found."),
]


class Health(TypedDict):
    """That the service answers, and over how much."""

    status: str
    people: int
    vacancies: int


class CompetenceLine(TypedDict):
    """A competence by its preferred label, and the label that matched what was typed."""

    competence: str
    label: str
    matched: str


def create_app(load: Callable[[], Live]) -> FastAPI:
    """The service over the living engine that `load` gives, which is asked once, at start."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with load() as app.state.live:
            yield

    app = FastAPI(
        title="competent-matcher",
        summary="Matches people and jobs on competences, with every point of the score explained.",
        version="1",
        lifespan=lifespan,
        docs_url=None,  # its page would load scripts from outside; /openapi.json says the same
        redoc_url=None,
    )
    problems.install(app)
    _routes(app)
    people.install(app)
    with_records(app, people.Recorded)
    return app


def _routes(app: FastAPI) -> None:
    @lru_cache(2 * len(LANGS))
    def typeahead(lang: Lang, _version: str) -> Typeahead:
        return Typeahead.load(app.state.live.engine.store, lang)

    @app.get("/healthz", response_model=Health, tags=["service"])
    def healthz(request: Request) -> Response:
        """Whether the service answers."""
        market = engine_of(request).market
        return as_json(
            {"status": "ok", "people": len(market.people), "vacancies": len(market.vacancies)}
        )

    @app.post("/suggestions", response_model=wire.SuggestionsAnswer, tags=["suggestions"])
    def suggestions_for(
        request: Request,
        person: Annotated[dict[str, Any], Body(openapi_examples=PERSON_EXAMPLES)],
        limit: Limit = 10,
        today: Today = None,
        lang: Spoken = None,
        spread: Spread = None,
        without: Without = (),
        brief: Brief = False,
    ) -> Response:
        """The best vacancies for a person sent along, who is not stored."""
        engine = engine_of(request)
        found = engine.suggest(
            _person(person),
            day(today),
            limit=limit,
            lang=lang,
            history=False,
            spread=spread,
            sources=engine.sources.without(*without),
            brief=brief,
        )
        return as_json(wire.suggestions(found))

    @app.get(
        "/people/{person:path}/suggestions",
        response_model=wire.SuggestionsAnswer,
        tags=["suggestions"],
    )
    def suggestions_of(
        request: Request,
        person: str,
        limit: Limit = 10,
        today: Today = None,
        lang: Spoken = None,
        spread: Spread = None,
        without: Without = (),
        brief: Brief = False,
    ) -> Response:
        """The best vacancies for a stored person."""
        engine = engine_of(request)
        record = engine.store.person(person)
        found = engine.suggest(
            record,
            day(today),
            limit=limit,
            lang=lang,
            spread=spread,
            sources=engine.sources.without(*without),
            brief=brief,
        )
        return as_json(wire.suggestions(found))

    @app.post("/candidates", response_model=wire.CandidatesAnswer, tags=["candidates"])
    def candidates_for(
        request: Request,
        vacancy: Annotated[dict[str, Any], Body(openapi_examples=VACANCY_EXAMPLES)],
        limit: Limit = 10,
        today: Today = None,
        lang: Spoken = None,
        brief: Brief = False,
    ) -> Response:
        """The best people for a vacancy sent along, which is not stored."""
        found = engine_of(request).candidates(
            _vacancy(vacancy), day(today), limit=limit, lang=lang, brief=brief
        )
        return as_json(wire.candidates(found))

    @app.get(
        "/vacancies/{vacancy:path}/candidates",
        response_model=wire.CandidatesAnswer,
        tags=["candidates"],
    )
    def candidates_of(
        request: Request,
        vacancy: str,
        limit: Limit = 10,
        today: Today = None,
        lang: Spoken = None,
        brief: Brief = False,
    ) -> Response:
        """The best people for a stored vacancy."""
        engine = engine_of(request)
        record = engine.store.vacancy(vacancy)
        found = engine.candidates(record, day(today), limit=limit, lang=lang, brief=brief)
        return as_json(wire.candidates(found))

    @app.post("/compare", response_model=wire.ComparisonAnswer, tags=["compare"])
    def compare(
        request: Request,
        pair: Annotated[dict[str, Any], Body(openapi_examples=COMPARE_EXAMPLES)],
        today: Today = None,
        lang: Spoken = None,
    ) -> Response:
        """A person beside a vacancy or an occupation: each an id, or a record sent along."""
        engine = engine_of(request)
        unknown = pair.keys() - {"person", "target"}
        if unknown:
            raise Misfit(min(unknown), "a field of that name", "person and target only")
        person = _given(pair, "person", engine.store.person, _person)
        target = _given(pair, "target", partial(_target, engine), _vacancy)
        found = engine.compare(person, target, day(today), lang=lang)
        return as_json(wire.comparison(found))

    @app.get("/competences", response_model=list[CompetenceLine], tags=["competences"])
    def competences(
        q: Annotated[str, Query(min_length=1, max_length=100, examples=["heftr"])],
        lang: Lang = "nl",
        limit: Limit = 10,
    ) -> Response:
        """Competences while somebody types."""
        found = typeahead(lang, app.state.live.version).find(q, limit)
        return as_json(
            [{"competence": f.competence, "label": f.label, "matched": f.matched} for f in found]
        )


def _given(
    pair: dict[str, Any], key: str, by_id: Callable[[str], R], sent: Callable[[Any], R]
) -> R:
    """A part of a pair: by its id, or sent along; what does not fit is named within the pair."""
    value = pair.get(key)
    if isinstance(value, str):
        return by_id(value)
    if not isinstance(value, dict):
        raise Misfit(key, value, "an id or a record")
    try:
        return sent(value)
    except Misfit as misfit:
        raise Misfit(f"{key}.{misfit.field}", misfit.found, misfit.expected) from misfit


def _vacancy(value: Any) -> Vacancy:
    return convert(value, Vacancy)


def _person(value: Any) -> Person:
    person = convert(value, Person)
    try:
        check_levels(person)
    except ValueError as error:
        raise Misfit("competences", str(error), "each competence under one level") from error
    return person


def _target(engine: Engine, id_: str) -> Vacancy:
    try:
        return engine.store.vacancy(id_)
    except UnknownId:
        return engine.occupation_profile(id_)
