"""/metrics: what the parts of the running bot know about themselves, in Prometheus' words. Nothing in it is about a person."""

from bot.metrics.collecting import Metrics, Parts
from bot.metrics.page import add_metrics

__all__ = ["Metrics", "Parts", "add_metrics"]
