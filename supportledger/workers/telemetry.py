"""
What workers say about themselves: structured logs, counters for Prometheus, traces where they are wanted.

* Logs go to stderr, one JSON object to a line where no person looks; they hold no content of any ticket.
* Counters are served on a port of this machine if one is named.
* Traces are sent if `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector and the extra `traces` is installed.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from supportledger.errors import ConfigError, PortTaken
from supportledger.wiring.journal import logger

__all__ = ["COLLECTOR", "Telemetry", "logger"]

COLLECTOR: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The environment variable that says where traces go, as OpenTelemetry names it."""
_HERE: Final = "127.0.0.1"
_OURS: Final = "supportledger"
_ROUNDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Telemetry:
    """
    Logs, counters and traces of one process.

    Args:
        log: Where events go; None: `logger()`.
    """

    def __init__(self, log: Any = None) -> None:
        self.log: Final = log or logger()
        self.registry: Final = CollectorRegistry()
        self._actions = self._counter("actions", "Drafts by what became of them in a round", "status")
        self._failures = self._counter("failures", "Steps that failed", "role", "code")
        self._reorganisations = self._counter("reorganisations", "Times that blocks were replaced")
        self._notices = self._counter("notices", "Notices by topic", "topic")
        self._block = Gauge("block", "Last block that was read", namespace=_OURS, registry=self.registry)
        self._poor = Gauge(
            "out_of_funds",
            "1 while an account cannot pay for transactions",
            namespace=_OURS,
            registry=self.registry,
        )
        self._steps = Histogram(
            "step_seconds",
            "Time of a step",
            ["role"],
            namespace=_OURS,
            registry=self.registry,
            buckets=_ROUNDS,
        )
        self._tracer = _tracer()

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, namespace=_OURS, registry=self.registry)

    def count_actions(self, by_status: Mapping[str, int]) -> None:
        """Count what became of drafts."""
        for status, number in by_status.items():
            self._actions.labels(status).inc(number)

    def count_failure(self, role: str, code: str) -> None:
        """Count a step that failed."""
        self._failures.labels(role, code).inc()

    def count_reorganisation(self) -> None:
        """Count that blocks were replaced."""
        self._reorganisations.inc()

    def count_notice(self, topic: str) -> None:
        """Count a notice."""
        self._notices.labels(topic).inc()

    def read_block(self, number: int) -> None:
        """Note how far the chain was read."""
        self._block.set(number)

    def out_of_funds(self, is_so: bool) -> None:  # noqa: FBT001 -- a state, set
        """Note whether an account cannot pay."""
        self._poor.set(is_so)

    @contextmanager
    def step(self, role: str) -> Iterator[None]:
        """Time one step, and trace it."""
        with self._span(f"{role}.step"), self._steps.labels(role).time():
            yield

    def serve(self, port: int) -> None:
        """
        Answer Prometheus, to this machine only.

        Raises:
            PortTaken: Another program listens there.
        """
        try:
            start_http_server(port, addr=_HERE, registry=self.registry)
        except OSError as error:
            raise PortTaken(f"port {port} is taken by another program", hint="Choose another.") from error

    def _span(self, name: str) -> AbstractContextManager[Any]:
        return nullcontext() if self._tracer is None else self._tracer.start_as_current_span(name)


def _tracer() -> Any:
    """Make what spans are told to, if they are wanted."""
    if not os.environ.get(COLLECTOR):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 -- an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 -- as above
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 -- as above
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 -- as above
    except ImportError as error:
        raise ConfigError(
            f"{COLLECTOR} is set, and what sends traces is not installed",
            hint="Install `supportledger[traces]`, or unset it.",
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "supportledger"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("supportledger.workers")
