"""What an operator watches, for Prometheus. Labels name channels and outcomes, never anybody.

Served on a port of its own (``CLARA_METRICS_PORT``), which customers never reach. Counters count
what this process did; the gauges of queues are read from the records, and are the same in all.
"""

from __future__ import annotations

from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


def _counter(name: str, told: str, *labels: str) -> Counter:
    return Counter(f"clara_{name}", told, labels, registry=REGISTRY)


def _gauge(name: str, told: str, *labels: str) -> Gauge:
    return Gauge(f"clara_{name}", told, labels, registry=REGISTRY)


def _histogram(name: str, told: str) -> Histogram:
    return Histogram(f"clara_{name}", told, ("channel",), registry=REGISTRY, buckets=_SECONDS)


ACCEPTED = _counter("messages_accepted", "Messages stored", "channel")
REPEATED = _counter("messages_repeated", "Messages that had been stored before", "channel")
REFUSED = _counter("messages_refused", "Messages that could not be stored", "channel")
ACCEPT_SECONDS = _histogram("accept_seconds", "From a message's arrival to its being stored")

TURNS = _counter(
    "turns",
    "Turns: answered, failed (and to be tried again), superseded, parked, stale",
    "channel",
    "outcome",
)
TURN_SECONDS = _histogram("turn_seconds", "From the begin of a turn to its being stored")
ANSWER_SECONDS = _histogram("answer_seconds", "From a message's arrival to its stored answer")
SUPERSEDED, FAILED, PARKED, ANSWERED, STALE = (
    "superseded",
    "failed",
    "parked",
    "answered",
    "stale",
)

WAITING = _gauge("queue_messages", "Messages that wait for an answer")
OLDEST = _gauge("queue_oldest_seconds", "For how long the oldest of them has waited")
TO_SEND = _gauge("outbox_messages", "Calls to providers that are to be made", "channel")
TO_SEND_OLDEST = _gauge("outbox_oldest_seconds", "Age of the oldest of them", "channel")
NOT_ANSWERED = _gauge("parked_messages", "Messages parked because their turn failed", "channel")
NOT_SENT = _gauge("parked_sends", "Calls to providers that were given up", "channel")

SENDS = _counter(
    "sends",
    "Calls to providers: sent, retried, held, given_up, unreachable, unknown",
    "channel",
    "outcome",
)
UNDECIDED = _counter(
    "sends_undecided", "Calls made again without knowing whether the first was taken", "channel"
)
RECEIPTS = _counter("receipts", "What providers reported of sent messages", "channel", "status")
HELD = _gauge("account_held", "1 while a provider refuses the account", "channel")
WAKE_UPS_AGAIN = _counter("wake_ups_again", "Conversations that had to be woken a second time")


def serve(host: str, port: int) -> WSGIServer:
    """Answer Prometheus in a thread of its own, until ``shutdown`` is called on the result.

    Raises ``OSError`` if the port is taken.
    """
    server, _ = start_http_server(port, host, registry=REGISTRY)
    return server
