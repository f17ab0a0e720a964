"""What happened in this process, counted for Prometheus: how often, never to whom."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector


class Figure(StrEnum):
    """A figure that only rises; Prometheus shows it as `yorisoi_<name>_total`."""

    SENDS = "sends"
    WEBHOOKS = "webhooks"
    AMBIGUOUS = "ambiguous"
    DUPLICATES_PREVENTED = "duplicates_prevented"
    LEASE_STOLEN = "lease_stolen"
    STALE_ACK = "stale_ack"


_SAYS: Final[Mapping[Figure, str]] = MappingProxyType(
    {
        Figure.SENDS: "messages handed to a service, by what it said",
        Figure.WEBHOOKS: "deliveries of the services, by how they were answered",
        Figure.AMBIGUOUS: "sends of which nobody knows whether they arrived",
        Figure.DUPLICATES_PREVENTED: "items that a service delivered again, stored once",
        Figure.LEASE_STOLEN: "work taken over after the lease of whoever held it had run out",
        Figure.STALE_ACK: "results that came after the lease was lost and changed nothing",
    }
)
_LABELS: Final[Mapping[Figure, tuple[str, ...]]] = MappingProxyType(
    {Figure.SENDS: ("channel", "verdict"), Figure.WEBHOOKS: ("channel", "result")}
)
"""Every value of a label is a word of the code: nothing that comes from outside is ever one."""


class Meters(Collector):
    """The counts of one process, from its start."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._counts: Counter[tuple[Figure, tuple[str, ...]]] = Counter()

    def count(self, figure: Figure, *labels: str, by: int = 1) -> None:
        """Add `by` to a figure; `labels` in the order of its names."""
        self._counts[figure, labels] += by

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield all figures as Prometheus wants them, those without labels even at zero."""
        for figure, says in _SAYS.items():
            names = _LABELS.get(figure, ())
            family = CounterMetricFamily(f"yorisoi_{figure}", says, labels=names)
            seen = {labels: number for (of, labels), number in self._counts.items() if of is figure}
            for labels, number in sorted(seen.items()) if names else [((), seen.get((), 0))]:
                family.add_metric(labels, number)
            yield family

    def as_text(self) -> bytes:
        """Return the figures in Prometheus' text form."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)
