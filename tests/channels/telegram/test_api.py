"""Answers that are none of the Bot API's: gateways, proxies, nonsense."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from channels.calls import Unanswered
from channels.telegram.api import ApiError, BotApi
from tests.servers.smtp import free_port

Answer = Callable[[], web.Response]


@pytest.fixture
async def answering() -> AsyncIterator[Any]:
    runners = []

    async def serve(answer: Answer) -> BotApi:
        async def handle(_: web.Request) -> web.Response:
            return answer()

        app = web.Application()
        app.router.add_post("/{path:.*}", handle)
        runner = web.AppRunner(app)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        api = BotApi("1:x", f"http://127.0.0.1:{port}")
        runners.append((runner, api))
        return api

    yield serve
    for runner, api in runners:
        await api.close()
        await runner.cleanup()


@pytest.mark.parametrize("status", [400, 404, 500, 502, 504])
async def test_a_page_of_a_gateway_is_an_error_of_its_status(answering: Any, status: int) -> None:
    api = await answering(lambda: web.Response(status=status, text="<h1>nginx</h1>"))
    with pytest.raises(ApiError) as refused:
        await api.call("getMe")
    assert refused.value.status == status


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "5", "null"])
async def test_a_success_without_an_answer_is_none(answering: Any, body: str) -> None:
    api = await answering(lambda: web.Response(text=body))
    with pytest.raises(Unanswered):
        await api.call("sendMessage")


@pytest.mark.parametrize("parameters", [None, [], "x", {"retry_after": "soon"}, {"other": 1}])
async def test_a_delay_that_cannot_be_read_is_none(answering: Any, parameters: Any) -> None:
    answer = {"ok": False, "error_code": 429, "description": 5, "parameters": parameters}
    api = await answering(lambda: web.json_response(answer, status=429))
    with pytest.raises(ApiError) as refused:
        await api.call("sendMessage")
    assert refused.value.retry_after is None


async def test_a_redirect_is_not_followed_with_the_token(answering: Any) -> None:
    api = await answering(
        lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})
    )
    with pytest.raises(ApiError):
        await api.call("getMe")


async def test_a_call_ends_at_its_deadline(answering: Any) -> None:
    api = await answering(lambda: web.json_response({"ok": True, "result": True}))
    with pytest.raises(Unanswered):
        await api.call("getMe", deadline=0.000_001)
