"""Asks the service, as a client does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import httpx
from fastapi import FastAPI


class Client:
    """Asks an app in this process, between the start and the end of its lifespan."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner) -> None:
        self._app = app
        self._runner = runner

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        content: bytes | None = None,
        **query: object,
    ) -> httpx.Response:
        """The answer to one request."""
        return self._runner.run(self._ask(method, path, body, content, query))

    async def _ask(
        self, method: str, path: str, body: object, content: bytes | None, query: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://matcher") as client:
            return await client.request(method, path, json=body, content=content, params=query)


@contextmanager
def asking(app: FastAPI) -> Iterator[Client]:
    """A client of an app that has started."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        runner.run(stack.enter_async_context(app.router.lifespan_context(app)))
        yield Client(app, runner)
        runner.run(stack.aclose())


def assert_problem(answer: httpx.Response, status: int, *says: str) -> None:
    """A problem of RFC 9457 that says what is wrong."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    for part in says:
        assert part in problem["detail"], problem
