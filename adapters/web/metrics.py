"""What the process has counted and what models have cost today, in the form that Prometheus reads."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from core.desk import COUNTS, SECONDS, Spread

CONTENT_TYPE = CONTENT_TYPE_LATEST
COUNTED = (
    ("whistle_turns", "Turns that ended, by who answered.", ("answered_by",), "turns"),
    ("whistle_presses", "Presses, by whether they had an effect.", ("effect",), "presses"),
    ("whistle_model_calls", "Calls of language models, by how they ended.", ("model", "outcome"), "model_calls"),
    ("whistle_fallbacks", "Turns that the rules answered in a model's place, by why.", ("why",), "fallbacks"),
    ("whistle_model_refusals", "Calls of models that were not paid for, by why.", ("reason",), "refusals"),
    ("whistle_tool_errors", "Tool calls that did not do what was asked.", ("tool", "kind"), "tool_errors"),
)
TIMED = (
    ("whistle_turn_seconds", "How long turns took, by who answered.", "answered_by", "turn_seconds"),
    ("whistle_model_seconds", "How long calls of models took.", "model", "call_seconds"),
    ("whistle_model_first_seconds", "How long models took to their first event.", "model", "first_seconds"),
)
TOKENS = ("tokens_in", "tokens_cached", "tokens_written", "tokens_out")


class _Counted(Collector):
    """Reads the counts whenever they are asked for."""

    def __init__(self, gyms: Iterable[Mapping[str, Any]]) -> None:
        self._gyms = gyms

    def collect(self) -> Iterator[Metric]:
        for name, words, labels, held in COUNTED:
            yield _counter(name, words, labels, getattr(COUNTS, held))
        yield CounterMetricFamily("whistle_questions", "Questions asked.", value=COUNTS.questions)
        yield CounterMetricFamily("whistle_undone", "Changes taken back.", value=COUNTS.undone)
        for name, words, label, held in TIMED:
            yield _histogram(name, words, label, getattr(COUNTS, held))
        yield from _today(self._gyms)


def _counter(name: str, words: str, labels: tuple[str, ...], counts: Counter[Any]) -> Metric:
    family = CounterMetricFamily(name, words, labels=labels)
    for key, count in sorted(counts.items()):
        family.add_metric(list(key) if isinstance(key, tuple) else [key], count)
    return family


def _histogram(name: str, words: str, label: str, spreads: Mapping[str, Spread]) -> Metric:
    family = HistogramMetricFamily(name, words, labels=[label])
    bounds = [*(str(most) for most in SECONDS), "+Inf"]
    for key, spread in sorted(spreads.items()):
        family.add_metric([key], list(zip(bounds, accumulate(spread.buckets), strict=True)), spread.total)
    return family


def _today(gyms: Iterable[Mapping[str, Any]]) -> Iterator[Metric]:
    """From the table that money is put aside in: the same figures that the owner is shown."""
    spent = GaugeMetricFamily("whistle_model_usd_today", "Spent or put aside today.", labels=["gym", "model"])
    cap = GaugeMetricFamily("whistle_model_cap_usd", "What a gym may spend in a day.", labels=["gym"])
    tokens = GaugeMetricFamily("whistle_model_tokens_today", "Tokens today, by kind.", labels=["gym", "model", "kind"])
    share = GaugeMetricFamily(
        "whistle_model_cache_share_today", "Share of what was sent that a cache had.", labels=["gym"]
    )
    for gym in gyms:
        name = str(gym["gym"])
        cap.add_metric([name], gym["cap_usd"])
        if gym["cache_share"] is not None:
            share.add_metric([name], gym["cache_share"])
        for model, used in gym["models"].items():
            spent.add_metric([name, model], used["cost_usd"])
            for kind in TOKENS:
                tokens.add_metric([name, model, kind.removeprefix("tokens_")], used[kind])
    yield from (spent, cap, tokens, share)


def exposed(gyms: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """All counts as text, with what each gym's models have cost today."""
    registry = CollectorRegistry()
    registry.register(_Counted(gyms))
    return generate_latest(registry)
