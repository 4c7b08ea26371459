"""What the process has counted, in the form that Prometheus reads."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from core.desk import COUNTS

CONTENT_TYPE = CONTENT_TYPE_LATEST


class _Counted(Collector):
    """Reads the counts whenever they are asked for."""

    def collect(self) -> Iterator[Metric]:
        turns = CounterMetricFamily("whistle_turns", "Turns that ended, by who answered.", labels=["answered_by"])
        for answered_by, count in sorted(COUNTS.turns.items()):
            turns.add_metric([answered_by], count)
        yield turns
        yield CounterMetricFamily("whistle_questions", "Questions asked.", value=COUNTS.questions)
        presses = CounterMetricFamily("whistle_presses", "Presses, by whether they had an effect.", labels=["effect"])
        for effect, count in sorted(COUNTS.presses.items()):
            presses.add_metric([effect], count)
        yield presses


_REGISTRY = CollectorRegistry()
_REGISTRY.register(_Counted())


def exposed() -> bytes:
    """All counts as text."""
    return generate_latest(_REGISTRY)
