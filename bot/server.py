"""Running it: one process, one event loop, stopped by SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import structlog
import uvloop

from bot.assembly import Clara, assemble
from bot.logs import tell_of_fault
from bot.loop_watch import LoopWatch
from bot.model import Project
from settings import Settings, Web

THREADS = 32
"""Blocking calls at a time: SQL, the billing system, mail. They mostly wait."""

BACKLOG = 4_096
"""Connections that may wait to be taken. Beyond it (Sanic's own is 100) they are dropped silently,
and whoever connects tries again after one second, then after three."""

TURNS_END_WITHIN = 10.0
"""Seconds that turns in hand get to finish when the process is told to stop."""

log = structlog.get_logger(__name__)


def serve(settings: Settings, project: Project, when_up: Callable[[], None]) -> None:
    """Serve until told to stop; ``when_up`` is called once customers can write."""
    uvloop.install()
    asyncio.run(_serve(settings, project, when_up))


async def _serve(settings: Settings, project: Project, when_up: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(tell_of_fault)
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "clara"))
    told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    watch = LoopWatch()
    clara = await assemble(settings, project)
    clara.postman.start()
    server = await _listen(clara, settings.web)
    taken_up = await clara.delivery.start()
    log.info("server.up", port=settings.web.port, unanswered=taken_up)
    for connector in clara.connectors:
        connector.start(partial(clara.delivery.leads, connector.sending))
    watch.start()
    follower = clara.model_follower
    following = asyncio.create_task(follower.run()) if follower else None
    when_up()
    await told_to_stop.wait()
    if following:
        following.cancel()
    watch.stop()
    await _stop(clara, server)


async def _listen(clara: Clara, web: Web) -> Any:
    # The port is ours from here on, but nobody is let in before the app is ready. (Sanic's own
    # types say "perhaps no server", whatever is asked for.)
    server: Any = await clara.app.create_server(
        host=web.host,
        port=web.port,
        return_asyncio_server=True,
        access_log=False,
        backlog=BACKLOG,
        asyncio_server_kwargs={"start_serving": False},
    )
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    return server


async def _stop(clara: Clara, server: Any) -> None:
    """Take no new connection, finish the turns in hand, then let go."""
    log.info("server.stopping")
    closed = server.close()
    await asyncio.gather(*(connector.stop() for connector in clara.connectors))
    await clara.delivery.stop(TURNS_END_WITHIN)
    await asyncio.gather(*(connector.close() for connector in clara.connectors))
    await asyncio.to_thread(clara.postman.stop)
    await server.before_stop()
    for connection in list(server.connections):
        connection.close_if_idle()
    for connection in list(server.connections):
        connection.abort()
    await closed
    await server.after_stop()
