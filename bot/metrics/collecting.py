"""Reads the parts at each scrape. They keep plain numbers, so that a message costs nothing here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__
from bot.clock import Clock
from bot.delivery.figures import LedgerFigures, LedgerGauge
from bot.delivery.outcome import Verdict
from bot.delivery.pace import Pace
from bot.events.reminding import Reminders
from bot.meters import Times
from bot.runner.sending import Sending
from bot.storage.database import Database
from bot.telegram.chat import Postman
from bot.telegram.intake import BACKLOG, EVENTS, Intake

OUTCOMES = ("sent", "unreachable", "rejected", "cancelled", "uncertain")
REPLIES = ("answered", "refused", "lost", "not_sent")


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read."""

    database: Database
    clock: Clock
    pace: Pace
    rate: float
    sender: Sending
    intake: Intake | None = None
    postman: Postman | None = None
    """A runner has neither."""
    reminders: Reminders | None = None


class Metrics:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ledger = LedgerGauge(parts.database, parts.clock)
        self._seen: LedgerFigures | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    async def text(self) -> bytes:
        """Everything, as Prometheus reads it. With the database away, what only it knows is left out."""
        try:
            self._seen = await self._ledger.read()
        except (SQLAlchemyError, OSError):
            self._seen = None
        return generate_latest(self._registry)

    def describe(self) -> Iterator[Metric]:
        """What there is was not read yet when this is registered, and nothing else is called so."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield _labelled("nida_build", "Which version runs; always 1.", "version", {__version__: 1}, suffix="_info")
        yield _gauge("nida_database_up", "Whether the database answers.", self._seen is not None)
        if self._seen is not None:
            yield from self._ledger_metrics(self._seen)
        yield from self._sender_metrics()
        yield from self._pace_metrics()
        if self._parts.intake is not None:
            yield from _intake_metrics(self._parts.intake)
        if self._parts.postman is not None:
            yield from _reply_metrics(self._parts.postman)
        if self._parts.reminders is not None:
            dropped = self._parts.reminders.dropped
            yield _count("nida_reminders_dropped", "Reminders of events that would have come too late to be of use.", dropped)

    def _ledger_metrics(self, seen: LedgerFigures) -> Iterator[Metric]:
        yield _labelled("nida_broadcasts", "Broadcasts by state.", "state", seen.broadcasts)
        yield _labelled("nida_deliveries_open", "Deliveries still owed, by the state of their broadcast.", "broadcast", seen.open)
        age = (self._parts.clock.now() - seen.oldest).total_seconds() if seen.oldest else 0.0
        yield _gauge("nida_broadcast_oldest_seconds", "Age of the oldest broadcast under way; 0 without one.", age)
        left = seen.open["sending"] / self._parts.pace.rate
        yield _gauge("nida_drained_in_seconds", "Until all that is being sent is out, at the present rate.", left)

    def _sender_metrics(self) -> Iterator[Metric]:
        now = self._parts.sender.sender.figures()
        yield _gauge("nida_sender_active", "1 where this process sends, 0 where it stands by.", now.active)
        yield _counts("nida_deliveries", "Deliveries with a final outcome.", "outcome", _all(OUTCOMES, now.outcomes))
        verdicts = _all(tuple(Verdict), now.verdicts)
        yield _counts("nida_sends", "Messages of broadcasts handed to Telegram, by what its answer meant.", "verdict", verdicts)
        yield _times("nida_send_seconds", "What Telegram took to answer such a message.", {"": now.sends})
        yield _gauge("nida_deliveries_leased", "Deliveries claimed, until their outcome is written down.", now.leased)
        yield _gauge("nida_deliveries_waiting", "Of these, those waiting for their turn.", now.waiting)
        yield _gauge("nida_deliveries_in_flight", "Of these, those waiting for Telegram's answer.", now.in_flight)
        yield _times(
            "nida_exchange_seconds", "Transactions that write outcomes down and claim what is next.", now.exchanges, "work"
        )
        yield _count("nida_settlings_refused", "Outcomes refused, as another sender had taken the rows over.", now.fenced)
        yield _gauge("nida_circuit_open", "1 while nothing gets through to Telegram.", now.circuit_open)
        yield _gauge("nida_token_refused", "1 when Telegram no longer knows the token.", now.token_refused)

    def _pace_metrics(self) -> Iterator[Metric]:
        pace = self._parts.pace
        yield _gauge("nida_rate_configured", "Messages a second as configured.", self._parts.rate)
        yield _gauge("nida_rate_present", "Messages a second now: less for a while after a hold.", pace.rate)
        yield _gauge("nida_held_seconds", "For how much longer Telegram asked for silence; 0 without a hold.", pace.held_for)
        yield _count("nida_holds", "How often Telegram asked for silence (429).", pace.holds.count)
        yield _count("nida_holds_seconds", "Seconds of silence it asked for in all.", pace.holds.seconds)


def _intake_metrics(intake: Intake) -> Iterator[Metric]:
    yield _gauge("nida_intake_backlog", "Updates accepted and not handled yet.", intake.backlog)
    yield _gauge("nida_intake_limit", "With so many waiting, no more are accepted.", BACKLOG)
    yield _counts("nida_updates", "Updates by what happened to them.", "event", _all(EVENTS, intake.counts))
    yield _times("nida_intake_commit_seconds", "Transactions that write updates down, many at a time.", {"": intake.commits})
    yield _times("nida_update_seconds", "What handling an update took, the reply included.", {"": intake.handling.times})


def _reply_metrics(postman: Postman) -> Iterator[Metric]:
    yield _counts("nida_replies", "Replies by what became of them.", "outcome", _all(REPLIES, postman.replies))
    yield _times("nida_reply_seconds", "From when a reply was ready until Telegram had answered.", {"": postman.took})


def _all(names: tuple[str, ...], counted: Mapping[str, int]) -> Mapping[str, int]:
    """Each of them, also those that have not happened: a rate needs to see them begin at 0."""
    return {str(name): counted.get(name, 0) for name in names}


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, float(value))


def _labelled(name: str, about: str, label: str, values: Mapping[str, float], suffix: str = "") -> Metric:
    family = GaugeMetricFamily(name + suffix, about, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _count(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value)


def _counts(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, about, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _times(name: str, about: str, values: Mapping[str, Times], label: str | None = None) -> Metric:
    family = HistogramMetricFamily(name, about, labels=[label] if label else [])
    for value, times in values.items():
        buckets, so_far = [], 0
        for bound, count in zip((*map(str, times.bounds), "+Inf"), times.counts, strict=True):
            so_far += count
            buckets.append((bound, so_far))
        family.add_metric([value] if label else [], buckets, times.seconds)
    return family
