"""Watches that nothing holds the event loop: while it is held, no customer is answered.

A thread asks the loop for a sign of life, again and again, and measures how long it takes. When
it takes too long the log says where the loop stands at that moment; the metric says how often.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback

import structlog
from prometheus_client import Counter, Histogram

from bot.delivery.metrics import REGISTRY

INTERVAL = 0.2
"""Seconds between two questions."""

ALARM = 0.1
"""Seconds from which on the loop counts as held. A turn's own work takes a few milliseconds."""

FRAMES = 4
"""Innermost frames that are told of what holds it."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

LAG = Histogram(
    "clara_loop_lag_seconds",
    "How long the event loop takes to get round to something",
    registry=REGISTRY,
    buckets=_BUCKETS,
)
HELD = Counter(
    "clara_loop_held",
    f"How often the event loop was held for {ALARM} s and more",
    registry=REGISTRY,
)

log = structlog.get_logger(__name__)


class LoopWatch:
    """The watch over one event loop."""

    def __init__(self, alarm: float = ALARM, interval: float = INTERVAL) -> None:
        """Watch the running loop, whose thread is this one."""
        self._alarm = alarm
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a question that is not answered yet is given up."""
        self._stopping.set()

    def _watch(self) -> None:
        while not self._stopping.wait(self._interval):
            alive = threading.Event()
            asked = time.perf_counter()
            try:
                self._loop.call_soon_threadsafe(alive.set)
            except RuntimeError:  # the loop is closed
                return
            if not alive.wait(self._alarm):
                HELD.inc()
                log.warning("loop.held", alarm=self._alarm, where=self._where())
                while not alive.wait(self._interval):
                    if self._stopping.is_set():
                        return
            LAG.observe(time.perf_counter() - asked)

    def _where(self) -> str:
        frame = sys._current_frames().get(self._loop_thread)
        if frame is None:
            return "nowhere"
        innermost = traceback.extract_stack(frame)[-FRAMES:]
        return " > ".join(f"{one.filename}:{one.lineno} {one.name}" for one in innermost)
